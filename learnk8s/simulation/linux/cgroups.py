"""The cgroup v2 tree: groups of processes with limits and counts. Models kernel/cgroup and Documentation/admin-guide/cgroup-v2.rst (6.12).

Modelled controllers: cpu, io, memory, pids. Differs: `memory.high`, `cpuset`, `io.weight` and pressure files are not there; CPU is divided as the weights say at
once, not in periods.
"""

import re
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.linux.errors import OsError

if TYPE_CHECKING:
    from learnk8s.simulation.linux.machine import Machine
    from learnk8s.simulation.linux.process import Process

CONTROLLERS = ("cpu", "io", "memory", "pids")
CGROUPS_MAX = 200
NONE = -1
"""What `max` is kept as."""


@dataclass(slots=True)
class Cgroup:
    """One group. Amounts are bytes, microseconds, KiB a second; -1 is `max`."""

    subtree: list[str] = field(default_factory=list)
    cpu_quota_us: int = NONE
    cpu_period_us: int = 100_000
    cpu_weight: int = 100
    memory_max: int = NONE
    pids_max: int = NONE
    io_read_max: int = NONE
    io_write_max: int = NONE
    frozen: bool = False
    usage_us: int = 0
    throttled_us: int = 0
    memory_peak: int = 0
    oom: int = 0
    oom_kill: int = 0
    max_events: int = 0
    pids_events: int = 0
    disk_kb: int = 0
    owner: int = 0

    def dump(self) -> dict[str, Any]:
        """Return what differs from a fresh group."""
        return {name: value for name, value in asdict(self).items() if value != getattr(_FRESH, name)}


_FRESH = Cgroup()


@lru_cache(maxsize=1_024)
def parent_of(path: str) -> str:
    """Return the group above."""
    return path.rpartition("/")[0] or "/"


@lru_cache(maxsize=1_024)
def lineage(path: str) -> tuple[str, ...]:
    """Return a group and all above it, itself first.

    >>> lineage("/a/b")
    ('/a/b', '/a', '/')
    """
    return (path,) if path == "/" else (path, *lineage(parent_of(path)))


def is_within(path: str, top: str) -> bool:
    """Say whether a group is another or below it."""
    return top == "/" or path == top or path.startswith(top + "/")


def members(machine: "Machine", top: str) -> "list[Process]":
    """Return the processes in a group and below."""
    return [process for process in machine.processes.values() if is_within(process.cgroup, top)]


def memory_of(machine: "Machine", top: str, at_ms: int) -> int:
    """Return the bytes that the processes of a group hold at a moment."""
    return sum(machine.memory_of(process, at_ms) for process in members(machine, top))


def make(machine: "Machine", path: str, *, owner: int = 0) -> None:
    """Make a group. Raises OsError."""
    if path in machine.cgroups:
        raise OsError("EEXIST")
    if parent_of(path) not in machine.cgroups:
        raise OsError("ENOENT")
    if len(machine.cgroups) >= CGROUPS_MAX:
        raise OsError("EAGAIN")
    machine.cgroups[path] = Cgroup(owner=owner)


def remove(machine: "Machine", path: str) -> None:
    """Remove an empty group. Raises OsError."""
    if path == "/" or members(machine, path) or any(parent_of(other) == path for other in machine.cgroups if other != "/"):
        raise OsError("EBUSY")
    del machine.cgroups[path]


def ensure(machine: "Machine", path: str) -> None:
    """Make a group and those above it, with all controllers, as systemd does."""
    for step in reversed(lineage(path)):
        if step not in machine.cgroups:
            machine.cgroups[step] = Cgroup()
        if step != path:
            machine.cgroups[step].subtree = list(CONTROLLERS)


def controllers_at(machine: "Machine", path: str) -> list[str]:
    """Return the controllers that a group has: those that the group above hands down."""
    return list(CONTROLLERS) if path == "/" else [name for name in CONTROLLERS if name in machine.cgroups[parent_of(path)].subtree]


