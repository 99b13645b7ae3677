"""Garbage collection by owner references, and of pods whose node is gone.

Models pkg/controller/garbagecollector and pkg/controller/podgc (1.36). An object goes when the last of its owners is gone; an owner deleted in the
foreground waits for the dependents that block it; `orphan` cuts the references instead.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.custom.definitions import DEFINITIONS
from learnk8s.simulation.kubernetes.apiserver.older_versions import OLDER
from learnk8s.simulation.kubernetes.control.intents import Delete, Finalise, Intent, Later, Note, Record, Update, UpdateStatus
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import OTHERS, asked_when
from learnk8s.simulation.kubernetes.controllers.pods import is_terminating
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import KINDS, by_kind
from learnk8s.simulation.kubernetes.store.store import Change, Key, Store

FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"
LOOK_MS, QUARANTINE_MS = 20_000, 40_000
"""How often podgc looks, and how long it waits before it believes that a node is gone: pkg/controller/podgc, gcCheckPeriod and quarantineTime."""


def _owners_and_self(change: Change, _store: Store) -> Iterable[Key]:
    """Keys are uids: of a deleted owner (its dependents are to be looked at), of a doomed one's blocking owners, and of owners that were gained or lost."""
    metadata = change.new["metadata"]
    if change.type == "DELETED":
        return [("", metadata["uid"]), *(("", reference["uid"]) for reference in metadata.get("ownerReferences", ()))]
    if change.type == "ADDED" and metadata.get("ownerReferences"):
        return [("", reference["uid"]) for reference in metadata["ownerReferences"]]
    references = metadata.get("ownerReferences", ())
    before = change.old["metadata"].get("ownerReferences", ()) if change.old is not None else ()
    changed = [("", reference["uid"]) for reference in (*before, *references)] if references != before else []
    finalizers = metadata.get("finalizers")
    if "deletionTimestamp" in metadata and finalizers and (FOREGROUND in finalizers or ORPHAN in finalizers):
        return [*changed, ("", metadata["uid"])]
    return changed


WATCHED = (*(kind.resource for kind in KINDS if "delete" in kind.verbs and kind.resource != "events"), OTHERS)


