"""Fields of a form, from a table to the page and back. What a field cannot show as it is written stays as it is: the form says so and carries it along, so that nothing is lost."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import Any

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext as _

from learnk8s.courseware.problem import Problem
from learnk8s.courseware.reading import LANGUAGES, Reader
from learnk8s.library import check_forms
from learnk8s.library.check_forms import CheckRow, Slot, goal_from, rows_of
from learnk8s.library.form_values import ABSENT, At, button, minutes_shown, seconds_from, shown, text_at, value_from
from learnk8s.playground.showing import ERAS, WORLD_TITLES
from learnk8s.simulation import worlds
from learnk8s.simulation.kernel.limits import YAML_DEPTH_MAX
from learnk8s.web.language import language_of_page

ROWS_MAX, COLUMNS_MAX, TEXT_MAX, CARRIED_MAX = 40, 12, 20_000, 200_000
NAMED = ("options", "pairs")
"""Lists whose rows have a letter by their place unless they have a name; answers that were given say it."""
EMPTY: tuple[Any, ...] = (None, "", [], {}, False, 0)


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `kind` is text, area (code of several lines), prose (words of several lines), both, texts (a list of them, one a line), sides (what is said to either side of true or false), flag, whole, signed (a whole number that may be below zero, or nothing), minutes (seconds in the file), lines, words, choice, goal (a row for each check), rows (with `parts`) or variants (a table of values)."""

    key: str
    label: Any
    kind: str = "text"
    choices: tuple[str, ...] = ()
    parts: tuple["Field", ...] = ()
    is_rare: bool = False
    """It stands under "More"."""
    names: tuple[Any, ...] = ()
    """What choices are called on the page, if not as in the file."""
    begins: int = 1
    """How many empty rows stand there as long as there are none."""
    help: Any = ""
    heads: tuple[Any, ...] = ()
    """The head under which each choice stands, if there are any."""

    @property
    def sections(self) -> list[tuple[Any, list[tuple[str, Any]]]]:
        """Return the choices with their names under their heads."""
        rows = zip(self.heads or ("",) * len(self.choices), self.pairs, strict=True)
        return [(head, [pair for _head, pair in group]) for head, group in groupby(rows, key=itemgetter(0))]

    @property
    def pairs(self) -> list[tuple[str, Any]]:
        """Return the choices with their names."""
        return list(zip(self.choices, self.names or self.choices, strict=True))


@dataclass(slots=True)
class Box:
    """A field as the page shows it, with its value as text and the names of its inputs. `heads` are the names of columns."""

    field: Field
    name: str
    value: Any = ""
    rows: list[Any] = field(default_factory=list)
    heads: list["Box"] = field(default_factory=list)
    error: str = ""
    is_next: bool = False
    """It has the focus when the page comes."""

    @property
    def kinds(self) -> Sequence[tuple[str, str]]:
        """Return the kinds of checks that a goal may have."""
        return check_forms.kinds()

    @property
    def is_filled(self) -> bool:
        """Say whether something stands in it, or is wrong with it."""
        return bool(self.error) or (any(row.is_filled for row in self.rows) if self.rows else any(self.value.values()) if isinstance(self.value, dict) else self.value not in (*EMPTY, *(self.field.choices[:1])))

    @property
    def more(self) -> str:
        """Return the buttons that make it longer: a row, and in a table of values a column."""
        if self.field.kind == "variants":
            return button(f"add {self.name}", self.name, _("One more variant")) + SafeString(" ") + button(f"add {self.name}-name", self.name, _("One more value"))
        return button(f"add {self.name}", self.name, _("One more"), str(self.field.label))

    @property
    def exact(self) -> str:
        """Return the button that shows the steps of a list with their moments."""
        return button(f"exact {self.name}", self.name, _("With moments and buttons, a row a step"), str(self.field.label), is_whole_page=True)

    @property
    def gone(self) -> str:
        """Return the button that takes a column out."""
        return button(f"gone {self.name}", self.name.rpartition("-name-")[0], _("Take out"), str(self.value)) if self.value else ""

    @property
    def has_help(self) -> bool:
        """Say whether a goal explains itself; those inside of rows follow one that did."""
        return "-" not in self.name

    @property
    def anchor(self) -> str:
        """Return the id of the element to which a problem leads."""
        return f"f-{self.name}-ko" if self.field.kind in ("both", "texts") else f"f-{self.name}"


