"""Measure the server's time for a class as its teacher and as a student sees it: 30 students who have begun and answered every question of it, twelve assignments, CPU milliseconds. Run as `python scripts/bench_classes.py`."""

import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.bench_pages import AT_MOST_MS, client
from scripts.figures import Figure, cpu_ms, main

STUDENTS, ASSIGNMENTS = 30, 12
PAGES = {"list": "", "class": "{pk}/", "class_dates": "{pk}/?forms=dates", "class_people": "{pk}/?forms=people", "gradebook": "{pk}/grades/", "now": "{pk}/now/", "class_as_a_student": "{pk}/"}


@lru_cache(maxsize=1)
def class_of() -> tuple[Any, Any, int]:
    """Return the teacher's client, a student's, and the class."""
    client()
    from datetime import timedelta

    from django.test import Client
    from django.utils import timezone

    from learnk8s.accounts.models import User
    from learnk8s.classroom import actions
    from learnk8s.lessons.models import Progress
    from learnk8s.library import queries as library
    from learnk8s.quizzes.models import Attempt

    teacher = User.objects.create_user(username="bench-teacher", password="x")
    room = actions.open_new_class(teacher=teacher, title="A class of thirty")
    lessons = list(library.published_lessons_of_all())
    for number, lesson in enumerate(lessons[:ASSIGNMENTS]):
        actions.assign(classroom=room, lesson_slug=lesson.slug, due_at=timezone.now() + timedelta(days=number - 4))
    for number in range(STUDENTS):
        student = User.objects.create_user(username=f"bench-student-{number}", password="x")
        actions.join(user=student, classroom=room)
        for lesson in lessons[: number % ASSIGNMENTS]:
            document, revision = library.document_of(lesson.published_revision), lesson.published_revision  # type: ignore[arg-type]  # published
            Progress.objects.create(lesson=lesson, revision=revision, user=student, tasks=dict.fromkeys(document.tasks, True), answers=dict.fromkeys(document.questions, 100))
            Attempt.objects.bulk_create(Attempt(user=student, revision=revision, question=name, answer="", percent=100 - number) for name in document.questions)
    Attempt.objects.update(created_at=timezone.now() - timedelta(days=2))
    as_teacher, as_student = Client(), Client()
    as_teacher.force_login(teacher)
    as_student.force_login(student)
    return as_teacher, as_student, room.pk


def page(name: str) -> Callable[[], float]:
    """Return a measure of one page."""

    def measure() -> float:
        teacher, student, pk = class_of()
        visitor, path = student if name.endswith("student") else teacher, f"/en/classes/{PAGES[name].format(pk=pk)}"
        headers = {"HX-Request": "true"} if "?" in path else {}
        assert visitor.get(path, headers=headers).status_code == 200, path
        return cpu_ms(lambda: visitor.get(path, headers=headers), runs=15)

    return measure


FIGURES = tuple(Figure(f"class_ms_{name}", "ms", AT_MOST_MS, page(name)) for name in PAGES)

if __name__ == "__main__":
    sys.exit(main(FIGURES))
