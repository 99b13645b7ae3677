"""The kubelets of all nodes: from a bound pod to running processes, and back.

Theory. A pod goes through stages, each a task on the agenda: accept -> sandbox -> pull -> start -> (probes) -> ready; a process that ends goes to restart or
back-off; a deleted pod goes to stop -> removed. A task carries the container's generation, which changes whenever the container is started or ended,
so a task that comes too late finds another generation and does nothing. A node that crashed or is cut off plans nothing new; what it missed is made up
for when it answers again. Models pkg/kubelet (1.36): pod_workers, kuberuntime, images, prober, status.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from sys import intern
from typing import Any

from learnk8s.simulation.kernel.quantities import whole
from learnk8s.simulation.kubernetes.control.machinery import Machinery
from learnk8s.simulation.kubernetes.kubelet import environment, fake, probes
from learnk8s.simulation.kubernetes.kubelet.images.program import Facts, Program
from learnk8s.simulation.kubernetes.kubelet.machine import address, conditions
from learnk8s.simulation.kubernetes.kubelet.registry import Registry
from learnk8s.simulation.kubernetes.kubelet.runtime import ContainerRecord, Ending, NONE, NodeRecord, PodRecord
from learnk8s.simulation.kubernetes.kubelet.status import pod_status
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Change

ACCEPT_MS = 10
SANDBOX_MS = (250, 700)
"""From an accepted pod to its network address: a second or less on a quiet node."""
START_MS = (80, 200)
"""From a present image to a running process: facts/numbers.yaml, lab-suggestion-boot."""
PULL_BYTES_PER_MS = 50_000
PULL_BASE_MS = 400
RESTART_MS = 1_000
BACKOFF_FIRST_MS, BACKOFF_MAX_MS = 10_000, 300_000
"""facts/numbers.yaml: crashloop, image-backoff."""
BACKOFF_RESET_MS = 600_000
"""A container that ran for ten minutes starts with the shortest back-off again."""
ADDRESSES_PER_NODE = 253
"""A node's range of pod addresses is a /24 without network, bridge and broadcast address."""
KILL_EXTRA_MS = 2_000
"""facts/numbers.yaml: termination-extra."""
FOREVER_MS = 2**39
"""A program that sleeps longer than any world lives has no end."""
HEARTBEAT_MS = 10_000
"""facts/numbers.yaml: node-lease, renew."""
NO_COUNTS: dict[str, list[int]] = {}
"""Shared by all containers without probes; never changed in place."""
LEASES = "leases.coordination.k8s.io"


def _gate_words(pod: Doc) -> list[tuple[str, str]]:
    gates = {gate["conditionType"] for gate in pod["spec"].get("readinessGates") or ()}
    return sorted((entry["type"], entry["status"]) for entry in pod.get("status", {}).get("conditions", ()) if entry["type"] in gates)


