"""What makes a lesson's page easy to read: words with their meaning, and the lessons before and after."""

from dataclasses import replace
from typing import Any

from django.urls import reverse

from learnk8s.courseware.render import Shown
from learnk8s.glossary.marking import mark
from learnk8s.glossary.terms import terms
from learnk8s.library import queries as library
from learnk8s.library.models import Lesson


def with_terms(blocks: list[Shown], names: tuple[str, ...], language: str) -> list[Shown]:
    """Return the blocks with each of the lesson's terms marked where it stands first in the text."""
    wanted = [term for name in names if (term := terms().get(name))]
    page, seen = reverse("glossary:index"), set[str]()
    return [replace(block, html=mark(block.html, wanted, language=language, page=page, seen=seen)) if block.kind in ("text", "callout") else block for block in blocks]


def neighbours(lesson: Lesson) -> dict[str, Any]:
    """Return the lessons before and after this one in its course, as `previous` and `following`; None at the ends."""
    lessons = library.published_lessons(lesson.course.slug)
    place = next((index for index, other in enumerate(lessons) if other.pk == lesson.pk), None)
    if place is None:
        return {"previous": None, "following": None}
    return {"previous": lessons[place - 1] if place else None, "following": lessons[place + 1] if place + 1 < len(lessons) else None}
