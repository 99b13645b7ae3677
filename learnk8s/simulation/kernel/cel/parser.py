"""From the text of an expression to its tree. Models github.com/google/cel-spec/doc/langdef.md and cel-go/parser."""

import re
from typing import Any

from learnk8s.simulation.kernel.cel.syntax import Bind, Call, CompileError, ListOf, Literal, Loop, MapOf, Name, Node, Select

SOURCE_BYTES_MAX = 64 * 1024
DEPTH_MAX = 60
_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*)
      |(?P<float>\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)
      |(?P<uint>0x[0-9a-fA-F]+[uU]|\d+[uU])
      |(?P<int>0x[0-9a-fA-F]+|\d+)
      |(?P<string>(?:[rR][bB]?|[bB][rR]?)?(?:\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'))
      |(?P<name>[_a-zA-Z][_a-zA-Z0-9]*)
      |(?P<quoted>`[a-zA-Z0-9_.\-/ ]+`)
      |(?P<op>\.\?|\[\?|&&|\|\||==|!=|<=|>=|[-+*/%!<>?:.,()\[\]{}])""", re.X | re.S)
RESERVED = frozenset("as break const continue else for function if import let loop package namespace return var void while".split())
_RELATIONS = {"==": "_==_", "!=": "_!=_", "<": "_<_", "<=": "_<=_", ">": "_>_", ">=": "_>=_", "in": "@in"}
_SUMS = {"+": "_+_", "-": "_-_"}
_PRODUCTS = {"*": "_*_", "/": "_/_", "%": "_%_"}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "\\": "\\", "'": "'", '"': '"', "`": "`", "?": "?"}
MACROS = {"all": (2, 3), "exists": (2, 3), "exists_one": (2, 3), "existsOne": (2, 3), "map": (2, 3), "filter": (2,), "sortBy": (2,), "transformList": (3, 4), "transformMap": (3, 4)}


def parsed(source: str) -> Node:
    """Return the tree of an expression. Raises CompileError.

    >>> parsed("1 + 2").function
    '_+_'
    """
    if len(source.encode()) > SOURCE_BYTES_MAX:
        raise CompileError(source[:80], [(0, f"expression code point size exceeds limit: size: {len(source)}, limit {SOURCE_BYTES_MAX}")])
    reader = _Reader(source)
    tree = reader.expression()
    if reader.kind != "end":
        raise reader.unexpected()
    return tree


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = _tokens(source)
        self.place = self.depth = 0

    @property
    def kind(self) -> str:
        return self.tokens[self.place][0]

    @property
    def text(self) -> str:
        return self.tokens[self.place][1]

    @property
    def at(self) -> int:
        return self.tokens[self.place][2]

    def next(self) -> str:
        text = self.text
        self.place += 1
        return text

    def is_op(self, *words: str) -> bool:
        return self.kind == "op" and self.text in words

    def expect(self, word: str) -> None:
        if not self.is_op(word):
            raise self.unexpected(word)
        self.place += 1

    def unexpected(self, wanted: str = "") -> CompileError:
        found = "<EOF>" if self.kind == "end" else self.text
        if wanted:
            text = f"Syntax error: mismatched input '{found}' expecting '{wanted}'"
        elif self.kind == "end" or self.kind == "op":
            text = f"Syntax error: mismatched input '{found}' expecting {{'[', '{{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}}"
        else:
            text = f"Syntax error: extraneous input '{found}' expecting <EOF>"
        return CompileError(self.source, [(self.at, text)])

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise CompileError(self.source, [(self.at, "expression recursion limit exceeded")])

    def expression(self) -> Node:
        self.deeper()
        condition = self.disjunction()
        if self.is_op("?"):
            at = self.at
            self.place += 1
            yes = self.disjunction()
            self.expect(":")
            no = self.expression()
            condition = Call("_?_:_", None, (condition, yes, no), at)
        self.depth -= 1
        return condition

    def disjunction(self) -> Node:
        left = self.conjunction()
        while self.is_op("||"):
            at = self.at
            self.place += 1
            left = Call("_||_", None, (left, self.conjunction()), at)
        return left

    def conjunction(self) -> Node:
        left = self.relation()
        while self.is_op("&&"):
            at = self.at
            self.place += 1
            left = Call("_&&_", None, (left, self.relation()), at)
        return left

    def relation(self) -> Node:
        left = self.sum()
        while (self.kind == "op" or (self.kind == "name" and self.text == "in")) and self.text in _RELATIONS:
            at, name = self.at, _RELATIONS[self.next()]
            left = Call(name, None, (left, self.sum()), at)
        return left

    def sum(self) -> Node:
        left = self.product()
        while self.kind == "op" and self.text in _SUMS:
            at, name = self.at, _SUMS[self.next()]
            left = Call(name, None, (left, self.product()), at)
        return left

    def product(self) -> Node:
        left = self.unary()
        while self.kind == "op" and self.text in _PRODUCTS:
            at, name = self.at, _PRODUCTS[self.next()]
            left = Call(name, None, (left, self.unary()), at)
        return left

    def unary(self) -> Node:
        self.deeper()
        at = self.at
        if self.is_op("!"):
            self.place += 1
            found: Node = Call("!_", None, (self.unary(),), at)
        elif self.is_op("-"):
            self.place += 1
            inner = self.unary()
            if isinstance(inner, Literal) and isinstance(inner.value, (int, float)) and not isinstance(inner.value, bool):
                found = Literal(-inner.value, at)
            else:
                found = Call("-_", None, (inner,), at)
        else:
            found = self.member()
        self.depth -= 1
        return found

    def member(self) -> Node:
        node = self.primary()
        while self.is_op(".", "[", ".?", "[?"):
            at, op = self.at, self.next()
            if op in ("[", "[?"):
                index = self.expression()
                self.expect("]")
                node = Call("_[_]" if op == "[" else "_[?_]", None, (node, index), at)
                continue
            if self.kind not in ("name", "quoted"):
                raise self.unexpected("IDENTIFIER")
            name = self.next().strip("`")
            if self.is_op("("):
                node = self.method(node, name)
            else:
                node = Select(node, name, at, optional=op == ".?")
        return node

    def arguments(self) -> tuple[Node, ...]:
        self.expect("(")
        found: list[Node] = []
        while not self.is_op(")"):
            found.append(self.expression())
            if not self.is_op(","):
                break
            self.place += 1
        self.expect(")")
        return tuple(found)

    def method(self, target: Node, name: str) -> Node:
        at = self.at
        arguments = self.arguments()
        if isinstance(target, Name) and target.name == "cel" and name == "bind" and len(arguments) == 3 and isinstance(arguments[0], Name):
            return Bind(arguments[0].name, arguments[1], arguments[2], at)
        if name in MACROS and len(arguments) in MACROS[name]:
            return self.macro(target, name, arguments, at)
        if name in ("optMap", "optFlatMap") and len(arguments) == 2 and isinstance(arguments[0], Name):
            return Loop(name, target, (arguments[0].name,), (arguments[1],), at)
        return Call(name, target, arguments, at)

    def macro(self, target: Node, name: str, arguments: tuple[Node, ...], at: int) -> Node:
        first = arguments[0]
        if not isinstance(first, Name):
            raise CompileError(self.source, [(getattr(first, "at", at), "argument is not an identifier" if name in ("map", "filter") else "argument must be a simple name")])
        two = name in ("transformList", "transformMap") or (len(arguments) == 3 and name in ("all", "exists", "exists_one", "existsOne"))
        if two:
            second = arguments[1]
            if not isinstance(second, Name):
                raise CompileError(self.source, [(getattr(second, "at", at), "argument must be a simple name")])
            return Loop(name, target, (first.name, second.name), arguments[2:], at)
        return Loop(name, target, (first.name,), arguments[1:], at)

    def primary(self) -> Node:
        at, kind = self.at, self.kind
        if kind in ("int", "uint", "float", "string"):
            return Literal(_value(self.source, kind, self.next(), at), at)
        if kind == "name":
            return self.named(at)
        if self.is_op("."):
            self.place += 1
            return self.named(at)
        if self.is_op("("):
            self.place += 1
            found = self.expression()
            self.expect(")")
            return found
        if self.is_op("["):
            return self.list_of(at)
        if self.is_op("{"):
            return self.map_of(at, "")
        raise self.unexpected()

    def named(self, at: int) -> Node:
        name = self.next()
        if name in ("true", "false", "null"):
            return Literal({"true": True, "false": False}.get(name), at)
        if name == "in":
            self.place -= 1
            raise self.unexpected()
        if name in RESERVED:
            raise CompileError(self.source, [(at, f"reserved identifier: {name}")])
        if self.is_op("("):
            called_at = self.at
            arguments = self.arguments()
            if name == "has":
                if len(arguments) != 1 or not isinstance(arguments[0], Select):
                    raise CompileError(self.source, [(called_at, "invalid argument to has() macro")])
                return Select(arguments[0].operand, arguments[0].field, arguments[0].at, test=True)
            return Call(name, None, arguments, called_at)
        if self.is_op("{"):
            return self.map_of(self.at, name)
        if self.is_op("."):
            dotted = self.type_name(name)
            if dotted:
                return self.map_of(self.at, dotted)
        return Name(name, at)

    def type_name(self, first: str) -> str:
        """Return a dotted name that a `{` follows, as in `Object.spec{`, or "" and stay."""
        start, words = self.place, [first]
        while self.is_op(".") and self.tokens[self.place + 1][0] == "name":
            words.append(self.tokens[self.place + 1][1])
            self.place += 2
        if self.is_op("{"):
            return ".".join(words)
        self.place = start
        return ""

    def list_of(self, at: int) -> Node:
        self.expect("[")
        items: list[Node] = []
        optional: list[int] = []
        while not self.is_op("]"):
            if self.is_op("?"):
                self.place += 1
                optional.append(len(items))
            items.append(self.expression())
            if not self.is_op(","):
                break
            self.place += 1
        self.expect("]")
        return ListOf(tuple(items), at, tuple(optional))

    def map_of(self, at: int, type_name: str) -> Node:
        self.expect("{")
        entries: list[tuple[Node, Node]] = []
        optional: list[int] = []
        while not self.is_op("}"):
            if self.is_op("?"):
                self.place += 1
                optional.append(len(entries))
            if type_name:
                key: Node = Literal(self.next().strip("`"), self.at)
            else:
                key = self.expression()
            self.expect(":")
            entries.append((key, self.expression()))
            if not self.is_op(","):
                break
            self.place += 1
        self.expect("}")
        return MapOf(tuple(entries), at, type_name, tuple(optional))


def _tokens(source: str) -> list[tuple[str, str, int]]:
    found: list[tuple[str, str, int]] = []
    place = 0
    while place < len(source):
        match = _TOKEN.match(source, place)
        if match is None:
            raise CompileError(source, [(place, f"Syntax error: token recognition error at: '{source[place]}'")])
        if match.lastgroup == "float" and match[0].startswith(".") and found and found[-1][0] in ("name", "quoted"):
            raise CompileError(source, [(place, f"Syntax error: mismatched input '{match[0]}' expecting <EOF>")])
        if match.lastgroup != "space":
            found.append((str(match.lastgroup), match[0], place))
        place = match.end()
    return [*found, ("end", "", len(source)), ("end", "", len(source))]


class UInt(int):
    """An unsigned number."""


def _value(source: str, kind: str, text: str, at: int) -> Any:
    if kind == "float":
        return float(text)
    if kind in ("int", "uint"):
        plain = text.rstrip("uU")
        number = int(plain, 16 if plain.lower().startswith("0x") else 10)
        if number > (2**64 - 1 if kind == "uint" else 2**63):
            raise CompileError(source, [(at, "invalid int literal")])
        return UInt(number) if kind == "uint" else number
    return _string(source, text, at)


def _string(source: str, text: str, at: int) -> str | bytes:
    quote = min(place for place in (text.find('"'), text.find("'")) if place >= 0)
    prefix, body = text[:quote].lower(), text[quote:]
    body = body[3:-3] if body[:3] in ('"""', "'''") and len(body) >= 6 else body[1:-1]
    if "r" not in prefix:
        body = _unescaped(source, body, at)
    return body.encode("utf-8" if "r" in prefix else "latin-1" if all(ord(letter) < 256 for letter in body) and "\\x" in text else "utf-8") if "b" in prefix else body


def _unescaped(source: str, body: str, at: int) -> str:
    def one(match: "re.Match[str]") -> str:
        word = match[1]
        if word in _ESCAPES:
            return _ESCAPES[word]
        if word[0] in "xXuU":
            number = int(word[1:], 16)
            return chr(number) if number < 0x110000 else ""
        if word[0] in "0123":
            return chr(int(word, 8))
        raise CompileError(source, [(at, f"Syntax error: token recognition error at: '\\{word}'")])

    return re.sub(r"\\([xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}|.)", one, body, flags=re.S)
