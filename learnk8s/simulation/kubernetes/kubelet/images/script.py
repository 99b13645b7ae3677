"""Shell scripts that run in containers: `sh -c "…"` and single small commands, as programs with a time line.

Theory. A script is run by the simulation's own shell on a clock of its own, from its first statement up to the age that somebody asks about; `sleep` moves that
clock. So what it has printed and written by an age is a function of the age, of the files that it reads (as they were at that moment) and of the
*answers* that it got from the network, which are kept with the container. A command whose answer is not there yet stops the run with `Asks`: the kubelet
carries it out when its time has come. A loop that never ends is not gone through turn by turn: turns that change nothing but whole numbers by a
constant are jumped over.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kernel.shell.jumps import Leave
from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.kernel.shell.shell import Shell
from learnk8s.simulation.kernel.shell.words import Loop, Pipeline, Statement, SyntaxFault, statements
from learnk8s.simulation.kubernetes.kubelet.images import agnhost
from learnk8s.simulation.kubernetes.kubelet.images.program import UNENDED, FileEvents, Program
from learnk8s.simulation.kubernetes.kubelet.layered import PLAIN_MARK, Base, Denied, FileStatus, LayeredFiles, Marks, ReadOnly
from learnk8s.simulation.kubernetes.kubelet.tools import AS_CALLED, NETWORK, SHELLS, Surroundings, tools

TURNS_MAX = 5_000
KEPT_TURNS = 520
"""Turns at the end of a long loop that are really run: a log keeps 500 lines."""
TURN_MS_MIN = 10
COMMAND_MS = 1
FIRST_MS = 5
CALLED_MAX = 100
ALWAYS = re.compile(r"\s*(true|:|\[\s*(true|1)\s*\]|sleep\s+[\d.]+[smh]?|1)\s*;?\s*")
LIVE = frozenset(NETWORK)
READING = frozenset(("cat", "ls", "test", "[", "grep", "head", "find", "cp", "agnhost", "agnhost-2", "hexdump", "stat", "od", "md5sum"))

Recorded = list[Any]
"""One answer: [after_ms, status, stdout, stderr, times that it was given in a row]."""


class Paused(Exception):
    """The script has reached the age that was asked about."""


class Asks(Exception):
    """The script has come to a command whose answer depends on the world."""

    def __init__(self, at_ms: int, argv: list[str]) -> None:
        super().__init__(argv)
        self.at_ms, self.argv = at_ms, argv


class Becomes(Exception):
    """The script has come to a server that stays in the foreground."""

    def __init__(self, argv: list[str]) -> None:
        super().__init__(argv)
        self.argv = argv


class Exited(Exception):
    """The script said exit."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(slots=True)
class Trace:
    """What a script did by an age."""

    lines: list[tuple[int, str]] = field(default_factory=list)
    files: FileEvents = field(default_factory=dict)
    ended: tuple[int, int] | None = None
    asks: tuple[int, list[str]] | None = None
    becomes: tuple[int, list[str]] | None = None
    moments: list[int] = field(default_factory=list)
    looping: tuple[int, int, bool] | None = None
    """A loop without an end: since when, how long a turn is, whether it changes files."""
    calls: list[tuple[str, int]] = field(default_factory=list)
    """Addresses that an endless loop calls, with the milliseconds between two calls."""
    marks: Marks = field(default_factory=dict)
    """Modes and owners that it has given, where they are not the usual ones."""
    reads: bool = False
    """It has read what others may change."""


class _Nowhere:
    """A base without files."""

    def read(self, path: str, at_ms: int) -> str | None:
        return None

    def names(self, folder: str, at_ms: int) -> list[str]:
        return []

    def is_folder(self, path: str, at_ms: int) -> bool:
        return path in ("/", "/tmp", "/dev", "/etc", "/var", "/data", "/home", "/root")

    def is_read_only(self, path: str) -> bool:
        return False

    def status(self, path: str, at_ms: int) -> FileStatus | None:
        return None