EVERYWHERE = ("cgroup.controllers", "cgroup.procs", "cgroup.stat", "cgroup.subtree_control")
BELOW_ROOT = ("cgroup.events", "cgroup.freeze", "cgroup.kill", "cgroup.type")
BY_CONTROLLER = {
    "cpu": ("cpu.max", "cpu.weight"), "io": ("io.max", "io.stat"), "memory": ("memory.current", "memory.events", "memory.max", "memory.peak", "memory.stat"),
    "pids": ("pids.current", "pids.events", "pids.max", "pids.peak"),
}
WRITABLE = ("cgroup.procs", "cgroup.subtree_control", "cgroup.freeze", "cpu.max", "cpu.weight", "memory.max", "pids.max", "io.max")


def file_names(machine: "Machine", path: str) -> list[str]:
    """Return the files of a group's folder."""
    if path == "/":
        return sorted([*EVERYWHERE, "cpu.stat", "io.stat", "memory.stat"])
    return sorted([*EVERYWHERE, *BELOW_ROOT, "cpu.stat", *(name for controller in controllers_at(machine, path) for name in BY_CONTROLLER[controller])])


def _spelled(amount: int) -> str:
    return "max" if amount == NONE else str(amount)


def read(machine: "Machine", path: str, name: str, reader: "Process") -> str:
    """Return the text of a file of a group."""
    group = machine.cgroups[path]
    now = machine.clock.now_ms
    inside = members(machine, path)
    match name:
        case "cgroup.controllers":
            return " ".join(controllers_at(machine, path)) + "\n"
        case "cgroup.subtree_control":
            return " ".join(group.subtree) + "\n"
        case "cgroup.procs":
            numbers = [process.number_in(reader.namespaces[3]) or 0 for process in inside if process.cgroup == path]
            return "".join(f"{number}\n" for number in numbers)
        case "cgroup.stat":
            return f"nr_descendants {sum(is_within(other, path) for other in machine.cgroups) - 1}\nnr_dying_descendants 0\n"
        case "cgroup.events":
            return f"populated {int(bool(inside))}\nfrozen {int(group.frozen)}\n"
        case "cgroup.freeze":
            return f"{int(group.frozen)}\n"
        case "cgroup.type":
            return "domain\n"
        case "cgroup.kill":
            raise OsError("EINVAL")
        case "cpu.max":
            return f"{_spelled(group.cpu_quota_us)} {group.cpu_period_us}\n"
        case "cpu.weight":
            return f"{group.cpu_weight}\n"
        case "cpu.stat":
            used = sum(machine.cgroups[other].usage_us for other in machine.cgroups if is_within(other, path)) + sum(process.share * (now - machine.flow.settled_ms) for process in inside)
            text = f"usage_usec {used}\nuser_usec {used * 4 // 5}\nsystem_usec {used - used * 4 // 5}\n"
            return text if path == "/" else text + f"nr_periods {0 if group.cpu_quota_us == NONE else now * 1000 // group.cpu_period_us}\nthrottled_usec {group.throttled_us}\n"
        case "memory.current":
            return f"{memory_of(machine, path, now)}\n"
        case "memory.max":
            return f"{_spelled(group.memory_max)}\n"
        case "memory.peak":
            return f"{max(group.memory_peak, memory_of(machine, path, now))}\n"
        case "memory.stat":
            used = memory_of(machine, path, now)
            return f"anon {used * 9 // 10}\nfile {used - used * 9 // 10}\nkernel 0\nslab 0\n"
        case "memory.events":
            return f"low 0\nhigh 0\nmax {group.max_events}\noom {group.oom}\noom_kill {group.oom_kill}\noom_group_kill 0\n"
        case "pids.current":
            return f"{sum(process.threads for process in inside)}\n"
        case "pids.max":
            return f"{_spelled(group.pids_max)}\n"
        case "pids.peak":
            return f"{sum(process.threads for process in inside)}\n"
        case "pids.events":
            return f"max {group.pids_events}\n"
        case "io.max":
            if group.io_read_max == group.io_write_max == NONE:
                return ""
            return f"8:0 rbps={_spelled(_bytes(group.io_read_max))} wbps={_spelled(_bytes(group.io_write_max))} riops=max wiops=max\n"
        case "io.stat":
            read_bytes = sum(machine.cgroups[other].disk_kb for other in machine.cgroups if is_within(other, path)) // 1000 * 1024
            return f"8:0 rbytes={read_bytes} wbytes=0 rios={read_bytes // 65536} wios=0 dbytes=0 dios=0\n"
    raise OsError("ENOENT")


def _bytes(kib: int) -> int:
    return kib if kib == NONE else kib * 1024


