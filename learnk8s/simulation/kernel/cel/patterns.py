"""Regular expressions that end: RE2 never tries a text twice, Python's own engine may for ever.

A pattern whose repeats stand inside repeats is matched by following all ways at once (Thompson's construction), and so is any pattern with repeats in a long text; others by Python's engine.
Models github.com/google/re2 in what it accepts; look-around and back-references are refused.
"""

import re
from functools import lru_cache
from math import comb
from typing import Any, Protocol

STATES_MAX = 4_000
PATTERN_CHARS_MAX = 4_096
SEARCH_STEPS_MAX, FIND_STEPS_MAX = 2_000_000, 200_000_000
"""What Python's engine may take: 20 ms where there is another way, about two seconds where there is none."""
_PARSER: Any = getattr(re, "_parser")  # noqa: B009  # Python's own reader of patterns; typed by nobody
_OPS: Any = getattr(re, "_constants")  # noqa: B009


class BadPattern(ValueError):
    """A pattern that RE2 does not know."""


class Pattern(Protocol):
    """What both kinds of pattern can do."""

    def search(self, text: str) -> Any:
        """Return something true if the pattern is found in a text."""

    def finditer(self, text: str) -> Any:
        """Go through all places where it is found."""


@lru_cache(maxsize=512)
def pattern(text: str) -> Pattern:
    """Return a pattern. Raises BadPattern."""
    tree, plain = _read(text)
    return _Ways(tree, plain) if _is_nested(tree, inside=False) else _Bounded(tree, plain) if _repeats(tree) else re.compile(plain, re.ASCII)


@lru_cache(maxsize=256)
def linear(text: str) -> Pattern:
    """Return a pattern that takes no more steps than its text has letters, times its own; for those that strangers write. Raises BadPattern."""
    tree, plain = _read(text)
    return _Ways(tree, plain) if _repeats(tree) > 1 else _Bounded(tree, plain) if _repeats(tree) else re.compile(plain, re.ASCII)


def _read(text: str) -> tuple[Any, str]:
    plain = text
    for word, meaning in _WORDS:
        plain = plain.replace(word, meaning)
    try:
        if len(text) > PATTERN_CHARS_MAX:
            raise BadPattern("expression nests too deeply or is too long")
        tree = _PARSER.parse(plain, re.ASCII)
        if _uses(tree, ("ASSERT", "ASSERT_NOT", "GROUPREF", "GROUPREF_EXISTS", "ATOMIC_GROUP", "POSSESSIVE_REPEAT")):
            raise BadPattern(f"invalid or unsupported Perl syntax: `{text[:40]}`")
        return tree, plain
    except (re.error, OverflowError, RecursionError) as error:
        raise BadPattern(str(error)) from None


_WORDS = (("\\z", "\\Z"), ("\\p{L}", "[^\\W\\d_]"), ("\\pL", "[^\\W\\d_]"), ("\\p{N}", "\\d"), ("\\pN", "\\d"), ("[:alpha:]", "A-Za-z"), ("[:alnum:]", "A-Za-z0-9"), ("[:digit:]", "0-9"), ("[:lower:]", "a-z"), ("[:upper:]", "A-Z"), ("[:space:]", "\\s"),
          ("[:xdigit:]", "0-9A-Fa-f"), ("[:word:]", "\\w"))


def _parts(argument: Any) -> list[Any]:
    """Return the patterns inside an operation's argument."""
    if isinstance(argument, _PARSER.SubPattern):
        return [argument]
    return [part for item in argument for part in _parts(item)] if isinstance(argument, (tuple, list)) else []


def _uses(tree: Any, names: tuple[str, ...]) -> bool:
    return any(str(op) in names or any(_uses(part, names) for part in _parts(argument)) for op, argument in tree)


def _repeats(tree: Any) -> int:
    return sum((str(op) in ("MAX_REPEAT", "MIN_REPEAT") and argument[1] > 1) + sum(_repeats(part) for part in _parts(argument)) for op, argument in tree)


def _is_nested(tree: Any, *, inside: bool) -> bool:
    for op, argument in tree:
        repeats = str(op) in ("MAX_REPEAT", "MIN_REPEAT") and argument[1] > 1
        if (repeats and inside) or any(_is_nested(part, inside=inside or repeats) for part in _parts(argument)):
            return True
    return False