@dataclass(slots=True)
class Row:
    """One row of a field with parts; `rest` is what its fields do not know, `name` begins the names of its inputs."""

    boxes: list[Box]
    name: str = ""
    rest: str = ""
    about: str = ""

    @property
    def moves(self) -> str:
        """Return the buttons that take it out and move it up."""
        of, _dash, place = self.name.rpartition("-")
        gone = button(f"gone {self.name}", of, _("Take out"), f"{self.about} {int(place) + 1}")
        return gone + SafeString(" ") + button(f"up {self.name}", of, _("Move up"), f"{self.about} {int(place) + 1}") if place != "0" and self.about else gone

    @property
    def is_filled(self) -> bool:
        """Say whether something stands in it."""
        return bool(self.rest) or any(box.is_filled for box in self.boxes)

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


SIDES = (("true", gettext_lazy("Said to whoever chose “true”")), ("false", gettext_lazy("Said to whoever chose “false”")))


PLACE = "kubernetes/basics"
"""Where something begins that does not say it."""


def place_field(label: Any, own: str, key: str = "place") -> Field:
    """Return the choice of what a world begins with, as world/scenario; one's own is among them."""
    choices, names, heads = places(own, language_of_page() == "ko")
    return Field(key, label, "choice", choices, names=names, heads=heads)


@lru_cache(maxsize=64)
def places(own: str, is_korean: bool) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Any, ...]]:
    """Return what a world may begin with, as world/scenario, what it is called, and the world under which it stands; what a file says that is none of them comes first."""
    found = [(f"{world}/{name}", card.title_ko if is_korean else card.title_en, WORLD_TITLES[world]) for world in ERAS for name, card in worlds.SCENARIOS.get(world, {}).items() if not getattr(card, "is_hidden", False)]
    if own and own not in {key for key, _title, _world in found}:
        found.insert(0, (own, own, ""))
    keys, titles, heads = zip(*found, strict=True)
    return keys, titles, heads


def place_of(table: Mapping[str, Any]) -> str:
    """Return the world and the scenario of a table as one choice."""
    world, _slash, scenario = PLACE.partition("/")
    return f"{table.get('world', world)}/{table.get('scenario', scenario)}"


# To the page


def boxes_for(fields: Sequence[Field], table: Mapping[str, Any], least: Mapping[str, int] | None = None) -> list[Box]:
    """Return the boxes of some fields; `least` says of lists how many rows are shown at least."""
    return [_box(each, table.get(each.key), each.key, least or {}) for each in fields]


def _box(each: Field, value: Any, name: str, least: Mapping[str, int]) -> Box:
    return _shown(each, value, name, least) if value in EMPTY or _is_known(each, value, name) else Box(replace(each, kind="kept"), name, json.dumps(value, ensure_ascii=False))


def _is_known(each: Field, value: Any, name: str) -> bool:
    """Say whether a field can show a value and give it back."""
    if each.kind in ("flag", "choice"):
        return isinstance(value, bool) if each.kind == "flag" else value in each.choices
    if each.kind in ("text", "whole", "signed"):
        return isinstance(value, (str, int, float)) and "\n" not in str(value)
    if each.kind == "both":
        return isinstance(value, dict) and all(key in LANGUAGES and isinstance(text, (str, int, float)) for key, text in value.items())
    posted = QueryDict(mutable=True)
    try:
        posted.update(sent([_shown(each, value, name, {})]))
    except (AttributeError, TypeError):
        return False
    return _same(_value(posted, each, name, [], value), value)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(_same(one.get(key), other.get(key)) for key in {*one, *other})
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return one == other or (one in EMPTY and other in EMPTY) or (not isinstance(one, (Mapping, list)) and not isinstance(other, (Mapping, list)) and str(one).strip() == str(other).strip())


