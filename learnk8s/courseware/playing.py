"""Play a scenario that an author made: its beginning, its solution, and what is missing for its goal."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from learnk8s.courseware.scenario import Authored, Step
from learnk8s.simulation import worlds
from learnk8s.simulation.kernel.shell.called import called
from learnk8s.simulation.kernel.world import World

SETTLE_MS = 600_000
"""How long a solution's last line may take to have its effect."""


def put(world: World, step: Step) -> None:
    """Give one step to a world, at its time or as soon after it as the world is ready."""
    if step.at_ms > world.now_ms:
        world.advance(step.at_ms)
    if step.kind == "line":
        world.execute(step.input)
    elif step.kind == "action":
        action = _action(step.input)
        if action is not None:
            world.act(action)
    else:
        world.interrupt()


def _action(text: str) -> Mapping[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def begun(scenario: Authored, seed: int) -> World:
    """Return the world in which the learner begins."""
    world = worlds.create(scenario.world, scenario.scenario, seed)
    for step in scenario.setup:
        put(world, step)
    if scenario.start_ms > world.now_ms:
        world.advance(scenario.start_ms)
    return world


def solved(scenario: Authored, seed: int) -> World:
    """Return the world after the solution, with time to take effect; times of its steps count from the beginning."""
    world = begun(scenario, seed)
    start_ms = world.now_ms
    for step in scenario.solution:
        put(world, Step(start_ms + step.at_ms, step.kind, step.input))
    end_ms = world.now_ms + SETTLE_MS
    while world.now_ms < end_ms and missing(world, scenario.goal):
        due_ms = world.next_due_ms()
        if due_ms is None or due_ms > end_ms:
            break
        world.advance(max(due_ms, world.now_ms + 1_000))
    return world


def missing(world: World, goal: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the checks that do not hold."""
    return list(world.check(goal)["missing"])


def commands(steps: Sequence[Step]) -> list[str]:
    """Return the programs that steps call, each once, as `allowed` names them.

    >>> commands([Step(0, "line", "kubectl get pods | grep web"), Step(0, "line", "for n in 1 2; do kubectl get nodes; done")])
    ['kubectl get', 'grep']
    """
    return list(dict.fromkeys(name for step in steps if step.kind == "line" for name in called(step.input)))


def counted(steps: Sequence[Step], allowed: Sequence[str]) -> tuple[int, list[str]]:
    """Return how many lines steps have, and which of their commands are not among those that are allowed (none named: all are)."""
    outside = [name for name in commands(steps) if allowed and not any(name == one or name.startswith(f"{one} ") for one in allowed)]
    return sum(step.kind == "line" for step in steps), outside


def scenario_findings(scenario: Authored) -> list[dict[str, str]]:
    """Return what does not hold, in both languages: for every seed the start must miss the goal and the solution reach it; par is over allowed commands."""
    found = []
    lines, outside = counted(scenario.solution, scenario.allowed)
    if outside:
        found.append({"ko": f"풀이가 허용되지 않은 명령을 쓴다: {', '.join(outside)}", "en": f"The solution uses commands that are not allowed: {', '.join(outside)}"})
    if scenario.par and scenario.par < lines:
        found.append({"ko": f"기준은 {scenario.par}개인데 풀이는 명령 {lines}개를 쓴다.", "en": f"Par is {scenario.par}, but the solution takes {lines} commands."})
    for seed in scenario.seeds:
        try:
            if not missing(begun(scenario, seed), scenario.goal):
                found.append({"ko": f"시드 {seed}: 시작할 때 이미 목표에 이르러 있다.", "en": f"Seed {seed}: the goal is reached at the start."})
            left = missing(solved(scenario, seed), scenario.goal)
        except ValueError as error:
            return [*found, {"ko": f"목표를 검사할 수 없다: {error}", "en": f"The goal cannot be checked: {error}"}]
        if left:
            found.append({language: f"{intro} {' '.join(str(item[f'text_{language}']) for item in left)}" for language, intro in (("ko", f"시드 {seed}: 풀이가 목표에 이르지 못한다."), ("en", f"Seed {seed}: the solution does not reach the goal."))})
    return found
