"""Words of the glossary in running text: the first time that a word stands in it, it becomes a link to its meaning. Pure."""

import re
from collections.abc import Iterable
from html import escape

from learnk8s.glossary.terms import Term

_TAGS = re.compile(r"(<[^>]+>)")
_CLOSED = re.compile(r"<(/?)(a|code|pre|h[1-6]|th|kbd)\b")


def mark(html: str, wanted: Iterable[Term], *, language: str, page: str, seen: set[str]) -> str:
    """Return sanitised HTML with links at the first place of each term that is not in `seen`, which grows. Links, code and headings are left alone."""
    todo = [term for term in wanted if term.id not in seen and len(term.spelling(language)) > 1]
    parts, depth = _TAGS.split(html), 0
    for index, part in enumerate(parts):
        if index % 2:
            closed = _CLOSED.match(part)
            depth += 0 if closed is None else -1 if closed[1] else 1
        elif depth == 0 and todo:
            parts[index], todo = _marked(part, todo, language, page, seen)
    return "".join(parts)


def _marked(text: str, todo: list[Term], language: str, page: str, seen: set[str]) -> tuple[str, list[Term]]:
    """Mark what is found in a piece without tags; longer words first, so that a part of a word is not taken for it."""
    places: list[tuple[int, int, Term]] = []
    for term in sorted(todo, key=lambda term: -len(term.spelling(language))):
        for found in _pattern(term.spelling(language), language).finditer(text):
            if all(found.end() <= start or found.start() >= end for start, end, _term in places):
                places.append((found.start(), found.end(), term))
                seen.add(term.id)
                break
    out, at = [], 0
    for start, end, term in sorted(places, key=lambda place: place[0]):
        out.append(f'{text[at:start]}<a class="term" href="{escape(page)}#{escape(term.id)}" data-term="{escape(term.id)}">{text[start:end]}</a>')
        at = end
    return "".join(out) + text[at:], [term for term in todo if term.id not in seen]


def _pattern(word: str, language: str) -> re.Pattern[str]:
    """Korean words may have a particle behind them, English ones an s; they are found in British spelling as well.

    >>> bool(_pattern("Virtualization", "en").search("what virtualisation is"))
    True
    """
    plain = re.escape(escape(word, quote=False))
    return re.compile(rf"(?<![가-힣A-Za-z0-9-]){plain}" if language == "ko" else rf"(?<![\w-]){plain.replace('iz', 'i[sz]')}s?\b(?!-)", re.IGNORECASE)
