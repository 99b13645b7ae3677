"""Why a revision cannot be published, told to those who write by form: what is wrong with a question, a prediction or a task leads to its form and calls fields as that does; everything else leads to its line."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from learnk8s.courseware.reading import Reader
from learnk8s.library.form_boxes import called, field_at, placed
from learnk8s.library.form_values import At
from learnk8s.library.labs import FILE as LABS_FILE
from learnk8s.library.labs import LISTS, tables_of
from learnk8s.library.models import Lesson
from learnk8s.library.proving import Against
from learnk8s.library.question_forms import boxes_of
from learnk8s.library.questions import SLUG, has_form, read_at_fields
from learnk8s.library.trying import questions_of

FILES = ("quiz.yaml", "bank.yaml", LABS_FILE)
KINDS = {key: kind for kind, (key, _block) in LISTS.items()}
Entry = tuple[str, str | int, str | int]
"""A file, and the list and the place in it; the list is empty for what stands in none."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason: its place as the link says it, the address, what is wrong, and what to do."""

    place: str
    url: str
    text: str
    cure: str = ""


def refusals(row: Lesson, files: Mapping[str, str], reasons: Sequence[Against]) -> list[Refusal]:
    """Return reasons as the page shows them, nothing twice."""
    lines = {file: _lines(files[file]) for file in FILES if file in files}
    groups = groupby(reasons, key=partial(_entry, lines))
    return list(dict.fromkeys(refusal for entry, group in groups for refusal in _told(row, files, entry, list(group))))


def _lines(text: str) -> list[tuple[int, int, Any]]:
    """Return the lines at which lists and their entries begin, in order."""
    document = Reader.of("", text).document
    return sorted(((line, len(path), path[:2]) for path, line in document.lines.items() if path and len(path) < 3), key=lambda each: each[:2]) if document else []  # noqa: PLR2004


def _entry(lines: Mapping[str, list[tuple[int, int, Any]]], reason: Against) -> Entry:
    begun = lines.get(reason.file, [])
    place = bisect_right(begun, reason.line, key=lambda each: each[0])
    path = begun[place - 1][2] if place else ()
    return (reason.file, *path) if len(path) > 1 else (reason.file, "", 0)  # type: ignore[return-value]  # a list and a place


def _told(row: Lesson, files: Mapping[str, str], entry: Entry, reasons: list[Against]) -> Iterator[Refusal]:
    file, key, place = entry
    if key == "questions" and isinstance(place, int) and has_form(table := questions_of(files[file])[place]):
        return _of_question(row, files, file, table, reasons)
    if key in KINDS and isinstance(place, int) and SLUG.fullmatch(str((table := tables_of(files[file], KINDS[str(key)])[place]).get("id", ""))):
        return _of_lab(row, files[file], str(key), place, table, reasons)
    return (_at_line(row, reason) for reason in reasons)


def _of_question(row: Lesson, files: Mapping[str, str], file: str, table: dict[str, Any], reasons: list[Against]) -> Iterator[Refusal]:
    """Return what the form of a question says of it; what no form can say (its name is there twice, its world disagrees) as it is."""
    name = _("Question %(name)s") % {"name": table["id"]}
    url, boxes = reverse("library:question", args=(row.course.slug, row.slug, table["id"])), boxes_of(str(table["type"]), table)
    told = placed(boxes, read_at_fields(table, boxes, file, files)[1], QueryDict())
    yield from (Refusal(name, f"{url}#{each.field}" if each.field else url, str(each)) for each in told)
    if not told:
        yield from (Refusal(name, url, reason.text, reason.cure) for reason in reasons)


def _of_lab(row: Lesson, text: str, key: str, place: int, table: dict[str, Any], reasons: list[Against]) -> Iterator[Refusal]:
    """Return what is wrong with a prediction or a task, with its fields called as in its form."""
    kind = KINDS[key]
    name = f"{_('Task') if kind == 'task' else _('Prediction')} {table['id']}"
    url, boxes = reverse("library:lab", args=(row.course.slug, row.slug, kind, table["id"])), boxes_of(kind, table)
    labels = sorted(called(boxes).items(), key=lambda each: -len(each[0]))
    for reason in reasons:
        said = reason.text
        for field, label in labels:
            said = said.replace(f"{key}.{place}.{field.replace('-', '.')}", f"“{label}”")
        anchor = next((each.field for each in placed(boxes, [At(said, field_at(text, reason.line, (key, place)))])), "")
        yield Refusal(name, f"{url}#{anchor}" if anchor else url, said, reason.cure)


def _at_line(row: Lesson, reason: Against) -> Refusal:
    if not reason.file:
        return Refusal("", "", reason.text, reason.cure)
    return Refusal(f"{reason.file}:{reason.line}" if reason.line else reason.file, f"{row.edit_url}?{urlencode({'file': reason.file})}", reason.text, reason.cure)
