"""The machine: one kernel with its processes, namespaces, groups, files and units, and the clock that moves them.

Everything that changes goes through here, so that every change is settled, planned again, and remembered with its cause.
"""

from functools import lru_cache
from typing import Any

from learnk8s.simulation.kernel.agenda import Agenda, Clock
from learnk8s.simulation.kernel.causes import Causes
from learnk8s.simulation.kernel.dice import Dice
from learnk8s.simulation.kernel.limits import STEPS_PER_ADVANCE_MAX, LimitExceeded
from learnk8s.simulation.linux import capabilities, cgroups, flow, namespaces, oom, programs, systemd
from learnk8s.simulation.linux.cgroups import Cgroup
from learnk8s.simulation.linux.errors import OsError
from learnk8s.simulation.linux.files.base import BASES
from learnk8s.simulation.linux.files.kernelfs import CgroupFs, Proc
from learnk8s.simulation.linux.files.node import Disk, Overlay
from learnk8s.simulation.linux.files.view import LinuxFiles
from learnk8s.simulation.linux.namespaces import FIRST_IDS, NEXT_ID, PID, USER, Namespace
from learnk8s.simulation.linux.process import Process

MIB = 1024 * 1024
KERNEL_BYTES = 96 * MIB
KERNEL_LOG_MAX = 200
JOURNAL_MAX = 300
HISTORY_MAX = 400
FILESYSTEMS_MAX = 150
ENDED_MAX = 100
FIRST_USER_PID = 1000
HOST_MOUNTS = 6
"""The mounts that boot makes."""
SCREEN_MAX = 20_000
SIGNAL_NAMES = {1: "HUP", 2: "INT", 3: "QUIT", 6: "ABRT", 9: "KILL", 10: "USR1", 12: "USR2", 15: "TERM", 17: "CHLD", 18: "CONT", 19: "STOP", 20: "TSTP"}
HOST = "shop"
BOOTED_MS = 3 * 3_600_000 + 12 * 60_000
"""How long the machine has been up when the world begins."""
BOOT_MS = 90_000
"""An assumption: a server of one's own takes a minute or two through firmware, disks and services."""


