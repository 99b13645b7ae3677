"""The Docker world: one host, a learner's terminal on it, and what the page asks about both."""

from collections.abc import Sequence
from typing import Any, ClassVar

from learnk8s.simulation.docker import inspection, scoreboard
from learnk8s.simulation.docker.engine import Engine
from learnk8s.simulation.docker.faults import faults_for, fill_disk
from learnk8s.simulation.docker.hosts_world import HostsWorld
from learnk8s.simulation.docker.messages import TOLD
from learnk8s.simulation.docker.scenarios import HOST, SCENARIOS, Scenario
from learnk8s.simulation.docker.scene import boxes_of, layers_of, links_of
from learnk8s.simulation.docker.site import Site
from learnk8s.simulation.docker.terminal import Terminal
from learnk8s.simulation.kernel.sentences import Telling

SETTLE_MS = 5_000


class DockerWorld(HostsWorld):
    """One sandbox of the era of containers."""

    world_name: ClassVar[str] = "docker"
    told: ClassVar[Telling] = TOLD
    site_class, terminal_class, inspection = Site, Terminal, inspection

    @classmethod
    def create(cls, scenario: str, seed: int) -> "DockerWorld":
        """Return a new world at the start of one of the built-in scenarios."""
        return cls.begun(SCENARIOS[scenario], seed)

    @classmethod
    def begun(cls, plan: Scenario, seed: int) -> "DockerWorld":
        """Return a new world as a scenario describes it."""
        site = Site(seed)
        site.causes.add(0, "scenario", "scenario.began", "scenario", plan.name, parent=0)
        engine = site.hosts[HOST] = Engine(site, HOST, cpus=plan.cpus, memory_mib=plan.memory_mib, disk_bytes=plan.disk_bytes)
        engine.furnish()
        world = cls(site, plan.name)
        for name, text in plan.files:
            path = world.terminal.files.path(name)
            world.terminal.files.folders[path.rpartition("/")[0]] = None
            world.terminal.files.write(name, text)
        prepared(world.terminal, plan.setup)
        for kind, _name in plan.faults:
            assert kind == "fill-disk", "the only fault with which a scenario begins"
            fill_disk(engine)
        site.advance(site.now_ms + SETTLE_MS)
        for flow, rate in plan.traffic:
            site.requests.set_rate(flow, rate)
        site.requests.settled_ms = site.now_ms
        site.scale_out_ms = site.recover_ms = site.blast_radius = site.oom_kills = 0
        return world

    # Buttons

    def actions(self, ref: str = "") -> list[dict[str, Any]]:
        """List the buttons, for one thing or for the whole world."""
        return faults_for(self.site, ref)

    # Looking

    def scene(self) -> dict[str, Any]:
        """Describe everything that the picture and its text twin show."""
        log = self.log()
        engine = next(iter(self.site.hosts.values()))
        return {"world": self.world_name, "at_ms": self.now_ms, "time": self.site.clock.timestamp(), "boxes": boxes_of(self.site), "layers": layers_of(engine), "links": links_of(self.site), "log": log, "lit": self.lit(log), "scoreboard": self.scoreboard(), "traffic": self.site.requests.shown(), "prompt": self.terminal.prompt(),
                "is_empty": not engine.containers and not engine.shelf.images}

    def scoreboard(self) -> dict[str, Any]:
        """Count what the eras are compared by."""
        return scoreboard.counted(self.site, commands=self.commands)


def prepared(terminal: Terminal, lines: Sequence[str]) -> None:
    """Run the lines that were typed before the learner came, each to its end."""
    for line in lines:
        terminal.execute(line)
        while terminal.running:
            due = [moment for moment in (terminal.site.next_due_ms(), terminal.wake_ms) if moment is not None]
            assert due, f"the line {line!r} never ends"
            terminal.site.advance(max(min(due), terminal.site.now_ms))
            terminal.poll()
        assert terminal.last_status == 0, f"the line {line!r} fails: {terminal.output_since(0)[0]}"
    terminal.forget()
