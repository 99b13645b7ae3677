"""How containers and pods end: by themselves, by a kill, by deletion, by the kubelet's own decision; and how they are started again.

Models pkg/kubelet/kuberuntime/kuberuntime_container.go: killContainer, and MakeBackOffContainer (1.36).
"""

from learnk8s.simulation.kubernetes.kubelet.contents import Contents
from learnk8s.simulation.kubernetes.kubelet.hooks import Handled, Hooks
from learnk8s.simulation.kubernetes.kubelet.images.program import Program, printed
from learnk8s.simulation.kubernetes.kubelet.images.script import Scripted
from learnk8s.simulation.kubernetes.kubelet.parts import container_log, go_duration
from learnk8s.simulation.kubernetes.kubelet.restarting import is_restarted
from learnk8s.simulation.kubernetes.kubelet.runtime import ContainerRecord, Ending, PodRecord
from learnk8s.simulation.kubernetes.objects.document import Doc

RESTART_MS = 1_000
BACKOFF_FIRST_MS, BACKOFF_MAX_MS = 10_000, 300_000
"""facts/numbers.yaml: crashloop."""
BACKOFF_RESET_MS = 600_000
"""A container that ran for ten minutes starts with the shortest back-off again."""
KILL_EXTRA_MS = 2_000
"""facts/numbers.yaml: termination-extra."""
MESSAGE_BYTES_MAX, FALLBACK_BYTES_MAX, FALLBACK_LINES = 4_096, 2_048, 80


