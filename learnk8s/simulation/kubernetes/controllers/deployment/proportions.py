"""Share a changed size among the ReplicaSets of a rollout under way.

Models pkg/controller/deployment/util: GetReplicaSetProportion and sync.go: scale (1.36).
"""

from collections.abc import Sequence

from learnk8s.simulation.kubernetes.controllers.deployment.replicasets import MAXIMUM, total_wanted, wanted
from learnk8s.simulation.kubernetes.objects.document import Doc


def proportional(replicasets: Sequence[Doc], allowed: int, replicas: int) -> list[tuple[Doc, int]]:
    """Return each ReplicaSet with its new size; the sizes add up to `allowed` as far as they can.

    `replicas` is the Deployment's size without surge. Newest first when growing, oldest first when shrinking; what rounding leaves goes to
    the largest.
    """
    to_add = allowed - total_wanted(replicasets)
    if to_add >= 0:
        ordered = sorted(replicasets, key=lambda doc: (-wanted(doc), _reversed(doc["metadata"]["creationTimestamp"])))
    else:
        ordered = sorted(replicasets, key=lambda doc: (-wanted(doc), doc["metadata"]["creationTimestamp"]))
    sizes, added = [], 0
    for replicaset in ordered:
        share = _share(replicaset, allowed, to_add, added) if to_add else 0
        sizes.append(wanted(replicaset) + share)
        added += share
    if ordered and to_add:
        sizes[0] = max(sizes[0] + to_add - added, 0)
    return list(zip(ordered, sizes, strict=True))


def _share(replicaset: Doc, allowed: int, to_add: int, added: int) -> int:
    before = int((replicaset["metadata"].get("annotations") or {}).get(MAXIMUM, "0")) or allowed
    target = _rounded(wanted(replicaset) * allowed, before)
    fraction, left = target - wanted(replicaset), to_add - added
    return min(fraction, left) if to_add > 0 else max(fraction, left)


def _rounded(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def _reversed(timestamp: str) -> tuple[int, ...]:
    return tuple(-ord(letter) for letter in timestamp)
