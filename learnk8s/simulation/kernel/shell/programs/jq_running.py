"""Run a jq filter. Every filter yields values; what may be assigned to also yields paths. The work of one filter is bounded."""

import json
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Callable, Iterator
from functools import cmp_to_key
from math import floor, sqrt
from typing import Any
from urllib.parse import quote

from learnk8s.simulation.kernel.shell.programs.jq_reading import IDENTITY, Node, read
from learnk8s.simulation.kernel.patterns import BadPattern
from learnk8s.simulation.kernel.patterns import pattern as read_pattern

STEPS_MAX = 200_000
Value = Any
Path = tuple[Any, ...]
ORDER = {"null": 0, "false": 1, "true": 2, "number": 3, "string": 4, "array": 5, "object": 6}


class JqError(ValueError):
    """The filter cannot go on; the message is jq's."""


def type_of(value: Value) -> str:
    """Return jq's name of a value's type."""
    return "null" if value is None else "boolean" if isinstance(value, bool) else "number" if isinstance(value, int | float) else "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def compared(left: Value, right: Value) -> int:
    """Return -1, 0 or 1: how jq orders two values."""

    def rank(value: Value) -> int:
        return ORDER["true" if value is True else "false" if value is False else type_of(value)]

    if rank(left) != rank(right):
        return -1 if rank(left) < rank(right) else 1
    if isinstance(left, list):
        for one, two in zip(left, right, strict=False):
            if found := compared(one, two):
                return found
        return (len(left) > len(right)) - (len(left) < len(right))
    if isinstance(left, dict):
        keys = sorted(left), sorted(right)
        return (keys[0] > keys[1]) - (keys[0] < keys[1]) or next((found for key in keys[0] if (found := compared(left[key], right[key]))), 0)
    return 0 if left is None or left == right else -1 if left < right else 1


KEY = cmp_to_key(compared)


def text_of(value: Value) -> str:
    """Return a value as `tostring` gives it."""
    return value if isinstance(value, str) else json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def _plain(value: Value) -> Value:
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e17 else value


def brief(value: Value) -> str:
    """Return a value as jq names it in an error."""
    text = json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))
    return f"{type_of(value)} ({text[:11] + '...' if len(text) > 14 else text})"


