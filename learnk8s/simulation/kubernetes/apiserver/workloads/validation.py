"""What is refused: Deployments, StatefulSets, DaemonSets, Jobs, CronJobs, ReplicationControllers, HorizontalPodAutoscalers, PodDisruptionBudgets.

Models pkg/apis/{apps,batch,autoscaling,core,policy}/validation (1.36).
"""

import json
from collections.abc import Mapping
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import Cause, Causes, Verbatim, bad_value, immutable, not_allowed, required, too_long, unsupported
from learnk8s.simulation.kubernetes.apiserver.field_rules import Updates, Validations, at_most_all, chosen, not_negative, portion, portion_number, readable, runs_for_ever, selector_rules, selects, workload
from learnk8s.simulation.kubernetes.apiserver.go_structs import pod_text, template_text
from learnk8s.simulation.kubernetes.apiserver.pod_validation import template
from learnk8s.simulation.kubernetes.apiserver.words import dns_label, domain_path, label_faults, longest
from learnk8s.simulation.kubernetes.apiserver.workloads.autoscaling import autoscaler
from learnk8s.simulation.kubernetes.apiserver.workloads.job_policies import POLICIES, failure_policy, policy_text, success_policy
from learnk8s.simulation.kubernetes.apiserver.cron_schedule import BadSchedule, parsed
from learnk8s.simulation.kubernetes.objects.document import Doc

STATEFULSET_RULE = ("updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden")
MUTABLE_OF_STATEFULSET = ("replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds")
JOB_NAME_MAX = 52
"""A CronJob adds eleven letters to its name."""
STRATEGY = ("Type", "RollingUpdate")
ROLLING, ON_DELETE = "RollingUpdate", "OnDelete"
INDEXED_PODS_MAX = 100_000
OF_VERY_MANY_MAX = 10_000
MANAGER_MAX = 63


def _struct(found: Doc, *names: str, rolling: Mapping[str, int | None] | None = None) -> Verbatim:
    """Return a strategy as Go writes its internal struct; `rolling` has the fields of the struct inside, with their zero values."""
    doc = {name: found.get(name[:1].lower() + name[1:]) for name in names}
    if rolling and doc.get("RollingUpdate") is not None:
        doc["RollingUpdate"] = {name: doc["RollingUpdate"].get(name[:1].lower() + name[1:], zero) for name, zero in rolling.items()}
    return Verbatim(json.dumps(doc, separators=(",", ":")))


PORTIONS = {"MaxUnavailable": 0, "MaxSurge": 0}
STATEFUL_ROLLING = {"Partition": 0, "MaxUnavailable": None}


def _deployment(doc: Doc) -> Causes:
    """Models ValidateDeploymentSpec."""
    spec = doc.get("spec") or {}
    yield from workload(doc, empty="empty selector is invalid for deployment")
    strategy = spec.get("strategy") or {}
    kind, rolling, place = strategy.get("type"), strategy.get("rollingUpdate"), "spec.strategy.rollingUpdate"
    if kind not in (ROLLING, "Recreate"):
        yield unsupported("spec.strategy", _struct(strategy, *STRATEGY, rolling=PORTIONS), ["Recreate", ROLLING])
    elif kind == "Recreate":
        if rolling:
            yield not_allowed(place, "may not be specified when strategy `type` is 'Recreate'")
    else:
        unavailable, surge = (rolling or {}).get("maxUnavailable"), (rolling or {}).get("maxSurge")
        yield from portion(f"{place}.maxUnavailable", unavailable)
        yield from portion(f"{place}.maxSurge", surge)
        if not portion_number(unavailable) and not portion_number(surge):
            yield bad_value(f"{place}.maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0")
        yield from at_most_all(f"{place}.maxUnavailable", unavailable)
    yield from not_negative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit"))
    deadline = spec.get("progressDeadlineSeconds")
    yield from not_negative("spec.progressDeadlineSeconds", deadline)
    if deadline is not None and deadline <= spec.get("minReadySeconds", 0):
        yield bad_value("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")


def _replicaset(doc: Doc) -> Causes:
    """Models ValidateReplicaSetSpec."""
    yield from workload(doc, empty="empty selector is invalid for deployment")


