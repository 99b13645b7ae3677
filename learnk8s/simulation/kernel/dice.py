"""Chance without surprise: every draw is a function of the seed, a name and a count.

Two kinds of draw: `roll` counts per stream (its counters are part of the world's state), `draw` is a pure function of
its words (a pod's pull time depends on the pod's uid, not on what was drawn before).
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")
ALPHANUMERIC = "bcdfghjklmnpqrstvwxz2456789"
"""Kubernetes' alphabet of random suffixes. Models apimachinery/pkg/util/rand (1.36)."""


class Dice:
    """Named streams of numbers that depend on one seed."""

    __slots__ = ("_counts", "_key", "seed")

    def __init__(self, seed: int, counts: dict[str, int] | None = None) -> None:
        self.seed = seed
        self._key = seed.to_bytes(8, "big", signed=True)
        self._counts = dict(counts or {})

    def draw(self, *words: str | int) -> int:
        """Return 64 bits that depend only on the seed and the words."""
        text = "\x1f".join(map(str, words)).encode()
        return int.from_bytes(blake2b(text, digest_size=8, key=self._key).digest(), "big")

    def between(self, low: int, high: int, *words: str | int) -> int:
        """Return an integer from low to high, both included, that depends only on the words."""
        return low + self.draw(*words) % (high - low + 1)

    def roll(self, stream: str) -> int:
        """Return the next 64 bits of a stream."""
        count = self._counts.get(stream, 0)
        self._counts[stream] = count + 1
        return self.draw(stream, count)

    def pick(self, stream: str, choices: Sequence[T]) -> T:
        """Return one of the choices."""
        return choices[self.roll(stream) % len(choices)]

    def suffix(self, stream: str, length: int = 5) -> str:
        """Return a random name ending as Kubernetes makes them, such as `x7k2p`."""
        return self._spelled(self.roll(stream), length)

    def word(self, *words: str, length: int = 5) -> str:
        """Return such an ending that depends only on the words."""
        return self._spelled(self.draw(*words), length)

    @staticmethod
    def _spelled(number: int, length: int) -> str:
        letters = []
        for _ in range(length):
            number, index = divmod(number, len(ALPHANUMERIC))
            letters.append(ALPHANUMERIC[index])
        return "".join(letters)

    def uid(self, stream: str) -> str:
        """Return a version 4 UUID as text."""
        high, low = self.roll(stream), self.draw(stream, "low", self._counts[stream])
        text = f"{high:016x}{low:016x}"
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{'89ab'[high & 3]}{text[17:20]}-{text[20:]}"

    def dump(self) -> dict[str, int]:
        """Return the stream counters, which with the seed are the whole state."""
        return dict(self._counts)
