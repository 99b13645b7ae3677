"""The requests that come in: which container answers, whom it asks in turn, how many get an answer. Counted in thousandths, as whole numbers."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.docker.container import Container
from learnk8s.simulation.workload.fleet import PROGRAMS

if TYPE_CHECKING:
    from learnk8s.simulation.docker.engine import Engine
    from learnk8s.simulation.docker.site import Site

Target = tuple["Engine", str]
Way = tuple[int, list[Target], str]
"""One in so many requests goes through these containers; the text says why it fails, "" if it does not."""
DEPTH_MAX = 6
WAYS_MAX = 64
FAILURES = {
    "nobody": ("Nobody listens there.", "거기에서 듣는 프로그램이 없다."),
    "starting": ("The program is not up yet, or hangs.", "프로그램이 아직 뜨지 않았거나 멈춰 있다."),
    "upstream": ("A service behind it cannot be reached.", "뒤에 있는 서비스에 닿지 못했다."),
    "slow": ("There is too little CPU for so many requests.", "요청에 비해 CPU가 모자란다."),
}


@dataclass(slots=True)
class Load:
    """What every container wants and gets, in millicores, by host and id, and what becomes of each flow, in thousandths of a request a second."""

    wanted: dict[tuple[str, str], int] = field(default_factory=dict)
    given: dict[tuple[str, str], int] = field(default_factory=dict)
    served: dict[str, int] = field(default_factory=dict)
    failed: dict[str, dict[str, int]] = field(default_factory=dict)
    asked: dict[tuple[str, str], int] = field(default_factory=dict)


class Requests:
    """Requests a second by flow, and what became of them."""

    def __init__(self, site: "Site") -> None:
        self._site = site
        self.rates: dict[str, int] = {}
        self.counts: dict[str, dict[str, int]] = {}
        self.settled_ms = 0
        self.failing_since_ms = -1
        self._load: Load | None = None
        self._ways: dict[tuple[str, str, int], list[Way]] = {}
        """By host, container and depth: how requests spread from there, until something changes. How many they are does not matter."""

    def set_rate(self, flow: str, per_second: int) -> None:
        """Change a flow."""
        self.settle(self._site.now_ms)
        self.rates[flow] = per_second
        self.counts.setdefault(flow, {"served": 0, **dict.fromkeys(FAILURES, 0), "down_ms": 0})
        self._load = None

    def forget(self) -> None:
        """Work out anew at the next question how requests spread and what load they are."""
        self._load = None
        self._ways = {}

    def load(self) -> Load:
        """Return the load of this moment."""
        if self._load is None:
            self._load = self._worked_out()
        return self._load

    def settle(self, until_ms: int) -> None:
        """Count the requests of the time in which nothing changed."""
        elapsed, self.settled_ms = until_ms - self.settled_ms, max(until_ms, self.settled_ms)
        if elapsed <= 0:
            return
        load = self.load()
        for flow, rate in sorted(self.rates.items()):
            counts = self.counts[flow]
            counts["served"] += load.served.get(flow, 0) * elapsed
            for reason, failed in load.failed.get(flow, {}).items():
                counts[reason] += failed * elapsed
            counts["down_ms"] += elapsed if rate and not load.served.get(flow, 0) else 0
        self._watch_recovery(load, until_ms - elapsed, until_ms)

    def _watch_recovery(self, load: Load, since_ms: int, until_ms: int) -> None:
        """Measure how long requests failed before all were served again."""
        if any(load.failed.values()):
            self.failing_since_ms = since_ms if self.failing_since_ms < 0 else self.failing_since_ms
        elif self.failing_since_ms >= 0:
            self._site.recover_ms, self.failing_since_ms = since_ms - self.failing_since_ms, -1

    # Who answers

    def path_of(self, target: Target) -> tuple[list[Target], str]:
        """Return the containers that one request goes through, and why it fails if it does."""
        ways = self.ways_of(target)
        return next(((path, wrong) for _one_in, path, wrong in ways if wrong), ways[0][1:])

    def ways_of(self, target: Target, depth: int = 0) -> list[Way]:
        """Return how requests spread from a container over those that it calls: a name that several containers share is answered by each in turn."""
        key = target[0].name, target[1], depth
        known = self._ways.get(key)
        if known is None:
            known = self._ways[key] = self._spread(target, depth)
        return known

    def _spread(self, target: Target, depth: int) -> list[Way]:
        engine, number = target
        container = engine.containers.get(number)
        if container is None or not container.is_up:
            return [(1, [], "nobody")]
        if not container.is_ready(self._site.now_ms):
            return [(1, [target], "starting")]
        ways: list[Way] = [(1, [target], "")]
        for name in PROGRAMS[container.does.program].calls if container.does.program in PROGRAMS else ():
            found = called(engine, container, name)
            if isinstance(found, str) or not found or depth >= DEPTH_MAX:
                return [(1, [target], "upstream")]
            inners = [(one_in * len(found), inner, wrong) for other in found for one_in, inner, wrong in self.ways_of(other, depth + 1)]
            ways = [(outer * one_in, [*path, *inner], wrong or ("upstream" if inner_wrong else "")) for outer, path, wrong in ways[:WAYS_MAX] for one_in, inner, inner_wrong in inners]
        return ways

    def _worked_out(self) -> Load:
        load = Load()
        ways: list[tuple[str, int, list[Target], str]] = []
        for flow, rate in sorted(self.rates.items()):
            targets = self._site.flow_targets(flow) if rate else []
            for target in targets:
                part = rate * 1_000 // len(targets)
                for one_in, path, wrong in self.ways_of(target):
                    share = part // one_in
                    ways.append((flow, share, path, wrong))
                    for engine, number in path if not wrong else ():
                        key = engine.name, number
                        load.asked[key] = load.asked.get(key, 0) + share
            if rate and not targets:
                ways.append((flow, rate * 1_000, [], "nobody"))
        for engine in self._site.hosts.values():
            engine.share_cpu(load)
        powers: dict[tuple[str, str], tuple[int, int]] = {}
        for flow, part, path, wrong in ways:
            served = 0 if wrong else min([self._answered(target, part, load, powers) for target in path], default=0)
            load.served[flow] = load.served.get(flow, 0) + served
            if part - served > max(part // 200, 500):
                failed = load.failed.setdefault(flow, {})
                failed[wrong or "slow"] = failed.get(wrong or "slow", 0) + part - served
            else:
                load.served[flow] += part - served
        return load

    @staticmethod
    def _answered(target: Target, part: int, load: Load, powers: dict[tuple[str, str], tuple[int, int]]) -> int:
        """Return how much of a part of the requests a container answers; `powers` keeps what all its requests cost, and what it has for them."""
        key = target[0].name, target[1]
        power = powers.get(key)
        if power is None:
            does = target[0].containers[target[1]].does
            power = powers[key] = load.asked[key] * does.cpu_us_per_request // 1_000_000, load.given[key] - does.idle_millicores
        cost, own = power
        return part if cost <= own or not cost else max(0, part * own // cost)

    # Showing

    def totals(self) -> tuple[int, int]:
        """Return how many requests were served and how many failed, over all flows."""
        flows = self.counts.values()
        return sum(counts["served"] // 1_000_000 for counts in flows), sum(sum(map(counts.__getitem__, FAILURES)) // 1_000_000 for counts in flows)

    def shown(self) -> list[dict[str, Any]]:
        """Return each flow with its failures in both languages."""
        return [{"flow": flow, "per_second": self.rates[flow], "served": counts["served"] // 1_000_000, "failed": sum(counts[reason] for reason in FAILURES) // 1_000_000, "down_ms": counts["down_ms"],
                 "failures": [{"count": counts[reason] // 1_000_000, "text_en": english, "text_ko": korean} for reason, (english, korean) in FAILURES.items() if counts[reason] >= 1_000_000]}
                for flow, counts in sorted(self.counts.items())]

    def dump(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {"rates": self.rates, "counts": self.counts, "settled": self.settled_ms, "failing": self.failing_since_ms}

    def restore(self, dumped: dict[str, Any]) -> None:
        """Take back what `dump` returned."""
        self.rates, self.counts = dict(dumped["rates"]), {flow: dict(counts) for flow, counts in dumped["counts"].items()}
        self.settled_ms, self.failing_since_ms = dumped["settled"], dumped["failing"]
        self.forget()


def called(engine: "Engine", container: Container, name: str) -> list[Target] | str:
    """Return what answers when a container calls another service: at the address in NAME_HOST or NAME_URL, else at the name itself; a text says why nothing does."""
    program, variables = PROGRAMS[name], container.variables
    told = next((value for key in (f"{name.upper()}_HOST", f"{name.upper()}_URL") if (value := variables.get(key))), name)
    plain = told.removeprefix("http://").removeprefix("https://").partition("/")[0]
    host, _, port = plain.partition(":")
    return reached(engine, container, host, int(port) if port.isdigit() and len(port) < 6 else program.port)


def reached(engine: "Engine", container: Container | None, host: str, port: int) -> list[Target] | str:
    """Return which container answers at a host and port, seen from a container or (None) from the host itself."""
    here = engine.by_name_from(container, host) if container is not None else engine.by_address(host)
    if here:
        return [(engine, other.id) for other in here if other.does.port == port]
    if host in ("localhost", "127.0.0.1", "::1"):
        if container is not None and "host" not in container.networks:
            return [(engine, container.id)] if container.does.port == port else []
        found = engine.published(port)
        return [(engine, found.id)] if found else []
    if host == "host.docker.internal" or host in engine.gateways():
        found = engine.published(port)
        return [(engine, found.id)] if found else []
    elsewhere = engine.site.resolve(host, port)
    return elsewhere if elsewhere is not None else f"Could not resolve host: {host}"
