"""Single and multiple choice. A multiple choice gives partial credit only if its author says so."""

from learnk8s.courseware.questions.question import Graded, Question, QuestionType, Remark, empty
from learnk8s.courseware.reading import Reader


def _check(reader: Reader, question: Question, path: tuple[str | int, ...]) -> None:
    right = sum(option.is_right for option in question.options)
    if right == 0 or (question.type == "single" and right != 1):
        reader.complain(path, "no-right-answer", name=question.id)


def _remarks(question: Question, chosen: set[str]) -> tuple[Remark, ...]:
    return tuple(Remark(option.id, option.text, option.is_right, option.id in chosen, (option.chosen if option.id in chosen else option.left) or empty()) for option in question.options)


def _misconceptions(question: Question, chosen: set[str]) -> tuple[str, ...]:
    return tuple(option.misconception for option in question.options if option.misconception and option.id in chosen and not option.is_right)


def _single(question: Question, answer: list[str]) -> Graded:
    chosen = set(answer[:1])
    right = next(option.id for option in question.options if option.is_right)
    return Graded(100 if chosen == {right} else 0, _remarks(question, chosen), _misconceptions(question, chosen))


def _multiple(question: Question, answer: list[str]) -> Graded:
    chosen = set(answer)
    correct = sum((option.id in chosen) == option.is_right for option in question.options)
    exact = correct == len(question.options)
    percent = 100 if exact else correct * 100 // len(question.options) if question.partial and chosen else 0
    return Graded(percent, _remarks(question, chosen), _misconceptions(question, chosen))


SINGLE = QuestionType(_check, _single)
MULTIPLE = QuestionType(_check, _multiple)
