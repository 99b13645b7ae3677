"""What systemd and the kernel say: systemctl, journalctl, dmesg, in the words of systemd 257 and util-linux 2.41."""


from difflib import get_close_matches

from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.linux import cgroups, systemd
from learnk8s.simulation.linux.commands.call import Call, options
from learnk8s.simulation.linux.machine import MIB
from learnk8s.simulation.linux.namespaces import UTS
from learnk8s.simulation.linux.systemd import SIGNALS, STATUSES, Unit

VERBS = ("start", "stop", "restart", "status", "enable", "disable", "is-active", "is-enabled", "is-failed", "daemon-reload", "list-units", "list-unit-files", "list-timers", "cat", "show", "reset-failed", "set-property", "kill", "try-restart", "reload-or-restart")
LEFT_OUT = frozenset(
    "edit mask unmask list-dependencies list-sockets list-paths list-jobs list-automounts list-machines get-default set-default isolate daemon-reexec poweroff halt rescue emergency suspend hibernate preset preset-all reenable link revert add-wants add-requires clean freeze thaw help "
    "is-system-running show-environment set-environment import-environment log-level log-target service-log-level try-reload-or-restart bind mount-image switch-root soft-reboot kexec cancel whoami".split()
)
"""Verbs of systemd that are not modelled."""
LINES_SHOWN = 10


def systemctl(call: Call) -> Outcome:
    """Start, stop and look at units."""
    chosen, words = options(call.argv[1:], valued="npst", long_valued=("lines", "property", "signal", "type", "state"))
    verb, names = (words[0] if words else "list-units"), words[1:]
    if verb in LEFT_OUT:
        return Outcome("", f"learnk8s: systemctl {verb}: not modelled in this sandbox\n", 1)
    if verb == "reload":
        return Outcome("", "".join(f"Failed to reload {name}: Job type reload is not applicable for unit {name}.\nSee system logs and 'systemctl status {name}' for details.\n" for name in (word if "." in word else f"{word}.service" for word in names)) or "Too few arguments.\n", 1)
    if verb not in VERBS:
        near = next((f", did you mean '{known}'?" for known in get_close_matches(verb, VERBS, n=1)), ".")
        return Outcome("", f"Unknown command verb '{verb}'{near}\n", 1)
    machine = call.machine
    if not any(mount["type"] == "cgroup2" for mount in machine.namespaces[call.process.namespaces[0]].data["mounts"]) or call.process.root != "/":
        return Outcome("", "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to system scope bus via local transport: Host is down\n", 1)
    changes = verb in ("start", "stop", "restart", "enable", "disable", "daemon-reload", "reset-failed", "set-property", "kill", "try-restart", "reload-or-restart")
    if verb == "daemon-reload":
        if call.process.uid:
            return Outcome("", "Failed to reload daemon: Interactive authentication required.\n", 1)
        systemd.reload(machine)
        return Outcome()
    if verb == "list-timers":
        return _timers(call)
    if verb in ("list-units", "list-unit-files"):
        return _listed(call, everything="a" in chosen or "all" in chosen, files=verb == "list-unit-files", state="failed" if "failed" in chosen else chosen.get("state", ""))
    if not names and verb != "reset-failed":
        return Outcome("", "Too few arguments.\n", 1) if verb != "status" else Outcome(f"● shop\n    State: {'degraded' if any(unit.state == 'failed' for unit in machine.units.values()) else 'running'}\n    Units: {len(machine.units)} loaded (incl. loaded aliases)\n     Jobs: 0 queued\n   Failed: {sum(unit.state == 'failed' for unit in machine.units.values())} units\n")
    properties = [name for name in names if "=" in name]
    out = wrong = ""
    status = 0
    for name in [name for name in names if "=" not in name] or list(machine.units):
        full = name if "." in name else f"{name}.service"
        unit = machine.units.get(full)
        if unit is None:
            status = {"status": 4, "is-active": 4, "is-enabled": 1, "cat": 1, "stop": 5, "is-failed": 4}.get(verb, 5)
            if verb in ("is-active", "is-failed"):
                out += "inactive\n"
            elif verb == "is-enabled":
                out += "not-found\n"
            else:
                wrong += {"status": f"Unit {full} could not be found.\n", "stop": f"Failed to stop {full}: Unit {full} not loaded.\n", "cat": f"No files found for {full}.\n", "enable": f"Failed to enable unit: Unit {full} does not exist\n",
                          "disable": f"Failed to disable unit: Unit {full} does not exist\n"}.get(verb, f"Failed to {verb} {full}: Unit {full} not found.\n")
            continue
        if changes and call.process.uid:
            wrong += f"Failed to {verb} {full}: Interactive authentication required.\nSee system logs and 'systemctl status {full}' for details.\n"
            status = 1
            continue
        text, error, code = _one(call, verb, unit, chosen, properties)
        out, wrong, status = out + text, wrong + error, status or code
    machine.changed()
    return Outcome(out, wrong, status)


