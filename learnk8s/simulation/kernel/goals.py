"""Goals of tasks: typed checks on a world as it is and on what was done.

A goal is data: `{"all": [check, ...]}`; each check has one of the keys below and, if its author likes, `text_en` and `text_ko`: what is still missing.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Doc = Mapping[str, Any]
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda found, value: bool(found == value), "!=": lambda found, value: bool(found != value), ">=": lambda found, value: isinstance(found, int) and found >= value,
    "<=": lambda found, value: isinstance(found, int) and found <= value, ">": lambda found, value: isinstance(found, int) and found > value, "<": lambda found, value: isinstance(found, int) and found < value,
    "contains": lambda found, value: found is not None and value in found,
}


class BadGoal(ValueError):
    """A goal is not written as goals are; the message says where."""


class Evidence:
    """What checks may ask: a thing by its ref, all of a kind, which buttons were pressed, which lines were typed."""

    def __init__(self, *, find: Callable[[str], Doc | None], listed: Callable[[str], Sequence[Doc]], happened: Sequence[Doc], lines: Sequence[str] = ()) -> None:
        self.find, self.listed, self.happened, self.lines = find, listed, happened, lines


def value_at(doc: Any, path: str) -> Any:
    """Return what stands at a path such as `stage_ms.ready`, or None.

    >>> value_at({"a": {"b": 1}}, "a.b")
    1
    """
    for word in path.split("."):
        doc = doc.get(word) if isinstance(doc, Mapping) else None
    return doc


def _operator(name: str) -> Callable[[Any, Any], bool]:
    if name not in OPERATORS:
        raise BadGoal(f"unknown operator {name!r}; known are {', '.join(OPERATORS)}")
    return OPERATORS[name]


def _field(check: Any, evidence: Evidence) -> bool:
    doc = evidence.find(check["ref"])
    return doc is not None and _operator(check.get("op", "=="))(value_at(doc, check["path"]), check["value"])


def _count(check: Any, evidence: Evidence) -> bool:
    docs = [doc for doc in evidence.listed(check["kind"]) if all(value_at(doc, path) == value for path, value in check.get("where", {}).items())]
    return _operator(check.get("op", "=="))(len(docs), check["value"])


def _happened(check: Any, evidence: Evidence) -> bool:
    if "command" in check:
        return any(re.search(check["command"], line) for line in evidence.lines)
    return any(all(done.get("kind" if key == "action" else key) == value for key, value in check.items()) for done in evidence.happened)


CHECKS: dict[str, Callable[[Any, Evidence], bool]] = {
    "field": _field, "count": _count, "happened": _happened, "exists": lambda check, evidence: evidence.find(check) is not None, "absent": lambda check, evidence: evidence.find(check) is None,
}


def evaluated(goal: Mapping[str, Any], evidence: Evidence) -> dict[str, Any]:
    """Return whether all checks hold, and each that does not, with its sentences. Raises BadGoal."""
    checks = goal.get("all")
    if not isinstance(checks, list) or not checks:
        raise BadGoal('a goal is {"all": [check, ...]} with at least one check')
    missing = [{"check": dict(check), **dict(zip(("text_en", "text_ko"), _sentence(check), strict=True))} for check in checks if not _holds(check, evidence)]
    return {"reached": not missing, "missing": missing}


def _holds(check: Mapping[str, Any], evidence: Evidence) -> bool:
    kinds = [kind for kind in CHECKS if kind in check]
    if len(kinds) != 1:
        raise BadGoal(f"each check has exactly one of: {', '.join(CHECKS)}")
    try:
        return CHECKS[kinds[0]](check[kinds[0]], evidence)
    except (KeyError, TypeError, AttributeError, re.error) as error:
        raise BadGoal(f"check {kinds[0]!r} lacks or misuses {error}") from error


def _sentence(check: Mapping[str, Any]) -> tuple[str, str]:
    if "text_en" in check and "text_ko" in check:
        return check["text_en"], check["text_ko"]
    match check:
        case {"field": {"ref": ref, "path": path, "value": value, **rest}}:
            operator = rest.get("op", "==")
            return f"{ref}: {path} is not yet {operator} {value}.", f"{ref}: {path} 값이 아직 {operator} {value} 조건에 맞지 않는다."
        case {"count": {"kind": kind, "value": value, **rest}}:
            operator = rest.get("op", "==")
            return f"The number of {kind}s is not yet {operator} {value}.", f"{kind} 수가 아직 {operator} {value} 조건에 맞지 않는다."
        case {"exists": ref}:
            return f"{ref} does not exist yet.", f"{ref}: 아직 없다."
        case {"absent": ref}:
            return f"{ref} is still there.", f"{ref}: 아직 남아 있다."
    return "This is not reached yet.", "아직 이르지 못했다."
