"""The form of a goal: each check as a row of its own kind with its fields, what is said while it does not hold, and whether it is denied. What the fields do not know stands as YAML beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learnk8s.courseware.questions.writing import in_line
from learnk8s.courseware.reading import LANGUAGES, Reader
from learnk8s.library.forms import plain
from learnk8s.simulation.kernel.goals import OPERATORS

CHECKS_MAX, SPARE, LETTERS_MAX = 40, 1, 4_000
USUAL: Mapping[str, Any] = {"op": "==", "status": "True", "answers": True}
BARE = "ref"
"""The one field of a check whose body is a plain text."""


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a check: `form` is text, value (YAML in one line), whole, choice (the first is meant if nothing is said), or no (ticked: false)."""

    key: str
    label: Any
    form: str = "text"
    choices: tuple[str, ...] = ()


REF = Part(BARE, gettext_lazy("Which thing, for example Deployment/default/web"))
OPERATOR = Part("op", gettext_lazy("Compared"), "choice", tuple(OPERATORS))
SECONDS = Part("for_s", gettext_lazy("For how many seconds"), "whole")
KINDS: dict[str, tuple[Part, ...]] = {
    "exists": (REF,),
    "absent": (REF,),
    "field": (REF, Part("path", gettext_lazy("Field, for example spec.replicas")), OPERATOR, Part("value", gettext_lazy("Value"), "value")),
    "condition": (REF, Part("type", gettext_lazy("Condition, for example Available")), Part("status", gettext_lazy("It is"), "choice", ("True", "False", "Unknown"))),
    "count": (Part("resource", gettext_lazy("Resource of a cluster, for example pods")), Part("kind", gettext_lazy("Or kind of a machine’s things, for example Container")), OPERATOR, Part("value", gettext_lazy("Number"), "value")),
    "event": (Part("reason", gettext_lazy("Reason, for example SuccessfulCreate")), Part("ref_prefix", gettext_lazy("Of things whose name begins with, for example Pod/")), Part("contains", gettext_lazy("Its text contains"))),
    "log": (Part("ref", gettext_lazy("Whose log, for example Pod/default/web")), Part("contains", gettext_lazy("It contains"))),
    "reachable": (Part("from", gettext_lazy("Who asks (empty: the terminal)")), Part("to", gettext_lazy("Which address, for example web:80")), Part("answers", gettext_lazy("It must not answer"), "no")),
    "happened": (Part("uses", gettext_lazy("Command that was used, for example kubectl scale")), Part("command", gettext_lazy("Or a pattern that a typed line fits")), Part("action", gettext_lazy("Or a button, for example crash-node"))),
    "served": (Part("service", gettext_lazy("Service, for example default/web")), SECONDS),
    "invariant": (SECONDS, Part("all", gettext_lazy("Checks that hold all the time (YAML: [check, …])"), "value")),
}


@dataclass(frozen=True, slots=True)
class Slot:
    """One field as the page shows it."""

    part: Part
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check as the page shows it; without a kind it is a row for a new one."""

    name: str
    kind: str = ""
    is_denied: bool = False
    slots: list[Slot] = field(default_factory=list)
    rest: str = ""
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_filled(self) -> bool:
        """Say whether a kind was chosen."""
        return bool(self.kind)


def rows_of(goal: Any, name: str) -> list[CheckRow]:
    """Return the rows of a goal, and spare ones."""
    checks = goal.get("all") if isinstance(goal, Mapping) else None
    rows = [_row(check, f"{name}-{place}") for place, check in enumerate((checks if isinstance(checks, list) else [])[: CHECKS_MAX - SPARE]) if isinstance(check, Mapping)]
    return [*rows, *(CheckRow(f"{name}-{len(rows) + place}") for place in range(SPARE))]


def _row(check: Mapping[str, Any], name: str) -> CheckRow:
    said = {language: str(check.get(f"text_{language}", "")) for language in LANGUAGES}
    inner = {key: value for key, value in check.items() if not key.startswith("text_")}
    is_denied = set(inner) == {"never"} and isinstance(inner["never"], Mapping)
    inner = dict(inner["never"]) if is_denied else inner
    kind = next((key for key in inner if key in KINDS), next(iter(inner), ""))
    body = inner.get(kind)
    if kind not in KINDS or len(inner) != 1 or not isinstance(body, (Mapping, str)) or (kind in ("exists", "absent")) != isinstance(body, str):
        return CheckRow(name, kind, is_denied, [], in_line(inner), said)
    table = {BARE: body} if isinstance(body, str) else body
    rest = {key: value for key, value in table.items() if key not in {part.key for part in KINDS[kind]}}
    return CheckRow(name, kind, is_denied, [Slot(part, f"{name}-{part.key}", _shown(part, table.get(part.key))) for part in KINDS[kind]], in_line(rest) if rest else "", said)


def _shown(part: Part, value: Any) -> Any:
    if part.form == "no":
        return value is False
    if value is None:
        return part.choices[0] if part.choices else ""
    return in_line(value) if part.form == "value" else str(value)


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
    rest = _value(posted.get(f"{name}-rest", ""), problems)
    texts = {f"text_{language}": text for language in LANGUAGES if (text := plain(posted.get(f"{name}-said-{language}", "")).strip()[:300])}
    if kind not in KINDS:
        inner = dict(rest) if isinstance(rest, Mapping) else {}
    else:
        body = {part.key: value for part in KINDS[kind] if (value := _part(posted, part, f"{name}-{part.key}", problems)) is not None} | (dict(rest) if isinstance(rest, Mapping) else {})
        if not body:
            problems.append(_("Fill in the check “%(kind)s”, or take it out.") % {"kind": NAMES[kind]})
        inner = {kind: str(body.get(BARE, "")) if kind in ("exists", "absent") else body}
    return {**({"never": inner} if f"{name}-not" in posted else inner), **texts}


def _part(posted: QueryDict, part: Part, name: str, problems: list[str]) -> Any:
    text = plain(posted.get(name, "")).strip()[:LETTERS_MAX]
    match part.form:
        case "no":
            return False if name in posted else None
        case "choice":
            return text if text in part.choices[1:] else None
        case "whole":
            return int(text) if text.isdecimal() and len(text) < 6 else None
        case "value":
            return _value(text, problems)
    return text or None


def _value(text: str, problems: list[str]) -> Any:
    """Return a value as YAML reads it, a text that is no YAML as it stands."""
    if not text.strip():
        return None
    reader = Reader.of("value", plain(text)[:LETTERS_MAX])
    if reader.problems and text.lstrip()[:1] in "{[":
        problems.append(_("This is no YAML: %(text)s") % {"text": text[:60]})
    return reader.value if reader.document is not None and not reader.problems else text.strip()


NAMES = {
    "exists": gettext_lazy("What is there"), "absent": gettext_lazy("What is gone"), "field": gettext_lazy("Fields"), "condition": gettext_lazy("Conditions"), "count": gettext_lazy("How many there are"), "event": gettext_lazy("Events"), "log": gettext_lazy("Logs"), "reachable": gettext_lazy("Who reaches whom"),
    "happened": gettext_lazy("What was done"), "served": gettext_lazy("Requests that are served"), "invariant": gettext_lazy("That it stays so"),
}


def kinds() -> Sequence[tuple[str, str]]:
    """Return the kinds with their names, in the order in which they are offered."""
    return [(kind, str(NAMES[kind])) for kind in KINDS]
