"""Volumes and claims: bind them, make volumes on demand, take them back. Models pkg/controller/volume/persistentvolume/pv_controller.go (1.36).

Theory. A claim and a volume point at each other: `spec.volumeName` and `spec.claimRef` with the claim's uid. Each half is written on its own, and each sync repairs the other one.
On the playground a provisioner named PROVISIONER makes volumes of its classes; on a bare cluster there is none, and such claims wait for one.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from learnk8s.simulation.kernel.quantities import whole
from learnk8s.simulation.kubernetes.control.intents import Create, Delete, Finalise, Intent, Note, Record, Update, UpdateStatus
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import asked_when, own_key
from learnk8s.simulation.kubernetes.controllers.pods import is_terminating, matches
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Change, Key, Store

VOLUMES, CLAIMS, CLASSES = "persistentvolumes", "persistentvolumeclaims", "storageclasses.storage.k8s.io"
PROVISIONER = "disk.csi.learnk8s.example"
MINIKUBE = "k8s.io/minikube-hostpath"
"""The provisioner that minikube brings, whose volumes are folders of a node; tutorials name it in classes of their own."""
BOUND_BY, COMPLETED, PROVISIONED_BY = "pv.kubernetes.io/bound-by-controller", "pv.kubernetes.io/bind-completed", "pv.kubernetes.io/provisioned-by"
SELECTED, ASKED = "volume.kubernetes.io/selected-node", "volume.kubernetes.io/storage-provisioner"
PV_PROTECTION, PVC_PROTECTION = "kubernetes.io/pv-protection", "kubernetes.io/pvc-protection"


def _claims(change: Change, store: Store) -> Iterable[Key]:
    """A volume or a class that changed concerns every claim that waits, and the one that it is bound to."""
    found = [(doc["metadata"]["namespace"], doc["metadata"]["name"]) for doc in store.list(CLAIMS) if doc.get("status", {}).get("phase") != "Bound"]
    reference = change.new.get("spec", {}).get("claimRef") if change.resource == VOLUMES else None
    return [*found, *([(reference["namespace"], reference["name"])] if reference else [])]


def _volume_of(change: Change, store: Store) -> Iterable[Key]:
    found = {doc["spec"]["volumeName"] for doc in (change.old, change.new) if doc and doc["spec"].get("volumeName")}
    found |= {volume["metadata"]["name"] for volume in store.list(VOLUMES) if (volume["spec"].get("claimRef") or {}).get("name") == change.new["metadata"]["name"]}
    return [("", name) for name in sorted(found)]


def _with(doc: Doc, notes: dict[str, str]) -> Doc:
    return {**doc, "metadata": {**doc["metadata"], "annotations": {**(doc["metadata"].get("annotations") or {}), **notes}}}


def size_of(doc: Doc) -> int:
    """Return the bytes that a claim asks for or a volume has."""
    spec = doc["spec"]
    text = (spec.get("capacity") or (spec.get("resources") or {}).get("requests") or {}).get("storage", "0")
    return whole(text)


def fits(volume: Doc, claim: Doc) -> bool:
    """Say whether a volume could serve a claim. Models volume.FindMatchingVolume."""
    spec, wanted = volume["spec"], claim["spec"]
    reference = spec.get("claimRef")
    if reference and not (reference.get("namespace") == claim["metadata"]["namespace"] and reference.get("name") == claim["metadata"]["name"] and reference.get("uid") in (None, "", claim["metadata"]["uid"])):
        return False
    if is_terminating(volume) or spec.get("volumeMode") != wanted.get("volumeMode") or size_of(volume) < size_of(claim):
        return False
    if (spec.get("storageClassName") or "") != (wanted.get("storageClassName") or "") or not set(wanted.get("accessModes") or ()) <= set(spec.get("accessModes") or ()):
        return False
    if volume.get("status", {}).get("phase") not in ("Available", "Bound", None) and not reference:
        return False
    return wanted.get("selector") is None or matches(wanted["selector"], volume["metadata"].get("labels"))


class PersistentVolumeController:
    """Looks after claims."""

    name = "persistentvolume-binder"
    event_source = "persistentvolume-controller"

    def __init__(self, *, provisions: bool) -> None:
        self._provisions = provisions
        self.watches: dict[str, Any] = {CLAIMS: own_key, VOLUMES: _claims, CLASSES: _claims}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return what binds a claim, or says why it waits."""
        claim = view.store.get(CLAIMS, *key)
        if claim is None or (is_terminating(claim) and not claim["spec"].get("volumeName")):
            return ()
        name = claim["spec"].get("volumeName")
        if not name:
            return self._unbound(claim, view)
        volume = view.store.get(VOLUMES, "", name)
        if COMPLETED in (claim["metadata"].get("annotations") or {}):
            return _still_bound(claim, volume)
        if volume is None:
            return ()
        reference = volume["spec"].get("claimRef")
        if reference and (reference.get("uid") not in (None, "", claim["metadata"]["uid"]) or (reference["namespace"], reference["name"]) != key):
            return [Record(Note(claim, "FailedBinding", f'volume "{name}" already bound to a different claim.', "Warning"))]
        return _bound(claim, volume)

    def _unbound(self, claim: Doc, view: View) -> list[Intent]:
        found = sorted((volume for volume in view.store.list(VOLUMES) if fits(volume, claim)), key=lambda volume: (volume["spec"].get("claimRef") is None, size_of(volume), volume["metadata"]["name"]))
        class_name = claim["spec"].get("storageClassName") or ""
        kind = view.store.get(CLASSES, "", class_name) if class_name else None
        waits = kind is not None and kind.get("volumeBindingMode") == "WaitForFirstConsumer" and SELECTED not in (claim["metadata"].get("annotations") or {})
        if found and not (waits and found[0]["spec"].get("claimRef") is None):
            return _bound(claim, found[0])
        if waits:
            return [Record(Note(claim, "WaitForFirstConsumer", "waiting for first consumer to be created before binding"))]
        if not class_name:
            return [Record(Note(claim, "FailedBinding", "no persistent volumes available for this claim and no storage class is set"))]
        if kind is None:
            return [Record(Note(claim, "ProvisioningFailed", f'storageclass.storage.k8s.io "{class_name}" not found', "Warning"))]
        return self._provisioned(claim, kind)

    def _provisioned(self, claim: Doc, kind: Doc) -> list[Intent]:
        provisioner = kind["provisioner"]
        out: list[Intent] = []
        if (claim["metadata"].get("annotations") or {}).get(ASKED) != provisioner:
            out.append(Update(CLAIMS, _with(claim, {"volume.beta.kubernetes.io/storage-provisioner": provisioner, ASKED: provisioner})))
        if provisioner == "kubernetes.io/no-provisioner":
            return [Record(Note(claim, "ProvisioningFailed", "no volume plugin matched name: kubernetes.io/no-provisioner", "Warning"))]
        waiting = Note(claim, "ExternalProvisioning", f"Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.")
        if not self._provisions or provisioner not in (PROVISIONER, MINIKUBE):
            return [*out, Record(waiting)]
        uid, metadata = claim["metadata"]["uid"], claim["metadata"]
        name = f"pvc-{uid}"
        reference = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": metadata["name"], "namespace": metadata["namespace"], "uid": uid}
        made: Doc = {"hostPath": {"path": f"/tmp/hostpath-provisioner/{metadata['namespace']}/{metadata['name']}", "type": ""}} if provisioner == MINIKUBE else {"csi": {"driver": provisioner, "volumeHandle": name}}
        spec: Doc = {"accessModes": claim["spec"]["accessModes"], "capacity": {"storage": claim["spec"]["resources"]["requests"]["storage"]}, "claimRef": reference, **made, "persistentVolumeReclaimPolicy": kind["reclaimPolicy"],
                     "storageClassName": kind["metadata"]["name"], "volumeMode": claim["spec"].get("volumeMode", "Filesystem")}
        doc = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name, "annotations": {PROVISIONED_BY: provisioner}}, "spec": spec}
        event = Note(claim, "ProvisioningSucceeded", f"Successfully provisioned volume {name}")
        return [*out, Record(waiting), Create(VOLUMES, doc, ("persistentvolume-binder.provisioned", "ref", f"PersistentVolumeClaim/{metadata['namespace']}/{metadata['name']}", "volume", name), event)]


