"""How the forms of the editor open what they edit, and save it on the revision on which the author began."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from learnk8s.library import actions, queries
from learnk8s.library.models import Kind, Lesson, Revision
from learnk8s.library.views import files_now
from learnk8s.library.who import lesson_for, person

BEHIND = _("Somebody saved a revision since you began. What you wrote is still here; save it again to put it on top of theirs.")
"""Said when `is_saved` is not."""
SAVED = _("Saved as revision %(number)d. Students see it once you publish it.")
SAVED_SCENARIO = _("Saved as revision %(number)d. Publishing proves it: the start must miss the goal, the solution reach it.")


def opened(request: HttpRequest, course: str, lesson: str) -> tuple[Lesson, Revision, dict[str, str]]:
    """Return a lesson that the person may edit, its newest revision, and its files as the person has them. Raises Http404 if it is none."""
    row = lesson_for(request, course, lesson)
    if row.kind != Kind.LESSON:
        raise Http404
    newest = queries.newest_revision(row)
    return row, newest, files_now(newest, queries.draft_of(row, person(request)))


def is_saved(request: HttpRequest, row: Lesson, files: dict[str, str], note: str, said: Any = SAVED) -> bool:
    """Save files as a revision on the one that the posted form calls its `base`, and tell the author; return False if somebody saved one since."""
    base = str(request.POST.get("base", ""))
    try:
        revision = actions.save_revision(lesson=row, by=person(request), files=files, base_number=int(base) if base.isdecimal() and len(base) < 9 else 0, note=note)
    except actions.EditConflict:
        return False
    messages.success(request, said % {"number": revision.number})
    return True
