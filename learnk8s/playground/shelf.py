"""Copies of worlds along their way in files, for other processes and for this one after it was started anew: a cache that may be lost at any time.

Theory. `trail.py` keeps copies in memory, which nobody else has. A process also puts one on the shelf whenever much work was done since its last one. Most of a world's
life is a log (causes, events) that only grows at its end: it is written in blocks, each block once, and a copy names the blocks that it is made of. A process writes to files of
its own and reads everybody's, so nobody waits for anybody. A copy holds for the code that made it, and for the input after which it was made.
"""

import json
import secrets
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path
from shutil import rmtree
from threading import Lock
from typing import Any, NamedTuple

from django.conf import settings

from learnk8s.playground.models import Entry, Sandbox
from learnk8s.simulation import worlds
from learnk8s.simulation.kernel.world import World

SANDBOX_BYTES_MAX, SHELF_BYTES_MAX = 24 * 2**20, 512 * 2**20
WRITERS_MAX, BIRTHS_A_BLOCK = 64, 256
Place = tuple[int, int]
"""Where bytes stand in a file: offset and length."""


class Shelved(NamedTuple):
    """A copy of a world after an input (`entry` is its key, `said` a digest of it) at a virtual moment, and where it stands."""

    file: str
    ordinal: int
    entry: int
    said: str
    at_ms: int
    place: Place


def said(entry: Entry | None) -> str:
    """Return a digest of an input: keys alone may be given out again."""
    return blake2b(f"{entry.at_ms} {entry.kind} {entry.input}".encode(), digest_size=8).hexdigest() if entry else ""


