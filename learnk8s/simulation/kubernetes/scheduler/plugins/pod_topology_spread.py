"""PodTopologySpread: keep matching pods evenly over zones, hosts or other domains. Models plugins/podtopologyspread (1.36).

A pod without constraints of its own gets two soft ones from the system, over hosts and zones, if a Service, ReplicaSet, StatefulSet or
ReplicationController selects it.
"""

from collections.abc import Mapping, Sequence
from itertools import repeat
from math import floor, log
from typing import Any

from learnk8s.simulation.kubernetes.scheduler.framework import UNRESOLVABLE, Check, Verdict
from learnk8s.simulation.kubernetes.scheduler.needs import Constraint, PodNeeds
from learnk8s.simulation.kubernetes.scheduler.plugins.node_affinity import selects_node
from learnk8s.simulation.kubernetes.scheduler.plugins.taint_toleration import tolerates_node
from learnk8s.simulation.kubernetes.scheduler.selecting import Requirements, holds, requirements
from learnk8s.simulation.kubernetes.scheduler.snapshot import NodeInfo, Snapshot

HOST, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"
SYSTEM_DEFAULTS = ((HOST, 3), (ZONE, 5))
"""facts/numbers.yaml: spread-default."""
OWNERS = {("v1", "ReplicationController"): "replicationcontrollers", ("apps/v1", "ReplicaSet"): "replicasets.apps", ("apps/v1", "StatefulSet"): "statefulsets.apps"}


def _counts(needs: PodNeeds, constraint: Constraint, node: NodeInfo) -> bool:
    """Say whether pods on a node count for a constraint. Models matchNodeInclusionPolicies."""
    return (not constraint.honors_affinity or selects_node(needs, node)) and (not constraint.honors_taints or tolerates_node(needs, node))


def default_selector(needs: PodNeeds, snapshot: Snapshot) -> Requirements:
    """Return what selects the pod's siblings: the selectors of its Services together, and that of its owner. Models helper.DefaultSelector."""
    seen = snapshot.default_selectors.get(id(needs))
    if seen is not None and seen[0] is needs and seen[1] == snapshot.selectors_version:
        return seen[2]
    if len(snapshot.default_selectors) >= 512:
        snapshot.default_selectors.clear()
    found = _default_selector(needs, snapshot)
    snapshot.default_selectors[id(needs)] = (needs, snapshot.selectors_version, found)
    return found


def _default_selector(needs: PodNeeds, snapshot: Snapshot) -> Requirements:
    merged: dict[str, str] = {}
    for service in snapshot.read.list("services", needs.namespace):
        selector = service["spec"].get("selector")
        if selector and all(needs.labels.get(key) == value for key, value in selector.items()):
            merged.update(selector)
    more: Requirements = ()
    resource = OWNERS.get(needs.owner[:2]) if needs.owner else None
    owner = snapshot.read.get(resource, needs.namespace, needs.owner[2]) if resource and needs.owner else None
    if owner is not None and resource == "replicationcontrollers":
        merged.update(owner["spec"].get("selector") or {})
    elif owner is not None:
        more = requirements(owner["spec"].get("selector")) or ()
    return (*(requirements({"matchLabels": merged}) or ()), *more)