NOWHERE = _Nowhere()
Peek = Callable[[list[str]], Outcome]


@dataclass(slots=True)
class Script:
    """What is to be run, and where."""

    source: str
    variables: dict[str, str]
    around: Surroundings
    base: Base = NOWHERE
    started_ms: int = 0
    cwd: str = "/"
    answers: Sequence[Recorded] = ()
    servers: frozenset[str] = frozenset()
    peek: Peek | None = None
    has_shell: bool = True
    shell: str = "sh"
    """How the shell calls itself in its messages: as it was called."""

    def run_to(self, age_ms: int, *, stop_at_loop: bool = False) -> Trace:
        """Return what the script did by an age."""
        return _Runner(self, age_ms, stop_at_loop=stop_at_loop).run()


class _Runner(Shell):
    """One run of a script on its own clock."""

    def __init__(self, script: Script, until_ms: int, *, stop_at_loop: bool) -> None:
        self._script, self._until_ms, self._stop_at_loop = script, until_ms, stop_at_loop
        self.age_ms, self._quiet, self._peeking, self._pending = FIRST_MS, 0, 0, ""
        self._answered = self._repeated = self._drawn = 0
        self.trace = Trace()
        around = Surroundings(**{name: getattr(script.around, name) for name in Surroundings.__slots__ if name not in ("wait", "emit")}, wait=self._wait, emit=self._emit)
        super().__init__({**tools(around), **agnhost.programs(around)}, now_ms=lambda: script.started_ms + self.age_ms, advance=lambda until: None, next_due_ms=lambda: None)
        self.layers = LayeredFiles(script.base, script.started_ms, script.cwd, user=around.user, groups=around.all_groups)
        self.files = self.layers
        self.variables = {**script.variables, "PWD": script.cwd}
        self._errexit = False

    def run(self) -> Trace:
        status = 0
        try:
            status = self._all(self._script.source)
        except Paused:
            self._flush()
            return self.trace
        except Asks as asks:
            self._flush()
            self.trace.asks = (asks.at_ms, asks.argv)
            return self.trace
        except Becomes as server:
            self._flush()
            self.trace.becomes = (self.age_ms, server.argv)
            return self.trace
        except Exited as ended:
            status = ended.status
        except Leave as leave:
            self._emit((leave.outcome.stdout + leave.outcome.stderr).replace("bash: ", "sh: "))
            status = leave.outcome.status
        except SyntaxFault as fault:
            self._emit(f"{self._script.shell}: {fault}\n")
            status = 2
        except LimitExceeded as limit:
            self._emit(f"{self._script.shell}: {limit}\n")
            status = 1
        self._flush()
        self._note_files()
        self.trace.ended = (self.age_ms, status)
        return self.trace

    def _all(self, source: str) -> int:
        """Run statements one after the other; return the last status."""
        self._status = 0
        for statement in statements(source):
            if statement.link != ";" and (statement.link == "&&") != (self._status == 0):
                continue
            self._status = self._statement(statement, foreground=False).status
            if self._errexit and self._status and statement.link == ";":
                raise Exited(self._status)
        return self._status

    def _wait(self, milliseconds: int) -> None:
        self._note_files()
        self.age_ms += milliseconds
        self.layers.now_ms = self._script.started_ms + min(self.age_ms, self._until_ms)
        if self.age_ms > self._until_ms:
            raise Paused

    def _emit(self, text: str) -> None:
        self._pending += text
        *lines, self._pending = self._pending.split("\n")
        self.trace.lines.extend((self.age_ms, line) for line in lines)
        if len(self.trace.lines) > 4 * KEPT_TURNS:
            del self.trace.lines[: 2 * KEPT_TURNS]

    def _flush(self) -> None:
        if self._pending:
            self.trace.lines.append((self.age_ms, self._pending + UNENDED))
            self._pending = ""

    def _note_files(self) -> None:
        files, known = self.layers, self.trace.files
        if files.marks:
            self.trace.marks = {path: mark for path, mark in files.marks.items() if mark != PLAIN_MARK}
        for path, text in files.texts.items():
            if path not in known or known[path][1] != text:
                known[path] = (self.age_ms, text)
                self.trace.moments.append(self.age_ms)
        for folder in files.folders:
            if folder != "/" and folder + "/" not in known:
                known[folder + "/"] = (self.age_ms, "")
        for path in files.gone:
            if path not in known or known[path][1] is not None:
                known[path] = (self.age_ms, None)
                self.trace.moments.append(self.age_ms)

    def _statement(self, statement: Statement, *, foreground: bool) -> Outcome:
        self._steps = 0
        return super()._statement(statement, foreground=False)

    def _pipeline(self, pipeline: Pipeline, *, foreground: bool) -> Outcome:
        self.age_ms += COMMAND_MS
        if self.age_ms > self._until_ms:
            raise Paused
        try:
            outcome = super()._pipeline(pipeline, foreground=False)
        except ReadOnly as path:
            outcome = Outcome("", f"{self._script.shell}: can't create {path}: Read-only file system\n", 1)
        except Denied as path:
            outcome = Outcome("", f"{self._script.shell}: can't create {path}: Permission denied\n", 1)
        self._note_files()
        if self._quiet:
            return outcome
        self._emit((outcome.stdout + outcome.stderr).replace("bash: ", f"{self._script.shell}: "))
        return Outcome("", "", outcome.status)

    def _run(self, argv: list[str], stdin: str, settings: dict[str, str], *, foreground: bool) -> Outcome:
        name = argv[0].rsplit("/", 1)[-1]
        if name == "exit":
            raise Exited(int(argv[1]) % 256 if len(argv) > 1 and argv[1].isdigit() else self._status)
        if name == "exec" and len(argv) > 1:
            return self._run(argv[1:], stdin, settings, foreground=False)
        if name == "set":
            self._errexit = self._errexit or (len(argv) > 1 and argv[1].startswith("-") and "e" in argv[1])
            return Outcome()
        if name == "tail" and any(word in ("-f", "-F") for word in argv) or name in self._script.servers or name == "httpd" and "-f" in argv:
            self._note_files()
            raise Becomes([name, *argv[1:]])
        if name in LIVE:
            return self._live([name, *argv[1:]])
        if name in READING:
            self.trace.reads = True
        if name not in self.programs and argv[0].startswith("/") and (text := self.files.read(argv[0])) is not None:
            return self._captured(text)
        if name not in self.programs:
            return Outcome("", f"{self._script.shell}: {argv[0]}: not found\n", 127)
        return super()._run([argv[0] if name in AS_CALLED else name, *argv[1:]], stdin, settings, foreground=False)

    def _live(self, argv: list[str]) -> Outcome:
        """Return what the world answered to a network command, or stop until it does."""
        self.age_ms += COMMAND_MS
        if self._peeking:
            found = self._script.peek(argv) if self._script.peek is not None else Outcome("", "", 1)
        else:
            answers = self._script.answers
            if self._answered >= len(answers):
                raise Asks(self.age_ms, argv)
            after_ms, status, stdout, stderr, times = answers[self._answered]
            self._repeated += 1
            self.age_ms += after_ms
            if self._repeated >= times:
                self._answered, self._repeated = self._answered + 1, 0
            found = Outcome(stdout, stderr, status)
            if self.age_ms > self._until_ms:
                raise Paused
        target = argv[argv.index("-O") + 1] if argv[0] == "wget" and "-O" in argv[:-1] else argv[argv.index("-o") + 1] if argv[0] == "curl" and "-o" in argv[:-1] else "-"
        if found.status == 0 and target != "-":
            self.files.write(target, found.stdout)
            return Outcome("", found.stderr, 0)
        return found

    def _substituted(self, source: str) -> str:
        self._quiet += 1
        try:
            return super()._substituted(source)
        finally:
            self._quiet -= 1

    def _print(self, text: str) -> None:
        self._emit(text)

    def _variable(self, name: str) -> str:
        if name == "RANDOM":
            self._drawn += 1
            return str(crc32(f"{self._script.around.pod} {self._script.started_ms} {self._drawn}".encode()) % 32768)
        return super()._variable(name)

    # Loops

    def _loop(self, loop: Loop) -> Outcome:
        if loop.name:
            for value in self._expanded(loop.words)[:TURNS_MAX]:
                self.variables[loop.name] = value
                self._status = self._captured(loop.body).status
            return Outcome(status=self._status)
        endless = not loop.condition.startswith("! ") and ALWAYS.fullmatch(loop.condition) is not None
        negated = loop.condition.startswith("! ")
        self._peeking += endless
        before: list[tuple[int, dict[str, str], int]] = []
        status, began_ms, moments = 0, self.age_ms, len(self.trace.moments)
        for _turn in range(TURNS_MAX):
            turn_ms = self.age_ms
            if (self._captured(loop.condition.removeprefix("! ")).status == 0) == negated:
                break
            status = self._captured(loop.body).status
            if self.age_ms - turn_ms < TURN_MS_MIN:
                self._wait(TURN_MS_MIN - (self.age_ms - turn_ms))
            before.append((self.age_ms, dict(self.variables), self._answered))
            if endless and self._stop_at_loop and len(before) == 2:
                self._found_loop(loop, began_ms, before[1][0] - before[0][0], files=len(self.trace.moments) > moments)
            self._jump(before, endless=endless)
        else:
            raise Paused
        self._peeking -= endless
        return Outcome(status=status)

    def _found_loop(self, loop: Loop, began_ms: int, turn_ms: int, *, files: bool) -> None:
        self.trace.looping = (began_ms, max(turn_ms, 1), files)
        urls = re.findall(r"\b(?:wget|curl)\b[^;|&\n]*?((?:https?://)?[a-z0-9][\w.-]*(?::\d+)?(?:/\S*)?)\s*(?:[;|&\n>]|$)", f"{loop.condition} ; {loop.body}")
        self.trace.calls = [(url, max(turn_ms, 1)) for url in urls[:5]]
        raise Paused

    def _jump(self, turns: list[tuple[int, dict[str, str], int]], *, endless: bool) -> None:
        """Jump over turns of a loop that do the same as the one before."""
        if len(turns) < 3 or len(turns) > 3:
            return
        (first_ms, first, _), (second_ms, second, used), (third_ms, third, last_used) = turns
        turn_ms = third_ms - second_ms
        if turn_ms != second_ms - first_ms or used != last_used:
            return
        left = (self._until_ms - self.age_ms) // turn_ms
        if not endless:
            answers = self._script.answers
            if self._answered >= len(answers):
                return
            left = min(left, answers[self._answered][4] - self._repeated - 1)
        skipped = left - KEPT_TURNS
        if skipped <= 0:
            return
        for name, value in third.items():
            if value == second.get(name):
                continue
            if not (re.fullmatch(r"-?\d{1,12}", value) and re.fullmatch(r"-?\d{1,12}", second.get(name, "")) and re.fullmatch(r"-?\d{1,12}", first.get(name, ""))):
                return
            if int(value) - int(second[name]) != int(second[name]) - int(first[name]):
                return
        for name, value in third.items():
            if value != second.get(name):
                self.variables[name] = str(int(value) + (int(value) - int(second[name])) * skipped)
        if not endless:
            self._repeated += skipped
        self.age_ms += skipped * turn_ms
        self.layers.now_ms = self._script.started_ms + self.age_ms


