"""In-place resize: new requests and limits for a container that runs. Models pkg/kubelet/allocation (1.36)."""

from json import dumps

from learnk8s.simulation.kernel.quantities import millis, whole
from learnk8s.simulation.kubernetes.kubelet.parts import amount
from learnk8s.simulation.kubernetes.kubelet.runtime import NodeRecord, PodRecord
from learnk8s.simulation.kubernetes.kubelet.starting import Starting
from learnk8s.simulation.kubernetes.objects.document import Doc

RESIZE_MS = 1_500
AGAIN_MS = 30_000
"""A resize that has to wait is looked at again; it is also looked at when a pod of the node has gone."""
UNIT = {"cpu": millis, "memory": whole}


class Resizing(Starting):
    """Resizes."""

    def _resize(self, uid: str, cause: int) -> None:
        found = self._found(uid)
        if found is None or found[0].stopping or not found[0].containers:
            return
        record, pod, node = found
        why, message = self._no_room(pod, record, node)
        self._machinery.causes.current = cause
        if why:
            self._tell_resize(pod, {"type": "PodResizePending", "status": "True", "reason": why, "message": message})
            self._event(pod, record, "Warning", f"Resize{why}", _told(pod, f"Pod resize {why}", message))
            if why == "Deferred":
                self._plan(AGAIN_MS, "resize", uid, cause)
            return
        self._tell_resize(pod, {"type": "PodResizeInProgress", "status": "True"})
        self._event(pod, record, "Normal", "ResizeStarted", _told(pod, "Pod resize started"))
        self._plan(RESIZE_MS, "resized", uid, cause)

    def _no_room(self, pod: Doc, record: PodRecord, node: NodeRecord) -> tuple[str, str]:
        allocatable = (self.store.get("nodes", "", node.name) or {}).get("status", {}).get("allocatable", {})
        for key in ("cpu", "memory"):
            wanted = sum(amount(item.get("resources") or {}, "requests", key) for item in pod["spec"]["containers"])
            capacity = UNIT[key](allocatable.get(key, "0"))
            if wanted > capacity:
                return "Infeasible", f"Node didn't have enough capacity: {key}, requested: {wanted}, capacity: {capacity}"
            used = sum(amount(item.get("resources") or {}, "requests", key) for other in self.store.pods_on(node.name) if other["metadata"]["uid"] != record.uid and other.get("status", {}).get("phase") not in ("Succeeded", "Failed")
                       for item in other["spec"]["containers"])
            if wanted + used > capacity:
                return "Deferred", f"Node didn't have enough resource: {key}, requested: {wanted}, used: {used}, capacity: {capacity}"
        return "", ""

    def _tell_resize(self, pod: Doc, condition: Doc | None) -> None:
        current = self.store.get("pods", pod["metadata"]["namespace"], pod["metadata"]["name"])
        if current is None:
            return
        kept = [entry for entry in current["status"].get("conditions", ()) if entry["type"] not in ("PodResizePending", "PodResizeInProgress")]
        added = [{"lastProbeTime": None, "lastTransitionTime": self._machinery.clock.timestamp(), "observedGeneration": current["metadata"].get("generation", 1), **condition}] if condition else []
        self._machinery.api.update_status("pods", current, {**current["status"], "conditions": [*kept, *added]})

    def _resized(self, uid: str, cause: int) -> None:
        found = self._found(uid)
        if found is None or found[0].stopping:
            return
        record, pod, _node = found
        self._because("kubelet.resized", record, cause)
        record.resized = True
        self._tell_resize(pod, None)
        self._write(pod, record)
        self._event(pod, record, "Normal", "ResizeCompleted", _told(pod, "Pod resize completed"))
        for entry in record.containers:
            spec = self.spec_of(pod, entry.name)
            if entry.state != "running":
                continue
            policies = {item.get("resourceName"): item.get("restartPolicy") for item in spec.get("resizePolicy") or ()}
            if "RestartContainer" in policies.values() and entry.name in record.resizing:
                self._kill(pod, record, entry, f"Container {entry.name} resize requires restart")
                continue
            self._forget_end(entry)
            self._plan_end(pod, record, entry, spec, self.program_of(record, entry), cause)
        record.resizing = ()
        self.look_at_memory(record.node)


def _told(pod: Doc, what: str, error: str = "") -> str:
    """Return an event's message: what happened, to which resources. Models pkg/kubelet/events: podResizeMessage."""
    tables = {part: [{"name": item["name"], "resources": {key: dict(sorted(table.items())) for key, table in sorted((item.get("resources") or {}).items()) if key != "claims"}} for item in pod["spec"].get(part) or ()] for part in ("initContainers", "containers")}
    summary = {**{part: table for part, table in tables.items() if table}, "generation": pod["metadata"].get("generation", 1), **({"error": error} if error else {})}
    return f"{what}: {dumps({key: summary[key] for key in ('initContainers', 'containers', 'generation', 'error') if key in summary}, separators=(',', ':'), ensure_ascii=False)}"


def resized_containers(old: Doc, new: Doc) -> list[str]:
    """Return the containers whose resources differ, with those whose policy asks for a restart because of what differs."""
    before = {item["name"]: item for item in old["spec"]["containers"]}
    found = []
    for item in new["spec"]["containers"]:
        was, now = (before.get(item["name"]) or {}).get("resources") or {}, item.get("resources") or {}
        if was == now:
            continue
        policies = {entry.get("resourceName"): entry.get("restartPolicy") for entry in item.get("resizePolicy") or ()}
        differing = [key for key in ("cpu", "memory") if any((was.get(table) or {}).get(key) != (now.get(table) or {}).get(key) for table in ("requests", "limits"))]
        found.append(item["name"] if any(policies.get(key) == "RestartContainer" for key in differing) else "")
    return found
