"""`kubectl exec`, `attach`, `run -i`, `cp`: what reaches into containers. Models kubectl/pkg/cmd/{exec,attach,run,cp} (1.36)."""

from typing import Any

from learnk8s.simulation.kernel.shell.called import is_bare_shell
from learnk8s.simulation.kernel.shell.programs.small import duration_ms
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.request import Request
from learnk8s.simulation.kubernetes.kubectl.client import Call, Ports
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.kubectl.verbs.look import PODS, Enter, check_container, container_of, pods_behind, run_inside
from learnk8s.simulation.kubernetes.kubectl.watching import WaitJob
from learnk8s.simulation.kubernetes.kubelet.images.clients import client_of, on_terminal
from learnk8s.simulation.kubernetes.objects.document import Doc

RECORDED = "All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\nIf you don't see a command prompt, try pressing enter.\n"
RUNNING_MS = 60_000


def exec_(call: Call) -> Any:
    """`kubectl exec`: one command in a container, or a shell. Raises Usage."""
    try:
        return _executed(call)
    except ApiError as error:
        if error.message.startswith("unable to upgrade connection"):
            raise Usage(f"error: {error.message}") from None
        raise


def _executed(call: Call) -> Any:
    parsed = call.parsed
    if not parsed.words and not parsed.all("filename"):
        raise Usage("error: pod, type/name or --filename must be specified")
    argv = on_terminal(parsed.after_dashes) if parsed.after_dashes and parsed.has("tty") else parsed.after_dashes or []
    if not argv:
        if len(parsed.words) > 1:
            raise Usage("error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples")
        raise Usage("error: you must specify at least one command for the container")
    pod = pods_behind(call, parsed.words[0])[0]
    if pod.get("status", {}).get("phase") in ("Succeeded", "Failed"):
        raise Usage(f"error: cannot exec into a container in a completed pod; current phase is {pod['status']['phase']}")
    container = parsed.get("container") or container_of(call, pod)
    check_container(pod, container)
    if is_bare_shell(argv) and (parsed.has("stdin") or parsed.has("tty")) and not call.stdin:
        tried = run_inside(call, pod, container, [argv[0], "-c", "true"])
        if tried["status"]:
            return _told(call, tried)
        return Enter(pod["metadata"]["namespace"], pod["metadata"]["name"], container, shell=argv[0])
    client = client_of(argv) if (parsed.has("stdin") or parsed.has("tty")) and not call.stdin else None
    found = run_inside(call, pod, container, [*argv, *client.asked("select 1")] if client is not None else argv)
    if client is not None and not found["status"]:
        return Enter(pod["metadata"]["namespace"], pod["metadata"]["name"], container, client=tuple(argv))
    if found.get("took_ms"):
        return WaitJob({"parts": _parts(found, call.ports.clock.now_ms), "status": found["status"], "until_ms": call.ports.clock.now_ms + found["took_ms"]}, call.ports)
    return _told(call, found)


def _told(call: Call, found: Doc) -> None:
    """Print what a command in a container said, and end as it did."""
    call.out.append(found["stdout"])
    call.err.append(found["stderr"])
    call.status = found["status"]


def _parts(found: Doc, now_ms: int) -> list[list[Any]]:
    """Return what a command prints with the moments at which it does."""
    parts: list[list[Any]] = []
    before = (0, 0)
    for at_ms, out, err in (*found.get("moments", ()), (found["took_ms"], len(found["stdout"]), len(found["stderr"]))):
        parts.append([now_ms + at_ms, found["stdout"][before[0] : out] + found["stderr"][before[1] : err]])
        before = (out, err)
    return parts


