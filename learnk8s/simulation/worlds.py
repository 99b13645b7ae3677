"""All worlds by name: the one place where the site asks for a world."""

from collections.abc import Mapping
from typing import Protocol

from learnk8s.simulation.kernel.world import World
from learnk8s.simulation.kubernetes.scenarios.built_in import SCENARIOS as KUBERNETES_SCENARIOS
from learnk8s.simulation.kubernetes.world import KubernetesWorld
from learnk8s.simulation.linux.scenarios import SCENARIOS as LINUX_SCENARIOS
from learnk8s.simulation.linux.world import LinuxWorld

ENGINE_VERSION = "1"
"""Raised whenever equal inputs may give other states than before; stored with every sandbox."""


class ScenarioCard(Protocol):
    """What a page shows of a scenario before it is begun."""

    name: str
    title_en: str
    title_ko: str
    story_en: str
    story_ko: str


class WorldMaker(Protocol):
    """How a world comes to be: begun from a scenario, or read back."""

    def create(self, scenario: str, seed: int) -> World:
        """Return a new world at the start of a scenario."""

    def load(self, dump: bytes) -> World:
        """Return the world that `dump` wrote down."""


WORLDS: Mapping[str, WorldMaker] = {"linux": LinuxWorld, "kubernetes": KubernetesWorld}
SCENARIOS: Mapping[str, Mapping[str, ScenarioCard]] = {"linux": LINUX_SCENARIOS, "kubernetes": KUBERNETES_SCENARIOS}


class UnknownWorld(KeyError):
    """There is no world or no scenario of this name."""


def create(world: str, scenario: str, seed: int) -> World:
    """Return a new world. Raises UnknownWorld."""
    if world not in WORLDS or scenario not in SCENARIOS[world]:
        raise UnknownWorld(f"{world}/{scenario}")
    return WORLDS[world].create(scenario, seed)


def load(world: str, dump: bytes) -> World:
    """Return the world that `dump` wrote down. Raises UnknownWorld."""
    if world not in WORLDS:
        raise UnknownWorld(world)
    return WORLDS[world].load(dump)
