"""Which commands the distributions bring that images are built on, as far as they are modelled."""

from learnk8s.simulation.kubernetes.kubelet.tools import KNOWING, NETWORK, PLAIN

PACKAGING = frozenset(("apt", "apt-get", "apk", "dnf", "yum", "dpkg"))
SMALL_TOOLS = frozenset((*PLAIN, *KNOWING, "cat", "echo", "printf", "date", "seq", "test", "[", "env", "printenv", "true", "false", "grep", "head", "tail", "wc", "sort", "uniq", "cut", "tr", "sed", "awk", "which",
                         "base64", "tee", "pwd", "xargs", "cd", "export", "watch", "tac", "nl", "paste", "diff", "more", "md5sum", "sha1sum", "sha256sum", "egrep", "fgrep", "mktemp", "ln", "timeout")) - PACKAGING
BUSYBOX = (SMALL_TOOLS | frozenset(("wget", "nslookup", "nc", "ping", "httpd", "rev", "less"))) - {"bash", "dash"}
ALPINE = BUSYBOX | {"getent", "apk"}
DEBIAN = (SMALL_TOOLS - {"ps", "ip", "ifconfig", "free", "uptime", "ash", "watch", "sysctl", "hexdump"}) | {"getent", "apt", "apt-get", "dpkg"}
PROCPS = frozenset(("ps", "free", "uptime", "watch", "sysctl"))
CENTOS = (DEBIAN | PROCPS | {"curl", "dnf", "yum", "less"}) - {"apt", "apt-get", "dpkg", "dash"}
TOOLS = {"busybox": BUSYBOX, "alpine": ALPINE, "debian": DEBIAN, "ubuntu": DEBIAN, "centos": CENTOS}
ONLY_IN_SHELLS = frozenset(("cd", "exit", "export", "trap", "ulimit", "umask", "wait", "set", "unset"))
"""Commands for which there is no file."""
NO_SHELL: frozenset[str] = frozenset()
EVERYTHING = (SMALL_TOOLS | frozenset(NETWORK) | ALPINE) - {"dash"}
