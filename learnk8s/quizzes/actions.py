"""Writes of attempts."""

from django.db import transaction

from learnk8s.accounts.models import User
from learnk8s.courseware.questions import Graded, Question, graded
from learnk8s.lessons.actions import reach
from learnk8s.library.models import Lesson
from learnk8s.quizzes.models import Attempt
from learnk8s.web.visitor import Visitor

ATTEMPTS_MAX = 200
"""Attempts of one visitor at one question: nobody learns from more."""


@transaction.atomic
def answer(*, visitor: Visitor, lesson: Lesson, question: Question, given: list[str]) -> Graded:
    """Grade an answer and keep it."""
    result = graded(question, given)
    assert lesson.published_revision is not None, "only published lessons are answered"
    mine = Attempt.objects.filter(visitor.owned(), revision=lesson.published_revision, question=question.id)
    if mine.count() < ATTEMPTS_MAX:
        Attempt.objects.create(revision=lesson.published_revision, question=question.id, answer=given, percent=result.percent, **visitor.ownership())
    reach(visitor=visitor, lesson=lesson, answer=(question.id, result.percent))
    return result


def adopt(user: User, session_key: str) -> None:
    """Give an anonymous session's attempts to a person."""
    Attempt.objects.filter(user=None, session_key=session_key).update(user=user, session_key="")
