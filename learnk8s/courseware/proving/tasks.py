"""Tasks: the goal is false at the start, its solution reaches it, and no declared wrong way does.

Lessons and challenges both use this; what they prove is a `Task` in a world that `begin` makes anew each time.
"""

from collections.abc import Callable, Iterator

from learnk8s.courseware.lesson import Task
from learnk8s.courseware.proving.driving import typed
from learnk8s.simulation.kernel.world import World

Begin = Callable[[], World]


def task_faults(task: Task, begin: Begin) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Return for each fault the path inside of the task's entry and a sentence."""
    if not task.solution:
        yield (), f"task {task.id}: there is no reference solution"
        return
    for place, check in enumerate(task.goal.get("all") or ()):
        if isinstance(check, dict) and not all(str(check.get(key, "")).strip() for key in ("text_ko", "text_en")):
            yield ("goal", "all", place), f"task {task.id}: check {place + 1} does not say in both languages (text_ko, text_en) what is missing"
    try:
        yield from _run(task, begin)
    except ValueError as fault:
        yield ("goal",), f"task {task.id}: the goal cannot be checked: {fault}"


def _run(task: Task, begin: Begin) -> Iterator[tuple[tuple[str | int, ...], str]]:
    world = begin()
    if world.check(task.goal)["reached"]:
        yield ("goal",), f"task {task.id}: the goal is already reached at the start"
    for place, line in enumerate(task.solution):
        done = typed(world, line)
        if done.status or not done.ended:
            yield ("solution", place), f"task {task.id}: the solution's line {line!r} " + (f"ends with status {done.status}: {done.output.strip()[-200:]}" if done.ended else "does not end")
    for left in world.check(task.goal)["missing"]:
        yield ("solution",), f"task {task.id}: the solution does not reach: {left['text_en']}"
    for place, wrong in enumerate(task.wrong):
        world = begin()
        for line in wrong.lines:
            typed(world, line)
        if world.check(task.goal)["reached"]:
            yield ("wrong", place), f"task {task.id}: wrong way {place + 1} reaches the goal"
