"""The story of an era: Markdown in content/eras, in which `[@id]` names a milestone and becomes its year, with a link to it."""

import re
from functools import lru_cache
from pathlib import Path

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from learnk8s.courseware.markdown import html_of
from learnk8s.timeline.milestones import milestones
from learnk8s.web.typesetting import typeset

FOLDER = Path(__file__).resolve().parent.parent / "content" / "eras"
_CITE = re.compile(r'<a href="#source-([a-z0-9-]+)"[^>]*>[^<]*</a>')


class UnknownMilestone(KeyError):
    """A story names a milestone that there is not."""


@lru_cache(maxsize=16)
def story(slug: str, language: str) -> SafeString:
    """Return the story of an era as HTML. Raises UnknownMilestone."""
    text = (FOLDER / f"{slug}.{language}.md").read_text(encoding="utf-8")
    return mark_safe(_CITE.sub(lambda found: _link(found[1], slug, language), typeset(html_of(text))))  # noqa: S308  # sanitised by html_of; the links are built escaped


def _link(name: str, slug: str, language: str) -> str:
    found = next((item for item in milestones() if item.id == name), None)
    if found is None:
        raise UnknownMilestone(name)
    page = "" if found.era == slug else reverse("timeline:index").replace(f"/{(get_language() or 'en')[:2]}/", f"/{language}/", 1)
    return format_html('<a href="{}#{}" aria-label="{}, {}">{}</a>', page, name, found.title[language], found.date, found.year)
