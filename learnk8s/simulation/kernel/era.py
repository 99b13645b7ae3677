"""What the worlds of machines have in common: a model with a clock, a terminal in front of it, buttons, goals. A world says what it shows; time, inputs and writing down are here."""

import json
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol, Self

from learnk8s.simulation.kernel import goals
from learnk8s.simulation.kernel.asked import Asked
from learnk8s.simulation.kernel.causes import Cause, Causes
from learnk8s.simulation.kernel.faults import BadAction
from learnk8s.simulation.kernel.limits import COMMAND_BYTES_MAX, LimitExceeded
from learnk8s.simulation.kernel.sentences import Telling
from learnk8s.simulation.kernel.shell.shell import Shell
from learnk8s.simulation.kernel.world import Answer

LOG_LINKS = 30
LIT_MS = 1_000
DONE_MAX = 1_000


class Model(Protocol):
    """What a world is a world of."""

    causes: Causes

    @property
    def now_ms(self) -> int:
        """Return the virtual time."""

    def advance(self, until_ms: int) -> None:
        """Do all that is due until then."""

    def next_due_ms(self) -> int | None:
        """Return when the next thing will happen."""

    def dump(self) -> dict[str, Any]:
        """Return the state as JSON-able data."""

    def restore(self, dumped: dict[str, Any]) -> None:
        """Take back what `dump` returned."""

    def changes_of(self, ref: str) -> Sequence[int]:
        """Return the numbers of what happened to a thing, oldest first, as far as it is remembered."""


