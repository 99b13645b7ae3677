"""The form of a lesson's test: its time, its attempts, and what is drawn from the lesson or from banks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from learnk8s.courseware.problem import problem
from learnk8s.courseware.questions.question import COMBINE
from learnk8s.courseware.questions.writing import with_keys
from learnk8s.courseware.quiz import pool, read_quiz
from learnk8s.courseware.reading import Reader
from learnk8s.library import queries
from learnk8s.library.form_boxes import Field, Paths, Shape, boxes_for, field_of, placed, posted_rows, read, shaped, with_focus
from learnk8s.library.form_saving import opened, unsaved_because
from learnk8s.library.form_values import At, together
from learnk8s.library.labs import with_block
from learnk8s.library.models import Kind, Lesson, Revision
from learnk8s.library.question_forms import COMBINED, TIME_LIMIT
from learnk8s.library.trying import questions_of
from learnk8s.web.language import language_of_page

FILE = "quiz.yaml"
HOW_MANY = gettext_lazy("How many")


def _fields(row: Lesson, banks: Sequence[str]) -> tuple[Field, ...]:
    """Return the fields; a bank that a file names is one of those to choose from, even if it is not there yet."""
    known = list(dict.fromkeys(("", *queries.slugs_of(row.course, Kind.BANK), *banks)))
    bank = Field("bank", gettext_lazy("From"), "choice", tuple(known), names=(gettext_lazy("this lesson"), *known[1:]))
    return (
        Field("seconds", TIME_LIMIT, "minutes"), Field("attempts", gettext_lazy("Attempts (0: any number)"), "whole"), Field("combine", gettext_lazy("Of several attempts counts"), "choice", COMBINE, names=COMBINED),
        Field("draw", gettext_lazy("What is drawn at random for each learner"), "rows", parts=(bank, Field("tags", gettext_lazy("Only with all of these tags, with spaces between"), "words"), Field("count", HOW_MANY, "whole")), help=gettext_lazy("Without a row the test asks all questions of the lesson.")),
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Show the form; a POST saves it as a revision and puts the test at the end of both texts, or takes its rules out."""
    row, newest, files = opened(request, course, lesson)
    value = Reader.of(FILE, files[FILE]).value
    whole: dict[str, Any] = dict(value) if isinstance(value, dict) else {}
    old: dict[str, Any] = whole["quiz"] if isinstance(whole.get("quiz"), dict) else {}
    banks = [str(draw.get("bank", "")) for draw in old.get("draw") or () if isinstance(draw, dict)] if isinstance(old.get("draw"), list) else []
    fields = _fields(row, banks)
    if request.method == "GET":
        return _page(request, row, newest, fields, old, files[FILE])
    problems: list[str] = []
    change = shaped(request.POST)
    table = {key: part for key, part in old.items() if key not in {each.key for each in fields}} | read(change.posted if change else request.POST, fields, old, problems)
    if change is not None:
        return _page(request, row, newest, fields, table, files[FILE], problems=problems, change=change)
    is_removed = request.POST.get("do") == "remove"
    text = with_keys(files[FILE], {key: part for key, part in whole.items() if key != "quiz"} | ({} if is_removed else {"quiz": table}))
    problems = together(problems, _told(table))
    if problems and not is_removed:
        return _page(request, row, newest, fields, table, text, problems=problems, status=422)
    changed = files | {FILE: text}
    if told := unsaved_because(request, row, changed if is_removed else with_block(changed, "```test\n```"), _("Test")):
        return _page(request, row, newest, fields, table, text, problems=[told], status=409)
    for each in () if is_removed else _overdrawn(row, text, table):
        messages.warning(request, each)
    return redirect("library:questions", course, lesson)


def _told(table: dict[str, Any]) -> list[str]:
    """Return what is wrong with the rules of the test."""
    paths, language = Paths(value={"quiz": table}), language_of_page()
    reader = Reader(FILE, paths)  # type: ignore[arg-type]  # it answers what a document is asked for
    read_quiz(reader)
    found = [(each, field_of(paths.known[each.line - 1][1:])) for each in reader.problems]
    return [At(_("“%(name)s” is still empty.") % {"name": HOW_MANY}, f"{field}-count") if each.key == "missing-key" else At(f"{each.text(language)} {each.cure(language)}", field) for each, field in found]


def _overdrawn(row: Lesson, text: str, table: dict[str, Any]) -> list[At]:
    """Return which draws want more questions than there are yet: the rules may be written before the questions."""
    reader, language, found = Reader(FILE, Paths(value={"quiz": table})), language_of_page(), []  # type: ignore[arg-type]  # it answers what a document is asked for
    rules = read_quiz(reader)
    for place, draw in enumerate(rules.draws if rules is not None and not reader.problems else ()):
        count = pool(draw, _tagged(row, text, draw.bank))
        if count < draw.count:
            told = problem(FILE, 0, "too-few-questions", what=str(draw.count), name=str(count))
            found.append(At(f"{told.said(language)} {told.cure(language)}", f"draw-{place}-count"))
    return found


@dataclass(frozen=True, slots=True)
class Entry:
    """A question, as far as a draw asks for it."""

    tags: tuple[str, ...]


def _tagged(row: Lesson, text: str, bank: str) -> list[Entry]:
    """Return the questions of the lesson, or of a bank of its course as it was saved last."""
    if bank:
        found = row.course.lessons.filter(slug=bank, kind=Kind.BANK).first()
        text = queries.newest_revision(found).files.get("bank.yaml", "") if found is not None else ""
    tags = [table.get("tags") for table in questions_of(text)]
    return [Entry(tuple(map(str, each)) if isinstance(each, list) else ()) for each in tags]


def _page(request: HttpRequest, row: Lesson, newest: Revision, fields: Sequence[Field], table: dict[str, Any], text: str, *, problems: Sequence[str] | None = None, change: Shape | None = None, status: int = 200) -> HttpResponse:
    boxes = boxes_for(fields, table, change.least if change else posted_rows(request.POST))
    told = placed(boxes, problems if problems is not None else [*_told(table), *_overdrawn(row, text, table)], request.POST, is_told=change is None)
    has_test = isinstance(whole := Reader.of(FILE, text).value, dict) and "quiz" in whole
    return render(request, "library/test_form.html", {"lesson": row, "newest": newest, "boxes": with_focus(boxes, change), "problems": told, "has_test": has_test, "file": FILE}, status=status)