def _still_bound(claim: Doc, volume: Doc | None) -> list[Intent]:
    if volume is None:
        if claim.get("status", {}).get("phase") == "Lost":
            return []
        return [UpdateStatus(CLAIMS, claim, {**claim.get("status", {}), "phase": "Lost"}, (), Note(claim, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!", "Warning"))]
    return _bound(claim, volume) if (volume["spec"].get("claimRef") or {}).get("uid") == claim["metadata"]["uid"] else []


def _bound(claim: Doc, volume: Doc) -> list[Intent]:
    """Return what is missing of a binding, the volume's half first."""
    metadata, name = claim["metadata"], volume["metadata"]["name"]
    because = ("persistentvolume-binder.bound", "ref", f"PersistentVolumeClaim/{metadata['namespace']}/{metadata['name']}", "volume", name)
    out: list[Intent] = []
    reference = volume["spec"].get("claimRef")
    if not reference or not reference.get("uid"):
        full = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": metadata["name"], "namespace": metadata["namespace"], "uid": metadata["uid"]}
        changed = {**volume, "spec": {**volume["spec"], "claimRef": full}}
        out.append(Update(VOLUMES, _with(changed, {BOUND_BY: "yes"}) if not reference else changed, because))
    notes = {COMPLETED: "yes"} if claim["spec"].get("volumeName") and BOUND_BY not in (metadata.get("annotations") or {}) else {COMPLETED: "yes", BOUND_BY: "yes"}
    if claim["spec"].get("volumeName") != name or COMPLETED not in (metadata.get("annotations") or {}):
        out.append(Update(CLAIMS, _with({**claim, "spec": {**claim["spec"], "volumeName": name}}, notes), because))
    status = {**claim.get("status", {}), "phase": "Bound", "accessModes": volume["spec"]["accessModes"], "capacity": volume["spec"]["capacity"]}
    if status != claim.get("status"):
        out.append(UpdateStatus(CLAIMS, claim, status, because))
    return out


class VolumePhaseController:
    """Looks after volumes: their phase, and what becomes of them when their claim has gone."""

    name = "persistentvolume-phases"
    event_source = "persistentvolume-controller"
    watches: dict[str, Any] = {VOLUMES: own_key, CLAIMS: _volume_of}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the new phase, or the deletion of a volume that is not to be kept."""
        volume = view.store.get(VOLUMES, *key)
        if volume is None:
            return ()
        reference, phase = volume["spec"].get("claimRef"), volume.get("status", {}).get("phase")
        if not reference:
            return _phase(volume, "Available", view)
        claim = view.store.get(CLAIMS, reference["namespace"], reference["name"])
        if not reference.get("uid"):
            return _phase(volume, "Available", view)
        if claim is None or claim["metadata"]["uid"] != reference["uid"]:
            if phase not in ("Released", "Failed"):
                return _phase(volume, "Released", view)
            if volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete" and not is_terminating(volume):
                return _reclaimed(volume, view)
            return ()
        return _phase(volume, "Bound", view) if claim["spec"].get("volumeName") == key[1] else ()


def _phase(volume: Doc, phase: str, view: View) -> list[Intent]:
    if volume.get("status", {}).get("phase") == phase:
        return []
    status = {**volume.get("status", {}), "phase": phase, "lastPhaseTransitionTime": view.timestamp()}
    return [UpdateStatus(VOLUMES, volume, status, ("persistentvolume-binder.phase", "ref", f"PersistentVolume//{volume['metadata']['name']}", "phase", phase))]


def _reclaimed(volume: Doc, view: View) -> list[Intent]:
    by = (volume["metadata"].get("annotations") or {}).get(PROVISIONED_BY)
    if by == PROVISIONER:
        return [Delete(VOLUMES, volume, ("persistentvolume-binder.reclaimed", "ref", f"PersistentVolume//{volume['metadata']['name']}"))]
    status = {**volume["status"], "phase": "Failed", "message": "error getting deleter volume plugin for volume \"" + volume["metadata"]["name"] + "\": no deletable volume plugin matched", "lastPhaseTransitionTime": view.timestamp()}
    return [UpdateStatus(VOLUMES, volume, status, ("persistentvolume-binder.phase", "ref", f"PersistentVolume//{volume['metadata']['name']}", "phase", "Failed"), Note(volume, "VolumeFailedDelete", status["message"], "Warning"))]


@asked_when(beside=CLAIMS)
def _used_claims(change: Change, store: Store) -> Iterable[Key]:
    names = {volume["persistentVolumeClaim"]["claimName"] for doc in (change.old, change.new) if doc for volume in doc["spec"].get("volumes") or () if volume.get("persistentVolumeClaim")}
    return [(change.new["metadata"]["namespace"], name) for name in sorted(names)]


class ProtectionController:
    """Lets deleted claims go when no pod uses them. Models pkg/controller/volume/pvcprotection (1.36)."""

    name = "pvc-protection-controller"
    watches: dict[str, Any] = {CLAIMS: own_key, "pods": _used_claims}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the last step of a deletion."""
        claim = view.store.get(CLAIMS, *key)
        if claim is None or not is_terminating(claim) or PVC_PROTECTION not in claim["metadata"].get("finalizers", ()):
            return ()
        used = any((volume.get("persistentVolumeClaim") or {}).get("claimName") == key[1] for pod in view.store.list("pods", key[0]) if pod.get("status", {}).get("phase") not in ("Succeeded", "Failed") for volume in pod["spec"].get("volumes") or ())
        return () if used else [Finalise(CLAIMS, claim, PVC_PROTECTION, ("pvc-protection-controller.released", "ref", f"PersistentVolumeClaim/{key[0]}/{key[1]}"))]


class VolumeProtectionController:
    """Lets deleted volumes go when they are not bound. Models pkg/controller/volume/pvprotection (1.36)."""

    name = "pv-protection-controller"
    watches: dict[str, Any] = {VOLUMES: own_key}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the last step of a deletion."""
        volume = view.store.get(VOLUMES, *key)
        if volume is None or not is_terminating(volume) or PV_PROTECTION not in volume["metadata"].get("finalizers", ()) or volume.get("status", {}).get("phase") == "Bound":
            return ()
        return [Finalise(VOLUMES, volume, PV_PROTECTION, ("pvc-protection-controller.released", "ref", f"PersistentVolume//{key[1]}"))]


class ExpansionController:
    """Grows a volume when its claim asks for more and its class allows. Models the external resizer and pkg/controller/volume/expand (1.36)."""

    name = "volume-expand"
    watches: dict[str, Any] = {CLAIMS: own_key}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the larger volume and the claim's new capacity."""
        claim = view.store.get(CLAIMS, *key)
        if claim is None or claim.get("status", {}).get("phase") != "Bound":
            return ()
        volume = view.store.get(VOLUMES, "", claim["spec"].get("volumeName", ""))
        if volume is None or size_of(claim) <= size_of(volume) or (volume["metadata"].get("annotations") or {}).get(PROVISIONED_BY) != PROVISIONER:
            return ()
        wanted = claim["spec"]["resources"]["requests"]["storage"]
        because = ("volume-expand.grown", "ref", f"PersistentVolumeClaim/{key[0]}/{key[1]}", "size", str(wanted))
        return [Update(VOLUMES, {**volume, "spec": {**volume["spec"], "capacity": {"storage": wanted}}}, because),
                UpdateStatus(CLAIMS, claim, {**claim["status"], "capacity": {"storage": wanted}}, because, Note(claim, "FileSystemResizeSuccessful", "MountVolume.NodeExpandVolume succeeded for volume"))]
