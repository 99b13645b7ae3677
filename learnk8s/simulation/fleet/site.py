"""Five Docker hosts, a load balancer in front of them, and a pager: what a shop had before anything looked after it by itself."""

from typing import Any

from learnk8s.simulation.docker.engine import Engine
from learnk8s.simulation.docker.site import Site
from learnk8s.simulation.fleet.balancer import PATH, Balancer
from learnk8s.simulation.fleet.inventory import INVENTORY, differences
from learnk8s.simulation.kernel.agenda import Task
from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.workload.fleet import HOST_CPUS, HOST_MEMORY_MIB, HOSTS, SERVICES

CHECK_EVERY_MS = 60_000
FAILURES_MAX = 2
"""Failed checks in a row before the pager rings."""
PAGES_KEPT = 60
NIGHT = (22, 7)
"""Hours between which a page wakes somebody."""


class FleetSite(Site):
    """The machines of the fleet."""

    quiet = frozenset({"monitoring"})

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.balancer = Balancer(self)
        self.desk, self.lb_files = Files(), Files()
        self.pages: list[dict[str, Any]] = []
        self.failing: dict[str, int] = {}
        self.paged = self.paged_at_night = 0
        self.is_watched = False
        self._answers: dict[str, bool] = {}
        """Which services answer, as far as it was asked since something changed."""
        self.sleeps_since_ms = -1
        """When every service answered and the checks stopped: until something changes, one more would find the same. -1 while they go on."""

    def furnish(self) -> None:
        """Put the hosts in the rack."""
        for number, name in enumerate(HOSTS, start=1):
            engine = self.hosts[name] = Engine(self, name, cpus=HOST_CPUS, memory_mib=HOST_MEMORY_MIB, disk_bytes=20_000_000_000, address=f"10.0.0.{10 + number}")
            engine.furnish()
        for folder in ("/etc", "/etc/haproxy"):
            self.lb_files.folders[folder] = None

    def begin_checks(self) -> None:
        """Switch the monitoring on."""
        self.is_watched = True
        self.at(CHECK_EVERY_MS, "monitoring", "check")

    # What is due

    def do(self, task: Task, arguments: list[Any]) -> None:
        """Do one task: of the balancer, of monitoring, of the scenario, or of an engine."""
        match task.component:
            case "lb":
                self.balancer.mark(arguments[0])
            case "monitoring":
                self._check()
                if self.failing or self.open_pages():
                    self.at(CHECK_EVERY_MS, "monitoring", "check")
                else:
                    self.sleeps_since_ms = self.now_ms
            case "scenario":
                self._accident(task.name, arguments)
            case _:
                super().do(task, arguments)

    def _accident(self, name: str, arguments: list[Any]) -> None:
        engine = self.hosts[arguments[0]]
        if name == "power-off" and engine.power != "off":
            self.causes.add(self.now_ms, "accident", "night.falls", "host", engine.name, parent=0)
            engine.power_off()

    def changed(self, where: Engine | None = None) -> None:
        """Say that something is not as it was; the balancer's checks notice too."""
        super().changed(where)
        if self.sleeps_since_ms >= 0:
            self.at(CHECK_EVERY_MS - (self.now_ms - self.sleeps_since_ms) % CHECK_EVERY_MS, "monitoring", "check")
            self.sleeps_since_ms = -1
        self._answers = {}
        self.balancer.watch(where)

    # Where requests go

    def flow_targets(self, flow: str) -> list[tuple[Engine, str]]:
        """Return where a flow's requests go: a flow is named after a frontend of the balancer."""
        return self.balancer.targets(self.balancer.config.port_of(flow))

    def resolve(self, name: str, port: int) -> list[tuple[Engine, str]] | None:
        """Return what answers at another machine, the balancer among them."""
        return self.balancer.targets(port) if name in (self.balancer.name, self.balancer.address) else super().resolve(name, port)

    # Monitoring

    def answering(self, name: str) -> bool:
        """Say whether a service answers through the balancer."""
        if name not in self._answers:
            targets = self.flow_targets(name)
            self._answers[name] = bool(targets) and all(not self.requests.path_of(target)[1] for target in targets)
        return self._answers[name]

    def _check(self) -> None:
        for service in SERVICES:
            name = service.name
            if self.answering(name):
                self.failing.pop(name, None)
                for page in self.pages:
                    if page["service"] == name and not page["over_ms"]:
                        page["over_ms"] = self.now_ms
                        self.note("monitoring", "page.over", f"Service//{name}", "service", name)
                continue
            self.failing[name] = self.failing.get(name, 0) + 1
            if self.failing[name] == FAILURES_MAX and not any(page["service"] == name and not page["over_ms"] for page in self.pages):
                self._page(name)

    def _page(self, name: str) -> None:
        hour = self.clock.moment().hour
        is_night = hour >= NIGHT[0] or hour < NIGHT[1]
        self.paged += 1
        self.paged_at_night += is_night
        self.note("monitoring", "page.night" if is_night else "page.sent", f"Service//{name}", "service", name, "time", f"{self.clock.moment():%H:%M}")
        self.pages.append({"at_ms": self.now_ms, "service": name, "over_ms": 0, "acked": False, "told": False, "night": is_night})
        del self.pages[:-PAGES_KEPT]

    def open_pages(self) -> list[dict[str, Any]]:
        """Return the pages whose service does not answer yet."""
        return [page for page in self.pages if not page["over_ms"]]

    def news(self) -> str:
        """Return what the pager has to say since the last look."""
        fresh = [page for page in self.pages if not page["told"]]
        for page in fresh:
            page["told"] = True
        return "".join(f"*** PAGE {self.clock.moment(page['at_ms']):%H:%M} *** {page['service']} does not answer\n" for page in fresh)

    def inventory_differences(self) -> list[str]:
        """Return in what the hand-written inventory is wrong."""
        return differences(self.desk.texts.get(f"/home/learner/{INVENTORY}") or "", self)

    def reload_balancer(self) -> None:
        """Read the balancer's file. Raises BadConfig."""
        self.balancer.reload(self.lb_files.texts.get(PATH) or "")
        self.note("operator", "balancer.reloaded", "Balancer//lb", "count", str(sum(map(len, self.balancer.config.backends.values()))))
        self.changed()

    # Writing down and reading back

    def dump(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {**super().dump(), "balancer": self.balancer.dump(), "desk": self.desk.dump(), "lb_files": self.lb_files.dump(), "pages": self.pages, "failing": self.failing, "paged": [self.paged, self.paged_at_night], "watched": self.is_watched, "sleeps": self.sleeps_since_ms}

    def restore(self, dumped: dict[str, Any]) -> None:
        """Take back what `dump` returned."""
        super().restore(dumped)
        self._answers = {}
        self.balancer.restore(dumped["balancer"])
        self.desk.load(dumped["desk"])
        self.lb_files.load(dumped["lb_files"])
        self.pages, self.failing, self.is_watched, self.sleeps_since_ms = dumped["pages"], dumped["failing"], dumped["watched"], dumped.get("sleeps", -1)
        self.paged, self.paged_at_night = dumped["paged"]
