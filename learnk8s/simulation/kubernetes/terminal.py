"""The learner's terminal: the shell with kubectl, curl, minikube, and the commands that break things.

`kubectl exec -it POD -- sh` goes into a container, `ssh NODE` onto a node: until `exit`, every line is run there.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from learnk8s.simulation.kernel.shell.called import is_bare_shell
from learnk8s.simulation.kernel.shell.editing import Editor
from learnk8s.simulation.kernel.shell.program import Invocation, Job, Outcome, Program
from learnk8s.simulation.kernel.shell.programs import STANDARD
from learnk8s.simulation.kernel.shell.programs.small import sleep_program
from learnk8s.simulation.kernel.shell.shell import Shell, quoted
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError, from_server
from learnk8s.simulation.kubernetes.apiserver.wire.call import Call as HttpCall
from learnk8s.simulation.kubernetes.cluster import Cluster
from learnk8s.simulation.kubernetes.controllers.loadbalancer import TUNNEL
from learnk8s.simulation.kubernetes.faults import BY_KIND
from learnk8s.simulation.kubernetes.hostroot import entered
from learnk8s.simulation.kubernetes import nodeshell
from learnk8s.simulation.kubernetes.kubelet.images.clients import LEAVING, client_of, on_terminal, prompt_of
from learnk8s.simulation.kubernetes.kubectl import kubectl
from learnk8s.simulation.kubernetes.kubectl.client import Ports
from learnk8s.simulation.kubernetes.kubectl.verbs.attaching import ended
from learnk8s.simulation.kubernetes.kubectl.web import text_at
from learnk8s.simulation.kubernetes.kubectl.verbs.look import Enter
from learnk8s.simulation.kubernetes.openssl import openssl
from learnk8s.simulation.kubernetes.netshell import COMMANDS as NETWORK_COMMANDS
from learnk8s.simulation.kubernetes.netshell import Waiting, network_command
from learnk8s.simulation.kubernetes.sending import Local
from learnk8s.simulation.kubernetes.network import control_plane
from learnk8s.simulation.kubernetes.network.network import HttpAnswer, NetworkFailure
from learnk8s.simulation.kubernetes.scenarios.addons import ADDONS
from learnk8s.simulation.kubernetes.scenarios.furnish import enable

SERVER = "192.168.49.2:8443"
Act = Callable[[dict[str, Any]], str]
INSIDE = "INSIDE_CONTAINER"
SESSION = "INSIDE_SESSION"
CLIENT = "INSIDE_CLIENT"
OUTER = "INSIDE_OUTER"
"""Set while the client was started in a shell, to which one returns."""
NODE = "INSIDE_NODE"
NODE_EDITOR = "node-editor"
PROMPT_MAX, SHELLS_MAX = 80, 8
ROOTED = "INSIDE_ROOTED"
"""The session of the container from whose shell one went into the node's own files."""
ALREADY = ("metrics-server", "storage-provisioner", "default-storageclass", "dashboard")
"""Add-ons that every cluster here has (the dashboard is the page itself)."""


CHANGING = frozenset("annotate apply autoscale cordon create delete drain edit expose install label patch replace rollback rollout run scale set taint uncordon uninstall upgrade".split())
"""Words of kubectl and helm after which the cluster is another one."""


