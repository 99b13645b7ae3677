"""The timeline where the screen is narrow: a strip for each era, on the ruler of the whole story, with a dot for each milestone.

A strip is stretched to the room that it has, and its dots are strokes of no length with round ends, so they stay round. Years are placed in percent.
"""

from dataclasses import dataclass
from functools import lru_cache

from learnk8s.timeline.drawing import KNOTS, WIDTH, moment_of, place
from learnk8s.timeline.milestones import ERAS, milestones
from learnk8s.timeline.window import Window

YEARS = (1967, 2007, 2015, 2026)
"""What fits below a strip of 180 pixels."""


@dataclass(frozen=True, slots=True)
class Strip:
    """One era: its line from first to last, and its dots, as paths."""

    line: str
    dots: str


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the ruler, in percent of its width, and which side of it the letters stand on."""

    year: int
    percent: float
    anchor: str


@lru_cache(maxsize=1)
def strips() -> dict[str, Strip]:
    """Return the strip of each era."""
    return {era: _strip([place(moment_of(item.date), KNOTS) for item in milestones() if item.era == era]) for era in ERAS}


def strips_of(window: Window, eras: tuple[str, ...] = ERAS) -> dict[str, Strip]:
    """Return the strips of the eras that have milestones in a window, on its own ruler."""
    found = {era: [place(moment_of(item.date), window.knots) for item in milestones() if item.era == era and item in window] for era in eras}
    return {era: _strip(places) for era, places in found.items() if places}


def years_of(window: Window) -> tuple[Year, Year]:
    """Return the first and the last year of a window, which stand at its ends.

    >>> [(year.year, year.anchor) for year in years_of(Window(2011, 2015))]
    [(2011, 'start'), (2015, 'end')]
    """
    return Year(window.first, 0.0, "start"), Year(window.last, 100.0, "end")


def _strip(places: list[float]) -> Strip:
    return Strip(f"M{min(places):.0f} 4H{max(places):.0f}", "".join(f"M{x:.0f} 4h0" for x in sorted(places)))


@lru_cache(maxsize=1)
def years() -> tuple[Year, ...]:
    """Return the years below the strips.

    >>> [(year.year, year.anchor) for year in years()][:2]
    [(1967, 'start'), (2007, 'middle')]
    """
    sides = {YEARS[0]: "start", YEARS[-1]: "end"}
    return tuple(Year(year, round(100 * place(float(year), KNOTS) / WIDTH, 1), sides.get(year, "middle")) for year in YEARS)