class Stopping(Hooks):
    """Ends and new beginnings."""

    # A process ends by itself

    def _ended(self, uid: str, name: str, generation: int, code: int, reason: str, cause: int) -> None:
        stage = self._stage(uid, name, generation)
        if stage is None or stage[3].state != "running":
            return
        record, pod, _node, entry = stage
        program = self.program_of(record, entry)
        if isinstance(program, Scripted) and program.plan.reads and reason in ("Error", "Completed"):
            found = program.trace(self._now - entry.started_ms + 1).ended
            code = found[1] if found else code
            reason = "Error" if code else "Completed"
        self._note_end(pod, record, entry, code, reason)
        self._because("kubelet.exited", record, cause, "container", name, "code", str(code))
        self._after_end(pod, record, entry)

    def _after_end(self, pod: Doc, record: PodRecord, entry: ContainerRecord) -> None:
        """Go on after a container's end: start it again, or begin what waited for it."""
        after = self._machinery.causes.current
        pod = self._write(pod, record)
        if record.failure[0] or entry in record.extras:
            return
        if not self._is_over(pod, record, entry):
            self._plan_restart(record, entry, after)
        elif entry in record.inits and entry.ending is not None and entry.ending.exit_code == 0:
            self._begin_following(record, entry, after)
        elif pod["status"]["phase"] in ("Succeeded", "Failed"):
            self._stop_sidecars(pod, record, after)

    @staticmethod
    def _is_over(pod: Doc, record: PodRecord, entry: ContainerRecord) -> bool:
        """Say whether a container that ended stays ended."""
        if entry.sidecar:
            return pod.get("status", {}).get("phase") in ("Succeeded", "Failed")
        if entry in record.extras:
            return True
        code = entry.ending.exit_code if entry.ending else 1
        return not is_restarted(Stopping.spec_of(pod, entry.name), pod["spec"].get("restartPolicy", "Always"), code, is_init=entry in record.inits)

    def _stop_sidecars(self, pod: Doc, record: PodRecord, cause: int) -> None:
        for entry in record.inits:
            if entry.sidecar and entry.state == "running":
                self._machinery.causes.current = cause
                self._kill(pod, record, entry, f"Stopping container {entry.name}")

    def _note_end(self, pod: Doc, record: PodRecord, entry: ContainerRecord, code: int, reason: str, message: str = "") -> None:
        self._forget_end(entry)
        program = self.program_of(record, entry)
        age_ms = self._now - entry.started_ms
        entry.last_log = container_log(record, entry, program.log_until(age_ms, 100), self._machinery.clock)
        entry.ending = Ending(code, reason, entry.started_ms, self._now, message or self._last_words(pod, record, entry, program, code))
        if isinstance(program, Scripted):
            Contents(self, pod, record, entry).keep_all(program.files_at(age_ms), program.trace(age_ms).marks, entry.started_ms)
        entry.state, entry.ready, entry.started = "terminated", False, False
        entry.files = entry.marks = entry.answers = entry.notes = entry.turns = None
        if entry.calls:
            entry.calls = False
            self.calls(f"{record.uid}/{entry.name}", record.namespace, "", 0)
        entry.generation += 1
        if entry in record.inits:
            entry.ready = code == 0

    def _last_words(self, pod: Doc, record: PodRecord, entry: ContainerRecord, program: Program, code: int) -> str:
        """Return what the container wrote to its termination log, or the end of its log where the policy says so."""
        if self.bare:
            return ""
        spec = self.spec_of(pod, entry.name)
        if isinstance(program, Scripted) or entry.files:
            text = Contents(self, pod, record, entry).read(spec.get("terminationMessagePath", "/dev/termination-log"), self._now)
            if text:
                return text[-MESSAGE_BYTES_MAX:]
        if code and spec.get("terminationMessagePolicy") == "FallbackToLogsOnError":
            return printed(line for _at, line in (entry.last_log or [])[-FALLBACK_LINES:])[-FALLBACK_BYTES_MAX:]
        return ""

    def _begin_following(self, record: PodRecord, entry: ContainerRecord, cause: int) -> None:
        """Begin what an init container or sidecar held up: the next of its kind, or after the last one all containers."""
        place = record.inits.index(entry)
        for following in record.inits[place + 1 : place + 2] or record.containers:
            if following.generation == 0 and following.state == "waiting":
                self._pull(record.uid, following.name, following.generation, cause)

    # Starting again

    def _plan_restart(self, record: PodRecord, entry: ContainerRecord, cause: int) -> None:
        """Models MakeBackOffContainer: the first restart is at once, then 10 s, doubling; ten minutes of running reset it."""
        ran_ms = entry.ending.finished_ms - entry.ending.started_ms if entry.ending else 0
        if ran_ms >= BACKOFF_RESET_MS:
            entry.backoff_ms = 0
        delay_ms = entry.backoff_ms
        entry.backoff_ms = min(entry.backoff_ms * 2, BACKOFF_MAX_MS) if entry.backoff_ms else BACKOFF_FIRST_MS
        self._plan(RESTART_MS, "restart", record.uid, entry.name, entry.generation, cause, f"backoff {delay_ms}" if delay_ms else "now")

    def _restart(self, uid: str, name: str, generation: int, cause: int, how: str) -> None:
        stage = self._stage(uid, name, generation)
        if stage is None or stage[0].failure[0]:
            return
        record, pod, _node, entry = stage
        if how == "image":
            self._image_backoff(pod, record, entry, cause)
        elif how == "pull":
            self._pull(uid, name, generation, cause)
        elif how.startswith("backoff"):
            self._crash_backoff(pod, record, entry, int(how.split()[1]), cause)
        else:
            self._again(uid, pod, record, entry, cause)

    def _again(self, uid: str, pod: Doc, record: PodRecord, entry: ContainerRecord, cause: int) -> None:
        entry.last, entry.ending = entry.ending or entry.last, None
        entry.restarts += 1
        entry.state, entry.reason = "waiting", "ContainerCreating"
        self._pull(uid, entry.name, entry.generation, cause)

    def _crash_backoff(self, pod: Doc, record: PodRecord, entry: ContainerRecord, delay_ms: int, cause: int) -> None:
        whole_name = f"{record.name}_{record.namespace}({record.uid})"
        self._because("kubelet.backoff", record, cause, "container", entry.name, "seconds", str(delay_ms // 1000))
        after = self._machinery.causes.current
        entry.last = entry.ending or entry.last
        entry.state, entry.reason = "waiting", "CrashLoopBackOff"
        entry.message = f"back-off {go_duration(delay_ms)} restarting failed container={entry.name} pod={whole_name}"
        self._event(pod, record, "Warning", "BackOff", f"Back-off restarting failed container {entry.name} in pod {whole_name}", entry.name)
        self._write(pod, record)
        self._plan(delay_ms - RESTART_MS, "restart", record.uid, entry.name, entry.generation, after, "now")

    # A container is killed

    def _redefined(self, uid: str, cause: int) -> None:
        """Models computePodActions: a container whose image was changed is killed and started anew."""
        found = self._found(uid)
        if found is None or found[0].stopping:
            return
        record, pod, _node = found
        for entry in record.all:
            if entry.state == "running" and entry.image != self.spec_of(pod, entry.name)["image"]:
                self._machinery.causes.current = cause
                self._kill(pod, record, entry, f"Container {entry.name} definition changed, will be restarted")

    def _kill(self, pod: Doc, record: PodRecord, entry: ContainerRecord, reason: str, *, grace_s: int | None = None) -> None:
        self._event(pod, record, "Normal", "Killing", reason, entry.name)
        grace_ms = 1000 * (int(pod["spec"].get("terminationGracePeriodSeconds", 30)) if grace_s is None else grace_s)
        takes_ms, code = self._ending_of(pod, record, entry, grace_ms)
        self._plan(max(takes_ms, 1), "ended", record.uid, entry.name, entry.generation, code, "Error" if code else "Completed", self._machinery.causes.current)

    def _ending_of(self, pod: Doc, record: PodRecord, entry: ContainerRecord, grace_ms: int, *, tell: bool = True) -> tuple[int, int]:
        """Return how long a container takes to stop within a grace period, and its exit code; its preStop hook is run first and counts."""
        hooked = self._before_stop(pod, record, entry, grace_ms) if tell and grace_ms else Handled(0)
        program = self.program_of(record, entry)
        left_ms = max(grace_ms - hooked.took_ms, KILL_EXTRA_MS) if grace_ms else 1
        willing = program.stops_after_ms is not None and program.stops_after_ms <= left_ms
        hooked_ms = min(hooked.took_ms, grace_ms)
        return (hooked_ms + (program.stops_after_ms or 0), program.stop_code) if willing else (hooked_ms + left_ms, 137)

    # A pod goes

    def _stopped(self, uid: str, cause: int, is_over: bool) -> None:
        """Go on with a pod that was deleted. One that never started has failed in the end, so that whoever counts it can. Models SyncTerminatedPod and generateAPIPodStatus."""
        found = self._found(uid)
        if found is None:
            return
        record, pod, _node = found
        grace_ms = int(pod["metadata"].get("deletionGracePeriodSeconds") or 0) * 1000
        if not is_over:
            self._because("kubelet.stopping", record, cause)
            after = self._machinery.causes.current
            takes_ms = self._stop_all(pod, record, grace_ms)
            self._plan(takes_ms, "stopped", uid, after, True)
            return
        self._because("kubelet.removed", record, cause)
        self._end_all(pod, record, grace_ms)
        if grace_ms:
            written = self._write(pod, record)
            if written["status"]["phase"] not in ("Succeeded", "Failed"):
                self._machinery.api.update_status("pods", written, {**written["status"], "phase": "Failed"})
        self._machinery.api.delete("pods", record.namespace, record.name, grace_s=0, uid=uid)

    def _stop_all(self, pod: Doc, record: PodRecord, grace_ms: int) -> int:
        """Ask all containers to stop and return how long it takes: sidecars are asked when the containers have ended. Models kuberuntime/termination_order.go."""
        takes_ms = 1
        for entry in [*record.containers, *record.extras]:
            if entry.state == "running":
                self._event(pod, record, "Normal", "Killing", f"Stopping container {entry.name}", entry.name)
                takes_ms = max(takes_ms, self._ending_of(pod, record, entry, grace_ms)[0])
        for entry in reversed(record.inits):
            if entry.state == "running":
                self._event(pod, record, "Normal", "Killing", f"Stopping container {entry.name}", entry.name)
                takes_ms = min(takes_ms + self._ending_of(pod, record, entry, grace_ms)[0], max(grace_ms, KILL_EXTRA_MS) + KILL_EXTRA_MS)
        return takes_ms

    def _end_all(self, pod: Doc, record: PodRecord, grace_ms: int) -> None:
        for entry in record.all:
            if entry.state == "running":
                code = self._ending_of(pod, record, entry, max(grace_ms, KILL_EXTRA_MS), tell=False)[1]
                self._note_end(pod, record, entry, code, "Error" if code else "Completed")

    # The kubelet gives a pod up

    def _deadline(self, uid: str, cause: int) -> None:
        """Models pkg/kubelet/active_deadline.go."""
        found = self._found(uid)
        if found is None or found[0].stopping or found[0].failure[0]:
            return
        record, pod, _node = found
        deadline_s = pod["spec"].get("activeDeadlineSeconds")
        if pod.get("status", {}).get("phase") in ("Succeeded", "Failed") or deadline_s is None or self._now < record.began_ms + int(deadline_s) * 1000:
            return
        self._event(pod, record, "Normal", "DeadlineExceeded", "Pod was active on the node longer than the specified deadline")
        self._because("kubelet.deadline", record, cause, "seconds", str(pod["spec"].get("activeDeadlineSeconds", 0)))
        self._fail(pod, record, "DeadlineExceeded", "Pod was active on the node longer than the specified deadline", grace_ms=int(pod["spec"].get("terminationGracePeriodSeconds", 30)) * 1000)

    def _fail(self, pod: Doc, record: PodRecord, reason: str, message: str, *, grace_ms: int) -> None:
        """Stop all of a pod's containers and leave it as Failed."""
        cause = self._machinery.causes.current
        record.failure = (reason, message)
        takes_ms = self._stop_all(pod, record, grace_ms) if grace_ms else 1
        self._plan(takes_ms, "failed", record.uid, cause)

    def _failed(self, uid: str, cause: int) -> None:
        found = self._found(uid)
        if found is None:
            return
        record, pod, _node = found
        self._machinery.causes.current = cause
        self._end_all(pod, record, 0 if record.failure[0] == "Evicted" else 1)
        for entry in record.all:
            entry.generation += 1
            entry.ready = entry.started = False
        self._write(pod, record)
