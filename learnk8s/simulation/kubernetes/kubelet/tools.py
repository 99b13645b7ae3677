"""The programs that a process in a container can call: those of every shell, and those that tell where it is.

Which of them an image has is the image's matter; see `images.catalogue`. Texts are busybox's.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import md5
from typing import Literal

from learnk8s.simulation.kernel.shell.program import Invocation, Outcome, Program
from learnk8s.simulation.kernel.shell.programs import STANDARD
from learnk8s.simulation.kernel.shell.programs.small import duration_ms
from learnk8s.simulation.kubernetes.kubelet.archives import tar
from learnk8s.simulation.kubernetes.kubelet.control_groups import sysctl_path
from learnk8s.simulation.kubernetes.kubelet.layered import Denied, FileStatus, LayeredFiles

NETWORK = ("curl", "wget", "nslookup", "dig", "nc", "ping", "host", "getent")
AS_CALLED = ("agnhost", "agnhost-2")
"""Programs that tell by which path they were called."""
LITTLE: Literal["little"] = "little"
NAMES_OF_USERS = {0: "root", 65534: "nobody"}
NOT_INSIDE = ("vi", "vim", "nano", "emacs", "code", "docker", "helm", "git", "apt", "apt-get", "ssh", "systemctl", "kubeadm", "kind", "crictl", "etcdctl", "sudo", "help", "cd", "clear")
SHELLS = ("sh", "bash", "ash", "dash")


@dataclass(frozen=True, slots=True)
class MountRow:
    """One line of `mount` and `df`: what is mounted where."""

    source: str
    path: str
    type: str
    size_bytes: int
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the programs of one container may know."""

    pod: str
    namespace: str
    ip: str
    node: str
    user: int = 0
    group: int = 0
    groups: tuple[int, ...] = ()
    mounts: tuple[MountRow, ...] = ()
    processes: tuple[str, ...] = ()
    memory_bytes: int = 2**33
    limit_bytes: int = 0
    cpu_millicores: int = 4000
    rights: frozenset[str] = frozenset()
    """Capabilities beyond the usual ones, and `privileged`."""
    network: Callable[[list[str]], Outcome] = field(default=lambda argv: Outcome("", "", 1))
    wait: Callable[[int], None] = field(default=lambda milliseconds: None)
    tell: Callable[[str, str], None] = field(default=lambda out, err: None)
    """Remembers that a part of a command's output came at this moment, before its end."""
    emit: Callable[[str], None] | None = None
    """Prints at once, where a command's output can be seen before it ends."""

    @property
    def all_groups(self) -> tuple[int, ...]:
        """Return the main group and the others."""
        return (self.group, *self.groups)


def _no_such(name: str, path: str, why: str = "No such file or directory") -> Outcome:
    return Outcome("", f"{name}: {path}: {why}\n", 1)


def _files(call: Invocation) -> LayeredFiles:
    assert isinstance(call.files, LayeredFiles), "programs in containers see a container's files"
    return call.files


def _split(argv: list[str]) -> tuple[str, list[str]]:
    return "".join(word[1:] for word in argv[1:] if word.startswith("-") and len(word) > 1 and not word.startswith("--")), [word for word in argv[1:] if not word.startswith("-") or word == "-"]


def _ls(call: Invocation) -> Outcome:
    files, (options, names) = _files(call), _split(call.argv)
    out = wrong = ""
    for name in names or ["."]:
        path = files.path(name)
        if files.is_folder(path) and "d" not in options:
            inner = [entry for entry in files.listed(path) if "a" in options or not entry.startswith(".")]
            out += f"{name}:\n" if len(names) > 1 else ""
            out += ("total 0\n" if "l" in options else "") + "".join(_row(files, f"{path.rstrip('/')}/{entry}", entry, options) for entry in inner)
        elif files.is_folder(path) or files.read(path) is not None:
            out += _row(files, path, name, options)
        else:
            wrong += f"ls: {name}: No such file or directory\n"
    return Outcome(out, wrong, 1 if wrong else 0)


def _row(files: LayeredFiles, path: str, name: str, options: str) -> str:
    if "l" not in options:
        return f"{name}\n"
    found = files.status(path) or FileStatus(False, 0o644)
    numeric = "n" in options
    owner, group = (str(number) if numeric else NAMES_OF_USERS.get(number, str(number)) for number in (found.user, found.group))
    return f"{found.letters}    {2 if found.is_folder else 1} {owner:<8} {group:<8} {4096 if found.is_folder else files.size(path):>9} May  4 09:00 {name}\n"


