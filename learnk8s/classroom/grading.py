"""The gradebook: points of every student in every lesson, scenario and challenge, with due dates, extensions and what becomes of late answers."""

import csv
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
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
    def progress(self) -> SafeString:
        """Return the rows of the table of progress: how much is done, the points, what came late."""
        return self._drawn(lambda cell: escape(cell.shown))

    @property
    def points(self) -> SafeString:
        """Return the rows of the gradebook: the points, and a mark at what came late."""
        late = format_html(' <span class="badge" data-health="wait">{}</span>', gettext("late"))
        return self._drawn(lambda cell: escape(cell.earned) + (late if cell.is_late else ""))

    def _drawn(self, text: Callable[[Cell], str]) -> SafeString:
        """Return the rows with what stands in each cell. A class of thirty has as many cells as a template takes a tenth of a second for; most are the same one."""
        drawn: dict[tuple[int | None, int, bool], str] = {}
        rows = ("".join((f'<tr><th scope="row">{escape(seat.user)}</th>', *(drawn.get(key := (cell.points, cell.done, cell.is_late)) or drawn.setdefault(key, f"<td>{text(cell)}</td>") for cell in cells), "</tr>")) for seat, cells in self.rows)
        return mark_safe("".join(rows))  # noqa: S308  # escaped above

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
    """Return the gradebook of these seats; the number of queries does not depend on how many there are."""
    both = library.shown(classroom.course_slug, Kind.LESSON, Kind.SCENARIO)
    published, scenarios = [each for each in both if each.kind == Kind.LESSON], [each for each in both if each.kind == Kind.SCENARIO]
    ids = [each.pk for each in published]
    documents = library.documents_by([each.revision_id for each in published])
    users = [seat.user_id for seat in seats]
    attempts: dict[tuple[int, int], dict[str, list[Attempt]]] = defaultdict(lambda: defaultdict(list))
    for attempt in Attempt.objects.filter(user__in=users, revision__lesson_id__in=[each.pk for each in both], sitting=None).select_related("revision").only("user_id", "question", "percent", "created_at", "revision__lesson_id").order_by("created_at", "pk"):
        attempts[attempt.user_id or 0, attempt.revision.lesson_id][attempt.question].append(attempt)
    tests: dict[tuple[int, int], list[Sitting]] = defaultdict(list)
    for sitting in Sitting.objects.filter(user__in=users, lesson_id__in=ids, question="", finished_at__isnull=False).order_by("finished_at"):
        tests[sitting.user_id or 0, sitting.lesson_id].append(sitting)
    given = [each.lesson_slug for each in assignments if each.kind == Work.CHALLENGE and each.lesson_slug in challenges()]
    asked = {name for document in documents.values() for kind, name in document.played if kind == Work.CHALLENGE}
    solved = solved_by(users, {*given, *asked})
    progress = lessons.progress_of_class(users, ids)
    dates = {(each.kind, each.lesson_slug): each for each in assignments}
    begin = reverse("lessons:index")
    columns = [
        *(Column(Work.LESSON, each.slug, each.title, f"{begin}{classroom.course_slug}/{each.slug}/", each) for each in published),
        *(Column(Work.SCENARIO, each.slug, each.title, reverse("scenarios:scene", args=(classroom.course_slug, each.slug)), each) for each in scenarios),
        *(Column(Work.CHALLENGE, slug, challenges()[slug][0].title[language], reverse("challenges:challenge", args=(slug,))) for slug in given),
    ]
    places: dict[tuple[str, str | int], int] = {(column.kind, column.lesson.pk if column.lesson else column.slug): place for place, column in enumerate(columns)}
    own = [dates.get((column.kind, column.slug)) for column in columns]
    untouched = [Cell(None, 0, False, assignment.due_at if assignment else None) for assignment in own]
    extended = [place for place, assignment in enumerate(own) if assignment and assignment.extensions.all()]
    played: dict[tuple[str, str], list[int]] = defaultdict(list)
    for lesson in published:
        for each in documents[lesson.revision_id].played:
            played[each].append(lesson.pk)
    begun: dict[int, set[int]] = defaultdict(set)
    for user_id, key in (*progress, *attempts, *tests):
        begun[user_id].add(key)
    rows = []
    for seat in seats:
        user = seat.user_id
        reached: dict[tuple[str, str], Reached] = {(Work.CHALLENGE.value, slug): found for (user_id, slug), found in solved.items() if user_id == user}
        reached |= {(Work.SCENARIO.value, each.slug): [(attempt.percent, attempt.created_at) for attempt in attempts[user, each.pk][SCENE]] for each in scenarios if (user, each.pk) in attempts}
        cells = list(untouched)
        for place in extended:
            cells[place] = Cell(None, 0, False, _due(own[place], seat))
        for each in scenarios:
            if found := reached.get((Work.SCENARIO.value, each.slug)):
                place = places[Work.SCENARIO.value, each.pk]
                cells[place] = _played(found, cells[place].due_at, classroom)
        for slug in given:
            if found := reached.get((Work.CHALLENGE.value, slug)):
                place = places[Work.CHALLENGE.value, slug]
                cells[place] = _played(found, cells[place].due_at, classroom)
        for key in begun[user].union(*(played[each] for each in reached)):
            at = places.get((Work.LESSON.value, key))
            lesson = columns[at].lesson if at is not None else None
            if at is None or lesson is None:
                continue
            document, done = documents[lesson.revision_id], progress.get((user, key))
            parts = [*_questions(document, attempts.get((user, key), {})), *_tasks(document, done.tasks if done else {}), *((SHARED, reached.get(each, [])) for each in document.played)]
            cells[at] = _cell(document, parts, tests.get((user, key), ()), cells[at].due_at, lessons.percent_of(done, document), classroom)
        rows.append((seat, cells))
    return Book(columns, rows)


