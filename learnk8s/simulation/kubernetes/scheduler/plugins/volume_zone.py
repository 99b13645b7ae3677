"""VolumeZone: a volume that carries a zone or region label is used there. Models plugins/volumezone (1.36)."""

from learnk8s.simulation.kubernetes.scheduler.framework import UNRESOLVABLE, Check, Refusal, Verdict
from learnk8s.simulation.kubernetes.scheduler.needs import PodNeeds
from learnk8s.simulation.kubernetes.scheduler.snapshot import NodeInfo, Snapshot
from learnk8s.simulation.kubernetes.scheduler.volumes import class_of

NEW_NAMES = {"failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region"}
KEYS = (*NEW_NAMES, *NEW_NAMES.values())


class VolumeZone:
    """Refuses nodes outside the zone of a bound volume."""

    name = "VolumeZone"

    def check(self, needs: PodNeeds, snapshot: Snapshot) -> Check | Refusal | None:
        """Collect the zones of the pod's volumes; a volume that is missing refuses the pod."""
        zones: list[tuple[str, frozenset[str]]] = []
        for claim, own in needs.claims:
            if own:
                continue
            found = self._zones(needs, claim, snapshot)
            if isinstance(found, Refusal):
                return found
            zones += found
        if not zones:
            return None

        def refuses(node: NodeInfo) -> Verdict | None:
            if not any(key in node.labels for key in KEYS):
                return None
            for key, values in zones:
                if node.labels.get(key, node.labels.get(NEW_NAMES.get(key, ""), "")) not in values:
                    return Verdict(node.name, self.name, ("node(s) had no available volume zone",), UNRESOLVABLE)
            return None

        return refuses

    def _zones(self, needs: PodNeeds, claim: str, snapshot: Snapshot) -> list[tuple[str, frozenset[str]]] | Refusal:
        doc = snapshot.read.get("persistentvolumeclaims", needs.namespace, claim)
        if doc is None:
            return Refusal(self.name, f'persistentvolumeclaim "{claim}" not found')
        name = doc["spec"].get("volumeName")
        if not name:
            return self._unbound(class_of(doc), snapshot)
        volume = snapshot.read.get("persistentvolumes", "", name)
        if volume is None:
            return Refusal(self.name, f'persistentvolume "{name}" not found')
        labels = volume["metadata"].get("labels") or {}
        zones = [(key, [zone.strip() for zone in labels[key].split("__")]) for key in KEYS if key in labels]
        return [(key, frozenset(values)) for key, values in zones if all(values)]

    def _unbound(self, name: str, snapshot: Snapshot) -> list[tuple[str, frozenset[str]]] | Refusal:
        if not name:
            return Refusal(self.name, "PersistentVolumeClaim had no pv name and storageClass name")
        found = snapshot.read.get("storageclasses.storage.k8s.io", "", name)
        if found is None:
            return Refusal(self.name, f'storageclass.storage.k8s.io "{name}" not found')
        return [] if found.get("volumeBindingMode") == "WaitForFirstConsumer" else Refusal(self.name, "PersistentVolume had no name")