def _rm(call: Invocation) -> Outcome:
    files, (options, names) = _files(call), _split(call.argv)
    for name in names:
        path = files.path(name)
        if files.is_folder(path):
            if "r" not in options and "R" not in options:
                return Outcome("", f"rm: '{name}' is a directory\n", 1)
            files.remove(path)
        elif files.read(path) is None:
            if "f" not in options:
                return Outcome("", f"rm: can't remove '{name}': No such file or directory\n", 1)
        else:
            files.remove(path)
    return Outcome()


def _mkdir(call: Invocation) -> Outcome:
    files, (options, names) = _files(call), _split(call.argv)
    for name in names:
        path = files.path(name)
        if files.is_folder(path) and "p" not in options:
            return Outcome("", f"mkdir: can't create directory '{name}': File exists\n", 1)
        if not files.parent_exists(path) and "p" not in options:
            return Outcome("", f"mkdir: can't create directory '{name}': No such file or directory\n", 1)
        parts = path.split("/")
        for length in range(2, len(parts) + 1):
            if not files.is_folder("/".join(parts[:length])):
                files.make_folder("/".join(parts[:length]))
    return Outcome()


def _copy(call: Invocation) -> Outcome:
    files, (options, names) = _files(call), _split(call.argv)
    if len(names) < 2:
        return Outcome("", f"{call.argv[0]}: missing file operand\n", 1)
    *sources, target = names
    for source in sources:
        path, to = files.path(source), files.path(target)
        if files.is_folder(to):
            to = f"{to.rstrip('/')}/{path.rpartition('/')[2]}"
        if files.is_folder(path):
            if "r" not in options and "a" not in options and "R" not in options and call.argv[0] == "cp":
                return Outcome("", f"cp: omitting directory '{source}'\n", 1)
            for inner in files.listed(path):
                files.write(f"{to}/{inner}", files.read(f"{path}/{inner}") or "")
        else:
            text = files.read(path)
            if text is None:
                return Outcome("", f"{call.argv[0]}: can't stat '{source}': No such file or directory\n", 1)
            files.write(to, text)
        if call.argv[0] == "mv":
            files.remove(path)
    return Outcome()


def _touch(call: Invocation) -> Outcome:
    files = _files(call)
    for name in _split(call.argv)[1]:
        if not files.parent_exists(name):
            return _no_such("touch", name)
        files.write(name, files.read(name) or "")
    return Outcome()


