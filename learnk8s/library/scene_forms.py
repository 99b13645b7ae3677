"""The form of a scenario: its file as fields, without playing it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from learnk8s.courseware.questions.writing import with_keys
from learnk8s.courseware.reading import LANGUAGES, Reader
from learnk8s.courseware.scenario import KINDS
from learnk8s.courseware.translation import states_of
from learnk8s.library.form_boxes import Box, Field, boxes_for, place_field, place_of, read
from learnk8s.library.form_values import At
from learnk8s.library.question_forms import HINTS

SECONDS = 1_000
STEP = (
    Field("at", _("Moment in milliseconds (empty: right after the one before)"), "whole"), Field("what", _("What"), "choice", KINDS, names=(_("command"), _("button, as the history of a sandbox writes it"), "Ctrl+C")),
    Field("input", _("What is typed or pressed"), "area"),
)
TEXTS = ("title", "story", "task")
PLACE = Field("place", _("Begins from"), "choice")
PAR = Field("par", _("Par: commands that are enough"), "whole", help=_("So many commands a good solution takes. Students see it beside the number of theirs; it takes no points."))
FIELDS = (
    Field("title", _("Title"), "both"), Field("story", _("Story: what has happened, before the learner comes"), "both"), Field("task", _("Task: what is to be reached"), "both"), PLACE,
    Field("setup", _("What is typed before the learner comes, one command a line"), "lines"), Field("start", _("Seconds that pass before the learner comes"), "whole"), Field("goal", _("Goal: what must be so"), "goal"),
    Field("solution", _("A solution, one command a line: it proves that the goal can be reached"), "lines"), HINTS, Field("allowed", _("Commands that count as taught, one a line, for example kubectl scale (empty: all)"), "lines"),
    PAR, Field("seeds", _("Variants: seeds with spaces between"), "words"),
)
STEPS = ("setup", "solution")


def fields_of(table: Mapping[str, Any], exact: Collection[str] = ()) -> tuple[Field, ...]:
    """Return the fields; steps with moments, buttons or several lines have a row each, and so have those that are named in `exact`."""
    made = {"place": place_field(PLACE.label, place_of(table))}
    made |= {each.key: Field(each.key, each.label if each.key == "solution" else _("What is done before the learner comes"), "rows", parts=STEP) for each in FIELDS if each.key in STEPS and (each.key in exact or not _is_plain(table.get(each.key)))}
    return tuple(made.get(each.key, each) for each in FIELDS)


def exact_in(posted: QueryDict) -> set[str]:
    """Return the lists of steps that a form has a row each for, or shall have."""
    return {key for key in STEPS if posted.get("do") == f"exact {key}" or any(name.startswith((f"{key}-0-", f"{key}-kept")) for name in posted)}


def _is_plain(steps: Any) -> bool:
    return steps is None or isinstance(steps, list) and all(isinstance(line := step if isinstance(step, str) else step.get("line") if isinstance(step, Mapping) and set(step) <= {"line", "at"} and not step.get("at") else None, str) and "\n" not in line for step in steps)


def table_of(text: str) -> dict[str, Any]:
    """Return a scenario's file as a table, an empty one if it cannot be read."""
    value = Reader.of("scenario.yaml", text).value
    return dict(value) if isinstance(value, dict) else {}


