"""TaintToleration: refuse nodes with taints that the pod does not tolerate, prefer those with fewer soft ones.

Models plugins/tainttoleration (1.36).
"""

from collections.abc import Mapping, Sequence

from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.scheduler.framework import UNRESOLVABLE, Verdict
from learnk8s.simulation.kubernetes.scheduler.snapshot import NodeInfo, PodNeeds


def tolerated(tolerations: Sequence[Doc], taint: Doc) -> bool:
    """Say whether one of the tolerations covers a taint."""
    return any(_covers(toleration, taint) for toleration in tolerations)


def _covers(toleration: Doc, taint: Doc) -> bool:
    if toleration.get("effect") and toleration["effect"] != taint["effect"]:
        return False
    if toleration.get("key") and toleration["key"] != taint["key"]:
        return False
    if toleration.get("operator", "Equal") == "Exists":
        return True
    return bool(toleration.get("key")) and toleration.get("value", "") == taint.get("value", "")


class TaintToleration:
    """Filter and score by taints."""

    name = "TaintToleration"
    weight = 3

    def refuses(self, needs: PodNeeds, node: NodeInfo) -> Verdict | None:
        """Return the refusal for the first hard taint that is not tolerated."""
        for taint in node.doc["spec"].get("taints") or ():
            if taint["effect"] in ("NoSchedule", "NoExecute") and not tolerated(needs.spec.get("tolerations") or (), taint):
                return Verdict(node.name, self.name, ("node(s) had untolerated taint(s)",), UNRESOLVABLE)
        return None

    def score(self, needs: PodNeeds, node: NodeInfo) -> int:
        """Return how many soft taints are not tolerated; fewer is better."""
        soft = [entry for entry in needs.spec.get("tolerations") or () if entry.get("effect") in (None, "", "PreferNoSchedule")]
        return sum(taint["effect"] == "PreferNoSchedule" and not tolerated(soft, taint) for taint in node.doc["spec"].get("taints") or ())

    def normalised(self, scores: Mapping[str, int]) -> Mapping[str, int]:
        """Turn counts around: none is 100."""
        most = max(scores.values())
        return {name: 100 if most == 0 else 100 - 100 * count // most for name, count in scores.items()}
