"""The functions that every template knows. Models text/template/funcs.go (1.25), and two of cli-runtime/pkg/printers/template.go (1.36)."""

import binascii
import html
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from learnk8s.simulation.kernel.gotemplate.values import ABSENT, formatted, present, shown, type_name


class Refused(ValueError):
    """A function refuses its arguments."""


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function with how many arguments it takes at least; `is_open` if it takes more, `texts` of them must be strings."""

    run: Callable[[list[Any]], Any]
    least: int = 1
    is_open: bool = True
    texts: int = 0

    def __call__(self, arguments: list[Any]) -> Any:
        return self.run(arguments)


def index(arguments: list[Any]) -> Any:
    """Return an entry of a list, a map or a text."""
    value = arguments[0]
    if value is None or value is ABSENT:
        raise Refused("index of untyped nil")
    for key in arguments[1:]:
        if value is None or value is ABSENT:
            raise Refused("index of nil pointer")
        if isinstance(value, dict):
            if not isinstance(key, str):
                raise Refused("value is nil; should be of type string" if present(key) is None else f"value has type {type_name(key)}; should be string")
            value = value.get(key, ABSENT)
        elif isinstance(value, (list, str)):
            place = _place(key, len(value))
            if place == len(value):
                raise Refused(f"index out of range: {place}")
            value = value[place] if isinstance(value, list) else value.encode()[place]
        else:
            raise Refused(f"can't index item of type {type_name(value)}")
    return value


def _place(key: Any, length: int) -> int:
    if present(key) is None:
        raise Refused("cannot index slice/array with nil")
    if not isinstance(key, int) or isinstance(key, bool):
        raise Refused(f"cannot index slice/array with type {type_name(key)}")
    if not 0 <= key <= length:
        raise Refused(f"index out of range: {int(key)}")
    return int(key)


def cut(arguments: list[Any]) -> Any:
    """Return a part of a list or a text: `slice`."""
    value = present(arguments[0])
    if value is None:
        raise Refused("slice of untyped nil")
    if not isinstance(value, (list, str)):
        raise Refused(f"can't slice item of type {type_name(value)}")
    start, end = [*[_place(key, len(value)) for key in arguments[1:3]], *(0, len(value))[len(arguments[1:3]) :]]
    if start > end:
        raise Refused(f"invalid slice index: {start} > {end}")
    return value[start:end]


def length(arguments: list[Any]) -> int:
    """Return how many entries a value has."""
    value = arguments[0]
    if present(value) is None:
        raise Refused("reflect: call of reflect.Value.Type on zero Value")
    if not isinstance(value, (str, list, dict)):
        raise Refused(f"len of type {type_name(value)}")
    return len(value.encode()) if isinstance(value, str) else len(value)


KINDS = ((bool, "bool"), (int, "int"), (float, "float"), (str, "string"))


def _kind(value: Any) -> str:
    return next((name for kind, name in KINDS if isinstance(value, kind)), "")


def equal(arguments: list[Any]) -> bool:
    """Say whether the first value equals one of the others."""
    first = present(arguments[0])
    if len(arguments) < 2:
        raise Refused("missing argument for comparison")
    for other in map(present, arguments[1:]):
        if _kind(first) != _kind(other):
            if first is not None and other is not None:
                raise Refused(f"incompatible types for comparison: {type_name(first)} and {type_name(other)}")
        elif isinstance(first, (list, dict)):
            raise Refused(f"non-comparable type {shown(first)}: {type_name(first)}")
        elif first == other:
            return True
    return False


def less(arguments: list[Any]) -> bool:
    """Say whether the first value is less than the second."""
    one, other = arguments[:2]
    if not _kind(one) or not _kind(other):
        raise Refused("invalid type for comparison")
    if _kind(one) != _kind(other):
        raise Refused(f"incompatible types for comparison: {type_name(one)} and {type_name(other)}")
    if isinstance(one, bool):
        raise Refused("invalid type for comparison")
    return bool(one < other)


def _at_most(arguments: list[Any]) -> bool:
    return less(arguments) or equal(arguments[:2])


def _exists(arguments: list[Any]) -> bool:
    """Say whether there is something at the end of a path."""
    value = arguments[0]
    for key in arguments[1:]:
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and -1 < key < len(value):
            value = value[key]
        else:
            return False
    return present(value) is not None


def _decoded(arguments: list[Any]) -> str:
    text = arguments[0]
    wrong = next((place for place, letter in enumerate(text) if not (letter.isascii() and (letter.isalnum() or letter in "+/=\n\r"))), None)
    if wrong is None and len(text.replace("\n", "")) % 4:
        wrong = len(text) // 4 * 4
    if wrong is not None:
        raise Refused(f"base64 decode failed: illegal base64 data at input byte {wrong}")
    try:
        return b64decode(text).decode(errors="replace")
    except binascii.Error:
        raise Refused("base64 decode failed: illegal base64 data at input byte 0") from None


def _print(arguments: list[Any]) -> str:
    """Return values as Print writes them: a space between two of which none is a text."""
    out = ""
    for place, value in enumerate(arguments):
        if place and not isinstance(value, str) and not isinstance(arguments[place - 1], str):
            out += " "
        out += shown(value)
    return out


def _joined(arguments: list[Any]) -> str:
    return "".join(map(shown, arguments))


FUNCTIONS: dict[str, Builtin] = {
    "index": Builtin(index), "len": Builtin(length, is_open=False), "slice": Builtin(cut), "print": Builtin(_print, 0), "println": Builtin(lambda values: " ".join(map(shown, values)) + "\n", 0), "printf": Builtin(lambda values: formatted(values[0], values[1:]), texts=1),
    "eq": Builtin(equal), "ne": Builtin(lambda values: not equal(values), 2, is_open=False), "lt": Builtin(less, 2, is_open=False), "le": Builtin(_at_most, 2, is_open=False), "gt": Builtin(lambda values: not _at_most(values), 2, is_open=False),
    "ge": Builtin(lambda values: not less(values), 2, is_open=False), "not": Builtin(lambda values: not values[0], is_open=False), "and": Builtin(lambda values: values[-1]), "or": Builtin(lambda values: values[-1]), "call": Builtin(lambda values: None),
    "html": Builtin(lambda values: html.escape(_joined(values)).replace("&#x27;", "&#39;").replace("&quot;", "&#34;"), 0), "js": Builtin(_joined, 0), "urlquery": Builtin(lambda values: quote_plus(_joined(values)), 0),
    "exists": Builtin(_exists), "base64decode": Builtin(_decoded, is_open=False, texts=1),
}
