"""What the tools of an image come from: busybox, or a distribution's own packages. It decides their wording, which shells there are, and who installs more.

An image is not looked at file by file: a distribution says which family its tools are of, and `images.catalogue` which of them an image has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from learnk8s.simulation.kernel.shell.dialects import ASH, BASH, DASH, Dialect

BUSYBOX_FAMILY, GNU_FAMILY = "busybox", "gnu"


@dataclass(frozen=True, slots=True)
class Distribution:
    """One of them: the family of its tools, its shells by name, its release, and what installs packages."""

    name: str
    family: str
    shells: Mapping[str, Dialect]
    release: str = ""
    packages: str = ""
    """apk, apt or dnf; "" where nothing can be installed."""
    sources: tuple[tuple[str, str], ...] = ()
    """Where packages come from: address and suite."""
    unmodelled: frozenset[str] = field(default=frozenset())
    """Programs that the real images have and that do nothing here: whoever calls one is told so, and not that it is missing."""

    @property
    def is_busybox(self) -> bool:
        """Say whether one program is behind most of the names."""
        return self.family == BUSYBOX_FAMILY

    def dialect(self, shell: str) -> Dialect:
        """Return how a shell of it speaks.

        >>> DEBIAN.dialect("/bin/sh").name, BUSYBOX.dialect("sh").name
        ('dash', 'ash')
        """
        return self.shells.get(shell.rsplit("/", 1)[-1], self.shells["sh"])

    def place(self, tool: str) -> str:
        """Return where a program stands.

        >>> DEBIAN.place("ls"), BUSYBOX.place("ls"), ALPINE.place("wget")
        ('/usr/bin/ls', '/bin/ls', '/usr/bin/wget')
        """
        if tool in OWN_PLACES:
            return OWN_PLACES[tool]
        if self.name == "busybox" or (self.is_busybox and tool in IN_BIN):
            return f"/bin/{tool}"
        return f"/sbin/{tool}" if self.is_busybox and tool in ("ip", "ifconfig", "apk", "sysctl") else f"/usr/bin/{tool}"


OWN_PLACES = {"nginx": "/usr/sbin/nginx", "node": "/usr/local/bin/node", "python": "/usr/local/bin/python", "python3": "/usr/local/bin/python3", "redis-server": "/usr/local/bin/redis-server", "redis-cli": "/usr/local/bin/redis-cli"}
IN_BIN = frozenset("ash base64 busybox cat chgrp chmod chown cp date dd df echo egrep false fgrep grep gzip hostname kill ln ls mkdir mktemp more mount mv nice ping printenv ps pwd rm rmdir sed sh sleep stat stty sync tar touch true umount uname watch".split())
BUSYBOX_ONLY = frozenset("vi top telnet traceroute netstat route arp unzip gzip gunzip bunzip2 cpio strings less lsof pgrep pkill killall ftpget ftpput tftp crond httpd su adduser addgroup passwd chroot mkfifo od realpath readlink comm cmp fold split shuf cksum sum uuencode dmesg lsmod".split())
GNU_ONLY = frozenset("perl openssl su chroot mkfifo od realpath readlink comm cmp fold split shuf cksum sum dpkg-query apt-cache apt-key apt-mark gzip gunzip bzip2 xz useradd groupadd passwd lsblk findmnt nice nohup tty install join expand getconf ldd ldconfig".split())

BUSYBOX = Distribution("busybox", BUSYBOX_FAMILY, {"sh": ASH, "ash": ASH}, "1.37.0", unmodelled=BUSYBOX_ONLY)
ALPINE = Distribution("alpine", BUSYBOX_FAMILY, {"sh": ASH, "ash": ASH, "bash": BASH}, "v3.24", "apk", tuple((f"https://dl-cdn.alpinelinux.org/alpine/v3.24/{part}", part) for part in ("main", "community")), unmodelled=BUSYBOX_ONLY)
DEBIAN = Distribution("debian", GNU_FAMILY, {"sh": DASH, "dash": DASH, "bash": BASH}, "trixie", "apt",
                      (("http://deb.debian.org/debian", "trixie"), ("http://deb.debian.org/debian", "trixie-updates"), ("http://deb.debian.org/debian-security", "trixie-security")), unmodelled=GNU_ONLY)
BOOKWORM = replace(DEBIAN, release="bookworm", sources=tuple((address, suite.replace("trixie", "bookworm")) for address, suite in DEBIAN.sources))
UBUNTU = Distribution("ubuntu", GNU_FAMILY, {"sh": DASH, "dash": DASH, "bash": BASH}, "noble", "apt",
                      (("http://archive.ubuntu.com/ubuntu", "noble"), ("http://security.ubuntu.com/ubuntu", "noble-security"), ("http://archive.ubuntu.com/ubuntu", "noble-updates"), ("http://archive.ubuntu.com/ubuntu", "noble-backports")), unmodelled=GNU_ONLY)
CENTOS = Distribution("centos", GNU_FAMILY, {"sh": BASH, "bash": BASH}, "9", "dnf", (("https://mirrors.centos.org/metalink", "baseos"),), unmodelled=GNU_ONLY | {"rpm", "vi"})
