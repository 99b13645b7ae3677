"""CronJob: make a Job whenever the schedule says so. Models pkg/controller/cronjob/cronjob_controllerv2.go and utils.go (1.36)."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kubernetes.apiserver.cron_schedule import BadSchedule, Schedule, parsed
from learnk8s.simulation.kubernetes.control.intents import Create, Delete, Intent, Later, Note, Record, UpdateStatus
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import own_key, owner_key
from learnk8s.simulation.kubernetes.controllers.job import finished
from learnk8s.simulation.kubernetes.controllers.pods import is_terminating, owner_reference
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Key

RESOURCE, JOBS = "cronjobs.batch", "jobs.batch"
SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"
MISSED_MAX = 100
"""More missed starts than this are not counted. Models utils.go: mostRecentScheduleTime."""


class CronJobController:
    """Makes Jobs in time, heeds the concurrency policy, and keeps the history short."""

    name = "cronjob-controller"
    watches = {RESOURCE: own_key, JOBS: owner_key("CronJob")}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return Jobs to make and delete, the status, and when to look again."""
        found = view.store.get(RESOURCE, *key)
        return () if found is None or is_terminating(found) else _Sync(found, view).intents()


class _Sync:
    """One look at one CronJob."""

    def __init__(self, owner: Doc, view: View) -> None:
        self.owner, self.view, self.spec = owner, view, owner["spec"]
        self.namespace, self.name = owner["metadata"]["namespace"], owner["metadata"]["name"]
        self.status: Doc = dict(owner.get("status", {}))
        self.jobs = [doc for resource, doc in view.store.owned_by(owner["metadata"]["uid"]) if resource == JOBS]
        self.active: list[Doc] = list(self.status.get("active") or ())
        self.ref = f"CronJob/{self.namespace}/{self.name}"

    def because(self, what: str, *words: str) -> tuple[str, ...]:
        return (f"cronjob-controller.{what}", "ref", self.ref, *words)

    def intents(self) -> list[Intent]:
        out = [*self._ended(), *self._history()]
        try:
            schedule = parsed(self.spec["schedule"])
        except BadSchedule as bad:
            return [*out, *self._written(), Record(Note(self.owner, "UnparseableSchedule", f"unparseable schedule: {self.spec['schedule']!r} : {bad}", "Warning"))]
        if not self.spec.get("suspend"):
            if schedule.after(_moment(self.view.now_ms), self._zone()) is None:
                return [*out, *self._written(), Record(Note(self.owner, "InvalidSchedule", f"invalid schedule: {self.spec['schedule']} : time difference between two schedules is less than 1 second", "Warning"))]
            out += self._start(schedule)
        next_ = schedule.after(_moment(self.view.now_ms), self._zone())
        return [*out, *self._written(), *([Later(_ms(next_))] if next_ is not None and not self.spec.get("suspend") else [])]

    def _zone(self) -> tzinfo:
        return ZoneInfo(self.spec["timeZone"]) if self.spec.get("timeZone") else UTC

    def _ended(self) -> list[Intent]:
        """Take the Jobs that have ended off the active list, and wonder at those that were made by others."""
        out: list[Intent] = []
        by_uid = {job["metadata"]["uid"]: job for job in self.jobs}
        known = {reference["uid"] for reference in self.active}
        out += [
            Record(Note(self.owner, "UnexpectedJob", f"Saw a job that the controller did not create or forgot: {job['metadata']['name']}", "Warning"))
            for job in sorted(self.jobs, key=lambda job: job["metadata"]["name"])
            if job["metadata"]["uid"] not in known and not finished(job) and not _made_here(job)
        ]
        times = [self.status.get("lastSuccessfulTime", ""), *(job["status"].get("completionTime", "") for job in self.jobs if finished(job))]
        if any(times):
            self.status["lastSuccessfulTime"] = max(times)
        for reference in list(self.active):
            job = by_uid.get(reference["uid"])
            if job is None:
                self.active.remove(reference)
                out.append(Record(Note(self.owner, "MissingJob", f"Active job went missing: {reference['name']}")))
                continue
            word = finished(job)
            if word:
                self.active.remove(reference)
                out.append(Record(Note(self.owner, "SawCompletedJob", f"Saw completed job: {reference['name']}, condition: {word}")))
        return out

    def _history(self) -> list[Intent]:
        out: list[Intent] = []
        for word, limit in (("Complete", self.spec.get("successfulJobsHistoryLimit", 3)), ("Failed", self.spec.get("failedJobsHistoryLimit", 1))):
            ended = sorted((job for job in self.jobs if finished(job) == word and not is_terminating(job)), key=lambda job: (job["status"].get("startTime", ""), job["metadata"]["name"]))
            out += [Delete(JOBS, job, self.because("forgot", "job", job["metadata"]["name"]), Note(self.owner, "SuccessfulDelete", f"Deleted job {job['metadata']['name']}")) for job in ended[: max(len(ended) - limit, 0)]]
        return out

    def _due(self, schedule: Schedule) -> tuple[datetime | None, int]:
        """Return the latest start that is due and not made yet, and how many were missed before it."""
        now = _moment(self.view.now_ms)
        since = _moment(Clock.since_epoch_ms(self.status.get("lastScheduleTime") or self.owner["metadata"]["creationTimestamp"]))
        deadline_s = self.spec.get("startingDeadlineSeconds")
        if deadline_s is not None:
            since = max(since, _moment(self.view.now_ms - deadline_s * 1000))
        latest, count = None, 0
        moment = schedule.after(since, self._zone())
        while moment is not None and moment <= now and count < 100_000:
            latest, count = moment, count + 1
            moment = schedule.after(moment, self._zone())
        return latest, count

    def _start(self, schedule: Schedule) -> list[Intent]:
        due, missed = self._due(schedule)
        if due is None:
            return []
        out: list[Intent] = []
        if missed > MISSED_MAX:
            out.append(Record(Note(self.owner, "TooManyMissedTimes", "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew", "Warning")))
        deadline_s = self.spec.get("startingDeadlineSeconds")
        if deadline_s is not None and _ms(due) + deadline_s * 1000 < self.view.now_ms:
            return [*out, Record(Note(self.owner, "MissSchedule", f"Missed scheduled time to start a job: {due.strftime('%a, %d %b %Y %H:%M:%S +0000')}", "Warning"))]
        policy = self.spec.get("concurrencyPolicy")
        if policy == "Forbid" and self.active:
            return [*out, Record(Note(self.owner, "JobAlreadyActive", "Not starting job because prior execution is running and concurrency policy is Forbid"))]
        if policy == "Replace":
            for reference in self.active:
                job = self.view.store.get(JOBS, self.namespace, reference["name"])
                if job is not None:
                    out.append(Delete(JOBS, job, self.because("replaced", "job", reference["name"]), Note(self.owner, "SuccessfulDelete", f"Deleted job {reference['name']}")))
            self.active = []
        name = f"{self.name}-{int(due.timestamp()) // 60}"
        stamp = due.strftime("%Y-%m-%dT%H:%M:%SZ")
        if self.view.store.get(JOBS, self.namespace, name) is None:
            out.append(self._creation(name, due))
        self.status["lastScheduleTime"] = stamp
        self.made = name
        return out

    def _creation(self, name: str, due: datetime) -> Create:
        template = self.spec["jobTemplate"]
        marks = template.get("metadata") or {}
        stamp = due.astimezone(self._zone()).isoformat(timespec="seconds").replace("+00:00", "Z")
        metadata: dict[str, Any] = {"name": name, "namespace": self.namespace, "annotations": {**(marks.get("annotations") or {}), SCHEDULED: stamp}, "ownerReferences": [owner_reference(self.owner)]}
        if marks.get("labels"):
            metadata["labels"] = marks["labels"]
        doc = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template["spec"]}
        return Create(JOBS, doc, self.because("created-job", "job", name), Note(self.owner, "SuccessfulCreate", f"Created job {name}"), Note(self.owner, "FailedCreate", "Error creating job: {error}", "Warning"))

    def _written(self) -> list[Intent]:
        """Write the status; the Job just made is added to the active ones when it is seen."""
        known = {reference["uid"] for reference in self.active}
        for job in self.jobs:
            if not finished(job) and not is_terminating(job) and job["metadata"]["uid"] not in known and _made_here(job):
                metadata = job["metadata"]
                self.active.append({"apiVersion": "batch/v1", "kind": "Job", "name": metadata["name"], "namespace": self.namespace, "resourceVersion": metadata["resourceVersion"], "uid": metadata["uid"]})
        if self.active:
            self.status["active"] = self.active
        else:
            self.status.pop("active", None)
        if self.status == self.owner.get("status", {}):
            return []
        return [UpdateStatus(RESOURCE, self.owner, self.status, self.because("noted", "active", str(len(self.active))))]


def _made_here(job: Doc) -> bool:
    """Say whether the controller made a Job, rather than somebody with `kubectl create job --from`."""
    return SCHEDULED in (job["metadata"].get("annotations") or {})


def _moment(at_ms: int) -> datetime:
    return Clock(at_ms).moment()


def _ms(moment: datetime) -> int:
    return Clock.since_epoch_ms(moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
