"""What is refused: StatefulSets, DaemonSets, Jobs, CronJobs, ReplicationControllers, HorizontalPodAutoscalers, PodDisruptionBudgets.

Models pkg/apis/{apps,batch,autoscaling,core,policy}/validation (1.36).
"""

from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import Cause, bad_value, immutable, not_allowed, required, unsupported
from learnk8s.simulation.kubernetes.apiserver.field_rules import Causes, Updates, Validations, not_negative, portion, selector_rules, selects, workload
from learnk8s.simulation.kubernetes.apiserver.go_structs import template_text
from learnk8s.simulation.kubernetes.apiserver.pod_validation import template
from learnk8s.simulation.kubernetes.apiserver.cron_schedule import BadSchedule, parsed
from learnk8s.simulation.kubernetes.objects.document import Doc

STATEFULSET_RULE = ("updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden")
MUTABLE_OF_STATEFULSET = ("replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds")
JOB_NAME_MAX = 52
"""A CronJob adds eleven letters to its name."""


def _statefulset(doc: Doc) -> Causes:
    spec = doc.get("spec") or {}
    yield from workload(_with_claims(doc), selector_first=False)
    if spec.get("podManagementPolicy") not in ("OrderedReady", "Parallel"):
        yield bad_value("spec.podManagementPolicy", spec.get("podManagementPolicy"), "must be 'OrderedReady' or 'Parallel'")
    strategy = spec.get("updateStrategy") or {}
    if strategy.get("type") not in ("RollingUpdate", "OnDelete"):
        yield bad_value("spec.updateStrategy", strategy, "must be 'RollingUpdate' or 'OnDelete'")
    yield from not_negative("spec.updateStrategy.rollingUpdate.partition", (strategy.get("rollingUpdate") or {}).get("partition"))


def _with_claims(doc: Doc) -> Doc:
    """Return a StatefulSet whose template has the volumes that its controller will add: containers may mount its claims."""
    spec = doc.get("spec") or {}
    names = [name for claim in spec.get("volumeClaimTemplates") or () if (name := (claim.get("metadata") or {}).get("name"))]
    template_, pod = spec.get("template"), (spec.get("template") or {}).get("spec")
    if not names or not isinstance(pod, dict):
        return doc
    volumes = [*(volume for volume in pod.get("volumes") or () if volume.get("name") not in names), *({"name": name, "persistentVolumeClaim": {"claimName": name}} for name in names)]
    return {**doc, "spec": {**spec, "template": {**template_, "spec": {**pod, "volumes": volumes}}}}


def _daemonset(doc: Doc) -> Causes:
    spec = doc.get("spec") or {}
    yield from (cause for cause in workload(doc, selector_first=False) if cause.field != "spec.replicas")
    strategy = spec.get("updateStrategy") or {}
    if strategy.get("type") not in ("RollingUpdate", "OnDelete"):
        yield unsupported("spec.updateStrategy.type", strategy.get("type", ""), ["OnDelete", "RollingUpdate"])
    rolling = strategy.get("rollingUpdate") or {}
    for name in ("maxUnavailable", "maxSurge"):
        if name in rolling:
            yield from portion(f"spec.updateStrategy.rollingUpdate.{name}", rolling[name])


def _job(doc: Doc) -> Causes:
    spec = doc.get("spec") or {}
    yield from _job_spec("spec", spec)
    selector, labels = spec.get("selector"), ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
    if selector is None:
        yield required("spec.selector")
        return
    yield from selector_rules("spec.selector", selector)
    if not spec.get("manualSelector") and set(selector.get("matchLabels") or {}) != {"batch.kubernetes.io/controller-uid"}:
        yield bad_value("spec.selector", selector, "`selector` not auto-generated")
    if not selects(selector, labels):
        yield bad_value("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")


def _job_spec(place: str, spec: Doc) -> Causes:
    for name in ("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes"):
        yield from not_negative(f"{place}.{name}", spec.get(name))
    mode = spec.get("completionMode", "NonIndexed")
    if mode not in ("NonIndexed", "Indexed"):
        yield unsupported(f"{place}.completionMode", mode, ["NonIndexed", "Indexed"])
    if mode == "Indexed" and spec.get("completions") is None:
        yield required(f"{place}.completions", "when completion mode is Indexed")
    if mode != "Indexed" and spec.get("backoffLimitPerIndex") is not None:
        yield bad_value(f"{place}.backoffLimitPerIndex", spec["backoffLimitPerIndex"], "requires indexed completion mode")
    found = spec.get("template")
    policy = ((found or {}).get("spec") or {}).get("restartPolicy")
    yield from template(f"{place}.template", found)
    if policy in ("Always", None):
        yield required(f"{place}.template.spec.restartPolicy", 'valid values: "OnFailure", "Never"')
    if spec.get("podFailurePolicy") and policy != "Never":
        yield bad_value(f"{place}.template.spec.restartPolicy", policy, "only \"Never\" is supported when podFailurePolicy is specified")


