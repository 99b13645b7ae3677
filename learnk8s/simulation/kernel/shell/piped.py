"""A pipeline that goes on: a follower (`kubectl get pods -w`, `tail -f`) whose lines run through filters as they come.

Theory. The first command is a job; whatever it prints flows through the commands behind it, stage by stage, and what comes out is printed at once. How a stage reads:

* PIECES: the program is called for each new piece and keeps what it must know of the ones before in its `memory` (awk its variables, head how many lines are left, sed in which of its ranges it is);
* LINES: `while read` and `xargs -I`, which run commands for each new line;
* AT_END: whoever needs the whole input (sort, wc, tail), and whatever is not known to be a filter. It is called once, with all commands behind it, when its input ends.

The pipeline ends with its first command, or when a stage reads no more (`head -3`): then the first command is gone as SIGPIPE would end it. Ctrl-C ends all of them, so those that wait for an end print nothing.
Differs: a filter whose output is another pipe passes every line on at once, as with `grep --line-buffered`; the real ones collect 4 KiB first. What filters print as errors later than at their beginning comes last.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.kernel.limits import OUTPUT_BYTES_MAX, LimitExceeded
from learnk8s.simulation.kernel.shell.program import Invocation, Job, Outcome
from learnk8s.simulation.kernel.shell.screen import CLEARED, REDRAWN
from learnk8s.simulation.kernel.shell.words import Loop, Pipeline, Simple, statements

if TYPE_CHECKING:
    from learnk8s.simulation.kernel.shell.shell import Shell

PIPED = "|"
"""Under which name the shell makes such jobs again; no program is called so."""
MEMORY_CHARS_MAX = 128 * 1024
"""How much one filter may know of its input: what awk's arrays hold, a line without an end."""


class Reads(StrEnum):
    """How a stage reads."""

    PIECES = "pieces"
    LINES = "lines"
    AT_END = "at end"


def first_of(job: Job | None) -> Job | None:
    """Return the command that goes on: of a pipeline, its first."""
    return job.first if isinstance(job, Piped) else job


def goes_on_behind(pipeline: Pipeline) -> bool:
    """Say whether a pipeline can be written down while it goes on: its text would lack the body of a here-document."""
    return not any(entry.kind == "<<" and not entry.is_word for command in pipeline.commands[1:] for entry in command.redirections)


# How a filter reads


def _counts(words: Sequence[str]) -> bool:
    return any(re.fullmatch(r"-[a-dg-zA-Z]*c[a-zA-Z]*|--count", word) for word in words)


def _ends_text(words: Sequence[str]) -> bool:
    return not any(re.fullmatch(r"(-n|-c|--lines=|--bytes=)?\+\d+", word) for word in words)


def _edits_files(words: Sequence[str]) -> bool:
    return any(re.match(r"-[nErsz]*i|--in-place", word) for word in words)


def _gathers(words: Sequence[str]) -> bool:
    return any(re.fullmatch(r"-[a-zA-Z]*[sn][a-zA-Z]*|--slurp|--null-input", word) for word in words)


WAITS: dict[str, Callable[[Sequence[str]], bool]] = {
    **dict.fromkeys(("grep", "egrep", "fgrep"), _counts), "tail": _ends_text, "sed": _edits_files, "jq": _gathers,
    **dict.fromkeys(("awk", "cat", "cut", "envsubst", "gawk", "head", "less", "more", "nl", "rev", "tee", "tr", "uniq"), lambda words: False),
}
"""The filters, and with which words they wait for the end of their input all the same."""
BY_ITSELF = {"jq": "\n"}
"""What a filter is given to see whether it can be run at all, where nothing would make it complain."""


