"""A shell on a node, as an administrator has it after `ssh NODE` or `minikube ssh -n NODE`: the node's files, its services, and what its container runtime runs.

What it changes in /etc/kubernetes/manifests the node's kubelet sees. `systemctl` and `crictl` work where kubectl cannot: while the kubelet or the API server stands still.
Differs: a node has the two services kubelet and containerd, of which one may stand still at a time.
"""

from collections.abc import Callable
from typing import Any

from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kernel.shell.built_in import EDITORS
from learnk8s.simulation.kernel.shell.editing import Editor, resumed_file_editor
from learnk8s.simulation.kernel.shell.program import Invocation, Outcome, Program
from learnk8s.simulation.kernel.shell.shell import Shell
from learnk8s.simulation.kernel.shell.words import Pipeline, SyntaxFault
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.cluster import Cluster
from learnk8s.simulation.kubernetes.kubelet.contents import FOLDER_MODES, STATIC_FOLDER
from learnk8s.simulation.kubernetes.kubelet.layered import PLAIN_MARK, FileStatus, LayeredFiles, ReadOnly
from learnk8s.simulation.kubernetes.kubelet.machine import address
from learnk8s.simulation.kubernetes.kubelet.tools import MountRow, Surroundings, tools
from learnk8s.simulation.kubernetes.netshell import Timed, network_command
from learnk8s.simulation.kubernetes.noderuntime import crictl
from learnk8s.simulation.kubernetes.network.network import HttpAnswer, NetworkFailure

Act = Callable[[dict[str, Any]], str]
HOME = "/root"
SERVICES = {"kubelet": "kubelet: The Kubernetes Node Agent", "containerd": "containerd container runtime"}
PIDS = {"kubelet": 812, "containerd": 640}
WAIT_MS_MAX = 3_600_000


class HostFiles:
    """The files of a node, as the layers of its shell see them."""

    def __init__(self, cluster: Cluster, node: str) -> None:
        self._table = cluster.kubelets.disk_at(f"host/{node}", cluster.clock.now_ms)
        self._marks = cluster.kubelets.disk_marks(f"host/{node}")

    def read(self, path: str, at_ms: int) -> str | None:
        """Return a file's text."""
        found = self._table.get(path)
        return found[1] if found else None

    def names(self, folder: str, at_ms: int) -> list[str]:
        """Return the names in a folder."""
        start = folder.rstrip("/") + "/"
        return sorted({path[len(start) :].split("/")[0] for path, (_when, text) in self._table.items() if path.startswith(start) and text is not None} - {""})

    def is_folder(self, path: str, at_ms: int) -> bool:
        """Say whether a path is a folder."""
        start = path.rstrip("/") + "/"
        return path in ("/", HOME) or any(name.startswith(start) and text is not None for name, (_when, text) in self._table.items())

    def is_read_only(self, path: str) -> bool:
        """Say whether nothing can be written there."""
        return False

    def status(self, path: str, at_ms: int) -> FileStatus | None:
        """Return the mode and the owner of a file or folder that is there."""
        is_folder = self.is_folder(path, at_ms)
        return FileStatus(is_folder, *self._marks[path]) if path in self._marks else FileStatus(is_folder, FOLDER_MODES.get(path, 0o755) if is_folder else 0o644)


class NodeShell(Shell):
    """One line on a node."""

    def __init__(self, cluster: Cluster, act: Act, node: str, session: dict[str, Any]) -> None:
        self.took_ms, self._cluster, self._node = 0, cluster, node
        now_ms = cluster.clock.now_ms
        super().__init__(_programs(cluster, act, node, self._wait), now_ms=lambda: now_ms + self.took_ms, advance=lambda until: None, next_due_ms=lambda: None)
        self.layers = LayeredFiles(HostFiles(cluster, node), now_ms, session.get("cwd") or HOME)
        self.files = self.layers
        self.variables = {"HOME": HOME, "USER": "root", "HOSTNAME": node, **session.get("variables", {}), "PWD": self.layers.cwd}

    def _wait(self, milliseconds: int) -> None:
        self.took_ms += min(milliseconds, WAIT_MS_MAX)

    def _pipeline(self, pipeline: Pipeline, *, foreground: bool) -> Outcome:
        return super()._pipeline(pipeline, foreground=False)

    def _run(self, argv: list[str], stdin: str, settings: dict[str, str], *, foreground: bool) -> Outcome:
        if argv[0] == "sudo" and len(argv) > 1:
            words = argv[1:]
            return Outcome() if words in (["-i"], ["su"], ["-s"]) else self._run(words, stdin, settings, foreground=False)
        if argv[0] == "cd":
            return self.programs["cd"].run(Invocation(argv, stdin, self.files, self.variables, self._now_ms(), self._captured))  # type: ignore[return-value]  # cd is no job
        return super()._run(argv, stdin, settings, foreground=False)

    def told(self, source: str) -> Outcome:
        """Run a line to its end."""
        try:
            return self._captured(source)
        except SyntaxFault as fault:
            return Outcome("", f"bash: {fault}\n", 2)
        except (LimitExceeded, ReadOnly) as limit:
            return Outcome("", f"bash: {limit}\n", 1)

    def kept(self) -> None:
        """Keep what was changed in files, and have the kubelet look at its manifests."""
        now_ms, node = self._cluster.clock.now_ms, self._node
        changes: dict[str, str | None] = {path: None for path in self.layers.gone}
        changes |= {f"{path}/": None for path in self.layers.gone}
        changes |= {f"{folder}/": "" for folder in self.layers.folders if folder != "/"}
        changes |= self.layers.texts
        if changes:
            disk = self._cluster.kubelets.disks.setdefault(f"host/{node}", {})
            disk.update({path: [now_ms, text] for path, text in changes.items()})
        if self.layers.marks:
            marks = self._cluster.kubelets.marks
            marks[f"host/{node}"] = {**marks.get(f"host/{node}", {}), **{path: mark for path, mark in self.layers.marks.items() if mark != PLAIN_MARK}}
        if any(path.startswith(STATIC_FOLDER) for path in changes):
            self._cluster.kubelets.manifests_changed(node)


