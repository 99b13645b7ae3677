"""Probes: run them when they are due, and act on what they say. Models pkg/kubelet/prober (1.36)."""

from learnk8s.simulation.kubernetes.kubelet import probes
from learnk8s.simulation.kubernetes.kubelet.images.program import Program
from learnk8s.simulation.kubernetes.kubelet.parts import KubeletParts
from learnk8s.simulation.kubernetes.kubelet.processes import run_in
from learnk8s.simulation.kubernetes.kubelet.runtime import ContainerRecord, PodRecord
from learnk8s.simulation.kubernetes.objects.document import Doc


class Probing(KubeletParts):
    """The probes of all containers."""

    def _plan_probes(self, record: PodRecord, entry: ContainerRecord, spec: Doc, cause: int) -> None:
        for kind in probes.KINDS:
            if kind in spec and (entry.started or kind == "startupProbe"):
                entry.probes = {**entry.probes, kind: [0, 0, 0]}
                self._plan_probe(record, entry, spec[kind], kind, self._now - 1, cause)

    def _probe(self, uid: str, name: str, generation: int, kind: str, cause: int) -> None:
        stage = self._stage(uid, name, generation)
        if stage is None or stage[3].state != "running":
            return
        record, pod, _node, entry = stage
        spec = self.spec_of(pod, name)
        probe, program = spec[kind], self.program_of(record, entry)
        age_ms = self._now - entry.started_ms
        if kind not in entry.probes or entry.probes[kind][2] != self._now:
            return
        found = probes.outcome(probe, spec, program, self.facts(record, entry), age_ms, lambda command: run_in(self, pod, record, entry, command))
        counts = entry.probes[kind]
        counts[0], counts[1] = (counts[0] + 1, 0) if found.succeeded else (0, counts[1] + 1)
        if not found.succeeded:
            self._machinery.causes.current = cause
            self._event(pod, record, "Warning", "Unhealthy", f"{probes.WORDS[kind]} probe failed: {found.message}", name)
        if self._judge(pod, record, entry, spec, kind, cause):
            return
        self._plan_next_probe(record, entry, probe, kind, program, found.succeeded, cause)

    def _judge(self, pod: Doc, record: PodRecord, entry: ContainerRecord, spec: Doc, kind: str, cause: int) -> bool:
        """Act on what the probe's counts say now; return True if the probe is over."""
        probe, (good, bad, _due_ms) = spec[kind], entry.probes[kind]
        if bad >= probe.get("failureThreshold", 3):
            if kind == "readinessProbe":
                self._set_ready(pod, record, entry, ready=False, kind=kind, cause=cause)
                return False
            reason = f"Container {entry.name} failed {probes.WORDS[kind].lower()} probe, will be restarted"
            self._because("kubelet.liveness-killed", record, cause, "container", entry.name)
            self._kill(pod, record, entry, reason, grace_s=probe.get("terminationGracePeriodSeconds"))
            return True
        if good >= probe.get("successThreshold", 1):
            if kind == "readinessProbe":
                self._set_ready(pod, record, entry, ready=True, kind=kind, cause=cause)
            elif kind == "startupProbe":
                entry.started = True
                entry.ready = "readinessProbe" not in spec
                self._because("kubelet.probed", record, cause, "container", entry.name, "probe", "startup", "answer", "ok")
                self._write(pod, record)
                self._plan_probes_after_start(record, entry, spec, cause)
                if entry.sidecar:
                    self._begin_following(record, entry, cause)
                return True
        return False

    def _plan_probes_after_start(self, record: PodRecord, entry: ContainerRecord, spec: Doc, cause: int) -> None:
        for kind in ("livenessProbe", "readinessProbe"):
            if kind in spec:
                entry.probes = {**entry.probes, kind: [0, 0, 0]}
                self._plan_probe(record, entry, spec[kind], kind, self._now, cause)

    def _set_ready(self, pod: Doc, record: PodRecord, entry: ContainerRecord, *, ready: bool, kind: str, cause: int) -> None:
        if entry.ready != ready:
            entry.ready = ready
            self._because("kubelet.probed", record, cause, "container", entry.name, "probe", "readiness", "answer", "ok" if ready else "failed")
            self._write(pod, record)

    def _plan_next_probe(self, record: PodRecord, entry: ContainerRecord, probe: Doc, kind: str, program: Program, succeeded: bool, cause: int) -> None:
        settled = succeeded and entry.probes[kind][0] >= probe.get("successThreshold", 1)
        after_ms = self._now
        if settled:
            change_ms = program.changes_after_ms(self._now - entry.started_ms)
            if change_ms is None:
                return
            after_ms = max(entry.started_ms + change_ms - 1, self._now)
        self._plan_probe(record, entry, probe, kind, after_ms, cause)

    def _plan_probe(self, record: PodRecord, entry: ContainerRecord, probe: Doc, kind: str, after_ms: int, cause: int) -> None:
        due_ms = max(probes.next_tick_ms(probe, entry.started_ms, after_ms), self._now + 1)
        entry.probes[kind][2] = due_ms
        self._plan_at(due_ms, "probe", record.uid, entry.name, entry.generation, kind, cause)
    def stirred(self, record: PodRecord) -> None:
        """Have all settled probes of a pod run again: something that they may look at was changed from outside."""
        pod = self.store.get("pods", record.namespace, record.name)
        if pod is None:
            return
        for entry in record.all:
            for kind, counts in entry.probes.items() if entry.state == "running" else ():
                spec = self.spec_of(pod, entry.name)
                if kind in spec and (entry.started or kind == "startupProbe") and (counts[2] <= self._now or counts[2] > self._now + 1000 * int(spec[kind].get("periodSeconds", 10))):
                    self._plan_probe(record, entry, spec[kind], kind, self._now, self._machinery.causes.current)
