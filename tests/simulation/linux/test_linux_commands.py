"""The commands' output formats and error texts, against those of Debian 13's procps 4.0.4, util-linux 2.41, iproute2 6.15, coreutils 9.7 and systemd 257."""

import json
import re
from pathlib import Path

import pytest

from learnk8s.simulation.linux.commands.registered import BUILTINS, COMMANDS
from learnk8s.simulation.linux.files.base import SYSTEM_PROGRAMS, USER_PROGRAMS
from learnk8s.simulation.kernel.shell.programs import STANDARD
from learnk8s.simulation.worlds import create
from tests.simulation.linux.record_tools import told
from tests.simulation.linux.typing_on import run

RECORDED = json.loads((Path(__file__).parent / "recorded_tools.json").read_text(encoding="utf-8"))["tools"]

EXACT = (
    ("whoami", "learner\n"), ("sudo whoami", "root\n"), ("id", "uid=1000(learner) gid=1000(learner) groups=1000(learner),27(sudo)\n"), ("sudo -u shop id", "uid=1001(shop) gid=1001(shop) groups=1001(shop)\n"), ("groups", "learner sudo\n"), ("nproc", "2\n"),
    ("id nobodyhere", "id: ‘nobodyhere’: no such user\n"), ("hostname", "shop\n"), ("hostname other", "hostname: you must be root to change the host name\n"), ("cat /nope", "cat: /nope: No such file or directory\n"), ("cat /etc", "cat: /etc: Is a directory\n"),
    ("cat /etc/shadow", "cat: /etc/shadow: Permission denied\n"), ("mkdir /x", "mkdir: cannot create directory ‘/x’: Permission denied\n"), ("mkdir a/b", "mkdir: cannot create directory ‘a/b’: No such file or directory\n"), ("mkdir a; mkdir a", "mkdir: cannot create directory ‘a’: File exists\n"),
    ("rm nope", "rm: cannot remove 'nope': No such file or directory\n"), ("mkdir d; rm d", "rm: cannot remove 'd': Is a directory\n"), ("rm /etc/passwd", "rm: cannot remove '/etc/passwd': Permission denied\n"), ("cp /nope here", "cp: cannot stat '/nope': No such file or directory\n"),
    ("cp /etc here", "cp: -r not specified; omitting directory '/etc'\n"), ("chmod 600 /etc/passwd", "chmod: changing permissions of '/etc/passwd': Operation not permitted\n"), ("chown root /home/learner", "chown: changing ownership of '/home/learner': Operation not permitted\n"),
    ("touch a; chmod hello a", "chmod: invalid mode: ‘hello’\nTry 'chmod --help' for more information.\n"), ("chmod 640 nope", "chmod: cannot access 'nope': No such file or directory\n"),
    ("touch f; chmod 640 f; stat -c '%a %U %n' f", "640 learner f\n"), ("touch f; chmod u+x,o-r f; stat -c %A f", "-rwxr-----\n"), ("kill 99999", "bash: kill: (99999) - No such process\n"), ("kill 1", "bash: kill: (1) - Operation not permitted\n"), ("sudo kill 99999", "kill: (99999): No such process\n"),
    ("nosuchcommand", "bash: nosuchcommand: command not found\n"), ("./nope", "bash: ./nope: No such file or directory\n"), ("/etc/passwd", "bash: /etc/passwd: Permission denied\n"), ("/etc", "bash: /etc: Is a directory\n"), ("cd /nope", "bash: cd: /nope: No such file or directory\n"), ("cd /root", "bash: cd: /root: Permission denied\n"),
    ("su", "su: Authentication failure\n"), ("sudo su -c whoami shop", "shop\n"), ("sudo -u ghost id", "sudo: unknown user ghost\nsudo: error initializing audit plugin sudoers_audit\n"), ("sudo nosuch", "sudo: nosuch: command not found\n"), ("sudo -u neighbour sudo id", "neighbour is not in the sudoers file.\nThis incident has been reported to the administrator.\n"),
    ("unshare -p ls", "unshare: unshare failed: Operation not permitted\n"), ("unshare -Q", "unshare: invalid option -- 'Q'\nTry 'unshare --help' for more information.\n"), ("sudo unshare -n nosuch", "unshare: failed to execute nosuch: No such file or directory\n"), ("unshare -Ur whoami", "root\n"), ("unshare -U whoami", "nobody\n"),
    ("chroot /opt/rootfs", "chroot: cannot change root directory to '/opt/rootfs': Operation not permitted\n"), ("sudo chroot /nope", "chroot: cannot change root directory to '/nope': No such file or directory\n"), ("sudo chroot /srv", "chroot: failed to run command ‘/bin/bash’: No such file or directory\n"),
    ("sudo nsenter -t 99999 -n ls", "nsenter: cannot open /proc/99999/ns/net: No such file or directory\n"), ("nsenter -t 1 -n ls", "nsenter: reassociate to namespace 'ns/net' failed: Operation not permitted\n"),
    ("mount -t tmpfs tmpfs /mnt", "mount: /mnt: must be superuser to use mount.\n       dmesg(1) may have more information after failed mount system call.\n"), ("sudo mount -t tmpfs tmpfs /nope", "mount: /nope: mount point does not exist.\n       dmesg(1) may have more information after failed mount system call.\n"),
    ("sudo mount -t zfs x /mnt", "mount: /mnt: unknown filesystem type 'zfs'.\n       dmesg(1) may have more information after failed mount system call.\n"), ("sudo umount /mnt", "umount: /mnt: not mounted.\n"), ("umount /proc", "umount: /proc: must be superuser to unmount.\n"), ("sudo umount /", "umount: /: target is busy.\n"),
    ("mountpoint /proc", "/proc is a mountpoint\n"), ("ip link add br0 type bridge", "RTNETLINK answers: Operation not permitted\n"), ("ip netns exec none ls", 'Cannot open network namespace "none": No such file or directory\n'), ("sudo ip netns add a; sudo ip netns add a", 'Cannot create namespace file "/run/netns/a": File exists\n'),
    ("ip link show nope", 'Device "nope" does not exist.\n'), ("sudo ip link set nope up", 'Cannot find device "nope"\n'), ("ip nonsense", 'Object "nonsense" is unknown, try "ip help".\n'), ("sudo ip route add default via 10.9.9.9", "Error: Nexthop has invalid gateway.\n"),
    ("curl localhost:9999", "curl: (7) Failed to connect to localhost port 9999 after 0 ms: Could not connect to server\n"), ("curl http://nowhere.example", "curl: (6) Could not resolve host: nowhere.example\n"), ("curl", "curl: (2) no URL specified\ncurl: try 'curl --help' or 'curl --manual' for more information\n"),
    ("systemctl start shop-web", "Failed to start shop-web.service: Interactive authentication required.\nSee system logs and 'systemctl status shop-web.service' for details.\n"), ("sudo systemctl start nope", "Failed to start nope.service: Unit nope.service not found.\n"), ("systemctl status nope", "Unit nope.service could not be found.\n"),
    ("systemctl is-active shop-web", "active\n"), ("sudo systemctl enable shop-database", "Created symlink '/etc/systemd/system/multi-user.target.wants/shop-database.service' → '/etc/systemd/system/shop-database.service'.\n"), ("dmesg", "dmesg: read kernel buffer failed: Operation not permitted\n"), ("systemctl frob", "Unknown command verb 'frob'.\n"),
    ("echo 1 > /sys/fs/cgroup/cgroup.procs", "bash: /sys/fs/cgroup/cgroup.procs: Permission denied\n"), ("sudo mkdir /sys/fs/cgroup/g; cat /sys/fs/cgroup/g/cpu.max", "max 100000\n"), ("sudo mkdir /sys/fs/cgroup/g; cat /sys/fs/cgroup/g/memory.max /sys/fs/cgroup/g/pids.max /sys/fs/cgroup/g/cpu.weight", "max\nmax\n100\n"),
    ("sudo mkdir /sys/fs/cgroup/g; sudo bash -c 'echo 50000 100000 > /sys/fs/cgroup/g/cpu.max'; cat /sys/fs/cgroup/g/cpu.max", "50000 100000\n"), ("sudo mkdir /sys/fs/cgroup/g; sudo bash -c 'echo no > /sys/fs/cgroup/g/cpu.max'", "bash: echo: write error: Invalid argument\n"),
    ("sudo rmdir /sys/fs/cgroup/system.slice", "rmdir: failed to remove '/sys/fs/cgroup/system.slice': Device or resource busy\n"), ("cat /sys/fs/cgroup/cgroup.controllers", "cpu io memory pids\n"), ("cat /proc/self/cgroup", "0::/user.slice/user-1000.slice/session-1.scope\n"),
    ("sudo mkdir /sys/fs/cgroup/g; cat /sys/fs/cgroup/g/memory.events", "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\noom_group_kill 0\n"), ("sudo mkdir /sys/fs/cgroup/g; sudo bash -c 'echo +cpu > /sys/fs/cgroup/user.slice/user-1000.slice/session-1.scope/cgroup.subtree_control'", "bash: echo: write error: Device or resource busy\n"),
    ("readlink /proc/self/ns/net", "net:[4026531840]\n"), ("uname -sr", "Linux 6.12.48+deb13-amd64\n"), ("sleep x", "sleep: invalid time interval ‘x’\nTry 'sleep --help' for more information.\n"), ("python3 nope.py", "python3: can't open file '/home/learner/nope.py': [Errno 2] No such file or directory\n"),
    ("ldd /etc/passwd", "\tnot a dynamic executable\n"), ("getpcaps 1", "1: =ep\n"), ("sudo setpriv --reuid shop --regid shop id -un", "shop\n"), ("setpriv --no-new-privs sudo id", "sudo: The \"no new privileges\" flag is set, which prevents sudo from running as root.\nsudo: If sudo is running in a container, you may need to adjust the container configuration to disable the flag.\n"),
    ("capsh --decode=0000000000000400", "0x0000000000000400=cap_net_bind_service\n"), ("ps -o pid,nosuch", 'error: unknown user-defined format specifier "nosuch"\n'), ("env FOO=bar bash -c 'echo $FOO'", "bar\n"), ("nice -n 5 nice", "5\n"), ("sysctl net.ipv4.ip_forward", "net.ipv4.ip_forward = 0\n"), ("sudo sysctl -w net.ipv4.ip_forward=1", "net.ipv4.ip_forward = 1\n"),
    ("sudo python3 -m http.server 80", "Serving HTTP on 0.0.0.0 port 80 (http://0.0.0.0:80/) ...\n"), ("python3 -m http.server 80 | tail -1", "PermissionError: [Errno 13] Permission denied\n"), ("echo $HOME ~", "/home/learner /home/learner\n"), ("sudo bash -c 'cd /; pwd'", "/\n"), ("command -v ls", "/usr/bin/ls\n"), ("type cd", "cd is a shell builtin\n"),
    ("ping -c 1 10.1.1.1 | tail -2 | head -1", "1 packets transmitted, 0 received, 100% packet loss, time 0ms\n"), ("journalctl -u nope", "-- No entries --\n"), ("ln -s /etc/hosts h; readlink h", "/etc/hosts\n"), ("sudo useradd -m amy; id amy", "uid=1003(amy) gid=1003(amy) groups=1003(amy)\n"), ("ipcmk -Q", "Message queue id: 0\n"),
)
SHAPES = (
    ("ps", r"    PID TTY          TIME CMD\n +\d+ pts/0    00:00:00 bash\n +\d+ pts/0    00:00:00 ps\n"),
    ("ps aux | head -2", r"USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\nroot           1  0\.0  0\.6 +\d+ 13312 \?        Ss   05:48   0:00 /sbin/init\n"),
    ("ps -ef | head -2", r"UID          PID    PPID  C STIME TTY          TIME CMD\nroot           1       0  0 05:48 \?        00:00:00 /sbin/init\n"),
    ("ps -o pid,ppid,user,comm -p 1", r"    PID    PPID USER     COMMAND\n      1       0 root     systemd\n"), ("ps -o pid= -p 1", r"      1\n"), ("ps -ef --forest | grep bash | tail -1", r".*\\_ .*\n"),
    ("uptime", r" 09:00:05 up  3:12,  1 user,  load average: \d+\.\d\d, \d+\.\d\d, \d+\.\d\d\n"),
    ("free", r"               total        used        free      shared  buff/cache   available\nMem:         2014032 +\d+ +\d+ +1200 +\d+ +\d+\nSwap:              0           0           0\n"), ("free -h | tail -1", r"Swap:             0B          0B          0B\n"),
    ("top -b -n1 | head -7", r"top - 09:00:05 up  3:12,  1 user,  load average: .*\nTasks: +\d+ total, +\d+ running, +\d+ sleeping,   0 stopped,   0 zombie\n%Cpu\(s\): .* us, .* sy,  0\.0 ni, .* id,  0\.0 wa,  0\.0 hi,  0\.0 si,  0\.0 st \nMiB Mem :   1966\.8 total, .* buff/cache     \nMiB Swap: +0\.0 total, +0\.0 free, +0\.0 used\. +[\d.]+ avail Mem \n\n    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME\+ COMMAND\n"),
    ("ls -l /etc/passwd", r"-rw-r--r-- 1 root root \d+ Apr  4 09:00 /etc/passwd\n"), ("ls -l / | grep bin", r"lrwxrwxrwx 1 root root +7 Apr  4 09:00 bin -> usr/bin\nlrwxrwxrwx .* sbin -> usr/sbin\n"), ("ls -ld /tmp", r"drwxrwxrwt 2 root root 4096 Apr  4 09:00 /tmp\n"), ("ls -l /dev/null", r"crw-rw-rw- 1 root root 1, 3 .* /dev/null\n"),
    ("ip addr", r"1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127\.0\.0\.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000\n    link/ether 52:54:00:3a:1f:0c brd ff:ff:ff:ff:ff:ff\n    inet 203\.0\.113\.10/24 brd 203\.0\.113\.255 scope global eth0\n       valid_lft forever preferred_lft forever\n"),
    ("ip link show lo", r"1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\n    link/loopback .*\n"), ("ip route", r"default via 203\.0\.113\.1 dev eth0 \n203\.0\.113\.0/24 dev eth0 proto kernel scope link src 203\.0\.113\.10 \n"), ("ip -br addr | tail -1", r"eth0             UP             203\.0\.113\.10/24 \n"),
    ("sudo ip netns add a; sudo ip link add v0 type veth peer name v1 netns a; ip link show v0", r"3: v0@if2: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN mode DEFAULT group default qlen 1000\n    link/ether [0-9a-f:]{17} brd ff:ff:ff:ff:ff:ff link-netns a\n"),
    ("sudo ss -ltnp | head -2", r"State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess +\nLISTEN 0      128          0\.0\.0\.0:22        0\.0\.0\.0:\*   users:\(\(\"sshd\",pid=431,fd=3\)\) *\n"), ("ss -ltn | head -1", r"State  Recv-Q Send-Q Local Address:Port Peer Address:Port\n"),
    ("sudo lsns -t net", r" +NS TYPE +NPROCS +PID USER +COMMAND\n4026531840 net +\d+   1 root /sbin/init\n"), ("capsh --print | head -1", r"Current: =\n"), ("sudo capsh --print | head -1", r"Current: =ep\n"), ("sudo capsh --drop=cap_sys_admin -- -c 'capsh --print' | head -1", r"Current: =ep cap_sys_admin-ep\n"),
    ("cat /proc/1/status | head -6", r"Name:\tsystemd\nUmask:\t0022\nState:\tS \(sleeping\)\nTgid:\t1\nNgid:\t0\nPid:\t1\n"), ("cat /proc/1/limits | head -2", r"Limit                     Soft Limit           Hard Limit           Units     \nMax cpu time              unlimited            unlimited            seconds   \n"),
    ("cat /proc/self/mountinfo | head -1", r"21 1 0:\d+ / / rw,relatime,errors=remount-ro - ext4 /dev/sda1 rw,relatime,errors=remount-ro\n"), ("mount | head -1", r"/dev/sda1 on / type ext4 \(rw,relatime,errors=remount-ro\)\n"), ("df / | head -1", r"Filesystem     1K-blocks +Used Available Use% Mounted on\n"), ("df -h /", r"Filesystem      Size  Used Avail Use% Mounted on\n/dev/sda1        20G  1\.9G   18G  10% /\n"),
    ("ldd /bin/ls", r"\tlinux-vdso\.so\.1 \(0x[0-9a-f]{16}\)\n\tlibselinux\.so\.1 => /lib/x86_64-linux-gnu/libselinux\.so\.1 \(0x[0-9a-f]{16}\)\n\tlibc\.so\.6 => /lib/x86_64-linux-gnu/libc\.so\.6 \(0x[0-9a-f]{16}\)\n\tlibpcre2-8\.so\.0 => .*\n\t/lib64/ld-linux-x86-64\.so\.2 \(0x[0-9a-f]{16}\)\n"),
    ("sudo dmesg | head -1", r"\[ +\d+\.\d{6}\] Linux version 6\.12.*\n"), ("sudo dmesg -T | head -1", r"\[Mon May  4 05:48:00 2026\] Linux version.*\n"), ("journalctl -u shop-web -n 1", r"May 04 \d\d:\d\d:\d\d shop python3\[\d+\]: web: listening on 0\.0\.0\.0:8080\n"),
    ("systemctl status shop-web | head -5", r"● shop-web\.service - Web\n     Loaded: loaded \(/etc/systemd/system/shop-web\.service; enabled; preset: enabled\)\n     Active: active \(running\) since Mon 2026-05-04 09:00:0\d UTC; \d+\w+ ago\n Invocation: [0-9a-f]{32}\n   Main PID: \d+ \(python3\)\n"),
    ("systemctl status shop-database", r"○ shop-database\.service - Database\n     Loaded: .*\n     Active: inactive \(dead\)\n"), ("pgrep -a systemd | head -1", r"1 /sbin/init\n"), ("ipcs -q", r"\n------ Message Queues --------\nkey        msqid      owner      perms      used-bytes   messages    \n\n"),
    ("stat /etc/hosts | head -3", r"  File: /etc/hosts\n  Size: \d+ +\tBlocks: 8 +IO Block: 4096   regular file\nAccess: \(0644/-rw-r--r--\)  Uid: \(    0/    root\)   Gid: \(    0/    root\)\n"), ("unshare --help | head -3", r"\nUsage:\n unshare \[options\] \[<program> \[<argument>\.\.\.\]\]\n"),
)


