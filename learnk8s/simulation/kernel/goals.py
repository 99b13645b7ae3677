"""Goals of tasks: typed checks on a world as it is and on what was done.

A goal is data: `{"all": [check, ...]}`; each check has one of the keys below and, if its author likes, `text_en` and `text_ko`: what is still missing.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

Doc = Mapping[str, Any]
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda found, value: bool(found == value), "!=": lambda found, value: bool(found != value), ">=": lambda found, value: isinstance(found, int) and found >= value,
    "<=": lambda found, value: isinstance(found, int) and found <= value, ">": lambda found, value: isinstance(found, int) and found > value, "<": lambda found, value: isinstance(found, int) and found < value,
    "contains": lambda found, value: found is not None and value in found, "lacks": lambda found, value: found is not None and value not in found,
}


class Own(NamedTuple):
    """A check that only one era has: whether it holds, and what is missing in English and Korean."""

    holds: Callable[[Any], bool]
    missing: Callable[[Any], tuple[str, str]]


class BadGoal(ValueError):
    """A goal is not written as goals are; the message says where."""


class Evidence:
    """What checks may ask: a thing by its ref, all of a kind, which buttons were pressed, which lines were typed; `own` are checks that only one era has."""

    def __init__(self, *, find: Callable[[str], Doc | None], listed: Callable[[str], Sequence[Doc]], happened: Sequence[Doc], lines: Sequence[str] = (), own: Mapping[str, Own] = MappingProxyType({})) -> None:
        self.find, self.listed, self.happened, self.lines, self.own = find, listed, happened, lines, own


def value_at(doc: Any, path: str) -> Any:
    """Return what stands at a path such as `stage_ms.ready`, or None.

    >>> value_at({"a": {"b": 1}}, "a.b")
    1
    """
    return values_at(doc, path)[0] if "[*]" not in path else None


def values_at(doc: Any, path: str) -> list[Any]:
    """Return what stands at a path, which may go through lists; a plain path leads to one value, None if it is not there.

    >>> values_at({"a": [{"b": 1}, {"b": 2}]}, "a[*].b"), values_at({}, "a")
    ([1, 2], [None])
    """
    here = [doc]
    for word in path.split("."):
        name, star, _ = word.partition("[*]")
        here = [item.get(name) if isinstance(item, Mapping) else None for item in here]
        if star:
            here = [part for item in here if isinstance(item, list) for part in item]
    return here


def _operator(name: str) -> Callable[[Any, Any], bool]:
    if name not in OPERATORS:
        raise BadGoal(f"unknown operator {name!r}; known are {', '.join(OPERATORS)}")
    return OPERATORS[name]


def _field(check: Any, evidence: Evidence) -> bool:
    doc, operator = evidence.find(check["ref"]), _operator(check.get("op", "=="))
    return doc is not None and any(operator(value, check["value"]) for value in values_at(doc, check["path"]))


def _count(check: Any, evidence: Evidence) -> bool:
    docs = [doc for doc in evidence.listed(check["kind"]) if all(value_at(doc, path) == value for path, value in check.get("where", {}).items())]
    if "path" in check:
        docs = [doc for doc in docs if any(value == check["value_at_path"] or isinstance(value, list) and check["value_at_path"] in value for value in values_at(doc, check["path"]))]
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
    missing = [{"check": dict(check), **dict(zip(("text_en", "text_ko"), _sentence(check, evidence), strict=True))} for check in checks if not _holds(check, evidence)]
    return {"reached": not missing, "missing": missing}


def _holds(check: Mapping[str, Any], evidence: Evidence) -> bool:
    kinds = [kind for kind in (*CHECKS, *evidence.own) if kind in check]
    if len(kinds) != 1:
        raise BadGoal(f"each check has exactly one of: {', '.join((*CHECKS, *evidence.own))}")
    try:
        return CHECKS[kinds[0]](check[kinds[0]], evidence) if kinds[0] in CHECKS else evidence.own[kinds[0]].holds(check[kinds[0]])
    except (KeyError, TypeError, AttributeError, re.error) as error:
        raise BadGoal(f"check {kinds[0]!r} lacks or misuses {error}") from error


def _sentence(check: Mapping[str, Any], evidence: Evidence) -> tuple[str, str]:
    english, korean = _usual_sentence(check, evidence)
    return check.get("text_en") or english, check.get("text_ko") or korean


def _usual_sentence(check: Mapping[str, Any], evidence: Evidence) -> tuple[str, str]:
    own = next((evidence.own[kind].missing(check[kind]) for kind in evidence.own if kind in check), None)
    if own is not None:
        return own
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
