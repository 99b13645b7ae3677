"""Who did what because of what: a growing list in which every entry points back to an earlier one.

A cause is never text. It is the actor, a message key with parameters, and the number of the cause before it; the
catalogue turns it into a sentence in Korean or English. The chain ends at an input or at the start of the scenario.

Most causes are never asked for, so all but the newest are packed away in blocks of compressed JSON; a block is opened when a chain leads into it.
"""

import json
import zlib
from collections.abc import Iterator
from sys import intern
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


BLOCK = 32
"""Causes packed together: between one and two blocks' worth lie open."""
OPENED_MAX = 4


class Causes:
    """The list of causes, and the one under which something is being done right now."""

    __slots__ = ("_blocks", "_first", "_opened", "_tail", "current")

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._tail: list[Cause] = []
        self._first = 0
        self._opened: dict[int, list[Cause]] = {}
        self.current = START

    def add(self, at_ms: int, actor: str, key: str, *parameters: str, parent: int | None = None) -> int:
        """Append a cause, make it the current one and return its number; the same again as just before is one cause."""
        tail = self._tail
        cause = Cause(at_ms, actor, key, parameters, self.current if parent is None else parent)
        if tail and tail[-1] == cause:
            self.current = self.next - 1
            return self.current
        tail.append(cause)
        self.current = self.next - 1
        if len(tail) >= 2 * BLOCK:
            self._pack()
        return self.current

    @property
    def first(self) -> int:
        """Return the number of the oldest cause that is kept."""
        return self._first

    @property
    def next(self) -> int:
        """Return the number that the next cause will have."""
        return self._first + len(self._blocks) * BLOCK + len(self._tail)

    def _pack(self) -> None:
        self._blocks.append(zlib.compress(json.dumps(self._tail[:BLOCK], separators=(",", ":")).encode(), 1))
        del self._tail[:BLOCK]
        if len(self._blocks) * BLOCK > CAUSES_MAX:
            dropped = CAUSES_MAX // 10 // BLOCK
            del self._blocks[:dropped]
            self._first += dropped * BLOCK
            self._opened.clear()

    def __getitem__(self, number: int) -> Cause | None:
        """Return a cause, or None if it is so old that it was dropped."""
        index = number - self._first
        packed = len(self._blocks) * BLOCK
        if index >= packed:
            return self._tail[index - packed] if index - packed < len(self._tail) else None
        return self._block(index // BLOCK)[index % BLOCK] if index >= 0 else None

    def _block(self, place: int) -> list[Cause]:
        found = self._opened.get(place)
        if found is None:
            while len(self._opened) >= OPENED_MAX:
                del self._opened[next(iter(self._opened))]
            found = self._opened[place] = [_read(row) for row in json.loads(zlib.decompress(self._blocks[place]))]
        return found

    def latest(self, count: int) -> "list[Cause]":
        """Return the newest causes, newest first."""
        found = self._tail[: -count - 1 : -1]
        for place in range(len(self._blocks) - 1, -1, -1):
            if len(found) >= count:
                break
            found.extend(reversed(self._block(place)))
        return found[:count]

    def chain(self, number: int) -> Iterator[Cause]:
        """Yield a cause and all before it, newest first."""
        seen = -1
        while number != seen and (cause := self[number]) is not None:
            yield cause
            seen, number = number, cause.parent

    def copied(self) -> "Causes":
        """Return a list of its own with the same causes; what is packed is shared."""
        copy = Causes()
        copy._blocks, copy._tail, copy._first, copy.current = list(self._blocks), list(self._tail), self._first, self.current
        return copy

    def packed(self) -> tuple[dict[str, Any], list[bytes]]:
        """Return what lies open as JSON-able data, and the blocks, which never change: `unpacked` takes both."""
        return {"first": self._first, "current": self.current, "tail": list(map(list, self._tail))}, list(self._blocks)

    @classmethod
    def unpacked(cls, dumped: dict[str, Any], blocks: list[bytes]) -> "Causes":
        """Return the list that `packed` wrote down."""
        causes = cls()
        causes._first, causes.current, causes._blocks, causes._tail = dumped["first"], dumped["current"], list(blocks), [_read(row) for row in dumped["tail"]]
        return causes

    def dump(self) -> dict[str, Any]:
        """Return the list as JSON-able data."""
        entries = [row for block in self._blocks for row in json.loads(zlib.decompress(block))]
        return {"first": self._first, "current": self.current, "entries": [*entries, *map(list, self._tail)]}

    @classmethod
    def load(cls, dumped: dict[str, Any]) -> "Causes":
        """Return the list that `dump` wrote down."""
        causes = cls()
        causes._first, causes.current = dumped["first"], dumped["current"]
        rows = dumped["entries"]
        packed = max(len(rows) // BLOCK - 1, 0) * BLOCK
        causes._blocks = [zlib.compress(json.dumps(rows[start : start + BLOCK], separators=(",", ":")).encode(), 1) for start in range(0, packed, BLOCK)]
        causes._tail = [_read(row) for row in rows[packed:]]
        return causes


def _read(row: list[Any]) -> Cause:
    at_ms, actor, key, words, parent = row
    return Cause(at_ms, intern(actor), intern(key), tuple(words), parent)
