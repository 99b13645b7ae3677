"""Worlds kept in memory, and how one is made again from its inputs.

A live world belongs to (sandbox, number of inputs) and only moves forward. If it is not there, or is too far ahead, it is built from the nearest copy
(`trail.py`, `shelf.py`) or checkpoint and the entries after it. A process keeps a bounded number; each has a lock of its own.
"""

import json
import logging
import lzma
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock, RLock
from time import thread_time_ns

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from learnk8s.playground import shelf, trail
from learnk8s.playground.models import Checkpoint, Entry, Kind, Sandbox
from learnk8s.simulation import worlds
from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kernel.world import Answer, World

_log = logging.getLogger(__name__)
SLICES = 6
"""A long way forward is gone in so many parts, so that copies are kept on it too."""
SLICED_MS = 1_000


class _Slot:
    def __init__(self) -> None:
        self.lock = RLock()
        self.ordinal = -1
        self.world: World | None = None
        self.is_settling = False


_slots: OrderedDict[str, _Slot] = OrderedDict()
_slots_lock = Lock()


def _slot(sandbox_id: str) -> _Slot:
    with _slots_lock:
        slot = _slots.setdefault(sandbox_id, _Slot())
        _slots.move_to_end(sandbox_id)
        while len(_slots) > settings.PLAYGROUND_LIVE_WORLDS_MAX:
            _slots.popitem(last=False)
        return slot


@contextmanager
def live_world(sandbox: Sandbox, until_ms: int) -> Iterator[World]:
    """Give the sandbox's world, advanced to a virtual time. If the caller fails, the world is forgotten, so that no half-done input stays."""
    slot = _slot(sandbox.id)
    with slot.lock:
        until_ms = _until_now(slot, sandbox, until_ms)
        try:
            if slot.world is None or slot.ordinal != sandbox.head or slot.world.now_ms > until_ms:
                slot.world, slot.ordinal = rebuilt(sandbox, until_ms=until_ms), sandbox.head
            _advance(sandbox, slot.world, until_ms)
            since, before = thread_time_ns(), sandbox.head
            yield slot.world
            slot.ordinal = sandbox.head
            if slot.ordinal != before:  # a reader's work need not be done again to get back here, however long its answer took
                trail.trail_of(sandbox).worked(since, slot.world, sandbox, slot.ordinal)
        except BaseException:
            slot.world, slot.ordinal = None, -1
            raise


@contextmanager
def turn(sandbox: Sandbox) -> Iterator[None]:
    """Wait until nobody else moves the sandbox's world, and bring it up to now if that takes work.

    For writers, before their transaction: SQLite has one writer at a time, so nobody may wait for a world, or make one again, while holding the database.
    """
    slot = _slot(sandbox.id)
    with slot.lock:
        if slot.world is None or slot.ordinal != sandbox.head:
            with suppress(LimitExceeded), live_world(sandbox, sandbox.virtual_ms(timezone.now())):
                pass
        yield


def _until_now(slot: _Slot, sandbox: Sandbox, until_ms: int) -> int:
    """Return until when to go: who waited for the lock has an old row and an old moment in hand, for which nothing need be built again."""
    if slot.world is None or (slot.ordinal == sandbox.head and slot.world.now_ms <= until_ms) or not Sandbox.objects.filter(pk=sandbox.pk).exists():
        return until_ms
    was_settling = slot.is_settling
    sandbox.refresh_from_db()
    until_ms = max(until_ms, sandbox.virtual_ms(timezone.now()))
    if was_settling and slot.ordinal == sandbox.head + 1:
        sandbox.head, until_ms = slot.ordinal, max(until_ms, slot.world.now_ms)
    return until_ms


def entered(sandbox_id: str) -> None:
    """Say that the live world has taken an input which the database will hold in a moment: until then, a reader's row is one input behind."""
    slot = _slot(sandbox_id)
    slot.is_settling = True
    transaction.on_commit(lambda: setattr(slot, "is_settling", False))


@contextmanager
def held(sandbox_id: str) -> Iterator[World | None]:
    """Give the live world of a sandbox as it stands, or None, while nobody else moves it."""
    slot = _slot(sandbox_id)
    with slot.lock:
        yield slot.world


