"""DaemonSet: one pod on every node that fits. Models pkg/controller/daemon/daemon_controller.go and update.go (1.36)."""

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any

from learnk8s.simulation.kubernetes.control.intents import Create, Delete, Intent, Later, Note, UpdateStatus
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import own_key
from learnk8s.simulation.kubernetes.controllers.adoption import child_keys, claimed
from learnk8s.simulation.kubernetes.controllers import revisions
from learnk8s.simulation.kubernetes.controllers.pods import available_at_ms, is_ready, is_terminating, matches, owner_reference
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Change, Key, Store

RESOURCE = "daemonsets.apps"
HASH = "controller-revision-hash"
GENERATION = "deprecated.daemonset.template.generation"
TOLERATIONS: tuple[Doc, ...] = (
    {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute"}, {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute"},
    {"key": "node.kubernetes.io/disk-pressure", "operator": "Exists", "effect": "NoSchedule"}, {"key": "node.kubernetes.io/memory-pressure", "operator": "Exists", "effect": "NoSchedule"},
    {"key": "node.kubernetes.io/pid-pressure", "operator": "Exists", "effect": "NoSchedule"}, {"key": "node.kubernetes.io/unschedulable", "operator": "Exists", "effect": "NoSchedule"},
)
NETWORK: Doc = {"key": "node.kubernetes.io/network-unavailable", "operator": "Exists", "effect": "NoSchedule"}


def _all(change: Change, store: Store) -> Iterable[Key]:
    if change.old is not None and change.old.get("spec") == change.new.get("spec") and change.old["metadata"].get("labels") == change.new["metadata"].get("labels") and change.type != "DELETED":
        return ()
    return tuple((doc["metadata"]["namespace"], doc["metadata"]["name"]) for doc in store.list(RESOURCE))


class DaemonSetController:
    """Makes a pod for every node that it should be on, and takes the others away."""

    name = "daemonset-controller"
    watches = {RESOURCE: own_key, "pods": child_keys("DaemonSet", RESOURCE), "nodes": _all, revisions.RESOURCE: child_keys("DaemonSet", RESOURCE)}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return what is missing or too much, the rolling update's next step, and the status."""
        found = view.store.get(RESOURCE, *key)
        return () if found is None or is_terminating(found) else _Sync(found, view).intents()


