"""What is built into the shell because it changes the shell itself: control, variables, jobs, history, scripts, editors, watch."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.kernel.shell.editing import INPUT, file_editor, resumed_file_editor
from learnk8s.simulation.kernel.shell.expansion import SEPARATOR, fits_pattern
from learnk8s.simulation.kernel.shell.jumps import Jump, Leave
from learnk8s.simulation.kernel.shell.piped import PIPED, resumed_pipe
from learnk8s.simulation.kernel.shell.program import Job, Outcome
from learnk8s.simulation.kernel.shell.programs.small import duration_ms, holds
from learnk8s.simulation.kernel.shell.screen import REDRAWN
from learnk8s.simulation.kernel.patterns import BadPattern
from learnk8s.simulation.kernel.shell.programs.patterns import compiled

if TYPE_CHECKING:
    from learnk8s.simulation.kernel.shell.shell import Shell

EDITORS = ("vi", "vim", "nano", "emacs", "code", "view", "nvim")
SHELLS = ("bash", "sh", "zsh", "dash")


# Control: in every shell, before any program


def controlled(shell: "Shell", argv: list[str], stdin: str) -> Outcome | None:
    """Run what changes the flow of a script or the shell's variables, or return None."""
    name, words = argv[0], argv[1:]
    match name:
        case "break" | "continue" | "return":
            status = int(words[0]) % 256 if words and words[0].isdigit() else (shell.last_status if name == "return" else 0)
            raise Jump(name, Outcome(status=status))
        case "local" | "declare" | "readonly" | "typeset":
            return _declared(shell, name, words)
        case "shift":
            shell._arguments = shell._arguments[int(words[0]) if words and words[0].isdigit() else 1 :]
            return Outcome()
        case "let":
            value = 0
            for word in words:
                value = shell._sum(word)
            return Outcome(status=int(not value))
        case "read":
            return _read(shell, words, stdin)
        case "exit" if shell._depth > 0 or shell._kept:
            raise Leave(Outcome(status=int(words[0]) % 256 if words and words[0].isdigit() else shell.last_status))
    return None


def _declared(shell: "Shell", name: str, words: list[str]) -> Outcome:
    for word in words:
        if word.startswith("-"):
            continue
        key, equals, value = word.partition("=")
        if name == "local" and shell._kept:
            shell._kept[-1].setdefault(key, shell.variables.get(key))
        if equals:
            shell.variables[key] = value
        else:
            shell.variables.setdefault(key, "")
    return Outcome()


def _read(shell: "Shell", words: list[str], stdin: str) -> Outcome:
    names, skipped = [], False
    for word in words:
        if skipped:
            skipped = False
        elif word in ("-p", "-t", "-n", "-d", "-a"):
            skipped = True
        elif not word.startswith("-"):
            names.append(word)
    line = stdin.split("\n", 1)[0] if stdin else shell.read_line()
    if line is None:
        return Outcome(status=1)
    separator = shell.variables.get("IFS", "")
    parts = line.rstrip("\n").split(separator, max(len(names) - 1, 0)) if separator and separator.strip() else line.rstrip("\n").split(None, max(len(names) - 1, 0)) if len(names) > 1 else [line.strip()]
    for index, name in enumerate(names or ["REPLY"]):
        shell.variables[name] = parts[index] if index < len(parts) else ""
    return Outcome()


# Built in


def run(shell: "Shell", argv: list[str], stdin: str) -> Outcome | None:
    """Run a builtin, or return None."""
    name = argv[0]
    if name in BUILT_IN:
        return BUILT_IN[name](shell, argv, stdin)
    if name in EDITORS:
        return _opened(shell, argv)
    if name in SHELLS and len(argv) > 1:
        return _as_shell(shell, argv, stdin)
    return None


def _opened(shell: "Shell", argv: list[str]) -> Outcome:
    names = [word for word in argv[1:] if not word.startswith(("-", "+"))]
    if not names:
        return Outcome("", f"learnk8s: {argv[0]}: say which file is to be edited\n", 1)
    if shell.files.is_folder(names[0]):
        return Outcome("", f"learnk8s: {argv[0]}: {names[0]} is a directory\n", 1)
    return shell._begun(file_editor(names[0], shell.files), "vi", argv, foreground=shell._depth == 0)


