"""Drive a world as a reader would: type a line, wait until it is over, take a breath."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from learnk8s.simulation import worlds
from learnk8s.simulation.kernel.world import World

LINE_MS_MAX = 3_600_000
"""No line of a lesson keeps its reader waiting longer, in virtual time."""
PACE_MS = 3_000
"""Between two clicks of a quick reader."""
SEED = 1


@dataclass(frozen=True, slots=True)
class Typed:
    """What a line printed, and whether it ended well; `ended` is false if it never did."""

    line: str
    output: str
    status: int
    ended: bool = True


def new_world(world: str, scenario: str, seed: int = SEED) -> World:
    """Return a world at the start of a scenario. Raises worlds.UnknownWorld."""
    return worlds.create(world, scenario, seed)


def copied(world: World) -> World:
    """Return another world in the same state."""
    return worlds.load(world.world_name, world.dump())


def typed(world: World, line: str) -> Typed:
    """Type a line, wait until it is over and a moment longer; one that only serves a port steps aside for the next."""
    answer = world.execute(line)
    output, status, end = answer.output, answer.status, world.now_ms + LINE_MS_MAX
    shell: Any = getattr(world, "shell", None)
    went_on = bool(shell is not None and shell.running)
    while went_on and shell.running and not getattr(shell, "serves", False) and world.now_ms < end:
        world.advance(min(world.next_due_ms() or end, end))
    ended = not (went_on and shell.running) or bool(getattr(shell, "serves", False))
    if went_on:
        output, status = world.output_since(0)[0], shell.last_status
    if not ended:
        world.interrupt()
    world.advance(world.now_ms + PACE_MS)
    return Typed(line, output, status, ended)


def all_typed(world: World, lines: Iterable[str]) -> list[Typed]:
    """Type several lines."""
    return [typed(world, line) for line in lines]


def waited(world: World, seconds: int) -> None:
    """Let virtual time pass."""
    world.advance(world.now_ms + seconds * 1_000)


def missing(world: World, goal: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the checks of a goal that do not hold. Raises what the world raises for a goal that is not written as goals are."""
    return list(world.check(goal)["missing"])
