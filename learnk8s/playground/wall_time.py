"""Virtual moments as a real client should see them: it works out ages by its own clock.

Inside a sandbox it is always a Monday in May; at the door every moment is moved so that the sandbox's now is the client's now, and back on the way in.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import ceil

from django.utils import timezone

from learnk8s.playground.models import Sandbox
from learnk8s.simulation.kernel.agenda import EPOCH

MOMENT = re.compile(rb'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z"')
LONG_AGO = b"2000"
EARLY_S = 0.5
"""Moments are shown this much and up to a second later than they were: they are whole seconds of the sandbox already, so what has just happened is "0s" ago, not "2s", and clients take up to 2 s of future for clocks that differ."""


DRIFT_S = 1.5
"""By so much the two clocks may have gone apart since the last answer for the next one to show moments as that did: what one command asks at once agrees, as `kubectl diff` needs it."""
COMPARED_S = 5
REMEMBERED_MAX = 1_000
_last: dict[str, tuple[datetime, int]] = {}


def wall_shift_s(sandbox: Sandbox, *, is_compared: bool = False) -> int:
    """Return how many seconds the client's clock is ahead of the sandbox's: the same for every answer while the clock runs as fast as the client's, else for the answers of a moment.

    An answer that is only compared with the one before, as a dry run's is, shows moments as that did; so does one that shows none, and leaves it at that.
    """
    now = timezone.now()
    if sandbox.speed_milli == 1000 and not sandbox.is_paused and now < sandbox.lease_until:
        return ceil((sandbox.anchor_at - EPOCH - timedelta(milliseconds=sandbox.anchor_ms)).total_seconds() + EARLY_S)
    ahead_s = ceil((now - EPOCH - timedelta(milliseconds=sandbox.virtual_ms(now))).total_seconds() + EARLY_S)
    apart = 1.0 if sandbox.is_paused else max(abs(sandbox.speed_milli - 1000) / 1000, 1.0)
    if len(_last) >= REMEMBERED_MAX and sandbox.id not in _last:
        _last.clear()
    first, shift_s = _last.setdefault(sandbox.id, (now, ahead_s))
    if is_compared and now - first < timedelta(seconds=COMPARED_S):
        return shift_s
    if now - first < timedelta(seconds=DRIFT_S / apart) and abs(shift_s - ahead_s) <= ceil(DRIFT_S):
        return shift_s
    _last[sandbox.id] = (now, ahead_s)
    return ahead_s


def shifted(content: bytes, seconds: int) -> bytes:
    """Return a text with every JSON value that is a moment moved by so many seconds; those long before the sandbox's time are no clock's and stay.

    >>> shifted(b'{"at":"2026-05-04T09:00:00Z"}', 60)
    b'{"at":"2026-05-04T09:01:00Z"}'
    """
    if not seconds:
        return content
    return MOMENT.sub(lambda found: b'"' + _moved(found[1], seconds) + (found[2] or b"") + b'Z"', content)


@lru_cache(maxsize=4096)
def _moved(text: bytes, seconds: int) -> bytes:
    if text < LONG_AGO:
        return text
    try:
        moment = datetime.strptime(text.decode(), "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC) + timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        return text
    return moment.strftime("%Y-%m-%dT%H:%M:%S").encode()
