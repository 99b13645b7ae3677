"""Writes of notes."""

from django.db import transaction

from learnk8s.accounts.models import User
from learnk8s.library.models import Lesson
from learnk8s.notes.models import Note
from learnk8s.web.visitor import Visitor

LETTERS_MAX = 10_000


class WrittenElsewhere(Exception):
    """The note says something else by now than what somebody wrote on: it was changed in another window."""


@transaction.atomic
def keep(*, visitor: Visitor, lesson: Lesson, text: str | None = None, is_bookmarked: bool | None = None, seen: str | None = None, page: str = "") -> Note | None:
    """Write the note down, set or take the bookmark; None changes nothing. What is empty in the end is not kept. Raises WrittenElsewhere if `seen` is no longer its version, unless it was the same page that changed it."""
    note, _made = Note.objects.select_for_update().get_or_create(lesson=lesson, **visitor.ownership())
    if text is not None:
        text = plain(text)
        if seen is not None and note.version != seen and note.text != text and not (page and note.page == page):
            raise WrittenElsewhere
        note.text, note.page = text, page
    if is_bookmarked is not None:
        note.is_bookmarked = is_bookmarked
    if not note.text and not note.is_bookmarked:
        note.delete()
        return None
    note.save()
    return note


def plain(text: str) -> str:
    """Return a text as it is kept: with plain line ends, for browsers post CRLF, and bounded.

    >>> plain(" a\\r\\nb\\0 ")
    'a\\nb'
    """
    return text.replace("\0", "").replace("\r\n", "\n").strip()[:LETTERS_MAX]


def both(*texts: str) -> str:
    """Return texts one below the other, as long as there is room."""
    return "\n\n".join(filter(None, texts))[:LETTERS_MAX]


def adopt(user: User, session_key: str) -> None:
    """Give an anonymous session's notes to a person; where both wrote, both texts stay."""
    for row in Note.objects.filter(user=None, session_key=session_key):
        own = Note.objects.filter(user=user, lesson=row.lesson).first()
        if own is None:
            row.user, row.session_key = user, ""
            row.save()
            continue
        own.text = both(own.text, row.text)
        own.is_bookmarked = own.is_bookmarked or row.is_bookmarked
        own.save()
        row.delete()