class Machine:
    """One server."""

    cpus = 2
    memory_bytes = 2_014_032 * 1024
    disk_bytes = 20 * 1024 * MIB
    processes_max = 400

    def __init__(self, seed: int) -> None:
        self.clock, self.agenda, self.causes, self.dice = Clock(), Agenda(), Causes(), Dice(seed)
        self.processes: dict[int, Process] = {}
        self.namespaces: dict[int, Namespace] = {}
        self.cgroups: dict[str, Cgroup] = {"/": Cgroup(subtree=list(cgroups.CONTROLLERS))}
        self.filesystems: dict[int, Any] = {}
        self.units: dict[str, systemd.Unit] = {}
        self.flow = flow.Flow()
        self.kernel_log: list[list[Any]] = []
        self.journal: list[list[Any]] = []
        self.history: dict[str, int] = {}
        self.ended: dict[int, int] = {}
        self.screen: dict[int, str] = {}
        self.next_pid = 1
        self.next_namespace = NEXT_ID
        self.next_filesystem = 1
        self.next_mount = 21
        self.oom_kills = 0
        self.booted_ms = BOOTED_MS
        self.off_until_ms = 0
        self._busy = False

    # Numbers

    def take_namespace_id(self) -> int:
        """Return a new inode number. Raises OsError when there are too many namespaces."""
        if len(self.namespaces) >= namespaces.NAMESPACES_MAX:
            raise OsError("ENOSPC")
        self.next_namespace += 1
        return self.next_namespace - 1

    def add_filesystem(self, kind: str, **words: Any) -> int:
        """Make a file system and return its number. Raises OsError when there are too many."""
        if len(self.filesystems) >= FILESYSTEMS_MAX:
            raise OsError("ENOSPC")
        number = self.next_filesystem
        self.next_filesystem += 1
        match kind:
            case "proc":
                self.filesystems[number] = Proc(number, self, words["space"])
            case "cgroup2":
                self.filesystems[number] = CgroupFs(number, self)
            case "overlay":
                self.filesystems[number] = Overlay(number, self, words["lower"], words["upper"])
            case _:
                self.filesystems[number] = Disk(number, BASES[kind], kind)
        return number

    def collect_filesystems(self) -> None:
        """Forget the file systems that no mount and no overlay needs."""
        used = {mount["fs"] for space in self.namespaces.values() if space.kind == namespaces.MNT for mount in space.data["mounts"]}
        used |= {place[0] for number, store in self.filesystems.items() if number in used and store.kind == "overlay" for place in ([*store.lower, store.upper] if store.upper else store.lower)}
        self.filesystems = {number: store for number, store in self.filesystems.items() if number in used}

    def mount(self, space: int, fs: int, point: str, *, source: str, options: str, root: str = "/", kind: str = "") -> None:
        """Add a mount to a mount namespace."""
        mounts = self.namespaces[space].data["mounts"]
        parent = next((mount["id"] for mount in reversed(mounts) if mount["point"] == "/" or point == mount["point"] or point.startswith(mount["point"] + "/")), 1)
        mounts.append({"id": self.next_mount, "parent": parent, "fs": fs, "root": root, "point": point, "type": kind or self.filesystems[fs].kind, "source": source, "options": options})
        self.next_mount += 1

    # Asking

    def by_number(self, number: int, space: int) -> Process | None:
        """Return the process that has a pid in a pid namespace."""
        if space == FIRST_IDS[PID]:
            return self.processes.get(number)
        return next((process for process in self.processes.values() if process.number_in(space) == number), None)

    def memory_of(self, process: Process, at_ms: int) -> int:
        """Return the bytes that a process holds at a moment."""
        return process.rss + process.leak * (at_ms - self.flow.settled_ms)

    def virtual_of(self, process: Process, at_ms: int) -> int:
        """Return the bytes of its address space; an assumption: about a fifth more, and its libraries."""
        return 0 if process.kernel else self.memory_of(process, at_ms) * 6 // 5 + 6_000_000

    def used_memory(self, at_ms: int) -> int:
        """Return the bytes that the kernel and all processes hold."""
        passed = at_ms - self.flow.settled_ms
        return KERNEL_BYTES + sum([process.rss + process.leak * passed for process in self.processes.values()])

    def memory_figures(self) -> dict[str, int]:
        """Return what `free` shows, in bytes; the cache takes what nobody needs, up to a bound."""
        used = self.used_memory(self.clock.now_ms)
        cache = min(340 * MIB, max(self.memory_bytes - used, 0) * 3 // 4)
        buffers = min(18 * MIB, cache // 10)
        free = max(self.memory_bytes - used - cache, 0)
        return {"total": self.memory_bytes, "used": used, "free": free, "shared": 1_200 * 1024, "buffers": buffers, "cache": cache - buffers, "available": max(self.memory_bytes - used - 24 * MIB, 0)}

    def uptime_s(self) -> int:
        """Return the seconds since the machine was switched on."""
        return (self.booted_ms + self.clock.now_ms) // 1000

    def loads(self) -> list[str]:
        """Return the three load averages. Differs: they are what CPU is asked for now, not a mean over minutes."""
        asked = sum(min(process.demand, process.threads * 1000) for process in self.processes.values()) // 10
        return [f"{asked // 100}.{asked % 100:02d}"] * 3

    def running(self) -> int:
        """Return how many processes want the CPU now."""
        return max(sum(process.demand >= 500 for process in self.processes.values()), 1)

    def groups_of(self, process: Process) -> tuple[int, ...]:
        """Return the groups that a process belongs to."""
        return (process.gid, 27) if process.uid == 1000 else (process.gid,)

    def capable(self, process: Process, name: str, space: int | None = None) -> bool:
        """Say whether a process has a capability in a user namespace. Models cap_capable in security/commoncap.c."""
        current = FIRST_IDS[USER] if space is None else space
        own = process.namespaces[USER]
        while True:
            if current == own:
                return bool(process.effective & capabilities.bit(name))
            if current == FIRST_IDS[USER]:
                return False
            here = self.namespaces[current]
            if here.parent == own and here.owner_uid == process.uid:
                return True
            current = here.parent

    def capable_over(self, process: Process, name: str, uid: int) -> bool:
        """Say whether a capability holds for a file of an owner: inside a user namespace only if the owner is mapped there."""
        own = process.namespaces[USER]
        if not process.effective & capabilities.bit(name):
            return False
        return own == FIRST_IDS[USER] or namespaces.inside_id(self, own, uid) != namespaces.OVERFLOW_ID

    def user_named(self, name: str) -> tuple[int, int] | None:
        """Return user and group id of a name of the host's /etc/passwd."""
        return _users(LinuxFiles(self, lambda: self.processes[1]).read("/etc/passwd") or "").get(name)

    def named_network(self, name: str) -> int | None:
        """Return the network namespace that `ip netns add` named."""
        return next((space.id for space in self.namespaces.values() if f"netns:{name}" in space.held), None)

    # Processes

    def fork(self, parent: Process, argv: list[str], *, always: bool = False) -> Process:
        """Make a child process that will run these words; `always`: even if there are too many. Raises OsError."""
        space = parent.next_pid_namespace or parent.namespaces[PID]
        data = self.namespaces[space].data
        if data["init"] == 0:
            raise OsError("ENOMEM")
        if len(self.processes) >= self.processes_max and not always:
            raise OsError("EAGAIN")
        for path in cgroups.lineage(parent.cgroup):
            group = self.cgroups[path]
            if group.pids_max != cgroups.NONE and len(cgroups.members(self, path)) >= group.pids_max:
                group.pids_events += 1
                raise OsError("EAGAIN")
        pid = self.next_pid
        self.next_pid += 1
        numbers = [(space, self._number(space, pid))]
        while space != FIRST_IDS[PID]:
            space = self.namespaces[space].parent
            numbers.append((space, self._number(space, pid)))
        spaces = list(parent.namespaces)
        spaces[PID] = numbers[0][0]
        child = Process(pid, parent.pid, argv[0].rpartition("/")[2].lstrip("-")[:15] if argv else parent.comm, tuple(argv), parent.uid, parent.gid, tuple(spaces), tuple(reversed(numbers)), parent.cgroup, self.clock.now_ms,
                        parent.effective, parent.permitted, parent.bounding, parent.ambient, parent.root, parent.cwd, parent.tty, nice=parent.nice, oom_adj=parent.oom_adj, no_new_privileges=parent.no_new_privileges,
                        denied_calls=parent.denied_calls, stdout=parent.stdout, unit=parent.unit)
        self.processes[pid] = child
        if self.namespaces[spaces[PID]].data["init"] is None:
            self.namespaces[spaces[PID]].data["init"] = pid
        return child

    def _number(self, space: int, pid: int) -> int:
        if space == FIRST_IDS[PID]:
            return pid
        data = self.namespaces[space].data
        data["next"] += 1
        return int(data["next"] - 1)

    def end(self, pid: int, *, status: int = 0, signal: int = 0, oom: bool = False) -> None:
        """End a process: its children get another parent, what waits for it goes on, its namespaces may go."""
        self._busy, was_busy = True, self._busy
        process = self.processes.pop(pid, None)
        if process is None:
            self._busy = was_busy
            return
        for space, number in process.numbers:
            data = self.namespaces[space].data
            if data["init"] == pid and number == 1 and space != FIRST_IDS[PID]:
                data["init"] = 0
                for other in [other for other in self.processes.values() if other.number_in(space) is not None]:
                    self.end(other.pid, signal=9)
        heir = self.namespaces[process.namespaces[PID]].data["init"] or 1
        for child in self.processes.values():
            if child.ppid == pid:
                child.ppid = heir if heir in self.processes else 1
        code = 128 + signal if signal else status
        self.ended[pid] = code
        if len(self.ended) > ENDED_MAX:
            del self.ended[next(iter(self.ended))]
        if process.program or oom:
            how = "killed by the OOM killer" if oom else f"signal {signal} ({SIGNAL_NAMES.get(signal, signal)})" if signal else f"status {status}"
            self.remember(f"Process/{pid}", "process.ended", "program", process.title, "pid", str(pid), "how", how)
        if process.unit:
            systemd.ended(self, process, status=status, signal=signal, oom=oom)
        if len(process.numbers) > 1 or process.namespaces != self.processes[1].namespaces:
            namespaces.collect(self)
        parent = self.processes.get(process.ppid)
        if parent is not None and parent.waits_for == pid:
            self.end(parent.pid, status=code)
        self._busy = was_busy

    def kill(self, pid: int, signal: int, sender: Process | None = None) -> None:
        """Send a signal. Raises OsError. An init is safe from signals that come from its own namespace."""
        process = self.processes.get(pid)
        if process is None:
            raise OsError("ESRCH")
        if sender is not None and sender.uid != process.uid and not self.capable(sender, "kill", process.namespaces[USER]):
            raise OsError("EPERM")
        space = process.namespaces[PID]
        is_init = process.number_in(space) == 1
        if signal == 0 or process.kernel or pid == 1 or (is_init and sender is not None and sender.namespaces[PID] == space and signal not in (18, 19)) or (is_init and signal not in (9, 19, 18) and process.comm in ("bash", "sh")):
            return
        if signal in (18, 19, 20):
            process.state = "S" if signal == 18 else "T"
        elif signal == 17 or (signal in (15, 2, 20) and process.comm in ("bash", "sh") and not process.program):
            return
        elif process.waits_for in self.processes and signal in (15, 2):
            self.kill(process.waits_for, signal)
            return
        else:
            self.end(pid, signal=signal)
        self.changed()

    # Power

    @property
    def is_off(self) -> bool:
        """Say whether the machine is off or still boots."""
        return self.clock.now_ms < self.off_until_ms

    def power_off(self, *, why: str, dark_ms: int = 0) -> None:
        """Lose everything that is not on the disk; the machine boots once there is power again, at once unless told otherwise, and is back after a while."""
        now = self.clock.now_ms
        flow.settle(self)
        self._busy = True
        self.remember("Machine/host", "machine.off", "why", why, actor="machine")
        for unit in self.units.values():
            systemd.forget(self, unit)
        for pid in [process.pid for process in self.processes.values() if not process.kernel and (process.program or process.pid > FIRST_USER_PID or process.ppid not in (0, 1))]:
            self.end(pid, signal=9)
        for space in self.namespaces.values():
            space.held.clear()
        namespaces.collect(self)
        for number in FIRST_IDS:
            data = self.namespaces[number].data
            if "mounts" in data:
                data["mounts"] = data["mounts"][:HOST_MOUNTS]
            elif "links" in data:
                self.namespaces[number].data = namespaces.first(namespaces.NET, HOST)
        self.collect_filesystems()
        for store in self.filesystems.values():
            if store.kind == "tmpfs":
                for path in [path for path in store.changes if path != "/netns"]:
                    del store.changes[path]
        for path in [path for path in self.cgroups if path not in ("/", "/init.scope") and not path.startswith(("/system.slice", "/user.slice"))]:
            del self.cgroups[path]
        self.screen.clear()
        self.off_until_ms, self.booted_ms = now + dark_ms + BOOT_MS, -(now + dark_ms + BOOT_MS)
        self.kernel_log = []
        self.agenda.at(self.off_until_ms, "machine", "up", 0)
        self._busy = False
        self.changed()

    def _up(self) -> None:
        self.remember("Machine/host", "machine.up", actor="machine")
        self.kernel_log = [[self.clock.now_ms, "Linux version 6.12.48+deb13-amd64 (debian-kernel@lists.debian.org)"], [self.clock.now_ms, "systemd[1]: Hostname set to <shop>."]]
        systemd.reload(self)
        for process in self.processes.values():
            process.start_ms = self.clock.now_ms
        for unit in list(self.units.values()):
            if unit.enabled:
                systemd.start(self, unit)

    # Talking

    def say(self, process: Process, text: str) -> None:
        """Print what a process says to where its output goes."""
        kind, _, rest = process.stdout.partition(":")
        if kind == "tty":
            self.screen[process.pid] = (self.screen.get(process.pid, "") + text)[-SCREEN_MAX:]
        elif kind == "unit":
            for line in text.rstrip("\n").split("\n"):
                self.log(rest, process.comm, process.pid, line)
        elif kind == "file":
            try:
                LinuxFiles(self, lambda: self.processes[1]).write(rest, text, append=True)
            except OsError:
                return

    def log(self, unit: str, identifier: str, pid: int, text: str) -> None:
        """Write a line to the journal."""
        self.journal.append([self.clock.now_ms, unit, identifier, pid, text])
        del self.journal[:-JOURNAL_MAX]

    def kernel_says(self, text: str) -> None:
        """Write a line to the kernel's log."""
        self.kernel_log.append([self.clock.now_ms, text])
        del self.kernel_log[:-KERNEL_LOG_MAX]

    def because(self, actor: str, key: str, *parameters: str, parent: int | None = None) -> int:
        """Note why something happens."""
        return self.causes.add(self.clock.now_ms, actor, key, *parameters, parent=parent)

    def remember(self, ref: str, key: str, *parameters: str, actor: str = "kernel") -> None:
        """Note why an object changed."""
        self.history.pop(ref, None)
        before = self.causes.current
        self.history[ref] = self.because(actor, key, "ref", ref, *parameters)
        self.causes.current = before if self.causes[before] is not None and key in ("cgroup.set", "cgroup.made") else self.history[ref]
        if len(self.history) > HISTORY_MAX:
            del self.history[next(iter(self.history))]

    # Time

    @property
    def now_ms(self) -> int:
        """Return the virtual time."""
        return self.clock.now_ms

    def next_due_ms(self) -> int | None:
        """Say when the next thing will happen."""
        return self.agenda.next_due_ms()

    def changes_of(self, ref: str) -> list[int]:
        """Return the number of the last thing that happened to an object; one that is gone is remembered too."""
        return [self.history[ref]] if ref in self.history else []

    def changed(self) -> None:
        """Keep the limits and plan again, after anything that moves a rate."""
        if self._busy:
            return
        self._busy = True
        flow.settle(self)
        oom.relieve(self)
        flow.plan(self)
        self._busy = False

    def advance(self, until_ms: int) -> None:
        """Do all that is due until then."""
        steps = 0
        while (due_ms := self.agenda.next_due_ms()) is not None and due_ms <= until_ms:
            task = self.agenda.pop()
            self.clock.now_ms = max(task.due_ms, self.clock.now_ms)
            if task.component == "flow":
                self.flow.ticket = 0
            flow.settle(self)
            self._do(task.component, task.name, task.arguments)
            self.changed()
            steps += 1
            if steps > STEPS_PER_ADVANCE_MAX:
                raise LimitExceeded("too much happens on this server at once")
        self.clock.now_ms = max(until_ms, self.clock.now_ms)

    def _do(self, component: str, name: str, arguments: tuple[Any, ...]) -> None:
        if component == "flow":
            self._flow_due()
            return
        pid = arguments[0]
        parent = self.history.get(f"Unit/{pid}" if component == "unit" else f"Process/{pid}")
        if parent is not None:
            self.causes.current = parent
        match component, name:
            case "process", "ready":
                programs.ready(self, pid)
            case "process", "children":
                programs.children(self, pid)
            case "process", "over":
                self.end(pid)
            case "unit", "restart":
                systemd.restarted(self, pid)
            case "unit", "timer":
                systemd.elapsed(self, pid)
            case "machine", "up":
                self._up()

    def _flow_due(self) -> None:
        for process in [process for process in self.processes.values() if process.work_us == 1]:
            process.work_us = 0
            self.remember(f"Process/{process.pid}", "program.done", "program", process.program, actor="process")
            self.say(process, f"{process.program}: done\n")
            self.end(process.pid)

    # Writing down and reading back

    def dump(self) -> dict[str, Any]:
        """Return the whole machine as JSON-able data."""
        return {
            "seed": self.dice.seed, "dice": self.dice.dump(), "now": self.clock.now_ms, "agenda": self.agenda.dump(), "causes": self.causes.dump(), "processes": [process.dump() for process in self.processes.values()],
            "namespaces": [space.dump() for space in self.namespaces.values()], "cgroups": {path: group.dump() for path, group in self.cgroups.items()}, "filesystems": {str(number): store.dump() for number, store in self.filesystems.items()},
            "units": [unit.dump() for unit in self.units.values()], "flow": self.flow.dump(), "kernel_log": self.kernel_log, "journal": self.journal, "history": self.history, "ended": list(self.ended.items()), "screen": list(self.screen.items()),
            "numbers": [self.next_pid, self.next_namespace, self.next_filesystem, self.next_mount, self.oom_kills, self.booted_ms, self.off_until_ms],
        }

    def restore(self, dumped: dict[str, Any]) -> None:
        """Take back what `dump` returned."""
        self.dice = Dice(dumped["seed"], dumped["dice"])
        self.clock.now_ms, self.agenda, self.causes = dumped["now"], Agenda.load(dumped["agenda"]), Causes.load(dumped["causes"])
        self.processes = {process["pid"]: Process.load(process) for process in dumped["processes"]}
        self.namespaces = {space["id"]: Namespace(**space) for space in dumped["namespaces"]}
        self.cgroups = {path: Cgroup(**group) for path, group in dumped["cgroups"].items()}
        self.units = {unit["name"]: systemd.Unit(**unit) for unit in dumped["units"]}
        self.flow = flow.Flow(**dumped["flow"])
        self.kernel_log, self.journal, self.history = dumped["kernel_log"], dumped["journal"], dumped["history"]
        self.ended, self.screen = dict(map(tuple, dumped["ended"])), dict(map(tuple, dumped["screen"]))
        self.next_pid, self.next_namespace, self.next_filesystem, self.next_mount, self.oom_kills, self.booted_ms, self.off_until_ms = dumped["numbers"]
        for word, store in dumped["filesystems"].items():
            number = int(word)
            match store["kind"]:
                case "proc":
                    self.filesystems[number] = Proc(number, self, store["space"])
                case "cgroup2":
                    self.filesystems[number] = CgroupFs(number, self)
                case "overlay":
                    self.filesystems[number] = Overlay(number, self, [(fs, path) for fs, path in store["lower"]], tuple(store["upper"]) if store["upper"] else None, store["opaque"])
                case kind:
                    self.filesystems[number] = Disk.load(number, store, BASES[kind])


@lru_cache(maxsize=16)
def _users(passwd: str) -> dict[str, tuple[int, int]]:
    """Return user and group id by name, and by number, of a passwd file; the first line that has it counts."""
    found: dict[str, tuple[int, int]] = {}
    for parts in (line.split(":") for line in passwd.splitlines()):
        if len(parts) >= 4 and parts[2].isdigit() and parts[3].isdigit():
            for word in (parts[0], parts[2]):
                found.setdefault(word, (int(parts[2]), int(parts[3])))
    return found
