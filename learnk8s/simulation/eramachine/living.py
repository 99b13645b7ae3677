"""Living through a day: the customers of each hour, the accidents, the person who comes later, and what is counted meanwhile.

Time is cut where the world itself has something to do and at every hour: between two such moments all rates are constant, so it is known when the last request failed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from heapq import heappop, heappush
from typing import Any

from learnk8s.simulation.eramachine.day import DAY_MS, HOUR_MS, MINUTE_MS, OFF, Day
from learnk8s.simulation.eramachine.era import Counts, Era, Typed, typed
from learnk8s.simulation.kernel.world import World
from learnk8s.simulation.kubernetes.world import KubernetesWorld

STEP_MS = 5_000
"""How often one looks whether a new web server serves, if the world itself has nothing to do."""
LEAST_MS = 1_000
"""Time is not cut finer: in a few milliseconds too few requests come to speak of percent."""
QUIET_MS = 60_000
"""An accident is over when nothing has failed for so long."""
START_MAX_MS = 30 * 60_000


@dataclass(slots=True)
class Harm:
    """What one accident, or the sale, did."""

    name: str
    at_ms: int
    until_ms: int
    failed: int = 0
    worst_percent: int = 0
    first_ms: int | None = None
    last_ms: int | None = None

    @property
    def recovered_ms(self) -> int:
        """Return how long it took from the accident until the last request had failed; 0 if none did."""
        return 0 if self.last_ms is None else self.last_ms - self.at_ms


@dataclass(frozen=True, slots=True)
class Hour:
    """What one hour brought."""

    served: int
    failed: int
    cpu_percent: int
    memory_percent: int
    machines: int


@dataclass(slots=True)
class Lived:
    """A whole day in one era."""

    era: str
    hours: list[Hour] = field(default_factory=list)
    harms: list[Harm] = field(default_factory=list)
    log: list[dict[str, Any]] = field(default_factory=list)
    commands: int = 0
    served: int = 0
    failed: int = 0
    cost_cents: int = 0
    start_ms: int = 0

    @property
    def cpu_percent(self) -> int:
        """Return the mean use of the CPUs over the day."""
        return sum(hour.cpu_percent for hour in self.hours) // len(self.hours)

    @property
    def memory_percent(self) -> int:
        """Return the mean use of memory over the day."""
        return sum(hour.memory_percent for hour in self.hours) // len(self.hours)

    @property
    def recovered_ms(self) -> int:
        """Return the longest time that an accident took to be over."""
        return max((harm.recovered_ms for harm in self.harms if harm.name != "sale"), default=0)


def lived(era: Era, day: Day, *, seed: int = 1) -> Lived:
    """Live through a day in one era."""
    living = _Living(era, day, seed)
    found = living.whole_day()
    found.start_ms = time_to_start(era, living.world)
    return found


def time_to_start(era: Era, world: World) -> int:
    """Return the virtual time from the command to one more web server that serves; the day is over by then."""
    lines, serves = era.starts_one_more(world)
    began_ms = world.now_ms
    typed(world, lines)
    while not serves() and world.now_ms < began_ms + START_MAX_MS:
        due_ms = world.next_due_ms()
        world.advance(min(due_ms or world.now_ms + STEP_MS, world.now_ms + STEP_MS))
    return world.now_ms - began_ms


@lru_cache(maxsize=16)
def _beginning(era: Era, seed: int) -> Callable[[], World]:
    """Return what makes an era's world as it begins: every day begins alike, and a learner tries many. A cluster is copied, since copies share its objects; others are read back."""
    world = era.begin(seed)
    if isinstance(world, KubernetesWorld):
        return world.copied
    made: Any = type(world)
    return partial(made.load, world.dump())


