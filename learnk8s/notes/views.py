"""All one's notes and bookmarks, and the note on a lesson, which the lesson's page fetches."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from learnk8s.library import queries as library
from learnk8s.library.models import Lesson
from learnk8s.notes import actions, queries
from learnk8s.web.visitor import page_of, visitor_of


def _lesson(course: str, lesson: str) -> Lesson:
    found = library.published_lesson(course, lesson)
    if found is None:
        raise Http404
    return found


@login_not_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show all that the visitor wrote down and marked."""
    return render(request, "notes/index.html", {"notes": [note for note in queries.notes_of(visitor_of(request)) if note.lesson.published_revision_id]})


@login_not_required
@require_http_methods(["GET", "POST"])
def on_lesson(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Show the note on a lesson, or keep what was written or marked."""
    found = _lesson(course, lesson)
    if request.method == "POST":
        return _kept(request, found)
    note = queries.note_on(visitor_of(request), found)
    return render(request, "notes/lesson.html#note" if request.htmx else "notes/lesson.html", _context(found, note))  # type: ignore[attr-defined]  # set by the middleware


def _kept(request: HttpRequest, found: Lesson) -> HttpResponse:
    """Keep what was posted. What another window of the same lesson kept since is not written over: whoever writes is asked, and both can stay."""
    visitor, text, page = visitor_of(request, ensure=True), request.POST.get("text"), page_of(request)
    try:
        if text is not None and "both" in request.POST:
            note = actions.keep(visitor=visitor, lesson=found, text=actions.both(text, getattr(queries.note_on(visitor, found), "text", "")))  # what this page sent before may arrive later, and must not write over both
        else:
            note = actions.keep(visitor=visitor, lesson=found, text=text, is_bookmarked={"1": True, "0": False}.get(request.POST.get("bookmark", "")), seen=request.POST.get("seen"), page=page)
    except actions.WrittenElsewhere:
        context = {**_context(found, queries.note_on(visitor, found)), "unkept": text, "seen": request.POST.get("seen")}
        return render(request, "notes/lesson.html#note" if request.htmx else "notes/lesson.html", context, status=409)  # type: ignore[attr-defined]
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(f"{reverse('lessons:lesson', args=(found.course.slug, found.slug))}#note")
    return render(request, "notes/lesson.html#note", _context(found, note, kept_at=timezone.now()))


def _context(lesson: Lesson, note: Any, *, kept_at: datetime | None = None) -> dict[str, Any]:
    return {"lesson": lesson, "note": note, "kept_at": kept_at, "language": (get_language() or "en")[:2], "letters_max": actions.LETTERS_MAX}
