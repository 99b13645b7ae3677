"""The two file systems that are no files: /proc, a window on processes, and /sys/fs/cgroup, the tree of control groups."""

from typing import TYPE_CHECKING, Any

from learnk8s.simulation.linux import cgroups, oom
from learnk8s.simulation.linux.capabilities import FULL
from learnk8s.simulation.linux.errors import OsError
from learnk8s.simulation.linux.files.node import Node
from learnk8s.simulation.linux.namespaces import CGROUP, KINDS, MNT, NET, TIME, USER, UTS, inside_id

if TYPE_CHECKING:
    from learnk8s.simulation.linux.machine import Machine
    from learnk8s.simulation.linux.process import Process

FOLDER = Node("dir", 0o555, mtime_ms=0)
OF_PROCESS = ("cgroup", "cmdline", "comm", "environ", "gid_map", "limits", "mountinfo", "mounts", "oom_score", "oom_score_adj", "setgroups", "stat", "status", "uid_map")
LINKS = ("cwd", "exe", "root")
GENERAL = ("cmdline", "cpuinfo", "loadavg", "meminfo", "uptime", "version")
SYSCTL = {"/sys/net/ipv4/ip_forward": "ip_forward", "/sys/kernel/hostname": "hostname", "/sys/kernel/pid_max": "pid_max", "/sys/kernel/threads-max": "threads-max", "/sys/vm/overcommit_memory": "overcommit_memory"}


