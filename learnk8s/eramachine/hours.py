"""A strip of the picture in words: what every hour of an era's day brought, and which hours stand out."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from learnk8s.eramachine.words import amount, clock
from learnk8s.simulation.eramachine.day import HOUR_MS
from learnk8s.simulation.eramachine.living import Lived


@dataclass(frozen=True, slots=True)
class Row:
    """One hour: when it begins, and how many requests were answered in it and failed."""

    time: str
    served: str
    failed: str


def rows(lived: Lived, language: str) -> list[Row]:
    """Return the hours of a day, each as one bar of the strip."""
    return [Row(clock(number * HOUR_MS), amount(hour.served, language), amount(hour.failed, language)) for number, hour in enumerate(lived.hours)]


def gist(lived: Lived, language: str) -> str:
    """Say in sentences what one sees in a strip at a glance: its highest and its lowest bar, and where it is red."""
    totals = [hour.served + hour.failed for hour in lived.hours]
    high, low = max(totals), min(totals)
    shape = _("The fullest hour begins at %(high)s with %(most)s requests, the emptiest at %(low)s with %(least)s.") % {"high": _time(totals.index(high)), "most": amount(high, language), "low": _time(totals.index(low)), "least": amount(low, language)}
    failed = [hour.failed for hour in lived.hours]
    worst = max(failed)
    if not worst:
        return f"{shape} {_('None failed in any hour.')}"
    at = failed.index(worst)
    red = _("Requests failed in %(count)s of %(hours)s hours, most in the one that begins at %(time)s: %(failed)s, %(percent)s%% of its requests.")
    return f"{shape} {red % {'count': sum(map(bool, failed)), 'hours': len(failed), 'time': _time(at), 'failed': amount(worst, language), 'percent': f'{worst * 100 / totals[at]:.1f}'}}"


def _time(number: int) -> str:
    return clock(number * HOUR_MS)
