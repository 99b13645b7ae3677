"""The form of a question: for each type its fields, from the question's table to the page and back. What the form does not know stays as it was."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from learnk8s.courseware.questions.question import COMBINE, CREDIT
from learnk8s.courseware.reading import Reader
from learnk8s.library.check_forms import goal_from, kinds, rows_of
from learnk8s.library.forms import plain
from learnk8s.simulation.kernel import yaml

ROWS_MAX, SPARE = 40, 2


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `kind` is text, area, both, texts (a list of them, one a line), sides (what is said to either side of true or false), flag, whole, signed (a whole number that may be below zero, or nothing), lines, words, yaml, choice, goal (a row for each check) or rows (with `parts`)."""

    key: str
    label: Any
    kind: str = "text"
    choices: tuple[str, ...] = ()
    parts: tuple["Field", ...] = ()
    is_rare: bool = False
    """It stands under "More"."""
    names: tuple[Any, ...] = ()
    """What choices are called on the page, if not as in the file."""

    @property
    def pairs(self) -> list[tuple[str, Any]]:
        """Return the choices with their names."""
        return list(zip(self.choices, self.names or self.choices, strict=True))


TEXT = Field("text", _("Text"), "both")
CHOSEN = Field("chosen", _("Said to whoever chose it"), "both")
MISCONCEPTION = Field("misconception", _("Misconception behind it (a short name)"), is_rare=True)
NAME = Field("id", _("Name"), is_rare=True)
WRONG = Field("wrong", _("Wrong answers that you foresee"), "rows", parts=(Field("forms", _("Forms, one a line"), "lines"), Field("says", _("What is said to it"), "both"), Field("percent", _("Worth (%)"), "whole"), MISCONCEPTION))
NEAR = Field("wrong", _("Wrong answers that you foresee"), "rows", parts=(Field("forms", _("Numbers, one a line; * is every other one"), "lines"), Field("tolerance", _("Tolerance")), Field("says", _("What is said to it"), "both"), Field("percent", _("Worth (%)"), "whole"), MISCONCEPTION))
PRAISE = Field("praise", _("Said to a right answer"), "both")
CHOICE = Field("options", _("Options"), "rows", parts=(NAME, Field("text", _("Text"), "both"), Field("right", _("Right"), "flag"), Field("percent", _("Worth (%), if it is not simply right or wrong"), "signed", is_rare=True), CHOSEN, Field("left", _("Said to whoever did not choose it"), "both", is_rare=True), MISCONCEPTION))
PLACE = (Field("world", _("World")), Field("scenario", _("Scenario")), Field("lines", _("Commands that are run, one a line"), "lines"), Field("wait", _("Seconds to wait afterwards"), "whole"))
GOAL = Field("goal", _("Goal: what must be so"), "goal")
OWN: dict[str, tuple[Field, ...]] = {
    "single": (CHOICE,), "multiple": (CHOICE,),
    "truefalse": (Field("answer", _("It is true"), "flag"), Field("says", _("What is said to a choice"), "sides"), MISCONCEPTION),
    "numeric": (Field("answer", _("Right value, for example 350, 500m, 1Gi")), Field("tolerance", _("Tolerance, for example 5 or 5%")), Field("unit", _("Unit that is shown")), NEAR, PRAISE),
    "short": (Field("accepted", _("Accepted forms, one a line; * any text, ? the letter before may be missing, (a|b) one of them"), "lines"), WRONG, PRAISE),
    "ordering": (Field("options", _("Lines in their right order"), "rows", parts=(NAME, Field("text", _("Text"), "both"))),),
    "matching": (Field("pairs", _("Pairs"), "rows", parts=(NAME, Field("left", _("Left"), "both"), Field("right", _("Right"), "both"), Field("chosen", _("Said to a wrong partner"), "both"), MISCONCEPTION)), Field("extra", _("Right sides that belong to nothing, one a line"), "texts")),
    "cloze": (Field("gaps", _("Gaps: each is [[name]] in both texts"), "rows", parts=(Field("id", _("Name")), Field("accepted", _("Accepted forms, one a line"), "lines"), Field("number", _("Or a number")), Field("tolerance", _("Tolerance")), Field("choices", _("Or a list, one a line, the first is right"), "texts"), Field("says", _("Said to a wrong one"), "both"), MISCONCEPTION)),),
    "manifest": (*PLACE, GOAL, Field("starter", _("What stands there at the start"), "area"), Field("solution", _("A manifest that reaches the goal"), "area")),
    "world": (*PLACE, GOAL, Field("solution", _("Commands that reach the goal, one a line"), "lines")),
    "predict": (*PLACE, Field("options", _("What may happen; the world says which is so"), "rows", parts=(NAME, Field("text", _("Text"), "both"), Field("goal", _("Holds if this happened (YAML)"), "yaml"), CHOSEN, MISCONCEPTION))),
}
HINTS = Field("hints", _("Hints, one after the other"), "rows", parts=(Field("ko", "한국어"), Field("en", "English"), Field("penalty", _("Costs (%)"), "whole")))
SIDES = (("true", _("Said to whoever chose “true”")), ("false", _("Said to whoever chose “false”")))
COMMON = (
    Field("explanation", _("Explanation, shown with the answer"), "both"),
    replace(HINTS, is_rare=True),
    Field("credit", _("Credit"), "choice", CREDIT, is_rare=True, names=(_("all or nothing"), _("each right part counts"))), Field("attempts", _("Attempts (0: any number)"), "whole", is_rare=True), Field("combine", _("Of several attempts counts"), "choice", COMBINE, is_rare=True, names=(_("the best"), _("the last"), _("the first"), _("the average"))), Field("seconds", _("Time limit in seconds (0: none)"), "whole", is_rare=True),
    Field("shuffle", _("Shuffle the options"), "flag", is_rare=True), Field("tags", _("Tags, with spaces between"), "words", is_rare=True), Field("variants", _("Variants (YAML: [{n: 2}, {n: 4}]; {n} is filled in)"), "yaml", is_rare=True),
)


