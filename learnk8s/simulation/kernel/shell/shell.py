"""The shell: expand words, run pipelines, keep one foreground job.

Theory. A program either ends at once (Outcome) or goes on (Job). A job that is the last thing of a top-level statement becomes the foreground job: `execute`
returns, and the job prints as virtual time passes (`poll`). Anywhere else (in a pipe, in `$( )`, in a loop) the shell lets virtual time pass itself until
the job is over. What stands after a foreground job is kept as text and run when it ends. So everything the shell holds can be written down.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from learnk8s.simulation.kernel.limits import OUTPUT_BYTES_MAX, LimitExceeded
from learnk8s.simulation.kernel.shell.files import HOME, Files
from learnk8s.simulation.kernel.shell.program import Invocation, Job, Outcome, Program
from learnk8s.simulation.kernel.shell.words import Choice, Loop, Pipeline, Simple, Statement, SyntaxFault, matching, statements
from learnk8s.simulation.kernel.world import Answer

BLOCKING_MS_MAX = 600_000
"""How long a job inside a pipe or a loop may let time pass."""
STEPS_MAX = 2_000
DEPTH_MAX = 12
STILL_RUNNING = "learnk8s: a command is still running; press Ctrl-C to stop it\n"


class Shell:
    """One terminal's shell."""

    def __init__(self, programs: Mapping[str, Program], *, now_ms: Callable[[], int], advance: Callable[[int], None], next_due_ms: Callable[[], int | None]) -> None:
        self.programs = programs
        self.files = Files()
        self.variables: dict[str, str] = {"HOME": HOME, "USER": "learner", "PWD": HOME, "SHELL": "/bin/bash", "PATH": "/usr/local/bin:/usr/bin:/bin", "EDITOR": "page"}
        self._now_ms, self._advance, self._next_due_ms = now_ms, advance, next_due_ms
        self._job: Job | None = None
        self._job_program = ""
        self._rest = ""
        self._printed = ""
        self._status = 0
        self._steps = 0
        self._depth = 0
        self._redirect: tuple[str, bool] | None = None

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
    def wake_ms(self) -> int | None:
        """Return when the foreground job wants to be polled even if nothing happens."""
        return self._job.wake_ms if self._job else None

    def execute(self, line: str) -> Answer:
        """Run one input."""
        if self._job is not None:
            return Answer(STILL_RUNNING, 1, running=True)
        self._printed, self._steps = "", 0
        self._run_source(line)
        return Answer(self._printed, self._status, self.running)

    def poll(self) -> None:
        """Let the foreground job look at the world; go on with what stood after it once it is over."""
        job = self._job
        if job is None:
            return
        text, status = job.poll()
        self._print(text)
        if status is not None:
            self._job, self._status = None, status
            rest, self._rest = self._rest, ""
            if rest:
                self._run_source(rest)

    def interrupt(self) -> Answer:
        """End the foreground job as Ctrl-C does; what stood after it is dropped."""
        if self._job is None:
            return Answer("", self._status)
        self._job, self._rest, self._status = None, "", 130
        self._print("^C\n")
        return Answer("^C\n", 130)

    def output_since(self, offset: int) -> tuple[str, int]:
        """Return what the last input printed after an offset."""
        return self._printed[offset:], len(self._printed)

    def _print(self, text: str) -> None:
        room = OUTPUT_BYTES_MAX - len(self._printed)
        if len(text) > room >= 0:
            text = text[:room] + "\nlearnk8s: the output is longer than this terminal shows; the rest is cut\n" if room else ""
        self._printed += text

    # Statements

    def _run_source(self, source: str) -> None:
        try:
            for index, statement in enumerate(parsed := statements(source)):
                if not self._is_due(statement):
                    continue
                rest = self._rest_of(source, parsed, index)
                outcome = self._statement(statement, foreground=True)
                self._print(outcome.stdout + outcome.stderr)
                self._status = outcome.status
                if self._job is not None:
                    self._rest = rest
                    return
        except SyntaxFault as fault:
            self._print(f"bash: {fault}\n")
            self._status = 2
        except LimitExceeded as limit:
            self._print(f"learnk8s: {limit}\n")
            self._status = 1

    @staticmethod
    def _rest_of(source: str, parsed: list[Statement], index: int) -> str:
        """Return the source after a statement; `&&` and `||` become what they mean for a status that is not known yet."""
        if index + 1 >= len(parsed):
            return ""
        rest = source[parsed[index].end :]
        stripped = rest.lstrip(" \t\n;")
        if stripped.startswith("&&"):
            return f"true_if_ok && {stripped[2:]}"
        if stripped.startswith("||"):
            return f"true_if_ok || {stripped[2:]}"
        return stripped

    def _is_due(self, statement: Statement) -> bool:
        return statement.link == ";" or (statement.link == "&&") == (self._status == 0)

    def _statement(self, statement: Statement, *, foreground: bool) -> Outcome:
        self._steps += 1
        if self._steps > STEPS_MAX:
            raise LimitExceeded(f"the input ran more than {STEPS_MAX} commands; it was stopped")
        match statement.body:
            case Pipeline() as pipeline:
                return self._pipeline(pipeline, foreground=foreground)
            case Loop() as loop:
                return self._loop(loop)
            case Choice() as choice:
                condition = self._captured(choice.condition)
                chosen = self._captured(choice.body if condition.status == 0 else choice.other)
                return Outcome(condition.stdout + chosen.stdout, condition.stderr + chosen.stderr, chosen.status)

    def _captured(self, source: str) -> Outcome:
        """Run a piece of source to its end and return all that it printed."""
        self._depth += 1
        if self._depth > DEPTH_MAX:
            self._depth = 0
            raise LimitExceeded(f"commands are nested more than {DEPTH_MAX} deep")
        stdout, stderr, status = "", "", 0
        for statement in statements(source):
            if statement.link != ";" and (statement.link == "&&") != (status == 0):
                continue
            outcome = self._statement(statement, foreground=False)
            stdout, stderr, status = stdout + outcome.stdout, stderr + outcome.stderr, outcome.status
            self._status = status
            if len(stdout) + len(stderr) > OUTPUT_BYTES_MAX:
                raise LimitExceeded("the output is longer than this terminal shows")
        self._depth -= 1
        return Outcome(stdout, stderr, status)

    def _loop(self, loop: Loop) -> Outcome:
        stdout = stderr = ""
        status = 0
        values = self._expanded(loop.words) if loop.name else None
        while True:
            if values is not None:
                if not values:
                    break
                self.variables[loop.name] = values.pop(0)
            else:
                negated = loop.condition.startswith("! ")
                condition = self._captured(loop.condition.removeprefix("! "))
                if (condition.status == 0) == negated:
                    break
                stdout += condition.stdout
            outcome = self._captured(loop.body)
            stdout, stderr, status = stdout + outcome.stdout, stderr + outcome.stderr, outcome.status
        return Outcome(stdout, stderr, status)

    # Pipelines and commands

    def _pipeline(self, pipeline: Pipeline, *, foreground: bool) -> Outcome:
        stdin = errors = ""
        outcome = Outcome()
        last = len(pipeline.commands) - 1
        for index, command in enumerate(pipeline.commands):
            alone = foreground and index == last == 0
            outcome = self._command(command, stdin, foreground=alone)
            if command.merges_errors:
                outcome = Outcome(outcome.stdout + outcome.stderr, "", outcome.status)
            outcome = self._redirected(command, outcome)
            stdin = outcome.stdout
            errors += outcome.stderr
        status = (0 if outcome.status else 1) if pipeline.is_negated else outcome.status
        return Outcome(outcome.stdout, errors, status)

    def _redirected(self, command: Simple, outcome: Outcome) -> Outcome:
        for redirection in command.redirections:
            if redirection.kind in ("<", "<<"):
                continue
            target = (self._expanded([redirection.target]) or [""])[0]
            if self.files.is_folder(target):
                return Outcome("", f"bash: {target}: Is a directory\n", 1)
            if not self.files.parent_exists(target) and not target.startswith("/dev/"):
                return Outcome("", f"bash: {target}: No such file or directory\n", 1)
            text = outcome.stderr if redirection.kind == "2>" else outcome.stdout + (outcome.stderr if redirection.kind == "&>" else "")
            if target not in ("/dev/stdout", "/dev/stderr"):
                self.files.write(target, text, append=redirection.kind == ">>")
            outcome = Outcome(outcome.stdout, "", outcome.status) if redirection.kind == "2>" else Outcome("", "" if redirection.kind == "&>" else outcome.stderr, outcome.status)
        return outcome

    def _command(self, command: Simple, stdin: str, *, foreground: bool) -> Outcome:
        for redirection in command.redirections:
            if redirection.kind == "<<":
                stdin = redirection.target if redirection.is_literal else self._filled(redirection.target)
            elif redirection.kind == "<":
                name = (self._expanded([redirection.target]) or [""])[0]
                text = self.files.read(name)
                if text is None:
                    return Outcome("", f"bash: {name}: No such file or directory\n", 1)
                stdin = text
        words = list(command.words)
        settings = {}
        while words and re.match(r"^[A-Za-z_]\w*=", words[0]):
            name, _, value = words.pop(0).partition("=")
            settings[name] = self._text(value)
        if not words:
            self.variables.update(settings)
            return Outcome()
        argv = self._expanded(words)
        if not argv:
            return Outcome()
        if argv[0] == "true_if_ok":
            return Outcome(status=self._status)
        return self._run(argv, stdin, settings, foreground=foreground and not any(entry.kind in (">", ">>", "&>") for entry in command.redirections))

    def _run(self, argv: list[str], stdin: str, settings: dict[str, str], *, foreground: bool) -> Outcome:
        program = self.programs.get(argv[0].removeprefix("/usr/bin/").removeprefix("/bin/"))
        if program is None:
            return Outcome("", f"bash: {argv[0]}: command not found\n", 127)
        variables = self.variables if not settings else {**self.variables, **settings}
        result = program.run(Invocation(argv, stdin, self.files, variables, self._now_ms(), self._captured))
        if isinstance(result, Outcome):
            return result
        if foreground:
            self._job, self._job_program = result, argv[0]
            text, status = result.poll()
            if status is not None:
                self._job = None
                return Outcome(text, "", status)
            return Outcome(text)
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

    # Words

    def _expanded(self, words: list[str]) -> list[str]:
        expanded: list[str] = []
        for word in words:
            expanded.extend(self._fields(word))
        return expanded

    def _fields(self, word: str) -> list[str]:
        """Return the words that one source word becomes: unquoted expansions are split, unquoted patterns are matched."""
        pieces = self._pieces(word)
        fields, current, started = [], "", False
        pattern = False
        for text, is_quoted in pieces:
            if is_quoted:
                current, started = current + text, True
                continue
            parts = re.split(r"[ \t\n]+", text)
            for index, part in enumerate(parts):
                if index and (started or current):
                    fields.append(current)
                    current, started = "", False
                current += part
            pattern = pattern or "*" in text or "?" in text
        if current or started:
            fields.append(current)
        if pattern and len(fields) == 1:
            return self.files.globbed(fields[0]) or fields
        return fields

    def _text(self, word: str) -> str:
        return "".join(text for text, _is_quoted in self._pieces(word))

    def _filled(self, text: str) -> str:
        """Fill in a here-document: variables and commands, no quotes."""
        return "".join(piece for piece, _ in self._pieces(text, in_quotes=True))

    def _pieces(self, word: str, *, in_quotes: bool = False) -> list[tuple[str, bool]]:
        pieces: list[tuple[str, bool]] = []
        place = 0
        if not in_quotes and (word == "~" or word.startswith("~/")):
            pieces.append((HOME, True))
            place = 1
        while place < len(word):
            letter = word[place]
            if letter == "\\" and place + 1 < len(word):
                keep = in_quotes and word[place + 1] not in '$`"\\\n'
                pieces.append((word[place : place + 2] if keep else "" if word[place + 1] == "\n" else word[place + 1], True))
                place += 2
            elif letter == "'" and not in_quotes:
                end = word.index("'", place + 1)
                pieces.append((word[place + 1 : end], True))
                place = end + 1
            elif letter == '"' and not in_quotes:
                end = _closing(word, place)
                pieces.append(("".join(text for text, _ in self._pieces(word[place + 1 : end], in_quotes=True)), True))
                place = end + 1
            elif letter in "$`":
                text, place = self._expansion(word, place)
                pieces.append((text, in_quotes))
            else:
                end = next((index for index in range(place + 1, len(word)) if word[index] in "\\'\"$`"), len(word))
                pieces.append((word[place:end], in_quotes))
                place = end
        return pieces

    def _expansion(self, word: str, place: int) -> tuple[str, int]:
        if word[place] == "`":
            end = word.find("`", place + 1)
            if end < 0:
                return "`", place + 1
            return self._substituted(word[place + 1 : end]), end + 1
        if word.startswith("$((", place):
            end = word.find("))", place)
            return (_sum(word[place + 3 : end], self.variables), end + 2) if end > 0 else ("$", place + 1)
        if word.startswith("$(", place):
            end = matching(word, place + 1)
            return self._substituted(word[place + 2 : end - 1]), end
        if word.startswith("${", place):
            end = word.find("}", place)
            return self._parameter(word[place + 2 : end]), end + 1
        found = re.match(r"\$([A-Za-z_]\w*|[?#0-9@*$!])", word[place:])
        if found is None:
            return "$", place + 1
        return self._variable(found[1]), place + found.end()

    def _variable(self, name: str) -> str:
        if name == "?":
            return str(self._status)
        return "4711" if name == "$" else self.variables.get(name, "")

    def _parameter(self, text: str) -> str:
        found = re.match(r"^(#?)([A-Za-z_]\w*|\?)(?:(:-|:=|:\+|-|%%|%|##|#)(.*))?$", text, re.DOTALL)
        if found is None:
            return ""
        length, name, operator, other = found.groups()
        value = self._variable(name)
        if length:
            return str(len(value))
        match operator:
            case ":-" | "-" | ":=":
                return value or self._text(other or "")
            case ":+":
                return self._text(other or "") if value else ""
            case "%" | "%%":
                return value.removesuffix((other or "").replace("*", "")) if "*" not in (other or "") else value[: value.find((other or "").split("*")[0])] if (other or "").split("*")[0] in value else value
            case "#" | "##":
                mark = (other or "").replace("*", "")
                return value.rpartition(mark)[2] if operator == "##" else value.partition(mark)[2] if mark in value else value
        return value

    def _substituted(self, source: str) -> str:
        outcome = self._captured(source)
        if outcome.stderr:
            self._print(outcome.stderr)
        return outcome.stdout.rstrip("\n")

    # Tab

    def complete(self, line: str) -> list[str]:
        """Return what the last word of a line could become."""
        piece = re.split(r"[|;&(]\s*", line)[-1].lstrip()
        words = re.split(r"[ \t]+", piece)
        last = words[-1]
        if len(words) == 1:
            return sorted(name for name in self.programs if name.startswith(last))
        program = self.programs.get(words[0])
        found = program.complete(words) if program else []
        folder, slash, _start = last.rpartition("/")
        names = [f"{folder}{slash}{name}" for name in self.files.listed(folder or ("/" if slash else "."))]
        return sorted({word for word in [*found, *names] if word.startswith(last)})[:200]

    # Writing down and reading back

    def dump(self) -> dict[str, Any]:
        """Return the shell as JSON-able data."""
        job = {"program": self._job_program, "state": self._job.dump()} if self._job else None
        return {"files": self.files.dump(), "variables": self.variables, "job": job, "rest": self._rest, "printed": self._printed, "status": self._status}

    def load(self, dumped: Mapping[str, Any]) -> None:
        """Take back what `dump` returned."""
        self.files.load(dumped["files"])
        self.variables = dict(dumped["variables"])
        self._rest, self._printed, self._status = dumped["rest"], dumped["printed"], dumped["status"]
        if dumped["job"]:
            self._job_program = dumped["job"]["program"]
            resume = self.programs[self._job_program].resume
            assert resume is not None, "a program that makes jobs can make them again"
            self._job = resume(dumped["job"]["state"])


def _closing(word: str, place: int) -> int:
    index = place + 1
    while index < len(word) and word[index] != '"':
        if word[index] == "\\":
            index += 1
        elif word.startswith("$(", index):
            index = matching(word, index + 1) - 1
        index += 1
    return index


def _sum(text: str, variables: Mapping[str, str]) -> str:
    """Return a sum, difference or product of two whole numbers."""
    found = re.fullmatch(r"\s*\$?(\w+)\s*(?:([-+*/%])\s*\$?(\w+)\s*)?", text)
    if found is None:
        return "0"

    def number(word: str) -> int:
        value = word if word.isdigit() else variables.get(word, "0")
        return int(value) if value.lstrip("-").isdigit() and len(value) < 18 else 0

    left, operator, right = number(found[1]), found[2], number(found[3] or "0")
    if operator in ("/", "%") and right == 0:
        return "0"
    return str({"+": left + right, "-": left - right, "*": left * right, "/": left // (right or 1), "%": left % (right or 1)}.get(operator or "", left))