def _statefulset(doc: Doc) -> Causes:
    """Models ValidateStatefulSetSpec."""
    spec = doc.get("spec") or {}
    if spec.get("podManagementPolicy") not in ("OrderedReady", "Parallel"):
        yield bad_value("spec.podManagementPolicy", spec.get("podManagementPolicy"), "must be 'OrderedReady' or 'Parallel'")
    strategy, place = spec.get("updateStrategy") or {}, "spec.updateStrategy"
    kind, rolling = strategy.get("type"), strategy.get("rollingUpdate")
    if kind not in (ROLLING, ON_DELETE):
        yield bad_value(place, _struct(strategy, *STRATEGY, rolling=STATEFUL_ROLLING), "must be 'RollingUpdate' or 'OnDelete'")
    elif kind == ON_DELETE and rolling is not None:
        yield bad_value(f"{place}.rollingUpdate", _struct({"partition": 0, **rolling}, *STATEFUL_ROLLING), "only allowed for updateStrategy 'RollingUpdate'")
    elif rolling is not None:
        yield from not_negative(f"{place}.rollingUpdate.partition", rolling.get("partition"))
        if rolling.get("maxUnavailable") is not None:
            yield from portion(f"{place}.rollingUpdate.maxUnavailable", rolling["maxUnavailable"])
            if not portion_number(rolling["maxUnavailable"]):
                yield bad_value(f"{place}.rollingUpdate.maxUnavailable", rolling["maxUnavailable"], "cannot be 0")
            yield from at_most_all(f"{place}.rollingUpdate.maxUnavailable", rolling["maxUnavailable"])
    for when, what in (spec.get("persistentVolumeClaimRetentionPolicy") or {}).items():
        if what not in ("Retain", "Delete"):
            yield unsupported(f"spec.persistentVolumeClaimRetentionPolicy.{when}", what, ["Retain", "Delete"])
    yield from not_negative("spec.replicas", spec.get("replicas"))
    yield from not_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
    yield from not_negative("spec.ordinals.start", (spec.get("ordinals") or {}).get("start"))
    if spec.get("serviceName"):
        yield from dns_label("spec.serviceName", spec["serviceName"])
    yield from chosen(spec, empty="empty selector is invalid for statefulset")
    yield from template("spec.template", _with_claims(doc)["spec"].get("template") or {})
    yield from runs_for_ever(spec, "statefulset")


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
    """Models ValidateDaemonSetSpec."""
    spec = doc.get("spec") or {}
    selector, labels = spec.get("selector"), ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    yield from selector_rules("spec.selector", selector)
    if readable(selector) and (selector is None or not selects(selector, labels or {})):
        yield bad_value("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")
    if selector is not None and not (selector.get("matchLabels") or selector.get("matchExpressions")):
        yield bad_value("spec.selector", selector, "empty selector is invalid for daemonset")
    yield from template("spec.template", spec.get("template") or {})
    yield from runs_for_ever(spec, "daemonset")
    yield from not_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
    strategy, place = spec.get("updateStrategy") or {}, "spec.updateStrategy.rollingUpdate"
    if strategy.get("type") not in (ROLLING, ON_DELETE):
        yield unsupported("spec.updateStrategy", _struct(strategy, *STRATEGY, rolling=PORTIONS), [ROLLING, ON_DELETE])
    elif strategy["type"] == ROLLING:
        found = [(strategy.get("rollingUpdate") or {}).get(name, default) for name, default in (("maxUnavailable", 1), ("maxSurge", 0))]
        for name, value in zip(("maxUnavailable", "maxSurge"), found, strict=True):
            yield from portion(f"{place}.{name}", value)
            yield from at_most_all(f"{place}.{name}", value)
        if all(map(portion_number, found)):
            yield bad_value(f"{place}.maxSurge", found[1], "may not be set when maxUnavailable is non-zero")
        elif not any(map(portion_number, found)):
            yield required(f"{place}.maxUnavailable", "cannot be 0 when maxSurge is 0")
    yield from not_negative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit"))


