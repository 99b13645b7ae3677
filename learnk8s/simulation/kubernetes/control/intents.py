"""What a controller wants done. A reconcile function returns intents; only the loop carries them out.

Each intent may say why (`because`: a message key and parameters in turn) and name an event to be written when it succeeds or fails.
"""

from dataclasses import dataclass, field

from learnk8s.simulation.kubernetes.objects.document import Doc


@dataclass(frozen=True, slots=True)
class Note:
    """An event to write about an object; `{name}` in the message becomes the name of what the intent made."""

    about: Doc
    reason: str
    message: str
    type: str = "Normal"


@dataclass(frozen=True, slots=True)
class Create:
    """Make an object; a failure is worded by `failure` with `{error}`."""

    resource: str
    doc: Doc
    because: tuple[str, ...] = ()
    event: Note | None = None
    failure: Note | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """Replace an object as a whole, status included if the resource has no status subresource."""

    resource: str
    doc: Doc
    because: tuple[str, ...] = ()
    event: Note | None = None


@dataclass(frozen=True, slots=True)
class UpdateStatus:
    """Replace an object's status."""

    resource: str
    doc: Doc
    status: Doc
    because: tuple[str, ...] = ()
    event: Note | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete an object if it still has this uid."""

    resource: str
    doc: Doc
    because: tuple[str, ...] = ()
    event: Note | None = None
    propagation: str = "Background"
    grace_s: int | None = None


@dataclass(frozen=True, slots=True)
class Finalise:
    """Take a finalizer off an object; the API server removes it when it was the last one of a deleted object."""

    resource: str
    doc: Doc
    finalizer: str
    because: tuple[str, ...] = ()
    event: Note | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Only write an event."""

    event: Note
    because: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Later:
    """Reconcile the same key again at a moment, unless something makes it happen before."""

    at_ms: int


Intent = Create | Update | UpdateStatus | Delete | Finalise | Record | Later
