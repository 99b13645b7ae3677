"""InterPodAffinity: beside which other pods a pod must, must not, would or would rather not run. Models plugins/interpodaffinity (1.36).

Both directions count: the terms of the pod about those that run, and the terms of those that run about the pod.
"""

from collections.abc import Sequence

from learnk8s.simulation.kubernetes.scheduler.framework import UNRESOLVABLE, Check, Verdict
from learnk8s.simulation.kubernetes.scheduler.needs import PodNeeds, Term
from learnk8s.simulation.kubernetes.scheduler.snapshot import Group, NodeInfo, Snapshot

HARD_WEIGHT = 1
"""What a running pod's required affinity counts when nodes are ranked: hardPodAffinityWeight."""
Places = dict[tuple[str, str], int]
"""(topology key, value) with a count or a sum of weights."""


def _takes(term: Term, needs: PodNeeds, snapshot: Snapshot) -> bool:
    return term.takes(needs.namespace, needs.labels, snapshot.namespace_labels)


def _add(places: Places, term: Term, group: Group, snapshot: Snapshot, weight: int) -> None:
    for name, count in group.members.items():
        value = snapshot.nodes[name].labels.get(term.topology_key)
        if value is not None:
            place = (term.topology_key, value)
            places[place] = places.get(place, 0) + weight * count


class InterPodAffinity:
    """Check and ranking by the pods that run already."""

    name = "InterPodAffinity"
    weight = 2

    def check(self, needs: PodNeeds, snapshot: Snapshot) -> Check | None:
        """Count the places of matching pods, and of pods that want this one away."""
        unwanted: Places = {}
        for group in snapshot.termed_groups():
            for term in group.needs.anti_affinity:
                if _takes(term, needs, snapshot):
                    _add(unwanted, term, group, snapshot, 1)
        if not unwanted and not needs.affinity and not needs.anti_affinity:
            return None
        together, apart = self._places(needs, snapshot)
        first = not together and bool(needs.affinity) and all(_takes(term, needs, snapshot) for term in needs.affinity)

        def refuses(node: NodeInfo) -> Verdict | None:
            if not self._satisfied(needs, node, together, first=first):
                return Verdict(node.name, self.name, ("node(s) didn't match pod affinity rules",), UNRESOLVABLE)
            if apart and any((term.topology_key, node.labels.get(term.topology_key)) in apart for term in needs.anti_affinity):
                return Verdict(node.name, self.name, ("node(s) didn't match pod anti-affinity rules",))
            if unwanted and any(node.labels.get(key) == value for key, value in unwanted):
                return Verdict(node.name, self.name, ("node(s) didn't satisfy existing pods anti-affinity rules",))
            return None

        return refuses

    @staticmethod
    def _satisfied(needs: PodNeeds, node: NodeInfo, together: Places, *, first: bool) -> bool:
        """Every term needs its label and a matching pod there; the first pod of a series that likes itself needs the label only."""
        values = [(term.topology_key, node.labels.get(term.topology_key)) for term in needs.affinity]
        if any(value is None for _key, value in values):
            return False
        return all(place in together for place in values) or first

    @staticmethod
    def _places(needs: PodNeeds, snapshot: Snapshot) -> tuple[Places, Places]:
        """Return where pods are that match all affinity terms, and where some that match an anti-affinity term."""
        together: Places = {}
        apart: Places = {}
        if needs.affinity or needs.anti_affinity:
            for group in snapshot.groups.values():
                if needs.affinity and all(_takes(term, group.needs, snapshot) for term in needs.affinity):
                    for term in needs.affinity:
                        _add(together, term, group, snapshot, 1)
                for term in needs.anti_affinity:
                    if _takes(term, group.needs, snapshot):
                        _add(apart, term, group, snapshot, 1)
        return together, apart

    def ranks(self, needs: PodNeeds, snapshot: Snapshot, feasible: Sequence[str]) -> list[int] | None:
        """Sum the weights of all preferences that meet on a node's places; the lowest becomes 0, the highest 100."""
        places = self._preferences(needs, snapshot)
        if not places:
            return None
        sums = [sum(weight for (key, value), weight in places.items() if snapshot.nodes[name].labels.get(key) == value) for name in feasible]
        least, most = min(sums), max(sums)
        return [int(100 * ((points - least) / (most - least))) if most > least else 0 for points in sums]

    @staticmethod
    def _preferences(needs: PodNeeds, snapshot: Snapshot) -> Places:
        places: Places = {}
        if needs.liked or needs.disliked:
            for group in snapshot.groups.values():
                for sign, terms in ((1, needs.liked), (-1, needs.disliked)):
                    for term in terms:
                        if _takes(term, group.needs, snapshot):
                            _add(places, term, group, snapshot, sign * term.weight)
        for group in snapshot.termed_groups():
            theirs = group.needs
            for weighted in (*((HARD_WEIGHT, term) for term in theirs.affinity), *((term.weight, term) for term in theirs.liked), *((-term.weight, term) for term in theirs.disliked)):
                if _takes(weighted[1], needs, snapshot):
                    _add(places, weighted[1], group, snapshot, weighted[0])
        return places
