"""Descriptions of StatefulSets, DaemonSets, Jobs, CronJobs, ReplicationControllers, autoscalers and budgets. Models kubectl/pkg/describe (1.36)."""

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kubernetes.apiserver.cells import labels_text, selector_text
from learnk8s.simulation.kubernetes.apiserver.durations import human_duration
from learnk8s.simulation.kubernetes.kubectl.client import Call
from learnk8s.simulation.kubernetes.kubectl.describers.lines import annotations, long_time, table_of_words
from learnk8s.simulation.kubernetes.kubectl.describers.parts import Describer, events, head
from learnk8s.simulation.kubernetes.kubectl.describers.template import template_lines
from learnk8s.simulation.kubernetes.objects.document import Doc


def _marks(doc: Doc) -> list[str]:
    return [*table_of_words("Labels", doc["metadata"].get("labels")), *annotations(doc)]


def _owner(doc: Doc) -> list[str]:
    owner = next((entry for entry in doc["metadata"].get("ownerReferences", ()) if entry.get("controller")), None)
    return [f"Controlled By:\t{owner['kind']}/{owner['name']}"] if owner else []


def _pods_status(call: Call, doc: Doc) -> str:
    pods = [found for resource, found in call.ports.api.store.owned_by(doc["metadata"]["uid"]) if resource == "pods"]
    count = {phase: sum(item.get("status", {}).get("phase") == phase for item in pods) for phase in ("Running", "Pending", "Succeeded", "Failed")}
    return f"{count['Running']} Running / {count['Pending']} Waiting / {count['Succeeded']} Succeeded / {count['Failed']} Failed"


def statefulset(call: Call, doc: Doc) -> list[str]:
    """Models describeStatefulSet."""
    spec, status = doc["spec"], doc.get("status", {})
    lines = [*head(doc), f"CreationTimestamp:\t{long_time(doc['metadata']['creationTimestamp'])}", f"Selector:\t{selector_text(spec['selector'])}", *_marks(doc),
             f"Replicas:\t{spec.get('replicas', 1)} desired | {status.get('replicas', 0)} total", f"Update Strategy:\t{spec['updateStrategy']['type']}"]
    rolling = spec["updateStrategy"].get("rollingUpdate")
    if rolling:
        lines.append(f"  Partition:\t{rolling.get('partition', 0)}")
        if rolling.get("maxUnavailable") is not None:
            lines.append(f"  MaxUnavailable:\t{rolling['maxUnavailable']}")
    lines += [f"Pods Status:\t{_pods_status(call, doc)}", "Pod Template:", *template_lines(spec["template"]), *_claims(spec.get("volumeClaimTemplates") or [])]
    return [*lines, *events(call, doc)]


def _claims(claims: list[Doc]) -> list[str]:
    if not claims:
        return ["Volume Claims:\t<none>"]
    lines = ["Volume Claims:"]
    for claim in claims:
        spec, marks = claim["spec"], claim["metadata"]
        storage = ((spec.get("resources") or {}).get("requests") or {}).get("storage", "")
        lines += [f"  Name:\t{marks['name']}", f"  StorageClass:\t{spec.get('storageClassName', '')}", *(f"  {line}" for line in table_of_words("Labels", marks.get("labels"))), *(f"  {line}" for line in annotations(claim)),
                  f"  Capacity:\t{storage or '<default>'}", f"  Access Modes:\t[{' '.join(spec.get('accessModes') or ())}]"]
    return lines


