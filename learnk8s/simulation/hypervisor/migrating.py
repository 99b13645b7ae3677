"""Live migration by pre-copy: copy memory while the guest runs, copy again what it has written meanwhile, stop it for the small rest.

Models QEMU's precopy: it ends when the rest can be sent within the permitted downtime (300 ms unless told otherwise).
"""

from dataclasses import dataclass

DOWNTIME_MS = 300
ROUNDS_MAX = 100


@dataclass(frozen=True, slots=True)
class Round:
    """One pass over memory: what was sent and how long it took."""

    sent_mib: int
    took_ms: int


def dirtied_mib_per_s(millicores: int) -> int:
    """Return how fast a guest writes to its memory: an assumption, in proportion to its work.

    >>> dirtied_mib_per_s(15), dirtied_mib_per_s(1_000)
    (8, 205)
    """
    return 5 + millicores // 5


def next_round(left_mib: int, *, link_mib_per_s: int) -> Round:
    """Return the round that sends what is left."""
    return Round(left_mib, max(1, left_mib * 1_000 // link_mib_per_s))


def left_after(done: Round, *, dirtied_per_s: int, memory_mib: int) -> int:
    """Return what the guest has written during a round; no more than there is.

    >>> left_after(Round(1_000, 1_000), dirtied_per_s=50, memory_mib=2_048)
    50
    """
    return min(memory_mib, max(1, dirtied_per_s * done.took_ms // 1_000))


def may_stop(left_mib: int, *, link_mib_per_s: int, downtime_ms: int) -> bool:
    """Say whether the rest fits into the permitted downtime."""
    return left_mib * 1_000 // link_mib_per_s <= downtime_ms