class Terminal(Shell):
    """A shell that may be inside a container; where it is stands among its variables."""

    BETWEEN_MS = 50
    """About what kubectl takes to start and to read what the server has. Differs: a command that only reads sees what there is at once."""

    def __init__(self, cluster: Cluster, act: Act) -> None:
        self.ports = Ports(cluster.api, cluster.network, cluster.clock, cluster.usage, enter=self._enter, serving=self._serving)
        self._network, self._cluster, self._act = cluster.network, cluster, act
        super().__init__(_programs(cluster, self.ports, self._local, act), now_ms=lambda: cluster.clock.now_ms, advance=cluster.advance, next_due_ms=cluster.next_due_ms)

    def _changes(self, name: str, argv: list[str]) -> bool:
        return name in ("kubectl", "k", "helm") and any(word in CHANGING for word in argv[1:])

    # Inside a container

    @property
    def prompt(self) -> str:
        """Return the prompt: that of the shell in the container, or the terminal's."""
        node = self.variables.get(NODE)
        if node:
            folder = json.loads(self.variables.get(SESSION, "{}")).get("cwd", nodeshell.HOME)
            return f"root@{node}:{'~' if folder == nodeshell.HOME else folder}# "
        client = json.loads(self.variables.get(CLIENT, "[]"))
        return "$ " if not self.variables.get(INSIDE) else prompt_of(client) if client else self._container_prompt()

    def _container_prompt(self) -> str:
        """Return the prompt of a shell in a container: bash's and busybox's tell the folder. Differs: dash's, which is `# `, is shown as busybox's in the root folder."""
        namespace, name, container, _then = self.variables[INSIDE].split("/")
        session = json.loads(self.variables.get(SESSION, "{}"))
        place = self._cluster.inside.place(namespace, name, container, session.get("shell", "sh"))
        folder = session.get("cwd", place.folder)
        mark = "$" if place.user else "#"
        if place.dialect == "bash":
            shown = "~" if folder == place.home else folder
            return f"{place.account}@{place.host}:{shown}{mark} "[-PROMPT_MAX:]
        return f"{'~' if folder == place.home else folder if place.dialect == 'ash' else '/'} {mark} "[-PROMPT_MAX:]

    @property
    def recalls(self) -> bool:
        """Say whether the shell that reads the next line is bash."""
        return not self.variables.get(INSIDE)

    def to_desk(self) -> None:
        """Be like a second terminal: in no container, at none of its clients, on no node."""
        super().to_desk()
        for name in (INSIDE, SESSION, CLIENT, OUTER, NODE, ROOTED):
            self.variables.pop(name, None)

    def _enter(self, place: Enter) -> str:
        self.variables.pop(SESSION, None)
        self.variables.pop(CLIENT, None)
        if place.client:
            self.variables[CLIENT] = json.dumps(list(place.client))
        self.variables[SESSION] = json.dumps({"shell": place.shell, "typed": True, **({"joined": True} if place.then else {})}, sort_keys=True)
        self.variables[INSIDE] = f"{place.namespace}/{place.pod}/{place.container}/{place.then}"
        return ""

    def _run_source(self, source: str) -> None:
        inside = self.variables.get(INSIDE)
        if self.variables.get(NODE):
            self._run_on_node(self.variables[NODE], source.strip("\n"))
            return
        if not inside:
            super()._run_source(source)
            return
        namespace, name, container, then = inside.split("/")
        if self.variables.get(CLIENT):
            self._ask(namespace, name, container, source.strip(), then)
            return
        session = json.loads(self.variables.get(SESSION, "{}"))
        typed = source.split()
        if typed and (typed[0] in ("exit", "logout", "\x04") and session.get("outer") or is_bare_shell(typed)):
            self._other_shell(namespace, name, container, typed, session)
            return
        if not then and source.strip() in ("exit", "logout", "\x04"):
            del self.variables[INSIDE]
            self._status = 0
            return
        if client_of(typed) is not None and not any(mark in source for mark in "|<>;&") and self._is_answered(namespace, name, container, typed):
            self.variables[CLIENT], self.variables[OUTER] = json.dumps(on_terminal(typed)), "shell"
            return
        if (root := entered(self.ports.api.store, namespace, name, container, typed)) is not None:
            self._change_root(*root)
            return
        try:
            found = self._told(namespace, name, container, source, session, joined=bool(then))
        except ApiError as error:
            del self.variables[INSIDE]
            self._status = 137
            self._print(f"command terminated with exit code 137\n# The container is gone: {error.message}\n")
            return
        self.variables[SESSION] = json.dumps(session, sort_keys=True)
        text, self._status = found.stdout + found.stderr.split("command terminated with exit code")[0], found.status
        if found.left:
            del self.variables[INSIDE]
            self._print(text + self._after_the_shell(namespace, name, container, then, found.status))
            return
        if found.took_ms:
            now_ms = self.ports.clock.now_ms
            at_once = found.moments[0][1] if found.moments and found.moments[0][0] == 0 and found.moments[0][2] == 0 else 0
            self._job, self._job_program = Waiting(text[at_once:], found.status, now_ms + found.took_ms, lambda: self.ports.clock.now_ms, text[:at_once]), "curl"
            return
        self._print(text)

    def _is_answered(self, namespace: str, name: str, container: str, argv: list[str]) -> bool:
        """Say whether a client is there and its server answers; if not, the shell says why."""
        client = client_of(argv)
        try:
            return client is not None and not self.ports.api.nodes.exec(namespace, name, container, [*argv, *client.asked("select 1")]).status
        except ApiError:
            return False

    def _ask(self, namespace: str, name: str, container: str, line: str, then: str) -> None:
        """Ask the client that reads the lines, or take leave of it."""
        argv = json.loads(self.variables[CLIENT])
        client = client_of(argv)
        if (line in LEAVING or client is None) and self.variables.pop(OUTER, None):
            del self.variables[CLIENT]
            return
        if line in LEAVING or client is None:
            del self.variables[INSIDE], self.variables[CLIENT]
            self._status = 0
            if then:
                self.ports.api.nodes.attach(namespace, name, container, "exit", {}, ends=True)
                self._print(self._after_the_shell(namespace, name, container, then, 0))
            return
        if not line:
            return
        try:
            found = self.ports.api.nodes.exec(namespace, name, container, [*argv, *client.asked(line)])
        except ApiError as error:
            del self.variables[INSIDE], self.variables[CLIENT]
            self._status = 137
            self._print(f"command terminated with exit code 137\n# The container is gone: {error.message}\n")
            return
        self._print(found.stdout + found.stderr.split("command terminated with exit code")[0].replace("mysql: [Warning] Using a password on the command line interface can be insecure.\n", ""))

    def _told(self, namespace: str, name: str, container: str, source: str, session: dict[str, Any], *, joined: bool) -> Any:
        """Run a line in a container: beside its process, or by the shell that its process is."""
        nodes, line = self.ports.api.nodes, source.strip("\n")
        if not joined:
            return nodes.exec(namespace, name, container, [session.get("shell", "sh"), "-c", line], session=session)
        over = line.strip() == "\x04"
        return nodes.attach(namespace, name, container, "" if over else line.replace("logout", "exit") if line.strip() == "logout" else line, session, ends=over)

    def _after_the_shell(self, namespace: str, name: str, container: str, then: str, code: int) -> str:
        """Return what kubectl says when the shell that it was attached to has ended. Models reattachMessage of kubectl/pkg/cmd/attach (1.36)."""
        spec = (self.ports.api.store.get("pods", namespace, name) or {"spec": {}})["spec"]
        restart, again = spec.get("restartPolicy", "Always"), f"'kubectl attach {name} -c {container} -n {namespace} -i -t'"
        if any(item["name"] == container for item in spec.get("ephemeralContainers") or ()):
            return f"Session ended, the ephemeral container will not be restarted but may be reattached using {again} if it is still running\n"
        return (f"Session ended, resume using {again} command\n" if restart == "Always" else "") + ended(self.ports, namespace, name, then, restart, code)

    def _other_shell(self, namespace: str, name: str, container: str, typed: list[str], session: dict[str, Any]) -> None:
        """Go into a shell that was called in a shell of a container, or back out of it."""
        if is_bare_shell(typed):
            tried = self._told(namespace, name, container, f"{typed[0]} -c true", session, joined=False)
            self._status = tried.status
            if tried.status:
                self._print(tried.stdout)
            elif len(session.get("outer", ())) < SHELLS_MAX:
                session |= {"outer": [*session.get("outer", ()), [session.get("shell", "sh"), session.get("line", 0)]], "shell": typed[0], "line": 0}
        else:
            session["shell"], session["line"] = session["outer"].pop()
            self._status = int(typed[1]) % 256 if len(typed) > 1 and typed[1].isdigit() else self._status
        self.variables[SESSION] = json.dumps(session, sort_keys=True)

    def _change_root(self, node: str, words: list[str]) -> None:
        """Go on in a node's own files: with a shell until `exit`, or with one command."""
        if words:
            found = nodeshell.ran(self._cluster, self._act, node, " ".join(map(quoted, words)), {"cwd": "/"})
            self._status = found.status
            self._print(found.stdout + found.stderr)
            return
        self.variables[ROOTED], self.variables[NODE] = self.variables.get(SESSION, "{}"), node
        self.variables[SESSION] = json.dumps({"cwd": "/"})

    def _run_on_node(self, node: str, source: str) -> None:
        """Run a line where `ssh` went."""
        lost = nodeshell.unreachable(self._cluster, node)
        if source.strip() in ("exit", "logout", "\x04") or lost is not None:
            del self.variables[NODE]
            self.variables.pop(SESSION, None)
            if ROOTED in self.variables:
                self.variables[SESSION] = self.variables.pop(ROOTED)
                self._status = 0
                return
            self._status = 255 if lost is not None else 0
            self._print("client_loop: send disconnect: Broken pipe\n" if lost is not None else f"logout\nConnection to {node} closed.\n")
            return
        session = json.loads(self.variables.get(SESSION, "{}"))
        name = nodeshell.edited_file(source)
        if name:
            self._job, self._job_program, self._job_line = nodeshell.opened(self._cluster, self._act, node, name, session), NODE_EDITOR, source
            return
        found = nodeshell.ran(self._cluster, self._act, node, source, session)
        self.variables[SESSION] = json.dumps(session, sort_keys=True)
        self._status = found.status
        if found.took_ms:
            self._job, self._job_program = Waiting(found.stdout + found.stderr, found.status, self.ports.clock.now_ms + found.took_ms, lambda: self.ports.clock.now_ms), "curl"
            return
        self._print(found.stdout + found.stderr)

    # Local ports

    def _serving(self) -> list[Any]:
        """Return the jobs that serve a local port: in the foreground and behind it."""
        jobs = [*self.jobs_behind(), *([self._job] if self._job is not None else [])]
        return [job for job in jobs if getattr(job, "serves", None) is not None]

    def _local(self, port: int, path: str, method: str, body: str) -> HttpAnswer | NetworkFailure | None:
        """Answer a request to a port of this machine by what `kubectl port-forward` or `kubectl proxy` serves there."""
        for job in self._serving():
            serves = job.serves
            if str(port) not in serves["table"]:
                continue
            if "api" in serves:
                return self._of_the_api(path, method, body, serves["who"])
            pod = self.ports.api.store.get("pods", serves["namespace"], serves["pod"])
            address = (pod or {}).get("status", {}).get("podIP", "")
            remote = serves["table"][str(port)]
            found = self._network.request(address, remote, path, method=method, namespace=serves["namespace"])
            return NetworkFailure("empty", "127.0.0.1", port, "network.refused") if isinstance(found, NetworkFailure) else found
        return None

    def _of_the_api(self, path: str, method: str, body: str, who: list[Any]) -> HttpAnswer:
        place, _, query = path.partition("?")
        found = control_plane.carried(self.ports.api, HttpCall(method, place, dict(parse_qsl(query)), body=body, content_type="application/json" if body else "", user=who[0], groups=tuple(who[1]), acts=True))
        return HttpAnswer(found.status, found.body if found.body.endswith("\n") else f"{found.body}\n", "", lasts_ms=found.lasts_ms)

    def dump(self) -> dict[str, Any]:
        """Return the shell with the kubeconfig's context."""
        return {**super().dump(), "context": self.ports.context}

    def load(self, dumped: Any) -> None:
        """Take back what `dump` returned."""
        self.ports.context.update(dumped["context"])
        super().load(dumped)