class Stage:
    """One filter: its words as they were when the pipeline began, and what it knows of its input."""

    def __init__(self, shell: "Shell", command: Simple, state: dict[str, Any]) -> None:
        self._shell, self._command, self.state = shell, command, state

    def fed(self, text: str, *, is_open: bool) -> Outcome:
        """Return what a piece of input brings forth, and what its end does; a line that is not whole waits for its rest."""
        text = self.state["partial"] + text
        end = text.rfind("\n") + 1 if is_open else len(text)
        text, self.state["partial"] = text[:end], text[end:]
        return self._shell._to_its_end(partial(self._fed, text, is_open=is_open)) if text or not is_open or len(self.state["partial"]) > MEMORY_CHARS_MAX else Outcome()

    def _fed(self, text: str, *, is_open: bool) -> Outcome:
        before, self.state["status"] = self.state["status"], 1
        outcome = self._shell._to_its_end(partial(self._read, text, before, is_open=is_open))
        if is_open and len(json.dumps(self.state)) > MEMORY_CHARS_MAX:
            raise LimitExceeded(f"{self.state['argv'][0]} keeps more than {MEMORY_CHARS_MAX // 1024} KiB of what came through the pipe; it was stopped")
        self.state["status"] = outcome.status
        if self._command.merges_errors:
            outcome = Outcome(outcome.shown, "", outcome.status, reads_no_more=outcome.reads_no_more)
        reads_no_more = outcome.reads_no_more
        added = [replace(entry, kind=">>") if entry.kind == ">" else replace(entry, appends=True) for entry in self._command.redirections]
        outcome = self._shell._redirected(replace(self._command, redirections=added), outcome)
        return Outcome(outcome.stdout, outcome.stderr, outcome.status, reads_no_more=reads_no_more)

    def _read(self, text: str, before: int, *, is_open: bool) -> Outcome:
        if self.state["reads"] == Reads.LINES:
            is_something = text.strip() if self.state["argv"][0] == "xargs" else text
            return self._shell._command(self._command, text, foreground=False) if is_something else Outcome(status=before)
        shell = self._shell
        return shell.filtered(Invocation(self.state["argv"], text, shell.files, {**shell.variables, **self.state["variables"]}, shell._now_ms(), shell._captured, is_open, self.state["memory"]))


class Piped:
    """The job. Its state is that of its first command, what each stage knows, and what has been kept for those who wait for the end."""

    def __init__(self, shell: "Shell", first: Job, state: dict[str, Any]) -> None:
        self._shell, self.first, self._state = shell, first, state
        read = statements(state["rest"])[0].pipeline.commands
        self._states: list[dict[str, Any]] = state.pop("stages", None) or [_state(shell, command) for command in read]
        self._commands = [replace(command, words=known["words"]) if known["words"] else command for command, known in zip(read, self._states, strict=True)]
        self._stages = self._those_that_stream()

    def _those_that_stream(self) -> list[Stage]:
        streaming = [known["reads"] != Reads.AT_END for known in [*self._states, {"reads": Reads.AT_END}]].index(False)
        return [Stage(self._shell, command, known) for command, known in zip(self._commands[:streaming], self._states, strict=False)]

    @property
    def wake_ms(self) -> int | None:
        """Return when the first command wants to look next."""
        return self.first.wake_ms

    @property
    def serves(self) -> dict[str, Any] | None:
        """Return which local ports the first command serves, or None."""
        return getattr(self.first, "serves", None)

    def dump(self) -> dict[str, Any]:
        """Return the state, that of the first command among it."""
        return {**self._state, "stages": self._states, "first": self.first.dump()}

    def begun(self, outcome: Outcome) -> tuple[str, int | None]:
        """Begin all filters, and let through what the first command has printed. A filter that cannot be run ends the pipeline."""
        self._state["kept"] = ""
        waits = False
        for command, state in zip(self._commands, self._states, strict=True):
            waits = waits or state["reads"] == Reads.AT_END
            failed = self._opened(command, state) if waits else self._tried(command, state)
            if failed is not None:
                self._shell.broken_pipe(self.first)
                return outcome.stderr + failed.stderr, self._ended(failed.status if command is self._commands[-1] else 0)
            waits = waits or state["reads"] == Reads.AT_END
        self._stages = self._those_that_stream()
        text, status = self._flow(outcome.stdout, is_open=True)
        return outcome.stderr + text, status

    def _tried(self, command: Simple, state: dict[str, Any]) -> Outcome | None:
        """Run a filter without input, which makes its files anew; return what it says if it cannot be run. One that prints something nevertheless reads files, not the pipe."""
        if state["reads"] == Reads.LINES:
            return self._opened(command, state)
        name = state["argv"][0]
        outcome = self._shell._command(command, BY_ITSELF.get(name, ""), foreground=False)
        if outcome.status and outcome.stderr:
            return outcome
        if outcome.stdout and not (name.endswith("awk") and any("BEGIN" in word or "END" in word for word in state["argv"])):
            state["reads"] = Reads.AT_END
        if name == "tee":
            state["argv"].insert(1, "-a")
        return self._opened(command, state)

    def _opened(self, command: Simple, state: dict[str, Any]) -> Outcome | None:
        """Make anew the files into which a command prints; return what the shell says if there is no such command, or no such file can be made."""
        if state["argv"] and not self._shell.knows(state["argv"][0]) and state["reads"] == Reads.AT_END:
            return self._shell._command(command, "", foreground=False)
        made = self._shell._redirected(command, Outcome()) if command.redirections else Outcome()
        return made if made.status else None

    def poll(self) -> tuple[str, int | None]:
        """Let through what the first command has printed since; end with it."""
        text, status = self.first.poll()
        if not text and status is None:
            return "", None
        depth, self._shell._steps = self._shell._depth, 0
        told = self._flow(text, is_open=status is None)
        self._shell._depth = depth
        return told

    def _flow(self, text: str, *, is_open: bool) -> tuple[str, int | None]:
        """Return what comes out of the pipe, and the status of its last command once it is over."""
        text, errors, was_open = text.replace(REDRAWN, "").replace(CLEARED, ""), "", is_open
        for stage in self._stages:
            outcome = stage.fed(text, is_open=is_open)
            text, errors = outcome.stdout, errors + outcome.stderr
            is_open = is_open and not outcome.reads_no_more
        if was_open and not is_open:
            self._shell.broken_pipe(self.first)
        if len(self._stages) < len(self._commands):
            self._state["kept"] = (self._state["kept"] + text)[:OUTPUT_BYTES_MAX]
            last = Outcome() if is_open else self._shell._to_its_end(self._waiting)
            text, errors, status = last.shown, errors, last.status
        else:
            status = self._stages[-1].state["status"]
        return errors + text, None if is_open else self._ended(status)

    def _waiting(self) -> Outcome:
        """Run those who have waited for the end."""
        return self._shell._pipeline(Pipeline(self._commands[len(self._stages) :]), foreground=False, stdin=self._state["kept"])

    def _ended(self, status: int) -> int:
        return int(not status) if self._state["is_negated"] else status