def _one(call: Call, verb: str, unit: Unit, chosen: dict[str, str], properties: list[str]) -> tuple[str, str, int]:
    machine = call.machine
    match verb:
        case "start":
            return _started(call, unit)
        case "restart" | "try-restart" | "reload-or-restart":
            if verb == "try-restart" and unit.state != "active":
                return "", "", 0
            systemd.stop(machine, unit)
            return _started(call, unit)
        case "stop":
            systemd.stop(machine, unit)
        case "status":
            return status(call, unit, lines=int(chosen.get("n", chosen.get("lines", str(LINES_SHOWN))) or 0)), "", 0 if unit.state == "active" else 3
        case "enable" | "disable":
            was, unit.enabled = unit.enabled, verb == "enable"
            link = f"/etc/systemd/system/multi-user.target.wants/{unit.name}"
            text = "" if was == unit.enabled else f"Created symlink '{link}' → '{unit.path}'.\n" if unit.enabled else f"Removed '{link}'.\n"
            if "now" in chosen:
                if unit.enabled:
                    systemd.start(machine, unit)
                else:
                    systemd.stop(machine, unit)
            return "", text, 0
        case "is-active":
            return f"{unit.state}\n", "", 0 if unit.state == "active" else 3
        case "is-failed":
            return f"{unit.state}\n", "", 0 if unit.state == "failed" else 1
        case "is-enabled":
            return f"{'enabled' if unit.enabled else 'disabled'}\n", "", 0 if unit.enabled else 1
        case "cat":
            return f"# {unit.path}\n{call.files.read(unit.path) or ''}", "", 0
        case "show":
            return _shown(call, unit, chosen.get("p", chosen.get("property", ""))), "", 0
        case "reset-failed":
            unit.state, unit.starts = ("inactive" if unit.state == "failed" else unit.state), []
        case "kill":
            word = chosen.get("s", chosen.get("signal", "TERM")).removeprefix("SIG")
            number = int(word) if word.isdigit() else next((key for key, value in SIGNALS.items() if value == word), 15)
            for process in [process for process in machine.processes.values() if process.unit == unit.name]:
                machine.kill(process.pid, number)
        case "set-property":
            for word in properties:
                key, _, value = word.partition("=")
                if key not in ("MemoryMax", "TasksMax", "CPUQuota", "CPUWeight"):
                    return "", f"Failed to set unit properties on {unit.name}: Cannot set property {key}, or unknown property.\n", 1
                unit.settings[key] = value
            cgroups.ensure(machine, unit.cgroup)
            systemd.limit(machine, unit)
    return "", "", 0


