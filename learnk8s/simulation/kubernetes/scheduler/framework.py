"""What a plugin is, and what a decision says. Models pkg/scheduler/framework (1.36)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from learnk8s.simulation.kubernetes.scheduler.snapshot import NodeInfo, PodNeeds

UNSCHEDULABLE, UNRESOLVABLE = "Unschedulable", "UnschedulableAndUnresolvable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a node is refused: the first plugin that says no, with its reasons."""

    node: str
    plugin: str
    reasons: tuple[str, ...]
    code: str = UNSCHEDULABLE


class Filter(Protocol):
    """A plugin that refuses nodes."""

    name: str

    def refuses(self, needs: PodNeeds, node: NodeInfo) -> Verdict | None:
        """Return why the pod cannot run on the node, or None."""


class Score(Protocol):
    """A plugin that ranks nodes: higher is better, before weighting at most 100."""

    name: str
    weight: int

    def score(self, needs: PodNeeds, node: NodeInfo) -> int | None:
        """Return the raw score, or None to abstain for this pod."""

    def normalised(self, scores: Mapping[str, int]) -> Mapping[str, int]:
        """Return the scores of all nodes brought to 0..100."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How the scheduler is set up. `strategy` is LeastAllocated or MostAllocated."""

    strategy: str = "LeastAllocated"


DEFAULT = Profile()


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of one attempt to place one pod."""

    node: str | None
    feasible: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    scores: Mapping[str, Mapping[str, int]]
    message: str = ""
    nominated: str | None = None
    victims: tuple[str, ...] = ()
    candidates: Mapping[str, Sequence[str]] | None = None
