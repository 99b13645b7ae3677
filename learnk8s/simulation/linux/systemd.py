"""Units: what systemd starts, keeps alive and gives up on. Models systemd 257: simple services and timers of one calendar hour.

Settings that are modelled: ExecStart, User, WorkingDirectory, Restart, RestartSec, RootDirectory, NetworkNamespacePath, PrivateNetwork, Nice, OOMScoreAdjust, CPUQuota, CPUWeight, MemoryMax, TasksMax,
CapabilityBoundingSet, NoNewPrivileges, SystemCallFilter (~ lists), Slice. Others are read and have no effect.
"""

import re
import shlex
from functools import lru_cache
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.linux import capabilities, cgroups, namespaces
from learnk8s.simulation.linux.errors import OsError
from learnk8s.simulation.linux.files.view import LinuxFiles
from learnk8s.simulation.linux.programs import launch_python

if TYPE_CHECKING:
    from learnk8s.simulation.linux.machine import Machine
    from learnk8s.simulation.linux.process import Process

FOLDERS = ("/usr/lib/systemd/system", "/etc/systemd/system")
START_LIMIT, START_LIMIT_MS = 5, 10_000


@dataclass(slots=True)
class Unit:
    """One service and how it is."""

    name: str
    path: str
    settings: dict[str, str] = field(default_factory=dict)
    state: str = "inactive"
    main_pid: int = 0
    result: str = "success"
    status: int = 0
    signal: int = 0
    since_ms: int = 0
    starts: list[int] = field(default_factory=list)
    restarts: int = 0
    enabled: bool = False
    ticket: int = 0

    def dump(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return asdict(self)

    @property
    def cgroup(self) -> str:
        """Return the control group of its processes."""
        return f"/{self.settings.get('Slice', 'system.slice')}/{self.name}"


def settings_of(text: str) -> dict[str, str]:
    """Return the settings of a unit file; the last of equal names counts."""
    found = {}
    for line in text.replace("\\\n", " ").splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith(("#", ";", "[")):
            found[key.strip()] = value.strip()
    return found


def reload(machine: "Machine") -> None:
    """Read all unit files again."""
    view = LinuxFiles(machine, lambda: machine.processes[1])
    seen = {}
    for folder in FOLDERS:
        for name in view.listed(folder):
            if name.endswith((".service", ".timer")):
                seen[name] = f"{folder}/{name}"
    for name, path in seen.items():
        unit = machine.units.setdefault(name, Unit(name, path))
        unit.path, unit.settings = path, settings_of(view.read(path) or "")
    for name in [name for name, unit in machine.units.items() if name not in seen and unit.state not in ("active", "activating")]:
        del machine.units[name]


def start(machine: "Machine", unit: Unit) -> str:
    """Start a unit; return why it cannot be, or ""."""
    if unit.state == "active":
        return ""
    now = machine.clock.now_ms
    unit.starts = [moment for moment in unit.starts if now - moment < START_LIMIT_MS]
    if len(unit.starts) >= START_LIMIT:
        machine.log(unit.name, "systemd", 1, f"{unit.name}: Start request repeated too quickly.")
        machine.log(unit.name, "systemd", 1, f"{unit.name}: Failed with result '{unit.result if unit.result != 'success' else 'start-limit-hit'}'.")
        unit.state, unit.since_ms = "failed", now
        return "start-limit"
    unit.starts.append(now)
    _cancel(machine, unit)
    title = unit.settings.get("Description", unit.name)
    if unit.name.endswith(".timer"):
        return _start_timer(machine, unit)
    argv = list(_words(unit.settings.get("ExecStart", "")))
    if not argv:
        return "bad-setting"
    cgroups.ensure(machine, unit.cgroup)
    limit(machine, unit)
    try:
        process = machine.fork(machine.processes[1], argv)
    except OsError as error:
        machine.log(unit.name, "systemd", 1, f"{unit.name}: Failed to spawn 'start' task: {error}")
        unit.status = unit.signal = 0
        _over(machine, unit, "resources")
        machine.log(unit.name, "systemd", 1, f"Failed to start {unit.name} - {title}.")
        return "resources"
    process.unit, process.stdout, process.cgroup, process.tty = unit.name, f"unit:{unit.name}", unit.cgroup, "?"
    unit.main_pid, unit.state, unit.since_ms, unit.result, unit.status, unit.signal = process.pid, "active", now, "success", 0, 0
    machine.remember(f"Unit/{unit.name}", "unit.started", "unit", unit.name, "pid", str(process.pid), actor="systemd")
    machine.history[f"Process/{process.pid}"] = machine.causes.current
    machine.log(unit.name, "systemd", 1, f"Started {unit.name} - {title}.")
    wrong = _furnish(machine, unit, process) or _execute(machine, process, argv)
    if wrong is not None:
        text, status = wrong
        if text:
            machine.say(process, text)
        machine.end(process.pid, status=status)
    return ""


@lru_cache(maxsize=64)
def _words(line: str) -> tuple[str, ...]:
    return tuple(shlex.split(line))


def limit(machine: "Machine", unit: Unit) -> None:
    """Set the unit's group as its settings say."""
    group, settings = machine.cgroups[unit.cgroup], unit.settings
    for name, field_name in (("MemoryMax", "memory_max"), ("TasksMax", "pids_max")):
        if name in settings:
            setattr(group, field_name, amount(settings[name]))
    if settings.get("CPUQuota", "").rstrip("%").isdigit():
        group.cpu_quota_us, group.cpu_period_us = int(settings["CPUQuota"].rstrip("%")) * 1000, 100_000
    if settings.get("CPUWeight", "").isdigit():
        group.cpu_weight = int(settings["CPUWeight"])


def amount(word: str) -> int:
    """Return bytes of `300M`; -1 for infinity or what cannot be read."""
    digits, unit = (word[:-1], word[-1]) if word[-1:] in "KMGT" and word else (word, "")
    return int(digits) << {"": 0, "K": 10, "M": 20, "G": 30, "T": 40}[unit] if digits.isdigit() else cgroups.NONE


def _furnish(machine: "Machine", unit: Unit, process: "Process") -> tuple[str, int] | None:
    settings = unit.settings
    user = machine.user_named(settings.get("User", "root"))
    if user is None:
        return f"{unit.name}: Failed to determine user credentials: No such process\n", 217
    if settings.get("PrivateNetwork") in ("yes", "true", "1"):
        space = namespaces.made(machine, process, namespaces.NET)
        namespaces.moved(process, namespaces.NET, space.id)
    if "NetworkNamespacePath" in settings:
        number = machine.named_network(settings["NetworkNamespacePath"].rpartition("/")[2])
        if number is None:
            return f"{unit.name}: Failed to open network namespace path {settings['NetworkNamespacePath']}: No such file or directory\n", 225
        namespaces.moved(process, namespaces.NET, number)
    view = LinuxFiles(machine, lambda: process)
    try:
        if "RootDirectory" in settings:
            place = view.found(settings["RootDirectory"])
            process.root = process.cwd = place.path
        process.cwd = view.found(settings.get("WorkingDirectory", "/").lstrip("-")).path
    except OsError as error:
        return f"{unit.name}: Changing to the requested working directory failed: {error}\n", 200
    process.nice = int(settings["Nice"]) if settings.get("Nice", "").lstrip("-").isdigit() else 0
    process.oom_adj = int(settings["OOMScoreAdjust"]) if settings.get("OOMScoreAdjust", "").lstrip("-").isdigit() else 0
    process.uid, process.gid = user
    if process.uid:
        process.effective = process.permitted = 0
    if "CapabilityBoundingSet" in settings:
        mask = 0
        for word in settings["CapabilityBoundingSet"].lstrip("~").split():
            mask |= capabilities.bit(word) if word.lower() in capabilities.NAMES else 0
        process.bounding = capabilities.FULL & ~mask if settings["CapabilityBoundingSet"].startswith("~") else mask
        process.effective &= process.bounding
        process.permitted &= process.bounding
    process.no_new_privileges = settings.get("NoNewPrivileges") in ("yes", "true", "1")
    if settings.get("SystemCallFilter", "").startswith("~"):
        process.denied_calls = tuple(settings["SystemCallFilter"][1:].replace("@mount", "mount umount2 pivot_root chroot").split())
    return None


def _execute(machine: "Machine", process: "Process", argv: list[str]) -> tuple[str, int] | None:
    view = LinuxFiles(machine, lambda: process)
    name = argv[0].rpartition("/")[2]
    try:
        view.found(argv[0])
    except OsError as error:
        return f"{process.unit}: Unable to locate executable '{argv[0]}': {error}\n", 203
    if name == "python3":
        process.comm = name
        return launch_python(machine, process, argv)
    if name == "sleep" and len(argv) == 2 and (argv[1].isdigit() or argv[1] == "infinity"):
        process.comm, process.phase = name, "sleeping"
        if argv[1] != "infinity":
            machine.agenda.at(machine.clock.now_ms + int(argv[1][:6]) * 1000, "process", "over", process.pid)
        return None
    return f"learnk8s: {argv[0]}: a unit of this sandbox starts python3 or sleep\n", 203


def next_elapse_ms(machine: "Machine", unit: Unit) -> int:
    """Return when a timer goes off next: at the hour and minute of `OnCalendar=*-*-* HH:MM:SS`, -1 if it is written otherwise."""
    found = re.fullmatch(r"(?:\*-\*-\* )?(\d\d):(\d\d)(?::(\d\d))?", unit.settings.get("OnCalendar", ""))
    if found is None:
        return -1
    now = machine.clock.moment()
    wanted = (int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3] or 0)) * 1000
    today = ((now.hour * 60 + now.minute) * 60 + now.second) * 1000 + machine.clock.now_ms % 1000
    return machine.clock.now_ms + (wanted - today if wanted > today else wanted - today + 86_400_000)


