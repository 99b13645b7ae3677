"""What the scheduler knows of nodes and pods, kept up to date change by change. Models pkg/scheduler/backend/cache (1.36)."""

from dataclasses import dataclass, field
from typing import Protocol

from learnk8s.simulation.kernel.quantities import millis, whole
from learnk8s.simulation.kubernetes.objects.document import Doc

DEFAULT_CPU_M, DEFAULT_MEMORY = 100, 200 * 2**20
"""What a container without requests counts as when nodes are scored: pkg/scheduler/util/pod_resources.go."""


class ClusterReader(Protocol):
    """What plugins may read beside nodes and pods."""

    def get(self, resource: str, namespace: str, name: str) -> Doc | None: ...
    def list(self, resource: str, namespace: str | None = None) -> list[Doc]: ...


@dataclass(frozen=True, slots=True)
class PodNeeds:
    """What matters of a pod for scheduling; pods with the same spec share one."""

    spec: Doc
    namespace: str
    labels: tuple[tuple[str, str], ...]
    requests: tuple[tuple[str, int], ...]
    scored_cpu: int
    scored_memory: int
    has_requests: bool
    ports: tuple[tuple[str, str, int], ...]
    priority: int


def _amount(resource: str, value: str | int) -> int:
    return millis(value) if resource == "cpu" else whole(value)


def _sum(containers: list[Doc], needs: dict[str, int]) -> tuple[int, int]:
    cpu = memory = 0
    for container in containers:
        requests = (container.get("resources") or {}).get("requests") or {}
        for resource, value in requests.items():
            needs[resource] = needs.get(resource, 0) + _amount(resource, value)
        cpu += millis(requests["cpu"]) if "cpu" in requests else DEFAULT_CPU_M
        memory += whole(requests["memory"]) if "memory" in requests else DEFAULT_MEMORY
    return cpu, memory


def needs_of(pod: Doc) -> PodNeeds:
    """Return what a pod needs: the sum of its containers, at least the largest init container, sidecars added. Models PodRequests."""
    spec = pod["spec"]
    inits = spec.get("initContainers") or []
    requests: dict[str, int] = {}
    cpu, memory = _sum([*spec["containers"], *(item for item in inits if item.get("restartPolicy") == "Always")], requests)
    for item in inits:
        if item.get("restartPolicy") != "Always":
            for resource, value in ((item.get("resources") or {}).get("requests") or {}).items():
                requests[resource] = max(requests.get(resource, 0), _amount(resource, value))
    for resource, value in (spec.get("overhead") or {}).items():
        requests[resource] = requests.get(resource, 0) + _amount(resource, value)
    ports = tuple((port.get("hostIP") or "0.0.0.0", port.get("protocol", "TCP"), port["hostPort"]) for item in spec["containers"] for port in item.get("ports") or () if port.get("hostPort"))
    labels = tuple(sorted((pod["metadata"].get("labels") or {}).items()))
    return PodNeeds(spec, pod["metadata"].get("namespace", ""), labels, tuple(sorted(requests.items())), cpu, memory, bool(requests.get("cpu") or requests.get("memory")), ports, int(spec.get("priority") or 0))


@dataclass(slots=True)
class NodeInfo:
    """One node with what runs on it. `generation` changes whenever anything of it does."""

    doc: Doc
    allocatable: dict[str, int]
    generation: int
    requested: dict[str, int] = field(default_factory=dict)
    scored_cpu: int = 0
    scored_memory: int = 0
    pods: dict[str, tuple[PodNeeds, Doc]] = field(default_factory=dict)
    ports: dict[tuple[str, str, int], int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.doc["metadata"]["name"]  # type: ignore[no-any-return]  # foreign JSON


class Snapshot:
    """All nodes by name, in the order of their names."""

    def __init__(self, *, read: ClusterReader) -> None:
        self.read = read
        self.nodes: dict[str, NodeInfo] = {}
        self._generation = 0
        self._kept: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._needs: dict[int, tuple[Doc, str, object, PodNeeds]] = {}
        self.memory: dict[int, dict[str, tuple[int, object]]] = {}

    def needs(self, pod: Doc) -> PodNeeds:
        """Return a pod's needs, remembered by the identity of its spec."""
        base, labels = pod["spec"], pod["metadata"].get("labels")
        seen = self._needs.get(id(base))
        if seen is not None and seen[0] is base and seen[1] == pod["metadata"].get("namespace", "") and seen[2] is labels:
            return seen[3]
        needs = needs_of(pod)
        if len(self._needs) > 512:
            self._needs.clear()
            self.memory.clear()
        self._needs[id(base)] = (base, pod["metadata"].get("namespace", ""), labels, needs)
        return needs

    def kept(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return an equal tuple that is kept once: most decisions find the same nodes feasible."""
        if len(self._kept) > 256:
            self._kept.clear()
        return self._kept.setdefault(names, names)

    def _next(self) -> int:
        self._generation += 1
        return self._generation

    def node_put(self, doc: Doc) -> None:
        """Take in a new or changed node."""
        name = doc["metadata"]["name"]
        allocatable = {resource: _amount(resource, value) for resource, value in (doc.get("status", {}).get("allocatable") or {}).items()}
        before = self.nodes.get(name)
        if before is None:
            self.nodes[name] = NodeInfo(doc, allocatable, self._next())
            self.nodes = dict(sorted(self.nodes.items()))
        else:
            before.doc, before.allocatable, before.generation = doc, allocatable, self._next()

    def node_gone(self, name: str) -> None:
        """Forget a node."""
        self.nodes.pop(name, None)

    def pod_put(self, old: Doc | None, pod: Doc) -> None:
        """Take in a pod on a node; one that has ended holds nothing."""
        info = self.nodes.get(pod["spec"].get("nodeName", ""))
        if info is None:
            return
        uid = pod["metadata"]["uid"]
        known = info.pods.get(uid)
        if pod.get("status", {}).get("phase") in ("Succeeded", "Failed"):
            self._release(info, uid)
        elif known is None:
            needs = needs_of(pod) if old is None else self.needs(old)
            info.pods[uid] = (needs, pod)
            self._count(info, needs, 1)
        else:
            info.pods[uid] = (known[0], pod)

    def pod_gone(self, pod: Doc) -> None:
        """Forget a pod."""
        info = self.nodes.get(pod["spec"].get("nodeName", ""))
        if info is not None:
            self._release(info, pod["metadata"]["uid"])

    def _release(self, info: NodeInfo, uid: str) -> None:
        known = info.pods.pop(uid, None)
        if known is not None:
            self._count(info, known[0], -1)

    def _count(self, info: NodeInfo, needs: PodNeeds, sign: int) -> None:
        for resource, value in needs.requests:
            info.requested[resource] = info.requested.get(resource, 0) + sign * value
        info.scored_cpu += sign * needs.scored_cpu
        info.scored_memory += sign * needs.scored_memory
        for port in needs.ports:
            info.ports[port] = info.ports.get(port, 0) + sign
        info.generation = self._next()
