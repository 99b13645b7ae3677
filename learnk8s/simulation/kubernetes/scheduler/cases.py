"""Answer recorded scheduling cases: small clusters and pods to place, as in tests/parity/scheduler/README.md.

A case's objects are what a user submits, so each pod is admitted first. After each pod the cluster goes on from the recorded outcome.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.admission import PRIORITIES, TOLERATIONS
from learnk8s.simulation.kubernetes.apiserver.pod_defaults import default_pod_spec
from learnk8s.simulation.kubernetes.apiserver.scheduling_fields import GATED, with_label_keys, with_runtime_class
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import by_kind
from learnk8s.simulation.kubernetes.scheduler.cycle import decide
from learnk8s.simulation.kubernetes.scheduler.framework import Decision
from learnk8s.simulation.kubernetes.scheduler.plugins.scheduling_gates import is_gated
from learnk8s.simulation.kubernetes.scheduler.snapshot import Snapshot

NAME = "default-scheduler"
ALWAYS_THERE = ("default", "kube-system")
BOUND: Doc = {"type": "PodScheduled", "status": "True"}


class Objects:
    """The objects of a case, read as the store is."""

    def __init__(self, docs: Iterable[Doc]) -> None:
        self._tables: dict[str, dict[tuple[str, str], Doc]] = {}
        for name in ALWAYS_THERE:
            self.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        for doc in docs:
            self.put(doc)

    def put(self, doc: Doc) -> None:
        """Add or replace an object."""
        kind = by_kind(doc["apiVersion"], doc["kind"])
        assert kind is not None, f"{doc['kind']} is a kind of Kubernetes"
        metadata = doc["metadata"]
        if kind.resource == "namespaces":
            doc = {**doc, "metadata": {**metadata, "labels": {**(metadata.get("labels") or {}), "kubernetes.io/metadata.name": metadata["name"]}}}
        self._tables.setdefault(kind.resource, {})[metadata.get("namespace", ""), metadata["name"]] = doc

    def get(self, resource: str, namespace: str, name: str) -> Doc | None:
        """Return one object, or None."""
        return self._tables.get(resource, {}).get((namespace, name))

    def list(self, resource: str, namespace: str | None = None) -> list[Doc]:
        """Return the objects of a resource by namespace and name."""
        return [doc for key, doc in sorted(self._tables.get(resource, {}).items(), key=lambda item: item[0]) if namespace is None or key[0] == namespace]


def answers(case: Doc) -> Doc:
    """Return the model's answer to a case."""
    objects = Objects(case.get("other_objects") or ())
    snapshot = Snapshot(read=objects)
    for number, node in enumerate(case["nodes"]):
        snapshot.node_put({**node, "spec": node.get("spec") or {}, "metadata": {**node["metadata"], "creationTimestamp": f"{number:06d}"}})
    for pod in case.get("bound_pods") or ():
        snapshot.pod_put(None, admitted(pod, objects))
    given = []
    for number, entry in enumerate(case["pending"]):
        pod = admitted(entry["pod"], objects)
        given.append(_answer(pod, snapshot, keep=bool(entry.get("keep"))))
        _go_on(pod, entry, snapshot, objects, started=f"9999-{number:06d}")
    return {"id": case["id"], "pending": given}


def admitted(pod: Doc, objects: Objects) -> Doc:
    """Return a pod as the API server would store it, as far as scheduling goes."""
    metadata = {"namespace": "default", **pod["metadata"]}
    metadata["uid"] = f"{metadata['namespace']}/{metadata['name']}"
    spec = dict(default_pod_spec(pod["spec"], in_pod=True))
    spec.update(priority_fields(spec.get("priorityClassName") or "", objects.list("priorityclasses.scheduling.k8s.io")))
    runtime = objects.get("runtimeclasses.node.k8s.io", "", spec["runtimeClassName"]) if spec.get("runtimeClassName") else None
    if runtime is not None:
        spec = with_runtime_class(spec, runtime)
    own = spec.get("tolerations") or []
    spec["tolerations"] = [*own, *(added for added in TOLERATIONS if not any(entry.get("key") in (added["key"], None, "") and entry.get("effect") in ("NoExecute", None, "") for entry in own))]
    return {**pod, "metadata": metadata, "spec": with_label_keys(spec, metadata.get("labels") or {})}