def new_shell(cluster: Cluster, act: Act) -> Terminal:
    """Return the terminal of a cluster."""
    return Terminal(cluster, act)


def _programs(cluster: Cluster, ports: Ports, local: Local, act: Act) -> dict[str, Program]:
    def now_ms() -> int:
        return cluster.clock.now_ms

    def network(call: Invocation) -> Outcome | Waiting:
        found = network_command(call.argv, cluster.network, localhost=local, write=call.files.write, web=text_at)
        if found.took_ms:
            first = found.stdout if found.is_stream else ""
            return Waiting(found.stderr if first else found.stdout + found.stderr, found.status, call.now_ms + found.took_ms, now_ms, first)
        return Outcome(found.stdout, found.stderr, found.status, screen=found.screen)

    client = Program(network, resume=lambda state: Waiting(state["text"], state["status"], state["until_ms"], now_ms, state.get("first", "")))

    own = {
        "kubectl": _answering(kubectl.program(ports), cluster), "sleep": sleep_program(lambda: cluster.clock.now_ms), **dict.fromkeys(NETWORK_COMMANDS, client),
        "minikube": Program(lambda call: _minikube(call, cluster, act), complete=lambda words: ["addons", "ip", "service", "ssh", "status", "tunnel", "version"]),
        "ssh": Program(lambda call: _ssh(call, cluster, act), complete=lambda words: [doc["metadata"]["name"] for doc in cluster.store.list("nodes")]),
        NODE_EDITOR: Program(lambda call: Outcome("", f"bash: {NODE_EDITOR}: command not found\n", 127), resume=lambda state: nodeshell.editor(cluster, act, state)),
        "fault": Program(lambda call: _fault(call, act), complete=lambda words: [kind for kind in BY_KIND if kind not in ("delete-pod", "set-traffic")]),
        "traffic": Program(lambda call: _traffic(call, act), complete=lambda words: [doc["metadata"]["name"] for doc in cluster.store.list("services", "default")]),
        "openssl": Program(openssl),
        "exit": Program(lambda call: Outcome("", "learnk8s: this terminal stays open; you are in no container\n", 0)),
    }
    own["k"] = own["kubectl"]
    return {**STANDARD, **own}


