"""What makes a lesson's page easy to read: its words, with their meaning."""

from dataclasses import replace

from django.urls import reverse

from learnk8s.courseware.render import Shown
from learnk8s.glossary.marking import mark
from learnk8s.glossary.terms import terms


def with_terms(blocks: list[Shown], names: tuple[str, ...], language: str) -> list[Shown]:
    """Return the blocks with each of the lesson's terms marked where it stands first in the text."""
    wanted = [term for name in names if (term := terms().get(name))]
    page, seen = reverse("glossary:index"), set[str]()
    return [replace(block, html=mark(block.html, wanted, language=language, page=page, seen=seen)) if block.kind in ("text", "callout") else block for block in blocks]
