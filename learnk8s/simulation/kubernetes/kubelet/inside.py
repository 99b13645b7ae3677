"""What one sees inside a container: its logs, and the commands that `kubectl exec` runs there."""

from dataclasses import dataclass
from typing import Any

from learnk8s.simulation.kernel.limits import LOG_LINES_MAX
from learnk8s.simulation.kubernetes.apiserver import errors
from learnk8s.simulation.kubernetes.control.machinery import Machinery
from learnk8s.simulation.kubernetes.kubelet.contents import Contents
from learnk8s.simulation.kubernetes.kubelet.environment import host_name
from learnk8s.simulation.kubernetes.kubelet.images.clients import client_of
from learnk8s.simulation.kubernetes.kubelet.images.program import UNENDED, printed
from learnk8s.simulation.kubernetes.kubelet.kubelet import Kubelets
from learnk8s.simulation.kubernetes.kubelet.parts import NOTES_MAX, container_log
from learnk8s.simulation.kubernetes.kubelet.processes import run_in
from learnk8s.simulation.kubernetes.kubelet.runtime import ContainerRecord, PodRecord
from learnk8s.simulation.kubernetes.kubelet.status import container_id
from learnk8s.simulation.kubernetes.objects.document import Doc


@dataclass(frozen=True, slots=True)
class ExecResult:
    """What a command in a container printed, and its exit status."""

    stdout: str
    stderr: str
    status: int
    took_ms: int = 0
    error: str = ""
    """Why nothing was started."""
    left: bool = False
    """The shell that took the line has ended."""
    moments: tuple[tuple[int, int, int], ...] = ()
    """After how many milliseconds how many letters of stdout and stderr were there."""


@dataclass(frozen=True, slots=True)
class Place:
    """What the prompt of a shell in a container tells."""

    dialect: str = "ash"
    user: int = 0
    account: str = "root"
    home: str = "/root"
    host: str = ""
    folder: str = "/"


