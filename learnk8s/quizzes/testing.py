"""Pages of tests: what awaits one, the open test with its clock, and what came of it."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from learnk8s.courseware.questions import combined, graded
from learnk8s.library import queries as library
from learnk8s.library.models import Lesson
from learnk8s.quizzes import actions, queries
from learnk8s.quizzes import sitting as sittings
from learnk8s.quizzes.asking import Ask, given_in
from learnk8s.quizzes.models import Sitting
from learnk8s.quizzes.queries import State, sittings_of
from learnk8s.courseware.questions.sheet import sheet_of
from learnk8s.web.visitor import visitor_of
from learnk8s.web.language import language_of_page


def _found(course: str, lesson: str, question: str) -> tuple[Lesson, Any]:
    found = library.published_lesson(course, lesson)
    rules = sittings.rules_of(found, question) if found is not None else None
    if found is None or rules is None:
        raise Http404
    return found, rules


@login_not_required
@require_GET
def test(request: HttpRequest, course: str, lesson: str, question: str = "") -> HttpResponse:
    """Show the test as it stands for the visitor. Reading begins nothing and ends nothing."""
    found, rules = _found(course, lesson, question)
    return _page(request, found, rules, question)


def _page(request: HttpRequest, found: Lesson, rules: Any, question: str, refusal: str = "", status: int = 200) -> HttpResponse:
    rows = sittings_of(visitor_of(request), found, question)
    opened = next((row for row in rows if row.finished_at is None), None)
    done = [row for row in rows if row.finished_at is not None]
    context = {
        "lesson": found, "rules": rules, "question_id": question, "open": opened, "done": done, "last": done[0] if done and opened is None else None, "refusal": refusal, "room": "lessons",
        "left": max(rules.attempts - len(done), 0) if rules.attempts else None, "score": combined([row.percent or 0 for row in reversed(done)], rules.combine) if done else None, "is_over": opened is not None and sittings.is_over(opened, timezone.now()),
        "asks": _asks(opened, is_graded=False) if opened else _asks(done[0], is_graded=True) if done else [], "now": timezone.now(),
    }
    return render(request, "quizzes/test.html", context, status=status)


def _asks(sitting: Sitting, *, is_graded: bool) -> list[Ask]:
    asks, language = [], language_of_page()
    for place, item in enumerate(sittings.items_of(sitting)):
        given = sitting.answers.get(str(place), [])
        variant = item.question.variant(sitting.seed)
        result = graded(variant, given) if is_graded else None
        asks.append(Ask(item.question, sheet_of(item.question, language, seed=sitting.seed, given=given), language, "", "", State(seed=sitting.seed, is_revealed=is_graded), result, result.percent if result else 0, is_sitting=True))
    return asks


def _posted(request: HttpRequest, sitting: Sitting) -> dict[str, list[str]]:
    """Return what was answered. A page that knows what was changed on it says so (`changed`): what another page of the same test saved since stays."""
    found, changed = {}, set(request.POST.getlist("changed"))
    for place, item in enumerate(sittings.items_of(sitting)):
        prefix = f"{item.question.id}."
        is_changed = item.question.id in changed if "changed" in request.POST else any(name.startswith(prefix) for name in request.POST)
        if is_changed:
            found[str(place)] = given_in(request, item.question, sitting.seed, prefix)
    return found


@login_not_required
@require_POST
def begin(request: HttpRequest, course: str, lesson: str, question: str = "") -> HttpResponse:
    """Begin the test; from now on the clock runs."""
    found, rules = _found(course, lesson, question)
    try:
        sittings.begin(visitor=visitor_of(request, ensure=True), lesson=found, question=question)
    except actions.Refused as refusal:
        return _page(request, found, rules, question, refusal=str(refusal), status=422)
    return _back(found, question)


@login_not_required
@require_POST
def save(request: HttpRequest, course: str, lesson: str, question: str = "") -> HttpResponse:
    """Keep the answers so far, and say when that was."""
    found, _rules = _found(course, lesson, question)
    visitor = visitor_of(request)
    row = next((row for row in queries.sittings_of(visitor, found, question) if row.finished_at is None), None)
    kept = row is not None and sittings.save(visitor=visitor, sitting=row, answers=_posted(request, row))
    if request.htmx:  # type: ignore[attr-defined]  # set by the middleware
        return render(request, "quizzes/test.html#saved", {"is_kept": kept, "saved_at": timezone.now()}, status=200 if kept else 409)
    return _back(found, question)


@login_not_required
@require_POST
def finish(request: HttpRequest, course: str, lesson: str, question: str = "") -> HttpResponse:
    """Hand in: what is posted is saved if there is time, then all is graded."""
    found, _rules = _found(course, lesson, question)
    visitor = visitor_of(request)
    row = next((row for row in queries.sittings_of(visitor, found, question) if row.finished_at is None), None)
    ran_out = False
    if row is not None:
        sittings.save(visitor=visitor, sitting=row, answers=_posted(request, row))
        ran_out = sittings.finish(visitor=visitor, sitting=row).ran_out
    answer = _back(found, question, ran_out=ran_out)
    return HttpResponseClientRedirect(answer.url) if request.htmx else answer  # type: ignore[attr-defined]  # set by the middleware


def _back(lesson: Lesson, question: str, *, ran_out: bool = False) -> HttpResponseRedirect:
    """Lead to the page of the test; `over` has it put the focus on the word that the time was up, once."""
    name, args = ("quizzes:timed", (question,)) if question else ("quizzes:test", ())
    return redirect(reverse(name, args=(lesson.course.slug, lesson.slug, *args)) + ("?over=1" if ran_out else ""))
