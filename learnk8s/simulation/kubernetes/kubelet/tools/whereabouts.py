"""Programs that tell where one is: hostname, uname, df, free, mount, ip, sysctl, nproc, uptime."""

from collections.abc import Callable

from learnk8s.simulation.kernel.shell.program import Invocation, Outcome
from learnk8s.simulation.kubernetes.kubelet.control_groups import sysctl_path
from learnk8s.simulation.kubernetes.kubelet.tools.folders import files_of, human, split
from learnk8s.simulation.kubernetes.kubelet.tools.surroundings import Surroundings

KERNEL = "6.12.48+deb13-amd64"
BUILD = "#1 SMP PREEMPT_DYNAMIC Debian 6.12.48-1 (2025-09-20)"


def df(around: Surroundings) -> Callable[[Invocation], Outcome]:
    """`df`: the mounts and their sizes."""

    def run(call: Invocation) -> Outcome:
        options, names = split(call.argv)
        rows = [row for row in around.mounts if not names or row.path == files_of(call).path(names[0])] or [row for row in around.mounts if row.path == "/"]
        human_sizes = "h" in options
        text = f"{'Filesystem':<22}{'Size' if human_sizes else '1K-blocks':>12}{'Used':>12}{'Available':>12} {'Use%':>4} Mounted on\n"
        for row in rows:
            size, used = row.size_bytes, row.size_bytes // 5 if row.type == "overlay" or row.type == "ext4" else 0
            shown = [human(number) if human_sizes else str(number // 1024) for number in (size, used, size - used)]
            text += f"{row.source:<22}{shown[0]:>12}{shown[1]:>12}{shown[2]:>12} {used * 100 // max(size, 1):>3}% {row.path}\n"
        return Outcome(text)

    return run


def free(around: Surroundings) -> Callable[[Invocation], Outcome]:
    """`free`: the node's memory, whatever the container's limit is."""

    def run(call: Invocation) -> Outcome:
        unit = {"m": 2**20, "g": 2**30, "b": 1}.get(split(call.argv)[0][:1], 1024)
        total, used, rest = (number // unit for number in (around.memory_bytes, around.memory_bytes // 4, around.memory_bytes * 3 // 4))
        head = "              total        used        free      shared  buff/cache   available\n" if around.distribution.is_busybox else "               total        used        free      shared  buff/cache   available\n"
        return Outcome(f"{head}Mem:     {total:>10}  {used:>10}  {rest:>10}           0           0  {rest:>10}\nSwap:    {0:>10}  {0:>10}  {0:>10}\n")

    return run


def hostname(around: Surroundings) -> Callable[[Invocation], Outcome]:
    """`hostname`."""

    def run(call: Invocation) -> Outcome:
        text = (call.files.read("/etc/hostname") or around.pod).strip()
        if "-i" in call.argv or "-I" in call.argv:
            return Outcome(f"{around.ip}\n")
        if "-f" in call.argv:
            for line in (call.files.read("/etc/hosts") or "").splitlines():
                words = line.split()
                if words[:1] == [around.ip] and len(words) > 1:
                    return Outcome(f"{words[1]}\n")
        return Outcome(f"{text}\n")

    return run


def uname(around: Surroundings) -> Callable[[Invocation], Outcome]:
    """`uname`: the node's kernel, whatever the image is made of."""
    whole = f"Linux {around.pod} {KERNEL} {BUILD} x86_64 {'Linux' if around.distribution.name == 'alpine' else 'GNU/Linux'}\n"
    single = {"-r": KERNEL, "-n": around.pod, "-m": "x86_64", "-v": BUILD, "-s": "Linux"}
    return lambda call: Outcome(whole if "-a" in call.argv else f"{next((single[word] for word in call.argv[1:] if word in single), 'Linux')}\n")


def mount(around: Surroundings) -> Callable[[Invocation], Outcome]:
    """`mount`: what is mounted where."""

    def run(call: Invocation) -> Outcome:
        kind = call.argv[2] if call.argv[1:2] == ["-t"] and len(call.argv) > 2 else ""
        return Outcome("".join(f"{row.source} on {row.path} type {row.type} ({'ro' if row.read_only else 'rw'},relatime)\n" for row in around.mounts if kind in ("", row.type)))

    return run


def ip(around: Surroundings) -> Callable[[Invocation], Outcome]:
    """`ip` and `ifconfig`: the pod's two interfaces; changing them takes a right."""
    addresses = Outcome(f"1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue\n    inet 127.0.0.1/8 scope host lo\n2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue\n    inet {around.ip}/24 brd {around.ip.rpartition('.')[0]}.255 scope global eth0\n")
    routes = Outcome(f"default via {around.ip.rpartition('.')[0]}.1 dev eth0 \n{around.ip.rpartition('.')[0]}.0/24 dev eth0 scope link  src {around.ip} \n")

    def run(call: Invocation) -> Outcome:
        changes = call.argv[0].endswith("ip") and len(call.argv) > 2 and call.argv[2] in ("add", "del", "delete", "set", "replace", "flush")
        if changes and not around.rights & {"privileged", "NET_ADMIN"}:
            return Outcome("", "ip: RTNETLINK answers: Operation not permitted\n" if around.distribution.is_busybox else "RTNETLINK answers: Operation not permitted\n", 2)
        if call.argv[0].endswith("ip") and any("route".startswith(word) for word in call.argv[1:2] if word.startswith("r")):
            return Outcome() if changes else routes
        return Outcome() if changes else addresses

    return run


def nproc(around: Surroundings) -> Callable[[Invocation], Outcome]:
    """`nproc`: the node's CPUs, whatever the container's limit is."""
    return lambda call: Outcome(f"{around.cpus}\n")


def sysctl(call: Invocation) -> Outcome:
    """`sysctl`: the kernel's settings, which a container cannot change."""
    out = ""
    for word in [word for word in call.argv[1:] if not word.startswith("-")]:
        name, is_set, _value = word.partition("=")
        text = call.files.read(sysctl_path(name))
        if text is None:
            return Outcome(out, f"sysctl: error: '{name}' is an unknown key\n", 1)
        if is_set:
            return Outcome(out, f"sysctl: error setting key '{name}': Read-only file system\n", 1)
        out += text if "-n" in call.argv else f"{name} = {text}"
    return Outcome(out)
