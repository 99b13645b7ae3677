"""The form of a lesson's sources: a row for each, with the name by which the text cites it."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from learnk8s.courseware.kinds import parsed
from learnk8s.courseware.questions.writing import document, with_keys
from learnk8s.courseware.reading import Reader
from learnk8s.library.form_boxes import Field, Shape, boxes_for, placed, read, shaped, with_focus
from learnk8s.library.form_saving import opened, unsaved_because
from learnk8s.library.form_values import At
from learnk8s.library.models import Kind, Lesson, Revision
from learnk8s.library.names import free_name
from learnk8s.library.question_forms import NAME_MAX
from learnk8s.web.language import language_of_page

FILE = "sources.yaml"
FIELDS = (Field("sources", gettext_lazy("Sources"), "rows", help=gettext_lazy("The text cites one by its name: [@name]. The lesson lists them at its end, in this order."), parts=(
    Field("title", gettext_lazy("Title")), Field("url", gettext_lazy("Address (https://…)")), Field("id", gettext_lazy("Name for the text (left empty: of the title)")), Field("note", gettext_lazy("Note for authors"), is_rare=True))),)


def rows_of(text: str) -> list[dict[str, Any]] | None:
    """Return the sources of a file as rows, None if it is written in another shape."""
    value = Reader.of(FILE, text).value
    if not isinstance(value, dict) or not all(isinstance(source, dict) and "id" not in source for source in value.values()):
        return None
    return [{"id": str(name), **source} for name, source in value.items()]


def text_with(text: str, rows: Sequence[dict[str, Any]]) -> str:
    """Return the file with these sources: lines of what did not change stay as they are, unless the order did."""
    table = {str(row["id"]): {key: part for key, part in row.items() if key != "id"} for row in rows}
    before = [name for row in rows_of(text) or () if (name := row["id"]) in table]
    return "{}\n" if not table else with_keys(text, table) if list(table)[: len(before)] == before else document(table)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Show the form; a POST saves it as a revision."""
    row, newest, files = opened(request, course, lesson)
    old = rows_of(files[FILE])
    if request.method == "GET" or old is None:
        return _page(request, row, newest, old, files)
    problems: list[str] = []
    change = shaped(request.POST)
    rows: list[dict[str, Any]] = read(change.posted if change else request.POST, FIELDS, {"sources": old}, problems).get("sources", [])
    if change is not None:
        return _page(request, row, newest, rows, files, problems=problems, change=change)
    problems += _named(rows)
    if problems:
        return _page(request, row, newest, rows, files, problems=problems, status=422)
    changed = {**files, FILE: text_with(files[FILE], rows)}
    if told := unsaved_because(request, row, changed, _("Sources")):
        return _page(request, row, newest, rows, files, problems=[told], status=409)
    return redirect("library:sources", course, lesson)


def _named(rows: list[dict[str, Any]]) -> list[str]:
    """Give a name of its title to what has none, and return what is wrong with names."""
    problems: list[str] = []
    for place, row in enumerate(rows):
        others = {str(other.get("id", "")) for other in (*rows[:place], *(rows[place + 1 :] if not row.get("id") else ()))}
        beginning = slugify(str(row.get("title", "")))[:NAME_MAX].rstrip("-") or "source"
        row["id"] = str(row.get("id", "")) or free_name(beginning, others, NAME_MAX + 4)
        if row["id"] in others:
            problems.append(At(_("The name %(name)s is there twice.") % {"name": row["id"]}, f"sources-{place}-id"))
    return problems


def _page(request: HttpRequest, row: Lesson, newest: Revision, rows: list[dict[str, Any]] | None, files: dict[str, str], *, problems: Sequence[str] | None = None, change: Shape | None = None, status: int = 200) -> HttpResponse:
    boxes = boxes_for(FIELDS, {"sources": rows or []}, change.least if change else None)
    told = placed(boxes, problems if problems is not None else _told(files), request.POST, is_told=change is None)
    return render(request, "library/source_form.html", {"lesson": row, "newest": newest, "boxes": with_focus(boxes, change), "problems": told, "is_broken": rows is None, "file": FILE}, status=status)


def _told(files: dict[str, str]) -> list[str]:
    """Return what is wrong with the file, at the row of the source."""
    language, names = language_of_page(), [row["id"] for row in rows_of(files[FILE]) or ()]
    lines = Reader.of(FILE, files[FILE]).document
    at = {line: (str(path[0]), str(path[-1])) for path, line in sorted((lines.lines if lines else {}).items(), key=lambda pair: -len(pair[0])) if path}
    found = []
    for problem in parsed(Kind.LESSON, files).problems:
        if problem.file == FILE:
            name, _key = at.get(problem.line, ("", ""))
            found.append(At(f"{problem.text(language)} {problem.cure(language)}", f"sources-{names.index(name)}-title" if name in names else ""))
    return found
