"""The gradebook: points of every student in every lesson, scenario and challenge, with due dates, extensions and what becomes of late answers."""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from learnk8s.challenges.catalogue import challenges
from learnk8s.challenges.queries import solved_by
from learnk8s.classroom.models import Assignment, Classroom, Late, Seat, Work
from learnk8s.courseware.questions import combined
from learnk8s.lessons import queries as lessons
from learnk8s.library import queries as library
from learnk8s.library.models import Kind
from learnk8s.quizzes.models import Attempt, Sitting
from learnk8s.quizzes.queries import SCENE

DAY = timedelta(days=1)
EPOCH = datetime.fromtimestamp(0, UTC)
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so is a formula to some spreadsheet."""


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


@dataclass(frozen=True, slots=True)
class Column:
    """One thing of the class: a lesson, a scenario of the course, or a challenge that was given to it."""

    kind: str
    slug: str
    title: str
    url: str
    lesson: library.Shown | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """What counts across, students down."""

    columns: list[Column]
    rows: list[tuple[Seat, list[Cell]]]

    @property
    def means(self) -> list[str]:
        """Return for each column the mean points of those who have any."""
        columns = zip(*(cells for _seat, cells in self.rows), strict=True)
        points = [[cell.points for cell in cells if cell.points is not None] for cells in columns]
        return [f"{round(sum(each) / len(each))}%" if each else "—" for each in points]


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


Reached = list[tuple[int, datetime]]
"""Points and when they were earned, the first first."""


def book(classroom: Classroom, seats: Sequence[Seat], assignments: Sequence[Assignment], language: str = "en") -> Book:
    """Return the gradebook of these seats; the number of queries does not depend on how many there are, and most of the work only on what they did."""
    shown = library.shown(classroom.course_slug, Kind.LESSON, Kind.SCENARIO)
    documents = library.documents_by([each.revision_id for each in shown if each.kind == Kind.LESSON])
    given = [each.lesson_slug for each in assignments if each.kind == Work.CHALLENGE and each.lesson_slug in challenges()]
    asked = {name for document in documents.values() for kind, name in document.played if kind == Work.CHALLENGE}
    columns = _columns(classroom, shown, given, language)
    deeds = _deeds([seat.user_id for seat in seats], shown, {*given, *asked})
    dates = {(each.kind, each.lesson_slug): each for each in assignments}
    sheet = _Sheet(classroom, columns, [dates.get((column.kind, column.slug)) for column in columns], documents, deeds)
    return Book(columns, [(seat, sheet.cells(seat)) for seat in seats])


def _columns(classroom: Classroom, shown: Sequence[library.Shown], challenges_given: Sequence[str], language: str) -> list[Column]:
    begin = reverse("lessons:index")
    return [
        *(Column(Work.LESSON, each.slug, each.title, f"{begin}{classroom.course_slug}/{each.slug}/", each) for each in shown if each.kind == Kind.LESSON),
        *(Column(Work.SCENARIO, each.slug, each.title, reverse("scenarios:scene", args=(classroom.course_slug, each.slug)), each) for each in shown if each.kind == Kind.SCENARIO),
        *(Column(Work.CHALLENGE, slug, challenges()[slug][0].title[language], reverse("challenges:challenge", args=(slug,))) for slug in challenges_given),
    ]


@dataclass(frozen=True, slots=True)
class _Deeds:
    """What people did, by person and lesson: answers to each question, finished tests, the rest; and by person and name the challenges that they solved."""

    answers: Mapping[tuple[int, int], Mapping[str, Reached]]
    tests: Mapping[tuple[int, int], Reached]
    progress: Mapping[tuple[int, int], lessons.Done]
    solved: Mapping[tuple[int, str], Reached]


def _deeds(users: Sequence[int], shown: Sequence[library.Shown], challenge_names: Set[str]) -> _Deeds:
    """Read them without making rows: a class answers thousands of questions."""
    keys = [each.pk for each in shown]
    answers: dict[tuple[int, int], dict[str, Reached]] = defaultdict(lambda: defaultdict(list))
    found = Attempt.objects.filter(user__in=users, revision__lesson_id__in=keys, sitting=None).order_by("created_at", "pk")
    for user, lesson, question, percent, at in found.values_list("user_id", "revision__lesson_id", "question", "percent", "created_at"):
        answers[user, lesson][question].append((percent, at))
    tests: dict[tuple[int, int], Reached] = defaultdict(list)
    finished = Sitting.objects.filter(user__in=users, lesson_id__in=keys, question="", finished_at__isnull=False).order_by("finished_at")
    for user, lesson, whole, at in finished.values_list("user_id", "lesson_id", "percent", "finished_at"):
        tests[user, lesson].append((whole or 0, at))
    return _Deeds(answers, tests, lessons.progress_of_class(users, keys), solved_by(users, challenge_names))


class _Sheet:
    """The columns of a class with what does not depend on a student, so that a student's row takes no more than what they began."""

    def __init__(self, classroom: Classroom, columns: Sequence[Column], own: Sequence[Assignment | None], documents: Mapping[int, Any], deeds: _Deeds) -> None:
        self._classroom, self._columns, self._own, self._documents, self._deeds = classroom, columns, own, documents, deeds
        self._untouched = [Cell(None, 0, False, assignment.due_at if assignment else None) for assignment in own]
        self._extended = [place for place, assignment in enumerate(own) if assignment and assignment.extensions.all()]
        self._begun: dict[int, set[int]] = defaultdict(set)
        for user, lesson in (*deeds.progress, *deeds.answers, *deeds.tests):
            self._begun[user].add(lesson)
        self._lessons = {column.lesson.pk: place for place, column in enumerate(columns) if column.kind == Work.LESSON and column.lesson}
        self._played = [(place, column) for place, column in enumerate(columns) if column.kind != Work.LESSON]
        self._places: dict[tuple[str, str], list[int]] = defaultdict(list)
        """Where a scenario or a challenge counts as a part of a lesson."""
        for place in self._lessons.values():
            for each in self._document(place).played:
                self._places[each].append(place)

    def cells(self, seat: Seat) -> list[Cell]:
        """Return a student's row."""
        cells, reached = list(self._untouched), self._reached(seat.user_id)
        for place in self._extended:
            cells[place] = Cell(None, 0, False, _due(self._own[place], seat))
        for place, column in self._played:
            if found := reached.get((column.kind, column.slug)):
                cells[place] = _played(found, cells[place].due_at, self._classroom)
        begun = {self._lessons[lesson] for lesson in self._begun[seat.user_id] if lesson in self._lessons}
        for place in begun.union(*(self._places[each] for each in reached)):
            cells[place] = self._lesson(seat.user_id, place, reached, cells[place].due_at)
        return cells

    def _document(self, place: int) -> Any:
        lesson = self._columns[place].lesson
        assert lesson is not None, "asked for lessons only"
        return self._documents[lesson.revision_id]

    def _reached(self, user: int) -> dict[tuple[str, str], Reached]:
        """Return what somebody reached in scenarios and challenges."""
        found: dict[tuple[str, str], Reached] = {(Work.CHALLENGE.value, slug): reached for (solver, slug), reached in self._deeds.solved.items() if solver == user}
        for _place, column in self._played:
            answers = self._deeds.answers.get((user, column.lesson.pk)) if column.lesson else None
            if answers and SCENE in answers:
                found[column.kind, column.slug] = answers[SCENE]
        return found

    def _lesson(self, user: int, place: int, reached: Mapping[tuple[str, str], Reached], due_at: datetime | None) -> Cell:
        document, key = self._document(place), (user, self._columns[place].lesson.pk)  # type: ignore[union-attr]  # a lesson
        done = self._deeds.progress.get(key)
        parts = [*_questions(document, self._deeds.answers.get(key, {})), *_tasks(document, done.tasks if done else {}), *((SHARED, reached.get(each, [])) for each in document.played)]
        return _cell(document, parts, self._deeds.tests.get(key, []), due_at, lessons.percent_of(done, document), self._classroom)


