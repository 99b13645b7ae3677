"""See a lesson as students would: any revision or the draft, at any date, in either language; its questions grade without keeping anything."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from learnk8s.courseware.kinds import parsed
from learnk8s.courseware.questions import graded
from learnk8s.courseware.render import shown
from learnk8s.lessons.played import played_in
from learnk8s.lessons.terms import terms
from learnk8s.library import queries
from learnk8s.library.forms import ScheduleForm
from learnk8s.library.models import Lesson, Revision
from learnk8s.library.views import files_now
from learnk8s.library.who import language_of_page, lesson_for, person
from learnk8s.quizzes import tokens
from learnk8s.quizzes.asking import ask, given_in
from learnk8s.quizzes.queries import Asked, State
from learnk8s.web.visitor import visitor_of


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
    """Show a lesson as a student would see it."""
    row = lesson_for(request, course, lesson, queries.MAY_READ)
    revision = _revision(request, row)
    document = parsed(row.kind, revision.files).lesson if revision is not None else None
    if revision is None or document is None:
        return render(request, "library/not-there.html", {"lesson": row, "is_broken": revision is not None, "at": request.GET.get("at", "")})
    language = language_of_page()
    row.published_revision = revision
    context: dict[str, Any] = {
        "lesson": row, "document": document, "blocks": shown(document, language), "progress": None, "percent": 0, "sandbox": None, "title": document.title[language], "language": language, "room": "library", "missing": {}, "played": played_in(document, row, visitor_of(request), language),
        "terms": [term for name in document.terms if (term := terms().get(name))], "is_trial": True, "questions": document.questions.values(), "at": request.GET.get("at", ""), "number": request.GET.get("revision", ""),
        "try_url": reverse("library:try", args=(row.course.slug, row.slug, "QUESTION")) + (f"?revision={revision.number}" if request.GET.get("revision") or request.GET.get("at") else ""),
    }
    return render(request, "lessons/lesson.html" if row.kind == "lesson" else "library/see.html", context)


@require_POST
def try_question(request: HttpRequest, course: str, lesson: str, question: str) -> HttpResponse:
    """Grade an answer for an author; nothing is kept, and the key is shown."""
    row = lesson_for(request, course, lesson, queries.MAY_READ)
    revision = _revision(request, row)
    document = parsed(row.kind, revision.files).lesson if revision is not None else None
    found = document.questions.get(question) if document is not None else None
    if revision is None or found is None:
        raise Http404
    shown_token = tokens.read(request.POST.get("token", ""), revision.pk, question)
    seed = shown_token.seed if shown_token else 0
    given, do = given_in(request, found, seed), request.POST.get("do", "")
    hints = int(request.POST.get("hints", "0")) if request.POST.get("hints", "").isdecimal() else 0
    state = State((0,), tuple(given), seed, len(found.hints) if do == "hint" else min(hints, 20), is_revealed=True)
    result = graded(found.variant(seed), given) if do == "" else None
    asked = Asked(row, revision, found)
    context = {"lesson": row, "ask": ask(visitor_of(request), asked, state, result=result, percent=result.percent if result else 0, given=given, url=request.get_full_path(), is_trial=True), "back": request.headers.get("Referer", ""), "is_trial": True}
    return render(request, "quizzes/_question.html" if request.htmx else "library/tried.html", context)  # type: ignore[attr-defined]  # set by the middleware
