"""Orders that depend on a seed and on nothing else."""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import TypeVar

Thing = TypeVar("Thing")


def seeded(things: Sequence[Thing], name: Callable[[Thing], str], seed: str) -> list[Thing]:
    """Return the things in the order of a seed, the same for the same seed everywhere.

    >>> sorted(seeded("abc", str, "1")) == list("abc"), seeded("abc", str, "1") == seeded("abc", str, "1")
    (True, True)
    """
    return sorted(things, key=lambda thing: blake2b(f"{seed}/{name(thing)}".encode(), digest_size=8).digest())


def draw(things: Sequence[Thing], name: Callable[[Thing], str], *, count: int, seed: str) -> list[Thing]:
    """Return some of the things, drawn by a seed."""
    return seeded(things, name, seed)[: max(count, 0)]
