"""How kubectl shows StatefulSets, DaemonSets, Jobs, CronJobs, ReplicationControllers, HorizontalPodAutoscalers, PodDisruptionBudgets.

Models pkg/printers/internalversion/printers.go (1.36).
"""

from collections.abc import Sequence
from typing import Any

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kubernetes.apiserver.cells import Tables, age, columns, containers_text, created, labels_text, selector_text
from learnk8s.simulation.kubernetes.apiserver.durations import human_duration
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store


def _statefulset(doc: Doc, store: Store) -> Sequence[Any]:
    return (doc["metadata"]["name"], f"{doc.get('status', {}).get('readyReplicas', 0)}/{doc['spec'].get('replicas', 1)}", created(doc, store), *containers_text(doc["spec"]["template"]["spec"]))


def _daemonset(doc: Doc, store: Store) -> Sequence[Any]:
    status, spec = doc.get("status", {}), doc["spec"]
    counts = [status.get(name, 0) for name in ("desiredNumberScheduled", "currentNumberScheduled", "numberReady", "updatedNumberScheduled", "numberAvailable")]
    return (doc["metadata"]["name"], *counts, labels_text(spec["template"]["spec"].get("nodeSelector")), created(doc, store), *containers_text(spec["template"]["spec"]), selector_text(spec.get("selector")))


def job_word(doc: Doc) -> str:
    """Return a Job's STATUS."""
    held = {entry["type"]: entry["status"] for entry in doc.get("status", {}).get("conditions", ())}
    for type_, word in (("Complete", "Complete"), ("Failed", "Failed")):
        if held.get(type_) == "True":
            return word
    if "deletionTimestamp" in doc["metadata"]:
        return "Terminating"
    for type_, word in (("Suspended", "Suspended"), ("FailureTarget", "FailureTarget"), ("SuccessCriteriaMet", "SuccessCriteriaMet")):
        if held.get(type_) == "True":
            return word
    return "Running"


def _job(doc: Doc, store: Store) -> Sequence[Any]:
    status, spec = doc.get("status", {}), doc["spec"]
    done, wanted, parallel = status.get("succeeded", 0), spec.get("completions"), spec.get("parallelism", 1)
    share = f"{done}/{wanted}" if wanted is not None else f"{done}/1 of {parallel}" if parallel > 1 else f"{done}/1"
    return (doc["metadata"]["name"], job_word(doc), share, _lasted(status, store), created(doc, store), *containers_text(spec["template"]["spec"]), selector_text(spec.get("selector")))


def _lasted(status: Doc, store: Store) -> str:
    if "startTime" not in status:
        return ""
    end_ms = Clock.since_epoch_ms(status["completionTime"]) if "completionTime" in status else store.clock.now_ms
    return human_duration(end_ms - Clock.since_epoch_ms(status["startTime"]))


def _cronjob(doc: Doc, store: Store) -> Sequence[Any]:
    spec, status = doc["spec"], doc.get("status", {})
    last = age(store, status["lastScheduleTime"]) if status.get("lastScheduleTime") else "<none>"
    return (doc["metadata"]["name"], spec.get("schedule"), spec.get("timeZone") or "<none>", str(bool(spec.get("suspend"))).capitalize(), len(status.get("active") or ()), last, created(doc, store),
            *containers_text(spec["jobTemplate"]["spec"]["template"]["spec"]), selector_text(spec["jobTemplate"]["spec"].get("selector")))


def _replicationcontroller(doc: Doc, store: Store) -> Sequence[Any]:
    spec, status = doc["spec"], doc.get("status", {})
    return (doc["metadata"]["name"], spec.get("replicas", 1), status.get("replicas", 0), status.get("readyReplicas", 0), created(doc, store), *containers_text(spec["template"]["spec"]), labels_text(spec.get("selector")))


def _autoscaler(doc: Doc, store: Store) -> Sequence[Any]:
    spec, status = doc["spec"], doc.get("status", {})
    target = spec["scaleTargetRef"]
    return (doc["metadata"]["name"], f"{target['kind']}/{target['name']}", targets_text(spec.get("metrics") or (), status.get("currentMetrics") or ()), str(spec.get("minReplicas", "<unset>")), spec["maxReplicas"], status.get("currentReplicas", 0), created(doc, store))


def targets_text(wanted: Sequence[Doc], found: Sequence[Doc]) -> str:
    """Return `cpu: 20%/80%` for each metric. Models formatHPAMetrics."""
    said = []
    for place, metric in enumerate(wanted):
        part = metric.get("resource") or metric.get("containerResource")
        if part is None:
            said.append(f"<unknown>/{metric.get('type')}")
            continue
        current = found[place] if place < len(found) else {}
        now = (current.get("resource") or current.get("containerResource") or {}).get("current") or {}
        target = part["target"]
        if target.get("averageValue") is not None:
            said.append(f"{part['name']}: {now.get('averageValue', '<unknown>')}/{target['averageValue']}")
        else:
            shown = f"{now['averageUtilization']}%" if now.get("averageUtilization") is not None else "<unknown>"
            said.append(f"{part['name']}: {shown}/{target.get('averageUtilization')}%")
    if len(said) > 2:
        return f"{', '.join(said[:2])} + {len(said) - 2} more..."
    return ", ".join(said) or "<none>"


def _budget(doc: Doc, store: Store) -> Sequence[Any]:
    spec = doc.get("spec", {})
    return (doc["metadata"]["name"], str(spec.get("minAvailable", "N/A")), str(spec.get("maxUnavailable", "N/A")), doc.get("status", {}).get("disruptionsAllowed", 0), created(doc, store))


def _revision(doc: Doc, store: Store) -> Sequence[Any]:
    owner = next((owner for owner in doc["metadata"].get("ownerReferences") or () if owner.get("controller")), None)
    group = owner["apiVersion"].partition("/")[0] if owner else ""
    return (doc["metadata"]["name"], f"{owner['kind'].lower()}.{group}/{owner['name']}" if owner else "<none>", doc.get("revision", 0), created(doc, store))


def _pod_template(doc: Doc, store: Store) -> Sequence[Any]:
    template = doc.get("template") or {}
    names, images = containers_text({"containers": (template.get("spec") or {}).get("containers") or ()})
    return (doc["metadata"]["name"], names, images, labels_text((template.get("metadata") or {}).get("labels")))


WORKLOAD = "Containers|Images"
TABLES: Tables = {
    "statefulsets.apps": (columns("Name|Ready|Age", WORKLOAD), _statefulset),
    "daemonsets.apps": (columns("Name|Desired|Current|Ready|Up-to-date|Available|Node Selector|Age", f"{WORKLOAD}|Selector"), _daemonset),
    "jobs.batch": (columns("Name|Status|Completions|Duration|Age", f"{WORKLOAD}|Selector"), _job),
    "cronjobs.batch": (columns("Name|Schedule|Timezone|Suspend|Active|Last Schedule|Age", f"{WORKLOAD}|Selector"), _cronjob),
    "replicationcontrollers": (columns("Name|Desired|Current|Ready|Age", f"{WORKLOAD}|Selector"), _replicationcontroller),
    "horizontalpodautoscalers.autoscaling": (columns("Name|Reference|Targets|MinPods|MaxPods|Replicas|Age"), _autoscaler),
    "poddisruptionbudgets.policy": (columns("Name|Min Available|Max Unavailable|Allowed Disruptions|Age"), _budget),
    "controllerrevisions.apps": (columns("Name|Controller|Revision|Age"), _revision),
    "podtemplates": (columns("Name|Containers|Images|Pod Labels"), _pod_template),
}