class CgroupFs:
    """cgroup2: every folder is a group, every file a setting or a count."""

    kind = "cgroup2"

    def __init__(self, number: int, machine: "Machine") -> None:
        self.number, self.machine = number, machine

    def _place(self, path: str, reader: "Process | None") -> tuple[str, str]:
        """Return group and file name ("" for the folder itself)."""
        if path in self.machine.cgroups:
            return path, ""
        folder, _, name = path.rpartition("/")
        return folder or "/", name

    def get(self, path: str, reader: "Process | None" = None) -> Node | None:
        """Return a group's folder or file."""
        group, name = self._place(path, reader)
        if group not in self.machine.cgroups:
            return None
        owner = self.machine.cgroups[group].owner
        if not name:
            return Node("dir", 0o755, owner, owner, mtime_ms=0)
        if name not in cgroups.file_names(self.machine, group):
            return None
        return Node("file", 0o200 if name == "cgroup.kill" else 0o644 if name in cgroups.WRITABLE else 0o444, owner, owner, bytes=0, mtime_ms=0)

    def read(self, path: str, reader: "Process") -> str:
        """Return what a file says now."""
        group, name = self._place(path, reader)
        return cgroups.read(self.machine, group, name, reader)

    def names(self, path: str, reader: "Process | None" = None) -> list[str]:
        """Return a group's files and the groups in it."""
        inside = [other.rpartition("/")[2] for other in self.machine.cgroups if other != "/" and cgroups.parent_of(other) == path]
        return sorted([*cgroups.file_names(self.machine, path), *inside])

    def put(self, path: str, node: Node, writer: "Process | None" = None) -> None:
        """Make a group; files cannot be made here. Raises OsError."""
        if node.kind != "dir":
            raise OsError("EACCES")
        cgroups.make(self.machine, path, owner=writer.uid if writer else 0)
        self.machine.remember(f"Cgroup/{path.strip('/')}", "cgroup.made", "cgroup", path)

    def write(self, path: str, text: str, writer: "Process") -> None:
        """Write a setting. Raises OsError."""
        group, name = self._place(path, writer)
        if name not in (*cgroups.WRITABLE, "cgroup.kill"):
            raise OsError("EINVAL")
        self.machine.remember(f"Cgroup/{group.strip('/')}", "cgroup.set", "cgroup", group, "file", name, "value", text.strip())
        cgroups.write(self.machine, group, name, text, writer)

    def remove(self, path: str, writer: "Process | None" = None) -> None:
        """Remove a group. Raises OsError."""
        if path not in self.machine.cgroups:
            raise OsError("EPERM")
        cgroups.remove(self.machine, path)

    def dump(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {"kind": "cgroup2"}


class Proc:
    """procfs, as one pid namespace sees it."""

    kind = "proc"

    def __init__(self, number: int, machine: "Machine", space: int) -> None:
        self.number, self.machine, self.space = number, machine, space

    def _process(self, word: str, reader: "Process | None") -> "Process | None":
        if word == "self":
            return reader
        return self.machine.by_number(int(word), self.space) if word.isdigit() else None

    def get(self, path: str, reader: "Process | None" = None) -> Node | None:
        """Return a file or folder of /proc."""
        if path in ("/", "/sys", "/sys/net", "/sys/net/ipv4", "/sys/kernel", "/sys/vm"):
            return FOLDER
        if path in SYSCTL:
            return Node("file", 0o644 if path.endswith(("ip_forward", "hostname")) else 0o444, bytes=0, mtime_ms=0)
        if path == "/self":
            number = reader.number_in(self.space) if reader else None
            return Node("link", 0o777, text=str(number), bytes=0) if number else None
        if path == "/mounts":
            return Node("link", 0o777, text="self/mounts", bytes=11)
        parts = path.strip("/").split("/")
        if len(parts) == 1 and parts[0] in GENERAL:
            return Node("file", 0o444, bytes=0, mtime_ms=0)
        process = self._process(parts[0], reader)
        if process is None:
            return None
        owner, group = process.uid, process.gid
        match parts[1:]:
            case [] | ["ns"]:
                return Node("dir", 0o555, owner, group, mtime_ms=process.start_ms)
            case [name] if name in OF_PROCESS:
                return Node("file", 0o644 if name in ("uid_map", "gid_map", "setgroups", "oom_score_adj", "comm") else 0o444, owner, group, bytes=0, mtime_ms=process.start_ms)
            case [name] if name in LINKS:
                return Node("link", 0o777, owner, group, text={"cwd": process.cwd, "root": process.root, "exe": f"/usr/bin/{process.comm}"}[name], bytes=0, mtime_ms=process.start_ms)
            case ["ns", name] if name in KINDS or name in ("pid_for_children", "time_for_children"):
                kind = name.removesuffix("_for_children")
                number = process.namespaces[KINDS.index(kind)]
                if name == "pid_for_children":
                    number = process.next_pid_namespace or number
                return Node("nslink", 0o777, owner, group, text=f"{kind}:[{number}]", bytes=0, mtime_ms=process.start_ms)
        return None

    def names(self, path: str, reader: "Process | None" = None) -> list[str]:
        """Return the names in a folder."""
        if path == "/":
            numbers = sorted(number for process in self.machine.processes.values() if (number := process.number_in(self.space)) is not None)
            return [*map(str, numbers), *sorted([*GENERAL, "mounts", "self", "sys"])]
        if path.startswith("/sys"):
            return sorted({key[len(path) + 1:].split("/")[0] for key in SYSCTL if key.startswith(path + "/")})
        if path.endswith("/ns"):
            return sorted([*KINDS, "pid_for_children", "time_for_children"])
        return sorted([*OF_PROCESS, *LINKS, "ns"])

    def read(self, path: str, reader: "Process") -> str:
        """Return what a file says now."""
        parts = path.strip("/").split("/")
        if path in SYSCTL:
            return self._setting(SYSCTL[path], reader)
        if len(parts) == 1:
            return self._general(parts[0], reader)
        process = self._process(parts[0], reader)
        if process is None:
            raise OsError("ESRCH")
        return self._of_process(process, parts[1], reader)

    def _setting(self, name: str, reader: "Process") -> str:
        spaces = self.machine.namespaces
        return {"ip_forward": str(spaces[reader.namespaces[NET]].data["forward"]), "hostname": spaces[reader.namespaces[UTS]].data["hostname"], "pid_max": "4194304", "threads-max": str(self.machine.processes_max), "overcommit_memory": "0"}[name] + "\n"

    def _general(self, name: str, reader: "Process") -> str:
        machine, now = self.machine, self.machine.clock.now_ms
        offset = machine.namespaces[reader.namespaces[TIME]].data["boottime"]
        match name:
            case "meminfo":
                memory = machine.memory_figures()
                rows = (("MemTotal", memory["total"]), ("MemFree", memory["free"]), ("MemAvailable", memory["available"]), ("Buffers", memory["buffers"]), ("Cached", memory["cache"]), ("SwapCached", 0), ("SwapTotal", 0), ("SwapFree", 0), ("Shmem", memory["shared"]))
                return "".join(f"{label + ':':<16}{value // 1024:>8} kB\n" for label, value in rows)
            case "cpuinfo":
                return "".join(f"processor\t: {number}\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R) Processor\ncpu MHz\t\t: 2500.000\ncpu cores\t: {machine.cpus}\n\n" for number in range(machine.cpus))
            case "loadavg":
                return f"{' '.join(machine.loads())} {machine.running()}/{len(machine.processes)} {machine.next_pid - 1}\n"
            case "uptime":
                up = machine.uptime_s() + offset
                return f"{up}.{now % 1000 // 10:02d} {up * machine.cpus * 9 // 10}.00\n"
            case "version":
                return f"{KERNEL_VERSION}\n"
        return "BOOT_IMAGE=/boot/vmlinuz-6.12.48+deb13-amd64 root=/dev/sda1 ro quiet\n"

    def _of_process(self, process: "Process", name: str, reader: "Process") -> str:
        machine = self.machine
        match name:
            case "status":
                return status(machine, process, self.space, reader)
            case "cgroup":
                return f"0::{cgroup_seen(machine, process, reader)}\n"
            case "mountinfo":
                return "".join(_mount_line(machine, process, mount) for mount in machine.namespaces[process.namespaces[MNT]].data["mounts"] if seen_from(process.root, mount["point"]))
            case "mounts":
                return "".join(f"{mount['source']} {seen_from(process.root, mount['point'])} {mount['type']} {mount['options']} 0 0\n" for mount in machine.namespaces[process.namespaces[MNT]].data["mounts"] if seen_from(process.root, mount["point"]))
            case "limits":
                return LIMITS
            case "cmdline":
                return "" if process.kernel else "\0".join(process.argv) + "\0"
            case "comm":
                return process.comm + "\n"
            case "oom_score":
                return f"{oom.score(machine, process)}\n"
            case "oom_score_adj":
                return f"{process.oom_adj}\n"
            case "uid_map" | "gid_map":
                return "".join(f"{inner:>10} {outer:>10} {count:>10}\n" for inner, outer, count in machine.namespaces[process.namespaces[USER]].data[name])
            case "setgroups":
                return f"{machine.namespaces[process.namespaces[USER]].data['setgroups']}\n"
            case "stat":
                ticks = process.cpu_us // 10_000
                return f"{process.number_in(self.space)} ({process.comm}) {process.state} {number_of_parent(machine, process, self.space)} 0 0 0 -1 0 0 0 0 0 {ticks * 4 // 5} {ticks - ticks * 4 // 5} 0 0 20 {process.nice} {process.threads} 0 {(process.start_ms + machine.booted_ms) // 10} {machine.virtual_of(process, machine.clock.now_ms)} {machine.memory_of(process, machine.clock.now_ms) // 4096}\n"
        return ""

    def write(self, path: str, text: str, writer: "Process") -> None:
        """Write one of the few files that can be written. Raises OsError."""
        machine, word = self.machine, text.strip()
        if path == "/sys/net/ipv4/ip_forward" and word in ("0", "1"):
            machine.namespaces[writer.namespaces[NET]].data["forward"] = int(word)
            machine.changed()
            return
        if path == "/sys/kernel/hostname":
            machine.namespaces[writer.namespaces[UTS]].data["hostname"] = word[:64]
            return
        parts = path.strip("/").split("/")
        process = self._process(parts[0], writer) if len(parts) == 2 else None
        if process is None:
            raise OsError("EINVAL")
        if parts[1] == "oom_score_adj":
            number = int(word) if word.lstrip("-").isdigit() else 2000
            if not -1000 <= number <= 1000:
                raise OsError("EINVAL")
            if number < process.oom_adj and not machine.capable(writer, "sys_resource"):
                raise OsError("EACCES")
            process.oom_adj = number
        elif parts[1] in ("uid_map", "gid_map"):
            _map(machine, process, parts[1], word, writer)
        elif parts[1] == "setgroups" and word in ("allow", "deny"):
            machine.namespaces[process.namespaces[USER]].data["setgroups"] = word
        else:
            raise OsError("EINVAL")

    def put(self, path: str, node: Node, writer: "Process | None" = None) -> None:
        """Nothing can be made in /proc. Raises OsError."""
        raise OsError("ENOENT")

    def remove(self, path: str, writer: "Process | None" = None) -> None:
        """Nothing can be removed from /proc. Raises OsError."""
        raise OsError("EPERM")

    def dump(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {"kind": "proc", "space": self.space}


def _map(machine: "Machine", process: "Process", name: str, text: str, writer: "Process") -> None:
    """Set who is who inside a user namespace. Models map_write in kernel/user_namespace.c: once only, and without privilege only oneself."""
    space = machine.namespaces[process.namespaces[USER]]
    if space.data[name]:
        raise OsError("EPERM")
    rows = [[int(word) for word in line.split()] for line in text.split("\n") if line.strip() and all(word.isdigit() for word in line.split())]
    if not rows or any(len(row) != 3 or row[2] < 1 for row in rows):
        raise OsError("EINVAL")
    own = writer.uid if name == "uid_map" else writer.gid
    privileged = machine.capable(writer, "setuid" if name == "uid_map" else "setgid", space.parent)
    if not privileged and (len(rows) > 1 or rows[0][1:] != [own, 1] or (name == "gid_map" and space.data["setgroups"] == "allow")):
        raise OsError("EPERM")
    space.data[name] = rows


def seen_from(root: str, path: str) -> str:
    """Return a mount namespace's path as a process with another root sees it, "" if it cannot."""
    if root == "/":
        return path
    return (path[len(root):] or "/") if path == root or path.startswith(root + "/") else ""


def cgroup_seen(machine: "Machine", process: "Process", reader: "Process") -> str:
    """Return a process's group relative to the root of the reader's cgroup namespace."""
    top = machine.namespaces[reader.namespaces[CGROUP]].data["root"]
    if top == "/":
        return process.cgroup
    if process.cgroup == top:
        return "/"
    if process.cgroup.startswith(top + "/"):
        return process.cgroup[len(top):]
    return "/.." * top.count("/") + process.cgroup.rstrip("/")


def number_of_parent(machine: "Machine", process: "Process", space: int) -> int:
    """Return the parent's pid as a pid namespace sees it, 0 if it cannot."""
    parent = machine.processes.get(process.ppid)
    return (parent.number_in(space) or 0) if parent else 0


def _mount_line(machine: "Machine", process: "Process", mount: dict[str, Any]) -> str:
    point = seen_from(process.root, mount["point"])
    return f"{mount['id']} {mount['parent']} 0:{mount['fs'] + 20} {mount['root']} {point} {mount['options'].split(',lowerdir')[0]} - {mount['type']} {mount['source']} {mount['options']}\n"


def status(machine: "Machine", process: "Process", space: int, reader: "Process") -> str:
    """Return /proc/PID/status."""
    kib = machine.memory_of(process, machine.clock.now_ms) // 1024
    virtual = machine.virtual_of(process, machine.clock.now_ms) // 1024
    users = reader.namespaces[USER]
    uid, gid = inside_id(machine, users, process.uid), inside_id(machine, users, process.gid, "gid_map")
    word = {"R": "R (running)", "S": "S (sleeping)", "T": "T (stopped)", "I": "I (idle)"}[process.state]
    below = [str(number) for seen, number in process.numbers[[seen for seen, _ in process.numbers].index(space):]] if any(seen == space for seen, _ in process.numbers) else []
    rows = [("Name", process.comm), ("Umask", "0022"), ("State", word), ("Tgid", process.number_in(space)), ("Ngid", 0), ("Pid", process.number_in(space)), ("PPid", number_of_parent(machine, process, space)), ("TracerPid", 0),
            ("Uid", "\t".join([str(uid)] * 4)), ("Gid", "\t".join([str(gid)] * 4)), ("FDSize", 64), ("Groups", f"{gid} "), ("NStgid", "\t".join(below)), ("NSpid", "\t".join(below)), ("Kthread", int(process.kernel))]
    if not process.kernel:
        rows += [(name, f"{value:>8} kB") for name, value in (("VmPeak", virtual), ("VmSize", virtual), ("VmHWM", kib), ("VmRSS", kib), ("RssAnon", kib * 9 // 10), ("RssFile", kib - kib * 9 // 10), ("RssShmem", 0), ("VmSwap", 0))]
    mask = f"{0:016x}"
    rows += [("Threads", process.threads), ("CapInh", f"{process.ambient:016x}"), ("CapPrm", f"{process.permitted:016x}"), ("CapEff", f"{process.effective:016x}"), ("CapBnd", f"{process.bounding & FULL:016x}"), ("CapAmb", f"{process.ambient:016x}" if process.ambient else mask),
             ("NoNewPrivs", int(process.no_new_privileges)), ("Seccomp", 2 if process.denied_calls else 0), ("Seccomp_filters", int(bool(process.denied_calls))), ("Cpus_allowed", f"{(1 << machine.cpus) - 1:x}"), ("Cpus_allowed_list", f"0-{machine.cpus - 1}")]
    return "".join(f"{name}:\t{value}\n" for name, value in rows)


KERNEL_VERSION = "Linux version 6.12.48+deb13-amd64 (debian-kernel@lists.debian.org) (x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0, GNU ld (GNU Binutils for Debian) 2.44) #1 SMP PREEMPT_DYNAMIC Debian 6.12.48-1 (2025-09-20)"
LIMITS = "".join(f"{name:<26}{soft:<21}{hard:<21}{unit:<10}\n" for name, soft, hard, unit in (
    ("Limit", "Soft Limit", "Hard Limit", "Units"), ("Max cpu time", "unlimited", "unlimited", "seconds"), ("Max file size", "unlimited", "unlimited", "bytes"), ("Max data size", "unlimited", "unlimited", "bytes"), ("Max stack size", "8388608", "unlimited", "bytes"),
    ("Max core file size", "0", "unlimited", "bytes"), ("Max resident set", "unlimited", "unlimited", "bytes"), ("Max processes", "7823", "7823", "processes"), ("Max open files", "1024", "524288", "files"), ("Max locked memory", "8388608", "8388608", "bytes"),
    ("Max address space", "unlimited", "unlimited", "bytes"), ("Max file locks", "unlimited", "unlimited", "locks"), ("Max pending signals", "7823", "7823", "signals"), ("Max msgqueue size", "819200", "819200", "bytes"), ("Max nice priority", "0", "0", ""),
    ("Max realtime priority", "0", "0", ""), ("Max realtime timeout", "unlimited", "unlimited", "us")))
