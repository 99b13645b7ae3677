"""Job: run pods until enough of them have ended well. Models pkg/controller/job/job_controller.go (1.36).

Theory. Every pod carries a finalizer until it is counted, so none is counted twice or missed, even if it was deleted. A Job ends in two steps: first its
criterion is met (SuccessCriteriaMet, FailureTarget) and its other pods are told to go; when they have gone, it is Complete or Failed.
Differs: counting and taking the finalizer off are one step here until the Job ends, so `uncountedTerminatedPods` is empty before.
"""

from collections.abc import Sequence
from typing import Any

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kubernetes.control.intents import Create, Delete, Finalise, Intent, Later, Note, UpdateStatus
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import own_key
from learnk8s.simulation.kubernetes.controllers.adoption import child_keys, claimed
from learnk8s.simulation.kubernetes.controllers.job_indexes import indexes_text, parsed_indexes
from learnk8s.simulation.kubernetes.controllers.pods import is_ready, is_terminating, owner_reference
from learnk8s.simulation.kubernetes.objects.document import Doc, controller_of
from learnk8s.simulation.kubernetes.store.store import Key, Store

RESOURCE = "jobs.batch"
MANAGER = "kubernetes.io/job-controller"
"""Who a Job's `managedBy` leaves it to unless it names somebody else: batch/v1 JobControllerName."""
TRACKING = "batch.kubernetes.io/job-tracking"
INDEX = "batch.kubernetes.io/job-completion-index"
FAILURES, IGNORED = "batch.kubernetes.io/job-index-failure-count", "batch.kubernetes.io/job-index-ignored-failure-count"
"""How often a pod's index failed before, on pods of Jobs with a limit for each index."""
BACKOFF_MS, BACKOFF_MAX_MS = 10_000, 600_000
"""facts/numbers.yaml: job-backoff."""
REACHED = ("CompletionsReached", "Reached expected number of succeeded pods")
LIMIT = ("BackoffLimitExceeded", "Job has reached the specified backoff limit")
DEADLINE = ("DeadlineExceeded", "Job was active longer than specified deadline")
Outcome = tuple[str, str]


