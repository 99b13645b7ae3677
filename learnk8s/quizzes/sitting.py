"""Tests with a time limit. The server keeps the time: what was saved before the end counts, what comes later does not, and an open test that is over is handed in as it stands."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from learnk8s.classroom.queries import time_percent_of
from learnk8s.courseware.questions import Question, combined, graded
from learnk8s.courseware.quiz import Quiz, drawn
from learnk8s.lessons.actions import reach
from learnk8s.library import queries as library
from learnk8s.library.models import Lesson, Revision
from learnk8s.quizzes import review
from learnk8s.quizzes.actions import Refused
from learnk8s.quizzes.models import Attempt, Sitting
from learnk8s.web.visitor import Visitor

GRACE = timedelta(seconds=3)
"""How much later than the end a form may arrive that was sent in time."""
SITTINGS_MAX = 200


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a sitting, with the revision that it is from."""

    revision: Revision
    question: Question


def rules_of(lesson: Lesson, question: str = "") -> Quiz | None:
    """Return the rules of a lesson's test, or of one question with a time limit; None if there is no such thing."""
    assert lesson.published_revision is not None, "only published lessons have tests"
    document = library.document_of(lesson.published_revision)
    if not question:
        return document.quiz
    found = document.questions.get(question)
    return Quiz(found.rules.seconds, found.rules.attempts, found.rules.combine) if found is not None and found.rules.seconds else None


def _items(lesson: Lesson, quiz: Quiz, question: str, seed: int) -> list[tuple[int, str]]:
    revision = lesson.published_revision
    assert revision is not None, "only published lessons have tests"
    if question:
        return [(revision.pk, question)]
    revisions, banks = {"": revision}, {"": [found for found in library.document_of(revision).questions.values() if found.type != "world"]}
    for name in {wish.bank for wish in quiz.draws if wish.bank}:
        found = library.questions_of_bank(lesson.course.slug, name)
        if found is not None:
            revisions[name], banks[name] = found[0], [each for each in found[1].values() if each.type != "world"]
    return [(revisions[bank].pk, each.id) for bank, each in drawn(quiz, banks, seed)]


def items_of(sitting: Sitting) -> list[Item]:
    """Return the questions of a sitting in their order."""
    revisions = {row.pk: row for row in Revision.objects.select_related("lesson__course").filter(pk__in={pk for pk, _name in sitting.items})}
    return [Item(revisions[pk], library.document_of(revisions[pk]).questions[name]) for pk, name in sitting.items if pk in revisions and name in library.document_of(revisions[pk]).questions]


def used(visitor: Visitor, lesson: Lesson, question: str = "") -> list[int]:
    """Return the points of a visitor's finished sittings, the first one first."""
    rows = Sitting.objects.filter(visitor.owned(), lesson=lesson, question=question, finished_at__isnull=False).order_by("finished_at", "pk")
    return [percent or 0 for percent in rows.values_list("percent", flat=True)]


@transaction.atomic
def begin(*, visitor: Visitor, lesson: Lesson, question: str = "") -> Sitting:
    """Begin a test, or go on with the open one. Raises Refused when no attempt is left."""
    quiz = rules_of(lesson, question)
    if quiz is None:
        raise Refused(_("There is no test here."))
    for row in Sitting.objects.select_for_update().filter(visitor.owned(), lesson=lesson, question=question, finished_at=None):
        if not is_over(row, timezone.now()):
            return row
        _hand_in(row, visitor)
    count = len(used(visitor, lesson, question))
    if count >= (quiz.attempts or SITTINGS_MAX):
        raise Refused(_("You have used all your attempts at this test."))
    seed, now = secrets.randbelow(2**31), timezone.now()
    items = _items(lesson, quiz, question, seed)
    if not items:
        raise Refused(_("This test has no questions yet."))
    seconds = quiz.seconds * time_percent_of(visitor.user, lesson.course.slug) // 100
    return Sitting.objects.create(lesson=lesson, revision=lesson.published_revision, question=question, seed=seed, items=items, ends_at=now + timedelta(seconds=seconds) if seconds else None, **visitor.ownership())


def is_over(sitting: Sitting, now: datetime) -> bool:
    """Say whether the time is up."""
    return sitting.ends_at is not None and now > sitting.ends_at + GRACE


@transaction.atomic
def save(*, visitor: Visitor, sitting: Sitting, answers: dict[str, list[str]]) -> bool:
    """Keep answers as they are now; False if the time is up, so that nothing was kept."""
    row = Sitting.objects.select_for_update().get(visitor.owned(), pk=sitting.pk)
    if row.finished_at is not None or is_over(row, timezone.now()):
        return False
    row.answers = {**row.answers, **answers}
    row.save(update_fields=["answers"])
    return True


@transaction.atomic
def finish(*, visitor: Visitor, sitting: Sitting) -> Sitting:
    """Hand in and grade what was saved."""
    row = Sitting.objects.select_for_update(of=("self",)).select_related("lesson__course", "lesson__published_revision", "user").get(visitor.owned(), pk=sitting.pk)
    return row if row.finished_at is not None else _hand_in(row, visitor)


def _hand_in(row: Sitting, visitor: Visitor) -> Sitting:
    now, items = timezone.now(), items_of(row)
    row.finished_at = min(now, row.ends_at) if row.ends_at else now
    seconds = int((row.finished_at - row.started_at).total_seconds()) // max(len(items), 1)
    percents = []
    for place, item in enumerate(items):
        given = row.answers.get(str(place), [])
        result = graded(item.question.variant(row.seed), given)
        percents.append(result.percent)
        Attempt.objects.create(revision=item.revision, question=item.question.id, answer=given, percent=result.percent, seed=row.seed, seconds=max(seconds, 0), misconceptions=list(result.misconceptions), sitting=row, **visitor.ownership())
        if visitor.user is not None and given:
            review.learn(user=visitor.user, lesson=item.revision.lesson, question=item.question.id, is_right=result.is_right, misconceptions=result.misconceptions)
    row.percent = sum(percents) // len(percents) if percents else 0
    row.save(update_fields=["finished_at", "percent"])
    quiz = rules_of(row.lesson, row.question) if row.lesson.published_revision else None
    if quiz is not None:
        reach(visitor=visitor, lesson=row.lesson, answer=(row.question or "test", combined(used(visitor, row.lesson, row.question), quiz.combine)))
    return row


def hand_in_all_over(lesson: Lesson) -> int:
    """Hand in every open test of a lesson whose time is up, and say how many there were: what teachers see is complete then."""
    count = 0
    for row in Sitting.objects.filter(lesson=lesson, finished_at=None, ends_at__lt=timezone.now() - GRACE).select_related("user"):
        with transaction.atomic():
            locked = Sitting.objects.select_for_update(of=("self",)).select_related("lesson__course", "lesson__published_revision").get(pk=row.pk)
            if locked.finished_at is None:
                _hand_in(locked, Visitor(row.user, row.session_key))
                count += 1
    return count
