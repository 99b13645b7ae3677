"""What of a page changed: the page is made of pieces, and a look is answered with those that differ from what the browser has.

Theory. A version names what a browser shows: for each piece the fingerprint of what it was drawn from. The server remembers the versions that it
gave out last; for one that it does not know it sends everything. An answer has a bound in bytes: pieces beyond it keep their old fingerprint in the
new version, so that the next look sends them. It begins with the first of those, so that a piece that differs at every look keeps no other from coming.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock
from typing import Any

BYTES_MAX = 12_000
"""Pieces of one answer together; the clock and the frame around the pieces take a few kilobytes more."""
VERSIONS_MAX = 600
NEXT = ""
"""Under this name, which no piece has, a version keeps the piece with which the next answer begins."""
COME_AND_GO = ("node-", "service-", "host-", "box-")
"""Pieces whose names begin so are taken away when they are no longer drawn."""
VOLATILE = ("age_ms", "at_ms", "time")
TOLD = "said"
"""Under this piece's name a version keeps what a listener has heard (`listening.py`). It is no part of the version's name: two pages may look the same to people who have heard different things."""
Map = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of the page: the element's id, how it is put in place, what it is drawn from, and how it is drawn."""

    id: str
    seen: Any
    html: Callable[[], str]
    swap: str = "innerMorph"
    home: str = ""
    """The element to whose end a new piece is added; "" for one that is always there."""
    since: Callable[[Any], tuple[str, Any]] | None = None
    """For what is told, not drawn: from what was heard before (None: nothing) what there is to tell now ("" for nothing), and what is heard then."""

    def mark(self) -> Any:
        """Return what a version keeps of the piece for a browser that has just been given the whole page."""
        return self.since(None)[1] if self.since else digest(self.seen)


@dataclass(frozen=True, slots=True)
class Sent:
    """One piece as it is sent."""

    target: str
    swap: str
    html: str


def digest(value: Any) -> str:
    """Return a short text that differs when a drawing would differ, but for ages."""
    return blake2b(json.dumps(_plain(value), sort_keys=True, default=str).encode(), digest_size=6).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: item if type(item) in _ATOMS else _plain(item) for key, item in value.items() if key not in VOLATILE}
    return [item if type(item) in _ATOMS else _plain(item) for item in value] if isinstance(value, (list, tuple)) else value


_ATOMS = frozenset((str, int, bool, float, type(None)))
"""Most of what a scene is made of; told apart by their type alone, for a look asks this thousands of times."""


_versions: OrderedDict[str, Map] = OrderedDict()
_lock = Lock()


def remembered(sandbox_id: str, head: int, pieces: Map) -> str:
    """Remember a version and return its name."""
    name = f"{head}.{digest({piece: mark for piece, mark in pieces.items() if piece != TOLD})}"
    with _lock:
        _versions[f"{sandbox_id} {name}"] = pieces
        _versions.move_to_end(f"{sandbox_id} {name}")
        while len(_versions) > VERSIONS_MAX:
            _versions.popitem(last=False)
    return name


def known(sandbox_id: str, name: str) -> Map | None:
    """Return what a browser with this version shows, or None."""
    return _versions.get(f"{sandbox_id} {name}")


def changes(before: Map | None, pieces: Sequence[Piece], *, bytes_max: float = BYTES_MAX) -> tuple[list[Sent], Map, bool]:
    """Return what to send, what the browser then shows, and whether something is left for the next look. Without a version before, all is sent."""
    first = next((place for place, piece in enumerate(pieces) if before and piece.id == before.get(NEXT)), 0)
    sent: list[Sent] = []
    now: Map = {}
    size, left = 0, False
    for piece in [*pieces[first:], *pieces[:first]]:
        was = None if before is None else before.get(piece.id)
        text, mark = piece.since(was) if piece.since else ("", digest(piece.seen))
        if was == mark or (piece.since and not text):
            now[piece.id] = mark
            continue
        html = (text or piece.html()) if not left else ""
        if before is not None and (left or (sent and size + len(html.encode()) > bytes_max)):
            left = True
            now.setdefault(NEXT, piece.id)
            if was is not None:
                now[piece.id] = was
            continue
        size += len(html.encode())
        now[piece.id] = mark
        is_new = bool(piece.home) and before is not None and was is None
        sent.append(Sent(piece.home if is_new else piece.id, "beforeend" if is_new else piece.swap, html))
    ids = {piece.id for piece in pieces}
    sent.extend(Sent(name, "delete", "") for name in before or () if name not in ids and name.startswith(COME_AND_GO))
    return sent, now, left
