"""Single choice: exactly one option is right; another one may have `percent`, from 1 to 99, for an answer that is half right."""

from learnk8s.courseware.questions.question import Check, Graded, Path, Question, QuestionType, chosen_ids, misconceptions_in, remarks_on
from learnk8s.courseware.reading import Reader


def _check(reader: Reader, question: Question, path: Path) -> None:
    rights = sum(option.is_right for option in question.options)
    if rights != 1:
        reader.complain(path, "several-right" if rights else "no-right-answer", question=question.id)
    elif len(question.options) < 2:
        reader.complain(path, "few-options", question=question.id)
    for place, option in enumerate(question.options):
        if option.percent is not None and not (option.percent == 100 if option.is_right else 0 <= option.percent < 100):
            reader.complain((*path, "options", place, "percent"), "wrong-type", name="percent", what="0..99")


def _grade(question: Question, answer: list[str], _world: Check | None) -> Graded:
    chosen = set(answer[:1])
    right = [option for option in question.options if option.is_right]
    given = next((option for option in question.options if option.id in chosen), None)
    percent = 0 if given is None else 100 if given.is_right and right else given.percent or 0
    return Graded(percent, remarks_on(question, chosen), misconceptions_in(question, chosen), model=right[0].text if right else {})


SINGLE = QuestionType(_check, _grade, chosen_ids)
