"""The form of a goal: each check as a row of its own kind with its fields, what is said while it does not hold, and whether it is denied. What the fields do not know stands beside them as names with values, one a line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learnk8s.courseware.reading import LANGUAGES
from learnk8s.library.form_values import ABSENT, At, button, pairs_from, pairs_shown, shown, text_at, value_from
from learnk8s.simulation.kernel.goals import LOOKS_ONLY, OPERATORS

CHECKS_MAX = 40
DEPTH_MAX = 8
"""How many parts the name of a field has at most: checks inside of checks end somewhere."""
TEXTS = tuple(f"text_{language}" for language in LANGUAGES)
USUAL: Mapping[str, Any] = {"op": "==", "status": "True", "answers": True}
BARE = "ref"
"""The one field of a check whose body is a plain text."""


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a check: `form` is text, value (a word, a number, a list), pairs (names with values, one a line), whole, choice (the first is meant if nothing is said), no (ticked: false), or checks (rows of their own)."""

    key: str
    label: Any
    form: str = "text"
    choices: tuple[str, ...] = ()


REF = Part(BARE, gettext_lazy("Which thing, for example Deployment/default/web"))
OPERATOR = Part("op", gettext_lazy("Compared"), "choice", tuple(OPERATORS))
LABELS = Part("labels", gettext_lazy("Only those with these labels, one a line: app = web"), "pairs")
SECONDS = Part("for_s", gettext_lazy("For how many seconds"), "whole")
KINDS: dict[str, tuple[Part, ...]] = {
    "exists": (REF,),
    "absent": (REF,),
    "field": (REF, Part("path", gettext_lazy("Field, for example spec.replicas")), OPERATOR, Part("value", gettext_lazy("Value"), "value")),
    "condition": (REF, Part("type", gettext_lazy("Condition, for example Available")), Part("status", gettext_lazy("It is"), "choice", ("True", "False", "Unknown"))),
    "count": (Part("resource", gettext_lazy("Resource of a cluster, for example pods")), Part("kind", gettext_lazy("Or kind of a machine’s things, for example Container")), OPERATOR, Part("value", gettext_lazy("Number"), "value"), LABELS, Part("where", gettext_lazy("Only those with these facts, one a line: phase = running"), "pairs")),
    "event": (Part("reason", gettext_lazy("Reason, for example SuccessfulCreate")), Part("ref_prefix", gettext_lazy("Of things whose name begins with, for example Pod/")), Part("contains", gettext_lazy("Its text contains"))),
    "log": (Part("ref", gettext_lazy("Whose log, for example Pod/default/web")), Part("contains", gettext_lazy("It contains")), LABELS),
    "reachable": (Part("from", gettext_lazy("Who asks (empty: the terminal)")), Part("to", gettext_lazy("Which address, for example web:80")), Part("answers", gettext_lazy("It must not answer"), "no")),
    "happened": (Part("uses", gettext_lazy("Command that was used, for example kubectl scale")), Part("command", gettext_lazy("Or a pattern that a typed line fits")), Part("action", gettext_lazy("Or a button, for example crash-node"))),
    "served": (Part("service", gettext_lazy("Service, for example default/web")), SECONDS),
    "invariant": (SECONDS, Part("all", gettext_lazy("What holds all the time"), "checks")),
}


@dataclass(slots=True)
class Slot:
    """One field as the page shows it; `rows` are the checks inside of a check."""

    part: Part
    name: str
    value: Any
    rows: list["CheckRow"] = field(default_factory=list)
    error: str = ""
    is_next: bool = False

    @property
    def box(self) -> "Slot":
        """Return itself under the name that the page has for the checks of a goal."""
        return self

    @property
    def kinds(self) -> Sequence[tuple[str, str]]:
        """Return the kinds of checks that look at things: no other can stand inside of a check."""
        return [(kind, called) for kind, called in kinds() if kind not in LOOKS_ONLY]

    @property
    def field(self) -> Part:
        """Return what the page names it by."""
        return self.part


