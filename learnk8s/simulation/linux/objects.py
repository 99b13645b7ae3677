"""The machine's objects as plain documents, found by a reference such as `Process/412`, `Process/web`, `Unit/blog.service`, `Cgroup/guests`, `File/etc/hostname`, `Netns/blog`, `Machine/host`.

Goals, inspection and the picture read these and nothing deeper.
"""

from typing import TYPE_CHECKING, Any

from learnk8s.simulation.linux import capabilities, cgroups, network, scoreboard
from learnk8s.simulation.linux.files.view import LinuxFiles
from learnk8s.simulation.linux.errors import OsError
from learnk8s.simulation.linux.namespaces import FIRST_IDS, KINDS, NET, PID, UTS
from learnk8s.simulation.linux.process import Process

if TYPE_CHECKING:
    from learnk8s.simulation.linux.machine import Machine

MIB = 1024 * 1024
FRONT_ADDRESS = "203.0.113.10"
"""Where the world outside finds the server."""
Doc = dict[str, Any]


def process_doc(machine: "Machine", process: Process) -> Doc:
    """Describe a process."""
    now = machine.clock.now_ms
    group = machine.cgroups[process.cgroup]
    isolated = [KINDS[kind] for kind in range(8) if process.namespaces[kind] != FIRST_IDS[kind]]
    return {
        "kind": "Process", "name": process.title, "pid": process.pid, "inner_pid": process.number_in(process.namespaces[PID]), "ppid": process.ppid, "uid": process.uid, "command": process.command_line, "state": process.state, "phase": process.phase,
        "memory_mib": machine.memory_of(process, now) // MIB, "cpu_millicores": process.share, "cpu_wanted_millicores": process.demand, "port": process.port, "address": process.address, "root": process.root, "cwd": process.cwd, "cgroup": process.cgroup,
        "isolated": isolated, "hostname": machine.namespaces[process.namespaces[UTS]].data["hostname"], "capabilities": [name[4:] for name in capabilities.names(process.effective)], "seccomp": bool(process.denied_calls), "no_new_privileges": process.no_new_privileges,
        "memory_max": group.memory_max, "cpu_quota_us": group.cpu_quota_us, "pids_max": group.pids_max, "unit": process.unit, "nice": process.nice, "netns": next((held[6:] for held in machine.namespaces[process.namespaces[NET]].held if held.startswith("netns:")), ""),
    }


def cgroup_doc(machine: "Machine", path: str) -> Doc:
    """Describe a control group."""
    group = machine.cgroups[path]
    inside = cgroups.members(machine, path)
    return {"kind": "Cgroup", "path": path, "memory_max": group.memory_max, "memory_current": cgroups.memory_of(machine, path, machine.clock.now_ms), "cpu_quota_us": group.cpu_quota_us, "cpu_period_us": group.cpu_period_us, "cpu_weight": group.cpu_weight,
            "pids_max": group.pids_max, "pids_current": len(inside), "io_read_kb_max": group.io_read_max, "oom_kill": group.oom_kill, "pids_events": group.pids_events, "processes": [process.title for process in inside], "frozen": group.frozen}


