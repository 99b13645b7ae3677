"""What one thing of a class earned: points, how much is done, what came late."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from learnk8s.classroom.models import Classroom, Late
from learnk8s.courseware import Lesson as Document
from learnk8s.courseware.questions import combined
from learnk8s.lessons.queries import Done, percent_of
from learnk8s.quizzes.queries import TEST

DAY = timedelta(days=1)
EPOCH = datetime.fromtimestamp(0, UTC)
SHARED = "highest"
"""How points of tasks, scenarios and challenges are combined."""

Reached = list[tuple[int, datetime]]
"""Points and when they were earned, the first first."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One student in one lesson, scenario or challenge: points (None: nothing was answered), how much is done, and whether something came late."""

    points: int | None
    done: int
    is_late: bool
    due_at: datetime | None

    @property
    def earned(self) -> str:
        """Return its points, as the gradebook shows them."""
        return "—" if self.points is None else f"{self.points}%"

    @property
    def shown(self) -> str:
        """Return it in words."""
        points = [] if self.points is None else [gettext("%(percent)s%% of the points") % {"percent": self.points}]
        return " · ".join([f"{self.done}%", *points, *([gettext("late")] if self.is_late else [])])


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


def of_played(reached: Reached, due_at: datetime | None, classroom: Classroom) -> Cell:
    """Return what somebody reached in a scenario or a challenge: the best counts."""
    return Cell(_combined(reached, SHARED, due_at, classroom), 100, _came_late(reached, due_at), due_at)


def of_lesson(document: Document, answers: Mapping[str, Reached], done: Done | None, played: Iterable[Reached], due_at: datetime | None, classroom: Classroom) -> Cell:
    """Return the mean of all parts of a lesson; where it has a test, its ends count instead. `played` is what was reached in its scenarios and challenges."""
    tests = answers.get(TEST, [])
    parts = [*_questions(document, answers), *_tasks(document, done.tasks if done else {}), *((SHARED, reached) for reached in played)]
    whole = parts if document.quiz is None else [(document.quiz.combine, tests)]
    points = [_combined(reached, how, due_at, classroom) for how, reached in whole]
    given = [reached for _how, reached in (*parts, (SHARED, tests)) if reached]
    return Cell(sum(points) // len(points) if given and points else None, percent_of(done, document), due_at is not None and any(_came_late(reached, due_at) for reached in given), due_at)


def _questions(document: Document, answers: Mapping[str, Reached]) -> list[tuple[str, Reached]]:
    """Return for each question how its answers are combined, and what they earned; beside a test only those that were answered."""
    found = [(question.rules.combine, answers.get(name, [])) for name, question in document.questions.items()]
    return found if document.quiz is None else [part for part in found if part[1]]


def _tasks(document: Document, done: Mapping[str, Any]) -> list[tuple[str, Reached]]:
    """Return what the tasks of a lesson's sandbox earned: all or nothing. What was done before moments were kept came in time."""
    return [(SHARED, [(100, datetime.fromisoformat(done[name]) if isinstance(done[name], str) else EPOCH)] if done.get(name) else []) for name in document.tasks]


def _combined(reached: Sequence[tuple[int, datetime]], how: str, due_at: datetime | None, classroom: Classroom) -> int:
    if due_at is None or classroom.late == Late.ACCEPT:
        return combined([percent for percent, _at in reached], how)
    return combined([value for percent, at in reached if (value := counted(percent, at, due_at, classroom)) is not None], how)


def _came_late(reached: Reached, due_at: datetime | None) -> bool:
    return due_at is not None and any(at > due_at for _percent, at in reached)
