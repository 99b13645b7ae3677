"""What all parts of the kubelet share: the records of nodes and pods, the disks, and the small steps that every stage takes."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from sys import intern
from typing import Any

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kernel.quantities import millis, whole
from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.kubernetes.apiserver.errors import Acts
from learnk8s.simulation.kubernetes.control.machinery import Machinery
from learnk8s.simulation.kubernetes.kubelet import environment, fake
from learnk8s.simulation.kubernetes.kubelet.contents import HOST_FILES, HOST_FOLDERS, STATIC_FOLDER, Contents, mount_rows
from learnk8s.simulation.kubernetes.kubelet.distribution import DEBIAN
from learnk8s.simulation.kubernetes.kubelet.images.catalogue import Image
from learnk8s.simulation.kubernetes.kubelet.images.clients import CLIENTS, only_reads
from learnk8s.simulation.kubernetes.kubelet.images.commands import clients_in
from learnk8s.simulation.kubernetes.kubelet.images.program import Facts, FileEvents, Program
from learnk8s.simulation.kubernetes.kubelet.images.script import Script, Scripted, Turns
from learnk8s.simulation.kubernetes.kubelet.layered import Marks
from learnk8s.simulation.kubernetes.kubelet.machine import address
from learnk8s.simulation.kubernetes.kubelet.processes import Ran, run_in
from learnk8s.simulation.kubernetes.kubelet.registry import Registry
from learnk8s.simulation.kubernetes.kubelet.runtime import ContainerRecord, NodeRecord, PodRecord
from learnk8s.simulation.kubernetes.kubelet.security import effective, process_user
from learnk8s.simulation.kubernetes.kubelet.status import pod_status
from learnk8s.simulation.kubernetes.kubelet.tools import SHELLS, Surroundings
from learnk8s.simulation.kubernetes.kubelet.volumes import claim_of, kind_of_volume
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store

Stage = tuple[PodRecord, Doc, NodeRecord, ContainerRecord]
Disk = dict[str, list[Any]]
"""Path to [when, text, None for removed]."""
CLUSTER_DNS = "10.96.0.10"
NOTES_MAX = 200


class KubeletParts:
    """State and small steps; the stages are in the classes that build on this one."""

    name = "kubelet"

    def __init__(self, machinery: Machinery, registry: Registry, *, bare: bool = False) -> None:
        self._machinery, self.registry, self.bare = machinery, registry, bare
        self.nodes: dict[str, NodeRecord] = {}
        self.pods: dict[str, PodRecord] = {}
        self.disks: dict[str, Disk] = {}
        self.marks: dict[str, Marks] = {}
        """Mode, user and group of files on the disks."""
        self.rejected: dict[str, tuple[int, int]] = {}
        """Owners whose pods a node has turned away: how often, and until when the next one waits."""
        self._pulling: dict[str, dict[str, int]] = {}
        self._looking = False
        self._asking: dict[tuple[str, str], int] = {}
        self._tasks: dict[str, Callable[..., None]] = {}
        self.network: Callable[..., Outcome] = lambda pod, argv, peek=False: Outcome("", f"{argv[0]}: network is unreachable\n", 1)
        """Carries out a network command as a process of a pod; given by the cluster."""
        self.reached: Callable[[Doc, str, int, bool], tuple[Doc | None, str]] = lambda pod, host, port, peek: (None, "unknown")
        """Returns the pod that answers another at a host and port, or none and why: `unknown` or `refused`; given by the cluster."""
        self.calls: Callable[[str, str, str, int], None] = lambda caller, namespace, host, per_1000_s: None
        """Tells the network of a script that calls a host so many times in 1000 s, 0 for no longer; given by the cluster."""

        self.part_moved: Callable[[str, bool], None] = lambda name, is_gone: None
        """Starts a part of the control plane, or lets it stand still; given by the cluster."""

    @property
    def store(self) -> Store:
        """Return the store, to read."""
        return self._machinery.store

    @property
    def _now(self) -> int:
        return self._machinery.clock.now_ms

    def _plan(self, delay_ms: int, task: str, *arguments: Any) -> None:
        self._machinery.agenda.at(self._now + delay_ms, self.name, task, *arguments)

    def _plan_at(self, at_ms: int, task: str, *arguments: Any) -> None:
        self._machinery.agenda.at(max(at_ms, self._now + 1), self.name, task, *arguments)

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

    def _stage(self, uid: str, name: str, generation: int) -> Stage | None:
        found = self._found(uid)
        if found is None or found[0].stopping:
            return None
        entry = found[0].find(name)
        return (*found, entry) if entry is not None and entry.generation == generation else None

    def _because(self, key: str, record: PodRecord, cause: int, *words: str) -> int:
        return self._machinery.causes.add(self._now, "kubelet", key, "ref", intern(f"Pod/{record.namespace}/{record.name}"), "node", record.node, *words, parent=cause)

    def _write(self, pod: Doc, record: PodRecord) -> Doc:
        current = self._machinery.store.get("pods", record.namespace, record.name) or pod
        return self._machinery.api.update_status("pods", current, pod_status(current, record, self._machinery.clock, address(self.nodes[record.node].number), bare=self.bare, dual=self._is_dual(record.node)))

    def _is_dual(self, node: str) -> bool:
        found = self._machinery.store.get("nodes", "", node)
        return found is not None and len(found["spec"].get("podCIDRs") or ()) > 1

    def _event(self, pod: Doc, record: PodRecord, type_: str, reason: str, message: str, container: str = "") -> None:
        part = "" if not container else "initContainers" if any(entry.name == container for entry in record.inits) else "ephemeralContainers" if any(entry.name == container for entry in record.extras) else "containers"
        self._machinery.api.record(pod, type_, reason, message, component="kubelet", host=record.node, field_path=_field_path(container, part) if part else "")

    @staticmethod
    def spec_of(pod: Doc, name: str) -> Doc:
        """Return the spec of a pod's container of any kind."""
        spec = pod["spec"]
        for item in spec["containers"]:
            if item["name"] == name:
                return item  # type: ignore[no-any-return]  # foreign JSON
        return next(item for item in [*(spec.get("initContainers") or ()), *(spec.get("ephemeralContainers") or ())] if item["name"] == name)  # type: ignore[no-any-return]  # foreign JSON

    def _forget_end(self, entry: ContainerRecord) -> None:
        """Take the planned end of a process back, so that nothing is due for what is no more."""
        ticket, due_ms = entry.planned_end
        if ticket and due_ms > self._now:
            self._machinery.agenda.cancel(ticket)
        entry.planned_end = (0, 0)

    # What other parts define

    def files_changed(self, record: PodRecord) -> None:
        """React to files that a command from outside changed."""
        raise NotImplementedError

    def killed(self, record: PodRecord, entry: ContainerRecord) -> None:
        """End a container's main process: a command inside killed it."""
        raise NotImplementedError

    def _pull(self, uid: str, name: str, generation: int, cause: int) -> None:
        raise NotImplementedError

    def _start(self, uid: str, name: str, generation: int, cause: int) -> None:
        raise NotImplementedError

    def _kill(self, pod: Doc, record: PodRecord, entry: ContainerRecord, reason: str, *, grace_s: int | None = None) -> None:
        raise NotImplementedError

    def _begin_following(self, record: PodRecord, entry: ContainerRecord, cause: int) -> None:
        raise NotImplementedError

    # Programs

    def _place(self, pod: Doc) -> int:
        """Return how many pods of the same owner came before this one."""
        owner = next((owner["uid"] for owner in pod["metadata"].get("ownerReferences") or ()), None)
        before = [doc for resource, doc in self._machinery.store.owned_by(owner) if resource == "pods"] if owner else []
        born = sorted(before, key=lambda doc: (doc["metadata"]["creationTimestamp"], self.pods[doc["metadata"]["uid"]].began_ms if doc["metadata"]["uid"] in self.pods else 0))
        return next((index for index, doc in enumerate(born) if doc["metadata"]["uid"] == pod["metadata"]["uid"]), 0)

    def program_of(self, record: PodRecord, entry: ContainerRecord) -> Program:
        """Return what a started container runs; found again by its image after a load."""
        if entry.program is None and self.bare:
            entry.program = fake.program(entry.arguments)
        if entry.program is None:
            entry.program = self.registry.start(entry.image, list(entry.arguments), entry.variables, lambda source, image: self._script(record, entry, source, image))
        return entry.program

    def _script(self, record: PodRecord, entry: ContainerRecord, source: str, image: Image) -> Script:
        pod = self._machinery.store.get("pods", record.namespace, record.name)
        assert pod is not None, "a program is started, or looked at, while its pod is there"
        spec = self.spec_of(pod, entry.name)
        variables = environment.running_variables(pod, record, entry, self.store, dict(image.environment))
        if entry.turns is None:
            entry.turns = Turns()
        return Script(source, variables, self.surroundings(pod, record, entry, processes=False), base=Contents(self, pod, record, entry, alone=True), started_ms=entry.started_ms,
                      cwd=spec.get("workingDir") or image.folder, answers=entry.answers or (), servers=image.servers, clients=clients_in(image.name), tools=image.tools, arguments=entry.arguments, shell=entry.arguments[0] if entry.arguments and entry.arguments[0].rsplit("/", 1)[-1] in SHELLS else "sh", peek=lambda argv: self._peeked(record, entry, pod, argv), turns=entry.turns)

    def _peeked(self, record: PodRecord, entry: ContainerRecord, pod: Doc, argv: list[str]) -> Outcome:
        """Return what an endless loop is answered now; a client is not let where it would change something, nor while it is only being found out what the loop is."""
        pod = self.store.get("pods", record.namespace, record.name) or pod
        if argv[0] not in CLIENTS:
            return self.network(pod, argv, peek=True)
        found = run_in(self, pod, record, entry, argv, session={"peeks": True}) if only_reads(argv) and entry.state == "running" and entry.program is not None else Ran("", "", 0)
        return Outcome(found.stdout, found.stderr, found.status)

    def surroundings(self, pod: Doc, record: PodRecord, entry: ContainerRecord, *, wait: Callable[[int], None] = lambda milliseconds: None, processes: bool = True) -> Surroundings:
        """Return what programs in a container may know; without `processes` its own are left out, of which it is just being said what they do."""
        spec = self.spec_of(pod, entry.name)
        context, image = effective(pod, spec), self.registry.find(entry.image or spec["image"])
        user, group = process_user(context, image)
        groups = tuple(number for number in (context.get("fsGroup"), *(context.get("supplementalGroups") or ())) if number is not None)
        limit = ((spec.get("resources") or {}).get("limits") or {}).get("memory")
        rows = mount_rows(Contents(self, pod, record, entry), whole(limit) if limit else 0, "read-only" in entry.confined)
        capacity = ((self.store.get("nodes", "", record.node) or {}).get("status") or {}).get("capacity") or {}
        memory, cpus = whole(capacity.get("memory", "8Gi")), max(millis(capacity.get("cpu", "4")) // 1000, 1)
        is_shared, target = bool(pod["spec"].get("shareProcessNamespace")), spec.get("targetContainerName")
        seen = [other for other in record.all if other.name == target] if target else record.all if is_shared and processes else []
        seen += [entry] if processes and entry not in seen else []
        running = (("/pause",) if is_shared and processes else ()) + tuple(name for other in seen if other.state == "running" for name in self.program_of(record, other).processes)
        return Surroundings(record.name, record.namespace, record.ip, record.node, user, group, groups, rows, running, memory_bytes=memory, cpus=cpus, distribution=image.distribution if image else DEBIAN, merges_groups=context.get("supplementalGroupsPolicy") != "Strict", rights=frozenset(word.removeprefix("add=") for word in entry.confined if word == "privileged" or word.startswith("add=")), network=lambda argv: self.network(pod, as_in(argv, entry.image or spec["image"], image)), wait=wait)

    def facts(self, record: PodRecord, entry: ContainerRecord | None = None, *, host: str = "", client: str = "", body: str = "", port: int = 0, acts: bool | None = None) -> Facts:
        """Return what a program that answers a request may know, and do: False for `acts` raises Acts where it does something, None passes over it."""
        if entry is None or self.bare:
            return Facts(record.name, record.namespace, record.ip, record.node, host=host, client=client, port=port)
        pod = self.store.get("pods", record.namespace, record.name)
        if pod is None:
            return Facts(record.name, record.namespace, record.ip, record.node, host=host, client=client, port=port)
        looked: list[Contents] = []

        def contents() -> Contents:
            if not looked:
                looked.append(Contents(self, pod, record, entry))
            return looked[0]

        return Facts(environment.host_name(pod), record.namespace, record.ip, record.node, read=lambda path: contents().read(path, self._now), is_folder=lambda path: contents().is_folder(path, self._now),
                     age_ms=self._now - entry.started_ms, host=host, client=client, body=body, port=port, **({} if acts is None else self._acting(pod, record, entry, acts=acts)))

    def _acting(self, pod: Doc, record: PodRecord, entry: ContainerRecord, *, acts: bool) -> dict[str, Any]:
        """Return what a program does to its container when it is asked something."""

        def keep(path: str, text: str) -> None:
            if not acts:
                raise Acts(path)
            Contents(self, pod, record, entry).keep(path, text, self._now)

        def note(line: str) -> None:
            if not acts:
                raise Acts(line)
            entry.notes = [*(entry.notes or ()), [self._now, f"{self._machinery.clock.moment().strftime('I%m%d %H:%M:%S.%f')}       1 log.go:245] {line}"]][-NOTES_MAX:]

        def fetch(url: str) -> str | None:
            if not acts:
                raise Acts(url)
            found = self.network(pod, ["curl", "-s", "-m", "5", url])
            return found.stdout if found.status == 0 else None

        return {"keep": keep, "note": note, "fetch": fetch}

    # Files

    def script_files(self, record: PodRecord, entry: ContainerRecord, at_ms: int) -> FileEvents:
        """Return what a running container's own program has done to files, at which world time."""
        if entry.state != "running" or self._looking:
            return {}
        program = self.program_of(record, entry)
        if not isinstance(program, Scripted) and not program.happenings:
            return {}
        self._looking = True
        try:
            return {path: (entry.started_ms + age_ms, text) for path, (age_ms, text) in program.files_at(at_ms - entry.started_ms).items()}
        finally:
            self._looking = False

    def disk_at(self, key: str, at_ms: int, besides: ContainerRecord | None = None) -> dict[str, tuple[int, str | None]]:
        """Return a disk's files: what was kept, and what the running scripts of all containers that mount it have written."""
        found: dict[str, tuple[int, str | None]] = {}
        if key.startswith("host/"):
            node = key.removeprefix("host/")
            machine = (self.store.get("nodes", "", node) or {}).get("status", {}).get("nodeInfo", {}).get("machineID", "")
            found.update({path: (0, text.format(node=node, machine=machine)) for path, text in HOST_FILES.items()})
            found.update({f"{folder}/": (0, "") for folder in (*HOST_FOLDERS, STATIC_FOLDER) if folder != "/"})
        found.update({path: (when, text) for path, (when, text) in self.disks.get(key, {}).items()})
        for record, entry, pod in self._writers(key):
            if entry is besides:
                continue
            contents = Contents(self, pod, record, entry)
            for path, event in self.script_files(record, entry, at_ms).items():
                mount = next((mount for mount in contents.mounts if mount.key == key and path.startswith(mount.path.rstrip("/") + "/")), None)
                place = f"{mount.inner}/{path[len(mount.path):].lstrip('/')}" if mount else ""
                if mount and (place not in found or found[place][0] <= event[0]):
                    found[place] = event
        return found

    def script_marks(self, record: PodRecord, entry: ContainerRecord) -> Marks:
        """Return the modes and owners that a running container's own script has given."""
        if entry.state != "running" or self._looking or not isinstance(program := self.program_of(record, entry), Scripted):
            return {}
        self._looking = True
        try:
            return program.trace(self._now - entry.started_ms).marks
        finally:
            self._looking = False

    def disk_marks(self, key: str, besides: ContainerRecord | None = None) -> Marks:
        """Return the modes and owners of a disk's files, where they are not the usual ones."""
        found = dict(self.marks.get(key, {}))
        for record, entry, pod in self._writers(key):
            if entry is besides:
                continue
            contents = Contents(self, pod, record, entry)
            for path, mark in self.script_marks(record, entry).items():
                mount = next((mount for mount in contents.mounts if mount.key == key and path.startswith(mount.path.rstrip("/") + "/")), None)
                if mount is not None:
                    found[f"{mount.inner}/{path[len(mount.path):].lstrip('/')}"] = mark
        return found

    def _writers(self, key: str) -> list[tuple[PodRecord, ContainerRecord, Doc]]:
        """Return the running scripts that may write to a disk."""
        kind, _, rest = key.partition("/")
        records = [self.pods[rest.split("/")[0]]] if kind == "pod" and rest.split("/")[0] in self.pods else [] if kind == "pod" else list(self.pods.values())
        found = []
        for record in records:
            if not any(entry.state == "running" and isinstance(entry.program, Scripted) for entry in record.all):
                continue
            pod = self.store.get("pods", record.namespace, record.name)
            if pod is not None and pod["metadata"]["uid"] == record.uid and any(kind_of_volume(volume) not in ("configMap", "secret", "projected") for volume in pod["spec"].get("volumes") or ()):
                found += [(record, entry, pod) for entry in record.all if entry.state == "running" and isinstance(entry.program, Scripted)]
        return found

    def resolv_conf(self, pod: Doc) -> str:
        """Return a pod's /etc/resolv.conf. Models pkg/kubelet/network/dns (1.36)."""
        spec, namespace = pod["spec"], pod["metadata"]["namespace"]
        policy, config = spec.get("dnsPolicy", "ClusterFirst"), spec.get("dnsConfig") or {}
        servers, searches, options = [CLUSTER_DNS], [f"{namespace}.svc.cluster.local", "svc.cluster.local", "cluster.local"], {"ndots": "5"}
        if policy == "None":
            servers, searches, options = [], [], {}
        elif policy == "Default" or (spec.get("hostNetwork") and policy == "ClusterFirst"):
            servers, searches, options = ["192.168.49.1"], [], {}
        servers = list(dict.fromkeys([*servers, *(config.get("nameservers") or ())]))[:3]
        searches = list(dict.fromkeys([*searches, *(config.get("searches") or ())]))[:32]
        options.update({option["name"]: option.get("value") or "" for option in config.get("options") or ()})
        text = f"search {' '.join(searches)}\n" if searches else ""
        text += "".join(f"nameserver {server}\n" for server in servers)
        return text + (f"options {' '.join(f'{name}:{value}' if value else name for name, value in options.items())}\n" if options else "")

    def claims_of(self, pod: Doc) -> list[str]:
        """Return the names of the claims that a pod uses."""
        return [claim_of(volume, pod["metadata"]["name"]) for volume in pod["spec"].get("volumes") or () if kind_of_volume(volume) in ("persistentVolumeClaim", "ephemeral")]


_MOMENT = re.compile(r"\$\{(%[^}]*)\}")


def container_log(record: PodRecord, entry: ContainerRecord, lines: list[tuple[int, str]], clock: Clock) -> list[tuple[int, str]]:
    """Return a container's log with moments counted from the world's beginning, as its program wrote it there and then (`$HOSTNAME` is its pod, `${%Y ...}` the moment), and with the lines that were added when somebody asked something."""
    found = []
    for at_ms, text in lines:
        moment_ms = entry.started_ms + at_ms
        if "$" in text:
            text = _MOMENT.sub(lambda part: clock.moment(moment_ms).strftime(part[1]), text.replace("$HOSTNAME", record.name))  # noqa: B023  # called at once
        found.append((moment_ms, text))
    return sorted([*found, *((at_ms, text) for at_ms, text in entry.notes)], key=lambda line: line[0]) if entry.notes else found


def amount(resources: Mapping[str, Any], table: str, key: str) -> int:
    """Return a request or limit in millicores or bytes, 0 for none."""
    value = (resources.get(table) or {}).get(key)
    return 0 if value is None else millis(value) if key == "cpu" else whole(value)


@lru_cache(maxsize=256)
def _field_path(container: str, part: str) -> str:
    """Return the path by which an event names a container."""
    return f"spec.{part}{{{container}}}"


def seconds_text(milliseconds: int) -> str:
    """Return a short duration as Go prints it."""
    return f"{milliseconds}ms" if milliseconds < 1000 else f"{milliseconds / 1000:g}s"


def go_duration(milliseconds: int) -> str:
    """Return a duration as Go prints it.

    >>> go_duration(10_000), go_duration(80_000), go_duration(300_000)
    ('10s', '1m20s', '5m0s')
    """
    seconds = milliseconds // 1000
    return f"{seconds}s" if seconds < 60 else f"{seconds // 60}m{seconds % 60}s"


_OLD_BUSYBOX = re.compile(r"(^|/)busybox:1\.(1\d|2[0-8])(\.|-|$)|(^|/)busyboxplus(:|$)")


def as_in(argv: list[str], reference: str, image: Image | None) -> list[str]:
    """Return a network command as the tools of an image run it: busybox has an nslookup of its own, before 1.29 another one; that of BIND comes with dig, and with it the ping of iputils."""
    if argv[:1] == ["ping"] and image is not None and "dig" in image.tools:
        return [argv[0], "-iputils", *argv[1:]]
    if argv[:1] != ["nslookup"] or image is None or not image.distribution.is_busybox or "dig" in image.tools:
        return argv
    return [argv[0], "-old-busybox" if _OLD_BUSYBOX.search(reference) else "-busybox", *argv[1:]]
