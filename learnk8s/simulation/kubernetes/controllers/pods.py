"""What several controllers ask of pods: are they active, ready, available; and whose are they.

Models pkg/api/v1/pod/util.go and pkg/controller/controller_utils.go (1.36).
"""

from collections.abc import Iterable

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.label_selectors import matches as matches


def is_terminating(doc: Doc) -> bool:
    """Say whether the object has been told to go."""
    return "deletionTimestamp" in doc["metadata"]


def is_active(pod: Doc) -> bool:
    """Say whether a pod has neither ended nor been told to end."""
    return "deletionTimestamp" not in pod["metadata"] and pod.get("status", {}).get("phase") not in ("Succeeded", "Failed")


def condition(doc: Doc, type_: str) -> Doc | None:
    """Return a condition of an object's status by its type."""
    for entry in doc.get("status", {}).get("conditions", ()):
        if entry["type"] == type_:
            return entry  # type: ignore[no-any-return]  # foreign JSON
    return None


def is_ready(pod: Doc) -> bool:
    """Say whether a pod's Ready condition is True."""
    ready = condition(pod, "Ready")
    return ready is not None and ready["status"] == "True"


def available_at_ms(pod: Doc, min_ready_s: int) -> int | None:
    """Return when a ready pod is (or becomes) available, or None for a pod that is not ready."""
    ready = condition(pod, "Ready")
    if ready is None or ready["status"] != "True":
        return None
    return 0 if not min_ready_s else Clock.since_epoch_ms(ready["lastTransitionTime"]) + min_ready_s * 1000


def restarts(pod: Doc) -> int:
    """Return the highest restart count of a pod's containers."""
    return max((status.get("restartCount", 0) for status in pod.get("status", {}).get("containerStatuses", ())), default=0)


def owner_reference(owner: Doc) -> Doc:
    """Return the reference by which a controller marks what it made."""
    return {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"],
            "controller": True, "blockOwnerDeletion": True}


def set_condition(conditions: Iterable[Doc], new: Doc) -> list[Doc]:
    """Return the conditions with one added or replaced; the transition time is kept while the status is the same.

    Models pkg/controller/deployment/util/deployment_util.go: SetDeploymentCondition (1.36).
    """
    kept = []
    for entry in conditions:
        if entry["type"] != new["type"]:
            kept.append(entry)
        elif entry["status"] == new["status"] and entry.get("reason") == new.get("reason"):
            return list(conditions)
        elif entry["status"] == new["status"]:
            new = {**new, "lastTransitionTime": entry["lastTransitionTime"]}
    return [*kept, new]
