"""Commands that take time: a list of steps, each a text for a moment or a piece of work, all of it data.

A step is `["say", at_ms, text]` or `["do", name, arguments...]`. Work answers with text, more steps, a status that ends the job, or `again`: look again when something
has happened. So a job can be written down in the middle of a build.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.docker.errors import DockerError

if TYPE_CHECKING:
    from learnk8s.simulation.docker.engine import Engine
    from learnk8s.simulation.docker.terminal import Terminal

Step = list[Any]


@dataclass(slots=True)
class Told:
    """What a piece of work answers."""

    text: str = ""
    status: int = 0
    again: bool = False
    wake_ms: int | None = None
    steps: list[Step] = field(default_factory=list)


Work = Callable[["Terminal", "Engine", Step], Told]
WORK: dict[str, Work] = {}
"""All kinds of work by name; the files of commands add theirs."""


class StepsJob:
    """One such command in the foreground."""

    def __init__(self, terminal: "Terminal", host: str, steps: list[Step], *, folder: str = "") -> None:
        self.terminal, self.host, self.steps = terminal, host, steps
        self.wake_ms: int | None = None
        self.status = 0

    def poll(self) -> tuple[str, int | None]:
        """Do all steps that are due."""
        out = ""
        self.wake_ms = None
        engine = self.terminal.site.hosts[self.host]
        while self.steps:
            step = self.steps[0]
            if step[0] == "say":
                if self.terminal.site.now_ms < step[1]:
                    self.wake_ms = step[1]
                    return out, None
                out += step[2]
                self.steps.pop(0)
                continue
            if engine.power != "on":
                return out + "error during connect: unexpected EOF\n", 1
            try:
                told = WORK[step[1]](self.terminal, engine, step)
            except DockerError as error:
                return out + f"{error.told}\n", error.status
            out += told.text
            if told.again:
                self.wake_ms = told.wake_ms
                return out, None
            self.steps.pop(0)
            self.steps[:0] = told.steps
            self.status = told.status or self.status
            if told.status:
                self.steps = [left for left in self.steps if left[0] == "say" and left[1] < 0]
        return out, self.status

    def dump(self) -> dict[str, Any]:
        """Return the job as JSON-able data."""
        return {"host": self.host, "steps": self.steps, "status": self.status, "wake": self.wake_ms}

    @classmethod
    def resumed(cls, terminal: "Terminal", state: dict[str, Any]) -> "StepsJob":
        """Return the job that `dump` wrote down."""
        job = cls(terminal, state["host"], state["steps"])
        job.status, job.wake_ms = state["status"], state["wake"]
        return job
