"""Pages of tests: what awaits one, the open test with its clock, and what came of it.

A test of a course that a class goes through is sat logged in: it counts, it shows what was right, and limits of attempts hold for nobody who has no name.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from learnk8s.classroom.queries import is_of_a_class
from learnk8s.courseware.questions import combined, graded
from learnk8s.library import queries as library
from learnk8s.library.models import Lesson
from learnk8s.quizzes import actions
from learnk8s.quizzes import sitting as sittings
from learnk8s.quizzes.asking import Ask, given_in, question_graded_by
from learnk8s.quizzes.models import Attempt, Sitting
from learnk8s.quizzes.queries import State, sittings_of
from learnk8s.courseware.questions.sheet import sheet_of
from learnk8s.web.visitor import Visitor, visitor_of
from learnk8s.web.language import language_of_page


def _found(course: str, lesson: str, question: str) -> tuple[Lesson, Any]:
    found = library.published_lesson(course, lesson)
    rules = sittings.rules_of(found, question) if found is not None else None
    if found is None or rules is None:
        raise Http404
    return found, rules


def _with_a_name(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let nobody without a name near a test that counts for a class."""

    @wraps(view)
    def guarded(request: HttpRequest, course: str, lesson: str, question: str = "") -> HttpResponse:
        if visitor_of(request).user is None and is_of_a_class(course):
            found, _rules = _found(course, lesson, question)
            if not request.htmx:  # type: ignore[attr-defined]  # set by the middleware
                messages.info(request, _("This test counts for a class. Log in to take it."))
            return redirect_to_login(_address(found, question))
        return view(request, course, lesson, question)

    return guarded


@login_not_required
@require_GET
@_with_a_name
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
    """Return the questions as they were asked; what came of them is as it was graded last, so that it agrees with the points."""
    asks, language = [], language_of_page()
    kept = {(row.revision_id, row.question): row for row in Attempt.objects.filter(sitting=sitting)} if is_graded else {}
    for place, item in enumerate(sittings.items_of(sitting)):
        given = sitting.answers.get(str(place), [])
        attempt = kept.get((item.revision.pk, item.question.id))
        question = question_graded_by(item.revision.lesson, item.question, attempt.graded_by_id if attempt else None)
        result = graded(question.variant(sitting.seed), given) if is_graded else None
        if result is not None and attempt is not None and result.percent != attempt.percent:
            result = replace(result, percent=attempt.percent)
        asks.append(Ask(question, sheet_of(item.question, language, seed=sitting.seed, given=given), language, "", "", State(seed=sitting.seed, is_revealed=is_graded), result, result.percent if result else 0, is_sitting=True))
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
@_with_a_name
def begin(request: HttpRequest, course: str, lesson: str, question: str = "") -> HttpResponse:
    """Begin the test; from now on the clock runs."""
    found, rules = _found(course, lesson, question)
    try:
        sittings.begin(visitor=visitor_of(request, ensure=True), lesson=found, question=question)
    except actions.Refused as refusal:
        return _page(request, found, rules, question, refusal=str(refusal), status=422)
    return _back(request, found, question)


def _sat(request: HttpRequest, visitor: Visitor, found: Lesson, question: str) -> tuple[Sitting | None, bool]:
    """Return the open sitting that a form is about, and whether there is none since it was handed in from another page before its time was up."""
    rows, named = sittings_of(visitor, found, question), request.POST.get("sitting", "")
    row = next((row for row in rows if row.finished_at is None), None)
    meant = next((each for each in rows if str(each.pk) == named), None) if named else next(iter(rows), None)
    if row is not None and row == meant:
        return row, False
    return None, not meant.ran_out if meant is not None else bool(named)


@login_not_required
@require_POST
@_with_a_name
def save(request: HttpRequest, course: str, lesson: str, question: str = "") -> HttpResponse:
    """Keep the answers so far, and say when that was."""
    found, _rules = _found(course, lesson, question)
    visitor = visitor_of(request)
    row, is_elsewhere = _sat(request, visitor, found, question)
    kept = row is not None and sittings.save(visitor=visitor, sitting=row, answers=_posted(request, row))
    if request.htmx:  # type: ignore[attr-defined]  # set by the middleware
        page = {"is_kept": kept, "is_elsewhere": is_elsewhere, "saved_at": timezone.now(), "test_url": _address(found, question)}
        return render(request, "quizzes/test.html#saved", page, status=200 if kept else 409)
    return _back(request, found, question, is_elsewhere=is_elsewhere)


@login_not_required
@require_POST
@_with_a_name
def finish(request: HttpRequest, course: str, lesson: str, question: str = "") -> HttpResponse:
    """Hand in: what is posted is saved if there is time, then all is graded."""
    found, _rules = _found(course, lesson, question)
    visitor = visitor_of(request)
    row, is_elsewhere = _sat(request, visitor, found, question)
    ran_out = False
    if row is not None:
        sittings.save(visitor=visitor, sitting=row, answers=_posted(request, row))
        ran_out = sittings.finish(visitor=visitor, sitting=row).ran_out
    answer = _back(request, found, question, ran_out=ran_out, is_elsewhere=is_elsewhere)
    return HttpResponseClientRedirect(answer.url) if request.htmx else answer  # type: ignore[attr-defined]  # set by the middleware


def _address(lesson: Lesson, question: str) -> str:
    name, args = ("quizzes:timed", (question,)) if question else ("quizzes:test", ())
    return reverse(name, args=(lesson.course.slug, lesson.slug, *args))


def _back(request: HttpRequest, lesson: Lesson, question: str, *, ran_out: bool = False, is_elsewhere: bool = False) -> HttpResponseRedirect:
    """Lead to the page of the test; `over` has it put the focus on the word that the time was up, once."""
    if is_elsewhere:
        messages.warning(request, _("This attempt was handed in before, in another window. What you sent now was not kept."))
    return redirect(_address(lesson, question) + ("?over=1" if ran_out else ""))
