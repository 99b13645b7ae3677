"""What is filled in: volumes, claims and storage classes. Models pkg/apis/{core,storage}/v1/defaults.go (1.36)."""

from collections.abc import Callable

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


def _driver(doc: Doc) -> Doc:
    spec = doc.get("spec") or {}
    if not isinstance(spec, dict):
        return doc
    changed = filled(spec, attachRequired=True, podInfoOnMount=False, storageCapacity=False, fsGroupPolicy="ReadWriteOnceWithFSType", requiresRepublish=False, seLinuxMount=False)
    return {**doc, "spec": changed if changed.get("volumeLifecycleModes") else {**changed, "volumeLifecycleModes": ["Persistent"]}}


DEFAULTS: dict[str, Callable[[Doc], Doc]] = {"persistentvolumes": _volume, "persistentvolumeclaims": _claim, CLASSES: _class, "csidrivers.storage.k8s.io": _driver}
CONTENTS = (("", "PersistentVolumeClaim"), ("snapshot.storage.k8s.io", "VolumeSnapshot"))
"""What `dataSource` may name; `dataSourceRef` names anything."""


def first_status(resource: str, now: str) -> Doc:
    """Return the status with which a new volume or claim begins."""
    return {"lastPhaseTransitionTime": now, "phase": "Pending"} if resource == "persistentvolumes" else {"phase": "Pending"}


def admitted(resource: str, doc: Doc, store: Store) -> Doc:
    """Return a new volume or claim with what admission adds: protection, and the default class of a claim that names none.

    Models plugin/pkg/admission/storage/{storageobjectinuseprotection,storageclass/setdefault} (1.36).
    """
    finalizer = PROTECTION[resource]
    metadata = doc["metadata"]
    if finalizer not in (metadata.get("finalizers") or ()):
        doc = {**doc, "metadata": {**metadata, "finalizers": [*(metadata.get("finalizers") or ()), finalizer]}}
    if resource == "persistentvolumeclaims":
        doc = {**doc, "spec": _with_sources(doc["spec"])}
    if resource == "persistentvolumeclaims" and doc["spec"].get("storageClassName") is None and doc["metadata"].get("annotations", {}).get("volume.beta.kubernetes.io/storage-class") is None:
        usual = default_class(store)
        if usual:
            doc = {**doc, "spec": {**doc["spec"], "storageClassName": usual}}
    return doc


def _with_sources(spec: Doc) -> Doc:
    """Say where a claim's first contents come from in both fields. Models pkg/registry/core/persistentvolumeclaim: NormalizeDataSources."""
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if source and not reference:
        if (source.get("apiGroup") or "", source.get("kind")) not in CONTENTS:
            return {key: value for key, value in spec.items() if key != "dataSource"}
        source = {"apiGroup": None, **source}
        return {**spec, "dataSource": source, "dataSourceRef": dict(source)}
    if reference and not source and not reference.get("namespace"):
        reference = {"apiGroup": None, **reference}
        return {**spec, "dataSource": {key: reference[key] for key in ("apiGroup", "kind", "name") if key in reference}, "dataSourceRef": reference}
    return spec


def default_class(store: Store) -> str:
    """Return the name of the newest default class, or ""."""
    found = [doc for doc in store.list(CLASSES) if (doc["metadata"].get("annotations") or {}).get(IS_DEFAULT) == "true"]
    return str(max(found, key=lambda doc: (doc["metadata"]["creationTimestamp"], doc["metadata"]["name"]))["metadata"]["name"]) if found else ""
