"""The machines below the kubelets: heartbeats, power, cables, and what is made up for after a silence."""

from learnk8s.simulation.kubernetes.kubelet.contents import STATIC_FOLDER
from learnk8s.simulation.kubernetes.kubelet.machine import conditions
from learnk8s.simulation.kubernetes.kubelet.runtime import ContainerRecord, NodeRecord, PodRecord
from learnk8s.simulation.kubernetes.kubelet.statics import Statics
from learnk8s.simulation.kubernetes.objects.document import Doc

ACCEPT_MS = 10
RESTART_MS = 1_000
HEARTBEAT_MS = 10_000
"""facts/numbers.yaml: node-lease, renew."""
UNITS = {"kubelet": "kubelet.service - kubelet: The Kubernetes Node Agent.", "containerd": "containerd.service - containerd container runtime."}


REPORT_MS = 1_000


def allotted(node: Doc) -> Doc | None:
    """Return what a node's kubelet reports as allocatable once its capacity has other extended resources than that, or None if it has not.

    Models pkg/kubelet/nodestatus/setters.go: MachineInfo (1.36).
    """
    status = node.get("status", {})
    capacity, before = status.get("capacity") or {}, status.get("allocatable") or {}
    extended = {key: value for key, value in capacity.items() if _is_extended(key)}
    after = {**{key: value for key, value in before.items() if not _is_extended(key)}, **extended}
    return after if after != before else None


def _is_extended(resource: str) -> bool:
    return "/" in resource and "kubernetes.io/" not in resource


