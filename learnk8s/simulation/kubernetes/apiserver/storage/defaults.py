"""What is filled in: volumes, claims and storage classes. Models pkg/apis/{core,storage}/v1/defaults.go (1.36)."""

from collections.abc import Callable
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.pod_defaults import canonical_amounts, filled
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store

CLASSES = "storageclasses.storage.k8s.io"
IS_DEFAULT = "storageclass.kubernetes.io/is-default-class"
PROTECTION = {"persistentvolumes": "kubernetes.io/pv-protection", "persistentvolumeclaims": "kubernetes.io/pvc-protection"}


def _volume(doc: Doc) -> Doc:
    spec = doc.get("spec")
    if not isinstance(spec, dict):
        return doc
    changed = filled(spec, persistentVolumeReclaimPolicy="Retain", volumeMode="Filesystem")
    if changed.get("storageClassName") == "":
        changed = {key: value for key, value in changed.items() if key != "storageClassName"}
    if isinstance(changed.get("hostPath"), dict):
        changed = {**changed, "hostPath": filled(changed["hostPath"], type="")}
    if isinstance(changed.get("capacity"), dict):
        changed = {**changed, "capacity": canonical_amounts(changed["capacity"])}
    return {**doc, "spec": changed}


def _claim(doc: Doc) -> Doc:
    spec = doc.get("spec")
    return {**doc, "spec": filled(spec, volumeMode="Filesystem")} if isinstance(spec, dict) else doc


def _class(doc: Doc) -> Doc:
    return filled(doc, reclaimPolicy="Delete", volumeBindingMode="Immediate")


DEFAULTS: dict[str, Callable[[Doc], Doc]] = {"persistentvolumes": _volume, "persistentvolumeclaims": _claim, CLASSES: _class}
FIRST_STATUS: dict[str, Any] = {"persistentvolumes": {"phase": "Pending"}, "persistentvolumeclaims": {"phase": "Pending"}}


def admitted(resource: str, doc: Doc, store: Store) -> Doc:
    """Return a new volume or claim with what admission adds: protection, and the default class of a claim that names none.

    Models plugin/pkg/admission/storage/{storageobjectinuseprotection,storageclass/setdefault} (1.36).
    """
    finalizer = PROTECTION[resource]
    metadata = doc["metadata"]
    if finalizer not in (metadata.get("finalizers") or ()):
        doc = {**doc, "metadata": {**metadata, "finalizers": [*(metadata.get("finalizers") or ()), finalizer]}}
    if resource == "persistentvolumeclaims" and doc["spec"].get("storageClassName") is None and doc["metadata"].get("annotations", {}).get("volume.beta.kubernetes.io/storage-class") is None:
        usual = default_class(store)
        if usual:
            doc = {**doc, "spec": {**doc["spec"], "storageClassName": usual}}
    return doc


def default_class(store: Store) -> str:
    """Return the name of the newest default class, or ""."""
    found = [doc for doc in store.list(CLASSES) if (doc["metadata"].get("annotations") or {}).get(IS_DEFAULT) == "true"]
    return str(max(found, key=lambda doc: (doc["metadata"]["creationTimestamp"], doc["metadata"]["name"]))["metadata"]["name"]) if found else ""