class _Living:
    """One day under way."""

    def __init__(self, era: Era, day: Day, seed: int) -> None:
        self.era, self.day = era, day
        self.world = _beginning(era, seed)()
        self.began_ms = self.world.now_ms
        self.out = Lived(era.name)
        self.last = era.counts(self.world)
        self.plan: list[tuple[int, int, str, str]] = []
        self.planned = 0
        self.hour_counts = self.last
        self.hour_use = era.use(self.world)

    @property
    def now_ms(self) -> int:
        """Return the time since the day began."""
        return self.world.now_ms - self.began_ms

    def whole_day(self) -> Lived:
        """Return what the day brought."""
        for hour in range(25):
            self._at(hour * HOUR_MS, "hour")
        for at_ms, name in self.day.accidents():
            self._at(at_ms, "accident", name)
        if self.day.sale_hour != OFF:
            self._at(self.day.sale_hour * HOUR_MS, "sale", "begins")
            self._at((self.day.sale_hour + 1) * HOUR_MS, "sale", "ends")
        while self.plan and self.plan[0][0] <= DAY_MS:
            at_ms, _number, kind, name = heappop(self.plan)
            self._pass_until(at_ms)
            self._do(kind, name)
        self.out.served, self.out.failed = self.last.served, self.last.failed
        return self.out

    def _at(self, at_ms: int, kind: str, name: str = "") -> None:
        self.planned += 1
        heappush(self.plan, (at_ms, self.planned, kind, name))

    def _pass_until(self, at_ms: int) -> None:
        while self.now_ms < at_ms:
            due_ms = self.world.next_due_ms()
            until = at_ms if due_ms is None else min(at_ms, max(due_ms - self.began_ms, self.now_ms + LEAST_MS))
            self.world.advance(self.began_ms + until)
            self._count()

    def _count(self) -> None:
        counts = self.era.counts(self.world)
        served, failed = counts.served - self.last.served, counts.failed - self.last.failed
        if served + failed == 0:
            return
        self.last = counts
        if not failed:
            return
        harm = self._blamed()
        if harm is None:
            return
        harm.failed += failed
        harm.worst_percent = max(harm.worst_percent, -(-failed * 100 // (served + failed)))
        harm.first_ms = self.now_ms if harm.first_ms is None else harm.first_ms
        harm.last_ms = self.now_ms

    def _blamed(self) -> Harm | None:
        """Return what failing requests are put down to: the sale while it lasts, else the newest accident that is not over."""
        if self.day.in_sale(self.now_ms - 1):
            return next((harm for harm in self.out.harms if harm.name == "sale"), None)
        accidents = [harm for harm in self.out.harms if harm.name != "sale"]
        return accidents[-1] if accidents else None

    def _do(self, kind: str, name: str) -> None:
        match kind:
            case "hour":
                self._hour()
            case "accident":
                self._note(name)
                self.out.harms.append(Harm(name, self.now_ms, DAY_MS))
                self._type(self.era.happens(self.world, name, self.day.dark_minutes * MINUTE_MS))
                if name == "dead-machine":
                    self._at(self.now_ms + self.day.dark_minutes * MINUTE_MS, "power")
                self._at(self.now_ms + self.day.reaction_ms(self.now_ms), "person", name)
            case "power":
                self.era.power_returns(self.world)
            case "person":
                self._type(self.era.mends(self.world, name))
            case "sale":
                if name == "begins":
                    self._note("sale")
                    self.out.harms.append(Harm("sale", self.now_ms, self.now_ms + HOUR_MS))
                self._at(self.now_ms + self.day.reaction_ms(self.now_ms), "scale", name)
            case "scale":
                self._type(self.era.prepares(self.world, begins=name == "begins"))
        self._count()

    def _note(self, name: str) -> None:
        self.out.log.append({"at_ms": self.now_ms, "accident": name, "line": "", "status": 0})

    def _type(self, lines: Typed) -> None:
        for line, status in typed(self.world, lines):
            self.out.commands += 1
            self.out.log.append({"at_ms": self.now_ms, "accident": "", "line": line, "status": status})

    def _hour(self) -> None:
        use = self.era.use(self.world)
        if self.now_ms:
            before: Counts = self.hour_counts
            self.out.hours.append(Hour(self.last.served - before.served, self.last.failed - before.failed, (use.cpu_percent + self.hour_use.cpu_percent) // 2, (use.memory_percent + self.hour_use.memory_percent) // 2, use.machines))
            self.out.cost_cents += (use.cents_per_hour + self.hour_use.cents_per_hour) // 2
        self.hour_counts = self.last
        if self.now_ms < DAY_MS:
            self.era.customers(self.world, self.day.requests_per_second(self.now_ms))
        self.hour_use = self.era.use(self.world)
