"""What is built into bash and knows processes or files: cd, kill, jobs, wait, type, command, umask, ulimit, source, help; and the sandbox's own `traffic` and `fault`."""

from learnk8s.simulation.kernel.faults import BadAction
from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.linux import faults
from learnk8s.simulation.linux.commands.call import Call, Result, in_path
from learnk8s.simulation.linux.commands.processes import kill
from learnk8s.simulation.linux.errors import OsError
from learnk8s.simulation.linux.files.kernelfs import LIMITS
from learnk8s.simulation.linux.files.view import SEARCH

HELP = """This is a simulated Debian 13 server in a small shell. Its commands:
ps top watch free uptime kill pkill pgrep nice renice nproc uname lscpu    processes and the machine
ls cat vi nano mkdir rmdir rm cp mv ln touch chmod chown stat find df du   files
id whoami groups su sudo useradd getent                                    users
systemctl journalctl dmesg reboot systemd-run systemd-cgls                 services, logs and groups
ip ss curl ping sysctl iptables                                            the network
chroot unshare nsenter lsns pivot_root mount umount mountpoint             namespaces and roots
capsh setpriv getpcaps enosys ipcs ipcmk                                   rights
echo N > /sys/fs/cgroup/...                                                control groups
ldd ldconfig python3                                                       libraries and programs
grep sed awk head tail sort uniq wc cut tr xargs and the shell's own words, with pipes, >, &&, &, $( ), for, if.
traffic PERCENT sends customers; fault NAME breaks something.
"""


def _cd(call: Call) -> Outcome:
    target = call.argv[1] if len(call.argv) > 1 else call.variables.get("HOME", "/")
    if target == "-":
        target = call.variables.get("OLDPWD", ".")
    try:
        place = call.files.found(target)
        assert place.node is not None
        if place.node.kind != "dir":
            raise OsError("ENOTDIR")
        if not call.files.may(place.node, SEARCH):
            raise OsError("EACCES")
    except OsError as error:
        return Outcome("", f"bash: cd: {target}: {error}\n", 1)
    call.terminal.variables["OLDPWD"] = call.files.cwd
    call.process.cwd = place.path or "/"
    call.terminal.variables["PWD"] = call.files.cwd
    return Outcome()


def _history(call: Call) -> Outcome:
    past = call.terminal.past
    if call.argv[1:] == ["-c"]:
        call.terminal.past = []
        return Outcome()
    count = int(call.argv[1]) if len(call.argv) > 1 and call.argv[1].isdigit() else len(past)
    return Outcome("".join(f"{number:>5}  {line}\n" for number, line in list(enumerate(past, start=1))[-count:] if count))


def _jobs(call: Call) -> Outcome:
    return Outcome(call.terminal.jobs_listed())


def _wait(call: Call) -> Outcome:
    return Outcome("", "learnk8s: wait: not modelled; use sleep N to let time pass\n", 1)


def _type(call: Call) -> Result:
    words = call.argv[1:]
    short = call.argv[0] == "command"
    if short and words[:1] != ["-v"]:
        return Outcome("", "learnk8s: command: only command -v is modelled\n", 1)
    out = wrong = ""
    for word in words[1:] if short else words:
        if word in BUILTINS or word in call.terminal.built_in:
            out += f"{word}\n" if short else f"{word} is a shell builtin\n"
            continue
        path = in_path(call, word)
        if path:
            out += f"{path}\n" if short else f"{word} is {path}\n"
        elif not short:
            wrong += f"bash: type: {word}: not found\n"
        else:
            return Outcome(out, "", 1)
    return Outcome(out, wrong, 1 if wrong else 0)


def _ulimit(call: Call) -> Outcome:
    if call.argv[1:] in ([], ["-f"]):
        return Outcome("unlimited\n")
    table = {"-n": "1024", "-u": "7823", "-s": "8192", "-v": "unlimited", "-m": "unlimited", "-c": "0"}
    if len(call.argv) == 2 and call.argv[1] in table:
        return Outcome(table[call.argv[1]] + "\n")
    if call.argv[1:] == ["-a"]:
        return Outcome(LIMITS)
    return Outcome("", "learnk8s: ulimit: limits can be read here, not set; use a control group\n", 1)


def _source(call: Call) -> Outcome:
    if len(call.argv) < 2:
        return Outcome("", f"bash: {call.argv[0]}: filename argument required\n", 2)
    try:
        text = call.files.text(call.argv[1])
    except OsError as error:
        return Outcome("", f"bash: {call.argv[1]}: {error}\n", 1)
    return call.terminal.script(call.process, text)


def _traffic(call: Call) -> Outcome:
    if len(call.argv) != 2 or not call.argv[1].rstrip("%").isdigit() or len(call.argv[1]) > 5:
        return Outcome("", "usage: traffic PERCENT    (100 is an ordinary day, 0 is nobody)\n", 2)
    return _acted(call, {"kind": "set-traffic", "percent": int(call.argv[1].rstrip("%"))}, f"the shop now gets {call.argv[1].rstrip('%')}% of an ordinary day's requests\n")


def _fault(call: Call) -> Outcome:
    known = {fault.kind: fault for fault in faults.FAULTS if fault.usage.startswith("fault")}
    fault = known.get(call.argv[1]) if len(call.argv) > 1 else None
    if fault is None:
        return Outcome("", "usage:\n" + "".join(f"  {item.usage}\n" for item in known.values()), 2)
    return _acted(call, {"kind": fault.kind}, f"{fault.text_en}\n")


def _acted(call: Call, action: dict[str, object], text: str) -> Outcome:
    try:
        call.terminal.act(action)
    except (BadAction, LimitExceeded) as error:
        return Outcome("", f"{error}\n", 1)
    return Outcome(text)


BUILTINS = {"cd": _cd, "kill": kill, "history": _history, "jobs": _jobs, "wait": _wait, "type": _type, "command": _type, "ulimit": _ulimit, "umask": lambda call: Outcome("0022\n"), "source": _source, ".": _source, "help": lambda call: Outcome(HELP), "traffic": _traffic, "fault": _fault}
