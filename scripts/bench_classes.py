"""Measure the server's time for the pages of classes, CPU milliseconds: of 30 students in the middle of a course and at its end, without forms and with those of dates or of people, and of twelve, whose page has all forms. Run as `python scripts/bench_classes.py`.

The site has others, too, who have answered. Students work while they are looked at: between two looks, ten seconds, a tenth of them answers (at the end of a course one). A look that is the first is one at a class that has begun to count otherwise: nothing that was remembered is of use.
"""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.bench_pages import AT_MOST_MS, client
from scripts.figures import Figure, cpu_ms, main

ASSIGNMENTS, COMMANDS = 12, 30
STRANGERS, ANSWERS = 200, 100
AGO, BETWEEN = timedelta(days=2), timedelta(seconds=10)


class Room(NamedTuple):
    """A class, with clients of its teacher and of a student."""

    pk: int
    students: Sequence[Any]
    as_teacher: Any
    as_student: Any


@lru_cache(maxsize=1)
def site() -> None:
    """Make a site on which many people learn who are in no class."""
    client()
    from learnk8s.accounts.models import User
    from learnk8s.library import queries as library
    from learnk8s.quizzes.models import Attempt

    asked = [(lesson.published_revision, question) for lesson in library.published_lessons("kubernetes") for question in library.document_of(lesson.published_revision).questions]  # type: ignore[arg-type]  # published
    people = User.objects.bulk_create(User(username=f"bench-stranger-{number}") for number in range(STRANGERS))
    Attempt.objects.bulk_create((Attempt(user=person, revision=revision, question=question, answer="", percent=100) for person in people for revision, question in asked[:ANSWERS]), batch_size=1000)


@lru_cache(maxsize=3)
def room(size: int, *, is_done: bool) -> Room:
    """Return a class of so many students: in the middle of the course each has finished another number of lessons, at its end all of them. Some have more time; all have begun a lesson within the last hours."""
    site()
    from django.db import transaction
    from django.test import Client
    from django.utils import timezone

    from learnk8s.accounts.models import User
    from learnk8s.classroom import actions
    from learnk8s.library import queries as library

    name = f"{size}-done" if is_done else f"{size}"
    with transaction.atomic():
        teacher = User.objects.create_user(username=f"bench-teacher-{name}", password="x")
        made = actions.open_new_class(teacher=teacher, title=f"A class of {size}")
        students = [User.objects.create_user(username=f"bench-student-{name}-{number}", password="x") for number in range(size)]
        lessons = library.published_lessons(made.course_slug)
        for number, student in enumerate(students):
            actions.join(user=student, classroom=made)
            for lesson in lessons if is_done else lessons[: number % ASSIGNMENTS]:
                finish(student, lesson, percent=100 - number)
        move(students, AGO)
        for number, student in enumerate(students):
            begin(student, lessons[number % ASSIGNMENTS], answers=number % 9)
        move(students, timedelta(minutes=2), since=timezone.now() - AGO / 2)
        for number, (lesson, student) in enumerate(zip(lessons[:ASSIGNMENTS], students, strict=False)):
            given = actions.assign(classroom=made, lesson_slug=lesson.slug, due_at=timezone.now() + timedelta(days=number - 4))
            actions.extend(assignment=given, user=student, due_at=given.due_at + timedelta(days=2))
    as_teacher, as_student = Client(), Client()
    as_teacher.force_login(teacher)
    as_student.force_login(students[-1])
    return Room(made.pk, students, as_teacher, as_student)


def finish(student: Any, lesson: Any, *, percent: int) -> None:
    """Let a student have done everything in a lesson."""
    from django.utils import timezone

    from learnk8s.lessons.models import Progress
    from learnk8s.library import queries as library
    from learnk8s.quizzes.models import Attempt

    revision = lesson.published_revision
    document = library.document_of(revision)
    Progress.objects.create(lesson=lesson, revision=revision, user=student, tasks=dict.fromkeys(document.tasks, timezone.now().isoformat()), answers=dict.fromkeys(document.questions, percent))
    Attempt.objects.bulk_create(Attempt(user=student, revision=revision, question=question, answer="", percent=percent) for question in document.questions)


