"""What a program of the shell is given and gives back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from learnk8s.simulation.kernel.shell.files import Files


@dataclass(slots=True)
class Invocation:
    """One call of a program. `run` runs another line in the same shell (for `watch` and `xargs`).

    A filter behind a command that goes on is called for every piece of its input (see piped.py): `is_open` says that more may come,
    `memory` holds what it wants to know of the pieces before, JSON-able; it is None where the input is whole.
    """

    argv: list[str]
    stdin: str
    files: Files
    variables: dict[str, str]
    now_ms: int
    run: Callable[[str], "Outcome"]
    is_open: bool = False
    memory: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program printed, and its exit status."""

    stdout: str = ""
    stderr: str = ""
    status: int = 0
    screen: str | None = field(default=None, kw_only=True)
    """Both streams in the order in which they were printed, where that is known: else errors come last."""
    reads_no_more: bool = field(default=False, kw_only=True)
    """Whether the program has ended without waiting for the end of its input: `head`, `grep -q`."""

    @property
    def shown(self) -> str:
        """Return what a terminal shows of both streams."""
        return self.stdout + self.stderr if self.screen is None else self.screen

    def then(self, after: "Outcome") -> "Outcome":
        """Return this and what was printed after it, with the later status."""
        return Outcome(self.stdout + after.stdout, self.stderr + after.stderr, after.status, screen=self.shown + after.shown)


class Job(Protocol):
    """A program that goes on: its state is JSON-able and says by which argv it is made again."""

    @property
    def wake_ms(self) -> int | None:
        """Return when it wants to be polled even if nothing happens."""

    def poll(self) -> tuple[str, int | None]:
        """Return what is new on the screen, and the exit status once it is over."""

    def dump(self) -> dict[str, Any]:
        """Return the state from which the program's `resume` makes the job again."""


@dataclass(frozen=True, slots=True)
class Program:
    """One program: its function, how Tab completes its words, and how a job of it is made again."""

    run: Callable[[Invocation], "Outcome | Job"]
    complete: Callable[[list[str]], list[str]] = field(default=lambda words: [])
    resume: Callable[[dict[str, Any]], Job] | None = None
    summary: str = ""
