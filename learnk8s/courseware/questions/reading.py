"""Read the questions of a file, with every problem at its line."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from learnk8s.courseware.proof import UNPROVED, claim_of, proof_of
from learnk8s.courseware.questions.kinds import TYPES
from learnk8s.courseware.questions.pictures import pointed
from learnk8s.courseware.questions.question import COMBINE, CREDIT, Both, Hint, Known, Option, Path, Question, QuestionType, Rules
from learnk8s.courseware.reading import Reader

KEYS = ("id", "type", "text", "options", "explanation", "hint", "hints", "partial", "credit", "attempts", "combine", "seconds", "shuffle", "tags", "variants", "proof", "unproved")
OPTION_KEYS = ("id", "text", "right", "chosen", "left", "misconception", "goal", "run", "shows", "check", "world", "scenario", "percent")
QUESTIONS_MAX = 300
VARIANTS_MAX = 20
SECONDS_MAX = 4 * 3_600
ATTEMPTS_MAX = 100


def read_questions(reader: Reader, rows: Any, path: Path = ("questions",), *, files: Mapping[str, str] = MappingProxyType({})) -> dict[str, Question]:
    """Return the questions of a list by their ids; `files` are those beside it, in which its pictures are."""
    found: dict[str, Question] = {}
    for place, row in enumerate(reader.rows(rows, path)[:QUESTIONS_MAX]):
        here = (*path, place)
        question = _question(reader, pointed(reader, row, files, here), here, str(place))
        if question is None:
            continue
        if question.id in found:
            reader.complain((*here, "id"), "twice", name=question.id)
            continue
        found[question.id] = question
    return found


def _question(reader: Reader, row: Any, path: Path, name: str) -> Question | None:
    kind = str(row.get("type", "")) if isinstance(row, dict) else ""
    if kind not in TYPES:
        reader.complain((*path, "type"), "unknown-block", name=kind, known=", ".join(TYPES))
        return None
    if "variants" not in row:
        return _read(reader, row, path, name)
    rows = reader.rows(row["variants"], (*path, "variants"))[:VARIANTS_MAX]
    if not rows or not all(isinstance(values, dict) for values in rows):
        reader.complain((*path, "variants"), "wrong-type", name="variants", what="[{name: value}, ...]")
        return None
    variants = tuple(_variant(reader, _filled(row, values), path, name) for values in rows)
    return replace(variants[0], variants=variants)


def _variant(reader: Reader, row: Any, path: Path, name: str) -> Question:
    """Read one variant; what is wrong with several of them is told once."""
    own = Reader(reader.file, reader.document)
    question = _read(own, row, path, name)
    reader.problems.extend(found for found in own.problems if found not in reader.problems)
    return question


def _filled(value: Any, values: Mapping[str, Any]) -> Any:
    """Return a value with `{name}` filled in; a text that is nothing but the name becomes the value itself.

    >>> _filled({"a": "{n}", "b": ["{n} pods"]}, {"n": 3})
    {'a': 3, 'b': ['3 pods']}
    """
    if isinstance(value, dict):
        return {key: _filled(part, values) for key, part in value.items() if key != "variants"}
    if isinstance(value, list):
        return [_filled(part, values) for part in value]
    if not isinstance(value, str):
        return value
    for name, filling in values.items():
        if value == f"{{{name}}}":
            return filling
        value = value.replace(f"{{{name}}}", str(filling))
    return value


def _read(reader: Reader, row: Mapping[str, Any], path: Path, name: str) -> Question:
    kind = TYPES[str(row["type"])]
    table = reader.table(row, path, known=(*KEYS, *(key for key in kind.keys if key not in KEYS)), needed=("id", "type", "text", "explanation"))
    question = Question(
        reader.name(table.get("id", name), (*path, "id"))[:50], str(table["type"]), reader.both(table.get("text"), (*path, "text")), _options(reader, kind, table, path),
        tuple(map(str, reader.rows(table["accepted"], (*path, "accepted")))) if "accepted" in table else (), reader.both(table.get("explanation"), (*path, "explanation")),
        _hints(reader, table, path), _rules(reader, table, path), _known(reader, table, path), reader.both(table["praise"], (*path, "praise")) if "praise" in table else None, tuple(map(str, reader.rows(table.get("tags", []), (*path, "tags")))),
        kind.read(reader, table, path), line=reader.document.line_of(path) if reader.document else 0, proof=proof_of(reader, table.get("proof"), (*path, "proof")), unproved=str(table.get("unproved", "")),
    )
    if question.unproved and question.unproved not in UNPROVED:
        reader.complain((*path, "unproved"), "wrong-type", name="unproved", what=" / ".join(UNPROVED))
    if not _is_name(question.id):
        reader.complain((*path, "id"), "wrong-type", name="id", what=f"a-z, 0-9, -, _ ({', '.join(RESERVED)} ✕)")
    kind.check(reader, question, path)
    return question


RESERVED = ("test", "new", "review")
"""Words that stand in addresses beside the ids of questions."""


def _is_name(text: str) -> bool:
    return bool(text) and text not in RESERVED and text.isascii() and text.replace("-", "").replace("_", "").isalnum()


def _options(reader: Reader, kind: QuestionType, table: Mapping[str, Any], path: Path) -> tuple[Option, ...]:
    if kind.options is not None:
        return kind.options(reader, table, path)
    return read_options(reader, table.get("options") or [], (*path, "options"))


def read_options(reader: Reader, rows: Any, path: Path) -> tuple[Option, ...]:
    """Read options; their ids are letters unless they have names."""
    options: list[Option] = []
    for place, row in enumerate(reader.rows(rows, path)[:60]):
        here = (*path, place)
        table = reader.table(row, here, known=OPTION_KEYS, needed=("text",))
        texts = {key: reader.both(table[key], (*here, key)) if key in table else None for key in ("chosen", "left")}
        name = reader.name(table.get("id", chr(97 + place % 26)), (*here, "id"))
        if name in {option.id for option in options}:
            reader.complain((*here, "id"), "twice", name=name)
        goal = table.get("goal")
        options.append(Option(name, reader.both(table.get("text"), (*here, "text")), bool(table.get("right")), texts["chosen"], texts["left"], str(table.get("misconception", "")), goal=goal if isinstance(goal, dict) else None,
                              percent=_percent(reader, table, here), **claim_of(table)))
    return tuple(options)


def _percent(reader: Reader, table: Mapping[str, Any], path: Path) -> int | None:
    """Return what choosing an option is worth: from -100 to 100, or None if nothing is said."""
    value = table.get("percent")
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not -100 <= value <= 100):
        reader.complain((*path, "percent"), "wrong-type", name="percent", what="-100..100")
        return None
    return value


def _hints(reader: Reader, table: Mapping[str, Any], path: Path) -> tuple[Hint, ...]:
    if "hint" in table:
        return (Hint(reader.both(table["hint"], (*path, "hint"))),)
    hints = []
    for place, row in enumerate(reader.rows(table.get("hints", []), (*path, "hints"))):
        here = (*path, "hints", place)
        entry = reader.table(row, here, known=("ko", "en", "penalty"))
        texts: Both = reader.both(entry, here, besides=("penalty",))
        hints.append(Hint(texts, _whole(reader, entry, "penalty", here, 100)))
    return tuple(hints)


def _known(reader: Reader, table: Mapping[str, Any], path: Path) -> tuple[Known, ...]:
    found = []
    for place, row in enumerate(reader.rows(table.get("wrong", []), (*path, "wrong"))):
        here = (*path, "wrong", place)
        entry = reader.table(row, here, known=("forms", "says", "percent", "misconception", "tolerance"), needed=("forms", "says"))
        forms = tuple(map(str, reader.rows(entry.get("forms", []), (*here, "forms"))))
        found.append(Known(forms, reader.both(entry.get("says"), (*here, "says")), _whole(reader, entry, "percent", here, 99), str(entry.get("misconception", "")), str(entry.get("tolerance", ""))))
    return tuple(found)


def _rules(reader: Reader, table: Mapping[str, Any], path: Path) -> Rules:
    combine, credit = str(table.get("combine", "highest")), str(table.get("credit", "proportional" if table.get("partial") else "exact"))
    for key, value, known in (("combine", combine, COMBINE), ("credit", credit, CREDIT)):
        if value not in known:
            reader.complain((*path, key), "wrong-type", name=key, what=" / ".join(known))
    return Rules(_whole(reader, table, "attempts", path, ATTEMPTS_MAX), combine if combine in COMBINE else "highest", _whole(reader, table, "seconds", path, SECONDS_MAX), credit if credit in CREDIT else "exact", bool(table.get("shuffle")))


def _whole(reader: Reader, table: Mapping[str, Any], key: str, path: Path, most: int) -> int:
    value = table.get(key, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        reader.complain((*path, key), "wrong-type", name=key, what=f"0..{most}")
        return 0
    return value