def _answering(below: Program, cluster: Cluster) -> Program:
    """Return kubectl as it is when the API server or its database may not answer."""

    def run(call: Invocation) -> Outcome | Job:
        outage = cluster.api.outage if call.argv[1:2] not in ([], ["help"], ["completion"], ["config"], ["options"]) and "--client" not in call.argv and "--client=true" not in call.argv else ""
        if outage == "etcd":
            return Outcome("", "Error from server: etcdserver: request timed out\n", 1)
        if outage:
            return Outcome("", f"The connection to the server {SERVER} was refused - did you specify the right host or port?\n", 1)
        found = below.run(call)
        return found if isinstance(found, Outcome | Editor) else Connected(found, cluster)

    def resumed(state: dict[str, Any]) -> Job:
        assert below.resume is not None, "kubectl can make its jobs again"
        job = below.resume(state)
        return job if isinstance(job, Editor) else Connected(job, cluster)

    return replace(below, run=run, resume=resumed)


class Connected:
    """A command that goes on for as long as the API server answers: without etcd it hears nothing, without the server it ends."""

    def __init__(self, job: Job, cluster: Cluster) -> None:
        self._job, self._cluster = job, cluster

    @property
    def wake_ms(self) -> int | None:
        """Return when the command itself wants to look next."""
        return self._job.wake_ms

    @property
    def serves(self) -> dict[str, Any] | None:
        """Return which local ports the command serves, or None."""
        return getattr(self._job, "serves", None)

    def poll(self) -> tuple[str, int | None]:
        """Return what is new, unless nobody answers."""
        if self._cluster.api.outage == "etcd":
            return "", None
        if self._cluster.api.outage:
            return "error: unable to decode an event from the watch stream: http2: client connection lost\n", 1
        return self._job.poll()

    def dump(self) -> dict[str, Any]:
        """Return the state of the command."""
        return self._job.dump()


