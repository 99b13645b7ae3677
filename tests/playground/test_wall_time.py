"""What real clients see of a sandbox's time while its clock runs faster than theirs."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from learnk8s.playground import wall_time

START = datetime(2026, 11, 1, tzinfo=UTC)


def sandbox(name: str, speed: int, jump_s: int = 0) -> Any:
    found = SimpleNamespace(id=name, speed_milli=speed * 1000, is_paused=False, anchor_at=START, anchor_ms=0, lease_until=START + timedelta(hours=1))
    found.virtual_ms = lambda now: int((now - START).total_seconds() * 1000 * speed) + jump_s * 1000
    return found


@pytest.mark.parametrize(
    ("after_s", "jump_s", "is_compared", "same"),
    [pytest.param(0.05, 0, False, True, id="at once"), pytest.param(0.5, 0, False, False, id="later"), pytest.param(0.05, 600, False, False, id="after a jump"), pytest.param(0.5, 0, True, True, id="a dry run")],
)
def test_answers_of_one_moment_show_the_same_times(monkeypatch: pytest.MonkeyPatch, after_s: float, jump_s: int, is_compared: bool, same: bool) -> None:
    name = f"{after_s} {jump_s} {is_compared}"
    moments = iter((START + timedelta(seconds=10), START + timedelta(seconds=10 + after_s)))
    monkeypatch.setattr(wall_time.timezone, "now", lambda: next(moments))
    first = wall_time.wall_shift_s(sandbox(name, 20))
    assert (wall_time.wall_shift_s(sandbox(name, 20, jump_s), is_compared=is_compared) == first) is same