class EraWorld(Asked):
    """One sandbox. A subclass sets `told` and says what it shows and what its buttons do."""

    world_name: ClassVar[str]
    told: ClassVar[Telling]
    model_name: ClassVar[str] = "model"
    """What the model is called in a dump."""

    def __init__(self, model: Model, shell: Shell, scenario: str) -> None:
        self.model, self.shell, self.scenario = model, shell, scenario
        self.done: list[dict[str, Any]] = []
        self.lines: list[str] = []
        self.commands = 0

    # Time

    @property
    def now_ms(self) -> int:
        """Virtual milliseconds since the world began."""
        return self.model.now_ms

    def next_due_ms(self) -> int | None:
        """Say when the next thing will happen, in the model or in the terminal."""
        due = [moment for moment in (self.model.next_due_ms(), self.shell.wake_ms) if moment is not None]
        return max(min(due), self.now_ms) if due else None

    def advance(self, until_ms: int) -> None:
        """Let virtual time pass; a foreground job looks at the world after each thing that happens."""
        while self.shell.running and (due_ms := self.next_due_ms()) is not None and due_ms <= until_ms:
            self.model.advance(due_ms)
            self.shell.poll()
        self.model.advance(max(until_ms, self.now_ms))

    # Inputs

    def execute(self, line: str) -> Answer:
        """Run one input of the terminal."""
        if len(line.encode(errors="replace")) > COMMAND_BYTES_MAX:
            return Answer(f"learnk8s: the input is larger than {COMMAND_BYTES_MAX // 1024} KiB; nothing was run\n", 1)
        self._begin("line", line)
        self.commands += 1
        if len(self.lines) < DONE_MAX:
            self.lines.append(line.strip()[:500])
        return self.shell.execute(line)

    def interrupt(self) -> Answer:
        """Press Ctrl-C for the foreground job."""
        return self.shell.interrupt()

    def output_since(self, offset: int) -> tuple[str, int]:
        """Return what the foreground job printed after an offset."""
        return self.shell.output_since(offset)

    def complete(self, line: str) -> list[str]:
        """List what Tab could make of the last word."""
        return self.shell.complete(line)

    def act(self, action: Mapping[str, Any]) -> Answer:
        """Press a button; the answer begins with the command line that would have done the same."""
        self._begin("action", str(action.get("kind", "")))
        try:
            line = self.apply(dict(action))
        except (BadAction, LimitExceeded) as error:
            return Answer(f"{error}\n", 1)
        self.shell.poll()
        return Answer(f"{line}\n", 0)

    def apply(self, action: dict[str, Any]) -> str:
        """Do what an action says, remember it, and return the equivalent command line. Raises BadAction."""
        line = self.applied(action)
        if len(self.done) < DONE_MAX:
            self.done.append({**action, "at_ms": self.now_ms})
        return line

    def _begin(self, kind: str, text: str) -> None:
        self.about_to_begin()
        self.model.causes.add(self.now_ms, "input", f"input.{kind}", "input", text.strip().split("\n")[0][:120], parent=0)

    # What a subclass says

    def about_to_begin(self) -> None:
        """Count what has flowed until an input, if the model does not do it itself."""

    @abstractmethod
    def applied(self, action: dict[str, Any]) -> str:
        """Do what an action says and return the equivalent command line. Raises BadAction."""

    @abstractmethod
    def scoreboard(self) -> dict[str, Any]:
        """Count what the eras are compared by."""

    @abstractmethod
    def document(self, ref: str) -> dict[str, Any] | None:
        """Return a thing as a document."""

    @abstractmethod
    def documents(self, kind: str) -> Sequence[Mapping[str, Any]]:
        """Return all things of a kind."""

    # Looking

    def log(self) -> list[dict[str, Any]]:
        """Return the newest causes with their sentences, newest first."""
        return [self.told.link(cause) for cause in self.model.causes.latest(LOG_LINKS)]

    def lit(self, log: Sequence[Mapping[str, Any]]) -> list[str]:
        """Return who did something in the last second."""
        return sorted({entry["actor"] for entry in log if self.now_ms - entry["at_ms"] <= LIT_MS})

    def find(self, ref: str) -> dict[str, Any] | None:
        """Return a thing as a document; `Scoreboard` is one too."""
        return self.scoreboard() if ref == "Scoreboard" else self.document(ref)

    def why(self, ref: str, path: str = "") -> list[dict[str, Any]]:
        """Return the chain of causes of a thing, newest first."""
        entries = self.model.changes_of(ref)
        return self.told.chain(self.model.causes, entries[-1]) if entries else []

    def history(self, ref: str) -> list[dict[str, Any]]:
        """Return what happened to a thing, newest first."""
        return [self.told.link(cause) for number in reversed(self.model.changes_of(ref)) if (cause := self.model.causes[number]) is not None]

    def check(self, goal: Mapping[str, Any]) -> dict[str, Any]:
        """Say whether a goal is reached and what is missing. Raises goals.BadGoal."""
        return goals.evaluated(goal, goals.Evidence(find=self.find, listed=self.documents, happened=self.done, lines=self.lines, own=self.own_checks(), asking=self))

    def own_checks(self) -> Mapping[str, goals.Own]:
        """Return the checks that only this era has, by their key in a goal."""
        return {}

    @property
    def reasons(self) -> Causes:
        """Return the causes of all that happened."""
        return self.model.causes

    def linked(self, cause: Cause) -> dict[str, Any]:
        """Return a cause with its sentences."""
        return self.told.link(cause)

    # Writing down and reading back

    @classmethod
    @abstractmethod
    def load(cls, dump: bytes) -> Self:
        """Return the world that `dump` wrote down."""

    def dump(self) -> bytes:
        """Write the whole state down: equal histories give equal bytes. The order of every mapping is part of the state and is kept."""
        state = {"scenario": self.scenario, self.model_name: self.model.dump(), "shell": self.shell.dump(), "done": self.done, "lines": self.lines, "commands": self.commands}
        return json.dumps(state, ensure_ascii=False, separators=(",", ":")).encode()

    def restore(self, dump: bytes) -> None:
        """Take back what `dump` wrote down."""
        state = json.loads(dump)
        self.scenario = state["scenario"]
        self.model.restore(state[self.model_name])
        self.shell.load(state["shell"])
        self.done, self.lines, self.commands = state["done"], state.get("lines", []), state["commands"]
