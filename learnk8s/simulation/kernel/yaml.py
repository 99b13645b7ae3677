"""YAML as Kubernetes reads and writes it, within bounds.

Reading: libyaml composes nodes; bytes, depth, nodes and aliases are counted before anything is constructed, duplicate keys are refused, and plain words are read as
sigs.k8s.io/yaml reads them (`yes` and `on` are booleans, dates stay text). Writing: sorted keys, two spaces, lists not indented.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import yaml as pyyaml

from learnk8s.simulation.kernel.limits import YAML_ALIASES_MAX, YAML_BYTES_MAX, YAML_DEPTH_MAX, YAML_DOCUMENTS_MAX, YAML_NODES_MAX

Loader = getattr(pyyaml, "CSafeLoader", pyyaml.SafeLoader)
TRUE = frozenset("y Y yes Yes YES true True TRUE on On ON".split())
FALSE = frozenset("n N no No NO false False FALSE off Off OFF".split())
NULL = frozenset(("", "~", "null", "Null", "NULL"))
_INT = re.compile(r"^[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[1-9][0-9_]*|0)$")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_FLOAT = re.compile(r"^[-+]?(\d[\d_]*(?:\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?$")
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_ODD_END = re.compile("\r(?!\n)|[\x85\u2028\u2029]")
"""What ends a line for YAML 1.1 and for no editor."""


class YamlFault(ValueError):
    """The text is no YAML that we take; `line` counts from 1, 0 if unknown."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Document:
    """One document: its value, the line at which it begins, and the line of every path in it."""

    value: Any
    line: int
    lines: dict[tuple[str | int, ...], int]

    def line_of(self, path: tuple[str | int, ...]) -> int:
        """Return the line of a path, or of the nearest part of it that is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, self.line)


def split_lines(text: str) -> list[str]:
    """Return the lines of a text with their ends, as the marks of YAML nodes count them: it has line ends that editors do not know.

    >>> split_lines("a: 1\\r\\nb: 2\\u2028c: 3")
    ['a: 1\\r\\n', 'b: 2\\u2028', 'c: 3']
    """
    ends = [found.end() for found in _LINE_END.finditer(text)]
    return [text[start:end] for start, end in pairwise((0, *ends, len(text))) if start < end]


def _as_editors_count(text: str) -> Callable[[int], int]:
    """Return what turns a line that YAML counts into the one that an editor shows."""
    if not _ODD_END.search(text):
        return lambda line: line
    first = list(accumulate((line.endswith("\n") for line in split_lines(text)), initial=1))
    return lambda line: first[min(line, len(first)) - 1] if line > 0 else line


def documents(text: str, *, doubles: list[str] | None = None) -> list[Document]:
    """Return the documents of a text, empty ones left out. Raises YamlFault; keys that are there twice are noted in `doubles` if that is given, the last one counts."""
    if len(text.encode(errors="replace")) > YAML_BYTES_MAX:
        raise YamlFault(f"the text is larger than {YAML_BYTES_MAX // 1024} KiB")
    found, shown = [], _as_editors_count(text)
    try:
        for count, node in enumerate(_composed(text)):
            if count >= YAML_DOCUMENTS_MAX:
                raise YamlFault(f"more than {YAML_DOCUMENTS_MAX} documents")
            lines: dict[tuple[str | int, ...], int] = {}
            budget = [YAML_NODES_MAX]
            value = _constructed(node, (), lines, budget, 0, doubles)
            if value is not None:
                found.append(Document(value, shown(node.start_mark.line + 1), {path: shown(line) for path, line in lines.items()}))
    except pyyaml.YAMLError as error:
        fault = _worded(error)
        raise YamlFault(str(fault), shown(fault.line)) from error
    except YamlFault as fault:
        raise YamlFault(str(fault), shown(fault.line)) from None
    except RecursionError as error:
        raise YamlFault("the text is nested too deeply") from error
    return found


def _composed(text: str) -> Iterator[Any]:
    if _CONTROL.search(text):
        raise YamlFault("yaml: control characters are not allowed")
    _check_events(text)
    loader = Loader(text)
    try:
        while loader.check_node():
            yield loader.get_node()
    finally:
        loader.dispose()


def _check_events(text: str) -> None:
    depth = aliases = nodes = 0
    for event in pyyaml.parse(text, Loader=Loader):
        if isinstance(event, (pyyaml.MappingStartEvent, pyyaml.SequenceStartEvent)):
            depth += 1
            if depth > YAML_DEPTH_MAX:
                raise YamlFault(f"the text is nested more than {YAML_DEPTH_MAX} levels deep", _line(event))
        elif isinstance(event, (pyyaml.MappingEndEvent, pyyaml.SequenceEndEvent)):
            depth -= 1
        elif isinstance(event, pyyaml.AliasEvent):
            aliases += 1
            if aliases > YAML_ALIASES_MAX:
                raise YamlFault(f"more than {YAML_ALIASES_MAX} aliases", _line(event))
        nodes += 1
        if nodes > 2 * YAML_NODES_MAX:
            raise YamlFault(f"more than {YAML_NODES_MAX} values")


def _line(event: pyyaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _worded(error: Any) -> YamlFault:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 0
    problem = str(getattr(error, "problem", None) or error).split("\n")[0]
    said = _go_line(error)
    return YamlFault(f"yaml: line {said}: {problem}" if said else f"yaml: {problem}", line)


def _go_line(error: Any) -> int:
    """Return the line that Go's YAML reader names: of the context unless that is the first line, counted from one by its scanner and from zero by its parser."""
    context, problem = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    mark = context if context is not None and context.line else problem
    if mark is None or not mark.line:
        return 0
    return int(mark.line) + isinstance(error, pyyaml.scanner.ScannerError)


