"""When is an object all right? The goal that a question about it has, in a sentence and as a test."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from learnk8s.simulation.kubernetes.controllers.pods import condition, is_ready
from learnk8s.simulation.kubernetes.network.network import HttpAnswer
from learnk8s.simulation.kubernetes.objects.document import Doc, controller_of

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.world import KubernetesWorld


@dataclass(frozen=True, slots=True)
class Aim:
    """What is wanted of an object (`ref` may be that of its controller), and whether it holds in a world."""

    ref: str
    text_en: str
    text_ko: str
    holds: Callable[["KubernetesWorld"], bool]


def aim_of(world: "KubernetesWorld", ref: str) -> Aim | None:
    """Return what is wanted of an object, or None for a kind of which nothing can be wanted."""
    doc = world.find(ref)
    if doc is None:
        return None
    if doc["kind"] in ("Pod", "ReplicaSet"):
        owner = _top(world, doc)
        if owner is not doc:
            ref, doc = f"{owner['kind']}/{owner['metadata'].get('namespace', '')}/{owner['metadata']['name']}", owner
    name = f"{doc['kind']} {doc['metadata']['name']}"
    test = TESTS.get(doc["kind"])
    if test is None:
        return None
    english, korean, holds = test
    return Aim(ref, english.replace("{name}", name), korean.replace("{name}", name), lambda other: holds(other, ref))


def _top(world: "KubernetesWorld", doc: Doc) -> Doc:
    """Return the controller at the top: a pod of a Deployment is made anew by any change of it, so the Deployment is what one asks about."""
    owner = controller_of(doc)
    if owner is None or owner["kind"] not in TESTS:
        return doc
    found = world.find(f"{owner['kind']}/{doc['metadata'].get('namespace', '')}/{owner['name']}")
    return doc if found is None else _top(world, found)


def _workload_ready(world: "KubernetesWorld", ref: str) -> bool:
    doc = world.find(ref)
    if doc is None:
        return False
    status = doc.get("status", {})
    if status.get("observedGeneration", 0) < doc["metadata"].get("generation", 1):
        return False
    if doc["kind"] == "DaemonSet":
        return bool(status.get("desiredNumberScheduled", 0) and status.get("numberReady", 0) == status["desiredNumberScheduled"] == status.get("updatedNumberScheduled", 0))
    wanted = doc["spec"].get("replicas", 1)
    updated = status.get("updatedReplicas", 0) if doc["kind"] in ("Deployment", "StatefulSet") else wanted
    return bool(wanted and status.get("readyReplicas", 0) == wanted == updated == status.get("replicas", 0))


def _pod_ready(world: "KubernetesWorld", ref: str) -> bool:
    doc = world.find(ref)
    return doc is not None and is_ready(doc) and "deletionTimestamp" not in doc["metadata"]


def _service_answers(world: "KubernetesWorld", ref: str) -> bool:
    doc = world.find(ref)
    if doc is None or not doc["spec"].get("ports"):
        return False
    namespace, name = doc["metadata"]["namespace"], doc["metadata"]["name"]
    answer = world.cluster.network.request(f"{name}.{namespace}", doc["spec"]["ports"][0]["port"])
    return isinstance(answer, HttpAnswer) and answer.status < 500


def _node_ready(world: "KubernetesWorld", ref: str) -> bool:
    doc = world.find(ref)
    ready = condition(doc, "Ready") if doc else None
    return ready is not None and ready["status"] == "True" and doc is not None and not doc["spec"].get("unschedulable")


def _job_done(world: "KubernetesWorld", ref: str) -> bool:
    doc = world.find(ref)
    done = condition(doc, "Complete") if doc else None
    return done is not None and done["status"] == "True"


def _bound(world: "KubernetesWorld", ref: str) -> bool:
    return ((world.find(ref) or {}).get("status") or {}).get("phase") == "Bound"


ALL_READY = ("{name} has all its pods ready", "{name}: 파드가 모두 준비된다", _workload_ready)
TESTS: dict[str, tuple[str, str, Callable[["KubernetesWorld", str], bool]]] = {
    "Deployment": ALL_READY, "ReplicaSet": ALL_READY, "StatefulSet": ALL_READY, "DaemonSet": ALL_READY, "ReplicationController": ALL_READY,
    "Pod": ("{name} is ready", "{name}: 준비된다", _pod_ready), "Service": ("{name} answers requests", "{name}: 요청에 답한다", _service_answers),
    "Node": ("{name} is ready and takes pods", "{name}: 준비되어 파드를 받는다", _node_ready), "Job": ("{name} completes", "{name}: 완료된다", _job_done),
    "PersistentVolumeClaim": ("{name} is bound", "{name}: 볼륨에 바인딩된다", _bound),
}