def _shown(each: Field, value: Any, name: str, least: Mapping[str, int]) -> Box:
    match each.kind:
        case "rows":
            rows = value if isinstance(value, list) else []
            return Box(each, name, rows=[_row(each, row, f"{name}-{number}", least) for number, row in enumerate([*rows, *[{}] * _spare(each, len(rows), least.get(name, 0))][:ROWS_MAX])])
        case "variants":
            return _grid(each, value if isinstance(value, list) else [], name, least)
        case "goal":
            return Box(each, name, rows=rows_of(value, name, spare=max(1, least.get(name, 0) - len(value.get("all", ())) if isinstance(value, Mapping) else 1)))
        case "both":
            return Box(each, name, {language: str(value.get(language, "")) if isinstance(value, dict) else "" for language in LANGUAGES})
        case "texts":
            return Box(each, name, {language: "\n".join(row[language] for row in value or ()) for language in LANGUAGES})
        case "sides":
            return Box(each, name, rows=[Row([_box(Field(side, label, "both"), (value or {}).get(side), f"{name}-{side}", least) for side, label in SIDES])])
        case "lines":
            return Box(each, name, "\n".join(map(str, value or ())))
        case "words":
            return Box(each, name, " ".join(map(str, value or ())))
        case "flag":
            return Box(each, name, bool(value))
        case "minutes":
            return Box(each, name, minutes_shown(value))
    return Box(each, name, "" if value is None else value)


def _spare(each: Field, filled: int, least: int) -> int:
    return max(0 if filled else each.begins, least - filled)


def _row(each: Field, row: Mapping[str, Any], name: str, least: Mapping[str, int]) -> Row:
    rest = {key: value for key, value in row.items() if key not in {part.key for part in each.parts}}
    return Row([_box(part, row.get(part.key), f"{name}-{part.key}", least) for part in each.parts], name, json.dumps(rest, ensure_ascii=False) if rest else "", str(each.label))


def _grid(each: Field, rows: list[Mapping[str, Any]], name: str, least: Mapping[str, int]) -> Box:
    """Return a table of values: a column for each name, a row for each variant."""
    names = list(dict.fromkeys(key for row in rows for key in row))
    heads = [*names, *[""] * _spare(each, len(names), least.get(f"{name}-name", 0))][:COLUMNS_MAX]
    value = Field("", "")
    cells = [*rows, *[{}] * max(0 if rows else 2, least.get(name, 0) - len(rows))][:ROWS_MAX]
    return Box(each, name, rows=[Row([Box(value, f"{name}-{number}-{place}", shown(row[head]) if head in row else "") for place, head in enumerate(heads)], f"{name}-{number}") for number, row in enumerate(cells)],
               heads=[Box(value, f"{name}-name-{place}", head) for place, head in enumerate(heads)])


def sent(boxes: Sequence[Box]) -> dict[str, str]:
    """Return what a browser would post of these boxes, nothing changed."""
    found: dict[str, str] = {}
    for box in boxes:
        match box.field.kind:
            case "goal":
                found |= check_forms.sent(box.rows)
            case "rows" | "sides" | "variants":
                found |= sent(box.heads)
                for row in box.rows:
                    found |= sent(row.boxes) | ({f"{row.name}-rest": row.rest} if row.rest else {})
            case "both" | "texts":
                found |= {f"{box.name}-{language}": text for language, text in box.value.items()}
            case "flag":
                found |= {box.name: "1"} if box.value else {}
            case "kept":
                found[f"{box.name}-kept"] = box.value
            case _:
                found[box.name] = str(box.value)
    return found


# Back from the page


