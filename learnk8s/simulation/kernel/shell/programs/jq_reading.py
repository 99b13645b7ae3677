"""Read a jq filter into a tree. Models the language of jq 1.7 as far as command lines use it: no `def`, no modules, no `label`."""

import re
from dataclasses import dataclass
from typing import Any

FILTER_MAX = 4_000
DEPTH_MAX = 60
_TOKEN = re.compile(r"""\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<field>\.[A-Za-z_]\w*)|(?P<variable>\$[A-Za-z_]\w*)|(?P<format>@[a-z0-9]+)|(?P<name>[A-Za-z_]\w*(?:::\w+)?)
|(?P<operator>\?//|\|=|//=|\+=|-=|\*=|/=|==|!=|<=|>=|//|\.\.|[|,.\[\](){}:;+\-*/%<>=?]))""", re.VERBOSE)


class BadFilter(ValueError):
    """The filter cannot be read; the message is jq's."""


@dataclass(frozen=True, slots=True)
class Node:
    """One part of a filter: its kind and what belongs to it."""

    kind: str
    parts: tuple[Any, ...] = ()


IDENTITY = Node("identity")


def _tokens(text: str) -> list[tuple[str, Any]]:
    if len(text) > FILTER_MAX:
        raise BadFilter("the filter is too long")
    found: list[tuple[str, Any]] = []
    place = 0
    while place < len(text.rstrip()):
        while place < len(text) and text[place] in " \t\n\r":
            place += 1
        if text[place] == "#":
            place = text.find("\n", place) if "\n" in text[place:] else len(text)
            continue
        if text[place] == '"' or (text[place] == "." and text[place + 1 : place + 2] == '"'):
            if text[place] == ".":
                found.append(("operator", "."))
                place += 1
            node, place = _string(text, place)
            found.append(("string", node))
            continue
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise BadFilter(f"syntax error, unexpected INVALID_CHARACTER (Unix shell quoting issues?) at {text[place:place + 10]!r}")
        found.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return found


ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "/": "/", "\\": "\\", '"': '"'}


def _string(text: str, place: int) -> tuple[tuple[Any, ...], int]:
    """Read a string; return its pieces (texts and filters) and the place after it."""
    pieces: list[Any] = []
    current, place = "", place + 1
    while place < len(text) and text[place] != '"':
        if text[place] != "\\":
            current, place = current + text[place], place + 1
            continue
        letter = text[place + 1 : place + 2]
        if letter == "(":
            depth, end = 1, place + 2
            while end < len(text) and depth:
                if text[end] == '"':
                    _inner, end = _string(text, end)
                    continue
                depth += {"(": 1, ")": -1}.get(text[end], 0)
                end += 1
            pieces += [current, read(text[place + 2 : end - 1])]
            current, place = "", end
        elif letter == "u":
            current, place = current + chr(int(text[place + 2 : place + 6], 16)), place + 6
        else:
            current, place = current + ESCAPES.get(letter, letter), place + 2
    if place >= len(text):
        raise BadFilter("syntax error, unexpected end of file (Unix shell quoting issues?)")
    return (*pieces, current), place + 1


def read(text: str) -> Node:
    """Return the tree of a filter. Raises BadFilter."""
    reader = _Reader(_tokens(text))
    if not reader.found:
        return IDENTITY
    node = reader.pipe()
    if reader.place < len(reader.found):
        raise BadFilter(f"syntax error, unexpected {reader.shown()}")
    return node


BINARY: tuple[tuple[str, ...], ...] = (("//",), ("=", "|=", "+=", "-=", "*=", "/=", "//="), ("or",), ("and",), ("==", "!=", "<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"))


