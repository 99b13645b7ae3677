"""Goals of tasks: typed checks on the world as it is and on what happened in it.

A goal is data: `{"all": [check, ...]}`. Each check is a dict with one of the keys below and, if its author likes, `text_en` and `text_ko`: what is
still missing. Unknown checks are an author's mistake and raise `BadGoal`.

`field`, `exists`, `absent`, `condition`, `count` look at objects; `event`, `log` at what was told; `reachable` asks a URL; `happened` is about what was done; `never` denies another
check; `invariant` looks ahead: its checks must hold now and stay true for `for_s` seconds if nobody touches the world.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from learnk8s.simulation.kernel.goals import BadGoal, done, sentence
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


class Asking(Protocol):
    """What checks ask that looking alone does not tell: a container's log, whether something answers, and what the world will be."""

    def log(self, ref: str, container: str) -> str:
        """Return the log of a pod's container, "" if there is none."""

    def answers(self, source: str, url: str) -> bool:
        """Say whether a URL answers to a pod, or ("") to the terminal."""

    def ahead(self, seconds: int) -> Iterator["Evidence"]:
        """Yield what the world will be, if nobody touches it, after each thing that happens."""


class Evidence:
    """What checks may ask: an object by its ref, all of a kind, events, what the learner did."""

    def __init__(self, *, find: Find, listed: Callable[[str, str | None], list[Doc]], events: Callable[[], Sequence[Any]], happened: Sequence[Mapping[str, Any]], now_ms: int, traffic: Callable[[], Sequence[Mapping[str, Any]]] = tuple, asking: Asking | None = None, lines: Sequence[str] = ()) -> None:
        self.find, self.listed, self.events, self.happened, self.now_ms, self.traffic, self.asking, self.lines = find, listed, events, happened, now_ms, traffic, asking, lines


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
    return done(check["happened"], evidence.happened, evidence.lines)


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


def _asking(evidence: Evidence) -> Asking:
    if evidence.asking is None:
        raise BadGoal("a check inside of an invariant looks at objects and events only")
    return evidence.asking


def _log(check: Check, evidence: Evidence) -> bool:
    body = check["log"]
    refs = [body["ref"]] if "ref" in body else [f"Pod/{doc['metadata']['namespace']}/{doc['metadata']['name']}" for doc in evidence.listed("pods", body.get("namespace", "default")) if _labelled(doc, body["labels"])]
    return any(body["contains"] in _asking(evidence).log(ref, body.get("container", "")) for ref in refs[:PODS_ASKED_MAX])


def _labelled(doc: Doc, labels: Mapping[str, Any]) -> bool:
    return all((doc["metadata"].get("labels") or {}).get(key) == value for key, value in labels.items())


def _reachable(check: Check, evidence: Evidence) -> bool:
    body = check["reachable"]
    return _asking(evidence).answers(body.get("from", ""), body["to"]) == body.get("answers", True)


def _never(check: Check, evidence: Evidence) -> bool:
    return not _holds(check["never"], evidence)


def _invariant(check: Check, evidence: Evidence) -> bool:
    body = check["invariant"]
    seconds, inner = body.get("for_s", 60), {"all": body["all"]}
    if not isinstance(seconds, int) or not 0 < seconds <= WINDOW_S_MAX:
        raise BadGoal(f"an invariant looks at most {WINDOW_S_MAX} s ahead")
    now = Evidence(find=evidence.find, listed=evidence.listed, events=evidence.events, happened=evidence.happened, now_ms=evidence.now_ms, traffic=evidence.traffic, lines=evidence.lines)
    return bool(evaluated(inner, now)["reached"]) and all(evaluated(inner, then)["reached"] for then in _asking(evidence).ahead(seconds))


PODS_ASKED_MAX = 20
WINDOW_S_MAX = 900
"""How far ahead an invariant looks: over the time after which pods leave a lost node (350 s)."""
CHECKS: dict[str, Callable[[Check, Evidence], bool]] = {
    "field": _field, "exists": _exists, "absent": _absent, "condition": _condition, "event": _event, "happened": _happened, "count": _count, "served": _served,
    "log": _log, "reachable": _reachable, "never": _never, "invariant": _invariant,
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
        case {"happened": _} | {"never": _}:
            return sentence(check)
        case {"served": {"service": service}}:
            return (f"Requests to {service} still fail.", f"{service}: 아직 실패하는 요청이 있다.")
        case {"event": {"reason": reason}}:
            return (f"No event {reason} has been seen yet.", f"{reason} 이벤트가 아직 없다.")
        case {"condition": {"ref": ref, "type": type_, **rest}}:
            return (f"{ref}: {type_} is not yet {rest.get('status', 'True')}.", f"{ref}: {type_} 상태가 아직 {rest.get('status', 'True')} 값이 아니다.")
        case {"log": {"contains": text}}:
            return (f"No log says {text!r} yet.", f"로그에 아직 없는 글: {text!r}.")
        case {"reachable": {"to": url, **rest}}:
            return (f"{url} still answers." if not rest.get("answers", True) else f"{url} does not answer yet.", f"{url} 주소가 아직 {'답한다' if not rest.get('answers', True) else '답하지 않는다'}.")
        case {"invariant": {**rest}}:
            return (f"It does not stay so for {rest.get('for_s', 60)} s.", f"{rest.get('for_s', 60)}초 동안 그대로 있지 않는다.")
    return ("This is not reached yet.", "아직 이르지 못했다.")
