"""How far the two languages of a lesson agree, section by section: missing, stale or fresh.

A history is read forwards. If a section changes in one language only, the other one becomes stale, unless the one that changed was stale itself: then it has caught up.
Texts that agreed once agree again when both say the same again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from learnk8s.courseware.reading import LANGUAGES


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading, in one language; `line` counts from 1."""

    title: str
    text: str
    line: int


def sections_of(text: str) -> list[Section]:
    """Cut a text at its headings of the second level, those inside of fences excepted.

    >>> [(section.title, section.line) for section in sections_of("a\\n## b\\nc\\n```\\n## d\\n```\\n")]
    [('', 1), ('b', 2)]
    """
    found: list[Section] = []
    title, start, lines, is_fenced = "", 1, [], False
    for number, line in enumerate(text.split("\n"), 1):
        is_fenced ^= line.startswith("```")
        if line.startswith("## ") and not is_fenced:
            found.append(Section(title, "\n".join(lines).strip(), start))
            title, start, lines = line[3:].strip(), number, []
        else:
            lines.append(line)
    found.append(Section(title, "\n".join(lines).strip(), start))
    return [section for section in found if section.title or section.text]


@dataclass(frozen=True, slots=True)
class Pair:
    """One section in both languages, each with its state: missing, stale or fresh."""

    sections: Mapping[str, Section | None]
    states: Mapping[str, str]


def pairs_of(history: Sequence[Mapping[str, str]]) -> list[Pair]:
    """Return the sections of the newest of some revisions, oldest first, with the state of each language."""
    stale: set[tuple[int, str]] = set()
    agreed: set[tuple[Any, ...]] = set()
    before: list[dict[str, Section | None]] = []
    rows: list[dict[str, Section | None]] = []
    for files in history:
        rows = [dict(zip(LANGUAGES, pair, strict=True)) for pair in zip_longest(*(sections_of(files.get(f"{language}.md", "")) for language in LANGUAGES))]
        for place, row in enumerate(rows):
            stale = _after(stale, place, row, before[place] if place < len(before) else None)
            pair = (place, *(_words(row[language]) for language in LANGUAGES))
            if pair in agreed:
                stale = stale - {(place, language) for language in LANGUAGES}
            elif not any((place, language) in stale for language in LANGUAGES):
                agreed.add(pair)
        before = rows
    return [Pair(row, {language: _state(row, language, (place, language) in stale) for language in LANGUAGES}) for place, row in enumerate(rows)]


def _after(stale: set[tuple[int, str]], place: int, row: Mapping[str, Section | None], before: Mapping[str, Section | None] | None) -> set[tuple[int, str]]:
    changed = [language for language in LANGUAGES if _words(row[language]) != _words((before or {}).get(language))]
    if len(changed) == 1:
        one = changed[0]
        other = next(language for language in LANGUAGES if language != one)
        return stale - {(place, one)} if (place, one) in stale else stale | {(place, other)}
    return stale - {(place, language) for language in changed}


def states_of(history: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return the state of each language of one text, from its values in some revisions, oldest first.

    >>> states_of([{"ko": "가", "en": "a"}, {"ko": "나", "en": "a"}])
    {'ko': 'fresh', 'en': 'stale'}
    >>> states_of([{"ko": "가", "en": "a"}, {"ko": "나", "en": "a"}, {"ko": "가", "en": "a"}])
    {'ko': 'fresh', 'en': 'fresh'}
    """
    pairs = pairs_of([{f"{language}.md": texts.get(language, "") for language in LANGUAGES} for texts in history])
    return dict(pairs[0].states) if pairs else dict.fromkeys(LANGUAGES, "missing")


def _words(section: Section | None) -> tuple[str, str] | None:
    return (section.title, section.text) if section else None


def _state(row: Mapping[str, Section | None], language: str, is_stale: bool) -> str:
    section = row[language]
    if section is None or not (section.text or section.title):
        return "missing"
    return "stale" if is_stale else "fresh"
