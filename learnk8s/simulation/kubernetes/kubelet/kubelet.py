"""The kubelets of all nodes: from a bound pod to running processes, and back.

Theory. A pod goes through stages, each a task on the agenda: accept -> sandbox -> pull -> start -> (probes) -> ready; a process that ends goes to restart or
back-off; a deleted pod goes to stop -> removed. A task carries the container's generation, which changes whenever the container is started or ended,
so a task that comes too late finds another generation and does nothing. A node that crashed or is cut off plans nothing new; what it missed is made up
for when it answers again. Models pkg/kubelet (1.36): pod_workers, kuberuntime, images, prober, status. Each file of this folder that is a link of the class below
is one concern: parts, pulling, probing, hooks, stopping, starting, resizing, asking, pressure, statics, machines.
"""

from collections.abc import Mapping
from typing import Any

from learnk8s.simulation.kernel.quantities import millis
from learnk8s.simulation.kubernetes.control.machinery import Machinery
from learnk8s.simulation.kubernetes.kubelet.contents import STATIC_FOLDER
from learnk8s.simulation.kubernetes.kubelet.images.heads import Head, Reply, plain
from learnk8s.simulation.kubernetes.kubelet.images.program import Program
from learnk8s.simulation.kubernetes.kubelet.machines import ACCEPT_MS, REPORT_MS, Machines, allotted
from learnk8s.simulation.kubernetes.kubelet.registry import Registry
from learnk8s.simulation.kubernetes.kubelet.resizing import resized_containers
from learnk8s.simulation.kubernetes.kubelet.runtime import ContainerRecord, NodeRecord, PodRecord
from learnk8s.simulation.kubernetes.kubelet.statics import MIRROR
from learnk8s.simulation.kubernetes.kubelet.volumes import SELF, sources_of, texts_of
from learnk8s.simulation.kubernetes.objects.document import Doc, dig
from learnk8s.simulation.kubernetes.store.store import Change

LEASES = "leases.coordination.k8s.io"
SYNC_MS = (20_000, 75_000)
"""From a changed ConfigMap or Secret to the volumes that show it: the kubelet looks at a pod again after a minute, sooner or later by half."""
SHOWN = ("labels", "annotations")
RELIST_MS = 1_000
"""The kubelet looks once a second what has become of its containers, so that a change of their image shows only then."""
SOURCES_MAX = 10
ROOT_CA = "kube-root-ca.crt"


def _gate_words(pod: Doc) -> list[tuple[str, str]]:
    gates = {gate["conditionType"] for gate in pod["spec"].get("readinessGates") or ()}
    return sorted((entry["type"], entry["status"]) for entry in pod.get("status", {}).get("conditions", ()) if entry["type"] in gates)