def _cronjob(doc: Doc) -> Causes:
    spec, name = doc.get("spec") or {}, doc["metadata"].get("name", "")
    if not spec.get("schedule"):
        yield required("spec.schedule")
    else:
        yield from _schedule(spec["schedule"])
    zone = spec.get("timeZone")
    if zone is not None and not _is_zone(zone):
        yield bad_value("spec.timeZone", zone, f"unknown time zone {zone}")
    yield from not_negative("spec.startingDeadlineSeconds", spec.get("startingDeadlineSeconds"))
    if spec.get("concurrencyPolicy") not in ("Allow", "Forbid", "Replace"):
        yield unsupported("spec.concurrencyPolicy", spec.get("concurrencyPolicy", ""), ["Allow", "Forbid", "Replace"])
    for limit in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        yield from not_negative(f"spec.{limit}", spec.get(limit))
    if len(name) > JOB_NAME_MAX:
        yield bad_value("metadata.name", name, "must be no more than 52 characters")
    yield from _job_spec("spec.jobTemplate.spec", ((spec.get("jobTemplate") or {}).get("spec")) or {})


def _schedule(text: Any) -> Causes:
    if "TZ" in str(text):
        yield bad_value("spec.schedule", text, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead")
        return
    try:
        parsed(str(text))
    except BadSchedule as bad:
        yield bad_value("spec.schedule", text, str(bad))


def _is_zone(name: Any) -> bool:
    from zoneinfo import available_timezones

    return name in available_timezones()


def _replicationcontroller(doc: Doc) -> Causes:
    spec = doc.get("spec") or {}
    selector = spec.get("selector") or {}
    yield from not_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
    if not selector:
        yield required("spec.selector")
    yield from not_negative("spec.replicas", spec.get("replicas"))
    found = spec.get("template")
    if found is None:
        yield required("spec.template")
        return
    labels = (found.get("metadata") or {}).get("labels") or {}
    if selector and any(labels.get(key) != value for key, value in selector.items()):
        yield bad_value("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")
    yield from template("spec.template", found)
    policy = (found.get("spec") or {}).get("restartPolicy")
    if policy not in (None, "Always"):
        yield unsupported("spec.template.spec.restartPolicy", policy, ["Always"])


def _autoscaler(doc: Doc) -> Causes:
    spec = doc.get("spec") or {}
    least, most, target = spec.get("minReplicas"), spec.get("maxReplicas"), spec.get("scaleTargetRef") or {}
    if isinstance(least, int) and least < 1:
        yield bad_value("spec.minReplicas", least, "must be greater than or equal to 1")
    if not isinstance(most, int) or most < 1:
        yield bad_value("spec.maxReplicas", most or 0, "must be greater than 0")
    elif isinstance(least, int) and most < least:
        yield bad_value("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`")
    for name in ("kind", "name"):
        if not target.get(name):
            yield required(f"spec.scaleTargetRef.{name}")


def _budget(doc: Doc) -> Causes:
    spec = doc.get("spec") or {}
    if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
        yield bad_value("spec", _budget_shown(spec), "minAvailable and maxUnavailable cannot be both set")
    for name in ("minAvailable", "maxUnavailable"):
        if spec.get(name) is not None:
            yield from portion(f"spec.{name}", spec[name])
    if spec.get("selector") is not None:
        yield from selector_rules("spec.selector", spec["selector"])


def _budget_shown(spec: Doc) -> Doc:
    return {"minAvailable": spec.get("minAvailable"), "selector": spec.get("selector"), "maxUnavailable": spec.get("maxUnavailable")}


def _job_update(old: Doc, new: Doc) -> Causes:
    before, after = old.get("spec") or {}, new.get("spec") or {}
    if before.get("completions") != after.get("completions") and not (after.get("completionMode") == "Indexed" and after.get("completions") == after.get("parallelism")):
        yield immutable("spec.completions", after.get("completions"))
    if before.get("selector") != after.get("selector"):
        yield immutable("spec.selector", after.get("selector"))
    if before.get("template") != after.get("template") and not _may_schedule_anew(old):
        yield Cause("FieldValueInvalid", f"Invalid value: {template_text(after.get('template') or {})}: field is immutable", "spec.template")
    for name in ("completionMode", "podFailurePolicy", "backoffLimitPerIndex", "successPolicy"):
        if before.get(name) != after.get(name):
            yield immutable(f"spec.{name}", after.get(name))


def _may_schedule_anew(job: Doc) -> bool:
    """A suspended Job that has not begun may get other scheduling directives."""
    return bool((job.get("spec") or {}).get("suspend")) and "startTime" not in job.get("status", {})


def _statefulset_update(old: Doc, new: Doc) -> Causes:
    before, after = old.get("spec") or {}, new.get("spec") or {}
    if any(before.get(name) != after.get(name) for name in {**before, **after} if name not in MUTABLE_OF_STATEFULSET):
        yield not_allowed("spec", STATEFULSET_RULE)


def _daemonset_update(old: Doc, new: Doc) -> Causes:
    before, after = old.get("spec") or {}, new.get("spec") or {}
    if before.get("selector") != after.get("selector"):
        yield immutable("spec.selector", after.get("selector"))


def _revision_update(old: Doc, new: Doc) -> Causes:
    if old.get("data") != new.get("data"):
        yield immutable("data", new.get("data"))


VALIDATIONS: Validations = {
    "statefulsets.apps": _statefulset, "daemonsets.apps": _daemonset, "jobs.batch": _job, "cronjobs.batch": _cronjob, "replicationcontrollers": _replicationcontroller,
    "horizontalpodautoscalers.autoscaling": _autoscaler, "poddisruptionbudgets.policy": _budget,
}
UPDATES: Updates = {"jobs.batch": _job_update, "statefulsets.apps": _statefulset_update, "daemonsets.apps": _daemonset_update, "controllerrevisions.apps": _revision_update}