def _addons(words: list[str], cluster: Cluster) -> Outcome:
    match words:
        case ["enable", name] if name in ADDONS:
            enable(cluster, name)
            return Outcome(f"* {name} is an addon maintained by Kubernetes. For any concerns contact minikube on GitHub.\n* Verifying {name} addon...\n* The '{name}' addon is enabled\n")
        case ["enable", name] if name in ALREADY:
            return Outcome(f"* The '{name}' addon is enabled\n")
        case ["list"]:
            on = [*ALREADY, *(name for name, docs in ADDONS.items() if all(cluster.store.get("namespaces", "", doc["metadata"]["name"]) for doc in docs if doc["kind"] == "Namespace"))]
            return Outcome("".join(f"{name}: {'enabled' if name in on else 'disabled'}\n" for name in sorted({*ADDONS, *ALREADY})))
    return Outcome("", f"learnk8s: minikube addons enable|list; known here: {', '.join(sorted({*ADDONS, *ALREADY}))}\n", 1)


def _ssh(call: Invocation, cluster: Cluster, act: Act) -> Outcome:
    words = [word for word in call.argv[1:] if word not in ("-t", "-tt", "-q")]
    if not words or words[0].startswith("-"):
        return Outcome("", "usage: ssh NODE [COMMAND]\n", 255)
    return _on_node(call, cluster, act, words[0].rpartition("@")[2], words[1:])