class _Sync:
    """One look at one DaemonSet."""

    def __init__(self, owner: Doc, view: View) -> None:
        self.owner, self.view, self.spec = owner, view, owner["spec"]
        self.namespace, self.name = owner["metadata"]["namespace"], owner["metadata"]["name"]
        self.ref = f"DaemonSet/{self.namespace}/{self.name}"
        self.pods: dict[str, list[Doc]] = {}
        mine, self.adopting = claimed(owner, "pods", view.store)
        self.adopting += claimed(owner, revisions.RESOURCE, view.store)[1]
        for pod in mine:
            self.pods.setdefault(node_of(pod), []).append(pod)
        self.history = revisions.history(owner, view.store)
        self.hash = revisions.hash_of(owner)
        self.later: list[int] = []

    def because(self, what: str, *words: str) -> tuple[str, ...]:
        return (f"daemonset-controller.{what}", "ref", self.ref, *words)

    def intents(self) -> list[Intent]:
        if self.adopting:
            return self.adopting
        name, out = revisions.update_revision(self.owner, self.history, self.because("revised"))
        self.hash = next((doc["metadata"]["labels"][HASH] for doc in self.history if doc["metadata"]["name"] == name), self.hash)
        nodes = self.view.store.list("nodes")
        steps = self._manage(nodes)
        if not steps and self.spec["updateStrategy"]["type"] == "RollingUpdate":
            steps = self._rolling(nodes)
        live = {pod["metadata"].get("labels", {}).get(HASH, "") for pods in self.pods.values() for pod in pods}
        kept = {name, *(doc["metadata"]["name"] for doc in self.history if doc["metadata"]["labels"].get(HASH) in live)}
        out += [*steps, *self._status(nodes), *revisions.truncated(self.owner, self.history, kept, self.because("forgot"))]
        return [*out, Later(min(self.later))] if self.later else out

    def _manage(self, nodes: list[Doc]) -> list[Intent]:
        out: list[Intent] = []
        present = {node["metadata"]["name"] for node in nodes}
        for node in nodes:
            should, keeps = fits(self.spec["template"]["spec"], node)
            pods = self.pods.get(node["metadata"]["name"], [])
            ended = [pod for pod in pods if pod.get("status", {}).get("phase") in ("Failed", "Succeeded") and not is_terminating(pod)]
            out += [Delete("pods", pod, self.because("replaced", "pod", pod["metadata"]["name"]), Note(self.owner, "FailedDaemonPod" if pod["status"]["phase"] == "Failed" else "SucceededDaemonPod", f"Found {pod['status']['phase'].lower()} daemon pod {self.namespace}/{pod['metadata']['name']} on node {node['metadata']['name']}, will try to {'kill' if pod['status']['phase'] == 'Failed' else 'delete'} it", "Warning" if pod["status"]["phase"] == "Failed" else "Normal")) for pod in ended]
            active = [pod for pod in pods if pod not in ended]
            if should and not active and not ended:
                out.append(self._creation(node))
            elif not keeps:
                out += [self._deletion(pod) for pod in active if not is_terminating(pod)]
            elif len([pod for pod in active if not is_terminating(pod)]) > 1 + bool(self._surge(len(nodes))):
                out += [self._deletion(pod) for pod in sorted(active, key=lambda pod: (pod["metadata"]["creationTimestamp"], pod["metadata"]["name"]))[1:] if not is_terminating(pod)]
        for name, pods in self.pods.items():
            if name and name not in present:
                out += [self._deletion(pod) for pod in pods if not is_terminating(pod)]
        return out

    def _surge(self, nodes: int) -> int:
        return _share((self.spec["updateStrategy"].get("rollingUpdate") or {}).get("maxSurge", 0), nodes)

    def _rolling(self, nodes: list[Doc]) -> list[Intent]:
        wanted = [node for node in nodes if fits(self.spec["template"]["spec"], node)[0]]
        surge = self._surge(len(wanted))
        allowed = max(_share((self.spec["updateStrategy"].get("rollingUpdate") or {}).get("maxUnavailable", 1), len(wanted)), 0 if surge else 1)
        out: list[Intent] = []
        if surge:
            return self._surging(wanted, surge)
        unavailable, candidates = 0, []
        for node in wanted:
            pods = [pod for pod in self.pods.get(node["metadata"]["name"], []) if not is_terminating(pod)]
            if not pods or not self._is_available(pods[0]):
                unavailable += 1
            if pods and not self._is_new(pods[0]):
                candidates.append(pods[0])
        for pod in sorted(candidates, key=lambda pod: self._is_available(pod)):
            if not self._is_available(pod):
                out.append(self._deletion(pod))
            elif unavailable < allowed:
                out.append(self._deletion(pod))
                unavailable += 1
        return out

    def _surging(self, wanted: list[Doc], surge: int) -> list[Intent]:
        out: list[Intent] = []
        surging = 0
        for node in wanted:
            pods = [pod for pod in self.pods.get(node["metadata"]["name"], []) if not is_terminating(pod)]
            new, old = [pod for pod in pods if self._is_new(pod)], [pod for pod in pods if not self._is_new(pod)]
            if old and new:
                surging += 1
                if self._is_available(new[0]):
                    out += [self._deletion(pod) for pod in old]
        for node in wanted:
            pods = [pod for pod in self.pods.get(node["metadata"]["name"], []) if not is_terminating(pod)]
            if pods and not any(self._is_new(pod) for pod in pods) and surging < surge:
                out.append(self._creation(node))
                surging += 1
        return out

    def _is_new(self, pod: Doc) -> bool:
        return bool((pod["metadata"].get("labels") or {}).get(HASH) == self.hash)

    def _is_available(self, pod: Doc) -> bool:
        at_ms = available_at_ms(pod, self.spec.get("minReadySeconds", 0))
        if at_ms is not None and at_ms > self.view.now_ms:
            self.later.append(at_ms)
        return at_ms is not None and at_ms <= self.view.now_ms

    def _deletion(self, pod: Doc) -> Delete:
        name = pod["metadata"]["name"]
        return Delete("pods", pod, self.because("deleted-pod", "pod", name), Note(self.owner, "SuccessfulDelete", f"Deleted pod: {name}"))

    def _creation(self, node: Doc) -> Create:
        template = self.spec["template"]
        name = node["metadata"]["name"]
        spec = dict(template["spec"])
        spec["affinity"] = pinned(spec.get("affinity") or {}, name)
        spec["tolerations"] = [*(spec.get("tolerations") or ()), *(entry for entry in (*TOLERATIONS, *((NETWORK,) if spec.get("hostNetwork") else ())) if not any(other.get("key") == entry["key"] and other.get("effect") == entry["effect"] for other in spec.get("tolerations") or ()))]
        marks = template.get("metadata") or {}
        generation = (self.owner["metadata"].get("annotations") or {}).get(GENERATION, "1")
        labels = {**(marks.get("labels") or {}), HASH: self.hash, "pod-template-generation": generation}
        metadata: dict[str, Any] = {"generateName": f"{self.name}-", "namespace": self.namespace, "labels": labels, "ownerReferences": [owner_reference(self.owner)]}
        if marks.get("annotations"):
            metadata["annotations"] = marks["annotations"]
        doc = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
        return Create("pods", doc, self.because("created-pod", "node", name), Note(self.owner, "SuccessfulCreate", "Created pod: {name}"), Note(self.owner, "FailedCreate", "Error creating: {error}", "Warning"))

    def _status(self, nodes: list[Doc]) -> list[Intent]:
        desired = current = ready = available = updated = misplaced = 0
        for node in nodes:
            should, _keeps = fits(self.spec["template"]["spec"], node)
            pods = [pod for pod in self.pods.get(node["metadata"]["name"], []) if not is_terminating(pod)]
            desired += should
            if not should:
                misplaced += bool(pods)
                continue
            if pods:
                current += 1
                ready += is_ready(pods[0])
                available += self._is_available(pods[0])
                updated += self._is_new(pods[0])
        status: Doc = {"observedGeneration": self.owner["metadata"].get("generation", 1), "currentNumberScheduled": current, "numberMisscheduled": misplaced, "desiredNumberScheduled": desired, "numberReady": ready}
        status |= {name: count for name, count in (("updatedNumberScheduled", updated), ("numberAvailable", available), ("numberUnavailable", desired - available)) if count}
        if status == self.owner.get("status"):
            return []
        return [UpdateStatus(RESOURCE, self.owner, status, self.because("counted", "ready", str(ready), "wanted", str(desired)))]