class AttachJob:
    """Waits for a container to run, then shows what it prints until it ends, or goes in if it runs a shell."""

    kind = "attach"

    def __init__(self, state: dict[str, Any], ports: Ports) -> None:
        self._state, self._ports = state, ports
        self.wake_ms: int | None = state["until_ms"]

    def poll(self) -> tuple[str, int | None]:
        """Return what is new."""
        state = self._state
        first, state["first"] = state["first"], ""
        pod = self._ports.api.store.get("pods", state["namespace"], state["name"])
        if pod is None:
            return first, 0
        now = _state_of(pod, state["container"])
        if "running" not in now and "terminated" not in now:
            if self._ports.clock.now_ms >= state["until_ms"]:
                self.wake_ms = None
                return first + "error: timed out waiting for the condition\n" + self._removed(), 1
            self.wake_ms = state["until_ms"]
            return first, None
        self.wake_ms = self._ports.clock.now_ms + 1_000
        first += self._begun(pod)
        if state["interactive"] and "running" in now and self._reads():
            if not state.get("stdin"):
                return first + self._ports.enter(Enter(state["namespace"], state["name"], state["container"], then=state["then"] or "attach", client=_client_in(pod, state["container"]), shell=_shell_in(pod, state["container"]))), 0
            text, state["stdin"], state["interactive"] = state["stdin"], "", False
            self._ports.api.nodes.attach(state["namespace"], state["name"], state["container"], text, {}, ends=True)
            self.wake_ms = self._ports.clock.now_ms + 10
        out = first + self._logged()
        if "terminated" in now:
            code = int(now["terminated"].get("exitCode", 0))
            return out + self._ended(code), code
        return out, None

    def _begun(self, pod: Doc) -> str:
        if self._state["announced"]:
            return ""
        self._state["announced"] = True
        return RECORDED if self._state["interactive"] else ""

    def _reads(self) -> bool:
        try:
            return self._ports.api.nodes.check_process(self._state["namespace"], self._state["name"], self._state["container"], to="attach")
        except ApiError:
            return False

    def _logged(self) -> str:
        lines = _lines(self._ports, self._state["namespace"], self._state["name"], self._state["container"])
        new = lines[self._state["seen"] :]
        self._state["seen"] = len(lines) or self._state["seen"]
        return "".join(new)

    def _ended(self, code: int) -> str:
        return ended(self._ports, self._state["namespace"], self._state["name"], self._state["then"], self._state["restart"], code)

    def _removed(self) -> str:
        return removed(self._ports, self._state["namespace"], self._state["name"]) if self._state["then"] == "delete" else ""

    def dump(self) -> dict[str, Any]:
        """Return the job's state."""
        return {"kind": self.kind, **self._state}


def _state_of(pod: Doc, container: str) -> Doc:
    """Return whether a container waits, runs or has ended, as the kubelet last reported it."""
    status = pod.get("status", {})
    return next((item.get("state") or {} for part in ("containerStatuses", "ephemeralContainerStatuses") for item in status.get(part) or () if item["name"] == container), {})


def _lines(ports: Ports, namespace: str, name: str, container: str) -> list[str]:
    """Return what a container has printed so far."""
    try:
        text: str = ports.api.handle(Request("get", "pods", namespace, name, "log", options={"container": container})).doc["text"]
    except ApiError:
        return []
    return text.splitlines(keepends=True)


def _shell_in(pod: Doc, container: str) -> str:
    """Return the shell that a container runs, as it was called."""
    spec: Doc = next((item for part in ("containers", "ephemeralContainers") for item in pod["spec"].get(part) or () if item["name"] == container), {})
    argv = [*(spec.get("command") or ()), *(spec.get("args") or ())]
    return str(argv[0]) if is_bare_shell(argv) else "sh"


def _client_in(pod: Doc, container: str) -> tuple[str, ...]:
    """Return the client that a container runs, if it is one that asks for lines."""
    spec = next((item for item in pod["spec"]["containers"] if item["name"] == container), {})
    argv = [*(spec.get("command") or ()), *(spec.get("args") or ())]
    return tuple(on_terminal(argv)) if client_of(argv) is not None else ()


def ended(ports: Ports, namespace: str, name: str, then: str, restart: str, code: int) -> str:
    """Return what kubectl says when the process that it joined has ended: `then` is delete for `run --rm`, run for `run`."""
    said = f"pod {namespace}/{name} terminated (Error)\n" if code and restart == "Never" and then in ("run", "delete") else ""
    return (removed(ports, namespace, name) if then == "delete" else "") + said


def removed(ports: Ports, namespace: str, name: str) -> str:
    """Delete a pod that was run with --rm, and say so."""
    try:
        ports.api.handle(Request("delete", "pods", namespace, name, options={"propagationPolicy": "Background"}))
    except ApiError:
        return ""
    return f'pod "{name}" deleted from {namespace} namespace\n'


