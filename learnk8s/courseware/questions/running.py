"""Run something in a fresh world and ask it: what executable questions have in common.

A run is a pure function of its plan, so that its outcome is remembered. Everything an author or a learner writes is bounded by the world's own limits; going over one is an answer, not an error.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from learnk8s.courseware.questions.question import Path
from learnk8s.courseware.reading import Reader
from learnk8s.simulation import worlds
from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kernel.world import World

KEYS = ("world", "scenario", "seed", "lines", "wait")
WAIT_S_MAX = 3_600
LINE_MS_MAX = 600_000
LINES_MAX = 40
OUTPUT_MAX = 4_000
MANIFEST_BYTES_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What is run: lines in a new world, after an optional file was put there, and how long is waited afterwards."""

    world: str = "kubernetes"
    scenario: str = "basics"
    seed: int = 1
    lines: tuple[str, ...] = ()
    wait_ms: int = 10_000
    manifest: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the last line printed, whether all lines succeeded, and for each goal what is missing (nothing: it is reached)."""

    output: str
    is_sound: bool
    missing: tuple[tuple[Mapping[str, Any], ...], ...]


def read_plan(reader: Reader, table: Mapping[str, Any], path: Path) -> Plan:
    """Read the keys of a plan."""
    world, scenario = str(table.get("world", "kubernetes")), str(table.get("scenario", "basics"))
    if worlds.card(world, scenario) is None:
        reader.complain((*path, "scenario"), "unknown-id", what="scenario", name=f"{world}/{scenario}")
    wait, seed = table.get("wait", 10), table.get("seed", 1)
    if not isinstance(wait, int) or isinstance(wait, bool) or not 0 <= wait <= WAIT_S_MAX:
        reader.complain((*path, "wait"), "wrong-type", name="wait", what=f"0..{WAIT_S_MAX} s")
        wait = 10
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed < 2**31:
        reader.complain((*path, "seed"), "wrong-type", name="seed", what="0..2147483647")
        seed = 1
    lines = reader.rows(table.get("lines", []), (*path, "lines"))[:LINES_MAX]
    return Plan(world, scenario, seed, tuple(map(str, lines)), wait * 1000)


def read_goal(reader: Reader, value: Any, path: Path) -> Mapping[str, Any]:
    """Read a goal: a table with the key `all`."""
    if not isinstance(value, dict) or not isinstance(value.get("all"), list) or not value["all"]:
        reader.complain(path, "wrong-type", name="goal", what="{all: [check, ...]}")
        return {"all": []}
    return value


def outcome(plan: Plan, goals: list[Mapping[str, Any]]) -> Outcome:
    """Run a plan and check goals at its end."""
    return _outcome(plan, tuple(json.dumps(goal, sort_keys=True, ensure_ascii=False, default=str) for goal in goals))


@lru_cache(maxsize=256)
def _outcome(plan: Plan, goals: tuple[str, ...]) -> Outcome:
    if worlds.card(plan.world, plan.scenario) is None:
        return Outcome("", False, tuple((_told(f"{plan.world}/{plan.scenario}?"),) for _goal in goals))
    world = worlds.create(plan.world, plan.scenario, plan.seed)
    output, is_sound = "", True
    try:
        lines = plan.lines
        if plan.manifest:
            world.shell.files.write("answer.yaml", plan.manifest[:MANIFEST_BYTES_MAX])  # type: ignore[attr-defined]  # worlds with manifests have a shell with files
            lines = (*lines, "kubectl apply -f answer.yaml")
        for line in lines:
            output, status = _typed(world, line)
            is_sound = is_sound and status == 0
        world.advance(world.now_ms + plan.wait_ms)
    except LimitExceeded as limit:
        output, is_sound = f"{output}{limit}\n", False
    return Outcome(output[-OUTPUT_MAX:], is_sound, tuple(tuple(_missing(world, json.loads(goal))) for goal in goals))


def _typed(world: World, line: str) -> tuple[str, int]:
    answer = world.execute(line)
    output, status, end_ms = answer.output, answer.status, world.now_ms + LINE_MS_MAX
    offset = len(output) if answer.running else 0
    while answer.running and (due_ms := world.next_due_ms()) is not None and due_ms <= end_ms and world.shell.running:  # type: ignore[attr-defined]  # whoever runs jobs has a shell
        world.advance(due_ms)
    if answer.running:
        more, _offset = world.output_since(0)
        output = more or output[:offset]
        if world.shell.running:  # type: ignore[attr-defined]
            world.interrupt()
    return output, status


def _missing(world: World, goal: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if not goal.get("all"):
        return [_told("goal?")]
    try:
        return list(world.check(goal)["missing"])
    except ValueError as error:
        return [_told(str(error))]


def _told(text: str) -> Mapping[str, Any]:
    return {"text_ko": text, "text_en": text}
