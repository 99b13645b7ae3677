"""What a command is given, and what it may answer.

A command ends at once (Outcome), becomes a process that goes on (ProcessJob), or is a shell that the learner has entered (Entered).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.kernel.shell.program import Invocation, Outcome
from learnk8s.simulation.linux.errors import OsError
from learnk8s.simulation.linux.files.view import LinuxFiles

if TYPE_CHECKING:
    from learnk8s.simulation.linux.machine import Machine
    from learnk8s.simulation.linux.process import Process
    from learnk8s.simulation.linux.terminal import Terminal

FATAL = {129: "Hangup", 137: "Killed", 143: "Terminated", 159: "Bad system call"}


class ProcessJob:
    """A process in the foreground: what it prints is shown, its end is the command's end."""

    wake_ms: int | None = None
    program = "python3"
    """Under which name the terminal makes it again."""

    def __init__(self, machine: "Machine", pid: int) -> None:
        self.machine, self.pid = machine, pid

    def poll(self) -> tuple[str, int | None]:
        """Return what it printed since, and its status once it has ended."""
        text = self.machine.screen.pop(self.pid, "")
        if self.pid in self.machine.processes:
            return text, None
        status = self.machine.ended.get(self.pid, 0)
        return text + (f"{FATAL[status]}\n" if status in FATAL else ""), status

    def dump(self) -> dict[str, Any]:
        """Return which process it is."""
        return {"pid": self.pid}


class Entered:
    """A shell was entered: its process goes on, and the next lines are its own."""


Result = Outcome | ProcessJob | Entered


@dataclass(slots=True)
class Call:
    """One run of a command in its process."""

    terminal: "Terminal"
    process: "Process"
    argv: list[str]
    stdin: str
    variables: dict[str, str]
    foreground: bool

    @property
    def has_terminal(self) -> bool:
        """Say whether what it prints goes to the terminal, and what is typed comes to it."""
        return self.foreground and not self.terminal.is_piped

    @property
    def machine(self) -> "Machine":
        """Return the machine."""
        return self.terminal.machine

    @property
    def files(self) -> LinuxFiles:
        """Return the files as this process sees them."""
        return LinuxFiles(self.machine, lambda: self.process)

    def execute(self, argv: list[str]) -> Result:
        """Become another program, as execve(2) does."""
        return self.terminal.execute_in(self.process, argv, self.stdin, self.variables, foreground=self.foreground)

    def spawn(self, argv: list[str], change: "Callable[[Process], None] | None" = None) -> Result:
        """Fork, change the child, let it run the words, and wait for it."""
        child = self.machine.fork(self.process, argv)
        if change is not None:
            change(child)
        result = self.terminal.execute_in(child, argv, self.stdin, self.variables, foreground=self.foreground)
        if isinstance(result, Outcome):
            self.machine.end(child.pid, status=result.status)
        else:
            self.process.waits_for = child.pid
        return result

    def invocation(self) -> Invocation:
        """Return the call as the shell's own programs take it."""
        return Invocation(self.argv, self.stdin, self.files, self.variables, self.machine.clock.now_ms, lambda line: self.terminal.script(self.process, line))

    def fails(self, text: str, status: int = 1) -> Outcome:
        """Return a failure worded `command: text`."""
        return Outcome("", f"{self.argv[0]}: {text}\n", status)

    def missing(self, name: str) -> bool:
        """Say whether a system call is denied to this process by a seccomp filter."""
        return name in self.process.denied_calls


def in_path(call: Call, word: str) -> str:
    """Return where a program is found by its name, "" if nowhere."""
    return next((path for folder in call.variables.get("PATH", "").split(":") if call.files.parent_exists(path := f"{folder}/{word}") and call.files.resolve(path).node is not None), "")


def options(words: list[str], *, valued: str = "", long_valued: tuple[str, ...] = ()) -> tuple[dict[str, str], list[str]]:
    """Split words into options and operands as getopt does; letters in `valued` take a value. `--` ends the options.

    >>> options(["-a", "-n5", "--user", "x", "f"], valued="n", long_valued=("user",))
    ({'a': '', 'n': '5', 'user': 'x'}, ['f'])
    """
    found: dict[str, str] = {}
    operands: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            operands.extend(rest)
            break
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            found[name] = value if equals else rest.pop(0) if name in long_valued and rest else ""
        elif word.startswith("-") and len(word) > 1:
            letters = word[1:]
            while letters:
                letter, letters = letters[0], letters[1:]
                if letter in valued:
                    found[letter] = letters or (rest.pop(0) if rest else "")
                    letters = ""
                else:
                    found[letter] = ""
        else:
            operands.append(word)
    return found, operands


def leading(words: list[str], *, valued: str = "", long_valued: tuple[str, ...] = ()) -> tuple[dict[str, str], list[str]]:
    """Split options as long as they lead; the first operand and all after it are a command."""
    for index in range(len(words)):
        word = words[index]
        if word == "--":
            return options(words[:index], valued=valued, long_valued=long_valued)[0], words[index + 1:]
        before = words[index - 1] if index else ""
        takes = (before.startswith("--") and before[2:] in long_valued) or (before.startswith("-") and not before.startswith("--") and len(before) > 1 and before[-1] in valued and not any(letter in valued for letter in before[1:-1]))
        if not word.startswith("-") and not takes:
            return options(words[:index], valued=valued, long_valued=long_valued)[0], words[index:]
    return options(words, valued=valued, long_valued=long_valued)[0], []


def attempted(call: Call, words: str, work: Callable[[], None]) -> str:
    """Do something; return "" or the line in which a program complains."""
    try:
        work()
    except OsError as error:
        return f"{call.argv[0]}: {words}: {error}\n"
    return ""


def unknown_option(name: str, chosen: dict[str, str], known: str, long: tuple[str, ...] = ()) -> Outcome | None:
    """Return what getopt says about the first option that a program does not have, or None. `known` are its letters."""
    wrong = next((word for word in chosen if word not in long and (len(word) > 1 or word not in known)), None)
    if wrong is None:
        return None
    said = f"unrecognized option '--{wrong}'" if len(wrong) > 1 else f"invalid option -- '{wrong}'"
    return Outcome("", f"{name}: {said}\nTry '{name} --help' for more information.\n", 1)
