"""Virtual moments as a real client should see them: it works out ages by its own clock.

Inside a sandbox it is always a Monday in May; at the door every moment is moved so that the sandbox's now is the client's now, and back on the way in.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.utils import timezone

from learnk8s.playground.models import Sandbox
from learnk8s.simulation.kernel.agenda import EPOCH

MOMENT = re.compile(rb'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z"')
ROUND_S = 2
"""Shifts are kept to even seconds, so that two answers in a row agree although the clocks are read a moment apart."""


def wall_shift_s(sandbox: Sandbox) -> int:
    """Return how many seconds the client's clock is ahead of the sandbox's."""
    now = timezone.now()
    virtual = EPOCH + timedelta(milliseconds=sandbox.virtual_ms(now))
    return int((now - virtual).total_seconds()) // ROUND_S * ROUND_S


def shifted(content: bytes, seconds: int) -> bytes:
    """Return a text with every JSON value that is a moment moved by so many seconds.

    >>> shifted(b'{"at":"2026-05-04T09:00:00Z"}', 60)
    b'{"at":"2026-05-04T09:01:00Z"}'
    """
    if not seconds:
        return content
    return MOMENT.sub(lambda found: b'"' + _moved(found[1], seconds) + (found[2] or b"") + b'Z"', content)


@lru_cache(maxsize=4096)
def _moved(text: bytes, seconds: int) -> bytes:
    try:
        moment = datetime.strptime(text.decode(), "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC) + timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        return text
    return moment.strftime("%Y-%m-%dT%H:%M:%S").encode()
