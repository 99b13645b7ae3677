"""The parts of a template's tree, each with its place in the text and written as Go writes it. Models text/template/parse/node.go (1.25)."""

from dataclasses import dataclass, field
from typing import Any


class BadTemplate(ValueError):
    """A template that cannot be read, or not be filled; `output` is what was printed until then."""

    def __init__(self, message: str, *, line: int = 1, column: int = 0, context: str = "", output: str = "") -> None:
        super().__init__(message)
        self.line, self.column, self.context, self.output = line, column, context, output

    def worded(self, name: str) -> str:
        """Return the whole complaint about a template of that name.

        >>> BadTemplate("unexpected EOF").worded("output"), BadTemplate("nil data", column=2, context=".a").worded("")
        ('template: output:1: unexpected EOF', 'template: :1:2: executing "" at <.a>: nil data')
        """
        if not self.context:
            return f"template: {name}:{self.line}: {self}"
        return f'template: {name}:{self.line}:{self.column}: executing "{name}" at <{self.context}>: {self}'


@dataclass(frozen=True, slots=True)
class Node:
    """Anything in a tree."""

    place: int


@dataclass(frozen=True, slots=True)
class Text(Node):
    """What is printed as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A value that is written down: a string, number, truth value or nil; `.` is the word without a value."""

    word: str
    value: Any = None

    def __str__(self) -> str:
        return self.word


@dataclass(frozen=True, slots=True)
class Field(Node):
    """`.a.b`, from the dot, or `$x.a.b`, from a variable."""

    names: tuple[str, ...]
    variable: str = ""

    def __str__(self) -> str:
        return self.variable + "".join(f".{name}" for name in self.names)


@dataclass(frozen=True, slots=True)
class Function(Node):
    """The name of a function."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """Fields of what stands in parentheses."""

    of: Any
    names: tuple[str, ...]

    def __str__(self) -> str:
        return (f"({self.of})" if isinstance(self.of, Pipe) else str(self.of)) + "".join(f".{name}" for name in self.names)


@dataclass(frozen=True, slots=True)
class Command(Node):
    """A function with what it is given, or a single value."""

    words: tuple[Any, ...]

    def __str__(self) -> str:
        return " ".join(f"({word})" if isinstance(word, Pipe) else str(word) for word in self.words)


@dataclass(frozen=True, slots=True)
class Pipe(Node):
    """Commands, each given the value of the one before; the last value may be kept in variables."""

    commands: tuple[Command, ...]
    variables: tuple[str, ...] = ()
    is_new: bool = True

    def __str__(self) -> str:
        kept = ", ".join(self.variables) + (" := " if self.is_new else " = ") if self.variables else ""
        return kept + " | ".join(map(str, self.commands))


@dataclass(frozen=True, slots=True)
class Action(Node):
    """A pipeline whose value is printed."""

    pipe: Pipe


@dataclass(frozen=True, slots=True)
class Branch(Node):
    """`if`, `with` or `range`, with what follows when there is something, and when not."""

    word: str
    pipe: Pipe
    body: tuple[Any, ...]
    other: tuple[Any, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Jump(Node):
    """`break` or `continue`."""

    word: str


@dataclass(frozen=True, slots=True)
class Inclusion(Node):
    """`template`: another template of the same text."""

    name: str
    quoted: str
    pipe: Pipe | None

    def __str__(self) -> str:
        return "{{template " + self.quoted + (f" {self.pipe}" if self.pipe else "") + "}}"
