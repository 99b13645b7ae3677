"""The picture as data: the host with all processes in one room, and each isolated room as it looks from inside.

A box is ref, kind, title, word, health, facts, perhaps a meter, and children; a link goes from box to box. All eras of this form are drawn by one template.
"""

from typing import TYPE_CHECKING, Any

from learnk8s.simulation.linux import cgroups, flow, network
from learnk8s.simulation.linux.commands.networking import respond
from learnk8s.simulation.linux.namespaces import FIRST_IDS, KINDS, NET, PID, UTS, inside_id
from learnk8s.simulation.linux.process import Process
from learnk8s.simulation.workload.shop import PROGRAMS

if TYPE_CHECKING:
    from learnk8s.simulation.linux.machine import Machine

MIB = 1024 * 1024
Box = dict[str, Any]
BOXES_MAX = 60
WORDS_KO = {"off": "꺼짐", "host view": "호스트에서 본 모습", "inside view": "안에서 본 모습", "one kernel for all": "모두가 함께 쓰는 커널", "cgroup": "cgroup", "stopped": "세워짐", "starting": "시작하는 중", "too little CPU": "CPU 부족", "leaking": "메모리가 샘", "502": "502", "serving": "요청을 받는 중",
            "computing": "계산하는 중", "sleeping": "잠든", "running": "도는 중", "idle": "쉬는 중"}
"""What `word` says, in Korean."""


def boxes(machine: "Machine") -> list[Box]:
    """Return the host, and after it every isolated room."""
    return [_in_korean(box) for box in (_host(machine), *[_room(machine, key, inside) for key, inside in rooms(machine)])]


def _in_korean(box: Box) -> Box:
    """Add to a box and its children what its word is in Korean."""
    return {**box, "word_ko": WORDS_KO[box["word"]], "children": [_in_korean(child) for child in box["children"]]}


def rooms(machine: "Machine") -> list[tuple[tuple[Any, ...], list[Process]]]:
    """Return the groups of processes that share walls: the same root and the same pid, mount, network and UTS namespaces, other than the host's."""
    found: dict[tuple[Any, ...], list[Process]] = {}
    host = (*(FIRST_IDS[kind] for kind in (PID, NET, UTS)), "/", FIRST_IDS[5])
    for process in machine.processes.values():
        if process.waits_for in machine.processes and process.root == "/" and process.namespaces[PID] == FIRST_IDS[PID]:
            continue
        key = (*(process.namespaces[kind] for kind in (PID, NET, UTS)), process.root, process.namespaces[5])
        if key != host:
            found.setdefault(key, []).append(process)
    return sorted(found.items(), key=lambda item: item[1][0].pid)


