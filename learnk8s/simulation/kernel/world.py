"""The protocol that every era's world keeps; terminal, playground, lessons and grading know only this.

A world is a pure function of (world, scenario, seed, inputs, time). `advance` moves virtual time forward; nothing
happens by itself. An idle world says so by `next_due_ms() is None`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol


@dataclass(frozen=True, slots=True)
class Answer:
    """What a terminal shows after one input; `running` says that a foreground job goes on."""

    output: str
    status: int
    running: bool = False


class World(Protocol):
    """One simulated way of running software."""

    world_name: ClassVar[str]

    @property
    def now_ms(self) -> int:
        """Virtual milliseconds since the world began."""

    def advance(self, until_ms: int) -> None:
        """Do all that is due until then; never backwards. Raises LimitExceeded."""

    def next_due_ms(self) -> int | None:
        """Say when the next thing will happen, or None."""

    def execute(self, line: str) -> Answer:
        """Run one input of the terminal."""

    def interrupt(self) -> Answer:
        """Press Ctrl-C for the foreground job."""

    def output_since(self, offset: int) -> tuple[str, int]:
        """Return what the foreground job of the last input printed after an offset, and the new offset."""

    def act(self, action: Mapping[str, Any]) -> Answer:
        """Press a button; the output begins with the equivalent command line."""

    def actions(self, ref: str = "") -> list[dict[str, Any]]:
        """List the buttons, for one object or for the whole world."""

    def complete(self, line: str) -> list[str]:
        """List what Tab could make of the last word."""

    def scene(self) -> dict[str, Any]:
        """Describe everything that the picture and its text twin show."""

    def inspect(self, ref: str) -> dict[str, Any] | None:
        """Describe one object: summary, YAML, events, why."""

    def why(self, ref: str, path: str = "") -> list[dict[str, Any]]:
        """Return the chain of causes of an object or one of its fields, newest first."""

    def scoreboard(self) -> dict[str, Any]:
        """Count what the eras are compared by."""

    def check(self, goal: Mapping[str, Any]) -> dict[str, Any]:
        """Say whether a goal is reached and what is missing."""

    def dump(self) -> bytes:
        """Write the whole state down: equal histories give equal bytes."""
