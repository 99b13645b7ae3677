"""NodeVolumeLimits: a storage driver can attach so many volumes to a node, says its CSINode. Models plugins/nodevolumelimits (1.36).

Differs: volumes of pods count, leftover VolumeAttachments do not.
"""

from learnk8s.simulation.kubernetes.objects.document import dig
from learnk8s.simulation.kubernetes.scheduler.framework import Check, Verdict
from learnk8s.simulation.kubernetes.scheduler.needs import PodNeeds
from learnk8s.simulation.kubernetes.scheduler.snapshot import NodeInfo, Snapshot

Volume = tuple[str, str]
"""(driver, handle)."""


def attached(needs: PodNeeds, snapshot: Snapshot) -> dict[Volume, None]:
    """Return the CSI volumes of a pod; one that is still to be made counts for its class's provisioner."""
    found: dict[Volume, None] = {}
    for claim, _own in needs.claims:
        doc = snapshot.read.get("persistentvolumeclaims", needs.namespace, claim)
        if doc is None:
            continue
        name = doc["spec"].get("volumeName")
        volume = snapshot.read.get("persistentvolumes", "", name) if name else None
        csi = dig(volume or {}, "spec", "csi")
        if csi:
            found[csi["driver"], csi["volumeHandle"]] = None
        elif volume is None:
            made_by = snapshot.read.get("storageclasses.storage.k8s.io", "", doc["spec"].get("storageClassName") or "")
            if made_by is not None:
                found[made_by["provisioner"], f"{needs.namespace}/{claim}"] = None
    return found


class NodeVolumeLimits:
    """Refuses nodes that would have more volumes of a driver than it can attach."""

    name = "NodeVolumeLimits"

    def check(self, needs: PodNeeds, snapshot: Snapshot) -> Check | None:
        """Ask only for pods with claims."""
        if not needs.claims:
            return None
        wanted = attached(needs, snapshot)

        def refuses(node: NodeInfo) -> Verdict | None:
            limits = _limits(snapshot, node.name)
            if not limits:
                return None
            there: dict[Volume, None] = {}
            for other, _doc in node.pods.values():
                there.update(attached(other, snapshot) if other.claims else {})
            for driver, most in limits.items():
                new = sum(volume[0] == driver and volume not in there for volume in wanted)
                if new and sum(volume[0] == driver for volume in there) + new > most:
                    return Verdict(node.name, self.name, ("node(s) exceed max volume count",))
            return None

        return refuses


def _limits(snapshot: Snapshot, node: str) -> dict[str, int]:
    doc = snapshot.read.get("csinodes.storage.k8s.io", "", node)
    drivers = dig(doc or {}, "spec", "drivers") or ()
    return {driver["name"]: driver["allocatable"]["count"] for driver in drivers if dig(driver, "allocatable", "count") is not None}
