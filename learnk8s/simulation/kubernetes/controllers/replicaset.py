"""ReplicaSet: keep as many pods as asked for. Models pkg/controller/replicaset/replica_set.go (1.36).

Differs: reads the store itself, not a cache that lags, so it needs no expectations.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from learnk8s.simulation.kubernetes.control.intents import Create, Delete, Intent, Later, Note, UpdateStatus
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import own_key
from learnk8s.simulation.kubernetes.controllers.adoption import child_keys, claimed
from learnk8s.simulation.kubernetes.controllers.pods import available_at_ms, condition, is_active, is_ready, is_terminating, matches, owner_reference, restarts
from learnk8s.simulation.kubernetes.objects.document import Doc, controller_of
from learnk8s.simulation.kubernetes.store.store import Key, Store

BURST_REPLICAS = 500
"""Pods made or deleted in one sync: facts/numbers.yaml, controller-burst."""
RESOURCE = "replicasets.apps"


def _with_selector(rs: Doc) -> Doc:
    """Return the document with its selector in the form of a ReplicaSet's; a ReplicationController's is a plain map."""
    selector = rs["spec"].get("selector")
    if rs.get("kind") != "ReplicationController" or not isinstance(selector, dict):
        return rs
    return {**rs, "spec": {**rs["spec"], "selector": {"matchLabels": selector}}}


class ReplicaSetController:
    """Creates and deletes pods until there are as many as `spec.replicas`."""

    name = "replicaset-controller"
    resource, kind = RESOURCE, "ReplicaSet"
    watches: Mapping[str, Any] = {RESOURCE: own_key, "pods": child_keys("ReplicaSet", RESOURCE)}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return pods to make, delete, adopt or release, and the new status."""
        found = view.store.get(self.resource, *key)
        if found is None:
            return ()
        rs = _with_selector(found)
        tally = _tally(rs, view.store)
        if tally is not None:
            missing = rs["spec"].get("replicas", 1) - tally.active
            made = _creations(rs, missing, tally.active) if missing > 0 and not is_terminating(rs) else []
            return [*made, *_status(self.resource, rs, tally, [], view)]
        mine, adopting = _claimed(rs, view.store)
        if adopting:
            return adopting
        intents: list[Intent] = []
        active = [pod for pod in mine if is_active(pod)]
        if not is_terminating(rs):
            intents.extend(_manage(rs, active, view))
        counted, later = _counted(rs, active, sum(map(is_terminating, mine)), view.now_ms)
        intents.extend(_status(self.resource, rs, counted, later, view))
        return intents

    def failed(self, key: Key, view: View, message: str) -> UpdateStatus | None:
        """Return the status that says that a pod could not be made, and counts those that could. Models the ReplicaFailure condition of calculateStatus."""
        found = view.store.get(self.resource, *key)
        if found is None:
            return None
        rs = _with_selector(found)
        tally = _tally(rs, view.store)
        if tally is None:
            mine, _adopting = _claimed(rs, view.store)
            tally, _later = _counted(rs, [pod for pod in mine if is_active(pod)], sum(map(is_terminating, mine)), view.now_ms)
        entry = condition(found, "ReplicaFailure") or {"type": "ReplicaFailure", "status": "True", "lastTransitionTime": view.timestamp(), "reason": "FailedCreate", "message": message}
        others = [known for known in found.get("status", {}).get("conditions") or () if known["type"] != "ReplicaFailure"]
        counted = _status(self.resource, {**rs, "status": {"conditions": [*others, entry]}}, tally, [], view)
        status = next((intent.status for intent in counted if isinstance(intent, UpdateStatus)), None)
        if status is None or status == found.get("status"):
            return None
        return UpdateStatus(self.resource, found, status, ("replicaset-controller.could-not", "error", message[:200]))


class ReplicationController(ReplicaSetController):
    """The same for ReplicationControllers, the older kind. Models pkg/controller/replication, which wraps the ReplicaSet's code too."""

    name = "replication-controller"
    resource, kind = "replicationcontrollers", "ReplicationController"
    watches: Mapping[str, Any] = {"replicationcontrollers": own_key, "pods": child_keys("ReplicationController", "replicationcontrollers", lambda doc: _with_selector(doc)["spec"].get("selector"))}


def _claimed(rs: Doc, store: Store) -> tuple[list[Doc], list[Intent]]:
    """Return the pods that are ours, and what adopting orphans and releasing strangers takes; pods that have ended stay where they are."""
    return claimed(rs, "pods", store, moves=is_active)


def _ref(doc: Doc) -> str:
    return f"{doc['kind']}/{doc['metadata'].get('namespace', '')}/{doc['metadata']['name']}"


def _manage(rs: Doc, active: list[Doc], view: View) -> list[Intent]:
    missing = rs["spec"].get("replicas", 1) - len(active)
    if missing > 0:
        return _creations(rs, missing, len(active))
    if missing < 0:
        return _deletions(rs, active, -missing, view.store)
    return []


def _creations(rs: Doc, missing: int, present: int) -> list[Intent]:
    template = rs["spec"]["template"]
    name, namespace = rs["metadata"]["name"], rs["metadata"]["namespace"]
    metadata: dict[str, Any] = {"generateName": f"{name}-", "namespace": namespace, "ownerReferences": [owner_reference(rs)]}
    for part in ("labels", "annotations", "finalizers"):
        if template.get("metadata", {}).get(part):
            metadata[part] = template["metadata"][part]
    doc = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}
    because = ("replicaset-controller.created-pod", "ref", _ref(rs), "present", str(present), "wanted", str(rs["spec"].get("replicas", 1)))
    one = Create("pods", doc, because, Note(rs, "SuccessfulCreate", "Created pod: {name}"), Note(rs, "FailedCreate", "Error creating: {error}", "Warning"))
    return [one] * min(missing, BURST_REPLICAS)