def _job(doc: Doc) -> Causes:
    """Models ValidateJob."""
    spec = doc.get("spec") or {}
    selector, labels = spec.get("selector"), ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    if selector is not None and not spec.get("manualSelector") and set(selector.get("matchLabels") or {}) != {"batch.kubernetes.io/controller-uid"}:
        yield bad_value("spec.selector", selector, "`selector` not auto-generated")
    yield from _job_spec("spec", spec)
    if selector is None:
        yield required("spec.selector")
    else:
        yield from selector_rules("spec.selector", selector)
    if readable(selector) and (selector is None or not selects(selector, labels or {})):
        yield bad_value("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")
    completions = spec.get("completions") or 0
    if spec.get("completionMode") == "Indexed" and completions > 0 and label_faults(host := f"{doc['metadata'].get('name', '')}-{completions - 1}"):
        yield bad_value("metadata.name", doc["metadata"].get("name", ""), f"will not able to create pod with invalid DNS label: {host}")


def _job_spec(place: str, spec: Doc) -> Causes:
    """Models validateJobSpec of pkg/apis/batch/validation (1.36)."""
    for name in ("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes"):
        yield from not_negative(f"{place}.{name}", spec.get(name))
    if spec.get("maxFailedIndexes") is not None and spec.get("backoffLimitPerIndex") is None:
        yield required(f"{place}.backoffLimitPerIndex", "when maxFailedIndexes is specified")
    if (manager := spec.get("managedBy")) is not None:
        yield from domain_path(f"{place}.managedBy", manager)
        if len(manager) > MANAGER_MAX:
            yield too_long(f"{place}.managedBy", MANAGER_MAX)
    mode, completions = spec.get("completionMode", "NonIndexed"), spec.get("completions")
    if mode not in ("NonIndexed", "Indexed"):
        yield unsupported(f"{place}.completionMode", mode, ["NonIndexed", "Indexed"])
    elif mode == "Indexed":
        if completions is None:
            yield required(f"{place}.completions", "when completion mode is Indexed")
        if (spec.get("parallelism") or 0) > INDEXED_PODS_MAX:
            yield bad_value(f"{place}.parallelism", spec["parallelism"], f"must be less than or equal to {INDEXED_PODS_MAX} when completion mode is Indexed")
        if completions is not None and (spec.get("maxFailedIndexes") or 0) > completions:
            yield bad_value(f"{place}.maxFailedIndexes", spec["maxFailedIndexes"], "must be less than or equal to completions")
        if (spec.get("maxFailedIndexes") or 0) > INDEXED_PODS_MAX:
            yield bad_value(f"{place}.maxFailedIndexes", spec["maxFailedIndexes"], f"must be less than or equal to {INDEXED_PODS_MAX}")
        if (completions or 0) > INDEXED_PODS_MAX and spec.get("backoffLimitPerIndex") is not None:
            yield from _very_many(place, spec)
    else:
        yield from (bad_value(f"{place}.{name}", spec[name], "requires indexed completion mode") for name in ("backoffLimitPerIndex", "maxFailedIndexes") if spec.get(name) is not None)
    if spec.get("podFailurePolicy") is not None:
        yield from failure_policy(f"{place}.podFailurePolicy", spec)
    if spec.get("successPolicy") is not None:
        if mode != "Indexed":
            yield bad_value(f"{place}.successPolicy", policy_text("successPolicy", spec["successPolicy"]), "requires indexed completion mode")
        else:
            yield from success_policy(f"{place}.successPolicy", spec)
    allowed = ("Failed",) if spec.get("podFailurePolicy") is not None else ("Failed", "TerminatingOrFailed")
    if spec.get("podReplacementPolicy") not in (None, *allowed):
        yield unsupported(f"{place}.podReplacementPolicy", spec["podReplacementPolicy"], allowed)
    yield from template(f"{place}.template", spec.get("template") or {})
    policy, where = ((spec.get("template") or {}).get("spec") or {}).get("restartPolicy"), f"{place}.template.spec.restartPolicy"
    if policy in ("Always", None):
        yield required(where, 'valid values: "OnFailure", "Never"')
    elif policy not in ("OnFailure", "Never"):
        yield unsupported(where, policy, ["OnFailure", "Never"])
    elif spec.get("podFailurePolicy") is not None and policy != "Never":
        yield bad_value(where, policy, 'only "Never" is supported when podFailurePolicy is specified')


