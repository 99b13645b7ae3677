"""All worlds by name: the one place where the site asks for a world."""

from collections.abc import Mapping
from typing import Any, Protocol

from learnk8s.simulation.cloud.scenarios import SCENARIOS as CLOUD_SCENARIOS
from learnk8s.simulation.cloud.world import CloudWorld
from learnk8s.simulation.docker.scenarios import SCENARIOS as DOCKER_SCENARIOS
from learnk8s.simulation.docker.world import DockerWorld
from learnk8s.simulation.fleet.scenarios import SCENARIOS as FLEET_SCENARIOS
from learnk8s.simulation.fleet.world import FleetWorld
from learnk8s.simulation.hypervisor.scenarios import SCENARIOS as HYPERVISOR_SCENARIOS
from learnk8s.simulation.hypervisor.world import HypervisorWorld
from learnk8s.simulation.kernel.world import World
from learnk8s.simulation.kubernetes.scenarios.built_in import SCENARIOS as KUBERNETES_SCENARIOS
from learnk8s.simulation.kubernetes.world import KubernetesWorld
from learnk8s.simulation.linux.scenarios import SCENARIOS as LINUX_SCENARIOS
from learnk8s.simulation.linux.world import LinuxWorld

ENGINE_VERSION = "2"
"""Raised whenever equal inputs may give other states than before; stored with every sandbox."""


class ScenarioCard(Protocol):
    """What a page shows of a scenario before it is begun."""

    @property
    def name(self) -> str: ...

    @property
    def title_en(self) -> str: ...

    @property
    def title_ko(self) -> str: ...

    @property
    def story_en(self) -> str: ...

    @property
    def story_ko(self) -> str: ...


class WorldMaker(Protocol):
    """What makes worlds of one era: anew from a scenario, or again from what was written down."""

    def create(self, scenario: str, seed: int) -> World:
        """Return a new world at the start of a scenario."""

    def load(self, dump: bytes) -> World:
        """Return the world that `dump` wrote down."""


WORLDS: Mapping[str, WorldMaker] = {"cloud": CloudWorld, "docker": DockerWorld, "fleet": FleetWorld, "hypervisor": HypervisorWorld, "linux": LinuxWorld, "kubernetes": KubernetesWorld}
SCENARIOS: Mapping[str, Mapping[str, ScenarioCard]] = {"cloud": CLOUD_SCENARIOS, "docker": DOCKER_SCENARIOS, "fleet": FLEET_SCENARIOS, "hypervisor": HYPERVISOR_SCENARIOS, "linux": LINUX_SCENARIOS, "kubernetes": KUBERNETES_SCENARIOS}


class UnknownWorld(KeyError):
    """There is no world or no scenario of this name."""


def card(world: str, scenario: str) -> ScenarioCard | None:
    """Return what a page shows of a scenario; what follows a slash in its name is the size of its nodes."""
    return SCENARIOS.get(world, {}).get(scenario.partition("/")[0])


def create(world: str, scenario: str, seed: int) -> World:
    """Return a new world. Raises UnknownWorld."""
    if world not in WORLDS or card(world, scenario) is None:
        raise UnknownWorld(f"{world}/{scenario}")
    return WORLDS[world].create(scenario, seed)


def unpacked(world: str, state: dict[str, Any], blocks: list[bytes], events: list[list[Any]]) -> World:
    """Return the world that its `packed` wrote down in parts; only some worlds do."""
    return WORLDS[world].unpacked(state, blocks, events)  # type: ignore[attr-defined, no-any-return]  # only who can be packed is unpacked


def load(world: str, dump: bytes) -> World:
    """Return the world that `dump` wrote down. Raises UnknownWorld."""
    if world not in WORLDS:
        raise UnknownWorld(world)
    return WORLDS[world].load(dump)
