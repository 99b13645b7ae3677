"""The story of an era: Markdown in content/eras, in which `[@id]` names a milestone and becomes a link to it: the year, where the clause before says it, else the year as a mark."""

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
_CITE = re.compile(r'(?P<clause>[^<>.;]*)(?P<sup><sup class="cite[^"]*">)<a href="#source-(?P<name>[a-z0-9-]+)"[^>]*>[^<]*</a></sup>')


class UnknownMilestone(KeyError):
    """A story names a milestone that there is not."""


@lru_cache(maxsize=16)
def story(slug: str, language: str) -> SafeString:
    """Return the story of an era as HTML. Raises UnknownMilestone."""
    text = (FOLDER / f"{slug}.{language}.md").read_text(encoding="utf-8")
    return mark_safe(_CITE.sub(lambda found: _cited(found, slug, language), typeset(html_of(text))))  # noqa: S308  # sanitised by html_of; the links are built escaped


def _cited(cite: re.Match[str], slug: str, language: str) -> str:
    """Return a clause with its milestone: no year is printed twice beside itself."""
    year, link = _link(cite["name"], slug, language)
    before, said, after = cite["clause"].rpartition(year)
    return f"{before}{link}{after}" if said and not after[:1].isdigit() and not before[-1:].isdigit() else f"{cite['clause']}{cite['sup']}{link}</sup>"


def _link(name: str, slug: str, language: str) -> tuple[str, str]:
    """Return the year of a milestone, and that as a link to it."""
    found = next((item for item in milestones() if item.id == name), None)
    if found is None:
        raise UnknownMilestone(name)
    page = "" if found.era == slug else reverse("timeline:index").replace(f"/{(get_language() or 'en')[:2]}/", f"/{language}/", 1)
    return str(found.year), format_html('<a href="{}#{}" aria-label="{}, {}">{}</a>', page, name, found.title[language], found.date, found.year)