class Machine:
    """One run of a filter."""

    def __init__(self, variables: dict[str, Value]) -> None:
        self.steps = 0
        self._variables = variables

    def values(self, node: Node, value: Value, names: dict[str, Value] | None = None) -> Iterator[Value]:
        """Yield what a filter makes of a value. Raises JqError."""
        for _path, found in self.paths(node, value, self._variables if names is None else names, ()):
            yield found

    def paths(self, node: Node, value: Value, names: dict[str, Value], path: Path | None) -> Iterator[tuple[Path | None, Value]]:
        """Yield paths with values; the path of what was newly made is None."""
        self.steps += 1
        if self.steps > STEPS_MAX:
            raise JqError("the filter takes more steps than this simulated jq allows")
        match node.kind:
            case "identity":
                yield path, value
            case "literal":
                yield None, node.parts[0]
            case "pipe":
                for inner_path, inner in self.paths(node.parts[0], value, names, path):
                    yield from self.paths(node.parts[1], inner, names, inner_path)
            case "comma":
                yield from self.paths(node.parts[0], value, names, path)
                yield from self.paths(node.parts[1], value, names, path)
            case "index":
                for inner_path, inner in self.paths(node.parts[0], value, names, path):
                    for key in self.values(node.parts[1], value, names):
                        yield _joined(inner_path, key), indexed(inner, key)
            case "slice":
                yield from self._slices(node, value, names, path)
            case "each":
                for inner_path, inner in self.paths(node.parts[0], value, names, path):
                    if not isinstance(inner, dict | list):
                        raise JqError(f"Cannot iterate over {brief(inner) if inner is not None else 'null'}")
                    for key, item in inner.items() if isinstance(inner, dict) else enumerate(inner):
                        yield _joined(inner_path, key), item
            case "try":
                yield from self._tried(node, value, names, path)
            case "if":
                for condition in self.values(node.parts[0], value, names):
                    yield from self.paths(node.parts[1] if truth(condition) else node.parts[2], value, names, path)
            case "as":
                for bound in self.values(node.parts[0], value, names):
                    yield from self.paths(node.parts[2], value, {**names, node.parts[1]: bound}, path)
            case "call" if node.parts[0] in PATHED:
                yield from PATHED[node.parts[0]](self, node.parts[1], value, names, path)
            case "binary" if node.parts[0] == "//":
                found = [pair for pair in self._quiet(node.parts[1], value, names, path) if truth(pair[1])]
                yield from found or self.paths(node.parts[2], value, names, path)
            case _:
                for made in self._made(node, value, names):
                    yield None, made

    def _quiet(self, node: Node, value: Value, names: dict[str, Value], path: Path | None) -> list[tuple[Path | None, Value]]:
        found: list[tuple[Path | None, Value]] = []
        try:
            found.extend(self.paths(node, value, names, path))
        except JqError:
            pass
        return found

    def _slices(self, node: Node, value: Value, names: dict[str, Value], path: Path | None) -> Iterator[tuple[Path | None, Value]]:
        for _inner_path, inner in self.paths(node.parts[0], value, names, path):
            bounds = [next(self.values(part, value, names), None) if part is not None else None for part in node.parts[1:]]
            if inner is not None and not isinstance(inner, str | list):
                raise JqError(f"Cannot index {type_of(inner)} with object")
            yield None, None if inner is None else inner[slice(*(None if bound is None else int(bound) for bound in bounds))]

    def _tried(self, node: Node, value: Value, names: dict[str, Value], path: Path | None) -> Iterator[tuple[Path | None, Value]]:
        try:
            yield from self.paths(node.parts[0], value, names, path)
        except JqError as error:
            if node.parts[1] is not None:
                yield from self.paths(node.parts[1], str(error), names, None)

    def _made(self, node: Node, value: Value, names: dict[str, Value]) -> Iterator[Value]:
        match node.kind:
            case "string":
                yield from self._string(node.parts[0], node.parts[1], value, names)
            case "format":
                yield formatted(node.parts[0], value)
            case "variable":
                name = node.parts[0]
                if name not in names:
                    raise JqError(f"${name} is not defined")
                yield names[name]
            case "negate":
                for found in self.values(node.parts[0], value, names):
                    yield -found if isinstance(found, int | float) and not isinstance(found, bool) else _fail(f"{brief(found)} cannot be negated")
            case "array":
                yield [] if node.parts[0] is None else list(self.values(node.parts[0], value, names))
            case "object":
                yield from self._objects(node.parts, value, names)
            case "binary":
                yield from self._binary(node, value, names)
            case "assign":
                yield from self._assigned(node, value, names)
            case "reduce" | "foreach":
                yield from self._folded(node, value, names)
            case "call":
                yield from self._called(node, value, names)

    def _string(self, form: str, pieces: tuple[Any, ...], value: Value, names: dict[str, Value]) -> Iterator[str]:
        texts = [""]
        for piece in pieces:
            if isinstance(piece, str):
                texts = [text + piece for text in texts]
            else:
                found = [formatted(form, item) if form else text_of(item) for item in self.values(piece, value, names)]
                texts = [text + item for item in found for text in texts]
        yield from texts

    def _objects(self, pairs: tuple[tuple[Node, Node], ...], value: Value, names: dict[str, Value]) -> Iterator[Value]:
        made: list[dict[str, Value]] = [{}]
        for key_node, value_node in pairs:
            grown: list[dict[str, Value]] = []
            for key in self.values(key_node, value, names):
                if not isinstance(key, str):
                    raise JqError(f"Object keys must be strings, not {brief(key)}")
                for item in self.values(value_node, value, names):
                    grown.extend({**before, key: item} for before in made)
            made = grown
            if len(made) > 10_000:
                raise JqError("the filter makes more objects than this simulated jq allows")
        yield from made

    def _binary(self, node: Node, value: Value, names: dict[str, Value]) -> Iterator[Value]:
        operator, left, right = node.parts
        if operator in ("and", "or"):
            for first in self.values(left, value, names):
                if truth(first) == (operator == "or"):
                    yield operator == "or"
                    continue
                for second in self.values(right, value, names):
                    yield truth(second)
            return
        for second in self.values(right, value, names):
            for first in self.values(left, value, names):
                yield OPERATIONS[operator](first, second)

    def _assigned(self, node: Node, value: Value, names: dict[str, Value]) -> Iterator[Value]:
        operator, left, right = node.parts
        places = [path for path, _found in self.paths(left, value, names, ()) if path is not None]
        if operator == "|=":
            for path in places:
                found = next(self.values(right, _at(value, path), names), None)
                value = _put(value, path, found)
            yield value
            return
        for new in list(self.values(right, value, names)):
            result = value
            for path in places:
                before = _at(result, path)
                result = _put(result, path, new if operator == "=" else (before if truth(before) else new) if operator == "//=" else OPERATIONS[operator[0]](before, new))
            yield result

    def _folded(self, node: Node, value: Value, names: dict[str, Value]) -> Iterator[Value]:
        source, name, start, step, *last = node.parts
        for state in self.values(start, value, names):
            for item in self.values(source, value, names):
                bound = {**names, name: item}
                for state in self.values(step, state, bound):  # noqa: B020  # the state is what is folded
                    if node.kind == "foreach":
                        yield from self.values(last[0], state, bound) if last else iter((state,))
            if node.kind == "reduce":
                yield state

    def _called(self, node: Node, value: Value, names: dict[str, Value]) -> Iterator[Value]:
        name, arguments = node.parts
        if name in PLAIN and not arguments:
            yield PLAIN[name](value)
            return
        if name in WITH_FILTER:
            yield from WITH_FILTER[name](self, arguments, value, names)
            return
        if name in WITH_VALUES and len(arguments) in (1, 2, 3):
            for found in self._arguments(arguments, value, names):
                yield WITH_VALUES[name](value, *found)
            return
        raise JqError(f"{name}/{len(arguments)} is not defined")

    def _arguments(self, nodes: tuple[Node, ...], value: Value, names: dict[str, Value]) -> Iterator[tuple[Value, ...]]:
        if not nodes:
            yield ()
            return
        for rest in self._arguments(nodes[1:], value, names):
            for first in self.values(nodes[0], value, names):
                yield (first, *rest)


