"""The form of what the commands of a lesson's text print: a row for each claim, and beside it what the world prints."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from learnk8s.courseware.kinds import parsed
from learnk8s.courseware.printing import CLAIMS
from learnk8s.courseware.problem import Problem
from learnk8s.courseware.proof import texts_of
from learnk8s.courseware.proving.driving import Typed
from learnk8s.courseware.questions.writing import in_line, with_keys
from learnk8s.courseware.reading import Reader
from learnk8s.library.form_boxes import Field, Shape, boxes_for, field_at, placed, read, shaped, with_focus
from learnk8s.library.form_saving import opened, unsaved_because
from learnk8s.library.form_values import At
from learnk8s.library.labs import FILE
from learnk8s.library.models import Kind, Lesson, Revision
from learnk8s.library.proving import tried_out
from learnk8s.web.language import language_of_page

KEY = "prints"


def fields_of(lines: Sequence[str]) -> tuple[Field, ...]:
    """Return the field: its rows speak of the commands of the text."""
    return (Field(KEY, gettext_lazy("What is to be so"), "rows", help=gettext_lazy("In the order of the text. Publishing runs its commands, and refuses what they do not print."), parts=(
        Field("line", gettext_lazy("Command of the text"), "choice", ("", *dict.fromkeys(lines)), names=("—", *dict.fromkeys(lines))),
        Field("shows", gettext_lazy("It prints these texts, one a line, in this order"), "lines"), Field("hides", gettext_lazy("It does not print these, one a line"), "lines", is_rare=True),
        Field("count", gettext_lazy("In how many of its lines a text stands"), "rows", is_rare=True, parts=(Field("text", gettext_lazy("Text (empty: any)")), Field("number", gettext_lazy("Lines"), "whole"))),
        Field("same_as", gettext_lazy("It prints what this command prints afterwards"), is_rare=True),
    )),)


def rows_of(text: str) -> list[dict[str, Any]] | None:
    """Return the claims of a file as rows, None if they are written in another shape."""
    value = Reader.of(FILE, text).value
    rows = (value.get(KEY) or []) if isinstance(value, dict) else None
    known = {"line", *CLAIMS}
    if not isinstance(rows, list) or not all(isinstance(row, dict) and set(row) <= known and isinstance(row.get("count", {}), dict) for row in rows):
        return None
    return [{**row, **{key: list(texts_of(row[key])) for key in ("shows", "hides") if key in row}, **({"count": [{"text": str(name), "number": number} for name, number in row["count"].items()]} if row.get("count") else {})} for row in rows]


def _entry(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as the file writes it."""
    found = dict(row)
    for key in ("shows", "hides"):
        if len(found.get(key, ())) == 1:
            found[key] = found[key][0]
    if "count" in found:
        found["count"] = {str(each.get("text", "")): each.get("number", 0) for each in found["count"]}
    return found


def _bare(value: Any) -> Any:
    """Return a row without the blanks around its texts, which no field shows."""
    if isinstance(value, Mapping):
        return {key: _bare(value[key]) for key in sorted(value) if value[key] not in ("", [], 0)}
    return [_bare(each) for each in value] if isinstance(value, list) else str(value).strip()


def text_with(text: str, rows: Sequence[dict[str, Any]]) -> str:
    """Return the file with these claims; one that did not change stays as it was written."""
    value = Reader.of(FILE, text).value
    before = {in_line(_bare(row)): entry for row, entry in zip(rows_of(text) or (), value.get(KEY) or (), strict=True)}
    entries = [before.get(in_line(_bare(row))) or _entry(row) for row in rows]
    return with_keys(text, {key: part for key, part in value.items() if key != KEY} | ({KEY: entries} if entries else {}))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Show the form; a POST runs the text in its world, or saves the form as a revision."""
    row, newest, files = opened(request, course, lesson)
    old = rows_of(files[FILE])
    if request.method == "GET" or old is None:
        return _page(request, row, newest, old, files)
    problems: list[str] = []
    change = shaped(request.POST)
    rows: list[dict[str, Any]] = read(change.posted if change else request.POST, fields_of(_lines(files, old)), {KEY: old}, problems).get(KEY, [])
    if change is not None:
        return _page(request, row, newest, rows, files, problems=problems, change=change)
    changed = {**files, FILE: text_with(files[FILE], rows)}
    if problems:
        return _page(request, row, newest, rows, changed, problems=problems, status=422)
    if request.POST.get("do") == "preview":
        return _tried(request, row, newest, rows, changed)
    if told := unsaved_because(request, row, changed, _("What commands print")):
        return _page(request, row, newest, rows, changed, problems=[told], status=409)
    return redirect("library:prints", course, lesson)


def _tried(request: HttpRequest, row: Lesson, newest: Revision, rows: list[dict[str, Any]], files: dict[str, str]) -> HttpResponse:
    """Show what the world prints, and what it says against the form."""
    reasons, printed = tried_out(files, language_of_page())
    against = [At(f"{reason.text} {reason.cure}".strip(), _field_at(files, reason.line)) for reason in reasons if reason.file in (FILE, "")]
    return _page(request, row, newest, rows, files, problems=_told(files) or against, printed=printed)


def _lines(files: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the commands of the text, and those of which the file speaks."""
    document = parsed(Kind.LESSON, files).lesson
    return [*(line.strip() for block in (document.blocks["ko"] if document else ()) if block.kind == "run" for line in block.lines), *(str(row.get("line", "")).strip() for row in rows if row.get("line"))]


def _page(request: HttpRequest, row: Lesson, newest: Revision, rows: list[dict[str, Any]] | None, files: dict[str, str], *, problems: Sequence[str] | None = None, printed: list[Typed] | None = None, change: Shape | None = None, status: int = 200) -> HttpResponse:
    lines = _lines(files, rows or [])
    boxes = boxes_for(fields_of(lines), {KEY: rows or []}, change.least if change else None)
    told = placed(boxes, problems if problems is not None else _told(files), request.POST, is_told=change is None)
    context = {"lesson": row, "newest": newest, "boxes": with_focus(boxes, change), "problems": told, "printed": printed or [], "is_checked": printed is not None and not told, "has_lines": bool(lines), "is_broken": rows is None, "file": FILE}
    return render(request, "library/print_form.html", context, status=status)


def _told(files: dict[str, str]) -> list[str]:
    """Return what is wrong with the claims of the file, at their rows."""
    language = language_of_page()
    found = [(problem, _field_at(files, problem.line)) for problem in parsed(Kind.LESSON, files).problems if problem.file == FILE]
    told: dict[str, At] = {}
    for problem, field in found:
        if field.startswith(KEY):
            told.setdefault(field, _said(problem, field, f"{problem.text(language)} {problem.cure(language)}"))
    return list(told.values())


def _said(problem: Problem, field: str, text: str) -> At:
    """Return a problem in the words of the form: it has fields, not keys."""
    if problem.key != "missing-key":
        return At(text, field)
    is_line = dict(problem.words).get("name", "").endswith(".line")
    return At(_("Choose the command.") if is_line else _("Say what this command prints."), field)


def _field_at(files: Mapping[str, str], line: int) -> str:
    """Return the field at a line of the file; of a row as a whole, its command."""
    field = field_at(files[FILE], line)
    return f"{field}-line" if field.startswith(f"{KEY}-") and field.count("-") == 1 else field