class InsideContainers:
    """The NodePort of the API server: logs and exec."""

    def __init__(self, machinery: Machinery, kubelets: Kubelets) -> None:
        self._machinery, self._kubelets = machinery, kubelets

    def _found(self, namespace: str, name: str, container: str) -> tuple[Doc, PodRecord | None, ContainerRecord | None, str]:
        pod = self._machinery.store.get("pods", namespace, name)
        if pod is None:
            raise errors.not_found("pods", name)
        names = [item["name"] for item in [*pod["spec"]["containers"], *(pod["spec"].get("initContainers") or ()), *(pod["spec"].get("ephemeralContainers") or ())]]
        container = container or (pod["metadata"].get("annotations") or {}).get("kubectl.kubernetes.io/default-container", "") or names[0]
        if container not in names:
            raise errors.bad_request(f"container {container} is not valid for pod {name}")
        record = self._kubelets.pods.get(pod["metadata"]["uid"])
        node = self._kubelets.nodes.get(record.node) if record is not None else None
        if node is not None and not node.answers:
            why = "connect: connection refused" if node.is_reachable else "connect: no route to host"
            raise errors.ApiError(500, "InternalError", f'Get "https://{node.name}:10250/containerLogs/{namespace}/{name}/{container}": dial tcp {node.name}:10250: {why}')
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
        text = printed(f"{self._machinery.clock.micro_timestamp(at_ms)[:-1]}000Z {line}" if timestamps else line for at_ms, line in lines)
        return text.encode()[:limit_bytes].decode(errors="ignore") if limit_bytes else text

    def _lines(self, pod: Doc, record: PodRecord | None, entry: ContainerRecord | None, name: str, *, previous: bool) -> list[tuple[int, str]]:
        if not pod["spec"].get("nodeName"):
            return []  # where no kubelet can be asked, the API server answers with nothing
        if previous:
            if entry is None or entry.last_log is None or not entry.restarts:
                raise errors.bad_request(f'previous terminated container "{name}" in pod "{pod["metadata"]["name"]}" not found')
            return entry.last_log
        if record is None or entry is None or (entry.state == "waiting" and entry.last is None):
            raise errors.bad_request(f'container "{name}" in pod "{pod["metadata"]["name"]}" is waiting to start: {self._waiting(pod, entry)}')
        if entry.state != "running":
            return entry.last_log or []
        program = self._kubelets.program_of(record, entry)
        age_ms = self._machinery.clock.now_ms - entry.started_ms
        if program.follows:
            text = Contents(self._kubelets, pod, record, entry).read(program.follows, self._machinery.clock.now_ms)
            return [(self._machinery.clock.now_ms, line) for line in (text or "").splitlines()[-LOG_LINES_MAX:]]
        return container_log(record, entry, program.log_until(age_ms, LOG_LINES_MAX), self._machinery.clock)

    def log_of(self, pod: Doc, record: PodRecord, entry: ContainerRecord) -> list[str]:
        """Return a container's log as the runtime on its node has it, though no kubelet may answer."""
        if entry.state == "waiting":
            return [line.removesuffix(UNENDED) for _at_ms, line in entry.last_log or ()]
        return [line.removesuffix(UNENDED) for _at_ms, line in self._lines(pod, record, entry, entry.name, previous=False)]

    @staticmethod
    def _waiting(pod: Doc, entry: ContainerRecord | None) -> str:
        if entry is None:
            return "ContainerCreating" if pod["spec"].get("nodeName") else "PodScheduled"
        return "trying and failing to pull image" if entry.reason in ("ErrImagePull", "ImagePullBackOff") else entry.reason

    def exec(self, namespace: str, pod: str, container: str, argv: list[str], stdin: str = "", session: dict[str, Any] | None = None) -> ExecResult:
        """Run a command in a container. Raises ApiError if there is no process to join. `session` keeps the folder and the variables of a shell from one line to the next."""
        doc, record, entry = self._process(namespace, pod, container)
        if self._kubelets.bare:
            return ExecResult("", "", 0)
        found = run_in(self._kubelets, doc, record, entry, argv, stdin, session)
        if found.missing:
            return missing(found.missing, container_id(record.uid, f"{entry.name}/{argv}", self._machinery.clock.now_ms))
        return ExecResult(found.stdout, found.stderr + (f"command terminated with exit code {found.status}\n" if found.status else ""), found.status, found.took_ms, moments=found.moments)

    def attach(self, namespace: str, pod: str, container: str, line: str, session: dict[str, Any], *, ends: bool = False) -> ExecResult:
        """Give a line to the shell that a container runs, into whose log goes what it prints; `ends` says that nothing more comes, so that it leaves.

        Raises ApiError if the container does not run.
        """
        doc, record, entry = self._process(namespace, pod, container, to="attach")
        if self._kubelets.bare or not self._kubelets.program_of(record, entry).reads:
            return ExecResult("", "", 0)
        client = client_of(entry.arguments)
        found = run_in(self._kubelets, doc, record, entry, [*entry.arguments, *client.asked(line)] if client is not None else [entry.arguments[0] if entry.arguments else "sh", "-c", line], "", session)
        entry.notes = [*(entry.notes or ()), *([self._machinery.clock.now_ms, text] for text in (found.stdout + found.stderr).splitlines())][-NOTES_MAX:]
        session["status"] = found.status if line.strip() else session.get("status", 0)
        left = ends or found.left
        if left:
            self._kubelets.left(record, entry, session["status"])
        return ExecResult(found.stdout, found.stderr, session["status"], found.took_ms, left=left, moments=found.moments)

    def place(self, namespace: str, pod: str, container: str, shell: str) -> "Place":
        """Return where a shell in a container is, as its prompt tells it; the plainest place where the container is gone."""
        try:
            doc, record, entry = self._process(namespace, pod, container)
        except errors.ApiError:
            return Place()
        if self._kubelets.bare:
            return Place()
        around, files = self._kubelets.surroundings(doc, record, entry, processes=False), Contents(self._kubelets, doc, record, entry)
        rows = [line.split(":") for line in (files.read("/etc/passwd", self._machinery.clock.now_ms) or "").splitlines()]
        account = next((row for row in rows if len(row) > 5 and row[2] == str(around.user)), None)
        image = self._kubelets.registry.find(entry.image)
        folder = self._kubelets.spec_of(doc, entry.name).get("workingDir") or (image.folder if image else "/")
        return Place(around.distribution.dialect(shell).name, around.user, account[0] if account else "I have no name!", account[5] if account else "/", host_name(doc), folder)

    def check_process(self, namespace: str, pod: str, container: str, *, to: str = "exec") -> bool:
        """Refuse if there is no process to join; say whether it takes lines. Raises ApiError as the kubelet words it to who wants `to` exec or attach."""
        _doc, record, entry = self._process(namespace, pod, container, to=to)
        return not self._kubelets.bare and self._kubelets.program_of(record, entry).reads

    def _process(self, namespace: str, pod: str, container: str, *, to: str = "exec") -> tuple[Doc, PodRecord, ContainerRecord]:
        """Find a running container. The words are those of GetExec and GetAttach in pkg/kubelet/kubelet_pods.go (1.36)."""
        doc, record, entry, name = self._found(namespace, pod, container)
        if not doc["spec"].get("nodeName"):
            raise errors.bad_request(f"pod {doc['metadata']['name']} does not have a host assigned")
        if record is None or entry is None or entry.state != "running":
            why = f"container {name} not found in pod {pod}_{namespace}" if to == "attach" else f'container not found ("{name}")'
            raise errors.ApiError(500, "InternalError", f"unable to upgrade connection: {why}")
        return doc, record, entry


def missing(name: str, process_id: str) -> ExecResult:
    """Return what the container runtime says of a command that is not in the image; the process has its name already. Models containerd/internal/cri/server/container_execsync.go (2.2)."""
    why = f"stat {name}: no such file or directory" if name.startswith("/") else "executable file not found in $PATH"
    error = f'error executing command in container: failed to exec in container: failed to start exec "{process_id}": OCI runtime exec failed: exec failed: unable to start container process: exec: "{name}": {why}: unknown'
    return ExecResult("", f"error: Internal error occurred: Internal error occurred: {error}\n", 1, error=error)
