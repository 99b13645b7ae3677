"""The shell: expand words, run pipelines, keep one foreground job and those in the background.

Theory. A program either ends at once (Outcome) or goes on (Job). A job that is the last thing of a top-level statement becomes the foreground job: `execute`
returns, and the job prints as virtual time passes (`poll`). Anywhere else (in a pipe, in `$( )`, in a function) the shell lets virtual time pass itself until
the job is over. A pipeline that begins with a job is a job as well, if it stands at the top level: see piped.py. What stands after a foreground job is kept as text and run when it ends; a loop at the top level is run by writing its next turn before that text.
So everything the shell holds can be written down.

An editor is a job that waits for a text: the next input is `:wq` with the text in the lines after it, or `:q!`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from learnk8s.simulation.kernel.limits import OUTPUT_BYTES_MAX, LimitExceeded
from learnk8s.simulation.kernel.shell import built_in, elsewhere
from learnk8s.simulation.kernel.shell.dialects import NO_FILE, NO_FOLDER
from learnk8s.simulation.kernel.shell.editing import CANCELLED, GIVEN, INPUT, SAVED, Editor, edited_text, input_editor, reads_typed
from learnk8s.simulation.kernel.shell.expansion import SEPARATOR, Expansion, fits_pattern
from learnk8s.simulation.kernel.shell.files import HOME, Files
from learnk8s.simulation.kernel.shell.jumps import Jump, Leave
from learnk8s.simulation.kernel.shell.piped import PIPED, Piped, goes_on_behind
from learnk8s.simulation.kernel.shell.program import Invocation, Job, Outcome, Program
from learnk8s.simulation.kernel.shell.programs import STANDARD
from learnk8s.simulation.kernel.shell.recalling import NoEvent, recalled
from learnk8s.simulation.kernel.shell.screen import REDRAWN
from learnk8s.simulation.kernel.shell.words import (
    ASSIGNED,
    Arithmetic,
    Case,
    Choice,
    Compound,
    Condition,
    Count,
    Function,
    Group,
    Loop,
    Pipeline,
    Simple,
    Statement,
    SyntaxFault,
    matching,
    statements,
)
from learnk8s.simulation.kernel.world import Answer

BLOCKING_MS_MAX = 600_000
"""How long a job inside a pipe or a loop may let time pass."""
STEPS_MAX = 2_000
DEPTH_MAX = 12
HISTORY_MAX = 200
BEHIND_MAX = 8
"""Jobs in the background."""
FIRST_PID = 4712
STILL_RUNNING = "learnk8s: a command is still running; press Ctrl-C to stop it\n"
STILL_EDITING = "learnk8s: the editor is open; save or cancel there first (`:wq` with the text in the lines after it, or `:q!`)\n"
TURNED_AWAY = (STILL_RUNNING, STILL_EDITING)
"""What a line is told that was not run. It is no part of what the terminal prints: the command before it goes on printing."""
TURN = "\x01"
"""Stands between the body of a loop that is being run and its next turn."""
ENDED = "true_if_ok\n"
"""What a loop without another turn leaves to be run: nothing, and the status stays."""


class Shell(Expansion):
    """One terminal's shell."""

    BETWEEN_MS = 0
    """How long a command that changes the world comes after another one of the same input."""

    def __init__(self, programs: Mapping[str, Program], *, now_ms: Callable[[], int], advance: Callable[[int], None], next_due_ms: Callable[[], int | None]) -> None:
        self.programs = programs
        self.files = Files()
        self.variables: dict[str, str] = {"HOME": HOME, "USER": "learner", "PWD": HOME, "SHELL": "/bin/bash", "PATH": "/usr/local/bin:/usr/bin:/bin", "EDITOR": "page"}
        self.functions: dict[str, str] = {}
        self.aliases: dict[str, str] = {}
        self.past: list[str] = []
        self.behind: list[dict[str, Any]] = []
        self._now_ms, self._advance, self._next_due_ms = now_ms, advance, next_due_ms
        self._job: Job | None = None
        self._job_program = ""
        self._job_line = ""
        self._behind_jobs: dict[int, Job] = {}
        self._rest = ""
        self._printed = ""
        self._scrolled = 0
        self._has_changed = False
        self.is_piped = False
        """Whether what begins now prints into a pipe in which it may go on."""
        self._status = 0
        self._steps = 0
        self._depth = 0
        self._arguments: list[str] = []
        self._streams: list[list[str]] = []
        self._kept: list[dict[str, str | None]] = []

    # The world's side

    @property
    def last_status(self) -> int:
        """Return the exit status of the last command that ended."""
        return self._status

    @property
    def running(self) -> bool:
        """Say whether a foreground job goes on."""
        return self._job is not None

    @property
    def recalls(self) -> bool:
        """Say whether the shell that reads the next line knows `!!`: bash does, a container's sh does not."""
        return True

    @property
    def serves(self) -> bool:
        """Say whether the foreground job only serves: it steps aside for the next line and has no end to wait for."""
        return getattr(self._job, "serves", None) is not None

    @property
    def editing(self) -> dict[str, Any] | None:
        """Return what the foreground job wants edited or typed (`name`, `text`, `is_input`), or None."""
        return {"name": self._job.name, "text": self._job.text, "is_input": self._job.is_input} if isinstance(self._job, Editor) else None

    @property
    def wake_ms(self) -> int | None:
        """Return when the foreground job wants to be polled even if nothing happens."""
        return self._job.wake_ms if self._job else None

    def execute(self, line: str) -> Answer:
        """Run one input."""
        if isinstance(self._job, Editor):
            return self._edited(self._job, line)
        if self.serves and line.strip():
            self._step_aside()
        if self._job is not None:
            return Answer(STILL_RUNNING, 1, running=True)
        self._printed, self._scrolled, self._steps, self._has_changed = "", 0, 0, False
        if self.recalls:
            try:
                typed, line = line, recalled(line, self.past)
            except NoEvent as none:
                self._print(str(none))
                self._status = 1
                return Answer(self._printed, 1)
            if line != typed:
                self._print(line.strip("\n") + "\n")
        if line.strip():
            self.past = [*self.past[1 - HISTORY_MAX :], line.strip("\n")]
        self._look_behind()
        self._run_source(line)
        return Answer(self._printed, self._status, self.running)

    def _edited(self, editor: Editor, line: str) -> Answer:
        """End an editor with a text, or without one."""
        self._printed, self._scrolled, self._steps = "", 0, 0
        word = line.split("\n", 1)[0].strip()
        if word not in (SAVED, CANCELLED, ":q", GIVEN):
            return Answer(STILL_EDITING, 1, running=True)
        self._job = None  # it may begin another one
        outcome = editor.ended(edited_text(line) if word in (SAVED, GIVEN) else None)
        self._print(outcome.shown)
        if editor.is_open:
            self._job = editor
        else:
            self._status = outcome.status
            rest, self._rest = self._rest, ""
            if rest:
                self._run_source(rest)
        return Answer(self._printed, self._status, self.running)

    def poll(self) -> None:
        """Let the foreground job look at the world, when time has passed or somebody else has done something; go on with what stood after it once it is over."""
        job = self._job
        if job is None:
            return
        text, status = job.poll()
        self._print(text)
        if status is not None:
            self._job, self._status, self._steps, self._has_changed = None, status, 0, False
            rest, self._rest = self._rest, ""
            if rest:
                self._run_source(rest)

    def interrupt(self) -> Answer:
        """End the foreground job as Ctrl-C does, with the filters behind it; what stood after it is dropped."""
        if self._job is None:
            return Answer("", self._status)
        self._job, self._rest, self._status = None, "", 130
        self._print("^C\n")
        return Answer("^C\n", 130)

    def to_desk(self) -> None:
        """Be like a second terminal, for a copy in which something is tried: nothing is in the foreground, and one is where the terminal began, in no container and on no other machine.

        What ran in the foreground is not interrupted: a container that one was attached to goes on, a forwarded port stays open.
        """
        if self.serves:
            self._step_aside()
        self._job, self._rest = None, ""

    def beside(self, source: str) -> Answer:
        """Run a line as from a second terminal at the desk: what goes on in this one, where it stands and what it printed stay as they are."""
        status, steps, has_changed, self._steps = self._status, self._steps, self._has_changed, 0
        outcome = self._to_its_end(lambda: self._captured(source))
        self._status, self._steps, self._has_changed = status, steps, has_changed
        return Answer(outcome.shown, outcome.status, self.running)

    @staticmethod
    def _to_its_end(run: Callable[[], Outcome]) -> Outcome:
        """Return what running something comes to, also where the shell refuses to go on."""
        try:
            return run()
        except Leave as leave:
            return replace(leave.outcome, reads_no_more=True)
        except SyntaxFault as fault:
            return Outcome("", f"bash: {fault}\n", 2, reads_no_more=True)
        except LimitExceeded as limit:
            return Outcome("", f"learnk8s: {limit}\n", 1, reads_no_more=True)

    def output_since(self, offset: int) -> tuple[str, int]:
        """Return what the last input printed after an offset, as far as it is still kept, and the offset behind it."""
        return self._printed[max(offset - self._scrolled, 0) :], self._scrolled + len(self._printed)

    def _print(self, text: str) -> None:
        """Put a text on the screen. A command that goes on loses what it printed long ago or has drawn anew since; any other is cut where it has printed too much."""
        text = text.replace("\0", "")  # a terminal shows nothing of it
        if self._job is not None:
            self._scroll_out(text)
        room = OUTPUT_BYTES_MAX - len(self._printed)
        if len(text) > room >= 0:
            text = text[:room] + "\nlearnk8s: the output is longer than this terminal shows; the rest is cut\n" if room else ""
        self._printed += text

    def _scroll_out(self, text: str) -> None:
        """Make room for what a command that goes on prints next; offsets count on."""
        drawn = self._printed.find(REDRAWN) if REDRAWN in text else -1
        kept = self._printed[:drawn] if drawn >= 0 else self._printed if len(self._printed) + len(text) <= OUTPUT_BYTES_MAX else self._printed[-OUTPUT_BYTES_MAX // 2 :].partition("\n")[2]
        self._scrolled += len(self._printed) - len(kept)
        self._printed = kept

    # In the background

    def _step_aside(self) -> None:
        """Put a job that only serves (a forwarded port) into the background, as if the next line came from another terminal."""
        assert self._job is not None, "there is a job"
        self._put_behind(self._job, self._job_program, self._job_line)
        self._job, self._rest = None, ""

    def _put_behind(self, job: Job, program: str, line: str) -> int:
        number = max((entry["number"] for entry in self.behind), default=0) + 1
        self.behind.append({"number": number, "program": program, "line": line})
        self._behind_jobs[number] = job
        return number

    def jobs_behind(self) -> list[Job]:
        """Return the jobs in the background, oldest first."""
        return [self._behind_jobs[entry["number"]] for entry in self.behind]

    def _look_behind(self) -> None:
        for entry in list(self.behind):
            text, status = self._behind_jobs[entry["number"]].poll()
            self._print(text)
            if status is not None:
                self.end_behind(entry["number"])
                self._print(f"[{entry['number']}]+  {'Done' if status == 0 else f'Exit {status}':<24}{entry['line']}\n")

    def end_behind(self, number: int) -> None:
        """Forget a job of the background."""
        self.behind = [entry for entry in self.behind if entry["number"] != number]
        self._behind_jobs.pop(number, None)

    def bring_forward(self, number: int) -> None:
        """Make a job of the background the foreground job."""
        entry = next(entry for entry in self.behind if entry["number"] == number)
        self._job, self._job_program, self._job_line = self._behind_jobs[number], entry["program"], entry["line"]
        self.end_behind(number)

    def wait_behind(self) -> Outcome:
        """Let time pass until the jobs of the background that can end have ended."""
        printed, status = "", 0
        for entry in list(self.behind):
            job = self._behind_jobs[entry["number"]]
            if getattr(job, "serves", None) is None:
                outcome = self._waited(job)
                printed, status = printed + outcome.stdout, outcome.status
                self.end_behind(entry["number"])
        return Outcome(printed, "", status)

    # Statements

    def _run_source(self, source: str) -> None:
        try:
            while source.strip():
                source = self._run_first(source)
                if self._job is not None:
                    self._rest = source
                    return
        except Leave as leave:
            self._print(leave.outcome.shown)
            self._status = leave.outcome.status
        except SyntaxFault as fault:
            self._print(f"bash: {fault}\n")
            self._status = 2
        except LimitExceeded as limit:
            self._print(f"learnk8s: {limit}\n")
            self._status = 1
        finally:
            self._depth, self._arguments, self._streams, self._kept = 0, [], [], []

    def _run_first(self, source: str) -> str:
        """Run the first statement of a source and return what is to be run next."""
        parsed = statements(source)
        if not parsed:
            return ""
        statement = parsed[0]
        if self._reads_typed(statement):
            self._job, self._job_program = self.typed_input({"kind": INPUT, "name": source[statement.start : statement.stop].strip(), "text": "", "source": source[statement.start : statement.stop]}), INPUT
            self._job_line = self._job.name
            return self._later(source, parsed)
        if isinstance(statement.body, Loop | Count | Choice):
            return self._unrolled(statement.body, source[statement.start : statement.stop]) + self._later(source, parsed)
        try:
            outcome = self._statement(statement, foreground=True)
        except Jump as jump:
            self._print(jump.outcome.shown)
            return self._jumped(jump, self._later(source, parsed))
        self._print(outcome.shown)
        self._status = outcome.status
        return self._later(source, parsed) if self._job is not None else self._due(source, parsed)

    def _reads_typed(self, statement: Statement) -> bool:
        """Say whether a statement begins with a command that reads what is typed."""
        if statement.is_background or not isinstance(statement.body, Pipeline) or self._streams:
            return False
        first = statement.body.commands[0]
        return first.compound is None and bool(first.words) and not any(entry.kind in ("<", "<<") for entry in first.redirections) and reads_typed(self._unaliased(list(first.words)))

    def typed_input(self, state: dict[str, Any]) -> Editor:
        """Return the job that waits for what is typed into a command."""
        return input_editor(state, self._run_with)

    def _run_with(self, source: str, stdin: str) -> Outcome:
        """Run a statement with a text that was typed into it."""
        return self._to_its_end(lambda: self._pipeline(statements(source)[0].pipeline, foreground=False, stdin=stdin))

    def _due(self, source: str, parsed: list[Statement]) -> str:
        """Return the source from the next statement on that the status lets run."""
        for before, statement in zip(parsed, parsed[1:], strict=False):
            if statement.link == ";" or (statement.link == "&&") == (self._status == 0):
                return _unlinked(before.rest_of(source))
        return ""

    @staticmethod
    def _later(source: str, parsed: list[Statement]) -> str:
        """Return the source after the first statement; `&&` and `||` become what they mean for a status that is not known yet."""
        if len(parsed) < 2:
            return ""
        word = {"&&": "true_if_ok && ", "||": "true_if_ok || "}.get(parsed[1].link, "")
        return word + _unlinked(parsed[0].rest_of(source))

    @staticmethod
    def _jumped(jump: Jump, rest: str) -> str:
        """Return where `break` or `continue` leads in what was still to be run."""
        if TURN not in rest:
            return rest if jump.word != "return" else ""
        after = rest[rest.index(TURN) + 1 :].lstrip("\n;")
        if jump.word == "continue":
            return after
        loop = statements(after)
        return loop[0].rest_of(after).lstrip(" \t\n;") if loop else ""

    def _unrolled(self, compound: Loop | Count | Choice, own: str) -> str:
        """Return the source of a compound's next step: the chosen branch, or a turn of the loop and the loop again."""
        self._steps += 1
        if self._steps > STEPS_MAX:
            raise LimitExceeded(f"the input ran more than {STEPS_MAX} commands; it was stopped")
        if isinstance(compound, Choice):
            condition = self._shown(self._captured(compound.condition))
            return f"{compound.body if condition.status == 0 else compound.other or 'true'}\n"
        if isinstance(compound, Count):
            if compound.start:
                self._sum(compound.start)
            again = f"for ((; {compound.condition}; {compound.step})); do\n{compound.body}\ndone"
            return f"{compound.body}\n{TURN}\n{compound.step and f'let {quoted(compound.step)} || true_if_ok'}\n{again}\n" if not compound.condition or self._sum(compound.condition) else ENDED
        if compound.name:
            values = self._expanded(compound.words)
            if not values:
                return ENDED
            self.variables[compound.name] = values[0]
            again = f"for {compound.name} in {' '.join(map(quoted, values[1:]))}; do\n{compound.body}\ndone"
            return f"{compound.body}\n{TURN}\n{again}\n"
        before, negated = self._status, compound.condition.startswith("! ")
        condition = self._shown(self._captured(compound.condition.removeprefix("! ")))
        if (condition.status == 0) != negated:
            return f"{compound.body}\n{TURN}\n{own}\n"
        self._status = before
        return ENDED

    def _shown(self, outcome: Outcome) -> Outcome:
        self._print(outcome.shown)
        return outcome

    def _statement(self, statement: Statement, *, foreground: bool) -> Outcome:
        self._steps += 1
        if self._steps > STEPS_MAX:
            raise LimitExceeded(f"the input ran more than {STEPS_MAX} commands; it was stopped")
        if statement.is_background:
            return self._in_background_of(statement)
        return self._pipeline(statement.pipeline, foreground=foreground)

    def _in_background_of(self, statement: Statement) -> Outcome:
        """Run a pipeline behind the next ones: only what begins with a job goes on there, everything else is over at once."""
        if len(self.behind) >= BEHIND_MAX:
            raise LimitExceeded(f"there are {BEHIND_MAX} background jobs already; end one with `kill %1`")
        job, program, line = self._job, self._job_program, self._job_line
        self._job = None
        outcome = self._pipeline(statement.pipeline, foreground=True)
        begun, begun_program, begun_line = self._job, self._job_program, self._job_line
        self._job, self._job_program, self._job_line = job, program, line
        if begun is None:
            return Outcome(outcome.stdout, outcome.stderr, 0, screen=outcome.shown)
        number = self._put_behind(begun, begun_program, begun_line)
        self.variables["!"] = str(FIRST_PID + number)
        return Outcome(f"[{number}] {FIRST_PID + number}\n").then(Outcome(outcome.stdout, outcome.stderr, 0, screen=outcome.shown))

    def _captured(self, source: str) -> Outcome:
        """Run a piece of source to its end and return all that it printed."""
        self._depth += 1
        if self._depth > DEPTH_MAX:
            self._depth = 0
            raise LimitExceeded(f"commands are nested more than {DEPTH_MAX} deep")
        whole = Outcome()
        for statement in statements(source):
            if statement.link != ";" and (statement.link == "&&") != (whole.status == 0):
                continue
            try:
                outcome = self._statement(statement, foreground=False)
            except (Jump, Leave) as jump:
                self._depth -= 1
                raise jump.after(whole) from None
            whole = whole.then(outcome)
            self._status = whole.status
            if len(whole.stdout) + len(whole.stderr) > OUTPUT_BYTES_MAX:
                raise LimitExceeded("the output is longer than this terminal shows")
        self._depth -= 1
        return whole

    # Compounds

    def _compound(self, compound: Compound, stdin: str) -> Outcome:
        if stdin:
            self._streams.append(stdin.splitlines(keepends=True))
        try:
            match compound:
                case Loop():
                    return self._loop(compound)
                case Count():
                    return self._repeated(compound)
                case Choice():
                    condition = self._captured(compound.condition)
                    chosen = self._captured(compound.body if condition.status == 0 else compound.other)
                    return condition.then(chosen)
                case Case():
                    word = self._text(compound.word)
                    body = next((body for patterns, body in compound.branches if any(fits_pattern(word, self._pattern(pattern)) for pattern in patterns)), "")
                    return self._captured(body)
                case Group():
                    return self._subshell(compound.body) if compound.is_subshell else self._captured(compound.body)
                case Function():
                    self.functions[compound.name] = compound.body
                    return Outcome()
                case Condition():
                    return Outcome(status=int(not built_in.condition(self, compound.words)))
                case Arithmetic():
                    return Outcome(status=int(not self._sum(compound.text)))
        finally:
            if stdin:
                self._streams.pop()

    def _subshell(self, source: str) -> Outcome:
        before, folder = dict(self.variables), self.files.cwd
        try:
            return self._captured(source)
        except Leave as leave:
            return leave.outcome
        finally:
            self.variables.clear()
            self.variables.update(before)
            if self.files.cwd != folder:
                self.files.cwd = folder

    def _turns(self, loop: Loop | Count) -> Any:
        """Yield before each turn of a loop what its condition printed."""
        if isinstance(loop, Count):
            if loop.start:
                self._sum(loop.start)
            while not loop.condition or self._sum(loop.condition):
                yield Outcome()
                if loop.step:
                    self._sum(loop.step)
        elif loop.name:
            for value in self._expanded(loop.words):
                self.variables[loop.name] = value
                yield Outcome()
        else:
            negated = loop.condition.startswith("! ")
            while ((condition := self._captured(loop.condition.removeprefix("! "))).status == 0) != negated:
                yield condition

    def _loop(self, loop: Loop) -> Outcome:
        return self._repeated(loop)

    def _repeated(self, loop: Loop | Count) -> Outcome:
        whole, status, is_left = Outcome(), 0, False
        for begun in self._turns(loop):
            self._steps += 1
            if self._steps > STEPS_MAX or len(whole.stdout) > OUTPUT_BYTES_MAX:
                raise LimitExceeded(f"the input ran more than {STEPS_MAX} commands; it was stopped")
            try:
                outcome = self._captured(loop.body)
            except Jump as jump:
                if jump.word == "return":
                    raise jump.after(whole.then(begun)) from None
                outcome = jump.outcome
                if jump.word == "break":
                    whole, is_left = whole.then(begun).then(outcome), True
                    break
            whole, status = whole.then(begun).then(outcome), outcome.status
        return Outcome(whole.stdout, whole.stderr, status, screen=whole.shown, reads_no_more=is_left)

    def call(self, body: str, arguments: list[str], stdin: str = "") -> Outcome:
        """Run a function or a script with arguments."""
        before, self._arguments = self._arguments, arguments
        self._kept.append({})
        if stdin:
            self._streams.append(stdin.splitlines(keepends=True))
        try:
            return self._captured(body)
        except Jump as jump:
            return jump.outcome
        finally:
            self._arguments = before
            if stdin:
                self._streams.pop()
            for name, value in self._kept.pop().items():
                if value is None:
                    self.variables.pop(name, None)
                else:
                    self.variables[name] = value

    # Pipelines and commands

    def _pipeline(self, pipeline: Pipeline, *, foreground: bool, stdin: str = "") -> Outcome:
        """Run commands, each with what the one before it printed. In the foreground, a first command that goes on makes all of them a job."""
        errors = screen = ""
        outcome = Outcome()
        last = len(pipeline.commands) - 1
        for index, command in enumerate(pipeline.commands):
            is_first = foreground and index == 0 and goes_on_behind(pipeline)
            self.is_piped = is_first and last > 0
            try:
                outcome = self._command(command, stdin, foreground=is_first)
            except Jump as jump:
                if last == 0:
                    raise
                outcome = jump.outcome
            finally:
                self.is_piped = False
            if command.merges_errors:
                outcome = Outcome(outcome.shown, "", outcome.status)
            outcome = self._redirected(command, outcome)
            if command.is_error:
                outcome = Outcome("", outcome.shown, outcome.status)
            if is_first and last and self._job is not None:
                return self._streamed(pipeline, outcome)
            stdin = outcome.stdout
            screen, errors = errors + outcome.shown, errors + outcome.stderr
        status = (0 if outcome.status else 1) if pipeline.is_negated else outcome.status
        return Outcome(outcome.stdout, errors, status, screen=screen)

    def _streamed(self, pipeline: Pipeline, begun: Outcome) -> Outcome:
        """Put the rest of a pipeline behind the job that its first command has become, and what that has printed through it."""
        first, self._job = self._job, None
        assert first is not None, "the first command goes on"
        try:
            piped = Piped(self, first, {"program": self._job_program, "line": self._job_line, "rest": pipeline.rest, "is_negated": pipeline.is_negated})
            text, status = piped.begun(begun)
        except (Leave, SyntaxFault, LimitExceeded):
            self.broken_pipe(first)
            raise
        if status is not None:
            return Outcome(text, "", status)
        self._job, self._job_program, self._job_line = piped, PIPED, f"{self._job_line} | {pipeline.rest}"
        return Outcome(text)

    def filtered(self, call: Invocation) -> Outcome:
        """Run one of the programs that every terminal has on a piece of what comes through a pipe."""
        outcome = STANDARD[call.argv[0]].run(call)
        assert isinstance(outcome, Outcome), "no filter goes on by itself"
        return outcome

    def broken_pipe(self, job: Job) -> None:
        """Do what a job leaves behind whose output nobody reads any more: SIGPIPE ends it."""

    def _redirected(self, command: Simple, outcome: Outcome) -> Outcome:
        for redirection in command.redirections:
            if redirection.kind in ("<", "<<"):
                continue
            target = (self._expanded([redirection.target]) or [""])[0]
            if self.files.is_folder(target):
                return self.unwritten(target, "Is a directory")
            if not self.files.parent_exists(target) and not target.startswith("/dev/"):
                return self.unwritten(target, NO_FOLDER)
            text = outcome.stderr if redirection.kind == "2>" else outcome.shown if redirection.kind == "&>" else outcome.stdout
            if target not in ("/dev/stdout", "/dev/stderr", "/dev/tty"):
                self.files.write(target, text, append=redirection.kind == ">>" or redirection.appends)
            outcome = Outcome(outcome.stdout, "", outcome.status) if redirection.kind == "2>" else Outcome("", "" if redirection.kind == "&>" else outcome.stderr, outcome.status)
        return outcome

    def _command(self, command: Simple, stdin: str, *, foreground: bool) -> Outcome:
        for redirection in command.redirections:
            if redirection.kind == "<<":
                stdin = f"{self._text(redirection.target)}\n" if redirection.is_word else redirection.target if redirection.is_literal else self._filled(redirection.target)
            elif redirection.kind == "<":
                name = (self._expanded([redirection.target]) or [""])[0]
                text = self.files.read(name)
                if text is None:
                    return self.unread(name)
                stdin = text
        if command.compound is not None:
            return self._compound(command.compound, stdin)
        words = list(command.words)
        settings = {}
        while words and re.match(r"^[A-Za-z_]\w*(\[\w+\])?\+?=", words[0]):
            name, _, value = words.pop(0).partition("=")
            settings[name] = self._assigned(name, value)
        if not words:
            substituted = any("$(" in word or "`" in word for word in command.words)
            for name, value in settings.items():
                self._assign(name, value)
            return Outcome(status=self._status if substituted else 0)
        words = self._unaliased(words)
        argv = self._expanded(words)
        if not argv:
            return Outcome()
        if argv[0] == "true_if_ok":
            return Outcome(status=self._status)
        if argv[0] == TURN:
            return Outcome(status=self._status)
        handled = built_in.controlled(self, argv, stdin)
        if handled is not None:
            return handled
        if argv[0] in self.functions:
            return self.call(self.functions[argv[0]], argv[1:], stdin)
        return self._run(argv, stdin, {name: value for name, value in settings.items() if "[" not in name and "+" not in name}, foreground=foreground and not any(entry.kind in (">", ">>", "&>") for entry in command.redirections))

    def _assigned(self, name: str, value: str) -> str:
        if value.startswith("(") and value.endswith(")") and ASSIGNED.match(f"{name}="):
            return SEPARATOR.join(self._expanded(re.findall(r"(?:[^\s'\"$\\]|\\.|'[^']*'|\"(?:\\.|[^\"])*\"|\$\([^()]*\)|\$)+", value[1:-1])))
        return self._text(value)

    def _assign(self, name: str, value: str) -> None:
        place = re.fullmatch(r"(\w+)\[(\w+)\]", name)
        if place is not None:
            parts = self.variables.get(place[1], "").split(SEPARATOR)
            index = min(max(self._sum(place[2]), 0), 1_000)
            parts.extend([""] * (index + 1 - len(parts)))
            parts[index] = value
            self.variables[place[1]] = SEPARATOR.join(parts)
        elif name.endswith("+"):
            before = self.variables.get(name[:-1], "")
            self.variables[name[:-1]] = f"{before}{SEPARATOR}{value}" if SEPARATOR in before and before else before + value
        else:
            self.variables[name] = value

    def _unaliased(self, words: list[str]) -> list[str]:
        """Put in what an alias stands for. Raises SyntaxFault for an alias that is more than a command's first words."""
        seen: set[str] = set()
        while words and words[0] in self.aliases and words[0] not in seen:
            seen.add(words[0])
            parsed = statements(self.aliases[words[0]])
            if len(parsed) != 1 or len(parsed[0].pipeline.commands) != 1 or parsed[0].pipeline.commands[0].compound is not None:
                raise SyntaxFault(f"the alias `{words[0]}' is more than one command, which is not modelled in this shell; make it a function")
            words = [*parsed[0].pipeline.commands[0].words, *words[1:]]
        return words

    def _run(self, argv: list[str], stdin: str, settings: dict[str, str], *, foreground: bool) -> Outcome:
        if argv[0] == "sudo":
            return self._as_root(argv[1:], stdin, settings, foreground=foreground)
        own = built_in.run(self, argv, stdin)
        if own is not None:
            return own
        name = argv[0].removeprefix("/usr/local/bin/").removeprefix("/usr/bin/").removeprefix("/bin/")
        program = self.programs.get(name)
        if program is None:
            return built_in.script(self, argv, stdin) or Outcome("", self.absent(argv[0]), 127)
        variables = self.variables if not settings else {**self.variables, **settings}
        if self._changes(name, argv):
            if self._has_changed:
                self._advance(self._now_ms() + self.BETWEEN_MS)
            self._has_changed = True
        result = program.run(Invocation(argv, stdin, self.files, variables, self._now_ms(), self._captured))
        return self._begun(result, name, argv, foreground=foreground)

    def _as_root(self, words: list[str], stdin: str, settings: dict[str, str], *, foreground: bool) -> Outcome:
        """Run what stands behind `sudo`: whoever sits at a desk may do everything there already."""
        while words and words[0].startswith("-"):
            words = words[2:] if words[0] in ("-u", "-g", "--user", "--group") else words[1:]
        while words and re.match(r"[A-Za-z_]\w*=", words[0]):
            name, _, value = words[0].partition("=")
            settings, words = {**settings, name: value}, words[1:]
        return self._run(words, stdin, settings, foreground=foreground) if words else Outcome()

    def knows(self, name: str) -> bool:
        """Say whether there is something to be run by a name."""
        return "/" in name or name in self.programs or name in self.functions or name in built_in.NAMES

    def absent(self, name: str) -> str:
        """Return what is said about a program that is not there. On a desk or a whole machine that is often the sandbox's lack; in a container's image it may well be true."""
        return elsewhere.said(name)

    def unread(self, name: str) -> Outcome:
        """Return what is said about an input that is not there."""
        return Outcome("", f"bash: {name}: {NO_FILE}\n", 1)

    def unwritten(self, name: str, why: str) -> Outcome:
        """Return what is said about an output that cannot be made."""
        return Outcome("", f"bash: {name}: {NO_FILE if why == NO_FOLDER else why}\n", 1)

    def _changes(self, name: str, argv: list[str]) -> bool:
        """Say whether a command changes the world, so that the next one that does should find what came of it."""
        return False

    def _begun(self, result: Outcome | Job, name: str, argv: list[str], *, foreground: bool) -> Outcome:
        """Make a job the foreground job, or wait for it."""
        if isinstance(result, Outcome):
            return result
        if foreground and not (self.is_piped and isinstance(result, Editor)):
            self._job, self._job_program, self._job_line = result, name, " ".join(argv)
            text, status = result.poll()
            if status is not None:
                self._job = None
                return Outcome(text, "", status)
            return Outcome(text)
        if isinstance(result, Editor):
            return Outcome("", f"learnk8s: {name}: the editor opens only for a command that stands alone on its line\n", 1)
        return self._waited(result)

    def _waited(self, job: Job) -> Outcome:
        """Let virtual time pass until a job is over, at most ten minutes."""
        printed, until_ms = "", self._now_ms() + BLOCKING_MS_MAX
        while True:
            text, status = job.poll()
            printed += text
            if status is not None:
                return Outcome(printed, "", status)
            due = [moment for moment in (self._next_due_ms(), job.wake_ms) if moment is not None]
            if not due or min(due) > until_ms or len(printed) > OUTPUT_BYTES_MAX:
                return Outcome(printed, "", 124)
            self._advance(max(min(due), self._now_ms()))

    def read_line(self) -> str | None:
        """Return the next line of what is piped into a compound, or None at its end."""
        return self._streams[-1].pop(0) if self._streams and self._streams[-1] else None

    # Tab

    def complete(self, line: str) -> list[str]:
        """Return what the last word of a line could become."""
        piece = re.split(r"[|;&(]\s*", line)[-1].lstrip()
        words = re.split(r"[ \t]+", piece)
        last = words[-1]
        if len(words) == 1:
            return sorted({name for name in [*self.programs, *built_in.NAMES, *self.functions, *self.aliases] if name.startswith(last) and (name == "." or not name.startswith("."))})
        words = [*self.aliases.get(words[0], words[0]).split(" "), *words[1:]]
        program = self.programs.get(words[0])
        found = program.complete(words) if program else []
        folder, slash, _start = last.rpartition("/")
        names = [f"{folder}{slash}{name}" for name in self.files.listed(folder or ("/" if slash else "."))]
        return sorted({word for word in [*found, *names] if word.startswith(last)})[:200]

    # Writing down and reading back

    def dump(self) -> dict[str, Any]:
        """Return the shell as JSON-able data."""
        job = {"program": self._job_program, "line": self._job_line, "state": self._job.dump()} if self._job else None
        behind = [{**entry, "state": self._behind_jobs[entry["number"]].dump()} for entry in self.behind]
        return {"files": self.files.dump(), "variables": self.variables, "functions": self.functions, "aliases": self.aliases, "past": self.past, "behind": behind, "job": job, "rest": self._rest, "printed": self._printed, "scrolled": self._scrolled, "status": self._status}

    def load(self, dumped: Mapping[str, Any]) -> None:
        """Take back what `dump` returned."""
        self.files.load(dumped["files"])
        self.variables = dict(dumped["variables"])
        self.functions, self.aliases, self.past = dict(dumped["functions"]), dict(dumped["aliases"]), list(dumped["past"])
        self._rest, self._printed, self._status = dumped["rest"], dumped["printed"], dumped["status"]
        self._scrolled = dumped.get("scrolled", 0)
        if dumped["job"]:
            self._job_program, self._job_line = dumped["job"]["program"], dumped["job"]["line"]
            self._job = self._resumed(self._job_program, dumped["job"]["state"])
        for entry in dumped["behind"]:
            self.behind.append({key: value for key, value in entry.items() if key != "state"})
            self._behind_jobs[entry["number"]] = self._resumed(entry["program"], entry["state"])

    def _resumed(self, program: str, state: dict[str, Any]) -> Job:
        if program in built_in.JOBS:
            return built_in.JOBS[program](self, state)
        resume = self.programs[program].resume
        assert resume is not None, "a program that makes jobs can make them again"
        return resume(state)


def _unlinked(rest: str) -> str:
    """Return a source without the operator that it begins with."""
    return re.sub(r"^[ \t\n;]*(?:&&|\|\||&)?[ \t\n;]*", "", rest)


def quoted(word: str) -> str:
    """Return a word so that a shell reads it as it is."""
    return word if re.fullmatch(r"[\w./:=@%+-]+", word) else "'" + word.replace("'", "'\\''") + "'"


__all__ = ["Shell", "matching", "quoted"]