@dataclass(frozen=True, slots=True)
class Scripted(Program):
    """A program that is a script."""

    script: Script | None = None
    plan: Trace = field(default_factory=Trace)
    """What is known from the start: up to the first question, the first endless loop, or the end."""
    server: Program | None = None
    """What the script becomes."""

    def trace(self, age_ms: int) -> Trace:
        """Return what the script did by an age."""
        if self.plan.ended is not None and self.plan.ended[0] <= age_ms and not self.plan.reads:
            return self.plan
        assert self.script is not None
        return self.script.run_to(age_ms)

    def log_until(self, age_ms: int, lines_max: int) -> list[tuple[int, str]]:
        """Return the last lines that the script has printed."""
        lines = [line for line in self.trace(age_ms).lines if line[0] <= age_ms]
        if self.server is not None:
            lines += [(at_ms + self.listens_after_ms, text) for at_ms, text in self.server.log_until(age_ms - self.listens_after_ms, lines_max)]
        return lines[-lines_max:]

    def files_at(self, age_ms: int) -> FileEvents:
        """Return what the script has done to files."""
        return {path: event for path, event in self.trace(age_ms).files.items() if event[0] <= age_ms}

    def changes_after_ms(self, age_ms: int) -> int | None:
        """Return when the files that the script writes change next, as far as that is known."""
        moments = [at_ms for at_ms in self.plan.moments if at_ms > age_ms]
        if self.ports and self.listens_after_ms > age_ms:
            moments.append(self.listens_after_ms)
        if self.plan.asks is not None or (self.plan.looping is not None and self.plan.looping[2]):
            moments.append(max(age_ms, (self.plan.asks or self.plan.looping or (0,))[0]) + 1)
        return min(moments) if moments else None

    def ending(self) -> tuple[int, int] | None:
        """Return when the script ends as far as is known now."""
        return self.plan.ended