def boxes_of(table: Mapping[str, Any], exact: Collection[str] = (), least: Mapping[str, int] | None = None) -> list[Box]:
    """Return the boxes of a scenario."""
    fields = fields_of(table, exact)
    shown = {**table, "place": place_of(table), "start": table["start"] // SECONDS if isinstance(table.get("start"), int) else table.get("start", 0)}
    for each in fields:
        if each.key in STEPS:
            shown[each.key] = _rows(table.get(each.key)) if each.kind == "rows" else [step if isinstance(step, str) else step["line"] for step in table.get(each.key) or ()]
    return boxes_for(fields, shown, least)


def _rows(steps: Any) -> Any:
    """Return steps as rows of a form, as they are if they are no steps."""
    rows = [_row(step) for step in steps] if isinstance(steps, list) else [None] if steps is not None else []
    return steps if None in rows else rows


def _row(step: Any) -> dict[str, Any] | None:
    step = {"line": step} if isinstance(step, str) else step
    kinds = [kind for kind in KINDS if kind in step] if isinstance(step, Mapping) else []
    if len(kinds) != 1 or set(step) - {"at", *kinds} or not isinstance(step.get("at", 0), (int, str)) or not isinstance(step[kinds[0]], (str, type(None))):
        return None
    row = {"at": step.get("at", 0), "what": kinds[0] if kinds[0] != KINDS[0] else "", "input": step[kinds[0]] or ""}
    return {key: value for key, value in row.items() if value}


def _step(row: Mapping[str, Any]) -> Any:
    """Return a row as a step: a command without a moment is its line."""
    if not row.get("at") and "what" not in row:
        return str(row.get("input", ""))
    return {**({"at": row["at"]} if row.get("at") else {}), str(row.get("what", KINDS[0])): str(row.get("input", ""))}


def table_from(posted: QueryDict, old: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    """Return the scenario that a form posts; what it does not change stays as it was written."""
    exact = exact_in(posted) - {str(posted.get("do", "")).removeprefix("exact ")}
    found = read(posted, tuple(replace(each, kind="lines") if each.key in STEPS and each.key not in exact else each for each in fields_of(old, exact)), old, problems)
    world, _slash, scenario = (found.pop("place", None) or posted.get("place", "") or place_of(old)).partition("/")
    new = {**found, "world": world, "scenario": scenario, "start": _start(found.get("start", 0), old.get("start"))}
    for key in STEPS:
        new[key] = _same_steps(old.get(key), found.get(key) or [])
    seeds = found.get("seeds", ())
    if isinstance(seeds, list) and not all(map(_is_seed, seeds)):
        problems.append(At(gettext("Write whole numbers with spaces between, such as 1 2 3."), "seeds"))
    new["seeds"] = [int(word) for word in seeds if _is_seed(word)] or [1] if isinstance(seeds, (list, tuple)) else seeds
    defaults = {"setup": [], "solution": [], "hints": [], "allowed": [], "par": 0, "start": 0}
    new = {**defaults, **{key: value for key, value in new.items() if value is not None}}
    ordered = {key: new[key] for key in (*TEXTS, "world", "scenario", "seeds", "setup", "start", "goal", "solution", "hints", "allowed", "par") if key in new and (new[key] not in (0, []) or key in old)}
    return ordered | {key: value for key, value in old.items() if key not in new and key not in ("goal", *TEXTS)}


def _is_seed(word: Any) -> bool:
    return str(word).isascii() and str(word).isdecimal() and len(str(word)) < 11


def _start(seconds: Any, old: Any) -> Any:
    """Return when the learner comes; a moment that the form rounded, or that is no number, stays as it was."""
    return old if not isinstance(seconds, int) or isinstance(old, int) and old // SECONDS == seconds else seconds * SECONDS


def _same_steps(old: Any, new: Any) -> Any:
    """Return steps; those that say the same as before stay as they were written."""
    if not isinstance(new, list) or not all(isinstance(step, str) or isinstance(step, dict) and not set(step) - {"at", "what", "input"} for step in new):
        return new
    rows = [_row(step) if isinstance(step, str) else dict(step) for step in new]
    return old if old and _rows(old) == rows else [_step(row) for row in rows if row is not None]


def text_from(text: str, table: Mapping[str, Any]) -> str:
    """Return the file with what the form changed."""
    return with_keys(text, table)


def states(history: Sequence[str], table: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return for each text of the form how far its two languages agree, from the files of some revisions, oldest first."""
    tables = [*map(table_of, history), table]
    return {key: states_of([{language: str((row.get(key) or {}).get(language, "")) if isinstance(row.get(key), Mapping) else "" for language in LANGUAGES} for row in tables]) for key in TEXTS}
