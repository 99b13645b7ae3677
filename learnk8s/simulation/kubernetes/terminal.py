"""The learner's terminal: the shell with kubectl, curl, minikube, and the commands that break things.

`kubectl exec -it POD -- sh` goes into a container: until `exit`, every line is run there.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from learnk8s.simulation.kernel.shell.program import Invocation, Job, Outcome, Program
from learnk8s.simulation.kernel.shell.programs import STANDARD
from learnk8s.simulation.kernel.shell.programs.small import sleep_program
from learnk8s.simulation.kernel.shell.shell import Shell
from learnk8s.simulation.kernel.world import Answer
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.cluster import Cluster
from learnk8s.simulation.kubernetes.faults import BY_KIND
from learnk8s.simulation.kubernetes.scenarios.addons import ADDONS
from learnk8s.simulation.kubernetes.scenarios.furnish import enable
from learnk8s.simulation.kubernetes.kubectl import kubectl
from learnk8s.simulation.kubernetes.kubectl.client import Ports
from learnk8s.simulation.kubernetes.kubectl.verbs.look import Enter
from learnk8s.simulation.kubernetes.controllers.loadbalancer import TUNNEL
from learnk8s.simulation.kubernetes.netshell import COMMANDS as NETWORK_COMMANDS
from learnk8s.simulation.kubernetes.netshell import Waiting, network_command

ALREADY = ("metrics-server", "storage-provisioner", "default-storageclass", "dashboard")
"""Add-ons that every cluster here has (the dashboard is the page itself)."""
SERVER = "192.168.49.2:8443"
Act = Callable[[dict[str, Any]], str]
INSIDE = "INSIDE_CONTAINER"
SESSION = "INSIDE_SESSION"


class Terminal(Shell):
    """A shell that may be inside a container; where it is stands among its variables."""

    def __init__(self, cluster: Cluster, act: Act) -> None:
        self.ports = Ports(cluster.api, cluster.network, cluster.clock, cluster.usage)
        super().__init__(_programs(cluster, self.ports, self._enter, act), now_ms=lambda: cluster.clock.now_ms, advance=cluster.advance, next_due_ms=cluster.next_due_ms)

    def _enter(self, place: Enter) -> str:
        self.variables.pop(SESSION, None)
        self.variables[INSIDE] = f"{place.namespace}/{place.pod}/{place.container}"
        return f"# You are in container {place.container} of pod {place.pod}; `exit` leaves it.\n"

    def execute(self, line: str) -> Answer:
        """Run one input: in the container if the terminal is inside one."""
        inside = self.variables.get(INSIDE)
        if not inside or self.running:
            return super().execute(line)
        self._printed = ""
        if line.strip() in ("exit", "logout"):
            self._leave()
            self._print("exit\n")
            return Answer(self._printed, self._status)
        self._run_inside(line, *inside.split("/"))
        return Answer(self._printed, self._status, self.running)

    def _leave(self) -> None:
        self.variables.pop(INSIDE, None)
        self.variables.pop(SESSION, None)

    def _run_inside(self, line: str, namespace: str, name: str, container: str) -> None:
        session = json.loads(self.variables.get(SESSION, "{}"))
        try:
            found = self.ports.api.nodes.exec(namespace, name, container, ["sh", "-c", line], session=session)
        except ApiError as error:
            self._leave()
            self._print(f"command terminated with exit code 137\n# The container is gone: {error.message}\n")
            self._status = 137
            return
        self.variables[SESSION] = json.dumps(session, sort_keys=True)
        text, self._status = found.stdout + found.stderr.split("command terminated with")[0], found.status
        if found.took_ms:
            now_ms = self.ports.clock.now_ms
            self._job, self._job_program = Waiting(text, found.status, now_ms + found.took_ms, lambda: self.ports.clock.now_ms), "curl"
            return
        self._print(text)

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


def _programs(cluster: Cluster, ports: Ports, enter: Callable[[Enter], str], act: Act) -> dict[str, Program]:
    def network(call: Invocation) -> Outcome | Waiting:
        found = network_command(call.argv, cluster.network, write=call.files.write)
        if found.took_ms:
            return Waiting(found.stdout + found.stderr, found.status, call.now_ms + found.took_ms, now_ms)
        return Outcome(found.stdout, found.stderr, found.status)

    def now_ms() -> int:
        return cluster.clock.now_ms

    client = Program(network, resume=lambda state: Waiting(state["text"], state["status"], state["until_ms"], now_ms))

    own = {
        "kubectl": _answering(kubectl.program(ports, enter), cluster), "sleep": sleep_program(lambda: cluster.clock.now_ms), **dict.fromkeys(NETWORK_COMMANDS, client),
        "minikube": Program(lambda call: _minikube(call, cluster)), "fault": Program(lambda call: _fault(call, act), complete=lambda words: [kind for kind in BY_KIND if kind not in ("delete-pod", "set-traffic")]),
        "traffic": Program(lambda call: _traffic(call, act), complete=lambda words: [doc["metadata"]["name"] for doc in cluster.store.list("services", "default")]),
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
        return found if isinstance(found, Outcome) else Connected(found, cluster)

    resume = below.resume
    return replace(below, run=run, resume=None if resume is None else lambda state: Connected(resume(state), cluster))


class Connected:
    """A command that goes on for as long as the API server answers: without etcd it hears nothing, without the server it ends."""

    def __init__(self, job: Job, cluster: Cluster) -> None:
        self._job, self._cluster = job, cluster

    @property
    def wake_ms(self) -> int | None:
        """Return when the command itself wants to look next."""
        return self._job.wake_ms

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


def _minikube(call: Invocation, cluster: Cluster) -> Outcome:
    match call.argv[1:2]:
        case ["ip"]:
            nodes = cluster.store.list("nodes")
            return Outcome(nodes[0]["status"]["addresses"][0]["address"] + "\n") if nodes else Outcome("", "minikube: there is no node\n", 1)
        case ["status"]:
            return Outcome("minikube\ntype: Control Plane\nhost: Running\nkubelet: Running\napiserver: Running\nkubeconfig: Configured\n\n")
        case ["version"]:
            return Outcome("minikube version: v1.38.0\n")
        case ["addons", "enable", name] if name in ADDONS:
            enable(cluster, name)
            return Outcome(f"* {name} is an addon maintained by Kubernetes. For any concerns contact minikube on GitHub.\n* Verifying {name} addon...\n* The '{name}' addon is enabled\n")
        case ["addons", "enable", name] if name in ALREADY:
            return Outcome(f"* The '{name}' addon is enabled\n")
        case ["addons", "list"]:
            on = [*ALREADY, *(name for name in ADDONS if cluster.store.get("namespaces", "", "ingress-nginx"))]
            return Outcome("".join(f"{name}: {'enabled' if name in on else 'disabled'}\n" for name in sorted({*ADDONS, *ALREADY})))
        case ["tunnel"]:
            for node in cluster.store.list("nodes"):
                annotations = {**(node["metadata"].get("annotations") or {}), TUNNEL: "true"}
                cluster.api.update("nodes", {**node, "metadata": {**node["metadata"], "annotations": annotations}})
            return Outcome("* Tunnel successfully started\n\n* NOTE: in this sandbox the tunnel stays open; Services of type LoadBalancer get their cluster IP as external address\n")
        case ["service"] if len(call.argv) > 2:
            return call.run(f"echo http://$(minikube ip):$(kubectl get service {call.argv[2]} -o jsonpath='{{.spec.ports[0].nodePort}}')")
    return Outcome("", "learnk8s: the cluster of this sandbox runs already; `minikube ip`, `minikube status` and `minikube service NAME --url` are modelled\n", 1)


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
        return Outcome("", f"Error from server ({error.reason}): {error.message}\n", 1)
    return Outcome(text)