def begin(student: Any, lesson: Any, *, answers: int) -> None:
    """Let a student have typed into the sandbox of a lesson and have given some answers."""
    from learnk8s.playground.models import Entry, Kind, Sandbox

    sandbox = Sandbox.objects.create(user=student, lesson_key=f"{lesson.course.slug}/{lesson.slug}", head=COMMANDS)
    Entry.objects.bulk_create(Entry(sandbox=sandbox, ordinal=number, at_ms=number * 1000, kind=Kind.LINE, input="kubectl get pods", status=number % 3 == 0) for number in range(1, COMMANDS + 1))
    for _once in range(answers):
        answer(student, lesson)


def answer(student: Any, lesson: Any) -> None:
    """Let a student answer a question of a lesson."""
    from learnk8s.lessons.actions import reach
    from learnk8s.library import queries as library
    from learnk8s.quizzes.models import Attempt
    from learnk8s.web.visitor import Visitor

    question = next(iter(library.document_of(lesson.published_revision).questions))
    Attempt.objects.create(user=student, revision=lesson.published_revision, question=question, answer="", percent=50)
    reach(visitor=Visitor(student, ""), lesson=lesson, answer=(question, 50))


def move(students: Sequence[Any], ago: timedelta, since: datetime | None = None) -> None:
    """Let what students did, of late or at all, have been done some time ago."""
    from django.utils import timezone

    from learnk8s.lessons.models import Progress
    from learnk8s.quizzes.models import Attempt

    for model, moment in ((Attempt, "created_at"), (Progress, "updated_at")):
        model.objects.filter(user__in=students, **({f"{moment}__gt": since} if since else {})).update(**{moment: timezone.now() - ago})


class Page(NamedTuple):
    """A page of a class, and how it is looked at."""

    path: str
    size: int = 30
    is_done: bool = False
    is_first: bool = False
    as_student: bool = False
    is_part: bool = False


WHOLE, GRADES, NOW = "{pk}/", "{pk}/grades/", "{pk}/now/"
PAGES = {
    "list": Page(""), "class": Page(WHOLE), "class_at_first": Page(WHOLE, is_first=True),
    "class_with_dates": Page(f"{WHOLE}?forms=dates"), "class_with_people": Page(f"{WHOLE}?forms=people"), "class_dates": Page(f"{WHOLE}?forms=dates", is_part=True), "class_people": Page(f"{WHOLE}?forms=people", is_part=True),
    "gradebook": Page(GRADES), "gradebook_at_first": Page(GRADES, is_first=True), "csv": Page(f"{GRADES}?format=csv"), "now": Page(NOW), "class_as_a_student": Page(WHOLE, as_student=True),
    "small": Page(WHOLE, 12), "small_gradebook": Page(GRADES, 12), "small_now": Page(NOW, 12),
    "done": Page(WHOLE, is_done=True), "done_gradebook": Page(GRADES, is_done=True), "done_as_a_student": Page(WHOLE, is_done=True, as_student=True), "done_at_first": Page(WHOLE, is_done=True, is_first=True),
}
AT_MOST = {"class_at_first": 40, "gradebook_at_first": 40, "done_at_first": 100}
"""All answers of the class are read, at the end of a course ten thousand: once for each process and whenever a teacher changes what counts. The median look reads those of whoever did something since."""


def looks(page: Page) -> Callable[[], float]:
    """Return a measure of one page."""

    def measure() -> float:
        of = room(page.size, is_done=page.is_done)
        from django.utils import timezone

        from learnk8s.classroom.models import Classroom
        from learnk8s.library import queries as library

        lesson, students, percents = library.published_lessons("kubernetes")[0], cycle(of.students), cycle(range(100))
        visitor, path, headers = of.as_student if page.as_student else of.as_teacher, f"/en/classes/{page.path.format(pk=of.pk)}", {"HX-Request": "true"} if page.is_part else {}

        def between() -> None:
            move(of.students, BETWEEN, since=timezone.now() - BETWEEN)
            for _one in range(1 if page.is_done else page.size // 10):
                answer(next(students), lesson)
            if page.is_first:
                Classroom.objects.filter(pk=of.pk).update(late_percent=next(percents))

        def look() -> None:
            assert visitor.get(path, headers=headers).status_code == 200, path

        look()
        return cpu_ms(look, runs=15, before=between)

    return measure


FIGURES = tuple(Figure(f"class_ms_{name}", "ms", AT_MOST.get(name, AT_MOST_MS), looks(page)) for name, page in PAGES.items())

if __name__ == "__main__":
    sys.exit(main(FIGURES))
