"""Writes of notes."""

from django.db import transaction

from learnk8s.accounts.models import User
from learnk8s.library.models import Lesson
from learnk8s.notes.models import Note
from learnk8s.web.visitor import Visitor

LETTERS_MAX = 10_000


@transaction.atomic
def keep(*, visitor: Visitor, lesson: Lesson, text: str | None = None, is_bookmarked: bool | None = None) -> Note | None:
    """Write the note down, set or take the bookmark; None changes nothing. What is empty in the end is not kept."""
    note, _made = Note.objects.select_for_update().get_or_create(lesson=lesson, **visitor.ownership())
    if text is not None:
        note.text = text.replace("\0", "").strip()[:LETTERS_MAX]
    if is_bookmarked is not None:
        note.is_bookmarked = is_bookmarked
    if not note.text and not note.is_bookmarked:
        note.delete()
        return None
    note.save()
    return note


def adopt(user: User, session_key: str) -> None:
    """Give an anonymous session's notes to a person; where both wrote, both texts stay."""
    for row in Note.objects.filter(user=None, session_key=session_key):
        own = Note.objects.filter(user=user, lesson=row.lesson).first()
        if own is None:
            row.user, row.session_key = user, ""
            row.save()
            continue
        own.text = "\n\n".join(filter(None, (own.text, row.text)))[:LETTERS_MAX]
        own.is_bookmarked = own.is_bookmarked or row.is_bookmarked
        own.save()
        row.delete()
