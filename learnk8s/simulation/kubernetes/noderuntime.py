"""`crictl` on a node: what the container runtime itself runs, whether or not a kubelet or an API server answers. Models cri-tools/cmd/crictl (1.36)."""

from dataclasses import dataclass

from learnk8s.simulation.kernel.shell.program import Invocation, Outcome
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.cluster import Cluster
from learnk8s.simulation.kubernetes.kubelet.processes import run_in
from learnk8s.simulation.kubernetes.kubelet.runtime import ContainerRecord, PodRecord
from learnk8s.simulation.kubernetes.kubelet.status import container_id, sandbox_id
from learnk8s.simulation.kubernetes.objects.document import Doc

USAGE = "learnk8s: crictl ps [-a] | pods | images | logs [--tail N] CONTAINER | exec CONTAINER COMMAND... | stop CONTAINER\n"
NOT_RUNNING = 'FATA[0000] validate service connection: validate CRI v1 runtime API for endpoint "unix:///run/containerd/containerd.sock": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"\n'
SHORT = 13


@dataclass(frozen=True, slots=True)
class Running:
    """A container that the runtime knows."""

    id: str
    pod: Doc
    record: PodRecord
    entry: ContainerRecord


def crictl(call: Invocation, cluster: Cluster, node: str) -> Outcome:
    """Run a command of the container runtime's client."""
    if cluster.kubelets.nodes[node].stopped == "containerd":
        return Outcome("", NOT_RUNNING, 1)
    match call.argv[1:]:
        case ["ps", *flags]:
            return _ps(cluster, node, every=any(flag in ("-a", "--all") for flag in flags))
        case ["pods", *_]:
            return _pods(cluster, node)
        case ["images" | "image" | "img", *_]:
            return _images(cluster, node)
        case ["logs", *words]:
            return _logs(cluster, node, words)
        case ["exec", *words]:
            return _exec(cluster, node, [word for word in words if word not in ("-it", "-i", "-t", "-ti", "--")])
        case ["stop" | "rm", *words] if words:
            return _stop(cluster, node, words[-1])
    return Outcome("", USAGE, 1)


def _containers(cluster: Cluster, node: str) -> list[Running]:
    found = []
    for record in cluster.kubelets.pods.values():
        pod = cluster.store.get("pods", record.namespace, record.name) if record.node == node else None
        if pod is not None and pod["metadata"]["uid"] == record.uid:
            found += [Running(container_id(record.uid, entry.name, entry.restarts), pod, record, entry) for entry in record.all if entry.state in ("running", "terminated") or entry.last is not None]
    return sorted(found, key=lambda item: (-item.entry.started_ms, item.record.name, item.entry.name))


def _named(cluster: Cluster, node: str, word: str) -> Running | Outcome:
    found = [item for item in _containers(cluster, node) if item.id.startswith(word)] if word else []
    if not found:
        return Outcome("", f'FATA[0000] execing command in container: rpc error: code = NotFound desc = an error occurred when try to find container "{word}": not found\n', 1)
    return found[0] if len(found) == 1 else Outcome("", f'FATA[0000] container ID "{word}" is ambiguous\n', 1)


def _table(rows: list[tuple[str, ...]]) -> str:
    """Return rows in columns as Go's tabwriter sets them: at least 20 wide, three spaces between."""
    widths = [max(20, *(len(row[place]) + 3 for row in rows)) for place in range(len(rows[0]))]
    return "".join("".join(cell.ljust(width) for cell, width in zip(row[:-1], widths)) + row[-1] + "\n" for row in rows)


def _ps(cluster: Cluster, node: str, *, every: bool) -> Outcome:
    rows = [("CONTAINER", "IMAGE", "CREATED", "STATE", "NAME", "ATTEMPT", "POD ID", "POD", "NAMESPACE")]
    for item in _containers(cluster, node):
        entry = item.entry
        running = entry.state == "running"
        if running or every:
            image = cluster.kubelets.registry.find(entry.image)
            rows.append((item.id[:SHORT], _image_id(image.name if image else entry.image)[:SHORT], _ago(cluster.clock.now_ms - entry.started_ms), "Running" if running else "Exited", entry.name, str(entry.restarts),
                         sandbox_id(item.record.uid)[:SHORT], item.record.name, item.record.namespace))
    return Outcome(_table(rows))


