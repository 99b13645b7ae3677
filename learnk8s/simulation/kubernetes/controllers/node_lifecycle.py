"""Node lifecycle: notice nodes that stopped their heartbeats, taint them, and evict what does not tolerate it.

Models pkg/controller/nodelifecycle and pkg/controller/tainteviction (1.36). Nothing polls: the kubelet's lease says when it was last
renewed, from which the moment is computed at which a monitor that looks every five seconds would notice.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kubernetes.control.intents import Delete, Intent, Later, Note, Record, Update, UpdateStatus
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import asked_when, own_key
from learnk8s.simulation.kubernetes.controllers.pods import condition, is_terminating
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Change, Key, Store

GRACE_MS = 50_000
"""facts/numbers.yaml: node-monitor-grace-period."""
START_GRACE_MS = 60_000
"""kube-controller-manager --node-startup-grace-period, its default in 1.36."""
MONITOR_MS = 5_000
"""facts/numbers.yaml: node-monitor-period."""
UNREACHABLE, NOT_READY = "node.kubernetes.io/unreachable", "node.kubernetes.io/not-ready"
LIFECYCLE_TAINTS = (UNREACHABLE, NOT_READY)


GONE = "@"
"""Divides the uid of a node that is gone from the moment at which it went; both stand where a namespace would. No namespace has this letter."""


def _itself_or_what_it_was(change: Change, store: Store) -> Iterable[Key]:
    if change.type == "DELETED":
        return [(f"{change.new['metadata']['uid']}{GONE}{store.clock.now_ms}", change.key[1])]
    return own_key(change, store)


def _forgotten(key: Key, view: View) -> list[Intent]:
    """Say that a node is gone, when the monitor looks next. Models monitorNodeHealth."""
    uid, _, at_ms = key[0].partition(GONE)
    due_ms = _next_look(int(at_ms))
    if view.now_ms < due_ms:
        return [Later(due_ms)]
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": key[1], "uid": uid}}
    return [Record(Note(node, "RemovingNode", f"Node {key[1]} event: Removing Node {key[1]} from Controller"))]


class NodeLifecycleController:
    """Turns silence into `Ready=Unknown`, and `Ready` into taints."""

    name = "node-lifecycle-controller"
    event_source = "node-controller"
    watches: dict[str, Any] = {"nodes": _itself_or_what_it_was}

    def __init__(self, silent_since_ms: Callable[[str], int | None]) -> None:
        """Take the port that says when a silent node's lease was last renewed (None while it is being renewed)."""
        self._silent_since_ms = silent_since_ms

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return what a node's heartbeat and conditions call for."""
        if GONE in key[0]:
            return _forgotten(key, view)
        node = view.store.get("nodes", *key)
        if node is None or is_terminating(node):
            return ()
        silent_ms = self._silent_since_ms(node["metadata"]["name"])
        if silent_ms is not None and not _is_unknown(node):
            due_ms = _next_look(silent_ms + GRACE_MS)
            if view.now_ms < due_ms:
                return (Later(due_ms),)
            return _lost(node, view)
        return [*_registered(node, view), *_never_posted(node, view), *_taints(node, view)]