def _constructed(node: Any, path: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int], budget: list[int], depth: int, doubles: list[str] | None = None) -> Any:
    budget[0] -= 1
    if budget[0] < 0 or depth > YAML_DEPTH_MAX:
        raise YamlFault("the text grows too large when its aliases are followed", node.start_mark.line + 1)
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, pyyaml.ScalarNode):
        return scalar(node.value) if not node.style else node.value
    if isinstance(node, pyyaml.SequenceNode):
        return [_constructed(item, (*path, index), lines, budget, depth + 1, doubles) for index, item in enumerate(node.value)]
    table: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, pyyaml.ScalarNode):
            raise YamlFault(f"yaml: line {key_node.start_mark.line + 1}: a key must be a plain word", key_node.start_mark.line + 1)
        key = key_node.value
        if key == "<<" and isinstance(value_node, pyyaml.MappingNode):
            merged = _constructed(value_node, path, {}, budget, depth + 1)
            table = {**merged, **table}
            continue
        if key in table:
            line = key_node.start_mark.line + 1
            if doubles is None:
                raise YamlFault(f'yaml: line {line}: key "{key}" already set in map', line)
            doubles.append(f'line {line}: key "{key}" already set in map')
        lines[(*path, key)] = key_node.start_mark.line + 1
        table[key] = _constructed(value_node, (*path, key), lines, budget, depth + 1, doubles)
    return table


def scalar(text: str) -> Any:
    """Return what a plain word means.

    >>> [scalar(word) for word in ("yes", "3", "1.5", "0644", "2024-01-01", "~", "a")]
    [True, 3, 1.5, 420, '2024-01-01', None, 'a']
    """
    if text in NULL:
        return None
    if text in TRUE:
        return True
    if text in FALSE:
        return False
    if len(text) < 40 and _INT.match(text):
        return _integer(text.replace("_", ""))
    if len(text) < 40 and _FLOAT.match(text) and any(letter.isdigit() for letter in text):
        number = float(text.replace("_", ""))
        return int(number) if number.is_integer() and abs(number) < 2**53 and "." not in text else number
    return text