def truth(value: Value) -> bool:
    """Say whether a value counts as true."""
    return value is not None and value is not False


def _fail(message: str) -> Value:
    raise JqError(message)


def _joined(path: Path | None, key: Value) -> Path | None:
    return None if path is None else (*path, key)


def indexed(value: Value, key: Value) -> Value:
    """Return `value[key]`. Raises JqError."""
    if value is None:
        return None
    if isinstance(value, dict) and isinstance(key, str):
        return value.get(key)
    if isinstance(value, list) and isinstance(key, int | float) and not isinstance(key, bool):
        place = floor(key)
        return value[place] if -len(value) <= place < len(value) else None
    raise JqError(f"Cannot index {type_of(value)} with " + (f'"{key}"' if isinstance(key, str) else type_of(key)))


def _at(value: Value, path: Path) -> Value:
    for key in path:
        value = indexed(value, key)
    return value


def _put(value: Value, path: Path, new: Value) -> Value:
    if not path:
        return new
    key, rest = path[0], path[1:]
    if isinstance(key, str):
        if value is not None and not isinstance(value, dict):
            raise JqError(f'Cannot index {type_of(value)} with "{key}"')
        return {**(value or {}), key: _put((value or {}).get(key), rest, new)}
    items = list(value or [])
    if int(key) > 10_000:
        raise JqError("Array index too large")
    items.extend([None] * (int(key) + 1 - len(items)))
    items[int(key)] = _put(items[int(key)], rest, new)
    return items