def _started(call: Call, unit: Unit) -> tuple[str, str, int]:
    reason = systemd.start(call.machine, unit)
    if reason == "bad-setting":
        return "", f"Failed to start {unit.name}: Unit {unit.name} has a bad unit file setting.\nSee system logs and 'systemctl status {unit.name}' for details.\n", 1
    if reason:
        because = " because of unavailable resources or another system error" if reason == "resources" else ""
        return "", f"Job for {unit.name} failed{because}.\nSee \"systemctl status {unit.name}\" and \"journalctl -xeu {unit.name}\" for details.\n", 1
    return "", "", 0


def _moment(call: Call, at_ms: int) -> str:
    return call.machine.clock.moment(at_ms).strftime("%a %Y-%m-%d %H:%M:%S UTC")


def span(milliseconds: int) -> str:
    """Return a length of time as systemd writes it.

    >>> span(5_200), span(125_000), span(7_380_000)
    ('5s', '2min 5s', '2h 3min')
    """
    seconds = milliseconds // 1000
    if seconds < 1:
        return f"{milliseconds}ms"
    if seconds < 60:
        return f"{seconds}s"
    if seconds < 3600:
        return f"{seconds // 60}min {seconds % 60}s" if seconds % 60 else f"{seconds // 60}min"
    return f"{seconds // 3600}h {seconds // 60 % 60}min"


def size(count: int) -> str:
    """Return bytes as systemd writes them.

    >>> size(115343360), size(1610612)
    ('110M', '1.5M')
    """
    amount = count * 10 // MIB
    return f"{amount // 10}M" if amount % 10 == 0 or amount >= 1000 else f"{amount // 10}.{amount % 10}M"


def status(call: Call, unit: Unit, *, lines: int = LINES_SHOWN) -> str:
    """Return what `systemctl status` shows of a unit."""
    machine = call.machine
    now = machine.clock.now_ms
    mark = {"active": "●", "failed": "×", "activating": "●"}.get(unit.state, "○")
    out = f"{mark} {unit.name} - {unit.settings.get('Description', unit.name)}\n     Loaded: loaded ({unit.path}; {'enabled' if unit.enabled else 'disabled'}; preset: enabled)\n"
    ago = f" since {_moment(call, unit.since_ms)}; {span(now - unit.since_ms)} ago"
    code = f"code=killed, signal={SIGNALS.get(unit.signal, unit.signal)}" if unit.signal else f"code=exited, status={unit.status}{'/' + STATUSES[unit.status] if unit.status in STATUSES else ''}"
    match unit.state:
        case "active":
            out += f"     Active: active ({'waiting' if unit.name.endswith('.timer') else 'running'}){ago}\n"
        case "failed":
            out += f"     Active: failed (Result: {unit.result}){ago}\n"
        case "activating":
            out += f"     Active: activating (auto-restart) (Result: {unit.result}){ago}\n"
        case _:
            out += "     Active: inactive (dead)" + (ago if unit.since_ms else "") + "\n"
    inside = [process for process in machine.processes.values() if cgroups.is_within(process.cgroup, unit.cgroup)] if unit.cgroup in machine.cgroups else []
    if unit.state == "active" and unit.main_pid in machine.processes:
        group = machine.cgroups[unit.cgroup]
        memory = cgroups.memory_of(machine, unit.cgroup, now)
        used = (sum(machine.cgroups[path].usage_us for path in machine.cgroups if cgroups.is_within(path, unit.cgroup)) + sum(process.share * (now - machine.flow.settled_ms) for process in inside)) // 1000
        out += f" Invocation: {machine.dice.draw('invocation', unit.name, unit.main_pid):016x}{machine.dice.draw('invocation', 'low', unit.main_pid):016x}\n"
        out += f"   Main PID: {unit.main_pid} ({machine.processes[unit.main_pid].comm})\n"
        out += f"      Tasks: {sum(process.threads for process in inside)} (limit: {group.pids_max if group.pids_max != cgroups.NONE else 2347})\n"
        limit = f"max: {size(group.memory_max)}, " if group.memory_max != cgroups.NONE else ""
        out += f"     Memory: {size(memory)} ({limit}peak: {size(max(group.memory_peak, memory))})\n        CPU: {used // 1000}.{used % 1000:03d}s\n     CGroup: {unit.cgroup}\n"
        out += "".join(f"             {'└─' if process is inside[-1] else '├─'}{process.pid} {process.command_line}\n" for process in inside)
    elif unit.starts and unit.state in ("failed", "activating"):
        out += f"    Process: ExecStart={unit.settings.get('ExecStart', '')} ({code})\n   Main PID: ({code})\n"
    said = [entry for entry in machine.journal if entry[1] == unit.name][-lines:] if lines else []
    return out + ("\n" + "".join(_line(call, entry) for entry in said) if said else "")


