"""ImageLocality: prefer nodes that hold the pod's images already. Models plugins/imagelocality (1.36)."""

from collections.abc import Sequence

from learnk8s.simulation.kubernetes.scheduler.needs import PodNeeds
from learnk8s.simulation.kubernetes.scheduler.snapshot import Snapshot

MIB = 2**20
LEAST, MOST_PER_CONTAINER = 23 * MIB, 1000 * MIB
"""Below the first nothing is gained, above the second no more: minThreshold and maxContainerThreshold."""


class ImageLocality:
    """Ranks by the size of the images that are there, times the share of nodes that have them too (so that one node does not draw all)."""

    name = "ImageLocality"
    weight = 1

    def ranks(self, needs: PodNeeds, snapshot: Snapshot, feasible: Sequence[str]) -> list[int]:
        """Return 0 to 100 per node."""
        table = snapshot.images()
        known = [table[image] for image in needs.images if image in table]
        if not known:
            return [0] * len(feasible)
        worth = [(int(size * (len(nodes) / len(snapshot.nodes))), nodes) for size, nodes in known]
        most = MOST_PER_CONTAINER * len(needs.images)
        return [self._points(sum(value for value, nodes in worth if name in nodes), most) for name in feasible]

    @staticmethod
    def _points(found: int, most: int) -> int:
        return 100 * (min(max(found, LEAST), most) - LEAST) // (most - LEAST)