class _Reader:
    """Reads tokens from left to right; each level binds closer than the one before."""

    def __init__(self, found: list[tuple[str, Any]]) -> None:
        self.found, self.place, self._depth = found, 0, 0

    def shown(self) -> str:
        return str(self.found[self.place][1]) if self.place < len(self.found) else "end of file"

    def _peek(self) -> tuple[str, Any]:
        return self.found[self.place] if self.place < len(self.found) else ("end", "")

    def _takes(self, *texts: str) -> str:
        kind, text = self._peek()
        if kind in ("operator", "name") and text in texts:
            self.place += 1
            return str(text)
        return ""

    def _needs(self, text: str) -> None:
        if not self._takes(text):
            raise BadFilter(f"syntax error, unexpected {self.shown()}, expecting {text}")

    def pipe(self) -> Node:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise BadFilter("the filter is nested too deep")
        node = self._comma()
        if self._takes("as"):
            kind, name = self._peek()
            if kind != "variable":
                raise BadFilter("only `as $name` is modelled in this shell")
            self.place += 1
            self._needs("|")
            node = Node("as", (node, name[1:], self.pipe()))
        elif self._takes("|"):
            node = Node("pipe", (node, self.pipe()))
        self._depth -= 1
        return node

    def _comma(self) -> Node:
        node = self._binary(0)
        while self._takes(","):
            node = Node("comma", (node, self._binary(0)))
        return node

    def _binary(self, level: int) -> Node:
        if level == len(BINARY):
            return self._postfix()
        node = self._binary(level + 1)
        while operator := self._takes(*BINARY[level]):
            right = self._binary(level if level < 2 else level + 1)
            node = Node("assign" if level == 1 else "binary", (operator, node, right))
        return node

    def _postfix(self) -> Node:
        node = self._term()
        while True:
            kind, text = self._peek()
            if kind == "field":
                self.place += 1
                node = Node("index", (node, Node("literal", (text[1:],))))
            elif kind == "operator" and text == "." and self.place + 1 < len(self.found) and self.found[self.place + 1][0] == "string":
                self.place += 2
                node = Node("index", (node, Node("string", ("", self.found[self.place - 1][1]))))
            elif kind == "operator" and text == "." and self.place + 1 < len(self.found) and self.found[self.place + 1] == ("operator", "["):
                self.place += 1
            elif kind == "operator" and text == "[":
                self.place += 1
                node = self._bracket(node)
            elif kind == "operator" and text == "?":
                self.place += 1
                node = Node("try", (node, None))
            else:
                return node

    def _bracket(self, node: Node) -> Node:
        if self._takes("]"):
            return Node("each", (node,))
        if self._takes(":"):
            end = self.pipe()
            self._needs("]")
            return Node("slice", (node, None, end))
        start = self.pipe()
        if self._takes(":"):
            ending = None if self._peek() == ("operator", "]") else self.pipe()
            self._needs("]")
            return Node("slice", (node, start, ending))
        self._needs("]")
        return Node("index", (node, start))

    def _term(self) -> Node:
        kind, text = self._peek()
        self.place += 1
        match kind:
            case "number":
                return Node("literal", (float(text) if "." in text or "e" in text.lower() else int(text),))
            case "string":
                return Node("string", ("", text))
            case "format":
                following, inner = self._peek()
                if following == "string":
                    self.place += 1
                    return Node("string", (text, inner))
                return Node("format", (text,))
            case "field":
                return Node("index", (IDENTITY, Node("literal", (text[1:],))))
            case "variable":
                return Node("variable", (text[1:],))
            case "name":
                return self._named(text)
        match text:
            case ".":
                if self._peek()[0] == "string":
                    self.place += 1
                    return Node("index", (IDENTITY, Node("string", ("", self.found[self.place - 1][1]))))
                return IDENTITY
            case "..":
                return Node("call", ("recurse", ()))
            case "-":
                return Node("negate", (self._postfix(),))
            case "(":
                node = self.pipe()
                self._needs(")")
                return node
            case "[":
                if self._takes("]"):
                    return Node("array", (None,))
                node = self.pipe()
                self._needs("]")
                return Node("array", (node,))
            case "{":
                return self._object()
        self.place -= 1
        raise BadFilter(f"syntax error, unexpected {self.shown()}")

    def _named(self, name: str) -> Node:
        match name:
            case "if":
                return self._choice()
            case "reduce" | "foreach":
                return self._folded(name)
            case "try":
                body = self._postfix()
                return Node("try", (body, self._postfix() if self._takes("catch") else None))
            case "true" | "false" | "null":
                return Node("literal", ({"true": True, "false": False, "null": None}[name],))
            case "def" | "label" | "import" | "include":
                raise BadFilter(f"`{name}` is not modelled in this shell")
        arguments: list[Node] = []
        if self._takes("("):
            arguments.append(self.pipe())
            while self._takes(";"):
                arguments.append(self.pipe())
            self._needs(")")
        return Node("call", (name, tuple(arguments)))

    def _choice(self) -> Node:
        condition = self.pipe()
        self._needs("then")
        body = self.pipe()
        if self._takes("elif"):
            return Node("if", (condition, body, self._choice()))
        other = self.pipe() if self._takes("else") else IDENTITY
        self._needs("end")
        return Node("if", (condition, body, other))

    def _folded(self, name: str) -> Node:
        source = self._postfix()
        self._needs("as")
        variable = self._peek()[1][1:]
        self.place += 1
        self._needs("(")
        parts = [self.pipe()]
        while self._takes(";"):
            parts.append(self.pipe())
        self._needs(")")
        return Node(name, (source, variable, *parts))

    def _object(self) -> Node:
        pairs: list[tuple[Node, Node]] = []
        while not self._takes("}"):
            kind, text = self._peek()
            self.place += 1
            if kind == "variable":
                key, value = Node("literal", (text[1:],)), Node("variable", (text[1:],))
            elif kind == "operator" and text == "(":
                key = self.pipe()
                self._needs(")")
                value = IDENTITY
            elif kind in ("name", "string", "format", "number"):
                key = Node("string", ("", text)) if kind == "string" else Node("literal", (text,))
                value = Node("index", (IDENTITY, key))
            else:
                self.place -= 1
                raise BadFilter(f"syntax error, unexpected {self.shown()}")
            if self._takes(":"):
                value = self._binary(0)
                while self._takes("|"):
                    value = Node("pipe", (value, self._binary(0)))
            pairs.append((key, value))
            if not self._takes(","):
                self._needs("}")
                break
        return Node("object", tuple(pairs))
