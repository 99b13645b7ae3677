"""The scheduler as a program of the cluster: one decision after another, carried out through the API.

Models pkg/scheduler/{schedule_one,eventhandlers}.go (1.36). It keeps a snapshot true change by change, queues pods without a node
(`queue.py`), decides (`cycle.py`), and writes: bindings, conditions, events, victims of preemption, and what volumes need before a pod can be bound.
"""

from collections.abc import Mapping, Sequence
from sys import intern
from typing import Any

from learnk8s.simulation.kubernetes.control.machinery import Machinery
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.scheduler import binding
from learnk8s.simulation.kubernetes.scheduler.cycle import decide
from learnk8s.simulation.kubernetes.scheduler.framework import DEFAULT, Decision, Profile
from learnk8s.simulation.kubernetes.scheduler.hints import Event, helps
from learnk8s.simulation.kubernetes.scheduler.needs import PodNeeds
from learnk8s.simulation.kubernetes.scheduler.plugins.scheduling_gates import is_gated
from learnk8s.simulation.kubernetes.scheduler.queue import FLUSH_MS, Queue
from learnk8s.simulation.kubernetes.scheduler.snapshot import FINISHED, NodeInfo, Snapshot
from learnk8s.simulation.kubernetes.scheduler.volumes import claims_of, plan_for
from learnk8s.simulation.kubernetes.store.store import Change, Key

LATENCY_MS = 5
NAME = "default-scheduler"
SELECTING = ("services", "replicationcontrollers", "replicasets.apps", "statefulsets.apps")
STORAGE = {"persistentvolumeclaims": Event.CLAIM, "persistentvolumes": Event.STORAGE, "storageclasses.storage.k8s.io": Event.STORAGE, "csinodes.storage.k8s.io": Event.STORAGE,
           "csidrivers.storage.k8s.io": Event.STORAGE, "csistoragecapacities.storage.k8s.io": Event.STORAGE, "volumeattachments.storage.k8s.io": Event.STORAGE}
DISRUPTED = {"type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler", "message": f"{NAME}: preempting to accommodate a higher priority pod"}


