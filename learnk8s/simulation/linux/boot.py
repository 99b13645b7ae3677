"""Boot: the host's namespaces, mounts and the processes that a Debian 13 server has before anybody logs in."""

from learnk8s.simulation.linux import capabilities, cgroups, namespaces, systemd
from learnk8s.simulation.linux.files.base import SYSFS
from learnk8s.simulation.linux.machine import HOST, Machine
from learnk8s.simulation.linux.namespaces import FIRST_IDS, PID, Namespace
from learnk8s.simulation.linux.process import Process

SERVICES = (
    (241, "systemd-journal", "/usr/lib/systemd/systemd-journald", 0, "systemd-journald.service", 14), (270, "systemd-udevd", "/usr/lib/systemd/systemd-udevd", 0, "systemd-udevd.service", 9),
    (402, "cron", "/usr/sbin/cron -f", 0, "cron.service", 3), (404, "dbus-daemon", "/usr/bin/dbus-daemon --system --address=systemd: --nofork --nopidfile --systemd-activation --syslog-only", 100, "dbus.service", 5),
    (409, "systemd-logind", "/usr/lib/systemd/systemd-logind", 0, "systemd-logind.service", 9), (431, "sshd", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", 0, "ssh.service", 8),
)
KERNEL_THREADS = ((2, "kthreadd"), (3, "pool_workqueue_release"), (14, "ksoftirqd/0"), (15, "rcu_preempt"), (21, "kworker/1:0H-events_highpri"), (52, "kswapd0"), (118, "jbd2/sda1-8"))
BOOT_LOG = ("Linux version 6.12.48+deb13-amd64 (debian-kernel@lists.debian.org)", "Command line: BOOT_IMAGE=/boot/vmlinuz-6.12.48+deb13-amd64 root=/dev/sda1 ro quiet", "Memory: 1968044K/2096628K available (16384K kernel code)",
            "EXT4-fs (sda1): mounted filesystem with ordered data mode. Quota mode: none.", "systemd[1]: Detected virtualization none.", "systemd[1]: Hostname set to <shop>.")
SHELL_PID = 1402


def booted(seed: int) -> Machine:
    """Return a machine that is up, with the learner's shell on pts/0."""
    machine = Machine(seed)
    for kind, number in enumerate(FIRST_IDS):
        machine.namespaces[number] = Namespace(number, kind, number, FIRST_IDS[5], 0, namespaces.first(kind, HOST))
    _mounts(machine)
    _add(machine, 1, 0, "systemd", "/sbin/init", 0, "/init.scope", 13)
    for pid, name in KERNEL_THREADS:
        thread = _add(machine, pid, 0 if pid == 2 else 2, name, name, 0, "/", 0)
        thread.kernel, thread.state = True, "I" if name.startswith("kworker") else "S"
    for pid, name, line, uid, unit, mib in SERVICES:
        process = _add(machine, pid, 1, name, line, uid, f"/system.slice/{unit}", mib)
        process.unit = unit
        if name == "sshd":
            process.port, process.address, process.phase = 22, "0.0.0.0", "serving"
    session = "/user.slice/user-1000.slice/session-1.scope"
    _add(machine, 1380, 431, "sshd-session", "sshd-session: learner [priv]", 0, session, 10)
    _add(machine, 1398, 1380, "sshd-session", "sshd-session: learner@pts/0", 1000, session, 7)
    shell = _add(machine, SHELL_PID, 1398, "bash", "-bash", 1000, session, 5)
    shell.tty, shell.cwd = "pts/0", "/home/learner"
    machine.next_pid = SHELL_PID + 8
    machine.kernel_log = [[-machine.booted_ms + number * 310, text] for number, text in enumerate(BOOT_LOG)]
    systemd.reload(machine)
    return machine


def _add(machine: Machine, pid: int, ppid: int, comm: str, line: str, uid: int, group: str, mib: int) -> Process:
    cgroups.ensure(machine, group)
    process = Process(pid, ppid, comm, tuple(line.split(" ")), uid, {100: 107}.get(uid, uid), FIRST_IDS, ((FIRST_IDS[PID], pid),), group, -machine.booted_ms + pid * 8, rss=mib * 1024 * 1024)
    if uid == 0:
        process.effective = process.permitted = capabilities.FULL
    machine.processes[pid] = process
    return process


def _mounts(machine: Machine) -> None:
    space = FIRST_IDS[0]
    assert SYSFS, "the system's folders are there"
    for kind, point, source, options in (
        ("ext4", "/", "/dev/sda1", "rw,relatime,errors=remount-ro"), ("sysfs", "/sys", "sysfs", "rw,nosuid,nodev,noexec,relatime"), ("proc", "/proc", "proc", "rw,nosuid,nodev,noexec,relatime"),
        ("devtmpfs", "/dev", "udev", "rw,nosuid,relatime,size=983024k,nr_inodes=245756,mode=755"), ("tmpfs", "/run", "tmpfs", "rw,nosuid,nodev,size=201404k,nr_inodes=819200,mode=755"),
        ("cgroup2", "/sys/fs/cgroup", "cgroup2", "rw,nosuid,nodev,noexec,relatime,nsdelegate,memory_recursiveprot"),
    ):
        number = machine.add_filesystem(kind, space=FIRST_IDS[PID])
        machine.mount(space, number, point, source=source, options=options)
    from learnk8s.simulation.linux.files.node import Node

    machine.filesystems[5].put("/netns", Node("dir", 0o755))
