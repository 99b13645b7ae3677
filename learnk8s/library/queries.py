"""Reads of the library; what may be edited is found through the person."""

from functools import lru_cache

from django.db.models import Max, QuerySet

from learnk8s.accounts.models import User
from learnk8s.courseware import Lesson as Document
from learnk8s.courseware import parse_lesson
from learnk8s.library.models import Course, Lesson, Revision, Role

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


def published_lesson(course: str, lesson: str) -> Lesson | None:
    """Return a lesson that students see."""
    return Lesson.objects.select_related("course", "published_revision__lesson").filter(course__slug=course, slug=lesson, published_revision__isnull=False).first()


def published_lessons(course: str) -> list[Lesson]:
    """Return the lessons of a course that students see, in order."""
    return list(Lesson.objects.select_related("course", "published_revision__lesson").filter(course__slug=course, published_revision__isnull=False).order_by("position"))


def published_lessons_of_all() -> list[Lesson]:
    """Return what students see of all courses, course by course in order."""
    return list(Lesson.objects.select_related("course", "published_revision__lesson").filter(published_revision__isnull=False).order_by("course__slug", "position"))


def count_of_published() -> int:
    """Return how many lessons students see."""
    return Lesson.objects.filter(published_revision__isnull=False).count()


def courses() -> list[Course]:
    """Return the courses that have something to read."""
    return list(Course.objects.filter(lessons__published_revision__isnull=False).distinct())


@lru_cache(maxsize=128)
def _document(revision_id: int, _number: int) -> Document:
    lesson = parse_lesson(Revision.objects.values_list("files", flat=True).get(pk=revision_id)).lesson
    assert lesson is not None, "what is published can be read"
    return lesson


def document_of(revision: Revision) -> Document:
    """Return a revision as a lesson, remembered because revisions never change."""
    return _document(revision.pk, revision.number)