@dataclass(slots=True)
class CheckRow:
    """One check as the page shows it; without a kind it is a row for a new one."""

    name: str
    kind: str = ""
    is_denied: bool = False
    slots: list[Slot] = field(default_factory=list)
    rest: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    error: str = ""

    @property
    def moves(self) -> str:
        """Return the button that takes it out."""
        of, _dash, place = self.name.rpartition("-")
        return button(f"gone {self.name}", of, _("Take out"), f"{_('Check of the goal')} {int(place) + 1}")

    @property
    def is_filled(self) -> bool:
        """Say whether a kind was chosen."""
        return bool(self.kind)


def rows_of(goal: Any, name: str, spare: int = 1) -> list[CheckRow]:
    """Return the rows of a goal, and spare ones."""
    checks = goal.get("all") if isinstance(goal, Mapping) else None
    rows = [_row(check, f"{name}-{place}") for place, check in enumerate((checks if isinstance(checks, list) else [])[: CHECKS_MAX - spare]) if isinstance(check, Mapping)]
    return [*rows, *(CheckRow(f"{name}-{len(rows) + place}") for place in range(spare))]


def _row(check: Mapping[str, Any], name: str) -> CheckRow:
    said = {language: str(check.get(f"text_{language}", "")) for language in LANGUAGES}
    inner = {key: value for key, value in check.items() if key not in TEXTS}
    is_denied = set(inner) == {"never"} and isinstance(inner["never"], Mapping)
    inner = dict(inner["never"]) if is_denied else inner
    kind = next((key for key in inner if key in KINDS), next(iter(inner), ""))
    body = inner.get(kind)
    if kind not in KINDS or len(inner) != 1 or not isinstance(body, (Mapping, str)) or (kind in ("exists", "absent")) != isinstance(body, str):
        return CheckRow(name, kind, is_denied, [], pairs_shown(inner), said)
    table = {BARE: body} if isinstance(body, str) else body
    slots = [_slot(part, f"{name}-{part.key}", table.get(part.key, ABSENT)) for part in KINDS[kind]]
    rest = {key: value for key, value in table.items() if key not in {slot.part.key for slot in slots if slot is not None}}
    return CheckRow(name, kind, is_denied, [slot for slot in slots if slot is not None], pairs_shown(rest), said)


def _slot(part: Part, name: str, value: Any) -> Slot | None:
    """Return the field of a part, None if its value is not written as the field would write it."""
    value = ABSENT if value == "" and part.form == "text" else value
    match part.form:
        case "no" if value in (ABSENT, True, False):
            return Slot(part, name, value is False)
        case "checks" if value is ABSENT or isinstance(value, list) and all(isinstance(each, Mapping) for each in value):
            return Slot(part, name, "", rows_of({"all": [] if value is ABSENT else value}, name))
        case "pairs" if value is ABSENT or isinstance(value, Mapping) and value:
            return Slot(part, name, "" if value is ABSENT else pairs_shown(value))
        case "choice" if value is ABSENT or value in part.choices:
            return Slot(part, name, part.choices[0] if value is ABSENT else value)
        case "value":
            return Slot(part, name, "" if value is ABSENT else shown(value))
        case "whole" if value is ABSENT or isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 100_000:
            return Slot(part, name, "" if value is ABSENT else str(value))
        case "text" if value is ABSENT or isinstance(value, str) and value == value.strip() and "\n" not in value and 0 < len(value) <= 300:
            return Slot(part, name, "" if value is ABSENT else value)
    return None


def sent(rows: Sequence[CheckRow]) -> dict[str, str]:
    """Return what a browser would post of these rows, nothing changed."""
    found: dict[str, str] = {}
    for row in rows:
        found |= {f"{row.name}-is": row.kind, f"{row.name}-rest": row.rest, **{f"{row.name}-said-{language}": text for language, text in row.said.items()}, **({f"{row.name}-not": "1"} if row.is_denied else {})}
        for slot in row.slots:
            found |= sent(slot.rows) if slot.part.form == "checks" else {slot.name: str(slot.value)} if slot.part.form != "no" else {slot.name: "1"} if slot.value else {}
    return found


