"""Goals of tasks: typed checks on the server as it is and on what was done to it.

A goal is data: `{"all": [check, ...]}`. Each check is a dict with one of the keys below and, if its author likes, `text_en` and `text_ko`: what is still missing. Spelled as in the
Kubernetes world where that makes sense; `condition`, `event`, `log`, `never`, and the forms of `reachable` and `invariant` that every world has, are the kernel's. Its own are `alive`, and `reachable` and `invariant` as they stand below.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.kernel.goals import ASKED, OPERATORS, Asking, BadGoal, asked, sentence, values_at
from learnk8s.simulation.linux import objects, scoreboard

if TYPE_CHECKING:
    from learnk8s.simulation.linux.machine import Machine

Check = Mapping[str, Any]
class Evidence:
    """What checks may ask: the machine, what the learner did, and the world itself."""

    def __init__(self, machine: "Machine", happened: Sequence[Mapping[str, Any]], lines: Sequence[str], asking: Asking | None = None) -> None:
        self.machine, self.happened, self.lines, self.asking = machine, happened, lines, asking


def _operator(body: Mapping[str, Any]) -> Callable[[Any, Any], bool]:
    name = body.get("op", "==")
    if name not in OPERATORS:
        raise BadGoal(f"unknown operator {name!r}; known are {', '.join(OPERATORS)}")
    return OPERATORS[name]


def _field(check: Check, evidence: Evidence) -> bool:
    body = check["field"]
    doc = objects.find(evidence.machine, body["ref"])
    operator = _operator(body)
    return doc is not None and any(operator(value, body["value"]) for value in values_at(doc, body["path"]))


def _exists(check: Check, evidence: Evidence) -> bool:
    return objects.find(evidence.machine, check["exists"]) is not None


def _absent(check: Check, evidence: Evidence) -> bool:
    return objects.find(evidence.machine, check["absent"]) is None


def _count(check: Check, evidence: Evidence) -> bool:
    body = check["count"]
    docs = objects.listed(evidence.machine, body["kind"])
    if "path" in body:
        docs = [doc for doc in docs if any(value == body["value_at_path"] or isinstance(value, list) and body["value_at_path"] in value for value in values_at(doc, body["path"]))]
    return _operator(body)(len(docs), body["value"])


def _reachable(check: Check, evidence: Evidence) -> bool:
    body = check["reachable"]
    if "to" in body:
        return asked("reachable", body, evidence.asking)
    found = objects.answers(evidence.machine, body["host"], body["port"], body.get("from", "host"))
    return found == body["program"] if "program" in body else bool(found)


def _alive(check: Check, evidence: Evidence) -> bool:
    body = check["alive"]
    wanted = body.get("where", {})
    for process in evidence.machine.processes.values():
        if process.program == body["program"] and process.phase in ("serving", "computing"):
            doc = objects.process_doc(evidence.machine, process)
            if all(doc[key] == value or isinstance(doc[key], list) and isinstance(value, list) and set(value) <= set(doc[key]) for key, value in wanted.items()):
                return True
    return False


def _happened(check: Check, evidence: Evidence) -> bool:
    wanted = check["happened"]
    if "command" in wanted:
        return any(re.search(wanted["command"], line) for line in evidence.lines)
    return any(all(done.get("kind" if key == "action" else key) == value for key, value in wanted.items()) for done in evidence.happened)


def _invariant(check: Check, evidence: Evidence) -> bool:
    body = check["invariant"]
    if "all_served_for_ms" in body:
        return scoreboard.whole_for_ms(evidence.machine) >= body["all_served_for_ms"]
    if "oom_kills_at_most" in body:
        return evidence.machine.oom_kills <= body["oom_kills_at_most"]
    if "all" in body:
        return asked("invariant", body, evidence.asking)
    raise BadGoal("an invariant has one of: all (with for_s), all_served_for_ms, oom_kills_at_most")


CHECKS: dict[str, Callable[[Check, Evidence], bool]] = {
    "field": _field, "exists": _exists, "absent": _absent, "count": _count, "reachable": _reachable, "alive": _alive, "happened": _happened, "invariant": _invariant,
    **{kind: (lambda check, evidence, kind=kind: asked(kind, check[kind], evidence.asking)) for kind in ASKED if kind not in ("reachable", "invariant")},  # type: ignore[misc]  # the default binds the kind
}


def evaluated(goal: Mapping[str, Any], evidence: Evidence) -> dict[str, Any]:
    """Return whether all checks hold, and each that does not, with its sentences. Raises BadGoal."""
    checks = goal.get("all")
    if not isinstance(checks, list) or not checks:
        raise BadGoal("a goal is {\"all\": [check, ...]} with at least one check")
    missing = []
    for check in checks:
        if not _holds(check, evidence):
            english, korean = _sentence(check)
            missing.append({"check": dict(check), "text_en": check.get("text_en") or english, "text_ko": check.get("text_ko") or korean})
    return {"reached": not missing, "missing": missing}


def _holds(check: Check, evidence: Evidence) -> bool:
    kinds = [kind for kind in CHECKS if kind in check]
    if len(kinds) != 1:
        raise BadGoal(f"each check has exactly one of: {', '.join(CHECKS)}")
    try:
        return CHECKS[kinds[0]](check, evidence)
    except (KeyError, TypeError, AttributeError, re.error) as error:
        raise BadGoal(f"check {kinds[0]!r} lacks or misuses {error}") from error


def _sentence(check: Check) -> tuple[str, str]:
    match check:
        case {"field": {"ref": ref, "path": path, "value": value, **rest}}:
            operator = rest.get("op", "==")
            return f"{ref}: {path} is not yet {operator} {value}.", f"{ref}: {path} 값이 아직 {operator} {value} 조건에 맞지 않는다."
        case {"exists": ref}:
            return f"{ref} does not exist yet.", f"{ref}: 아직 없다."
        case {"absent": ref}:
            return f"{ref} is still there.", f"{ref}: 아직 남아 있다."
        case {"alive": {"program": program}}:
            return f"{program} does not run yet as it should.", f"{program} 프로그램이 아직 바라는 대로 돌고 있지 않다."
        case {"reachable": {"host": host, "port": port}}:
            return f"{host}:{port} does not answer as it should.", f"{host}:{port} 주소가 아직 바라는 대로 답하지 않는다."
        case {"invariant": {"all_served_for_ms": length}}:
            return f"Not every request has been served for {length // 1000} s.", f"아직 {length // 1000}초 동안 모든 요청에 답하지 못했다."
    return sentence(check)
