"""PodDisruptionBudget: how many pods may be evicted now. Models pkg/controller/disruption/disruption.go (1.36)."""

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kubernetes.control.intents import Intent, Later, Note, Record, UpdateStatus
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import asked_when, own_key
from learnk8s.simulation.kubernetes.controllers.pods import is_ready, is_terminating, matches
from learnk8s.simulation.kubernetes.objects.document import Doc, controller_of
from learnk8s.simulation.kubernetes.store.store import Change, Key, Store

RESOURCE = "poddisruptionbudgets.policy"
SCALED = {"ReplicaSet": "replicasets.apps", "Deployment": "deployments.apps", "StatefulSet": "statefulsets.apps", "ReplicationController": "replicationcontrollers"}
FORGET_MS = 120_000
"""A pod that was to be evicted and is still there after this long counts again. Models DeletionTimeout."""


@asked_when(beside=RESOURCE)
def _keys(change: Change, store: Store) -> Iterable[Key]:
    """Map a pod to the budgets that speak of it, and a controller to all of its namespace."""
    namespace = change.new["metadata"].get("namespace", "")
    budgets = store.list(RESOURCE, namespace)
    if change.resource != "pods":
        return tuple((namespace, budget["metadata"]["name"]) for budget in budgets)
    labels = [doc["metadata"].get("labels") for doc in (change.old, change.new) if doc]
    return tuple((namespace, budget["metadata"]["name"]) for budget in budgets if any(_selects(budget, found) for found in labels))


def _selects(budget: Doc, labels: Any) -> bool:
    selector = budget.get("spec", {}).get("selector")
    return selector is not None and matches(selector, labels)


class DisruptionController:
    """Counts healthy pods and says how many may go."""

    name = "disruption-controller"
    event_source = "controllermanager"
    watches = {RESOURCE: own_key, "pods": _keys, **dict.fromkeys(SCALED.values(), _keys)}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the new status."""
        budget = view.store.get(RESOURCE, *key)
        if budget is None or is_terminating(budget):
            return ()
        pods = [pod for pod in view.store.list("pods", key[0]) if _selects(budget, pod["metadata"].get("labels"))]
        out: list[Intent] = []
        if not pods:
            out.append(Record(Note(budget, "NoPods", "No matching pods found")))
        expected, desired = _expected(budget, pods, view.store)
        disrupted = _still_disrupted(budget, pods, view.now_ms)
        healthy = sum(is_ready(pod) and not is_terminating(pod) and pod["metadata"]["name"] not in disrupted for pod in pods)
        allowed = max(healthy - desired, 0) if expected > 0 else 0
        status: Doc = {"observedGeneration": budget["metadata"].get("generation", 1), "disruptionsAllowed": allowed, "currentHealthy": healthy, "desiredHealthy": desired, "expectedPods": expected, "conditions": [_condition(budget, allowed, view)]}
        if disrupted:
            status["disruptedPods"] = disrupted
            out.append(Later(view.now_ms + FORGET_MS))
        if status != budget.get("status"):
            out.append(UpdateStatus(RESOURCE, budget, status, ("disruption-controller.counted", "ref", f"PodDisruptionBudget/{key[0]}/{key[1]}", "allowed", str(allowed))))
        return out


def _expected(budget: Doc, pods: list[Doc], store: Store) -> tuple[int, int]:
    """Return how many pods there should be, and how many of them must be healthy."""
    spec = budget.get("spec", {})
    if spec.get("maxUnavailable") is not None:
        expected = _scale(pods, store)
        return expected, max(expected - _share(spec["maxUnavailable"], expected), 0)
    least = spec.get("minAvailable")
    if least is None:
        expected = _scale(pods, store)
        return expected, expected
    if isinstance(least, str):
        expected = _scale(pods, store)
        return expected, _share(least, expected)
    return len(pods), int(least)


def _share(value: Any, total: int) -> int:
    return ceil(int(value.rstrip("%")) * total / 100) if isinstance(value, str) else int(value)


def _scale(pods: list[Doc], store: Store) -> int:
    """Return the sum of what the pods' controllers want; a pod without one counts for itself."""
    total, seen = 0, set()
    for pod in pods:
        owner = controller_of(pod)
        found = store.get(SCALED[owner["kind"]], pod["metadata"]["namespace"], owner["name"]) if owner and owner["kind"] in SCALED else None
        above = controller_of(found) if found else None
        if above and above["kind"] in SCALED:
            found = store.get(SCALED[above["kind"]], pod["metadata"]["namespace"], above["name"]) or found
        if found is None:
            total += 1
        elif found["metadata"]["uid"] not in seen:
            seen.add(found["metadata"]["uid"])
            total += found["spec"].get("replicas", 1)
    return total


def _still_disrupted(budget: Doc, pods: list[Doc], now_ms: int) -> dict[str, str]:
    present = {pod["metadata"]["name"] for pod in pods if not is_terminating(pod)}
    return {name: stamp for name, stamp in _table(budget.get("status", {}).get("disruptedPods")).items() if name in present and Clock.since_epoch_ms(stamp) + FORGET_MS > now_ms}


def _table(value: Any) -> dict[str, str]:
    """Return what a client may have written there, if it is a table of times."""
    return {name: stamp for name, stamp in value.items() if isinstance(stamp, str)} if isinstance(value, dict) else {}


def _condition(budget: Doc, allowed: int, view: View) -> Doc:
    word, reason = ("True", "SufficientPods") if allowed > 0 else ("False", "InsufficientPods")
    before = next((entry for entry in budget.get("status", {}).get("conditions", ()) if entry["type"] == "DisruptionAllowed"), None)
    since = before["lastTransitionTime"] if before and before["status"] == word else view.timestamp()
    return {"type": "DisruptionAllowed", "status": word, "observedGeneration": budget["metadata"].get("generation", 1), "lastTransitionTime": since, "reason": reason, "message": ""}
