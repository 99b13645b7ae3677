"""The scheduler as a program of the cluster: a queue of pods without a node, one decision after another.

Models pkg/scheduler/schedule_one.go and backend/queue (1.36): a pod that fits nowhere waits until something changes that could help, at least
its back-off of 1 s doubling to 10 s, and is tried anyhow after 300 s.
"""

from collections.abc import Mapping, Sequence
from sys import intern
from typing import Any

from learnk8s.simulation.kubernetes.control.machinery import Machinery
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.scheduler.cycle import decide
from learnk8s.simulation.kubernetes.scheduler.framework import DEFAULT, Decision
from learnk8s.simulation.kubernetes.scheduler.snapshot import Snapshot
from learnk8s.simulation.kubernetes.store.store import Change, Key

LATENCY_MS = 5
BACKOFF_FIRST_MS, BACKOFF_MAX_MS = 1_000, 10_000
"""facts/numbers.yaml: pod-backoff."""
FLUSH_MS = 300_000
"""facts/numbers.yaml: unschedulable-flush."""
NAME = "default-scheduler"


class SchedulerComponent:
    """Decides for every pod without a node, and keeps the last verdict of each."""

    name = "scheduler"

    def __init__(self, machinery: Machinery) -> None:
        self._machinery = machinery
        self._snapshot = Snapshot(read=machinery.store)
        self._active: dict[Key, int] = {}
        self._waiting: dict[Key, tuple[int, int, int]] = {}
        self._attempts: dict[Key, int] = {}
        self._planned = False
        self.verdicts: dict[str, Decision] = {}
        self.profile = DEFAULT

    # Noticing

    def changed(self, change: Change) -> None:
        """Keep the snapshot true and queue what a change could help."""
        if change.resource == "pods":
            self._pod_changed(change)
        elif change.resource == "nodes":
            if change.type == "DELETED":
                self._snapshot.node_gone(change.new["metadata"]["name"])
            else:
                self._snapshot.node_put(change.new)
            if change.old is None or _node_matters(change.old, change.new):
                self._reconsider(change.cause)
        elif change.resource in ("persistentvolumeclaims", "persistentvolumes", "services", "storageclasses.storage.k8s.io", "csinodes.storage.k8s.io"):
            self._reconsider(change.cause)

    def _pod_changed(self, change: Change) -> None:
        pod, key = change.new, change.key
        if change.type == "DELETED":
            self._snapshot.pod_gone(pod)
            self._active.pop(key, None)
            self._waiting.pop(key, None)
            self.verdicts.pop(pod["metadata"]["uid"], None)
            self._reconsider(change.cause)
            return
        if pod["spec"].get("nodeName"):
            self._snapshot.pod_put(change.old, pod)
            self._active.pop(key, None)
            self._waiting.pop(key, None)
            if pod.get("status", {}).get("phase") in ("Succeeded", "Failed") and self._waiting:
                self._reconsider(change.cause)
        elif change.old is None or _spec_matters(change.old, pod):
            self._waiting.pop(key, None)
            if pod["spec"].get("schedulerName", NAME) == NAME and "deletionTimestamp" not in pod["metadata"]:
                self._activate(key, change.cause)

    def _activate(self, key: Key, cause: int) -> None:
        self._active.setdefault(key, cause)
        if not self._planned:
            self._planned = True
            self._machinery.agenda.at(self._machinery.clock.now_ms + LATENCY_MS, self.name, "schedule")

    def _reconsider(self, cause: int) -> None:
        """Something changed that could make room: each waiting pod is tried again once its back-off is over."""
        now = self._machinery.clock.now_ms
        for key, (since_ms, attempts, ready_ms) in list(self._waiting.items()):
            if ready_ms <= now:
                del self._waiting[key]
                self._attempts[key] = attempts
                self._activate(key, cause)
            elif ready_ms < FLUSH_MS + since_ms:
                self._machinery.agenda.at(ready_ms, self.name, "retry", *key, cause)

    # Acting

    def run(self, task: str, arguments: tuple[Any, ...]) -> None:
        """Decide for all waiting pods, or put one back that waited out its back-off."""
        if task == "retry":
            namespace, name, cause = arguments
            if (namespace, name) in self._waiting:
                _since, attempts, _ready = self._waiting.pop((namespace, name))
                self._attempts[namespace, name] = attempts
                self._activate((namespace, name), cause)
            return
        self._planned = False
        batch, self._active = self._active, {}
        store = self._machinery.store
        pods = [(key, pod, cause) for key, cause in batch.items() if (pod := store.get("pods", *key)) is not None and not pod["spec"].get("nodeName")]
        pods.sort(key=lambda entry: -int(entry[1]["spec"].get("priority") or 0))
        for key, pod, cause in pods:
            self._schedule(key, pod, cause)

    def _schedule(self, key: Key, pod: Doc, cause: int) -> None:
        machinery = self._machinery
        if pod["spec"].get("schedulingGates"):
            return
        decision = decide(pod, self._snapshot, tie_break=self._tie_break, profile=self.profile)
        self.verdicts[pod["metadata"]["uid"]] = decision
        ref = intern(f"Pod/{key[0]}/{key[1]}")
        if decision.node is not None:
            self._attempts.pop(key, None)
            machinery.causes.add(machinery.clock.now_ms, self.name, "scheduler.bound", "ref", ref, "node", decision.node, "feasible", str(len(decision.feasible)), parent=cause)
            machinery.api.bind(pod, decision.node)
            machinery.api.record(pod, "Normal", "Scheduled", f"Successfully assigned {key[0]}/{key[1]} to {decision.node}", component=NAME)
            return
        machinery.causes.add(machinery.clock.now_ms, self.name, "scheduler.failed", "ref", ref, "message", decision.message[:300], parent=cause)
        self._refuse(key, pod, decision)

    def _refuse(self, key: Key, pod: Doc, decision: Decision) -> None:
        machinery = self._machinery
        entry = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": decision.message, "lastProbeTime": None, "lastTransitionTime": machinery.clock.timestamp()}
        status = pod.get("status", {})
        before = [other for other in status.get("conditions", ()) if other["type"] == "PodScheduled"]
        if before and before[0]["status"] == "False":
            entry["lastTransitionTime"] = before[0]["lastTransitionTime"]
        others = [other for other in status.get("conditions", ()) if other["type"] != "PodScheduled"]
        changed = {**status, "phase": "Pending", "conditions": [*others, entry]}
        if decision.nominated:
            changed["nominatedNodeName"] = decision.nominated
        if changed != status:
            pod = machinery.api.update_status("pods", pod, changed)
        machinery.api.record(pod, "Warning", "FailedScheduling", decision.message, component=NAME)
        attempts = self._attempts.get(key, 0) + 1
        now = machinery.clock.now_ms
        self._waiting[key] = (now, attempts, now + min(BACKOFF_FIRST_MS << min(attempts - 1, 4), BACKOFF_MAX_MS))
        for victim in decision.victims:
            self._preempt(pod, victim)

    def _preempt(self, pod: Doc, victim: str) -> None:
        machinery = self._machinery
        namespace, name = victim.split("/")
        doc = machinery.store.get("pods", namespace, name)
        if doc is not None and "deletionTimestamp" not in doc["metadata"]:
            machinery.api.record(doc, "Normal", "Preempted", f"Preempted by pod {pod['metadata']['uid']} on node {doc['spec']['nodeName']}", component=NAME)
            machinery.api.delete("pods", namespace, name)

    def _tie_break(self, nodes: Sequence[str]) -> str:
        return nodes[0] if len(nodes) == 1 else self._machinery.dice.pick("scheduler", nodes)

    # Writing down and reading back

    def dump(self) -> dict[str, Any]:
        """Return the queue; verdicts are kept as their messages."""
        return {"active": [[*key, cause] for key, cause in self._active.items()], "waiting": [[*key, *rest] for key, rest in self._waiting.items()],
                "attempts": [[*key, count] for key, count in self._attempts.items()], "planned": self._planned}

    def load(self, dumped: Mapping[str, Any]) -> None:
        """Take back the queue and build the snapshot from the store."""
        self._active = {(namespace, name): cause for namespace, name, cause in dumped["active"]}
        self._waiting = {(namespace, name): (since, attempts, ready) for namespace, name, since, attempts, ready in dumped["waiting"]}
        self._attempts = {(namespace, name): count for namespace, name, count in dumped["attempts"]}
        self._planned = dumped["planned"]
        for node in self._machinery.store.list("nodes"):
            self._snapshot.node_put(node)
        for pod in self._machinery.store.list("pods"):
            if pod["spec"].get("nodeName"):
                self._snapshot.pod_put(None, pod)


def _node_matters(old: Doc, new: Doc) -> bool:
    before, after = old.get("status", {}), new.get("status", {})
    return (old["spec"] != new["spec"] or old["metadata"].get("labels") != new["metadata"].get("labels") or before.get("allocatable") != after.get("allocatable"))


def _spec_matters(old: Doc, new: Doc) -> bool:
    return old["spec"] != new["spec"] or old["metadata"].get("labels") != new["metadata"].get("labels")
