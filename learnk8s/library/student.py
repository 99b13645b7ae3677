"""See a lesson as students would: any revision or the draft, at any date, in either language; its questions grade without keeping anything, its sandbox is a trial of the author's own."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from learnk8s.courseware.kinds import parsed
from learnk8s.courseware.questions import graded
from learnk8s.courseware.render import shown
from learnk8s.lessons.played import played_in
from learnk8s.lessons.terms import terms
from learnk8s.library import queries
from learnk8s.library.forms import ScheduleForm
from learnk8s.library.models import Lesson, Revision
from learnk8s.library.trying import with_tried
from learnk8s.library.views import files_now
from learnk8s.library.who import lesson_for, person
from learnk8s.web.language import language_of_page
from learnk8s.playground import actions as playground
from learnk8s.playground import queries as sandboxes
from learnk8s.playground.models import Sandbox
from learnk8s.playground.showing import context_now
from learnk8s.quizzes import tokens
from learnk8s.quizzes.asking import ask, given_in, number_in, rank_in
from learnk8s.quizzes.queries import Asked, State
from learnk8s.web.visitor import Visitor, visitor_of


def _revision(request: HttpRequest, row: Lesson) -> Revision | None:
    """Return what is to be seen: a numbered revision, what is public at a date, or (by default) the draft on the newest revision."""
    if number := request.GET.get("revision"):
        return queries.revisions_of(row).filter(number=number).first() if number.isdecimal() and len(number) < 9 else None
    if request.GET.get("at"):
        form = ScheduleForm(request.GET)
        moment: datetime = form.cleaned_data["at"] if form.is_valid() else timezone.now()
        return queries.seen_at(row, moment).published_revision
    newest = queries.newest_revision(row)
    newest.files = files_now(newest, queries.draft_of(row, person(request)))
    return newest


@require_GET
def see(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Show a lesson as a student would see it; `guess` and `choice` say which prediction was made just now."""
    row = lesson_for(request, course, lesson, queries.MAY_READ)
    revision = _revision(request, row)
    document = parsed(row.kind, revision.files).lesson if revision is not None else None
    if revision is None or document is None:
        return render(request, "library/not-there.html", {"lesson": row, "is_broken": revision is not None, "at": request.GET.get("at", "")})
    language, visitor = language_of_page(), visitor_of(request)
    row.published_revision = revision
    sandbox = _trial(visitor, row, document) if row.kind == "lesson" else None
    context: dict[str, Any] = {
        "lesson": row, "document": document, "blocks": shown(document, language), "progress": {"predictions": {request.GET["guess"]: request.GET.get("choice", "")}} if "guess" in request.GET else None, "percent": 0, **(context_now(sandbox) if sandbox else {}), "sandbox": sandbox, "title": document.title[language], "language": language, "room": "library", "missing": {}, "played": played_in(document, row, visitor, language),
        "terms": [term for name in document.terms if (term := terms().get(name))], "is_trial": True, "questions": document.questions.values(), "at": request.GET.get("at", ""), "number": request.GET.get("revision", ""),
        "try_url": reverse("library:try", args=(row.course.slug, row.slug, "QUESTION")) + (f"?revision={revision.number}" if request.GET.get("revision") or request.GET.get("at") else ""),
        "trial_url": f"{row.edit_url}trial/", "trial_query": _which(request),
    }
    return render(request, "lessons/lesson.html" if row.kind == "lesson" else "library/see.html", context)


def _key(row: Lesson) -> str:
    return f"trial:{row.course.slug}/{row.slug}"[:120]


def _trial(visitor: Visitor, row: Lesson, document: Any) -> Sandbox | None:
    """Return the author's trial of a lesson's sandbox, if it is of the world that the lesson has now."""
    found = sandboxes.sandbox_of_lesson(visitor, _key(row))
    return found if found is not None and (found.world, found.scenario) == (document.world, document.scenario) else None


@require_POST
def try_sandbox(request: HttpRequest, course: str, lesson: str, do: str, name: str = "") -> HttpResponse:
    """Begin the trial sandbox anew, run a prediction in it, or check a task; nothing counts."""
    row, visitor = lesson_for(request, course, lesson, queries.MAY_READ), visitor_of(request, ensure=True)
    revision = _revision(request, row)
    document = parsed(row.kind, revision.files).lesson if revision is not None and row.kind == "lesson" else None
    wanted: Any = {"predict": document.predictions, "check": document.tasks, "start": {"": True}}.get(do, {}).get(name) if document is not None else None
    if document is None or wanted is None:
        raise Http404
    sandbox = _trial(visitor, row, document)
    if do == "start" and (old := sandboxes.sandbox_of_lesson(visitor, _key(row))) is not None:
        playground.delete(sandbox=old)
        sandbox = None
    try:
        sandbox = sandbox or playground.new_sandbox(visitor=visitor, scenario=document.scenario, world=document.world, lesson_key=_key(row))
        if do == "predict" and wanted.line:
            playground.type_line(sandbox, wanted.line)
    except playground.Refused as refusal:
        messages.error(request, str(refusal))
    if do == "check" and sandbox is not None:
        result = sandboxes.check_goal(visitor, sandbox, wanted.goal)
        messages.info(request, _("The task is done.") if result["reached"] else " ".join([_("Not yet:"), *(item[f"text_{language_of_page()}"] for item in result["missing"])]))
    guess = {"guess": name, "choice": request.POST.get("choice", "")[:40]} if do == "predict" else {}
    return redirect(f"{row.edit_url}see/{_which(request, **guess)}#{'sandbox' if do == 'start' else f'{do}-{name}'.replace('check', 'task')}")


def _which(request: HttpRequest, **more: str) -> str:
    """Return the query that says which revision is looked at."""
    asked = {key: value for key in ("revision", "at") if (value := request.GET.get(key))} | more
    return f"?{urlencode(asked)}" if asked else ""


@require_POST
def try_question(request: HttpRequest, course: str, lesson: str, question: str) -> HttpResponse:
    """Grade an answer for an author; nothing is kept, and the key is shown."""
    row = lesson_for(request, course, lesson, queries.MAY_READ)
    revision = _revision(request, row)
    document = parsed(row.kind, with_tried(request, row, revision.files, question)).lesson if revision is not None else None
    found = document.questions.get(question) if document is not None else None
    if revision is None or document is None or found is None:
        raise Http404
    shown_token = tokens.read(request.POST.get("token", ""), revision.pk, question)
    seed = shown_token.seed if shown_token else 0
    given, do = given_in(request, found, seed), request.POST.get("do", "")
    hints = int(request.POST.get("hints", "0")) if request.POST.get("hints", "").isdecimal() else 0
    state = State((0,), tuple(given), seed, len(found.hints) if do == "hint" else min(hints, 20), is_revealed=True)
    result = graded(found.variant(seed), given) if do == "" else None
    asked = Asked(row, revision, found)
    context = {"lesson": row, "ask": ask(visitor_of(request), asked, state, result=result, percent=result.percent if result else 0, given=given, url=request.get_full_path(), is_trial=True, number=number_in(document, language_of_page(), question)), "rank": rank_in(request), "back": request.headers.get("Referer", ""), "is_trial": True}
    return render(request, "quizzes/_question.html" if request.htmx else "library/tried.html", context)  # type: ignore[attr-defined]  # set by the middleware
