"""How kubectl shows volumes, claims and storage classes. Models pkg/printers/internalversion/printers.go (1.36)."""

from collections.abc import Sequence
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.cells import Tables, columns, created
from learnk8s.simulation.kubernetes.apiserver.storage.defaults import IS_DEFAULT
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store

MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}


def modes_text(found: Sequence[str] | None) -> str:
    """Return access modes in their order of old: RWO,ROX,RWX,RWOP."""
    return ",".join(short for mode, short in MODES.items() if mode in (found or ()))


def phase_of(doc: Doc) -> str:
    """Return the phase, or Terminating."""
    return "Terminating" if "deletionTimestamp" in doc["metadata"] else str(doc.get("status", {}).get("phase", ""))


def _volume(doc: Doc, store: Store) -> Sequence[Any]:
    spec, status = doc["spec"], doc.get("status", {})
    claim = spec.get("claimRef")
    return (doc["metadata"]["name"], (spec.get("capacity") or {}).get("storage", ""), modes_text(spec.get("accessModes")), spec.get("persistentVolumeReclaimPolicy"), phase_of(doc), f"{claim['namespace']}/{claim['name']}" if claim else "",
            spec.get("storageClassName", ""), spec.get("volumeAttributesClassName") or "<unset>", status.get("reason", ""), created(doc, store), spec.get("volumeMode") or "<unset>")


def _claim(doc: Doc, store: Store) -> Sequence[Any]:
    spec, status = doc["spec"], doc.get("status", {})
    bound = bool(spec.get("volumeName"))
    return (doc["metadata"]["name"], phase_of(doc), spec.get("volumeName", ""), (status.get("capacity") or {}).get("storage", "") if bound else "", modes_text(status.get("accessModes")) if bound else "",
            spec.get("storageClassName") or "", spec.get("volumeAttributesClassName") or "<unset>", created(doc, store), spec.get("volumeMode") or "<unset>")


def _class(doc: Doc, store: Store) -> Sequence[Any]:
    usual = " (default)" if (doc["metadata"].get("annotations") or {}).get(IS_DEFAULT) == "true" else ""
    return (f"{doc['metadata']['name']}{usual}", doc.get("provisioner"), doc.get("reclaimPolicy"), doc.get("volumeBindingMode"), str(bool(doc.get("allowVolumeExpansion"))).lower(), created(doc, store))


def _driver(doc: Doc, store: Store) -> Sequence[Any]:
    spec = doc.get("spec") or {}
    return (doc["metadata"]["name"], str(spec.get("attachRequired", True)).lower(), str(bool(spec.get("podInfoOnMount"))).lower(), str(bool(spec.get("storageCapacity"))).lower(), "<unset>", str(bool(spec.get("requiresRepublish"))).lower(),
            ",".join(spec.get("volumeLifecycleModes") or ("Persistent",)), created(doc, store))


def _node(doc: Doc, store: Store) -> Sequence[Any]:
    return (doc["metadata"]["name"], len((doc.get("spec") or {}).get("drivers") or ()), created(doc, store))


def _attachment(doc: Doc, store: Store) -> Sequence[Any]:
    spec = doc.get("spec") or {}
    return (doc["metadata"]["name"], spec.get("attacher", ""), (spec.get("source") or {}).get("persistentVolumeName", ""), spec.get("nodeName", ""), str(bool(doc.get("status", {}).get("attached"))).lower(), created(doc, store))


TABLES: Tables = {
    "persistentvolumes": (columns("Name|Capacity|Access Modes|Reclaim Policy|Status|Claim|StorageClass|VolumeAttributesClass|Reason|Age", "VolumeMode"), _volume),
    "persistentvolumeclaims": (columns("Name|Status|Volume|Capacity|Access Modes|StorageClass|VolumeAttributesClass|Age", "VolumeMode"), _claim),
    "storageclasses.storage.k8s.io": (columns("Name|Provisioner|ReclaimPolicy|VolumeBindingMode|AllowVolumeExpansion|Age"), _class),
    "csidrivers.storage.k8s.io": (columns("Name|AttachRequired|PodInfoOnMount|StorageCapacity|TokenRequests|RequiresRepublish|Modes|Age"), _driver),
    "csinodes.storage.k8s.io": (columns("Name|Drivers|Age"), _node),
    "volumeattachments.storage.k8s.io": (columns("Name|Attacher|PV|Node|Attached|Age"), _attachment),
}
