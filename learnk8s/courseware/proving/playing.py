"""Play a lesson as its text goes: every command to click in one world, predictions where they stand; tasks and questions in worlds of their own."""

from collections.abc import Iterator
from dataclasses import replace

from learnk8s.courseware.lesson import Lesson
from learnk8s.courseware.printing import Print, faults, placed
from learnk8s.courseware.proof import UNPROVED
from learnk8s.courseware.proving.claims import answer_faults, claim_faults, order_faults, proves, standing, unshown_steps
from learnk8s.courseware.proving.driving import Typed, copied, new_world, typed
from learnk8s.courseware.proving.finding import Files, Finding, Sentence
from learnk8s.courseware.proving.tasks import task_faults
from learnk8s.courseware.questions.question import Question
from learnk8s.simulation import worlds
from learnk8s.simulation.kernel.world import World


def world_findings(lesson: Lesson, files: Files) -> Iterator[Finding]:
    """Return what does not hold when the lesson's worlds run."""
    if worlds.card(lesson.world, lesson.scenario) is None:
        yield Finding("lesson.yaml", 0, Sentence.of(f"there is no scenario {lesson.scenario} of the world {lesson.world}", f"세계 {lesson.world}에 시나리오 {lesson.scenario} 항목이 없다"))
        return
    yield from _text(lesson, files)
    for task in lesson.tasks.values():
        if not task.wrong:
            yield Finding("labs.yaml", files.line("labs.yaml", "tasks", task.id), Sentence.of(f"task {task.id}: no wrong way is declared", f"과제 {task.id}: 틀린 길을 하나도 적지 않았다"), is_wish=True)
        for path, text in task_faults(task, lambda: new_world(lesson.world, lesson.scenario)):
            yield Finding("labs.yaml", files.line("labs.yaml", "tasks", task.id, *path), text)
    for question in lesson.questions.values():
        if not standing(question):
            yield Finding("quiz.yaml", files.line("quiz.yaml", "questions", question.id), Sentence.of(f"question {question.id}: nothing proves its key, and nothing says why (proof, or unproved: {', '.join(UNPROVED)})", f"문항 {question.id}: 정답을 증명하는 것도, 증명하지 않는 까닭도 없다(proof, 또는 unproved: {', '.join(UNPROVED)})"), is_wish=True)
        elif question.unproved and standing(question) == "run":
            yield Finding("quiz.yaml", files.line("quiz.yaml", "questions", question.id, "unproved"), Sentence.of(f"question {question.id}: its key is proved, and unproved says that it is not", f"문항 {question.id}: 정답이 증명되는데 unproved가 적혀 있다"))
        if question.proof is not None:
            yield from (Finding("quiz.yaml", files.line("quiz.yaml", "questions", question.id, "options", place), text, is_wish=True) for place, text in unshown_steps(question))
            yield from (Finding("quiz.yaml", files.line("quiz.yaml", "questions", question.id, "proof"), text) for text in _question(lesson, question))


def _text(lesson: Lesson, files: Files) -> Iterator[Finding]:
    world = new_world(lesson.world, lesson.scenario)
    claims, _left = placed(lesson.prints, lesson.blocks["ko"])
    for block in lesson.blocks["ko"]:
        if block.kind == "run":
            for place, line in enumerate(block.lines):
                done, claim = typed(world, line), claims.get((block.line, place))
                for text in _outcome(done, fails="fails" in block.names):
                    yield Finding("ko.md", block.line + 1 + place, text)
                if claim is not None:
                    yield from (Finding("labs.yaml", files.at("labs.yaml", "prints", claim.entry), text) for text in _printed(claim, done, world))
        elif block.kind == "predict":
            for name in block.names:
                if name in lesson.predictions:
                    yield from _prediction(lesson, name, world, files)