def forget_live(sandbox_id: str) -> None:
    """Drop the live world of a sandbox."""
    with _slots_lock:
        _slots.pop(sandbox_id, None)


def forget(sandbox_id: str) -> None:
    """Drop the live world of a sandbox and the way it came."""
    forget_live(sandbox_id)
    trail.forget(sandbox_id)
    shelf.forget(sandbox_id)


def go_back(sandbox: Sandbox, *, ordinal: int, at_ms: int) -> None:
    """Drop the live world of a sandbox, and of the way it came what lies beyond a point."""
    forget_live(sandbox.id)
    trail.trail_of(sandbox).drop_after(ordinal, at_ms)


def rebuilt(sandbox: Sandbox, *, until_ms: int, ordinal: int | None = None) -> World:
    """Return a world made from inputs: those up to an ordinal, or those up to a virtual time; not advanced beyond the last of them by more than a copy was."""
    entries = sandbox.entries.filter(at_ms__lte=until_ms)
    if ordinal is not None:
        entries = entries.filter(ordinal__lte=ordinal)
    last = entries.order_by("-ordinal").values_list("ordinal", flat=True).first() or 0
    checkpoint = sandbox.checkpoints.filter(ordinal__lte=last, at_ms__lte=until_ms).order_by("-ordinal").first()
    way = trail.trail_of(sandbox)
    mark, shelved = way.best(sandbox, last, until_ms), shelf.best(sandbox, last, until_ms)
    nearest = max((checkpoint.ordinal, checkpoint.at_ms) if checkpoint else (0, -1), (mark.ordinal, mark.at_ms) if mark else (0, -1))
    found = shelf.world_of(sandbox, shelved) if shelved is not None and (shelved.ordinal, shelved.at_ms) > nearest else None
    if shelved is not None and found is not None:
        world, start = found, shelved.ordinal
    elif mark is not None and mark.ordinal >= (checkpoint.ordinal if checkpoint else 0):
        world, start = mark.world(sandbox.world), mark.ordinal
    elif checkpoint is not None and (kept := _read(sandbox, checkpoint)) is not None:
        world, start = kept, checkpoint.ordinal
    else:
        world, start = worlds.create(sandbox.world, sandbox.scenario, sandbox.seed), 0
    way.work_ns = way.unshelved_ns = 0
    for entry in entries.filter(ordinal__gt=start).order_by("ordinal"):
        since = thread_time_ns()
        world.advance(max(entry.at_ms, world.now_ms))
        put_in(world, entry)
        way.worked(since, world, sandbox, entry.ordinal)
    return world


def _read(sandbox: Sandbox, checkpoint: Checkpoint) -> World | None:
    """Return the world of a checkpoint, or None for one that this release cannot read: the inputs are the truth."""
    try:
        return worlds.load(sandbox.world, lzma.decompress(bytes(checkpoint.dump)))
    except (LookupError, TypeError, ValueError, AttributeError, AssertionError, lzma.LZMAError):
        _log.warning("checkpoint %s of sandbox %s cannot be read; its world is made again from its inputs", checkpoint.pk, sandbox.pk, exc_info=True)
        return None


def _advance(sandbox: Sandbox, world: World, until_ms: int) -> None:
    way, start_ms = trail.trail_of(sandbox), world.now_ms
    step_ms = max((until_ms - start_ms) // SLICES, SLICED_MS)
    while world.now_ms < until_ms:
        since = thread_time_ns()
        world.advance(min(world.now_ms + step_ms, until_ms))
        way.worked(since, world, sandbox, sandbox.head)


def put_in(world: World, entry: Entry) -> Answer:
    """Give an input to a world."""
    if entry.kind == Kind.REQUEST:
        return Answer("", world.request(json.loads(entry.input)).code)  # type: ignore[attr-defined]  # only worlds with an API take requests
    if entry.kind == Kind.LINE:
        return world.execute(entry.input)
    if entry.kind == Kind.ACTION:
        return world.act(json.loads(entry.input))
    return world.interrupt()
