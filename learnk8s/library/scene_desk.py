"""The form of a scenario: what it tells, how it begins, its goal check by check, hints, par and variants, without playing it."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from learnk8s.courseware.kinds import parsed
from learnk8s.courseware.markdown import html_of
from learnk8s.library import actions, queries, scene_forms
from learnk8s.library.form_boxes import Box, Shape, called, field_at, placed, shaped, told_in, with_focus
from learnk8s.library.form_saving import SAVED_SCENARIO, files_to_change, unsaved_because
from learnk8s.library.form_values import At
from learnk8s.library.models import Kind, Lesson, Revision
from learnk8s.library.proving import against
from learnk8s.library.views import HISTORY_READ
from learnk8s.library.who import lesson_for, person
from learnk8s.web.language import LANGUAGES, language_of_page

FILE = "scenario.yaml"


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Show the form; a POST checks it in its world or saves it as a revision. What is checked is kept, as the editor keeps what is written."""
    row = lesson_for(request, course, lesson, queries.MAY_READ if request.method == "GET" else queries.MAY_EDIT)
    if row.kind != Kind.SCENARIO:
        raise Http404
    newest, draft = queries.newest_revision(row), queries.draft_of(row, person(request))
    text = files_to_change(row, newest, draft)[FILE]
    table = scene_forms.table_of(text)
    if request.method == "GET":
        return _page(request, row, newest, table, text)
    problems: list[str] = []
    change = shaped(request.POST)
    table = scene_forms.table_from(change.posted if change else request.POST, table, problems)
    text = scene_forms.text_from(text, table)
    if change is not None:
        return _page(request, row, newest, table, text, problems=problems, change=change)
    if problems:
        return _page(request, row, newest, table, text, problems=problems, status=422)
    if request.POST.get("do", "preview") == "preview":
        began = (row.revisions.filter(number=draft.base_number).first() if draft is not None and draft.files else None) or newest
        actions.keep_draft(lesson=row, by=person(request), base_number=began.number, base=began.files, changed={FILE: text})
        return _page(request, row, newest, table, text, problems=_told(text), is_checked=True)
    if told := unsaved_because(request, row, {FILE: text}, request.POST.get("note", "")[:200], SAVED_SCENARIO):
        return _page(request, row, newest, table, text, problems=[told], status=409)
    return redirect("library:scene", course, lesson)


def _told(text: str) -> list[At]:
    """Return what is wrong with the file, or what its world says against it."""
    wrong = _wrong(text, scene_forms.boxes_of(scene_forms.table_of(text)))
    return wrong or [_at(text, reason.line, f"{reason.text} {reason.cure}") for reason in against(Kind.SCENARIO, {FILE: text}, language_of_page())]


def _wrong(text: str, boxes: Sequence[Box]) -> list[At]:
    """Return what is wrong with the file, in the words of the form."""
    return [_at(text, each.line, told_in(each, called(boxes), language_of_page())) for each in parsed(Kind.SCENARIO, {FILE: text}).problems]


def _at(text: str, line: int, told: str) -> At:
    """Return a problem at its field, with the line of the file if the form has no such field."""
    name = field_at(text, line)
    return At(told if name or not line else f"{FILE}:{line} {told}", name)


def _page(request: HttpRequest, row: Lesson, newest: Revision, table: dict[str, Any], text: str, *, problems: Sequence[str] | None = None, is_checked: bool = False, change: Shape | None = None, status: int = 200) -> HttpResponse:
    boxes = scene_forms.boxes_of(table, scene_forms.exact_in(request.POST), change.least if change else None)
    found = problems if problems is not None else _wrong(text, boxes)
    told = placed(boxes, found, request.POST, is_told=change is None)
    history = [files.get(FILE, "") for files in row.revisions.order_by("-number").values_list("files", flat=True)[:HISTORY_READ]][::-1]
    shown = {key: {language: html_of(str((table.get(key) or {}).get(language, ""))) if isinstance(table.get(key), dict) else "" for language in LANGUAGES} for key in ("story", "task")}
    context = {"lesson": row, "newest": newest, "boxes": with_focus(boxes, change), "problems": told, "is_checked": is_checked and not told, "states": scene_forms.states(history, table), "shown": shown, "is_broken": not table, "may_edit": queries.membership(person(request), row.course.slug, queries.MAY_EDIT) is not None}
    return render(request, "library/scene_form.html", context, status=status)
