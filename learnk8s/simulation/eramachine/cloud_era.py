"""The shop on a managed cluster: the provider looks after control plane and machines, and sends a bill."""

from typing import Any

from learnk8s.simulation.cloud.scenarios import CloudScenario, Pool
from learnk8s.simulation.cloud.world import CloudWorld
from learnk8s.simulation.eramachine.era import Accident, Typed
from learnk8s.simulation.eramachine.kubernetes_era import KubernetesEra, neighbour
from learnk8s.simulation.kubernetes.scenarios.shop import manifests

BEGINNING = CloudScenario("era-day", "", "", "", "", goal={}, solution=(), pools=(Pool(machine_type="standard-2", count=2, zones=("zone-a", "zone-b")),), objects=(*manifests(), neighbour()))


class CloudEra(KubernetesEra):
    """Machines of two CPUs and eight gibibytes, two at first and as many as are needed, with a control plane that is rented too."""

    name = "cloud"

    def begin(self, seed: int) -> CloudWorld:
        """Return the cluster with the shop on it and the cluster autoscaler on."""
        world = CloudWorld.begun_as(BEGINNING, seed)
        world.execute("cloud autoscaler on default --min 2 --max 5")
        world.advance(world.now_ms + 60_000)
        return world

    def _cents(self, world: Any, millicores: int) -> int:
        return sum(world.provider.prices().values()) // 1_000

    def power_returns(self, world: Any) -> None:
        """Nothing is left to do: the provider put another machine in its place."""

    def mends(self, world: Any, accident: Accident) -> Typed:
        """Return what is left for the customer: the provider's repair brings the machine back."""
        return () if accident == "dead-machine" else super().mends(world, accident)