def ran(cluster: Cluster, act: Act, node: str, source: str, session: dict[str, Any]) -> Timed:
    """Run a line on a node and keep what it changed; `session` keeps the folder and the variables from one line to the next."""
    shell = NodeShell(cluster, act, node, session)
    before = dict(shell.variables)
    outcome = shell.told(source)
    shell.kept()
    session["cwd"] = shell.layers.cwd
    session["variables"] = {**session.get("variables", {}), **{key: value for key, value in shell.variables.items() if before.get(key) != value and key != "PWD"}}
    return Timed(outcome.stdout, outcome.stderr, outcome.status, shell.took_ms)


def unreachable(cluster: Cluster, node: str) -> Outcome | None:
    """Return why nobody can log in to a node, or None."""
    record = cluster.kubelets.nodes.get(node)
    if record is None:
        return Outcome("", f"ssh: Could not resolve hostname {node}: Name or service not known\n", 255)
    return None if record.is_reachable else Outcome("", f"ssh: connect to host {node} port 22: No route to host\n", 255)


# The editor


def edited_file(source: str) -> str:
    """Return the file that a line opens in an editor, or "".

    >>> edited_file("sudo vi /etc/kubernetes/manifests/web.yaml"), edited_file("ls -l")
    ('/etc/kubernetes/manifests/web.yaml', '')
    """
    words = [word for word in source.split() if word != "sudo"]
    names = [word for word in words[1:] if not word.startswith(("-", "+"))]
    return names[0] if words and words[0] in EDITORS and len(names) == 1 else ""


def editor(cluster: Cluster, act: Act, state: dict[str, Any]) -> Editor:
    """Return an editor of a file on a node; `state` names the node, the file and its text so far."""

    def save(state: dict[str, Any], text: str | None) -> tuple[Outcome, str | None]:
        shell = NodeShell(cluster, act, state["node"], {"cwd": state["cwd"]})
        if text is not None and not shell.files.parent_exists(state["name"]):
            return Outcome("", f'"{state["name"]}" E212: Can\'t open file for writing\n', 1), None
        ended = resumed_file_editor(dict(state), shell.files).ended(text)
        shell.kept()
        return ended, None

    return Editor(state, save)


def opened(cluster: Cluster, act: Act, node: str, name: str, session: dict[str, Any]) -> Editor:
    """Open a file of a node."""
    shell = NodeShell(cluster, act, node, session)
    return editor(cluster, act, {"kind": "editor", "name": name, "text": shell.files.read(name) or "", "node": node, "cwd": shell.layers.cwd})


# Programs


def _programs(cluster: Cluster, act: Act, node: str, wait: Callable[[int], None]) -> dict[str, Program]:
    record = cluster.kubelets.nodes[node]
    ip = address(record.number)

    def network(argv: list[str]) -> Outcome:
        return network_command(argv, cluster.network, localhost=local)

    def local(port: int, path: str, method: str, body: str) -> HttpAnswer | NetworkFailure | None:
        if port == 10248:
            return HttpAnswer(200, "ok", "") if record.stopped != "kubelet" else None
        return cluster.network.request(ip, port, path, method=method)

    running = [f"/usr/bin/{name}" for name in SERVICES if record.stopped != name]
    for uid, pod in cluster.kubelets.pods.items():
        if pod.node == node:
            running += [name for entry in pod.all if entry.state == "running" for name in cluster.kubelets.program_of(pod, entry).processes or (entry.name,)] if uid else []
    around = Surroundings(node, "", ip, node, mounts=(MountRow("/dev/vda1", "/", "ext4", 100 * 2**30),), processes=("/sbin/init", *running), network=network, wait=wait)
    own = {
        "systemctl": Program(lambda call: _systemctl(call, cluster, act, node)), "journalctl": Program(lambda call: _journalctl(call, cluster, node)),
        "crictl": Program(lambda call: crictl(call, cluster, node)), "hostname": Program(lambda call: Outcome(f"{ip}\n" if "-i" in call.argv or "-I" in call.argv else f"{node}\n")),
    }
    return {**tools(around), **own}


