"""The timeline as one drawing: a lane for each era, a ruler in years, a mark for each milestone, and its title where there is room.

Pure functions of milestones. One unit is a pixel. Titles are placed greedily: oldest first, in the lowest row that is free; where none is, the mark stays
without a title, and the list below the drawing has it; a window on fewer years has room for more of them. A mark can be hit within BEAD units: what would lie closer to an earlier one hangs below it, on a string
from its place on the line, so that busy years are seen to be busy.
"""

from dataclasses import dataclass
from datetime import date

from learnk8s.timeline.milestones import ERAS, Milestone
from learnk8s.timeline.window import Window, around

WIDTH, LEFT, RIGHT, TOP, AXIS = 1200, 24, 24, 20, 34
ROW, PAD, GAP, BEAD = 19, 34, 20, 24
ROWS_ALL, ROWS_WINDOW, ROWS_ONE = 3, 6, 11
NAME_WIDTH = 150
TICKS_APART = 52
MONTHLY_YEARS = 5
"""A window of so few years has a ruler in quarters, and room for every title."""
LONELY_YEARS = 12
"""A first milestone so long before the second gets a shortened ruler, as the whole story does."""
KNOTS = ((1966.0, 0.0), (1998.0, 0.14), (2012.0, 0.5), (2027.0, 1.0))
"""The ruler of the whole story: years before 1998 are drawn shorter, since little happens in them. Its years stand on it."""
LATIN, HANGUL = 6.7, 12.4
"""How wide a letter is at the size of the titles, generously, because fonts differ from machine to machine."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One milestone: its place (and where its era's line is above it), and its title with the side that it stands on, or none."""

    milestone: Milestone
    x: float
    y: float
    line_y: float = 0.0
    label_x: float = 0.0
    label_y: float = 0.0
    anchor: str = "start"
    is_labelled: bool = False
    is_found: bool = True

    @property
    def depth(self) -> float:
        """Return how far the mark hangs below its era's line."""
        return self.y - self.line_y

    @property
    def label_dx(self) -> float:
        """Return how far right of the mark its title begins, or ends."""
        return self.label_x - self.x

    @property
    def label_dy(self) -> float:
        """Return how far below the mark its title stands: less than nothing."""
        return self.label_y - self.y

    @property
    def string(self) -> str:
        """Return the path, from the era's line, of the string from the title, over the line, to the mark; empty for a mark on the line without a title."""
        top = self.label_y - self.line_y if self.is_labelled else 0.0
        return f"M{self.x:.0f} {self.depth:.0f}V{top:.0f}" if top != self.depth else ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One era: its line from the first to the last of its milestones (or from edge to edge of a window, if it goes on there), these, and its name at the end where there is room, or else above."""

    era: str
    name: str
    y: float
    x1: float
    x2: float
    marks: list[Mark]
    name_above: float = 0.0
    """How far above the line the name stands, where neither end has room."""

    @property
    def is_named_first(self) -> bool:
        """Say whether the name stands before the line."""
        return self.x1 > NAME_WIDTH

    @property
    def name_x(self) -> float:
        """Return where the name begins or ends."""
        return 6.0 if self.name_above else self.x1 - 12 if self.is_named_first else self.x2 + 12

    @property
    def name_y(self) -> float:
        """Return where it stands above or below the line."""
        return -self.name_above if self.name_above else 5.0

    @property
    def name_anchor(self) -> str:
        """Return which end of the name stands there."""
        return "start" if self.name_above else "end" if self.is_named_first else "start"


@dataclass(frozen=True, slots=True)
class Tick:
    """A year on the ruler, or the month in which a quarter begins, and the window that one gets by going closer there."""

    year: int
    x: float
    near: str = ""
    month: int = 1

    @property
    def text(self) -> str:
        """Return what stands at it."""
        return f"{self.year}-{self.month:02}" if self.month > 1 else str(self.year)


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that the template draws."""

    height: float
    lanes: list[Lane]
    ticks: list[Tick]
    break_x: float | None = None
    """Where the scale changes."""

    @property
    def marks(self) -> list[Mark]:
        """Return the marks of all lanes."""
        return [mark for lane in self.lanes for mark in lane.marks]

    @property
    def axis_y(self) -> float:
        """Return where the ruler lies."""
        return self.height - AXIS

    @property
    def axis(self) -> str:
        """Return the ruler's path: two strokes stand in a gap where its scale changes."""
        y = f"{self.axis_y:.0f}"
        if self.break_x is None:
            return f"M0 {y}H{WIDTH}"
        return f"M0 {y}H{self.break_x - 4:.0f}m-3 8 6-16m2 16 6-16M{self.break_x + 4:.0f} {y}H{WIDTH}"

    @property
    def years_y(self) -> tuple[float, float]:
        """Return where the years stand: above the first lane, and below the ruler."""
        return 14.0, self.height - 12


