"""Copies of live worlds along their way, so that going back costs little: a cache in this process beside the checkpoints in the database.

Theory. A world is a pure function of its inputs and of time, so a copy taken after input number n at a virtual moment is right for as long as the inputs
up to n are the same. A copy is taken whenever as much work was done since the last one as a quick answer may repeat. A trail that grows
too long is thinned: every second copy goes. Only the sandboxes used last have one.
"""

import zlib
from bisect import insort
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from time import thread_time_ns
from typing import Any

from learnk8s.playground import shelf
from learnk8s.playground.models import Sandbox
from learnk8s.simulation import worlds
from learnk8s.simulation.kernel.world import World

WORK_BETWEEN_MS, WORK_BETWEEN_SHELVED_MS = 25, 50
MARKS_MAX, TRAILS_MAX = 128, 8


@dataclass(frozen=True, slots=True)
class Mark:
    """A copy of a world after an input (`entry` is its key, 0 before the first) at a virtual moment."""

    ordinal: int
    entry: int
    at_ms: int
    kept: Any

    def world(self, name: str) -> World:
        """Return a world of one's own in this state."""
        return worlds.load(name, zlib.decompress(self.kept)) if isinstance(self.kept, bytes) else self.kept.copied()  # type: ignore[no-any-return]  # whatever can be copied gives a world


def _kept(world: World) -> Any:
    copied = getattr(world, "copied", None)
    return copied() if copied else zlib.compress(world.dump(), 1)


class Trail:
    """The marks of one sandbox in the order of time, and how much work was done since the last."""

    def __init__(self) -> None:
        self.marks: list[Mark] = []
        self.work_ns = self.unshelved_ns = 0

    def worked(self, since_ns: int, world: World, sandbox: Sandbox, ordinal: int) -> None:
        """Count work that began at a moment of this thread's clock; keep a copy when it was enough."""
        spent_ns = thread_time_ns() - since_ns
        self.work_ns, self.unshelved_ns = self.work_ns + spent_ns, self.unshelved_ns + spent_ns
        if self.work_ns < WORK_BETWEEN_MS * 1_000_000:
            return
        self.work_ns = 0
        entry = sandbox.entries.filter(ordinal=ordinal).first()
        marks = [mark for mark in self.marks if (mark.ordinal, mark.at_ms) != (ordinal, world.now_ms)]
        insort(marks, Mark(ordinal, entry.pk if entry else 0, world.now_ms, _kept(world)), key=lambda mark: (mark.ordinal, mark.at_ms))
        if self.unshelved_ns >= WORK_BETWEEN_SHELVED_MS * 1_000_000:
            self.unshelved_ns = 0
            shelf.keep(sandbox, ordinal, entry, world)
        self.marks = marks[::2] if len(marks) > MARKS_MAX else marks

    def best(self, sandbox: Sandbox, ordinal: int, until_ms: int) -> Mark | None:
        """Return the last mark that is not beyond an input and a moment, and whose inputs are still those of the sandbox."""
        for mark in reversed(self.marks):
            if mark.ordinal <= ordinal and mark.at_ms <= until_ms and _is_true(mark, sandbox):
                return mark
        return None

    def drop_after(self, ordinal: int, at_ms: int) -> None:
        """Forget what lies beyond a point to which the sandbox went back."""
        self.marks = [mark for mark in self.marks if mark.ordinal <= ordinal and mark.at_ms <= at_ms]
        self.work_ns = self.unshelved_ns = 0


def _is_true(mark: Mark, sandbox: Sandbox) -> bool:
    """Say whether a mark fits the journal: another process may have taken inputs back, or put one in before the mark's moment."""
    around = {ordinal: (key, at_ms) for ordinal, key, at_ms in sandbox.entries.filter(ordinal__in=(mark.ordinal, mark.ordinal + 1)).values_list("ordinal", "pk", "at_ms")}
    return around.get(mark.ordinal, (0, 0))[0] == mark.entry and around.get(mark.ordinal + 1, (0, mark.at_ms))[1] >= mark.at_ms


_trails: OrderedDict[str, Trail] = OrderedDict()
_lock = Lock()


def trail_of(sandbox: Sandbox) -> Trail:
    """Return a sandbox's trail; those of the sandboxes used longest ago are given up."""
    with _lock:
        trail = _trails.setdefault(sandbox.id, Trail())
        _trails.move_to_end(sandbox.id)
        while len(_trails) > TRAILS_MAX:
            _trails.popitem(last=False)
        return trail


def forget(sandbox_id: str) -> None:
    """Give a sandbox's trail up, in memory; what lies on the shelf stays."""
    with _lock:
        _trails.pop(sandbox_id, None)
