"""Descriptions of volumes, claims and storage classes. Models kubectl/pkg/describe (1.36)."""

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kubernetes.apiserver.durations import human_duration
from learnk8s.simulation.kubernetes.apiserver.storage.defaults import IS_DEFAULT
from learnk8s.simulation.kubernetes.apiserver.storage.tables import modes_text
from learnk8s.simulation.kubernetes.kubectl.client import Call
from learnk8s.simulation.kubernetes.kubectl.describers.lines import annotations, table_of_words
from learnk8s.simulation.kubernetes.kubectl.describers.parts import Describer, events, head
from learnk8s.simulation.kubernetes.objects.document import Doc


def _status(call: Call, doc: Doc) -> str:
    if "deletionTimestamp" not in doc["metadata"]:
        return f"Status:\t{doc.get('status', {}).get('phase', '')}"
    lasted = call.ports.clock.now_ms - Clock.since_epoch_ms(doc["metadata"]["deletionTimestamp"])
    return f"Status:\tTerminating (lasts {human_duration(lasted)})"


def volume(call: Call, doc: Doc) -> list[str]:
    """Models describePersistentVolume."""
    spec = doc["spec"]
    claim = spec.get("claimRef")
    lines = [f"Name:\t{doc['metadata']['name']}", *table_of_words("Labels", doc["metadata"].get("labels")), *annotations(doc), f"Finalizers:\t[{' '.join(doc['metadata'].get('finalizers') or ())}]", f"StorageClass:\t{spec.get('storageClassName', '')}",
             _status(call, doc), f"Claim:\t{claim['namespace']}/{claim['name']}" if claim else "Claim:\t", f"Reclaim Policy:\t{spec.get('persistentVolumeReclaimPolicy')}", f"Access Modes:\t{modes_text(spec.get('accessModes'))}",
             f"VolumeMode:\t{spec.get('volumeMode')}", f"Capacity:\t{(spec.get('capacity') or {}).get('storage', '')}", "Node Affinity:\t<none>" if not spec.get("nodeAffinity") else "Node Affinity:\t"]
    for number, term in enumerate(((spec.get("nodeAffinity") or {}).get("required") or {}).get("nodeSelectorTerms") or ()):
        lines += ["  Required Terms:\t" if not number else "", f"    Term {number}:\t" + "\n\t".join(f"{entry['key']} {entry['operator'].lower()} [{', '.join(entry.get('values') or ())}]" for entry in term.get("matchExpressions") or ())]
    return [*lines, f"Message:\t{doc.get('status', {}).get('message', '')}", "Source:", *(f"    {line}" for line in _source(spec)), *events(call, doc)]


def _source(spec: Doc) -> list[str]:
    if "hostPath" in spec:
        return ["Type:\tHostPath (bare host directory volume)", f"Path:\t{spec['hostPath'].get('path', '')}", f"HostPathType:\t{spec['hostPath'].get('type', '')}"]
    if "nfs" in spec:
        return ["Type:\tNFS (an NFS mount that lasts the lifetime of a pod)", f"Server:\t{spec['nfs'].get('server', '')}", f"Path:\t{spec['nfs'].get('path', '')}", f"ReadOnly:\t{str(bool(spec['nfs'].get('readOnly'))).lower()}"]
    if "local" in spec:
        return ["Type:\tLocalVolume (a persistent volume backed by local storage on a node)", f"Path:\t{spec['local'].get('path', '')}"]
    if "csi" in spec:
        csi = spec["csi"]
        lines = ["Type:\tCSI (a Container Storage Interface (CSI) volume source)", f"Driver:\t{csi.get('driver', '')}", f"FSType:\t{csi.get('fsType', '')}", f"VolumeHandle:\t{csi.get('volumeHandle', '')}", f"ReadOnly:\t{str(bool(csi.get('readOnly'))).lower()}"]
        return [*lines, *table_of_words("VolumeAttributes", csi.get("volumeAttributes"))]
    return ["<unknown>"]


def claim(call: Call, doc: Doc) -> list[str]:
    """Models describePVC."""
    spec, status, metadata = doc["spec"], doc.get("status", {}), doc["metadata"]
    bound = bool(spec.get("volumeName"))
    users = sorted(pod["metadata"]["name"] for pod in call.ports.api.store.list("pods", metadata["namespace"]) if pod.get("status", {}).get("phase") not in ("Succeeded", "Failed")
                   and any((volume.get("persistentVolumeClaim") or {}).get("claimName") == metadata["name"] for volume in pod["spec"].get("volumes") or ()))
    lines = [*head(doc), f"StorageClass:\t{spec.get('storageClassName') or ''}", _status(call, doc), f"Volume:\t{spec.get('volumeName', '')}", *table_of_words("Labels", metadata.get("labels")), *annotations(doc),
             f"Finalizers:\t[{' '.join(metadata.get('finalizers') or ())}]", f"Capacity:\t{(status.get('capacity') or {}).get('storage', '') if bound else ''}", f"Access Modes:\t{modes_text(status.get('accessModes')) if bound else ''}", f"VolumeMode:\t{spec.get('volumeMode')}"]
    lines += [f"Used By:\t{users[0]}", *(f"\t{name}" for name in users[1:])] if users else ["Used By:\t<none>"]
    if status.get("conditions"):
        lines += ["Conditions:", "  Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage", "  ----\t------\t-----------------\t------------------\t------\t-------"]
        lines += [f"  {entry['type']}\t{entry['status']}\t{entry.get('lastProbeTime') or ''}\t{entry.get('lastTransitionTime', '')}\t{entry.get('reason', '')}\t{entry.get('message', '')}" for entry in status["conditions"]]
    return [*lines, *events(call, doc)]


def storage_class(call: Call, doc: Doc) -> list[str]:
    """Models describeStorageClass."""
    notes = doc["metadata"].get("annotations") or {}
    usual = "Yes" if notes.get(IS_DEFAULT) == "true" else "No"
    parameters = ",".join(f"{key}={value}" for key, value in sorted((doc.get("parameters") or {}).items())) or "<none>"
    lines = [f"Name:\t{doc['metadata']['name']}", f"IsDefaultClass:\t{usual}", f"Annotations:\t{','.join(f'{key}={value}' for key, value in sorted(notes.items())) or '<none>'}", f"Provisioner:\t{doc.get('provisioner')}", f"Parameters:\t{parameters}"]
    lines.append(f"AllowVolumeExpansion:\t{'<unset>' if doc.get('allowVolumeExpansion') is None else doc['allowVolumeExpansion']}")
    lines += ["MountOptions:", *(f"  {word}" for word in doc["mountOptions"])] if doc.get("mountOptions") else ["MountOptions:\t<none>"]
    return [*lines, f"ReclaimPolicy:\t{doc.get('reclaimPolicy')}", f"VolumeBindingMode:\t{doc.get('volumeBindingMode')}", *events(call, doc)]


DESCRIBERS: dict[str, Describer] = {"PersistentVolume": volume, "PersistentVolumeClaim": claim, "StorageClass": storage_class}