class PodTopologySpread:
    """Check by hard constraints, ranking by soft ones."""

    name = "PodTopologySpread"
    weight = 2

    def check(self, needs: PodNeeds, snapshot: Snapshot) -> Check | None:
        """Count matching pods per domain for every hard constraint."""
        hard = [constraint for constraint in needs.spread if constraint.hard]
        if not hard:
            return None
        keys = [constraint.topology_key for constraint in hard]
        nodes = [node for node in snapshot.nodes.values() if all(key in node.labels for key in keys)]
        tables = [self._domains(needs, constraint, nodes, snapshot) for constraint in hard]
        rules = [(constraint, table, self._least(constraint, table), int(holds(constraint.selector, needs.labels))) for constraint, table in zip(hard, tables, strict=True)]

        def refuses(node: NodeInfo) -> Verdict | None:
            for constraint, table, least, own in rules:
                value = node.labels.get(constraint.topology_key)
                if value is None:
                    return Verdict(node.name, self.name, ("node(s) didn't match pod topology spread constraints (missing required label)",), UNRESOLVABLE)
                if table.get(value, 0) + own - least > constraint.max_skew:
                    return Verdict(node.name, self.name, ("node(s) didn't match pod topology spread constraints",))
            return None

        return refuses

    @staticmethod
    def _domains(needs: PodNeeds, constraint: Constraint, nodes: Sequence[NodeInfo], snapshot: Snapshot) -> dict[str, int]:
        pods = snapshot.counted(needs.namespace, constraint.selector)
        table: dict[str, int] = {}
        for node in nodes:
            if _counts(needs, constraint, node):
                value = node.labels[constraint.topology_key]
                table[value] = table.get(value, 0) + pods.get(node.name, 0)
        return table

    @staticmethod
    def _least(constraint: Constraint, table: Mapping[str, int]) -> int:
        """Return the count of the emptiest domain; 0 while there are fewer domains than asked for."""
        return 0 if len(table) < constraint.min_domains else min(table.values())

    def ranks(self, needs: PodNeeds, snapshot: Snapshot, feasible: Sequence[str]) -> list[int] | None:
        """Weigh the pods of each node's domains; fewer is better."""
        if needs.spread:
            soft = [constraint for constraint in needs.spread if not constraint.hard]
        else:
            selector = default_selector(needs, snapshot)
            soft = [Constraint(key, skew, selector) for key, skew in SYSTEM_DEFAULTS] if selector else []
        if not soft:
            return None
        if not needs.spread:
            return _normalised(*self._points(needs, snapshot, soft, feasible))
        keys = [constraint.topology_key for constraint in soft]
        labelled = [name for name in feasible if all(key in snapshot.nodes[name].labels for key in keys)]
        found = dict(zip(labelled, _normalised(*self._points(needs, snapshot, soft, labelled, keys)), strict=True))
        return [found.get(name, 0) for name in feasible]

    def _points(self, needs: PodNeeds, snapshot: Snapshot, soft: Sequence[Constraint], names: Sequence[str], required: Sequence[str] = ()) -> tuple[Sequence[Any], dict[Any, float]]:
        """Return for each node what its sum depends on (the counts of its domains), and the sum for each of these, of which there are few."""
        places: Sequence[Any] = ()
        sums: dict[Any, float] = {}
        for constraint in soft:
            found = self._worth(needs, snapshot, constraint, names, required)
            if found is None:
                continue
            if not places:
                places, sums = found
                continue
            places = list(zip(places, found[0], strict=True))
            sums = {pair: sums[pair[0]] + found[1][pair[1]] for pair in set(places)}
        return (places, sums) if places else ([None] * len(names), {None: 0.0})

    @staticmethod
    def _worth(needs: PodNeeds, snapshot: Snapshot, constraint: Constraint, names: Sequence[str], required: Sequence[str]) -> tuple[list[Any], dict[Any, float]] | None:
        """Return each node's count (of its host) or domain, and what these are worth: the count times the logarithm of the domains, plus the skew. None if no node has the label."""
        pods, key, more = snapshot.counted(needs.namespace, constraint.selector), constraint.topology_key, constraint.max_skew - 1
        domains = snapshot.labelled(key)
        if not domains:
            return None
        if key == HOST:
            weight = log(len(names) + 2)
            counts: list[Any] = list(map(pods.get, names, repeat(0)))
            if len(domains) < len(snapshot.nodes):
                counts = [count if name in domains else None for name, count in zip(names, counts, strict=True)]
            return counts, {count: 0.0 if count is None else count * weight + more for count in set(counts)}
        values = list(map(domains.get, names))
        table = dict.fromkeys(values, 0)
        plain = not required and not constraint.honors_taints and not needs.node_bound
        for name, count in pods.items():
            value = domains.get(name)
            if value in table and (plain or (_counts(needs, constraint, snapshot.nodes[name]) and all(other in snapshot.nodes[name].labels for other in required))):
                table[value] += count
        weight = log(len(table) + 2)
        return values, {value: 0.0 if value is None else count * weight + more for value, count in table.items()}


def _normalised(places: Sequence[Any], sums: Mapping[Any, float]) -> list[int]:
    """Round the sums and turn them around: the smallest gets the most."""
    rounded = {place: floor(sums[place] + 0.5) for place in set(places)}
    if not rounded:
        return []
    least, most = min(rounded.values()), max(rounded.values())
    table = {place: 100 * (most + least - value) // most if most else 100 for place, value in rounded.items()}
    return list(map(table.__getitem__, places))