def _integer(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    plain = text.lstrip("+-")
    if plain[:2] in ("0x", "0b", "0o"):
        return sign * int(plain, 0)
    return sign * (int(plain, 8) if len(plain) > 1 and plain.startswith("0") else int(plain))


WIDTH = 80
"""Behind this column a folded text goes on in the next line, at the next space. Models yaml_emitter_set_width."""


def written(value: Any, *, folds: bool = False) -> str:
    """Return a value as sigs.k8s.io/yaml writes it, with a line end; `folds` if long texts go over several lines, as kubectl's do.

    >>> print(written({"b": [1, {"c": "yes"}], "a": {}}), end="")
    a: {}
    b:
    - 1
    - c: "yes"
    >>> written({"a": "word " * 17 + "end"}, folds=True).count("\\n")
    2
    """
    lines: list[str] = []
    _write(value, 0, lines)
    if folds:
        lines = [part for line in lines for part in _folded(line)]
    return "\n".join(lines) + "\n"


class _Text(str):
    """A line with a text that may be folded: where it begins, and how far what follows is moved in."""

    __slots__ = ("begins", "indent")
    begins: int
    indent: int


def _folded(line: str) -> list[str]:
    """Return the lines of a text: broken at single spaces behind the width. Models yaml_emitter_write_plain_scalar and its kin."""
    if not isinstance(line, _Text) or len(line) <= WIDTH:
        return [line]
    quoted = line[line.begins] in "'\""
    first, last = line.begins + quoted, len(line) - 1 - quoted
    parts, start, column = [], 0, line.begins
    for place in range(line.begins, len(line)):
        single = line[place] == " " and line[place - 1] != " " and line[place + 1 : place + 2] != " "
        if single and column > WIDTH and not (quoted and place in (first, last)):
            parts.append(line[start:place])
            start, column = place + 1, line.indent
        else:
            column += 1
    return [parts[0], *(" " * line.indent + part for part in [*parts[1:], line[start:]])] if parts else [line]


def _write(value: Any, indent: int, lines: list[str]) -> None:
    pad = " " * indent
    if isinstance(value, dict) and value:
        for key in sorted(value):
            _entry(f"{pad}{_plain(str(key))}:", value[key], indent, lines)
    elif isinstance(value, list) and value:
        for item in value:
            if isinstance(item, (dict, list)) and item:
                start = len(lines)
                _write(item, indent + 2, lines)
                lines[start] = _like(lines[start], f"{pad}- {lines[start][indent + 2:]}")
            else:
                _entry(f"{pad}-", item, indent, lines)
    else:
        lines.append(pad + _atom(value))


def _entry(head: str, value: Any, indent: int, lines: list[str]) -> None:
    if isinstance(value, dict) and value:
        lines.append(head)
        _write(value, indent + 2, lines)
    elif isinstance(value, list) and value:
        lines.append(head)
        _write(value, indent, lines)
    elif isinstance(value, str) and "\n" in value and not re.search(r"[ \t]\n|^\s|[^\n\t -~\u00a0-\uffff]", value):
        mark = "|" if value.endswith("\n") and not value.endswith("\n\n") else "|-" if not value.endswith("\n") else "|+"
        lines.append(f"{head} {mark}")
        body = value[:-1] if value.endswith("\n") else value
        lines.extend(f"{' ' * (indent + 2)}{line}" if line else "" for line in body.split("\n"))
    else:
        line = _Text(f"{head} {_atom(value)}")
        line.begins, line.indent = len(head) + 1, indent + 2
        lines.append(line if isinstance(value, str) else str(line))


def _like(old: str, new: str) -> str:
    """Return a line of the same length that may be folded as the old one."""
    if not isinstance(old, _Text):
        return new
    line = _Text(new)
    line.begins, line.indent = old.begins, old.indent
    return line


def _atom(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return "{}" if value == {} else "[]" if value == [] else _plain(str(value))


_SAFE = re.compile(r"^[A-Za-z0-9_./$(<>=^+;~][^\n\x00-\x1f]*$")


_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0", "\a": "\\a", "\b": "\\b", "\v": "\\v", "\f": "\\f", "\x1b": "\\e"}


def _plain(text: str) -> str:
    if text == "":
        return '""'
    if scalar(text) is not text and scalar(text) != text:
        return f'"{text}"'
    if re.match(r"^\d{4}-\d\d-\d\d", text) or (re.match(r"^[-+.\d]", text) and _FLOAT.match(text)):
        return f'"{text}"'
    if text in ("=", "<<"):
        return f'"{text}"'
    special = text[0] in "-?:,[]{}#&*!|>'\"%@`" and not (text[0] in "-?:" and len(text) > 1 and text[1] not in " ")
    if special or ": " in text or " #" in text or text.endswith(":") or text != text.strip() or any(ord(letter) < 32 for letter in text):
        if "'" not in text and not any(ord(letter) < 32 for letter in text):
            return f"'{text}'"
        if any(ord(letter) < 32 for letter in text):
            return '"' + "".join(_ESCAPED.get(letter) or (letter if ord(letter) >= 32 else f"\\x{ord(letter):02X}") for letter in text) + '"'
        return "'" + text.replace("'", "''") + "'"
    return text
