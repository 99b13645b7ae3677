"""All one's notes and bookmarks, and the note on a lesson, which the lesson's page fetches."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from learnk8s.library import queries as library
from learnk8s.library.models import Lesson
from learnk8s.notes import actions, queries
from learnk8s.web.visitor import visitor_of


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
        visitor = visitor_of(request, ensure=True)
        mark = request.POST.get("bookmark", "")
        note = actions.keep(visitor=visitor, lesson=found, text=request.POST.get("text"), is_bookmarked={"1": True, "0": False}.get(mark))
        if not request.htmx:  # type: ignore[attr-defined]  # set by the middleware
            return redirect(f"{reverse('lessons:lesson', args=(course, lesson))}#note")
        return render(request, "notes/lesson.html#note", _context(found, note, is_saved=True))
    note = queries.note_on(visitor_of(request), found)
    return render(request, "notes/lesson.html#note" if request.htmx else "notes/lesson.html", _context(found, note))  # type: ignore[attr-defined]


def _context(lesson: Lesson, note: Any, *, is_saved: bool = False) -> dict[str, Any]:
    return {"lesson": lesson, "note": note, "is_saved": is_saved, "language": (get_language() or "en")[:2], "letters_max": actions.LETTERS_MAX}
