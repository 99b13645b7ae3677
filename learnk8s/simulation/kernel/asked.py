"""What goals ask of a world of machines beyond its state: what happened in it, what its logs say, who answers whom, what it will be. Everything is tried in a copy, so that checking changes nothing."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from learnk8s.simulation.kernel.goals import BadGoal

if TYPE_CHECKING:
    from learnk8s.simulation.kernel.causes import Cause, Causes

PATIENCE_MS = 10_000
STEPS_MAX, EVENTS_MAX = 3_000, 5_000
UNSAFE = frozenset(" '\"\n;|&$`<>\\()")


class Event(NamedTuple):
    """Something that happened to a thing; `text` is its English sentence."""

    at_ms: int
    reason: str
    ref: str
    text: str


class Asked:
    """What a world of machines answers to checks. A world says how it is copied, and overrides what its machines can tell."""

    if TYPE_CHECKING:

        @property
        def now_ms(self) -> int: ...

        def next_due_ms(self) -> int | None: ...

        def advance(self, until_ms: int) -> None: ...

        def dump(self) -> bytes: ...

        @classmethod
        def load(cls, dump: bytes) -> Self: ...

        @property
        def reasons(self) -> Causes: ...

        def linked(self, cause: Cause) -> dict[str, Any]: ...

    def copied(self) -> Self:
        """Return a world of its own in the same state."""
        return type(self).load(self.dump())

    def events(self) -> list[Event]:
        """Return what happened to things, newest first, as far as it is kept; not what was typed or pressed."""
        links = (self.linked(cause) for cause in self.reasons.latest(EVENTS_MAX) if not cause.key.startswith(("input.", "scenario.")))
        return [Event(link["at_ms"], link["key"], link["ref"], link["text_en"]) for link in links]

    def log_of(self, ref: str) -> str:
        """Return what a thing has printed, "" if it has no log."""
        return ""

    def answers(self, source: str, url: str) -> bool:
        """Say whether a URL answers to a thing, or ("") to the terminal."""
        return False

    def requests(self) -> Sequence[tuple[str, str]]:
        """Return who might ask whom: pairs of a thing ("" is the terminal) and an address."""
        return ()

    def refs(self) -> Sequence[str]:
        """Return the references of everything that a goal may be about."""
        return ()

    def ahead(self, seconds: int) -> Iterator[Self]:
        """Yield what the world will be, if nobody touches it, after each thing that happens and at the end."""
        world = self.copied()
        end_ms = world.now_ms + seconds * 1_000
        for _moment in moments(world, end_ms):
            yield world
        world.advance(end_ms)
        yield world

    def typed(self, line: str) -> str:
        """Return what the terminal would print for a line within PATIENCE_MS."""
        return printed(self.copied(), line, PATIENCE_MS)


def moments(world: Any, end_ms: int) -> Iterator[int]:
    """Let a world go on from one thing that happens to the next, up to a moment, and yield each one's time."""
    for _step in range(STEPS_MAX):
        due_ms = world.next_due_ms()
        if due_ms is None or due_ms > end_ms:
            return
        world.advance(due_ms)
        yield due_ms


def printed(world: Any, line: str, patience_ms: int) -> str:
    """Type a line into a world, where its terminal began, and return what is printed until it ends, or until patience does."""
    world.shell.to_desk()
    output = str(world.execute(line).output)
    end_ms = world.now_ms + patience_ms
    while world.shell.running and (due_ms := world.next_due_ms()) is not None and due_ms <= end_ms:
        world.advance(due_ms)
        output = str(world.output_since(0)[0])
    return output


def place_of(url: str) -> tuple[str, int]:
    """Return host and port of an address. Raises BadGoal.

    >>> place_of("http://web:8080/x"), place_of("db")
    (('web', 8080), ('db', 80))
    """
    if UNSAFE & set(url):
        raise BadGoal(f"this is no URL: {url!r}")
    host, _colon, port = url.partition("://")[2 if "://" in url else 0].partition("/")[0].partition(":")
    return host, int(port) if port.isdecimal() and len(port) < 6 else 80
