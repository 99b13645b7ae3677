"""Reads of progress."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from learnk8s.lessons.models import Progress
from learnk8s.library import queries as library
from learnk8s.library.models import Lesson
from learnk8s.web.visitor import Visitor


def progress_of(visitor: Visitor, lesson: Lesson) -> Progress | None:
    """Return a visitor's progress in a lesson, or None."""
    return Progress.objects.filter(visitor.owned(), lesson=lesson).first()


def progress_by_lesson(visitor: Visitor, lessons: list[Lesson]) -> dict[int, Progress]:
    """Return a visitor's progress in several lessons by their keys, in one query."""
    return {row.lesson_id: row for row in Progress.objects.filter(visitor.owned(), lesson__in=lessons)}


def percent(progress: Progress | None, lesson: Lesson) -> int:
    """Return how much of a lesson is done: tasks, predictions and questions count alike."""
    if progress is None or lesson.published_revision is None:
        return 0
    document = library.document_of(lesson.published_revision)
    whole = len(document.tasks) + len(document.predictions) + len(document.questions)
    done = sum(name in document.tasks for name in progress.tasks) + sum(name in document.predictions for name in progress.predictions) + sum(name in document.questions for name in progress.answers)
    return done * 100 // whole if whole else 100


@dataclass(frozen=True, slots=True)
class ClassProgress:
    """The lessons of a course, and for each person a cell for each lesson."""

    lessons: list[dict[str, Any]] = field(default_factory=list)
    rows: dict[int, list[dict[str, Any]]] = field(default_factory=dict)


def class_progress(course: str, user_ids: list[int]) -> ClassProgress:
    """Return how far people are in a course, in two queries beside the lessons."""
    lessons = library.published_lessons(course)
    found = {(row.user_id, row.lesson_id): row for row in Progress.objects.filter(user_id__in=user_ids, lesson__in=lessons)}
    rows = {user_id: [_cell(found.get((user_id, lesson.pk)), lesson) for lesson in lessons] for user_id in user_ids}
    return ClassProgress([{"title": lesson.title, "url": reverse("lessons:lesson", args=(course, lesson.slug))} for lesson in lessons], rows)


def _cell(progress: Progress | None, lesson: Lesson) -> dict[str, Any]:
    return {"percent": percent(progress, lesson), "task_done": bool(progress and progress.tasks), "quiz_percent": progress.quiz_percent if progress else None}