def priority_fields(name: str, classes: Sequence[Doc]) -> Doc:
    """Return the fields that a priority class gives. Models admission/priority."""
    if name in PRIORITIES:
        return {"priority": PRIORITIES[name], "preemptionPolicy": "PreemptLowerPriority"}
    found = min((entry for entry in classes if (entry["metadata"]["name"] == name if name else entry.get("globalDefault"))), key=lambda entry: int(entry["value"]), default=None)
    if found is None:
        return {"priority": 0, "preemptionPolicy": "PreemptLowerPriority"}
    return {"priority": int(found["value"]), "preemptionPolicy": found.get("preemptionPolicy") or "PreemptLowerPriority"}


def _answer(pod: Doc, snapshot: Snapshot, *, keep: bool) -> Doc:
    """Return the answer for one pod; one that preempts comes to run on its nominated node, unless its victims linger."""
    unasked: Doc = {"node": None, "message": None, "condition": None, "feasible": None, "scores": None, "nominated": None, "victims": []}
    if pod["spec"].get("schedulerName", NAME) != NAME:
        return unasked
    if is_gated(pod):
        return {**unasked, "condition": {key: GATED[key] for key in ("type", "status", "reason", "message")}}
    decision = decide(pod, snapshot, tie_break=_first)
    node = decision.node or (None if keep else decision.nominated)
    failed = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": decision.message}
    return {"node": node, "message": decision.message or None, "condition": BOUND if node else failed, "feasible": sorted(decision.feasible), "scores": _scores(decision), "nominated": decision.nominated,
            "victims": sorted(decision.victims), **({"candidates": {name: sorted(victims) for name, victims in decision.candidates.items()}} if decision.candidates else {})}


def _first(nodes: Sequence[str]) -> str:
    return nodes[0]


def _scores(decision: Decision) -> dict[str, Any] | None:
    return {name: dict(decision.scores[name]) for name in decision.feasible} if len(decision.feasible) > 1 else None


def _go_on(pod: Doc, entry: Doc, snapshot: Snapshot, objects: Objects, *, started: str) -> None:
    """Bring the cluster to where the recording went on."""
    result = entry["result"]
    for victim in result.get("victims") or ():
        placed = next(doc for info in snapshot.nodes.values() for uid, (_needs, doc) in info.pods.items() if uid == victim)
        if entry.get("keep"):
            snapshot.pod_put(placed, {**placed, "metadata": {**placed["metadata"], "deletionTimestamp": started}})
        else:
            snapshot.pod_gone(placed)
    mine = int(pod["spec"].get("priority") or 0)
    for needs, doc, node in list(snapshot.nominated.values()):
        if node == result.get("nominated") and needs.priority < mine:
            snapshot.nominate(doc, "")
    for claim, volume in (result.get("volumes") or {}).items():
        _bind(objects, pod["metadata"]["namespace"], claim, volume)
    if result["node"]:
        snapshot.pod_put(None, {**pod, "spec": {**pod["spec"], "nodeName": result["node"]}, "status": {"phase": "Running", "startTime": started}})
    elif entry.get("keep") and result.get("nominated"):
        snapshot.nominate(pod, result["nominated"])


def _bind(objects: Objects, namespace: str, name: str, volume: str) -> None:
    claim = objects.get("persistentvolumeclaims", namespace, name)
    if claim is None:
        return
    objects.put({**claim, "spec": {**claim["spec"], "volumeName": volume}, "status": {**claim.get("status", {}), "phase": "Bound"}})
    made = objects.get("persistentvolumes", "", volume) or {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": volume}, "spec": {
        "capacity": {"storage": "1Ei"}, "accessModes": claim["spec"].get("accessModes") or [], "storageClassName": claim["spec"].get("storageClassName", "")}}
    objects.put({**made, "spec": {**made["spec"], "claimRef": {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": namespace, "name": name}}})
