"""The gradebook: points of every student in every lesson, scenario and challenge, with due dates, extensions and what becomes of late answers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import attrgetter

from django.urls import reverse

from learnk8s.challenges.catalogue import challenges
from learnk8s.challenges.queries import solved_by
from learnk8s.classroom import points, remembered
from learnk8s.classroom.models import Classroom, Work
from learnk8s.classroom.points import Cell, Reached
from learnk8s.classroom.queries import Dated, Member
from learnk8s.courseware import Lesson as Document
from learnk8s.lessons import queries as lessons
from learnk8s.library import queries as library
from learnk8s.library.models import Kind
from learnk8s.quizzes import queries as quizzes
from learnk8s.quizzes.queries import SCENE


@dataclass(frozen=True, slots=True)
class Column:
    """One thing of the class: a lesson, a scenario of the course, or a challenge that was given to it."""

    kind: str
    slug: str
    title: str
    url: str
    lesson: library.Shown | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Return what names it in the class."""
        return self.kind, self.slug

    @property
    def module(self) -> str:
        """Return the title of the module in which it stands, nothing if it stands in none."""
        return self.lesson.module if self.lesson else ""


@dataclass(frozen=True, slots=True)
class Book:
    """What counts across, students down."""

    columns: list[Column]
    rows: list[tuple[Member, list[Cell]]]

    @property
    def modules(self) -> list[tuple[str, int]]:
        """Return the modules across with the number of their columns, nothing if the course has none."""
        found = [(title, len(list(columns))) for title, columns in groupby(self.columns, key=attrgetter("module"))]
        return found if any(title for title, _count in found) else []

    @property
    def means(self) -> list[str]:
        """Return for each column the mean points of those who have any."""
        columns = zip(*(cells for _student, cells in self.rows), strict=True)
        earned = [[cell.points for cell in cells if cell.points is not None] for cells in columns]
        return [f"{round(sum(each) / len(each))}%" if each else "—" for each in earned]


def book(classroom: Classroom, students: Sequence[Member], dates: Sequence[Dated], language: str = "en") -> Book:
    """Return the gradebook of these students; the number of queries does not depend on how many there are, and most of the work only on what they did since somebody looked."""
    sheet = _sheet(classroom, dates, language)
    rows = remembered.rows(classroom.pk, [each.user_id for each in students], terms=sheet.terms, read=sheet.rows)
    return Book(sheet.columns, [(each, rows[each.user_id]) for each in students])


def work_of(classroom: Classroom, user: int, dates: Sequence[Dated], language: str = "en") -> list[tuple[Column, Cell]]:
    """Return all that there is to do for one student, with what they did of it."""
    sheet = _sheet(classroom, dates, language)
    return list(zip(sheet.columns, sheet.rows([user])[user], strict=True))


def _sheet(classroom: Classroom, dates: Sequence[Dated], language: str) -> "_Sheet":
    shown = library.shown(classroom.course_slug, Kind.LESSON, Kind.SCENARIO)
    documents = library.documents_by([each.revision_id for each in shown if each.kind == Kind.LESSON])
    given = [each.slug for each in dates if each.kind == Work.CHALLENGE and each.slug in challenges()]
    columns, dated = _columns(classroom, shown, given, language), {each.key: each for each in dates}
    return _Sheet(classroom, columns, [dated.get(column.key) for column in columns], documents)


def _columns(classroom: Classroom, shown: Sequence[library.Shown], challenges_given: Sequence[str], language: str) -> list[Column]:
    lessons_url, scenarios_url = f"{reverse('lessons:index')}{classroom.course_slug}/", reverse("scenarios:scene", args=(classroom.course_slug, "-")).removesuffix("-/")
    return [
        *(Column(Work.LESSON, each.slug, each.title, f"{lessons_url}{each.slug}/", each) for each in shown if each.kind == Kind.LESSON),
        *(Column(Work.SCENARIO, each.slug, each.title, f"{scenarios_url}{each.slug}/", each) for each in shown if each.kind == Kind.SCENARIO),
        *(Column(Work.CHALLENGE, slug, challenges()[slug][0].title[language], reverse("challenges:challenge", args=(slug,))) for slug in challenges_given),
    ]


