"""NodePorts: a host port can be had once on a node. Models plugins/nodeports (1.36)."""

from learnk8s.simulation.kubernetes.scheduler.framework import Verdict
from learnk8s.simulation.kubernetes.scheduler.needs import PodNeeds
from learnk8s.simulation.kubernetes.scheduler.snapshot import NodeInfo

ANY = "0.0.0.0"


class NodePorts:
    """Refuses nodes on which a wanted host port is taken."""

    name = "NodePorts"

    def refuses(self, needs: PodNeeds, node: NodeInfo) -> Verdict | None:
        """Return the refusal for a taken port."""
        for address, protocol, port in needs.ports:
            for (other, other_protocol, other_port), count in node.ports.items():
                if count and other_port == port and other_protocol == protocol and (address == other or ANY in (address, other)):
                    return Verdict(node.name, self.name, ("node(s) didn't have free ports for the requested pod ports",))
        return None
