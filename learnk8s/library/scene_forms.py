"""The form of a scenario: its file as fields, without playing it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from learnk8s.courseware.questions.writing import with_keys
from learnk8s.courseware.reading import LANGUAGES, Reader
from learnk8s.courseware.translation import states_of
from learnk8s.library.question_forms import HINTS, Box, Field, boxes_for, read
from learnk8s.simulation import worlds

STEP = "{at: 1000, line: kubectl get pods}"
SECONDS = 1_000
TEXTS = ("title", "story", "task")
PLACE = Field("place", _("Begins from"), "choice")
FIELDS = (
    Field("title", _("Title"), "both"), Field("story", _("Story: what has happened, before the learner comes"), "both"), Field("task", _("Task: what is to be reached"), "both"), PLACE,
    Field("setup", _("What is typed before the learner comes, one command a line"), "lines"), Field("start", _("Seconds that pass before the learner comes"), "whole"), Field("goal", _("Goal: what must be so"), "goal"),
    Field("solution", _("A solution, one command a line: it proves that the goal can be reached"), "lines"), HINTS, Field("allowed", _("Commands that are enough, one a line, for example kubectl scale (empty: all)"), "lines"),
    Field("par", _("Par: commands that are enough"), "whole"), Field("seeds", _("Variants: seeds with spaces between"), "words"),
)
STEPS = ("setup", "solution")


def fields_of(table: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return the fields; steps with moments, buttons or several lines are shown as YAML, so that nothing is lost."""
    made = {"place": place_field(PLACE.label, f"{table.get('world', 'kubernetes')}/{table.get('scenario', 'basics')}")}
    made |= {each.key: Field(each.key, each.label, "yaml") for each in FIELDS if each.key in STEPS and not _is_plain(table.get(each.key))}
    return tuple(made.get(each.key, each) for each in FIELDS)


def place_field(label: Any, own: str) -> Field:
    """Return the choice of what a world begins with, as world/scenario; one's own is among them."""
    is_korean = (get_language() or "en").startswith("ko")
    found = {f"{world}/{name}": f"{world}: {card.title_ko if is_korean else card.title_en}" for world, rows in worlds.SCENARIOS.items() for name, card in rows.items() if not getattr(card, "is_hidden", False)}
    found = found if own in found else {own: own, **found}
    return Field("place", label, "choice", tuple(found), names=tuple(found.values()))


def _is_plain(steps: Any) -> bool:
    return steps is None or isinstance(steps, list) and all(isinstance(line := step if isinstance(step, str) else step.get("line") if isinstance(step, Mapping) and set(step) <= {"line", "at"} and not step.get("at") else None, str) and "\n" not in line for step in steps)


def table_of(text: str) -> dict[str, Any]:
    """Return a scenario's file as a table, an empty one if it cannot be read."""
    value = Reader.of("scenario.yaml", text).value
    return dict(value) if isinstance(value, dict) else {}


def boxes_of(table: Mapping[str, Any]) -> list[Box]:
    """Return the boxes of a scenario."""
    shown = {**table, "place": f"{table.get('world', 'kubernetes')}/{table.get('scenario', 'basics')}", "start": table["start"] // SECONDS if isinstance(table.get("start"), int) else 0}
    for key in STEPS:
        if _is_plain(table.get(key)):
            shown[key] = [step if isinstance(step, str) else step["line"] for step in table.get(key) or ()]
    return boxes_for(fields_of(table), shown)


def table_from(posted: QueryDict, old: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    """Return the scenario that a form posts; what it does not change stays as it was written."""
    found = read(posted, fields_of(old), old, problems)
    world, _slash, scenario = (found.pop("place", None) or posted.get("place", "") or "kubernetes/basics").partition("/")
    new = {**found, "world": world, "scenario": scenario, "start": _start(found.get("start", 0), old.get("start"))}
    for key in STEPS:
        new[key] = _same_steps(old.get(key), found.get(key) or [])
    new["seeds"] = [int(word) for word in found.get("seeds", ()) if str(word).isdecimal() and len(str(word)) < 10] or [1]
    defaults = {"setup": [], "solution": [], "hints": [], "allowed": [], "par": 0, "start": 0}
    new = {**defaults, **{key: value for key, value in new.items() if value is not None}}
    ordered = {key: new[key] for key in (*TEXTS, "world", "scenario", "seeds", "setup", "start", "goal", "solution", "hints", "allowed", "par") if key in new and (new[key] not in (0, []) or key in old)}
    return ordered | {key: value for key, value in old.items() if key not in new and key not in ("goal", *TEXTS)}


def _start(seconds: int, old: Any) -> int:
    """Return when the learner comes; a moment that the form rounded stays as it was."""
    return old if isinstance(old, int) and old // SECONDS == seconds else seconds * SECONDS


def _same_steps(old: Any, new: Any) -> Any:
    """Return steps; those whose lines did not change stay as they were written."""
    lines = [step if isinstance(step, str) else step.get("line") for step in old] if _is_plain(old) and old else None
    return old if lines is not None and lines == new else new


def text_from(text: str, table: Mapping[str, Any]) -> str:
    """Return the file with what the form changed."""
    return with_keys(text, table)


def states(history: Sequence[str], table: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return for each text of the form how far its two languages agree, from the files of some revisions, oldest first."""
    tables = [*map(table_of, history), table]
    return {key: states_of([{language: str((row.get(key) or {}).get(language, "")) if isinstance(row.get(key), Mapping) else "" for language in LANGUAGES} for row in tables]) for key in TEXTS}
