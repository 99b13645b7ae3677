"""What the era machine needs of an era: a world in which the shop runs, how customers come, how accidents happen, and what a person then types.

An era never says how things end. It presses the world's own buttons and types the world's own commands; what is served and what fails is counted by the world.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from learnk8s.simulation.kernel.world import World

Accident = str
Typed = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """Requests so far, in whole requests."""

    served: int
    failed: int


@dataclass(frozen=True, slots=True)
class Use:
    """What the machines do at one moment, in percent of what they have, and what they cost."""

    cpu_percent: int
    memory_percent: int
    cents_per_hour: int
    machines: int


class Era(Protocol):
    """One way of running the shop."""

    name: str
    """The slug of the era's page."""

    def __hash__(self) -> int:
        """An era is itself: how it begins is remembered."""

    def begin(self, seed: int) -> World:
        """Return a world in which the shop runs and nobody comes yet."""

    def customers(self, world: Any, per_second: int) -> None:
        """Let so many requests a second come from now on."""

    def counts(self, world: Any) -> Counts:
        """Return what was served and what failed so far; cheap, and it changes nothing."""

    def use(self, world: Any) -> Use:
        """Return what the machines do now."""

    def happens(self, world: Any, accident: Accident, dark_ms: int) -> Typed:
        """Let an accident happen; return what somebody typed to bring it about (a release), nothing if it just happened. The dead machine is the one under the database."""

    def power_returns(self, world: Any) -> None:
        """Give the dead machine its power back."""

    def mends(self, world: Any, accident: Accident) -> Typed:
        """Return what a person types after an accident, once there is a person; nothing if nobody is needed."""

    def prepares(self, world: Any, *, begins: bool) -> Typed:
        """Return what a person types when the sale begins and when it is over."""

    def starts_one_more(self, world: Any) -> tuple[Typed, Callable[[], bool]]:
        """Return what starts one more copy of the web server, and a way to ask whether it serves."""


WAIT_MS, COMMAND_MAX_MS = 5_000, 30 * 60_000


def typed(world: Any, lines: Sequence[str]) -> list[tuple[str, int]]:
    """Type lines, each to its end; return them with their exit statuses. One that has not ended after half an hour is stopped by Ctrl-C."""
    done = []
    for line in lines:
        answer, began_ms = world.execute(line), world.now_ms
        while answer.running and world.shell.running:
            due_ms = world.next_due_ms()
            world.advance(world.now_ms + WAIT_MS if due_ms is None else max(min(due_ms, world.now_ms + WAIT_MS), world.now_ms + 1))
            if world.now_ms > began_ms + COMMAND_MAX_MS:
                world.interrupt()
        done.append((line, answer.status))
    return done
