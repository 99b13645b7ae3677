"""NodeAffinity: node selectors and node affinity, required and preferred. Models plugins/nodeaffinity (1.36)."""

from collections.abc import Mapping

from learnk8s.simulation.kubernetes.objects.document import Doc, dig
from learnk8s.simulation.kubernetes.scheduler.framework import UNRESOLVABLE, Verdict
from learnk8s.simulation.kubernetes.scheduler.snapshot import NodeInfo, PodNeeds


def _requirement(entry: Doc, found: Mapping[str, str]) -> bool:
    key, values = entry["key"], entry.get("values") or []
    match entry["operator"]:
        case "In":
            return found.get(key) in values
        case "NotIn":
            return found.get(key) not in values
        case "Exists":
            return key in found
        case "DoesNotExist":
            return key not in found
    try:
        left, right = int(found[key]), int(values[0])
    except (KeyError, ValueError, IndexError):
        return False
    return left > right if entry["operator"] == "Gt" else left < right


def term_matches(term: Doc, node: Doc) -> bool:
    """Say whether a node selector term takes a node; an empty term takes none."""
    labels = node["metadata"].get("labels") or {}
    expressions, fields = term.get("matchExpressions") or (), term.get("matchFields") or ()
    if not expressions and not fields:
        return False
    return all(_requirement(entry, labels) for entry in expressions) and all(_requirement(entry, {"metadata.name": node["metadata"]["name"]}) for entry in fields)


class NodeAffinity:
    """Filter and score by the pod's wishes about nodes."""

    name = "NodeAffinity"
    weight = 2

    def refuses(self, needs: PodNeeds, node: NodeInfo) -> Verdict | None:
        """Return the refusal of a node that the pod's selector or required affinity does not take."""
        labels = node.doc["metadata"].get("labels") or {}
        selector = needs.spec.get("nodeSelector") or {}
        required = dig(needs.spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
        fits = all(labels.get(key) == value for key, value in selector.items())
        if fits and required:
            fits = any(term_matches(term, node.doc) for term in required.get("nodeSelectorTerms") or ())
        return None if fits else Verdict(node.name, self.name, ("node(s) didn't match Pod's node affinity/selector",), UNRESOLVABLE)

    def score(self, needs: PodNeeds, node: NodeInfo) -> int | None:
        """Return the sum of the weights of the preferred terms that take the node."""
        preferred = dig(needs.spec, "affinity", "nodeAffinity", "preferredDuringSchedulingIgnoredDuringExecution")
        return sum(entry["weight"] for entry in preferred if term_matches(entry["preference"], node.doc)) if preferred else None

    def normalised(self, scores: Mapping[str, int]) -> Mapping[str, int]:
        """Scale to the largest."""
        most = max(scores.values())
        return {name: value * 100 // most if most else 0 for name, value in scores.items()}
