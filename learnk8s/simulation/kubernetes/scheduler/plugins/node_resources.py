"""NodeResourcesFit and NodeResourcesBalancedAllocation: is there room, and where is it best used.

Models plugins/noderesources (1.36). The default strategy, LeastAllocated, spreads; MostAllocated packs.
"""

from collections.abc import Mapping
from math import sqrt

from learnk8s.simulation.kubernetes.scheduler.framework import UNRESOLVABLE, UNSCHEDULABLE, Verdict
from learnk8s.simulation.kubernetes.scheduler.snapshot import NodeInfo, PodNeeds


class NodeResourcesFit:
    """Filter by requests against what is allocatable; score by what would be left."""

    name = "NodeResourcesFit"
    weight = 1

    def __init__(self, strategy: str = "LeastAllocated") -> None:
        self.strategy = strategy

    def refuses(self, needs: PodNeeds, node: NodeInfo) -> Verdict | None:
        """Return all resources of which there is too little."""
        reasons, hopeless = [], False
        if len(node.pods) + 1 > node.allocatable.get("pods", 0):
            reasons.append("Too many pods")
        for resource, value in needs.requests:
            whole = node.allocatable.get(resource, 0)
            if value and value > whole - node.requested.get(resource, 0):
                reasons.append(f"Insufficient {resource}")
                hopeless = hopeless or value > whole
        return Verdict(node.name, self.name, tuple(reasons), UNRESOLVABLE if hopeless else UNSCHEDULABLE) if reasons else None

    def score(self, needs: PodNeeds, node: NodeInfo) -> int:
        """Return the mean share of CPU and memory that stays free (or is used), in percent."""
        total = count = 0
        for whole, used in ((node.allocatable.get("cpu", 0), node.scored_cpu + needs.scored_cpu), (node.allocatable.get("memory", 0), node.scored_memory + needs.scored_memory)):
            if whole:
                count += 1
                if used <= whole:
                    total += used * 100 // whole if self.strategy == "MostAllocated" else (whole - used) * 100 // whole
        return total // count if count else 0

    def normalised(self, scores: Mapping[str, int]) -> Mapping[str, int]:
        """The score is a percentage already."""
        return scores


class BalancedAllocation:
    """Score by how evenly CPU and memory would be used."""

    name = "NodeResourcesBalancedAllocation"
    weight = 1

    def score(self, needs: PodNeeds, node: NodeInfo) -> int | None:
        """Return 50 plus half of what the pod gains in balance; None for a pod without requests."""
        if not needs.has_requests:
            return None
        asked = dict(needs.requests)
        after = [self._share(node, resource, asked.get(resource, 0)) for resource in ("cpu", "memory")]
        before = [self._share(node, resource, 0) for resource in ("cpu", "memory")]
        return 50 + (50 + self._evenness(after) - self._evenness(before)) // 2 if all(share is not None for share in after) else 0

    @staticmethod
    def _share(node: NodeInfo, resource: str, added: int) -> float | None:
        whole = node.allocatable.get(resource, 0)
        return min((node.requested.get(resource, 0) + added) / whole, 1.0) if whole else None

    @staticmethod
    def _evenness(shares: list[float | None]) -> int:
        found = [share for share in shares if share is not None]
        if not found:
            return 0
        spread = abs(found[0] - found[1]) / 2 if len(found) == 2 else sqrt(sum((share - sum(found) / len(found)) ** 2 for share in found) / len(found))
        return int((1 - spread) * 100)

    def normalised(self, scores: Mapping[str, int]) -> Mapping[str, int]:
        """The score is within 0..100 already."""
        return scores
