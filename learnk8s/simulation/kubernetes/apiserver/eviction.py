"""Eviction: a deletion that asks the disruption budgets first. Models pkg/registry/core/pod/storage/eviction.go (1.36)."""

from typing import TYPE_CHECKING, Any

from learnk8s.simulation.kubernetes.apiserver.errors import ApiError, bad_request
from learnk8s.simulation.kubernetes.apiserver.field_rules import selects
from learnk8s.simulation.kubernetes.objects.document import Doc

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.apiserver.server import ApiServer

BUDGETS = "poddisruptionbudgets.policy"
VIOLATED = "Cannot evict pod as it would violate the pod's disruption budget."


def evicted(server: "ApiServer", pod: Doc, body: Any, *, dry: bool = False) -> None:
    """Delete a pod if its budget allows. Raises ApiError 429 if it does not now, 500 for more than one budget."""
    metadata = pod["metadata"]
    options = (body.get("deleteOptions") or {}) if isinstance(body, dict) else {}
    if not isinstance(options, dict):
        raise bad_request("deleteOptions must be an object")
    dry = dry or bool(options.get("dryRun"))
    if not _may_always_go(pod):
        budgets = [budget for budget in server.store.list(BUDGETS, metadata["namespace"]) if selects(budget.get("spec", {}).get("selector") or {}, metadata.get("labels") or {}) and budget.get("spec", {}).get("selector") is not None]
        if len(budgets) > 1:
            raise ApiError(500, "", "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.")
        if budgets:
            _spend(server, pod, budgets[0], dry=dry)
    if not dry:
        if not _may_always_go(pod):
            _mark(server, pod)
        server.delete("pods", metadata["namespace"], metadata["name"], grace_s=options.get("gracePeriodSeconds"), uid=(options.get("preconditions") or {}).get("uid"))


def _mark(server: "ApiServer", pod: Doc) -> None:
    """Say in the pod's status why it goes: a Job's failure policy asks. Models addConditionAndDeletePod of pkg/registry/core/pod/storage/eviction.go (1.36)."""
    status = pod.get("status", {})
    entry = {"type": "DisruptionTarget", "status": "True", "lastProbeTime": None, "lastTransitionTime": server.store.clock.timestamp(), "reason": "EvictionByEvictionAPI", "message": "Eviction API: evicting"}
    others = [other for other in status.get("conditions", ()) if other["type"] != "DisruptionTarget"]
    server.update_status("pods", pod, {**status, "conditions": [*others, entry]})


def _may_always_go(pod: Doc) -> bool:
    return pod.get("status", {}).get("phase") in ("Succeeded", "Failed", "Pending") or "deletionTimestamp" in pod["metadata"]


def _spend(server: "ApiServer", pod: Doc, budget: Doc, *, dry: bool) -> None:
    status, name = budget.get("status", {}), budget["metadata"]["name"]
    if status.get("observedGeneration", 0) < budget["metadata"].get("generation", 1):
        raise _too_many("Cannot evict pod as it would violate the pod's disruption budget.", f"The disruption budget {name} is still being processed by the server.", seconds=10)
    ready = any(entry["type"] == "Ready" and entry["status"] == "True" for entry in pod.get("status", {}).get("conditions", ()))
    policy = budget["spec"].get("unhealthyPodEvictionPolicy", "IfHealthyBudget")
    if not ready and (policy == "AlwaysAllow" or status.get("currentHealthy", 0) >= status.get("desiredHealthy", 0) > 0):
        return
    allowed = status.get("disruptionsAllowed", 0)
    if allowed <= 0:
        raise _too_many(VIOLATED, f"The disruption budget {name} needs {status.get('desiredHealthy', 0)} healthy pods and has {status.get('currentHealthy', 0)} currently")
    if not dry:
        disrupted = {**(status.get("disruptedPods") or {}), pod["metadata"]["name"]: server.store.clock.timestamp()}
        server.update_status(BUDGETS, budget, {**status, "disruptionsAllowed": allowed - 1, "disruptedPods": disrupted})


def _too_many(message: str, why: str, *, seconds: int = 0) -> ApiError:
    details: Doc = {"causes": [{"reason": "DisruptionBudget", "message": why}]}
    return ApiError(429, "TooManyRequests", message, details={**details, "retryAfterSeconds": seconds} if seconds else details)
