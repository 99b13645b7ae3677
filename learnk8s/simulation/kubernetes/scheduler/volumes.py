"""Which volumes a pod's claims have or could get on a node. Models plugins/volumebinding/binder.go and controller/volume/persistentvolume (1.36)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from learnk8s.simulation.kernel.quantities import whole
from learnk8s.simulation.kubernetes.objects.document import Doc, dig
from learnk8s.simulation.kubernetes.scheduler.needs import PodNeeds
from learnk8s.simulation.kubernetes.scheduler.selecting import holds, requirements
from learnk8s.simulation.kubernetes.scheduler.snapshot import ClusterReader, NodeInfo

SELECTED_NODE = "volume.kubernetes.io/selected-node"
BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
NO_PROVISIONER = "kubernetes.io/no-provisioner"
CLASS = "volume.beta.kubernetes.io/storage-class"
CLASSES = "storageclasses.storage.k8s.io"
NODE_CONFLICT = "node(s) didn't match PersistentVolume's node affinity"
BIND_CONFLICT = "node(s) didn't find available persistent volumes to bind"
NO_SPACE = "node(s) did not have enough free storage"
NO_VOLUME = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a pod: bound, to be bound once a node is chosen, and those that should have been bound already."""

    bound: tuple[Doc, ...]
    delayed: tuple[Doc, ...]
    immediate: tuple[Doc, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done if the pod goes to a node, or why that cannot be."""

    reasons: tuple[str, ...] = ()
    bindings: tuple[tuple[Doc, Doc], ...] = ()
    """(claim, volume)."""
    provisions: tuple[Doc, ...] = ()
    """Claims for which a volume is to be made."""


def class_of(doc: Doc) -> str:
    """Return the storage class of a claim or volume, "" for none."""
    return (doc["metadata"].get("annotations") or {}).get(CLASS) or doc["spec"].get("storageClassName") or ""


def is_bound(claim: Doc) -> bool:
    """Say whether a claim has its volume for good."""
    return bool(claim["spec"].get("volumeName")) and (BIND_COMPLETED in (claim["metadata"].get("annotations") or {}) or claim.get("status", {}).get("phase") == "Bound")


def claims_of(needs: PodNeeds, read: ClusterReader) -> Claims | str:
    """Sort the pod's claims; a text says why the pod must wait. Models podHasPVCs and GetPodVolumeClaims."""
    found: list[Doc] = []
    for name, own in needs.claims:
        claim = read.get("persistentvolumeclaims", needs.namespace, name)
        if claim is None:
            return f'waiting for ephemeral volume controller to create the persistentvolumeclaim "{name}"' if own else f'persistentvolumeclaim "{name}" not found'
        if claim.get("status", {}).get("phase") == "Lost":
            return f'persistentvolumeclaim "{name}" bound to non-existent persistentvolume "{claim["spec"].get("volumeName", "")}"'
        if "deletionTimestamp" in claim["metadata"]:
            return f'persistentvolumeclaim "{name}" is being deleted'
        found.append(claim)
    bound = tuple(claim for claim in found if is_bound(claim))
    delayed = tuple(claim for claim in found if not is_bound(claim) and not claim["spec"].get("volumeName") and _waits(claim, read))
    return Claims(bound, delayed, tuple(claim for claim in found if claim not in bound and claim not in delayed))


def _waits(claim: Doc, read: ClusterReader) -> bool:
    found = read.get(CLASSES, "", class_of(claim)) if class_of(claim) else None
    return found is not None and found.get("volumeBindingMode") == "WaitForFirstConsumer"


def plan_for(claims: Claims, node: NodeInfo, read: ClusterReader) -> Plan:
    """Return what would have to be bound and made on a node. Models FindPodVolumes."""
    reasons = _bound_reasons(claims.bound, node, read)
    plan = _unbound_plan(claims.delayed, node, read) if claims.delayed else Plan()
    return Plan((*reasons, *plan.reasons), plan.bindings, plan.provisions) if reasons else plan


def _bound_reasons(claims: Sequence[Doc], node: NodeInfo, read: ClusterReader) -> tuple[str, ...]:
    for claim in claims:
        volume = read.get("persistentvolumes", "", claim["spec"]["volumeName"])
        if volume is None:
            return (NO_VOLUME,)
        if not reaches(volume, node.labels):
            return (NODE_CONFLICT,)
    return ()


def reaches(volume: Doc, labels: Mapping[str, str]) -> bool:
    """Say whether a node with these labels can use a volume. Models CheckNodeAffinity."""
    required = dig(volume, "spec", "nodeAffinity", "required")
    if not required:
        return True
    return any(term.get("matchExpressions") and not term.get("matchFields") and holds(requirements({"matchExpressions": term["matchExpressions"]}), labels) for term in required.get("nodeSelectorTerms") or ())


def _unbound_plan(claims: Sequence[Doc], node: NodeInfo, read: ClusterReader) -> Plan:
    to_make: list[Doc] = []
    to_match: list[Doc] = []
    for claim in claims:
        selected = (claim["metadata"].get("annotations") or {}).get(SELECTED_NODE)
        if selected is not None and selected != node.name:
            return Plan((BIND_CONFLICT,))
        (to_make if selected is not None else to_match).append(claim)
    bindings: list[tuple[Doc, Doc]] = []
    taken: list[str] = []
    for claim in sorted(to_match, key=_size):
        volume = matching_volume(claim, node, read, taken)
        if volume is None:
            to_make.append(claim)
        else:
            taken.append(volume["metadata"]["name"])
            bindings.append((claim, volume))
    for claim in to_make:
        reason = _cannot_make(claim, node, read)
        if reason:
            return Plan((reason,))
    return Plan((), tuple(bindings), tuple(to_make))


def _size(claim: Doc) -> int:
    return whole(dig(claim, "spec", "resources", "requests", "storage") or "0")


def matching_volume(claim: Doc, node: NodeInfo, read: ClusterReader, taken: Sequence[str]) -> Doc | None:
    """Return the volume that is reserved for a claim, else the smallest free one that is large enough. Models FindMatchingVolume."""
    smallest: Doc | None = None
    for volume in read.list("persistentvolumes"):
        reference = volume["spec"].get("claimRef")
        if class_of(volume) != class_of(claim) or volume["metadata"]["name"] in taken or "deletionTimestamp" in volume["metadata"]:
            continue
        if reference and not _is_for(reference, claim):
            continue
        if _capacity(volume) < _size(claim) or (claim["spec"].get("volumeMode") or "Filesystem") != (volume["spec"].get("volumeMode") or "Filesystem"):
            continue
        if (claim["spec"].get("volumeAttributesClassName") or "") != (volume["spec"].get("volumeAttributesClassName") or ""):
            continue
        if reference:
            return volume if reaches(volume, node.labels) else None
        if _is_free(volume, claim) and reaches(volume, node.labels) and (smallest is None or _capacity(volume) < _capacity(smallest)):
            smallest = volume
    return smallest


def _is_for(reference: Doc, claim: Doc) -> bool:
    metadata = claim["metadata"]
    if (reference.get("namespace"), reference.get("name")) != (metadata.get("namespace"), metadata["name"]):
        return False
    return not reference.get("uid") or reference["uid"] == metadata.get("uid")


def _is_free(volume: Doc, claim: Doc) -> bool:
    selector = claim["spec"].get("selector")
    if volume.get("status", {}).get("phase", "Available") != "Available" or (selector is not None and not holds(requirements(selector), volume["metadata"].get("labels") or {})):
        return False
    return set(claim["spec"].get("accessModes") or ()) <= set(volume["spec"].get("accessModes") or ())


def _capacity(volume: Doc) -> int:
    return whole(dig(volume, "spec", "capacity", "storage") or "0")


def _cannot_make(claim: Doc, node: NodeInfo, read: ClusterReader) -> str:
    """Say why no volume can be made for a claim on a node. Models checkVolumeProvisions."""
    found = read.get(CLASSES, "", class_of(claim))
    if found is None or found.get("provisioner") in (None, "", NO_PROVISIONER) or not _in_topology(found.get("allowedTopologies") or (), node.labels):
        return BIND_CONFLICT
    return "" if _has_space(claim, found, node, read) else NO_SPACE


def _in_topology(terms: Sequence[Doc], labels: Mapping[str, str]) -> bool:
    if not terms:
        return True
    return any(term.get("matchLabelExpressions") and all(labels.get(entry["key"]) in entry["values"] for entry in term["matchLabelExpressions"]) for term in terms)


def _has_space(claim: Doc, made_by: Doc, node: NodeInfo, read: ClusterReader) -> bool:
    """Ask the capacities that a driver publishes, if it does. Models hasEnoughCapacity."""
    driver = read.get("csidrivers.storage.k8s.io", "", made_by["provisioner"])
    if not dig(driver or {}, "spec", "storageCapacity") or not _size(claim):
        return True
    for capacity in read.list("csistoragecapacities.storage.k8s.io"):
        limit = capacity.get("maximumVolumeSize") or capacity.get("capacity")
        if capacity["storageClassName"] == made_by["metadata"]["name"] and limit is not None and whole(limit) >= _size(claim) and holds(requirements(capacity.get("nodeTopology")), node.labels):
            return True
    return False