def goal_from(posted: QueryDict, name: str, problems: list[str], old: Any = None) -> dict[str, Any] | None:
    """Return the goal that a form posts, None without any check; checks that say the same as before stay as they were written."""
    before = [check for check in (old.get("all") or () if isinstance(old, Mapping) and isinstance(old.get("all"), list) else ()) if isinstance(check, Mapping)]
    checks = [check for place in range(CHECKS_MAX) if (check := _check(posted, f"{name}-{place}", problems)) is not None]
    return {"all": [next((dict(each) for each in before if usual(each) == usual(check)), check) for check in checks]} if checks else None


def usual(value: Any) -> Any:
    """Return a check without what it says only to say the usual.

    >>> usual({"field": {"op": "==", "value": 1}})
    {'field': {'value': 1}}
    """
    if isinstance(value, list):
        return [usual(each) for each in value]
    return {key: usual(each) for key, each in value.items() if key not in USUAL or USUAL[key] != each} if isinstance(value, Mapping) else value


def _check(posted: QueryDict, name: str, problems: list[str]) -> dict[str, Any] | None:
    kind = posted.get(f"{name}-is", "")
    if not kind or f"{name}-gone" in posted:
        return None
    rest = pairs_from(posted.get(f"{name}-rest", ""), problems, f"{name}-rest")
    texts = {f"text_{language}": text for language in LANGUAGES if (text := text_at(posted, f"{name}-said-{language}").strip()[:300])}
    if kind not in KINDS:
        inner = rest
    else:
        body = {part.key: value for part in KINDS[kind] if (value := _part(posted, part, f"{name}-{part.key}", problems)) is not ABSENT} | rest
        if not body:
            problems.append(At(_("Fill in the check “%(kind)s”, or take it out.") % {"kind": NAMES[kind]}, f"{name}-{KINDS[kind][0].key}" if f"{name}-{KINDS[kind][0].key}" in posted else f"{name}-is"))
        inner = {kind: str(body.get(BARE, "")) if kind in ("exists", "absent") else body}
    return {**({"never": inner} if f"{name}-not" in posted else inner), **texts}


def _part(posted: QueryDict, part: Part, name: str, problems: list[str]) -> Any:
    text = text_at(posted, name).strip()
    match part.form:
        case "no":
            return False if name in posted else ABSENT
        case "choice":
            return text if text in part.choices[1:] else ABSENT
        case "whole":
            if text and not (text.isdecimal() and len(text) < 6):
                problems.append(At(_("Write a whole number, such as 30."), name))
            return int(text) if text.isdecimal() and len(text) < 6 else ABSENT
        case "value":
            return value_from(text, problems, name)
        case "pairs":
            return pairs_from(text, problems, name) or ABSENT
        case "checks":
            inner = goal_from(posted, name, problems) if name.count("-") < DEPTH_MAX else None
            return inner["all"] if inner else ABSENT
    return text or ABSENT


NAMES = {
    "exists": gettext_lazy("What is there"), "absent": gettext_lazy("What is gone"), "field": gettext_lazy("Fields"), "condition": gettext_lazy("Conditions"), "count": gettext_lazy("How many there are"), "event": gettext_lazy("Events"), "log": gettext_lazy("Logs"), "reachable": gettext_lazy("Who reaches whom"),
    "happened": gettext_lazy("What was done"), "served": gettext_lazy("Requests that are served"), "invariant": gettext_lazy("That it stays so"),
}


def kinds() -> Sequence[tuple[str, str]]:
    """Return the kinds with their names, in the order in which they are offered."""
    return [(kind, str(NAMES[kind])) for kind in KINDS]
