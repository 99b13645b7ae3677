"""Which nodes a pod may run on: filters that look at one node, and checks that know the cluster.

Models RunPreFilterPlugins and RunFilterPluginsWithNominatedPods of framework/runtime (1.36).
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.scheduler.framework import Check, Profile, Refusal, Verdict
from learnk8s.simulation.kubernetes.scheduler.needs import PodNeeds
from learnk8s.simulation.kubernetes.scheduler.plugins.registered import CHECKS, FILTERS, NARROWING, scores_of
from learnk8s.simulation.kubernetes.scheduler.snapshot import MEMORIES_MAX, NodeInfo, Placed, ShapeMemory, Snapshot

Look = Verdict | tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was worked out before nodes are looked at: the only nodes that come into question (None: all), and what to ask of each."""

    narrowed: frozenset[str] | None
    checks: tuple[Check, ...]
    absent: str = ""


def prepared(needs: PodNeeds, snapshot: Snapshot) -> Prepared | Refusal:
    """Ask every plugin what it needs to know of the cluster; the first that refuses the pod ends it."""
    narrowed = NARROWING.narrows(needs)
    if isinstance(narrowed, Refusal):
        return narrowed
    checks: list[Check] = []
    for plugin in CHECKS:
        answer = plugin.check(needs, snapshot)
        if isinstance(answer, Refusal):
            return answer
        if answer is not None:
            checks.append(answer)
    return Prepared(narrowed, tuple(checks), f"node(s) didn't satisfy plugin(s) [{NARROWING.name}]")


def looks_of(needs: PodNeeds, snapshot: Snapshot, profile: Profile) -> ShapeMemory:
    """Return what filters and scores say of every node; only nodes that changed are looked at afresh."""
    memory = snapshot.memory.get(id(needs))
    if memory is None or memory.needs is not needs or memory.version != snapshot.nodes_version or memory.strategy != profile.strategy:
        if len(snapshot.memory) >= MEMORIES_MAX:
            snapshot.memory.clear()
        looks = {name: _look(needs, node, profile) for name, node in snapshot.nodes.items()}
        memory = snapshot.memory[id(needs)] = ShapeMemory(needs, profile.strategy, snapshot.nodes_version, len(snapshot.touched), looks)
        return memory
    for name in dict.fromkeys(snapshot.touched[memory.seen:]):
        if name in memory.looks:
            memory.look_again(name, _look(needs, snapshot.nodes[name], profile))
    memory.seen = len(snapshot.touched)
    return memory


def _look(needs: PodNeeds, node: NodeInfo, profile: Profile) -> Look:
    for plugin in FILTERS:
        verdict = plugin.refuses(needs, node)
        if verdict is not None:
            return verdict
    return tuple([plugin.score(needs, node) for plugin in scores_of(profile.strategy)])


def refusal(needs: PodNeeds, snapshot: Snapshot, node: NodeInfo) -> Verdict | None:
    """Return why a node is refused as things are now, nothing remembered."""
    for plugin in FILTERS:
        verdict = plugin.refuses(needs, node)
        if verdict is not None:
            return verdict
    ready = prepared(needs, snapshot)
    if isinstance(ready, Refusal):
        return Verdict(node.name, ready.plugin, (ready.reason,), ready.code)
    return next((said for check in ready.checks if (said := check(node)) is not None), None)


def wanted_nodes(needs: PodNeeds, snapshot: Snapshot) -> Mapping[str, None]:
    """Return the nodes on which room is kept for nominated pods of at least the pod's priority."""
    return {node: None for other, _doc, node in snapshot.nominated.values() if other.priority >= needs.priority}


def refusal_beside_nominated(pod: Doc, needs: PodNeeds, snapshot: Snapshot, node: str) -> Verdict | None:
    """Return why a node is refused: it must do with the nominated pods there, and without them too."""
    mine = pod["metadata"].get("uid")
    placed = [(other, doc) for uid, (other, doc, at) in snapshot.nominated.items() if at == node and other.priority >= needs.priority and uid != mine]
    if placed:
        verdict = _refusal_with(needs, snapshot, node, placed, snapshot.supposing(node))
        if verdict is not None:
            return verdict
    return refusal(needs, snapshot, snapshot.nodes[node])


def _refusal_with(needs: PodNeeds, snapshot: Snapshot, node: str, placed: list[Placed], supposing: AbstractContextManager[NodeInfo]) -> Verdict | None:
    with supposing as info:
        for one in placed:
            snapshot.place(info, one)
        return refusal(needs, snapshot, info)