def attached(call: Call, pod: Doc, container: str, *, then: str, interactive: bool, seen: int = 0) -> AttachJob:
    """Return the job that shows a pod's container, from the line on that comes after those `seen`."""
    timeout = duration_ms(call.parsed.get("pod-running-timeout", "60s").replace("1m0s", "60s")) or RUNNING_MS
    state = {"first": "", "namespace": pod["metadata"]["namespace"], "name": pod["metadata"]["name"], "container": container, "then": then, "stdin": call.stdin, "interactive": interactive, "announced": call.parsed.has("quiet"), "seen": seen,
             "restart": pod["spec"].get("restartPolicy", "Always"), "until_ms": call.ports.clock.now_ms + timeout}
    return AttachJob(state, call.ports)


def attach(call: Call) -> Any:
    """`kubectl attach`."""
    parsed = call.parsed
    if not parsed.words:
        raise Usage("error: at least 1 argument is required for attach")
    if len(parsed.words) > 1:
        raise Usage(f"error: expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw {len(parsed.words)}: [{' '.join(parsed.words)}]" if len(parsed.words) > 2 else "error: expected POD, TYPE/NAME")
    pod = pods_behind(call, parsed.words[0])[0]
    if pod.get("status", {}).get("phase") in ("Succeeded", "Failed"):
        raise Usage(f"error: cannot attach a container in a completed pod; current phase is {pod['status']['phase']}")
    container = parsed.get("container") or container_of(call, pod)
    spec = next((item for item in pod["spec"]["containers"] if item["name"] == container), None)
    if spec is None:
        raise Usage(f"error: container {container} not found in pod {pod['metadata']['name']}")
    if parsed.has("tty") and not spec.get("tty"):
        call.err.append(f"error: Unable to use a TTY - container {container} did not allocate one\n")
    before = _lines(call.ports, pod["metadata"]["namespace"], pod["metadata"]["name"], container) if "running" in _state_of(pod, container) else []
    return attached(call, pod, container, then="", interactive=parsed.has("stdin"), seen=len(before))


def ran(call: Call, pod: Doc) -> AttachJob:
    """Attach to the pod that `kubectl run -i` made."""
    return attached(call, pod, pod["spec"]["containers"][0]["name"], then="delete" if call.parsed.has("rm") else "run", interactive=call.parsed.has("stdin"))


# Copying


def cp(call: Call) -> None:
    """`kubectl cp`: between the terminal's files and a container's."""
    if len(call.parsed.words) != 2:
        raise Usage("error: source and destination are required")
    source, target = (_place(word) for word in call.parsed.words)
    if source[0] and target[0]:
        raise Usage("error: one of src or dest must be a local file specification")
    if not source[0] and not target[0]:
        raise Usage("error: one of src or dest must be a remote file specification")
    if not source[1] or not target[1]:
        raise Usage("error: filepath can not be empty")
    if source[0]:
        _from_container(call, source, target[1])
    else:
        _to_container(call, source[1], target)


def _place(word: str) -> tuple[str, str]:
    pod, colon, path = word.partition(":")
    return (pod, path) if colon and not word.startswith(("/", ".")) else ("", word)


def _inside(call: Call, place: str, argv: list[str], stdin: str = "") -> Doc:
    namespace, _slash, name = place.rpartition("/")
    pod = call.get(PODS, name, namespace or None)
    container = call.parsed.get("container") or container_of(call, pod)
    return call.request("create", PODS, name, namespace=pod["metadata"]["namespace"], subresource="exec", container=container, command=argv, stdin=stdin).doc


def _from_container(call: Call, source: tuple[str, str], target: str) -> None:
    found = _inside(call, source[0], ["cat", source[1]])
    if found["status"]:
        call.complain(f"error: {source[1]} no such file or directory" if "No such file" in found["stderr"] else found["stderr"].strip())
        return
    if call.files.is_folder(target):
        target = f"{target.rstrip('/')}/{source[1].rpartition('/')[2]}"
    call.files.write(target, found["stdout"])


def _to_container(call: Call, source: str, target: tuple[str, str]) -> None:
    text = call.files.read(source)
    if text is None:
        raise Usage(f"error: {source} doesn't exist in local filesystem" if not call.files.is_folder(source) else f"error: {source} is a folder; only single files can be copied in this sandbox")
    path = target[1]
    folder = _inside(call, target[0], ["sh", "-c", f"test -d {path}"])
    if path.endswith("/") or folder["status"] == 0:
        path = f"{path.rstrip('/')}/{source.rpartition('/')[2]}"
    found = _inside(call, target[0], ["sh", "-c", f"cat > {path}"], text)
    if found["status"]:
        call.complain(found["stderr"].strip() or f"command terminated with exit code {found['status']}")

