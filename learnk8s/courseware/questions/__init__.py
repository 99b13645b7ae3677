"""Questions: how each type is read, shown and graded."""

from learnk8s.courseware.questions.kinds import TYPES
from learnk8s.courseware.questions.question import Check, Graded, Question, combined


def graded(question: Question, answer: list[str], world: Check | None = None) -> Graded:
    """Return score and feedback for an answer; `world` asks the learner's sandbox, where the type needs one."""
    return TYPES[question.type].grade(question, answer, world)


__all__ = ["TYPES", "Check", "Graded", "Question", "combined", "graded"]
