"""The gradebook: points of every student in every lesson, with due dates, extensions and what becomes of late answers."""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

from learnk8s.classroom.models import Assignment, Classroom, Late, Seat
from learnk8s.courseware.questions import combined
from learnk8s.lessons import queries as lessons
from learnk8s.library import queries as library
from learnk8s.library.models import Lesson
from learnk8s.quizzes.models import Attempt, Sitting

DAY = timedelta(days=1)
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so is a formula to some spreadsheet."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One student in one lesson: points (None: nothing was answered), how much is done, and whether something came late."""

    points: int | None
    done: int
    is_late: bool
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Book:
    """Lessons across, students down."""

    lessons: list[Lesson]
    rows: list[tuple[Seat, list[Cell]]]


def counted(percent: int, at: datetime, due_at: datetime | None, classroom: Classroom) -> int | None:
    """Return what an answer counts, None if it does not.

    A day that has begun counts whole: with 10 percent less for each day, an answer one hour late keeps 90 percent of its points.
    """
    if due_at is None or at <= due_at or classroom.late == Late.ACCEPT:
        return percent
    if classroom.late == Late.REFUSE:
        return None
    days = -((due_at - at) // DAY)
    return percent * max(100 - days * classroom.late_percent, 0) // 100


def book(classroom: Classroom, seats: Sequence[Seat], assignments: Sequence[Assignment]) -> Book:
    """Return the gradebook of these seats; the number of queries does not depend on how many there are."""
    published = library.published_lessons(classroom.course_slug)
    documents = library.documents_of(lesson.published_revision for lesson in published if lesson.published_revision)
    users = [seat.user_id for seat in seats]
    attempts: dict[tuple[int, int], dict[str, list[Attempt]]] = defaultdict(lambda: defaultdict(list))
    for attempt in Attempt.objects.filter(user__in=users, revision__lesson__in=published, sitting=None).select_related("revision").only("user_id", "question", "percent", "created_at", "revision__lesson_id").order_by("created_at", "pk"):
        attempts[attempt.user_id or 0, attempt.revision.lesson_id][attempt.question].append(attempt)
    tests: dict[tuple[int, int], list[Sitting]] = defaultdict(list)
    for sitting in Sitting.objects.filter(user__in=users, lesson__in=published, question="", finished_at__isnull=False).order_by("finished_at"):
        tests[sitting.user_id or 0, sitting.lesson_id].append(sitting)
    progress = lessons.class_progress(classroom.course_slug, users, published)
    dates = {assignment.lesson_slug: assignment for assignment in assignments}
    rows = []
    for seat in seats:
        cells = []
        for place, lesson in enumerate(published):
            key = (seat.user_id, lesson.pk)
            due_at = _due(dates.get(lesson.slug), seat)
            done = progress.rows[seat.user_id][place]["percent"] if seat.user_id in progress.rows else 0
            cells.append(_cell(documents[lesson.published_revision_id], attempts[key], tests[key], due_at, done, classroom))  # type: ignore[index]  # published
        rows.append((seat, cells))
    return Book(published, rows)


def _due(assignment: Assignment | None, seat: Seat) -> datetime | None:
    if assignment is None:
        return None
    own = next((extension.due_at for extension in assignment.extensions.all() if extension.user_id == seat.user_id), None)
    return own or assignment.due_at


def _cell(document: Any, attempts: Mapping[str, Sequence[Attempt]], tests: Sequence[Sitting], due_at: datetime | None, done: int, classroom: Classroom) -> Cell:
    points, is_late, answered = [], False, False
    for name, question in document.questions.items():
        found = attempts.get(name, ())
        answered = answered or bool(found)
        is_late = is_late or any(due_at is not None and attempt.created_at > due_at for attempt in found)
        kept = [value for attempt in found if (value := counted(attempt.percent, attempt.created_at, due_at, classroom)) is not None]
        if document.quiz is None or found:
            points.append(combined(kept, question.rules.combine))
    if document.quiz is not None:
        ends = [(sitting.percent or 0, sitting.finished_at) for sitting in tests if sitting.finished_at]
        answered = answered or bool(ends)
        is_late = is_late or any(due_at is not None and end > due_at for _percent, end in ends)
        points = [combined([value for percent, end in ends if (value := counted(percent, end, due_at, classroom)) is not None], document.quiz.combine)]
    return Cell(sum(points) // len(points) if answered and points else None, done, is_late, due_at)


def safe(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    >>> safe('=HYPERLINK("http://a")'), safe("Anna"), safe("  +1")
    ('\\'=HYPERLINK("http://a")', 'Anna', "'  +1")
    """
    return f"'{text}" if text.lstrip(" ").startswith(FORMULAS) or text.startswith(FORMULAS) else text


def as_csv(found: Book, titles: Sequence[str]) -> str:
    """Return the gradebook for a spreadsheet: one line for each student, points for each lesson."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([safe(title) for title in ("log-in", "name", *titles)])
    for seat, cells in found.rows:
        writer.writerow([safe(seat.user.username), safe(seat.user.display_name), *("" if cell.points is None else cell.points for cell in cells)])
    return "\ufeff" + out.getvalue()
