"""Questions that somebody tries in their form before they are saved: the preview grades by them, and no file has them. They stay with the session of their author, the last few of them."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from learnk8s.courseware.questions.writing import replaced
from learnk8s.courseware.reading import Reader
from learnk8s.library.models import Lesson

KEY, TRIED_MAX = "tried_questions", 4
FROM_FORM = "form"
"""In the address of an answer: it is graded as the form had the question, not as the file has it."""


def questions_of(text: str) -> list[dict[str, Any]]:
    """Return the questions of a file as tables, broken ones included as empty ones."""
    value = Reader.of("quiz.yaml", text).value
    rows = value.get("questions") if isinstance(value, dict) else None
    return [row if isinstance(row, dict) else {} for row in rows] if isinstance(rows, list) else []


def remember(request: HttpRequest, row: Lesson, table: Mapping[str, Any]) -> None:
    """Have the answers of a preview graded by this question."""
    name = f"{row.pk}/{table['id']}"
    others = {key: kept for key, kept in request.session.get(KEY, {}).items() if key != name}
    request.session[KEY] = dict([*others.items(), (name, dict(table))][-TRIED_MAX:])


def with_tried(request: HttpRequest, row: Lesson, files: Mapping[str, str], name: str) -> dict[str, str]:
    """Return a lesson's files with a question as its form had it, if an answer to that is what is sent."""
    table = request.session.get(KEY, {}).get(f"{row.pk}/{name}") if FROM_FORM in request.GET else None
    file = next((each for each in ("quiz.yaml", "bank.yaml") if each in files), "")
    if table is None or not file:
        return dict(files)
    place = next((number for number, other in enumerate(questions_of(files[file])) if str(other.get("id")) == name), None)
    return {**files, file: replaced(files[file], place, table)}
