"""JSONPath templates as kubectl understands them. Models client-go/util/jsonpath (1.36).

Text outside braces is printed as it is; inside stand a path, a quoted text, or range/end. Filters compare one path with one value.
"""

import json
import re
from typing import Any

from learnk8s.simulation.kernel.gotemplate import BadTemplate

PARTS_MAX = 500


def rendered(template: str, data: Any) -> str:
    """Return a template filled with data. Raises BadTemplate.

    >>> rendered("{.a[*].b}", {"a": [{"b": 1}, {"b": 2}]})
    '1 2'
    """
    pieces = _pieces(template)
    if len(pieces) > PARTS_MAX:
        raise BadTemplate("the template is too long")
    text, place = _run(pieces, 0, data, data)
    if place < len(pieces):
        raise BadTemplate("not in range, nothing to end")
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
    raise BadTemplate("unterminated array" if "[" in template[template.rfind("{") :] and "]" not in template[template.rfind("[") :] else "unclosed action")


def _run(pieces: list[tuple[str, str]], place: int, data: Any, root: Any) -> tuple[str, int]:
    out = ""
    while place < len(pieces):
        kind, text = pieces[place]
        place += 1
        if kind == "text":
            out += text
        elif text == "end":
            return out, place - 1
        elif text.startswith("range"):
            items = [item for value in values(text[5:].strip(), data, root) for item in (value if isinstance(value, list) and not text.rstrip().endswith("[*]") else [value])]
            start = place
            place = _after_range(pieces, start)
            for item in items:
                out += _run(pieces, start, item, root)[0]
        elif text[:1] in "'\"":
            out += _unquoted(text)
        else:
            out += " ".join(shown(value) for value in values(text, data, root))
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


def values(path: str, data: Any, root: Any = None) -> list[Any]:
    """Return what a path finds. Raises BadTemplate."""
    path = path.strip()
    here = [root if path.startswith("$") else data]
    path = path.removeprefix("$").removeprefix("@")
    if path and path[0] not in ".[":
        raise BadTemplate(f"unrecognized identifier {path}") if re.fullmatch(r"\w+", path) else BadTemplate(f"unexpected text {path!r}")
    place = 0
    while place < len(path):
        if path[place:] == ".":
            break
        found = _STEP.match(path, place)
        if found is None:
            raise BadTemplate(f"invalid path {path[place:]!r}")
        here = _stepped(here, found)
        place = found.end()
    return here


def _stepped(here: list[Any], found: re.Match[str]) -> list[Any]:
    deep, inner, condition, single, double, field = found.groups()
    if deep is not None:
        return [value for item in here for value in _deep(item, deep)]
    if condition is not None:
        return [value for item in here if isinstance(item, list) for value in item if _holds(condition, value)]
    if field is not None or single is not None or double is not None:
        key = (field if field is not None else single if single is not None else double or "").replace("\\.", ".")
        return [value for item in here for value in _children(item, key)]
    return [value for item in here for value in _indexed(item, inner or "")]


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
    if not isinstance(item, list):
        return _children(item, text.strip("'\"")) if text != "*" else _children(item, "*")
    if text == "*":
        return list(item)
    if re.fullmatch(r"-?\d{1,6}(,-?\d{1,6})*", text):
        places = [int(part) for part in text.split(",")]
        if any(not -len(item) <= place < len(item) for place in places):
            raise BadTemplate(f"array index out of bounds: index {places[0]}, length {len(item)}")
        return [item[place] for place in places]
    if re.fullmatch(r"(-?\d{0,6})(:-?\d{0,6}){1,2}", text):
        parts = [int(part) if part else None for part in text.split(":")]
        return item[slice(*parts)]
    raise BadTemplate(f"invalid array index {text}")


def _holds(condition: str, value: Any) -> bool:
    found = re.fullmatch(r"\s*@((?:\.|\[).*?)?\s*(?:(==|!=|>=|<=|>|<)\s*(.+?))?\s*", condition)
    if found is None:
        raise BadTemplate(f"unrecognized filter {condition}")
    path, operator, text = found.groups()
    left = values(path or "", value)
    if operator is None:
        return bool(left)
    right: Any = text[1:-1] if text[:1] in "'\"" else {"true": True, "false": False}.get(text, float(text) if re.fullmatch(r"-?\d{1,15}(\.\d{1,10})?", text) else text)
    return bool(left) and _compared(left[0], operator, right)


def _compared(left: Any, operator: str, right: Any) -> bool:
    if operator == "==":
        return bool(left == right)
    if operator == "!=":
        return bool(left != right)
    if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
        left, right = str(left), str(right)
    return {">": left > right, "<": left < right, ">=": left >= right, "<=": left <= right}[operator]