LABS: dict[str, tuple[Field, ...]] = {
    "prediction": (Field("id", _("Name (a-z, 0-9, -)")), TEXT, Field("line", _("Command that is run after the guess")), Field("options", _("What may happen"), "rows", parts=(NAME, Field("text", _("Text"), "both"), Field("right", _("Right"), "flag"), CHOSEN)), Field("explanation", _("Explanation, shown with the answer"), "both")),
    "task": (Field("id", _("Name (a-z, 0-9, -)")), TEXT, GOAL, Field("solution", _("Commands that reach the goal, one a line"), "lines")),
}
"""What stands in a lesson's labs.yaml."""


def fields_of(kind: str) -> tuple[Field, ...]:
    """Return the fields of a type in their order."""
    if kind in LABS:
        return LABS[kind]
    return (Field("id", _("Name (a-z, 0-9, -)")), TEXT, *OWN[kind], *COMMON)


@dataclass(slots=True)
class Box:
    """A field as the page shows it, with its value as text and the names of its inputs."""

    field: Field
    name: str
    value: Any = ""
    rows: list[Any] = field(default_factory=list)

    @property
    def kinds(self) -> Sequence[tuple[str, str]]:
        """Return the kinds of checks that a goal may have."""
        return kinds()

    @property
    def is_filled(self) -> bool:
        """Say whether something stands in it."""
        return any(row.is_filled for row in self.rows) if self.rows else any(self.value.values()) if isinstance(self.value, dict) else self.value not in ("", 0, False, None, *(self.field.choices[:1]))


@dataclass(slots=True)
class Row:
    """One row of a field with parts."""

    boxes: list[Box]

    @property
    def is_filled(self) -> bool:
        """Say whether something stands in it."""
        return any(box.is_filled for box in self.boxes)

    @property
    def often(self) -> list[Box]:
        """Return what is always shown."""
        return [box for box in self.boxes if not box.field.is_rare]

    @property
    def rare(self) -> list[Box]:
        """Return what stands under "More"."""
        return [box for box in self.boxes if box.field.is_rare]

    @property
    def is_open(self) -> bool:
        """Say whether "More" is open from the start."""
        return any(box.is_filled for box in self.rare)


def boxes_of(kind: str, table: Mapping[str, Any]) -> list[Box]:
    """Return the boxes of a question."""
    return boxes_for(fields_of(kind), table)


def boxes_for(fields: Sequence[Field], table: Mapping[str, Any]) -> list[Box]:
    """Return the boxes of some fields."""
    return [_box(each, table.get(each.key), each.key) for each in fields]