def drawing_of(shown: list[Milestone], *, found: set[str], language: str, names: dict[str, str] | None = None, window: Window | None = None) -> Drawing:
    """Draw milestones, of a window those that lie in it; those whose id is not in `found` are drawn pale. One era alone gets a ruler of its own and more room for titles."""
    names = names or {}
    seen = [item for item in shown if window is None or item in window]
    eras = [era for era in ERAS if any(item.era == era for item in seen)]
    is_mixed = len({item.era for item in shown}) > 1
    knots = window.knots if window else KNOTS if len(eras) > 1 else _own_knots(shown)
    rows = ROWS_ONE if len(eras) < 2 or (window and window.years <= MONTHLY_YEARS) else ROWS_WINDOW if window else ROWS_ALL
    lanes, top = [], float(TOP)
    for era in eras:
        placed, used = _placed([item for item in seen if item.era == era], knots, rows, language, found)
        x1, x2 = _extent([item for item in shown if item.era == era], placed, window)
        above = 17.0 + used * ROW if x1 <= NAME_WIDTH and x2 > WIDTH - NAME_WIDTH and is_mixed else 0.0
        y = top + used * ROW + PAD + (ROW if above else 0)
        marks = [Mark(mark.milestone, mark.x, y + mark.y, y, mark.label_x, y - mark.label_y, mark.anchor, mark.is_labelled, mark.is_found) for mark in placed]
        lanes.append(Lane(era, names.get(era, era), y, x1, x2, marks, above))
        top = max(mark.y for mark in marks) + GAP
    return Drawing(top + AXIS, lanes, _ticks(knots, window), place(knots[1][0], knots) if len(knots) > 2 else None)


def _extent(own: list[Milestone], placed: list[Mark], window: Window | None) -> tuple[float, float]:
    """Return where an era's line begins and ends: at a window's edge if it had begun before, or goes on."""
    goes_on = window is not None and any(item.year > window.last for item in own)
    had_begun = window is not None and any(item.year < window.first for item in own)
    return 0.0 if had_begun else placed[0].x, float(WIDTH) if goes_on else placed[-1].x


def place(moment: float, knots: tuple[tuple[float, float], ...]) -> float:
    """Return where a moment (a year with its fraction) lies on the ruler, in units of the drawing.

    >>> round(place(1966.0, KNOTS)), round(place(2027.0, KNOTS))
    (24, 1176)
    """
    for (year1, share1), (year2, share2) in zip(knots, knots[1:], strict=False):
        if moment <= year2:
            return LEFT + (share1 + (moment - year1) / (year2 - year1) * (share2 - share1)) * (WIDTH - LEFT - RIGHT)
    return float(WIDTH - RIGHT)


def moment_of(text: str) -> float:
    """Return a date of the facts, as precise as it is, as a year with its fraction.

    >>> moment_of("2013"), round(moment_of("2013-07-02"), 2)
    (2013.0, 2013.5)
    """
    parts = [int(part) for part in text.split("-")]
    day = date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)
    return day.year + (day.timetuple().tm_yday - 1) / 365


def _own_knots(shown: list[Milestone]) -> tuple[tuple[float, float], ...]:
    moments = sorted(moment_of(item.date) for item in shown)
    first, last = moments[0] - 0.5, moments[-1] + 1.0
    if len(moments) > 2 and moments[1] - moments[0] > LONELY_YEARS:
        return ((first, 0.0), (moments[1] - 0.5, 0.12), (last, 1.0))
    return ((first, 0.0), (last, 1.0))


def _placed(items: list[Milestone], knots: tuple[tuple[float, float], ...], rows: int, language: str, found: set[str]) -> tuple[list[Mark], int]:
    """Return the marks, with label_y as the height above the line and y as the depth below it, and how many rows of titles are used."""
    ends = [-1e9] * rows
    beads: list[float] = []
    marks, used = [], 1
    for item in items:
        x, width = place(moment_of(item.date), knots), width_of(item.title[language])
        is_late = x + width + 8 > WIDTH - 6
        start, stop = (x - width - 8, x) if is_late else (x, x + width + 8)
        row = next((index for index, end in enumerate(ends) if start > end + 10), None)
        is_found, depth = item.id in found, _depth(x, beads)
        if row is None:
            marks.append(Mark(item, x, depth, is_found=is_found))
            continue
        ends[row] = stop
        used = max(used, row + 1)
        marks.append(Mark(item, x, depth, 0.0, x - 6 if is_late else x + 6, 17.0 + row * ROW, "end" if is_late else "start", is_labelled=True, is_found=is_found))
    return marks, used


def _depth(x: float, beads: list[float]) -> float:
    """Return how far below the line a mark hangs, and note it: `beads` has the last x of each depth, and marks come from left to right."""
    place = next((index for index, last in enumerate(beads) if x - last >= BEAD), len(beads))
    beads[place:place + 1] = [x]
    return float(place * BEAD)


def width_of(text: str) -> float:
    """Return about how wide a title is.

    >>> width_of("ab") < width_of("가나")
    True
    """
    return sum(HANGUL if letter >= "\u1100" else LATIN for letter in text)


def _ticks(knots: tuple[tuple[float, float], ...], window: Window | None) -> list[Tick]:
    months = (1, 4, 7, 10) if window and window.years <= MONTHLY_YEARS else (1,)
    first, last = (window.first, window.last) if window else (int(knots[0][0]) + 1, int(knots[-1][0]))
    ticks: list[Tick] = []
    for year in range(first, last + 1):
        for month in months:
            x = place(year + (month - 1) / 12, knots)
            if not ticks or x - ticks[-1].x >= TICKS_APART:
                ticks.append(Tick(year, x, around(year, window).text, month))
    return ticks
