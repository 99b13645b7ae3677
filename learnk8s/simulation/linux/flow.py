"""What flows between events: CPU, disk, memory that leaks, and the customers' requests.

Theory. Between two changes every rate is constant, so nothing has to run: at a change, `settle` adds rate times time to each count, then `plan` divides CPU and disk
again and finds the next moment at which a rate would change by itself (a limit is reached, work is done, the hour turns). All amounts are whole numbers of small
units (bytes, microseconds, millionths of a request), so it does not matter into how many steps time is cut.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.kernel.sharing import filled
from learnk8s.simulation.linux import cgroups
from learnk8s.simulation.linux.network import reached
from learnk8s.simulation.workload import shop

if TYPE_CHECKING:
    from learnk8s.simulation.linux.machine import Machine
    from learnk8s.simulation.linux.process import Process

DISK_KB_PER_S = 120_000
"""An assumption: a plain disk's stream."""


@dataclass(slots=True)
class Flow:
    """The counts so far and the rates since `settled_ms`. Requests are counted in millionths."""

    settled_ms: int = 0
    ticket: int = 0
    percent: int = 0
    served: int = 0
    failed: int = 0
    failures: dict[str, int] = field(default_factory=dict)
    served_rate: int = 0
    failed_rate: int = 0
    reason: str = ""
    down_ms: int = 0
    whole_since_ms: int = 0

    def dump(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return asdict(self)


def settle(machine: "Machine") -> None:
    """Add up what has flowed since the last change."""
    flow, now = machine.flow, machine.clock.now_ms
    passed = now - flow.settled_ms
    if not passed:
        return
    for process in machine.processes.values():
        if process.leak:
            process.rss += process.leak * passed
        if process.share:
            used = process.share * passed
            group = machine.cgroups[process.cgroup]
            process.cpu_us += used
            group.usage_us += used
            if process.demand > process.share:
                group.throttled_us += (process.demand - process.share) * passed
            if process.work_us:
                process.work_us = max(process.work_us - used, 1)
        if process.disk_share:
            machine.cgroups[process.cgroup].disk_kb += process.disk_share * passed
    flow.served += flow.served_rate * passed
    flow.failed += flow.failed_rate * passed
    if flow.failed_rate:
        flow.failures[flow.reason] = flow.failures.get(flow.reason, 0) + flow.failed_rate * passed
        flow.down_ms += 0 if flow.served_rate else passed
    flow.settled_ms = now


def plan(machine: "Machine") -> None:
    """Divide CPU and disk, send the requests on their way, and plan the next moment at which something changes by itself."""
    flow, now = machine.flow, machine.clock.now_ms
    rate = shop.requests_per_second(now) * flow.percent // 100
    path, broken = route(machine)
    on_path = {process.pid for process in path}
    frozen = {name for name, group in machine.cgroups.items() if group.frozen}
    for process in machine.processes.values():
        process.demand = process.disk_demand = 0
        program = shop.PROGRAMS.get(process.program)
        if program is None or process.phase not in ("serving", "computing") or process.state in "TZ" or (frozen and not frozen.isdisjoint(cgroups.lineage(process.cgroup))):
            continue
        process.demand, process.disk_demand = program.idle_millicores, program.disk_kb_per_s
        if process.pid in on_path:
            process.demand += rate * program.cpu_us_per_request // 1000
            process.disk_demand += rate * program.disk_kb_per_request
        if process.phase == "computing":
            process.demand = program.threads * 1000
    _divide(machine)
    share = 1000
    slow = ""
    for process in path:
        if process.demand:
            fraction = process.share * 1000 // process.demand if process.share < process.demand else 1000
            if process.disk_demand > process.disk_share:
                fraction = min(fraction, process.disk_share * 1000 // process.disk_demand)
        else:
            fraction = 0
        if fraction < share:
            share, slow = fraction, f"slow.{process.program}"
    served = 0 if broken else rate * share
    was_whole = not flow.failed_rate
    flow.served_rate, flow.failed_rate = served, rate * 1000 - served
    flow.reason = broken or slow
    if flow.failed_rate or was_whole is False:
        flow.whole_since_ms = now
    _plan_next(machine, rate)


def route(machine: "Machine") -> "tuple[list[Process], str]":
    """Return the processes that a customer's request goes through, and why it goes no further ("" if it arrives)."""
    path: list[Process] = []
    if machine.is_off:
        return path, "machine.off"
    process = reached(machine, None, "203.0.113.10", shop.WEB.port)
    for name in shop.SHOP:
        if process is None or process.phase != "serving":
            return path, f"refused.{name}"
        if process.program != name:
            return path, f"stranger.{name}"
        path.append(process)
        following = shop.PROGRAMS[name].calls
        if following:
            host, _, port = process.options.get(following[0], f"127.0.0.1:{shop.PROGRAMS[following[0]].port}").rpartition(":")
            process = reached(machine, process, host, int(port) if port.isdigit() else 0)
    return path, ""


def _divide(machine: "Machine") -> None:
    groups = machine.cgroups
    processes = [process for process in machine.processes.values() if process.demand or process.disk_demand]
    for process in machine.processes.values():
        process.share = process.disk_share = 0

    def cpu_cap(path: str) -> int:
        group = groups[path]
        return cgroups.NONE if group.cpu_quota_us == cgroups.NONE else group.cpu_quota_us * 1000 // group.cpu_period_us

    def disk_cap(path: str) -> int:
        return groups[path].io_read_max

    for process, amount in _shares(groups, processes, machine.cpus * 1000, lambda process: min(process.demand, process.threads * 1000), cpu_cap, lambda path: groups[path].cpu_weight,
                                   lambda process: 100 * min(process.threads, max(process.demand // 1000, 1)) * _niceness(process.nice) // 1024):
        process.share = amount
    if not any(process.disk_demand for process in processes):
        return
    for process, amount in _shares(groups, processes, DISK_KB_PER_S, lambda process: process.disk_demand, disk_cap, lambda path: 100, lambda process: 100):
        process.disk_share = amount


@lru_cache(maxsize=64)
def _niceness(nice: int) -> int:
    """Return the weight of a nice value: about a factor of 1.25 a step. Models kernel/sched/core.c, sched_prio_to_weight."""
    weight = 1024
    for _ in range(abs(nice)):
        weight = weight * 4 // 5 if nice > 0 else weight * 5 // 4
    return max(weight, 15)


def _shares(groups: "dict[str, cgroups.Cgroup]", processes: "list[Process]", capacity: int, demand: "Callable[[Process], int]", cap: Callable[[str], int], weight: Callable[[str], int],
            own_weight: "Callable[[Process], int]") -> "list[tuple[Process, int]]":
    """Divide a capacity down the tree: each group among its processes and the groups below, by weight, none more than it asks for or may have."""
    steps = {step for group in {process.cgroup for process in processes} for step in cgroups.lineage(group)}
    asked = [(process, demand(process)) for process in processes]
    if sum([amount for _process, amount in asked]) <= capacity and all([cap(path) == cgroups.NONE for path in steps]):
        return asked
    used = sorted(steps)
    below: dict[str, list[str]] = {}
    for path in used:
        if path != "/":
            below.setdefault(cgroups.parent_of(path), []).append(path)
    inside: dict[str, list[Process]] = {}
    for process in processes:
        inside.setdefault(process.cgroup, []).append(process)
    wanted: dict[str, int] = {}
    for path in sorted(used, key=len, reverse=True):
        total = sum(demand(process) for process in inside.get(path, ())) + sum(wanted[child] for child in below.get(path, ()))
        limit = cap(path)
        wanted[path] = total if limit == cgroups.NONE else min(total, limit)
    if "/" not in wanted:
        return []
    found: list[tuple[Process, int]] = []
    given = {"/": min(capacity, wanted["/"])}
    for path in sorted(used, key=lambda path: (path.count("/") if path != "/" else 0, path)):
        children, own = below.get(path, []), inside.get(path, [])
        amounts = filled(given[path], [(own_weight(process), demand(process)) for process in own] + [(weight(child), wanted[child]) for child in children])
        found.extend(zip(own, amounts))
        given.update(zip(children, amounts[len(own):]))
    return found


def _plan_next(machine: "Machine", rate: int) -> None:
    flow, now = machine.flow, machine.clock.now_ms
    if flow.ticket:
        machine.agenda.cancel(flow.ticket)
        flow.ticket = 0
    due = [shop.next_change_ms(now)] if rate or flow.percent else []
    for process in machine.processes.values():
        if process.work_us and process.share:
            due.append(now + -(-process.work_us // process.share))
    leaking = [process for process in machine.processes.values() if process.leak]
    if leaking:
        room = machine.memory_bytes - machine.used_memory(now)
        due.append(now + room // sum(process.leak for process in leaking) + 1)
        for path, group in machine.cgroups.items():
            if group.memory_max == cgroups.NONE:
                continue
            inside = [process for process in leaking if cgroups.is_within(process.cgroup, path)]
            if inside:
                due.append(now + max(group.memory_max - cgroups.memory_of(machine, path, now), 0) // sum(process.leak for process in inside) + 1)
    if due:
        flow.ticket = machine.agenda.at(max(min(due), now + 1), "flow", "due")
