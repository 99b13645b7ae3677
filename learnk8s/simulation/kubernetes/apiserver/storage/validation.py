"""What is refused: volumes, claims and storage classes. Models pkg/apis/{core,storage}/validation (1.36)."""

from posixpath import normpath
from typing import Any

from learnk8s.simulation.kernel.quantities import BadQuantity, whole
from learnk8s.simulation.kubernetes.apiserver.errors import bad_value, duplicate, go_struct, immutable, not_allowed, required, unsupported
from learnk8s.simulation.kubernetes.apiserver.field_rules import Causes, Updates, Validations, changes_text, selector_rules
from learnk8s.simulation.kubernetes.apiserver.go_structs import terms
from learnk8s.simulation.kubernetes.apiserver.podspec.paths import no_backsteps
from learnk8s.simulation.kubernetes.apiserver.podspec.placing import node_selector
from learnk8s.simulation.kubernetes.apiserver.podspec.volumes import CHECKS, TOKEN_SECONDS_MIN, csi_driver
from learnk8s.simulation.kubernetes.apiserver.words import dns_subdomain, key_faults, qualified
from learnk8s.simulation.kubernetes.objects.document import Doc

MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
RECLAIM = ("Delete", "Recycle", "Retain")
ONE_POD = "ReadWriteOncePod"
SOURCES = ("hostPath", "gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "flocker", "nfs", "rbd", "quobyte", "cephfs", "iscsi", "cinder", "fc", "flexVolume", "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk",
           "scaleIO", "local", "storageos", "csi")
"""Kinds of volumes, in the order in which they are looked for."""
CLAIM_RULE = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"


def _access_modes(field: str, modes: list[str]) -> Causes:
    yield from (unsupported(field, mode, MODES) for mode in modes if mode not in MODES)
    if ONE_POD in modes and set(modes) & set(MODES) - {ONE_POD}:
        yield not_allowed(field, "may not use ReadWriteOncePod with other access modes")


def _volume(doc: Doc) -> Causes:
    """Models ValidatePersistentVolumeSpec."""
    spec = doc.get("spec") or {}
    modes = spec.get("accessModes") or []
    if not modes:
        yield required("spec.accessModes")
    yield from _access_modes("spec.accessModes", modes)
    capacity = spec.get("capacity")
    if not capacity:
        yield required("spec.capacity")
    if not capacity or set(capacity) != {"storage"}:
        yield unsupported("spec.capacity", capacity, ["storage"])
    for name, value in (capacity or {}).items():
        if _size(value) < 0:
            yield bad_value(f"spec.capacity[{name}]", _size(value), "must be a valid resource quantity")
        if _size(value) <= 0:
            yield bad_value(f"spec.capacity[{name}]", value, "must be greater than zero")
    if spec.get("persistentVolumeReclaimPolicy") not in RECLAIM:
        yield unsupported("spec.persistentVolumeReclaimPolicy", spec.get("persistentVolumeReclaimPolicy"), RECLAIM)
    affinity = spec.get("nodeAffinity")
    if affinity is not None:
        if affinity.get("required") is None:
            yield required("spec.nodeAffinity.required", "must specify required node constraints")
        else:
            yield from node_selector("spec.nodeAffinity.required", affinity["required"])
    yield from _volume_source(spec)
    if spec.get("hostPath") and normpath(spec["hostPath"].get("path") or ".") == "/" and spec.get("persistentVolumeReclaimPolicy") == "Recycle":
        yield not_allowed("spec.persistentVolumeReclaimPolicy", "may not be 'recycle' for a hostPath mount of '/'")
    if spec.get("storageClassName"):
        yield from dns_subdomain("spec.storageClassName", spec["storageClassName"])
    if spec.get("volumeMode") not in ("Block", "Filesystem", None):
        yield unsupported("spec.volumeMode", spec["volumeMode"], ["Block", "Filesystem"])


def _volume_source(spec: Doc) -> Causes:
    found = [name for name in SOURCES if spec.get(name) is not None]
    for place, name in enumerate(found):
        if place:
            yield not_allowed(f"spec.{name}", "may not specify more than 1 volume type")
        elif name == "csi":
            yield from csi_driver("spec.csi.driver", spec["csi"].get("driver", ""))
            if not spec["csi"].get("volumeHandle"):
                yield required("spec.csi.volumeHandle")
        elif name == "local":
            if not spec["local"].get("path"):
                yield required("spec.local.path")
            else:
                yield from no_backsteps("spec.local.path", spec["local"]["path"])
            if spec.get("nodeAffinity") is None:
                yield required("spec.nodeAffinity", "Local volume requires node affinity")
        elif name in CHECKS:
            yield from CHECKS[name](f"spec.{name}", spec[name])
    if not found:
        yield required("spec", "must specify a volume type")