def _never_posted(node: Doc, view: View) -> list[Intent]:
    """A node that somebody made through the API, and of which no kubelet ever said a word, has unknown conditions after the grace of a start."""
    if condition(node, "Ready") is not None:
        return []
    since, now = node["metadata"]["creationTimestamp"], view.timestamp()
    due_ms = _next_look(Clock.since_epoch_ms(since) + START_GRACE_MS)
    if view.now_ms < due_ms:
        return [Later(due_ms)]
    words = {"status": "Unknown", "reason": "NodeStatusNeverUpdated", "message": "Kubelet never posted node status.", "lastHeartbeatTime": since, "lastTransitionTime": now}
    status = node.get("status") or {}
    conditions = [*(status.get("conditions") or ()), *({"type": type_, **words} for type_ in ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure"))]
    because = ("node-lifecycle-controller.lost", "ref", f"Node//{node['metadata']['name']}", "grace", str(START_GRACE_MS // 1000))
    return [UpdateStatus("nodes", node, {**status, "conditions": conditions}, because)]


def _next_look(at_ms: int) -> int:
    return (at_ms // MONITOR_MS + 1) * MONITOR_MS


def _is_unknown(node: Doc) -> bool:
    ready = condition(node, "Ready")
    return ready is not None and ready["status"] == "Unknown"


def _lost(node: Doc, view: View) -> list[Intent]:
    name, now = node["metadata"]["name"], view.timestamp()
    conditions = [{**entry, "status": "Unknown", "reason": "NodeStatusUnknown", "message": "Kubelet stopped posting node status.", "lastTransitionTime": now}
                  for entry in node["status"]["conditions"]]
    because = ("node-lifecycle-controller.lost", "ref", f"Node//{name}", "grace", str(GRACE_MS // 1000))
    intents: list[Intent] = [UpdateStatus("nodes", node, {**node["status"], "conditions": conditions}, because,
                                          Note(node, "NodeNotReady", f"Node {name} status is now: NodeNotReady"))]
    for pod in view.store.pods_on(name):
        intents.extend(_unready(pod, now, because))
    return intents


def _unready(pod: Doc, now: str, because: tuple[str, ...]) -> list[Intent]:
    """Models pkg/controller/util/node: MarkPodsNotReady: only Ready changes, so that Services leave the pod out."""
    ready = condition(pod, "Ready")
    if ready is None or ready["status"] != "True":
        return []
    conditions = [{**entry, "status": "False", "lastTransitionTime": now} if entry["type"] == "Ready" else entry for entry in pod["status"]["conditions"]]
    return [UpdateStatus("pods", pod, {**pod["status"], "conditions": conditions}, because, Note(pod, "NodeNotReady", "Node is not ready", "Warning"))]


def _registered(node: Doc, view: View) -> list[Intent]:
    name = node["metadata"]["name"]
    if any(record.reason == "RegisteredNode" for record in view.store.events.about(node["metadata"]["uid"])) or len(view.store.history(node["metadata"]["uid"])) > 3:
        return []
    return [Record(Note(node, "RegisteredNode", f"Node {name} event: Registered Node {name} in Controller"))]


def _taints(node: Doc, view: View) -> list[Intent]:
    ready = condition(node, "Ready")
    key = {"Unknown": UNREACHABLE, "False": NOT_READY}.get(ready["status"]) if ready else None
    now = view.timestamp()
    taints = [taint for taint in node["spec"].get("taints", ()) if not (taint["key"] in LIFECYCLE_TAINTS and taint["key"] != key)]
    for effect in ("NoSchedule", "NoExecute"):
        if key and not any(taint["key"] == key and taint["effect"] == effect for taint in taints):
            taints.append({"key": key, "effect": effect, "timeAdded": now})
    for type_, word in (("MemoryPressure", "memory-pressure"), ("DiskPressure", "disk-pressure"), ("PIDPressure", "pid-pressure"), ("NetworkUnavailable", "network-unavailable")):
        taints = _pressure(node, taints, type_, f"node.kubernetes.io/{word}")
    if node["spec"].get("unschedulable"):
        if not any(taint["key"] == "node.kubernetes.io/unschedulable" for taint in taints):
            taints.append({"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule", "timeAdded": now})
    else:
        taints = [taint for taint in taints if taint["key"] != "node.kubernetes.io/unschedulable"]
    if taints == list(node["spec"].get("taints", ())):
        return []
    spec = {**node["spec"], "taints": taints}
    if not taints:
        del spec["taints"]
    words = ", ".join(f"{taint['key']}:{taint['effect']}" for taint in taints) or "-"
    return [Update("nodes", {**node, "spec": spec}, ("node-lifecycle-controller.tainted", "ref", f"Node//{node['metadata']['name']}", "taints", words))]


def _pressure(node: Doc, taints: list[Doc], type_: str, key: str) -> list[Doc]:
    entry = condition(node, type_)
    kept = [taint for taint in taints if taint["key"] != key]
    if entry is None or entry["status"] != "True":
        return kept
    return taints if len(kept) < len(taints) else [*taints, {"key": key, "effect": "NoSchedule"}]


def _pods_of_node(change: Change, store: Store) -> Iterable[Key]:
    before = change.old["spec"].get("taints") if change.old else None
    if before == change.new["spec"].get("taints"):
        return ()
    return [(pod["metadata"]["namespace"], pod["metadata"]["name"]) for pod in store.pods_on(change.new["metadata"]["name"])]


@asked_when("ADDED", "MODIFIED")
def _tainted_pod(change: Change, store: Store) -> Iterable[Key]:
    node_name = change.new["spec"].get("nodeName")
    if change.type == "DELETED" or not node_name or (change.old is not None and change.old["spec"] is change.new["spec"]):
        return ()
    node = store.get("nodes", "", node_name)
    return (change.key,) if node and any(taint["effect"] == "NoExecute" for taint in node["spec"].get("taints", ())) else ()


class TaintEvictionController:
    """Deletes pods from nodes with a NoExecute taint once their toleration has run out."""

    name = "taint-eviction-controller"
    watches = {"nodes": _pods_of_node, "pods": _tainted_pod}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the eviction of a pod, or when it will be due."""
        pod = view.store.get("pods", *key)
        if pod is None or is_terminating(pod) or not pod["spec"].get("nodeName"):
            return ()
        node = view.store.get("nodes", "", pod["spec"]["nodeName"])
        taints = [taint for taint in (node or {}).get("spec", {}).get("taints", ()) if taint["effect"] == "NoExecute"]
        due_ms = _evict_at_ms(taints, pod["spec"].get("tolerations") or [], _together_since_ms(pod, node or {}))
        if due_ms is None:
            return ()
        if due_ms > view.now_ms:
            return (Later(due_ms),)
        return _evicted(pod, view)


def _together_since_ms(pod: Doc, node: Doc) -> int:
    """Return since when a pod is on a node with the taints that it has now: a toleration runs from then. A taint that says itself when it came is asked for that."""
    stamps = [entry["time"] for entry in node.get("metadata", {}).get("managedFields") or () if "f:taints" in ((entry.get("fieldsV1") or {}).get("f:spec") or {}) and entry.get("time")]
    placed = next((entry["lastTransitionTime"] for entry in pod.get("status", {}).get("conditions", ()) if entry["type"] == "PodScheduled" and entry.get("lastTransitionTime")), pod["metadata"]["creationTimestamp"])
    return max(map(Clock.since_epoch_ms, [*stamps, placed]))


def _evict_at_ms(taints: list[Doc], tolerations: list[Doc], together_since_ms: int) -> int | None:
    """Return when the earliest toleration runs out: None never, 0 at once. Models getMinTolerationTime."""
    due: list[int] = []
    for taint in taints:
        fitting = [toleration for toleration in tolerations if tolerates(toleration, taint)]
        if not fitting:
            return 0
        limits = [toleration["tolerationSeconds"] for toleration in fitting if toleration.get("tolerationSeconds") is not None]
        if limits:
            since = Clock.since_epoch_ms(taint["timeAdded"]) if taint.get("timeAdded") else together_since_ms
            due.append(since + max(min(limits), 0) * 1000)
    return min(due) if due else None


def tolerates(toleration: Doc, taint: Doc) -> bool:
    """Say whether a toleration covers a taint. Models component-helpers: ToleratesTaint."""
    if toleration.get("effect") and toleration["effect"] != taint["effect"]:
        return False
    if toleration.get("key") and toleration["key"] != taint["key"]:
        return False
    if toleration.get("operator", "Equal") == "Exists":
        return True
    return bool(toleration.get("key")) and toleration.get("value", "") == taint.get("value", "")


def _evicted(pod: Doc, view: View) -> list[Intent]:
    metadata = pod["metadata"]
    ref = f"{metadata['namespace']}/{metadata['name']}"
    entry = {"type": "DisruptionTarget", "status": "True", "reason": "DeletionByTaintManager", "message": "Taint manager: deleting due to NoExecute taint",
             "lastTransitionTime": view.timestamp()}
    others = [other for other in pod.get("status", {}).get("conditions", ()) if other["type"] != "DisruptionTarget"]
    because = ("taint-eviction-controller.evicted", "ref", f"Pod/{ref}", "node", pod["spec"]["nodeName"])
    return [
        UpdateStatus("pods", pod, {**pod.get("status", {}), "conditions": [*others, entry]}, because),
        Delete("pods", pod, because, Note(pod, "TaintManagerEviction", f"Marking for deletion Pod {ref}")),
    ]
