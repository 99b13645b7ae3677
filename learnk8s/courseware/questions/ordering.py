"""Ordering: the options stand in the file in their right order; the page shows them in another."""

from hashlib import blake2b

from learnk8s.courseware.questions.question import Graded, Option, Question, QuestionType, Remark, empty
from learnk8s.courseware.reading import Reader


def _check(reader: Reader, question: Question, path: tuple[str | int, ...]) -> None:
    if len(question.options) < 2:
        reader.complain(path, "no-right-answer", name=question.id)


def _grade(question: Question, answer: list[str]) -> Graded:
    right = [option.id for option in question.options]
    in_place = sum(place < len(answer) and answer[place] == name for place, name in enumerate(right))
    percent = 100 if answer == right else in_place * 100 // len(right) if question.partial else 0
    remarks = tuple(Remark(option.id, option.text, answer[place : place + 1] == [option.id], True, option.chosen or empty()) for place, option in enumerate(question.options))
    return Graded(percent, remarks)


def shuffled(question: Question) -> list[Option]:
    """Return the options in an order that does not show the right one, the same for everybody."""
    order = sorted(question.options, key=lambda option: blake2b(f"{question.id}/{option.id}".encode(), digest_size=8).digest())
    return order if [option.id for option in order] != [option.id for option in question.options] else order[::-1]


ORDERING = QuestionType(_check, _grade)
