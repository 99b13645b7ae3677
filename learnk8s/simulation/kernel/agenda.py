"""The virtual clock and the ordered list of what is due.

Time is an integer number of milliseconds since the world began. Tasks are data, never closures, so that a world can be
written down and read back: (due, ticket, component, task, arguments). Order is by due time, then by ticket,
which counts up: first planned, first done.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from heapq import heapify, heappop, heappush
from typing import Any, NamedTuple

EPOCH = datetime(2026, 5, 4, 9, 0, 0, tzinfo=UTC)
"""Where every world's clock starts: a Monday morning, after the release of Kubernetes 1.36 on 22 April 2026."""


CANCELLED_MAX = 16
"""Tasks that were taken back may lie about up to this number, and then up to half of all."""


class Task(NamedTuple):
    """Something due: `arguments` hold only what JSON can say."""

    due_ms: int
    ticket: int
    component: str
    name: str
    arguments: tuple[Any, ...]


@dataclass(slots=True)
class Clock:
    """Virtual time; only the world that owns it moves it."""

    now_ms: int = 0

    def timestamp(self, at_ms: int | None = None) -> str:
        """Return RFC 3339 text in whole seconds, as metav1.Time is written."""
        return _timestamp((self.now_ms if at_ms is None else at_ms) // 1000)

    def micro_timestamp(self, at_ms: int | None = None) -> str:
        """Return RFC 3339 text with microseconds, as metav1.MicroTime is written."""
        at_ms = self.now_ms if at_ms is None else at_ms
        return f"{_timestamp(at_ms // 1000)[:-1]}.{at_ms % 1000:03d}000Z"

    def moment(self, at_ms: int | None = None) -> datetime:
        """Return the calendar time of a moment."""
        return EPOCH + timedelta(milliseconds=self.now_ms if at_ms is None else at_ms)

    @staticmethod
    def since_epoch_ms(timestamp: str) -> int:
        """Return the virtual time of an RFC 3339 text."""
        return _since_epoch_ms(timestamp)


@lru_cache(maxsize=4096)
def _timestamp(seconds: int) -> str:
    return (EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=4096)
def _since_epoch_ms(timestamp: str) -> int:
    return (datetime.fromisoformat(timestamp) - EPOCH) // timedelta(milliseconds=1)


class Agenda:
    """What is due when, in a strict order."""

    __slots__ = ("_cancelled", "_heap", "_next_ticket")

    def __init__(self) -> None:
        self._heap: list[Task] = []
        self._cancelled: set[int] = set()
        self._next_ticket = 1

    def at(self, due_ms: int, component: str, name: str, *arguments: Any) -> int:
        """Plan a task and return its ticket, by which it can be cancelled."""
        ticket = self._next_ticket
        self._next_ticket = ticket + 1
        heappush(self._heap, Task(due_ms, ticket, component, name, arguments))
        return ticket

    def put_back(self, task: Task, due_ms: int) -> None:
        """Plan a task that was taken off again, for another moment, under its own ticket."""
        heappush(self._heap, task._replace(due_ms=due_ms))

    def cancel(self, ticket: int) -> None:
        """Take a planned task back; a ticket that has been done already must not be cancelled."""
        self._cancelled.add(ticket)
        if len(self._cancelled) > CANCELLED_MAX and len(self._cancelled) * 2 > len(self._heap):
            self._heap = [task for task in self._heap if task.ticket not in self._cancelled]
            heapify(self._heap)
            self._cancelled.clear()

    def next_due_ms(self) -> int | None:
        """Return when the next task is due, or None if nothing is."""
        heap = self._heap
        while heap and heap[0].ticket in self._cancelled:
            self._cancelled.discard(heappop(heap).ticket)
        return heap[0].due_ms if heap else None

    def pop(self) -> Task:
        """Remove and return the next task; there must be one."""
        self.next_due_ms()
        return heappop(self._heap)

    def __iter__(self) -> Iterator[Task]:
        return iter(sorted(task for task in self._heap if task.ticket not in self._cancelled))

    def copied(self) -> "Agenda":
        """Return an agenda of its own with the same tasks."""
        copy = Agenda()
        copy._heap, copy._cancelled, copy._next_ticket = list(self._heap), set(self._cancelled), self._next_ticket
        return copy

    def dump(self) -> dict[str, Any]:
        """Return the agenda as JSON-able data."""
        return {"next": self._next_ticket, "tasks": [list(task) for task in self]}

    @classmethod
    def load(cls, dumped: dict[str, Any]) -> "Agenda":
        """Return the agenda that `dump` wrote down."""
        agenda = cls()
        agenda._next_ticket = dumped["next"]
        agenda._heap = [Task(due, ticket, component, name, tuple(arguments)) for due, ticket, component, name, arguments in dumped["tasks"]]
        heapify(agenda._heap)
        return agenda