def _line(call: Call, entry: list) -> str:  # type: ignore[type-arg]
    at_ms, _unit, identifier, pid, text = entry
    return f"{call.machine.clock.moment(at_ms):%b %d %H:%M:%S} shop {identifier}[{pid}]: {text}\n"


def _shown(call: Call, unit: Unit, wanted: str) -> str:
    machine = call.machine
    memory = str(cgroups.memory_of(machine, unit.cgroup, machine.clock.now_ms)) if unit.state == "active" else "[not set]"
    values = {"MainPID": str(unit.main_pid), "ActiveState": unit.state, "SubState": "running" if unit.state == "active" else "dead" if unit.state == "inactive" else unit.state, "Result": unit.result, "NRestarts": str(unit.restarts), "MemoryCurrent": memory,
              "ControlGroup": unit.cgroup if unit.state == "active" else "", "Id": unit.name, "Description": unit.settings.get("Description", unit.name), "ExecMainStatus": str(unit.status), "FragmentPath": unit.path,
              **{key: unit.settings.get(key, "infinity") for key in ("MemoryMax", "TasksMax")}, "Restart": unit.settings.get("Restart", "no"), "User": unit.settings.get("User", "")}
    names = wanted.split(",") if wanted else list(values)
    return "".join(f"{name}={values[name]}\n" for name in names if name in values)


def _listed(call: Call, *, everything: bool, files: bool, state: str = "") -> Outcome:
    units = sorted(call.machine.units.values(), key=lambda unit: unit.name)
    if files:
        width = max(len(unit.name) for unit in units)
        rows = "".join(f"{unit.name:<{width}} {'enabled' if unit.enabled else 'disabled':<8} enabled\n" for unit in units)
        return Outcome(f"{'UNIT FILE':<{width}} STATE    PRESET\n{rows}\n{len(units)} unit files listed.\n")
    units = [unit for unit in units if (unit.state == state if state else everything or unit.state != "inactive")]
    if not units:
        return Outcome("  UNIT LOAD ACTIVE SUB DESCRIPTION\n\n0 loaded units listed.\n")
    width = max([4, *(len(unit.name) for unit in units)])
    sub = {"active": "running", "failed": "failed", "activating": "auto-restart"}
    rows = "".join(f"{'●' if unit.state == 'failed' else ' '} {unit.name:<{width}} loaded {unit.state:<8} {'waiting' if unit.state == 'active' and unit.name.endswith('.timer') else sub.get(unit.state, 'dead'):<7} {unit.settings.get('Description', unit.name)}\n" for unit in units)
    return Outcome(f"  {'UNIT':<{width}} LOAD   ACTIVE   SUB     DESCRIPTION\n{rows}\nLegend: LOAD   → Reflects whether the unit definition was properly loaded.\n        ACTIVE → The high-level unit activation state, i.e. generalization of SUB.\n"
                   f"        SUB    → The low-level unit activation state, values depend on unit type.\n\n{len(units)} loaded units listed.{'' if everything else ' Pass --all to see loaded but inactive units, too.'}\nTo show all installed unit files use 'systemctl list-unit-files'.\n")


