"""What makes a lesson's page easy to read: its words, with their meaning."""

from dataclasses import replace
from functools import lru_cache

from django.urls import reverse

from learnk8s.courseware.render import Shown
from learnk8s.glossary.marking import mark
from learnk8s.glossary.terms import terms
from learnk8s.web.typesetting import typeset

MARKED = ("text", "callout")
PAGES_MAX = 256
"""Lessons whose marked text is remembered, each in a language."""


def with_terms(blocks: list[Shown], names: tuple[str, ...], language: str) -> list[Shown]:
    """Return the blocks with each of the lesson's terms marked where it stands first in the text."""
    texts = iter(_marked(tuple(block.html for block in blocks if block.kind in MARKED), names, language, reverse("glossary:index")))
    return [replace(block, html=next(texts)) if block.kind in MARKED else block for block in blocks]


@lru_cache(PAGES_MAX)
def _marked(texts: tuple[str, ...], names: tuple[str, ...], language: str, page: str) -> tuple[str, ...]:
    wanted, seen = [term for name in names if (term := terms().get(name))], set[str]()
    return tuple(typeset(mark(text, wanted, language=language, page=page, seen=seen)) for text in texts)
