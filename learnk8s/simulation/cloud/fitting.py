"""What the cluster autoscaler reckons with: which pods fit on which machine. Pure functions. Models autoscaler's estimator in small: first fit by CPU and memory."""

from collections.abc import Mapping, Sequence
from typing import Any

from learnk8s.simulation.kernel.quantities import millis, whole
from learnk8s.simulation.kubernetes.controllers.node_lifecycle import tolerates
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.scene import requested

UNDER_USED_PERCENT = 50
"""The autoscaler's --scale-down-utilization-threshold is 0.5."""


def is_unschedulable(pod: Doc) -> bool:
    """Say whether the scheduler found no node for a pod."""
    return not pod["spec"].get("nodeName") and "deletionTimestamp" not in pod["metadata"] and any(entry["type"] == "PodScheduled" and entry["status"] == "False" for entry in pod.get("status", {}).get("conditions", ()))


def may_run_on(pod: Doc, labels: Mapping[str, str], taints: Sequence[Doc]) -> bool:
    """Say whether selectors and taints let a pod onto machines like this."""
    selector = pod["spec"].get("nodeSelector") or {}
    if any(labels.get(key) != value for key, value in selector.items()):
        return False
    return all(any(tolerates(toleration, taint) for toleration in pod["spec"].get("tolerations") or ()) for taint in taints if taint["effect"] != "PreferNoSchedule")


def machines_needed(pods: Sequence[Doc], *, cpu_m: int, memory: int) -> int:
    """Return how many empty machines take the pods, first fit; pods too large for any machine are left out."""
    free: list[list[int]] = []
    for pod in pods:
        cpu, need = requested(pod)
        if cpu > cpu_m or need > memory:
            continue
        place = next((room for room in free if room[0] >= cpu and room[1] >= need), None)
        if place is None:
            place = [cpu_m, memory]
            free.append(place)
        place[0] -= cpu
        place[1] -= need
    return len(free)


def room_of(node: Doc, pods: Sequence[Doc]) -> list[int]:
    """Return the millicores and bytes that are free on a node."""
    allocatable = node["status"]["allocatable"]
    taken = [requested(pod) for pod in pods if pod.get("status", {}).get("phase") not in ("Succeeded", "Failed")]
    return [millis(allocatable["cpu"]) - sum(cpu for cpu, _ in taken), whole(allocatable["memory"]) - sum(memory for _, memory in taken)]


def is_under_used(node: Doc, pods: Sequence[Doc]) -> bool:
    """Say whether less than half of a node's CPU and memory is requested."""
    cpu, memory = room_of(node, pods)
    allocatable: dict[str, Any] = node["status"]["allocatable"]
    return cpu * 100 > millis(allocatable["cpu"]) * UNDER_USED_PERCENT and memory * 100 > whole(allocatable["memory"]) * UNDER_USED_PERCENT


def fit_elsewhere(pods: Sequence[Doc], rooms: Sequence[list[int]]) -> bool:
    """Say whether all the pods fit into the rooms of other nodes."""
    left = [list(room) for room in rooms]
    for pod in pods:
        cpu, memory = requested(pod)
        place = next((room for room in left if room[0] >= cpu and room[1] >= memory), None)
        if place is None:
            return False
        place[0] -= cpu
        place[1] -= memory
    return True
