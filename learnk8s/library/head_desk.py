"""The form of what stands over a lesson: its titles, its question and answer, its era, how long it takes, and the world of its sandbox."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from learnk8s.courseware.kinds import parsed
from learnk8s.courseware.lesson import ERAS
from learnk8s.courseware.questions.writing import with_keys
from learnk8s.courseware.reading import Reader
from learnk8s.lessons.terms import terms
from learnk8s.library.models import Kind, Lesson, Revision
from learnk8s.library.form_boxes import Field, Shape, boxes_for, called, field_at, place_field, place_of, placed, read, shaped, told_in, with_focus
from learnk8s.library.form_saving import opened, unsaved_because
from learnk8s.library.form_values import At
from learnk8s.web.language import LANGUAGES, language_of_page

FILE = "lesson.yaml"
FIELDS = (
    Field("title", gettext_lazy("Title"), "both"), Field("question", gettext_lazy("Question that the lesson answers; it stands below the title"), "both"), Field("answer", gettext_lazy("Answer in one sentence"), "both"),
    Field("minutes", gettext_lazy("Minutes that it takes"), "whole"), Field("era", gettext_lazy("Era, whose colour it wears"), "choice", ERAS, names=(gettext_lazy("Isolation in Linux"), gettext_lazy("Virtual machines"), gettext_lazy("Containers"), gettext_lazy("Orchestrators"), "Kubernetes", gettext_lazy("Managed cloud"))), Field("place", gettext_lazy("World of its sandbox"), "choice"), Field("terms", gettext_lazy("Words of the glossary that it explains, by their ids"), "words", help=gettext_lazy("Such as pod container, with spaces between. “Drawings of the eras, and words of the glossary” below the text has them all.")),
    Field("simplified", gettext_lazy("What is simplified"), "rows", parts=(Field("ko", "한국어", "prose"), Field("en", "English", "prose")), help=gettext_lazy("The lesson lists it at its end: a point a row.")),
)


def _fields(table: Mapping[str, Any]) -> tuple[Field, ...]:
    return tuple(place_field(each.label, place_of(table)) if each.key == "place" else each for each in FIELDS)


def _as_rows(value: Any) -> Any:
    """Return the points of both languages as rows, as they are if they are written otherwise."""
    if not isinstance(value, dict) or set(value) - set(LANGUAGES) or not all(isinstance(points, list) and all(isinstance(point, str) for point in points) for points in value.values()):
        return value
    return [{language: text for language, text in zip(LANGUAGES, pair, strict=True) if text} for pair in zip_longest(*(value.get(language, ()) for language in LANGUAGES), fillvalue="")]


def _as_columns(rows: Any, old: Any) -> Any:
    """Return rows as the points of each language; what says the same as before stays as it was written."""
    if not isinstance(rows, list):
        return rows
    columns = {language: [str(row.get(language, "")) for row in rows] for language in LANGUAGES}
    for points in columns.values():
        while points and not points[-1]:
            points.pop()
    return old if _as_rows(old) == _as_rows(columns) else columns if rows else None


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Show the form; a POST saves it as a revision, the rest of the file as it was."""
    row, newest, files = opened(request, course, lesson)
    value = Reader.of(FILE, files[FILE]).value
    old: dict[str, Any] = dict(value) if isinstance(value, dict) else {}
    if request.method == "GET":
        return _page(request, row, newest, old, files)
    problems: list[str] = []
    change = shaped(request.POST)
    posted = change.posted if change else request.POST
    found = read(posted, _fields(old), old, problems)
    found["simplified"] = _as_columns(found.get("simplified", []), old.get("simplified"))
    world, _slash, scenario = posted.get("place", place_of(old)).partition("/")
    era = posted.get("era", "")
    table = {**{key: part for key, part in old.items() if key not in {each.key for each in FIELDS}}, **{key: part for key, part in found.items() if key != "place" and part is not None}, "era": era if era in ERAS else old.get("era", ERAS[0]), "world": world, "scenario": scenario, "minutes": found.get("minutes", 0)}
    table |= {"terms": found.get("terms", [])} if "terms" in old or found.get("terms") else {}
    changed = {**files, FILE: with_keys(files[FILE], table)}
    if change is not None:
        return _page(request, row, newest, table, changed, problems=problems, change=change)
    problems += [At(_("The glossary has no word %(name)s.") % {"name": name}, "terms") for name in map(str, found.get("terms") or ()) if name not in terms()]
    if problems:
        return _page(request, row, newest, table, changed, problems=problems, status=422)
    if told := unsaved_because(request, row, changed, _("About the lesson")):
        return _page(request, row, newest, table, changed, problems=[told], status=409)
    return redirect(row.edit_url)


def _page(request: HttpRequest, row: Lesson, newest: Revision, table: dict[str, Any], files: dict[str, str], *, problems: list[str] | None = None, change: Shape | None = None, status: int = 200) -> HttpResponse:
    language = language_of_page()
    boxes = boxes_for(_fields(table), {**table, "place": place_of(table), "simplified": _as_rows(table.get("simplified"))}, change.least if change else None)
    found: Sequence[str] = problems if problems is not None else [At(told_in(each, called(boxes), language), field_at(files[FILE], each.line)) for each in parsed(Kind.LESSON, files).problems if each.file == FILE]
    told = placed(boxes, found, request.POST, is_told=change is None)
    return render(request, "library/head_form.html", {"lesson": row, "newest": newest, "boxes": with_focus(boxes, change), "problems": told, "is_broken": not table}, status=status)