def _start_timer(machine: "Machine", unit: Unit) -> str:
    due_ms = next_elapse_ms(machine, unit)
    if due_ms < 0:
        return "bad-setting"
    unit.state, unit.since_ms = "active", machine.clock.now_ms
    unit.ticket = machine.agenda.at(due_ms, "unit", "timer", unit.name)
    machine.remember(f"Unit/{unit.name}", "unit.timer", "unit", unit.name, actor="systemd")
    machine.log(unit.name, "systemd", 1, f"Started {unit.name} - {unit.settings.get('Description', unit.name)}.")
    return ""


def elapsed(machine: "Machine", name: str) -> None:
    """A timer goes off: it starts its service and waits for the next day."""
    unit = machine.units.get(name)
    if unit is None or unit.state != "active":
        return
    due_ms = next_elapse_ms(machine, unit)
    if due_ms < 0:
        unit.state, unit.ticket = "inactive", 0
        return
    unit.ticket = machine.agenda.at(due_ms, "unit", "timer", name)
    service = machine.units.get(unit.settings.get("Unit", name.removesuffix(".timer") + ".service"))
    if service is not None:
        start(machine, service)


def forget(machine: "Machine", unit: Unit) -> None:
    """The machine lost its power: nothing of the unit runs or is planned."""
    _cancel(machine, unit)
    unit.state, unit.main_pid, unit.starts, unit.restarts, unit.result = "inactive", 0, [], 0, "success"