def _very_many(place: str, spec: Doc) -> Causes:
    """What a Job of more than a hundred thousand indexes has to say when it counts failures of each."""
    if spec.get("maxFailedIndexes") is None:
        yield required(f"{place}.maxFailedIndexes", f"must be specified when completions is above {INDEXED_PODS_MAX}")
    for name in ("parallelism", "maxFailedIndexes"):
        if (spec.get(name) or 0) > OF_VERY_MANY_MAX:
            yield bad_value(f"{place}.{name}", spec[name], f"must be less than or equal to {OF_VERY_MANY_MAX} when completions are above {INDEXED_PODS_MAX} and used with backoff limit per index")


def _cronjob(doc: Doc) -> Causes:
    """Models ValidateCronJobCreate."""
    spec, name = doc.get("spec") or {}, doc["metadata"].get("name", "")
    if not spec.get("schedule"):
        yield required("spec.schedule")
    else:
        yield from _schedule(spec["schedule"])
    yield from not_negative("spec.startingDeadlineSeconds", spec.get("startingDeadlineSeconds"))
    zone = spec.get("timeZone")
    if zone is not None:
        yield from _zone(zone)
    if spec.get("concurrencyPolicy") not in ("Allow", "Forbid", "Replace"):
        yield unsupported("spec.concurrencyPolicy", spec.get("concurrencyPolicy", ""), ["Allow", "Forbid", "Replace"])
    inner = (spec.get("jobTemplate") or {}).get("spec") or {}
    yield from _job_spec("spec.jobTemplate.spec", inner)
    if inner.get("selector") is not None:
        yield bad_value("spec.jobTemplate.spec.selector", inner["selector"], "`selector` will be auto-generated")
    if inner.get("manualSelector"):
        yield unsupported("spec.jobTemplate.spec.manualSelector", True, ["nil", "false"])
    for limit in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        yield from not_negative(f"spec.{limit}", spec.get(limit))
    if len(name) > JOB_NAME_MAX:
        yield bad_value("metadata.name", name, longest(JOB_NAME_MAX))