def _deletions(rs: Doc, active: list[Doc], surplus: int, store: Store) -> list[Intent]:
    because = ("replicaset-controller.deleted-pod", "ref", _ref(rs), "present", str(len(active)), "wanted", str(rs["spec"].get("replicas", 1)))
    return [Delete("pods", pod, because, Note(rs, "SuccessfulDelete", f"Deleted pod: {pod['metadata']['name']}"))
            for pod in _first_to_go(active, _related(rs, store))[: min(surplus, BURST_REPLICAS)]]


def _related(rs: Doc, store: Store) -> dict[str, int]:
    """Count the active pods of the same controller on each node. Models getIndirectlyRelatedPods."""
    counts: dict[str, int] = {}
    owner = controller_of(rs)
    siblings = [rs] if owner is None else [doc for resource, doc in store.owned_by(owner["uid"]) if resource == RESOURCE]
    for sibling in siblings:
        for resource, pod in store.owned_by(sibling["metadata"]["uid"]):
            if resource == "pods" and is_active(pod):
                node = pod["spec"].get("nodeName", "")
                counts[node] = counts.get(node, 0) + 1
    return counts


_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}


def _first_to_go(pods: list[Doc], related: dict[str, int]) -> list[Doc]:
    """Order pods by how little their deletion costs. Models pkg/controller/controller_utils.go: ActivePodsWithRanks."""

    def rank(pod: Doc) -> tuple[Any, ...]:
        node = pod["spec"].get("nodeName", "")
        ready = condition(pod, "Ready") or {}
        cost = int((pod["metadata"].get("annotations") or {}).get("controller.kubernetes.io/pod-deletion-cost", "0"))
        return (bool(node), _PHASES.get(pod.get("status", {}).get("phase", "Pending"), 2), is_ready(pod), cost, -related.get(node, 0),
                _newest_first(ready.get("lastTransitionTime", "")), -restarts(pod), _newest_first(pod["metadata"]["creationTimestamp"]), pod["metadata"]["name"])

    return sorted(pods, key=rank)


def _newest_first(timestamp: str) -> tuple[int, ...]:
    return tuple(-ord(letter) for letter in timestamp)


class Tally(NamedTuple):
    """How many of the pods are what."""

    active: int
    terminating: int
    ready: int
    available: int
    labelled: int


def _tally(rs: Doc, store: Store) -> Tally | None:
    """Return the counts without a look at each pod, or None where pods have to be looked at: to adopt, to release, to choose who goes, to wait for."""
    selector = rs["spec"]["selector"]
    if rs["spec"].get("minReadySeconds") or any(matches(selector, labels) for labels in store.pod_counts.strays(rs["metadata"]["namespace"])):
        return None
    template_labels = _template_labels(rs)
    active = terminating = ready = labelled = 0
    for labels, state, count in store.pod_counts.of(rs["metadata"]["uid"]):
        if not matches(selector, labels):
            return None
        terminating += count if state.terminating else 0
        if state.active:
            active += count
            ready += count if state.ready else 0
            labelled += count if _carries(labels, template_labels) else 0
    return None if active > rs["spec"].get("replicas", 1) and not is_terminating(rs) else Tally(active, terminating, ready, ready, labelled)


def _template_labels(rs: Doc) -> Doc:
    return (rs["spec"]["template"].get("metadata") or {}).get("labels") or {}


def _carries(labels: Doc, wanted: Doc) -> bool:
    return labels is wanted or all(labels.get(key) == value for key, value in wanted.items())


def _counted(rs: Doc, active: list[Doc], terminating: int, now_ms: int) -> tuple[Tally, list[int]]:
    """Return the counts pod by pod, and when pods that are ready become available."""
    min_ready_s = rs["spec"].get("minReadySeconds", 0)
    ready = available = labelled = 0
    later: list[int] = []
    template_labels = _template_labels(rs)
    for pod in active:
        labels = pod["metadata"].get("labels") or {}
        labelled += _carries(labels, template_labels)
        at_ms = available_at_ms(pod, min_ready_s)
        if at_ms is None:
            continue
        ready += 1
        if at_ms <= now_ms:
            available += 1
        else:
            later.append(at_ms)
    return Tally(len(active), terminating, ready, available, labelled), later


def _status(resource: str, rs: Doc, tally: Tally, later: list[int], view: View) -> list[Intent]:
    status: Doc = {"replicas": tally.active, **({"terminatingReplicas": tally.terminating} if resource == RESOURCE else {}), "observedGeneration": rs["metadata"].get("generation", 1)}
    status.update({key: count for key, count in (("fullyLabeledReplicas", tally.labelled), ("readyReplicas", tally.ready), ("availableReplicas", tally.available)) if count})
    missing = rs["spec"].get("replicas", 1) - tally.active
    kept = [entry for entry in rs.get("status", {}).get("conditions") or () if entry["type"] != "ReplicaFailure" or missing > 0]
    if kept:
        status["conditions"] = kept
    intents: list[Intent] = [Later(min(later))] if later else []
    if status != rs.get("status"):
        because = ("replicaset-controller.counted", "ref", _ref(rs), "ready", str(tally.ready), "present", str(tally.active))
        intents.append(UpdateStatus(resource, rs, status, because))
    return intents
