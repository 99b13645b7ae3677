"""A request as it comes over HTTP, and what goes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.request import ADMIN_GROUPS
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import Kind

JSON = "application/json"
EXEC = "application/x-exec+json"
"""The type of a body that says what a command in a container reads and in which session; only a connection that changed its protocol sends it. Without a body the question is whether there is a process to join."""


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request. `query` holds the last value of each parameter, but all values of `command`."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    accept: str = ""
    content_type: str = ""
    body: str = ""
    user: str = "kubernetes-admin"
    groups: tuple[str, ...] = ADMIN_GROUPS
    commands: tuple[str, ...] = ()
    token: str = ""
    uid: str = ""
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    acts: bool = False
    """It is an input: what it reaches through a proxy may change."""

    def as_input(self) -> dict[str, Any]:
        """Return the request as the journal keeps it."""
        kept: dict[str, Any] = {"method": self.method, "path": self.path}
        kept |= {key: value for key, value in (("query", dict(self.query)), ("accept", self.accept), ("type", self.content_type), ("body", self.body), ("commands", list(self.commands))) if value}
        if (self.user, self.groups) != ("kubernetes-admin", ADMIN_GROUPS):
            kept |= {"user": self.user, "groups": list(self.groups)}
        if self.token:
            kept["token"] = self.token
        if self.uid:
            kept["uid"] = self.uid
        if self.extra:
            kept["extra"] = {key: list(values) for key, values in self.extra.items()}
        return kept

    @classmethod
    def from_input(cls, kept: Mapping[str, Any]) -> "Call":
        """Return the request that `as_input` wrote down."""
        return cls(kept["method"], kept["path"], kept.get("query", {}), kept.get("accept", ""), kept.get("type", ""), kept.get("body", ""),
                   kept.get("user", "kubernetes-admin"), tuple(kept.get("groups", ADMIN_GROUPS)), commands=tuple(kept.get("commands", ())), token=kept.get("token", ""), uid=kept.get("uid", ""), acts=True, extra={key: tuple(values) for key, values in kept.get("extra", {}).items()})


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: a document, or plain text."""

    code: int
    doc: Doc | None = None
    text: str = ""
    warnings: tuple[str, ...] = ()
    content_type: str = JSON


@dataclass(frozen=True, slots=True)
class Acting:
    """The request would change something in a container: it has to be made an input."""


@dataclass(frozen=True, slots=True)
class Watching:
    """A watch that was asked for: what is watched, from which revision on, and how changes are shown."""

    kind: Kind
    namespace: str = ""
    name: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    accept: str = ""


@dataclass(frozen=True, slots=True)
class Following:
    """A log that is followed."""

    namespace: str
    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
