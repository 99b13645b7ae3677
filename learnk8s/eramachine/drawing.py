"""The picture of a day: one ruler of 24 hours, above it the customers, below it a strip for each era in which every hour is a bar.

A bar's height is the hour's requests, the same scale in every strip; what failed is the filled part at its top. Pure geometry, in the units of the drawing.
"""

from dataclasses import dataclass

from learnk8s.simulation.eramachine.day import DAY_MS, HOUR_MS, Day
from learnk8s.simulation.eramachine.living import Lived
from learnk8s.simulation.workload.shop import DAY_STARTS_AT_HOUR

WIDTH, STRIP, GAP = 960, 64, 4
HOUR_WIDTH = WIDTH / 24


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour of a strip: where the answered and the failed part are."""

    x: float
    width: float
    served_y: float
    served_height: float
    failed_y: float
    failed_height: float


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened: where on the ruler, and its name."""

    x: float
    name: str
    at_ms: int


def bars(lived: Lived, most: int) -> list[Bar]:
    """Return a strip's bars; `most` is the largest hour of the day in requests."""
    found = []
    for number, hour in enumerate(lived.hours):
        served, failed = hour.served * STRIP / most, hour.failed * STRIP / most
        failed = max(failed, 1.5) if hour.failed else 0
        served = max(min(served, STRIP - failed), 0)
        found.append(Bar(round(number * HOUR_WIDTH + GAP / 2, 1), round(HOUR_WIDTH - GAP, 1), round(STRIP - served, 1), round(served, 1), round(STRIP - served - failed, 1), round(failed, 1)))
    return found


def marks(day: Day) -> list[Mark]:
    """Return where the accidents and the sale stand on the ruler."""
    events = day.accidents() + ([(day.sale_hour * HOUR_MS, "sale")] if day.sale_hour >= 0 else [])
    return [Mark(round(at_ms / HOUR_MS * HOUR_WIDTH, 1), name, at_ms) for at_ms, name in sorted(events)]


def hours() -> list[tuple[float, str]]:
    """Return the ruler's figures: every third hour of the day."""
    return [(round(number * HOUR_WIDTH, 1), f"{(DAY_STARTS_AT_HOUR + number) % 24:02d}:00") for number in range(0, 24, 3)]


def customers(day: Day) -> str:
    """Return the points of the curve of customers, as steps, for a polygon 48 high."""
    rates = [day.requests_per_second(hour * HOUR_MS) for hour in range(24)]
    most = max(rates)
    points = ["0,48"]
    for number, rate in enumerate(rates):
        y = round(48 - 46 * rate / most, 1)
        points += [f"{round(number * HOUR_WIDTH, 1)},{y}", f"{round((number + 1) * HOUR_WIDTH, 1)},{y}"]
    return " ".join([*points, f"{WIDTH},48"])


def most_requests(day: Day) -> int:
    """Return the requests of the day's fullest hour."""
    return max(day.requests_per_second(at_ms) for at_ms in range(0, DAY_MS, HOUR_MS)) * 3600
