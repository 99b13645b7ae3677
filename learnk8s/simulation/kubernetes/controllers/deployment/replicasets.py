"""The ReplicaSets of a Deployment: which is new, which are old, how many each may have.

Models pkg/controller/deployment/util/deployment_util.go (1.36).
"""

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, floor
from typing import Any

from learnk8s.simulation.kubernetes.objects.document import Doc

REVISION = "deployment.kubernetes.io/revision"
REVISION_HISTORY = "deployment.kubernetes.io/revision-history"
DESIRED = "deployment.kubernetes.io/desired-replicas"
MAXIMUM = "deployment.kubernetes.io/max-replicas"
NOT_COPIED = frozenset({"kubectl.kubernetes.io/last-applied-configuration", REVISION, REVISION_HISTORY, DESIRED, MAXIMUM, "deprecated.deployment.rollback.to"})
HASH_LABEL = "pod-template-hash"


def wanted(doc: Doc) -> int:
    """Return spec.replicas of a Deployment or ReplicaSet."""
    return doc["spec"].get("replicas", 1)  # type: ignore[no-any-return]  # foreign JSON


def counted(doc: Doc, field: str) -> int:
    """Return a count of the status, 0 if absent."""
    return doc.get("status", {}).get(field, 0)  # type: ignore[no-any-return]  # foreign JSON


def total_wanted(replicasets: Sequence[Doc]) -> int:
    """Return the sum of what the ReplicaSets ask for."""
    return sum(map(wanted, replicasets))


def total(replicasets: Sequence[Doc], field: str) -> int:
    """Return the sum of a status count."""
    return sum(counted(replicaset, field) for replicaset in replicasets)


def by_age(replicasets: Sequence[Doc]) -> list[Doc]:
    """Return the ReplicaSets, oldest first, equals by name."""
    return sorted(replicasets, key=lambda doc: (doc["metadata"]["creationTimestamp"], doc["metadata"]["name"]))


def template_without_hash(doc: Doc) -> Doc:
    """Return a pod template without the label that the controller added."""
    template = doc["spec"]["template"]
    labels = (template.get("metadata") or {}).get("labels") or {}
    if HASH_LABEL not in labels:
        return template  # type: ignore[no-any-return]  # foreign JSON
    kept = {key: value for key, value in labels.items() if key != HASH_LABEL}
    return {**template, "metadata": {**template["metadata"], "labels": kept}}


def new_replicaset(deployment: Doc, replicasets: Sequence[Doc]) -> Doc | None:
    """Return the oldest ReplicaSet that has the Deployment's template. Models FindNewReplicaSet."""
    template = deployment["spec"]["template"]
    for replicaset in by_age(replicasets):
        if template_without_hash(replicaset) == template:
            return replicaset
    return None


def active(replicasets: Sequence[Doc]) -> list[Doc]:
    """Return the ReplicaSets that ask for pods."""
    return [replicaset for replicaset in replicasets if wanted(replicaset) > 0]


def revision_of(doc: Doc) -> int:
    """Return the revision number in an object's annotations, 0 if there is none."""
    text = (doc["metadata"].get("annotations") or {}).get(REVISION, "0")
    return int(text) if text.isdigit() else 0


def bounds(deployment: Doc) -> tuple[int, int]:
    """Return (surge, unavailable) in pods. Models ResolveFenceposts: surge rounds up, unavailable down, not both zero.

    >>> bounds({"spec": {"replicas": 4, "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}}})
    (1, 1)
    """
    strategy = deployment["spec"].get("strategy", {})
    if strategy.get("type") != "RollingUpdate":
        return (0, 0)
    rolling = strategy.get("rollingUpdate", {})
    replicas = wanted(deployment)
    surge = _portion(rolling.get("maxSurge", "25%"), replicas, up=True)
    unavailable = _portion(rolling.get("maxUnavailable", "25%"), replicas, up=False)
    if surge == 0 and unavailable == 0:
        unavailable = 1
    return (surge, min(unavailable, replicas))


@lru_cache(maxsize=1_024)
def _portion(value: int | str, replicas: int, *, up: bool) -> int:
    if isinstance(value, int):
        return value
    share = int(value.rstrip("%")) * replicas / 100
    return ceil(share) if up else floor(share)


def room_for_new(deployment: Doc, replicasets: Sequence[Doc], new: Doc) -> int:
    """Return how many replicas the new ReplicaSet may have now. Models NewRSNewReplicas."""
    replicas = wanted(deployment)
    if deployment["spec"].get("strategy", {}).get("type") != "RollingUpdate":
        return replicas
    free = replicas + bounds(deployment)[0] - total_wanted(replicasets)
    if free <= 0:
        return wanted(new)
    return wanted(new) + min(free, replicas - wanted(new))


def inherited_annotations(deployment: Doc, own: dict[str, Any]) -> dict[str, str]:
    """Return a ReplicaSet's annotations with those of its Deployment over them. Models copyDeploymentAnnotationsToReplicaSet."""
    copied = {key: value for key, value in (deployment["metadata"].get("annotations") or {}).items() if key not in NOT_COPIED}
    return {**own, **copied}