class Kubelets:
    """All nodes' agents."""

    name = "kubelet"

    def __init__(self, machinery: Machinery, registry: Registry, *, bare: bool = False) -> None:
        self._machinery, self.registry, self.bare = machinery, registry, bare
        self.nodes: dict[str, NodeRecord] = {}
        self.pods: dict[str, PodRecord] = {}
        self._pulling: dict[str, dict[str, int]] = {}
        self._tasks: dict[str, Callable[..., None]] = {
            "accept": self._accept, "sandbox": self._sandbox, "pull": self._pull, "pulled": self._pulled, "start": self._start, "ended": self._ended, "restart": self._restart,
            "probe": self._probe, "redefined": self._redefined, "stopped": self._stopped, "node-back": self._node_back, "gates": self._gates, "made-ready": self._made_ready,
        }
        machinery.store.views[LEASES] = self._renewed
        machinery.store.views["nodes"] = self._reported

    # Noticing

    def changed(self, change: Change) -> None:
        """Note pods that were bound to or deleted from a node, and nodes that came or went."""
        if change.resource == "pods":
            self._pod_changed(change)
        elif change.resource == "nodes" and change.type == "ADDED":
            name = change.new["metadata"]["name"]
            self.nodes[name] = NodeRecord(name, max((node.number for node in self.nodes.values()), default=-1) + 1)
        elif change.resource == "nodes" and change.type == "DELETED":
            self.nodes.pop(change.new["metadata"]["name"], None)

    def _pod_changed(self, change: Change) -> None:
        pod = change.new
        uid = pod["metadata"]["uid"]
        if change.type == "DELETED":
            gone = self.pods.pop(uid, None)
            for entry in gone.all if gone else ():
                self._forget_end(entry)
            return
        node = self.nodes.get(pod["spec"].get("nodeName", ""))
        if node is None:
            return
        record = self.pods.get(uid)
        if record is None:
            metadata = pod["metadata"]
            self.pods[uid] = PodRecord(metadata["namespace"], metadata["name"], uid, node.name, self._now)
            if node.answers:
                self._plan(1 if self.bare else ACCEPT_MS, "accept", uid, change.cause)
        elif "deletionTimestamp" in pod["metadata"]:
            if not record.stopping and node.answers:
                record.stopping = True
                self._plan(1, "stopped", uid, change.cause, False)
        elif pod["spec"].get("readinessGates") and change.old is not None and _gate_words(change.old) != _gate_words(pod):
            self._plan(1, "gates", uid)
        elif change.old is not None and change.old["spec"] is not pod["spec"] and any(entry.image != self._spec(pod, entry.name)["image"] for entry in record.all if entry.state == "running"):
            self._plan(1, "redefined", uid, change.cause)

    @property
    def _now(self) -> int:
        return self._machinery.clock.now_ms

    def _plan(self, delay_ms: int, task: str, *arguments: Any) -> None:
        self._machinery.agenda.at(self._now + delay_ms, self.name, task, *arguments)

    def run(self, task: str, arguments: tuple[Any, ...]) -> None:
        """Do one stage of one pod."""
        self._tasks[task](*arguments)

    def _found(self, uid: str) -> tuple[PodRecord, Doc, NodeRecord] | None:
        record = self.pods.get(uid)
        node = self.nodes.get(record.node) if record else None
        if record is None or node is None or not node.answers:
            return None
        pod = self._machinery.store.get("pods", record.namespace, record.name)
        return (record, pod, node) if pod is not None and pod["metadata"]["uid"] == uid else None

    def _because(self, key: str, record: PodRecord, cause: int, *words: str) -> int:
        return self._machinery.causes.add(self._now, "kubelet", key, "ref", intern(f"Pod/{record.namespace}/{record.name}"), "node", record.node, *words, parent=cause)

    def _write(self, pod: Doc, record: PodRecord) -> Doc:
        current = self._machinery.store.get("pods", record.namespace, record.name) or pod
        return self._machinery.api.update_status("pods", current, pod_status(current, record, self._machinery.clock, address(self.nodes[record.node].number), dual=self._is_dual(record.node)))

    def _is_dual(self, node: str) -> bool:
        found = self._machinery.store.get("nodes", "", node)
        return found is not None and len(found["spec"].get("podCIDRs") or ()) > 1

    def _event(self, pod: Doc, record: PodRecord, type_: str, reason: str, message: str, container: str = "") -> None:
        path = "" if not container else _field_path(container, is_init=any(entry.name == container for entry in record.inits))
        self._machinery.api.record(pod, type_, reason, message, component="kubelet", host=record.node, field_path=path)

    # Setting up

    def _accept(self, uid: str, cause: int) -> None:
        found = self._found(uid)
        if found is None or found[0].stopping or found[0].containers:
            return
        record, pod, _node = found
        reason = "PodInitializing" if pod["spec"].get("initContainers") else "ContainerCreating"
        record.containers = [*map(lambda item: ContainerRecord(item["name"], reason=reason), pod["spec"]["containers"])]
        record.inits = [ContainerRecord(item["name"], reason="PodInitializing", sidecar=item.get("restartPolicy") == "Always") for item in pod["spec"].get("initContainers") or ()] or NONE
        self._because("kubelet.accepted", record, cause)
        self._write(pod, record)
        if self.bare:
            self._plan(max(fake.start_delay_ms(pod), 1), "sandbox", uid, cause)
            return
        missing = environment.missing_volume(pod, self._machinery.store)
        if missing:
            self._event(pod, record, "Warning", "FailedMount", missing)
            self._plan(5_000, "sandbox", uid, cause)
            return
        self._plan(self._machinery.dice.between(*SANDBOX_MS, "sandbox", uid), "sandbox", uid, cause)

    def _sandbox(self, uid: str, cause: int) -> None:
        found = self._found(uid)
        if found is None or found[0].stopping:
            return
        record, pod, node = found
        missing = "" if self.bare else environment.missing_volume(pod, self._machinery.store)
        if missing:
            self._event(pod, record, "Warning", "FailedMount", missing)
            self._plan(10_000, "sandbox", uid, cause)
            return
        if not record.ip:
            record.ip = self._free_address(node)
        for entry in record.inits[:1] or record.containers:
            self._pull(uid, entry.name, entry.generation, cause)

    def _free_address(self, node: NodeRecord) -> str:
        """Return the next address of the node's range that no pod has; the range is gone through in a circle."""
        taken = {record.ip for record in self.pods.values() if record.node == node.name} if node.went_round else set()
        for _ in range(ADDRESSES_PER_NODE):
            address = f"10.244.{node.number}.{node.next_ip}"
            node.next_ip += 1
            if node.next_ip > ADDRESSES_PER_NODE + 1:
                node.next_ip, node.went_round = 2, True
            if address not in taken:
                break
        return address

    def _spec(self, pod: Doc, name: str) -> Doc:
        return next(item for item in [*pod["spec"]["containers"], *(pod["spec"].get("initContainers") or ())] if item["name"] == name)

    def _stage(self, uid: str, name: str, generation: int) -> tuple[PodRecord, Doc, NodeRecord, ContainerRecord] | None:
        found = self._found(uid)
        if found is None or found[0].stopping:
            return None
        entry = found[0].find(name)
        return (*found, entry) if entry is not None and entry.generation == generation else None

    def _pull(self, uid: str, name: str, generation: int, cause: int) -> None:
        stage = self._stage(uid, name, generation)
        if stage is None:
            return
        record, pod, node, entry = stage
        spec = self._spec(pod, name)
        image, policy = spec["image"], spec.get("imagePullPolicy", "IfNotPresent")
        if self.bare:
            self._pull_fake(pod, record, entry, image, cause)
            return
        if not self.registry.is_valid(image):
            self._hold(pod, record, entry, "InvalidImageName", f'Failed to apply default image tag "{image}": couldn\'t parse image name "{image}": invalid reference format', cause, image)
            self._event(pod, record, "Warning", "InspectFailed", f'Failed to apply default image tag "{image}": couldn\'t parse image name "{image}": invalid reference format', name)
            return
        if image in node.images and (policy != "Always" or self.registry.broken is False):
            if policy == "Always":
                self._event(pod, record, "Normal", "Pulling", f'Pulling image "{image}"', name)
                self._plan(PULL_BASE_MS, "pulled", uid, name, generation, PULL_BASE_MS, PULL_BASE_MS, cause)
                return
            self._event(pod, record, "Normal", "Pulled", f'Container image "{image}" already present on machine and can be accessed by the pod', name)
            self._plan(self._machinery.dice.between(*START_MS, "start", uid, name), "start", uid, name, generation, cause)
            return
        if policy == "Never":
            self._event(pod, record, "Warning", "ErrImageNeverPull", f'Container image "{image}" is not present with pull policy of Never', name)
            self._hold(pod, record, entry, "ErrImageNeverPull", f'Container image "{image}" is not present with pull policy of Never', cause, image)
            return
        self._event(pod, record, "Normal", "Pulling", f'Pulling image "{image}"', name)
        waits_ms = max(node.pull_free_ms - self._now, 0)
        found = self.registry.find(image)
        takes_ms = PULL_BASE_MS + (found.size_bytes // PULL_BYTES_PER_MS if found is not None else 0) + self._machinery.dice.between(0, 300, "pull", uid, name)
        if image in node.images or self._being_pulled(node, image):
            takes_ms = PULL_BASE_MS
        if found is not None:
            node.pull_free_ms = self._now + waits_ms + takes_ms
            self._pulling.setdefault(node.name, {})[image] = node.pull_free_ms
        self._plan(waits_ms + takes_ms, "pulled", uid, name, generation, takes_ms, waits_ms + takes_ms, cause)

    def _pull_fake(self, pod: Doc, record: PodRecord, entry: ContainerRecord, image: str, cause: int) -> None:
        refusal = fake.pull_refusal(pod, image)
        if not refusal:
            self._start(record.uid, entry.name, entry.generation, cause)
            return
        self._hold(pod, record, entry, "ErrImagePull", refusal, cause, image)
        entry.pull_backoff_ms = min(entry.pull_backoff_ms * 2, BACKOFF_MAX_MS) if entry.pull_backoff_ms else BACKOFF_FIRST_MS
        self._plan(fake.PULL_BACKOFF_MS, "restart", record.uid, entry.name, entry.generation, cause, "image")

    def _being_pulled(self, node: NodeRecord, image: str) -> bool:
        return self._pulling.get(node.name, {}).get(image, -1) >= self._now

    def _pulled(self, uid: str, name: str, generation: int, took_ms: int, with_wait_ms: int, cause: int) -> None:
        stage = self._stage(uid, name, generation)
        if stage is None:
            return
        record, pod, node, entry = stage
        image = self._spec(pod, name)["image"]
        refusal = self.registry.refusal(image)
        if refusal is not None:
            self._pull_failed(pod, record, entry, image, refusal, cause)
            return
        entry.pull_backoff_ms = 0
        node.images[image] = None
        self._pulling.get(node.name, {}).pop(image, None)
        size = self.registry.find(image)
        self._event(pod, record, "Normal", "Pulled", f'Successfully pulled image "{image}" in {_seconds(took_ms)} ({_seconds(with_wait_ms)} including waiting). Image size: {size.size_bytes if size else 0} bytes.', name)
        self._plan(self._machinery.dice.between(*START_MS, "start", uid, name), "start", uid, name, generation, cause)

    def _pull_failed(self, pod: Doc, record: PodRecord, entry: ContainerRecord, image: str, refusal: str, cause: int) -> None:
        self._event(pod, record, "Warning", "Failed", f'Failed to pull image "{image}": {refusal}', entry.name)
        self._event(pod, record, "Warning", "Failed", "Error: ErrImagePull", entry.name)
        self._hold(pod, record, entry, "ErrImagePull", refusal, cause, image)
        entry.pull_backoff_ms = min(entry.pull_backoff_ms * 2, BACKOFF_MAX_MS) if entry.pull_backoff_ms else BACKOFF_FIRST_MS
        self._plan(min(entry.pull_backoff_ms, 13_000) if entry.pull_backoff_ms > BACKOFF_FIRST_MS else 1_500, "restart", record.uid, entry.name, entry.generation, cause, "image")

    def _hold(self, pod: Doc, record: PodRecord, entry: ContainerRecord, reason: str, message: str, cause: int, image: str) -> None:
        entry.state, entry.reason, entry.message = "waiting", reason, message
        self._because("kubelet.pull-failed", record, cause, "image", image)
        self._write(pod, record)

    def _start(self, uid: str, name: str, generation: int, cause: int) -> None:
        stage = self._stage(uid, name, generation)
        if stage is None:
            return
        record, pod, _node, entry = stage
        spec = self._spec(pod, name)
        missing = "" if self.bare else environment.missing_reference(spec, record.namespace, self._machinery.store)
        if missing:
            self._because("kubelet.config-missing", record, cause, "what", missing)
            self._event(pod, record, "Warning", "Failed", f"Error: {missing}", name)
            entry.state, entry.reason, entry.message = "waiting", "CreateContainerConfigError", missing
            self._write(pod, record)
            self._plan(10_000, "start", uid, name, generation, cause)
            return
        entry.generation += 1
        entry.state, entry.started_ms, entry.reason, entry.message, entry.kill_reason = "running", self._now, "", "", ""
        self._choose_program(pod, record, entry, spec)
        program = self.program_of(entry)
        self._event(pod, record, "Normal", "Created", "Container created", name)
        self._event(pod, record, "Normal", "Started", "Container started", name)
        is_init = entry in record.inits and not entry.sidecar
        entry.probes = NO_COUNTS
        entry.started = "startupProbe" not in spec and not is_init
        entry.ready = not is_init and entry.started and "readinessProbe" not in spec
        if self.bare:
            self._be_ready_later(pod, record, entry, spec, is_init=is_init)
        self._because("kubelet.started", record, cause, "container", name)
        self._write(pod, record)
        self._plan_end(record, entry, spec, program, cause)
        if not is_init and not self.bare:
            self._plan_probes(record, entry, spec, cause)
        if entry.sidecar and entry.started:
            self._begin_following(record, entry, cause)

    def _be_ready_later(self, pod: Doc, record: PodRecord, entry: ContainerRecord, spec: Doc, *, is_init: bool) -> None:
        delay_ms = fake.ready_delay_ms(pod, spec)
        entry.started, entry.ready = not is_init, not is_init and delay_ms == 0
        if delay_ms and not is_init:
            self._plan(delay_ms, "made-ready", record.uid, entry.name, entry.generation)

    def _made_ready(self, uid: str, name: str, generation: int) -> None:
        stage = self._stage(uid, name, generation)
        if stage is not None and stage[3].state == "running":
            stage[3].ready = True
            pod = self._write(stage[1], stage[0])
            self._machinery.api.update_status("pods", pod, {**pod["status"], "conditions": [fake.made_ready(entry) for entry in pod["status"]["conditions"]]})

    def _gates(self, uid: str) -> None:
        """Write the status anew: somebody set a condition that is one of the pod's readiness gates."""
        found = self._found(uid)
        if found is not None and found[0].containers:
            self._write(found[1], found[0])

    def _plan_end(self, record: PodRecord, entry: ContainerRecord, spec: Doc, program: Program, cause: int) -> None:
        limit = ((spec.get("resources") or {}).get("limits") or {}).get("memory")
        full_ms = program.out_of_memory_ms(whole(limit)) if limit else None
        if full_ms is not None and (program.ends_after_ms is None or full_ms <= program.ends_after_ms):
            after_ms, code, reason = max(full_ms, 50), 137, "OOMKilled"
        elif program.ends_after_ms is not None and program.ends_after_ms < FOREVER_MS:
            after_ms, code = max(program.ends_after_ms, 1), program.exit_code
            reason = "Error" if code else "Completed"
        else:
            return
        due_ms = max(entry.started_ms + after_ms, self._now + 1)
        entry.planned_end = (self._machinery.agenda.at(due_ms, self.name, "ended", record.uid, entry.name, entry.generation, code, reason, cause), due_ms)

    def _forget_end(self, entry: ContainerRecord) -> None:
        """Take the planned end of a process back, so that nothing is due for what is no more."""
        ticket, due_ms = entry.planned_end
        if ticket and due_ms > self._now:
            self._machinery.agenda.cancel(ticket)
        entry.planned_end = (0, 0)

    def _choose_program(self, pod: Doc, record: PodRecord, entry: ContainerRecord, spec: Doc) -> None:
        """Fix what the process is, once for its whole life: later changes of a ConfigMap or of the spec do not reach it."""
        variables = environment.variables(pod, spec, record, self._machinery.store)
        entry.image = spec["image"]
        if self.bare:
            entry.arguments, entry.variables, entry.program = fake.arguments(pod, entry.restarts, self._place(pod), is_init=entry in record.inits and not entry.sidecar), {}, None
            return
        entry.arguments = tuple(environment.filled(word, variables) for word in [*(spec.get("command") or ()), *(spec.get("args") or ())])
        entry.variables = environment.mentioned(entry.arguments, variables)
        entry.program = None

    def _place(self, pod: Doc) -> int:
        """Return how many pods of the same owner came before this one."""
        owner = next((owner["uid"] for owner in pod["metadata"].get("ownerReferences") or ()), None)
        before = [doc for resource, doc in self._machinery.store.owned_by(owner) if resource == "pods"] if owner else []
        born = sorted(before, key=lambda doc: (doc["metadata"]["creationTimestamp"], self.pods[doc["metadata"]["uid"]].began_ms if doc["metadata"]["uid"] in self.pods else 0))
        return next((index for index, doc in enumerate(born) if doc["metadata"]["uid"] == pod["metadata"]["uid"]), 0)

    def program_of(self, entry: ContainerRecord) -> Program:
        """Return what a started container runs; found again by its image after a load."""
        if entry.program is None and self.bare:
            entry.program = fake.program(entry.arguments)
        if entry.program is None:
            entry.program = self.registry.start(entry.image, list(entry.arguments), entry.variables)
        return entry.program

    # Ending and starting again

    def _ended(self, uid: str, name: str, generation: int, code: int, reason: str, cause: int) -> None:
        stage = self._stage(uid, name, generation)
        if stage is None or stage[3].state != "running":
            return
        record, pod, _node, entry = stage
        self._note_end(pod, record, entry, code, reason)
        self._because("kubelet.exited", record, cause, "container", name, "code", str(code))
        after = self._machinery.causes.current
        pod = self._write(pod, record)
        if not self._is_over(pod, record, entry):
            self._plan_restart(record, entry, after)
        elif entry in record.inits and code == 0:
            self._begin_following(record, entry, after)
        elif pod["status"]["phase"] in ("Succeeded", "Failed"):
            self._stop_sidecars(pod, record, after)

    @staticmethod
    def _is_over(pod: Doc, record: PodRecord, entry: ContainerRecord) -> bool:
        """Say whether a container that ended stays ended."""
        policy = pod["spec"].get("restartPolicy", "Always")
        failed = entry.ending is None or entry.ending.exit_code != 0
        if entry.sidecar:
            return pod.get("status", {}).get("phase") in ("Succeeded", "Failed")
        if entry in record.inits:
            return not failed or policy == "Never"
        return policy == "Never" or (policy == "OnFailure" and not failed)

    def _stop_sidecars(self, pod: Doc, record: PodRecord, cause: int) -> None:
        for entry in record.inits:
            if entry.sidecar and entry.state == "running":
                self._machinery.causes.current = cause
                self._kill(pod, record, entry, f"Stopping container {entry.name}")

    def _note_end(self, pod: Doc, record: PodRecord, entry: ContainerRecord, code: int, reason: str) -> None:
        self._forget_end(entry)
        program = self.program_of(entry)
        age_ms = self._now - entry.started_ms
        entry.last_log = [(entry.started_ms + at_ms, text) for at_ms, text in program.log_until(age_ms, 100)]
        entry.ending = Ending(code, reason, entry.started_ms, self._now)
        entry.state, entry.ready, entry.started = "terminated", False, False
        entry.generation += 1
        if entry in record.inits:
            entry.ready = code == 0

    def _begin_following(self, record: PodRecord, entry: ContainerRecord, cause: int) -> None:
        """Begin what an init container or sidecar held up: the next of its kind, or after the last one all containers."""
        place = record.inits.index(entry)
        for following in record.inits[place + 1 : place + 2] or record.containers:
            if following.generation == 0 and following.state == "waiting":
                self._pull(record.uid, following.name, following.generation, cause)

    def _plan_restart(self, record: PodRecord, entry: ContainerRecord, cause: int) -> None:
        """Models MakeBackOffContainer: the first restart is at once, then 10 s, doubling; ten minutes of running reset it."""
        ran_ms = entry.ending.finished_ms - entry.ending.started_ms if entry.ending else 0
        if ran_ms >= BACKOFF_RESET_MS:
            entry.backoff_ms = 0
        delay_ms = entry.backoff_ms
        entry.backoff_ms = min(entry.backoff_ms * 2, BACKOFF_MAX_MS) if entry.backoff_ms else BACKOFF_FIRST_MS
        if delay_ms == 0:
            self._plan(RESTART_MS, "restart", record.uid, entry.name, entry.generation, cause, "now")
            return
        self._plan(RESTART_MS, "restart", record.uid, entry.name, entry.generation, cause, f"backoff {delay_ms}")

    def _restart(self, uid: str, name: str, generation: int, cause: int, how: str) -> None:
        stage = self._stage(uid, name, generation)
        if stage is None:
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
        entry.last, entry.ending = entry.ending or entry.last, entry.ending
        entry.state, entry.reason = "waiting", "CrashLoopBackOff"
        entry.message = f"back-off {_go_duration(delay_ms)} restarting failed container={entry.name} pod={whole_name}"
        self._event(pod, record, "Warning", "BackOff", f"Back-off restarting failed container {entry.name} in pod {whole_name}", entry.name)
        self._write(pod, record)
        self._plan(delay_ms - RESTART_MS, "restart", record.uid, entry.name, entry.generation, after, "now")

    def _image_backoff(self, pod: Doc, record: PodRecord, entry: ContainerRecord, cause: int) -> None:
        image = self._spec(pod, entry.name)["image"]
        refusal = self.registry.refusal(image) or "image pull failed"
        self._event(pod, record, "Normal", "BackOff", f'Back-off pulling image "{image}"', entry.name)
        self._event(pod, record, "Warning", "Failed", "Error: ImagePullBackOff", entry.name)
        entry.state, entry.reason, entry.message = "waiting", "ImagePullBackOff", f'Back-off pulling image "{image}": ErrImagePull: {refusal}'
        self._machinery.causes.current = cause
        self._write(pod, record)
        self._plan(entry.pull_backoff_ms, "restart", record.uid, entry.name, entry.generation, cause, "pull")

    # Probes

    def _facts(self, record: PodRecord) -> Facts:
        return Facts(record.name, record.namespace, record.ip, record.node)

    def _plan_probes(self, record: PodRecord, entry: ContainerRecord, spec: Doc, cause: int) -> None:
        for kind in probes.KINDS:
            if kind in spec and (entry.started or kind == "startupProbe"):
                entry.probes = {**entry.probes, kind: [0, 0]}
                self._plan_at(probes.next_tick_ms(spec[kind], entry.started_ms, self._now - 1), "probe", record.uid, entry.name, entry.generation, kind, cause)

    def _plan_at(self, at_ms: int, task: str, *arguments: Any) -> None:
        self._machinery.agenda.at(max(at_ms, self._now + 1), self.name, task, *arguments)

    def _probe(self, uid: str, name: str, generation: int, kind: str, cause: int) -> None:
        stage = self._stage(uid, name, generation)
        if stage is None or stage[3].state != "running":
            return
        record, pod, _node, entry = stage
        spec = self._spec(pod, name)
        probe, program = spec[kind], self.program_of(entry)
        age_ms = self._now - entry.started_ms
        found = probes.outcome(probe, spec, program, self._facts(record), age_ms)
        if kind not in entry.probes:
            entry.probes = {**entry.probes, kind: [0, 0]}
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
        probe, (good, bad) = spec[kind], entry.probes[kind]
        if bad >= probe.get("failureThreshold", 3):
            if kind == "readinessProbe":
                self._set_ready(pod, record, entry, ready=False, kind=kind, cause=cause)
                return False
            reason = f"Container {entry.name} failed {probes.WORDS[kind].lower()} probe, will be restarted"
            self._because("kubelet.liveness-killed", record, cause, "container", entry.name)
            self._kill(pod, record, entry, reason)
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
                entry.probes = {**entry.probes, kind: [0, 0]}
                self._plan_at(probes.next_tick_ms(spec[kind], entry.started_ms, self._now), "probe", record.uid, entry.name, entry.generation, kind, cause)

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
        self._plan_at(probes.next_tick_ms(probe, entry.started_ms, after_ms), "probe", record.uid, entry.name, entry.generation, kind, cause)

    def _redefined(self, uid: str, cause: int) -> None:
        """Models computePodActions: a container whose image was changed is killed and started anew."""
        found = self._found(uid)
        if found is None or found[0].stopping:
            return
        record, pod, _node = found
        for entry in record.all:
            if entry.state == "running" and entry.image != self._spec(pod, entry.name)["image"]:
                self._machinery.causes.current = cause
                self._kill(pod, record, entry, f"Container {entry.name} definition changed, will be restarted")

    def _kill(self, pod: Doc, record: PodRecord, entry: ContainerRecord, reason: str) -> None:
        self._event(pod, record, "Normal", "Killing", reason, entry.name)
        program = self.program_of(entry)
        grace_ms = int(pod["spec"].get("terminationGracePeriodSeconds", 30)) * 1000
        willing = program.stops_after_ms is not None and program.stops_after_ms <= grace_ms
        code = program.stop_code if willing else 137
        self._plan(program.stops_after_ms if willing and program.stops_after_ms is not None else grace_ms, "ended", record.uid, entry.name, entry.generation, code, "Error" if code else "Completed", self._machinery.causes.current)

    # Going

    def _stopped(self, uid: str, cause: int, is_over: bool) -> None:
        found = self._found(uid)
        if found is None:
            return
        record, pod, _node = found
        grace_ms = int(pod["metadata"].get("deletionGracePeriodSeconds") or 0) * 1000
        if not is_over:
            self._because("kubelet.stopping", record, cause)
            takes_ms = 1
            for entry in record.all:
                if entry.state == "running":
                    program = self.program_of(entry)
                    self._event(pod, record, "Normal", "Killing", f"Stopping container {entry.name}", entry.name)
                    takes_ms = max(takes_ms, self._stop_ms(program, grace_ms))
            self._plan(takes_ms, "stopped", uid, self._machinery.causes.current, True)
            return
        self._because("kubelet.removed", record, cause)
        for entry in record.all:
            if entry.state == "running":
                program = self.program_of(entry)
                willing = program.stops_after_ms is not None and program.stops_after_ms <= max(grace_ms, KILL_EXTRA_MS)
                code = program.stop_code if willing else 137
                self._note_end(pod, record, entry, code, "Error" if code else "Completed")
        if grace_ms:
            self._write(pod, record)
        self._machinery.api.delete("pods", record.namespace, record.name, grace_s=0, uid=uid)

    @staticmethod
    def _stop_ms(program: Program, grace_ms: int) -> int:
        if program.stops_after_ms is None:
            return max(grace_ms, KILL_EXTRA_MS) if grace_ms else 1
        return min(program.stops_after_ms, max(grace_ms, KILL_EXTRA_MS))

    # Nodes

    def heartbeat_stopped_ms(self, node: str) -> int | None:
        """Return when a silent node last renewed its lease, or None while it does."""
        record = self.nodes.get(node)
        return record.silent_since_ms if record else None

    def _last_renewal_ms(self, record: NodeRecord) -> int:
        phase = record.number * 1_700 % HEARTBEAT_MS
        now = self._now if record.silent_since_ms is None else record.silent_since_ms
        return max((now - phase) // HEARTBEAT_MS * HEARTBEAT_MS + phase, 0)

    def _renewed(self, lease: Doc) -> Doc:
        record = self.nodes.get(lease["metadata"]["name"])
        if record is None or lease["metadata"].get("namespace") != "kube-node-lease":
            return lease
        return {**lease, "spec": {**lease["spec"], "renewTime": self._machinery.clock.micro_timestamp(self._last_renewal_ms(record))}}

    def _reported(self, node: Doc) -> Doc:
        record = self.nodes.get(node["metadata"]["name"])
        if record is None:
            return node
        beat = self._machinery.clock.timestamp(self._last_renewal_ms(record) // 300_000 * 300_000)
        entries = [entry if entry["status"] == "Unknown" else {**entry, "lastHeartbeatTime": max(beat, entry["lastTransitionTime"])} for entry in node.get("status", {}).get("conditions", ())]
        images = [{"names": [name], "sizeBytes": found.size_bytes} for name in record.images if (found := self.registry.find(name)) is not None]
        return {**node, "status": {**(node.get("status") or {}), "conditions": entries, "images": images}}

    def crash_node(self, name: str) -> None:
        """Cut a machine's power: its processes are gone, nobody says so."""
        record = self.nodes[name]
        record.silent_since_ms = self._last_renewal_ms(record) if record.silent_since_ms is None else record.silent_since_ms
        record.crashed = True

    def cut_off_node(self, name: str) -> None:
        """Pull a machine's network cable: its processes run on, unreachable."""
        record = self.nodes[name]
        record.silent_since_ms = self._last_renewal_ms(record) if record.silent_since_ms is None else record.silent_since_ms
        record.cut_off = True

    def stop_part(self, name: str, part: str) -> None:
        """Let a node's kubelet or runtime stand still: its processes run on, but nobody starts, stops or watches them."""
        record = self.nodes[name]
        record.stopped = part
        if part == "kubelet":
            record.silent_since_ms = self._last_renewal_ms(record) if record.silent_since_ms is None else record.silent_since_ms
            return
        node = self._machinery.store.get("nodes", "", name)
        if node is not None:
            dead = {"type": "Ready", "status": "False", "lastHeartbeatTime": self._machinery.clock.timestamp(), "lastTransitionTime": self._machinery.clock.timestamp(), "reason": "KubeletNotReady", "message": "container runtime is down"}
            self._machinery.api.update_status("nodes", node, {**node["status"], "conditions": [dead if entry["type"] == "Ready" else entry for entry in node["status"]["conditions"]]})
            self._machinery.api.record(node, "Normal", "NodeNotReady", f"Node {name} status is now: NodeNotReady", component="kubelet", host=name)

    def restore_node(self, name: str) -> None:
        """Give a machine its power and its cable back; it reports after a second, or after it has booted."""
        if self.nodes[name].answers:
            return
        self._plan(20_000 if self.nodes[name].crashed else 1_000, "node-back", name, self._machinery.causes.current)

    def _node_back(self, name: str, cause: int) -> None:
        record = self.nodes.get(name)
        node = self._machinery.store.get("nodes", "", name)
        if record is None or node is None:
            return
        rebooted, record.crashed, record.cut_off, record.stopped, record.silent_since_ms = record.crashed, False, False, "", None
        self._machinery.causes.add(self._now, "kubelet", "kubelet.back", "ref", f"Node//{name}", "node", name, parent=cause)
        after = self._machinery.causes.current
        if rebooted:
            self._machinery.api.record(node, "Warning", "Rebooted", f"Node {name} has been rebooted, boot id: boot-{record.number}-{self._now}", component="kubelet", host=name)
        fresh = {entry["type"]: entry for entry in conditions(self._machinery.clock.timestamp())}
        entries = [fresh.get(entry["type"], entry) if entry["status"] == "Unknown" or entry["reason"] == "KubeletNotReady" else entry for entry in node["status"]["conditions"]]
        if entries != node["status"]["conditions"]:
            self._machinery.api.record(node, "Normal", "NodeReady", f"Node {name} status is now: NodeReady", component="kubelet", host=name)
        self._machinery.api.update_status("nodes", node, {**node["status"], "conditions": entries})
        for pod in self._machinery.store.pods_on(name):
            self._catch_up(pod, after, rebooted=rebooted)

    def _catch_up(self, pod: Doc, cause: int, *, rebooted: bool) -> None:
        """Make up for what the node missed: new pods, deletions, and after a reboot the dead processes."""
        record = self.pods.get(pod["metadata"]["uid"])
        if record is None:
            return
        if "deletionTimestamp" in pod["metadata"]:
            record.stopping = True
            self._plan(50, "stopped", record.uid, cause, False)
            return
        if not record.containers or not record.ip:
            self._plan(ACCEPT_MS, "accept" if not record.containers else "sandbox", record.uid, cause)
            return
        for entry in record.all:
            if entry.state == "running" and rebooted:
                self._note_end(pod, record, entry, 255, "Unknown")
        self._machinery.causes.current = cause
        pod = self._write(pod, record)
        for entry in record.all if rebooted and pod["status"]["phase"] == "Running" else self._begun(record):
            self._resume(pod, record, entry, cause, rebooted=rebooted)

    @staticmethod
    def _begun(record: PodRecord) -> list[ContainerRecord]:
        """Return the containers whose turn has come: those that were started, else the first that was not."""
        begun = [entry for entry in record.inits if entry.generation]
        waits = any(not entry.started if entry.sidecar else not entry.ready for entry in record.inits)
        return begun + [entry for entry in record.inits if not entry.generation][:1] if waits else begun + record.containers

    def _resume(self, pod: Doc, record: PodRecord, entry: ContainerRecord, cause: int, *, rebooted: bool) -> None:
        """Plan anew what comes next for a container; what was planned before the silence is void by the new generation."""
        entry.generation += 1
        self._forget_end(entry)
        if entry.state == "running":
            spec = self._spec(pod, entry.name)
            self._plan_end(record, entry, spec, self.program_of(entry), cause)
            if entry.sidecar or entry not in record.inits:
                self._plan_probes(record, entry, spec, cause)
        elif entry.state == "terminated":
            if not self._is_over(pod, record, entry):
                self._plan(RESTART_MS, "restart", record.uid, entry.name, entry.generation, cause, "now")
        elif entry.reason == "CrashLoopBackOff":
            due_ms = entry.last.finished_ms + entry.backoff_ms // 2 if entry.last and not rebooted else 0
            self._plan_at(max(due_ms, self._now + RESTART_MS), "restart", record.uid, entry.name, entry.generation, cause, "now")
        else:
            self._plan(RESTART_MS, "restart", record.uid, entry.name, entry.generation, cause, "pull")

    def kill_process(self, namespace: str, pod_name: str, container: str = "") -> str:
        """Kill a container's process with SIGKILL; return the container's name. Raises ApiError 404 or 409."""
        from learnk8s.simulation.kubernetes.apiserver import errors

        pod = self._machinery.store.get("pods", namespace, pod_name)
        record = self.pods.get(pod["metadata"]["uid"]) if pod else None
        entry = record.find(container) if record else None
        if record is None or entry is None:
            raise errors.not_found("pods", pod_name)
        if entry.state != "running" or not self.is_reachable(record.node):
            raise errors.conflict("pods", pod_name, f"no process of container {entry.name} is running")
        self._plan(1, "ended", record.uid, entry.name, entry.generation, 137, "Error", self._machinery.causes.current)
        return entry.name

    # What others ask

    def is_reachable(self, node: str) -> bool:
        """Say whether packets reach a node."""
        record = self.nodes.get(node)
        return record is not None and not record.crashed and not record.cut_off

    def _running(self, namespace: str, pod_name: str) -> list[tuple[Doc, PodRecord, ContainerRecord, Program]]:
        pod = self._machinery.store.get("pods", namespace, pod_name)
        record = self.pods.get(pod["metadata"]["uid"]) if pod else None
        if pod is None or record is None:
            return []
        return [(pod, record, entry, self.program_of(entry)) for entry in record.all if entry.state == "running"]

    def listens_at_ms(self, namespace: str, pod: str, port: int) -> int | None:
        """Return when something began or will begin to listen on a pod's port, as long as its processes live."""
        moments = [entry.started_ms + program.listens_after_ms for _pod, _record, entry, program in self._running(namespace, pod) if port in program.ports]
        return min(moments, default=None)

    def serve(self, namespace: str, pod: str, port: int, path: str, method: str) -> tuple[int, str] | None:
        """Return what the program behind a pod's port answers, or None if nothing listens."""
        for _pod, record, entry, program in self._running(namespace, pod):
            if port in program.ports and self._now - entry.started_ms >= program.listens_after_ms:
                return program.answer(self._facts(record), path, method)
        return None

    def cost(self, namespace: str, pod: str, port: int) -> tuple[int, tuple[str, ...]]:
        """Return the microseconds of CPU that a request to a pod's port takes and the Services that it goes on to; for port 0, to whichever port it has."""
        for _pod, _record, _entry, program in self._running(namespace, pod):
            if port in program.ports or (not port and program.ports):
                return program.cpu_us_per_request, program.calls
        return 0, ()

    def usage(self, pod: Doc) -> tuple[int, int]:
        """Return millicores and bytes that a pod's processes use now, beside what requests take."""
        record = self.pods.get(pod["metadata"]["uid"])
        if record is None:
            return 0, 0
        cpu = memory = 0
        for entry in record.all:
            if entry.state == "running":
                program = self.program_of(entry)
                cpu += program.cpu_millicores
                memory += program.memory_at(self._now - entry.started_ms)
        return cpu, memory

    # State

    def dump(self) -> Any:
        """Return nodes, pods, pulls and the registry's health."""
        return {"nodes": [node.dump() for node in self.nodes.values()], "pods": [record.dump() for _uid, record in sorted(self.pods.items())], "broken": self.registry.broken,
                "pulls": {node: dict(images) for node, images in self._pulling.items() if images}}

    def load(self, dumped: Mapping[str, Any]) -> None:
        """Take back what `dump` returned."""
        self.nodes = {entry["name"]: NodeRecord.load(entry) for entry in dumped["nodes"]}
        self.pods = {entry["uid"]: PodRecord.load(entry) for entry in dumped["pods"]}
        self.registry.broken = dumped["broken"]
        self._pulling = {node: dict(images) for node, images in dumped["pulls"].items()}


@lru_cache(maxsize=256)
def _field_path(container: str, *, is_init: bool) -> str:
    """Return the path by which an event names a container."""
    return f"spec.{'initContainers' if is_init else 'containers'}{{{container}}}"


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds}ms" if milliseconds < 1000 else f"{milliseconds / 1000:g}s"


def _go_duration(milliseconds: int) -> str:
    """Return a duration as Go prints it.

    >>> _go_duration(10_000), _go_duration(80_000), _go_duration(300_000)
    ('10s', '1m20s', '5m0s')
    """
    seconds = milliseconds // 1000
    return f"{seconds}s" if seconds < 60 else f"{seconds // 60}m{seconds % 60}s"
