"""`kubectl port-forward` and `kubectl proxy`: jobs that go on and serve an address of the terminal's own machine. Models kubectl/pkg/cmd/{portforward,proxy} (1.36)."""

import re
from typing import Any

from learnk8s.simulation.kubernetes.kubectl.client import Call, Ports, Target, targets
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.kubectl.verbs.look import pods_behind
from learnk8s.simulation.kubernetes.objects.document import Doc

FIRST_FREE = 40_001


class ForwardJob:
    """A forwarded port: `serves` says from which local port to which port of which pod."""

    kind = "forward"
    wake_ms: int | None = None

    def __init__(self, state: dict[str, Any], ports: Ports) -> None:
        self._state, self._ports = state, ports

    @property
    def serves(self) -> dict[str, Any]:
        """Return what is served: a pod's ports by local port, or the API."""
        return self._state

    def poll(self) -> tuple[str, int | None]:
        """Say once what is forwarded; be over when the pod is gone."""
        first, self._state["first"] = self._state["first"], ""
        if self._state.get("pod"):
            pod = self._ports.api.store.get("pods", self._state["namespace"], self._state["pod"])
            if pod is None or pod["metadata"]["uid"] != self._state["uid"] or pod.get("status", {}).get("phase") != "Running":
                return first + "error: lost connection to pod\n", 1
        for line in self._state.pop("handled", ()):
            first += line
        return first, None

    def dump(self) -> dict[str, Any]:
        """Return the job's state."""
        return {"kind": self.kind, **self._state}


def port_forward(call: Call) -> Any:
    """`kubectl port-forward TYPE/NAME [LOCAL:]REMOTE …`."""
    words = call.parsed.words
    if len(words) < 2:
        raise Usage("error: TYPE/NAME and list of ports are required for port-forward\nSee 'kubectl port-forward -h' for help and examples")
    what, *wanted = words
    target = targets([what], call.ports)[0] if "/" in what else Target(call.ports.kind_named("pods"), what)
    doc = call.get(target.kind, target.name)
    pod = doc if target.kind.kind == "Pod" else pods_behind(call, what)[0]
    if pod.get("status", {}).get("phase") != "Running":
        raise Usage(f"error: unable to forward port because pod is not running. Current status={pod.get('status', {}).get('phase', 'Pending')}")
    table, first = {}, ""
    for place, text in enumerate(wanted):
        local, remote = _pair(text, doc, pod, target.kind.kind)
        if not local:
            local = FIRST_FREE + place
        if str(local) in table or local in taken(call):
            raise Usage(f"Unable to listen on port {local}: Listeners failed to create with the following errors: [unable to create listener: Error listen tcp4 127.0.0.1:{local}: bind: address already in use unable to create listener: Error listen tcp6 [::1]:{local}: bind: address already in use]\nerror: unable to listen on any of the requested ports: [{{{local} {remote}}}]")
        table[str(local)] = remote
        for address in call.parsed.get("address", "localhost").split(","):
            shown = ["127.0.0.1", "[::1]"] if address == "localhost" else [address]
            first += "".join(f"Forwarding from {host}:{local} -> {remote}\n" for host in shown)
    return ForwardJob({"first": first, "namespace": pod["metadata"]["namespace"], "pod": pod["metadata"]["name"], "uid": pod["metadata"]["uid"], "table": table}, call.ports)


def taken(call: Call) -> set[int]:
    """Return the local ports that jobs of the terminal serve."""
    return {int(port) for job in call.ports.serving() for port in job.serves["table"]}


def _pair(text: str, doc: Doc, pod: Doc, kind: str) -> tuple[int, int]:
    """Return local and remote port of `8080:80`, `80`, `:80`, `8080:http`. Raises Usage."""
    local, colon, remote = text.partition(":")
    if not colon:
        remote, local = local, local
    if kind == "Service":
        port = next((item for item in doc["spec"].get("ports") or () if remote in (str(item["port"]), item.get("name"))), None)
        if port is None:
            raise Usage(f"error: Service {doc['metadata']['name']} does not have a service port {remote}")
        local = str(port["port"]) if local == remote and not local.isdigit() else local
        remote = str(port.get("targetPort", port["port"]))
    if not remote.isdigit():
        found = next((item["containerPort"] for container in pod["spec"]["containers"] for item in container.get("ports") or () if item.get("name") == remote), None)
        if found is None:
            raise Usage(f"error: Pod '{pod['metadata']['name']}' does not have a named port '{remote}'")
        local = str(found) if local == remote else local
        remote = str(found)
    if not re.fullmatch(r"\d{0,5}", local) or not 0 < int(remote) < 65_536:
        raise Usage(f"error: error parsing local port '{local}': strconv.ParseUint: parsing \"{local}\": invalid syntax")
    return int(local or 0), int(remote)


def proxy(call: Call) -> Any:
    """`kubectl proxy`: the API without authentication on a local port."""
    port = call.parsed.integer("port", 8001) or FIRST_FREE
    if port in taken(call):
        raise Usage(f"error: listen tcp 127.0.0.1:{port}: bind: address already in use")
    user, groups = call.who
    return ForwardJob({"first": f"Starting to serve on {call.parsed.get('address', '127.0.0.1')}:{port}\n", "api": call.parsed.get("api-prefix", "/"), "who": [user, list(groups)], "table": {str(port): 0}}, call.ports)


