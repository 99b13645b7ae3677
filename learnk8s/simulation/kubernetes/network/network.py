"""The cluster's network: DNS, Services, and the traffic that the learner turns up.

Models kube-proxy's iptables mode (1.36: any ready endpoint, equal chance, per connection) and CoreDNS' names. Traffic is never simulated request by request: between two changes
of endpoints, nodes or rate nothing about it changes, so what flowed is rate times time, shared among the endpoints in integer arithmetic;
what failed is counted under its cause. Differs: rules follow EndpointSlices at once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from learnk8s.simulation.kubernetes.control.machinery import Machinery
from learnk8s.simulation.kubernetes.network import control_plane, gateway, ingress, names, policies, proxies
from learnk8s.simulation.kubernetes.network.load import WHOLE, Claims, Load, Place
from learnk8s.simulation.kubernetes.network.looking import Look, Programs, target_port
from learnk8s.simulation.kubernetes.network.messages import MESSAGES
from learnk8s.simulation.kubernetes.network.origin import TERMINAL, Ask, Origin
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Change, Store

SLICES = "endpointslices.discovery.k8s.io"
AFFINITY_S = 10_800
"""facts/numbers.yaml: session-affinity."""
CLIENTS_MAX = 500
PHRASES = {200: "OK", 201: "Created", 204: "No Content", 301: "Moved Permanently", 302: "Found", 308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
           418: "I'm a teapot", 429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out"}
Router = Callable[[Store, Ask], ingress.Routed]
STATUSES = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
RATE_MAX = 10_000
FAILURES_MAX = 20


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer from a program: status and body, and the pod that gave it."""

    status: int
    body: str
    pod: str
    port: int = 0
    """The program's own port, where a Service or a node stands before it."""
    lasts_ms: int = 0
    """How long the connection stays open after what was said: that of a watch."""
    head: tuple[tuple[str, str], ...] = ()
    """The fields of its head; none where they are not modelled."""
    namespace: str = ""
    """That of the pod."""


@dataclass(frozen=True, slots=True)
class NetworkFailure:
    """No answer. `kind` is nxdomain, refused, timeout or unreachable."""

    kind: str
    host: str
    port: int
    key: str
    words: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Flow:
    """The traffic for one Service: `milli` keeps thousandths of a request that have not come yet."""

    per_second: int = 0
    since_ms: int = 0
    milli: int = 0
    served: int = 0
    failed: int = 0
    turn: int = 0
    down_ms: int = 0
    asked: int = 0
    """What the learner set; scripts that call add to it."""
    carry: int = 0
    """Thousandths of a request that an overloaded pod has not failed yet."""
    failures: dict[tuple[str, ...], list[int]] = field(default_factory=dict)


def _is_unnoticed(change: Change) -> bool:
    """Say whether a change is of a pod and no request and no CPU can notice it: no container has a state yet, or place, labels and processes are as before. What becomes ready changes a slice too."""
    if change.resource != "pods" or change.type == "DELETED":
        return False
    status = change.new.get("status") or {}
    if status.get("phase", "Pending") == "Pending" and not status.get("containerStatuses"):
        return True
    return change.old is not None and _noticeable(change.old) == _noticeable(change.new)


def _noticeable(pod: Doc) -> tuple[Any, ...]:
    """Return what of a pod a request, a policy or a neighbour on the node can notice."""
    status = pod.get("status") or {}
    states = [state["running"] for part in STATUSES for entry in status.get(part) or () if "running" in (state := entry.get("state") or {})]
    return pod["spec"], pod["metadata"].get("labels"), status.get("phase") == "Running", status.get("podIP"), states