def _dd(call: Invocation) -> Outcome:
    words = dict(word.partition("=")[::2] for word in call.argv[1:] if "=" in word)
    block, count = _bytes(words.get("bs", "512")), words.get("count", "")
    files, source, target = _files(call), words.get("if", ""), words.get("of", "")
    if block is None or not block or (count and not count.isdigit()):
        return Outcome("", f"dd: invalid number '{words.get('bs') if not block else count}'\n", 1)
    if source and files.read(source) is None:
        return _no_such("dd", f"can't open '{source}'")
    endless = source in ("/dev/zero", "/dev/urandom", "/dev/random")
    if endless and not count:
        return Outcome("", "learnk8s: dd from a device that never ends needs count=N\n", 1)
    text = call.stdin if not source else files.read(source) or ""
    blocks = int(count) if endless else min(-(-len(text.encode()) // block), int(count) if count else 2**40)
    size = min(blocks * block, 2**44) if endless else min(len(text.encode()), blocks * block)
    if target and not files.parent_exists(target):
        return _no_such("dd", f"can't open '{target}'")
    if target and endless:
        files.write_large(target, size)
    elif target:
        files.write(target, text[:size])
    report = f"{blocks}+0 records in\n{blocks}+0 records out\n{size} bytes ({size / 2**20:.1f}MB) copied, 0.012 seconds, 1.6GB/s\n"
    return Outcome("" if target or endless else text[:size], report)


def _fallocate(call: Invocation) -> Outcome:
    words = [word for word in call.argv[1:] if word not in ("-l", "-o", "0")]
    length = next((call.argv[index + 1] for index, word in enumerate(call.argv[:-1]) if word == "-l"), "")
    size = _bytes(length)
    if size is None:
        return Outcome("", f"fallocate: invalid number '{length}'\n", 1)
    name = next((word for word in words if word != length), "")
    if not name or not _files(call).parent_exists(name):
        return _no_such("fallocate", name)
    _files(call).write_large(name, size)
    return Outcome()


def _bytes(word: str) -> int | None:
    """Return a size as dd and fallocate read it.

    >>> _bytes("1M"), _bytes("20MiB"), _bytes("x")
    (1048576, 20971520, None)
    """
    found = re.fullmatch(r"(\d{1,9})([kKmMgG]?)(?:i?B)?", word)
    return None if found is None else int(found[1]) * {"": 1, "k": 2**10, "m": 2**20, "g": 2**30}[found[2].lower()]


def _du(call: Invocation) -> Outcome:
    files, (options, names) = _files(call), _split(call.argv)
    out = ""
    for name in names or ["."]:
        path = files.path(name)
        if not files.is_folder(path) and files.read(path) is None:
            return _no_such("du", name)
        size = _below(files, path, 0)
        out += f"{_human(size) if 'h' in options else -(-size // 1024)}\t{name}\n"
    return Outcome(out)


def _below(files: LayeredFiles, path: str, depth: int) -> int:
    """Return the bytes of all files in a folder."""
    if not files.is_folder(path):
        return files.size(path)
    return sum(_below(files, f"{path.rstrip('/')}/{name}", depth + 1) for name in files.listed(path)) if depth < 6 else 0


def _find(call: Invocation) -> Outcome:
    files = _files(call)
    words = [word for word in call.argv[1:]]
    start = words[0] if words and not words[0].startswith("-") else "."
    pattern = words[words.index("-name") + 1] if "-name" in words[:-1] else "*"
    from fnmatch import fnmatchcase

    found: list[str] = []

    def walk(path: str, shown: str, depth: int) -> None:
        if fnmatchcase(shown.rpartition("/")[2] or shown, pattern):
            found.append(shown)
        if depth < 6 and files.is_folder(path) and len(found) < 500:
            for name in files.listed(path):
                walk(f"{path.rstrip('/')}/{name}", f"{shown.rstrip('/')}/{name}", depth + 1)

    if not files.is_folder(start) and files.read(start) is None:
        return _no_such("find", start)
    walk(files.path(start), start, 0)
    return Outcome("".join(f"{line}\n" for line in found))


def _sleep(around: Surroundings) -> Callable[[Invocation], Outcome]:
    def run(call: Invocation) -> Outcome:
        if len(call.argv) < 2:
            return Outcome("", "sleep: missing operand\n", 1)
        waits = 2**40 if call.argv[1] in ("infinity", "inf") else duration_ms(call.argv[1])
        if waits is None:
            return Outcome("", f"sleep: invalid number '{call.argv[1]}'\n", 1)
        around.wait(waits)
        return Outcome()

    return run


def _shell(call: Invocation) -> Outcome:
    rest = call.argv[1:]
    while rest and rest[0].startswith("-") and "c" not in rest[0]:
        rest.pop(0)
    if rest and rest[0].startswith("-") and len(rest) > 1:
        return call.run(rest[1])
    if rest:
        text = call.files.read(rest[0])
        return call.run(text) if text is not None else Outcome("", f"{call.argv[0]}: can't open '{rest[0]}': No such file or directory\n", 2)
    return call.run(call.stdin) if call.stdin.strip() else Outcome()


def _df(around: Surroundings) -> Callable[[Invocation], Outcome]:
    def run(call: Invocation) -> Outcome:
        options, names = _split(call.argv)
        rows = [row for row in around.mounts if not names or row.path == _files(call).path(names[0])] or [row for row in around.mounts if row.path == "/"]
        human = "h" in options
        text = f"{'Filesystem':<22}{'Size' if human else '1K-blocks':>12}{'Used':>12}{'Available':>12} {'Use%':>4} Mounted on\n"
        for row in rows:
            size, used = row.size_bytes, row.size_bytes // 5 if row.type == "overlay" or row.type == "ext4" else 0
            shown = [_human(number) if human else str(number // 1024) for number in (size, used, size - used)]
            text += f"{row.source:<22}{shown[0]:>12}{shown[1]:>12}{shown[2]:>12} {used * 100 // max(size, 1):>3}% {row.path}\n"
        return Outcome(text)

    return run


def _human(number: int) -> str:
    for unit, size in (("G", 2**30), ("M", 2**20), ("K", 2**10)):
        if number >= size:
            return f"{number / size:.1f}{unit}"
    return str(number)


def _free(around: Surroundings) -> Callable[[Invocation], Outcome]:
    return lambda call: Outcome(f"              total        used        free      shared  buff/cache   available\nMem:     {around.memory_bytes // 1024:>10}  {around.memory_bytes // 4096:>10}  {around.memory_bytes * 3 // 4096:>10}           0           0  {around.memory_bytes * 3 // 4096:>10}\n")


def _id(around: Surroundings) -> Callable[[Invocation], Outcome]:
    def run(call: Invocation) -> Outcome:
        if "-u" in call.argv:
            return Outcome(f"{around.user}\n")
        if "-g" in call.argv:
            return Outcome(f"{around.group}\n")
        name = {0: "(root)"}
        groups = list(dict.fromkeys((around.group, *around.groups)))
        return Outcome(f"uid={around.user}{name.get(around.user, '')} gid={around.group}{name.get(around.group, '')} groups={','.join(f'{number}{name.get(number, str())}' for number in groups)}\n")

    return run


def _ps(around: Surroundings) -> Callable[[Invocation], Outcome]:
    def run(call: Invocation) -> Outcome:
        user = "root" if around.user == 0 else str(around.user)
        rows = [*around.processes, " ".join(call.argv)]
        return Outcome("PID   USER     TIME  COMMAND\n" + "".join(f"{number:>5} {user:<8}  0:00 {name}\n" for number, name in enumerate(rows, start=1)))

    return run


def _whoami(around: Surroundings) -> Callable[[Invocation], Outcome]:
    return lambda call: Outcome("root\n") if around.user == 0 else Outcome("", f"whoami: unknown uid {around.user}\n", 1)


def _hostname(around: Surroundings) -> Callable[[Invocation], Outcome]:
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


def _uname(around: Surroundings) -> Callable[[Invocation], Outcome]:
    return lambda call: Outcome(f"Linux {around.pod} 6.12.48+deb13-amd64 #1 SMP PREEMPT_DYNAMIC x86_64 GNU/Linux\n" if "-a" in call.argv else "6.12.48+deb13-amd64\n" if "-r" in call.argv else f"{around.pod}\n" if "-n" in call.argv else "Linux\n")


def _mount(around: Surroundings) -> Callable[[Invocation], Outcome]:
    def run(call: Invocation) -> Outcome:
        kind = call.argv[2] if call.argv[1:2] == ["-t"] and len(call.argv) > 2 else ""
        return Outcome("".join(f"{row.source} on {row.path} type {row.type} ({'ro' if row.read_only else 'rw'},relatime)\n" for row in around.mounts if kind in ("", row.type)))

    return run


def _ifconfig(around: Surroundings) -> Callable[[Invocation], Outcome]:
    def run(call: Invocation) -> Outcome:
        changes = call.argv[0].endswith("ip") and len(call.argv) > 2 and call.argv[2] in ("add", "del", "delete", "set", "replace", "flush")
        if changes and not around.rights & {"privileged", "NET_ADMIN"}:
            return Outcome("", "ip: RTNETLINK answers: Operation not permitted\n", 2)
        return Outcome() if changes else addresses

    addresses = Outcome(f"1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue\n    inet 127.0.0.1/8 scope host lo\n2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue\n    inet {around.ip}/24 brd {around.ip.rpartition('.')[0]}.255 scope global eth0\n")
    return run


def _chmod(call: Invocation) -> Outcome:
    files = _files(call)
    words = [word for word in call.argv[1:] if not re.fullmatch(r"-[RfvcHhLP]+", word)]
    for name in words[1:]:
        found = files.status(name)
        if found is None:
            return _no_such(call.argv[0], name)
        changed = changed_status(found, call.argv[0], words[0])
        if changed is None:
            return Outcome("", f"{call.argv[0]}: invalid {'mode' if call.argv[0] == 'chmod' else 'user or group'}: {words[0]}\n", 1)
        try:
            files.set_status(files.path(name), changed)
        except Denied:
            return _no_such(call.argv[0], name, "Operation not permitted")
    return Outcome()


def changed_status(found: FileStatus, how: str, word: str) -> FileStatus | None:
    """Return what chmod, chown or chgrp make of a file's status, or None for a word that means nothing.

    >>> changed_status(FileStatus(False, 0o644), "chmod", "u+x,g=").mode == 0o704, changed_status(FileStatus(False, 0o644), "chown", "1000:root").user
    (True, 1000)
    """
    if how == "chmod":
        mode = int(word, 8) if re.fullmatch(r"[0-7]{1,4}", word) else _symbolic(found.mode, word)
        return None if mode is None else found._replace(mode=mode)
    user, _, group = word.partition(":") if how == "chown" else ("", "", word)
    numbers = {name: number for number, name in NAMES_OF_USERS.items()}
    ids = [str(numbers.get(part, part)) for part in (user, group)]
    if any(part and not part.isdigit() for part in ids):
        return None
    return found._replace(user=int(ids[0] or found.user), group=int(ids[1] or found.group))


def _symbolic(mode: int, word: str) -> int | None:
    for part in word.split(","):
        found = re.fullmatch(r"([ugoa]*)([+=-])([rwxst]*)", part)
        if found is None:
            return None
        bits = sum({"r": 4, "w": 2, "x": 1}.get(letter, 0) for letter in set(found[3]))
        who = "ugo" if "a" in found[1] or not found[1] else found[1]
        mask, whole = 0, 0
        for name, shift in (("u", 6), ("g", 3), ("o", 0)):
            if name in who:
                mask, whole = mask | bits << shift, whole | 7 << shift
        mask |= (0o1000 if "t" in found[3] else 0) | (0o4000 if "s" in found[3] and "u" in who else 0) | (0o2000 if "s" in found[3] and "g" in who else 0)
        mode = mode | mask if found[2] == "+" else mode & ~mask if found[2] == "-" else mode & ~whole | mask
    return mode


def _stat(call: Invocation) -> Outcome:
    files = _files(call)
    form = next((call.argv[index + 1] for index, word in enumerate(call.argv[:-1]) if word in ("-c", "--format")), "")
    out = ""
    for name in [word for index, word in enumerate(call.argv[1:]) if not word.startswith("-") and call.argv[index] not in ("-c", "--format")]:
        found = files.status(name)
        if found is None:
            return _no_such("stat", f"can't stat '{name}'")
        size = 4096 if found.is_folder else files.size(name)
        table = {"a": f"{found.mode:o}", "A": found.letters, "u": str(found.user), "g": str(found.group), "U": NAMES_OF_USERS.get(found.user, "UNKNOWN"), "G": NAMES_OF_USERS.get(found.group, "UNKNOWN"), "s": str(size), "n": name, "F": "directory" if found.is_folder else "regular file"}
        if form:
            out += re.sub(r"%([aAugUGsnF])", lambda word, table=table: table[word[1]], form) + "\n"
        else:
            out += f"  File: {name}\n  Size: {size:<10}\tBlocks: 8          IO Block: 4096   {table['F']}\nAccess: ({found.mode:04o}/{found.letters})  Uid: ({found.user:>5}/{table['U']:>8})   Gid: ({found.group:>5}/{table['G']:>8})\n"
    return Outcome(out)


def _hexdump(call: Invocation) -> Outcome:
    """`hexdump -C` and `xxd`; without -C, two bytes a word."""
    names = _split(call.argv)[1]
    text = _files(call).read(names[0]) if names else call.stdin
    if text is None:
        return _no_such(call.argv[0], names[0])
    data, out = text.encode(errors="surrogateescape"), ""
    for start in range(0, len(data), 16):
        row = data[start : start + 16]
        if "C" in _split(call.argv)[0]:
            shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
            out += f"{start:08x}  {' '.join(f'{byte:02x}' for byte in row[:8]):<23}  {' '.join(f'{byte:02x}' for byte in row[8:]):<23}  |{shown}|\n"
        else:
            out += f"{start:07x} {' '.join(f'{int.from_bytes(row[place : place + 2], LITTLE):04x}' for place in range(0, len(row), 2))}\n"
    return Outcome(out + (f"{len(data):08x}\n" if "C" in _split(call.argv)[0] else f"{len(data):07x}\n"))


def _cd(call: Invocation) -> Outcome:
    target = call.argv[1] if len(call.argv) > 1 else call.variables.get("HOME", "/")
    if not call.files.is_folder(target):
        return Outcome("", f"sh: cd: can't cd to {target}: No such file or directory\n", 2)
    call.files.cwd = call.files.path(target)
    call.variables["PWD"] = call.files.cwd
    return Outcome()


def _expr(call: Invocation) -> Outcome:
    match call.argv[1:]:
        case [left, "+" | "-" | "*" | "/" | "%" as sign, right] if re.fullmatch(r"-?\d{1,15}", left) and re.fullmatch(r"-?\d{1,15}", right) and not (sign in "/%" and int(right) == 0):
            first, second = int(left), int(right)
            return Outcome(f"{ {'+': first + second, '-': first - second, '*': first * second}.get(sign, first // (second or 1) if sign == '/' else first % (second or 1))}\n")
    return Outcome("", "expr: syntax error\n", 2)


def _md5sum(call: Invocation) -> Outcome:
    return Outcome("".join(f"{md5((call.files.read(name) or '').encode(), usedforsecurity=False).hexdigest()}  {name}\n" for name in call.argv[1:]))


def _network(around: Surroundings) -> Callable[[Invocation], Outcome]:
    def run(call: Invocation) -> Outcome:
        found = around.network([*call.argv, f"\0{call.stdin}"] if call.stdin and call.argv[0].endswith("nc") else call.argv)
        if getattr(found, "is_stream", False):
            around.tell(found.stdout, "")
        around.wait(getattr(found, "took_ms", 0))
        if getattr(found, "is_stream", False):
            around.tell("", found.stderr)
        target = next((call.argv[index + 1] for index, word in enumerate(call.argv[:-1]) if re.fullmatch(r"-q?O" if call.argv[0].endswith("wget") else r"-[sSLfk]*o|--output", word)), "-")
        if found.status == 0 and target not in ("-", "/dev/null"):
            call.files.write(target, found.stdout)
            return Outcome("", found.stderr, 0)
        return Outcome(found.stdout, found.stderr, found.status)

    return run


def _sysctl(call: Invocation) -> Outcome:
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


def _nothing(call: Invocation) -> Outcome:
    return Outcome()


def tools(around: Surroundings) -> dict[str, Program]:
    """Return all programs by name, for a container in these surroundings."""
    made: dict[str, Program] = {name: program for name, program in STANDARD.items() if name not in NOT_INSIDE}
    made.update({name: Program(run) for name, run in PLAIN.items()})
    made.update({name: Program(run(around)) for name, run in KNOWING.items()})
    made.update({name: Program(_network(around)) for name in NETWORK})
    return made


PLAIN: dict[str, Callable[[Invocation], Outcome]] = {
    "ls": _ls, "rm": _rm, "mkdir": _mkdir, "cp": _copy, "mv": _copy, "touch": _touch, "dd": _dd, "fallocate": _fallocate, "du": _du, "find": _find, "chmod": _chmod, "chown": _chmod, "chgrp": _chmod, "cd": _cd, "expr": _expr,
    "sync": _nothing, "trap": _nothing, "ulimit": _nothing, "umask": _nothing, "wait": _nothing, "kill": _nothing, "exit": _nothing, "stty": _nothing, "clear": _nothing,
    **dict.fromkeys(SHELLS, _shell),
    "which": lambda call: Outcome(f"/bin/{call.argv[1]}\n") if len(call.argv) > 1 else Outcome("", "", 1), "nproc": lambda call: Outcome("4\n"), "uptime": lambda call: Outcome(" 09:00:00 up 1 day,  load average: 0.10, 0.08, 0.05\n"),
    "basename": lambda call: Outcome(f"{call.argv[1].rstrip('/').rpartition('/')[2]}\n" if len(call.argv) > 1 else "\n"), "dirname": lambda call: Outcome(f"{call.argv[1].rpartition('/')[0] or '.'}\n" if len(call.argv) > 1 else "\n"),
    "md5sum": _md5sum, "stat": _stat, "tar": tar, "sysctl": _sysctl, "hexdump": _hexdump,
}
KNOWING: dict[str, Callable[[Surroundings], Callable[[Invocation], Outcome]]] = {
    "sleep": _sleep, "df": _df, "free": _free, "id": _id, "ps": _ps, "whoami": _whoami, "hostname": _hostname, "uname": _uname, "mount": _mount, "ip": _ifconfig, "ifconfig": _ifconfig,
}