def _as_shell(shell: "Shell", argv: list[str], stdin: str) -> Outcome | None:
    words = [word for word in argv[1:] if word not in ("-e", "-x", "-l", "-i", "-ex", "-s", "-")]
    if words[:1] in (["-c"], ["-ec"], ["-xc"], ["-lc"]) and len(words) > 1:
        return _own(shell, words[1], words[3:], stdin)
    if words and not words[0].startswith("-"):
        text = shell.files.read(words[0])
        return Outcome("", f"{argv[0]}: {words[0]}: No such file or directory\n", 127) if text is None else _own(shell, text, words[1:], stdin)
    return _own(shell, stdin, [], "") if stdin else Outcome()


def _own(shell: "Shell", source: str, arguments: list[str], stdin: str) -> Outcome:
    """Run a script as a shell of its own: its variables and folder stay its own."""
    before, folder = dict(shell.variables), shell.files.cwd
    try:
        return shell.call(source, arguments, stdin)
    except Leave as leave:
        return leave.outcome
    finally:
        shell.variables.clear()
        shell.variables.update(before)
        shell.files.cwd = folder


def script(shell: "Shell", argv: list[str], stdin: str) -> Outcome | None:
    """Run `./script.sh`, or return None if there is no such file."""
    text = shell.files.read(argv[0]) if "/" in argv[0] else None
    return None if text is None else _own(shell, text, argv[1:], stdin)


def _source(shell: "Shell", argv: list[str], stdin: str) -> Outcome:
    if len(argv) < 2:
        return Outcome("", f"bash: {argv[0]}: filename argument required\n", 2)
    text = shell.files.read(argv[1])
    return Outcome("", f"bash: {argv[1]}: No such file or directory\n", 1) if text is None else shell.call(text, argv[2:])


def _alias(shell: "Shell", argv: list[str], stdin: str) -> Outcome:
    out, wrong = "", ""
    for word in argv[1:] or sorted(shell.aliases):
        name, equals, value = word.partition("=")
        if equals:
            shell.aliases[name] = value
        elif name in shell.aliases:
            out += f"alias {name}='{shell.aliases[name]}'\n"
        else:
            wrong += f"bash: alias: {name}: not found\n"
    return Outcome(out, wrong, 1 if wrong else 0)


def _unalias(shell: "Shell", argv: list[str], stdin: str) -> Outcome:
    for name in argv[1:]:
        shell.aliases.pop(name, None)
    return Outcome()


def _history(shell: "Shell", argv: list[str], stdin: str) -> Outcome:
    if argv[1:] == ["-c"]:
        shell.past = []
        return Outcome()
    numbered = list(enumerate(shell.past, start=1))
    count = int(argv[1]) if len(argv) > 1 and argv[1].isdigit() else len(numbered)
    return Outcome("".join(f"{number:>5}  {line}\n" for number, line in numbered[-count:] if count))


def _jobs(shell: "Shell", argv: list[str], stdin: str) -> Outcome:
    return Outcome("".join(f"[{entry['number']}]{'+' if entry is shell.behind[-1] else '-'}  {'Running':<24}{entry['line']} &\n" for entry in shell.behind))


def _number(shell: "Shell", word: str) -> int | None:
    """Return the number of the job that `%1`, `%%` or a process id names."""
    from learnk8s.simulation.kernel.shell.shell import FIRST_PID

    if word in ("", "%%", "%+", "%"):
        return shell.behind[-1]["number"] if shell.behind else None
    digits = word.removeprefix("%")
    if not digits.isdigit():
        return next((entry["number"] for entry in shell.behind if entry["line"].startswith(digits)), None) if word.startswith("%") else None
    number = int(digits) if word.startswith("%") else int(digits) - FIRST_PID
    return number if any(entry["number"] == number for entry in shell.behind) else None


def _kill(shell: "Shell", argv: list[str], stdin: str) -> Outcome:
    out, wrong = "", ""
    for word in [word for word in argv[1:] if not word.startswith("-")]:
        number = _number(shell, word)
        if number is None:
            wrong += f"bash: kill: {word}: no such job\n" if word.startswith("%") else f"bash: kill: ({word}) - No such process\n"
            continue
        line = next(entry["line"] for entry in shell.behind if entry["number"] == number)
        shell.end_behind(number)
        out += f"[{number}]+  {'Terminated':<24}{line}\n"
    return Outcome(out, wrong, 1 if wrong else 0)


