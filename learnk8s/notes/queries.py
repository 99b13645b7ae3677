"""Reads of notes; each is found through the visitor."""

from django.db.models import QuerySet

from learnk8s.library.models import Lesson
from learnk8s.notes.models import Note
from learnk8s.web.visitor import Visitor


def notes_of(visitor: Visitor) -> QuerySet[Note]:
    """Return a visitor's notes and bookmarks with their lessons, the newest first."""
    return Note.objects.filter(visitor.owned()).select_related("lesson__course", "lesson__published_revision__lesson")


def note_on(visitor: Visitor, lesson: Lesson) -> Note | None:
    """Return a visitor's note on a lesson."""
    return None if visitor.is_new else Note.objects.filter(visitor.owned(), lesson=lesson).first()
