"""Where programs are and what they need: which, ldd, ldconfig, and what the loader misses."""

from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.linux.commands.call import Call, ProcessJob, Result, in_path
from learnk8s.simulation.linux.errors import OsError
from learnk8s.simulation.linux.files.base import LIB
from learnk8s.simulation.linux.files.node import Node
from learnk8s.simulation.linux.files.view import LinuxFiles
from learnk8s.simulation.linux.programs import MARK, launch_python
from learnk8s.simulation.workload.shop import PROGRAMS

LOADER = "/lib64/ld-linux-x86-64.so.2"
FOLDERS = ("/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/usr/local/lib")


def needs(node: Node) -> list[str]:
    """Return the libraries that a compiled file needs."""
    word = next((word for word in node.text.split() if word.startswith("needs=")), "needs=")
    return [name for name in word[6:].split(",") if name]


def path_of(files: LinuxFiles, name: str) -> str:
    """Return where the loader finds a library, or ""."""
    for folder in FOLDERS:
        try:
            files.found(f"{folder}/{name}")
        except OsError:
            continue
        return f"{folder}/{name}"
    return ""


def closure(files: LinuxFiles, node: Node) -> list[tuple[str, str]]:
    """Return all libraries that a file needs, with where each is found ("" if nowhere)."""
    found: dict[str, str] = {}
    pending = needs(node)
    while pending:
        name = pending.pop(0)
        if name in found:
            continue
        found[name] = path = path_of(files, name)
        if path:
            library = files.found(path).node
            pending.extend(needs(library) if library else [])
    return list(found.items())


def lacking(files: LinuxFiles, node: Node) -> str:
    """Return `ld` if the loader is missing, the first missing library, or ""."""
    try:
        files.found(LOADER)
    except OsError:
        return "ld"
    return next((name for name, path in closure(files, node) if not path), "")


def ldd(call: Call) -> Outcome:
    """List the libraries of a program. Models glibc 2.41's ldd; a program of the shop is asked for its extension module."""
    names = [word for word in call.argv[1:] if not word.startswith("-")]
    if not names:
        return Outcome("", "ldd: missing file arguments\nTry `ldd --help' for more information.\n", 1)
    out = wrong = ""
    for name in names:
        try:
            node = call.files.found(name).node
        except OsError as error:
            wrong += f"ldd: {name}: {error}\n"
            continue
        assert node is not None
        head = f"{name}:\n" if len(names) > 1 else ""
        mark = MARK.search(node.text)
        if mark and mark[1] in PROGRAMS:
            library = PROGRAMS[mark[1]].library
            if library is None:
                wrong += f"{head}\tnot a dynamic executable\n"
                continue
            out += head + _module(call.files, library)
        elif not node.is_elf:
            wrong += f"{head}\tnot a dynamic executable\n"
        else:
            lines = [f"\t{entry} => {path} (0x{_address(entry)})\n" if path else f"\t{entry} => not found\n" for entry, path in closure(call.files, node)]
            out += head + "\tlinux-vdso.so.1 (0x00007ffd3a5c8000)\n" + "".join(lines) + f"\t{LOADER} (0x{_address(LOADER)})\n"
    return Outcome(out, wrong, 1 if wrong else 0)


def _module(files: LinuxFiles, library: tuple[str, str]) -> str:
    name, version = library
    path = path_of(files, name)
    text = files.read(path) if path else ""
    note = f"_pricing.so: {path}: version `{version}' not found (required by _pricing.so)\n" if path and version not in (text or "") else ""
    rows = [f"\t{name} => {path} (0x{_address(name)})\n" if path else f"\t{name} => not found\n", f"\tlibc.so.6 => {LIB.removeprefix('/usr')}/libc.so.6 (0x{_address('libc.so.6')})\n"]
    return note + "\tlinux-vdso.so.1 (0x00007ffd3a5c8000)\n" + "".join(rows) + f"\t{LOADER} (0x{_address(LOADER)})\n"


def _address(name: str) -> str:
    return f"{0x7F2C4A000000 + sum(map(ord, name)) * 4096:016x}"


def python3(call: Call) -> Result:
    """Run Python, which is one of the shop's programs."""
    over = launch_python(call.machine, call.process, call.argv)
    if over is None:
        return ProcessJob(call.machine, call.process.pid)
    text, status = over
    return Outcome(text, "", 0) if status == 0 else Outcome("", text, status)


def ldconfig(call: Call) -> Outcome:
    """With -p, list what the loader knows."""
    if "-p" not in call.argv:
        return Outcome() if call.process.uid == 0 else Outcome("", "ldconfig: Can't create temporary cache file /etc/ld.so.cache~: Permission denied\n", 1)
    names = sorted({name for folder in FOLDERS for name in call.files.listed(folder) if ".so" in name}, reverse=True)
    return Outcome(f"{len(names)} libs found in cache `/etc/ld.so.cache'\n" + "".join(f"\t{name} (libc6,x86-64) => {path_of(call.files, name)}\n" for name in names))


def which(call: Call) -> Outcome:
    """Say where programs are found."""
    found = [path if "/" not in word else word for word in call.argv[1:] if not word.startswith("-") and (path := in_path(call, word) if "/" not in word else word)]
    asked = [word for word in call.argv[1:] if not word.startswith("-")]
    return Outcome("".join(f"{path}\n" for path in found), "", int(len(found) < len(asked) or not asked))


COMMANDS = {"which": which, "ldd": ldd, "ldconfig": ldconfig, "python3": python3}