def _systemctl(call: Invocation, cluster: Cluster, act: Act, node: str) -> Outcome:
    words = [word for word in call.argv[1:] if not word.startswith("-")]
    if words[:1] in (["daemon-reload"], ["enable"], ["disable"]):
        return Outcome()
    if len(words) < 2:
        return Outcome("", "learnk8s: systemctl status|start|stop|restart|is-active kubelet|containerd\n", 1)
    verb, name = words[0], words[1].removesuffix(".service")
    if name not in SERVICES:
        text = f"Unit {name}.service could not be found.\n" if verb == "status" else f"Failed to {verb} {name}.service: Unit {name}.service not found.\n"
        return Outcome("", text, 4 if verb == "status" else 5)
    record = cluster.kubelets.nodes[node]
    active = record.stopped != name
    match verb:
        case "status":
            return _status(cluster, node, name)
        case "is-active":
            return Outcome("active\n" if active else "inactive\n", "", 0 if active else 3)
        case "start" | "stop" | "restart":
            if record.stopped not in ("", name):
                return Outcome("", f"learnk8s: one part of a node stands still at a time here; start {record.stopped} first\n", 1)
            try:
                if verb != "start" and active:
                    act({"kind": "stop-part", "ref": f"Part/{node}/{name}"})
                if verb != "stop" and (not active or verb == "restart"):
                    act({"kind": "start-part", "ref": f"Part/{node}/{name}"})
            except ApiError as error:
                return Outcome("", f"Failed to {verb} {name}.service: {error.message}\n", 1)
            return Outcome()
    return Outcome("", f"Unknown command verb '{verb}'.\n", 1)


def _status(cluster: Cluster, node: str, name: str) -> Outcome:
    record = cluster.kubelets.nodes[node]
    active = record.stopped != name
    since_ms = max((at_ms for at_ms, line in record.journal if line.startswith(("Started", "Stopped")) and name in line), default=0)
    since = cluster.clock.moment(since_ms).strftime("%a %Y-%m-%d %H:%M:%S UTC")
    state = "active (running)" if active else "inactive (dead)"
    text = f"{'●' if active else '○'} {name}.service - {SERVICES[name]}\n     Loaded: loaded (/usr/lib/systemd/system/{name}.service; enabled; preset: enabled)\n     Active: {state} since {since}; {_ago(cluster.clock.now_ms - since_ms)} ago\n"
    if active:
        text += f"   Main PID: {PIDS[name]} ({name})\n"
    lines = _journal(cluster, node)[-10:] if name == "kubelet" else []
    return Outcome(text + ("\n" + "".join(lines) if lines else ""), "", 0 if active else 3)


def _ago(milliseconds: int) -> str:
    seconds = milliseconds // 1000
    return f"{seconds}s" if seconds < 60 else f"{seconds // 60}min {seconds % 60}s" if seconds < 3600 else f"{seconds // 3600}h {seconds % 3600 // 60}min"


def _journal(cluster: Cluster, node: str) -> list[str]:
    lines = []
    for at_ms, line in [(0, f"Started kubelet.service - {SERVICES['kubelet']}."), *cluster.kubelets.nodes[node].journal]:
        if line.startswith(("Started containerd", "Stopped containerd")):
            continue
        when = cluster.clock.moment(at_ms).strftime("%b %d %H:%M:%S")
        if line.startswith(("Started ", "Stopped ")):
            lines.append(f"{when} {node} systemd[1]: {line}\n")
        else:
            lines.append(f"{when} {node} kubelet[{PIDS['kubelet']}]: E{cluster.clock.moment(at_ms).strftime('%m%d %H:%M:%S')}.000000     {PIDS['kubelet']} {line}\n")
    return lines


def _journalctl(call: Invocation, cluster: Cluster, node: str) -> Outcome:
    words = call.argv[1:]
    unit = next((words[index + 1] for index, word in enumerate(words[:-1]) if word in ("-u", "--unit", "-xeu", "-fu", "-xu", "-eu")), "").removesuffix(".service")
    if unit != "kubelet":
        return Outcome("-- No entries --\n") if unit else Outcome("", "learnk8s: journalctl -u kubelet [-n LINES]\n", 1)
    lines = _journal(cluster, node)
    count = next((words[index + 1] for index, word in enumerate(words[:-1]) if word in ("-n", "--lines")), "")
    return Outcome("".join(lines[-int(count) :] if count.isdigit() and int(count) else lines))
