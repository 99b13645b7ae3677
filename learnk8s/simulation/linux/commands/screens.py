"""Programs that hold the screen until Ctrl-C or until they are left: top and watch, which draw it anew; tail -f and journalctl -f, which add what is new; vi and nano; and those that page through a text."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.kernel.shell.editing import Editor
from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.kernel.shell.programs import STANDARD
from learnk8s.simulation.kernel.shell.programs.small import duration_ms
from learnk8s.simulation.kernel.shell.screen import REDRAWN
from learnk8s.simulation.linux.commands import processes, services
from learnk8s.simulation.linux.commands.call import Call, ProcessJob, Result, options
from learnk8s.simulation.linux.errors import OsError
from learnk8s.simulation.linux.files.view import LinuxFiles

if TYPE_CHECKING:
    from learnk8s.simulation.linux.terminal import Terminal

TOP_MS, WATCH_MS, FOLLOW_MS = 3_000, 2_000, 500
HELD, EDITED = ".holding", ".editing"
"""Under which names the terminal makes such jobs again; nobody can type them, and Tab does not offer them."""


class Holding(ProcessJob):
    """A process that prints again and again. Its state says what, and when next."""

    program = HELD

    def __init__(self, terminal: "Terminal", state: dict[str, Any]) -> None:
        super().__init__(terminal.machine, state["pid"])
        self._terminal, self._state = terminal, state
        self.wake_ms: int | None = state["next_ms"]

    def poll(self) -> tuple[str, int | None]:
        """Print what there is to see when its time has come."""
        process, now = self.machine.processes.get(self.pid), self.machine.clock.now_ms
        if process is None:
            return super().poll()
        if now < self._state["next_ms"]:
            return "", None
        self._state["next_ms"] = self.wake_ms = now + self._state["every_ms"]
        return SEEN[self._state["kind"]](Call(self._terminal, process, list(self._state["argv"]), "", dict(self._state["variables"]), False), self._state), None

    def dump(self) -> dict[str, Any]:
        """Return the state."""
        return dict(self._state)


def _held(call: Call, kind: str, every_ms: int, argv: list[str], **more: Any) -> Holding:
    call.process.phase = "sleeping"
    return Holding(call.terminal, {"pid": call.process.pid, "kind": kind, "every_ms": every_ms, "next_ms": call.machine.clock.now_ms, "argv": argv, "variables": call.variables, **more})


def _top_seen(call: Call, state: dict[str, Any]) -> str:
    found = processes.top(call)
    return REDRAWN + found.stdout + found.stderr


def _watch_seen(call: Call, state: dict[str, Any]) -> str:
    line = " ".join(call.argv)
    return f"{REDRAWN}Every {state['every_ms'] / 1000:.1f}s: {line}\n\n{call.terminal.script(call.process, line, call.variables).shown}"


def _follow_seen(call: Call, state: dict[str, Any]) -> str:
    text = _whole(call)
    new, state["seen"] = text[state["seen"] if len(text) >= state["seen"] else 0 :], len(text)
    return new


SEEN: dict[str, Callable[[Call, dict[str, Any]], str]] = {"top": _top_seen, "watch": _watch_seen, "follow": _follow_seen}


def top(call: Call) -> Result:
    """Show the processes by CPU, again and again on a terminal."""
    chosen, _words = options(call.argv[1:], valued="ndupowH")
    if "b" in chosen or not call.has_terminal or (chosen.get("n") == "1"):
        return processes.top(call)
    every = duration_ms(chosen.get("d", "")) or TOP_MS
    return _held(call, "top", every, ["top"])


def watch(call: Call) -> Result:
    """Run a command again and again and show the last result."""
    words, every = list(call.argv[1:]), WATCH_MS
    while words and words[0].startswith("-"):
        option = words.pop(0)
        given = option[2:] if option.startswith("-n") and len(option) > 2 else words.pop(0) if option in ("-n", "--interval") and words else ""
        every = max(duration_ms(given.lstrip("=")) or every, 100) if given else every
    if not words:
        return Outcome("", "Usage:\n watch [options] command\n", 1)
    if not call.has_terminal:
        return call.execute(words)
    return _held(call, "watch", every, words)


def _whole(call: Call) -> str:
    """Return all that a followed command would print without its bounds."""
    if call.argv[0] == "journalctl":
        return services.journalctl(call).stdout
    return "".join(call.files.read(name) or "" for name in call.argv[1:])


def tail(call: Call) -> Result:
    """Print the end of files; with -f, what is added to them as well."""
    chosen, words = options(call.argv[1:], valued="nc", long_valued=("lines", "bytes"))
    plain = STANDARD["tail"].run(call.invocation()) if not chosen.keys() & {"f", "F", "follow"} else STANDARD["tail"].run(_without_f(call).invocation())
    assert isinstance(plain, Outcome), "tail ends at once"
    if not chosen.keys() & {"f", "F", "follow"} or not call.foreground or plain.status:
        return plain
    return _following(call, ["tail", *words], plain)


def _without_f(call: Call) -> Call:
    argv = [word for word in call.argv if word not in ("-f", "-F", "--follow")]
    return Call(call.terminal, call.process, [f"-{word[1:].replace('f', '')}" if word.startswith("-") and not word.startswith("--") and "f" in word else word for word in argv], call.stdin, call.variables, call.foreground)


def _following(call: Call, argv: list[str], begun: Outcome) -> Result:
    """Go on from what has been printed."""
    seen = len(_whole(Call(call.terminal, call.process, argv, "", call.variables, False)))
    call.machine.say(call.process, begun.stdout)
    return _held(call, "follow", FOLLOW_MS, argv, seen=seen)


def journalctl(call: Call) -> Result:
    """Show the journal; with -f, what is added to it as well."""
    chosen, _words = options(call.argv[1:], valued="un", long_valued=("unit", "lines"))
    if not chosen.keys() & {"f", "follow"}:
        return services.journalctl(call)
    kept = [word for name, value in chosen.items() if name not in ("f", "follow", "n", "lines") for word in ([f"-{name}" if len(name) == 1 else f"--{name}"] + ([value] if value else []))]
    begun = services.journalctl(Call(call.terminal, call.process, ["journalctl", *kept, "-n", chosen.get("n", chosen.get("lines", "10"))], "", call.variables, False))
    if begun.status or not call.foreground:
        return begun
    return _following(call, ["journalctl", *kept], begun)


def page(call: Call) -> Result:
    """Show a text from its beginning to its end: the screen of this terminal can be scrolled."""
    chosen, words = options(call.argv[1:])
    return call.execute(["cat", *words])


# Editors


class FileEditor(Editor, ProcessJob):
    """An editor that is a process: each ends with the other."""

    program = EDITED

    def __init__(self, terminal: "Terminal", state: dict[str, Any]) -> None:
        Editor.__init__(self, state, self._saved)
        ProcessJob.__init__(self, terminal.machine, state["pid"])

    def poll(self) -> tuple[str, int | None]:
        """Wait on, as long as the process is there."""
        return ProcessJob.poll(self)

    def _saved(self, state: dict[str, Any], text: str | None) -> tuple[Outcome, str | None]:
        machine, process = self.machine, self.machine.processes.get(self.pid)
        if process is None:
            return Outcome(status=1), None
        if text is not None:
            try:
                LinuxFiles(machine, lambda: process).write(state["name"], text if text.endswith("\n") or not text else f"{text}\n")
            except OsError as error:
                return Outcome("", f'"{state["name"]}" E212: Can\'t open file for writing: {error}\n', 1), text
        machine.end(self.pid)
        machine.changed()
        return Outcome(f'"{state["name"]}" {text.count(chr(10))}L, {len(text.encode())}B written\n' if text is not None else ""), None


def edit(call: Call) -> Result:
    """Open a file in the editor of the page."""
    names = [word for word in call.argv[1:] if not word.startswith(("-", "+"))]
    if len(names) != 1:
        return Outcome("", f"learnk8s: {call.argv[0]}: give one file to edit\n", 1)
    if not call.has_terminal:
        return Outcome("", f"learnk8s: {call.argv[0]}: the editor opens only for a command that stands alone on its line\n", 1)
    if call.files.is_folder(names[0]):
        return Outcome("", f'"{names[0]}" is a directory\n', 1)
    call.process.phase = "sleeping"
    return FileEditor(call.terminal, {"kind": "editor", "name": names[0], "text": call.files.read(names[0]) or "", "pid": call.process.pid})


COMMANDS = {"top": top, "watch": watch, "tail": tail, "journalctl": journalctl, "less": page, "more": page, "vi": edit, "vim": edit, "nano": edit, "editor": edit}
