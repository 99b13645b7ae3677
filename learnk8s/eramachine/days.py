"""Days that were lived through, kept for a while: the same day is the same for everybody."""

from threading import Lock

from django.core.cache import cache

from learnk8s.simulation.eramachine.day import Day
from learnk8s.simulation.eramachine.eras import ERAS
from learnk8s.simulation.eramachine.living import Lived, lived
from learnk8s.simulation.worlds import ENGINE_VERSION

KEPT_S = 24 * 3600
WAIT_S = 8
_one_at_a_time = Lock()


class Busy(Exception):
    """Other days are being lived through at this moment."""


def day_in_all_eras(day: Day) -> list[Lived]:
    """Return what a day brings in every era. Half a second of work if nobody asked before, so one process does one at a time. Raises Busy."""
    key = f"era-machine.{ENGINE_VERSION}.{'.'.join(str(value) for value in day.wishes().values())}"
    found = cache.get(key)
    if found is not None:
        return found
    if not _one_at_a_time.acquire(timeout=WAIT_S):
        raise Busy
    try:
        found = cache.get(key)
        if found is None:
            found = [lived(era, day) for era in ERAS]
            cache.set(key, found, KEPT_S)
    finally:
        _one_at_a_time.release()
    return found
