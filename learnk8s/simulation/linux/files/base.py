"""What is on the disk before anybody has typed anything: Debian 13 in miniature, and the shop's programs.

The base is one mapping that all worlds share. A compiled program or library is a line: ELF, its name, what it needs, what it provides.
"""

from learnk8s.simulation.linux.files.node import ELF, Node
from learnk8s.simulation.workload.shop import BATCH_AT_HOUR, PROGRAMS

LIB = "/usr/lib/x86_64-linux-gnu"
USER_PROGRAMS = (
    "awk", "base64", "bash", "basename", "capsh", "cat", "chmod", "chown", "cp", "curl", "cut", "date", "df", "dirname", "dmesg", "du", "echo", "enosys", "env", "false", "find", "free", "getent", "getpcaps", "grep", "groups", "head",
    "findmnt", "hostname", "hostnamectl", "id", "vmstat", "w", "who", "ipcmk", "ipcs", "journalctl", "kill", "ldd", "ln", "ls", "lsns", "mkdir", "mktemp", "mount", "mountpoint", "mv", "nice", "nohup", "nproc", "nsenter", "pgrep", "ping", "pkill", "printf", "ps", "pwd", "python3", "readlink",
    "renice", "rm", "rmdir", "sed", "seq", "setpriv", "sh", "sleep", "sort", "ss", "stat", "su", "sudo", "systemctl", "tail", "tee", "test", "top", "touch", "tr", "true", "umount", "uname", "uniq", "unshare", "uptime", "wc",
    "whoami", "xargs", "lscpu", "pidof", "printenv", "editor", "less", "more", "nano", "systemd-cgls", "systemd-run", "vi", "vim", "watch", "which",
)
SYSTEM_PROGRAMS = ("chroot", "ip", "iptables", "ldconfig", "pivot_root", "reboot", "sysctl", "useradd")
MINIMAL = ("awk", "base64", "bash", "cat", "chmod", "chown", "cp", "cut", "date", "df", "echo", "env", "false", "free", "grep", "head", "hostname", "id", "kill", "ldd", "ln", "ls", "mkdir", "mount", "mv", "nproc", "ps", "pwd", "python3", "readlink", "rm", "rmdir", "sed",
           "seq", "sh", "sleep", "sort", "stat", "tail", "tee", "test", "top", "touch", "tr", "true", "umount", "uname", "uptime", "wc", "whoami", "pgrep", "pkill", "unshare", "curl", "capsh", "lsns")
"""What the small root file system in /opt/rootfs has: about what debootstrap --variant=minbase gives, with Python, curl and capsh."""
LIBRARIES = {
    "ld-linux-x86-64.so.2": ("", "GLIBC_2.41", 225_600), "libc.so.6": ("", "GLIBC_2.41", 2_003_408), "libtinfo.so.6": ("libc.so.6", "NCURSES6_TINFO_6.4", 216_368), "libselinux.so.1": ("libc.so.6 libpcre2-8.so.0", "LIBSELINUX_3.8", 190_456),
    "libpcre2-8.so.0": ("libc.so.6", "", 703_000), "libproc2.so.0": ("libc.so.6 libsystemd.so.0", "LIBPROC_2", 88_000), "libsystemd.so.0": ("libc.so.6", "LIBSYSTEMD_257", 1_020_000), "libm.so.6": ("libc.so.6", "GLIBC_2.41", 1_030_000),
    "libcap.so.2": ("libc.so.6", "", 47_000), "libmount.so.1": ("libc.so.6 libselinux.so.1", "MOUNT_2_40", 371_000), "libexpat.so.1": ("libc.so.6", "", 178_000), "libz.so.1": ("libc.so.6", "", 121_000),
}
NEEDS = {
    "bash": "libtinfo.so.6 libc.so.6", "sh": "libc.so.6", "ls": "libselinux.so.1 libc.so.6", "ps": "libproc2.so.0 libc.so.6", "top": "libproc2.so.0 libtinfo.so.6 libc.so.6", "free": "libproc2.so.0 libc.so.6", "python3": "libm.so.6 libz.so.1 libexpat.so.1 libc.so.6",
    "mount": "libmount.so.1 libselinux.so.1 libc.so.6", "umount": "libmount.so.1 libselinux.so.1 libc.so.6", "capsh": "libcap.so.2 libc.so.6",
}
PASSWD = """\
root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
messagebus:x:100:107::/nonexistent:/usr/sbin/nologin
learner:x:1000:1000:Learner,,,:/home/learner:/bin/bash
shop:x:1001:1001:The shop,,,:/opt/shop:/bin/bash
neighbour:x:1002:1002:Another team,,,:/home/neighbour:/bin/bash
"""
GROUP = "root:x:0:\ndaemon:x:1:\nsudo:x:27:learner\nwww-data:x:33:\nmessagebus:x:107:\nlearner:x:1000:\nshop:x:1001:\nneighbour:x:1002:\nnogroup:x:65534:\n"
MINIMAL_PASSWD = "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
OS_RELEASE = 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nNAME="Debian GNU/Linux"\nVERSION_ID="13"\nVERSION="13 (trixie)"\nVERSION_CODENAME=trixie\nDEBIAN_VERSION_FULL=13.1\nID=debian\nHOME_URL="https://www.debian.org/"\n'
ISSUE = "Debian GNU/Linux 13 \\n \\l\n\n"


