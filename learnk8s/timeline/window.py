"""The years of the story that are looked at, and the steps from there: closer, further, earlier, later.

The whole story has no window: its ruler is shortened before 1998, that of a window is even.
"""

import re
from dataclasses import dataclass

from learnk8s.timeline.milestones import Milestone, milestones

SPANS = (20, 10, 5, 2)
"""How many years a step closer shows."""
WRITTEN = re.compile(r"(\d{4})-(\d{4})")


@dataclass(frozen=True, slots=True)
class Window:
    """The years from `first` to `last`, both whole.

    >>> window_of("2006-2015").closer.text, window_of("2006-2015").later.text
    ('2008-2012', '2011-2020')
    """

    first: int
    last: int

    def __contains__(self, item: Milestone) -> bool:
        return self.first <= item.year <= self.last

    @property
    def text(self) -> str:
        """Return it as it stands in an address."""
        return f"{self.first}-{self.last}"

    @property
    def years(self) -> int:
        """Return how many years it shows."""
        return self.last - self.first + 1

    @property
    def knots(self) -> tuple[tuple[float, float], ...]:
        """Return its ruler, for drawing.place."""
        return ((float(self.first), 0.0), (self.last + 1.0, 1.0))

    @property
    def closer(self) -> "Window":
        """Return the middle of it, or itself if it cannot be seen any closer."""
        return around((self.first + self.last) // 2, self) if self.years > SPANS[-1] else self

    @property
    def further(self) -> "Window | None":
        """Return what lies around it too, or None for the whole story."""
        span = next((span for span in reversed(SPANS) if span > self.years), None)
        return _fitted((self.first + self.last + 1) // 2, span) if span else None

    @property
    def earlier(self) -> "Window | None":
        """Return the same stretch half a window before; None at the beginning of the story."""
        return self._moved(-1) if self.first > ends()[0] else None

    @property
    def later(self) -> "Window | None":
        """Return the same stretch half a window after; None at the end of the story."""
        return self._moved(1) if self.last < ends()[1] else None

    def _moved(self, sign: int) -> "Window":
        step = sign * max(1, self.years // 2)
        step = max(step, ends()[0] - self.first) if sign < 0 else min(step, ends()[1] - self.last)
        return Window(self.first + step, self.last + step)


def ends() -> tuple[int, int]:
    """Return the years of the first and the last milestone."""
    return milestones()[0].year, milestones()[-1].year


def around(year: int, window: Window | None) -> Window:
    """Return what one sees on going a step closer at a year: from the whole story at once a few years, for most of it is empty.

    >>> around(2013, None).text, around(2013, Window(2011, 2015)).text, around(2026, None).text
    ('2011-2015', '2013-2014', '2022-2026')
    """
    span = next((span for span in SPANS if span < window.years), SPANS[-1]) if window else SPANS[-2]
    return _fitted(year, span)


def _fitted(year: int, span: int) -> Window:
    first, last = ends()
    begin = min(max(year - (span - 1) // 2, first), last - span + 1)
    return Window(begin, begin + span - 1)


def window_of(text: str) -> Window | None:
    """Return the window of an address; None for the whole story, and for what is no window of it.

    >>> window_of("2013-2011"), window_of("1200-9999"), window_of("soon")
    (None, None, None)
    """
    written = WRITTEN.fullmatch(text)
    if written is None:
        return None
    first, last = max(int(written[1]), ends()[0]), min(int(written[2]), ends()[1])
    return None if first > last or (first, last) == ends() else Window(first, last)


MIDDLE = 2012
"""Where the ruler of the whole story has its middle; a step closer from there shows the years around it."""


def steps(window: Window | None) -> dict[str, Window | None]:
    """Return where the four steps lead. A step that leads nowhere leads to where one is."""
    if window is None:
        return {"closer": _fitted(MIDDLE, SPANS[0]), "further": None, "earlier": None, "later": None}
    return {"closer": window.closer, "further": window.further, "earlier": window.earlier or window, "later": window.later or window}
