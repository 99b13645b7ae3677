"""The drawings of public lessons and the words of the glossary, as they are offered to authors. What is published does not change, so that they are made once."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from learnk8s.lessons.templatetags.lesson_text import as_drawing
from learnk8s.lessons.terms import terms
from learnk8s.library import queries
from learnk8s.library.models import Revision
from learnk8s.web.language import LANGUAGES


@dataclass(frozen=True, slots=True)
class Drawing:
    """One drawing, and what it shows in both languages."""

    key: str
    name: str
    svg: str
    words: dict[str, str]
    era: str


def drawings() -> tuple[Drawing, ...]:
    """Return the drawings of lessons in the public catalogue, with what they show."""
    return _drawings(tuple(queries.listed_revisions()))


@lru_cache(maxsize=2)
def _drawings(places: tuple[tuple[str, str, int], ...]) -> tuple[Drawing, ...]:
    documents = queries.documents_of([Revision(pk=revision) for _course, _lesson, revision in places])
    found = []
    for course, lesson, revision in places:
        document = documents[revision]
        for name, svg in document.figures.items():
            words = {language: next((block.lines[0] for block in document.blocks[language] if block.kind == "figure" and block.names[:1] == (name,) and block.lines), "") for language in LANGUAGES}
            if name.endswith(".svg") and all(words.values()):
                found.append(Drawing(f"{course}/{lesson}/{name}", name, svg, words, document.era))
    return tuple(found)


def drawings_shown(language: str, wanted: str = "") -> SafeString:
    """Return the drawings, those whose words hold a wanted text, as items of a list, each with a button that puts it in."""
    return _items(tuple(queries.listed_revisions()), language, wanted.casefold())


@lru_cache(maxsize=16)
def _items(places: tuple[tuple[str, str, int], ...], language: str, wanted: str) -> SafeString:
    item = '<li class="panel" data-era="{}"><div class="panel__body"><div class="figure__drawing" role="img" aria-label="{}" tabindex="0">{}</div><p>{}</p><button class="button button--quiet button--small" name="drawing" value="{}">{}<span class="visually-hidden">: {}</span></button></div></li>'
    return format_html_join("\n", item, ((each.era, each.words[language], as_drawing(each.svg), each.words[language], each.key, _("Put it in"), each.words[language]) for each in _drawings(places) if wanted in " ".join((each.name, each.era, *each.words.values())).casefold()))


@lru_cache(maxsize=16)
def terms_shown(language: str, wanted: str = "") -> SafeString:
    """Return the words of the glossary, those that hold a wanted text, as rows of a table, each with a button that puts it in."""
    button = format_html('<button class="button button--quiet button--small" name="term" value="{{}}">{}<span class="visually-hidden">: {{}}</span></button>', _("Put it in"))
    return format_html_join("", f'<tr><td>{button}</td><th scope="row" class="nowrap"><code>{{}}</code></th><td lang="ko">{{}}</td><td lang="en">{{}}</td></tr>', ((term.id, term.en, term.id, term.ko, term.en) for term in terms().values() if wanted.casefold() in f"{term.id} {term.ko} {term.en}".casefold()))
