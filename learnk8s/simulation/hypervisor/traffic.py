"""The shop's requests: how they spread over the guests that serve, and how many get an answer. Counted in thousandths, as whole numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from learnk8s.simulation.hypervisor.images import UNITS
from learnk8s.simulation.hypervisor.machines import Guest, Machine
from learnk8s.simulation.hypervisor.sharing import is_swapping, millicores_given, millicores_wanted

FAILURES = {
    "nobody": ("No guest with this service is up.", "이 서비스를 돌리는 게스트가 하나도 떠 있지 않다."),
    "slow": ("The guests get too little CPU for so many requests.", "요청에 비해 게스트가 받는 CPU가 모자란다."),
}


@dataclass(frozen=True, slots=True)
class Load:
    """What every guest wants and gets, in millicores, and each service's requests a second, in thousandths."""

    wanted: dict[str, int] = field(default_factory=dict)
    given: dict[str, int] = field(default_factory=dict)
    served: dict[str, int] = field(default_factory=dict)
    failed: dict[str, tuple[str, int]] = field(default_factory=dict)


def load_of(machines: Mapping[str, Machine], guests: Mapping[str, Guest], rates: Mapping[str, int]) -> Load:
    """Return the load of this moment."""
    load = Load()
    serving: dict[str, list[Guest]] = {}
    by_machine: dict[str, list[Guest]] = {}
    for _, guest in sorted(guests.items()):
        by_machine.setdefault(guest.machine, []).append(guest)
        if guest.serves:
            serving.setdefault(guest.unit_name, []).append(guest)
    asked = {guest.name: rates.get(unit, 0) * 1_000 // len(entries) for unit, entries in serving.items() for guest in entries}
    for name, entries in sorted(by_machine.items()):
        machine = machines[name]
        efficiency = machine.hypervisor.efficiency_percent
        wanted = {guest.name: millicores_wanted(guest, asked.get(guest.name, 0) * 100 // efficiency) for guest in entries if guest.is_on}
        load.wanted.update(wanted)
        load.given.update(millicores_given(machine, wanted, is_swapping=is_swapping(machine, entries)))
    for unit, rate in sorted(rates.items()):
        if not rate:
            continue
        entries = serving.get(unit, [])
        served = min(rate * 1_000, sum(_answered(guest, asked[guest.name], load, machines[guest.machine]) for guest in entries))
        load.served[unit] = served
        if served < rate * 1_000 - 1_000 or not entries:
            load.failed[unit] = ("slow" if entries else "nobody", rate * 1_000 - served)
        else:
            load.served[unit] = rate * 1_000
    return load


def _answered(guest: Guest, asked: int, load: Load, machine: Machine) -> int:
    """Return how many of the requests get their CPU time."""
    unit = UNITS[guest.unit_name]
    cost = asked * unit.request_micros * 100 // machine.hypervisor.efficiency_percent // 1_000_000
    wanted, given = load.wanted[guest.name], load.given[guest.name]
    own = min(cost, max(0, wanted - unit.base_millicores - 15))
    if not cost:
        return asked if given else 0
    return asked * (own * given // wanted if wanted else 0) // cost


class Traffic:
    """Requests per second by service, and what became of them."""

    def __init__(self) -> None:
        self.rates: dict[str, int] = {}
        self.counts: dict[str, dict[str, int]] = {}

    def set_rate(self, unit: str, per_second: int) -> None:
        """Change a rate."""
        self.rates[unit] = per_second
        self.counts.setdefault(unit, {"served": 0, "nobody": 0, "slow": 0, "down_ms": 0})

    def flow(self, load: Load, elapsed_ms: int) -> None:
        """Count the requests of a span of time in which nothing changed; counts are in millionths."""
        for unit, rate in sorted(self.rates.items()):
            if not rate:
                continue
            counts = self.counts[unit]
            counts["served"] += load.served.get(unit, 0) * elapsed_ms
            if unit in load.failed:
                reason, failed = load.failed[unit]
                counts[reason] += failed * elapsed_ms
                counts["down_ms"] += elapsed_ms if reason == "nobody" else 0

    def shown(self) -> list[dict[str, Any]]:
        """Return each service's traffic with its failures in both languages."""
        return [{"unit": unit, "per_second": self.rates[unit], "served": counts["served"] // 1_000_000, "failed": (counts["nobody"] + counts["slow"]) // 1_000_000, "down_ms": counts["down_ms"],
                 "failures": [{"count": counts[reason] // 1_000_000, "text_en": english, "text_ko": korean} for reason, (english, korean) in FAILURES.items() if counts[reason] >= 1_000_000]}
                for unit, counts in sorted(self.counts.items())]

    def dump(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {"rates": self.rates, "counts": self.counts}

    def load(self, dumped: dict[str, Any]) -> None:
        """Take back what `dump` returned."""
        self.rates, self.counts = dict(dumped["rates"]), {unit: dict(counts) for unit, counts in dumped["counts"].items()}
