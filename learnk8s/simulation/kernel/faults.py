"""What a learner may break, mend or turn, as data: the same shape in every era, so that the page draws all buttons alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

RATE_MAX = 100_000


class BadAction(ValueError):
    """The action cannot be done; the message says why."""


class Amount(NamedTuple):
    """What a button asks for beside itself: the key in the action, its value now, and the most it may be."""

    key: str
    value: int
    most: int


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to break or mend: to which kind of thing it applies, how it is called, and its command."""

    kind: str
    applies_to: str
    label_en: str
    label_ko: str
    text_en: str
    text_ko: str
    usage: str

    def button(self, ref: str, command: str, *, amount: "Amount | None" = None) -> dict[str, Any]:
        """Return it as a button of one thing, with the command that does the same; an amount makes it a field with a button."""
        asked = {"amount": amount._asdict(), "about": ref.rpartition("/")[2]} if amount is not None else {}
        return {**asked, "kind": self.kind, "ref": ref, "label_en": self.label_en, "label_ko": self.label_ko, "text_en": self.text_en, "text_ko": self.text_ko, "command": command}


def by_kind(faults: Iterable[Fault]) -> Mapping[str, Fault]:
    """Return faults by their kind."""
    return {fault.kind: fault for fault in faults}


def command_line(kind: str, name: str, action: Mapping[str, Any]) -> str:
    """Return the command that does what a button does.

    >>> command_line("leak", "web-1", {}), command_line("set-traffic", "web", {"per_second": 5})
    ('fault leak web-1', 'traffic web 5')
    """
    return f"traffic {name} {action.get('per_second', 'N')}" if kind == "set-traffic" else f"fault {kind} {name}".strip()


def asked(known: Mapping[str, Fault], action: Mapping[str, Any]) -> Fault:
    """Return the fault that an action names. Raises BadAction."""
    fault = known.get(str(action.get("kind", "")))
    if fault is None:
        raise BadAction(f"unknown action {action.get('kind', '')!r}; known are {', '.join(known)}")
    return fault


def whole(value: Any, most: int, refusal: str) -> int:
    """Return a whole number from 0 to a bound. Raises BadAction with the refusal."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise BadAction(refusal)
    return value


def rate(action: Mapping[str, Any]) -> int:
    """Return the requests a second that an action asks for. Raises BadAction."""
    return whole(action.get("per_second"), RATE_MAX, f"the rate must be a whole number of requests a second from 0 to {RATE_MAX}")
