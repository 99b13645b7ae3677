"""What a day is compared by: one measure a drawing, one bar an era, all bars of a measure to one scale from zero."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from learnk8s.eramachine.words import amount
from learnk8s.simulation.eramachine.living import Lived
from learnk8s.web.spans import span

WIDTH = 100


@dataclass(frozen=True, slots=True)
class Cell:
    """One era's bar: its length in percent of the longest, and the figure in words."""

    era: str
    name: str
    width: float
    text: str
    is_best: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """One drawing."""

    key: str
    name: str
    note: str
    cells: list[Cell]


def measures(days: list[Lived], eras: list[tuple[str, str]], language: str) -> list[Measure]:
    """Return the measures of a day, with slug and name of each era, in the order in which the page asks: what customers felt, what people did, what it took."""
    def measure(key: str, name: str, note: str, values: Sequence[float], text: Callable[[float], str], *, most: float = 0, more_is_better: bool = False) -> Measure:
        longest = most or max(values) or 1
        best = max(values) if more_is_better else min(values)
        is_told = best != (min(values) if more_is_better else max(values))
        return Measure(key, name, note, [Cell(slug, era, round(value * WIDTH / longest, 1), text(value), is_told and value == best) for value, (slug, era) in zip(values, eras)])

    if not days:
        return []
    worst = _("the largest part of the requests that failed at once")
    return [
        measure("failed", _("Requests failed"), _("of all requests of the day"), [lived.failed * 100 / max(lived.served + lived.failed, 1) for lived in days], lambda value: f"{value:.1f}%"),
        measure("recover", _("Time to recover"), _("the longest that an accident made requests fail, the sale left out"), [lived.recovered_ms for lived in days], lambda value: span(int(value), language)),
        *(measure(f"blast-{accident}", name, worst, [_worst(lived, accident) for lived in days], lambda value: f"{value:.0f}%", most=100) for accident, name in (("leak", _("Blast radius of the leak")), ("bad-release", _("Blast radius of the bad release")), ("dead-machine", _("Blast radius of the dead machine"))) if any(_has(lived, accident) for lived in days)),
        measure("start", _("Time to start"), _("from the command to one more web server that answers"), [lived.start_ms for lived in days], lambda value: span(int(value), language)),
        measure("commands", _("Commands typed by people"), _("during the day, without setting up"), [lived.commands for lived in days], lambda value: f"{value:.0f}"),
        measure("cpu", _("CPU in use"), _("mean of the day"), [lived.cpu_percent for lived in days], lambda value: f"{value:.0f}%", most=100, more_is_better=True),
        measure("memory", _("Memory in use"), _("mean of the day"), [lived.memory_percent for lived in days], lambda value: f"{value:.0f}%", most=100, more_is_better=True),
        measure("machines", _("Machines"), _("most at any hour"), [max(hour.machines for hour in lived.hours) for lived in days], lambda value: f"{value:.0f}"),
        measure("cost", _("Cost of the day"), _("machines at list price, used or not; people are not counted"), [lived.cost_cents for lived in days], lambda value: f"${value / 100:.2f}"),
        measure("answered", _("Requests answered"), _("of the same customers"), [lived.served for lived in days], lambda value: amount(int(value), language), more_is_better=True),
    ]


def _has(lived: Lived, accident: str) -> bool:
    return any(harm.name == accident for harm in lived.harms)


def _worst(lived: Lived, accident: str) -> int:
    return next((harm.worst_percent for harm in lived.harms if harm.name == accident), 0)