def elf(name: str, needs: str = "libc.so.6", provides: str = "") -> str:
    """Return the line that stands for a compiled file."""
    return f"{ELF} {name} needs={needs.replace(' ', ',')} provides={provides.replace(' ', ',')}\n"


def script(name: str) -> str:
    """Return the source of one of the shop's programs, as short as it can be; its `# program:` line says what it does here."""
    program = PROGRAMS[name]
    lines = ["#!/usr/bin/env python3", f'"""{program.title_en}."""', f"# program: {name}", "import argparse"]
    if program.library:
        lines.append(f"import _pricing  # needs {program.library[0]} with {program.library[1]}")
    lines += ["", "parser = argparse.ArgumentParser()"]
    if program.port:
        lines += [f'parser.add_argument("--port", type=int, default={program.port})', 'parser.add_argument("--bind", default="0.0.0.0")']
    lines += [f'parser.add_argument("--{callee}", default="127.0.0.1:{PROGRAMS[callee].port}")' for callee in program.calls]
    lines += ["arguments = parser.parse_args()", f"{'serve' if program.port else 'work'}(arguments)", ""]
    return "\n".join(lines)


def unit(name: str, *, user: str = "shop", extra: str = "", restart: str = "on-failure", folder: str = "/opt/shop") -> str:
    """Return a systemd unit of one of the shop's programs."""
    title = PROGRAMS[name].title_en
    return f"[Unit]\nDescription={title}\nAfter=network.target\n\n[Service]\nUser={user}\nWorkingDirectory={folder}\nExecStart=/usr/bin/python3 {folder}/{name}.py\nRestart={restart}\nRestartSec=5s\n{extra}\n[Install]\nWantedBy=multi-user.target\n"


def _tree() -> dict[str, Node]:
    tree: dict[str, Node] = {"/": Node("dir", 0o755)}
    for path in ("/boot", "/dev", "/etc", "/etc/systemd", "/etc/systemd/system", "/home", "/mnt", "/opt", "/opt/shop", "/opt/neighbour", "/opt/vendor", "/proc", "/run", "/run/netns", "/srv", "/sys", "/usr", "/usr/bin", "/usr/lib", "/usr/lib64",
                 "/usr/lib/systemd", "/usr/lib/systemd/system", LIB, "/usr/local", "/usr/local/bin", "/usr/sbin", "/usr/share", "/var", "/var/lib", "/var/log", "/var/tmp"):
        tree[path] = Node("dir", 0o755)
    tree["/root"], tree["/tmp"] = Node("dir", 0o700), Node("dir", 0o1777)
    tree["/home/learner"], tree["/home/neighbour"] = Node("dir", 0o755, 1000, 1000), Node("dir", 0o755, 1002, 1002)
    _system(tree, "", (*USER_PROGRAMS,), SYSTEM_PROGRAMS)
    tree["/etc/passwd"], tree["/etc/group"] = Node(text=PASSWD), Node(text=GROUP)
    tree["/etc/shadow"] = Node(mode=0o640, text="root:*:20361:0:99999:7:::\nlearner:!:20361:0:99999:7:::\n")
    tree["/etc/hostname"], tree["/etc/hosts"] = Node(text="shop\n"), Node(text="127.0.0.1\tlocalhost\n127.0.1.1\tshop\n")
    tree["/etc/sudoers"] = Node(mode=0o440, text="root\tALL=(ALL:ALL) ALL\n%sudo\tALL=(ALL:ALL) NOPASSWD: ALL\n")
    for path in ("/opt/shop", "/opt/neighbour"):
        for name in ("web", "api", "database", "batch") if path == "/opt/shop" else ("blog", "report", "spawner"):
            tree[f"{path}/{name}.py"] = Node(mode=0o755, uid=1001 if path == "/opt/shop" else 1002, gid=1001 if path == "/opt/shop" else 1002, text=script(name))
    for name in ("web", "api", "database"):
        tree[f"/etc/systemd/system/shop-{name}.service"] = Node(text=unit(name))
    tree["/etc/systemd/system/shop-batch.service"] = Node(text=unit("batch", restart="no"))
    tree["/etc/systemd/system/shop-batch.timer"] = Node(text=f"[Unit]\nDescription=The nightly batch\n\n[Timer]\nOnCalendar=*-*-* {BATCH_AT_HOUR:02d}:00:00\n\n[Install]\nWantedBy=timers.target\n")
    tree["/etc/systemd/system/blog.service"] = Node(text=unit("blog", user="neighbour", folder="/opt/neighbour", restart="no"))
    tree["/etc/systemd/system/report.service"] = Node(text=unit("report", user="neighbour", folder="/opt/neighbour", restart="on-failure"))
    for version in ("1.0", "2.0"):
        tree[f"/opt/vendor/libpricing-{version}.so"] = Node(mode=0o644, text=elf("libpricing.so.1", "libc.so.6", f"PRICING_{version}"), bytes=184_320)
    tree[f"{LIB}/libpricing.so.1"] = tree["/opt/vendor/libpricing-1.0.so"]
    tree["/opt/rootfs"] = Node("dir", 0o755)
    _system(tree, "/opt/rootfs", MINIMAL, ("chroot", "ip"))
    for path in ("dev", "etc", "home", "opt", "proc", "root", "run", "srv", "sys", "tmp", "usr", "usr/bin", "usr/lib", "usr/lib64", "usr/lib/x86_64-linux-gnu", "usr/sbin", "var", "mnt"):
        tree[f"/opt/rootfs/{path}"] = Node("dir", 0o1777 if path == "tmp" else 0o755)
    tree["/opt/rootfs/etc/passwd"], tree["/opt/rootfs/etc/group"] = Node(text=MINIMAL_PASSWD), Node(text="root:x:0:\nnogroup:x:65534:\n")
    tree["/opt/rootfs/etc/hosts"] = Node(text="127.0.0.1\tlocalhost\n")
    return tree


