"""Play a published scenario: its own sandbox begins where its author put it, its goal is checked, hints come one by one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from learnk8s.accounts.models import User
from learnk8s.courseware.markdown import html_of
from learnk8s.courseware.playing import counted
from learnk8s.courseware.scenario import Authored, Step, read_scenario
from learnk8s.library import queries
from learnk8s.library.models import Kind, Lesson
from learnk8s.web.language import language_of_page
from learnk8s.playground import actions as playground
from learnk8s.playground import queries as sandboxes
from learnk8s.playground.models import Sandbox
from learnk8s.playground.showing import context_now
from learnk8s.quizzes import actions as quizzes
from learnk8s.quizzes import queries as attempts
from learnk8s.quizzes.tokens import seed_for
from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.web.visitor import Visitor, visitor_of

SECONDS_MAX = 86_400


@login_not_required
@require_http_methods(["GET", "POST"])
def scene(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Show a scenario; a POST begins it, checks its goal, shows a hint, or begins anew. `watching` is sent after each command: 1 says nothing until the goal is reached, list keeps the list of what is missing true."""
    is_trial = "draft" in request.GET and isinstance(request.user, User)
    row = _draft(request.user, course, lesson) if is_trial else queries.published_lesson(course, lesson, kind=Kind.SCENARIO)
    if row is None or row.published_revision is None:
        raise Http404
    plan, _reader = read_scenario(row.published_revision.files["scenario.yaml"])
    visitor = visitor_of(request, ensure=request.method == "POST")
    sandbox = sandboxes.sandbox_of_lesson(visitor, _key(row, is_trial=is_trial))
    if request.method == "GET":
        return _page(request, row, plan, visitor, sandbox, is_trial=is_trial)
    match request.POST.get("do", ""):
        case "begin":
            return _begin(request, row, plan, visitor, sandbox, is_trial=is_trial)
        case "hint" if not is_trial:
            quizzes.show_scene_hint(visitor=visitor, lesson=row, hints_max=len(plan.hints))
        case "check" if sandbox is not None:
            checked = _checked(visitor, row, sandbox, plan, is_trial=is_trial)
            if not request.htmx:  # type: ignore[attr-defined]  # set by the middleware
                return _page(request, row, plan, visitor, sandbox, checked=checked, is_trial=is_trial)
            if request.POST.get("watching") == "1" and not checked.get("reached"):
                return HttpResponse(status=204)
            answer = render(request, "library/scene.html#state", {"plan": plan, "sandbox": sandbox, "checked": checked, "cost": 0 if is_trial else _cost(plan, attempts.scene_hints(visitor, row))})
            if checked.get("reached"):
                answer.headers["HX-Reswap"] = "outerHTML show:top showTarget:#task-heading"  # who looks at the terminal would not see it
            return answer
        case _:
            raise Http404
    return _back(row, is_trial=is_trial)


def _draft(user: User, course: str, lesson: str) -> Lesson | None:
    """Return a scenario as its authors try it: with what they have not published or saved yet."""
    row = queries.lesson_for_editor(user, course, lesson, queries.MAY_READ)
    if row is None or row.kind != Kind.SCENARIO:
        return None
    newest, draft = queries.newest_revision(row), queries.draft_of(row, user)
    newest.files = {**newest.files, **(draft.files if draft else {})}
    row.published_revision = newest
    return row


def _back(row: Lesson, *, is_trial: bool) -> HttpResponse:
    return redirect(f"{reverse('scenarios:scene', args=(row.course.slug, row.slug))}{'?draft=1' if is_trial else ''}")


def _key(row: Lesson, *, is_trial: bool) -> str:
    return f"trial:{row.course.slug}/{row.slug}"[:120] if is_trial else sandboxes.scene_key(row.course.slug, row.slug)


def _begin(request: HttpRequest, row: Lesson, plan: Authored, visitor: Visitor, old: Sandbox | None, *, is_trial: bool) -> HttpResponse:
    seed = plan.seeds[seed_for(visitor, row.pk, attempts.SCENE) % len(plan.seeds)]
    if old is not None:
        playground.delete(sandbox=old)
    try:
        sandbox = playground.new_sandbox(visitor=visitor, scenario=plan.scenario, world=plan.world, title=plan.title[language_of_page()][:80], lesson_key=_key(row, is_trial=is_trial), seed=seed)
        playground.begin_with(sandbox, [(step.at_ms, step.kind, step.input) for step in plan.setup], at_ms=plan.start_ms)
    except playground.Refused as refusal:
        messages.error(request, str(refusal))
    return _back(row, is_trial=is_trial)


def _cost(plan: Authored, seen: int) -> int:
    return min(sum(hint.penalty for hint in plan.hints[:seen]), 100)


def _checked(visitor: Visitor, row: Lesson, sandbox: Sandbox, plan: Authored, *, is_trial: bool) -> dict[str, Any]:
    language = language_of_page()
    try:
        found = sandboxes.check_goal(visitor, sandbox, plan.goal)
    except (ValueError, LimitExceeded) as error:
        return {"missing": [str(error)]}
    own = sandbox.entries.filter(ordinal__gt=sandbox.given or len(plan.setup))
    used, outside = counted([Step(entry.at_ms, entry.kind, entry.input) for entry in own if entry.kind == "line"], plan.allowed)
    if found["reached"] and not is_trial:
        seen = attempts.scene_hints(visitor, row)
        seconds = int((timezone.now() - sandbox.created_at).total_seconds())
        quizzes.reached(visitor=visitor, lesson=row, sandbox=sandbox.pk, seed=sandbox.seed, percent=100 - _cost(plan, seen), hints=seen, seconds=min(seconds, SECONDS_MAX), commands=used, mark=sandboxes.mark_of(sandbox, found["now_ms"]))
    return {"reached": found["reached"], "missing": [item[f"text_{language}"] for item in found["missing"]], "used": used, "outside": ", ".join(outside)}


def _page(request: HttpRequest, row: Lesson, plan: Authored, visitor: Visitor, sandbox: Sandbox | None, checked: dict[str, Any] | None = None, *, is_trial: bool = False) -> HttpResponse:
    language = language_of_page()
    seen = len(plan.hints) if is_trial else attempts.scene_hints(visitor, row)
    context: dict[str, Any] = {**(context_now(sandbox) if sandbox is not None else {}), "lesson": row, "plan": plan, "title": plan.title[language], "story": html_of(plan.story[language]), "task": html_of(plan.task[language]), "sandbox": sandbox, "checked": checked,
                               "hints": [html_of(hint.text[language]) for hint in plan.hints[:seen]], "next_hint": next(iter(plan.hints[seen:]), None), "cost": 0 if is_trial else _cost(plan, seen), "is_trial": is_trial, "points": None if is_trial else attempts.scene_points(visitor, [row]).get(row.pk), "allowed": ", ".join(plan.allowed), "language": language, "room": "lessons"}
    if checked and checked.get("reached"):
        messages.success(request, _("The goal is reached."))
    return render(request, "library/scene.html", context)