def _on_node(call: Invocation, cluster: Cluster, act: Act, word: str, command: list[str]) -> Outcome:
    """Go onto a node, named or by its address, or run one command there."""
    node = next((doc["metadata"]["name"] for doc in cluster.store.list("nodes") for entry in doc["status"]["addresses"] if entry["address"] == word), word)
    lost = nodeshell.unreachable(cluster, node)
    if lost is not None:
        return lost
    if command:
        found = nodeshell.ran(cluster, act, node, " ".join(command), {})
        return Outcome(found.stdout, found.stderr, found.status)
    call.variables.pop(SESSION, None)
    call.variables[NODE] = node
    return Outcome(f"Linux {node} 6.12.48+deb13-amd64 #1 SMP PREEMPT_DYNAMIC x86_64\n")


def _minikube(call: Invocation, cluster: Cluster, act: Act) -> Outcome:
    match call.argv[1:2]:
        case ["ip"]:
            nodes = cluster.store.list("nodes")
            return Outcome(nodes[0]["status"]["addresses"][0]["address"] + "\n") if nodes else Outcome("", "minikube: there is no node\n", 1)
        case ["status"]:
            return Outcome("minikube\ntype: Control Plane\nhost: Running\nkubelet: Running\napiserver: Running\nkubeconfig: Configured\n\n")
        case ["version"]:
            return Outcome("minikube version: v1.38.0\n")
        case ["ssh"]:
            words = call.argv[2:]
            names = [words.pop(index + 1) for index, word in enumerate(words[:-1]) if word in ("-n", "--node")][:1] or [word.partition("=")[2] for word in words if word.startswith("--node=")]
            command = [word for word in words if word not in ("-n", "--node", "--") and not word.startswith("--node=")]
            first = next((doc["metadata"]["name"] for doc in cluster.store.list("nodes")), "minikube")
            return _on_node(call, cluster, act, names[0] if names else first, command)
        case ["addons"]:
            return _addons(call.argv[2:], cluster)
        case ["tunnel"]:
            for node in cluster.store.list("nodes"):
                annotations = {**(node["metadata"].get("annotations") or {}), TUNNEL: "true"}
                cluster.api.update("nodes", {**node, "metadata": {**node["metadata"], "annotations": annotations}})
            return Outcome("* Tunnel successfully started\n\n* NOTE: in this sandbox the tunnel stays open; Services of type LoadBalancer get their cluster IP as external address\n")
        case ["service"] if len(call.argv) > 2:
            return _service_address(call, cluster)
    return Outcome("", "learnk8s: the cluster of this sandbox runs already; `minikube ip|status|ssh|addons|tunnel|version` and `minikube service NAME --url` are modelled\n", 1)


