"""JSONPath templates as kubectl understands them. Models client-go/util/jsonpath (1.36).

Text outside braces is printed as it is; inside stand a path, a quoted text, or range/end. Filters compare one path with one value.
"""

import json
import re
from typing import Any

from learnk8s.simulation.kernel.gotemplate import BadTemplate
from learnk8s.simulation.kernel.gotemplate.functions import KINDS
from learnk8s.simulation.kernel.gotemplate.values import shown as printed
from learnk8s.simulation.kernel.gotemplate.values import type_name

PARTS_MAX = 500


class Unfit(BadTemplate):
    """The template can be read, but not be followed in this object."""


def rendered(template: str, data: Any, *, is_strict: bool = False) -> str:
    """Return a template filled with data; `is_strict` refuses fields that are missing. Raises BadTemplate.

    >>> rendered("{.a[*].b}", {"a": [{"b": 1}, {"b": 2}]})
    '1 2'
    """
    pieces = _pieces(template)
    if len(pieces) > PARTS_MAX:
        raise BadTemplate("the template is too long")
    text, place = _run(pieces, 0, data, data, is_strict=is_strict)
    if place < len(pieces):
        raise Unfit("not in range, nothing to end")
    return text


def _pieces(template: str) -> list[tuple[str, str]]:
    pieces: list[tuple[str, str]] = []
    place = 0
    while place < len(template):
        start = template.find("{", place)
        if start < 0:
            pieces.append(("text", template[place:]))
            break
        if start > place:
            pieces.append(("text", template[place:start]))
        end = _end(template, start + 1)
        pieces.append(("code", template[start + 1 : end].strip()))
        place = end + 1
    return pieces


def _end(template: str, place: int) -> int:
    quote = ""
    while place < len(template):
        letter = template[place]
        if quote:
            place += letter == "\\"
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == "}":
            return place
        place += 1
    if quote:
        raise BadTemplate("unterminated quoted string")
    raise BadTemplate("unterminated array" if "[" in template[template.rfind("{") :] and "]" not in template[template.rfind("[") :] else "unclosed action")


def _run(pieces: list[tuple[str, str]], place: int, data: Any, root: Any, *, is_strict: bool) -> tuple[str, int]:
    out = ""
    while place < len(pieces):
        kind, text = pieces[place]
        place += 1
        if kind == "text":
            out += text
        elif text == "end":
            return out, place - 1
        elif text.startswith("range"):
            items = [item for value in values(text[5:].strip(), data, root, is_strict=is_strict) for item in (value if isinstance(value, list) and not text.rstrip().endswith("[*]") else [value])]
            start = place
            place = _after_range(pieces, start)
            for item in items:
                out += _run(pieces, start, item, root, is_strict=is_strict)[0]
        elif text[:1] in "'\"":
            out += _unquoted(text)
        else:
            out += " ".join(shown(value) for value in values(text, data, root, is_strict=is_strict))
    return out, place


def _after_range(pieces: list[tuple[str, str]], place: int) -> int:
    depth = 1
    while place < len(pieces):
        kind, text = pieces[place]
        place += 1
        if kind == "code":
            depth += text.startswith("range")
            depth -= text == "end"
            if depth == 0:
                return place
    return place


def _unquoted(text: str) -> str:
    body = text[1:-1] if len(text) > 1 and text[-1] == text[0] else text[1:]
    return body.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"').replace("\\'", "'").replace("\\\\", "\\")