def _size(value: Any) -> int:
    try:
        return whole(value)
    except (BadQuantity, TypeError):
        return 1


def _claim(doc: Doc) -> Causes:
    yield from claim_spec("spec", doc.get("spec") or {})


def claim_spec(field: str, spec: Doc) -> Causes:
    """What a claim asks for. Models ValidatePersistentVolumeClaimSpec."""
    modes = spec.get("accessModes") or []
    if not modes:
        yield required(f"{field}.accessModes", "at least 1 access mode is required")
    yield from selector_rules(f"{field}.selector", spec.get("selector"))
    yield from _access_modes(f"{field}.accessModes", modes)
    size = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    if size is None:
        yield required(f"{field}.resources[storage]")
    elif _size(size) <= 0:
        yield bad_value(f"{field}.resources[storage]", size, "must be greater than zero")
    if spec.get("storageClassName"):
        yield from dns_subdomain(f"{field}.storageClassName", spec["storageClassName"])
    if spec.get("volumeMode") not in ("Block", "Filesystem", None):
        yield unsupported(f"{field}.volumeMode", spec["volumeMode"], ["Block", "Filesystem"])
    for key in ("dataSource", "dataSourceRef"):
        if spec.get(key) is not None:
            yield from _data_source(f"{field}.{key}", spec[key])
    if spec.get("volumeAttributesClassName"):
        yield from dns_subdomain(f"{field}.volumeAttributesClassName", spec["volumeAttributesClassName"])


def _data_source(field: str, found: Doc) -> Causes:
    for key in ("name", "kind"):
        if not found.get(key):
            yield required(f"{field}.{key}")
    if found.get("apiGroup"):
        yield from dns_subdomain(f"{field}.apiGroup", found["apiGroup"])
    elif found.get("kind") != "PersistentVolumeClaim":
        yield bad_value(field, found.get("kind", ""), "must be 'PersistentVolumeClaim' when referencing the default apiGroup")


def _claim_update(old: Doc, new: Doc) -> Causes:
    """Models ValidatePersistentVolumeClaimUpdate."""
    before, after, bound = old.get("spec") or {}, new.get("spec") or {}, old.get("status", {}).get("phase") == "Bound"

    def fixed(spec: Doc) -> Doc:
        rest = {key: value for key, value in spec.items() if not (bound and key in ("resources", "volumeAttributesClassName")) and not (key == "volumeName" and not before.get("volumeName")) and not (key == "storageClassName" and before.get("storageClassName") is None)}
        return {**rest, "resources": {**(spec.get("resources") or {}), "requests": {key: value for key, value in ((spec.get("resources") or {}).get("requests") or {}).items() if not (bound and key == "storage")}}}

    if fixed(before) != fixed(after):
        yield not_allowed("spec", f"{CLAIM_RULE}\n{changes_text(before, after)}")
    wanted, had = (((spec.get("resources") or {}).get("requests") or {}).get("storage", "0") for spec in (after, before))
    if _size(wanted) < _size(had) and _size(wanted) <= _size((old.get("status", {}).get("capacity") or {}).get("storage", "0")):
        yield not_allowed("spec.resources.requests.storage", "field can not be less than status.capacity")
    if before.get("volumeMode") != after.get("volumeMode"):
        yield immutable("volumeMode", after.get("volumeMode"))
    if before.get("volumeAttributesClassName") is not None and not after.get("volumeAttributesClassName"):
        what = "nil" if after.get("volumeAttributesClassName") is None else "an empty string"
        yield not_allowed("spec.volumeAttributesClassName", f"update from non-nil value to {what} is forbidden")


def _volume_update(old: Doc, new: Doc) -> Causes:
    """Models ValidatePersistentVolumeUpdate."""
    before, after = old.get("spec") or {}, new.get("spec") or {}
    sources = [{name: spec[name] for name in SOURCES if spec.get(name) is not None} for spec in (before, after)]
    if sources[0] != sources[1]:
        yield not_allowed("spec.persistentvolumesource", f"spec.persistentvolumesource is immutable after creation\n{changes_text(*sources)}")
    if before.get("volumeMode") != after.get("volumeMode"):
        yield immutable("volumeMode", after.get("volumeMode"))
    if before.get("nodeAffinity") is not None and before["nodeAffinity"] != after.get("nodeAffinity"):
        required_ = (after.get("nodeAffinity") or {}).get("required")
        shown = {"Required": {"NodeSelectorTerms": terms(required_.get("nodeSelectorTerms"))} if required_ is not None else None} if after.get("nodeAffinity") is not None else None
        yield bad_value("nodeAffinity", go_struct(shown), "field is immutable, except for updating from beta label to GA")