class Machines(Statics):
    """The nodes as machines."""

    def heartbeat_stopped_ms(self, node: str) -> int | None:
        """Return when a silent node last renewed its lease, or None while it does."""
        record = self.nodes.get(node)
        return record.silent_since_ms if record else None

    def _last_renewal_ms(self, record: NodeRecord) -> int:
        phase = record.number * 1_700 % HEARTBEAT_MS
        now = self._now if record.silent_since_ms is None else record.silent_since_ms
        return max((now - phase) // HEARTBEAT_MS * HEARTBEAT_MS + phase, 0)

    def _renewed(self, lease: Doc) -> Doc:
        record = self.nodes.get(lease["metadata"]["name"])
        if record is None or lease["metadata"].get("namespace") != "kube-node-lease":
            return lease
        return {**lease, "spec": {**lease["spec"], "renewTime": self._machinery.clock.micro_timestamp(self._last_renewal_ms(record))}}

    def _reported(self, node: Doc) -> Doc:
        record = self.nodes.get(node["metadata"]["name"])
        if record is None or not node.get("status", {}).get("conditions"):
            return node
        beat = self._machinery.clock.timestamp(self._last_renewal_ms(record) // 300_000 * 300_000)
        entries = [entry if entry["status"] == "Unknown" else {**entry, "lastHeartbeatTime": max(beat, entry["lastTransitionTime"])} for entry in node.get("status", {}).get("conditions", ())]
        images = [{"names": [name], "sizeBytes": found.size_bytes} for name in record.images if (found := self.registry.find(name)) is not None]
        return {**node, "status": {**(node.get("status") or {}), "conditions": entries, "images": images}}

    def crash_node(self, name: str) -> None:
        """Cut a machine's power: its processes are gone, nobody says so."""
        record = self.nodes[name]
        record.silent_since_ms = self._last_renewal_ms(record) if record.silent_since_ms is None else record.silent_since_ms
        record.crashed = True
        self._take_parts(record, away=True)

    def cut_off_node(self, name: str) -> None:
        """Pull a machine's network cable: its processes run on, unreachable."""
        record = self.nodes[name]
        record.silent_since_ms = self._last_renewal_ms(record) if record.silent_since_ms is None else record.silent_since_ms
        record.cut_off = True
        self._take_parts(record, away=True)

    def _take_parts(self, record: NodeRecord, *, away: bool) -> None:
        """Let the parts of the control plane that run on a node stand still with it, or start them again."""
        for name in [name for name, is_here in record.parts.items() if is_here]:
            self.part_moved(name, away)

    def stop_part(self, name: str, part: str) -> None:
        """Let a node's kubelet or runtime stand still: its processes run on, but nobody starts, stops or watches them."""
        record = self.nodes[name]
        record.stopped = part
        self.journal(name, f"Stopped {UNITS[part]}")
        if part == "kubelet":
            record.silent_since_ms = self._last_renewal_ms(record) if record.silent_since_ms is None else record.silent_since_ms
            return
        node = self._machinery.store.get("nodes", "", name)
        if node is not None:
            dead = {"type": "Ready", "status": "False", "lastHeartbeatTime": self._machinery.clock.timestamp(), "lastTransitionTime": self._machinery.clock.timestamp(), "reason": "KubeletNotReady", "message": "container runtime is down"}
            self._machinery.api.update_status("nodes", node, {**node["status"], "conditions": [dead if entry["type"] == "Ready" else entry for entry in node["status"]["conditions"]]})
            self._machinery.api.record(node, "Normal", "NodeNotReady", f"Node {name} status is now: NodeNotReady", component="kubelet", host=name)

    def restore_node(self, name: str) -> None:
        """Give a machine its power and its cable back; it reports after a second, or after it has booted."""
        if self.nodes[name].filled:
            self.fill_node(name, "")
        if self.nodes[name].answers:
            return
        self._plan(20_000 if self.nodes[name].crashed else 1_000, "node-back", name, self._machinery.causes.current)

    def _node_allots(self, name: str) -> None:
        """Report a node's extended resources as something that pods may ask for."""
        node = self._machinery.store.get("nodes", "", name)
        found = None if node is None or name not in self.nodes or not self.nodes[name].answers else allotted(node)
        if node is not None and found is not None:
            self._machinery.api.update_status("nodes", node, {**node["status"], "allocatable": found})

    def _node_back(self, name: str, cause: int) -> None:
        record = self.nodes.get(name)
        node = self._machinery.store.get("nodes", "", name)
        if record is None or node is None:
            return
        if record.stopped or record.crashed:
            self.journal(name, f"Started {UNITS[record.stopped or 'kubelet']}")
        rebooted, record.crashed, record.cut_off, record.stopped, record.silent_since_ms = record.crashed, False, False, "", None
        self._take_parts(record, away=False)
        self._machinery.causes.add(self._now, "kubelet", "kubelet.back", "ref", f"Node//{name}", "node", name, parent=cause)
        after = self._machinery.causes.current
        if rebooted:
            self._machinery.api.record(node, "Warning", "Rebooted", f"Node {name} has been rebooted, boot id: boot-{record.number}-{self._now}", component="kubelet", host=name)
        fresh = {entry["type"]: entry for entry in conditions(self._machinery.clock.timestamp())}
        entries = [fresh.get(entry["type"], entry) if entry["status"] == "Unknown" or entry["reason"] == "KubeletNotReady" else entry for entry in node["status"]["conditions"]]
        if entries != node["status"]["conditions"]:
            self._machinery.api.record(node, "Normal", "NodeReady", f"Node {name} status is now: NodeReady", component="kubelet", host=name)
        self._machinery.api.update_status("nodes", node, {**node["status"], "conditions": entries})
        if any(path.startswith(STATIC_FOLDER) for path in self.disks.get(f"host/{name}", ())) or record.statics:
            self.manifests_changed(name)
        for pod in self._machinery.store.pods_on(name):
            self._catch_up(pod, after, rebooted=rebooted)

    def _catch_up(self, pod: Doc, cause: int, *, rebooted: bool) -> None:
        """Make up for what the node missed: new pods, deletions, and after a reboot the dead processes."""
        record = self.pods.get(pod["metadata"]["uid"])
        if record is None:
            return
        if "deletionTimestamp" in pod["metadata"]:
            record.stopping = True
            self._plan(50, "stopped", record.uid, cause, False)
            return
        if not record.containers or not record.ip:
            self._plan(ACCEPT_MS, "accept" if not record.containers else "sandbox", record.uid, cause)
            return
        for entry in record.all:
            if entry.state == "running" and rebooted:
                self._note_end(pod, record, entry, 255, "Unknown")
        self._machinery.causes.current = cause
        pod = self._write(pod, record)
        for entry in record.all if rebooted and pod["status"]["phase"] == "Running" else self._begun(record):
            self._resume(pod, record, entry, cause, rebooted=rebooted)

    @staticmethod
    def _begun(record: PodRecord) -> list[ContainerRecord]:
        """Return the containers whose turn has come: those that were started, else the first that was not."""
        begun = [entry for entry in record.inits if entry.generation]
        waits = any(not entry.started if entry.sidecar else not entry.ready for entry in record.inits)
        return begun + [entry for entry in record.inits if not entry.generation][:1] if waits else begun + record.containers

    def _resume(self, pod: Doc, record: PodRecord, entry: ContainerRecord, cause: int, *, rebooted: bool) -> None:
        """Plan anew what comes next for a container; what was planned before the silence is void by the new generation."""
        entry.generation += 1
        self._forget_end(entry)
        if entry.state == "running":
            spec = self.spec_of(pod, entry.name)
            self._plan_end(pod, record, entry, spec, self.program_of(record, entry), cause)
            if entry.sidecar or entry not in record.inits:
                self._plan_probes(record, entry, spec, cause)
        elif entry.state == "terminated":
            if not self._is_over(pod, record, entry):
                self._plan(RESTART_MS, "restart", record.uid, entry.name, entry.generation, cause, "now")
        elif entry.reason == "CrashLoopBackOff":
            due_ms = entry.last.finished_ms + entry.backoff_ms // 2 if entry.last and not rebooted else 0
            self._plan_at(max(due_ms, self._now + RESTART_MS), "restart", record.uid, entry.name, entry.generation, cause, "now")
        else:
            self._plan(RESTART_MS, "restart", record.uid, entry.name, entry.generation, cause, "pull")
