"""Reads of the index."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from django.db.models import Q

from learnk8s.library import queries as library
from learnk8s.search.grams import wanted, words
from learnk8s.search.models import Entry, Kind

CANDIDATES_MAX = 1_000
SHOWN_MAX = 12
"""Results of one kind."""
SNIPPET = 90
WEIGHT = {Kind.LESSON: 3, Kind.TERM: 4, Kind.COMMAND: 1, Kind.MILESTONE: 2, Kind.ERA: 3}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, found or not."""

    text: str
    is_hit: bool


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that was found, in the language in which it was found."""

    kind: str
    path: str
    title: list[Piece]
    snippet: list[Piece]
    language: str
    score: int


def found(query: str, language: str) -> list[tuple[str, list[Result]]]:
    """Return what fits all words of a query, kind by kind, the best kind first; one's own language goes first, nothing is shown twice."""
    return _found(query, language, and_)


def nearest(query: str, language: str) -> list[tuple[str, list[Result]]]:
    """Return what fits some of the words of a query that has several."""
    return _found(query, language, or_) if len(wanted(query)) > 1 else []


def _found(query: str, language: str, together: Callable[[Q, Q], Q]) -> list[tuple[str, list[Result]]]:
    needles = wanted(query)
    if not needles:
        return []
    condition = reduce(together, (reduce(or_, (reduce(and_, (Q(grams__contains=piece) for piece in pieces)) for pieces in spellings)) for spellings in needles))
    visible = library.keys_of_published()
    rows = [row for row in Entry.objects.filter(condition)[:CANDIDATES_MAX] if row.lesson_id is None or row.lesson_id in visible]
    sought = words(query)
    spellings = [form for forms in sought for form in forms]
    best: dict[tuple[str, str], tuple[int, Entry]] = {}
    for row in rows:
        score = _score(row, query, sought, language)
        if (row.kind, row.key) not in best or score > best[row.kind, row.key][0]:
            best[row.kind, row.key] = score, row
    kinds: dict[str, list[tuple[int, Entry]]] = {}
    for score, row in sorted(best.values(), key=lambda pair: (-pair[0], pair[1].path)):
        kinds.setdefault(row.kind, []).append((score, row))
    shown = sorted(kinds.items(), key=lambda item: -item[1][0][0])
    return [(kind, [Result(row.kind, row.path, marked(row.title, spellings), marked(snippet(row.text, spellings), spellings), row.language, score) for score, row in pairs[:SHOWN_MAX]]) for kind, pairs in shown]


def _score(row: Entry, query: str, sought: list[tuple[str, ...]], language: str) -> int:
    title, text = row.title.casefold(), row.text.casefold()
    names = {query.strip().casefold(), *(sought[0] if len(sought) == 1 else ())}
    score = WEIGHT[Kind(row.kind)] + 40 * (row.language == language) + 100 * (title in names) + sum(max(30 * (form in title) + min(text.count(form), 5) for form in forms) for forms in sought)
    return score + 40 * any(title.startswith(form) for forms in sought for form in forms)


def snippet(text: str, words: list[str]) -> str:
    """Return the surroundings of the first word that stands in a text, or its beginning; no word is cut in two.

    >>> snippet("a " * 100 + "pod", ["pod"]).endswith("pod")
    True
    >>> found = snippet("container " * 30 + "pod" + " container" * 30, ["pod"])
    >>> found.startswith("… container "), found.endswith(" container …")
    (True, True)
    """
    small = text.casefold()
    hit = min((place for word in words if (place := small.find(word)) >= 0), default=0)
    start = max(hit - SNIPPET // 2, 0)
    end = start + SNIPPET * 2
    if start:
        start = text.find(" ", start, hit) + 1 or start
    if end < len(text) and (space := text.rfind(" ", start + SNIPPET, end)) > 0:
        end = space
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")


def marked(text: str, words: list[str]) -> list[Piece]:
    """Cut a text into what was looked for and what was not.

    >>> [(piece.text, piece.is_hit) for piece in marked("A Pod runs", ["pod"])]
    [('A ', False), ('Pod', True), (' runs', False)]
    """
    small, parts, place = text.casefold(), [], 0
    if len(small) != len(text):
        return [Piece(text, False)]
    while place < len(text):
        hits = [(at, word) for word in words if (at := small.find(word, place)) >= 0]
        if not hits:
            break
        at, word = min(hits, key=lambda hit: (hit[0], -len(hit[1])))
        if at > place:
            parts.append(Piece(text[place:at], False))
        parts.append(Piece(text[at : at + len(word)], True))
        place = at + len(word)
    return [*parts, Piece(text[place:], False)] if place < len(text) else parts