@pytest.mark.parametrize(("line", "expected"), [pytest.param(line, expected, id=line[:70]) for line, expected in EXACT])
def test_a_command_prints_exactly_what_the_real_one_prints(line, expected):
    printed = run(create("linux", "one-server", 1), line, limit_ms=3_000)
    assert printed.startswith(expected) if line.startswith("ps -o") else printed == expected


@pytest.mark.parametrize(("line", "pattern"), [pytest.param(line, pattern, id=line[:70]) for line, pattern in SHAPES])
def test_a_command_prints_in_the_real_ones_format(line, pattern):
    printed = run(create("linux", "one-server", 1), line)
    assert re.fullmatch(pattern, printed), printed


@pytest.mark.parametrize("entry", [pytest.param(entry, id=entry["line"][:70]) for rows in RECORDED.values() for entry in rows])
def test_a_line_prints_what_was_recorded_of_the_real_tools(entry):
    world = create("linux", "one-server", 1)
    for line in ("sudo -i", "unshare --net --mount --pid --uts --ipc --fork --mount-proc bash", "cd /"):
        run(world, line)
    assert told(run(world, entry["line"], limit_ms=3_000)) == entry["output"]


def test_every_program_on_the_disk_can_be_run():
    known = {*COMMANDS, *STANDARD, *BUILTINS}
    assert not [name for name in (*USER_PROGRAMS, *SYSTEM_PROGRAMS) if name not in known]
    assert not [name for name in COMMANDS if name not in (*USER_PROGRAMS, *SYSTEM_PROGRAMS)]
    assert len(COMMANDS) >= 25


