"""From a bound pod to running processes: accept, network, volumes, checks, start, postStart. Models pkg/kubelet/kuberuntime (1.36): startContainer, generateContainerConfig."""

from learnk8s.simulation.kernel.quantities import whole
from learnk8s.simulation.kubernetes.kubelet import environment, fake
from learnk8s.simulation.kubernetes.kubelet.admitting import AGAIN_MAX_MS, AGAIN_MS, is_unplaced, rejection
from learnk8s.simulation.kubernetes.kubelet.contents import Contents
from learnk8s.simulation.kubernetes.kubelet.felled import FELLED_CODE, FELLED_MS, Felled
from learnk8s.simulation.kubernetes.kubelet.fields import filled
from learnk8s.simulation.kubernetes.kubelet.images.program import Happening, Program
from learnk8s.simulation.kubernetes.kubelet.images.script import Scripted
from learnk8s.simulation.kubernetes.kubelet.images.servers import READS
from learnk8s.simulation.kubernetes.kubelet.machine import address
from learnk8s.simulation.kubernetes.kubelet.runtime import NONE, ContainerRecord, Ending, NodeRecord, PodRecord
from learnk8s.simulation.kubernetes.kubelet.security import confinement, effective, refusal
from learnk8s.simulation.kubernetes.kubelet.volumes import claim_of, kind_of_volume
from learnk8s.simulation.kubernetes.objects.document import Doc, controller_of

SANDBOX_MS = (250, 700)
SANDBOX_AGAIN_MS = 10_000
"""Until the kubelet tries again to make a sandbox: pkg/kubelet, backOffPeriod."""
RUNTIMES = ("", "runc")
"""What containerd is set up with on a plain node."""
"""From an accepted pod to its network address: a second or less on a quiet node."""
ADDRESSES_PER_NODE = 253
"""A node's range of pod addresses is a /24 without network, bridge and broadcast address."""
MOUNT_AGAIN_MS, MOUNT_AGAIN_MAX_MS = 500, 122_000
"""A volume that cannot be mounted is tried again after 0.5 s, doubled up to about two minutes. Models pkg/util/goroutinemap/exponentialbackoff."""
CONFIG_AGAIN_MS = 10_000
FOREVER_MS = 2**39
"""A program that sleeps longer than any world lives has no end."""
NO_COUNTS: dict[str, list[int]] = {}
"""Shared by all containers without probes; never changed in place."""
SUBSHELL = "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: "


