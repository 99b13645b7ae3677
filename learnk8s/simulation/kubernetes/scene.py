"""The scene: everything that the picture of a cluster and its text twin show, as plain data.

Built from the store alone at the moment of looking; nothing of it is kept. What it costs grows with the number of
objects, never with time.
"""

from collections.abc import Callable, Mapping
from typing import Any

from learnk8s.simulation.kernel.quantities import millis, whole
from learnk8s.simulation.kubernetes.controllers.pods import condition, is_ready, is_terminating
from learnk8s.simulation.kubernetes.objects.document import Doc, controller_of
from learnk8s.simulation.kubernetes.store.store import Store

EVENTS_SHOWN = 50
SYSTEM_NAMESPACES = ("kube-system", "kube-public", "kube-node-lease")
BAD_WORDS = ("CrashLoopBackOff", "Error", "ErrImagePull", "ImagePullBackOff", "OOMKilled", "CreateContainerConfigError", "CreateContainerError", "RunContainerError",
             "InvalidImageName", "Evicted", "Failed", "Unknown", "NodeLost", "DeadlineExceeded", "ContainerStatusUnknown")
PodWord = Callable[[Doc], str]
Usage = Callable[[Doc], tuple[int, int]]


def ref_of(doc: Doc, kind: str = "") -> str:
    """Return `Kind/namespace/name`."""
    return f"{kind or doc['kind']}/{doc['metadata'].get('namespace', '')}/{doc['metadata']['name']}"


def health_of_pod(pod: Doc, word: str) -> str:
    """Return ok, wait, bad or off for a pod whose STATUS column reads `word`."""
    plain = word.removeprefix("Init:")
    if is_terminating(pod) and plain == "Terminating":
        return "off"
    if plain.startswith(BAD_WORDS) or plain.startswith(("ExitCode:", "Signal:")):
        return "bad"
    if plain == "Completed":
        return "off"
    return "ok" if is_ready(pod) else "wait"


def requested(pod: Doc) -> tuple[int, int]:
    """Return the sum of the containers' requests: millicores and bytes."""
    cpu = memory = 0
    for container in pod["spec"]["containers"]:
        requests = (container.get("resources") or {}).get("requests") or {}
        cpu += millis(requests["cpu"]) if "cpu" in requests else 0
        memory += whole(requests["memory"]) if "memory" in requests else 0
    return cpu, memory


def app_of(doc: Doc) -> str:
    """Return the name by which people call what an object belongs to: its app label, else its owner, else itself. A static pod's name ends in its node's, which owns its mirror."""
    labels = doc["metadata"].get("labels") or {}
    for key in ("app", "app.kubernetes.io/name", "k8s-app", "run"):
        if labels.get(key):
            return labels[key]  # type: ignore[no-any-return]  # foreign JSON
    owner = controller_of(doc)
    if owner and owner["kind"] == "Node":
        return doc["metadata"]["name"].removesuffix(f"-{owner['name']}")  # type: ignore[no-any-return]  # foreign JSON
    return owner["name"] if owner else doc["metadata"]["name"]  # type: ignore[no-any-return]  # foreign JSON