def _state(shell: "Shell", command: Simple) -> dict[str, Any]:
    """Return how a command reads, and its words, which are expanded but once."""
    if isinstance(command.compound, Loop) and re.match(r"(IFS=\S* +)?read\b", command.compound.condition):
        return {"reads": Reads.LINES, "argv": ["while"], "words": [], "partial": "", "status": 0}
    words, variables = list(command.words), {}
    while words and (found := re.fullmatch(r"([A-Za-z_]\w*)=(.*)", words[0], re.DOTALL)):
        variables[found[1]] = shell._text(found[2])
        words.pop(0)
    argv = shell._expanded(shell._unaliased(words)) if words and not any(entry.kind in ("<", "<<") for entry in command.redirections) else []
    words = [*(f"{name}={_bare(value)}" for name, value in variables.items()), *map(_bare, argv)] if argv else []
    name = argv[0].removeprefix("/usr").removeprefix("/bin/") if argv else ""
    if name == "xargs" and any(re.match(r"-I|-[nL]1?$", word) for word in argv):
        return {"reads": Reads.LINES, "argv": [name], "words": words, "partial": "", "status": 0}
    if name not in WAITS or name in shell.functions or WAITS[name](argv[1:]):
        return {"reads": Reads.AT_END, "argv": argv, "words": words}
    return {"reads": Reads.PIECES, "argv": [name, *argv[1:]], "words": words, "variables": variables, "partial": "", "memory": {}, "status": 0}


def _bare(word: str) -> str:
    """Return a word that is read as it is, and as no alias."""
    return "'" + word.replace("'", "'\\''") + "'"


def resumed_pipe(shell: "Shell", dumped: dict[str, Any]) -> Piped:
    """Return the job that `dump` wrote down."""
    return Piped(shell, shell._resumed(dumped["program"], dumped["first"]), {key: value for key, value in dumped.items() if key != "first"})
