"""A Deployment's status: counts and the conditions Available, Progressing and ReplicaFailure.

Models pkg/controller/deployment/sync.go: calculateStatus and progress.go: syncRolloutStatus (1.36).
"""

from collections.abc import Sequence

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kubernetes.controllers.deployment.replicasets import bounds, counted, total, wanted
from learnk8s.simulation.kubernetes.controllers.pods import condition, set_condition
from learnk8s.simulation.kubernetes.objects.document import Doc

NO_DEADLINE_S = 2**31 - 1


def make(type_: str, status: str, reason: str, message: str, timestamp: str) -> Doc:
    """Return a Deployment condition."""
    return {"type": type_, "status": status, "lastUpdateTime": timestamp, "lastTransitionTime": timestamp, "reason": reason, "message": message}


def calculated(deployment: Doc, replicasets: Sequence[Doc], new: Doc | None, timestamp: str) -> Doc:
    """Return counts and the Available condition from the ReplicaSets."""
    available = total(replicasets, "availableReplicas")
    counts = {
        "replicas": total(replicasets, "replicas"),
        "updatedReplicas": counted(new, "replicas") if new else 0,
        "readyReplicas": total(replicasets, "readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(sum(map(wanted, replicasets)) - available, 0),
    }
    status: Doc = {"observedGeneration": deployment["metadata"].get("generation", 1)}
    status.update({key: count for key, count in counts.items() if count})
    status["terminatingReplicas"] = total(replicasets, "terminatingReplicas")
    if "collisionCount" in deployment.get("status", {}):
        status["collisionCount"] = deployment["status"]["collisionCount"]
    enough = available >= wanted(deployment) - bounds(deployment)[1]
    entry = (make("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.", timestamp) if enough
             else make("Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.", timestamp))
    status["conditions"] = set_condition(deployment.get("status", {}).get("conditions", ()), entry)
    return status


def is_complete(deployment: Doc, status: Doc) -> bool:
    """Say whether every replica is of the new revision and available. Models DeploymentComplete."""
    replicas = wanted(deployment)
    return (status.get("updatedReplicas", 0) == replicas == status.get("replicas", 0) == status.get("availableReplicas", 0)
            and status.get("observedGeneration", 0) >= deployment["metadata"].get("generation", 1))


def _has_progressed(deployment: Doc, status: Doc) -> bool:
    before = deployment.get("status", {})
    old_before = before.get("replicas", 0) - before.get("updatedReplicas", 0)
    old_now = status.get("replicas", 0) - status.get("updatedReplicas", 0)
    return (status.get("updatedReplicas", 0) > before.get("updatedReplicas", 0) or old_now < old_before
            or status.get("readyReplicas", 0) > before.get("readyReplicas", 0) or status.get("availableReplicas", 0) > before.get("availableReplicas", 0))


def deadline_ms(deployment: Doc, status: Doc) -> int | None:
    """Return when the rollout will be called stuck, or None if it is done or has no deadline."""
    deadline_s = deployment["spec"].get("progressDeadlineSeconds", 600)
    progressing = condition({"status": status}, "Progressing")
    if deadline_s >= NO_DEADLINE_S or progressing is None or progressing["reason"] in ("NewReplicaSetAvailable", "ProgressDeadlineExceeded", "DeploymentPaused"):
        return None
    return Clock.since_epoch_ms(progressing["lastUpdateTime"]) + deadline_s * 1000


def rolled_out(deployment: Doc, replicasets: Sequence[Doc], new: Doc | None, *, now_ms: int, timestamp: str) -> Doc:
    """Return the status with the Progressing condition brought up to date."""
    status = calculated(deployment, replicasets, new, timestamp)
    subject = f'ReplicaSet "{new["metadata"]["name"]}"' if new else f'Deployment "{deployment["metadata"]["name"]}"'
    current = condition(deployment, "Progressing")
    settled = status.get("replicas", 0) == status.get("updatedReplicas", 0) and current is not None and current["reason"] == "NewReplicaSetAvailable"
    if deployment["spec"].get("progressDeadlineSeconds", 600) >= NO_DEADLINE_S or settled:
        return status
    conditions = status["conditions"]
    if is_complete(deployment, status):
        conditions = set_condition(conditions, make("Progressing", "True", "NewReplicaSetAvailable", f"{subject} has successfully progressed.", timestamp))
    elif _has_progressed(deployment, status):
        entry = make("Progressing", "True", "ReplicaSetUpdated", f"{subject} is progressing.", timestamp)
        if current is not None and current["status"] == "True":
            entry["lastTransitionTime"] = current["lastTransitionTime"]
        conditions = [*(other for other in conditions if other["type"] != "Progressing"), entry]
    else:
        due_ms = deadline_ms(deployment, status)
        if due_ms is not None and due_ms <= now_ms:
            conditions = set_condition(conditions, make("Progressing", "False", "ProgressDeadlineExceeded", f"{subject} has timed out progressing.", timestamp))
    return {**status, "conditions": _with_failure(conditions, replicasets, new)}


def _with_failure(conditions: Sequence[Doc], replicasets: Sequence[Doc], new: Doc | None) -> list[Doc]:
    kept = [entry for entry in conditions if entry["type"] != "ReplicaFailure"]
    for replicaset in ([new] if new else []) + [other for other in replicasets if other is not new]:
        failure = condition(replicaset, "ReplicaFailure")
        if failure is not None:
            return [*kept, {**failure, "lastUpdateTime": failure["lastTransitionTime"]}]
    return kept
