"""What the scheduler knows of nodes and pods, kept up to date change by change. Models pkg/scheduler/backend/cache (1.36).

Theory. Pods that are equal for selectors (namespace, labels, affinity) form a group, which counts its members node by node; spreading and
affinity ask each group once instead of each pod. What plugins say of one node is remembered per pod shape; `touched` lists the nodes
that changed since, so a thousand equal pods cost one fresh look at one node each.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Protocol

from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.pod_requests import amounts
from learnk8s.simulation.kubernetes.scheduler.needs import Labels, PodNeeds, needs_of
from learnk8s.simulation.kubernetes.scheduler.selecting import Requirements, holds

SHAPES_MAX, MEMORIES_MAX, TOUCHED_MAX = 512, 48, 20_000
FINISHED = ("Succeeded", "Failed")
Placed = tuple[PodNeeds, Doc]


class ClusterReader(Protocol):
    """What plugins may read beside nodes and pods."""

    def get(self, resource: str, namespace: str, name: str) -> Doc | None: ...
    def list(self, resource: str, namespace: str | None = None) -> list[Doc]: ...


@dataclass(slots=True)
class NodeInfo:
    """One node with what runs on it."""

    name: str
    doc: Doc
    labels: Labels
    taints: tuple[Doc, ...]
    allocatable: dict[str, int]
    requested: dict[str, int] = field(default_factory=dict)
    scored_cpu: int = 0
    scored_memory: int = 0
    pods: dict[str, Placed] = field(default_factory=dict)
    ports: dict[tuple[str, str, int], int] = field(default_factory=dict)


class Group:
    """Pods on nodes that no selector can tell apart: how many are on each node, and how many of these are not terminating."""

    __slots__ = ("key", "live", "members", "needs")

    def __init__(self, key: tuple[Any, ...], needs: PodNeeds) -> None:
        self.key, self.needs = key, needs
        self.members: dict[str, int] = {}
        self.live: dict[str, int] = {}


class ShapeMemory:
    """What the plugins said of every node for pods of one shape."""

    __slots__ = ("columns", "looks", "names", "needs", "places", "refused", "seen", "strategy", "version")

    def __init__(self, needs: PodNeeds, strategy: str, version: int, seen: int, looks: dict[str, Any]) -> None:
        self.needs, self.strategy, self.version, self.seen, self.looks = needs, strategy, version, seen, looks
        self.names = list(looks)
        self.places = {name: place for place, name in enumerate(self.names)}
        self.refused = sum(look.__class__ is not tuple for look in looks.values())
        """How many nodes are refused: mostly none, and then nobody has to ask each."""
        width = next((len(look) for look in looks.values() if look.__class__ is tuple), 0)
        self.columns: list[list[Any]] = [[look[place] if look.__class__ is tuple else None for look in looks.values()] for place in range(width)]
        """The scores of each plugin in the order of `names`; None on a node that is refused. None at all while every node is refused."""

    def look_again(self, name: str, look: Any) -> None:
        """Take in what the plugins say of a node that changed."""
        before, self.looks[name] = self.looks[name], look
        fits = look.__class__ is tuple
        self.refused += (before.__class__ is tuple) - fits
        if not self.columns and fits:
            self.columns = [[None] * len(self.names) for _ in look]
        place = self.places[name]
        for column, score in zip(self.columns, look if fits else (None,) * len(self.columns), strict=True):
            column[place] = score

    def columns_of(self, nodes: Sequence[str]) -> list[list[Any]]:
        """Return the scores of some nodes (in the order of `names`) by plugin; the lists are to be read only."""
        if len(nodes) == len(self.names):
            return self.columns
        first, last = self.places[nodes[0]], self.places[nodes[-1]]
        if last - first + 1 == len(nodes):
            return [column[first : last + 1] for column in self.columns]
        gap = len(self.names) - len(nodes)
        left = bisect_left(range(len(nodes)), 1, key=lambda at: self.places[nodes[at]] - at)
        if first == 0 and last == len(self.names) - 1 and self.places[nodes[left]] == left + gap:  # the search went past the last node and on with the first
            return [column[:left] + column[left + gap :] for column in self.columns]
        pick = itemgetter(*map(self.places.__getitem__, nodes))
        return [list(pick(column)) for column in self.columns]


class Snapshot:
    """All nodes by name, in the order of their names."""

    def __init__(self, *, read: ClusterReader) -> None:
        self.read = read
        self.nodes: dict[str, NodeInfo] = {}
        self.groups: dict[tuple[Any, ...], Group] = {}
        self.nominated: dict[str, tuple[PodNeeds, Doc, str]] = {}
        self.memory: dict[int, ShapeMemory] = {}
        self.touched: list[str] = []
        self.nodes_version = self.groups_version = self.selectors_version = self._images_version = 0
        self.default_selectors: dict[int, tuple[PodNeeds, int, Requirements]] = {}
        self._orphans: dict[str, dict[str, Doc]] = {}
        self._kept: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._needs: dict[int, PodNeeds] = {}
        self._selected: dict[tuple[str, Requirements], tuple[int, list[Group]]] = {}
        self._termed: dict[tuple[Any, ...], Group] = {}
        self._labelled: dict[str, dict[str, str]] = {}
        self._images: tuple[int, dict[str, tuple[int, dict[str, None]]]] = (-1, {})

    # Reading

    def needs(self, pod: Doc) -> PodNeeds:
        """Return a pod's needs, shared by pods with the same spec and labels."""
        spec, metadata = pod["spec"], pod["metadata"]
        seen = self._needs.get(id(spec))
        if seen is not None and seen.spec is spec and seen.labels == (metadata.get("labels") or {}) and seen.namespace == metadata.get("namespace", "") and _owner_is(metadata, seen.owner) and not any(own for _claim, own in seen.claims):
            return seen
        needs = needs_of(pod)
        if len(self._needs) >= SHAPES_MAX:
            self._needs.clear()
        self._needs[id(spec)] = needs
        return needs

    def kept(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return an equal tuple that is kept once: most decisions find the same nodes feasible."""
        if len(self._kept) > 256:
            self._kept.clear()
        return self._kept.setdefault(names, names)

    def namespace_labels(self, namespace: str) -> Labels:
        """Return the labels of a namespace, among them its name."""
        found = self.read.get("namespaces", "", namespace)
        return {} if found is None else found["metadata"].get("labels") or {}

    def counted(self, namespace: str, selector: Requirements | None) -> Mapping[str, int]:
        """Return how many pods of a namespace a selector takes on each node, without those that are terminating."""
        if not selector:
            return {}
        groups = self._taken(namespace, selector)
        if len(groups) == 1:
            return groups[0].live
        counts: dict[str, int] = {}
        for group in groups:
            for node, count in group.live.items():
                counts[node] = counts.get(node, 0) + count
        return counts

    def _taken(self, namespace: str, selector: Requirements) -> list[Group]:
        seen = self._selected.get((namespace, selector))
        if seen is not None and seen[0] == self.groups_version:
            return seen[1]
        groups = [group for group in self.groups.values() if group.needs.namespace == namespace and holds(selector, group.needs.labels)]
        if len(self._selected) >= SHAPES_MAX:
            self._selected.clear()
        self._selected[namespace, selector] = (self.groups_version, groups)
        return groups

    def termed_groups(self) -> Iterable[Group]:
        """Return the groups whose pods have affinity or anti-affinity to other pods."""
        return self._termed.values()

    def images(self) -> dict[str, tuple[int, dict[str, None]]]:
        """Return size and nodes of every image name; the size is that of the node that is there longest."""
        if self._images[0] != self._images_version:
            table: dict[str, tuple[int, dict[str, None]]] = {}
            for info in sorted(self.nodes.values(), key=lambda info: (info.doc["metadata"].get("creationTimestamp") or "", info.name)):
                for image in info.doc.get("status", {}).get("images") or ():
                    for name in image.get("names") or ():
                        table.setdefault(name, (int(image.get("sizeBytes") or 0), {}))[1][info.name] = None
            self._images = (self._images_version, table)
        return self._images[1]

    def labelled(self, key: str) -> Mapping[str, str]:
        """Return the nodes that have a label, with its value."""
        found = self._labelled.get(key)
        if found is None:
            found = self._labelled[key] = {name: info.labels[key] for name, info in self.nodes.items() if key in info.labels}
        return found

    # Nodes

    def node_put(self, doc: Doc) -> None:
        """Take in a new or changed node."""
        name = doc["metadata"]["name"]
        info = self.nodes.get(name)
        status = doc.get("status", {})
        if info is None:
            self.nodes[name] = NodeInfo(name, doc, {}, (), {})
            self.nodes = dict(sorted(self.nodes.items()))
            self.nodes_version += 1
            self._describe(self.nodes[name], doc)
            for pod in self._orphans.pop(name, {}).values():
                self.pod_put(None, pod)
            return
        before = info.doc.get("status", {})
        if before.get("images") != status.get("images"):
            self._images_version += 1
        same = info.doc["spec"] == doc["spec"] and info.labels == (doc["metadata"].get("labels") or {}) and before.get("allocatable") == status.get("allocatable") and before.get("declaredFeatures") == status.get("declaredFeatures")
        if same:
            info.doc = doc
        else:
            self._describe(info, doc)
            self._touch(name)

    def _describe(self, info: NodeInfo, doc: Doc) -> None:
        self._images_version += 1
        self._labelled.clear()
        info.doc, info.labels, info.taints = doc, doc["metadata"].get("labels") or {}, tuple(doc["spec"].get("taints") or ())
        info.allocatable = amounts(doc.get("status", {}).get("allocatable"))

    def node_gone(self, name: str) -> None:
        """Forget a node; pods that are still on it count again if it comes back."""
        info = self.nodes.get(name)
        if info is None:
            return
        for uid, (_needs, pod) in list(info.pods.items()):
            self._release(info, uid)
            self._orphans.setdefault(name, {})[uid] = pod
        del self.nodes[name]
        self._labelled.clear()
        self.nodes_version += 1
        self._images_version += 1

    # Pods on nodes

    def pod_put(self, old: Doc | None, pod: Doc) -> None:
        """Take in a pod on a node; one that has ended holds nothing."""
        node, uid = pod["spec"].get("nodeName", ""), pod["metadata"]["uid"]
        info = self.nodes.get(node)
        if info is None:
            self._orphans.setdefault(node, {})[uid] = pod
            return
        if pod.get("status", {}).get("phase") in FINISHED:
            self._release(info, uid)
            return
        known = info.pods.get(uid)
        if known is None:
            self._place(info, uid, self.needs(pod if old is None or old["spec"].get("nodeName") else old), pod)
        elif _same_pod(known[1], pod):
            info.pods[uid] = (known[0], pod)
        else:
            self._release(info, uid)
            self._place(info, uid, self.needs(pod), pod)

    def pod_gone(self, pod: Doc) -> None:
        """Forget a pod."""
        node, uid = pod["spec"].get("nodeName", ""), pod["metadata"]["uid"]
        self.nominated.pop(uid, None)
        info = self.nodes.get(node)
        if info is not None:
            self._release(info, uid)
        elif node in self._orphans:
            self._orphans[node].pop(uid, None)

    def nominate(self, pod: Doc, node: str) -> None:
        """Keep room on a node for a pod that preempted others there; without a node take that back."""
        uid = pod["metadata"]["uid"]
        if node:
            self.nominated[uid] = (self.needs(pod), pod, node)
        else:
            self.nominated.pop(uid, None)

    # What if

    @contextmanager
    def supposing(self, node: str) -> Iterator[NodeInfo]:
        """Let pods be taken from and put on a node for the length of a block; afterwards all is as before."""
        info = self.nodes[node]
        before = dict(info.pods)
        try:
            yield info
        finally:
            for uid in list(info.pods):
                if uid not in before:
                    self._release(info, uid)
            for uid, (needs, pod) in before.items():
                if uid not in info.pods:
                    self._place(info, uid, needs, pod)
            info.pods = before

    def take(self, info: NodeInfo, uids: Iterable[str]) -> None:
        """Take pods off a node, inside `supposing`."""
        for uid in uids:
            self._release(info, uid)

    def place(self, info: NodeInfo, placed: Placed) -> None:
        """Put a pod on a node, inside `supposing`."""
        self._place(info, placed[1]["metadata"]["uid"], *placed)

    # Inside

    def _touch(self, name: str) -> None:
        if len(self.touched) >= TOUCHED_MAX:
            self.touched.clear()
            self.memory.clear()
        self.touched.append(name)

    def _place(self, info: NodeInfo, uid: str, needs: PodNeeds, pod: Doc) -> None:
        info.pods[uid] = (needs, pod)
        self._count(info, needs, 1)
        self._group(info.name, needs, 1, live="deletionTimestamp" not in pod["metadata"])

    def _release(self, info: NodeInfo, uid: str) -> None:
        known = info.pods.pop(uid, None)
        if known is not None:
            self._count(info, known[0], -1)
            self._group(info.name, known[0], -1, live="deletionTimestamp" not in known[1]["metadata"])

    def _count(self, info: NodeInfo, needs: PodNeeds, sign: int) -> None:
        for resource, value in needs.requests:
            info.requested[resource] = info.requested.get(resource, 0) + sign * value
        info.scored_cpu += sign * needs.scored[0]
        info.scored_memory += sign * needs.scored[1]
        for port in needs.ports:
            info.ports[port] = info.ports.get(port, 0) + sign
            if not info.ports[port]:
                del info.ports[port]
        self._touch(info.name)

    def _group(self, node: str, needs: PodNeeds, sign: int, *, live: bool) -> None:
        key = (needs.namespace, tuple(sorted(needs.labels.items())), id(needs.spec.get("affinity")) if needs.has_terms else 0)
        group = self.groups.get(key)
        if group is None:
            group = self.groups[key] = Group(key, needs)
            self.groups_version += 1
            if needs.has_terms:
                self._termed[key] = group
        _tally(group.members, node, sign)
        if live:
            _tally(group.live, node, sign)
        if not group.members:
            del self.groups[key]
            self._termed.pop(key, None)
            self.groups_version += 1


def _tally(counts: dict[str, int], node: str, sign: int) -> None:
    count = counts.get(node, 0) + sign
    if count:
        counts[node] = count
    else:
        del counts[node]


def _owner_is(metadata: Doc, owner: tuple[str, str, str] | None) -> bool:
    for reference in metadata.get("ownerReferences") or ():
        if reference.get("controller"):
            return owner is not None and owner[2] == reference["name"] and owner[1] == reference["kind"] and owner[0] == reference["apiVersion"]
    return owner is None


def _same_pod(old: Doc, new: Doc) -> bool:
    """Say whether nothing changed that the scheduler counts: labels, requests, or that the pod is going."""
    before, after = old["metadata"], new["metadata"]
    return (old["spec"] is new["spec"] or old["spec"] == new["spec"]) and (before.get("labels") or {}) == (after.get("labels") or {}) and ("deletionTimestamp" in before) == ("deletionTimestamp" in after)
