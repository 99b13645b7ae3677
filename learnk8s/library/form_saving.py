"""How the forms of the editor open what they edit, and save it on the revision on which the author began."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from learnk8s.library import actions, queries
from learnk8s.library.models import Draft, Kind, Lesson, Revision
from learnk8s.library.views import brought_together, files_now
from learnk8s.library.who import lesson_for, person

BEHIND = _("Somebody saved a revision since you began. What you wrote is still here; save it again to put it on top of theirs.")
APART = _("What you had not saved yet in the editor and what somebody saved since change the same place. Nothing was changed now; bring both together first.")
TOGETHER = _("Bring both together")
SAVED = _("Saved as revision %(number)d. Students see it once you publish it.")
SAVED_SCENARIO = _("Saved as revision %(number)d. Publishing proves it: the start must miss the goal, the solution reach it.")


def opened(request: HttpRequest, course: str, lesson: str) -> tuple[Lesson, Revision, dict[str, str]]:
    """Return a lesson that the person may edit, its newest revision, and its files as the person has them. Raises Http404 if it is none."""
    row = lesson_for(request, course, lesson)
    if row.kind != Kind.LESSON:
        raise Http404
    newest, draft = queries.newest_revision(row), queries.draft_of(row, person(request))
    return row, newest, files_to_change(row, newest, draft)


def files_to_change(row: Lesson, newest: Revision, draft: Draft | None) -> dict[str, str]:
    """Return the files on which a form stands: those that the person has, with what somebody saved since they began as far as both go together."""
    return brought_together(row, newest, draft) or files_now(newest, draft)


def is_apart(request: HttpRequest, row: Lesson) -> bool:
    """Say whether what the person has not saved yet and the newest revision change the same place; then tell them where both are brought together."""
    if brought_together(row, queries.newest_revision(row), queries.draft_of(row, person(request))) is not None:
        return False
    messages.error(request, format_html('{} <a href="{}">{}</a>', APART, reverse("library:merge", args=(row.course.slug, row.slug)), TOGETHER))
    return True


def unsaved_because(request: HttpRequest, row: Lesson, files: dict[str, str], note: str, said: Any = SAVED) -> str:
    """Save files as a revision on the one that the posted form calls its `base`, and tell the author. Return nothing then, or why it was not saved."""
    base = str(request.POST.get("base", ""))
    if is_apart(request, row):
        return str(APART)
    try:
        revision = actions.save_revision(lesson=row, by=person(request), files=files, base_number=int(base) if base.isdecimal() and len(base) < 9 else 0, note=note)
    except actions.EditConflict:
        return str(BEHIND)
    messages.success(request, said % {"number": revision.number})
    return ""
