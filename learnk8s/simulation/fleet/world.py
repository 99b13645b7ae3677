"""The fleet world: five Docker hosts, a balancer, a pager, and a learner who is the orchestrator."""

from typing import Any, ClassVar

from learnk8s.simulation.docker.hosts_world import HostsWorld
from learnk8s.simulation.docker.hub import CATALOGUE
from learnk8s.simulation.docker.layers import reference
from learnk8s.simulation.docker.scene import links_of
from learnk8s.simulation.docker.world import prepared
from learnk8s.simulation.fleet import inspection, scoreboard
from learnk8s.simulation.fleet.balancer import PATH
from learnk8s.simulation.fleet.faults import faults_for
from learnk8s.simulation.fleet.inventory import service_of
from learnk8s.simulation.fleet.messages import TOLD
from learnk8s.simulation.fleet.records import RECORDS
from learnk8s.simulation.fleet.scenarios import SCENARIOS, Scenario
from learnk8s.simulation.fleet.scene import boxes_of
from learnk8s.simulation.fleet.site import FleetSite
from learnk8s.simulation.fleet.terminal import FleetTerminal
from learnk8s.simulation.kernel.faults import BadAction
from learnk8s.simulation.kernel.sentences import Telling
from learnk8s.simulation.workload import manifests
from learnk8s.simulation.workload.fleet import BY_NAME, SERVICES

CPUS = {"web": "0.25", "api": "0.5"}


class FleetWorld(HostsWorld):
    """One sandbox of the era of fleets."""

    world_name: ClassVar[str] = "fleet"
    told: ClassVar[Telling] = TOLD
    site_class, terminal_class, inspection = FleetSite, FleetTerminal, inspection

    @classmethod
    def create(cls, scenario: str, seed: int) -> "FleetWorld":
        """Return a new world at the start of one of the built-in scenarios."""
        return cls.begun(SCENARIOS[scenario], seed)

    @classmethod
    def begun(cls, plan: Scenario, seed: int) -> "FleetWorld":
        """Return a new world as a scenario describes it."""
        site = FleetSite(seed)
        site.causes.add(0, "scenario", "scenario.began", "scenario", plan.name, parent=0)
        site.furnish()
        world = cls(site, plan.name)
        world._place_services()
        site.lb_files.write(PATH, configuration())
        site.reload_balancer()
        site.balancer.reloads = 0
        site.advance(5_000)
        for engine in site.hosts.values():
            engine.events.clear()
        world.terminal.write_inventory()
        for record in RECORDS:
            site.desk.folders["/home/learner/others"] = None
            site.desk.write(f"/home/learner/others/{record.file}", record.text)
        prepared(world.terminal, plan.setup)
        site.advance(max(plan.begins_ms, site.now_ms))
        site.begin_checks()
        for delay_ms, name, host in plan.accidents:
            site.at(delay_ms, "scenario", name, host)
        site.requests.set_rate("web", plan.traffic)
        site.requests.settled_ms = site.now_ms
        site.scale_out_ms = site.recover_ms = site.blast_radius = site.oom_kills = 0
        return world

    def _place_services(self) -> None:
        """Start every copy where somebody once put it."""
        for service in SERVICES:
            name = service.name
            for number in service.hosts:
                engine = self.site.hosts[f"host-{number}"]
                image = f"shop/{name}:1.0"
                engine.shelf.add(CATALOGUE[image], reference(image), pulled=True)
                limits = ["--cpus", CPUS[name]] if name in CPUS else []
                calls = [word for called in service.program.calls for word in ("-e", f"{called.upper()}_HOST=lb:{BY_NAME[called].program.port}")]
                self.terminal.docker(engine, ["run", "-d", "--name", name, *limits, "--restart", "unless-stopped", "-p", f"{service.program.port}:{service.program.port}", *calls, image])
        self.terminal.forget()

    # Buttons

    def applied(self, action: dict[str, Any]) -> str:
        """Do what an action says and return the equivalent command line. Raises BadAction."""
        if action.get("kind") == "hand-over":
            self._hand_over()
            return "handover"
        return super().applied(action)

    def _hand_over(self) -> None:
        wanted = self.wanted()
        if not wanted:
            raise BadAction("nothing runs on the fleet that could be handed over")
        self.site.desk.folders["/home/learner/kubernetes"] = None
        self.site.desk.write("/home/learner/kubernetes/fleet.yaml", self.manifests())
        self.site.note("operator", "fleet.handed-over", "Fleet//", "services", str(len(wanted)), "copies", str(sum(entry.replicas for entry in wanted)))

    def wanted(self) -> list[manifests.Wanted]:
        """Return what should run: every service of the shop with its copies, in the version that most of them have."""
        found: dict[str, list[str]] = {}
        for engine in self.site.hosts.values():
            for container in engine.containers.values():
                if container.is_up and service_of(container.name) in BY_NAME:
                    found.setdefault(service_of(container.name), []).append(container.image_name)
        return [manifests.Wanted(name, max(sorted(set(images)), key=images.count), len(images)) for name, images in sorted(found.items())]

    def manifests(self) -> str:
        """Return the fleet as manifests."""
        return manifests.written(manifests.of(self.wanted()))

    @property
    def is_handed_over(self) -> bool:
        """Say whether the fleet has been handed over."""
        return any(done.get("kind") == "hand-over" for done in self.done)

    def actions(self, ref: str = "") -> list[dict[str, Any]]:
        """List the buttons, for one thing or for the whole world."""
        return faults_for(self.site, ref)

    # Looking

    def scene(self) -> dict[str, Any]:
        """Describe everything that the picture and its text twin show."""
        log = self.log()
        return {"world": self.world_name, "at_ms": self.now_ms, "time": self.site.clock.timestamp(), "boxes": boxes_of(self.site, self.terminal.place), "links": links_of(self.site), "log": log, "lit": self.lit(log), "scoreboard": self.scoreboard(), "traffic": self.site.requests.shown(), "prompt": self.terminal.prompt(),
                "pages": [{**page, "time": f"{self.site.clock.moment(page['at_ms']):%H:%M}"} for page in self.site.open_pages()], "is_handed_over": self.is_handed_over, "is_empty": False}

    def scoreboard(self) -> dict[str, Any]:
        """Count what the eras are compared by."""
        return scoreboard.counted(self.site, commands=self.commands, acts=self.terminal.acts)

    def document(self, ref: str) -> dict[str, Any] | None:
        """Return a thing as a document."""
        if ref.startswith("Flow//"):
            load = self.site.requests.load()
            return {"name": ref[6:], "failing": bool(load.failed.get(ref[6:])), "served": load.served.get(ref[6:], 0) // 1_000}
        return super().document(ref)


def configuration() -> str:
    """Return the balancer's file as it was written by hand once."""
    text = "global\n    log /dev/log local0\n    maxconn 4000\n\ndefaults\n    mode http\n    timeout connect 2s\n    timeout client 30s\n    timeout server 30s\n\n"
    for service in SERVICES:
        text += f"frontend {service.name}\n    bind *:{service.program.port}\n    default_backend {service.name}\n\nbackend {service.name}\n"
        text += "".join(f"    server {service.name}-{number} host-{host}:{service.program.port} check\n" for number, host in enumerate(service.hosts, start=1)) + "\n"
    return text
