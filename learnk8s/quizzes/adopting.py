"""What an anonymous session answered becomes a person's when they log in, as far as they could have done it logged in.

Anybody can have a new session, or sit at a computer where somebody else just sat: so limits of attempts hold for both together, the earliest first,
what counts of one's own is replaced by nothing, and tests that count for a class are never taken over (they are sat logged in, `testing.py`).
What is left behind stays with its session, which ended with the log-in.
"""

from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, Model

from learnk8s.accounts.models import User
from learnk8s.classroom.queries import is_of_a_class
from learnk8s.courseware.questions import combined
from learnk8s.lessons.models import Progress
from learnk8s.library import queries as library
from learnk8s.library.models import Lesson
from learnk8s.quizzes.models import Attempt, Help, Sitting
from learnk8s.quizzes.sitting import SITTINGS_MAX, rules_of, used
from learnk8s.web.visitor import Visitor


@transaction.atomic
def adopt(user: User, session_key: str) -> None:
    """Give an anonymous session's attempts, hints and tests to a person; what they have already of their own stays theirs."""
    for row in Help.objects.filter(user=None, session_key=session_key):
        if not Help.objects.filter(user=user, revision=row.revision_id, question=row.question).exists():
            Help.objects.filter(pk=row.pk).update(user=user, session_key="")
    _answers(user, session_key)
    _tests(user, session_key)


def _answers(user: User, session_key: str) -> None:
    """Take over answers outside tests."""
    found: dict[tuple[Lesson, str], list[Attempt]] = defaultdict(list)
    for row in Attempt.objects.filter(user=None, session_key=session_key, sitting=None).select_related("revision__lesson__published_revision").order_by("created_at", "pk"):
        found[row.revision.lesson, row.question].append(row)
    for (lesson, name), rows in found.items():
        question = library.document_of(lesson.published_revision).questions.get(name) if lesson.published_revision else None
        if question is None:
            _take(user, rows)
            continue
        own = Attempt.objects.filter(user=user, revision__lesson=lesson, question=name, sitting=None).order_by("created_at", "pk")
        _take(user, rows[: _room(own.count(), question.rules.attempts, question.rules.combine, len(rows))])
        _count(user, lesson, name, list(own.values_list("percent", flat=True)), question.rules.combine)


def _tests(user: User, session_key: str) -> None:
    """Take over tests, finished ones first: one that is still open is an attempt as well."""
    found: dict[tuple[Lesson, str], list[Sitting]] = defaultdict(list)
    for row in Sitting.objects.filter(user=None, session_key=session_key).select_related("lesson__course", "lesson__published_revision").order_by(F("finished_at").asc(nulls_last=True), "pk"):
        found[row.lesson, row.question].append(row)
    for (lesson, question), rows in found.items():
        rules = rules_of(lesson, question) if lesson.published_revision else None
        how = rules.combine if rules else "highest"
        own = Sitting.objects.filter(user=user, lesson=lesson, question=question)
        room = 0 if is_of_a_class(lesson.course.slug) else _room(own.count(), rules.attempts if rules else 0, how, SITTINGS_MAX)
        has_open = own.filter(finished_at=None).exists()
        kept = [row for row in rows[:room] if row.finished_at is not None or not has_open]
        _take(user, kept)
        Attempt.objects.filter(sitting__in=kept).update(user=user, session_key="")
        _count(user, lesson, question or "test", used(Visitor(user, ""), lesson, question), how)


def _room(own: int, most: int, how: str, without_limit: int) -> int:
    """Return how many attempts of a stranger count for somebody who has some of their own.

    >>> _room(1, 3, "highest", 200), _room(0, 0, "first", 200), _room(1, 3, "last", 200)
    (2, 200, 0)
    """
    if own and how in ("first", "last"):
        return 0
    return max(most - own, 0) if most else without_limit


def _take(user: User, rows: Sequence[Model]) -> None:
    for kind in {type(row) for row in rows}:
        kind._default_manager.filter(pk__in=[row.pk for row in rows]).update(user=user, session_key="")


def _count(user: User, lesson: Lesson, name: str, percents: Sequence[int], how: str) -> None:
    """Bring the person's progress, which was joined with the session's before, in line with what was taken over."""
    for progress in Progress.objects.filter(user=user, lesson=lesson):
        progress.answers = {**{key: percent for key, percent in progress.answers.items() if key != name}, **({name: combined(percents, how)} if percents else {})}
        progress.save(update_fields=["answers"])