def _pkill(shell: "Shell", argv: list[str], stdin: str) -> Outcome:
    words = [word for word in argv[1:] if not word.startswith("-")]
    found = [entry for entry in shell.behind if words and words[-1] in entry["line"]]
    for entry in found:
        shell.end_behind(entry["number"])
    return Outcome("".join(f"[{entry['number']}]+  {'Terminated':<24}{entry['line']}\n" for entry in found), "", 0 if found else 1)


def _fg(shell: "Shell", argv: list[str], stdin: str) -> Outcome:
    number = _number(shell, argv[1] if len(argv) > 1 else "")
    if number is None:
        return Outcome("", f"bash: {argv[0]}: {argv[1] if len(argv) > 1 else 'current'}: no such job\n", 1)
    line = next(entry["line"] for entry in shell.behind if entry["number"] == number)
    if argv[0] == "fg":
        shell.bring_forward(number)
        return Outcome(f"{line}\n")
    return Outcome(f"[{number}]+ {line} &\n")


def _wait(shell: "Shell", argv: list[str], stdin: str) -> Outcome:
    return shell.wait_behind()


def _type(shell: "Shell", argv: list[str], stdin: str) -> Outcome:
    words = [word for word in argv[1:] if not word.startswith("-")]
    if argv[0] == "command" and not any(word in ("-v", "-V") for word in argv[1:]):
        return shell._run(argv[1:], stdin, {}, foreground=False) if len(argv) > 1 else Outcome()
    out, wrong = "", ""
    for word in words:
        if word in shell.aliases:
            out += f"alias {word}='{shell.aliases[word]}'\n" if argv[0] == "command" else f"{word} is aliased to `{shell.aliases[word]}'\n"
        elif word in shell.functions or word in NAMES:
            out += f"{word}\n" if argv[0] != "type" else f"{word} is a {'function' if word in shell.functions else 'shell builtin'}\n"
        elif word in shell.programs:
            out += f"/usr/local/bin/{word}\n" if argv[0] != "type" else f"{word} is /usr/local/bin/{word}\n"
        else:
            wrong += f"bash: type: {word}: not found\n" if argv[0] == "type" else ""
    return Outcome(out, wrong, 0 if out else 1)


def _evaluated(shell: "Shell", argv: list[str], stdin: str) -> Outcome:
    return shell._captured(" ".join(argv[1:])) if len(argv) > 1 else Outcome()


def _execute(shell: "Shell", argv: list[str], stdin: str) -> Outcome:
    return shell._run(argv[1:], stdin, {}, foreground=shell._depth == 0) if len(argv) > 1 else Outcome()


def _time(shell: "Shell", argv: list[str], stdin: str) -> Outcome:
    before = shell._now_ms()
    outcome = shell._run(argv[1:], stdin, {}, foreground=False) if len(argv) > 1 else Outcome()
    passed = shell._now_ms() - before
    return outcome.then(Outcome("", f"\nreal\t{passed // 60_000}m{passed % 60_000 / 1000:.3f}s\nuser\t0m0.050s\nsys\t0m0.010s\n", outcome.status))


def _timeout(shell: "Shell", argv: list[str], stdin: str) -> Outcome:
    words = [word for word in argv[1:] if not word.startswith("-")]
    limit = duration_ms(words[0]) if words else None
    if limit is None or len(words) < 2:
        return Outcome("", "timeout: missing operand\nTry 'timeout --help' for more information.\n", 125)
    rest = argv[argv.index(words[0]) + 1 :]
    until = shell._now_ms() + limit
    outcome = shell._run(rest, stdin, {}, foreground=True)
    job = shell._job
    if job is None:
        return outcome
    shell._job = None
    printed = outcome.stdout
    while True:
        due = [moment for moment in (shell._next_due_ms(), job.wake_ms) if moment is not None and moment <= until]
        shell._advance(min(due) if due else until)
        text, status = job.poll()
        printed += text
        if status is not None:
            return Outcome(printed, "", status)
        if not due:
            return Outcome(printed, "", 124)


def _watch(shell: "Shell", argv: list[str], stdin: str) -> Outcome:
    words, every = list(argv[1:]), 2_000
    while words and words[0].startswith("-"):
        option = words.pop(0)
        text = option[2:] if option.startswith("-n") and len(option) > 2 else words.pop(0) if option in ("-n", "--interval") and words else ""
        if text:
            every = max(duration_ms(text.lstrip("=")) or 2_000, 100)
    if not words:
        return Outcome("", "Usage:\n watch [options] command\n", 1)
    line = " ".join(words)
    return shell._begun(Watch(shell, {"line": line, "every_ms": every, "next_ms": shell._now_ms()}), "watch", argv, foreground=shell._depth == 0)