FAR_MS = 2**39


def program_of_script(script: Script, server: Callable[[list[str]], Program | None] = lambda argv: None) -> Scripted:
    """Return the program that a script is, as far as its first question or its endless loop."""
    plan = script.run_to(FAR_MS, stop_at_loop=True)
    text = script.source
    turn_ms = plan.looping[1] if plan.looping else 0
    traps = re.search(r"\btrap\b.*\b(SIG)?TERM\b", text) is not None
    found: dict[str, Any] = {"processes": (f"sh -c {text}",)}
    inner = None
    if plan.becomes is not None:
        at_ms, argv = plan.becomes
        inner = server(argv)
        if argv[0] == "tail":
            found["follows"] = next((word for word in reversed(argv[1:]) if not word.startswith("-") and not word.isdigit()), "")
            found["follows"] = "" if found["follows"] == "/dev/null" else found["follows"]
        elif inner is not None:
            found.update(ports=inner.ports, listens_after_ms=at_ms + inner.listens_after_ms, memory_bytes=inner.memory_bytes, answer=inner.answer, processes=(f"sh -c {text}", *inner.processes),
                         cpu_us_per_request=inner.cpu_us_per_request, stops_after_ms=inner.stops_after_ms, stop_code=inner.stop_code)
    found.setdefault("memory_bytes", 2**20)
    found.setdefault("stops_after_ms", 500 if traps else None)
    ends = plan.ended
    return Scripted("sh", ends_after_ms=ends[0] if ends else None, exit_code=ends[1] if ends else 0, cpu_millicores=900 if 0 < turn_ms < 50 and not plan.calls else 1, script=script, plan=plan, server=inner, **found)


def source_of(arguments: Sequence[str]) -> str | None:
    """Return the script that arguments are, or None if they name another program.

    >>> source_of(["sh", "-c", "echo hi"]), source_of(["sleep", "5"])
    ('echo hi', 'sleep 5')
    """
    if not arguments:
        return None
    name = arguments[0].rsplit("/", 1)[-1]
    if name in SHELLS:
        for index, word in enumerate(arguments[1:], start=1):
            if word.startswith("-") and "c" in word and index + 1 < len(arguments):
                prefix = "set -e\n" if "e" in word else ""
                return prefix + arguments[index + 1]
        scripts = [word for word in arguments[1:] if not word.startswith("-")]
        return f"{scripts[0]}" if scripts else ""
    return " ".join(_quoted(word) for word in (arguments[0] if name in AS_CALLED else name, *arguments[1:]))


def _quoted(word: str) -> str:
    return word if re.fullmatch(r"[\w./:=,@%+-]+", word) else "'" + word.replace("'", "'\\''") + "'"


