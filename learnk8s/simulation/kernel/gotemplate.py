"""Go templates as far as tutorials use them: fields, range, if, with, index, len, printf, eq, variables, trimmed spaces."""

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

_ACTION = re.compile(r"\{\{(-)?\s*(.*?)\s*(-)?\}\}", re.DOTALL)
STEPS_MAX = 50_000
OWN = ""
"""The name, which no variable can have, under which a client's own functions stand among the names."""


class BadTemplate(ValueError):
    """The template cannot be read."""


def rendered(template: str, data: Any, own: Mapping[str, Any] | None = None) -> str:
    """Return a template filled with data; `own` are functions of one client beside Go's. Raises BadTemplate.

    >>> rendered('{{range .items}}{{.name}}{{"\\\\n"}}{{end}}', {"items": [{"name": "a"}]})
    'a\\n'
    >>> rendered('{{range.items}}{{if .a}}a{{else if .b}}b{{else}}c{{end}}{{end}}', {"items": [{"a": 1}, {"b": 1}, {}]})
    'abc'
    """
    pieces = _pieces(template)
    return _Run(pieces).block(0, data, {"$": data, OWN: {**FUNCTIONS, **(own or {})}})[0]


def _pieces(template: str) -> list[tuple[str, str]]:
    pieces, place = [], 0
    for found in _ACTION.finditer(template):
        text = template[place : found.start()]
        if found[1]:
            text = text.rstrip()
        pieces.append(("text", text))
        pieces.append(("code", found[2]))
        place = found.end()
        if found[3]:
            while place < len(template) and template[place].isspace():
                place += 1
    if "{{" in template[place:]:
        raise BadTemplate("unclosed action")
    return [*pieces, ("text", template[place:])]


_KEYWORD = re.compile(r"(range|if|with|else|end)(?=[\s.,|:()]|$)")


def _keyword(kind: str, text: str) -> str:
    """Return the keyword that an action begins with; what it is about may follow without a space."""
    found = _KEYWORD.match(text) if kind == "code" else None
    return found[1] if found else ""


class _Run:
    def __init__(self, pieces: list[tuple[str, str]]) -> None:
        self._pieces, self._steps = pieces, 0

    def block(self, place: int, data: Any, names: dict[str, Any]) -> tuple[str, int]:
        out = ""
        while place < len(self._pieces):
            self._steps += 1
            if self._steps > STEPS_MAX:
                raise BadTemplate("the template does too much")
            kind, text = self._pieces[place]
            place += 1
            word = _keyword(kind, text)
            if kind == "text":
                out += text
            elif word in ("end", "else"):
                return out, place - 1
            elif word in ("range", "if", "with"):
                made, place = self._nested(word, text[len(word) :].strip(), place, data, names)
                out += made
            elif text.startswith("$") and ":=" in text:
                name, _, expression = text.partition(":=")
                names[name.strip()] = value_of(expression.strip(), data, names)
            elif not text.startswith("/*"):
                out += printed(value_of(text, data, names))
        return out, place

    def _nested(self, word: str, expression: str, place: int, data: Any, names: dict[str, Any]) -> tuple[str, int]:
        variables: list[str] = []
        if word == "range" and ":=" in expression:
            left, _, expression = expression.partition(":=")
            variables = [part.strip() for part in left.split(",")]
        value = value_of(expression.strip(), data, names)
        middle = self._after(place)
        other, end = self._pieces[middle][1].removeprefix("else").strip() if self._pieces[middle][1] != "end" else None, middle
        while self._pieces[end][1] != "end":
            end = self._after(end + 1)
        if not _is_true(value):
            if other:
                again = _keyword("code", other)
                return self._nested(again, other[len(again) :].strip(), middle + 1, data, names)
            return (self.block(middle + 1, data, dict(names))[0] if other is not None else ""), end + 1
        if word != "range":
            return self.block(place, value if word == "with" else data, dict(names))[0], end + 1
        out = ""
        items = sorted(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
        for key, item in items:
            bound = dict(zip(variables, (key, item) if len(variables) > 1 else (item,), strict=False))
            out += self.block(place, item, {**names, **bound})[0]
        return out, end + 1

    def _after(self, place: int) -> int:
        depth = 0
        while place < len(self._pieces):
            kind, text = self._pieces[place]
            word = _keyword(kind, text)
            if word in ("range", "if", "with"):
                depth += 1
            elif word in ("end", "else"):
                if depth == 0:
                    return place
                depth -= word == "end"
            place += 1
        raise BadTemplate("unexpected EOF")


def _is_true(value: Any) -> bool:
    return bool(value)


def printed(value: Any) -> str:
    """Return a value as Go's text/template prints it."""
    if value is None:
        return "<no value>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{printed(item)}" for key, item in sorted(value.items())) + "]"
    return "[" + " ".join(map(printed, value)) + "]" if isinstance(value, list) else str(value)


_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|`([^`]*)`|(\()|(\))|(\|)|([^\s()|"`]+)')


