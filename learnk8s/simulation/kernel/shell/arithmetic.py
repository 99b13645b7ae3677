"""Whole-number arithmetic of the shell: `$(( ))`, `(( ))`, `let`."""

import re
from collections.abc import Callable

TEXT_MAX = 400
BITS_MAX = 63
_TOKEN = re.compile(r"\s*(?:(0[xX][0-9a-fA-F]+|\d+)|\$?\{?([A-Za-z_]\w*)\}?|(\+\+|--|\*\*|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%]=|[-+*/%<>=!?:()&|^~,]))")
LEVELS: tuple[tuple[str, ...], ...] = (("||",), ("&&",), ("|",), ("^",), ("&",), ("==", "!="), ("<", ">", "<=", ">="), ("<<", ">>"), ("+", "-"), ("*", "/", "%"), ("**",))


class BadSum(ValueError):
    """The expression cannot be computed; the message is bash's."""


def _bounded(value: int) -> int:
    """Return a value as a 64-bit machine keeps it."""
    return (value + 2**BITS_MAX) % 2 ** (BITS_MAX + 1) - 2**BITS_MAX


def _divided(left: int, right: int) -> int:
    if right == 0:
        raise BadSum("division by 0")
    return abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)


OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "||": lambda a, b: int(bool(a or b)), "&&": lambda a, b: int(bool(a and b)), "|": lambda a, b: a | b, "^": lambda a, b: a ^ b, "&": lambda a, b: a & b, "==": lambda a, b: int(a == b), "!=": lambda a, b: int(a != b),
    "<": lambda a, b: int(a < b), ">": lambda a, b: int(a > b), "<=": lambda a, b: int(a <= b), ">=": lambda a, b: int(a >= b), "<<": lambda a, b: a << (b % 64), ">>": lambda a, b: a >> (b % 64),
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": _divided, "%": lambda a, b: a - b * _divided(a, b), "**": lambda a, b: pow(a, b) if 0 <= b < 64 else 0,
}


def result(text: str, get: Callable[[str], str], put: Callable[[str, str], None]) -> int:
    """Return the value of an expression; `put` stores what it assigns. Raises BadSum.

    >>> result("1 + 2 * 3", lambda name: "", lambda name, value: None)
    7
    """
    if len(text) > TEXT_MAX:
        raise BadSum("expression too long")
    found, place = [], 0
    stripped = text.strip()
    while place < len(stripped):
        match = _TOKEN.match(stripped, place)
        if match is None:
            raise BadSum(f'{text.strip()}: syntax error: operand expected (error token is "{stripped[place:].strip()}")')
        found.append(("number", match[1]) if match[1] else ("name", match[2]) if match[2] else ("operator", match[3]))
        place = match.end()
    if not found:
        return 0
    reader = _Sum(found, get, put, stripped)
    value = reader.comma()
    if reader.place < len(found):
        raise BadSum(f'{stripped}: syntax error in expression (error token is "{found[reader.place][1]}")')
    return value


class _Sum:
    """Reads one expression from left to right."""

    def __init__(self, found: list[tuple[str, str]], get: Callable[[str], str], put: Callable[[str, str], None], text: str) -> None:
        self._found, self._get, self._put, self._text = found, get, put, text
        self.place = 0

    def _next(self) -> tuple[str, str]:
        return self._found[self.place] if self.place < len(self._found) else ("end", "")

    def _takes(self, *texts: str) -> str:
        kind, text = self._next()
        if kind == "operator" and text in texts:
            self.place += 1
            return text
        return ""

    def comma(self) -> int:
        value = self._assigned()
        while self._takes(","):
            value = self._assigned()
        return value

    def _assigned(self) -> int:
        kind, name = self._next()
        after = self._found[self.place + 1] if self.place + 1 < len(self._found) else ("end", "")
        if kind == "name" and after[0] == "operator" and after[1] in ("=", "+=", "-=", "*=", "/=", "%="):
            self.place += 2
            value = self._assigned()
            if after[1] != "=":
                value = OPERATIONS[after[1][0]](self._value(name), value)
            self._put(name, str(_bounded(value)))
            return _bounded(value)
        value = self._level(0)
        if self._takes("?"):
            first = self._assigned()
            if not self._takes(":"):
                raise BadSum(f"{self._text}: `:' expected for conditional expression")
            second = self._assigned()
            return first if value else second
        return value

    def _level(self, level: int) -> int:
        if level == len(LEVELS):
            return self._unary()
        value = self._level(level + 1)
        while operator := self._takes(*LEVELS[level]):
            value = _bounded(OPERATIONS[operator](value, self._level(level + 1)))
        return value

    def _unary(self) -> int:
        operator = self._takes("-", "+", "!", "~", "++", "--")
        if operator in ("++", "--"):
            _kind, name = self._next()
            self.place += 1
            value = self._value(name) + (1 if operator == "++" else -1)
            self._put(name, str(value))
            return value
        if operator:
            value = self._unary()
            return {"-": -value, "+": value, "!": int(not value), "~": ~value}[operator]
        if self._takes("("):
            value = self.comma()
            if not self._takes(")"):
                raise BadSum(f"{self._text}: missing `)'")
            return value
        kind, text = self._next()
        self.place += 1
        if kind == "number":
            return int(text[:20], 0 if text[:2].lower() == "0x" else 10)
        if kind != "name":
            raise BadSum(f'{self._text}: syntax error: operand expected (error token is "{text}")')
        value = self._value(text)
        step = self._takes("++", "--")
        if step:
            self._put(text, str(value + (1 if step == "++" else -1)))
        return value

    def _value(self, name: str) -> int:
        text = self._get(name).strip()
        return int(text) if re.fullmatch(r"-?\d{1,18}", text) else 0
