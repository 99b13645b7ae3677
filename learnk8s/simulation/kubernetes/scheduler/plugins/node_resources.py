"""NodeResourcesFit and NodeResourcesBalancedAllocation: is there room, and where is it best used.

Models plugins/noderesources (1.36). The default strategy, LeastAllocated, spreads; MostAllocated packs.
"""

from learnk8s.simulation.kubernetes.scheduler.framework import UNRESOLVABLE, UNSCHEDULABLE, Verdict
from learnk8s.simulation.kubernetes.scheduler.needs import PodNeeds
from learnk8s.simulation.kubernetes.scheduler.snapshot import NodeInfo


class NodeResourcesFit:
    """Filter by requests against what is allocatable; score by what would be left."""

    name = "NodeResourcesFit"
    weight = 1

    def __init__(self, strategy: str = "LeastAllocated") -> None:
        self.strategy = strategy

    def refuses(self, needs: PodNeeds, node: NodeInfo) -> Verdict | None:
        """Return all resources of which there is too little."""
        reasons: list[str] = []
        hopeless = False
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
        for whole, used in ((node.allocatable.get("cpu", 0), node.scored_cpu + needs.wanted[0]), (node.allocatable.get("memory", 0), node.scored_memory + needs.wanted[1])):
            if whole:
                count += 1
                total += self._points(used, whole)
        return total // count if count else 0

    def _points(self, used: int, whole: int) -> int:
        if self.strategy == "MostAllocated":
            return min(used, whole) * 100 // whole
        return (whole - used) * 100 // whole if used <= whole else 0

    def normalised(self, scores: list[int]) -> list[int]:
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
        return 50 + (50 + self._evenness(node, asked) - self._evenness(node, {})) // 2

    @staticmethod
    def _evenness(node: NodeInfo, asked: dict[str, int]) -> int:
        """Return 100 less the standard deviation of the shares in use, in percent."""
        shares = [min((node.requested.get(resource, 0) + asked.get(resource, 0)) / whole, 1.0) for resource in ("cpu", "memory") if (whole := node.allocatable.get(resource, 0))]
        spread = abs(shares[0] - shares[1]) / 2 if len(shares) == 2 else 0.0
        return int((1 - spread) * 100)

    def normalised(self, scores: list[int]) -> list[int]:
        """The score is within 0..100 already."""
        return scores
