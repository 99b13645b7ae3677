"""Write a question back into its file: only the lines of that question change, everything else stays byte for byte."""

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from learnk8s.courseware.reading import Reader
from learnk8s.simulation.kernel.yaml import Loader, split_lines

WIDTH = 110
ENDS = ("\n", "\r", "\x85", "\u2028", "\u2029")
_UNPRINTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""Letters that YAML takes only in an escaped form, or as the end of a line."""


def _atom(value: Any) -> str:
    if isinstance(value, str):
        plain = value and value.isascii() and value.replace("-", "").replace("_", "").isalnum() and not value[0].isdigit() and value.lower() not in ("y", "n", "yes", "no", "on", "off", "true", "false", "null")
        return value if plain else _UNPRINTED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
    return json.dumps(value, ensure_ascii=False)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_atom(str(key))}: {_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _atom(value)


def _block(value: Any, indent: int) -> list[str]:
    pad, lines = " " * indent, []
    for key, part in value.items():
        name = _atom(str(key))
        if isinstance(part, str) and "\n" in part and not _UNPRINTED.search(part):
            lines.append(f"{pad}{name}: |{'' if part.endswith(chr(10)) else '-'}")
            lines.extend(f"{pad}  {line}" if line else "" for line in part.rstrip("\n").split("\n"))
        elif isinstance(part, Mapping) and part and (len(_flow(part)) > WIDTH or _is_long(part)):
            lines.append(f"{pad}{name}:")
            lines.extend(_block(part, indent + 2))
        elif isinstance(part, list) and part and (any(isinstance(item, Mapping) for item in part)):
            lines.append(f"{pad}{name}:")
            for item in part:
                lines.extend(_item(item, indent + 2))
        else:
            lines.append(f"{pad}{name}: {_flow(part)}")
    return lines


def _is_long(value: Mapping[str, Any]) -> bool:
    return any(isinstance(part, str) and "\n" in part and not _UNPRINTED.search(part) for part in value.values())


def _item(value: Any, indent: int) -> list[str]:
    if not isinstance(value, Mapping) or (len(_flow(value)) <= WIDTH * 2 and not _is_long(value)):
        return [f"{' ' * indent}- {_flow(value)}"]
    lines = _block(value, indent + 2)
    lines[0] = f"{' ' * indent}- {lines[0].lstrip()}"
    return lines


def written(question: Mapping[str, Any]) -> str:
    """Return a question as an item of the list of questions.

    >>> print(written({"id": "a", "text": {"ko": "가", "en": "yes"}}), end="")
      - id: a
        text: {ko: "가", en: "yes"}
    """
    lines = _block(question, 4)
    lines[0] = f"  - {lines[0].lstrip()}"
    return "\n".join(lines) + "\n"


def _items(text: str, list_key: str) -> tuple[list[tuple[int, int]], list[str]]:
    """Return the lines [from, to) of every question and all lines."""
    lines = split_lines(text)
    root = yaml.compose(text, Loader=Loader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    place = next((number for number, (key, _rows) in enumerate(pairs) if key.value == list_key), len(pairs))
    rows = pairs[place][1] if place < len(pairs) else None
    if not isinstance(rows, yaml.SequenceNode) or rows.flow_style:
        return [], lines
    starts = [node.start_mark.line for node in rows.value]
    ends = [*starts[1:], pairs[place + 1][0].start_mark.line if place + 1 < len(pairs) else len(lines)]
    return list(zip(starts, ends, strict=True)), lines


def _without_blank_end(lines: list[str], start: int, end: int) -> int:
    """Return where something ends without the blank lines after it, and without comments at the margin, which belong to what follows."""
    while end > start and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return end


def _ended(lines: list[str]) -> str:
    """Return lines as a text; what is followed by another line has an end."""
    return "".join(line if line[-1:] in ENDS or place == len(lines) - 1 else f"{line}\n" for place, line in enumerate(lines))


def replaced(text: str, place: int | None, question: Mapping[str, Any] | None, *, list_key: str = "questions") -> str:
    """Return the file with the question (or whatever stands in the list of that name) at a place replaced, removed (None), or with a new one at its end (place None)."""
    reader = Reader.of("quiz.yaml", text)
    found = reader.value.get(list_key) if isinstance(reader.value, dict) else None
    rows = list(found) if isinstance(found, list) else []
    spans, lines = _items(text, list_key) if reader.document is not None and rows else ([], [])
    if not rows and place is None and question is not None and reader.document is not None and isinstance(reader.value, dict):
        begun = re.sub(rf"(?m)^{re.escape(list_key)}: *\[\] *\n?", lambda _empty: f"{list_key}:\n{written(question)}", text, count=1)
        if begun != text:
            return begun
        if list_key not in reader.value and text.endswith("\n") and reader.value:
            return f"{text}{list_key}:\n{written(question)}"
    if len(spans) != len(rows) or not rows:
        return _anew(reader, rows, place, question, list_key)
    new = [written(question)] if question is not None else []
    if place is None:
        end = _without_blank_end(lines, 0, spans[-1][1])
        return _ended([*lines[:end], *new, *lines[end:]])
    if len(rows) == 1 and question is None:
        return _anew(reader, rows, place, None, list_key)
    start, end = spans[place]
    return _ended([*lines[:start], *new, *lines[_without_blank_end(lines, start, end) :]])


def _anew(reader: Reader, rows: list[Any], place: int | None, question: Mapping[str, Any] | None, list_key: str) -> str:
    """Write the whole file: it had no list of questions that could be kept."""
    if place is None:
        rows = [*rows, question] if question is not None else rows
    else:
        rows = [*rows[:place], *([question] if question is not None else []), *rows[place + 1 :]]
    head = {key: value for key, value in reader.value.items() if key != list_key} if isinstance(reader.value, dict) else {}
    lines = _block(head, 0) if head else []
    return "\n".join([*lines, f"{list_key}:" if rows else f"{list_key}: []"]) + "\n" + "".join(written(row) for row in rows)


def with_keys(text: str, table: Mapping[str, Any]) -> str:
    """Return a file whose top-level keys have the values of a table: only the lines of what differs change, a key that is not in the table goes, a new one comes last.

    >>> with_keys("# mine\\na: 1\\nb: [2]  # two\\nc: 3\\n", {"a": 1, "b": [3], "d": "x"})
    '# mine\\na: 1\\nb: [3]\\nd: x\\n'
    """
    reader = Reader.of("", text)
    root = yaml.compose(text, Loader=Loader) if reader.document is not None else None
    if not isinstance(root, yaml.MappingNode) or root.flow_style or not isinstance(reader.value, dict):
        return document(table)
    lines, kept, place = split_lines(text), [], 0
    for key, value in root.value:
        first, last = key.start_mark.line, _without_blank_end(lines, key.start_mark.line + 1, value.end_mark.line + (value.end_mark.column > 0))
        kept.extend(lines[place:first])
        if key.value in table:
            kept.extend(lines[first:last] if reader.value.get(key.value) == table[key.value] else [f"{line}\n" for line in _block({key.value: table[key.value]}, 0)])
        place = last
    kept.extend(lines[place:])
    while kept and not kept[-1].strip():
        kept.pop()
    return _ended([*kept, *(f"{line}\n" for line in _block({key: value for key, value in table.items() if key not in reader.value}, 0)), ""])


def document(table: Mapping[str, Any]) -> str:
    """Return a whole table as a file."""
    return "\n".join(_block(table, 0)) + "\n"


def in_line(value: Any) -> str:
    """Return a value as YAML in one line.

    >>> in_line({"a": [1, "b c"]})
    '{a: [1, "b c"]}'
    """
    return _flow(value)
