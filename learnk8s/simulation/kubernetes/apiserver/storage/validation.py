"""What is refused: volumes, claims and storage classes. Models pkg/apis/{core,storage}/validation (1.36)."""

from typing import Any

from learnk8s.simulation.kernel.quantities import BadQuantity, whole
from learnk8s.simulation.kubernetes.apiserver.errors import bad_value, not_allowed, required, unsupported
from learnk8s.simulation.kubernetes.apiserver.field_rules import Causes, Updates, Validations, changes_text, selector_rules
from learnk8s.simulation.kubernetes.apiserver.words import dns_subdomain
from learnk8s.simulation.kubernetes.objects.document import Doc

MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
RECLAIM = ("Delete", "Recycle", "Retain")
SOURCES = ("awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "csi", "fc", "flexVolume", "flocker", "gcePersistentDisk", "glusterfs", "hostPath", "iscsi", "local", "nfs", "photonPersistentDisk", "portworxVolume", "quobyte", "rbd",
           "scaleIO", "storageos", "vsphereVolume")
CLAIM_RULE = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"


def _volume(doc: Doc) -> Causes:
    spec = doc.get("spec") or {}
    modes = spec.get("accessModes") or []
    if not modes:
        yield required("spec.accessModes")
    for mode in modes:
        if mode not in MODES:
            yield unsupported("spec.accessModes", mode, MODES)
    capacity = spec.get("capacity")
    if not capacity:
        yield required("spec.capacity")
    if not capacity or set(capacity) != {"storage"}:
        yield unsupported("spec.capacity", capacity, ["storage"])
    elif _size(capacity["storage"]) <= 0:
        yield bad_value("spec.capacity[storage]", capacity["storage"], "must be greater than zero")
    if spec.get("persistentVolumeReclaimPolicy") not in RECLAIM:
        yield unsupported("spec.persistentVolumeReclaimPolicy", spec.get("persistentVolumeReclaimPolicy"), RECLAIM)
    found = [name for name in SOURCES if name in spec]
    if not found:
        yield required("spec", "must specify a volume type")
    for name in found[1:]:
        yield not_allowed(f"spec.{name}", "may not specify more than 1 volume type")
    if "hostPath" in spec and ".." in str((spec["hostPath"] or {}).get("path", "")).split("/"):
        yield bad_value("spec.hostPath.path", spec["hostPath"]["path"], "must not contain '..'")
    if "local" in spec and not spec.get("nodeAffinity"):
        yield required("spec.nodeAffinity", "Local volume requires node affinity")
    if spec.get("storageClassName"):
        yield from dns_subdomain("spec.storageClassName", spec["storageClassName"])
    if spec.get("volumeMode") not in ("Block", "Filesystem", None):
        yield unsupported("spec.volumeMode", spec["volumeMode"], ["Block", "Filesystem"])


def _size(value: Any) -> int:
    try:
        return whole(value)
    except (BadQuantity, TypeError):
        return 1


def _claim(doc: Doc) -> Causes:
    spec = doc.get("spec") or {}
    modes = spec.get("accessModes") or []
    if not modes:
        yield required("spec.accessModes", "at least 1 access mode is required")
    for mode in modes:
        if mode not in MODES:
            yield unsupported("spec.accessModes", mode, MODES)
    if spec.get("selector") is not None:
        yield from selector_rules("spec.selector", spec["selector"])
    size = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    if size is None:
        yield required("spec.resources[storage]")
    elif _size(size) <= 0:
        yield bad_value("spec.resources[storage]", size, "must be greater than zero")
    if spec.get("storageClassName"):
        yield from dns_subdomain("spec.storageClassName", spec["storageClassName"])
    if spec.get("volumeMode") not in ("Block", "Filesystem", None):
        yield unsupported("spec.volumeMode", spec["volumeMode"], ["Block", "Filesystem"])


def _claim_update(old: Doc, new: Doc) -> Causes:
    before, after, bound = old.get("spec") or {}, new.get("spec") or {}, old.get("status", {}).get("phase") == "Bound"

    def fixed(spec: Doc) -> Doc:
        free = ("resources", "volumeAttributesClassName") if bound else ()
        return {key: value for key, value in spec.items() if key not in free and not (key == "volumeName" and not before.get("volumeName"))}

    if fixed(before) != fixed(after):
        yield not_allowed("spec", f"{CLAIM_RULE}\n{changes_text(before, after)}")
    elif bound:
        wanted, had = (((spec.get("resources") or {}).get("requests") or {}).get("storage", "0") for spec in (after, before))
        capacity = (old.get("status", {}).get("capacity") or {}).get("storage", "0")
        if _size(wanted) < _size(had) and _size(wanted) < _size(capacity):
            yield not_allowed("spec.resources.requests.storage", "field can not be less than status.capacity")


def _volume_update(old: Doc, new: Doc) -> Causes:
    before, after = old.get("spec") or {}, new.get("spec") or {}
    for name in SOURCES:
        if before.get(name) != after.get(name):
            yield not_allowed("spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation")
            return
    if before.get("volumeMode") != after.get("volumeMode"):
        yield bad_value("spec.volumeMode", after.get("volumeMode"), "field is immutable")


def _class(doc: Doc) -> Causes:
    if not doc.get("provisioner"):
        yield required("provisioner")
    if doc.get("reclaimPolicy") not in ("Delete", "Retain"):
        yield unsupported("reclaimPolicy", doc.get("reclaimPolicy", ""), ["Delete", "Retain"])
    if doc.get("volumeBindingMode") not in ("Immediate", "WaitForFirstConsumer"):
        yield unsupported("volumeBindingMode", doc.get("volumeBindingMode", ""), ["Immediate", "WaitForFirstConsumer"])


def _class_update(old: Doc, new: Doc) -> Causes:
    for name, words in (("parameters", "updates to parameters are forbidden."), ("provisioner", "updates to provisioner are forbidden."), ("reclaimPolicy", "updates to reclaimPolicy are forbidden.")):
        if old.get(name) != new.get(name):
            yield not_allowed(name, words)
    if old.get("volumeBindingMode") != new.get("volumeBindingMode"):
        yield bad_value("volumeBindingMode", new.get("volumeBindingMode"), "field is immutable")


CLASSES = "storageclasses.storage.k8s.io"
VALIDATIONS: Validations = {"persistentvolumes": _volume, "persistentvolumeclaims": _claim, CLASSES: _class}
UPDATES: Updates = {"persistentvolumes": _volume_update, "persistentvolumeclaims": _claim_update, CLASSES: _class_update}