class SceneMaker:
    """Draws one store; the ports say a pod's STATUS word, what a pod uses, and what traffic flows."""

    def __init__(self, store: Store, *, word: PodWord, usage: Usage, traffic: Callable[[], list[dict[str, Any]]]) -> None:
        self._store, self._word, self._usage, self._traffic = store, word, usage, traffic
        self._pods: dict[str, dict[str, Any]] = {}
        self._left_out: tuple[str, ...] = SYSTEM_NAMESPACES

    def scene(self, *, with_system: bool = False) -> dict[str, Any]:
        """Return nodes with their pods, pods without a node, the owner forest, services and events. What the cluster itself runs is only counted, unless it is asked for."""
        store = self._store
        self._left_out = () if with_system else SYSTEM_NAMESPACES
        self._pods = {pod["metadata"]["uid"]: self._pod(pod) for pod in store.list("pods") if pod["metadata"]["namespace"] not in self._left_out}
        by_node: dict[str, list[dict[str, Any]]] = {}
        for shown in self._pods.values():
            by_node.setdefault(shown["node"], []).append(shown)
        nodes = [self._node(node, by_node.pop(node["metadata"]["name"], [])) for node in store.list("nodes")]
        owners = self._owners()
        self._pods = {}
        return {
            "at_ms": store.clock.now_ms,
            "time": store.clock.timestamp(),
            "nodes": nodes,
            "unplaced": [pod for pods in by_node.values() for pod in pods],
            "owners": owners,
            "services": self._services(),
            "events": self._events(),
            "namespaces": [doc["metadata"]["name"] for doc in store.list("namespaces")],
        }

    def _pod(self, pod: Doc) -> dict[str, Any]:
        metadata, spec, status = pod["metadata"], pod["spec"], pod.get("status", {})
        word = self._word(pod)
        app = app_of(pod)
        owner = controller_of(pod)
        cpu, memory = requested(pod)
        used_cpu, used_memory = self._usage(pod)
        statuses = status.get("containerStatuses", ())
        return {
            "ref": ref_of(pod, "Pod"), "name": metadata["name"], "namespace": metadata["namespace"], "app": app, "letter": app[:1].upper(), "node": spec.get("nodeName", ""),
            "health": health_of_pod(pod, word), "word": word, "ready": f"{sum(bool(entry.get('ready')) for entry in statuses)}/{len(spec['containers'])}",
            "restarts": sum(entry.get("restartCount", 0) for entry in statuses), "ip": status.get("podIP", ""), "memory": max(memory, used_memory), "cpu_m": used_cpu or cpu,
            "owner": f"{owner['kind']}/{metadata['namespace']}/{owner['name']}" if owner else "", "image": spec["containers"][0].get("image", ""),
            "age_ms": self._store.clock.now_ms - self._store.clock.since_epoch_ms(metadata["creationTimestamp"]), "terminating": is_terminating(pod), "labels": metadata.get("labels") or {}, "owner_kind": _owner_kind(owner),
        }

    def _node(self, node: Doc, pods: list[dict[str, Any]]) -> dict[str, Any]:
        name, status = node["metadata"]["name"], node.get("status", {})
        allocatable = status.get("allocatable", {})
        ready = condition(node, "Ready")
        word = {"True": "Ready", "False": "NotReady"}.get(ready["status"] if ready else "", "NotReady")
        cordoned = bool(node["spec"].get("unschedulable"))
        present = [pod for pod in self._store.pods_on(name) if pod.get("status", {}).get("phase") not in ("Succeeded", "Failed")]
        totals = [requested(pod) for pod in present]
        return {
            "ref": f"Node//{name}", "name": name, "health": "ok" if word == "Ready" and not cordoned else "wait" if word == "Ready" else "bad",
            "word": f"{word},SchedulingDisabled" if cordoned else word,
            "cpu": {"capacity_m": millis(allocatable.get("cpu", "0")), "requested_m": sum(cpu for cpu, _ in totals), "used_m": sum(pod["cpu_m"] for pod in pods)},
            "memory": {"capacity": whole(allocatable.get("memory", "0")), "requested": sum(memory for _, memory in totals), "used": sum(pod["memory"] for pod in pods)},
            "taints": [_taint(taint) for taint in node["spec"].get("taints", ())], "unschedulable": cordoned, "pods": pods, "system_pods": sum(pod["metadata"]["namespace"] in self._left_out for pod in present),
        }

    def _owners(self) -> list[dict[str, Any]]:
        forest = []
        for resource in ("deployments.apps", "statefulsets.apps", "daemonsets.apps", "cronjobs.batch", "jobs.batch", "replicasets.apps"):
            forest.extend(self._owner(resource, doc) for doc in self._store.list(resource) if controller_of(doc) is None and doc["metadata"].get("namespace") not in self._left_out)
        return forest

    def _owner(self, resource: str, doc: Doc) -> dict[str, Any]:
        children: list[dict[str, Any]] = []
        for kind, child in self._store.owned_by(doc["metadata"]["uid"]):
            if kind == "pods":
                shown = self._pods.get(child["metadata"]["uid"])
                children.extend([{"ref": shown["ref"], "kind": "Pod", "name": shown["name"], "health": shown["health"], "word": shown["word"]}] if shown else [])
            elif kind in ("replicasets.apps", "jobs.batch"):
                children.append(self._owner(kind, child))
        if resource == "cronjobs.batch":
            return _timetable(doc, children)
        ready, desired = _counted(resource, doc)
        health = "ok" if ready >= desired and desired else "off" if not desired else "wait"
        if _says(doc, "Failed", "True") or _says(doc, "Progressing", "False"):
            health = "bad"
        kind = doc.get("kind", "")
        revision = (doc["metadata"].get("annotations") or {}).get("deployment.kubernetes.io/revision", "")
        return {"ref": ref_of(doc), "kind": kind, "name": doc["metadata"]["name"], "namespace": doc["metadata"]["namespace"], "desired": desired, "ready": ready, "health": health,
                "word": f"{ready}/{desired}", "revision": revision, "resource": resource, "children": children}

    def _services(self) -> list[dict[str, Any]]:
        flows = {flow["ref"]: flow for flow in self._traffic()}
        return [self._service(service, flows) for service in self._store.list("services") if service["metadata"]["namespace"] not in self._left_out
                and (service["metadata"]["namespace"], service["metadata"]["name"]) != ("default", "kubernetes")]

    def _service(self, service: Doc, flows: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        metadata, spec = service["metadata"], service["spec"]
        ref = ref_of(service, "Service")
        endpoints = []
        for piece in self._store.list("endpointslices.discovery.k8s.io", metadata["namespace"]):
            if (piece["metadata"].get("labels") or {}).get("kubernetes.io/service-name") == metadata["name"]:
                endpoints.extend({"pod": f"Pod/{entry['targetRef']['namespace']}/{entry['targetRef']['name']}", "ready": bool(entry["conditions"].get("ready"))}
                                 for entry in piece.get("endpoints") or () if entry.get("targetRef"))
        return {"ref": ref, "name": metadata["name"], "namespace": metadata["namespace"], "type": spec.get("type", "ClusterIP"), "cluster_ip": spec.get("clusterIP", ""),
                "ports": [{key: port.get(key) for key in ("port", "targetPort", "nodePort", "protocol")} for port in spec.get("ports", ())],
                "endpoints": endpoints, "traffic": flows.get(ref, {"per_second": 0, "served": 0, "failed": 0, "failures": []})}

    def _events(self) -> list[dict[str, Any]]:
        records = sorted(self._store.events.all(), key=lambda record: (record.last_ms, record.revision))[-EVENTS_SHOWN:]
        return [{"at_ms": record.last_ms, "type": record.type, "reason": record.reason, "ref": f"{record.about[0]}/{record.about[2]}/{record.about[3]}", "message": record.message,
                 "count": record.times, "component": record.component} for record in reversed(records)]


def own_part(pod: dict[str, Any]) -> str:
    """Return what tells a drawn pod from those of the same program: the end of its name, nothing if it has a name of its own."""
    return "" if pod["name"] == pod["app"] or pod["owner_kind"] == "Node" else pod["name"].rsplit("-", 1)[-1]


def _owner_kind(owner: Doc | None) -> str:
    """Return the kind at which people look: a Deployment's pods belong to its ReplicaSet, whose name carries a hash."""
    if owner is None:
        return ""
    return "Deployment" if owner["kind"] == "ReplicaSet" and "-" in owner["name"] else str(owner["kind"])


def _taint(taint: Doc) -> str:
    value = f"={taint['value']}" if taint.get("value") else ""
    return f"{taint['key']}{value}:{taint['effect']}"


def _timetable(doc: Doc, jobs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a CronJob with the Jobs that it keeps. It wants no pods itself; its word is its schedule."""
    is_suspended = bool(doc["spec"].get("suspend"))
    return {"ref": ref_of(doc), "kind": doc.get("kind", ""), "name": doc["metadata"]["name"], "namespace": doc["metadata"]["namespace"], "desired": 0, "ready": 0, "health": "off" if is_suspended else "ok",
            "word": "suspended" if is_suspended else doc["spec"]["schedule"], "revision": "", "resource": "cronjobs.batch", "children": jobs}


def _counted(resource: str, doc: Doc) -> tuple[int, int]:
    """Return how many pods of an owner are as they should be, and how many should: of a DaemonSet one on each node that it is for, of a Job those that have succeeded."""
    spec, status = doc["spec"], doc.get("status", {})
    if resource == "daemonsets.apps":
        return status.get("numberReady", 0), status.get("desiredNumberScheduled", 0)
    if resource == "jobs.batch":
        return status.get("succeeded", 0), spec.get("completions") or 1
    return status.get("readyReplicas", 0), spec.get("replicas", 1)


def _says(doc: Doc, name: str, status: str) -> bool:
    found = condition(doc, name)
    return found is not None and found["status"] == status