def _without(value: Value, paths: list[Path]) -> Value:
    for path in sorted(paths, key=lambda path: [(isinstance(key, str), str(key) if isinstance(key, str) else f"{key:09}") for key in path], reverse=True):
        parent = _at(value, path[:-1])
        if isinstance(parent, dict):
            value = _put(value, path[:-1], {key: item for key, item in parent.items() if key != path[-1]})
        elif isinstance(parent, list):
            value = _put(value, path[:-1], [item for place, item in enumerate(parent) if place != path[-1]])
    return value


# Operators


def _added(left: Value, right: Value) -> Value:
    if left is None or right is None:
        return right if left is None else left
    if isinstance(left, dict) and isinstance(right, dict):
        return {**left, **right}
    if type_of(left) == type_of(right) and type_of(left) in ("number", "string", "array"):
        return left + right
    raise JqError(f"{brief(left)} and {brief(right)} cannot be added")


def _numbers(word: str, work: Callable[[Any, Any], Value]) -> Callable[[Value, Value], Value]:
    def run(left: Value, right: Value) -> Value:
        if type_of(left) == type_of(right) == "number":
            return work(left, right)
        raise JqError(f"{brief(left)} and {brief(right)} cannot be {word}")

    return run


def _subtracted(left: Value, right: Value) -> Value:
    return [item for item in left if item not in right] if isinstance(left, list) and isinstance(right, list) else _numbers("subtracted", lambda one, two: one - two)(left, right)


def _multiplied(left: Value, right: Value) -> Value:
    if isinstance(left, dict) and isinstance(right, dict):
        return {**left, **{key: _multiplied(left[key], item) if isinstance(left.get(key), dict) and isinstance(item, dict) else item for key, item in right.items()}}
    if isinstance(left, str) and type_of(right) == "number":
        return left * min(int(right), 1_000) if right > 0 else None
    return _numbers("multiplied", lambda one, two: one * two)(left, right)


