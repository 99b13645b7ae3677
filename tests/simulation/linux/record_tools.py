"""Record what the real tools print, for tests/simulation/linux/recorded_tools.json. Run as root on Debian: `python3 tests/simulation/linux/record_tools.py`.

Each line runs in bash as root in namespaces of its own (`unshare --net --mount --pid --uts --ipc --fork --mount-proc`), so that nothing of the machine shows in the
output and nothing stays. What differs from run to run (pids, namespace numbers, hardware addresses, sizes) is replaced by the words that the test puts there, too.
The machine's own versions are written down beside the outputs; the world models newer ones (Debian 13), so a line whose output is known to have changed since is left out.
"""

import json
import re
import subprocess
from pathlib import Path

KEPT = Path(__file__).parent / "recorded_tools.json"
PACKAGES = ("util-linux", "procps", "iproute2")
ALONE = ("unshare", "--net", "--mount", "--pid", "--uts", "--ipc", "--fork", "--mount-proc", "bash", "-c")
LINES = {
    "util-linux": (
        "unshare -n nosuch", "unshare -Q", "unshare --uts bash -c 'hostname inner; hostname'; hostname | wc -l", "unshare --pid --fork --mount-proc bash -c 'echo $$'", "unshare -r id -u", "nsenter -t 99999 -n true", "nsenter -n true", "nsenter -Q",
        "nsenter -t 1 --net=/nope true", "lsns -Q", "lsns -t nosuch", "mount -t tmpfs tmpfs /nope", "umount /mnt", "umount /nope", "mount /nope /mnt", "mount -t tmpfs tmpfs /mnt; mountpoint /mnt; umount /mnt; mountpoint /mnt", "mountpoint /nope",
        "ipcmk -Q | sed 's/[0-9]*$//'", "setpriv --reuid=nosuch id", "mount --bind /nope /mnt", "unshare --mount bash -c 'mount -t tmpfs t /mnt; mountpoint /mnt'; mountpoint /mnt", "unshare -p -f --mount-proc ps -o pid,comm", "lsns -n -t uts -o TYPE | sort -u", "kill -l 9", "/bin/kill 99999", "ipcs -q",
    ),
    "procps": (
        "ps -o pid,nosuch", "ps -p 99999", "ps -o pid= -p 1", "ps -o pid,ppid,ni,comm -p 1 | head -1", "ps -p 1 -o user,pid,args | head -1", "ps aux | head -1", "ps -ef | head -1", "ps -eo pid,stat,etime,time,comm | head -1", "free | head -1", "free -m | head -1", "free -h | sed -n 3p | awk '{print $1}'", "free -Q 2>&1 | head -1",
        "pgrep nosuchprogram; echo $?", "pkill nosuchprogram; echo $?", "pgrep", "uptime -p | cut -d' ' -f1", "sysctl net.ipv4.ip_forward", "sysctl -w net.ipv4.ip_forward=1", "sysctl -n net.ipv4.ip_forward", "sysctl nosuch.key", "ps -o rss= -p 99999; echo $?",
    ),
    "iproute2": (
        "ip link", "ip addr", "ip -br link", "ip -br addr", "ip link show nope", "ip link set nope up", "ip link del nope", "ip addr add 10.0.0.1/24 dev nope", "ip addr add nonsense dev lo", "ip addr add 10.0.0.1/24 dev lo; ip addr add 10.0.0.1/24 dev lo",
        "ip addr del 10.0.0.9/24 dev lo", "ip nonsense", "ip link nonsense", "ip addr nonsense", "ip route nonsense", "ip route", "ip route add default via 10.9.9.9", "ip route add 10.0.0.0/8 dev nope", "ip link set lo up; ip route del default", "ip link set lo up; ip -4 addr", "ip link set lo up; ip -4 -br addr", "ip link add v0 type veth peer name v1; ip link add v0 type veth peer name v2",
        "ip link add v0 type veth peer name v1; ip link | sed 's/ether .*/ether/'", "ip link add v0 type nosuch", "ip link add v0 type veth peer name v1; ip addr add 10.0.0.1/24 dev v0; ip link set v0 up; ip link set v1 up; ip -4 -br addr", "ip link add v0 type veth peer name v1; ip addr add 10.0.0.1/24 dev v0; ip link set v0 up; ip link set v1 up; ip route",
        "ip netns exec nope true", "ip netns del nope", "ip netns", "ip link add v0 type veth peer name v1; ip link set v0 master nope", "ip link add br0 type bridge; ip link add v0 type veth peer name v1; ip link set v0 master br0; ip link show v0 | head -1", "ip addr show dev nope", "ip -4 addr show lo", "ip link set lo down", "ip link add br0 type bridge; ip link del br0; ip link show br0",
    ),
}


def told(text: str) -> str:
    """Return an output without what differs from run to run."""
    return re.sub(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}", lambda found: found[0] if found[0] in ("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff") else "MAC", text)


def recorded(line: str) -> dict[str, str]:
    """Return a line with what it printed, both streams as a terminal shows them."""
    done = subprocess.run([*ALONE, f"ip link set lo down; {line}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, cwd="/", stdin=subprocess.DEVNULL, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/root"})
    return {"line": line, "output": told(done.stdout)}


def main() -> None:
    """Write the file anew."""
    versions = {name: subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name], capture_output=True, text=True, check=True).stdout for name in PACKAGES}
    KEPT.write_text(json.dumps({"versions": versions, "tools": {name: [recorded(line) for line in lines] for name, lines in LINES.items()}}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
