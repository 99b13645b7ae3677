"""Predictions and tasks of a lesson by form: their entry in labs.yaml, and their block at the end of both texts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from learnk8s.courseware.kinds import parsed
from learnk8s.courseware.markdown import renamed
from learnk8s.courseware.problem import Problem
from learnk8s.courseware.proving.driving import Typed
from learnk8s.courseware.questions.writing import in_line, replaced
from learnk8s.courseware.reading import Reader
from learnk8s.library.form_boxes import Shape, called, field_at, placed, posted_rows, shaped, told_in, with_focus
from learnk8s.library.form_saving import SAVED, opened, unsaved_because
from learnk8s.library.form_values import At
from learnk8s.library.models import Kind, Lesson, Revision
from learnk8s.library.proving import tried_out
from learnk8s.library.question_forms import LABS, boxes_of, name_of, table_from
from learnk8s.web.language import LANGUAGES, language_of_page
from learnk8s.simulation import worlds
from learnk8s.simulation.kernel.limits import LimitExceeded

FILE = "labs.yaml"
LISTS = {"prediction": ("predictions", "predict"), "task": ("tasks", "task")}
"""For each kind, its list in the file and the block that shows it."""
TEXT_FILES = tuple(f"{language}.md" for language in LANGUAGES)


def tables_of(text: str, kind: str) -> list[dict[str, Any]]:
    """Return the entries of a kind as tables, broken ones as empty ones."""
    value = Reader.of(FILE, text).value
    rows = value.get(LISTS[kind][0]) if isinstance(value, dict) else None
    return [row if isinstance(row, dict) else {} for row in rows] if isinstance(rows, list) else []


def broken_entries(text: str, file: str, problems: Sequence[Problem]) -> Iterator[tuple[str, int]]:
    """Return the entries of a file in which something is wrong, by list and place."""
    document = Reader.of(file, text).document
    starts = sorted((line, str(path[0]), int(path[1])) for path, line in (document.lines.items() if document else ()) if len(path) == 2 and isinstance(path[1], int))
    for each in problems:
        before = [start for start in starts if start[0] <= each.line] if each.file == file else []
        if before:
            yield before[-1][1:]


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, course: str, lesson: str, kind: str = "", name: str = "") -> HttpResponse:
    """Show the form of a prediction or task; a POST checks it in the lesson's world, saves or removes it."""
    row, newest, files = opened(request, course, lesson)
    kind = kind or request.GET.get("type", request.POST.get("type", ""))
    if kind not in LABS:
        raise Http404
    tables = tables_of(files.get(FILE, ""), kind)
    place = next((number for number, table in enumerate(tables) if str(table.get("id")) == name), None) if name else None
    if name and place is None:
        raise Http404
    old = tables[place] if place is not None else {}
    if request.method == "GET":
        return _page(request, row, newest, kind, old, place)
    problems: list[str] = []
    change = shaped(request.POST)
    table = table_from(change.posted if change else request.POST, kind, old, problems)
    table.pop("type", None)
    if change is not None:
        return _page(request, row, newest, kind, table, place, problems=problems, change=change)
    doing = request.POST.get("do", "preview")
    table["id"] = str(table.get("id", "")) or name_of(table, kind, [other for each in LISTS for other in tables_of(files.get(FILE, ""), each)])
    if doing == "remove":
        table["id"] = name
    elif problems:
        return _page(request, row, newest, kind, table, place, problems=problems, status=422)
    if kind == "task" and doing != "remove":
        table["goal"] = _with_sentences(files, table.get("goal"))
    changed = _changed(files, kind, place, table, old=name, is_removed=doing == "remove")
    if doing == "preview":
        problems, printed = _told(changed, kind, str(table["id"]))
        return _page(request, row, newest, kind, table, place, problems=problems, printed=printed, is_checked=True)
    said: Any = SAVED
    if doing == "remove":
        said = f"{_('Removed, from both texts too.') if in_texts(files, changed) else _('Removed.')} {SAVED}"
    return _saved(request, row, newest, kind, table, place, changed, said)