def daemonset(call: Call, doc: Doc) -> list[str]:
    """Models describeDaemonSet."""
    spec, status = doc["spec"], doc.get("status", {})
    lines = [f"Name:\t{doc['metadata']['name']}", f"Namespace:\t{doc['metadata']['namespace']}", f"Selector:\t{selector_text(spec['selector'])}", f"Node-Selector:\t{labels_text(spec['template']['spec'].get('nodeSelector'))}", *_marks(doc)]
    for title, name in (("Desired Number of Nodes Scheduled", "desiredNumberScheduled"), ("Current Number of Nodes Scheduled", "currentNumberScheduled"), ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
                        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"), ("Number of Nodes Misscheduled", "numberMisscheduled")):
        lines.append(f"{title}: {status.get(name, 0)}")
    return [*lines, f"Pods Status:\t{_pods_status(call, doc)}", "Pod Template:", *template_lines(spec["template"]), *events(call, doc)]


def job(call: Call, doc: Doc) -> list[str]:
    """Models describeJob."""
    spec, status = doc["spec"], doc.get("status", {})
    lines = [*head(doc), f"Selector:\t{selector_text(spec.get('selector'))}", *_marks(doc), *_owner(doc), f"Parallelism:\t{spec.get('parallelism', '<unset>')}", f"Completions:\t{spec.get('completions', '<unset>')}",
             f"Completion Mode:\t{spec.get('completionMode')}", f"Suspend:\t{str(bool(spec.get('suspend'))).lower()}", f"Backoff Limit:\t{spec.get('backoffLimit')}"]
    if spec.get("ttlSecondsAfterFinished") is not None:
        lines.append(f"TTL Seconds After Finished:\t{spec['ttlSecondsAfterFinished']}")
    if status.get("startTime"):
        lines.append(f"Start Time:\t{long_time(status['startTime'])}")
    if status.get("completionTime"):
        lines.append(f"Completed At:\t{long_time(status['completionTime'])}")
        if status.get("startTime"):
            lines.append(f"Duration:\t{human_duration(Clock.since_epoch_ms(status['completionTime']) - Clock.since_epoch_ms(status['startTime']))}")
    if spec.get("activeDeadlineSeconds"):
        lines.append(f"Active Deadline Seconds:\t{spec['activeDeadlineSeconds']}s")
    ready = f" ({status['ready']} Ready)" if status.get("ready") is not None else ""
    lines.append(f"Pods Statuses:\t{status.get('active', 0)} Active{ready} / {status.get('succeeded', 0)} Succeeded / {status.get('failed', 0)} Failed")
    if spec.get("completionMode") == "Indexed":
        lines.append(f"Completed Indexes:\t{status.get('completedIndexes') or '<none>'}")
    return [*lines, "Pod Template:", *template_lines(spec["template"]), *events(call, doc)]


def cronjob(call: Call, doc: Doc) -> list[str]:
    """Models describeCronJob."""
    spec, status = doc["spec"], doc.get("status", {})
    inner = spec["jobTemplate"]["spec"]

    def shown(value: object) -> str:
        return "<unset>" if value is None else str(value)

    deadline = spec.get("startingDeadlineSeconds")
    lines = [*head(doc), *_marks(doc), f"Schedule:\t{spec['schedule']}", f"Concurrency Policy:\t{spec.get('concurrencyPolicy')}", f"Suspend:\t{bool(spec.get('suspend'))}", f"Time Zone:\t{spec.get('timeZone') or '<unset>'}",
             f"Successful Job History Limit:\t{shown(spec.get('successfulJobsHistoryLimit'))}", f"Failed Job History Limit:\t{shown(spec.get('failedJobsHistoryLimit'))}",
             f"Starting Deadline Seconds:\t{'<unset>' if deadline is None else f'{deadline}s'}", f"Selector:\t{selector_text(inner['selector']) if inner.get('selector') else '<unset>'}",
             f"Parallelism:\t{shown(inner.get('parallelism'))}", f"Completions:\t{shown(inner.get('completions'))}"]
    if inner.get("activeDeadlineSeconds"):
        lines.append(f"Active Deadline Seconds:\t{inner['activeDeadlineSeconds']}s")
    lines += ["Pod Template:", *template_lines(inner["template"]), f"Last Schedule Time:\t{long_time(status.get('lastScheduleTime'))}"]
    active = [reference["name"] for reference in status.get("active") or ()]
    return [*lines, f"Active Jobs:\t{', '.join(active) or '<none>'}", *events(call, doc)]


def replicationcontroller(call: Call, doc: Doc) -> list[str]:
    """Models describeReplicationController."""
    spec = doc["spec"]
    return [*head(doc), f"Selector:\t{labels_text(spec.get('selector'))}", *_marks(doc), f"Replicas:\t{doc.get('status', {}).get('replicas', 0)} current / {spec.get('replicas', 1)} desired", f"Pods Status:\t{_pods_status(call, doc)}",
            "Pod Template:", *template_lines(spec["template"]), *events(call, doc)]


def autoscaler(call: Call, doc: Doc) -> list[str]:
    """Models describeHorizontalPodAutoscalerV2."""
    spec, status = doc["spec"], doc.get("status", {})
    lines = [*head(doc), *_marks(doc), f"CreationTimestamp:\t{long_time(doc['metadata']['creationTimestamp'])}", f"Reference:\t{spec['scaleTargetRef']['kind']}/{spec['scaleTargetRef']['name']}", "Metrics:\t( current / target )"]
    for place, metric in enumerate(spec.get("metrics") or ()):
        part = metric.get("resource") or metric.get("containerResource")
        if part is None:
            lines.append(f"  <unknown metric type {metric.get('type')!r}>")
            continue
        found = status.get("currentMetrics") or ()
        now = ((found[place].get("resource") or found[place].get("containerResource") or {}).get("current") or {}) if place < len(found) else {}
        if part["target"].get("averageValue") is not None:
            lines.append(f"  resource {part['name']} on pods:\t{now.get('averageValue', '<unknown>')} / {part['target']['averageValue']}")
        else:
            shown = f"{now['averageUtilization']}% ({now.get('averageValue')})" if now.get("averageUtilization") is not None else "<unknown>"
            lines.append(f"  resource {part['name']} on pods  (as a percentage of request):\t{shown} / {part['target'].get('averageUtilization')}%")
    lines += [f"Min replicas:\t{spec.get('minReplicas', '<unset>')}", f"Max replicas:\t{spec['maxReplicas']}"]
    for title, name in (("Scale Up", "scaleUp"), ("Scale Down", "scaleDown")):
        rules = (spec.get("behavior") or {}).get(name)
        if rules:
            lines.append("Behavior:" if "Behavior:" not in lines else "")
            window = rules.get("stabilizationWindowSeconds")
            lines += [f"  {title}:", *([f"    Stabilization Window: {window} seconds"] if window is not None else []), f"    Select Policy: {rules.get('selectPolicy')}", "    Policies:",
                      *(f"      - Type: {policy['type']}\tValue: {policy['value']}\tPeriod: {policy['periodSeconds']} seconds" for policy in rules.get("policies") or ())]
    lines.append(f"{spec['scaleTargetRef']['kind']} pods:\t{status.get('currentReplicas', 0)} current / {status.get('desiredReplicas', 0)} desired")
    if status.get("conditions"):
        lines += ["Conditions:", "  Type\tStatus\tReason\tMessage", "  ----\t------\t------\t-------"]
        lines += [f"  {entry['type']}\t{entry['status']}\t{entry.get('reason', '')}\t{entry.get('message', '')}" for entry in status["conditions"]]
    return [*(line for line in lines if line), *events(call, doc)]


def budget(call: Call, doc: Doc) -> list[str]:
    """Models describePodDisruptionBudget."""
    spec, status = doc.get("spec", {}), doc.get("status", {})
    limit = f"Min available:\t{spec['minAvailable']}" if spec.get("minAvailable") is not None else f"Max unavailable:\t{spec.get('maxUnavailable')}"
    return [*head(doc), limit, f"Selector:\t{selector_text(spec['selector']) if spec.get('selector') else '<unset>'}", "Status:", f"    Allowed disruptions:\t{status.get('disruptionsAllowed', 0)}", f"    Current:\t{status.get('currentHealthy', 0)}",
            f"    Desired:\t{status.get('desiredHealthy', 0)}", f"    Total:\t{status.get('expectedPods', 0)}", *events(call, doc)]


DESCRIBERS: dict[str, Describer] = {"StatefulSet": statefulset, "DaemonSet": daemonset, "Job": job, "CronJob": cronjob, "ReplicationController": replicationcontroller, "HorizontalPodAutoscaler": autoscaler, "PodDisruptionBudget": budget}
