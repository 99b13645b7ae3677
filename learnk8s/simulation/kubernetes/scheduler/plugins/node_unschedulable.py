"""NodeUnschedulable: cordoned nodes take no new pods. Models plugins/nodeunschedulable (1.36)."""

from learnk8s.simulation.kubernetes.scheduler.framework import UNRESOLVABLE, Verdict
from learnk8s.simulation.kubernetes.scheduler.needs import PodNeeds
from learnk8s.simulation.kubernetes.scheduler.plugins.taint_toleration import tolerated
from learnk8s.simulation.kubernetes.scheduler.snapshot import NodeInfo

TAINT = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


class NodeUnschedulable:
    """Refuses `spec.unschedulable` unless the pod tolerates its taint."""

    name = "NodeUnschedulable"

    def refuses(self, needs: PodNeeds, node: NodeInfo) -> Verdict | None:
        """Return the refusal of a cordoned node."""
        if not node.doc["spec"].get("unschedulable") or tolerated(needs.tolerations, TAINT):
            return None
        return Verdict(node.name, self.name, ("node(s) were unschedulable",), UNRESOLVABLE)