def _divided(left: Value, right: Value) -> Value:
    if isinstance(left, str) and isinstance(right, str):
        return left.split(right) if right else list(left)
    if type_of(left) == type_of(right) == "number" and right == 0:
        raise JqError(f"{brief(left)} and {brief(right)} cannot be divided because the divisor is zero")
    return _numbers("divided", lambda one, two: one // two if isinstance(one, int) and isinstance(two, int) and one % two == 0 else one / two)(left, right)


OPERATIONS: dict[str, Callable[[Value, Value], Value]] = {
    "+": _added, "-": _subtracted, "*": _multiplied, "/": _divided, "%": _numbers("divided", lambda one, two: int(one) % int(two) if int(two) else _fail("division by zero")), "==": lambda one, two: compared(one, two) == 0,
    "!=": lambda one, two: compared(one, two) != 0, "<": lambda one, two: compared(one, two) < 0, "<=": lambda one, two: compared(one, two) <= 0, ">": lambda one, two: compared(one, two) > 0, ">=": lambda one, two: compared(one, two) >= 0,
}


# Functions of the value alone


def _length(value: Value) -> Value:
    if isinstance(value, bool):
        raise JqError(f"{brief(value)} has no length")
    return 0 if value is None else abs(value) if isinstance(value, int | float) else len(value)


def _array(value: Value, word: str) -> list[Value]:
    if not isinstance(value, list):
        raise JqError(f"{brief(value)} cannot be {word}, as it is not an array")
    return value


def _keys(value: Value) -> list[Value]:
    return sorted(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else _fail(f"{brief(value)} has no keys")


def _sum(value: Value) -> Value:
    total: Value = None
    for item in value.values() if isinstance(value, dict) else _array(value, "added"):
        total = _added(total, item)
    return total


def _flat(value: list[Value], depth: int) -> list[Value]:
    return [found for item in value for found in (_flat(item, depth - 1) if isinstance(item, list) and depth > 0 else [item])]


def _number(value: Value) -> Value:
    if isinstance(value, int | float):
        return value
    try:
        return int(value) if str(value).strip().lstrip("-").isdigit() else float(value)
    except (TypeError, ValueError):
        raise JqError(f"{brief(value)} cannot be parsed as a number") from None


def _unique(items: list[Value]) -> list[Value]:
    found: list[Value] = []
    for item in sorted(items, key=KEY):
        if not found or compared(found[-1], item):
            found.append(item)
    return found


def _parsed(value: Value) -> Value:
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        raise JqError(f"{brief(value)} cannot be parsed as JSON") from None


def _from_entries(value: Value) -> Value:
    made = {}
    for entry in _array(value, "made an object"):
        key = next((entry[name] for name in ("key", "k", "name", "Name", "Key") if entry.get(name) is not None), None)
        made[text_of(key)] = next((entry[name] for name in ("value", "v", "Value") if name in entry), None)
    return made


def _date(value: Value) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(int(value), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _from_date(value: Value) -> int:
    from datetime import UTC, datetime

    try:
        return int(datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())
    except (TypeError, ValueError):
        raise JqError(f'date "{value}" does not match format "%Y-%m-%dT%H:%M:%SZ"') from None


def formatted(form: str, value: Value) -> str:
    """Return a value as `@base64`, `@csv` and their like give it. Raises JqError."""
    match form:
        case "@base64":
            return b64encode(text_of(value).encode()).decode()
        case "@base64d":
            try:
                return b64decode(text_of(value) + "=" * (-len(text_of(value)) % 4)).decode(errors="replace")
            except Error:
                raise JqError(f"{brief(value)} is not valid base64 data") from None
        case "@csv":
            return ",".join('"' + item.replace('"', '""') + '"' if isinstance(item, str) else "" if item is None else text_of(item) for item in _array(value, "csv-formatted"))
        case "@tsv":
            return "\t".join("" if item is None else text_of(item).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n") for item in _array(value, "tsv-formatted"))
        case "@json":
            return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))
        case "@text":
            return text_of(value)
        case "@uri":
            return quote(text_of(value), safe="-_.~")
        case "@html":
            return text_of(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;").replace('"', "&quot;")
        case "@sh":
            return " ".join("'" + item.replace("'", "'\\''") + "'" if isinstance(item, str) else text_of(item) for item in (value if isinstance(value, list) else [value]))
    raise JqError(f"{form[1:]} is not a valid format")


PLAIN: dict[str, Callable[[Value], Value]] = {
    "length": _length, "utf8bytelength": lambda value: len(text_of(value).encode()), "not": lambda value: not truth(value), "keys": _keys, "keys_unsorted": lambda value: list(value) if isinstance(value, dict) else _keys(value), "add": _sum,
    "any": lambda value: any(map(truth, value)), "all": lambda value: all(map(truth, value)), "flatten": lambda value: _flat(_array(value, "flattened"), 100), "floor": lambda value: floor(value), "sqrt": lambda value: sqrt(value),
    "round": lambda value: floor(value + 0.5), "ceil": lambda value: -floor(-value), "abs": lambda value: abs(value), "tostring": text_of, "tonumber": _number, "type": type_of, "sort": lambda value: sorted(_array(value, "sorted"), key=KEY),
    "unique": lambda value: _unique(_array(value, "sorted")), "min": lambda value: min(_array(value, "iterated over"), key=KEY, default=None), "max": lambda value: max(_array(value, "iterated over"), key=KEY, default=None),
    "reverse": lambda value: value[::-1] if value is not None else [], "tojson": lambda value: json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":")), "fromjson": _parsed, "ascii_downcase": lambda value: value.lower(),
    "ascii_upcase": lambda value: value.upper(), "to_entries": lambda value: [{"key": key, "value": item} for key, item in value.items()], "from_entries": _from_entries, "todate": _date, "fromdate": _from_date, "fromdateiso8601": _from_date,
    "explode": lambda value: [ord(letter) for letter in value], "implode": lambda value: "".join(map(chr, value)), "trim": lambda value: value.strip(), "ltrimstr": lambda value: value, "transpose": lambda value: [list(row) for row in zip(*value, strict=False)],
    "input_line_number": lambda value: 0, "halt": lambda value: _fail("halt"), "infinite": lambda value: float("inf"), "nan": lambda value: float("nan"),
}


# Functions of values


def _contains(value: Value, other: Value) -> bool:
    if isinstance(value, dict) and isinstance(other, dict):
        return all(key in value and _contains(value[key], item) for key, item in other.items())
    if isinstance(value, list) and isinstance(other, list):
        return all(any(_contains(mine, item) for mine in value) for item in other)
    if isinstance(value, str) and isinstance(other, str):
        return other in value
    if type_of(value) != type_of(other):
        raise JqError(f"{brief(value)} and {brief(other)} cannot have their containment checked")
    return compared(value, other) == 0


def _matcher(pattern: Value, flags: Value) -> Any:
    try:
        return read_pattern(str(pattern), ignores_case="i" in (flags or ""))
    except BadPattern as bad:
        raise JqError(f"{pattern} (at offset 0) is not a valid regex: {bad}") from None


def _substitute(value: Value, pattern: Value, after: Value, flags: Value = "", *, everywhere: bool = False) -> str:
    if not isinstance(value, str):
        raise JqError(f"{brief(value)} cannot be matched, as it is not a string")
    return str(_matcher(pattern, flags).sub(lambda found: str(after), value[:100_000], count=0 if everywhere or "g" in (flags or "") else 1))


def _match(value: Value, pattern: Value, flags: Value = "") -> list[Value]:
    matcher = _matcher(pattern, flags)
    names = {place: name for name, place in matcher.groupindex.items()}
    return [{"offset": found.start(), "length": len(found[0]), "string": found[0], "captures": [{"offset": found.start(index), "length": len(text or ""), "string": text, "name": names.get(index)} for index, text in enumerate(found.groups(), start=1)]}
            for found in matcher.finditer(value[:100_000])]


def _joined_text(value: Value, separator: Value) -> str:
    return str(separator).join("" if item is None else text_of(item) if not isinstance(item, dict | list) else _fail(f"{brief(separator)} and {brief(item)} cannot be added") for item in _array(value, "joined"))


def _strftime(value: Value, pattern: Value) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(int(value), UTC).strftime(str(pattern))


WITH_VALUES: dict[str, Callable[..., Value]] = {
    "has": lambda value, key: (key in value) if isinstance(value, dict) else (0 <= key < len(value)), "contains": _contains, "inside": lambda value, other: _contains(other, value), "join": _joined_text,
    "split": lambda value, by, flags="": value.split(by) if by else list(value), "startswith": lambda value, text: isinstance(value, str) and value.startswith(text), "endswith": lambda value, text: isinstance(value, str) and value.endswith(text),
    "ltrimstr": lambda value, text: value.removeprefix(text) if isinstance(value, str) else value, "rtrimstr": lambda value, text: value.removesuffix(text) if isinstance(value, str) else value, "test": lambda value, pattern, flags="": bool(_match(value, pattern, flags)) if isinstance(value, str) else _fail(f"{brief(value)} cannot be matched, as it is not a string"),
    "sub": _substitute, "gsub": lambda value, pattern, after, flags="": _substitute(value, pattern, after, flags, everywhere=True), "flatten": lambda value, depth: _flat(_array(value, "flattened"), int(depth)), "index": lambda value, text: value.find(text) if text in value else None,
    "rindex": lambda value, text: value.rfind(text) if text in value else None, "indices": lambda value, text: [place for place in range(len(value)) if value[place] == text] if isinstance(value, list) else [place for place in range(len(value)) if value.startswith(text, place)],
    "getpath": lambda value, path: _at(value, tuple(path)), "setpath": lambda value, path, new: _put(value, tuple(path), new), "delpaths": lambda value, paths: _without(value, [tuple(path) for path in paths]), "error": lambda value, message: _fail(text_of(message)),
    "strftime": _strftime, "pow": lambda value, base, power: base**min(power, 64), "tojson": lambda value: text_of(value), "splits": lambda value, by: value.split(by), "ascii": lambda value: value, "scan": lambda value, pattern: [found[0] for found in _matcher(pattern, "").finditer(value)],
}


# Functions of filters


def _by(name: str) -> Callable[[Machine, tuple[Node, ...], Value, dict[str, Value]], Iterator[Value]]:
    def run(machine: Machine, arguments: tuple[Node, ...], value: Value, names: dict[str, Value]) -> Iterator[Value]:
        pairs = sorted((([*machine.values(arguments[0], item, names)], item) for item in _array(value, "sorted")), key=lambda pair: KEY(pair[0]))
        groups: list[list[Value]] = []
        before: Value = None
        for key, item in pairs:
            if groups and compared(before, key) == 0:
                groups[-1].append(item)
            else:
                groups.append([item])
            before = key
        match name:
            case "group_by":
                yield groups
            case "unique_by":
                yield [group[0] for group in groups]
            case "min_by":
                yield pairs[0][1] if pairs else None
            case "max_by":
                yield pairs[-1][1] if pairs else None
            case _:
                yield [item for _key, item in pairs]

    return run


def _map(machine: Machine, arguments: tuple[Node, ...], value: Value, names: dict[str, Value]) -> Iterator[Value]:
    yield [found for item in (value.values() if isinstance(value, dict) else value if isinstance(value, list) else _fail(f"Cannot iterate over {brief(value) if value is not None else 'null'}")) for found in machine.values(arguments[0], item, names)]


def _map_values(machine: Machine, arguments: tuple[Node, ...], value: Value, names: dict[str, Value]) -> Iterator[Value]:
    if isinstance(value, dict):
        yield {key: found[0] for key, item in value.items() if (found := list(machine.values(arguments[0], item, names)))}
    else:
        yield [found[0] for item in value if (found := list(machine.values(arguments[0], item, names)))]


def _with_entries(machine: Machine, arguments: tuple[Node, ...], value: Value, names: dict[str, Value]) -> Iterator[Value]:
    yield _from_entries([found for entry in PLAIN["to_entries"](value) for found in machine.values(arguments[0], entry, names)])


def _quantified(want: bool) -> Callable[[Machine, tuple[Node, ...], Value, dict[str, Value]], Iterator[Value]]:
    def run(machine: Machine, arguments: tuple[Node, ...], value: Value, names: dict[str, Value]) -> Iterator[Value]:
        items = machine.values(arguments[0], value, names) if len(arguments) == 2 else value
        found = (truth(result) for item in items for result in machine.values(arguments[-1], item, names))
        yield any(found) if want else all(found)

    return run


def _range(machine: Machine, arguments: tuple[Node, ...], value: Value, names: dict[str, Value]) -> Iterator[Value]:
    for bounds in machine._arguments(arguments, value, names):
        yield from range(*(int(bound) for bound in bounds))


def _limited(machine: Machine, arguments: tuple[Node, ...], value: Value, names: dict[str, Value]) -> Iterator[Value]:
    for count in machine.values(arguments[0], value, names):
        for place, found in enumerate(machine.values(arguments[1], value, names)):
            if place >= count:
                break
            yield found


def _del(machine: Machine, arguments: tuple[Node, ...], value: Value, names: dict[str, Value]) -> Iterator[Value]:
    yield _without(value, [path for path, _found in machine.paths(arguments[0], value, names, ()) if path])


def _all_paths(machine: Machine, arguments: tuple[Node, ...], value: Value, names: dict[str, Value]) -> Iterator[Value]:
    for path, found in machine.paths(Node("call", ("recurse", ())), value, names, ()):
        if path and (not arguments or any(truth(result) for result in machine.values(arguments[0], found, names))):
            yield list(path)


def _path(machine: Machine, arguments: tuple[Node, ...], value: Value, names: dict[str, Value]) -> Iterator[Value]:
    for path, _found in machine.paths(arguments[0], value, names, ()):
        yield list(path or ())


def _last(machine: Machine, arguments: tuple[Node, ...], value: Value, names: dict[str, Value]) -> Iterator[Value]:
    found = list(machine.values(arguments[0], value, names)) if arguments else value[-1:]
    yield from found[-1:]


def _matches(machine: Machine, arguments: tuple[Node, ...], value: Value, names: dict[str, Value]) -> Iterator[Value]:
    for pattern in machine.values(arguments[0], value, names):
        for flags in machine.values(arguments[1], value, names) if len(arguments) > 1 else ("",):
            if not isinstance(value, str):
                raise JqError(f"{brief(value)} cannot be matched, as it is not a string")
            yield from _match(value, pattern, flags)[: None if "g" in (flags or "") else 1]


def _captures(machine: Machine, arguments: tuple[Node, ...], value: Value, names: dict[str, Value]) -> Iterator[Value]:
    for found in _matches(machine, arguments, value, names):
        yield {capture["name"]: capture["string"] for capture in found["captures"] if capture["name"]}


def _env(machine: Machine, arguments: tuple[Node, ...], value: Value, names: dict[str, Value]) -> Iterator[Value]:
    yield names.get("ENV", {})


WITH_FILTER: dict[str, Callable[[Machine, tuple[Node, ...], Value, dict[str, Value]], Iterator[Value]]] = {
    "sort_by": _by("sort_by"), "group_by": _by("group_by"), "unique_by": _by("unique_by"), "min_by": _by("min_by"), "max_by": _by("max_by"), "map": _map, "map_values": _map_values, "with_entries": _with_entries, "any": _quantified(want=True), "all": _quantified(want=False),
    "range": _range, "limit": _limited, "del": _del, "paths": _all_paths, "path": _path, "last": _last, "match": _matches, "capture": _captures, "env": _env, "isvalid": lambda machine, arguments, value, names: iter((bool(machine._quiet(arguments[0], value, names, None)),)),
    "leaf_paths": lambda machine, arguments, value, names: (list(path) for path, found in machine.paths(Node("call", ("recurse", ())), value, names, ()) if path and not isinstance(found, dict | list)),
}


# Functions that keep paths


def _select(machine: Machine, arguments: tuple[Node, ...], value: Value, names: dict[str, Value], path: Path | None) -> Iterator[tuple[Path | None, Value]]:
    for condition in machine.values(arguments[0], value, names):
        if truth(condition):
            yield path, value


def _recurse(machine: Machine, arguments: tuple[Node, ...], value: Value, names: dict[str, Value], path: Path | None) -> Iterator[tuple[Path | None, Value]]:
    yield path, value
    if arguments:
        for inner_path, inner in machine.paths(arguments[0], value, names, path):
            yield from _recurse(machine, arguments, inner, names, inner_path)
    elif isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            machine.steps += 1
            yield from _recurse(machine, (), item, names, _joined(path, key))


def _first(machine: Machine, arguments: tuple[Node, ...], value: Value, names: dict[str, Value], path: Path | None) -> Iterator[tuple[Path | None, Value]]:
    if arguments:
        for pair in machine.paths(arguments[0], value, names, path):
            yield pair
            return
    else:
        yield _joined(path, 0), indexed(value, 0)


def _of_type(*types: str) -> Callable[..., Iterator[tuple[Path | None, Value]]]:
    def run(machine: Machine, arguments: tuple[Node, ...], value: Value, names: dict[str, Value], path: Path | None) -> Iterator[tuple[Path | None, Value]]:
        if type_of(value) in types:
            yield path, value

    return run


PATHED: dict[str, Callable[..., Iterator[tuple[Path | None, Value]]]] = {
    "select": _select, "recurse": _recurse, "first": _first, "empty": lambda machine, arguments, value, names, path: iter(()), "values": _of_type("boolean", "number", "string", "array", "object"), "nulls": _of_type("null"), "strings": _of_type("string"),
    "numbers": _of_type("number"), "booleans": _of_type("boolean"), "arrays": _of_type("array"), "objects": _of_type("object"), "iterables": _of_type("array", "object"), "scalars": _of_type("null", "boolean", "number", "string"),
}


def results(text: str, value: Value, variables: dict[str, Value]) -> Iterator[Value]:
    """Yield what a filter makes of a value. Raises BadFilter, JqError."""
    node = read(text) if text.strip() else IDENTITY
    try:
        yield from Machine(variables).values(node, value)
    except (TypeError, AttributeError, IndexError, KeyError, OverflowError) as error:
        raise JqError(f"{brief(value)} does not fit this filter ({error})") from None
    except RecursionError:
        raise JqError("the value is nested too deep") from None
