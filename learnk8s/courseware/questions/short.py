"""Short text: accepted forms and patterns, and answers that the author foresaw."""

from learnk8s.courseware.questions.pattern import ANSWER_MAX, check_forms, fits, plain
from learnk8s.courseware.questions.question import Check, Graded, Path, Question, QuestionType, Remark, empty, one_text, same
from learnk8s.courseware.reading import Reader

__all__ = ["ANSWER_MAX", "SHORT"]


def _check(reader: Reader, question: Question, path: Path) -> None:
    if not question.accepted:
        reader.complain(path, "no-accepted", question=question.id)
    check_forms(reader, question.accepted, (*path, "accepted"))
    for place, known in enumerate(question.known):
        here = (*path, "wrong", place, "forms")
        check_forms(reader, known.forms, here)
        for form in known.forms:
            if form in question.accepted:
                reader.complain(here, "right-and-wrong", what=form)


def _grade(question: Question, answer: list[str], _world: Check | None) -> Graded:
    given = answer[0] if answer else ""
    right = any(fits(form, given) for form in question.accepted)
    foreseen = None if right else next((known for known in question.known if any(fits(form, given) for form in known.forms)), None)
    model = same(plain(question.accepted[0]) if question.accepted else "")
    if foreseen is None:
        praise = question.praise if right else None
        return Graded(100 if right else 0, (Remark("", same(given), right, True, praise or empty()),), said=(praise,) if praise else (), model=model)
    return Graded(foreseen.percent, (Remark("", same(given), False, True, foreseen.says),), (foreseen.misconception,) if foreseen.misconception else (), (foreseen.says,), model)


SHORT = QuestionType(_check, _grade, one_text, keys=("accepted", "wrong", "praise"))
