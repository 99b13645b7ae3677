"""Dates in the visitor's own time zone: the browser says it in a cookie (static/js/elements/zone.js, for those who are or are about to be known); without one they are in UTC. The pages say which it is."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import lazy

ZONES_MAX = 700
"""Kept in memory; there are about 600."""


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=ZONES_MAX)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def zone_named(name: str) -> ZoneInfo | None:
    """Return a time zone of the system's list, None for any other name.

    >>> str(zone_named("Asia/Seoul")), zone_named("../../etc/passwd"), zone_named("")
    ('Asia/Seoul', None, None)
    """
    return _zone(name) if name in _names() else None


class VisitorsZone:
    """Lets everything that is shown and read have the time zone of the one who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the zone of the cookie."""
        zone = zone_named(request.COOKIES.get("zone", ""))
        if zone is None:
            return self._get_response(request)
        with timezone.override(zone):
            return self._get_response(request)


def _with_zone(label: Any) -> str:
    return f"{label} ({timezone.get_current_timezone_name()})"


in_zone = lazy(_with_zone, str)
"""Return a label with the time zone of the moment at which it is shown: "Due (Asia/Seoul)"."""