def _zone(zone: str) -> Causes:
    place = "spec.timeZone"
    if not zone:
        yield bad_value(place, zone, "timeZone must be nil or non-empty string")
    elif zone.lower() == "local":
        yield bad_value(place, zone, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones")
    elif not _is_zone(zone):
        yield bad_value(place, zone, f"unknown time zone {zone}")


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
    labels = (found.get("metadata") or {}).get("labels")
    if selector and any((labels or {}).get(key) != value for key, value in selector.items()):
        yield bad_value("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")
    yield from template("spec.template", found)
    pod = found.get("spec") or {}
    if pod.get("restartPolicy") not in (None, "Always"):
        yield unsupported("spec.template.spec.restartPolicy", pod["restartPolicy"], ["Always"])
    if pod.get("activeDeadlineSeconds") is not None:
        yield not_allowed("spec.template.spec.activeDeadlineSeconds", "activeDeadlineSeconds in ReplicationController is not Supported")


def _budget(doc: Doc) -> Causes:
    """Models ValidatePodDisruptionBudgetSpec."""
    spec = doc.get("spec") or {}
    if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
        yield bad_value("spec", _struct(spec, "MinAvailable", "Selector", "MaxUnavailable", "UnhealthyPodEvictionPolicy"), "minAvailable and maxUnavailable cannot be both set")
    for name in ("minAvailable", "maxUnavailable"):
        if spec.get(name) is not None:
            yield from portion(f"spec.{name}", spec[name])
            yield from at_most_all(f"spec.{name}", spec[name])
    yield from selector_rules("spec.selector", spec.get("selector"))
    if spec.get("unhealthyPodEvictionPolicy") not in (None, "AlwaysAllow", "IfHealthyBudget"):
        yield unsupported("spec.unhealthyPodEvictionPolicy", spec["unhealthyPodEvictionPolicy"], ["AlwaysAllow", "IfHealthyBudget"])


def _job_update(old: Doc, new: Doc) -> Causes:
    """Models ValidateJobSpecUpdate."""
    before, after = old.get("spec") or {}, new.get("spec") or {}
    if before.get("completions") != after.get("completions"):
        if after.get("completionMode") != "Indexed":
            yield immutable("spec.completions", after.get("completions"))
        elif after.get("completions") not in (None, after.get("parallelism")):
            yield bad_value("spec.completions", after["completions"], "can only be modified in tandem with spec.parallelism")
    if before.get("selector") != after.get("selector"):
        yield immutable("spec.selector", after.get("selector"))
    yield from _job_template_update(old, before, after)
    for name in ("completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"):
        if before.get(name) != after.get(name):
            yield immutable(f"spec.{name}", policy_text(name, after[name]) if name in POLICIES and after.get(name) is not None else after.get(name))


MAY_PLACE = ("nodeSelector", "tolerations", "schedulingGates")


def _job_template_update(old: Doc, before: Doc, after: Doc) -> Causes:
    """Models validatePodTemplateUpdate: while a Job is suspended it may be placed elsewhere, and its containers get other resources."""
    was, now = before.get("template") or {}, after.get("template") or {}
    if was == now:
        return
    spec, suspended = dict(was.get("spec") or {}), bool(before.get("suspend"))
    if suspended and "startTime" not in (old.get("status") or {}):
        wanted = now.get("spec") or {}
        affinity = {**{key: value for key, value in (spec.get("affinity") or {}).items() if key != "nodeAffinity"}, **{key: value for key, value in (wanted.get("affinity") or {}).items() if key == "nodeAffinity"}}
        changed = {**{name: wanted.get(name) for name in MAY_PLACE}, "affinity": affinity or wanted.get("affinity")}
        spec = {key: value for key, value in {**spec, **changed}.items() if value is not None}
        was = {**was, "metadata": now.get("metadata"), "spec": spec}
    if not suspended:
        if was != now:
            yield Cause("FieldValueInvalid", f"Invalid value: {template_text(now)}: field is immutable", "spec.template")
        return
    if _with_resources(spec, now.get("spec") or {}) != now.get("spec"):
        yield Cause("FieldValueInvalid", f"Invalid value: {pod_text(now.get('spec') or {})}: field is immutable", "spec.template.spec")


def _with_resources(was: Doc, now: Doc) -> Doc:
    """Return a pod's spec whose containers have the resources of their namesakes in another."""
    found = dict(was)
    for part in ("containers", "initContainers"):
        ours, theirs = was.get(part) or [], now.get(part) or []
        if len(ours) == len(theirs) and ours:
            found[part] = [{**{key: value for key, value in one.items() if key != "resources"}, **({"resources": other["resources"]} if "resources" in other else {})} if one.get("name") == other.get("name") else one
                           for one, other in zip(ours, theirs, strict=True)]
    return found


def _statefulset_update(old: Doc, new: Doc) -> Causes:
    before, after = old.get("spec") or {}, new.get("spec") or {}
    if any(before.get(name) != after.get(name) for name in {**before, **after} if name not in MUTABLE_OF_STATEFULSET):
        yield not_allowed("spec", STATEFULSET_RULE)


def _same_selector(old: Doc, new: Doc) -> Causes:
    before, after = old.get("spec") or {}, new.get("spec") or {}
    if before.get("selector") != after.get("selector"):
        yield immutable("spec.selector", after.get("selector"))


def _revision_update(old: Doc, new: Doc) -> Causes:
    if old.get("data") != new.get("data"):
        yield immutable("data", new.get("data"))


VALIDATIONS: Validations = {
    "statefulsets.apps": _statefulset, "daemonsets.apps": _daemonset, "jobs.batch": _job, "cronjobs.batch": _cronjob, "replicationcontrollers": _replicationcontroller,
    "deployments.apps": _deployment, "replicasets.apps": _replicaset, "horizontalpodautoscalers.autoscaling": autoscaler, "poddisruptionbudgets.policy": _budget,
}
UPDATES: Updates = {"jobs.batch": _job_update, "statefulsets.apps": _statefulset_update, "daemonsets.apps": _same_selector, "deployments.apps": _same_selector, "replicasets.apps": _same_selector, "controllerrevisions.apps": _revision_update}
