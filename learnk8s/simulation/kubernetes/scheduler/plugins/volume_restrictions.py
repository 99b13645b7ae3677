"""VolumeRestrictions: a ReadWriteOncePod claim serves one pod, and some disks one node. Models plugins/volumerestrictions (1.36)."""

from collections.abc import Sequence

from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.scheduler.framework import Check, Refusal, Verdict
from learnk8s.simulation.kubernetes.scheduler.needs import PodNeeds
from learnk8s.simulation.kubernetes.scheduler.snapshot import NodeInfo, Snapshot

DISK = "node(s) had no available disk"
POD = "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"


def clash(one: Doc, other: Doc) -> bool:
    """Say whether two inline volumes cannot be used on one node. Models isVolumeConflict."""
    for kind, key in (("gcePersistentDisk", "pdName"), ("iscsi", "iqn")):
        if one.get(kind) and other.get(kind) and one[kind].get(key) == other[kind].get(key) and not (one[kind].get("readOnly") and other[kind].get("readOnly")):
            return True
    if one.get("awsElasticBlockStore") and other.get("awsElasticBlockStore") and one["awsElasticBlockStore"].get("volumeID") == other["awsElasticBlockStore"].get("volumeID"):
        return True
    left, right = one.get("rbd"), other.get("rbd")
    if not left or not right or not set(left.get("monitors") or ()) & set(right.get("monitors") or ()):
        return False
    return all((left.get(key) or "rbd" * (key == "pool")) == (right.get(key) or "rbd" * (key == "pool")) for key in ("pool", "image")) and not (left.get("readOnly") and right.get("readOnly"))


class VolumeRestrictions:
    """Refuses nodes for volumes that cannot be shared."""

    name = "VolumeRestrictions"

    def check(self, needs: PodNeeds, snapshot: Snapshot) -> Check | Refusal | None:
        """Look for other users of the pod's ReadWriteOncePod claims; a claim that is not there refuses the pod."""
        alone: list[str] = []
        for claim, own in needs.claims:
            if own:
                continue
            doc = snapshot.read.get("persistentvolumeclaims", needs.namespace, claim)
            if doc is None:
                return Refusal(self.name, f'persistentvolumeclaim "{claim}" not found')
            if "ReadWriteOncePod" in (doc["spec"].get("accessModes") or ()):
                alone.append(claim)
        disks = needs.disks
        if not alone and not disks:
            return None
        taken = any(_uses(other, needs.namespace, alone) for node in snapshot.nodes.values() for other, _doc in node.pods.values()) if alone else False

        def refuses(node: NodeInfo) -> Verdict | None:
            if any(clash(one, two) for one in disks for other, _doc in node.pods.values() for two in other.disks):
                return Verdict(node.name, self.name, (DISK,))
            return Verdict(node.name, self.name, (POD,)) if taken else None

        return refuses


def _uses(needs: PodNeeds, namespace: str, claims: Sequence[str]) -> bool:
    return needs.namespace == namespace and any(claim in claims for claim, _own in needs.claims)
