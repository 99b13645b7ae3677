"""A class while it works: where each student is, what they did last, and who may need help. Read from what is stored anyway; nothing is recorded for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from learnk8s.classroom import queries
from learnk8s.classroom.models import Classroom
from learnk8s.classroom.views import taught
from learnk8s.lessons import queries as lessons
from learnk8s.library import queries as library
from learnk8s.library.models import Kind
from learnk8s.playground import queries as sandboxes
from learnk8s.quizzes import queries as quizzes

WINDOW = timedelta(hours=3)
"""What is older is no longer a part of the lesson."""
QUIET, AWAY = timedelta(minutes=3), timedelta(minutes=15)
WRONG_MAX, FAILED_MAX = 3, 4
"""So many wrong answers to one question, or failed commands, one after the other, and somebody may need help."""
ORDER = ("stuck", "working", "quiet", "away")


@dataclass(frozen=True, slots=True)
class Doing:
    """What one student is doing: `state` is stuck, working, quiet or away; `title` is the lesson; `question` and `percent` the last answer; `line` the last command and whether it failed."""

    name: str
    state: str
    at: datetime | None = None
    title: str = ""
    question: str = ""
    percent: int | None = None
    line: str = ""
    has_failed: bool = False
    wrong: int = 0


def doing(classroom: Classroom, seats: Sequence[queries.Member], *, now: datetime, with_names: bool = True) -> list[Doing]:
    """Return what each student is doing, those who may need help first; the number of queries does not depend on how many there are."""
    users, since = [seat.user_id for seat in seats], now - WINDOW
    published = library.shown(classroom.course_slug, Kind.LESSON)
    titles = {lesson.pk: lesson.title for lesson in published}
    answers = quizzes.answers_since(users, [lesson.pk for lesson in published], since)
    places = lessons.places_since(users, [lesson.pk for lesson in published], since)
    lines = sandboxes.lines_since(users, classroom.course_slug, since)
    numbers = {seat.pk: number for number, seat in enumerate(sorted(seats, key=lambda seat: sha256(f"{classroom.pk}/{seat.pk}".encode()).digest()), 1)}
    rows = []
    for seat in seats:
        own, typed, place = answers.get(seat.user_id, []), lines.get(seat.user_id, []), places.get(seat.user_id)
        wrong, failed = _run_of_wrong(own), _run_of(typed)
        moments = [*([own[0].created_at] if own else []), *([typed[0][2]] if typed else []), *([place[1]] if place else [])]
        at = max(moments, default=None)
        lesson = own[0].lesson_id if own and (place is None or own[0].created_at >= place[1]) else place[0] if place else None
        state = "away" if at is None or now - at > AWAY else "stuck" if wrong >= WRONG_MAX or failed >= FAILED_MAX else "quiet" if now - at > QUIET else "working"
        rows.append(Doing(str(seat) if with_names else str(numbers[seat.pk]), state, at, titles.get(lesson or 0, ""), own[0].question if own else "", own[0].percent if own else None, typed[0][0] if typed else "", bool(typed and typed[0][1]), max(wrong, failed)))
    return sorted(rows, key=lambda row: ORDER.index(row.state))


def _run_of_wrong(answers: Sequence[quizzes.Given]) -> int:
    """Return how many wrong answers to the same question came last."""
    count = 0
    for given in answers:
        if given.percent >= 100 or given.question != answers[0].question:
            break
        count += 1
    return count


def _run_of(lines: Sequence[tuple[str, int, datetime]]) -> int:
    """Return how many commands failed last, one after the other."""
    count = 0
    for _line, status, _at in lines:
        if not status:
            break
        count += 1
    return count


@require_GET
def live(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """Show a class while it works; with ?names=0 without names, for a screen that all see."""
    classroom = taught(request, classroom_id)
    with_names = request.GET.get("names") != "0"
    rows = doing(classroom, queries.students_of(classroom), now=timezone.now(), with_names=with_names)
    context = {"classroom": classroom, "rows": rows, "with_names": with_names, "counts": [(state, sum(row.state == state for row in rows)) for state in ORDER], "now": timezone.now()}
    return render(request, "classroom/live.html#now" if request.htmx else "classroom/live.html", context)  # type: ignore[attr-defined]  # set by the middleware
