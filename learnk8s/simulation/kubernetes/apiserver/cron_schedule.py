"""Cron schedules: five fields with ranges, lists, steps and names, the macros, and `@every`. Models github.com/robfig/cron/v3 (parser.go, spec.go)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

MACROS = {"@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *"}
MONTHS = {name: number for number, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}
DAYS = {name: number for number, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))}
BOUNDS: tuple[tuple[int, int, dict[str, int]], ...] = ((0, 59, {}), (0, 23, {}), (1, 31, {}), (1, 12, MONTHS), (0, 6, DAYS))
YEARS_MAX = 5
EVERY = re.compile(r"^@every\s+((?:\d+(?:h|m|s))+)$")


class BadSchedule(ValueError):
    """The schedule cannot be read; the message is that of the real parser."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When something is due: sets of minutes, hours, days, months and week days, or a period."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool
    every_s: int = 0

    def after(self, moment: datetime, zone: tzinfo = UTC) -> datetime | None:
        """Return the next due moment after one, in UTC, or None if there is none within five years."""
        if self.every_s:
            return moment + timedelta(seconds=self.every_s)
        here = moment.astimezone(zone).replace(second=0, microsecond=0) + timedelta(minutes=1)
        last = here.year + YEARS_MAX
        while here.year <= last:
            if here.month not in self.months:
                here = (here.replace(day=1, hour=0, minute=0) + timedelta(days=32)).replace(day=1)
            elif not self._fits_day(here):
                here = (here + timedelta(days=1)).replace(hour=0, minute=0)
            elif here.hour not in self.hours:
                here = here.replace(minute=0) + timedelta(hours=1)
            elif here.minute not in self.minutes:
                later = [minute for minute in self.minutes if minute > here.minute]
                here = here.replace(minute=min(later)) if later else here.replace(minute=0) + timedelta(hours=1)
            else:
                return here.astimezone(UTC)
        return None

    def _fits_day(self, here: datetime) -> bool:
        day, weekday = here.day in self.days, here.isoweekday() % 7 in self.weekdays
        return day and weekday if self.any_day or self.any_weekday else day or weekday


@lru_cache(maxsize=256)
def parsed(text: str) -> Schedule:
    """Return a schedule. Raises BadSchedule.

    >>> parsed("*/5 * * * *").after(datetime(2026, 5, 4, 9, 1, tzinfo=UTC)).minute
    5
    """
    every = EVERY.match(text)
    if every:
        seconds = sum(int(number) * {"h": 3600, "m": 60, "s": 1}[unit] for number, unit in re.findall(r"(\d+)(h|m|s)", every[1]))
        return Schedule(*(frozenset(),) * 5, True, True, max(seconds, 1))
    if text.startswith("@") and text not in MACROS:
        raise BadSchedule(f"unrecognized descriptor: {text}")
    fields = MACROS.get(text, text).split()
    if len(fields) != 5:
        raise BadSchedule(f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]")
    sets = [_field(word, *bounds) for word, bounds in zip(fields, BOUNDS, strict=True)]
    return Schedule(sets[0], sets[1], sets[2], sets[3], sets[4], fields[2][0] in "*?", fields[4][0] in "*?")


def _field(word: str, least: int, most: int, names: dict[str, int]) -> frozenset[int]:
    found: set[int] = set()
    for part in word.split(","):
        span, slash, step = part.partition("/")
        low, dash, high = span.partition("-")
        if low in ("*", "?"):
            start, end = least, most
        else:
            start = _number(low, names)
            end = _number(high, names) if dash else (most if slash else start)
        size = _number(step, {}) if slash else 1
        if start < least:
            raise BadSchedule(f"beginning of range ({start}) below minimum ({least}): {part}")
        if end > most:
            raise BadSchedule(f"end of range ({end}) above maximum ({most}): {part}")
        if start > end:
            raise BadSchedule(f"beginning of range ({start}) beyond end of range ({end}): {part}")
        if size == 0:
            raise BadSchedule(f"step of range should be a positive number: {part}")
        found.update(range(start, end + 1, size))
    return frozenset(found)


def _number(word: str, names: dict[str, int]) -> int:
    if word.lower() in names:
        return names[word.lower()]
    if not word.isdigit():
        raise BadSchedule(f'failed to parse int from {word}: strconv.Atoi: parsing "{word}": invalid syntax')
    return int(word)
