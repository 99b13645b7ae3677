"""What one sees inside a container: its logs, and the small commands that `kubectl exec` runs there.

The commands are simulated: they read what the simulation knows of the container and change nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from learnk8s.simulation.kernel.limits import LOG_LINES_MAX
from learnk8s.simulation.kubernetes.apiserver import errors
from learnk8s.simulation.kubernetes.control.machinery import Machinery
from learnk8s.simulation.kubernetes.kubelet import environment
from learnk8s.simulation.kubernetes.kubelet.images.program import Program
from learnk8s.simulation.kubernetes.kubelet.kubelet import Kubelets
from learnk8s.simulation.kubernetes.kubelet.runtime import ContainerRecord, PodRecord
from learnk8s.simulation.kubernetes.objects.document import Doc


@dataclass(frozen=True, slots=True)
class ExecResult:
    """What a command in a container printed, and its exit status."""

    stdout: str
    stderr: str
    status: int


Shell = Callable[[list[str], "Inside", str], ExecResult]


@dataclass(frozen=True, slots=True)
class Inside:
    """One running container, seen from within."""

    pod: Doc
    record: PodRecord
    entry: ContainerRecord
    program: Program
    variables: Mapping[str, str]
    age_ms: int


class InsideContainers:
    """The NodePort of the API server: logs and exec."""

    def __init__(self, machinery: Machinery, kubelets: Kubelets, shell: Shell) -> None:
        self._machinery, self._kubelets, self._shell = machinery, kubelets, shell

    def _found(self, namespace: str, name: str, container: str) -> tuple[Doc, PodRecord | None, ContainerRecord | None, str]:
        pod = self._machinery.store.get("pods", namespace, name)
        if pod is None:
            raise errors.not_found("pods", name)
        names = [item["name"] for item in [*pod["spec"]["containers"], *(pod["spec"].get("initContainers") or ())]]
        container = container or (pod["metadata"].get("annotations") or {}).get("kubectl.kubernetes.io/default-container", "") or names[0]
        if container not in names:
            raise errors.bad_request(f"container {container} is not valid for pod {name}")
        record = self._kubelets.pods.get(pod["metadata"]["uid"])
        if record is not None and not self._kubelets.is_reachable(record.node):
            raise errors.ApiError(500, "InternalError", f'Get "https://{record.node}:10250/containerLogs/{namespace}/{name}/{container}": dial tcp {record.node}:10250: connect: no route to host')
        return pod, record, record.find(container) if record else None, container

    def logs(self, namespace: str, pod: str, container: str = "", *, previous: bool = False, tail: int | None = None, since_s: int | None = None,
             timestamps: bool = False, limit_bytes: int | None = None) -> str:
        """Return a container's log. Raises ApiError as the kubelet words it."""
        doc, record, entry, name = self._found(namespace, pod, container)
        lines = self._lines(doc, record, entry, name, previous=previous)
        now = self._machinery.clock.now_ms
        if since_s is not None:
            lines = [line for line in lines if line[0] >= now - since_s * 1000]
        if tail is not None and tail >= 0:
            lines = lines[-tail:] if tail else []
        text = "".join(f"{self._machinery.clock.micro_timestamp(at_ms)[:-1]}000Z {line}\n" if timestamps else f"{line}\n" for at_ms, line in lines)
        return text.encode()[:limit_bytes].decode(errors="ignore") if limit_bytes else text

    def _lines(self, pod: Doc, record: PodRecord | None, entry: ContainerRecord | None, name: str, *, previous: bool) -> list[tuple[int, str]]:
        if previous:
            if entry is None or entry.last_log is None or not entry.restarts:
                raise errors.bad_request(f'previous terminated container "{name}" in pod "{pod["metadata"]["name"]}" not found')
            return entry.last_log
        if record is None or entry is None or (entry.state == "waiting" and entry.last is None):
            raise errors.bad_request(f'container "{name}" in pod "{pod["metadata"]["name"]}" is waiting to start: {self._waiting(pod, entry)}')
        if entry.state != "running":
            return entry.last_log or []
        program = self._kubelets.program_of(entry)
        age_ms = self._machinery.clock.now_ms - entry.started_ms
        return [(entry.started_ms + at_ms, text.replace("$HOSTNAME", record.name)) for at_ms, text in program.log_until(age_ms, LOG_LINES_MAX)]

    @staticmethod
    def _waiting(pod: Doc, entry: ContainerRecord | None) -> str:
        if entry is None:
            return "ContainerCreating"
        return "trying and failing to pull image" if entry.reason in ("ErrImagePull", "ImagePullBackOff") else entry.reason

    def exec(self, namespace: str, pod: str, container: str, argv: list[str], stdin: str = "") -> ExecResult:
        """Run a command in a container. Raises ApiError if there is no process to join."""
        doc, record, entry, name = self._found(namespace, pod, container)
        if doc.get("status", {}).get("phase") in ("Succeeded", "Failed"):
            raise errors.ApiError(400, "BadRequest", f"cannot exec into a container in a completed pod; current phase is {doc['status']['phase']}")
        if record is None or entry is None or entry.state != "running":
            raise errors.ApiError(500, "InternalError", f'unable to upgrade connection: container not found ("{name}")')
        spec = next(item for item in doc["spec"]["containers"] if item["name"] == name)
        inside = Inside(doc, record, entry, self._kubelets.program_of(entry), environment.variables(doc, spec, record, self._machinery.store), self._machinery.clock.now_ms - entry.started_ms)
        return self._shell(argv, inside, stdin)
