"""Questions by form: the list of a lesson's or bank's questions, and one of them with a preview that grades."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from learnk8s.courseware.kinds import parsed
from learnk8s.courseware.markdown import line_text
from learnk8s.courseware.problem import Problem
from learnk8s.courseware.questions import TYPES, Question
from learnk8s.courseware.questions.cloze import GAP
from learnk8s.courseware.questions.proving import problems_of
from learnk8s.courseware.questions.reading import read_questions
from learnk8s.courseware.questions.writing import replaced
from learnk8s.courseware.reading import Reader
from learnk8s.library import queries
from learnk8s.library.form_boxes import Box, Paths, Shape, called, field_of, label_of, placed, posted_rows, shaped, with_focus
from learnk8s.library.form_saving import SAVED, files_to_change, unsaved_because
from learnk8s.library.form_values import At, together
from learnk8s.library.labs import FILE as LABS_FILE
from learnk8s.library.labs import LISTS, broken_entries, in_texts, tables_of, with_block, with_new_name, without_block
from learnk8s.library.models import Kind, Lesson, Revision
from learnk8s.library.question_forms import boxes_of, name_of, table_from
from learnk8s.library.trying import FROM_FORM, questions_of, remember
from learnk8s.library.who import lesson_for, person
from learnk8s.web.language import LANGUAGES, language_of_page
from learnk8s.quizzes.asking import ask
from learnk8s.quizzes.queries import Asked, State
from learnk8s.web.visitor import visitor_of

SLUG = re.compile(r"[-a-zA-Z0-9_]+")
KINDS = (Kind.LESSON, Kind.BANK)


def _found(request: HttpRequest, course: str, lesson: str, roles: Any = queries.MAY_EDIT) -> tuple[Lesson, Revision, dict[str, str], str]:
    row = lesson_for(request, course, lesson, roles)
    if row.kind not in KINDS:
        raise Http404
    newest, draft = queries.newest_revision(row), queries.draft_of(row, person(request))
    return row, newest, files_to_change(row, newest, draft), "bank.yaml" if row.kind == Kind.BANK else "quiz.yaml"


@require_GET
def index(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """List the questions, with a way to each one's form and to a new one of any type."""
    row, newest, files, file = _found(request, course, lesson, queries.MAY_READ)
    found = parsed(row.kind, files)
    broken = {*broken_entries(files[file], file, found.problems), *broken_entries(files.get(LABS_FILE, ""), LABS_FILE, found.problems)}
    rows = [{"id": str(table.get("id", "")), "type": str(table.get("type", "")), "text": said_plainly(table), "has_form": has_form(table), "is_broken": ("questions", place) in broken} for place, table in enumerate(questions_of(files[file]))]
    entries = [{"kind": kind, "id": str(table["id"]), "text": said_plainly(table), "is_broken": (key, place) in broken} for kind, (key, _block) in LISTS.items() for place, table in enumerate(tables_of(files.get(LABS_FILE, ""), kind)) if SLUG.fullmatch(str(table.get("id", "")))] if row.kind == Kind.LESSON else None
    return render(request, "library/questions.html", {"lesson": row, "newest": newest, "placed": _placed(files), "rows": rows, "labs": entries, "types": list(TYPES), "file": file, "may_edit": queries.membership(person(request), course, queries.MAY_EDIT) is not None})


def has_form(table: Mapping[str, Any]) -> bool:
    """Say whether a question can be opened by its name, in a form of its type."""
    return SLUG.fullmatch(str(table.get("id", ""))) is not None and table.get("type") in TYPES


def said_plainly(table: Mapping[str, Any]) -> str:
    """Return the text of an entry in the language of the page, else in the other, without marks and with its gaps as gaps."""
    text = table.get("text")
    said = str(text.get(language_of_page()) or next((said for said in text.values() if said), "")) if isinstance(text, dict) else ""
    return line_text(GAP.sub("___", said))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, course: str, lesson: str, question: str = "") -> HttpResponse:
    """Show the form of a question, or of a new one of the type in the address; a POST shows it in the preview, saves or removes it."""
    row, newest, files, file = _found(request, course, lesson)
    tables = questions_of(files[file])
    place = next((number for number, table in enumerate(tables) if str(table.get("id")) == question), None) if question else None
    if question and place is None:
        raise Http404
    old = tables[place] if place is not None else {"type": request.GET.get("type", request.POST.get("type", ""))}
    kind = str(old.get("type", ""))
    if kind not in TYPES:
        raise Http404
    if request.method == "GET":
        return _page(request, row, newest, file, kind, old, place)
    problems: list[str] = []
    change = shaped(request.POST)
    table = table_from(change.posted if change else request.POST, kind, old, problems)
    if change is not None:
        return _page(request, row, newest, file, kind, table, place, problems=problems, change=change)
    table["id"] = str(table.get("id", "")) or name_of(table, kind, tables)
    doing = request.POST.get("do", "preview")
    if doing == "remove":
        return _removed(request, row, files, table | {"id": tables[place]["id"]}, kind=kind, place=place, file=file, newest=newest) if place is not None else redirect("library:questions", course, lesson)
    if problems:
        return _page(request, row, newest, file, kind, table, place, problems=problems, status=422)
    if doing == "preview":
        tried = table | {"id": question or table["id"]}  # a new name is taken when it is saved: until then the address finds the question by the old one
        if _is_readable(file, tried, files):
            remember(request, row, tried)
        return _page(request, row, newest, file, kind, table, place, tried=tried["id"])
    files = with_new_name(files | {file: replaced(files[file], place, table)}, "quiz", question or table["id"], table["id"])
    return _saved(request, row, with_block(files, f"```quiz {table.get('id', '')}\n```") if "shown" in request.POST and doing == "save" else files, table, kind=kind, place=place, file=file, newest=newest)


