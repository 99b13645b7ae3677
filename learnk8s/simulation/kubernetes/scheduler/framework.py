"""What a plugin is, and what a decision says. Models pkg/scheduler/framework (1.36).

Four kinds of answer. A *filter* looks at the pod and one node alone, so its answer is remembered until the node changes. A *check* first works
out something about the whole cluster for a pod (PreFilter), then answers for every node; it may refuse all nodes at once, or have
nothing to say. A *score* ranks one node alone and is remembered too; a *ranking* ranks all feasible nodes together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from learnk8s.simulation.kubernetes.scheduler.needs import PodNeeds
from learnk8s.simulation.kubernetes.scheduler.snapshot import NodeInfo, Snapshot

UNSCHEDULABLE, UNRESOLVABLE = "Unschedulable", "UnschedulableAndUnresolvable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a node is refused: the first plugin that says no, with its reasons."""

    node: str
    plugin: str
    reasons: tuple[str, ...]
    code: str = UNSCHEDULABLE


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a pod is refused before any node is looked at."""

    plugin: str
    reason: str
    code: str = UNRESOLVABLE


Check = Callable[[NodeInfo], Verdict | None]


class Filter(Protocol):
    """A plugin that refuses nodes by themselves."""

    name: str

    def refuses(self, needs: PodNeeds, node: NodeInfo) -> Verdict | None:
        """Return why the pod cannot run on the node, or None."""


class ClusterFilter(Protocol):
    """A plugin that refuses nodes because of what else is in the cluster."""

    name: str

    def check(self, needs: PodNeeds, snapshot: Snapshot) -> Check | Refusal | None:
        """Return a question to ask of each node, the refusal of the whole pod, or None if there is nothing to ask."""


class Score(Protocol):
    """A plugin that ranks nodes by themselves: higher is better, before weighting at most 100."""

    name: str
    weight: int

    def score(self, needs: PodNeeds, node: NodeInfo) -> int | None:
        """Return the raw score, or None to abstain for this pod."""

    def normalised(self, scores: list[int]) -> list[int]:
        """Return the scores of all nodes brought to 0..100."""


class Ranking(Protocol):
    """A plugin that ranks all feasible nodes together."""

    name: str
    weight: int

    def ranks(self, needs: PodNeeds, snapshot: Snapshot, feasible: Sequence[str]) -> list[int] | None:
        """Return scores from 0 to 100 in the order of the nodes, or None to abstain."""


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
    keeps_nomination: bool = False
    """Whether an earlier nomination stays because preemption was not tried."""
    examined: int = 0
    """How many nodes were looked at: in a large cluster not all are."""