SHARED = "highest"
"""How points of tasks, scenarios and challenges are combined."""


def _due(assignment: Assignment | None, seat: Seat) -> datetime | None:
    if assignment is None:
        return None
    own = next((extension.due_at for extension in assignment.extensions.all() if extension.user_id == seat.user_id), None)
    return own or assignment.due_at


def _questions(document: Any, answers: Mapping[str, Reached]) -> list[tuple[str, Reached]]:
    """Return for each question how its answers are combined, and what they earned; beside a test only those that were answered."""
    found = [(question.rules.combine, answers.get(name, [])) for name, question in document.questions.items()]
    return found if document.quiz is None else [part for part in found if part[1]]


def _tasks(document: Any, done: Mapping[str, Any]) -> list[tuple[str, Reached]]:
    """Return what the tasks of a lesson's sandbox earned: all or nothing. What was done before moments were kept came in time."""
    return [(SHARED, [(100, datetime.fromisoformat(done[name]) if isinstance(done[name], str) else EPOCH)] if done.get(name) else []) for name in document.tasks]


def _played(found: Reached, due_at: datetime | None, classroom: Classroom) -> Cell:
    kept = [value for percent, at in found if (value := counted(percent, at, due_at, classroom)) is not None]
    return Cell(combined(kept, SHARED) if found else None, 100 if found else 0, _came_late(found, due_at), due_at)


def _came_late(found: Reached, due_at: datetime | None) -> bool:
    return due_at is not None and any(at > due_at for _percent, at in found)


def _cell(document: Any, parts: Sequence[tuple[str, Reached]], ends: Reached, due_at: datetime | None, done: int, classroom: Classroom) -> Cell:
    """Return the mean of all parts; where a lesson has a test, its ends count instead."""
    whole = list(parts) if document.quiz is None else [(document.quiz.combine, ends)]
    points = [combined([value for percent, at in found if (value := counted(percent, at, due_at, classroom)) is not None], how) for how, found in whole]
    given = [found for _how, found in (*parts, (SHARED, ends)) if found]
    return Cell(sum(points) // len(points) if given and points else None, done, any(_came_late(found, due_at) for found in given), due_at)


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