def write(machine: "Machine", path: str, name: str, text: str, writer: "Process") -> None:
    """Write a file of a group. Raises OsError as write(2) fails."""
    group = machine.cgroups[path]
    words = text.split()
    match name:
        case "cgroup.procs":
            _move(machine, path, words, writer)
        case "cgroup.subtree_control":
            _hand_down(machine, path, words)
        case "cgroup.freeze" if words in (["0"], ["1"]):
            group.frozen = words == ["1"]
        case "cgroup.kill" if words == ["1"]:
            for process in members(machine, path):
                machine.kill(process.pid, 9)
        case "cpu.max" if 1 <= len(words) <= 2:
            quota, period = _number(words[0]), _number(words[1]) if len(words) == 2 else group.cpu_period_us
            if quota != NONE and quota < 1000 or not 1000 <= period <= 1_000_000:
                raise OsError("EINVAL")
            group.cpu_quota_us, group.cpu_period_us = quota, period
        case "cpu.weight" if len(words) == 1:
            weight = _number(words[0])
            if not 1 <= weight <= 10_000:
                raise OsError("ERANGE")
            group.cpu_weight = weight
        case "memory.max" if len(words) == 1:
            amount = _number(words[0])
            group.memory_max = amount if amount == NONE else amount // 4096 * 4096
        case "pids.max" if len(words) == 1:
            group.pids_max = _number(words[0])
        case "io.max" if len(words) >= 2:
            _limit_disk(group, words)
        case _:
            raise OsError("EINVAL")
    machine.changed()


def _number(word: str) -> int:
    """Return an amount as the kernel's memparse reads it: digits with K, M, G, or `max`."""
    if word == "max":
        return NONE
    found = re.fullmatch(r"(\d{1,18})([kKmMgG]?)", word)
    if found is None:
        raise OsError("EINVAL")
    return int(found[1]) << {"": 0, "k": 10, "m": 20, "g": 30}[found[2].lower()]


def _limit_disk(group: Cgroup, words: list[str]) -> None:
    if words[0] != "8:0":
        raise OsError("ENODEV")
    for word in words[1:]:
        key, _, value = word.partition("=")
        amount = _number(value)
        if key == "rbps":
            group.io_read_max = amount if amount == NONE else max(amount // 1024, 1)
        elif key == "wbps":
            group.io_write_max = amount if amount == NONE else max(amount // 1024, 1)
        elif key in ("riops", "wiops") and amount == NONE:
            continue
        else:
            raise OsError("EINVAL")


def _move(machine: "Machine", path: str, words: list[str], writer: "Process") -> None:
    if len(words) != 1 or not words[0].isdigit():
        raise OsError("EINVAL")
    process = writer if words[0] == "0" else machine.by_number(int(words[0]), writer.namespaces[3])
    if process is None:
        raise OsError("ESRCH")
    if process.kernel:
        raise OsError("EINVAL")
    if path != "/" and machine.cgroups[path].subtree:
        raise OsError("EBUSY")
    if "pids" in controllers_at(machine, path) and machine.cgroups[path].pids_max != NONE and len(members(machine, path)) >= machine.cgroups[path].pids_max:
        pass  # the kernel lets a process be moved over pids.max; only fork(2) is refused
    process.cgroup = path
    machine.remember(f"Process/{process.pid}", "cgroup.moved", "cgroup", path, "program", process.title)


def _hand_down(machine: "Machine", path: str, words: list[str]) -> None:
    group = machine.cgroups[path]
    have = controllers_at(machine, path)
    for word in words:
        sign, name = word[:1], word[1:]
        if sign not in "+-" or name not in CONTROLLERS:
            raise OsError("EINVAL")
        if sign == "+" and name not in have:
            raise OsError("ENOENT")
    wanted = {name for name in group.subtree} | {word[1:] for word in words if word[0] == "+"}
    wanted -= {word[1:] for word in words if word[0] == "-"}
    if wanted and path != "/" and any(process.cgroup == path for process in machine.processes.values()):
        raise OsError("EBUSY")
    for name in set(group.subtree) - wanted:
        if any(parent_of(other) == path and name in machine.cgroups[other].subtree for other in machine.cgroups if other != "/"):
            raise OsError("EBUSY")
    group.subtree = [name for name in CONTROLLERS if name in wanted]