def _timers(call: Call) -> Outcome:
    machine = call.machine
    rows = [["NEXT", "LEFT", "LAST", "PASSED", "UNIT", "ACTIVATES"]]
    timers = [unit for name, unit in sorted(machine.units.items()) if name.endswith(".timer") and unit.state == "active"]
    for unit in timers:
        due_ms = systemd.next_elapse_ms(machine, unit)
        rows.append([_moment(call, due_ms), span(due_ms - machine.clock.now_ms), "-", "-", unit.name, unit.settings.get("Unit", unit.name.removesuffix(".timer") + ".service")])
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    return Outcome("".join(" ".join(cell.rjust(width) if index == 1 else cell.ljust(width) for index, (cell, width) in enumerate(zip(row, widths))).rstrip() + "\n" for row in rows) + f"\n{len(timers)} timers listed.\nPass --all to see loaded but inactive timers, too.\n")


def reboot(call: Call) -> Outcome:
    """Restart the machine; the terminal loses its connection."""
    if call.process.uid or call.process.namespaces[5] != 4026531837:
        return Outcome("", "Call to Reboot failed: Interactive authentication required.\n", 1)
    call.machine.power_off(why="reboot")
    return Outcome()


def journalctl(call: Call) -> Outcome:
    """Show the journal, of a unit or of the kernel."""
    chosen, _words = options(call.argv[1:], valued="un", long_valued=("unit", "lines"))
    names = [name if "." in name else f"{name}.service" for key, name in chosen.items() if key in ("u", "unit")]
    if "k" in chosen or "dmesg" in chosen:
        lines = [f"{call.machine.clock.moment(at_ms):%b %d %H:%M:%S} shop kernel: {text}\n" for at_ms, text in call.machine.kernel_log]
    elif call.process.uid and 27 not in call.machine.groups_of(call.process):
        return Outcome("", "Hint: You are currently not seeing messages from other users and the system.\n      Users in groups 'adm', 'systemd-journal' can see all messages.\n      Pass -q to turn off this notice.\nNo journal files were opened due to insufficient permissions.\n", 1)
    else:
        lines = [_line(call, entry) for entry in call.machine.journal if not names or entry[1] in names]
    word = chosen.get("n", chosen.get("lines", ""))
    lines = lines[-int(word):] if word.isdigit() and int(word) else lines
    return Outcome("".join(lines) or "-- No entries --\n")


def dmesg(call: Call) -> Outcome:
    """Show the kernel's log; only root may."""
    if not call.machine.capable(call.process, "syslog"):
        return Outcome("", "dmesg: read kernel buffer failed: Operation not permitted\n", 1)
    chosen, _words = options(call.argv[1:], valued="n")
    out = ""
    for at_ms, text in call.machine.kernel_log:
        since = at_ms + call.machine.booted_ms
        out += (f"[{call.machine.clock.moment(at_ms):%a %b %e %H:%M:%S %Y}] " if "T" in chosen else f"[{since // 1000:>5}.{since % 1000:03d}000] ") + text + "\n"
    return Outcome(out)


def hostnamectl(call: Call) -> Outcome:
    """Say what the machine is called and what it is."""
    name = call.machine.namespaces[call.process.namespaces[UTS]].data["hostname"]
    rows = (("Static hostname", name), ("Icon name", "computer-vm"), ("Chassis", "vm"), ("Virtualization", "kvm"), ("Operating System", "Debian GNU/Linux 13 (trixie)"), ("Kernel", "Linux 6.12.48+deb13-amd64"), ("Architecture", "x86-64"))
    return Outcome("".join(f"{label:>16}: {value}\n" for label, value in rows)) if len(call.argv) == 1 or call.argv[1] == "status" else Outcome(f"{name}\n") if call.argv[1] == "hostname" and len(call.argv) == 2 else Outcome("", f"Unknown command verb '{call.argv[1]}'.\n", 1)


COMMANDS = {"hostnamectl": hostnamectl, "systemctl": systemctl, "reboot": reboot, "dmesg": dmesg}
