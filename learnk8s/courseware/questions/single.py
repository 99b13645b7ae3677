"""Single choice: exactly one option is right."""

from learnk8s.courseware.questions.question import Check, Graded, Path, Question, QuestionType, chosen_ids, misconceptions_in, remarks_on
from learnk8s.courseware.reading import Reader


def _check(reader: Reader, question: Question, path: Path) -> None:
    if sum(option.is_right for option in question.options) != 1:
        reader.complain(path, "no-right-answer", name=question.id)


def _grade(question: Question, answer: list[str], _world: Check | None) -> Graded:
    chosen = set(answer[:1])
    right = [option for option in question.options if option.is_right]
    return Graded(100 if right and chosen == {right[0].id} else 0, remarks_on(question, chosen), misconceptions_in(question, chosen), model=right[0].text if right else {})


SINGLE = QuestionType(_check, _grade, chosen_ids)