def _system(tree: dict[str, Node], top: str, programs: tuple[str, ...], system: tuple[str, ...]) -> None:
    for name, target in (("bin", "usr/bin"), ("sbin", "usr/sbin"), ("lib", "usr/lib"), ("lib64", "usr/lib64")):
        tree[f"{top}/{name}"] = Node("link", 0o777, text=target)
    for folder, names in (("/usr/bin", programs), ("/usr/sbin", system)):
        for name in names:
            setuid = 0o4755 if name in ("sudo", "su", "mount", "umount") else 0o755
            tree[f"{top}{folder}/{name}"] = Node(mode=setuid, text=elf(name, NEEDS.get(name, "libc.so.6")), bytes=6_831_704 if name == "python3" else 1_298_416 if name == "bash" else 40_000 + len(name) * 4_096)
    for name, (needs, provides, size) in LIBRARIES.items():
        folder = "/usr/lib64" if name.startswith("ld-") else LIB
        tree[f"{top}{folder}/{name}"] = Node(mode=0o755, text=elf(name, needs, provides), bytes=size)
    tree[f"{top}/etc/os-release"], tree[f"{top}/etc/debian_version"], tree[f"{top}/etc/issue"] = Node(text=OS_RELEASE), Node(text="13.1\n"), Node(text=ISSUE)


BASE: dict[str, Node] = _tree()
DEVICES: dict[str, Node] = {
    "/": Node("dir", 0o755), "/null": Node("char", 0o666, text="1, 3"), "/zero": Node("char", 0o666, text="1, 5"), "/random": Node("char", 0o666, text="1, 8"), "/urandom": Node("char", 0o666, text="1, 9"), "/tty": Node("char", 0o666, 0, 5, "5, 0"),
    "/console": Node("char", 0o600, 0, 5, "5, 1"), "/sda": Node("block", 0o660, 0, 6, "8, 0"), "/sda1": Node("block", 0o660, 0, 6, "8, 1"), "/shm": Node("dir", 0o1777), "/pts": Node("dir", 0o755), "/pts/0": Node("char", 0o620, 1000, 5, "136, 0"),
}
SYSFS: dict[str, Node] = {"/": Node("dir", 0o555), "/fs": Node("dir", 0o755), "/fs/cgroup": Node("dir", 0o755), "/kernel": Node("dir", 0o755), "/class": Node("dir", 0o755)}
EMPTY: dict[str, Node] = {"/": Node("dir", 0o755)}
BASES = {"ext4": BASE, "devtmpfs": DEVICES, "sysfs": SYSFS, "tmpfs": EMPTY}
