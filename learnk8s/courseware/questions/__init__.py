"""Question types, one file each, in one table: how each is read and graded."""

from learnk8s.courseware.questions import choice, ordering, short
from learnk8s.courseware.questions.question import Graded, Question, QuestionType

TYPES: dict[str, QuestionType] = {"single": choice.SINGLE, "multiple": choice.MULTIPLE, "ordering": ordering.ORDERING, "short": short.SHORT}


def graded(question: Question, answer: list[str]) -> Graded:
    """Return score and feedback for an answer: ids of options, or one text."""
    return TYPES[question.type].grade(question, answer)


__all__ = ["TYPES", "Graded", "Question", "graded"]