def find(machine: "Machine", ref: str) -> Doc | None:
    """Return an object by its reference, or None."""
    kind, _, name = ref.partition("/")
    match kind:
        case "Machine":
            return {"kind": "Machine", "hostname": machine.namespaces[FIRST_IDS[UTS]].data["hostname"], "processes": len(machine.processes), "oom_kills": machine.oom_kills, "traffic_percent": machine.flow.percent,
                    "whole_for_ms": scoreboard.whole_for_ms(machine), "memory_used_mib": machine.used_memory(machine.clock.now_ms) // MIB}
        case "Process":
            process = process_of(machine, name)
            return process_doc(machine, process) if process else None
        case "Unit":
            unit = machine.units.get(name)
            return {"kind": "Unit", "name": unit.name, "state": unit.state, "main_pid": unit.main_pid, "result": unit.result, "restarts": unit.restarts, "enabled": unit.enabled, "settings": dict(unit.settings)} if unit else None
        case "Cgroup":
            path = "/" + name.strip("/")
            return cgroup_doc(machine, path) if path in machine.cgroups else None
        case "Netns" | "Namespace":
            number = machine.named_network(name) if kind == "Netns" else int(name) if name.isdigit() else None
            space = machine.namespaces.get(number) if number is not None else None
            if space is None:
                return None
            inside = [process.title for process in machine.processes.values() if process.namespaces[space.kind] == space.id]
            return {"kind": kind, "id": space.id, "type": KINDS[space.kind], "processes": inside, **({"links": [{"name": link["name"], "up": link["up"], "addresses": [f"{address}/{prefix}" for address, prefix in link["addresses"]]} for link in space.data["links"]]} if space.kind == NET else {})}
        case "File":
            view = LinuxFiles(machine, lambda: machine.processes[1])
            try:
                node = view.found("/" + name).node
            except OsError:
                return None
            assert node is not None
            return {"kind": "File", "path": "/" + name, "type": node.kind, "mode": f"{node.mode:o}", "uid": node.uid, "text": view.read("/" + name) or ""}
    return None


def process_of(machine: "Machine", name: str) -> Process | None:
    """Return a process by its pid, or the newest one that runs a program of this name."""
    if name.isdigit():
        return machine.processes.get(int(name))
    return next((process for process in reversed(list(machine.processes.values())) if process.program == name or (not process.program and process.comm == name)), None)


def listed(machine: "Machine", kind: str) -> list[Doc]:
    """Return all objects of a kind."""
    match kind:
        case "Process":
            return [process_doc(machine, process) for process in machine.processes.values()]
        case "Unit":
            return [doc for name in sorted(machine.units) if (doc := find(machine, f"Unit/{name}"))]
        case "Cgroup":
            return [cgroup_doc(machine, path) for path in sorted(machine.cgroups)]
        case "Namespace":
            return [doc for number in sorted(machine.namespaces) if (doc := find(machine, f"Namespace/{number}"))]
    return []


def answers(machine: "Machine", host: str, port: int, source: str) -> str:
    """Return which program answers at an address, "" if none; `source` is "outside", "host", or the name of a network namespace or program."""
    space: int | None = FIRST_IDS[NET]
    if source == "outside":
        space = None
    elif source not in ("", "host"):
        process = process_of(machine, source)
        space = machine.named_network(source) or (process.namespaces[NET] if process else FIRST_IDS[NET])
    found = network.connect(machine, space, host, port)
    return "" if isinstance(found, str) else found.program


def refs(machine: "Machine") -> list[str]:
    """Return the references of everything that a goal may be about; of processes those that are programs of the shop or somebody's."""
    programs = sorted({process.program or process.comm for process in machine.processes.values() if process.program})
    names = sorted({held[6:] for space in machine.namespaces.values() for held in space.held if held.startswith("netns:")})
    return [*(f"Unit/{name}" for name in sorted(machine.units)), *(f"Process/{name}" for name in programs), *(f"Cgroup{path}" for path in sorted(machine.cgroups) if path != "/"), *(f"Netns/{name}" for name in names), "Machine/host"]


def log_of(machine: "Machine", ref: str) -> str:
    """Return what the journal has of a unit, or the kernel's log of the machine."""
    kind, _, name = ref.partition("/")
    return "\n".join([str(entry[-1]) for entry in machine.journal if entry[1] == name] if kind == "Unit" else [str(entry[-1]) for entry in machine.kernel_log] if kind == "Machine" else [])


def requests(machine: "Machine") -> list[tuple[str, str]]:
    """Return who might ask whom: the server itself, the world outside, and every named network each port that is open."""
    names = sorted({held[6:] for space in machine.namespaces.values() for held in space.held if held.startswith("netns:")})
    ports = sorted({(process.address, process.port) for process in machine.processes.values() if process.port and process.program})
    return [(source, f"{'127.0.0.1' if address == '0.0.0.0' and source != 'outside' else FRONT_ADDRESS if address == '0.0.0.0' else address}:{port}") for source in ("", "outside", *(f"Netns/{name}" for name in names)) for address, port in ports]