def _host(machine: "Machine") -> Box:
    now = machine.clock.now_ms
    used, share = machine.used_memory(now), sum(process.share for process in machine.processes.values())
    user_processes = [process for process in machine.processes.values() if not process.kernel]
    free = machine.memory_figures()["available"]
    health = "idle" if machine.is_off else "bad" if free < 120 * MIB else "busy" if share >= machine.cpus * 900 else "good"
    children = [_process(machine, process, FIRST_IDS[PID]) for process in sorted(user_processes, key=lambda process: (not process.program, process.pid))]
    hidden = len(children) - BOXES_MAX
    facts = [["CPU", "CPU", f"{share}m / {machine.cpus * 1000}m"], ["Memory", "메모리", f"{used // MIB} / {machine.memory_bytes // MIB} MiB"], ["Processes", "프로세스", str(len(machine.processes))],
             ["Addresses", "주소", ", ".join(address for link in network.links(machine, FIRST_IDS[NET]) for address, _prefix in link["addresses"] if link["name"] != "lo")], ["Killed for memory", "메모리 부족으로 죽은 수", str(machine.oom_kills)]]
    if hidden > 0:
        facts.append(["Not drawn", "그리지 않은 프로세스", str(hidden)])
    limited = [_group(machine, path) for path in sorted(machine.cgroups) if path != "/" and any(getattr(machine.cgroups[path], name) != cgroups.NONE for name in ("memory_max", "cpu_quota_us", "pids_max", "io_read_max"))]
    slab = {"ref": "Kernel/linux", "kind": "kernel", "title": "Linux 6.12", "word": "one kernel for all", "health": "good", "facts": [["Release", "릴리스", "6.12.48+deb13-amd64"]], "children": []}
    return {"ref": "Machine/host", "kind": "machine", "title": machine.namespaces[FIRST_IDS[UTS]].data["hostname"], "word": "off" if machine.is_off else "host view", "health": health, "facts": facts, "meter": [used // MIB, machine.memory_bytes // MIB, "MiB"], "children": [*children[:BOXES_MAX], *limited, slab]}


def _group(machine: "Machine", path: str) -> Box:
    group = machine.cgroups[path]
    used = cgroups.memory_of(machine, path, machine.clock.now_ms)
    facts = []
    if group.cpu_quota_us != cgroups.NONE:
        facts.append(["CPU limit", "CPU 한도", f"{group.cpu_quota_us * 1000 // group.cpu_period_us}m"])
    if group.pids_max != cgroups.NONE:
        facts.append(["Process limit", "프로세스 한도", f"{len(cgroups.members(machine, path))} / {group.pids_max}"])
    if group.io_read_max != cgroups.NONE:
        facts.append(["Disk limit", "디스크 한도", f"{group.io_read_max // 1024} MiB/s"])
    if group.memory_max != cgroups.NONE:
        facts.append(["Memory limit", "메모리 한도", f"{used // MIB} / {group.memory_max // MIB} MiB"])
    facts.append(["Killed here", "여기서 죽은 수", str(group.oom_kill)])
    box: Box = {"ref": f"Cgroup{path}", "kind": "cgroup", "title": path, "word": "cgroup", "health": "bad" if group.oom_kill else "good", "facts": facts, "children": []}
    if group.memory_max != cgroups.NONE:
        box["meter"] = [used // MIB, max(group.memory_max // MIB, 1), "MiB"]
    return box


def _room(machine: "Machine", key: tuple[Any, ...], inside: list[Process]) -> Box:
    first = inside[0]
    new = [KINDS[kind] for kind in range(8) if first.namespaces[kind] != FIRST_IDS[kind]]
    space = first.namespaces[PID]
    seen = [process for process in machine.processes.values() if process.number_in(space) is not None] if space != FIRST_IDS[PID] else inside
    name = next((held[6:] for held in machine.namespaces[first.namespaces[NET]].held if held.startswith("netns:")), "")
    addresses = [address for link in network.links(machine, first.namespaces[NET]) for address, _prefix in link["addresses"] if link["name"] != "lo"]
    facts = [["Own namespaces", "따로 가진 네임스페이스", ", ".join(new) or "-"], ["Root folder", "루트 폴더", first.root],
             ["Addresses", "주소", ", ".join(addresses) or "-"], ["User inside", "안에서 보이는 사용자", str(inside_id(machine, first.namespaces[5], first.uid))], ["Control group", "cgroup", first.cgroup]]
    title = machine.namespaces[first.namespaces[UTS]].data["hostname"] if "uts" in new else name or (first.root if first.root != "/" else first.title)
    return {"ref": f"Room/{first.pid}", "kind": "room", "title": title, "word": "inside view", "health": "good", "facts": facts, "children": [_process(machine, process, space, prefix="Inside") for process in seen[:BOXES_MAX]]}


def _process(machine: "Machine", process: Process, space: int, *, prefix: str = "Process") -> Box:
    now = machine.clock.now_ms
    memory = machine.memory_of(process, now)
    program = PROGRAMS.get(process.program)
    health, word = "good", process.phase or "running"
    if process.state == "T":
        health, word = "bad", "stopped"
    elif process.phase == "starting":
        health = "busy"
    elif process.demand and process.share < process.demand and process.phase != "computing":
        health, word = "bad", "too little CPU"
    elif process.leak:
        health, word = "bad", "leaking"
    elif process.phase == "serving" and program is not None and respond(machine, process)[0] != 200:
        health, word = "bad", "502"
    elif process.phase == "computing":
        health = "busy"
    elif not process.program:
        health = "idle"
    title = process.program if program else process.title
    facts = [["PID", "PID", str(process.number_in(space) if process.number_in(space) is not None else process.pid)], ["User", "사용자", str(process.uid)], ["Memory", "메모리", f"{memory // MIB} MiB"], ["CPU", "CPU", f"{process.share}m" + (f" / {process.demand}m" if process.demand > process.share else "")]]
    if process.port:
        facts.append(["Port", "포트", str(process.port)])
    if process.namespaces != FIRST_IDS:
        facts.append(["Own namespaces", "따로 가진 네임스페이스", ", ".join(f"{KINDS[kind]}" for kind in range(8) if process.namespaces[kind] != FIRST_IDS[kind])])
    facts.append(["Command", "명령", process.command_line[:80]])
    return {"ref": f"{prefix}/{process.pid}", "kind": "process", "title": title, "word": word, "health": health, "facts": facts, "meter": [memory // MIB, machine.memory_bytes // MIB, "MiB"], "children": []}


def links(machine: "Machine") -> list[dict[str, Any]]:
    """Return who calls whom along the customers' way, and the cables between network namespaces."""
    path, broken = flow.route(machine)
    found = []
    before = "Customers/outside"
    for process in path:
        found.append({"from": before, "to": f"Process/{process.pid}", "word": f":{process.port}", "health": "bad" if process.share < process.demand else "good"})
        before = f"Process/{process.pid}"
    if broken and machine.flow.percent:
        found.append({"from": before, "to": "", "word": broken, "health": "bad"})
    for space in machine.namespaces.values():
        for link in space.data["links"] if space.kind == NET else ():
            if link["peer"] and (space.id, link["name"]) < tuple(link["peer"]):
                found.append({"from": _place(machine, space.id), "to": _place(machine, link["peer"][0]), "word": f"{link['name']} - {link['peer'][1]}", "health": "good" if network.carries(machine, link) else "bad"})
    return found


def _place(machine: "Machine", space: int) -> str:
    if space == FIRST_IDS[NET]:
        return "Machine/host"
    first = next((inside[0].pid for key, inside in rooms(machine) if key[1] == space), None)
    return f"Room/{first}" if first else f"Namespace/{space}"