def stop(machine: "Machine", unit: Unit) -> None:
    """Stop a unit: its restart, if one is planned, and all processes of its group."""
    _cancel(machine, unit)
    if unit.state not in ("active", "activating"):
        return
    machine.log(unit.name, "systemd", 1, f"Stopping {unit.name} - {unit.settings.get('Description', unit.name)}...")
    unit.state, unit.since_ms, unit.main_pid = "inactive", machine.clock.now_ms, 0
    machine.remember(f"Unit/{unit.name}", "unit.stopped", "unit", unit.name, actor="systemd")
    for process in [process for process in machine.processes.values() if process.unit == unit.name]:
        machine.end(process.pid, signal=15)
    machine.log(unit.name, "systemd", 1, f"{unit.name}: Deactivated successfully.")
    machine.log(unit.name, "systemd", 1, f"Stopped {unit.name} - {unit.settings.get('Description', unit.name)}.")


def _cancel(machine: "Machine", unit: Unit) -> None:
    if unit.ticket:
        machine.agenda.cancel(unit.ticket)
        unit.ticket = 0


def ended(machine: "Machine", process: "Process", *, status: int, signal: int, oom: bool) -> None:
    """A process of a unit is over: note how, and start it again if its file says so. Models service_enter_dead in src/core/service.c."""
    unit = machine.units.get(process.unit)
    if unit is None or unit.main_pid != process.pid or unit.state != "active":
        return
    unit.status, unit.signal = status, signal
    clean = not oom and (status == 0 and not signal or signal in (1, 2, 15))
    if oom:
        machine.log(unit.name, "systemd", 1, f"{unit.name}: A process of this unit has been killed by the OOM killer.")
    if not clean:
        code = f"killed, status={signal}/{SIGNALS.get(signal, signal)}" if signal else f"exited, status={status}/{STATUSES.get(status, 'n/a')}"
        machine.log(unit.name, "systemd", 1, f"{unit.name}: Main process exited, code={code}")
    _over(machine, unit, "success" if clean else "oom-kill" if oom else "signal" if signal else "exit-code")


