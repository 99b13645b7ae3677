"""Who did what because of what: a growing list in which every entry points back to an earlier one.

A cause is never text. It is the actor, a message key with parameters, and the number of the cause before it; the
catalogue turns it into a sentence in Korean or English. The chain ends at an input or at the start of the scenario.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from learnk8s.simulation.kernel.limits import CAUSES_MAX

START = 0
"""The number of the first cause of every world: its scenario."""


class Cause(NamedTuple):
    """One link of a chain. `parameters` alternate name and value, to be small."""

    at_ms: int
    actor: str
    key: str
    parameters: tuple[str, ...]
    parent: int

    def named(self) -> dict[str, str]:
        """Return the parameters by name."""
        return dict(zip(self.parameters[::2], self.parameters[1::2], strict=True))


class Causes:
    """The list of causes, and the one under which something is being done right now."""

    __slots__ = ("_entries", "_first", "current")

    def __init__(self) -> None:
        self._entries: list[Cause] = []
        self._first = 0
        self.current = START

    def add(self, at_ms: int, actor: str, key: str, *parameters: str, parent: int | None = None) -> int:
        """Append a cause, make it the current one and return its number; the same again as just before is one cause."""
        entries = self._entries
        cause = Cause(at_ms, actor, key, parameters, self.current if parent is None else parent)
        if entries and entries[-1] == cause:
            self.current = self._first + len(entries) - 1
            return self.current
        if len(entries) >= CAUSES_MAX:
            del entries[: CAUSES_MAX // 10]
            self._first += CAUSES_MAX // 10
        entries.append(cause)
        self.current = self._first + len(entries) - 1
        return self.current

    def __getitem__(self, number: int) -> Cause | None:
        """Return a cause, or None if it is so old that it was dropped."""
        index = number - self._first
        return self._entries[index] if 0 <= index < len(self._entries) else None

    def latest(self, count: int) -> "list[Cause]":
        """Return the newest causes, newest first."""
        return self._entries[: -count - 1 : -1]

    def chain(self, number: int) -> Iterator[Cause]:
        """Yield a cause and all before it, newest first."""
        seen = -1
        while number != seen and (cause := self[number]) is not None:
            yield cause
            seen, number = number, cause.parent

    def dump(self) -> dict[str, Any]:
        """Return the list as JSON-able data."""
        return {"first": self._first, "current": self.current, "entries": [list(cause) for cause in self._entries]}

    @classmethod
    def load(cls, dumped: dict[str, Any]) -> "Causes":
        """Return the list that `dump` wrote down."""
        causes = cls()
        causes._first, causes.current = dumped["first"], dumped["current"]
        causes._entries = [Cause(at, actor, key, tuple(words), parent) for at, actor, key, words, parent in dumped["entries"]]
        return causes
