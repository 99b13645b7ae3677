"""Goals of tasks: typed checks on the world as it is and on what happened in it.

A goal is data: `{"all": [check, ...]}`. Each check is a dict with one of the keys below and, if its author likes, `text_en` and `text_ko`: what is
still missing. Unknown checks are an author's mistake and raise `BadGoal`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from learnk8s.simulation.kubernetes.objects.document import Doc

Check = Mapping[str, Any]
Find = Callable[[str], Doc | None]
_PART = re.compile(r"\[(\d+|\*)\]|([^.\[\]]+)")
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda found, value: bool(found == value),
    "!=": lambda found, value: bool(found != value),
    ">=": lambda found, value: isinstance(found, int) and found >= value,
    "<=": lambda found, value: isinstance(found, int) and found <= value,
    ">": lambda found, value: isinstance(found, int) and found > value,
    "<": lambda found, value: isinstance(found, int) and found < value,
    "contains": lambda found, value: found is not None and value in found,
}


class BadGoal(ValueError):
    """A goal is not written as goals are; the message says where."""


def values_at(doc: Any, path: str) -> list[Any]:
    """Return what stands at a path such as `status.conditions[*].type`; nothing if it does not exist.

    >>> values_at({"a": [{"b": 1}, {"b": 2}]}, "a[*].b")
    [1, 2]
    """
    here = [doc]
    for index, word in _PART.findall(path):
        if word:
            here = [item[word] for item in here if isinstance(item, Mapping) and word in item]
        elif index == "*":
            here = [part for item in here if isinstance(item, list) for part in item]
        else:
            here = [item[int(index)] for item in here if isinstance(item, list) and int(index) < len(item)]
    return here


class Evidence:
    """What checks may ask: an object by its ref, all of a kind, events, what the learner did."""

    def __init__(self, *, find: Find, listed: Callable[[str, str | None], list[Doc]], events: Callable[[], Sequence[Any]], happened: Sequence[Mapping[str, Any]], now_ms: int, traffic: Callable[[], Sequence[Mapping[str, Any]]] = tuple) -> None:
        self.find, self.listed, self.events, self.happened, self.now_ms, self.traffic = find, listed, events, happened, now_ms, traffic


def _field(check: Check, evidence: Evidence) -> bool:
    body = check["field"]
    doc = evidence.find(body["ref"])
    operator = OPERATORS.get(body.get("op", "=="))
    if operator is None:
        raise BadGoal(f"unknown operator {body['op']!r}; known are {', '.join(OPERATORS)}")
    found = values_at(doc, body["path"]) if doc is not None else []
    if not found:
        return bool(body.get("op", "==") == "==" and body["value"] in (0, None, "") and doc is not None)
    return any(operator(value, body["value"]) for value in found)


def _exists(check: Check, evidence: Evidence) -> bool:
    return evidence.find(check["exists"]) is not None


def _absent(check: Check, evidence: Evidence) -> bool:
    return evidence.find(check["absent"]) is None


def _condition(check: Check, evidence: Evidence) -> bool:
    body = check["condition"]
    doc = evidence.find(body["ref"]) or {}
    return any(entry["type"] == body["type"] and entry["status"] == body.get("status", "True") for entry in doc.get("status", {}).get("conditions", ()))


def _event(check: Check, evidence: Evidence) -> bool:
    body = check["event"]
    return any(record.reason == body["reason"] and f"{record.about[0]}/{record.about[2]}/{record.about[3]}".startswith(body.get("ref_prefix", ""))
               and body.get("contains", "") in record.message and record.last_ms >= body.get("since_ms", 0) for record in evidence.events())


def _happened(check: Check, evidence: Evidence) -> bool:
    wanted = check["happened"]
    return any(all(done.get("kind" if key == "action" else key) == value for key, value in wanted.items()) for done in evidence.happened)


def _count(check: Check, evidence: Evidence) -> bool:
    body = check["count"]
    docs = [doc for doc in evidence.listed(body["resource"], body.get("namespace")) if all((doc["metadata"].get("labels") or {}).get(key) == value for key, value in body.get("labels", {}).items())]
    if "path" in body:
        docs = [doc for doc in docs if body["value_at_path"] in values_at(doc, body["path"])]
    return OPERATORS[body.get("op", "==")](len(docs), body["value"])


def _served(check: Check, evidence: Evidence) -> bool:
    """Requests come to a Service, and none has failed for so many seconds."""
    body = check["served"]
    flow = next((flow for flow in evidence.traffic() if flow["ref"] == f"Service/{body['service']}"), None)
    if flow is None or not flow["per_second"] or not flow["served"]:
        return False
    last_ms = max((entry["last_ms"] for entry in flow["failures"]), default=-1)
    return last_ms < 0 or bool(evidence.now_ms - last_ms >= int(body.get("for_s", 20)) * 1000)


CHECKS: dict[str, Callable[[Check, Evidence], bool]] = {
    "field": _field, "exists": _exists, "absent": _absent, "condition": _condition, "event": _event, "happened": _happened, "count": _count, "served": _served,
}


def evaluated(goal: Mapping[str, Any], evidence: Evidence) -> dict[str, Any]:
    """Return whether all checks hold, and each that does not, with its sentences.

    Raises BadGoal for a goal that is not written as goals are.
    """
    checks = goal.get("all")
    if not isinstance(checks, list) or not checks:
        raise BadGoal("a goal is {\"all\": [check, ...]} with at least one check")
    missing = []
    for check in checks:
        if not _holds(check, evidence):
            missing.append({"check": dict(check), "text_en": check.get("text_en") or _sentence(check)[0], "text_ko": check.get("text_ko") or _sentence(check)[1]})
    return {"reached": not missing, "missing": missing}


def _holds(check: Check, evidence: Evidence) -> bool:
    kinds = [kind for kind in CHECKS if kind in check]
    if len(kinds) != 1:
        raise BadGoal(f"each check has exactly one of: {', '.join(CHECKS)}")
    try:
        return CHECKS[kinds[0]](check, evidence)
    except (KeyError, TypeError, AttributeError) as error:
        raise BadGoal(f"check {kinds[0]!r} lacks or misuses {error}") from error


def _sentence(check: Check) -> tuple[str, str]:
    match check:
        case {"field": {"ref": ref, "path": path, "value": value, **rest}}:
            operator = rest.get("op", "==")
            return (f"{ref}: {path} is not yet {operator} {value}.", f"{ref}: {path} 값이 아직 {operator} {value} 조건에 맞지 않는다.")
        case {"exists": ref}:
            return (f"{ref} does not exist yet.", f"{ref}: 아직 없다.")
        case {"absent": ref}:
            return (f"{ref} is still there.", f"{ref}: 아직 남아 있다.")
        case {"happened": {"action": action}}:
            return (f"This has not been done yet: {action}.", f"아직 하지 않은 일: {action}.")
        case {"served": {"service": service}}:
            return (f"Requests to {service} still fail.", f"{service}: 아직 실패하는 요청이 있다.")
        case {"event": {"reason": reason}}:
            return (f"No event {reason} has been seen yet.", f"{reason} 이벤트가 아직 없다.")
    return ("This is not reached yet.", "아직 이르지 못했다.")
