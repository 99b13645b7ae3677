"""What runs: Python starting one of the shop's programs, its stages in virtual time, and the small servers that everybody knows.

A program goes through: starting (it takes its time), then serving or computing. What stands in its way ends it with the traceback that Python would print.
"""

import re
from typing import TYPE_CHECKING

from learnk8s.simulation.linux import namespaces
from learnk8s.simulation.linux.errors import OsError
from learnk8s.simulation.linux.files.base import LIB
from learnk8s.simulation.linux.files.view import LinuxFiles
from learnk8s.simulation.linux.network import owns
from learnk8s.simulation.workload.shop import PROGRAMS, Program

if TYPE_CHECKING:
    from learnk8s.simulation.linux.machine import Machine
    from learnk8s.simulation.linux.process import Process

MARK = re.compile(r"^# program: (\w+)$", re.MULTILINE)
HTTP_SERVER = Program("http.server", "H", "A folder of files", "파일 폴더", port=8000, start_ms=200, memory_bytes=19 * 1024 * 1024)
CHILDREN_EVERY_MS = 500
NOT_MODELLED = "learnk8s: this sandbox runs the shop's programs (/opt/shop, /opt/neighbour) and `python3 -m http.server`, no other Python\n"


def program_of(name: str) -> Program:
    """Return what is known about a program."""
    return HTTP_SERVER if name == HTTP_SERVER.name else PROGRAMS[name]


def launch_python(machine: "Machine", process: "Process", argv: list[str]) -> tuple[str, int] | None:
    """Begin what `python3 ...` says; return a text and a status if it is over at once."""
    words = argv[1:]
    if words[:1] in (["--version"], ["-V"]):
        return "Python 3.13.5\n", 0
    if words[:2] == ["-m", "http.server"]:
        options = _options(words[2:])
        return _begin(machine, process, HTTP_SERVER, {"port": next((word for word in words[2:] if word.isdigit()), "8000"), **options})
    if not words or words[0].startswith("-"):
        return NOT_MODELLED, 1
    view = LinuxFiles(machine, lambda: process)
    try:
        text = view.text(words[0])
    except OsError as error:
        number = {"ENOENT": 2, "EACCES": 13, "EISDIR": 21}.get(error.code, 22)
        return f"python3: can't open file '{view.path(words[0])}': [Errno {number}] {error}\n", 2
    found = MARK.search(text)
    if found is None or found[1] not in PROGRAMS:
        return NOT_MODELLED, 1
    return _begin(machine, process, PROGRAMS[found[1]], _options(words[1:]))


def _options(words: list[str]) -> dict[str, str]:
    options: dict[str, str] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word.startswith("-"):
            name, equals, value = word.lstrip("-").partition("=")
            options["bind" if name == "b" else name] = value if equals else rest.pop(0) if rest else ""
    return options


def _begin(machine: "Machine", process: "Process", program: Program, options: dict[str, str]) -> tuple[str, int] | None:
    port = options.get("port", str(program.port))
    if not port.isdigit() or int(port) > 65535:
        return f"usage: {program.name}.py [-h] [--port PORT]\n{program.name}.py: error: argument --port: invalid int value: '{port}'\n", 2
    process.program, process.options, process.phase, process.rss = program.name, options, "starting", 9_500_000
    machine.agenda.at(machine.clock.now_ms + program.start_ms, "process", "ready", process.pid)
    return None


def ready(machine: "Machine", pid: int) -> None:
    """A program has started: it finds its library and its port, or ends."""
    process = machine.processes.get(pid)
    if process is None or process.phase != "starting":
        return
    program = program_of(process.program)
    wrong = missing_library(machine, process, program) or (_no_port(machine, process, program) if program.port else "")
    ref = f"Process/{pid}"
    if wrong:
        last = wrong.strip().splitlines()[-1]
        machine.remember(ref, "program.failed", "program", program.name, "message", last, actor="process")
        machine.say(process, wrong)
        machine.end(pid, status=1)
        return
    process.rss, process.leak, process.threads = program.memory_bytes, program.leak_bytes_per_ms, program.threads
    process.work_us = program.work_cpu_ms * 1000
    process.phase = "computing" if program.work_cpu_ms else "serving"
    if program.port:
        process.port, process.address = int(process.options.get("port", program.port)), process.options.get("bind", "0.0.0.0")
        machine.remember(ref, "program.serves", "program", program.name, "port", str(process.port), actor="process")
        machine.say(process, f"Serving HTTP on {process.address} port {process.port} (http://{process.address}:{process.port}/) ...\n" if program is HTTP_SERVER else f"{program.name}: listening on {process.address}:{process.port}\n")
    else:
        machine.remember(ref, "program.works", "program", program.name, actor="process")
        machine.say(process, f"{program.name}: started\n")
    if program.children_per_s:
        machine.agenda.at(machine.clock.now_ms + CHILDREN_EVERY_MS, "process", "children", pid)


def missing_library(machine: "Machine", process: "Process", program: Program) -> str:
    """Return Python's traceback if the library is not there or is another version, else ""."""
    if program.library is None:
        return ""
    name, version = program.library
    view = LinuxFiles(machine, lambda: process)
    folder = process.options.get("library-path", LIB)
    text = view.read(f"{folder}/{name}")
    where = f'Traceback (most recent call last):\n  File "{process.argv[1] if len(process.argv) > 1 else program.name}", line 5, in <module>\n    import _pricing\n'
    if text is None:
        return where + f"ImportError: {name}: cannot open shared object file: No such file or directory\n"
    if version not in text:
        return where + f"ImportError: {folder}/{name}: version `{version}' not found (required by /opt/shop/_pricing.cpython-313-x86_64-linux-gnu.so)\n"
    return ""


def _no_port(machine: "Machine", process: "Process", program: Program) -> str:
    port, address = int(process.options.get("port", program.port)), process.options.get("bind", "0.0.0.0")
    where = f'Traceback (most recent call last):\n  File "{process.argv[1] if len(process.argv) > 1 else program.name}", line 9, in <module>\n    serve(arguments)\n'
    if program is HTTP_SERVER:
        where = 'Traceback (most recent call last):\n  File "<frozen runpy>", line 198, in _run_module_as_main\n  File "<frozen runpy>", line 88, in _run_code\n'
    space = process.namespaces[namespaces.NET]
    if port < 1024 and not machine.capable(process, "net_bind_service", machine.namespaces[space].owner):
        return where + "PermissionError: [Errno 13] Permission denied\n"
    if address != "0.0.0.0" and not owns(machine, space, address):
        return where + "OSError: [Errno 99] Cannot assign requested address\n"
    taken = any(other.port == port and other.phase == "serving" and other.namespaces[namespaces.NET] == space and (other.address == address or "0.0.0.0" in (other.address, address)) for other in machine.processes.values())
    return where + "OSError: [Errno 98] Address already in use\n" if taken else ""


def children(machine: "Machine", pid: int) -> None:
    """A program that starts ever more processes starts a few more, until it is refused."""
    process = machine.processes.get(pid)
    if process is None:
        return
    for _ in range(program_of(process.program).children_per_s * CHILDREN_EVERY_MS // 1000):
        try:
            child = machine.fork(process, list(process.argv))
        except OsError as error:
            machine.say(process, f"BlockingIOError: [Errno 11] {error}\n")
            machine.remember(f"Process/{pid}", "program.refused_fork", "program", process.program, "group", process.cgroup, actor="kernel")
            return
        child.rss, child.phase, child.program = 2_000_000, "idle", ""
    machine.agenda.at(machine.clock.now_ms + CHILDREN_EVERY_MS, "process", "children", pid)
