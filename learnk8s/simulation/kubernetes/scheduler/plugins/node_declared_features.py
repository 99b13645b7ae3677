"""NodeDeclaredFeatures: a pod that cannot do without a new feature runs where the kubelet declares it. Models plugins/nodedeclaredfeatures (1.36)."""

from learnk8s.simulation.kubernetes.scheduler.framework import UNRESOLVABLE, Check, Verdict
from learnk8s.simulation.kubernetes.scheduler.needs import PodNeeds
from learnk8s.simulation.kubernetes.scheduler.snapshot import NodeInfo, Snapshot


class NodeDeclaredFeatures:
    """Refuses nodes whose `status.declaredFeatures` lacks one."""

    name = "NodeDeclaredFeatures"

    def check(self, needs: PodNeeds, _snapshot: Snapshot) -> Check | None:
        """Ask only for pods that need such a feature."""
        if not needs.features:
            return None

        def refuses(node: NodeInfo) -> Verdict | None:
            declared = node.doc.get("status", {}).get("declaredFeatures") or ()
            return None if needs.features <= set(declared) else Verdict(node.name, self.name, ("node(s) didn't match Pod's required features",), UNRESOLVABLE)

        return refuses
