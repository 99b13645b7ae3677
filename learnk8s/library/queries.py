"""Reads of the library; what may be edited is found through the person."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from learnk8s.accounts.models import User
from learnk8s.courseware import Lesson as Document
from learnk8s.courseware.kinds import parsed
from learnk8s.courseware.questions import Question
from learnk8s.library.models import Course, Kind, Lesson, Revision, Role

MAY_EDIT = (Role.OWNER, Role.EDITOR)


def editable_lessons(user: User) -> QuerySet[Lesson]:
    """Return the lessons that a person may edit, each with the number of its newest revision."""
    return Lesson.objects.filter(course__memberships__user=user, course__memberships__role__in=MAY_EDIT).select_related("course", "published_revision__lesson").annotate(newest_number=Max("revisions__number")).order_by("course__slug", "position")


def lesson_for_editor(user: User, course: str, lesson: str) -> Lesson | None:
    """Return a lesson if the person may edit it."""
    return editable_lessons(user).filter(course__slug=course, slug=lesson).first()


def newest_revision(lesson: Lesson) -> Revision:
    """Return the newest revision; every lesson has one."""
    return lesson.revisions.order_by("-number")[:1].get()


def revisions_of(lesson: Lesson) -> QuerySet[Revision]:
    """Return all revisions, newest first."""
    return lesson.revisions.select_related("created_by", "lesson").order_by("-number")


def seen_at(lesson: Lesson, moment: datetime) -> Lesson:
    """Return the lesson as students see it at a moment: a schedule that is due counts as published."""
    if lesson.scheduled_at is not None and lesson.scheduled_at <= moment and lesson.scheduled_revision is not None:
        lesson.published_revision = lesson.scheduled_revision
    return lesson


def _visible(course: str, kind: str, moment: datetime) -> QuerySet[Lesson]:
    seen = Q(published_revision__isnull=False) | Q(scheduled_at__lte=moment, scheduled_revision__isnull=False)
    return Lesson.objects.select_related("course", "published_revision__lesson", "scheduled_revision__lesson").defer("published_revision__files", "scheduled_revision__files").filter(seen, course__slug=course, kind=kind, archived_at=None, course__archived_at=None).order_by("position", "slug")


def published_lesson(course: str, lesson: str, *, kind: str = Kind.LESSON) -> Lesson | None:
    """Return a lesson that students see."""
    now = timezone.now()
    found = _visible(course, kind, now).filter(slug=lesson).first()
    return seen_at(found, now) if found is not None else None


def published_lessons(course: str, *, kind: str = Kind.LESSON, moment: datetime | None = None) -> list[Lesson]:
    """Return the lessons of a course that students see, in order."""
    moment = moment or timezone.now()
    return [seen_at(lesson, moment) for lesson in _visible(course, kind, moment)]


def published_lessons_of_all() -> list[Lesson]:
    """Return what students see of all courses, course by course in order."""
    return list(Lesson.objects.select_related("course", "published_revision__lesson").filter(published_revision__isnull=False).order_by("course__slug", "position"))


def count_of_published() -> int:
    """Return how many lessons students see."""
    return Lesson.objects.filter(published_revision__isnull=False).count()


def courses() -> list[Course]:
    """Return the courses of the public catalogue that have something to read."""
    return list(Course.objects.filter(is_listed=True, archived_at=None, lessons__kind=Kind.LESSON, lessons__published_revision__isnull=False).distinct())


DOCUMENTS_MAX = 512
_documents: dict[int, Document] = {}
"""Revisions as lessons, remembered because revisions never change; the oldest go first."""


def documents_of(revisions: Iterable[Revision]) -> dict[int, Document]:
    """Return revisions as lessons by their keys; those that are not remembered are read in one query."""
    keys = [revision.pk for revision in revisions]
    missing = [key for key in keys if key not in _documents]
    found = {key: _documents[key] for key in keys if key in _documents}
    for revision in Revision.objects.select_related("lesson").only("files", "lesson__kind", "lesson__slug").filter(pk__in=missing) if missing else ():
        lesson = parsed(revision.lesson.kind, revision.files).lesson
        assert lesson is not None, "what is published can be read"
        found[revision.pk] = _documents[revision.pk] = lesson
    while len(_documents) > DOCUMENTS_MAX:
        _documents.pop(next(iter(_documents)))
    return found


def document_of(revision: Revision) -> Document:
    """Return a revision as a lesson."""
    return documents_of([revision])[revision.pk]


def questions_of_bank(course: str, bank: str) -> tuple[Revision, dict[str, Question]] | None:
    """Return a published bank's revision and questions."""
    found = published_lesson(course, bank, kind=Kind.BANK)
    if found is None or found.published_revision is None:
        return None
    return found.published_revision, document_of(found.published_revision).questions
