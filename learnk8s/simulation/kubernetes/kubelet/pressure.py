"""Node pressure: what the kubelet does when memory or disk run out. Models pkg/kubelet/eviction (1.36).

Nothing polls: when a container starts, resizes or leaks, the moment is worked out at which less than the threshold would be left. Differs: hard thresholds of memory.available
and nodefs.available alone; no soft ones.
"""

from typing import Any

from learnk8s.simulation.kubernetes.kubelet.asking import Asking
from learnk8s.simulation.kubernetes.kubelet.contents import size_bytes
from learnk8s.simulation.kubernetes.kubelet.images.script import Scripted
from learnk8s.simulation.kubernetes.kubelet.large import text_size
from learnk8s.simulation.kubernetes.kubelet.parts import amount
from learnk8s.simulation.kubernetes.kubelet.runtime import ContainerRecord, PodRecord
from learnk8s.simulation.kubernetes.objects.document import Doc

MONITOR_MS = 10_000
"""How often the eviction manager looks. Models eviction_manager.go: monitoringInterval."""
TRANSITION_MS = 300_000
"""facts/numbers.yaml: eviction-pressure-transition."""
MEMORY_KEPT = 100 * 2**20
"""facts/numbers.yaml: eviction-hard memory.available."""
SYSTEM_MEMORY = 300 * 2**20
"""What the machine itself uses: an assumption."""
DISK_BYTES, DISK_KEPT = 100 * 2**30, 10 * 2**30
"""facts/numbers.yaml: eviction-hard nodefs.available is 10 %."""
AHEAD_MS = 2 * 3_600_000
"""How far ahead a script's writing is looked at."""
CONDITION = {"memory": ("MemoryPressure", "KubeletHasInsufficientMemory", "kubelet has insufficient memory available", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
             "ephemeral-storage": ("DiskPressure", "KubeletHasDiskPressure", "kubelet has disk pressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure")}
EVENT = {"memory": ("NodeHasInsufficientMemory", "NodeHasSufficientMemory"), "ephemeral-storage": ("NodeHasDiskPressure", "NodeHasNoDiskPressure")}


class Pressure(Asking):
    """The eviction manager."""

    def look_at_memory(self, node: str) -> None:
        """Plan the moment at which a node's memory would run out, if it ever does."""
        record = self.nodes.get(node)
        doc = self.store.get("nodes", "", node)
        if record is None or doc is None or self.bare:
            return
        capacity = size_bytes(doc["status"]["capacity"].get("memory"))
        used, leak = self._memory_of(node)
        left = capacity - MEMORY_KEPT - used
        if left < 0 or record.filled:
            self._plan_pressure(node, (self._now // MONITOR_MS + 1) * MONITOR_MS)
        elif leak:
            self._plan_pressure(node, self._now + left * 1000 // leak + MONITOR_MS)

    def _plan_pressure(self, node: str, at_ms: int) -> None:
        record = self.nodes[node]
        if not record.pressure_due_ms or record.pressure_due_ms <= self._now or at_ms < record.pressure_due_ms:
            record.pressure_due_ms = at_ms
            self._plan_at(at_ms, "pressure", node, self._machinery.causes.current)

    def _memory_of(self, node: str) -> tuple[int, int]:
        """Return the bytes in use on a node and how many are added in a second."""
        used, leak = SYSTEM_MEMORY, 0
        record = self.nodes[node]
        if record.filled == "memory":
            used += size_bytes((self.store.get("nodes", "", node) or {}).get("status", {}).get("capacity", {}).get("memory"))
        for pod in self.store.pods_on(node):
            for entry in self._alive(pod):
                program = self.program_of(self.pods[pod["metadata"]["uid"]], entry)
                used += program.memory_at(self._now - entry.started_ms)
                leak += program.leak_bytes_per_s
        return used, leak

    def _alive(self, pod: Doc) -> list[Any]:
        record = self.pods.get(pod["metadata"]["uid"])
        return [entry for entry in record.all if entry.state == "running"] if record and not record.failure[0] else []

    def pod_memory(self, pod: Doc) -> int:
        """Return the bytes that a pod's processes use now."""
        record = self.pods.get(pod["metadata"]["uid"])
        return sum(self.program_of(record, entry).memory_at(self._now - entry.started_ms) for entry in self._alive(pod)) if record else 0

    def disk_usage(self, record: PodRecord) -> int:
        """Return the bytes that a pod keeps on its node's disk: emptyDir volumes and its containers' own layers."""
        disks = sum(_size(disk) for key, disk in self.disks.items() if key.startswith(f"pod/{record.uid}/"))
        return disks + sum(_size(entry.files) for entry in record.all if entry.files)

    # Looking

    def _under_pressure(self, node: str, cause: int) -> None:
        record = self.nodes.get(node)
        doc = self.store.get("nodes", "", node)
        if record is None or doc is None or not record.answers or self._now != record.pressure_due_ms:
            return
        record.pressure_due_ms = 0
        self._machinery.causes.current = cause
        capacity = size_bytes(doc["status"]["capacity"].get("memory"))
        used, leak = self._memory_of(node)
        disk = sum(self.disk_usage(self.pods[pod["metadata"]["uid"]]) for pod in self.store.pods_on(node) if pod["metadata"]["uid"] in self.pods) + (DISK_BYTES if record.filled == "disk" else 20 * 2**30)
        available = {"memory": capacity - used, "ephemeral-storage": DISK_BYTES - disk}
        kept = {"memory": MEMORY_KEPT, "ephemeral-storage": DISK_KEPT}
        short = [key for key in kept if available[key] < kept[key]]
        for key in kept:
            self._tell_pressure(node, key, under=key in short)
        if short:
            self._evict_one(node, short[0], kept[short[0]], max(available[short[0]], 0))
            self._plan_pressure(node, self._now + MONITOR_MS)
        elif record.pressed:
            self._plan_pressure(node, max(at_ms for at_ms in record.pressed.values()) + TRANSITION_MS)
        else:
            self.look_at_memory(node)

    def _tell_pressure(self, node: str, key: str, *, under: bool) -> None:
        """Set a node's condition; it goes back only when five minutes have passed without pressure."""
        record, doc = self.nodes[node], self.store.get("nodes", "", node)
        if doc is None:
            return
        if under:
            record.pressed[key] = self._now
        elif key not in record.pressed or self._now < record.pressed[key] + TRANSITION_MS:
            return
        else:
            del record.pressed[key]
        kind, bad, bad_text, good, good_text = CONDITION[key]
        before: Doc = next((entry for entry in doc["status"]["conditions"] if entry["type"] == kind), {})
        if (before.get("status") == "True") == under:
            return
        entries = [{**entry, "status": "True" if under else "False", "reason": bad if under else good, "message": bad_text if under else good_text, "lastTransitionTime": self._machinery.clock.timestamp()} if entry["type"] == kind else entry
                   for entry in doc["status"]["conditions"]]
        self._machinery.causes.add(self._now, "kubelet", "kubelet.pressure", "ref", f"Node//{node}", "node", node, "what", key, "status", "True" if under else "False")
        self._machinery.api.update_status("nodes", doc, {**doc["status"], "conditions": entries})
        self._machinery.api.record(doc, "Normal", EVENT[key][0 if under else 1], f"Node {node} status is now: {EVENT[key][0 if under else 1]}", component="kubelet", host=node)
        if under:
            self._machinery.api.record(doc, "Warning", "EvictionThresholdMet", f"Attempting to reclaim {key}", component="kubelet", host=node)

    def _evict_one(self, node: str, key: str, threshold: int, available: int) -> None:
        """Evict the pod that comes first: over its request, then lowest priority, then most over it. Models eviction/helpers.go: rankMemoryPressure."""
        ranked = []
        for pod in self.store.pods_on(node):
            record = self.pods.get(pod["metadata"]["uid"])
            if record is None or record.stopping or record.failure[0] or pod.get("status", {}).get("phase") in ("Succeeded", "Failed") or not self._alive(pod):
                continue
            if int(pod["spec"].get("priority") or 0) >= 2_000_000_000 or "kubernetes.io/config.mirror" in (pod["metadata"].get("annotations") or {}):
                continue
            usage = self.pod_memory(pod) if key == "memory" else self.disk_usage(record)
            request = sum(amount(item.get("resources") or {}, "requests", key) for item in pod["spec"]["containers"])
            ranked.append((usage <= request, int(pod["spec"].get("priority") or 0), -(usage - request), record.name, record, pod))
        if not ranked:
            return
        *_rank, record, pod = min(ranked, key=lambda row: row[:4])
        unit = f"{threshold // 2**20}Mi" if key == "memory" else f"{threshold // 2**30}Gi"
        message = f"The node was low on resource: {key}. Threshold quantity: {unit}, available: {available // 1024}Ki. "
        for item in pod["spec"]["containers"]:
            entry = record.find(item["name"])
            used = self.program_of(record, entry).memory_at(self._now - entry.started_ms) if entry is not None and entry.state == "running" and key == "memory" else 0
            wanted = (item.get("resources") or {}).get("requests", {}).get(key, "0")
            if used > size_bytes(wanted):
                message += f"Container {item['name']} was using {used // 1024}Ki, request is {wanted}, has larger consumption of {key}. "
        self.evict(pod, record, message, key)

    def evict(self, pod: Doc, record: PodRecord, message: str, what: str) -> None:
        """Give a pod up: Failed, reason Evicted, at once."""
        self._machinery.causes.add(self._now, "kubelet", "kubelet.evicted", "ref", f"Pod/{record.namespace}/{record.name}", "node", record.node, "what", what)
        self._event(pod, record, "Warning", "Evicted", message)
        self._fail(pod, record, "Evicted", message, grace_ms=0)

    # Volumes with a limit

    def look_at_disks(self, record: PodRecord) -> None:
        """Plan the eviction of a pod whose emptyDir or container has grown over its limit."""
        pod = self.store.get("pods", record.namespace, record.name)
        if pod is not None and self._overgrown(pod, record, self._now) and not record.failure[0]:
            self._plan_at((self._now // MONITOR_MS + 1) * MONITOR_MS, "overgrown", record.uid, self._machinery.causes.current)

    def foresee_growth(self, pod: Doc, record: PodRecord, entry: ContainerRecord) -> None:
        """Plan the eviction of a pod whose script will outgrow a limit in its first hours."""
        if not _is_limited(pod) or not isinstance(entry.program, Scripted) or not self._overgrown(pod, record, self._now + AHEAD_MS):
            return
        low, high = self._now, self._now + AHEAD_MS
        while high - low > MONITOR_MS:
            middle = (low + high) // 2
            low, high = (low, middle) if self._overgrown(pod, record, middle) else (middle, high)
        self._plan_at((high // MONITOR_MS + 1) * MONITOR_MS, "overgrown", record.uid, self._machinery.causes.current)

    def _overgrown(self, pod: Doc, record: PodRecord, at_ms: int) -> str:
        for volume in pod["spec"].get("volumes") or ():
            limit = (volume.get("emptyDir") or {}).get("sizeLimit")
            if limit and _size(self.disk_at(f"pod/{record.uid}/{volume['name']}", at_ms)) > size_bytes(limit):
                return f'Usage of EmptyDir volume "{volume["name"]}" exceeds the limit "{limit}". '
        for entry in record.containers:
            limit = ((self.spec_of(pod, entry.name).get("resources") or {}).get("limits") or {}).get("ephemeral-storage")
            if limit and self._layer(pod, record, entry, at_ms) > size_bytes(limit):
                return f'Container {entry.name} exceeded its local ephemeral storage limit "{limit}". '
        return ""

    def _layer(self, pod: Doc, record: PodRecord, entry: ContainerRecord, at_ms: int) -> int:
        """Return the bytes that a container has written outside of its volumes."""
        mounts = [mount["mountPath"].rstrip("/") + "/" for mount in self.spec_of(pod, entry.name).get("volumeMounts") or ()]
        written = {path: event for path, event in self.script_files(record, entry, at_ms).items() if not path.startswith(tuple(mounts))}
        return _size({**written, **{path: (when, text) for path, (when, text) in (entry.files or {}).items()}})

    def _evict_overgrown(self, uid: str, cause: int) -> None:
        found = self._found(uid)
        if found is None or found[0].stopping or found[0].failure[0]:
            return
        record, pod, _node = found
        message = self._overgrown(pod, record, self._now)
        if message:
            self._machinery.causes.current = cause
            self.evict(pod, record, message, "ephemeral-storage")

    def fill_node(self, node: str, what: str) -> None:
        """Have something outside of pods take all memory or disk of a node, or give it back ("")."""
        record = self.nodes[node]
        record.filled = what
        if what:
            self._plan_pressure(node, (self._now // MONITOR_MS + 1) * MONITOR_MS)


def _is_limited(pod: Doc) -> bool:
    return any((volume.get("emptyDir") or {}).get("sizeLimit") for volume in pod["spec"].get("volumes") or ()) or any(
        "ephemeral-storage" in ((item.get("resources") or {}).get("limits") or {}) for item in pod["spec"]["containers"])


def _size(disk: Any) -> int:
    return sum(text_size(text) for _when, text in (disk or {}).values() if text is not None)

