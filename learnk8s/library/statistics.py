"""The page of a lesson's or bank's questions in figures, and regrading from there."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from learnk8s.library import queries, scene_regrading
from learnk8s.library.models import Kind, Lesson
from learnk8s.library.questions import said_plainly
from learnk8s.library.who import lesson_for, person
from learnk8s.web.language import language_of_page
from learnk8s.quizzes import regrading, sitting
from learnk8s.quizzes.actions import Refused
from learnk8s.quizzes.models import Regrade
from learnk8s.quizzes.queries import SCENE
from learnk8s.quizzes.statistics import attempts_at, items_of


@require_GET
def statistics(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Show the figures of every question, at one revision or at all."""
    row = lesson_for(request, course, lesson, queries.MAY_READ)
    revisions = list(row.revisions.filter(attempts__isnull=False).defer("files").distinct().order_by("-number"))
    wanted = request.GET.get("revision", "")
    chosen = next((revision for revision in revisions if str(revision.number) == wanted), None)
    newest = queries.newest_revision(row)
    shown = chosen or row.published_revision or newest
    try:
        questions = queries.document_of(shown).questions
    except AssertionError:
        questions = {}
    items = items_of(attempts_at(row, chosen.number if chosen else None), questions, language_of_page())
    context = {"lesson": row, "newest": newest, "revisions": revisions, "chosen": chosen, "items": [(item, said_plainly({"text": item.question.text}) if item.question else "") for item in items], "language": language_of_page(),
               "audit": Regrade.objects.filter(lesson=row).select_related("by", "revision")[:20], "may_edit": queries.membership(person(request), course, queries.MAY_EDIT) is not None}
    return render(request, "library/statistics.html", context)


@require_http_methods(["GET", "POST"])
def regrade(request: HttpRequest, course: str, lesson: str, question: str) -> HttpResponse:
    """Show what a regrade would change; a POST carries it out."""
    row = lesson_for(request, course, lesson)
    if row.kind == Kind.SCENARIO and question != SCENE:
        raise Http404
    if request.method == "POST":
        return _regraded(request, row, question)
    return _dry(request, row, question)


def _dry(request: HttpRequest, row: Lesson, question: str, refusal: str = "", status: int = 200) -> HttpResponse:
    try:
        plan = scene_regrading.planned(row) if row.kind == Kind.SCENARIO else regrading.planned(row, question)
    except Refused as refused:
        return render(request, "library/regrade.html", {"lesson": row, "question": question, "refusal": str(refused)}, status=422 if request.method == "POST" else 200)
    return render(request, "library/regrade.html", {"lesson": row, "question": question, "plan": plan, "changes": [(change, change.said(language_of_page())) for change in plan.changes[:500]], "refusal": refusal, "language": language_of_page(), "lowers": "lowers" in request.POST, "reason": request.POST.get("reason", "")}, status=status)


def _regraded(request: HttpRequest, row: Lesson, question: str) -> HttpResponse:
    if "close" in request.POST:
        messages.success(request, _("Open tests that were over: %(count)d. They are handed in.") % {"count": sitting.hand_in_all_over(row)})
        return redirect("library:statistics", row.course.slug, row.slug)
    if not question:
        raise Http404
    try:
        asked: dict[str, Any] = {"lesson": row, "by": person(request), "lowers": "lowers" in request.POST, "reason": request.POST.get("reason", "")}
        audit = scene_regrading.carry_out(**asked) if row.kind == Kind.SCENARIO else regrading.carry_out(question=question, **asked)
    except Refused as refused:
        return _dry(request, row, question, str(refused), status=422)
    messages.success(request, _("Graded again: %(count)d attempts have new points.") % {"count": len(audit.rows)})
    return redirect("library:statistics", row.course.slug, row.slug)
