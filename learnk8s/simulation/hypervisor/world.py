"""The hypervisor world: racks, a learner's terminal beside them, and what the page asks about both."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from learnk8s.simulation.hypervisor import inspection, scoreboard
from learnk8s.simulation.hypervisor.datacentre import Datacentre, VirtError
from learnk8s.simulation.hypervisor.faults import apply_fault, faults_for
from learnk8s.simulation.hypervisor.messages import TOLD
from learnk8s.simulation.hypervisor.nova import Nova
from learnk8s.simulation.hypervisor.scenarios import SCENARIOS, Scenario, furnish
from learnk8s.simulation.hypervisor.scene import boxes_of, links_of
from learnk8s.simulation.hypervisor.terminal import default_uri, new_shell
from learnk8s.simulation.kernel.era import EraWorld
from learnk8s.simulation.kernel.faults import BadAction
from learnk8s.simulation.kernel.sentences import Telling
from learnk8s.simulation.kernel.world import Answer


class HypervisorWorld(EraWorld):
    """One sandbox of the era of virtual machines."""

    world_name: ClassVar[str] = "hypervisor"
    told: ClassVar[Telling] = TOLD
    model_name: ClassVar[str] = "racks"

    def __init__(self, racks: Datacentre, scenario: str) -> None:
        self.racks, self.nova = racks, Nova(racks)
        super().__init__(racks, new_shell(racks, self.nova, self.apply), scenario)

    @classmethod
    def create(cls, scenario: str, seed: int) -> "HypervisorWorld":
        """Return a new world at the start of one of the built-in scenarios."""
        return cls.begun(SCENARIOS[scenario], seed)

    @classmethod
    def begun(cls, plan: Scenario, seed: int) -> "HypervisorWorld":
        """Return a new world as a scenario describes it."""
        world = cls(Datacentre(seed), plan.name)
        furnish(world.racks, world.nova, plan)
        world.shell.variables["LIBVIRT_DEFAULT_URI"] = default_uri(world.racks)
        for name, text in plan.files:
            world.shell.files.write(name, text)
        return world

    # Inputs and buttons

    def interrupt(self) -> Answer:
        """Press Ctrl-C; a migration that was being watched is given up, as virsh does."""
        job = self.shell.dump()["job"]
        answer = super().interrupt()
        if job and job["state"].get("kind") == "migration" and job["state"]["guest"] in self.racks.guests:
            self.racks.give_up_migration(job["state"]["guest"], "Ctrl-C was pressed")
        return answer

    def applied(self, action: dict[str, Any]) -> str:
        """Do what an action says and return the equivalent command line. Raises BadAction."""
        try:
            return apply_fault(self.racks, action)
        except VirtError as error:
            raise BadAction(str(error)) from None

    def actions(self, ref: str = "") -> list[dict[str, Any]]:
        """List the buttons, for one thing or for the whole world."""
        return faults_for(self.racks, ref)

    # Looking

    def scene(self) -> dict[str, Any]:
        """Describe everything that the picture and its text twin show."""
        log = self.log()
        boxes = [*boxes_of(self.racks), *self.nova.boxes()]
        return {"world": self.world_name, "at_ms": self.now_ms, "time": self.racks.clock.timestamp(), "boxes": boxes, "links": links_of(self.racks), "log": log, "lit": self.lit(log), "scoreboard": self.scoreboard(),
                "traffic": self.racks.traffic.shown(), "is_empty": not self.racks.guests}

    def scoreboard(self) -> dict[str, Any]:
        """Count what the eras are compared by."""
        return scoreboard.counted(self.racks, commands=self.commands)

    def inspect(self, ref: str) -> dict[str, Any] | None:
        """Describe one thing: summary, YAML, why."""
        return inspection.inspected(self.racks, self.nova, ref, self.history(ref))

    def document(self, ref: str) -> dict[str, Any] | None:
        """Return a thing as a document."""
        return inspection.document(self.racks, self.nova, ref)

    def documents(self, kind: str) -> Sequence[Mapping[str, Any]]:
        """Return all things of a kind."""
        return inspection.documents(self.racks, self.nova, kind)

    def refs(self) -> Sequence[str]:
        """Return the references of everything that a goal may be about."""
        return inspection.refs(self.racks, self.nova)

    def log_of(self, ref: str) -> str:
        """Return what a guest shows on its console, and what its journal says."""
        return inspection.log_of(self.racks, ref)

    def answers(self, source: str, url: str) -> bool:
        """Say whether a guest's service answers to a guest, a machine, or ("") the terminal."""
        return inspection.answers(self.racks, source, url)

    def requests(self) -> Sequence[tuple[str, str]]:
        """Return who might ask whom."""
        return inspection.requests(self.racks)

    # Reading back

    @classmethod
    def load(cls, dump: bytes) -> "HypervisorWorld":
        """Return the world that `dump` wrote down."""
        world = cls(Datacentre(0), "")
        world.restore(dump)
        return world