class Kubelets(Machines):
    """All nodes' agents."""

    def __init__(self, machinery: Machinery, registry: Registry, *, bare: bool = False) -> None:
        super().__init__(machinery, registry, bare=bare)
        self._tasks = {
            "accept": self._accept, "sandbox": self._sandbox, "pull": self._pull, "pulled": self._pulled, "start": self._start, "ended": self._ended, "restart": self._restart,
            "probe": self._probe, "redefined": self._redefined, "stopped": self._stopped, "node-back": self._node_back, "node-allots": self._node_allots, "gates": self._gates, "made-ready": self._made_ready,
            "posted": self._posted, "deadline": self._deadline, "failed": self._failed, "ask": self._ask, "resize": self._resize, "resized": self._resized, "pressure": self._under_pressure,
            "overgrown": self._evict_overgrown, "manifests": self._look_at_manifests, "refresh": self._refresh, "extras": self._begin_extras,
        }
        machinery.store.views[LEASES] = self._renewed
        machinery.store.views["nodes"] = self._reported

    # Noticing

    def changed(self, change: Change) -> None:
        """Note pods that were bound to or deleted from a node, nodes that came or went, and sources of volumes that were changed."""
        if change.resource == "pods":
            self._pod_changed(change)
        elif change.resource == "nodes" and change.type == "ADDED":
            name = change.new["metadata"]["name"]
            if not dig(change.new, "status", "nodeInfo", "kubeletVersion"):
                return  # somebody made it through the API: there is no machine, and what is bound to it never starts
            self.nodes[name] = NodeRecord(name, max((node.number for node in self.nodes.values()), default=-1) + 1)
        elif change.resource == "nodes" and change.type == "MODIFIED":
            if not self.bare and allotted(change.new) is not None:
                self._plan(REPORT_MS, "node-allots", change.new["metadata"]["name"])
        elif change.resource == "nodes" and change.type == "DELETED":
            self.nodes.pop(change.new["metadata"]["name"], None)
        elif change.resource in ("configmaps", "secrets") and change.type != "ADDED" and not self.bare:
            self._source_changed(change)
        elif change.resource == "persistentvolumes" and change.type == "DELETED":
            self.disks.pop(f"claim/{change.new['metadata']['name']}", None)
            self.marks.pop(f"claim/{change.new['metadata']['name']}", None)
        if self._asking:
            self._wake_askers(change)

    def _pod_changed(self, change: Change) -> None:
        pod = change.new
        uid = pod["metadata"]["uid"]
        if change.type == "DELETED":
            self._pod_gone(uid, pod, change.cause)
            return
        node = self.nodes.get(pod["spec"].get("nodeName", ""))
        if node is None:
            return
        record = self.pods.get(uid)
        if record is None:
            metadata = pod["metadata"]
            self.pods[uid] = PodRecord(metadata["namespace"], metadata["name"], uid, node.name, self._now)
            if node.answers:
                self._plan(1 if self.bare else ACCEPT_MS, "accept", uid, change.cause)
        elif "deletionTimestamp" in pod["metadata"]:
            if not record.stopping and node.answers:
                record.stopping = True
                self._plan(1, "stopped", uid, change.cause, False)
        elif pod["spec"].get("readinessGates") and change.old is not None and _gate_words(change.old) != _gate_words(pod):
            self._plan(1, "gates", uid)
        elif change.old is not None and any(change.old["metadata"].get(table) != pod["metadata"].get(table) for table in SHOWN):
            self._metadata_changed(record, change.old, pod)
        elif change.old is not None and change.old["spec"] is not pod["spec"]:
            self._spec_changed(record, change.old, pod, change.cause)

    def _pod_gone(self, uid: str, pod: Doc, cause: int) -> None:
        gone = self.pods.pop(uid, None)
        for entry in gone.all if gone else ():
            self._forget_end(entry)
            if entry.calls and gone is not None:
                self.calls(f"{uid}/{entry.name}", gone.namespace, "", 0)
            self._asking.pop((uid, entry.name), None)
        if not self.disks and gone is None:
            return
        for key in [key for key in self.disks if key.startswith(f"pod/{uid}/")]:
            del self.disks[key]
            self.marks.pop(key, None)
        node = self.nodes.get(gone.node) if gone else None
        if gone is not None and node is not None and node.answers and node.statics and MIRROR in (pod["metadata"].get("annotations") or {}):
            self._plan(1, "manifests", gone.node, cause)

    def _spec_changed(self, record: PodRecord, old: Doc, pod: Doc, cause: int) -> None:
        if old["metadata"].get("generation") != pod["metadata"].get("generation") and not self.bare:
            self._plan(1, "gates", record.uid)
        if MIRROR in (pod["metadata"].get("annotations") or {}):
            return  # a static pod is what its file says; the mirror is only shown
        if any(entry.image != self.spec_of(pod, entry.name)["image"] for entry in record.all if entry.state == "running"):
            self._plan(RELIST_MS, "redefined", record.uid, cause)
        if len(pod["spec"].get("ephemeralContainers") or ()) > len(record.extras):
            self._plan(1, "extras", record.uid, cause)
        deadline_s = pod["spec"].get("activeDeadlineSeconds")
        if deadline_s is not None and deadline_s != old["spec"].get("activeDeadlineSeconds") and not self.bare:
            self._plan_at(record.began_ms + int(deadline_s) * 1000, "deadline", record.uid, cause)
        if old["spec"].get("nodeName") and not self.bare:
            resized = resized_containers(old, pod)
            if resized:
                record.resizing = tuple(name for name in resized if name)
                self._plan(1, "resize", record.uid, cause)

    def _metadata_changed(self, record: PodRecord, old: Doc, pod: Doc) -> None:
        """Keep what volumes show of a pod's labels and annotations until the kubelet has looked at it again, and go on with what else was changed."""
        if record.ip and any("downwardAPI" in part for volume in pod["spec"].get("volumes") or () for part in (volume, *((volume.get("projected") or {}).get("sources") or ()))):
            sources = record.sources = dict(record.sources)
            sources[SELF] = [*sources.get(SELF, ()), [self._now + RELIST_MS, {table: old["metadata"].get(table) or {} for table in SHOWN}]][-SOURCES_MAX:]
            self._plan(RELIST_MS, "refresh", record.uid, record.name, self._machinery.causes.current)
        if old["spec"] is not pod["spec"]:
            self._spec_changed(record, old, pod, self._machinery.causes.current)

    def _begin_extras(self, uid: str, cause: int) -> None:
        found = self._found(uid)
        if found is None or found[0].stopping:
            return
        record, pod, _node = found
        known = {entry.name for entry in record.extras}
        for item in pod["spec"].get("ephemeralContainers") or ():
            if item["name"] not in known:
                record.extras = (*record.extras, ContainerRecord(item["name"]))
                self._pull(uid, item["name"], 0, cause)

    # Sources of volumes

    def _source_changed(self, change: Change) -> None:
        """Keep what volumes show of a ConfigMap or Secret that was changed, and plan when each pod sees it."""
        metadata = change.new["metadata"]
        if metadata["name"] == ROOT_CA or change.old is None or change.old.get("data") == change.new.get("data") and change.type == "MODIFIED" and change.old.get("binaryData") == change.new.get("binaryData"):
            return
        for record in self.pods.values():
            if record.namespace != metadata["namespace"] or not record.ip:
                continue
            pod = self.store.get("pods", record.namespace, record.name)
            if pod is None or (change.resource, metadata["name"]) not in sources_of(pod):
                continue
            sources = record.sources = dict(record.sources)
            table = sources.setdefault(f"{change.resource}/{metadata['name']}", [])
            pending = next((entry for entry in table if entry[0] > self._now), None)
            if pending is None:
                is_kept = change.type == "DELETED" and (change.resource, metadata["name"]) not in sources_of(pod, optional=True)
                until_ms = 2**45 if is_kept else self._now + self._machinery.dice.between(*SYNC_MS, "sync", record.uid, str(self._now))
                table.append([until_ms, texts_of(change.resource, change.old)])
                del table[:-SOURCES_MAX]
                if not is_kept:
                    self._plan_at(until_ms, "refresh", record.uid, metadata["name"], change.cause)

    def _refresh(self, uid: str, name: str, cause: int) -> None:
        """Show the new contents of a source from now on."""
        found = self._found(uid)
        if found is None:
            return
        self._because("kubelet.refreshed", found[0], cause, "source", name)
        self.stirred(found[0])

    def files_changed(self, record: PodRecord) -> None:
        """React to files that a command from outside changed: probes look again, limits are checked, manifests are read."""
        self.stirred(record)
        self.look_at_disks(record)
        if any(path.startswith(STATIC_FOLDER) for path in self.disks.get(f"host/{record.node}", ())):
            self.manifests_changed(record.node)

    def killed(self, record: PodRecord, entry: ContainerRecord) -> None:
        """End a container's main process: a command inside killed it."""
        program = self.program_of(record, entry)
        willing = program.stops_after_ms is not None
        if willing:
            self._plan(program.stops_after_ms or 1, "ended", record.uid, entry.name, entry.generation, program.stop_code, "Error" if program.stop_code else "Completed", self._machinery.causes.current)

    def left(self, record: PodRecord, entry: ContainerRecord, code: int) -> None:
        """End a container's main process, a shell that was told `exit`, or whose standard input has ended. At once: whoever was attached to it goes on when it is over, and may delete the pod then."""
        self._ended(record.uid, entry.name, entry.generation, code, "Error" if code else "Completed", self._machinery.causes.current)

    def kill_process(self, namespace: str, pod_name: str, container: str = "") -> str:
        """Kill a container's process with SIGKILL; return the container's name. Raises ApiError 404 or 409."""
        from learnk8s.simulation.kubernetes.apiserver import errors

        pod = self._machinery.store.get("pods", namespace, pod_name)
        record = self.pods.get(pod["metadata"]["uid"]) if pod else None
        entry = record.find(container) if record else None
        if record is None or entry is None:
            raise errors.not_found("pods", pod_name)
        if entry.state != "running" or not self.is_reachable(record.node):
            raise errors.conflict("pods", pod_name, f"no process of container {entry.name} is running")
        self._plan(1, "ended", record.uid, entry.name, entry.generation, 137, "Error", self._machinery.causes.current)
        return entry.name

    # What others ask

    def is_reachable(self, node: str) -> bool:
        """Say whether packets reach a node."""
        record = self.nodes.get(node)
        return record is not None and record.is_reachable

    def _running(self, namespace: str, pod_name: str) -> list[tuple[PodRecord, ContainerRecord, Program]]:
        pod = self._machinery.store.get("pods", namespace, pod_name)
        record = self.pods.get(pod["metadata"]["uid"]) if pod else None
        return [(record, entry, entry.program or self.program_of(record, entry)) for entry in record.all if entry.state == "running"] if record is not None else []

    def listens_at_ms(self, namespace: str, pod: str, port: int) -> int | None:
        """Return when something began or will begin to listen on a pod's port, as long as its processes live."""
        return min([entry.started_ms + program.listens_after_ms for _record, entry, program in self._running(namespace, pod) if port in program.ports], default=None)

    def serve(self, namespace: str, pod: str, port: int, path: str, method: str, host: str = "", client: str = "", *, body: str = "", acts: bool | None = None) -> tuple[int, str] | None:
        """Return what the program behind a pod's port answers, or None if nothing listens. `acts` as for `facts`. Raises Acts."""
        for record, entry, program in self._running(namespace, pod):
            if port in program.ports and self._now - entry.started_ms >= program.listens_after_ms:
                return program.answer(self.facts(record, entry, host=host, client=client, body=body, port=port, acts=acts), path, method)
        return None

    def head(self, namespace: str, pod: str, port: int, path: str, answer: tuple[int, str]) -> Head:
        """Return the head under which the program behind a pod's port gives an answer."""
        reply = Reply(path, *answer, self._machinery.clock.moment(self._now))
        return next((program.heads(reply) for _record, _entry, program in self._running(namespace, pod) if port in program.ports), plain(reply))

    def cost(self, namespace: str, pod: str, port: int) -> tuple[int, tuple[str, ...]]:
        """Return the microseconds of CPU that a request to a pod's port takes and the Services that it goes on to."""
        for _record, _entry, program in self._running(namespace, pod):
            if port in program.ports:
                return program.cpu_us_per_request, program.calls
        return 0, ()

    def usage(self, pod: Doc) -> tuple[int, int]:
        """Return millicores and bytes that a pod's processes use now, beside what requests take."""
        cpu = memory = 0
        for _name, millicores, size in self.container_usage(pod):
            cpu, memory = cpu + millicores, memory + size
        return cpu, memory

    def container_usage(self, pod: Doc) -> list[tuple[str, int, int]]:
        """Return name, millicores and bytes of each running container of a pod."""
        record = self.pods.get(pod["metadata"]["uid"])
        if record is None:
            return []
        found = []
        for entry in record.all:
            if entry.state != "running":
                continue
            program = entry.program or self.program_of(record, entry)
            cpu = program.cpu_millicores
            limit = next((most for part in (self.spec_of(pod, entry.name), pod["spec"]) if (most := ((part.get("resources") or {}).get("limits") or {}).get("cpu"))), None) if cpu else None
            found.append((entry.name, min(cpu, millis(limit)) if limit else cpu, program.memory_at(self._now - entry.started_ms)))
        return found

    # State

    def dump(self) -> Any:
        """Return nodes, pods, disks, pulls and the registry's health."""
        return {"nodes": [node.dump() for node in self.nodes.values()], "pods": [record.dump() for _uid, record in sorted(self.pods.items())], "broken": self.registry.broken,
                "pulls": {node: dict(images) for node, images in self._pulling.items() if images}, "disks": self.disks, "marks": self.marks, "asking": [[*key, due_ms] for key, due_ms in self._asking.items()], "rejected": {key: list(entry) for key, entry in self.rejected.items()}}

    def load(self, dumped: Mapping[str, Any]) -> None:
        """Take back what `dump` returned."""
        self.nodes = {entry["name"]: NodeRecord.load(entry) for entry in dumped["nodes"]}
        self.pods = {entry["uid"]: PodRecord.load(entry) for entry in dumped["pods"]}
        self.registry.broken = dumped["broken"]
        self._pulling = {node: dict(images) for node, images in dumped["pulls"].items()}
        self.disks = {key: dict(disk) for key, disk in dumped["disks"].items()}
        self.marks = {key: {path: (mark[0], mark[1], mark[2]) for path, mark in marks.items()} for key, marks in dumped.get("marks", {}).items()}
        self._asking = {(uid, name): due_ms for uid, name, due_ms in dumped["asking"]}
        self.rejected = {key: (count, until_ms) for key, (count, until_ms) in dumped.get("rejected", {}).items()}
