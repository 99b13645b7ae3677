"""Answering a question: the same page with feedback, or only the question for htmx."""

from html import unescape
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from learnk8s.courseware.markdown import html_of
from learnk8s.playground import actions as playground
from learnk8s.quizzes import actions, queries, tokens
from learnk8s.quizzes.asking import ask, check_in, given_in, rank_in, sandbox_key, states_on
from learnk8s.quizzes.queries import Asked, State
from learnk8s.web.language import language_of_page
from learnk8s.web.visitor import Visitor, visitor_of

TITLE_MAX = 80
"""Letters of a sandbox's title (`playground.models.Sandbox`)."""


@login_not_required
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, course: str, lesson: str, question: str) -> HttpResponse:
    """Show one question; a POST grades an answer, shows a hint, gives up, or begins the question's sandbox."""
    asked = queries.asked(course, lesson, question)
    if asked is None:
        raise Http404
    if request.method == "GET":
        return _shown(request, asked, ask(visitor_of(request), asked, states_on(request, asked.revision).get(question, State())))
    visitor = visitor_of(request, ensure=True)
    doing = {"hint": _hint, "reveal": _reveal, "start": _start}.get(request.POST.get("do", ""), _answer)
    try:
        return doing(request, visitor, asked)
    except (actions.Refused, playground.Refused) as refusal:
        state = states_on(request, asked.revision).get(question, State())
        return _shown(request, asked, ask(visitor, asked, state, **_filled(request, visitor, asked, state), refusal=str(refusal)), status=422)


def _seen(request: HttpRequest, visitor: Visitor, asked: Asked) -> tokens.Shown:
    """Return the variant that stood in the form; one without a token is as the visitor meets it now."""
    return tokens.read(request.POST.get("token", ""), asked.revision.pk, asked.question.id) or tokens.Shown(tokens.seed_for(visitor, asked.lesson.pk, asked.question.id))


def _filled(request: HttpRequest, visitor: Visitor, asked: Asked, state: State) -> dict[str, Any]:
    """Return what keeps a form as it was sent: its variant, and what was chosen in it and not answered yet."""
    seed = _seen(request, visitor, asked).seed if state.seed is None else state.seed
    given = given_in(request, asked.question, seed)
    return {"seen": seed, **({"given": given} if any(given) else {})}


def _answer(request: HttpRequest, visitor: Visitor, asked: Asked) -> HttpResponse:
    shown = _seen(request, visitor, asked)
    given = given_in(request, asked.question, shown.seed)
    try:
        turn = actions.answer(visitor=visitor, asked=asked, given=given, shown=shown, world=check_in(visitor, asked)[1])
    except actions.Unfinished as lack:
        state = states_on(request, asked.revision).get(asked.question.id, State())
        return _shown(request, asked, ask(visitor, asked, state, seen=shown.seed, refusal=str(lack), is_unfinished=True, given=given), status=422)
    return _shown(request, asked, ask(visitor, asked, turn.state, result=turn.result, percent=turn.percent, given=given))


def _hint(request: HttpRequest, visitor: Visitor, asked: Asked) -> HttpResponse:
    state = actions.show_hint(visitor=visitor, asked=asked)
    return _shown(request, asked, ask(visitor, asked, state, **_filled(request, visitor, asked, state)))


def _reveal(request: HttpRequest, visitor: Visitor, asked: Asked) -> HttpResponse:
    return _shown(request, asked, ask(visitor, asked, actions.reveal(visitor=visitor, asked=asked), seen=_seen(request, visitor, asked).seed))


def _start(request: HttpRequest, visitor: Visitor, asked: Asked) -> HttpResponse:
    if asked.question.type != "world":
        raise Http404
    question = asked.question.variant(tokens.seed_for(visitor, asked.lesson.pk, asked.question.id))
    plan: Any = question.detail["plan"]
    sandbox = playground.sandbox_for_lesson(visitor, sandbox_key(asked), plan.scenario, world=plan.world, seed=plan.seed)
    if sandbox.head == 0:
        for line in plan.lines:
            playground.type_line(sandbox, line)
    task = unescape(strip_tags(html_of(question.text[language_of_page()]))).strip()
    if not sandbox.title:
        playground.rename(sandbox=sandbox, title=Truncator(" ".join(task.split())).chars(TITLE_MAX))
    messages.info(request, _("The task: %(text)s") % {"text": task})
    return redirect("playground:sandbox", sandbox.id)


def _shown(request: HttpRequest, asked: Asked, shown: Any, status: int = 200) -> HttpResponse:
    context = {"lesson": asked.lesson, "ask": shown, "rank": rank_in(request), "room": "lessons"}
    return render(request, "quizzes/_question.html" if request.htmx else "quizzes/answered.html", context, status=status)  # type: ignore[attr-defined]  # set by the middleware