def _share(value: Any, total: int) -> int:
    return ceil(int(value.rstrip("%")) * total / 100) if isinstance(value, str) else int(value)


def node_of(pod: Doc) -> str:
    """Return the node on which a daemon's pod is, or for which it was made."""
    if pod["spec"].get("nodeName"):
        return str(pod["spec"]["nodeName"])
    terms = (((pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}).get("requiredDuringSchedulingIgnoredDuringExecution") or {}).get("nodeSelectorTerms") or ()
    for term in terms:
        for entry in term.get("matchFields") or ():
            if entry["key"] == "metadata.name" and entry.get("values"):
                return str(entry["values"][0])
    return ""


def pinned(affinity: Doc, node: str) -> Doc:
    """Return an affinity that takes one node only. Models util.ReplaceDaemonSetPodNodeNameNodeAffinity."""
    field = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}
    before = affinity.get("nodeAffinity") or {}
    terms = (before.get("requiredDuringSchedulingIgnoredDuringExecution") or {}).get("nodeSelectorTerms") or [{}]
    required = {"nodeSelectorTerms": [{**term, **field} for term in terms]}
    return {**affinity, "nodeAffinity": {**before, "requiredDuringSchedulingIgnoredDuringExecution": required}}


def fits(spec: Doc, node: Doc) -> tuple[bool, bool]:
    """Say whether a daemon should be made on a node, and whether one that is there may stay. Models NodeShouldRunDaemonPod."""
    labels = {**(node["metadata"].get("labels") or {})}
    if spec.get("nodeName") and spec["nodeName"] != node["metadata"]["name"]:
        return False, False
    if any(labels.get(key) != value for key, value in (spec.get("nodeSelector") or {}).items()):
        return False, False
    required = (((spec.get("affinity") or {}).get("nodeAffinity") or {}).get("requiredDuringSchedulingIgnoredDuringExecution") or {}).get("nodeSelectorTerms")
    if required and not any(_term(term, labels) for term in required):
        return False, False
    tolerations = [*(spec.get("tolerations") or ()), *TOLERATIONS]
    taints = [taint for taint in node["spec"].get("taints") or () if not any(_tolerates(entry, taint) for entry in tolerations)]
    return not any(taint["effect"] in ("NoSchedule", "NoExecute") for taint in taints), not any(taint["effect"] == "NoExecute" for taint in taints)


def _term(term: Doc, labels: dict[str, str]) -> bool:
    plain = [entry for entry in term.get("matchExpressions") or () if entry["operator"] not in ("Gt", "Lt")]
    return matches({"matchExpressions": plain}, labels)


def _tolerates(entry: Doc, taint: Doc) -> bool:
    if entry.get("effect") and entry["effect"] != taint["effect"]:
        return False
    if entry.get("key") and entry["key"] != taint["key"]:
        return False
    return entry.get("operator") == "Exists" or (bool(entry.get("key")) and entry.get("value", "") == taint.get("value", ""))