class _Ways:
    """A pattern as a net of states; a step is (test or None, next states)."""

    def __init__(self, tree: Any, plain: str) -> None:
        self._steps: list[tuple[Any, list[int]]] = []
        self._plain = re.compile(plain, re.ASCII)
        self._ignores_case = bool(tree.state.flags & re.IGNORECASE)
        end = self._step("END", [])
        self._end, self._start = end, self._sequence(list(tree), end)

    def _step(self, test: Any, following: list[int]) -> int:
        if len(self._steps) >= STATES_MAX:
            raise BadPattern("expression is too large")
        self._steps.append((test, following))
        return len(self._steps) - 1

    def _sequence(self, items: list[Any], following: int) -> int:
        for op, argument in reversed(items):
            following = self._one(str(op), argument, following)
        return following

    def _one(self, op: str, argument: Any, following: int) -> int:
        if op == "SUBPATTERN":
            return self._sequence(list(argument[-1]), following)
        if op == "BRANCH":
            return self._step(None, [self._sequence(list(branch), following) for branch in argument[1]])
        if op in ("MAX_REPEAT", "MIN_REPEAT"):
            least, most, inner = argument
            return self._repeated(int(least), None if most is _OPS.MAXREPEAT else int(most), list(inner), following)
        if op == "AT":
            return self._step(("AT", str(argument)), [following])
        return self._step(_test(op, argument, ignores_case=self._ignores_case), [following])

    def _repeated(self, least: int, most: int | None, inner: list[Any], following: int) -> int:
        if most is None:
            loop = self._step(None, [following])
            self._steps[loop][1].append(self._sequence(inner, loop))
            following = loop
        else:
            after = following
            for _ in range(most - least):
                following = self._step(None, [after, self._sequence(inner, following)])
        for _ in range(least):
            following = self._sequence(inner, following)
        return following

    def _closed(self, states: set[int], text: str, place: int) -> set[int]:
        """Return all states that are reached without reading a letter."""
        found, waiting = set(states), list(states)
        while waiting:
            test, following = self._steps[waiting.pop()]
            if test is None or (isinstance(test, tuple) and _holds(test[1], text, place)):
                fresh = [state for state in following if state not in found]
                found.update(fresh)
                waiting.extend(fresh)
        return found

    def search(self, text: str) -> bool:
        """Say whether the pattern is found anywhere in a text: each letter is looked at once."""
        states: set[int] = set()
        for place in range(len(text) + 1):
            states = self._closed(states | {self._start}, text, place)
            if self._end in states:
                return True
            if place < len(text):
                states = {state for now in states if callable(self._steps[now][0]) and self._steps[now][0](text[place]) for state in self._steps[now][1]}
        return False

    def finditer(self, text: str) -> Any:
        """Go through all finds; only short texts, because Python's engine does it."""
        if len(text) > 200:
            raise BadPattern("the text is too long for this pattern")
        return self._plain.finditer(text)


class _Bounded:
    """A pattern whose repeats stand beside each other: Python's engine tries every division of a text among them, so that it gets short texts only; of long ones all ways are followed at once."""

    def __init__(self, tree: Any, plain: str) -> None:
        self._ways, self._plain, self._degree = _Ways(tree, plain), re.compile(plain, re.ASCII), _repeats(tree) + 1

    def _steps(self, text: str) -> int:
        """Return how many ways there are to choose where a find begins and each repeat ends."""
        return comb(len(text) + self._degree, self._degree)

    def search(self, text: str) -> Any:
        """Return something true if the pattern is found in a text."""
        return self._plain.search(text) if self._steps(text) <= SEARCH_STEPS_MAX else self._ways.search(text)

    def finditer(self, text: str) -> Any:
        """Go through all finds; only in texts that Python's engine gets through."""
        if self._steps(text) > FIND_STEPS_MAX:
            raise BadPattern("the text is too long for this pattern")
        return self._plain.finditer(text)


def _holds(where: str, text: str, place: int) -> bool:
    if where in ("AT_BEGINNING", "AT_BEGINNING_STRING"):
        return place == 0
    if where in ("AT_END", "AT_END_STRING"):
        return place == len(text)
    before = place > 0 and _is_word(text[place - 1])
    after = place < len(text) and _is_word(text[place])
    return (before != after) == (where == "AT_BOUNDARY")


def _is_word(letter: str) -> bool:
    return letter == "_" or (letter.isascii() and letter.isalnum())


def _test(op: str, argument: Any, *, ignores_case: bool) -> Any:
    if op == "ANY":
        return lambda letter: letter != "\n"
    if op in ("LITERAL", "NOT_LITERAL"):
        wanted = chr(argument)
        if ignores_case:
            return lambda letter: (letter.lower() == wanted.lower()) == (op == "LITERAL")
        return lambda letter: (letter == wanted) == (op == "LITERAL")
    if op == "IN":
        negated = str(argument[0][0]) == "NEGATE"
        tests = [_member(str(kind), value) for kind, value in argument if str(kind) != "NEGATE"]
        if ignores_case:
            return lambda letter: any(test(letter.lower()) or test(letter.upper()) for test in tests) != negated
        return lambda letter: any(test(letter) for test in tests) != negated
    raise BadPattern(f"unsupported part of a pattern: {op.lower()}")


def _member(kind: str, value: Any) -> Any:
    if kind == "LITERAL":
        return lambda letter: ord(letter) == value
    if kind == "RANGE":
        return lambda letter: value[0] <= ord(letter) <= value[1]
    name = str(value)
    tests = {"DIGIT": lambda letter: letter in "0123456789", "SPACE": lambda letter: letter in " \t\n\r\f\v", "WORD": _is_word}
    test = tests[name.rpartition("_")[2]]
    return (lambda letter: not test(letter)) if "NOT" in name else test
