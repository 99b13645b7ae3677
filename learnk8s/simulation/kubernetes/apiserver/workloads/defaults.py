"""What is filled in: StatefulSets, DaemonSets, Jobs, CronJobs, ReplicationControllers, HorizontalPodAutoscalers, PodDisruptionBudgets.

Models pkg/apis/{apps,batch,autoscaling,core,policy}/v*/defaults.go (1.36).
"""

from collections.abc import Callable
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.pod_defaults import default_template, each, filled
from learnk8s.simulation.kubernetes.objects.document import Doc

BACKOFF_LIMIT = 6
HISTORY_LIMIT = 10


def _spec(doc: Doc) -> Doc:
    spec = doc.get("spec")
    return spec if isinstance(spec, dict) else {}


def claim(doc: Doc) -> Doc:
    """Fill in a template of a PersistentVolumeClaim."""
    return {**doc, "spec": filled(_spec(doc), volumeMode="Filesystem"), "status": filled(doc.get("status") or {}, phase="Pending")}


def _claim_template(template: Doc) -> Doc:
    return claim(filled(template, apiVersion="v1", kind="PersistentVolumeClaim"))


def _statefulset(doc: Doc) -> Doc:
    spec = default_template(filled(_spec(doc), replicas=1, podManagementPolicy="OrderedReady", revisionHistoryLimit=HISTORY_LIMIT, updateStrategy={}, persistentVolumeClaimRetentionPolicy={}))
    strategy = spec["updateStrategy"]
    if isinstance(strategy, dict):
        strategy = filled(strategy, type="RollingUpdate")
        if strategy["type"] == "RollingUpdate":
            strategy = {**strategy, "rollingUpdate": filled(strategy.get("rollingUpdate") or {}, partition=0)}
    retention = filled(spec["persistentVolumeClaimRetentionPolicy"], whenDeleted="Retain", whenScaled="Retain")
    spec = {**spec, "updateStrategy": strategy, "persistentVolumeClaimRetentionPolicy": retention}
    return {**doc, "spec": each(spec, "volumeClaimTemplates", _claim_template)}


def _daemonset(doc: Doc) -> Doc:
    spec = default_template(filled(_spec(doc), revisionHistoryLimit=HISTORY_LIMIT, updateStrategy={}))
    strategy = spec["updateStrategy"]
    if isinstance(strategy, dict):
        strategy = filled(strategy, type="RollingUpdate")
        if strategy["type"] == "RollingUpdate":
            strategy = {**strategy, "rollingUpdate": filled(strategy.get("rollingUpdate") or {}, maxUnavailable=1, maxSurge=0)}
    metadata = doc["metadata"]
    if metadata.get("annotations") is None or "deprecated.daemonset.template.generation" not in metadata["annotations"]:
        metadata = {**metadata, "annotations": {**(metadata.get("annotations") or {}), "deprecated.daemonset.template.generation": "1"}}
    return {**doc, "metadata": metadata, "spec": {**spec, "updateStrategy": strategy}}


def job_spec(spec: Doc) -> Doc:
    """Fill in the spec of a Job, alone or inside a CronJob."""
    if spec.get("completions") is None and spec.get("parallelism") is None:
        spec = {**spec, "completions": 1, "parallelism": 1}
    spec = filled(spec, parallelism=1, completionMode="NonIndexed", suspend=False)
    if spec.get("backoffLimitPerIndex") is None:
        spec = filled(spec, backoffLimit=BACKOFF_LIMIT)
    else:
        spec = filled(spec, backoffLimit=2**31 - 1)
    policy = spec.get("podFailurePolicy")
    spec = filled(spec, podReplacementPolicy="Failed" if policy else "TerminatingOrFailed")
    if isinstance(policy, dict):
        spec = {**spec, "podFailurePolicy": each(policy, "rules", _rule)}
    return default_template(spec)


def _rule(rule: Doc) -> Doc:
    return each(rule, "onPodConditions", lambda entry: filled(entry, status="True"))


def _job(doc: Doc) -> Doc:
    spec = filled(job_spec(_spec(doc)), manualSelector=False)
    metadata = doc["metadata"]
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    if labels and not metadata.get("labels"):
        metadata = {**metadata, "labels": labels}
    return {**doc, "metadata": metadata, "spec": spec}


