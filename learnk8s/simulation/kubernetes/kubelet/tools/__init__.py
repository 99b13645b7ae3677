"""The programs that a process in a container can call: those of every shell, and those that tell where it is.

Which of them an image has is the image's matter, see `images.catalogue`; how they complain is their family's, see `wording`.
"""

from collections.abc import Callable
from functools import lru_cache

from learnk8s.simulation.kernel.shell.downloads import saved_name
from learnk8s.simulation.kernel.shell.program import Invocation, Outcome, Program
from learnk8s.simulation.kernel.shell.programs import STANDARD
from learnk8s.simulation.kernel.shell.programs.folders import cd
from learnk8s.simulation.kubernetes.kubelet.archives import tar
from learnk8s.simulation.kubernetes.kubelet.tools import accounts, blocks, folders, packages, rights, running, shells, whereabouts
from learnk8s.simulation.kubernetes.kubelet.tools.rights import changed_status
from learnk8s.simulation.kubernetes.kubelet.tools.surroundings import MountRow, Surroundings
from learnk8s.simulation.kubernetes.kubelet.tools.wording import worded

NETWORK = ("curl", "wget", "nslookup", "dig", "nc", "ping", "host", "getent")
AS_CALLED = ("agnhost", "agnhost-2")
"""Programs that tell by which path they were called."""
NOT_INSIDE = ("vi", "vim", "nano", "emacs", "code", "docker", "helm", "git", "ssh", "systemctl", "kubeadm", "kind", "crictl", "etcdctl", "sudo", "help", "cd", "clear")
SHELLS = ("sh", "bash", "ash", "dash")


def _network(around: Surroundings) -> Callable[[Invocation], Outcome]:
    def run(call: Invocation) -> Outcome:
        found = around.network([*call.argv, f"\0{call.stdin}"] if call.stdin and call.argv[0].endswith("nc") else call.argv)
        if getattr(found, "is_stream", False):
            around.tell(found.stdout, "")
        around.wait(getattr(found, "took_ms", 0))
        if getattr(found, "is_stream", False):
            around.tell("", found.stderr)
        target = saved_name(call.argv) if call.argv[0].rsplit("/", 1)[-1] in ("wget", "curl") else ""
        if found.status == 0 and target:
            if "-O" not in "".join(call.argv) and call.argv[0].endswith("wget") and call.files.read(target) is not None:
                return Outcome("", f"{found.stderr.partition(chr(10))[0]}\nwget: can't open '{target}': File exists\n", 1)
            call.files.write(target, found.stdout)
            return Outcome("", found.stderr, 0)
        return Outcome(found.stdout, found.stderr, found.status, screen=found.screen)

    return run


def _nothing(call: Invocation) -> Outcome:
    return Outcome()


def tools(around: Surroundings) -> dict[str, Program]:
    """Return all programs by name, for a container in these surroundings."""
    family = around.distribution.family
    client = Program(_network(around))
    return {**_unknowing(family), **{name: worded(name, Program(run(around)), family) for name, run in KNOWING.items()}, **dict.fromkeys(NETWORK, client)}


@lru_cache(maxsize=4)
def _unknowing(family: str) -> dict[str, Program]:
    """Return the programs of a family that are the same wherever they run."""
    made = {name: program for name, program in STANDARD.items() if name not in NOT_INSIDE} | {name: Program(run) for name, run in PLAIN.items()}
    return {name: worded(name, program, family) for name, program in made.items()}


PLAIN: dict[str, Callable[[Invocation], Outcome]] = {
    "rm": folders.rm, "rmdir": folders.rmdir, "mkdir": folders.mkdir, "cp": folders.copy, "mv": folders.copy, "touch": folders.touch, "du": folders.du, "find": folders.find,
    "dd": blocks.dd, "fallocate": blocks.fallocate, "hexdump": blocks.hexdump, "md5sum": blocks.md5sum, "chmod": rights.chmod, "chown": rights.chmod, "chgrp": rights.chmod, "stat": rights.stat,
    "cd": cd, "expr": shells.expr, **dict.fromkeys(SHELLS, shells.shell), **dict.fromkeys(("sync", "trap", "ulimit", "umask", "wait", "kill", "exit", "stty", "clear"), _nothing),
    "uptime": lambda call: Outcome(" 09:00:00 up 1 day,  load average: 0.10, 0.08, 0.05\n"), "tar": tar, "sysctl": whereabouts.sysctl, "dpkg": packages.dpkg,
    "basename": lambda call: Outcome(f"{call.argv[1].rstrip('/').rpartition('/')[2]}\n" if len(call.argv) > 1 else "\n"), "dirname": lambda call: Outcome(f"{call.argv[1].rpartition('/')[0] or '.'}\n" if len(call.argv) > 1 else "\n"),
}
KNOWING: dict[str, Callable[[Surroundings], Callable[[Invocation], Outcome]]] = {
    "ls": folders.ls, "sleep": shells.sleep, "df": whereabouts.df, "free": whereabouts.free, "id": accounts.identity, "ps": running.ps, "whoami": accounts.whoami, "hostname": whereabouts.hostname, "uname": whereabouts.uname,
    "mount": whereabouts.mount, "ip": whereabouts.ip, "ifconfig": whereabouts.ip, "nproc": whereabouts.nproc, "apt": packages.apt, "apt-get": packages.apt, "apk": packages.apk, "dnf": packages.dnf, "yum": packages.dnf,
}

__all__ = ["AS_CALLED", "KNOWING", "NETWORK", "PLAIN", "SHELLS", "MountRow", "Surroundings", "changed_status", "tools"]