def value_of(expression: str, data: Any, names: dict[str, Any]) -> Any:
    """Return the value of an expression. Raises BadTemplate."""
    tokens: list[Any] = []
    for found in _TOKEN.finditer(expression):
        double, back, opening, closing, pipe, word = found.groups()
        if double is not None:
            tokens.append(("value", double.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"')))
        elif back is not None:
            tokens.append(("value", back))
        else:
            tokens.append(("mark", opening or closing or pipe) if word is None else ("word", word))
    value, rest = _piped(tokens, data, names)
    if rest:
        raise BadTemplate(f"unexpected {rest[0][1]!r}")
    return value


def _piped(tokens: list[Any], data: Any, names: dict[str, Any]) -> tuple[Any, list[Any]]:
    value, rest = _command(tokens, data, names, None)
    while rest and rest[0] == ("mark", "|"):
        value, rest = _command(rest[1:], data, names, value)
    return value, rest


_ABSENT = object()


def _command(tokens: list[Any], data: Any, names: dict[str, Any], piped: Any) -> tuple[Any, list[Any]]:
    arguments: list[Any] = []
    function = ""
    rest = tokens
    while rest and rest[0] not in (("mark", "|"), ("mark", ")")):
        kind, text = rest[0]
        if (kind, text) == ("mark", "("):
            value, rest = _piped(rest[1:], data, names)
            if not rest or rest[0] != ("mark", ")"):
                raise BadTemplate("unclosed left paren")
            rest = rest[1:]
            if rest and rest[0][0] == "word" and rest[0][1].startswith("."):
                value = _field(value, rest[0][1][1:])
                rest = rest[1:]
            arguments.append(value)
            continue
        rest = rest[1:]
        if kind == "word" and not arguments and not function and text in names[OWN]:
            function = text
        else:
            arguments.append(text if kind == "value" else _operand(text, data, names))
    if piped is not None:
        arguments.append(piped)
    if function:
        return names[OWN][function](arguments), rest
    if len(arguments) != 1:
        raise BadTemplate("missing value for command" if not arguments else "can't give argument to non-function")
    return arguments[0], rest


def _operand(word: str, data: Any, names: dict[str, Any]) -> Any:
    if re.fullmatch(r"-?\d{1,15}", word):
        return int(word)
    if word in ("true", "false"):
        return word == "true"
    if word.startswith("$"):
        name, _, path = word.partition(".")
        if name not in names:
            raise BadTemplate(f"undefined variable \"{name}\"")
        return _field(names[name], path)
    if word.startswith("."):
        return _field(data, word[1:])
    raise BadTemplate(f'function "{word}" not defined')


def _field(value: Any, path: str) -> Any:
    """Return what stands at the end of a path: nothing, if there is none; but what is null has no fields."""
    for key in filter(None, path.split(".")):
        if value is None:
            raise BadTemplate(f"nil pointer evaluating interface {{}}.{key}")
        if not isinstance(value, dict) or key not in value:
            return None
        value = value[key]
    return value


def _index(arguments: list[Any]) -> Any:
    value = arguments[0]
    for key in arguments[1:]:
        try:
            value = value[key] if isinstance(value, list) else (value or {}).get(key)
        except (IndexError, TypeError) as error:
            raise BadTemplate(f"error calling index: index out of range: {key}") from error
    return value


def _exists(value: Any, keys: list[Any]) -> bool:
    """Say whether there is something at the end of a path. Models `exists` of cli-runtime/pkg/printers/template.go (1.36)."""
    for key in keys:
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and -1 < key < len(value):
            value = value[key]
        else:
            return False
    return value is not None


def _printf(arguments: list[Any]) -> str:
    values = list(arguments[1:])
    return re.sub(r"%-?\d*[svdq]", lambda found: printed(values.pop(0)) if values else "%!s(MISSING)", str(arguments[0])).replace("%%", "%")


FUNCTIONS: dict[str, Any] = {
    "index": _index, "len": lambda arguments: len(arguments[0] or ()), "printf": _printf, "print": lambda arguments: "".join(map(printed, arguments)), "println": lambda arguments: " ".join(map(printed, arguments)) + "\n",
    "eq": lambda arguments: any(arguments[0] == other for other in arguments[1:]), "ne": lambda arguments: arguments[0] != arguments[1], "not": lambda arguments: not arguments[0],
    "and": lambda arguments: next((value for value in arguments if not value), arguments[-1]), "or": lambda arguments: next((value for value in arguments if value), arguments[-1]),
    "gt": lambda arguments: arguments[0] > arguments[1], "lt": lambda arguments: arguments[0] < arguments[1], "ge": lambda arguments: arguments[0] >= arguments[1], "le": lambda arguments: arguments[0] <= arguments[1],
    "exists": lambda arguments: _exists(arguments[0], arguments[1:]),
    "base64decode": lambda arguments: b64decode(arguments[0]).decode(errors="replace"),
}