def _pods(cluster: Cluster, node: str) -> Outcome:
    rows = [("POD ID", "CREATED", "STATE", "NAME", "NAMESPACE", "ATTEMPT", "RUNTIME")]
    for record in sorted((record for record in cluster.kubelets.pods.values() if record.node == node and record.ip), key=lambda record: (-record.began_ms, record.name)):
        alive = any(entry.state == "running" for entry in record.all)
        rows.append((sandbox_id(record.uid)[:SHORT], _ago(cluster.clock.now_ms - record.began_ms), "Ready" if alive else "NotReady", record.name, record.namespace, "0", "(default)"))
    return Outcome(_table(rows))


def _images(cluster: Cluster, node: str) -> Outcome:
    rows = [("IMAGE", "TAG", "IMAGE ID", "SIZE")]
    for name in sorted(cluster.kubelets.nodes[node].images):
        image = cluster.kubelets.registry.find(name)
        place, _, tag = name.rpartition(":")
        rows.append((image.name if image else place, tag or "latest", _image_id(image.name if image else name)[:SHORT], f"{(image.size_bytes if image else 0) / 1_000_000:.3g}MB"))
    return Outcome(_table(rows))


def _logs(cluster: Cluster, node: str, words: list[str]) -> Outcome:
    tail = next((words[index + 1] for index, word in enumerate(words[:-1]) if word in ("--tail", "-n")), "") or next((word.partition("=")[2] for word in words if word.startswith("--tail=")), "")
    names = [word for word in words if not word.startswith("-") and word != tail]
    found = _named(cluster, node, names[-1] if names else "")
    if isinstance(found, Outcome):
        return found
    lines = cluster.inside.log_of(found.pod, found.record, found.entry)
    return Outcome("".join(f"{line}\n" for line in (lines[-int(tail) :] if tail.isdigit() and int(tail) else lines)))


def _exec(cluster: Cluster, node: str, words: list[str]) -> Outcome:
    found = _named(cluster, node, words[0] if words else "")
    if isinstance(found, Outcome):
        return found
    if found.entry.state != "running" or len(words) < 2:
        return Outcome("", f'FATA[0000] execing command in container: rpc error: code = Unknown desc = container is in {"CONTAINER_EXITED" if found.entry.state != "running" else "CONTAINER_RUNNING"} state; a command is required\n', 1)
    done = run_in(cluster.kubelets, found.pod, found.record, found.entry, words[1:])
    if done.missing:
        return Outcome("", f'FATA[0000] execing command in container: exec: "{done.missing}": executable file not found in $PATH\n', 1)
    return Outcome(done.stdout, done.stderr, done.status)


def _stop(cluster: Cluster, node: str, word: str) -> Outcome:
    found = _named(cluster, node, word)
    if isinstance(found, Outcome):
        return found
    try:
        cluster.kubelets.kill_process(found.record.namespace, found.record.name, found.entry.name)
    except ApiError as error:
        return Outcome("", f"FATA[0000] stopping the container: {error.message}\n", 1)
    return Outcome(f"{word}\n")


def _image_id(name: str) -> str:
    from hashlib import sha256

    return sha256(name.encode()).hexdigest()


def _ago(milliseconds: int) -> str:
    """Return an age as the runtime's client words it."""
    seconds = milliseconds // 1000
    for length, one in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= length:
            count = seconds // length
            return f"{'About a' + ('n' if one == 'hour' else '') if count == 1 and one != 'day' else count} {one}{'s' if count > 1 else ''} ago"
    return f"{seconds} seconds ago" if seconds >= 2 else "Less than a second ago" if seconds < 1 else "1 second ago"
