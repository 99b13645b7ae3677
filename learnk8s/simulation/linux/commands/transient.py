"""systemd-run, which makes a unit for one command, and systemd-cgls, which shows the tree of control groups, in the words of systemd 257."""

import shlex

from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.linux import cgroups, systemd
from learnk8s.simulation.linux.commands.call import Call, Result, in_path
from learnk8s.simulation.linux.systemd import Unit

KNOWN = ("MemoryMax", "TasksMax", "CPUQuota", "CPUWeight", "User", "WorkingDirectory", "Restart", "RestartSec", "RootDirectory", "NetworkNamespacePath", "PrivateNetwork", "Nice", "OOMScoreAdjust", "CapabilityBoundingSet", "NoNewPrivileges", "SystemCallFilter", "Slice", "Description")
OF_A_SCOPE = ("MemoryMax", "TasksMax", "CPUQuota", "CPUWeight", "Slice", "Description")
STARTABLE = ("python3", "sleep")
TRANSIENT = "/run/systemd/transient"


VALUED = {"-p": "property", "--property": "property", "-u": "unit", "--unit": "unit", "--slice": "Slice", "--uid": "User", "--description": "Description", "--working-directory": "WorkingDirectory"}
FLAGS = ("--scope", "--quiet", "-q", "--wait", "--pty", "-t", "--pipe", "-P", "--collect", "-G", "--same-dir", "-d", "--no-block", "--remain-after-exit", "-r", "--system")


class Refused(Exception):
    """The options cannot be; the message is what systemd-run says."""


def _read(words: list[str]) -> tuple[set[str], str, dict[str, str], list[str]]:
    """Return the flags, the unit's name, its settings and the command. Raises Refused."""
    flags: set[str] = set()
    settings: dict[str, str] = {}
    name, rest = "", list(words)
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option == "--":
            break
        key, equals, value = (option[:2], "=", option[2:]) if option[:2] in VALUED and len(option) > 2 and option[1] != "-" else option.partition("=")
        if option in FLAGS:
            flags.add(option)
        elif key in VALUED:
            if not equals and not rest:
                raise Refused(f"systemd-run: option '{option}' requires an argument")
            value = value if equals else rest.pop(0)
            if VALUED[key] == "unit":
                name = value
                continue
            setting, assigned, value = value.partition("=") if VALUED[key] == "property" else (VALUED[key], "=", value)
            if not assigned:
                raise Refused(f"Not an assignment: {setting}")
            settings[setting] = value
        else:
            raise Refused("learnk8s: systemd-run: units of users are not modelled" if option == "--user" else f"systemd-run: unrecognized option '{option}'")
    if not rest:
        raise Refused("Command line to execute required.")
    return flags, name, settings, rest


def run(call: Call) -> Result:
    """Run a command as a service of its own, or (--scope) from here in a control group of its own."""
    try:
        flags, name, settings, words = _read(call.argv[1:])
    except Refused as refusal:
        return Outcome("", f"{refusal}\n", 1)
    kind = "scope" if "--scope" in flags else "service"
    if call.process.uid:
        return Outcome("", f"Failed to start transient {kind} unit: Interactive authentication required.\n", 1)
    unknown = next((key for key in settings if key not in (OF_A_SCOPE if kind == "scope" else KNOWN)), None)
    if unknown is not None:
        return Outcome("", f"Unknown assignment: {unknown}={settings[unknown]}\n", 1)
    if "Slice" in settings:
        settings["Slice"] = settings["Slice"].removesuffix(".slice") + ".slice"
    settings.setdefault("Description", shlex.join(words))
    name = (name or f"run-p{call.process.pid}-i{call.process.pid + 300}").removesuffix(f".{kind}") + f".{kind}"
    unit = Unit(name, f"{TRANSIENT}/{name}", settings)
    if name in call.machine.units and call.machine.units[name].state in ("active", "activating") or unit.cgroup in call.machine.cgroups:
        return Outcome("", f"Failed to start transient {kind} unit: Unit {name} was already loaded or has a fragment file.\n", 1)
    said = "" if flags & {"-q", "--quiet"} else f"Running as unit: {name}; invocation ID: {call.process.pid * 2654435761 % 2**128:032x}\n"
    return _scope(call, unit, words, said) if kind == "scope" else _service(call, unit, words, said)


def _scope(call: Call, unit: Unit, words: list[str], said: str) -> Result:
    machine = call.machine
    cgroups.ensure(machine, unit.cgroup)
    systemd.limit(machine, unit)
    call.process.cgroup = unit.cgroup
    machine.log(unit.name, "systemd", 1, f"Started {unit.name} - {unit.settings['Description']}.")
    result = call.execute(words)
    if isinstance(result, Outcome):
        call.process.cgroup = cgroups.parent_of(unit.cgroup)
        if not cgroups.members(machine, unit.cgroup):
            cgroups.remove(machine, unit.cgroup)
        return Outcome(result.stdout, said + result.stderr, result.status, screen=said + result.shown)
    machine.say(call.process, said)
    return result


def _service(call: Call, unit: Unit, words: list[str], said: str) -> Outcome:
    machine = call.machine
    path = words[0] if "/" in words[0] else in_path(call, words[0])
    if not path:
        return Outcome("", f"Failed to find executable {words[0]}: No such file or directory\n", 1)
    if path.rpartition("/")[2] not in STARTABLE:
        return Outcome("", f"learnk8s: systemd-run: a service of this sandbox starts {' or '.join(STARTABLE)}; with --scope any command runs in a control group of its own\n", 1)
    unit.settings["ExecStart"] = shlex.join([path, *words[1:]])
    machine.units[unit.name] = unit
    systemd.start(machine, unit)
    machine.changed()
    return Outcome("", said)


def tree(call: Call) -> Outcome:
    """Show the control groups as a tree, with the processes in each."""
    machine, space = call.machine, call.process.namespaces[3]
    named = next((word for word in call.argv[1:] if not word.startswith("-")), "/")
    top = "/" + named.removeprefix("/sys/fs/cgroup").strip("/")
    if top not in machine.cgroups:
        return Outcome("", f"Failed to list cgroup tree {top}: No such file or directory\n", 1)

    def below(path: str, indent: str) -> str:
        inside = sorted((process for process in machine.processes.values() if process.cgroup == path and not process.kernel and process.number_in(space) is not None), key=lambda process: process.number_in(space) or 0)
        groups = sorted(other for other in machine.cgroups if other != "/" and cgroups.parent_of(other) == path and cgroups.members(machine, other))
        width = max((len(str(process.number_in(space))) for process in inside), default=0)
        out = ""
        for place, process in enumerate(inside):
            is_last = place == len(inside) - 1 and not groups
            out += f"{indent}{'└─' if is_last else '├─'}{process.number_in(space):>{width}} {process.command_line}\n"
        for place, other in enumerate(groups):
            is_last = place == len(groups) - 1
            out += f"{indent}{'└─' if is_last else '├─'}{other.rpartition('/')[2]}\n" + below(other, indent + ("  " if is_last else "│ "))
        return out

    return Outcome(f"Control group {top}:\n" + ("-.slice\n" if top == "/" else "") + below(top, ""))


COMMANDS = {"systemd-run": run, "systemd-cgls": tree}