SHARED = "highest"
"""How points of tasks, scenarios and challenges are combined."""


def _due(assignment: Assignment | None, seat: Seat) -> datetime | None:
    if assignment is None:
        return None
    own = next((extension.due_at for extension in assignment.extensions.all() if extension.user_id == seat.user_id), None)
    return own or assignment.due_at


def _questions(document: Any, attempts: Mapping[str, Sequence[Attempt]]) -> list[tuple[str, Reached]]:
    """Return for each question how its attempts are combined, and what they earned; beside a test only those that were answered."""
    found = [(question.rules.combine, [(attempt.percent, attempt.created_at) for attempt in attempts.get(name, ())]) for name, question in document.questions.items()]
    return found if document.quiz is None else [part for part in found if part[1]]


def _tasks(document: Any, done: Mapping[str, Any]) -> list[tuple[str, Reached]]:
    """Return what the tasks of a lesson's sandbox earned: all or nothing. What was done before moments were kept came in time."""
    return [(SHARED, [(100, datetime.fromisoformat(done[name]) if isinstance(done[name], str) else EPOCH)] if done.get(name) else []) for name in document.tasks]


def _played(found: Reached, due_at: datetime | None, classroom: Classroom) -> Cell:
    kept = [value for percent, at in found if (value := counted(percent, at, due_at, classroom)) is not None]
    return Cell(combined(kept, SHARED) if found else None, 100 if found else 0, _came_late(found, due_at), due_at)


def _came_late(found: Reached, due_at: datetime | None) -> bool:
    return due_at is not None and any(at > due_at for _percent, at in found)


def _cell(document: Any, parts: Sequence[tuple[str, Reached]], tests: Sequence[Sitting], due_at: datetime | None, done: int, classroom: Classroom) -> Cell:
    """Return the mean of all parts; where a lesson has a test, the test counts instead."""
    ends: Reached = [(sitting.percent or 0, sitting.finished_at) for sitting in tests if sitting.finished_at]
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
