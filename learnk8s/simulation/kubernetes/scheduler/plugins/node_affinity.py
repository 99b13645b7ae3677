"""NodeAffinity: node selectors and node affinity, required and preferred. Models plugins/nodeaffinity (1.36)."""

from learnk8s.simulation.kubernetes.objects.document import Doc, dig
from learnk8s.simulation.kubernetes.scheduler.framework import UNRESOLVABLE, Refusal, Verdict
from learnk8s.simulation.kubernetes.scheduler.needs import PREFERRED, REQUIRED, PodNeeds
from learnk8s.simulation.kubernetes.scheduler.selecting import holds
from learnk8s.simulation.kubernetes.scheduler.snapshot import NodeInfo


def _entries(found: object) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    return tuple((entry["key"], entry["operator"], tuple(entry.get("values") or ())) for entry in found or ())  # type: ignore[attr-defined]  # foreign JSON


def term_matches(term: Doc, node: NodeInfo) -> bool:
    """Say whether a node selector term takes a node; an empty term takes none."""
    expressions, fields = term.get("matchExpressions"), term.get("matchFields")
    if not expressions and not fields:
        return False
    return holds(_entries(expressions), node.labels) and holds(_entries(fields), {"metadata.name": node.name})


def selects_node(needs: PodNeeds, node: NodeInfo) -> bool:
    """Say whether the pod's node selector and required affinity take a node. Models GetRequiredNodeAffinity."""
    if not needs.node_bound:
        return True
    if any(node.labels.get(key) != value for key, value in (needs.spec.get("nodeSelector") or {}).items()):
        return False
    required = dig(needs.spec, "affinity", "nodeAffinity", REQUIRED)
    return not required or any(term_matches(term, node) for term in required.get("nodeSelectorTerms") or ())


class NodeAffinity:
    """Filter and score by the pod's wishes about nodes."""

    name = "NodeAffinity"
    weight = 2

    def narrows(self, needs: PodNeeds) -> frozenset[str] | Refusal | None:
        """Return the only nodes whose names the required terms allow, or None if some term names none."""
        if not needs.node_bound:
            return None
        terms = dig(needs.spec, "affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms") or ()
        names: set[str] = set()
        for term in terms:
            named = [set(entry.get("values") or ()) for entry in term.get("matchFields") or () if entry["key"] == "metadata.name" and entry["operator"] == "In"]
            if not named:
                return None
            names |= set.intersection(*named)
        if not terms:
            return None
        return frozenset(names) if names else Refusal(self.name, "pod affinity terms conflict")

    def refuses(self, needs: PodNeeds, node: NodeInfo) -> Verdict | None:
        """Return the refusal of a node that the pod's selector or required affinity does not take."""
        return None if selects_node(needs, node) else Verdict(node.name, self.name, ("node(s) didn't match Pod's node affinity/selector",), UNRESOLVABLE)

    def score(self, needs: PodNeeds, node: NodeInfo) -> int | None:
        """Return the sum of the weights of the preferred terms that take the node."""
        preferred = dig(needs.spec, "affinity", "nodeAffinity", PREFERRED)
        return sum(entry["weight"] for entry in preferred if term_matches(entry["preference"], node)) if preferred else None

    def normalised(self, scores: list[int]) -> list[int]:
        """Scale to the largest."""
        most = max(scores)
        return [value * 100 // most if most else 0 for value in scores]