def _is_readable(file: str, table: dict[str, Any], files: dict[str, str]) -> bool:
    reader = Reader(file)
    return bool(table.get("id")) and bool(read_questions(reader, [table], files=files)) and not reader.problems


def _removed(request: HttpRequest, row: Lesson, files: dict[str, str], table: dict[str, Any], *, place: int, file: str, **of: Any) -> HttpResponse:
    """Take a question out of its file and out of both texts, whatever else its form says."""
    changed = without_block(files | {file: replaced(files[file], place, None)}, "quiz", str(table["id"]))
    said = f"{_('Question removed, from both texts too.') if in_texts(files, changed) else _('Question removed.')} {SAVED}"
    return _saved(request, row, changed, table, place=place, file=file, said=said, **of)


def _saved(request: HttpRequest, row: Lesson, files: dict[str, str], table: dict[str, Any], *, kind: str, place: int | None, file: str, newest: Revision, said: Any = SAVED) -> HttpResponse:
    if told := unsaved_because(request, row, files, _("Question %(name)s") % {"name": table.get("id", "")}, said):
        return _page(request, row, newest, file, kind, table, place, problems=[told], status=409)
    return redirect("library:questions", row.course.slug, row.slug)


def _page(request: HttpRequest, row: Lesson, newest: Revision, file: str, kind: str, table: dict[str, Any], place: int | None, *, problems: list[str] | None = None, tried: str = "", change: Shape | None = None, status: int = 200) -> HttpResponse:
    language = language_of_page()
    boxes = boxes_of(kind, table, change.least if change else posted_rows(request.POST))
    shown, wrong = read_at_fields(table, boxes, file, files_to_change(row, newest, queries.draft_of(row, person(request)))) if table.get("id") else (None, [])
    told = together(problems or [], wrong)
    if shown is not None and tried and not told:
        told = [f"{problem.said(language)} {problem.cure(language)}" for problem in problems_of([shown], file)]
    leading = placed(boxes, told, request.POST, is_told=change is None)
    context = {"lesson": row, "newest": newest, "kind": kind, "boxes": with_focus(boxes, change), "has_rare": any(box.error or (box.is_filled and box.name != "id") for box in boxes if box.field.is_rare) or change is not None, "place": place, "problems": leading, "ask": _asked(request, row, newest, replace(shown, id=tried or shown.id), is_new=bool(tried)) if shown is not None and not wrong else None, "question": table.get("id", ""), "file": file, "is_trial": True, "may_show": row.kind == Kind.LESSON and not _is_shown(newest, str(table.get("id", ""))), "will_show": "shown" in request.POST if request.method == "POST" else place is None}
    return render(request, "library/question.html", context, status=status)


def _placed(files: Mapping[str, str]) -> set[str]:
    """Return the names of the questions that stand in the text of their lesson; a test asks them all."""
    lesson = parsed(Kind.LESSON, files).lesson
    if lesson is None:
        return set()
    blocks = [block for language in LANGUAGES for block in lesson.blocks[language]]
    return set(lesson.questions) if any(block.kind == "test" for block in blocks) else {name for block in blocks if block.kind == "quiz" for name in block.names}


def _is_shown(newest: Revision, name: str) -> bool:
    """Say whether a question stands in the text of its lesson."""
    return bool(name) and name in _placed(newest.files)


def read_at_fields(table: dict[str, Any], boxes: Sequence[Box], file: str, files: Mapping[str, str]) -> tuple[Question | None, list[At]]:
    """Return a question, and what is wrong with it at the fields of its form."""
    paths = Paths()
    reader = Reader(file, paths)  # type: ignore[arg-type]  # it answers what a document is asked for
    found = read_questions(reader, [table], files=files)
    return next(iter(found.values()), None), _at_fields(reader.problems, paths, called(boxes), language_of_page())


def _at_fields(problems: Sequence[Problem], paths: Paths, names: Mapping[str, str], language: str) -> list[At]:
    """Return problems at their fields, in the words of the form: what the file calls `questions.0.text` is the field "Text"; of what is missing nothing else is told."""
    found: dict[str, At] = {}
    for each in problems:
        words = dict(each.words)
        path = paths.known[each.line - 1][2:] if each.line else ()
        name = field_of(path)
        if each.key == "missing-key":
            whole = words["name"].split(".")
            name = field_of(whole[2:] if whole[:1] == ["questions"] else (*path, whole[-1]))
            if name in names:
                found.setdefault(name, At(_("“%(name)s” is still empty.") % {"name": names[name]}, name))
                continue
        lacks = words.get("what", "") if each.key == "missing-language" else ""
        label = label_of(name, names)
        told = replace(each, words=tuple({**words, **({"name": f"“{label}”"} if label and each.key in OF_FIELDS else {})}.items()))
        found.setdefault(f"{name} {lacks}" if name else str(len(found)), At(f"{told.said(language)} {told.cure(language)}", field_of((name,), language=lacks)))
    return list(found.values())


OF_FIELDS = ("wrong-type", "missing-language", "missing-key", "too-large")
"""Problems whose name is that of what is wrong: a form calls it as its field is called."""


def _asked(request: HttpRequest, row: Lesson, newest: Revision, question: Question, *, is_new: bool) -> Any:
    """Return the question as asked; its answers are graded by what is saved, those of a preview as the form has it."""
    url = reverse("library:try", args=(row.course.slug, row.slug, question.id)) + (f"?{FROM_FORM}=1" if is_new else "")
    return ask(visitor_of(request), Asked(row, newest, question), State(), url=url, is_trial=True)