def shown(value: Any) -> str:
    """Return a value as a template prints it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return "<nil>" if value is None else json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True) if isinstance(value, (dict, list)) else str(value)


_STEP = re.compile(r"\.\.([\w-]+|\*)|\.?\[(\?\((.+?)\)|'((?:[^'\\]|\\.)*)'|\"([^\"]*)\"|[^\]]*)\]|\.((?:[\w/-]|\\.)+|\*)")


def values(path: str, data: Any, root: Any = None, *, is_strict: bool = False) -> list[Any]:
    """Return what a path finds; `is_strict` refuses fields that are missing. Raises BadTemplate."""
    path = path.strip()
    here = [root if path.startswith("$") else data]
    path = path.removeprefix("$").removeprefix("@")
    if re.fullmatch(r"-?\d{1,15}|true|false", path):
        return [json.loads(path)]
    if path and path[0] not in ".[":
        raise Unfit(f"unrecognized identifier {path}") if re.fullmatch(r"\w+", path) else BadTemplate(f"unrecognized character in action: U+{ord(path[0]):04X} '{path[0]}'")
    for step in _steps(path):
        before, here = here, _stepped(here, step)
        if is_strict and before and not here and step[6] not in (None, "*"):
            raise Unfit(f"{step[6]} is not found")
    return here


def _steps(path: str) -> list[re.Match[str]]:
    """Return the steps of a path, all of them read before one is taken. Raises BadTemplate."""
    steps, place = [], 0
    while place < len(path) and path[place:] != ".":
        found = _STEP.match(path, place)
        if found is None:
            raise BadTemplate(f"unrecognized character in action: U+{ord(path[place]):04X} '{path[place]}'")
        if found[2] is not None and found[3] is None and found[4] is None and found[5] is None and found[2] != "*" and not _INDEX.fullmatch(found[2]):
            raise BadTemplate(f"invalid array index {found[2]}")
        if found[3] is not None:
            unread = re.search(r"&&|\|\|", re.sub(r"'[^']*'|\"[^\"]*\"", "", found[3]))
            if unread:
                raise BadTemplate(f"unrecognized character in action: U+{ord(unread[0][0]):04X} '{unread[0][0]}'")
        steps.append(found)
        place = found.end()
    return steps


_INDEX = re.compile(r"(-?\d{1,6}(,-?\d{1,6})*)?|(-?\d{0,6})(:-?\d{0,6}){1,2}|('[^']*'|\"[^\"]*\")(, ?('[^']*'|\"[^\"]*\"))*")


def _stepped(here: list[Any], found: re.Match[str]) -> list[Any]:
    deep, inner, condition, single, double, field = found.groups()
    if deep is not None:
        return [value for item in here for value in _deep(item, deep)]
    if condition is not None:
        return [value for item in here if item is not None for value in _filtered(item, condition)]
    if field is not None or single is not None or double is not None:
        key = (field if field is not None else single if single is not None else double or "").replace("\\.", ".")
        return [value for item in here for value in _children(item, key)]
    return [value for item in here if item is not None for value in _indexed(item, inner or "")]


def _children(item: Any, key: str) -> list[Any]:
    if key == "*":
        return list(item.values()) if isinstance(item, dict) else list(item) if isinstance(item, list) else []
    return [item[key]] if isinstance(item, dict) and key in item else []


def _deep(item: Any, key: str) -> list[Any]:
    found = _children(item, key)
    for child in item.values() if isinstance(item, dict) else item if isinstance(item, list) else ():
        found = [*found, *_deep(child, key)]
    return found


def _indexed(item: Any, text: str) -> list[Any]:
    """Return entries of a list. Models evalArray and evalUnion (1.36)."""
    if text[:1] in ("'", '"'):
        return [value for key in re.findall(r"'([^']*)'|\"([^\"]*)\"", text) for value in _children(item, key[0] or key[1])]
    if text == "*" and isinstance(item, dict):
        return _children(item, "*")
    if not isinstance(item, list):
        raise Unfit(f"{type_name(item)} is not array or slice")
    if text in ("*", ""):
        return list(item)
    if ":" not in text:
        return [value for part in text.split(",") for value in _sliced(item, int(part), int(part) + 1 or len(item), 1)]
    first, last, step = [*(int(part) if part else None for part in text.split(":")), None][:3]
    if step is not None and step <= 0 and not (step == 0 and len(item) < (last or 0)):
        raise Unfit("step must be > 0")
    return _sliced(item, first or 0, len(item) if last is None else last, step or 1)


def _sliced(item: list[Any], first: int, last: int, step: int) -> list[Any]:
    count = len(item)
    first, last = first + count * (first < 0), last + count * (last < 0)
    if first == last:
        return []
    if not 0 <= first < count:
        raise Unfit(f"array index out of bounds: index {first}, length {count}")
    if not 0 <= last <= count:
        raise Unfit(f"array index out of bounds: index {last - 1}, length {count}")
    if first > last:
        raise Unfit(f"starting index {first} is greater than ending index {last}")
    return item[first:last:step]


def _filtered(item: Any, condition: str) -> list[Any]:
    if not isinstance(item, list):
        raise Unfit(f"{printed(item)} is not array or slice and cannot be filtered")
    return [value for value in item if _holds(condition, value)]


_CONDITION = re.compile(r"([^!<>=]+)([!<>=]+)(.+?)", re.DOTALL)


def _holds(condition: str, value: Any) -> bool:
    """Say whether an entry fits a filter: a path that leads somewhere, or a comparison of two. Models evalFilter (1.36)."""
    found = _CONDITION.fullmatch(condition.strip())
    if found is None:
        return bool(_side(condition, value))
    lefts, rights = _side(found[1], value), _side(found[3], value)
    if not lefts or not rights:
        return False
    if len(lefts) > 1 or len(rights) > 1:
        raise Unfit("can only compare one element at a time")
    return _compared(lefts[0], found[2], rights[0])


def _side(text: str, value: Any) -> list[Any]:
    text = text.strip()
    if text[:1] in "'\"":
        return [_unquoted(text)]
    if re.fullmatch(r"-?\d{1,15}\.\d{1,10}", text):
        return [float(text)]
    return values(text, value)


def _compared(left: Any, operator: str, right: Any) -> bool:
    kinds = [next((name for kind, name in KINDS if isinstance(side, kind)), "") for side in (left, right)]
    if not all(kinds):
        raise Unfit("invalid type for comparison")
    if kinds[0] != kinds[1]:
        raise Unfit("incompatible types for comparison")
    if operator not in ("==", "!=") and kinds[0] == "bool":
        raise Unfit("invalid type for comparison")
    ways = {"==": left == right, "!=": left != right, ">": left > right, "<": left < right, ">=": left >= right, "<=": left <= right}
    if operator not in ways:
        raise Unfit(f"unrecognized filter operator {operator}")
    return bool(ways[operator])