class Starting(Felled):
    """The way up."""

    def _accept(self, uid: str, cause: int) -> None:
        found = self._found(uid)
        if found is None or found[0].stopping or found[0].containers or found[0].failure[0]:
            return
        record, pod, _node = found
        if not self.bare and is_unplaced(pod) and self._is_turned_away(pod, record, cause):
            return
        reason = "PodInitializing" if pod["spec"].get("initContainers") else "ContainerCreating"
        record.containers = [*map(lambda item: ContainerRecord(item["name"], reason=reason), pod["spec"]["containers"])]
        record.inits = [ContainerRecord(item["name"], reason="PodInitializing", sidecar=item.get("restartPolicy") == "Always") for item in pod["spec"].get("initContainers") or ()] or NONE
        self._because("kubelet.accepted", record, cause)
        if pod["spec"].get("activeDeadlineSeconds") is not None and not self.bare:
            self._plan_at(record.began_ms + int(pod["spec"]["activeDeadlineSeconds"]) * 1000, "deadline", uid, cause)
        self._write(pod, record)
        if self.bare:
            self._plan(max(fake.start_delay_ms(pod), 1), "sandbox", uid, cause)
            return
        self._plan(self._machinery.dice.between(*SANDBOX_MS, "sandbox", uid), "sandbox", uid, cause)

    def _is_turned_away(self, pod: Doc, record: PodRecord, cause: int) -> bool:
        """Reject a pod that does not fit; one of an owner whose pods were rejected is looked at later."""
        node = self.store.get("nodes", "", record.node)
        owner = controller_of(pod)
        key = f"{record.node}/{owner['uid']}" if owner is not None else ""
        count, until_ms = self.rejected.get(key, (0, 0))
        if until_ms > self._now:
            self._plan_at(until_ms, "accept", record.uid, cause)
            return True
        reason, message = rejection(pod, node, self.store.pods_on(record.node)) if node is not None else ("", "")
        if not reason:
            self.rejected.pop(key, None)
            return False
        if key:
            self.rejected[key] = (count + 1, self._now + min(AGAIN_MS << count, AGAIN_MAX_MS))
        record.failure = (reason, f"Pod was rejected: {message}")
        self._because("kubelet.rejected", record, cause, "message", message)
        self._event(pod, record, "Warning", reason, message)
        self._write(pod, record)
        return True

    def _sandbox(self, uid: str, cause: int, again_ms: int = MOUNT_AGAIN_MS) -> None:
        found = self._found(uid)
        if found is None or found[0].stopping or found[0].failure[0]:
            return
        record, pod, node = found
        handler = "" if self.bare else self._unknown_handler(pod)
        if handler:
            self._event(pod, record, "Warning", "FailedCreatePodSandBox", f'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "{handler}" is configured')
            self._because("kubelet.no-runtime", record, cause, "handler", handler)
            self._plan(SANDBOX_AGAIN_MS, "sandbox", uid, cause)
            return
        missing = "" if self.bare else self._not_mounted(pod, record)
        if missing:
            self._tell_not_mounted(pod, record, missing, again_ms)
            self._because("kubelet.not-mounted", record, cause, "what", missing)
            self._plan(again_ms, "sandbox", uid, cause, min(again_ms * 2, MOUNT_AGAIN_MAX_MS))
            return
        if not record.ip:
            record.ip = address(node.number) if pod["spec"].get("hostNetwork") else self._free_address(node)
        for entry in record.inits[:1] or record.containers:
            self._pull(uid, entry.name, entry.generation, cause)

    def _unknown_handler(self, pod: Doc) -> str:
        """Return the handler of the pod's runtime class if the node's container runtime has no such one. Models internal/cri of containerd."""
        name = pod["spec"].get("runtimeClassName")
        found = self.store.get("runtimeclasses.node.k8s.io", "", name) if name else None
        handler = str((found or {}).get("handler", ""))
        return "" if handler in RUNTIMES else handler

    def _tell_not_mounted(self, pod: Doc, record: PodRecord, why: str, waited_ms: int) -> None:
        """Write the event: a disk that another node has is the attach-detach controller's matter, which says so once; the kubelet only waits, two minutes at a time."""
        if not why.startswith("Multi-Attach"):
            self._event(pod, record, "Warning", "FailedMount", why)
        elif waited_ms == MOUNT_AGAIN_MS:
            self._machinery.api.record(pod, "Warning", "FailedAttachVolume", why, component="attachdetach-controller")
        elif waited_ms == MOUNT_AGAIN_MAX_MS:
            names = " ".join(volume["name"] for volume in pod["spec"].get("volumes") or () if kind_of_volume(volume) in ("persistentVolumeClaim", "ephemeral"))
            self._event(pod, record, "Warning", "FailedMount", f"Unable to attach or mount volumes: unmounted volumes=[{names}], unattached volumes=[], failed to process volumes=[]: context deadline exceeded")

    def _not_mounted(self, pod: Doc, record: PodRecord) -> str:
        if not pod["spec"].get("volumes"):
            return ""
        multi = self._unbound(pod, record) or self._attached_elsewhere(pod, record)
        return multi or environment.missing_volume(pod, self.store, lambda path: self._host_folder(record.node, path))

    def _unbound(self, pod: Doc, record: PodRecord) -> str:
        """Models pkg/kubelet/volumemanager/populator (1.36): the kubelet mounts only claims that are bound, which matters for pods that no scheduler placed."""
        for volume in pod["spec"].get("volumes") or ():
            if kind_of_volume(volume) not in ("persistentVolumeClaim", "ephemeral"):
                continue
            name = claim_of(volume, record.name)
            doc = self.store.get("persistentvolumeclaims", record.namespace, name)
            why = f'failed to fetch PVC from API server: persistentvolumeclaims "{name}" not found' if doc is None else "" if doc["spec"].get("volumeName") else "PVC is not bound"
            if why:
                place = volume["name"]
                return f"Unable to attach or mount volumes: unmounted volumes=[{place}], unattached volumes=[], failed to process volumes=[{place}]: error processing PVC {record.namespace}/{name}: {why}"
        return ""

    def _attached_elsewhere(self, pod: Doc, record: PodRecord) -> str:
        """Models the attach-detach controller's Multi-Attach error: a ReadWriteOnce disk is on one node at a time."""
        for claim in self.claims_of(pod):
            doc = self.store.get("persistentvolumeclaims", record.namespace, claim)
            if doc is None or any(mode in ("ReadWriteMany", "ReadOnlyMany") for mode in doc["spec"].get("accessModes") or ()):
                continue
            for other in self.store.list("pods", record.namespace):
                held = self.pods.get(other["metadata"]["uid"])
                if held is not None and held.node != record.node and held.ip and claim in self.claims_of(other) and other.get("status", {}).get("phase") not in ("Succeeded", "Failed"):
                    name = doc["spec"].get("volumeName", "")
                    return f'Multi-Attach error for volume "{name}" Volume is already used by pod(s) {other["metadata"]["name"]}'
        return ""

    def _host_folder(self, node: str, path: str) -> bool | None:
        table = self.disk_at(f"host/{node}", self._now)
        plain = path.rstrip("/") or "/"
        if plain == "/" or table.get(f"{plain}/", (0, None))[1] is not None or any(name.startswith(f"{plain}/") and found[1] is not None for name, found in table.items()):
            return True
        return False if table.get(plain, (0, None))[1] is not None else None

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

    # A container starts

    def _start(self, uid: str, name: str, generation: int, cause: int) -> None:
        stage = self._stage(uid, name, generation)
        if stage is None or stage[0].failure[0]:
            return
        record, pod, _node, entry = stage
        spec = self.spec_of(pod, name)
        missing = "" if self.bare else environment.missing_reference(spec, record.namespace, self._machinery.store) or refusal(pod, spec, self.registry.find(spec["image"]), record) or self._unfit_mount(pod, record, spec)
        if missing:
            self._not_configured(pod, record, entry, missing, cause)
            return
        entry.generation += 1
        entry.state, entry.started_ms, entry.reason, entry.message, entry.kill_reason = "running", self._now, "", "", ""
        entry.answers = entry.files = entry.marks = entry.notes = entry.turns = None
        self._choose_program(pod, record, entry, spec)
        if not self.bare and any(mount.get("subPath") or mount.get("subPathExpr") for mount in spec.get("volumeMounts") or ()):
            Contents(self, pod, record, entry).make_sub_folders(self._now)
        program = self.program_of(record, entry)
        self._event(pod, record, "Normal", "Created", "Container created", name)
        if program.missing:
            self._not_started(pod, record, entry, program, cause)
            return
        self._event(pod, record, "Normal", "Started", "Container started", name)
        is_init = entry in record.inits and not entry.sidecar
        entry.probes = NO_COUNTS
        entry.started = "startupProbe" not in spec and not is_init
        entry.ready = not is_init and entry.started and "readinessProbe" not in spec
        if self.bare:
            self._be_ready_later(pod, record, entry, spec, is_init=is_init)
        self._because("kubelet.started", record, cause, "container", name)
        self._plan_end(pod, record, entry, spec, program, cause)
        hooked = self._after_start(pod, record, entry)
        if not hooked.succeeded:
            self._hook_failed(pod, record, entry, hooked.message)
            return
        if hooked.took_ms > 5:
            self._plan(hooked.took_ms, "posted", uid, name, entry.generation, cause)
            return
        self._write(pod, record)
        self._after_started(record, entry, spec, cause)

    def _unfit_mount(self, pod: Doc, record: PodRecord, spec: Doc) -> str:
        if not any(mount.get("subPathExpr") for mount in spec.get("volumeMounts") or ()):
            return ""
        return environment.unfit_mount(spec, environment.variables(pod, spec, record, self.store))

    def _after_started(self, record: PodRecord, entry: ContainerRecord, spec: Doc, cause: int) -> None:
        if not (entry in record.inits and not entry.sidecar) and entry not in record.extras and not self.bare:
            self._plan_probes(record, entry, spec, cause)
        if entry.sidecar and entry.started:
            self._begin_following(record, entry, cause)
        if not self.bare:
            self._tell_calls(record, entry)
            self.look_at_memory(record.node)

    def _tell_calls(self, record: PodRecord, entry: ContainerRecord) -> None:
        """Tell the network of the Services that an endless script calls."""
        program = self.program_of(record, entry)
        if isinstance(program, Scripted) and program.plan.calls:
            url, turn_ms = program.plan.calls[0]
            host = url.partition("://")[2] or url
            entry.calls = True
            self.calls(f"{record.uid}/{entry.name}", record.namespace, host.partition("/")[0].partition(":")[0], 1_000_000 // turn_ms)

    def _posted(self, uid: str, name: str, generation: int, cause: int) -> None:
        """The postStart hook is over: only now is the container said to run."""
        stage = self._stage(uid, name, generation)
        if stage is not None and stage[3].state == "running":
            record, pod, _node, entry = stage
            self._machinery.causes.current = cause
            self._write(pod, record)
            self._after_started(record, entry, self.spec_of(pod, name), cause)

    def _hook_failed(self, pod: Doc, record: PodRecord, entry: ContainerRecord, message: str) -> None:
        self._event(pod, record, "Warning", "FailedPostStartHook", "PostStartHook failed", entry.name)
        self._kill(pod, record, entry, "FailedPostStartHook")
        entry.ready = False
        self._write(pod, record)

    def _not_configured(self, pod: Doc, record: PodRecord, entry: ContainerRecord, missing: str, cause: int) -> None:
        self._because("kubelet.config-missing", record, cause, "what", missing)
        self._event(pod, record, "Warning", "Failed", f"Error: {missing}", entry.name)
        entry.state, entry.reason, entry.message = "waiting", "CreateContainerConfigError", missing
        self._write(pod, record)
        self._plan(CONFIG_AGAIN_MS, "start", record.uid, entry.name, entry.generation, cause)

    def _not_started(self, pod: Doc, record: PodRecord, entry: ContainerRecord, program: Program, cause: int) -> None:
        """The runtime could not start the process: RunContainerError, then the usual back-off; the end says StartError and 128."""
        said = f'{SUBSHELL}exec: "{program.missing}": ' + (f"stat {program.missing}: no such file or directory" if program.missing.startswith("/") else "executable file not found in $PATH")
        self._because("kubelet.start-failed", record, cause, "container", entry.name, "command", program.missing)
        after = self._machinery.causes.current
        self._event(pod, record, "Warning", "Failed", f"Error: {said}", entry.name)
        entry.program = None
        entry.ending = Ending(128, "StartError", 0, self._now, said)
        entry.state, entry.ready, entry.started, entry.last_log = "terminated", False, False, []
        if self._is_over(pod, record, entry):
            self._write(pod, record)
            return
        entry.last, entry.ending = entry.ending, None
        entry.state, entry.reason, entry.message = "waiting", "RunContainerError", said
        self._write(pod, record)
        self._plan_restart(record, entry, after)

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

    # What the process is, and when it ends

    def _choose_program(self, pod: Doc, record: PodRecord, entry: ContainerRecord, spec: Doc) -> None:
        """Fix what the process is, once for its whole life: later changes of a ConfigMap or of the spec do not reach it."""
        entry.image = spec["image"]
        if self.bare:
            entry.arguments, entry.variables, entry.program = fake.arguments(pod, entry.restarts, self._place(pod), is_init=entry in record.inits and not entry.sidecar), {}, None
            return
        words = [*(spec.get("command") or ()), *(spec.get("args") or ())]
        own: dict[str, str] = environment.NO_VARIABLES
        if spec.get("env") or spec.get("envFrom") or any("$" in word for word in words):
            variables = environment.variables(pod, spec, record, self._machinery.store)
            own = {name: variables[name] for name in environment.own_variables(pod, spec, record, self._machinery.store, variables)}
            words = [filled(word, variables) for word in words]
        if spec.get("tty") or spec.get("stdin"):
            own = {**own, READS: "1"}
        context = effective(pod, spec)
        if context.get("runAsUser") is not None:
            own = {**own, "\0user": str(context["runAsUser"]), "\0gains": "yes" if context.get("allowPrivilegeEscalation", True) else "no"}
        if not spec.get("command") and (image := self.registry.find(entry.image)) is not None and image.entrypoint:
            words = [*image.entrypoint, *(words or image.arguments)]
        entry.arguments, entry.variables, entry.program = tuple(words), own, None
        entry.confined = confinement(pod, spec)
        if entry.confined:
            image = self.registry.find(entry.image)
            wrong = self._complaint(pod, entry, spec, image.writes if image else (), needs_root=bool(image and image.needs_root))
            if wrong and not words:
                entry.program = Program(entry.image, ends_after_ms=60, exit_code=1, happenings=(Happening(10, "log", wrong),))

    def _complaint(self, pod: Doc, entry: ContainerRecord, spec: Doc, writes: tuple[str, ...], *, needs_root: bool) -> str:
        """Return the last words of a server that its security context keeps from starting, or ""."""
        mounted = [mount["mountPath"].rstrip("/") for mount in spec.get("volumeMounts") or ()]
        blocked = [path for path in writes if not any(path == mount or path.startswith(mount + "/") or (path == "/run" and mount == "/var/run") for mount in mounted)]
        user = next((word for word in entry.confined if word.startswith("user=") and word != "user=0"), "")
        if "read-only" in entry.confined and blocked:
            return f'2026/05/04 09:00:00 [emerg] 1#1: mkdir() "{blocked[0]}/client_temp" failed (30: Read-only file system)'
        if user and needs_root:
            return '2026/05/04 09:00:00 [emerg] 1#1: mkdir() "/var/cache/nginx/client_temp" failed (13: Permission denied)'
        if needs_root and "drop=ALL" in entry.confined and "add=CHOWN" not in entry.confined and not user:
            return '2026/05/04 09:00:00 [emerg] 1#1: chown("/var/cache/nginx/client_temp", 101) failed (1: Operation not permitted)'
        return ""

    def _plan_end(self, pod: Doc, record: PodRecord, entry: ContainerRecord, spec: Doc, program: Program, cause: int) -> None:
        self.foresee_growth(pod, record, entry)
        limit = ((spec.get("resources") or {}).get("limits") or {}).get("memory")
        full_ms = program.out_of_memory_ms(whole(limit)) if limit else None
        ending = program.ending()
        age_ms = self._now - entry.started_ms
        if self._is_felled(record, entry):
            after_ms, code, reason = FELLED_MS, FELLED_CODE, "Error"
        elif full_ms is not None and (ending is None or full_ms <= ending[0]):
            after_ms, code, reason = max(full_ms, 50), 137, "OOMKilled"
        elif ending is not None and ending[0] < FOREVER_MS:
            after_ms, code = max(ending[0], 1), ending[1]
            reason = "Error" if code else "Completed"
        else:
            if isinstance(program, Scripted):
                self._go_on_asking(record, entry, program, age_ms)
            return
        due_ms = max(entry.started_ms + after_ms, self._now + 1)
        entry.planned_end = (self._machinery.agenda.at(due_ms, self.name, "ended", record.uid, entry.name, entry.generation, code, reason, cause), due_ms)

    def _go_on_asking(self, record: PodRecord, entry: ContainerRecord, program: Scripted, age_ms: int) -> None:
        raise NotImplementedError

    def foresee_growth(self, pod: Doc, record: PodRecord, entry: ContainerRecord) -> None:
        """Look whether a script will write more than it may."""
        raise NotImplementedError

    def look_at_memory(self, node: str) -> None:
        """Look whether a node has enough memory left."""
        raise NotImplementedError