def _cronjob(doc: Doc) -> Doc:
    spec = filled(_spec(doc), concurrencyPolicy="Allow", suspend=False, successfulJobsHistoryLimit=3, failedJobsHistoryLimit=1)
    template = spec.get("jobTemplate")
    if isinstance(template, dict):
        inner = template.get("spec") if isinstance(template.get("spec"), dict) else {}
        inner = default_template(inner)
        spec = {**spec, "jobTemplate": {**template, "metadata": template.get("metadata") or {}, "spec": inner}}
    return {**doc, "spec": spec}


def _replicationcontroller(doc: Doc) -> Doc:
    spec = default_template(filled(_spec(doc), replicas=1))
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    metadata = doc["metadata"]
    if labels:
        spec = filled(spec, selector=labels)
        metadata = metadata if metadata.get("labels") else {**metadata, "labels": labels}
    return {**doc, "metadata": metadata, "spec": spec}


SCALE_UP_POLICIES = [{"type": "Pods", "value": 4, "periodSeconds": 15}, {"type": "Percent", "value": 100, "periodSeconds": 15}]
SCALE_DOWN_POLICIES = [{"type": "Percent", "value": 100, "periodSeconds": 15}]


def _autoscaler(doc: Doc) -> Doc:
    spec = filled(_spec(doc), minReplicas=1)
    if not spec.get("metrics"):
        spec = {**spec, "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}]}
    behaviour = spec.get("behavior")
    if isinstance(behaviour, dict):
        up = filled(behaviour.get("scaleUp") or {}, stabilizationWindowSeconds=0, selectPolicy="Max", policies=SCALE_UP_POLICIES)
        down = filled(behaviour.get("scaleDown") or {}, selectPolicy="Max", policies=SCALE_DOWN_POLICIES)
        spec = {**spec, "behavior": {"scaleUp": up, "scaleDown": down}}
    return {**doc, "spec": spec}


def _pod_template(doc: Doc) -> Doc:
    return default_template(doc)


DEFAULTS: dict[str, Callable[[Doc], Doc]] = {
    "statefulsets.apps": _statefulset, "daemonsets.apps": _daemonset, "jobs.batch": _job, "cronjobs.batch": _cronjob, "replicationcontrollers": _replicationcontroller,
    "horizontalpodautoscalers.autoscaling": _autoscaler, "podtemplates": _pod_template,
}
FIRST_STATUS: dict[str, Any] = {
    "statefulsets.apps": {"replicas": 0, "availableReplicas": 0}, "daemonsets.apps": {"currentNumberScheduled": 0, "numberMisscheduled": 0, "desiredNumberScheduled": 0, "numberReady": 0}, "jobs.batch": {}, "cronjobs.batch": {},
    "replicationcontrollers": {"replicas": 0}, "horizontalpodautoscalers.autoscaling": {"desiredReplicas": 0, "currentMetrics": None},
    "poddisruptionbudgets.policy": {"disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0},
    "ingresses.networking.k8s.io": {"loadBalancer": {}}, "resourcequotas": {}, "flowschemas.flowcontrol.apiserver.k8s.io": {}, "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io": {},
    "resourceclaims.resource.k8s.io": {}, "validatingadmissionpolicies.admissionregistration.k8s.io": {},
}
"""The status with which a new object begins, whatever its client sent."""
WITH_GENERATION = frozenset({"statefulsets.apps", "daemonsets.apps", "jobs.batch", "cronjobs.batch", "replicationcontrollers", "poddisruptionbudgets.policy"})


def with_job_labels(doc: Doc, uid: str) -> Doc:
    """Return a new Job with the selector and labels that only its pods have. Models pkg/registry/batch/job/strategy.go: generateSelector."""
    spec = _spec(doc)
    if spec.get("manualSelector"):
        return doc
    template = spec.get("template")
    if not isinstance(template, dict):
        return doc
    name = doc["metadata"].get("name", "")
    marks = {"batch.kubernetes.io/controller-uid": uid, "batch.kubernetes.io/job-name": name, "controller-uid": uid, "job-name": name}
    metadata = template.get("metadata") if isinstance(template.get("metadata"), dict) else {}
    labels = {**(metadata.get("labels") or {}), **marks}
    selector = spec.get("selector") if isinstance(spec.get("selector"), dict) else {}
    chosen = {**selector, "matchLabels": {**(selector.get("matchLabels") or {}), "batch.kubernetes.io/controller-uid": uid}}
    return {**doc, "spec": {**spec, "selector": chosen, "template": {**template, "metadata": {**metadata, "labels": labels}}}}
