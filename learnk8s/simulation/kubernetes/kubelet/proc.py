"""What /proc tells in a container: of its first process, of its mounts, and of the node's machine, which no container hides. Models fs/proc of Linux 6.12.

Differs: a process that looks at itself finds the container's first one, but for its name.
"""

from collections.abc import Mapping, Sequence

from learnk8s.simulation.kubernetes.kubelet.tools.surroundings import MountRow
from learnk8s.simulation.kubernetes.objects.document import Doc

CAPABILITIES = tuple("CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG "
                     "MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE".split())
"""In the order of their bits. Models include/uapi/linux/capability.h."""
USUAL = frozenset("CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE".split())
"""What containerd gives a container that asks for nothing. Models pkg/oci/spec.go: defaultUnixCaps."""


def capabilities(context: Doc) -> int:
    """Return the capabilities of a container as a mask.

    >>> f"{capabilities({}):016x}", f"{capabilities({'capabilities': {'add': ['NET_ADMIN', 'SYS_TIME']}}):016x}", capabilities({"capabilities": {"drop": ["ALL"]}})
    ('00000000a80425fb', '00000000aa0435fb', 0)
    """
    if context.get("privileged"):
        return (1 << len(CAPABILITIES)) - 1
    asked = context.get("capabilities") or {}
    added, dropped = ({name.removeprefix("CAP_").upper() for name in asked.get(part) or ()} for part in ("add", "drop"))
    held = {*CAPABILITIES} if "ALL" in added else set() if "ALL" in dropped else {*USUAL}
    held = (held | (added & {*CAPABILITIES})) - (dropped - added if "ALL" in dropped else dropped)
    return sum(1 << place for place, name in enumerate(CAPABILITIES) if name in held)


def status(name: str, context: Doc, user: int, groups: Sequence[int], *, pid: int = 1) -> str:
    """Return /proc/PID/status, as far as people look at it."""
    mask = capabilities(context)
    held = mask if not user else 0
    listed = " ".join(map(str, sorted({*groups})))
    profile = (context.get("seccompProfile") or {}).get("type", "Unconfined")
    confined = 0 if context.get("privileged") or profile == "Unconfined" else 2
    rows = {"Name": name[:15], "Umask": "0022", "State": "S (sleeping)" if pid == 1 else "R (running)", "Tgid": pid, "Pid": pid, "PPid": 0, "TracerPid": 0, "Uid": "\t".join([str(user)] * 4), "Gid": "\t".join([str(groups[0])] * 4), "FDSize": 64, "Groups": f"{listed} ",
            "Threads": 1, "CapInh": f"{0:016x}", "CapPrm": f"{held:016x}", "CapEff": f"{held:016x}", "CapBnd": f"{mask:016x}", "CapAmb": f"{0:016x}", "NoNewPrivs": int(context.get("allowPrivilegeEscalation") is False), "Seccomp": confined, "Seccomp_filters": int(bool(confined)),
            "Cpus_allowed": "f", "Cpus_allowed_list": "0-3"}
    return "".join(f"{key}:\t{value}\n" for key, value in rows.items())


def of_process(arguments: Sequence[str], variables: Mapping[str, str], context: Doc, user: int, groups: Sequence[int]) -> dict[str, str]:
    """Return the files of the first process, by path. `arguments` are its command line as one that was renamed shows it."""
    name = arguments[0].rsplit("/", 1)[-1].split(":")[0] if arguments else "pause"
    return {"/proc/1/cmdline": "".join(f"{word}\0" for word in arguments), "/proc/1/comm": f"{name[:15]}\n", "/proc/1/environ": "".join(f"{key}={value}\0" for key, value in variables.items()), "/proc/1/status": status(name, context, user, groups),
            "/proc/self/status": status("cat", context, user, groups, pid=7), "/proc/self/cgroup": "0::/\n", "/proc/1/cgroup": "0::/\n"}


def mounts(rows: Sequence[MountRow]) -> dict[str, str]:
    """Return the lists of mounts, by path."""
    text = "".join(f"{row.source} {row.path} {row.type} {'ro' if row.read_only else 'rw'},relatime 0 0\n" for row in rows)
    return dict.fromkeys(("/proc/mounts", "/proc/self/mounts", "/proc/1/mounts"), text)


def machine(memory_bytes: int, cpus: int, up_ms: int) -> dict[str, str]:
    """Return what is told of the node's machine, by path: a container's limits change nothing about it."""
    total = memory_bytes // 1024
    memory = {"MemTotal": total, "MemFree": total // 2, "MemAvailable": total * 3 // 4, "Buffers": total // 64, "Cached": total // 4, "SwapCached": 0, "SwapTotal": 0, "SwapFree": 0}
    row = "processor\t: {0}\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel name\t: simulated\ncpu MHz\t\t: 2400.000\ncpu cores\t: {1}\n\n"
    return {"/proc/meminfo": "".join(f"{key + ':':<16}{value:>8} kB\n" for key, value in memory.items()), "/proc/cpuinfo": "".join(row.format(number, cpus) for number in range(cpus)), "/proc/loadavg": "0.10 0.08 0.05 1/210 13\n", "/proc/uptime": f"{up_ms / 1000:.2f} {up_ms * cpus / 1250:.2f}\n"}
