"""Tasks: the goal is false at the start, its solution reaches it, and no declared wrong way does.

Lessons and challenges both use this; what they prove is a `Task` in a world that `begin` makes anew each time.
"""

from collections.abc import Callable, Iterator

from learnk8s.courseware.lesson import Task
from learnk8s.courseware.proving.driving import typed
from learnk8s.courseware.proving.finding import Sentence
from learnk8s.simulation.kernel.world import World

Begin = Callable[[], World]


def task_faults(task: Task, begin: Begin) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Return for each fault the path inside of the task's entry and a sentence."""
    if not task.solution:
        yield (), Sentence.of(f"task {task.id}: there is no reference solution", f"과제 {task.id}: 풀이가 없다")
        return
    for place, check in enumerate(task.goal.get("all") or ()):
        if isinstance(check, dict) and not all(str(check.get(key, "")).strip() for key in ("text_ko", "text_en")):
            yield ("goal", "all", place), Sentence.of(f"task {task.id}: check {place + 1} does not say in both languages (text_ko, text_en) what is missing", f"과제 {task.id}: 검사 {place + 1}번이 무엇이 아직인지 두 언어(text_ko, text_en)로 말하지 않는다")
    try:
        yield from _run(task, begin)
    except ValueError as fault:
        yield ("goal",), Sentence.of(f"task {task.id}: the goal cannot be checked: {fault}", f"과제 {task.id}: 목표를 검사할 수 없다: {fault}")


def _run(task: Task, begin: Begin) -> Iterator[tuple[tuple[str | int, ...], str]]:
    world = begin()
    if world.check(task.goal)["reached"]:
        yield ("goal",), Sentence.of(f"task {task.id}: the goal is already reached at the start", f"과제 {task.id}: 시작할 때 이미 목표에 이르러 있다")
    for place, line in enumerate(task.solution):
        done = typed(world, line)
        if done.status or not done.ended:
            printed = done.output.strip()[-200:]
            yield ("solution", place), Sentence.of(f"task {task.id}: the solution's line {line!r} ends with status {done.status}: {printed}", f"과제 {task.id}: 풀이의 {line!r}, 종료 상태 {done.status}: {printed}") if done.ended else Sentence.of(f"task {task.id}: the solution's line {line!r} does not end", f"과제 {task.id}: 풀이의 {line!r}, 끝나지 않는다")
    for left in world.check(task.goal)["missing"]:
        yield ("solution",), Sentence.of(f"task {task.id}: the solution does not reach: {left['text_en']}", f"과제 {task.id}: 풀이로 이르지 못한다. {left['text_ko']}")
    for place, wrong in enumerate(task.wrong):
        world = begin()
        for line in wrong.lines:
            typed(world, line)
        if world.check(task.goal)["reached"]:
            yield ("wrong", place), Sentence.of(f"task {task.id}: wrong way {place + 1} reaches the goal", f"과제 {task.id}: 틀린 길 {place + 1}번이 목표에 이른다")