class SchedulerComponent:
    """Decides for every pod without a node, and keeps the last verdict of each."""

    name = "scheduler"

    def __init__(self, machinery: Machinery) -> None:
        self._machinery = machinery
        self._snapshot = Snapshot(read=machinery.store)
        self._queue = Queue()
        self._binding: dict[Key, tuple[str, int]] = {}
        self._planned = self._checking = False
        self._start = 0
        self.verdicts: dict[str, Decision] = {}
        self.profile: Profile = DEFAULT

    # Noticing

    def changed(self, change: Change) -> None:
        """Keep the snapshot true and queue what a change could help."""
        resource = change.resource
        if resource == "pods":
            self._pod_changed(change)
        elif resource == "nodes":
            self._node_changed(change)
        elif resource in SELECTING:
            if change.old is None or change.type == "DELETED" or change.old["spec"].get("selector") != change.new["spec"].get("selector"):
                self._snapshot.selectors_version += 1
        elif resource in STORAGE:
            self._notice(STORAGE[resource], None, change.cause)
            self._plan_check()
        elif resource == "namespaces" and (change.old is None or change.old["metadata"].get("labels") != change.new["metadata"].get("labels")):
            self._notice(Event.NAMESPACE, None, change.cause)

    def _node_changed(self, change: Change) -> None:
        name = change.new["metadata"]["name"]
        if change.type == "DELETED":
            self._snapshot.node_gone(name)
            self._notice(Event.NODE_GONE, None, change.cause)
            return
        self._snapshot.node_put(change.new)
        if change.old is None or _node_matters(change.old, change.new):
            self._notice(Event.NODE, self._snapshot.nodes[name], change.cause)

    def _pod_changed(self, change: Change) -> None:
        pod, key = change.new, change.key
        if change.type == "DELETED":
            self._pod_gone(pod, key, change.cause)
        elif pod["spec"].get("nodeName"):
            self._pod_placed(change)
        elif pod["spec"].get("schedulerName", NAME) == NAME:
            nominated = pod.get("status", {}).get("nominatedNodeName") or ""
            if nominated or pod["metadata"]["uid"] in self._snapshot.nominated:
                self._snapshot.nominate(pod, nominated)
            if "deletionTimestamp" in pod["metadata"]:
                self._queue.leave(key)
            elif (change.old is None or _pod_matters(change.old, pod)) and key not in self._binding:
                self._queue.leave(key)
                if not is_gated(pod):
                    self._activate(key, change.cause)

    def _pod_gone(self, pod: Doc, key: Key, cause: int) -> None:
        uid = pod["metadata"]["uid"]
        held = bool(pod["spec"].get("nodeName")) or uid in self._snapshot.nominated or key in self._binding
        self._unassume(pod, key)
        self._snapshot.pod_gone(pod)
        self._queue.forget(key)
        self.verdicts.pop(uid, None)
        if held:
            self._notice(Event.POD_GONE, pod, cause)

    def _pod_placed(self, change: Change) -> None:
        pod, old = change.new, change.old
        self._snapshot.nominated.pop(pod["metadata"]["uid"], None)
        self._snapshot.pod_put(old, pod)
        if old is None or not old["spec"].get("nodeName"):
            self._binding.pop(change.key, None)
            self._queue.forget(change.key)
            self._notice(Event.POD_HERE, pod, change.cause)
        elif not self._queue.parked:
            return
        elif pod.get("status", {}).get("phase") in FINISHED and old.get("status", {}).get("phase") not in FINISHED:
            self._notice(Event.POD_GONE, pod, change.cause)
        elif old["metadata"].get("labels") != pod["metadata"].get("labels") or ("deletionTimestamp" in pod["metadata"]) != ("deletionTimestamp" in old["metadata"]):
            self._notice(Event.POD_HERE, pod, change.cause)

    def _notice(self, event: Event, about: NodeInfo | Doc | None, cause: int) -> None:
        """Something changed: each parked pod that it could help is tried again once its back-off is over."""
        if not self._queue.parked:
            return
        told: NodeInfo | PodNeeds | None = self._snapshot.needs(about) if isinstance(about, dict) else about
        store = self._machinery.store
        for key, parked in list(self._queue.parked.items()):
            pod = store.get("pods", *key)
            if pod is None:
                continue
            if helps(parked.plugins, event, self._snapshot.needs(pod), told, self._snapshot.namespace_labels):
                self._retry(key, cause)
            elif not parked.flush:
                self._queue.parked[key] = parked._replace(flush=True)
                self._machinery.agenda.at(max(parked.since_ms + FLUSH_MS, self._machinery.clock.now_ms), self.name, "flush", *key, parked.since_ms, cause)

    def _retry(self, key: Key, cause: int) -> None:
        parked = self._queue.parked.pop(key)
        if parked.ready_ms <= self._machinery.clock.now_ms:
            self._activate(key, cause)
            return
        self._queue.backoff[key] = (parked.ready_ms, cause)
        self._machinery.agenda.at(parked.ready_ms, self.name, "retry", *key, parked.ready_ms)

    def _activate(self, key: Key, cause: int) -> None:
        self._queue.active.setdefault(key, cause)
        if not self._planned:
            self._planned = True
            self._machinery.agenda.at(self._machinery.clock.now_ms + LATENCY_MS, self.name, "schedule")

    # Acting

    def run(self, task: str, arguments: tuple[Any, ...]) -> None:
        """Decide for all active pods, put one back that backed off, or look how far volumes are."""
        if task == "schedule":
            self._schedule_all()
        elif task == "check":
            self._checking = False
            for key in list(self._binding):
                self._check_binding(key)
        elif task == "timeout":
            namespace, name, since_ms = arguments
            if self._binding.get((namespace, name), ("", -1))[1] == since_ms:
                self._binding_failed((namespace, name), "context deadline exceeded")
        elif task == "retry":
            namespace, name, ready_ms = arguments
            if self._queue.backoff.get((namespace, name), (-1, 0))[0] == ready_ms:
                self._activate((namespace, name), self._queue.backoff.pop((namespace, name))[1])
        else:
            namespace, name, since_ms, cause = arguments
            parked = self._queue.parked.get((namespace, name))
            if parked is not None and parked.since_ms == since_ms:
                self._retry((namespace, name), cause)

    def _schedule_all(self) -> None:
        self._planned = False
        batch, self._queue.active = self._queue.active, {}
        store = self._machinery.store
        pods = [(key, pod, cause) for key, cause in batch.items() if (pod := store.get("pods", *key)) is not None and not pod["spec"].get("nodeName")]
        pods.sort(key=lambda entry: -int(entry[1]["spec"].get("priority") or 0))
        for key, _pod, cause in pods:
            now = store.get("pods", *key)
            if now is not None and not now["spec"].get("nodeName") and "deletionTimestamp" not in now["metadata"]:
                self._schedule(key, now, cause)

    def _schedule(self, key: Key, pod: Doc, cause: int) -> None:
        machinery = self._machinery
        decision = decide(pod, self._snapshot, tie_break=self._tie_break, profile=self.profile, start=self._start)
        self._start = (self._start + decision.examined) % max(len(self._snapshot.nodes), 1)
        self.verdicts[pod["metadata"]["uid"]] = decision
        ref = intern(f"Pod/{key[0]}/{key[1]}")
        if decision.node is None:
            machinery.causes.add(machinery.clock.now_ms, self.name, "scheduler.failed", "ref", ref, "message", decision.message[:300], parent=cause)
            self._refuse(key, pod, decision)
            return
        machinery.causes.add(machinery.clock.now_ms, self.name, "scheduler.bound", "ref", ref, "node", decision.node, "feasible", str(len(decision.feasible)), parent=cause)
        if not self._begin_binding(key, pod, decision.node):
            self._bind(key, pod, decision.node)

    def _bind(self, key: Key, pod: Doc, node: str) -> None:
        self._machinery.api.bind(pod, node)
        self._machinery.api.record(pod, "Normal", "Scheduled", f"Successfully assigned {key[0]}/{key[1]} to {node}", component=NAME)

    def _tie_break(self, nodes: Sequence[str]) -> str:
        return nodes[0] if len(nodes) == 1 else self._machinery.dice.pick("scheduler", nodes)

    # When a pod fits nowhere

    def _refuse(self, key: Key, pod: Doc, decision: Decision) -> None:
        machinery = self._machinery
        status = pod.get("status", {})
        before: Doc = next((entry for entry in status.get("conditions") or () if entry["type"] == "PodScheduled"), {})
        since = before["lastTransitionTime"] if before.get("status") == "False" and before.get("lastTransitionTime") else machinery.clock.timestamp()
        entry = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": decision.message, "lastProbeTime": None, "lastTransitionTime": since}
        changed = {**status, "phase": "Pending", "conditions": [*(other for other in status.get("conditions") or () if other["type"] != "PodScheduled"), entry]}
        if decision.nominated:
            changed["nominatedNodeName"] = decision.nominated
        elif not decision.keeps_nomination:
            changed.pop("nominatedNodeName", None)
        if changed != status:
            pod = machinery.api.update_status("pods", pod, changed)
        machinery.api.record(pod, "Warning", "FailedScheduling", decision.message, component=NAME)
        self._queue.park(key, machinery.clock.now_ms, tuple(dict.fromkeys(verdict.plugin for verdict in decision.verdicts)))
        if decision.nominated:
            self._make_room(pod, decision)

    def _make_room(self, pod: Doc, decision: Decision) -> None:
        """Carry preemption out: the victims go, and less important pods lose their nomination to the node. Models prepareCandidate."""
        assert decision.nominated is not None
        for victim in decision.victims:
            self._evict(pod, victim, decision.nominated)
        mine = int(pod["spec"].get("priority") or 0)
        for needs, doc, node in list(self._snapshot.nominated.values()):
            if node == decision.nominated and needs.priority < mine:
                status = {key: value for key, value in doc.get("status", {}).items() if key != "nominatedNodeName"}
                self._machinery.api.update_status("pods", doc, status)
                self._reactivate((doc["metadata"]["namespace"], doc["metadata"]["name"]))

    def _reactivate(self, key: Key) -> None:
        if key in self._queue.parked:
            self._retry(key, self._machinery.causes.current)

    def _evict(self, pod: Doc, victim: str, node: str) -> None:
        machinery = self._machinery
        namespace, name = victim.split("/")
        doc = machinery.store.get("pods", namespace, name)
        if doc is None:
            return
        if not doc["spec"].get("nodeName"):
            self._binding_failed((namespace, name), "preempted")
            return
        if "deletionTimestamp" in doc["metadata"]:
            return
        others = [entry for entry in doc.get("status", {}).get("conditions") or () if entry["type"] != "DisruptionTarget"]
        condition = {**DISRUPTED, "lastProbeTime": None, "lastTransitionTime": machinery.clock.timestamp()}
        doc = machinery.api.update_status("pods", doc, {**doc.get("status", {}), "conditions": [*others, condition]})
        machinery.causes.add(machinery.clock.now_ms, self.name, "scheduler.preempted", "ref", intern(f"Pod/{victim}"), "by", f"{pod['metadata']['namespace']}/{pod['metadata']['name']}", "node", node, parent=machinery.causes.current)
        machinery.api.delete("pods", namespace, name)
        machinery.api.record(doc, "Normal", "Preempted", f"Preempted by pod {pod['metadata']['uid']} on node {node}", component=NAME)

    # Volumes first

    def _begin_binding(self, key: Key, pod: Doc, node: str) -> bool:
        """Have the pod's claims bound; say whether that has to be waited for. The pod counts as placed meanwhile."""
        needs = self._snapshot.needs(pod)
        claims = claims_of(needs, self._machinery.store) if needs.claims else ""
        if isinstance(claims, str) or not claims.delayed:
            return False
        now = self._machinery.clock.now_ms
        plan = plan_for(claims, self._snapshot.nodes[node], self._machinery.store)
        self._binding[key] = (node, now)
        self._queue.leave(key)
        self._snapshot.pod_put(None, _assumed(pod, node))
        self._machinery.agenda.at(now + binding.BIND_TIMEOUT_MS, self.name, "timeout", *key, now)
        binding.begin(self._machinery.api, plan, node)
        return True

    def _plan_check(self) -> None:
        if self._binding and not self._checking:
            self._checking = True
            self._machinery.agenda.at(self._machinery.clock.now_ms + LATENCY_MS, self.name, "check")

    def _check_binding(self, key: Key) -> None:
        pod = self._machinery.store.get("pods", *key)
        if pod is None or key not in self._binding:
            return
        state = binding.progress(self._snapshot.needs(pod), self._machinery.store)
        if state == "":
            self._bind(key, pod, self._binding[key][0])
        elif state is not None:
            self._binding_failed(key, state)

    def _binding_failed(self, key: Key, why: str) -> None:
        pod = self._machinery.store.get("pods", *key)
        if pod is None or key not in self._binding:
            return
        self._unassume(pod, key)
        self._machinery.api.record(pod, "Warning", "FailedScheduling", f'running PreBind plugin "VolumeBinding": binding volumes: {why}', component=NAME)
        self._queue.park(key, self._machinery.clock.now_ms, ())
        self._retry(key, self._machinery.causes.current)

    def _unassume(self, pod: Doc, key: Key) -> None:
        held = self._binding.pop(key, None)
        if held is not None:
            self._snapshot.pod_gone(_assumed(pod, held[0]))

    # Writing down and reading back

    def dump(self) -> dict[str, Any]:
        """Return the queue and what is being bound; the snapshot is built from the store, and verdicts are made again with the next attempt."""
        return {**self._queue.dump(), "binding": [[*key, *rest] for key, rest in self._binding.items()], "planned": self._planned, "checking": self._checking, "start": self._start, "strategy": self.profile.strategy}

    def load(self, dumped: Mapping[str, Any]) -> None:
        """Take back the queue and build the snapshot from the store."""
        self._queue.load(dumped)
        self._binding = {(namespace, name): (node, since_ms) for namespace, name, node, since_ms in dumped["binding"]}
        self._planned, self._checking, self._start, self.profile = dumped["planned"], dumped["checking"], dumped["start"], Profile(dumped["strategy"])
        for node in self._machinery.store.list("nodes"):
            self._snapshot.node_put(node)
        for pod in self._machinery.store.list("pods"):
            held = self._binding.get((pod["metadata"]["namespace"], pod["metadata"]["name"]))
            if pod["spec"].get("nodeName") or held:
                self._snapshot.pod_put(None, _assumed(pod, held[0]) if held else pod)
            elif pod.get("status", {}).get("nominatedNodeName"):
                self._snapshot.nominate(pod, pod["status"]["nominatedNodeName"])


def _assumed(pod: Doc, node: str) -> Doc:
    return {**pod, "spec": {**pod["spec"], "nodeName": node}}


def _node_matters(old: Doc, new: Doc) -> bool:
    before, after = old.get("status", {}), new.get("status", {})
    return bool(old["spec"] != new["spec"] or old["metadata"].get("labels") != new["metadata"].get("labels") or before.get("allocatable") != after.get("allocatable")
            or before.get("declaredFeatures") != after.get("declaredFeatures"))


def _pod_matters(old: Doc, new: Doc) -> bool:
    return bool(old["spec"] is not new["spec"] and old["spec"] != new["spec"]) or bool(old["metadata"].get("labels") != new["metadata"].get("labels"))
