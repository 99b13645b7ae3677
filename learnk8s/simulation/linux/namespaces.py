"""The eight kinds of namespaces: what each holds, how one is made, and when it goes.

A process has one of each kind, kept as a tuple in the order of `KINDS`. A namespace lives while a process is in it, or a name or a mount holds it, or a
living one was made inside it.
"""

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from learnk8s.simulation.linux.machine import Machine
    from learnk8s.simulation.linux.process import Process

KINDS = ("mnt", "uts", "ipc", "pid", "net", "user", "cgroup", "time")
MNT, UTS, IPC, PID, NET, USER, CGROUP, TIME = range(8)
FIRST_IDS = (4026531841, 4026531838, 4026531839, 4026531836, 4026531840, 4026531837, 4026531835, 4026531834)
"""The inode numbers that a host's own namespaces have (PROC_*_INIT_INO; net and mnt are the usual ones)."""
NEXT_ID = 4026532201
NAMESPACES_MAX = 200
OVERFLOW_ID = 65534


@dataclass(slots=True)
class Namespace:
    """One namespace; `held` says what keeps it besides processes (`ip netns add`, a mount of /proc)."""

    id: int
    kind: int
    parent: int
    owner: int
    owner_uid: int
    data: dict[str, Any] = field(default_factory=dict)
    held: list[str] = field(default_factory=list)

    def dump(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return asdict(self)


def loopback(*, up: bool) -> dict[str, Any]:
    """Return the link that every network namespace begins with."""
    return {"index": 1, "name": "lo", "kind": "loopback", "mac": "00:00:00:00:00:00", "up": up, "mtu": 65536, "addresses": [["127.0.0.1", 8]] if up else [], "peer": None, "master": ""}


def first(kind: int, hostname: str) -> dict[str, Any]:
    """Return what the host's own namespace of a kind holds."""
    match kind:
        case 0:
            return {"mounts": []}
        case 1:
            return {"hostname": hostname}
        case 2:
            return {"queues": []}
        case 3:
            return {"next": 1, "init": 1}
        case 4:
            eth0 = {"index": 2, "name": "eth0", "kind": "", "mac": "52:54:00:3a:1f:0c", "up": True, "mtu": 1500, "addresses": [["203.0.113.10", 24]], "peer": None, "master": ""}
            return {"links": [loopback(up=True), eth0], "routes": [["default", "203.0.113.1", "eth0"]], "next": 3, "forward": 0, "nat": []}
        case 5:
            return {"uid_map": [[0, 0, 4294967295]], "gid_map": [[0, 0, 4294967295]], "setgroups": "allow"}
        case 6:
            return {"root": "/"}
    return {"monotonic": 0, "boottime": 0}


def made(machine: "Machine", process: "Process", kind: int) -> Namespace:
    """Make a new namespace of a kind as a process's unshare(2) would."""
    old = machine.namespaces[process.namespaces[kind]]
    owner = process.namespaces[USER]
    match kind:
        case 0:
            data: dict[str, Any] = {"mounts": list(old.data["mounts"])}
        case 1:
            data = {"hostname": old.data["hostname"]}
        case 2:
            data = {"queues": []}
        case 3:
            data = {"next": 1, "init": None}
        case 4:
            data = {"links": [loopback(up=False)], "routes": [], "next": 2, "forward": 0, "nat": []}
        case 5:
            data = {"uid_map": [], "gid_map": [], "setgroups": "allow"}
        case 6:
            data = {"root": process.cgroup}
        case _:
            data = dict(old.data)
    namespace = Namespace(machine.take_namespace_id(), kind, old.id, owner, process.uid, data)
    machine.namespaces[namespace.id] = namespace
    return namespace


def moved(process: "Process", kind: int, namespace: int) -> None:
    """Put a process into a namespace; for a new pid namespace only its children go there."""
    if kind == PID:
        process.next_pid_namespace = namespace
    else:
        spaces = list(process.namespaces)
        spaces[kind] = namespace
        process.namespaces = tuple(spaces)


def inside_id(machine: "Machine", namespace: int, outer: int, field_name: str = "uid_map") -> int:
    """Return how a user namespace shows a host's id."""
    for inner, first_outer, count in machine.namespaces[namespace].data[field_name]:
        if first_outer <= outer < first_outer + count:
            return int(inner + outer - first_outer)
    return OVERFLOW_ID


def collect(machine: "Machine") -> None:
    """Forget the namespaces that nothing keeps."""
    kept = set(FIRST_IDS)
    for process in machine.processes.values():
        kept.update(process.namespaces)
        kept.add(process.next_pid_namespace)
    while True:
        for namespace in machine.namespaces.values():
            if namespace.held:
                kept.add(namespace.id)
            if namespace.id in kept and not (namespace.owner in kept and (namespace.kind not in (PID, USER) or namespace.parent in kept)):
                kept.add(namespace.owner)
                if namespace.kind in (PID, USER):
                    kept.add(namespace.parent)
                break
        else:
            break
    for number in [number for number in machine.namespaces if number not in kept]:
        gone = machine.namespaces.pop(number)
        if gone.kind == MNT:
            machine.collect_filesystems()
        if gone.kind == NET:
            for link in gone.data["links"]:
                drop_peer(machine, link)


def drop_peer(machine: "Machine", link: dict[str, Any]) -> None:
    """Take the other end of a veth pair away with the first."""
    if not link["peer"]:
        return
    space, name = link["peer"]
    other = machine.namespaces.get(space)
    if other is not None:
        other.data["links"] = [entry for entry in other.data["links"] if entry["name"] != name]
        other.data["routes"] = [route for route in other.data["routes"] if route[2] != name]
