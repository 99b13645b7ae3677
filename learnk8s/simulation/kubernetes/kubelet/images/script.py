"""Shell scripts that run in containers: `sh -c "…"` and single small commands, as programs with a time line.

Theory. A script is run by the simulation's own shell on a clock of its own, from its first statement up to the age that somebody asks about; `sleep` moves that
clock. So what it has printed and written by an age is a function of the age, of the files that it reads (as they were at that moment) and of the
*answers* that it got from the network, which are kept with the container. A command whose answer is not there yet stops the run with `Asks`: the kubelet
carries it out when its time has come. A loop that never ends is not gone through turn by turn: turns that change nothing but whole numbers by a
constant are jumped over. And a loop of the script's own first level leaves its state at each turn (`Turn`), so that
a later run goes on there instead of at the first statement, if the files that it has read are still as they were: a script that asks something new in every turn costs a turn for each answer, not all turns.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kernel.shell.downloads import saved_name
from learnk8s.simulation.kernel.shell.jumps import Jump, Leave
from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.kernel.shell.words import Loop, Pipeline, Statement, SyntaxFault, statements
from learnk8s.simulation.kubernetes.kubelet.images import agnhost
from learnk8s.simulation.kubernetes.kubelet.images.program import UNENDED, FileEvents, Program
from learnk8s.simulation.kubernetes.kubelet.layered import PLAIN_MARK, Base, Denied, FileStatus, LayeredFiles, Marks, ReadOnly
from learnk8s.simulation.kubernetes.kubelet.speaking import BUILT_IN, ContainerShell
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


@dataclass(frozen=True, slots=True)
class Turn:
    """A run as it was before a turn of a loop of the script's own first level."""

    place: int
    """The loop's statement."""
    turn: int
    words: list[str]
    """What a `for` goes through."""
    before: list[tuple[int, dict[str, str], int]]
    runner: dict[str, Any]
    layers: dict[str, Any]
    trace: Trace

    @property
    def age_ms(self) -> int:
        """Return when the turn begins."""
        return int(self.runner["age_ms"])


Seen = dict[str, tuple[str | None, int, int]]
"""What was in a file below, from when to when it was read."""


def as_seen(base: Base, seen: Seen) -> bool:
    """Say whether what an earlier run has read would be read again."""
    return all(base.read(path, first_ms) == text and (last_ms == first_ms or base.read(path, last_ms) == text) for path, (text, first_ms, last_ms) in seen.items())


@dataclass(slots=True)
class Turns:
    """The last turn that the runs of one process came to, and what it did by the age that was last asked about."""

    last: Turn | None = None
    traced: tuple[int, int, Seen, Trace] | None = None
    """The age, the answers that there were, what was read."""


class _Watched(LayeredFiles):
    """Files of which is noted what the script has read that others may change."""

    __slots__ = ("looked", "seen")

    def __init__(self, base: Base, now_ms: int, cwd: str, *, user: int, groups: tuple[int, ...]) -> None:
        super().__init__(base, now_ms, cwd, user=user, groups=groups)
        self.seen: Seen = {}
        self.looked = False
        """It has seen more than is noted: a folder, or a file that changed."""

    def _kept(self, path: str) -> str | None:
        text = super()._kept(path)
        if path not in self.texts and path not in self.gone:
            before = self.seen.get(path)
            self.looked = self.looked or (len(self.seen) >= SEEN_MAX if before is None else before[0] != text)
            self.seen[path] = (text, before[1] if before is not None else self.now_ms, self.now_ms)
        return text

    def write(self, word: str, text: str, *, append: bool = False) -> None:
        """Write a file; whether it was there does not change what is in it then."""
        seen, looked = self.seen, self.looked
        self.seen = seen if append else {}
        try:
            super().write(word, text, append=append)
        finally:
            self.seen, self.looked = seen, looked or (append and self.looked)

    def listed(self, word: str) -> list[str]:
        """Return the names in a folder."""
        self.looked = True
        return super().listed(word)


SEEN_MAX = 20
KEPT_OF_RUNNER = ("age_ms", "_pending", "_answered", "_times", "_drawn", "_status", "_errexit")
COPIED_OF_RUNNER = ("variables", "functions", "aliases")
KEPT_OF_LAYERS = ("cwd", "umask", "now_ms")
COPIED_OF_LAYERS = ("texts", "folders", "gone", "marks", "seen")


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
    clients: frozenset[str] = frozenset()
    """Clients of its image, which ask the server of another pod."""
    peek: Peek | None = None
    tools: frozenset[str] | None = None
    """The programs of its image, None for all that there are."""
    arguments: tuple[str, ...] = ()
    """What the container was told to run."""
    shell: str = "sh"
    """How the shell calls itself in its messages: as it was called."""
    turns: Turns = field(default_factory=Turns)

    def run_to(self, age_ms: int, *, stop_at_loop: bool = False) -> Trace:
        """Return what the script did by an age."""
        answered = sum(answer[4] for answer in self.answers)
        before = None if stop_at_loop else self.turns.traced
        if before is not None and before[:2] == (age_ms, answered) and as_seen(self.base, before[2]):
            return before[3]
        runner = _Runner(self, age_ms, stop_at_loop=stop_at_loop)
        trace = runner.run()
        if not stop_at_loop and not runner.layers.looked:
            self.turns.traced = (age_ms, answered, runner.layers.seen, trace)
        return trace


