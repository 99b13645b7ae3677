"""The pods that wait for the scheduler. Models pkg/scheduler/backend/queue (1.36).

Theory. A pod is in one of three places: *active* (decided on as soon as may be), *parked* (it fitted nowhere and waits for a change that could help), or
*backing off* (something changed, but its last attempt was too short ago: 1 s, doubling to 10 s). Parked pods whose hints ignored a change are
tried anyhow 300 s after their last attempt; if nothing at all changed, the answer would be the same.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from learnk8s.simulation.kubernetes.store.store import Key

BACKOFF_FIRST_MS, BACKOFF_MAX_MS = 1_000, 10_000
"""facts/numbers.yaml: pod-backoff."""
FLUSH_MS = 300_000
"""facts/numbers.yaml: unschedulable-flush."""


class Parked(NamedTuple):
    """A pod that fitted nowhere: when, until when it backs off, who refused it, and whether its flush is planned."""

    since_ms: int
    ready_ms: int
    plugins: tuple[str, ...]
    flush: bool = False


class Queue:
    """Where each waiting pod is; attempts are counted until a pod is placed or deleted."""

    def __init__(self) -> None:
        self.active: dict[Key, int] = {}
        self.backoff: dict[Key, tuple[int, int]] = {}
        self.parked: dict[Key, Parked] = {}
        self.attempts: dict[Key, int] = {}

    def forget(self, key: Key) -> None:
        """Drop a pod that is placed or gone."""
        self.leave(key)
        self.attempts.pop(key, None)

    def leave(self, key: Key) -> None:
        """Take a pod out of wherever it waits."""
        self.active.pop(key, None)
        self.backoff.pop(key, None)
        self.parked.pop(key, None)

    def park(self, key: Key, now_ms: int, plugins: tuple[str, ...]) -> None:
        """Put a pod away after an attempt that failed."""
        attempts = self.attempts[key] = self.attempts.get(key, 0) + 1
        self.parked[key] = Parked(now_ms, now_ms + backoff_ms(attempts), plugins)

    def dump(self) -> dict[str, Any]:
        """Return everything as JSON-able data."""
        return {"active": [[*key, cause] for key, cause in self.active.items()], "backoff": [[*key, *rest] for key, rest in self.backoff.items()],
                "parked": [[*key, *rest] for key, rest in self.parked.items()], "attempts": [[*key, count] for key, count in self.attempts.items()]}

    def load(self, dumped: Mapping[str, Any]) -> None:
        """Take back what `dump` returned."""
        self.active = {(namespace, name): cause for namespace, name, cause in dumped["active"]}
        self.backoff = {(namespace, name): (ready, cause) for namespace, name, ready, cause in dumped["backoff"]}
        self.parked = {(namespace, name): Parked(since, ready, tuple(plugins), flush) for namespace, name, since, ready, plugins, flush in dumped["parked"]}
        self.attempts = {(namespace, name): count for namespace, name, count in dumped["attempts"]}


def backoff_ms(attempts: int) -> int:
    """Return how long a pod backs off after so many attempts.

    >>> [backoff_ms(count) for count in (1, 2, 4, 5, 9)]
    [1000, 2000, 8000, 10000, 10000]
    """
    return min(BACKOFF_FIRST_MS << min(attempts - 1, 4), BACKOFF_MAX_MS)
