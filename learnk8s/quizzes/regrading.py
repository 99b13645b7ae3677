"""Grade attempts again after a question was mended: first dry, with old and new side by side; then for good, with an audit row. No score is lowered without saying so."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from learnk8s.accounts.models import User
from learnk8s.courseware.questions import Question, combined, graded
from learnk8s.courseware.questions.question import after_hints
from learnk8s.courseware.questions.wording import in_words
from learnk8s.lessons.models import Progress
from learnk8s.library import queries as library
from learnk8s.library.models import Lesson, Revision
from learnk8s.quizzes.actions import Refused
from learnk8s.quizzes.models import Attempt, Regrade, Sitting

ATTEMPTS_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Moved:
    """One attempt with its old and its new points."""

    attempt: Attempt
    old: int
    new: int

    @property
    def is_lower(self) -> bool:
        """Say whether somebody would lose points."""
        return self.new < self.old


@dataclass(frozen=True, slots=True)
class Moves:
    """What a regrade of whatever kind would do."""

    revision: Revision
    changes: tuple[Moved, ...]
    looked_at: int

    @property
    def raised(self) -> int:
        """Return how many attempts gain points."""
        return sum(not change.is_lower for change in self.changes)

    @property
    def lowered(self) -> int:
        """Return how many attempts would lose points."""
        return sum(change.is_lower for change in self.changes)


def check_reason(*, lowers: bool, reason: str) -> None:
    """Refuse to lower points without a word."""
    if lowers and not reason.strip():
        raise Refused(_("Whoever lowers points says why."))


def audited(kept: Sequence[Moved], *, lesson: Lesson, revision: Revision, question: str, by: User, lowers: bool, reason: str) -> Regrade:
    """Leave an audit row of what was changed."""
    rows = [{"attempt": change.attempt.pk, "who": str(change.attempt.user or ""), "old": change.old, "new": change.new} for change in kept]
    return Regrade.objects.create(lesson=lesson, revision=revision, question=question, rows=rows, lowers=lowers, reason=reason.strip()[:300], by=by)


class Change(Moved):
    """One attempt at a question."""

    __slots__ = ()

    def said(self, language: str) -> str:
        """Return what was answered, in the words of the revision that was seen."""
        given = [str(part) for part in self.attempt.answer]
        seen = library.document_of(self.attempt.revision).questions.get(self.attempt.question)
        return in_words(seen.variant(self.attempt.seed), given, language) if seen is not None else " / ".join(given)


@dataclass(frozen=True, slots=True)
class Plan(Moves):
    """What a regrade of a question would do."""

    question: Question


def planned(lesson: Lesson, question: str) -> Plan:
    """Return what grading every attempt by the published revision would change; nothing is written. Raises Refused."""
    revision = lesson.published_revision
    found = library.document_of(revision).questions.get(question) if revision is not None else None
    if revision is None or found is None:
        raise Refused(_("Publish the mended question first; attempts are graded by what students see."))
    if found.type == "world":
        raise Refused(_("What was reached in a sandbox cannot be graded again; the sandbox has gone on since."))
    attempts = list(Attempt.objects.filter(revision__lesson=lesson, question=question).select_related("user", "revision").order_by("created_at", "pk")[:ATTEMPTS_MAX])
    changes = []
    for attempt in attempts:
        new = after_hints(graded(found.variant(attempt.seed), [str(part) for part in attempt.answer]).percent, found, attempt.hints)
        if new != attempt.percent:
            changes.append(Change(attempt, attempt.percent, new))
    return Plan(revision, tuple(changes), len(attempts), found)


@transaction.atomic
def carry_out(*, lesson: Lesson, question: str, by: User, lowers: bool, reason: str) -> Regrade:
    """Regrade, and leave an audit row. Points go down only if that is asked for and a reason is given. Raises Refused."""
    check_reason(lowers=lowers, reason=reason)
    plan = planned(lesson, question)
    kept = [change for change in plan.changes if lowers or not change.is_lower]
    for change in kept:
        Attempt.objects.filter(pk=change.attempt.pk).update(percent=change.new, graded_by=plan.revision)
    _recount(lesson, plan.question, [change.attempt for change in kept])
    return audited(kept, lesson=lesson, revision=plan.revision, question=question, by=by, lowers=lowers, reason=reason)


def _recount(lesson: Lesson, question: Question, attempts: Sequence[Attempt]) -> None:
    """Bring progress and tests in line with the new points."""
    for user, session in {(attempt.user_id, attempt.session_key) for attempt in attempts if attempt.sitting_id is None}:
        owner = {"user": user, "session_key": session}
        percents = list(Attempt.objects.filter(revision__lesson=lesson, question=question.id, sitting=None, **owner).order_by("created_at", "pk").values_list("percent", flat=True))
        for progress in Progress.objects.filter(lesson=lesson, **owner):
            progress.answers[question.id] = combined(percents, question.rules.combine)
            progress.save(update_fields=["answers"])
    for sitting in Sitting.objects.filter(pk__in={attempt.sitting_id for attempt in attempts if attempt.sitting_id}):
        percents = list(sitting.attempts.values_list("percent", flat=True))
        sitting.percent = sum(percents) // len(percents) if percents else 0
        sitting.save(update_fields=["percent"])
        _recount_test(sitting)


def _recount_test(sitting: Sitting) -> None:
    document = library.document_of(sitting.revision)
    rules = document.questions[sitting.question].rules.combine if sitting.question in document.questions else document.quiz.combine if document.quiz else "highest"
    owner = {"user": sitting.user_id, "session_key": sitting.session_key}
    percents = list(Sitting.objects.filter(lesson=sitting.lesson_id, question=sitting.question, finished_at__isnull=False, **owner).order_by("finished_at", "pk").values_list("percent", flat=True))
    for progress in Progress.objects.filter(lesson=sitting.lesson_id, **owner):
        progress.answers[sitting.question or "test"] = combined([percent or 0 for percent in percents], rules)
        progress.save(update_fields=["answers"])