@dataclass(frozen=True, slots=True)
class _Deeds:
    """What one student did: answers to each question and tests, by lesson or scenario; the rest of the lessons; the challenges that they solved."""

    answers: defaultdict[int, defaultdict[str, Reached]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    progress: dict[int, lessons.Done] = field(default_factory=dict)
    solved: dict[str, Reached] = field(default_factory=dict)


def _deeds(users: Sequence[int], lesson_ids: Sequence[int], challenge_names: Set[str]) -> Mapping[int, _Deeds]:
    """Read what students did without making rows of it: a class answers thousands of questions."""
    found = {user: _Deeds() for user in users}
    for user, lesson, question, percent, at in quizzes.results_of_class(users, lesson_ids):
        found[user].answers[lesson][question].append((percent, at))
    for (user, lesson), done in lessons.progress_of_class(users, lesson_ids).items():
        found[user].progress[lesson] = done
    for (user, name), reached in solved_by(users, challenge_names).items():
        found[user].solved[name] = reached
    return found


class _Sheet:
    """The columns of a class with what does not depend on a student, so that a student's row takes no more than what they began."""

    def __init__(self, classroom: Classroom, columns: list[Column], own: Sequence[Dated | None], documents: Mapping[int, Document]) -> None:
        self.columns, self._classroom, self._own = columns, classroom, own
        self._untouched = [Cell(None, 0, False, dated.due_at if dated else None) for dated in own]
        self._lessons = {column.lesson.pk: (place, documents[column.lesson.revision_id]) for place, column in enumerate(columns) if column.kind == Work.LESSON and column.lesson}
        self._scenarios = {column.key: column.lesson.pk for column in columns if column.kind == Work.SCENARIO and column.lesson}
        self._asking: dict[tuple[str, str], list[int]] = defaultdict(list)
        """The lessons of which a scenario or a challenge is a part."""
        for lesson, (_place, document) in self._lessons.items():
            for each in document.played:
                self._asking[each].append(lesson)

    @property
    def terms(self) -> object:
        """Return all that points depend on besides what students did: as long as it is equal, the same answers earn the same points."""
        return self._classroom.late, self._classroom.late_percent, [(*column.key, column.lesson.revision_id if column.lesson else None) for column in self.columns], self._own

    def rows(self, users: Sequence[int], lessons: Set[int] | None = None, as_before: Mapping[int, list[Cell]] | None = None) -> dict[int, list[Cell]]:
        """Read the rows of some students: whole, or what some lessons and scenarios have to do with, by their keys, and the rest as it was before."""
        keys = {column.lesson.pk for column in self.columns if column.lesson}
        asked = {*self._asking, *(column.key for column in self.columns)}
        if lessons is not None:
            keys &= self._with_parts(lessons)
            asked = {each for lesson in self._lessons.keys() & keys for each in self._lessons[lesson][1].played}
        deeds = _deeds(users, sorted(keys), {name for kind, name in asked if kind == Work.CHALLENGE})
        return {user: self._row(deeds[user], keys, as_before[user] if as_before is not None else self._at_first(user)) for user in users}

    def _with_parts(self, lessons: Set[int]) -> Set[int]:
        """Return some lessons and scenarios with what they count for, and with all that counts for it."""
        of_scenarios = {lesson for key, scenario in self._scenarios.items() if scenario in lessons for lesson in self._asking.get(key, ())}
        asking = lessons | of_scenarios
        return asking | {self._scenarios[each] for lesson in asking & self._lessons.keys() for each in self._lessons[lesson][1].played if each in self._scenarios}

    def _at_first(self, user: int) -> list[Cell]:
        """Return the row of somebody who has done nothing."""
        return [replace(cell, due_at=dated.extensions[user]) if dated and user in dated.extensions else cell for cell, dated in zip(self._untouched, self._own, strict=True)]

    def _row(self, deeds: _Deeds, lessons: Set[int], before: Sequence[Cell]) -> list[Cell]:
        """Return a row with what somebody did in some lessons; they did nothing in the others after what was before."""
        cells, reached = list(before), self._reached(deeds)
        for place, column in enumerate(self.columns):
            if column.key in reached:
                cells[place] = points.of_played(reached[column.key], cells[place].due_at, self._classroom)
        begun = self._lessons.keys() & lessons & {*deeds.answers, *deeds.progress, *(lesson for each in reached for lesson in self._asking.get(each, ()))}
        for lesson in begun:
            place, document = self._lessons[lesson]
            played = [reached.get(each, []) for each in document.played]
            cells[place] = points.of_lesson(document, deeds.answers.get(lesson, {}), deeds.progress.get(lesson), played, cells[place].due_at, self._classroom)
        return cells

    def _reached(self, deeds: _Deeds) -> dict[tuple[str, str], Reached]:
        """Return what somebody reached in scenarios and challenges."""
        solved: dict[tuple[str, str], Reached] = {(Work.CHALLENGE.value, name): reached for name, reached in deeds.solved.items()}
        scenes = {key: deeds.answers[scenario][SCENE] for key, scenario in self._scenarios.items() if scenario in deeds.answers}
        return solved | {key: reached for key, reached in scenes.items() if reached}