def _over(machine: "Machine", unit: Unit, result: str) -> None:
    now, clean = machine.clock.now_ms, result == "success"
    unit.main_pid, unit.since_ms, unit.result = 0, now, result
    machine.log(unit.name, "systemd", 1, f"{unit.name}: Deactivated successfully." if clean else f"{unit.name}: Failed with result '{result}'.")
    again = unit.settings.get("Restart", "no")
    if again == "always" or again == "on-failure" and not clean or again == "on-abnormal" and unit.result in ("signal", "oom-kill"):
        unit.state = "activating"
        unit.restarts += 1
        unit.ticket = machine.agenda.at(now + _seconds_ms(unit.settings.get("RestartSec", "100ms")), "unit", "restart", unit.name)
        machine.log(unit.name, "systemd", 1, f"{unit.name}: Scheduled restart job, restart counter is at {unit.restarts}.")
    else:
        unit.state = "inactive" if clean else "failed"
    machine.remember(f"Unit/{unit.name}", "unit.ended", "unit", unit.name, "result", unit.result, actor="systemd")


def restarted(machine: "Machine", name: str) -> None:
    """The time for a planned restart has come."""
    unit = machine.units.get(name)
    if unit is not None and unit.state == "activating":
        unit.ticket = 0
        unit.state = "inactive"
        start(machine, unit)


def _seconds_ms(word: str) -> int:
    if word.endswith("ms") and word[:-2].isdigit():
        return int(word[:-2])
    word = word.removesuffix("s")
    return int(word) * 1000 if word.isdigit() else 100


SIGNALS = {1: "HUP", 2: "INT", 3: "QUIT", 6: "ABRT", 9: "KILL", 15: "TERM", 18: "CONT", 19: "STOP", 31: "SYS"}
STATUSES = {0: "SUCCESS", 1: "FAILURE", 2: "INVALIDARGUMENT", 200: "CHDIR", 203: "EXEC", 217: "USER", 225: "NETWORK"}
