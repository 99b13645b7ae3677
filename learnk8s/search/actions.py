"""Writes of the index. It is made of what the other apps say; making it again gives the same."""

import html
import re
from collections.abc import Iterator

from django.db import transaction

from learnk8s.glossary.terms import terms
from learnk8s.library import queries as library
from learnk8s.library.models import Lesson
from learnk8s.search.grams import grams
from learnk8s.search.models import Entry, Kind
from learnk8s.timeline.eras import TEXTS
from learnk8s.timeline.milestones import milestones

LANGUAGES = ("ko", "en")


@transaction.atomic
def build() -> int:
    """Make the whole index anew, and return how many rows it has."""
    Entry.objects.all().delete()
    rows = [*_terms(), *_milestones(), *_eras()]
    for lesson in library.published_lessons_of_all():
        rows.extend(_lesson(lesson))
    Entry.objects.bulk_create(_once(rows), batch_size=200)
    return Entry.objects.count()


@transaction.atomic
def index_lesson(lesson: Lesson) -> None:
    """Make the rows of one lesson anew, as it is published now."""
    Entry.objects.filter(lesson_id=lesson.pk).delete()
    published = library.published_lesson(lesson.course.slug, lesson.slug)
    if published is not None:
        Entry.objects.bulk_create(_once(_lesson(published)), batch_size=200, ignore_conflicts=True)


def _once(rows: list[Entry]) -> list[Entry]:
    return list({(row.kind, row.key, row.language): row for row in rows}.values())


def _entry(kind: Kind, key: str, language: str, path: str, title: str, text: str, lesson_id: int | None = None, found_by: str = "") -> Entry:
    return Entry(kind=kind, key=key[:200], language=language, path=path, title=title[:300], text=text, grams=grams(found_by or f"{title} {text}"), lesson_id=lesson_id)


def _terms() -> Iterator[Entry]:
    for term in terms().values():
        for language in LANGUAGES:
            other = "en" if language == "ko" else "ko"
            yield _entry(Kind.TERM, term.id, language, f"/glossary/#{term.id}", term.name(language), term.definition(language), found_by=f"{term.name(language)} {term.definition(language)} {term.name(other)}")


def _milestones() -> Iterator[Entry]:
    for item in milestones():
        for language in LANGUAGES:
            text = " ".join((item.fact[language], item.why[language], (item.nuance or {}).get(language, "")))
            yield _entry(Kind.MILESTONE, item.id, language, f"/timeline/#{item.id}", f"{item.date[:4]} {item.title[language]}", text)


def _eras() -> Iterator[Entry]:
    for era in TEXTS:
        for language in LANGUAGES:
            yield _entry(Kind.ERA, era.slug, language, f"/era/{era.slug}/", era.name[language], " ".join((era.question[language], era.answer[language], era.limit[language])))


def _lesson(lesson: Lesson) -> list[Entry]:
    document = library.document_of(lesson.published_revision)  # type: ignore[arg-type]  # published
    path, key, rows = f"/learn/{lesson.course.slug}/{lesson.slug}/", f"{lesson.course.slug}/{lesson.slug}", []
    for language in LANGUAGES:
        blocks = document.blocks.get(language, ())
        text = " ".join([document.question[language], *(_plain(block.html) for block in blocks if block.html), document.answer[language]])
        rows.append(_entry(Kind.LESSON, key, language, path, document.title[language], text, lesson.pk))
        for line in dict.fromkeys(line.strip() for block in blocks if block.kind == "run" for line in block.lines):
            if line and len(line) < 160:
                rows.append(_entry(Kind.COMMAND, f"{key} {line}", language, path, line, document.title[language], lesson.pk, found_by=" ".join((line, *_spoken_of(line)))))
    return rows


def _spoken_of(line: str) -> Iterator[str]:
    """Name the terms of the glossary that stand in a command, in both languages: who looks for 파드 finds `kubectl get pods`, and no other line of the same lesson."""
    words = {word for plural in re.findall(r"[a-z]+", line.lower()) for word in (plural, plural.removesuffix("s"))}
    for term in terms().values():
        if term.name("en").lower() in words:
            yield from (term.name("ko"), term.name("en"))


MARKS, HEADING, BLOCK, TAG = re.compile(r'<sup class="cite[^>]*>.*?</sup>', re.DOTALL), re.compile(r"(\w)</h[2-4]>"), re.compile(r"</?(?:p|h[2-4]|ul|ol|li|pre|blockquote|table|thead|tbody|tr|th|td|hr|br)\b[^>]*>"), re.compile(r"<[^>]+>")


def _plain(markup: str) -> str:
    """Return the words of a text as they are read: without the marks of sources, a heading ends before what follows it, and what is marked within a word stays one with it.

    >>> _plain('<h2>The van</h2><p>Think of <code>virsh list</code>\N{HANGUL SYLLABLE NEUN}<sup class="cite"><a href="#source-a">a</a></sup>.</p>')
    'The van: Think of virsh list\N{HANGUL SYLLABLE NEUN}.'
    """
    text = TAG.sub("", BLOCK.sub(" ", HEADING.sub(r"\1: ", MARKS.sub("", markup))))
    return " ".join(html.unescape(text).split())
