"""Reads of progress."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from learnk8s.courseware import Lesson as Document
from learnk8s.lessons.models import Certificate, Progress
from learnk8s.library import queries as library
from learnk8s.library.models import Course, Lesson
from learnk8s.web.visitor import Visitor


def progress_of(visitor: Visitor, lesson: Lesson) -> Progress | None:
    """Return a visitor's progress in a lesson, or None."""
    return None if visitor.is_new else Progress.objects.filter(visitor.owned(), lesson=lesson).first()


def progress_by_lesson(visitor: Visitor, lessons: list[Lesson]) -> dict[int, Progress]:
    """Return a visitor's progress in several lessons by their keys, in one query."""
    return {} if visitor.is_new else {row.lesson_id: row for row in Progress.objects.filter(visitor.owned(), lesson__in=lessons)}


def latest_of(visitor: Visitor) -> Lesson | None:
    """Return the lesson in which a visitor was last, or None, in one query and without its files."""
    if visitor.is_new:
        return None
    rows = Progress.objects.filter(visitor.owned(), lesson__published_revision__isnull=False, lesson__archived_at=None, lesson__course__archived_at=None)
    row = rows.select_related("lesson__course", "lesson__published_revision").defer("lesson__published_revision__files").order_by("-updated_at").first()
    return row.lesson if row else None


def percent(progress: Progress | None, lesson: Lesson) -> int:
    """Return how much of a lesson is done."""
    return percent_of(progress, library.document_of(lesson.published_revision)) if progress is not None and lesson.published_revision is not None else 0


class Done(NamedTuple):
    """What somebody did in a lesson, without the row that it stands in: a class has hundreds of them."""

    tasks: dict[str, Any]
    predictions: dict[str, Any]
    answers: dict[str, Any]


def percent_of(progress: Progress | Done | None, document: Document) -> int:
    """Return how much of a document is done: tasks, scenarios, predictions and questions count alike."""
    if progress is None:
        return 0
    tasks = {*document.tasks, *(f"{kind}:{name}" for kind, name in document.played)}
    whole = len(tasks) + len(document.predictions) + len(document.questions)
    done = sum(name in tasks for name in progress.tasks) + sum(name in document.predictions for name in progress.predictions) + sum(name in document.questions for name in progress.answers)
    return done * 100 // whole if whole else 100


def progress_of_class(user_ids: Sequence[int], lesson_ids: Sequence[int]) -> dict[tuple[int, int], Done]:
    """Return how far people are in some lessons, by the keys of both, in one query."""
    rows = Progress.objects.filter(user_id__in=user_ids, lesson_id__in=lesson_ids).values_list("user_id", "lesson_id", "tasks", "predictions", "answers")
    return {(user_id, lesson_id): Done(*done) for user_id, lesson_id, *done in rows}


def places_since(user_ids: Sequence[int], lesson_ids: Sequence[int], since: datetime) -> dict[int, tuple[int, datetime]]:
    """Return in which lesson each person was last since a moment, and when."""
    rows = Progress.objects.filter(user__in=user_ids, lesson__in=lesson_ids, updated_at__gte=since).order_by("updated_at").values_list("user_id", "lesson_id", "updated_at")
    return {user_id: (lesson_id, at) for user_id, lesson_id, at in rows}


def course_named(course: str) -> Course | None:
    """Return a course that is not put away, listed or not: its lessons are open to whoever has their address."""
    return Course.objects.filter(slug=course, archived_at=None).first()


def certificate_of(visitor: Visitor, course: str) -> Certificate | None:
    """Return a visitor's certificate of a course, or None."""
    return Certificate.objects.filter(visitor.owned(), course__slug=course).select_related("course").first()


def certificate_named(code: str) -> Certificate | None:
    """Return the certificate with a code; anybody who has the code may see it."""
    return Certificate.objects.select_related("course").filter(code=code.upper()).first()


def open_tasks(visitor: Visitor, lesson: Lesson) -> list[str]:
    """Return the ids of a lesson's tasks that a visitor has not done."""
    progress = progress_of(visitor, lesson)
    document = library.document_of(lesson.published_revision) if lesson.published_revision else None
    return [name for name in document.tasks if not (progress and progress.tasks.get(name))] if document else []


def neighbours(lesson: Lesson) -> tuple[library.Shown | None, library.Shown | None]:
    """Return the lessons before and after one that students see."""
    return library.published_beside(lesson)