class _Runner(ContainerShell):
    """One run of a script on its own clock."""

    def __init__(self, script: Script, until_ms: int, *, stop_at_loop: bool) -> None:
        self._script, self._until_ms, self._stop_at_loop = script, until_ms, stop_at_loop
        self.age_ms, self._quiet, self._peeking, self._pending = FIRST_MS, 0, 0, ""
        self._answered = self._times = self._drawn = 0
        self.trace = Trace()
        around = Surroundings(**{name: getattr(script.around, name) for name in Surroundings.__slots__ if name not in ("wait", "emit")}, wait=self._wait, emit=self._emit)
        super().__init__({**tools(around), **agnhost.programs(around)}, now_ms=lambda: script.started_ms + self.age_ms, advance=lambda until: None, next_due_ms=lambda: None)
        self.speak(script.shell, around.distribution)
        self.layers = _Watched(script.base, script.started_ms, script.cwd, user=around.user, groups=around.all_groups)
        self.files = self.layers
        self.variables = {**script.variables, "PWD": script.cwd}
        self._errexit = False
        self._place, self._plain = 0, False
        last = script.turns.last
        self._goes_on_at = last if last is not None and last.age_ms <= until_ms and as_seen(script.base, last.layers["seen"]) else None

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
            self._emit(leave.outcome.stdout + leave.outcome.stderr)
            status = leave.outcome.status
        except SyntaxFault as fault:
            self._emit(self.unreadable(fault))
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
        for place, statement in enumerate(statements(source)):
            if self._goes_on_at is not None:
                if place < self._goes_on_at.place:
                    continue
            elif statement.link != ";" and (statement.link == "&&") != (self._status == 0):
                continue
            commands = statement.pipeline.commands
            self.line = 1 + source.count("\n", 0, statement.start)
            self._place, self._plain = place, len(commands) == 1 and not commands[0].redirections and not statement.pipeline.is_negated
            self._status = self._statement(statement, foreground=False).status
            if self._errexit and self._status and statement.link == ";":
                raise Exited(self._status)
        return self._status

    def has(self, name: str) -> bool:
        """Say whether the image has a program."""
        tools = self._script.tools
        return name in self.programs and (tools is None or name in tools or name in BUILT_IN)

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
        except (ReadOnly, Denied) as error:
            outcome = self.unchanged(error)
        self._note_files()
        if self._quiet:
            return outcome
        self._emit((outcome.stdout + outcome.stderr).replace("\0", ""))
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
        if name in LIVE and self.has(name) or name in self._script.clients:
            return self._live([name, *argv[1:]])
        if name in READING:
            self.trace.reads = True
        return super()._run(argv, stdin, settings, foreground=False)

    def _live(self, argv: list[str]) -> Outcome:
        """Return what the world answered to a network command, or stop until it does."""
        self.age_ms += COMMAND_MS
        if self._peeking:
            found = self._script.peek(argv) if self._script.peek is not None else Outcome("", "", 1)
        else:
            answers = self._script.answers
            if self._answered < len(answers) and self._times >= answers[self._answered][4]:
                self._answered, self._times = self._answered + 1, 0
            if self._answered >= len(answers):
                raise Asks(self.age_ms, argv)
            after_ms, status, stdout, stderr, _times = answers[self._answered]
            self._times += 1
            self.age_ms += after_ms
            found = Outcome(stdout, stderr, status)
            if self.age_ms > self._until_ms:
                raise Paused
        target = saved_name(argv) if argv[0] in ("wget", "curl") else ""
        if found.status == 0 and target:
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
        turn, self._goes_on_at = self._goes_on_at, None
        if turn is not None:
            self._go_on(turn)
        if loop.name:
            return self._for(loop, turn)
        endless = not loop.condition.startswith("! ") and ALWAYS.fullmatch(loop.condition) is not None
        negated = loop.condition.startswith("! ")
        self._peeking += endless
        before = turn.before.copy() if turn is not None else []
        status, began_ms, moments = self._status if turn is not None else 0, self.age_ms, len(self.trace.moments)
        for number in range(turn.turn if turn is not None else 0, TURNS_MAX):
            if number and not endless:
                self._keep_turn(number, [], before)
            turn_ms = self.age_ms
            if (self._captured(loop.condition.removeprefix("! ")).status == 0) == negated:
                break
            status, is_over = self._turned(loop.body)
            if is_over:
                break
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

    def _for(self, loop: Loop, turn: Turn | None) -> Outcome:
        words = turn.words if turn is not None else self._expanded(loop.words)[:TURNS_MAX]
        for number in range(turn.turn if turn is not None else 0, len(words)):
            if number:
                self._keep_turn(number, words, [])
            self.variables[loop.name] = words[number]
            self._status, is_over = self._turned(loop.body)
            if is_over:
                break
        return Outcome(status=self._status)

    def _turned(self, body: str) -> tuple[int, bool]:
        """Run a loop's body; return its status, and whether it broke out of the loop."""
        try:
            return self._captured(body).status, False
        except Jump as jump:
            if jump.word == "return":
                raise
            if not self._quiet:
                self._emit(jump.outcome.stdout + jump.outcome.stderr)
            return jump.outcome.status, jump.word == "break"

    def _keep_turn(self, number: int, words: list[str], before: list[tuple[int, dict[str, str], int]]) -> None:
        """Leave what the run is before a turn, if another run would come to the same."""
        if self._depth or self._quiet or self._peeking or not self._plain or self.layers.looked or self._streams:
            return
        trace = self.trace
        copied = Trace(lines=trace.lines.copy(), files=trace.files.copy(), moments=trace.moments.copy(), calls=trace.calls, marks=trace.marks, reads=trace.reads)
        runner = {name: getattr(self, name) for name in KEPT_OF_RUNNER} | {name: getattr(self, name).copy() for name in COPIED_OF_RUNNER}
        layers = {name: getattr(self.layers, name) for name in KEPT_OF_LAYERS} | {name: getattr(self.layers, name).copy() for name in COPIED_OF_LAYERS}
        self._script.turns.last = Turn(self._place, number, words, before[:4], runner, layers, copied)

    def _go_on(self, turn: Turn) -> None:
        """Become what a run was before a turn."""
        for whole, kept in ((self, turn.runner), (self.layers, turn.layers)):
            for name, value in kept.items():
                setattr(whole, name, value.copy() if isinstance(value, dict) else value)
        trace = turn.trace
        self.trace = Trace(lines=trace.lines.copy(), files=trace.files.copy(), moments=trace.moments.copy(), calls=trace.calls, marks=trace.marks, reads=trace.reads)

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
            left = min(left, answers[self._answered][4] - self._times - 1)
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
            self._times += skipped
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
    process = _process(script)
    found: dict[str, Any] = {"processes": (process,)}
    inner = None
    if plan.becomes is not None:
        at_ms, argv = plan.becomes
        inner = server(argv)
        if argv[0] == "tail":
            found["follows"] = next((word for word in reversed(argv[1:]) if not word.startswith("-") and not word.isdigit()), "")
            found["follows"] = "" if found["follows"] == "/dev/null" else found["follows"]
        elif inner is not None:
            found.update(ports=inner.ports, listens_after_ms=at_ms + inner.listens_after_ms, memory_bytes=inner.memory_bytes, answer=inner.answer, processes=(process, *inner.processes),
                         cpu_us_per_request=inner.cpu_us_per_request, stops_after_ms=inner.stops_after_ms, stop_code=inner.stop_code)
    found.setdefault("memory_bytes", 2**20)
    found.setdefault("stops_after_ms", 500 if traps else None)
    ends = plan.ended
    return Scripted("sh", ends_after_ms=ends[0] if ends else None, exit_code=ends[1] if ends else 0, cpu_millicores=900 if 0 < turn_ms < 50 and not plan.calls else 1, script=script, plan=plan, server=inner, **found)


def _process(script: Script) -> str:
    """Return the command line of a script's process: a shell that is given one plain command becomes that. Models evalstring with EV_EXIT of dash, and ONESHOT of bash."""
    parsed = [] if re.search(r"[$`'\"\\\n(){}]", script.source) else statements(script.source)
    is_plain = len(parsed) == 1 and not parsed[0].is_background and isinstance(parsed[0].body, Pipeline) and len(parsed[0].body.commands) == 1
    first = parsed[0].pipeline.commands[0] if is_plain else None
    if first is not None and first.compound is None and not first.redirections and first.words and script.arguments[1:2] == ("-c",):
        return " ".join(first.words)
    return " ".join(script.arguments) or f"sh -c {script.source}"


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