class Network:
    """Carries requests."""

    name = "network"

    def __init__(self, machinery: Machinery, programs: Programs) -> None:
        self._machinery, self._programs = machinery, programs
        self._flows: dict[tuple[str, str], Flow] = {}
        self._outcomes: dict[tuple[str, str], list[tuple[str, ...]]] = {}
        self._looks: dict[int, None] = {}
        self._stale = False
        self._load, self._claims = Load(), Claims()
        self._rows: dict[Place, tuple[list[Doc], list[Doc]]] = {}
        """The endpoints of a Service as they were last read, and of which slices."""
        self._shares: dict[tuple[str, str], list[int]] = {}
        self._clients: dict[str, tuple[str, int]] = {}
        self._callers: dict[str, list[Any]] = {}
        """Scripts that call Services without an end: container to [namespace, service, requests in 1000 s]."""
        self._routers: dict[str, Router] = {"ingress-nginx": ingress.routed, "nginx-gateway": gateway.routed}
        """Who routes by host and path: by the pods' app.kubernetes.io/name."""
        self.frozen: dict[tuple[str, str], list[Doc]] | None = None
        """The endpoints as kube-proxy's rules had them when it stopped, or None while it runs."""
        self.has_proxies = False
        """Whether kube-proxy has ever run as pods here."""
        self.names_down = False
        """Whether CoreDNS stands still."""
        self.load_changed: Callable[[], None] = lambda: None
        """Called when pods begin to use more or less CPU for the traffic."""

    # Noticing

    def changed(self, change: Change) -> None:
        """Count what flowed by the picture that held until now; the new picture is looked at once the change is complete."""
        if change.resource == "services" and change.type == "DELETED":
            self._rows.pop(change.key, None)
        if proxies.is_proxy(change):
            self.hold_rules()
        if self._flows and change.resource in ("pods", SLICES, "nodes", "services", policies.RESOURCE) and not _is_unnoticed(change):
            self.settle()
            self._stale = True

    def run(self, task: str, arguments: tuple[Any, ...]) -> None:
        """Look again: a slow program began to listen, which no document says."""
        self._looks.pop(arguments[0], None)
        self.settle()
        self._stale = True

    # Names and Services

    @property
    def store(self) -> Store:
        """Return the store, to read."""
        return self._machinery.store

    @property
    def dns_ip(self) -> str:
        """Return the address of the cluster's DNS."""
        service = self.store.get("services", *names.DNS_SERVICE)
        return str(service["spec"].get("clusterIP")) if service else "10.96.0.10"

    def is_up(self, pod: Doc) -> bool:
        """Say whether a pod's node can be reached."""
        return self._programs.is_reachable(pod["spec"].get("nodeName", ""))

    def endpoints(self, service: Doc) -> list[Doc]:
        """Return all endpoints of a Service, each with its slice's ports."""
        name, namespace = service["metadata"]["name"], service["metadata"]["namespace"]
        if self.frozen is not None:
            return self.frozen.get((namespace, name), [])
        pieces = [piece for piece in self.store.list(SLICES, namespace) if (piece["metadata"].get("labels") or {}).get("kubernetes.io/service-name") == name and piece.get("addressType") != "IPv6"]
        kept = self._rows.get((namespace, name))
        if kept is None or kept[0] != pieces:
            kept = self._rows[namespace, name] = pieces, [{**entry, "ports": piece.get("ports") or []} for piece in pieces for entry in piece.get("endpoints") or ()]
        return kept[1]

    def resolve(self, host: str, namespace: str = "default") -> list[str] | None:
        """Return the addresses of a name as a pod of a namespace would resolve it, or None."""
        found = names.lookup(self, host, Origin(namespace))
        return list(found.addresses) if found.status == "ok" else None

    def request(self, host: str, port: int, path: str = "/", *, method: str = "GET", namespace: str = "default", origin: Origin | None = None, ask: Ask | None = None) -> HttpAnswer | NetworkFailure:
        """Send one request to a host, and return the answer or why there is none; without an origin it comes from the terminal."""
        origin = origin or (Origin(namespace) if namespace != "default" else TERMINAL)
        ask = ask or Ask(path, method, host)
        found = names.lookup(self, host, origin)
        if found.status != "ok":
            return NetworkFailure("nxdomain", host, port, "network.no-dns" if found.status == "silent" else "network.no-service")
        if not found.addresses:
            return NetworkFailure("nxdomain", host, port, "network.no-endpoints")
        return self.connect(found.addresses[0], port, host, origin, ask)

    def connect(self, address: str, port: int, host: str, origin: Origin, ask: Ask, *, is_loopback: bool = False) -> HttpAnswer | NetworkFailure:
        """Send a request to an address; `is_loopback` if it is the node's own 127.0.0.1 that was asked."""
        service, service_port, node = self._service_at(address, port)
        if service is not None and service_port is not None:
            return self._through(service, service_port, port, host, origin, ask, node)
        if port == control_plane.PORT and ask.method != "UDP" and address in self._control_plane():
            return self._of_the_control_plane(address, port, host, origin, ask)
        protocol = "UDP" if ask.method == "UDP" else "TCP"
        pod, number = self._pod_at(address, port, protocol, is_loopback=is_loopback)
        if pod is not None:
            return self._to(pod, number, port, host, origin, ask)
        if service is not None or any(address == entry["address"] for doc in self.store.list("nodes") for entry in doc["status"]["addresses"]):
            return NetworkFailure("refused", host, port, "network.refused", (("pod", host), ("port", str(port))))
        if policies.blocking(self.store, origin, None, address, port):
            return NetworkFailure("timeout", host, port, "network.policy", (("policy", policies.blocking(self.store, origin, None, address, port)), ("pod", host)))
        outside = next((name for name, known in names.EXTERNAL.items() if known == address), "")
        if outside and port in (80, 443, 8080):
            return HttpAnswer(200, f"<html><body>This is {outside}, as far as this sandbox has an internet.</body></html>\n", "")
        return NetworkFailure("timeout", host, port, "network.timeout", (("node", host), ("pod", host)))

    def _control_plane(self) -> list[str]:
        """Return the addresses at which the API server listens."""
        return [address for entry in self.store.list(SLICES, "default") if (entry["metadata"].get("labels") or {}).get("kubernetes.io/service-name") == "kubernetes" for endpoint in entry.get("endpoints") or () for address in endpoint["addresses"]]

    def _of_the_control_plane(self, address: str, port: int, host: str, origin: Origin, ask: Ask) -> HttpAnswer | NetworkFailure:
        if origin.pod is not None and not self.is_up(origin.pod):
            return NetworkFailure("timeout", host, port, "network.timeout", (("node", host), ("pod", host)))
        policy = policies.blocking(self.store, origin, None, address, port)
        if policy:
            return NetworkFailure("timeout", host, port, "network.policy", (("policy", policy), ("pod", host)))
        found = control_plane.asked(self._machinery.api, ask, acts=not origin.is_peek)
        return HttpAnswer(found.status, found.body, "", lasts_ms=found.lasts_ms)

    def _service_at(self, address: str, port: int) -> tuple[Doc | None, Doc | None, str]:
        """Return the Service and its port behind an address, and the node whose address it is, "" for the Service's own."""
        node = next((doc["metadata"]["name"] for doc in self.store.list("nodes") for entry in doc["status"]["addresses"] if entry["address"] == address), "")
        for service in self.store.list("services"):
            spec = service["spec"]
            own = spec.get("clusterIP") == address
            balanced = any(entry.get("ip") == address for entry in ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()) or address in (spec.get("externalIPs") or ())
            for entry in spec.get("ports") or ():
                if ((own or balanced) and entry["port"] == port) or (node and entry.get("nodePort") == port):
                    return service, entry, node or ("*" if balanced else "")
            if own:
                return service, None, ""
        return None, None, node

    def _pod_at(self, address: str, port: int, protocol: str, *, is_loopback: bool) -> tuple[Doc | None, int]:
        """Return the pod with an address, or the one whose hostPort or host network answers on a node's, and the port in the pod."""
        here = [pod for pod in self.store.list("pods") if pod.get("status", {}).get("phase") == "Running" and address in (pod["status"].get("podIP"), pod["status"].get("hostIP"))]
        for pod in here:
            if pod["status"].get("podIP") == address and (not pod["spec"].get("hostNetwork") or self._programs.serve(pod["metadata"]["namespace"], pod["metadata"]["name"], port, "/", "GET") is not None):
                return pod, port
        for pod in here:
            for entry in (entry for container in pod["spec"]["containers"] for entry in container.get("ports") or ()):
                bound = entry.get("hostIP") or "0.0.0.0"
                if entry.get("hostPort") == port and entry.get("protocol", "TCP") == protocol and pod["status"].get("hostIP") == address and bound in ("0.0.0.0", "127.0.0.1" if is_loopback else address):
                    return pod, int(entry["containerPort"])
        return None, port

    def _through(self, service: Doc, service_port: Doc, port: int, host: str, origin: Origin, ask: Ask, node: str) -> HttpAnswer | NetworkFailure:
        """Send a request through a Service. `node` is the node on whose address it came, "*" for a load balancer."""
        ready, dropped = self.usable(service, node, origin)
        if not ready:
            return NetworkFailure("timeout" if dropped else "refused", host, port, "network.no-local" if dropped else "network.no-endpoints")
        chosen = self._chosen(service, ready, origin)
        number = target_port(chosen, service_port)
        target = chosen.get("targetRef")
        pod = self.store.get("pods", target["namespace"], target["name"]) if target else None
        if number is not None and pod is None:
            return self.connect(chosen["addresses"][0], number, host, origin, ask) if chosen["addresses"][0] != service["spec"].get("clusterIP") else NetworkFailure("refused", host, port, "network.no-endpoints")
        if pod is None or number is None:
            return NetworkFailure("refused", host, port, "network.no-endpoints")
        return self._to(pod, number, port, host, origin, ask)

    def usable(self, service: Doc, node: str = "", origin: Origin = TERMINAL) -> tuple[list[Doc], bool]:
        """Return the endpoints among which kube-proxy chooses, and whether packets are dropped because none is on the node. Models pkg/proxy/topology.go: CategorizeEndpoints (1.36)."""
        spec = service["spec"]
        every = self.endpoints(service)
        ready = [entry for entry in every if entry["conditions"].get("ready")]
        if not ready:
            ready = [entry for entry in every if entry["conditions"].get("serving") and entry["conditions"].get("terminating")]
        where = ""
        if node and spec.get("externalTrafficPolicy") == "Local":
            if node == "*":
                return ready, False
            where = node
        elif not node and spec.get("internalTrafficPolicy") == "Local" and origin.pod is not None:
            where = origin.pod["spec"].get("nodeName", "")
        if not where:
            return self._nearest(ready, node if node != "*" else "", origin), False
        local = [entry for entry in ready if entry.get("nodeName") == where]
        return local, bool(ready) and not local

    def _nearest(self, ready: list[Doc], node: str, origin: Origin) -> list[Doc]:
        """Return the endpoints that are meant for the client's node or zone, if all have hints and some are for it; else all. Models topologyModeFromHints."""
        here = node or (origin.pod["spec"].get("nodeName", "") if origin.pod is not None else "")
        if not here or not any("hints" in entry for entry in ready):
            return ready
        doc = self.store.get("nodes", "", here)
        zone = ((doc or {}).get("metadata", {}).get("labels") or {}).get("topology.kubernetes.io/zone", "")
        for key, name in (("forNodes", here), ("forZones", zone)):
            told = [[hint["name"] for hint in (entry.get("hints") or {}).get(key) or ()] for entry in ready]
            near = [entry for entry, names in zip(ready, told, strict=True) if name in names]
            if near and all(told):
                return near
        return ready

    def _chosen(self, service: Doc, ready: list[Doc], origin: Origin) -> Doc:
        """Choose an endpoint: any, with equal chance; or the one that this client had before."""
        spec = service["spec"]
        key = f"{service['metadata']['uid']} {origin.ip}"
        now = self._machinery.clock.now_ms
        if spec.get("sessionAffinity") == "ClientIP":
            limit_s = ((spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}).get("timeoutSeconds", AFFINITY_S)
            address, last_ms = self._clients.get(key, ("", -1))
            kept = next((entry for entry in ready if entry["addresses"][0] == address), None)
            if kept is not None and now - last_ms <= limit_s * 1000:
                if not origin.is_peek:
                    self._clients[key] = (address, now)
                return kept
        if origin.is_peek:
            return ready[now // 1000 % len(ready)]
        chosen = ready[self._machinery.dice.roll("kube-proxy") % len(ready)]
        if spec.get("sessionAffinity") == "ClientIP":
            if len(self._clients) >= CLIENTS_MAX:
                self._clients.pop(next(iter(self._clients)))
            self._clients[key] = (chosen["addresses"][0], now)
        return chosen

    def _to(self, pod: Doc, number: int, asked: int, host: str, origin: Origin, ask: Ask) -> HttpAnswer | NetworkFailure:
        namespace, name, node = pod["metadata"]["namespace"], pod["metadata"]["name"], pod["spec"].get("nodeName", "")
        if not self._programs.is_reachable(node) or (origin.pod is not None and not self.is_up(origin.pod)):
            return NetworkFailure("timeout", host, asked, "network.timeout", (("node", node), ("pod", name)))
        policy = policies.blocking(self.store, origin, pod, pod["status"].get("podIP", ""), number)
        if policy:
            return NetworkFailure("timeout", host, asked, "network.policy", (("policy", policy), ("pod", name)))
        answer = self._programs.serve(namespace, name, number, ask.path, ask.method, ask.host, origin.ip, body=ask.body, acts=None if origin.is_peek else True)
        if answer is None:
            return NetworkFailure("refused", host, asked, "network.refused", (("pod", name), ("port", str(number))))
        router = self._routers.get((pod["metadata"].get("labels") or {}).get("app.kubernetes.io/name", "")) if self._routers else None
        if router is not None and number in (80, 443):
            return self._routed(router, pod, Ask(ask.path, ask.method, ask.host, "https" if number == 443 else "http", ask.headers))
        return HttpAnswer(answer[0], answer[1], name, number, head=self._programs.head(namespace, name, number, ask.path, answer), namespace=namespace)

    # Controllers that route by host and path

    def _routed(self, router: Router, pod: Doc, ask: Ask) -> HttpAnswer:
        """Answer as an Ingress controller or a Gateway does: by its rules, over the endpoints that it reads itself."""
        found = self._weighed(router(self.store, ask))
        name = pod["metadata"]["name"]
        if found.status:
            phrase = PHRASES.get(found.status, "")
            return HttpAnswer(found.status, found.path if found.status in (301, 302, 308) else ingress.page(found.status, phrase), name)
        service = self.store.get("services", found.namespace, found.service)
        port = next((entry for entry in (service or {}).get("spec", {}).get("ports") or () if found.port in (entry["port"], entry.get("name"))), None)
        if service is None or port is None:
            return HttpAnswer(503, ingress.page(503, PHRASES[503]), name)
        ready, _dropped = self.usable(service)
        if not ready:
            return HttpAnswer(503, ingress.page(503, PHRASES[503]), name)
        chosen = ready[self._machinery.dice.roll("ingress") % len(ready)]
        number = target_port(chosen, port)
        target = self.store.get("pods", chosen["targetRef"]["namespace"], chosen["targetRef"]["name"]) if chosen.get("targetRef") else None
        if target is None or number is None:
            return HttpAnswer(503, ingress.page(503, PHRASES[503]), name)
        answer = self._to(target, number, number, ask.host, Origin(pod["metadata"]["namespace"], pod), Ask(found.path, ask.method, ask.host, "http", ask.headers if found.headers is None else found.headers))
        if isinstance(answer, NetworkFailure):
            status = 504 if answer.kind == "timeout" else 502
            return HttpAnswer(status, ingress.page(status, PHRASES[status]), name)
        return answer

    def _weighed(self, found: ingress.Routed) -> ingress.Routed:
        """Choose among several places by their weights."""
        if not found.shares:
            return found
        left = self._machinery.dice.roll("gateway") % sum(weight for weight, _place in found.shares)
        for weight, place in found.shares:
            if left < weight:
                return place
            left -= weight
        return found.shares[-1][1]

    def hold_rules(self) -> None:
        """Keep the rules of every node as they are while no kube-proxy runs, and let them follow the endpoints while one does."""
        runs = proxies.one_runs(self.store)
        self.has_proxies = self.has_proxies or runs
        is_held = proxies.NAME in self._machinery.parts.down or (self.has_proxies and not runs)
        if is_held == (self.frozen is not None):
            return
        self.settle()
        self._stale = True
        self.frozen = None if not is_held else {(service["metadata"]["namespace"], service["metadata"]["name"]): self.endpoints(service) for service in self.store.list("services")}

    # Traffic

    def set_rate(self, namespace: str, service: str, per_second: int) -> None:
        """Send so many requests a second to a Service from now on, 0 for none."""
        self.settle()
        flow = self._flows.setdefault((namespace, service), Flow())
        flow.asked = min(max(per_second, 0), RATE_MAX)
        self._set_flow((namespace, service), flow)
        self.refresh(force=True)

    def _set_flow(self, place: tuple[str, str], flow: Flow) -> None:
        called = sum(rate for namespace, service, rate in self._callers.values() if (namespace, service) == place)
        flow.per_second, flow.since_ms = min(flow.asked + -(-called // 1000), RATE_MAX), self._machinery.clock.now_ms

    def called(self, caller: str, namespace: str, host: str, per_1000_s: int) -> None:
        """Note that a script calls a Service so many times in a thousand seconds from now on, 0 for no longer."""
        before = self._callers.pop(caller, None)
        found = names.lookup(self, host, Origin(namespace)) if per_1000_s else None
        place = _place_of(found.name) if found is not None and found.status == "ok" else None
        if place is not None:
            self._callers[caller] = [*place, per_1000_s]
        for changed in {(before[0], before[1])} if before else set():
            self.settle()
            self._set_flow(changed, self._flows.setdefault(changed, Flow()))
        if place is not None:
            self.settle()
            self._set_flow(place, self._flows.setdefault(place, Flow()))
        self._stale = self._stale or before is not None or place is not None

    def settle(self) -> None:
        """Count what flowed since the last time, by the picture that held until now."""
        now = self._machinery.clock.now_ms
        for place, flow in self._flows.items():
            elapsed = now - flow.since_ms
            if elapsed and flow.per_second:
                due = flow.milli + flow.per_second * elapsed
                self._share(place, flow, due // 1000, elapsed, now)
                flow.milli = due % 1000
            flow.since_ms = now

    def _share(self, place: tuple[str, str], flow: Flow, requests: int, elapsed: int, now: int) -> None:
        outcomes = self._outcomes.get(place) or [("network.no-endpoints",)]
        shares = self._shares.get(place) or ()
        each, rest = divmod(requests, len(outcomes))
        for index, outcome in enumerate(outcomes):
            count = each + ((index - flow.turn) % len(outcomes) < rest)
            if not count:
                continue
            if outcome[0] != "ok":
                _fail(flow, outcome, count, now - elapsed, now)
                continue
            lost = 0
            if index < len(shares) and shares[index] < WHOLE:
                lost, flow.carry = divmod(count * (WHOLE - shares[index]) + flow.carry, WHOLE)
                lost = min(lost, count)
                _fail(flow, ("network.overloaded", *outcome[1:]), lost, now - elapsed, now)
            flow.served += count - lost
        flow.turn = (flow.turn + rest) % len(outcomes)
        if all(outcome[0] != "ok" for outcome in outcomes):
            flow.down_ms += elapsed
        while len(flow.failures) > FAILURES_MAX:
            del flow.failures[next(iter(flow.failures))]

    def refresh(self, *, force: bool = False) -> None:
        """Look at what each endpoint would answer now; the cluster calls this after every step."""
        if self._stale or force:
            self._stale = False
            before, look = self._load.given, Look(self.store, self._programs, self.endpoints, self._look_again)
            self._outcomes.update({place: look.outcomes(place) for place in self._flows})
            flowing = [(place, flow.per_second) for place, flow in self._flows.items() if flow.per_second]
            self._load = look.load(flowing, self._claims)
            self._shares = {place: look.shares(place, self._load) for place, _rate in flowing}
            if before != self._load.given:
                self.load_changed()

    def millicores(self, namespace: str, pod: str) -> int:
        """Return the CPU that a pod uses for the traffic."""
        return self._load.given.get((namespace, pod), 0)

    def _look_again(self, at_ms: int | None) -> None:
        if at_ms is not None and at_ms > self._machinery.clock.now_ms and at_ms not in self._looks:
            self._looks[at_ms] = None
            self._machinery.agenda.at(at_ms, self.name, "look", at_ms)

    def traffic(self) -> list[dict[str, Any]]:
        """Return every flow with what was served and what failed, by cause, up to now; changes nothing."""
        return [self._shown(place, flow) for place, flow in self._flows.items()]

    def totals(self) -> tuple[int, int]:
        """Return how many requests were served and how many failed, up to now; changes nothing."""
        flows = [self._until_now(place, flow, {}) for place, flow in self._flows.items()]
        return sum([flow.served for flow in flows]), sum([flow.failed for flow in flows])

    def _until_now(self, place: tuple[str, str], flow: Flow, failures: dict[tuple[str, ...], list[int]]) -> Flow:
        """Return a flow with what came since it was last counted; what failed since then is added to `failures`, by its cause."""
        now = self._machinery.clock.now_ms
        until = Flow(flow.per_second, now, flow.milli, flow.served, flow.failed, flow.turn, flow.down_ms, flow.asked, flow.carry, failures)
        due = flow.milli + flow.per_second * (now - flow.since_ms)
        if due >= 1000:
            self._share(place, until, due // 1000, now - flow.since_ms, now)
        return until

    def _shown(self, place: tuple[str, str], flow: Flow) -> dict[str, Any]:
        shown = self._until_now(place, flow, {key: list(value) for key, value in flow.failures.items()})
        failures = [{**_sentence(key), "count": count, "first_ms": first, "last_ms": last} for key, (count, first, last) in shown.failures.items()]
        return {"ref": f"Service/{place[0]}/{place[1]}", "per_second": shown.per_second, "served": shown.served, "failed": shown.failed, "down_ms": shown.down_ms,
                "failures": sorted(failures, key=lambda entry: (-int(str(entry["count"])), str(entry["text_en"])))}

    # State

    def dump(self) -> Any:
        """Return all flows and what their endpoints would answer."""
        return {"frozen": [[*place, entries] for place, entries in self.frozen.items()] if self.frozen is not None else None, "has_proxies": self.has_proxies, "names_down": self.names_down, "stale": self._stale, "looks": list(self._looks), "clients": {key: list(entry) for key, entry in self._clients.items()}, "callers": self._callers, "flows": [[*place, flow.per_second, flow.since_ms, flow.milli, flow.served, flow.failed, flow.turn, flow.down_ms, flow.asked, flow.carry, [[list(key), value] for key, value in flow.failures.items()]]
                          for place, flow in self._flows.items()],
                "outcomes": [[*place, [list(outcome) for outcome in outcomes]] for place, outcomes in self._outcomes.items()],
                "shares": [[*place, shares] for place, shares in self._shares.items()], "load": [[*place, self._load.wanted[place], self._load.given.get(place, 0)] for place in self._load.wanted]}

    def load(self, dumped: Mapping[str, Any]) -> None:
        """Take back what `dump` returned."""
        for namespace, service, *numbers, failures in dumped["flows"]:
            flow = self._flows[namespace, service] = Flow(*numbers)
            flow.failures = {tuple(key): list(value) for key, value in failures}
        self._looks = dict.fromkeys(dumped["looks"])
        self.frozen = {(namespace, service): entries for namespace, service, entries in dumped["frozen"]} if dumped["frozen"] is not None else None
        self.has_proxies = dumped.get("has_proxies", False)
        self.names_down, self._stale = dumped["names_down"], dumped.get("stale", True)  # copies of before say nothing of it: then look again
        self._clients = {key: (address, at_ms) for key, (address, at_ms) in dumped["clients"].items()}
        self._callers = dict(dumped["callers"])
        self._outcomes = {(namespace, service): [tuple(outcome) for outcome in outcomes] for namespace, service, outcomes in dumped["outcomes"]}
        self._shares = {(namespace, service): list(shares) for namespace, service, shares in dumped["shares"]}
        rows = dumped["load"]
        self._load = Load({(namespace, pod): wanted for namespace, pod, wanted, _given in rows}, {(namespace, pod): given for namespace, pod, _wanted, given in rows})


def _place_of(name: str) -> tuple[str, str] | None:
    """Return namespace and name of the Service that a whole name is, or None."""
    parts = name.split(".")
    return (parts[1], parts[0]) if parts[2:3] == ["svc"] else None


def _fail(flow: Flow, reason: tuple[str, ...], count: int, since: int, now: int) -> None:
    """Count requests that failed for a reason, from one moment to another."""
    if not count:
        return
    flow.failed += count
    entry = flow.failures.setdefault(reason, [0, since, now])
    entry[0] += count
    entry[2] = now


def _sentence(outcome: tuple[str, ...]) -> dict[str, str]:
    words = dict(zip(outcome[1::2], outcome[2::2], strict=True))
    english, korean = MESSAGES[outcome[0]]
    for word, value in words.items():
        english, korean = english.replace("{" + word + "}", value), korean.replace("{" + word + "}", value)
    return {"key": outcome[0], "text_en": english, "text_ko": korean, "pod": words.get("pod", "")}
