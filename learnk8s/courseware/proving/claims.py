"""Predictions and questions: after the lines have run, what right options say is so, and what wrong ones say is not."""

from collections.abc import Iterator

from learnk8s.courseware.proof import Proof
from learnk8s.courseware.proving.driving import copied, new_world, typed, waited
from learnk8s.courseware.proving.finding import Sentence
from learnk8s.courseware.questions.kinds import TYPES
from learnk8s.courseware.questions.pattern import plain
from learnk8s.courseware.questions.question import Option, Question
from learnk8s.simulation import worlds
from learnk8s.simulation.kernel.world import World


def claim_faults(name: str, world: World, proof: Proof, options: tuple[Option, ...], *, printed: str = "") -> Iterator[str]:
    """Run a proof in a world and return a sentence for each thing that does not follow; `printed` is what stood on the screen before."""
    waited(world, proof.after_s)
    for line in proof.run:
        done = typed(world, line)
        printed += done.output
        if not done.ended:
            yield Sentence.of(f"{name}: the proof's line {line!r} does not end", f"{name}: proof의 {line!r}, 끝나지 않는다")
    try:
        yield from _holding(name, world, proof, options, printed)
    except ValueError as fault:
        yield Sentence.of(f"{name}: the proof cannot be checked: {fault}", f"{name}: proof를 검사할 수 없다: {fault}")


def _holding(name: str, world: World, proof: Proof, options: tuple[Option, ...], printed: str) -> Iterator[str]:
    if proof.goal:
        for left in world.check(proof.goal)["missing"]:
            yield Sentence.of(f"{name}: the key does not follow: {left['text_en']}", f"{name}: 정답대로 되지 않는다. {left['text_ko']}")
    for text in proof.output:
        if text not in printed:
            yield Sentence.of(f"{name}: {text!r} was not printed; it was: {printed.strip()[-300:]!r}", f"{name}: {text!r}, 출력되지 않았다. 출력: {printed.strip()[-300:]!r}")
    for option in options:
        here, shown = (world, printed) if not option.run else _own(world, option)
        for kind, holds in _told(option, here, shown):
            if holds != option.is_right:
                yield Sentence.of(f"{name}: what option {option.id} {kind} is {'so, though it is marked wrong' if holds else 'not so, though it is marked right'}; printed: {shown.strip()[-300:]!r}",
                                  f"{name}: 선택지 {option.id} 내용({kind})이 {'오답으로 표시되었는데 사실이다' if holds else '정답으로 표시되었는데 사실이 아니다'}. 출력: {shown.strip()[-300:]!r}")
        for other in options if option.match and option.run else ():
            if other.shows and other.match != option.match and other.shows in shown:
                yield Sentence.of(f"{name}: the lines of pair {option.id} show {other.shows!r}, which belongs to pair {other.id}", f"{name}: 짝 {option.id}의 명령이 짝 {other.id}의 {other.shows!r}, 보여 준다")


def _own(world: World, option: Option) -> tuple[World, str]:
    """Type an option's own lines in a copy of the world, or in the one that it names. Raises ValueError if there is none of this name."""
    try:
        here = new_world(option.world or world.world_name, option.scenario) if option.scenario else copied(world)
    except worlds.UnknownWorld as unknown:
        raise ValueError(f"there is no scenario {unknown}") from None
    return here, "".join(typed(here, line).output for line in option.run)


def _told(option: Option, world: World, printed: str) -> Iterator[tuple[str, bool]]:
    if option.shows:
        yield f"shows ({option.shows!r})", option.shows in printed
    if option.check:
        yield "checks", bool(world.check({"all": [option.check]})["reached"])


def proves(proof: Proof | None, options: tuple[Option, ...]) -> bool:
    """Say whether anything is declared that can be false."""
    return proof is not None and bool(proof.goal or proof.output or any(option.shows or option.check for option in options))


def standing(question: Question) -> str:
    """Say what stands behind a question's key: "run" if a world proves it, one of `UNPROVED` if its author says why none can, or nothing."""
    return "run" if question.proof is not None or TYPES[question.type].is_executed else question.unproved


def answer_faults(question: Question, printed: str) -> Iterator[str]:
    """Return a fault if a typed answer was not printed: one of its accepted forms, or its number."""
    forms = question.accepted or ((str(question.detail["answer"]),) if "answer" in question.detail else ())
    if forms and not any(plain(form) in printed for form in forms):
        yield Sentence.of(f"question {question.id}: none of its accepted answers was printed: {printed.strip()[-300:]!r}", f"문항 {question.id}: 맞는 답이 하나도 출력되지 않았다: {printed.strip()[-300:]!r}")


def order_faults(question: Question, printed: str) -> Iterator[str]:
    """Return a fault for the first step of an ordering that was not printed after the steps before it."""
    start = 0
    for option in question.options:
        found = printed.find(option.shows, start) if option.shows else start
        if found < 0:
            yield Sentence.of(f"question {question.id}: step {option.id} ({option.shows!r}) was not printed after the steps before it; printed: {printed.strip()[-600:]!r}", f"문항 {question.id}: 단계 {option.id}({option.shows!r}), 앞 단계들 다음에 출력되지 않았다. 출력: {printed.strip()[-600:]!r}")
            return
        start = found + len(option.shows)


def unshown_steps(question: Question) -> Iterator[tuple[int, str]]:
    """Return place and fault of each step of an ordering that shows nothing: its place in the order is claimed, not proved."""
    if question.type == "ordering":
        yield from ((place, Sentence.of(f"question {question.id}: nothing shows when step {option.id} comes (shows)", f"문항 {question.id}: 단계 {option.id}, 언제 오는지 보여 주는 것이 없다(shows)")) for place, option in enumerate(question.options) if not option.shows)