def test_background_jobs_are_told_of_as_bash_tells():
    world = create("linux", "one-server", 1)
    assert re.fullmatch(r"\[1\] \d+\n", run(world, "sleep 2 &"))
    assert run(world, "jobs") == "[1]+  Running                 sleep 2 &\n"
    world.advance(world.now_ms + 3_000)
    assert run(world, "true") == "[1]+  Done                    sleep 2\n"


def test_a_program_that_is_missing_its_libraries_says_so_in_a_chroot():
    world = create("linux", "one-server", 1)
    for line in ("sudo -i", "mkdir -p /srv/r/bin", "cp /bin/bash /srv/r/bin/"):
        run(world, line)
    assert run(world, "chroot /srv/r /bin/bash") == "chroot: failed to run command ‘/bin/bash’: No such file or directory\n"
    run(world, "mkdir -p /srv/r/lib64; cp /lib64/ld-linux-x86-64.so.2 /srv/r/lib64/")
    assert run(world, "chroot /srv/r /bin/bash") == "/bin/bash: error while loading shared libraries: libtinfo.so.6: cannot open shared object file: No such file or directory\n"
    run(world, "mkdir -p /srv/r/lib/x86_64-linux-gnu; cp /lib/x86_64-linux-gnu/libtinfo.so.6 /lib/x86_64-linux-gnu/libc.so.6 /srv/r/lib/x86_64-linux-gnu/")
    run(world, "chroot /srv/r /bin/bash")
    assert world.shell.prompt() == "I have no name!@shop:/# "
    assert run(world, "ls") == "bash: ls: command not found\n"
