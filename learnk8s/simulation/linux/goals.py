"""The checks that only the Linux world has: what answers at an address, what is alive, and what has held for a while. The others are those of every era (kernel/goals.py)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.kernel.goals import BadGoal, Own
from learnk8s.simulation.linux import objects, scoreboard

if TYPE_CHECKING:
    from learnk8s.simulation.linux.machine import Machine


def own_checks(machine: "Machine") -> Mapping[str, Own]:
    """Return `reachable`, `alive` and `invariant` for a machine."""
    return {"reachable": Own(lambda body: _reachable(machine, body), _unreachable, lambda body: "to" not in body), "alive": Own(lambda body: _alive(machine, body), _dead), "invariant": Own(lambda body: _invariant(machine, body), _broken, lambda body: "all" not in body)}


def _reachable(machine: "Machine", body: Any) -> bool:
    found = objects.answers(machine, body["host"], body["port"], body.get("from", "host"))
    return found == body["program"] if "program" in body else bool(found)


def _unreachable(body: Any) -> tuple[str, str]:
    place, program = f"{body['host']}:{body['port']}", body.get("program")
    if program is None:
        return f"Nobody answers at {place} yet.", f"{place} 주소에서 아직 아무도 답하지 않는다."
    return f"{program} does not answer at {place} yet.", f"{place} 주소에서 아직 {program} 프로그램이 답하지 않는다."


def _alive(machine: "Machine", body: Any) -> bool:
    wanted = body.get("where", {})
    for process in machine.processes.values():
        if process.program == body["program"] and process.phase in ("serving", "computing"):
            doc = objects.process_doc(machine, process)
            if all(doc[key] == value or isinstance(doc[key], list) and isinstance(value, list) and set(value) <= set(doc[key]) for key, value in wanted.items()):
                return True
    return False


def _dead(body: Any) -> tuple[str, str]:
    kinds = ", ".join(body.get("where", {}).get("isolated", ()))
    if kinds:
        return f"{body['program']} does not run with namespaces of its own yet: {kinds}.", f"{body['program']} 프로그램이 아직 따로 가진 네임스페이스에서 돌고 있지 않다: {kinds}."
    return f"{body['program']} does not run yet.", f"{body['program']} 프로그램이 아직 돌고 있지 않다."


def _invariant(machine: "Machine", body: Any) -> bool:
    if "all_served_for_ms" in body:
        return scoreboard.whole_for_ms(machine) >= body["all_served_for_ms"]
    if "oom_kills_at_most" in body:
        return machine.oom_kills <= body["oom_kills_at_most"]
    raise BadGoal("an invariant has one of: all (with for_s), all_served_for_ms, oom_kills_at_most")


def _broken(body: Any) -> tuple[str, str]:
    if "all_served_for_ms" in body:
        return f"Not every request has been served for {body['all_served_for_ms'] // 1000} s.", f"아직 {body['all_served_for_ms'] // 1000}초 동안 모든 요청에 답하지 못했다."
    return f"The kernel has killed more than {body['oom_kills_at_most']} processes for memory.", f"커널이 메모리 때문에 죽인 프로세스가 {body['oom_kills_at_most']}개를 넘었다."
