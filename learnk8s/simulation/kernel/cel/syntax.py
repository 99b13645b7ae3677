"""The nodes of which a parsed expression is made, and what goes wrong while reading one."""

from dataclasses import dataclass
from typing import Any


class CelError(ValueError):
    """What an expression cannot do while it runs; the message is worded as cel-go words it."""


class CompileError(ValueError):
    """An expression that cannot be read or has no meaning; the message shows where, as cel-go does."""

    def __init__(self, source: str, issues: list[tuple[int, str]]) -> None:
        self.issues = issues
        super().__init__("\n".join(_issue(source, place, text) for place, text in issues))


def _issue(source: str, place: int, text: str) -> str:
    before = source[:place]
    line = before.count("\n")
    column = place - (before.rfind("\n") + 1)
    shown = source.split("\n")[line] if source else ""
    return f"ERROR: <input>:{line + 1}:{column + 1}: {text}\n | {shown}\n | {'.' * column}^"


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands in the source."""

    value: Any
    at: int


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Select:
    """A field of a value: `a.b`, `has(a.b)` (a test), `a.?b` (optional)."""

    operand: "Node"
    field: str
    at: int
    test: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or function; `target` is what a method is called on."""

    function: str
    target: "Node | None"
    arguments: tuple["Node", ...]
    at: int


@dataclass(frozen=True, slots=True)
class ListOf:
    """`[a, b]`; the places of optional items are remembered."""

    items: tuple["Node", ...]
    at: int
    optional: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MapOf:
    """`{k: v}`, or `Type{field: v}` with a type name."""

    entries: tuple[tuple["Node", "Node"], ...]
    at: int
    type_name: str = ""
    optional: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Loop:
    """A macro that goes through a list or the keys of a map: all, exists, exists_one, map, filter, sortBy."""

    macro: str
    range: "Node"
    variables: tuple[str, ...]
    steps: tuple["Node", ...]
    at: int


@dataclass(frozen=True, slots=True)
class Bind:
    """`cel.bind(name, value, body)`."""

    name: str
    value: "Node"
    body: "Node"
    at: int


Node = Literal | Name | Select | Call | ListOf | MapOf | Loop | Bind
