"""VolumeBinding: the pod's claims have, or can get, a volume that the node can reach. Models plugins/volumebinding (1.36)."""

from learnk8s.simulation.kubernetes.scheduler.framework import UNRESOLVABLE, Check, Refusal, Verdict
from learnk8s.simulation.kubernetes.scheduler.needs import PodNeeds
from learnk8s.simulation.kubernetes.scheduler.snapshot import NodeInfo, Snapshot
from learnk8s.simulation.kubernetes.scheduler.volumes import claims_of, plan_for


class VolumeBinding:
    """Refuses pods whose claims are not ready for scheduling, and nodes that cannot have the volumes."""

    name = "VolumeBinding"

    def check(self, needs: PodNeeds, snapshot: Snapshot) -> Check | Refusal | None:
        """Sort the claims; those that should have been bound by now refuse the pod."""
        if not needs.claims:
            return None
        claims = claims_of(needs, snapshot.read)
        if isinstance(claims, str):
            return Refusal(self.name, claims)
        if claims.immediate:
            return Refusal(self.name, "pod has unbound immediate PersistentVolumeClaims")

        def refuses(node: NodeInfo) -> Verdict | None:
            plan = plan_for(claims, node, snapshot.read)
            return Verdict(node.name, self.name, plan.reasons, UNRESOLVABLE) if plan.reasons else None

        return refuses