class Watch:
    """`watch`: a command again and again; each time the screen is made anew."""

    def __init__(self, shell: "Shell", state: dict[str, Any]) -> None:
        self._shell, self._state = shell, state
        self.wake_ms: int | None = state["next_ms"]

    def poll(self) -> tuple[str, int | None]:
        """Run the command when its time has come."""
        now = self._shell._now_ms()
        if now < self._state["next_ms"]:
            return "", None
        self._state["next_ms"] = self.wake_ms = now + self._state["every_ms"]
        self._shell._steps = 0
        outcome = self._shell._captured(self._state["line"])
        return f"{REDRAWN}Every {self._state['every_ms'] / 1000:.1f}s: {self._state['line']}\n\n{outcome.shown}", None

    def dump(self) -> dict[str, Any]:
        """Return the job's state."""
        return dict(self._state)


def _mapfile(shell: "Shell", argv: list[str], stdin: str) -> Outcome:
    words = [word for word in argv[1:] if not word.startswith("-")]
    lines = stdin.splitlines() if stdin else [line.rstrip("\n") for line in iter(shell.read_line, None)]
    shell.variables[words[0] if words else "MAPFILE"] = SEPARATOR.join(lines)
    return Outcome()


BUILT_IN: dict[str, Callable[["Shell", list[str], str], Outcome]] = {
    "source": _source, ".": _source, "alias": _alias, "unalias": _unalias, "history": _history, "jobs": _jobs, "kill": _kill, "pkill": _pkill, "killall": _pkill, "fg": _fg, "bg": _fg, "disown": lambda shell, argv, stdin: Outcome(),
    "wait": _wait, "type": _type, "command": _type, "which": _type, "eval": _evaluated, "exec": _execute, "time": _time, "timeout": _timeout, "watch": _watch, "trap": lambda shell, argv, stdin: Outcome(), "mapfile": _mapfile, "readarray": _mapfile,
    "shopt": lambda shell, argv, stdin: Outcome(), "ulimit": lambda shell, argv, stdin: Outcome("unlimited\n"), "umask": lambda shell, argv, stdin: Outcome("0022\n"), "complete": lambda shell, argv, stdin: Outcome(),
}
JOBS: dict[str, Callable[["Shell", dict[str, Any]], Job]] = {"vi": lambda shell, state: resumed_file_editor(state, shell.files), INPUT: lambda shell, state: shell.typed_input(state), "watch": Watch, PIPED: resumed_pipe}
"""How jobs that the shell itself began are made again."""
NAMES = (*BUILT_IN, *EDITORS, "local", "declare", "read", "exit", "break", "continue", "return", "shift", "let", "bash", "sh")


# [[ ]]


def condition(shell: "Shell", words: list[str]) -> bool:
    """Say whether `[[ words ]]` holds."""
    groups: list[list[list[str]]] = [[[]]]
    for word in words:
        if word == "||":
            groups.append([[]])
        elif word == "&&":
            groups[-1].append([])
        elif word not in ("(", ")"):
            groups[-1][-1].append(word)
    return any(all(_one(shell, part) for part in group) for group in groups)


def _one(shell: "Shell", words: list[str]) -> bool:
    if words[:1] == ["!"]:
        return not _one(shell, words[1:])
    if len(words) == 3 and words[1] in ("==", "=", "!="):
        return fits_pattern(shell._text(words[0]), shell._pattern(words[2])) == (words[1] != "!=")
    if len(words) == 3 and words[1] == "=~":
        try:
            return bool(compiled(shell._text(words[2]), extended=True).search(shell._text(words[0])[:4_000]))
        except BadPattern:
            return False
    if len(words) == 3 and words[1] in ("<", ">"):
        left, right = shell._text(words[0]), shell._text(words[2])
        return left < right if words[1] == "<" else left > right
    if len(words) == 3 and re.fullmatch(r"-(eq|ne|lt|le|gt|ge)", words[1]):
        return holds([str(shell._sum(shell._text(words[0]) or "0")), words[1], str(shell._sum(shell._text(words[2]) or "0"))], shell.files)
    return holds([shell._text(word) for word in words], shell.files)