def _box(each: Field, value: Any, name: str) -> Box:
    if each.kind == "rows":
        rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
        return Box(each, name, rows=[Row([_box(part, row.get(part.key), f"{name}-{number}-{part.key}") for part in each.parts]) for number, row in enumerate([*rows, *[{}] * SPARE][:ROWS_MAX])])
    match each.kind:
        case "goal":
            return Box(each, name, rows=rows_of(value, name))
        case "both":
            return Box(each, name, {language: str(value.get(language, "")) if isinstance(value, dict) else "" for language in ("ko", "en")})
        case "texts":
            rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
            return Box(each, name, {language: "\n".join(" ".join(str(row.get(language, "")).split("\n")) for row in rows) for language in ("ko", "en")})
        case "sides":
            said = value if isinstance(value, dict) else {}
            return Box(each, name, rows=[Row([_box(Field(side, label, "both"), said.get(side), f"{name}-{side}") for side, label in SIDES])])
        case "lines":
            return Box(each, name, "\n".join(map(str, value)) if isinstance(value, list) else "")
        case "words":
            return Box(each, name, " ".join(map(str, value)) if isinstance(value, list) else "")
        case "yaml":
            return Box(each, name, "" if value in (None, "") else yaml.written(value))
        case "flag":
            return Box(each, name, bool(value))
    return Box(each, name, "" if value is None else value)


def table_from(posted: QueryDict, kind: str, old: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    """Return the question that a form posts, on top of the keys of the old one that the form does not know."""
    known = {each.key for each in fields_of(kind)}
    table: dict[str, Any] = {"id": "", "type": kind, **read(posted, fields_of(kind), old, problems)}
    return table | {key: value for key, value in old.items() if key not in known and key not in ("type", "hint", "partial")}


def read(posted: QueryDict, fields: Sequence[Field], old: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    """Return what a form posts for some fields; what is empty is left out."""
    found = {each.key: _value(posted, each, each.key, problems, old.get(each.key)) for each in fields}
    return {key: value for key, value in found.items() if value not in (None, "", [], {}, False, 0) or key == "answer"}


def _value(posted: QueryDict, each: Field, name: str, problems: list[str], old: Any = None) -> Any:
    text = plain(posted.get(name, ""))[:20_000]
    match each.kind:
        case "rows":
            return _rows(posted, each, name, problems, old)
        case "goal":
            return goal_from(posted, name, problems, old)
        case "both":
            texts = {language: plain(posted.get(f"{name}-{language}", "")).strip()[:20_000] for language in ("ko", "en")}
            return texts if any(texts.values()) else None
        case "texts":
            columns = [plain(posted.get(f"{name}-{language}", ""))[:20_000].strip("\n").split("\n") for language in ("ko", "en")]
            return [{"ko": ko.strip(), "en": en.strip()} for ko, en in zip_longest(*columns, fillvalue="") if ko.strip() or en.strip()]
        case "sides":
            said = {side: _value(posted, Field(side, label, "both"), f"{name}-{side}", problems) for side, label in SIDES}
            return {side: texts for side, texts in said.items() if texts}
        case "lines":
            return [line.strip() for line in text.split("\n") if line.strip()]
        case "words":
            return text.split()
        case "flag":
            return name in posted
        case "whole":
            return int(text) if text.strip().isdecimal() and len(text.strip()) < 8 else 0
        case "signed":
            return int(text) if re.fullmatch(r"\s*-?\d{1,3}\s*", text) else None
        case "yaml":
            return _yaml(text, each, problems)
        case "choice":
            return text if text in each.choices and text != each.choices[0] else None
        case "area":
            return text
    return text.strip()


def _yaml(text: str, each: Field, problems: list[str]) -> Any:
    if not text.strip():
        return None
    reader = Reader.of(str(each.label), text)
    problems.extend(f"{each.label}: {problem.words[0][1] if problem.words else problem.key}" for problem in reader.problems)
    return reader.value if reader.document is not None else None


def _letter(number: int, rows: list[dict[str, Any]]) -> str:
    """Return the name that a row had by its place; rows before it were taken out, and answers that were given name it so."""
    taken = {str(row.get("id", chr(97 + place % 26))) for place, row in enumerate(rows)}
    return next(name for name in (chr(97 + (number + step) % 26) for step in range(26 + ROWS_MAX)) if name not in taken)


def _rows(posted: QueryDict, each: Field, name: str, problems: list[str], old: Any) -> list[dict[str, Any]]:
    rows = []
    before = [row for row in old if isinstance(row, dict)] if isinstance(old, list) else []
    for number in range(ROWS_MAX):
        if not any(key.startswith(f"{name}-{number}-") for key in posted):
            break
        row = {part.key: _value(posted, part, f"{name}-{number}-{part.key}", problems) for part in each.parts}
        row = {key: value for key, value in row.items() if value not in (None, "", [], {}, False, 0)}
        if set(row) - {"right", "id"}:
            if len(rows) != number and "id" not in row and each.key in ("options", "pairs"):
                row = {"id": _letter(number, rows), **row}
            kept = {key: value for key, value in before[number].items() if key not in {part.key for part in each.parts}} if number < len(before) else {}
            rows.append(row | kept)
    return rows
