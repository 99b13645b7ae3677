"""TaintToleration: refuse nodes with taints that the pod does not tolerate, prefer those with fewer soft ones.

Models plugins/tainttoleration (1.36).
"""

from collections.abc import Sequence

from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.scheduler.framework import UNRESOLVABLE, Verdict
from learnk8s.simulation.kubernetes.scheduler.needs import PodNeeds
from learnk8s.simulation.kubernetes.scheduler.snapshot import NodeInfo

HARD = ("NoSchedule", "NoExecute")


def tolerated(tolerations: Sequence[Doc], taint: Doc) -> bool:
    """Say whether one of the tolerations covers a taint."""
    return any(_covers(toleration, taint) for toleration in tolerations)


def _covers(toleration: Doc, taint: Doc) -> bool:
    if toleration.get("effect") and toleration["effect"] != taint["effect"]:
        return False
    if toleration.get("key") and toleration["key"] != taint["key"]:
        return False
    if (toleration.get("operator") or "Equal") == "Exists":
        return True
    return bool(toleration.get("key")) and (toleration.get("value") or "") == (taint.get("value") or "")


def tolerates_node(needs: PodNeeds, node: NodeInfo) -> bool:
    """Say whether the pod tolerates all hard taints of a node."""
    return all(taint["effect"] not in HARD or tolerated(needs.tolerations, taint) for taint in node.taints)


class TaintToleration:
    """Filter and score by taints."""

    name = "TaintToleration"
    weight = 3

    def refuses(self, needs: PodNeeds, node: NodeInfo) -> Verdict | None:
        """Return the refusal for a hard taint that is not tolerated."""
        return None if tolerates_node(needs, node) else Verdict(node.name, self.name, ("node(s) had untolerated taint(s)",), UNRESOLVABLE)

    def score(self, needs: PodNeeds, node: NodeInfo) -> int:
        """Return how many soft taints are not tolerated; fewer is better."""
        if not node.taints:
            return 0
        soft = [entry for entry in needs.tolerations if entry.get("effect") in (None, "", "PreferNoSchedule")]
        return sum(taint["effect"] == "PreferNoSchedule" and not tolerated(soft, taint) for taint in node.taints)

    def normalised(self, scores: list[int]) -> list[int]:
        """Turn counts around: none is 100."""
        most = max(scores)
        return [100 if most == 0 else 100 - 100 * count // most for count in scores]