def _class(doc: Doc) -> Causes:
    """Models ValidateStorageClass."""
    provisioner = doc.get("provisioner", "")
    if not provisioner:
        yield required("provisioner")
    else:
        yield from (bad_value("provisioner", provisioner, fault) for fault in key_faults(provisioner.lower()))
    if "" in (doc.get("parameters") or {}):
        yield bad_value("parameters", "", "field can not be empty.")
    if doc.get("reclaimPolicy") not in ("Delete", "Retain"):
        yield unsupported("reclaimPolicy", doc.get("reclaimPolicy", ""), ["Delete", "Retain"])
    if doc.get("volumeBindingMode") not in ("Immediate", "WaitForFirstConsumer"):
        yield unsupported("volumeBindingMode", doc.get("volumeBindingMode", ""), ["Immediate", "WaitForFirstConsumer"])
    for index, term in enumerate(doc.get("allowedTopologies") or ()):
        seen: set[str] = set()
        for number, entry in enumerate(term.get("matchLabelExpressions") or ()):
            place, values = f"allowedTopologies[{index}].matchLabelExpressions[{number}]", entry.get("values") or []
            if not values:
                yield required(f"{place}.values")
            yield from (duplicate(f"{place}.values[{at}]", value) for at, value in enumerate(values) if value in values[:at])
            yield from qualified(f"{place}.key", entry.get("key", ""))
            if entry.get("key", "") in seen:
                yield duplicate(f"{place}.key", entry["key"])
            seen.add(entry.get("key", ""))


def _driver(doc: Doc) -> Causes:
    """Models ValidateCSIDriver."""
    spec = doc.get("spec") or {}
    for mode in spec.get("volumeLifecycleModes") or ():
        if mode not in ("Ephemeral", "Persistent"):
            yield unsupported("spec.volumeLifecycleModes", mode, ["Ephemeral", "Persistent"])
    if spec.get("fsGroupPolicy") not in (None, "File", "None", "ReadWriteOnceWithFSType"):
        yield unsupported("spec.fsGroupPolicy", spec["fsGroupPolicy"], ["File", "None", "ReadWriteOnceWithFSType"])
    audiences: set[str] = set()
    for index, entry in enumerate(spec.get("tokenRequests") or ()):
        place, audience, seconds = f"spec.tokenRequests[{index}]", entry.get("audience", ""), entry.get("expirationSeconds")
        if audience in audiences:
            yield duplicate(f"{place}.audience", audience)
        audiences.add(audience)
        if seconds is not None and seconds < TOKEN_SECONDS_MIN:
            yield bad_value(f"{place}.expirationSeconds", seconds, "may not specify a duration less than 10 minutes")


def _driver_update(old: Doc, new: Doc) -> Causes:
    before, after = old.get("spec") or {}, new.get("spec") or {}
    for key, place in (("attachRequired", "attachedRequired"), ("volumeLifecycleModes", "volumeLifecycleModes")):
        if before.get(key) != after.get(key):
            yield immutable(f"spec.{place}", after.get(key))


def _class_update(old: Doc, new: Doc) -> Causes:
    for name, words in (("parameters", "updates to parameters are forbidden."), ("provisioner", "updates to provisioner are forbidden."), ("reclaimPolicy", "updates to reclaimPolicy are forbidden.")):
        if old.get(name) != new.get(name):
            yield not_allowed(name, words)
    if old.get("volumeBindingMode") != new.get("volumeBindingMode"):
        yield bad_value("volumeBindingMode", new.get("volumeBindingMode"), "field is immutable")


def _capacity_update(old: Doc, new: Doc) -> Causes:
    """Models ValidateCSIStorageCapacityUpdate."""
    yield from (bad_value(key, new.get(key), "field is immutable") for key in ("nodeTopology", "storageClassName") if old.get(key) != new.get(key))


CLASSES = "storageclasses.storage.k8s.io"
VALIDATIONS: Validations = {"persistentvolumes": _volume, "persistentvolumeclaims": _claim, CLASSES: _class, "csidrivers.storage.k8s.io": _driver}
UPDATES: Updates = {"persistentvolumes": _volume_update, "persistentvolumeclaims": _claim_update, CLASSES: _class_update, "csidrivers.storage.k8s.io": _driver_update, "csistoragecapacities.storage.k8s.io": _capacity_update}