def read(posted: QueryDict, fields: Sequence[Field], old: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    """Return what a form posts for some fields; what is empty is left out."""
    found = {each.key: _value(posted, each, each.key, problems, old.get(each.key)) for each in fields}
    return {key: value for key, value in found.items() if value not in EMPTY or key == "answer"}


def _value(posted: QueryDict, each: Field, name: str, problems: list[str], old: Any = None) -> Any:
    if f"{name}-kept" in posted:
        return None if f"{name}-gone" in posted else _carried(posted[f"{name}-kept"])
    text = text_at(posted, name, TEXT_MAX)
    match each.kind:
        case "rows":
            return _rows(posted, each, name, problems, old)
        case "variants":
            return _variants(posted, name, problems)
        case "goal":
            return goal_from(posted, name, problems, old)
        case "both":
            texts = {language: _as_before(text_at(posted, f"{name}-{language}", TEXT_MAX).strip(), old.get(language) if isinstance(old, Mapping) else None) for language in LANGUAGES}
            return texts if any(texts.values()) else None
        case "texts":
            columns = [text_at(posted, f"{name}-{language}", TEXT_MAX).strip("\n").split("\n") for language in LANGUAGES]
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
        case "whole" | "signed":
            return _number(text.strip(), name, problems, is_signed=each.kind == "signed")
        case "minutes":
            return seconds_from(text.strip(), problems, name)
        case "choice":
            return text if text in each.choices and text != each.choices[0] else None
        case "area":
            return text
        case "prose":
            return _as_before(text.strip(), old)
    return _as_before(text.strip(), old)


def _carried(text: str) -> Any:
    """Return what a form carried along, None if somebody wrote something else there."""
    try:
        value = json.loads(text[:CARRIED_MAX])
    except (ValueError, RecursionError):
        return None
    return value if _is_shallow(value, YAML_DEPTH_MAX) else None


def _is_shallow(value: Any, most: int) -> bool:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return most > 0 and all(_is_shallow(part, most - 1) for part in parts)


def _as_before(text: str, old: Any) -> Any:
    """Return a text as it was written before if it says the same: with blanks around it, or as a number."""
    return old if isinstance(old, (str, int, float)) and not isinstance(old, bool) and str(old).strip() == text else text


def _number(text: str, name: str, problems: list[str], *, is_signed: bool) -> Any:
    if not text:
        return None if is_signed else 0
    if re.fullmatch(r"-?\d{1,3}" if is_signed else r"\d{1,10}", text, re.ASCII):
        return int(text)
    is_below = not is_signed and re.fullmatch(r"-\d{1,10}", text, re.ASCII) is not None
    problems.append(At(_("Write a whole number that is not below zero, such as 30.") if is_below else _("Write a whole number, such as 30."), name))
    return text


def _letter(number: int, rows: list[dict[str, Any]]) -> str:
    """Return the name that a row had by its place; rows before it were taken out, and answers that were given name it so."""
    taken = {str(row.get("id", chr(97 + place % 26))) for place, row in enumerate(rows)}
    return next(name for name in (chr(97 + (number + step) % 26) for step in range(26 + ROWS_MAX)) if name not in taken)


def _row_count(posted: QueryDict, name: str) -> int:
    """Return how many rows of a list are posted."""
    places = [int(found[1]) for key in posted if (found := re.match(rf"{re.escape(name)}-(\d{{1,2}})-", key, re.ASCII))]
    return min(max(places, default=-1) + 1, ROWS_MAX)


def posted_rows(posted: QueryDict) -> dict[str, int]:
    """Return how many rows each list of a posted form has, the empty ones too: what is shown again keeps them."""
    begun = [re.match(r"([a-z]+)-\d{1,2}-", key, re.ASCII) for key in posted]
    return {name: _row_count(posted, name) for name in sorted({found[1] for found in begun if found})}


def _rows(posted: QueryDict, each: Field, name: str, problems: list[str], old: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    has_ids = any(part.key == "id" for part in each.parts) and each.key in NAMED
    goals = {"all": [check for row in (old if isinstance(old, list) else ()) if isinstance(row, dict) and isinstance(row.get("goal"), dict) for check in row["goal"].get("all") or ()]}
    for number in range(_row_count(posted, name)):
        here = f"{name}-{number}"
        if f"{here}-gone" in posted:
            continue
        row = {part.key: _value(posted, part, f"{here}-{part.key}", problems, goals if part.kind == "goal" else None) for part in each.parts}
        rest = _carried(posted.get(f"{here}-rest", "{}"))
        row = {key: value for key, value in row.items() if value not in EMPTY} | (rest if isinstance(rest, dict) else {})
        if set(row) - {"right", "id"}:
            if has_ids and "id" not in row and (len(rows) != number or _letter(number, rows) != chr(97 + number % 26)):
                row = {"id": _letter(number, rows), **row}
            rows.append(row)
    return rows


def _variants(posted: QueryDict, name: str, problems: list[str]) -> list[dict[str, Any]]:
    """Return the variants of a table of values; a value without a name and a name that is there twice are told."""
    columns = [place for place in range(COLUMNS_MAX) if f"{name}-name-{place}" in posted and f"{name}-name-{place}-gone" not in posted]
    heads = {place: text_at(posted, f"{name}-name-{place}").strip() for place in columns}
    doubles = [place for place, head in heads.items() if head and head in [heads[other] for other in columns if other < place]]
    problems.extend(At(_("The name %(name)s is there twice.") % {"name": heads[place]}, f"{name}-name-{place}") for place in doubles)
    called = {place: f"{head or 'value'}-{place + 1}" if place in doubles or not head else head for place, head in heads.items()}
    rows = []
    for number in range(_row_count(posted, name)):
        if f"{name}-{number}-gone" in posted:
            continue
        cells = {place: value for place in columns if (value := value_from(posted.get(f"{name}-{number}-{place}", ""), problems, f"{name}-{number}-{place}")) is not ABSENT}
        if cells:
            rows.append({called[place]: value for place, value in cells.items()})
            problems.extend(At(_("Give the value a name; {name} in the question stands for it."), f"{name}-name-{place}") for place in cells if not heads[place] and not any(getattr(told, "field", "") == f"{name}-name-{place}" for told in problems))
    return rows


# Rows that come and go


@dataclass(frozen=True, slots=True)
class Shape:
    """What a button of a row asks for: the form as it is then, how many rows lists have at least, the list in question, and the word of the button."""

    posted: QueryDict
    word: str
    of: str = ""
    least: Mapping[str, int] = field(default_factory=dict)


def shaped(posted: QueryDict) -> Shape | None:
    """Return what a button of a row asks for (`add LIST`, `gone ROW`, `up ROW`, `exact LIST`; `shape`: show the fields that belong to what was chosen), None if no such button was pressed."""
    word, _blank, name = str(posted.get("do", "")).partition(" ")
    if word not in ("add", "gone", "up", "exact", "shape") or word != "shape" and not name:
        return None
    made = posted.copy()
    of, _dash, place = name.rpartition("-")
    if word == "add":
        columns = [key for key in posted if re.fullmatch(rf"{re.escape(name)}-\d{{1,2}}", key, re.ASCII)]
        return Shape(made, word, name, {name: (len(columns) if name.endswith("-name") else _row_count(posted, name)) + 1})
    if word == "gone":
        made[f"{name}-gone"] = "1"
        return Shape(made, word, of.removesuffix("-name"), {of: max(_row_count(posted, of) - 1, 0)})
    if word == "up" and place.isdecimal() and 0 < int(place) < ROWS_MAX:
        _swap(made, of, int(place))
    return Shape(made, word, of if word == "up" else name)


def with_focus(boxes: Sequence[Box], shape: Shape | None) -> Sequence[Box]:
    """Return the boxes with the focus where somebody goes on: in a row that is new, else at the list that changed."""
    if shape is None:
        return boxes
    found: Any = dict(_targets(boxes))
    target = found.get(shape.of.removesuffix("-name"))
    if target is None:
        return boxes
    new = target.heads[-1:] if shape.of.endswith("-name") else [box for box in target.rows[-1].boxes if not box.field.is_rare] if shape.word in ("add", "exact") and isinstance(target, Box) and target.rows and isinstance(target.rows[-1], Row) else []
    (new[0] if new else target).is_next = True
    return boxes


def _swap(posted: QueryDict, name: str, place: int) -> None:
    """Exchange a row with the one before it; both keep the names that they had by their places."""
    pair = (f"{name}-{place}-", f"{name}-{place - 1}-")
    for prefix, number in zip(pair, (place, place - 1), strict=True):
        if name in NAMED and not posted.get(f"{prefix}id", "").strip():
            posted[f"{prefix}id"] = chr(97 + number % 26)
    found = [{key[len(prefix) :]: posted.pop(key) for key in list(posted) if key.startswith(prefix)} for prefix in pair]
    for prefix, rest in zip(pair, reversed(found), strict=True):
        for key, values in rest.items():
            posted.setlist(f"{prefix}{key}", values)


# Problems at their fields


def placed(boxes: Sequence[Box], problems: Sequence[str], posted: QueryDict | None = None, *, is_told: bool = True) -> list[At]:
    """Give each problem to the field at which it stands, with what was written there, and return the problems with the ids to which they lead."""
    targets: dict[str, Box | CheckRow | Slot] = dict(_targets(boxes))
    names = called(boxes)
    found = []
    for told in problems:
        own = name = str(getattr(told, "field", ""))
        while name and name not in targets:
            name = name.rpartition("-")[0]
        target = targets.get(name)
        if target is None:
            found.extend([At(str(told))] if is_told else [])
            continue
        if posted is not None and own in posted:
            _restore(target, own, text_at(posted, own, TEXT_MAX))
        if is_told:
            target.error = target.error if str(told) in target.error else f"{target.error} {told}".strip()
            label = names.get(name, "")
            found.append(At(f"{_short(label)}: {told}" if label and f"“{label}" not in told else str(told), _anchor(target, name, own)))
    return found


def _short(label: str) -> str:
    """Return what a field is called without what its label explains.

    >>> _short("Options 2: Worth (%), if it is not simply right"), _short("Tolerance, for example 5")
    ('Options 2: Worth', 'Tolerance')
    """
    return ": ".join(re.split(r"[,;]", part)[0].strip() for part in re.sub(r" ?\([^)]*\)", "", label).split(": "))


def _restore(target: Box | CheckRow | Slot, name: str, text: str) -> None:
    if isinstance(target, CheckRow):
        target.rest = text if name.endswith("-rest") else target.rest
    elif isinstance(target.value, str | int) or target.value is None:
        target.value = text


def _anchor(target: Box | CheckRow | Slot, name: str, own: str) -> str:
    if isinstance(target, CheckRow):
        return f"f-{own if own.endswith('-rest') else f'{name}-is'}"
    if isinstance(target, Slot):
        return f"f-{name}"
    return f"f-{own}" if target.field.kind in ("both", "texts") and own.removeprefix(f"{name}-") in LANGUAGES else target.anchor


def field_of(path: Sequence[str | int], *, language: str = "") -> str:
    """Return the name of the field that holds what stands at a path of the file.

    >>> field_of(("options", 1, "text"), language="ko")
    'options-1-text-ko'
    """
    return "-".join(map(str, (*path, *([language] if language else ()))))


def called(boxes: Sequence[Box]) -> dict[str, str]:
    """Return what the page calls each field of some boxes, with the rows in which they stand."""
    names: dict[str, str] = {}
    for box in boxes:
        names[box.name] = str(box.field.label)
        for place, row in enumerate(box.rows if box.field.kind == "rows" else ()):
            names |= {f"{box.name}-{place}": f"{box.field.label} {place + 1}", **{name: f"{box.field.label} {place + 1}: {label}" for name, label in called(row.boxes).items()}}
    return names


def label_of(name: str, names: Mapping[str, str]) -> str:
    """Return what the page calls a field, one line of a field of several by its number; nothing if it has no such field.

    >>> label_of("extra-1", {"extra": "Right sides"}), label_of("text", {"text": "Text"}), label_of("nothing-1", {})
    ('Right sides 2', 'Text', '')
    """
    if name in names:
        return names[name]
    of, _dash, place = name.rpartition("-")
    return f"{names[of]} {int(place) + 1}" if of in names and place.isdecimal() else ""


def told_in(each: Problem, names: Mapping[str, str], language: str, prefix: Sequence[str] = ()) -> str:
    """Return a problem and what to do in the words of a form: it calls what stands at a path of the file, below a prefix, as its field is called."""
    words = dict(each.words)
    path = words.get("name", "").split(".")
    label = label_of(field_of(path[len(prefix) :]), names) if path[: len(prefix)] == [*prefix] else ""
    if label and each.key == "missing-key":
        return _("“%(name)s” is still empty.") % {"name": label}
    told = replace(each, words=tuple({**words, "name": f"“{label}”"}.items())) if label else each
    return f"{told.said(language)} {told.cure(language)}"


def field_at(text: str, line: int, prefix: tuple[str | int, ...] = ()) -> str:
    """Return the name of the field that holds what stands at a line of a file, below a path."""
    document = Reader.of("", text).document
    found = [path for path, at in (document.lines.items() if document else ()) if at == line and path[: len(prefix)] == prefix and len(path) > len(prefix)]
    return field_of(min(found, key=len)[len(prefix) :]) if found else ""


def _targets(boxes: Sequence[Box]) -> Iterator[tuple[str, Box | CheckRow | Slot]]:
    for box in boxes:
        yield box.name, box
        yield from _targets(box.heads)
        if box.field.kind == "goal":
            yield from _checks(box.rows)
            continue
        for row in box.rows:
            yield from _targets(row.boxes)


def _checks(rows: Sequence[CheckRow]) -> Iterator[tuple[str, CheckRow | Slot]]:
    for row in rows:
        yield row.name, row
        for slot in row.slots:
            yield slot.name, slot
            yield from _checks(slot.rows)


@dataclass(slots=True)
class Paths:
    """Stands in for a document whose lines are not asked for: it counts the paths at which problems were found, so that each leads to its field."""

    known: list[tuple[str | int, ...]] = field(default_factory=list)
    value: Any = None

    def line_of(self, path: tuple[str | int, ...]) -> int:
        """Return the number of a path."""
        if path not in self.known:
            self.known.append(path)
        return self.known.index(path) + 1