class GarbageCollector:
    """Takes away what nobody owns any more. Its keys are the uids of owners."""

    name = "garbage-collector"
    event_source = "garbage-collector-controller"
    watches: dict[str, Any] = dict.fromkeys(WATCHED, _owners_and_self)

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return what the state of one owner asks for its dependents."""
        uid = key[1]
        found = view.store.by_uid(uid)
        dependents = view.store.owned_by(uid)
        if found is None:
            return [intent for resource, doc in dependents for intent in _attempted(resource, doc, view.store)]
        resource, owner = found
        finalizers = owner["metadata"].get("finalizers", ())
        strangers = [(kind, doc) for kind, doc in dependents if not _means(_reference(doc, uid), doc, owner)]
        if strangers:
            return [intent for kind, doc in strangers for intent in (*_misplaced(doc, owner), *_attempted(kind, doc, view.store))]
        if not is_terminating(owner):
            return ()
        because = ("garbage-collector.collected", "ref", f"{owner['kind']}/{owner['metadata'].get('namespace', '')}/{owner['metadata']['name']}")
        if ORPHAN in finalizers:
            return [*(_cut(kind, doc, {uid}, because) for kind, doc in dependents), Finalise(resource, owner, ORPHAN, because)]
        if FOREGROUND in finalizers:
            return _foreground(resource, owner, dependents, because, view.store)
        return ()


def _reference(doc: Doc, uid: str) -> Doc:
    return next(reference for reference in doc["metadata"]["ownerReferences"] if reference["uid"] == uid)


def _means(reference: Doc, doc: Doc, owner: Doc) -> bool:
    """Say whether a reference names an object by all that it says, not by its uid alone, and one that may own the document. Models ownerReferenceMatchesCoordinates."""
    namespace = owner["metadata"].get("namespace", "")
    return (reference["kind"], reference["name"]) == (owner["kind"], owner["metadata"]["name"]) and namespace in ("", doc["metadata"].get("namespace", "")) and reference["apiVersion"].rpartition("/")[0] == owner["apiVersion"].rpartition("/")[0]


def _misplaced(doc: Doc, owner: Doc) -> list[Intent]:
    """Warn of an owner in another namespace. Models reportInvalidNamespaceOwnerRef."""
    theirs, ours = owner["metadata"].get("namespace", ""), doc["metadata"].get("namespace", "")
    if theirs in ("", ours) or is_terminating(doc):
        return []
    named = _reference(doc, owner["metadata"]["uid"])
    text = f"[{named['apiVersion']}/{named['kind']}, namespace: {ours}, name: {named['name']}, uid: {named['uid']}]"
    return [Record(Note(doc, "OwnerRefInvalidNamespace", f'ownerRef {text} does not exist in namespace "{ours}"', "Warning"))]


def _resolvable(reference: Doc, doc: Doc, store: Store) -> bool:
    """Say whether it can be found out if an owner is there: its kind has to be served, and what is of the cluster has no owner in a namespace."""
    asked = (reference["apiVersion"], reference["kind"])
    kind = by_kind(*asked) or next((kind for kind in OLDER if (kind.api_version, kind.kind) == asked), None)
    if kind is not None:
        return bool(doc["metadata"].get("namespace")) or not kind.namespaced
    group, _, version = reference["apiVersion"].rpartition("/")
    found = next((spec for crd in store.list(DEFINITIONS) if ((spec := crd["spec"])["group"], spec["names"]["kind"]) == (group, reference["kind"]) and any(each["name"] == version and each["served"] for each in spec["versions"])), None)
    return found is not None and (bool(doc["metadata"].get("namespace")) or found["scope"] == "Cluster")


def _attempted(resource: str, doc: Doc, store: Store) -> list[Intent]:
    """Return what one dependent's owners mean for it: one that stands keeps it, else it goes. Models attemptToDeleteItem.

    Where owners own each other in a circle, the last of them stops blocking, or nobody could go first.
    """
    if is_terminating(doc):
        return []
    references = doc["metadata"]["ownerReferences"]
    owners = {reference["uid"]: found[1] for reference in references if (found := store.by_uid(reference["uid"])) is not None and _means(reference, doc, found[1])}
    if not all(reference["uid"] in owners or _resolvable(reference, doc, store) for reference in references):
        return []
    waiting = {uid for uid, owner in owners.items() if _deletes_dependents(owner)}
    lost = [reference for reference in references if reference["uid"] not in owners or reference["uid"] in waiting]
    if not lost:
        return []
    because = ("garbage-collector.collected", "ref", f"{doc['kind']}/{doc['metadata'].get('namespace', '')}/{doc['metadata']['name']}", "owner", f"{lost[0]['kind']}/{lost[0]['name']}")
    if len(lost) < len(references):
        return [_cut(resource, doc, {reference["uid"] for reference in lost}, because)]
    dependents = store.owned_by(doc["metadata"]["uid"]) if waiting else ()
    if not dependents:
        finalizers = doc["metadata"].get("finalizers", ())
        return [Delete(resource, doc, because, propagation="Orphan" if ORPHAN in finalizers else "Foreground" if FOREGROUND in finalizers else "Background")]
    foreground = Delete(resource, doc, because, propagation="Foreground")
    return [_unblocking(resource, doc, because), foreground] if any(_deletes_dependents(dependent) for _kind, dependent in dependents) else [foreground]


def _deletes_dependents(doc: Doc) -> bool:
    return is_terminating(doc) and FOREGROUND in doc["metadata"].get("finalizers", ())


def _cut(resource: str, doc: Doc, uids: set[str], because: tuple[str, ...]) -> Update:
    left = [reference for reference in doc["metadata"]["ownerReferences"] if reference["uid"] not in uids]
    metadata = {**doc["metadata"], "ownerReferences": left}
    if not left:
        del metadata["ownerReferences"]
    return Update(resource, {**doc, "metadata": metadata}, because)


def _unblocking(resource: str, doc: Doc, because: tuple[str, ...]) -> Update:
    references = [{**reference, "blockOwnerDeletion": False} for reference in doc["metadata"]["ownerReferences"]]
    return Update(resource, {**doc, "metadata": {**doc["metadata"], "ownerReferences": references}}, because)


def _foreground(resource: str, owner: Doc, dependents: list[tuple[str, Doc]], because: tuple[str, ...], store: Store) -> list[Intent]:
    uid = owner["metadata"]["uid"]
    if not any(reference["uid"] == uid and reference.get("blockOwnerDeletion") for _resource, doc in dependents for reference in doc["metadata"]["ownerReferences"]):
        return [Finalise(resource, owner, FOREGROUND, because)]
    return [intent for kind, doc in dependents for intent in _attempted(kind, doc, store)]


LOST = "@"
"""Divides a pod's name from the moment at which it was found to be on no node. No pod's name has this letter."""


@asked_when("DELETED")
def _pods_of_gone_node(change: Change, store: Store) -> Iterable[Key]:
    return [(pod["metadata"]["namespace"], f"{pod['metadata']['name']}{LOST}{store.clock.now_ms}") for pod in store.pods_on(change.new["metadata"]["name"])] if change.type == "DELETED" else ()


@asked_when("ADDED")
def _on_no_node(change: Change, store: Store) -> Iterable[Key]:
    """Map a pod that somebody put on a node that is not there."""
    node = change.new["spec"].get("nodeName") if change.type == "ADDED" else None
    return [(change.key[0], f"{change.key[1]}{LOST}{store.clock.now_ms}")] if node and store.get("nodes", "", node) is None else ()


class PodGarbageCollector:
    """Takes away the pods of a node that is not in the cluster."""

    name = "pod-garbage-collector"
    watches: dict[str, Any] = {"nodes": _pods_of_gone_node, "pods": _on_no_node}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the forced deletion of an orphaned pod, when it was found at one look and the quarantine is over at another."""
        name, _, lost_ms = key[1].partition(LOST)
        pod = view.store.get("pods", key[0], name)
        if pod is None or not pod["spec"].get("nodeName") or view.store.get("nodes", "", pod["spec"]["nodeName"]) is not None:
            return ()
        due_ms = (int(lost_ms) // LOOK_MS + 1) * LOOK_MS + QUARANTINE_MS
        if view.now_ms < due_ms:
            return (Later(due_ms),)
        because = ("pod-garbage-collector.collected", "ref", f"Pod/{key[0]}/{name}", "node", pod["spec"]["nodeName"])
        status = pod.get("status", {})
        entry = {"type": "DisruptionTarget", "status": "True", "reason": "DeletionByPodGC", "message": "PodGC: node no longer exists", "lastProbeTime": None, "lastTransitionTime": view.timestamp()}
        others = [other for other in status.get("conditions", ()) if other["type"] != "DisruptionTarget"]
        over = {} if status.get("phase") in ("Succeeded", "Failed") else {"phase": "Failed", "conditions": [*others, entry]}
        return [*([UpdateStatus("pods", pod, {**status, **over}, because)] if over else []), Delete("pods", pod, because, grace_s=0)]