def _service_address(call: Invocation, cluster: Cluster) -> Outcome:
    """`minikube service NAME [--url] [-n NAMESPACE]`: an address for each port."""
    words = list(call.argv[2:])
    namespace = "default"
    for flag in ("-n", "--namespace"):
        if flag in words[:-1]:
            namespace = words.pop(words.index(flag) + 1)
    name = next((word for word in words if not word.startswith("-")), "")
    doc = cluster.store.get("services", namespace, name)
    if doc is None:
        return Outcome("", f"\nX Exiting due to SVC_NOT_FOUND: Service '{name}' was not found in '{namespace}' namespace.\nYou may select another namespace by using 'minikube service {name} -n <namespace>'. Or list out all the services using 'minikube service list'\n", 115)
    ports = [port["nodePort"] for port in doc["spec"].get("ports") or () if port.get("nodePort")]
    if not ports:
        return Outcome("", f"service {namespace}/{name} has no node port\n", 0)
    return Outcome("".join(f"http://{SERVER.partition(':')[0]}:{port}\n" for port in ports))


def _fault(call: Invocation, act: Act) -> Outcome:
    words, namespace, container = [], "default", ""
    rest = call.argv[1:]
    while rest:
        word = rest.pop(0)
        if word in ("-n", "--namespace") and rest:
            namespace = rest.pop(0)
        elif word in ("-c", "--container") and rest:
            container = rest.pop(0)
        else:
            words.append(word)
    fault = BY_KIND.get(words[0]) if words else None
    if fault is None or fault.kind in ("delete-pod", "set-traffic"):
        usage = "\n".join(f"  {item.usage}" for item in BY_KIND.values() if item.usage.startswith("fault"))
        return Outcome("", f"usage:\n{usage}\n", 2)
    if fault.applies_to == "Part" and len(words) in (2, 3):
        return _done(act, {"kind": fault.kind, "ref": f"Part/{words[2] if len(words) == 3 else ''}/{words[1]}"}, f"{fault.text_en}\n")
    if fault.applies_to and len(words) != 2:
        return Outcome("", f"usage: {fault.usage}\n", 2)
    name = words[1].removeprefix("pod/").removeprefix("node/") if len(words) > 1 else ""
    ref = f"Pod/{namespace}/{name}" if fault.applies_to == "Pod" else f"Node//{name}" if fault.applies_to == "Node" else ""
    return _done(act, {"kind": fault.kind, "ref": ref, **({"container": container} if container else {})}, f"{fault.text_en}\n")


def _traffic(call: Invocation, act: Act) -> Outcome:
    words, namespace = [word for word in call.argv[1:] if word not in ("-n", "--namespace")], "default"
    if "-n" in call.argv and len(words) == 3:
        namespace = words.pop(call.argv[1:].index("-n") if call.argv.index("-n") < 3 else 2)
    if len(words) != 2 or not words[1].isdigit() or len(words[1]) > 6:
        return Outcome("", "usage: traffic SERVICE REQUESTS_PER_SECOND [-n NAMESPACE]\n", 2)
    name = words[0].removeprefix("service/").removeprefix("svc/")
    return _done(act, {"kind": "set-traffic", "ref": f"Service/{namespace}/{name}", "per_second": int(words[1])}, f"service/{name} now gets {words[1]} requests a second\n")


def _done(act: Act, action: dict[str, Any], text: str) -> Outcome:
    try:
        act(action)
    except ApiError as error:
        return Outcome("", f"{from_server(error)}\n", 1)
    return Outcome(text)
