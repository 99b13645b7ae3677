"""A course as its overview shows it: modules in order, with times and one's own progress, and where to go on."""

from dataclasses import dataclass, field

from learnk8s.courseware import Lesson as Document
from learnk8s.lessons import queries
from learnk8s.library import queries as library
from learnk8s.library.models import Course, Lesson
from learnk8s.web.visitor import Visitor

FEW_MODULES = 3
"""So many need no table of contents, and none of them is folded."""


@dataclass(frozen=True, slots=True)
class Row:
    """One lesson of the list."""

    lesson: Lesson
    document: Document
    percent: int
    begun: bool


@dataclass(slots=True)
class Module:
    """Lessons under one title."""

    number: int
    title: str
    rows: list[Row] = field(default_factory=list)
    is_open: bool = True
    """Whether its lessons are listed on a narrow screen, too, before anybody asks for them."""

    @property
    def minutes(self) -> int:
        """Return the minutes of all its lessons."""
        return sum(row.document.minutes for row in self.rows)

    @property
    def done(self) -> int:
        """Return how many of its lessons are done."""
        return sum(row.percent == 100 for row in self.rows)


@dataclass(slots=True)
class Shelf:
    """A course with its modules."""

    course: Course
    modules: list[Module] = field(default_factory=list)
    resume: Row | None = None
    """The lesson that was touched last and is not done; else the first that is not begun."""

    @property
    def rows(self) -> list[Row]:
        """Return all lessons in order."""
        return [row for module in self.modules for row in module.rows]

    @property
    def hours(self) -> int:
        """Return the whole course in hours, rounded."""
        return max(1, round(sum(module.minutes for module in self.modules) / 60))

    @property
    def percent(self) -> int:
        """Return how much of the course is done."""
        return sum(row.percent for row in self.rows) // len(self.rows) if self.rows else 0


def shelf_of(visitor: Visitor, course: Course) -> Shelf:
    """Return a course's shelf in three queries."""
    lessons = [lesson for lesson in library.published_lessons(course.slug) if lesson.published_revision]
    documents = library.documents_of(lesson.published_revision for lesson in lessons if lesson.published_revision)
    reached = queries.progress_by_lesson(visitor, lessons)
    shelf = Shelf(course)
    for lesson in lessons:
        document, progress = documents[lesson.published_revision_id], reached.get(lesson.pk)  # type: ignore[index]  # published
        if not shelf.modules or shelf.modules[-1].title != lesson.module:
            shelf.modules.append(Module(len(shelf.modules) + 1, lesson.module))
        shelf.modules[-1].rows.append(Row(lesson, document, queries.percent_of(progress, document), progress is not None))
    begun = sorted((row for row in shelf.rows if row.begun and row.percent < 100), key=lambda row: reached[row.lesson.pk].updated_at)
    shelf.resume = begun[-1] if begun else next((row for row in shelf.rows if row.percent < 100), None) if reached else None
    following = shelf.resume or next(iter(shelf.rows), None)
    for module in shelf.modules if len(shelf.modules) > FEW_MODULES else ():
        module.is_open = following in module.rows or (module.done < len(module.rows) and any(row.begun for row in module.rows))
    return shelf