def _with_sentences(files: dict[str, str], goal: Any) -> Any:
    """Return a goal whose checks say what is missing: where their author does not, in the words of the lesson's world at its start."""
    head = parsed(Kind.LESSON, files).lesson
    if head is None or not isinstance(goal, dict) or worlds.card(head.world, head.scenario) is None:
        return goal
    try:
        missing = worlds.create(head.world, head.scenario, 1).check(goal)["missing"]
    except (ValueError, LimitExceeded):
        return goal
    said = {in_line(item["check"]): {f"text_{language}": item[f"text_{language}"] for language in LANGUAGES} for item in missing}
    return {**goal, "all": [{**check, **said.get(in_line(check), {})} if isinstance(check, dict) else check for check in goal["all"]]}


def _changed(files: dict[str, str], kind: str, place: int | None, table: dict[str, Any], *, old: str, is_removed: bool) -> dict[str, str]:
    """Return the lesson's files with the entry; a new one gets its block, one of a new name keeps it, one that goes takes it along."""
    key, block = LISTS[kind]
    changed = {**files, FILE: replaced(files[FILE], place, None if is_removed else table, list_key=key)}
    if is_removed:
        return without_block(changed, block, table["id"])
    if place is None:
        return with_block(changed, f"```{block} {table['id']}\n```")
    return with_new_name(changed, block, old, table["id"])


def with_block(files: dict[str, str], fence: str) -> dict[str, str]:
    """Return a lesson's files with a block at the end of both texts, unless it stands there already."""
    return files | {f"{language}.md": f"{text.rstrip()}\n\n{fence}\n" for language in LANGUAGES if fence not in (text := files.get(f"{language}.md", fence))}


def without_block(files: dict[str, str], block: str, name: str) -> dict[str, str]:
    """Return a lesson's files whose texts do not show an entry any more, however its block is written."""
    return with_new_name(files, block, name, "")


def with_new_name(files: dict[str, str], block: str, name: str, new: str) -> dict[str, str]:
    """Return a lesson's files whose texts show an entry by its new name, where they showed it by the old one."""
    return files | {file: renamed(files[file], block, name, new) for file in TEXT_FILES if file in files} if name != new else files


def in_texts(files: Mapping[str, str], changed: Mapping[str, str]) -> bool:
    """Say whether the texts of a lesson changed with its entries."""
    return any(files.get(file) != changed.get(file) for file in TEXT_FILES)


def _told(files: dict[str, str], kind: str, name: str) -> tuple[list[str], list[Typed]]:
    """Return what is wrong with labs.yaml, at the fields of the entry that the form shows, or what the lesson's world says against it and prints."""
    language, key = language_of_page(), LISTS[kind][0]
    place = next((number for number, table in enumerate(tables_of(files[FILE], kind)) if str(table.get("id")) == name), 0)
    problems = [problem for problem in parsed(Kind.LESSON, files).problems if problem.file == FILE]
    if problems:
        names = called(boxes_of(kind, tables_of(files[FILE], kind)[place]))
        return [At(told_in(problem, names, language, (key, str(place))), field_at(files[FILE], problem.line, (key, place))) for problem in problems], []
    reasons, printed = tried_out(files, language, name)
    return [f"{reason.text} {reason.cure}" for reason in reasons if reason.file in (FILE, "")], printed


def _saved(request: HttpRequest, row: Lesson, newest: Revision, kind: str, table: dict[str, Any], place: int | None, files: dict[str, str], said: Any) -> HttpResponse:
    if told := unsaved_because(request, row, files, str(table["id"]), said):
        return _page(request, row, newest, kind, table, place, problems=[told], status=409)
    return redirect("library:questions", row.course.slug, row.slug)


def _page(request: HttpRequest, row: Lesson, newest: Revision, kind: str, table: dict[str, Any], place: int | None, *, problems: list[str] | None = None, printed: list[Typed] | None = None, is_checked: bool = False, change: Shape | None = None, status: int = 200) -> HttpResponse:
    boxes = boxes_of(kind, table, change.least if change else posted_rows(request.POST))
    told = placed(boxes, problems or [], request.POST, is_told=change is None)
    context = {"lesson": row, "newest": newest, "kind": kind, "boxes": with_focus(boxes, change), "place": place, "problems": told, "is_checked": is_checked and not problems, "printed": printed or [], "question": table.get("id", ""), "is_lab": True}
    return render(request, "library/lab.html", context, status=status)
