"""The lessons on making, renting and running clusters: what they have learners do works."""

from pathlib import Path

import pytest

from learnk8s.courseware.lesson import Lesson, parse_lesson
from learnk8s.simulation import worlds
from learnk8s.simulation.kernel.world import World

COURSE = Path(__file__).parents[2] / "learnk8s" / "content" / "courses" / "kubernetes"
KUBERNETES = ("operators-and-users", "one-request", "basics-path", "configuration", "working-storage", "security", "networking")
CLOUD = ("control-plane-and-nodes", "managed-or-own", "what-it-costs", "autoscaling", "upgrades")
LESSONS = [pytest.param(slug, world, id=slug) for world, slugs in (("kubernetes", KUBERNETES), ("cloud", CLOUD)) for slug in slugs]
WAIT_MS = 1_000_000


def lesson(slug: str) -> Lesson:
    parsed = parse_lesson({path.name: path.read_text() for path in (COURSE / slug).iterdir()})
    assert list(parsed.problems) == []
    assert parsed.lesson is not None
    return parsed.lesson


def typed(world: World, line: str) -> str:
    """Type a line and wait until it is over; return why it failed, if it did."""
    answer = world.execute(line)
    end = world.now_ms + WAIT_MS
    while world.shell.running and world.now_ms < end:
        world.advance(min(world.next_due_ms() or end, end))
    assert not world.shell.running, line
    return answer.output if answer.status else ""


@pytest.mark.parametrize(("slug", "name"), LESSONS)
def test_every_command_to_click_works_in_the_order_of_the_text(slug, name):
    found = lesson(slug)
    world = worlds.create(name, found.scenario, 1)
    for block in found.blocks["ko"]:
        for line in (*block.lines, ) if block.kind == "run" else [found.predictions[part].line for part in block.names if block.kind == "predict"]:
            assert typed(world, line) == "", line


@pytest.mark.parametrize(("slug", "name"), LESSONS)
def test_each_task_is_open_at_the_start_and_done_by_its_solution(slug, name):
    found = lesson(slug)
    for task in found.tasks.values():
        world = worlds.create(name, found.scenario, 1)
        assert not world.check(task.goal)["reached"]
        for line in task.solution:
            assert typed(world, line) == "", line
        assert world.check(task.goal)["missing"] == []
