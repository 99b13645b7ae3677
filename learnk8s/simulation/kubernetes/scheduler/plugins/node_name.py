"""NodeName: a pod that names its node runs there or nowhere. Models plugins/nodename (1.36)."""

from learnk8s.simulation.kubernetes.scheduler.framework import UNRESOLVABLE, Verdict
from learnk8s.simulation.kubernetes.scheduler.needs import PodNeeds
from learnk8s.simulation.kubernetes.scheduler.snapshot import NodeInfo


class NodeName:
    """Refuses all nodes but the named one."""

    name = "NodeName"

    def refuses(self, needs: PodNeeds, node: NodeInfo) -> Verdict | None:
        """Return the refusal of another node."""
        wanted = needs.spec.get("nodeName")
        return Verdict(node.name, self.name, ("node(s) didn't match the requested node name",), UNRESOLVABLE) if wanted and wanted != node.name else None