class JobController:
    """Makes pods, counts how they end, and ends the Job."""

    name = "job-controller"
    watches = {RESOURCE: own_key, "pods": child_keys("Job", RESOURCE)}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return pods to make or delete, and the new status."""
        job = view.store.get(RESOURCE, *key)
        if job is None:
            return _released(key, view.store)
        if job["spec"].get("managedBy") not in (None, MANAGER):
            return ()
        return _Sync(job, view).intents()


def _released(key: Key, store: Store) -> list[Intent]:
    """Take the finalizer off the pods of a Job that is gone."""
    namespace, name = key
    return [Finalise("pods", pod, TRACKING) for pod in store.list("pods", namespace)
            if TRACKING in pod["metadata"].get("finalizers", ()) and (controller_of(pod) or {}).get("name") == name]


def finished(job: Doc) -> str:
    """Return Complete or Failed, or "" for a Job that goes on."""
    return next((str(entry["type"]) for entry in job.get("status", {}).get("conditions", ()) if entry["type"] in ("Complete", "Failed") and entry["status"] == "True"), "")


class _Sync:
    """One look at one Job."""

    def __init__(self, job: Doc, view: View) -> None:
        self.job, self.view, self.spec = job, view, job["spec"]
        self.before: Doc = job.get("status", {})
        self.namespace, self.name = job["metadata"]["namespace"], job["metadata"]["name"]
        self.pods, self.adopting = claimed(job, "pods", view.store, finalizer=TRACKING)
        self.indexed = self.spec.get("completionMode") == "Indexed"
        self.parallelism = self.spec.get("parallelism", 1)
        self.completions: int | None = self.spec.get("completions")
        self.status: Doc = {key: value for key, value in self.before.items()}
        self.conditions: list[Doc] = list(self.before.get("conditions") or ())
        self.notes: list[Note] = []
        self.later: list[int] = []
        self.ref = f"Job/{self.namespace}/{self.name}"

    def because(self, what: str, *words: str) -> tuple[str, ...]:
        return (f"job-controller.{what}", "ref", self.ref, *words)

    def intents(self) -> list[Intent]:
        if is_terminating(self.job):
            return [Finalise("pods", pod, TRACKING) for pod in self.pods if TRACKING in pod["metadata"].get("finalizers", ())]
        if finished(self.job):
            return [*(Finalise("pods", pod, TRACKING) for pod in self.pods if TRACKING in pod["metadata"].get("finalizers", ())), *self._expiry()]
        if self.adopting:
            return self.adopting
        counted = self._count()
        active = [pod for pod in self.pods if _is_active(pod)]
        steps = self._judge(active)
        self._sum_up(steps)
        out: list[Intent] = []
        if self.status != self.before:
            interim = self._interim(counted)
            if interim is not None:
                out += [UpdateStatus(RESOURCE, self.job, interim, self.because("decided")), *(Finalise("pods", pod, TRACKING) for pod in counted)]
                counted = []
            out.append(UpdateStatus(RESOURCE, self.job, self.status, self.because("counted", "succeeded", str(self.status.get("succeeded", 0)), "failed", str(self.status.get("failed", 0))), self.notes[0] if self.notes else None))
        out += [Finalise("pods", pod, TRACKING) for pod in counted]
        out += steps
        if finished({"status": self.status}):
            out += self._expiry(self.status)
        return [*out, Later(min(self.later))] if self.later else out

    def _interim(self, counted: list[Doc]) -> Doc | None:
        """Return what is written before the last pods are counted: that the Job's criterion is met, while it is not over. Models trackJobStatusAndRemoveFinalizers."""
        ends = [entry for entry in self.conditions if entry["type"] not in ("Complete", "Failed")]
        if len(ends) == len(self.conditions) or ends == (self.before.get("conditions") or []):
            return None
        kept = {name: self.before[name] for name in ("failed", *(() if self.indexed else ("succeeded",))) if name in self.before}
        pods: dict[str, list[str]] = {}
        for pod in counted:
            if not (self.indexed and _ended_well(pod)):
                pods.setdefault("succeeded" if _ended_well(pod) else "failed", []).append(pod["metadata"]["uid"])
        left = {name: value for name, value in self.status.items() if name not in ("completionTime", "failed", *(() if self.indexed else ("succeeded",)))}
        return {**left, **kept, "conditions": ends, "uncountedTerminatedPods": pods}

    # Counting

    def _count(self) -> list[Doc]:
        """Count the pods that have ended and still carry the finalizer."""
        succeeded, failed = self.before.get("succeeded", 0), self.before.get("failed", 0)
        done, lost = parsed_indexes(self.before.get("completedIndexes", "")), parsed_indexes(self.before.get("failedIndexes", ""))
        counted = []
        self.done, self.lost = done, lost | {index for pod in self.pods if self._fails_index(pod) and (index := _index(pod)) is not None}
        self.waiting = self._replaced_later()
        left = {pod["metadata"]["uid"] for pod in self.waiting.values()}
        for pod in self.pods:
            if pod["metadata"]["uid"] in left:
                continue
            if TRACKING not in pod["metadata"].get("finalizers", ()) or not (_ended_well(pod) or self._ended_badly(pod)):
                continue
            counted.append(pod)
            if _ended_well(pod):
                if not self.indexed:
                    succeeded += 1
                elif _index(pod) is not None and _index(pod) < (self.completions or 0):  # type: ignore[operator]  # checked just before
                    done.add(_index(pod))  # type: ignore[arg-type]  # checked just before
                continue
            action = self._policy(pod)
            if action != "Ignore":
                failed += 1
        if self.indexed:
            succeeded = len(done)
            self._put("completedIndexes", indexes_text(done))
            if self.spec.get("backoffLimitPerIndex") is not None:
                self.status["failedIndexes"] = indexes_text(self.lost)
        self._put("succeeded", succeeded)
        self._put("failed", failed)
        return counted

    def _fails_index(self, pod: Doc) -> bool:
        """Say whether a pod's failure was one too many for its index. Models isIndexFailed."""
        limit = self.spec.get("backoffLimitPerIndex")
        if limit is None or not self.indexed or TRACKING not in pod["metadata"].get("finalizers", ()) or not self._ended_badly(pod):
            return False
        action = self._policy(pod)
        return action == "FailIndex" or (action != "Ignore" and _times(pod, FAILURES) >= limit)

    def _replaced_later(self) -> dict[int, Doc]:
        """Return the last failed pod of every index that will be tried again: it is counted when it is replaced. Models getPodsWithDelayedDeletionPerIndex."""
        if self.spec.get("backoffLimitPerIndex") is None or not self.indexed or any(entry["type"] in ("FailureTarget", "SuccessCriteriaMet") and entry["status"] == "True" for entry in self.conditions):
            return {}
        taken = {_index(pod) for pod in self.pods if _is_active(pod)} | self.done | self.lost | {_index(pod) for pod in self.pods if _ended_well(pod)}
        found: dict[int, Doc] = {}
        for pod in sorted(self.pods, key=lambda pod: (_failures(pod), _ended_ms(pod))):
            if self._ended_badly(pod) and (index := _index(pod)) is not None and index not in taken:
                found[index] = pod
        return found

    def _put(self, name: str, value: Any) -> None:
        if value:
            self.status[name] = value
        else:
            self.status.pop(name, None)

    def _ended_badly(self, pod: Doc) -> bool:
        phase = pod.get("status", {}).get("phase")
        if phase == "Failed":
            return True
        if self.spec.get("podReplacementPolicy") == "Failed":
            return False
        return is_terminating(pod) and phase != "Succeeded"

    def _policy(self, pod: Doc) -> str:
        """Return what the pod failure policy says of a failed pod: FailJob, FailIndex, Ignore or Count."""
        found = self._matching_rule(pod)
        return found[0] if found else "Count"

    def _matching_rule(self, pod: Doc) -> tuple[str, str] | None:
        for place, rule in enumerate((self.spec.get("podFailurePolicy") or {}).get("rules") or ()):
            codes = rule.get("onExitCodes")
            if codes is not None:
                for status in [*(pod.get("status", {}).get("initContainerStatuses") or ()), *(pod.get("status", {}).get("containerStatuses") or ())]:
                    ending = (status.get("state") or {}).get("terminated")
                    if ending is None or not ending["exitCode"] or (codes.get("containerName") and codes["containerName"] != status["name"]):
                        continue
                    if (ending["exitCode"] in codes["values"]) == (codes["operator"] == "In"):
                        return rule["action"], f"Container {status['name']} for pod {self.namespace}/{pod['metadata']['name']} failed with exit code {ending['exitCode']} matching {rule['action']} rule at index {place}"
            for wanted in rule.get("onPodConditions") or ():
                if any(entry["type"] == wanted["type"] and entry["status"] == wanted.get("status", "True") for entry in pod.get("status", {}).get("conditions", ())):
                    return rule["action"], f"Pod {self.namespace}/{pod['metadata']['name']} has condition {wanted['type']} matching {rule['action']} rule at index {place}"
        return None

    # Deciding

    def _judge(self, active: list[Doc]) -> list[Intent]:
        """Find out whether the Job is over, and else what it needs next."""
        self._begin()
        held = {entry["type"]: entry for entry in self.conditions if entry["status"] == "True"}
        target = held.get("FailureTarget") or held.get("SuccessCriteriaMet")
        if target is None:
            failure = self._failure(active)
            success = None if failure else self._success(active)
            if failure:
                target = self._condition("FailureTarget", failure)
            elif success:
                target = self._condition("SuccessCriteriaMet", success)
        if target is not None:
            going = [pod for pod in self.pods if not _is_over(pod)]
            if not going:
                self._finish(target)
            reason = (target["reason"], target["message"])
            return [self._deletion(pod, reason[0]) for pod in going if not is_terminating(pod)]
        if self.spec.get("suspend"):
            return self._suspended(active)
        self._resumed()
        return self._manage(active)

    def _begin(self) -> None:
        if "startTime" not in self.status and not self.spec.get("suspend"):
            self.status["startTime"] = self.view.timestamp()

    def _failure(self, active: list[Doc]) -> Outcome | None:
        for pod in self.pods:
            if self._ended_badly(pod):
                found = self._matching_rule(pod)
                if found and found[0] == "FailJob":
                    return "PodFailurePolicy", found[1]
        limit = self.spec.get("backoffLimit", 6)
        if self.status.get("failed", 0) > limit or self._too_many_restarts(active, limit):
            return LIMIT
        deadline_s = self.spec.get("activeDeadlineSeconds")
        if deadline_s is not None and not self.spec.get("suspend") and self.status.get("startTime"):
            due_ms = Clock.since_epoch_ms(self.status["startTime"]) + deadline_s * 1000
            if self.view.now_ms >= due_ms:
                return DEADLINE
            self.later.append(due_ms)
        if self.indexed and self.spec.get("backoffLimitPerIndex") is not None:
            most = self.spec.get("maxFailedIndexes")
            if most is not None and len(self.lost) > most:
                return "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes"
            if self.lost and len(self.lost | self.done) >= (self.completions or 0):
                return "FailedIndexes", "Job has failed indexes"
        return None

    def _too_many_restarts(self, active: list[Doc], limit: int) -> bool:
        if self.spec["template"]["spec"].get("restartPolicy") != "OnFailure":
            return False
        count = sum(status.get("restartCount", 0) for pod in active for status in [*(pod.get("status", {}).get("initContainerStatuses") or ()), *(pod.get("status", {}).get("containerStatuses") or ())])
        return count > 0 if limit == 0 else count >= limit

    def _success(self, active: list[Doc]) -> Outcome | None:
        succeeded = self.status.get("succeeded", 0)
        for place, rule in enumerate((self.spec.get("successPolicy") or {}).get("rules") or ()):
            wanted = parsed_indexes(rule["succeededIndexes"]) if rule.get("succeededIndexes") else None
            count = rule.get("succeededCount")
            hit = self.done if wanted is None else self.done & wanted
            if (count is not None and len(hit) >= count) or (count is None and wanted is not None and wanted <= self.done):
                return "SuccessPolicy", f"Matched rules at index {place}"
        if self.completions is None:
            return REACHED if succeeded and not active else None
        return REACHED if succeeded >= self.completions else None

    def _condition(self, type_: str, outcome: Outcome, *, status: str = "True") -> Doc:
        now = self.view.timestamp()
        entry: Doc = {"type": type_, "status": status, "lastProbeTime": now, "lastTransitionTime": now, "reason": outcome[0], "message": outcome[1]}
        self.conditions = [*(other for other in self.conditions if other["type"] != type_), entry]
        return entry

    def _finish(self, target: Doc) -> None:
        outcome = (target["reason"], target["message"])
        if target["type"] == "SuccessCriteriaMet":
            self._condition("Complete", outcome)
            self.status["completionTime"] = self.view.timestamp()
            self.notes.append(Note(self.job, "Completed", "Job completed"))
        else:
            self._condition("Failed", outcome)
            self.notes.append(Note(self.job, outcome[0], outcome[1], "Warning"))

    def _suspended(self, active: list[Doc]) -> list[Intent]:
        self.status.pop("startTime", None)
        if not any(entry["type"] == "Suspended" and entry["status"] == "True" for entry in self.conditions):
            self._condition("Suspended", ("JobSuspended", "Job suspended"))
            self.notes.append(Note(self.job, "Suspended", "Job suspended"))
        return [self._deletion(pod, "Suspended") for pod in active]

    def _resumed(self) -> None:
        if any(entry["type"] == "Suspended" and entry["status"] == "True" for entry in self.conditions):
            self._condition("Suspended", ("JobResumed", "Job resumed"), status="False")
            self.status["startTime"] = self.view.timestamp()
            self.notes.append(Note(self.job, "Resumed", "Job resumed"))

    # Making and deleting pods

    def _manage(self, active: list[Doc]) -> list[Intent]:
        succeeded = self.status.get("succeeded", 0)
        if self.completions is None:
            wanted = len(active) if succeeded else self.parallelism
        else:
            wanted = min(self.parallelism, self.completions - succeeded - (len(self.lost) if self.indexed else 0))
        surplus = len(active) - max(wanted, 0)
        if surplus > 0:
            ranked = sorted(active, key=lambda pod: (bool(pod["spec"].get("nodeName")), is_ready(pod), pod["metadata"]["creationTimestamp"], pod["metadata"]["name"]))
            return [self._deletion(pod, "surplus") for pod in ranked[:surplus]]
        if self.spec.get("podReplacementPolicy") == "Failed":
            wanted -= sum(is_terminating(pod) and not _is_over(pod) for pod in self.pods)
        missing = wanted - len(active)
        if missing <= 0:
            return []
        if self.spec.get("backoffLimitPerIndex") is not None and self.indexed:
            return self._each_in_its_time(active, missing)
        ready_ms = self._backoff_until_ms()
        if ready_ms > self.view.now_ms:
            self.later.append(ready_ms)
            return []
        if not self.indexed:
            return [self._creation(None)] * missing
        taken = {_index(pod) for pod in active} | self.done | self.lost
        free = [index for index in range(self.completions or 0) if index not in taken]
        return [self._creation(index) for index in free[:missing]]

    def _each_in_its_time(self, active: list[Doc], missing: int) -> list[Intent]:
        """Every index waits for itself. Models getPodCreationInfoForIndependentIndexes."""
        taken, steps = {_index(pod) for pod in active} | self.done | self.lost, []
        for index in [index for index in range(self.completions or 0) if index not in taken][:missing]:
            before = self.waiting.get(index)
            due_ms = 0 if before is None else _ended_ms(before) + min(BACKOFF_MS << _failures(before), BACKOFF_MAX_MS)
            if due_ms > self.view.now_ms:
                self.later.append(due_ms)
            else:
                steps.append(self._creation(index, before))
        return steps

    def _backoff_until_ms(self) -> int:
        """Return until when no new pod is made: 10 s after a failure, doubled for each more since the last success."""
        endings = sorted((_ended_ms(pod), _ended_well(pod)) for pod in self.pods if _ended_well(pod) or self._ended_badly(pod))
        failures, last_ms = 0, 0
        for at_ms, well in endings:
            failures, last_ms = (0, 0) if well else (failures + 1, at_ms)
        return last_ms + min(BACKOFF_MS << (failures - 1), BACKOFF_MAX_MS) if failures else 0

    def _deletion(self, pod: Doc, why: str) -> Delete:
        name = pod["metadata"]["name"]
        return Delete("pods", pod, self.because("deleted-pod", "pod", name, "why", why), Note(self.job, "SuccessfulDelete", f"Deleted pod: {name}"))

    def _creation(self, index: int | None, before: Doc | None = None) -> Create:
        template = self.spec["template"]
        marks = template.get("metadata") or {}
        labels, annotations = dict(marks.get("labels") or {}), dict(marks.get("annotations") or {})
        spec = template["spec"]
        prefix = f"{self.name}-"
        if index is not None:
            labels[INDEX] = annotations[INDEX] = str(index)
            prefix = f"{self.name}-{index}-"
            if self.spec.get("backoffLimitPerIndex") is not None:
                ignored = before is not None and self._policy(before) == "Ignore"
                annotations[FAILURES] = str(_times(before, FAILURES) + (not ignored) if before else 0)
                if before and (count := _times(before, IGNORED) + ignored):
                    annotations[IGNORED] = str(count)
            variable = {"name": "JOB_COMPLETION_INDEX", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": f"metadata.labels['{INDEX}']"}}}
            spec = {**spec, "hostname": f"{self.name}-{index}", **{part: [{**container, "env": [*(container.get("env") or ()), variable]} for container in spec[part]] for part in ("containers", "initContainers") if spec.get(part)}}
        metadata: dict[str, Any] = {"generateName": prefix, "namespace": self.namespace, "labels": labels, "finalizers": [TRACKING], "ownerReferences": [owner_reference(self.job)]}
        if annotations:
            metadata["annotations"] = annotations
        doc = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
        return Create("pods", doc, self.because("created-pod", "wanted", str(self.completions if self.completions is not None else self.parallelism)), Note(self.job, "SuccessfulCreate", "Created pod: {name}"),
                      Note(self.job, "FailedCreate", "Error creating: {error}", "Warning"))

    def _sum_up(self, steps: list[Intent]) -> None:
        over = bool(finished({"status": {"conditions": self.conditions}}))
        leaving = {step.doc["metadata"]["uid"] for step in steps if isinstance(step, Delete)}
        active = [pod for pod in self.pods if _is_active(pod) and pod["metadata"]["uid"] not in leaving]
        made = sum(isinstance(step, Create) for step in steps)
        self._put("active", 0 if over else len(active) + made)
        self.status["ready"] = 0 if over else sum(is_ready(pod) for pod in active)
        self.status["terminating"] = 0 if over else sum(is_terminating(pod) and not _is_over(pod) for pod in self.pods) + len(leaving)
        self.status["uncountedTerminatedPods"] = {}
        self._put("conditions", self.conditions)

    def _expiry(self, status: Doc | None = None) -> list[Intent]:
        """Delete a finished Job when its time to live is over. Models pkg/controller/ttlafterfinished (1.36)."""
        ttl_s = self.spec.get("ttlSecondsAfterFinished")
        if ttl_s is None:
            return []
        entry = next(entry for entry in (status or self.before)["conditions"] if entry["type"] in ("Complete", "Failed") and entry["status"] == "True")
        due_ms = Clock.since_epoch_ms(entry["lastTransitionTime"]) + ttl_s * 1000
        if self.view.now_ms < due_ms:
            return [Later(due_ms)]
        return [Delete(RESOURCE, self.job, self.because("expired", "seconds", str(ttl_s)), propagation="Foreground")]


def _ended_well(pod: Doc) -> bool:
    return bool(pod.get("status", {}).get("phase") == "Succeeded")


def _is_over(pod: Doc) -> bool:
    return pod.get("status", {}).get("phase") in ("Succeeded", "Failed")


def _is_active(pod: Doc) -> bool:
    return not _is_over(pod) and not is_terminating(pod)


def _index(pod: Doc) -> int | None:
    text = (pod["metadata"].get("annotations") or {}).get(INDEX, "")
    return int(text) if text.isdigit() else None


def _times(pod: Doc, mark: str) -> int:
    text = (pod["metadata"].get("annotations") or {}).get(mark, "")
    return int(text) if text.isdigit() else 0


def _failures(pod: Doc) -> int:
    """Return how often a pod's index failed before it, counted or not."""
    return _times(pod, FAILURES) + _times(pod, IGNORED)


def _ended_ms(pod: Doc) -> int:
    moments = [ending["finishedAt"] for status in pod.get("status", {}).get("containerStatuses") or () if (ending := (status.get("state") or {}).get("terminated")) and ending.get("finishedAt")]
    stamp = max(moments) if moments else pod["metadata"].get("deletionTimestamp") or pod["metadata"]["creationTimestamp"]
    return Clock.since_epoch_ms(stamp)