def rehearsed(lesson: Lesson, name: str = "") -> list[Typed]:
    """Return what a reader sees of a prediction or a task: what the prediction's line prints after all that stands before it in the text, or what each line of the task's solution prints; without a name, what the commands of the text print."""
    if worlds.card(lesson.world, lesson.scenario) is None:
        return []
    world = new_world(lesson.world, lesson.scenario)
    if name in lesson.tasks:
        return [typed(world, line) for line in lesson.tasks[name].solution]
    told = []
    for block in lesson.blocks["ko"]:
        lines = [(line, "") for line in block.lines] if block.kind == "run" else [(lesson.predictions[each].line, each) for each in block.names if each in lesson.predictions] if block.kind == "predict" else []
        for line, of in lines:
            done = typed(world, line)
            if of and of == name:
                return [done]
            if not of:
                told.append(done)
    return [] if name else told


def _printed(claim: Print, done: Typed, world: World) -> Iterator[str]:
    same = typed(copied(world), claim.same_as).output if claim.same_as else ""
    shown = done.output.strip()[-600:]
    yield from (Sentence.of(f"{done.line!r} {en}; it printed: {shown}", f"{done.line!r}: {ko}. 출력: {shown}") for en, ko in faults(claim, done.output, same))


def _outcome(done: Typed, *, fails: bool) -> Iterator[str]:
    if not done.ended:
        yield Sentence.of(f"{done.line!r} does not end", f"{done.line!r}, 끝나지 않는다")
    elif fails != bool(done.status):
        printed = done.output.strip()[-300:]
        yield Sentence.of(f"{done.line!r} was to fail and did not: {printed}", f"{done.line!r}, 실패해야 하는데 실패하지 않았다: {printed}") if fails else Sentence.of(f"{done.line!r} ends with status {done.status}: {printed}", f"{done.line!r}, 종료 상태 {done.status}: {printed}")


def _prediction(lesson: Lesson, name: str, world: World, files: Files) -> Iterator[Finding]:
    prediction = lesson.predictions[name]
    line = files.line("labs.yaml", "predictions", name)
    if sum(option.is_right for option in prediction.options) != 1:
        yield Finding("labs.yaml", line, Sentence.of(f"prediction {name}: exactly one option must be right", f"예상 {name}: 정답은 꼭 하나여야 한다"))
    done = typed(world, prediction.line)
    if not done.ended:
        yield Finding("labs.yaml", line, Sentence.of(f"prediction {name}: its line does not end", f"예상 {name}: 명령이 끝나지 않는다"))
    if not proves(prediction.proof, prediction.options) or prediction.proof is None:
        yield Finding("labs.yaml", line, Sentence.of(f"prediction {name}: nothing proves which option is right (proof, shows, check)", f"예상 {name}: 어느 선택지가 맞는지 증명하는 것이 없다(proof, shows, check)"), is_wish=True)
        return
    yield from (Finding("labs.yaml", line, text) for text in claim_faults(f"prediction {name}", copied(world), prediction.proof, prediction.options, printed=done.output))


def _question(lesson: Lesson, question: Question) -> Iterator[str]:
    proof = question.proof
    assert proof is not None, "asked for questions with a proof only"
    name, scenario = proof.world or lesson.world, proof.scenario or lesson.scenario
    if worlds.card(name, scenario) is None:
        yield Sentence.of(f"question {question.id}: there is no scenario {scenario} of the world {name}", f"문항 {question.id}: 세계 {name}에 시나리오 {scenario} 항목이 없다")
        return
    world = new_world(name, scenario)
    printed = "".join(typed(world, line).output for line in proof.run)
    if question.type == "ordering":
        if not proves(proof, question.options):
            yield Sentence.of(f"question {question.id}: its proof claims nothing (goal, output, shows)", f"문항 {question.id}: proof가 아무것도 주장하지 않는다(goal, output, shows)")
        yield from order_faults(question, printed)
        yield from claim_faults(f"question {question.id}", world, replace(proof, run=()), (), printed=printed)
        return
    if not proves(proof, question.options):
        yield from answer_faults(question, printed)
        if not question.accepted and "answer" not in question.detail:
            yield Sentence.of(f"question {question.id}: its proof claims nothing (goal, output, shows, check)", f"문항 {question.id}: proof가 아무것도 주장하지 않는다(goal, output, shows, check)")
    yield from claim_faults(f"question {question.id}", world, replace(proof, run=()), question.options, printed=printed)