class _Writer:
    """This process's file of one sandbox, and what stands in it already."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / f"{secrets.token_hex(8)}.heap"
        self.size = 0
        self._places: dict[bytes, Place] = {}
        self._events: dict[int, tuple[list[list[Any]], Place]] = {}

    def keep(self, ordinal: int, entry: Entry | None, world: World) -> None:
        """Append a copy of a world and the line that tells where it is."""
        added: list[bytes] = []
        if hasattr(world, "packed"):
            state, blocks, events = world.packed()
            places = [self._once(block, added) for block in blocks]
            rows = self._event_places(events, added)
        else:
            state, places, rows = world.dump().decode(), [], []
        place = self._put(_packed([state, places, rows]), added)
        with self.file.open("ab") as heap:
            heap.write(b"".join(added))
        line = json.dumps([ordinal, entry.pk if entry else 0, said(entry), world.now_ms, place], separators=(",", ":"))
        with self.file.with_suffix(".marks").open("a", encoding="utf-8") as marks:
            marks.write(line + "\n")

    def _put(self, data: bytes, added: list[bytes]) -> Place:
        added.append(data)
        self.size += len(data)
        return (self.size - len(data), len(data))

    def _once(self, data: bytes, added: list[bytes]) -> Place:
        place = self._places.get(data)
        if place is None:
            place = self._places[data] = self._put(data, added)
        return place

    def _event_places(self, events: list[list[Any]], added: list[bytes]) -> list[Place]:
        """Write the blocks of events in which something changed. An event's place is its birth, so most blocks stay as they are."""
        groups: dict[int, list[list[Any]]] = {}
        for row in events:
            groups.setdefault(row[7] // BIRTHS_A_BLOCK, []).append(row)
        kept = {}
        for number, rows in groups.items():
            known = self._events.get(number)
            kept[number] = known if known is not None and known[0] == rows else (rows, self._put(_packed(rows), added))
        self._events = kept
        return [place for _rows, place in kept.values()]


_writers: OrderedDict[str, _Writer] = OrderedDict()
_lock = Lock()
"""Two threads may look back in one sandbox: what one writes must stand where it says."""


def keep(sandbox: Sandbox, ordinal: int, entry: Entry | None, world: World) -> None:
    """Put a copy of a world on the shelf. Files that cannot be written are no misfortune."""
    if not settings.PLAYGROUND_SHELF:
        return
    with _lock:
        try:
            _writer(sandbox.id).keep(ordinal, entry, world)
        except OSError:
            _writers.pop(sandbox.id, None)


def _writer(sandbox_id: str) -> _Writer:
    writer, folder = _writers.get(sandbox_id), _folder(sandbox_id)
    if writer is None or not writer.file.parent.exists() or writer.size > SANDBOX_BYTES_MAX // 2:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make_room(folder)
        writer = _writers[sandbox_id] = _Writer(folder)
    _writers.move_to_end(sandbox_id)
    while len(_writers) > WRITERS_MAX:
        _writers.popitem(last=False)
    return writer


def best(sandbox: Sandbox, ordinal: int, until_ms: int) -> Shelved | None:
    """Return the last copy that is not beyond an input and a moment, and whose input is still one of the sandbox's."""
    if not settings.PLAYGROUND_SHELF:
        return None
    found = [mark for mark in _marks(_folder(sandbox.id)) if mark.ordinal <= ordinal and mark.at_ms <= until_ms]
    return next((mark for mark in sorted(found, key=lambda mark: (mark.ordinal, mark.at_ms), reverse=True) if _is_true(mark, sandbox)), None)


def world_of(sandbox: Sandbox, mark: Shelved) -> World | None:
    """Return a world of one's own in the state of a copy; None if its file is gone."""
    try:
        with (_folder(sandbox.id) / mark.file).open("rb") as heap:

            def read(place: Sequence[int]) -> bytes:
                heap.seek(place[0])
                return heap.read(place[1])

            state, places, rows = json.loads(zlib.decompress(read(mark.place)))
            if isinstance(state, str):
                return worlds.load(sandbox.world, state.encode())
            blocks = [read(place) for place in places]
            events = [row for place in rows for row in json.loads(zlib.decompress(read(place)))]
    except (OSError, ValueError, zlib.error):
        return None
    return worlds.unpacked(sandbox.world, state, blocks, events)


def forget(sandbox_id: str) -> None:
    """Take all copies of a sandbox off the shelf."""
    with _lock:
        _writers.pop(sandbox_id, None)
    if settings.PLAYGROUND_SHELF:
        rmtree(_folder(sandbox_id), ignore_errors=True)


# Inside


def _packed(data: Any) -> bytes:
    return zlib.compress(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(), 1)


def _marks(folder: Path) -> list[Shelved]:
    marks = []
    for path in sorted(folder.glob("*.marks")):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError:
            continue
        for line in lines:
            try:
                marks.append(Shelved(path.with_suffix(".heap").name, *json.loads(line)))
            except (ValueError, TypeError):
                continue  # a line that is being written
    return marks


def _is_true(mark: Shelved, sandbox: Sandbox) -> bool:
    """Say whether a copy fits the journal: inputs may have been taken back since, or another put in before its moment."""
    around = {entry.ordinal: entry for entry in sandbox.entries.filter(ordinal__in=(mark.ordinal, mark.ordinal + 1))}
    own, following = around.get(mark.ordinal), around.get(mark.ordinal + 1)
    return (own.pk if own else 0) == mark.entry and said(own) == mark.said and (following is None or following.at_ms >= mark.at_ms)


def _folder(sandbox_id: str) -> Path:
    return Path(settings.PLAYGROUND_SHELF) / _code() / sandbox_id


@cache
def _code() -> str:
    """Return a digest of the code of the worlds: another release does not load what this one wrote."""
    root = Path(worlds.__file__).parent
    stamps = sorted((str(path.relative_to(root)), path.stat().st_mtime_ns, path.stat().st_size) for path in root.rglob("*") if path.suffix in (".py", ".json", ".yaml"))
    return blake2b(repr(stamps).encode(), digest_size=8).hexdigest()


def _make_room(folder: Path) -> None:
    """Take away what was used longest ago: of this sandbox all but the newest file, of the shelf whole sandboxes."""
    heaps = sorted(folder.glob("*.heap"), key=lambda path: path.stat().st_mtime)
    for path in heaps[:-1] if sum(path.stat().st_size for path in heaps) > SANDBOX_BYTES_MAX // 2 else ():
        path.unlink(missing_ok=True)
        path.with_suffix(".marks").unlink(missing_ok=True)
    sizes = [(max((path.stat().st_mtime for path in other.iterdir()), default=0.0), sum(path.stat().st_size for path in other.iterdir()), other) for other in folder.parent.parent.glob("*/*") if other.is_dir() and other != folder]
    total = sum(size for _used, size, _other in sizes)
    for _used, size, other in sorted(sizes, key=lambda entry: entry[0]):
        if total <= SHELF_BYTES_MAX:
            break
        rmtree(other, ignore_errors=True)
        total -= size
