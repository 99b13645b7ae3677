"""The cluster's network: DNS, Services, and the traffic that the learner turns up.

Models kube-proxy's iptables mode (1.36: any ready endpoint, equal chance, per connection) and CoreDNS' names. Traffic is never simulated request by request: between two changes
of endpoints, nodes or rate nothing about it changes, so what flowed is rate times time, shared among the endpoints in integer arithmetic;
what failed is counted under its cause. Differs: rules follow EndpointSlices at once.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from learnk8s.simulation.kernel.quantities import millis
from learnk8s.simulation.kubernetes.control.machinery import Machinery
from learnk8s.simulation.kubernetes.network.load import CALLS_DEPTH_MAX, WHOLE, Cost, Load, Place, divided, spread
from learnk8s.simulation.kubernetes.network.messages import MESSAGES
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Change

SLICES = "endpointslices.discovery.k8s.io"
DOMAIN = "cluster.local"
RATE_MAX = 10_000
FAILURES_MAX = 20


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer from a program: status and body, and the pod that gave it."""

    status: int
    body: str
    pod: str


@dataclass(frozen=True, slots=True)
class NetworkFailure:
    """No answer. `kind` is nxdomain, refused, timeout or unreachable."""

    kind: str
    host: str
    port: int
    key: str
    words: tuple[tuple[str, str], ...] = ()


class Programs(Protocol):
    """What the network asks the nodes: does the program behind this address answer?"""

    def serve(self, namespace: str, pod: str, port: int, path: str, method: str) -> tuple[int, str] | None:
        """Return status and body, or None if nothing listens."""

    def is_reachable(self, node: str) -> bool:
        """Say whether packets reach the node."""

    def listens_at_ms(self, namespace: str, pod: str, port: int) -> int | None:
        """Return when a process of the pod began or will begin to listen, or None."""

    def cost(self, namespace: str, pod: str, port: int) -> tuple[int, tuple[str, ...]]:
        """Return the microseconds of CPU that a request takes, and the Services that the program calls for it."""

    def usage(self, pod: Doc) -> tuple[int, int]:
        """Return millicores and bytes that a pod's processes use beside the traffic."""


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
    carry: int = 0
    """Thousandths of a request that an overloaded pod has not failed yet."""
    failures: dict[tuple[str, ...], list[int]] = field(default_factory=dict)


@dataclass(slots=True)
class _Seen:
    """What was found during one look at all flows: a pod stands behind several Services and is asked once."""

    answers: dict[tuple[str, str, int, str], tuple[str, ...]] = field(default_factory=dict)
    endpoints: dict[tuple[str, str], list[Doc]] = field(default_factory=dict)


class Network:
    """Carries requests."""

    name = "network"

    def __init__(self, machinery: Machinery, programs: Programs) -> None:
        self._machinery, self._programs = machinery, programs
        self._flows: dict[tuple[str, str], Flow] = {}
        self._outcomes: dict[tuple[str, str], list[tuple[str, ...]]] = {}
        self._looks: dict[int, None] = {}
        self._seen: _Seen | None = None
        self._stale = False
        self._load = Load()
        self._shares: dict[tuple[str, str], list[int]] = {}
        self.frozen: dict[tuple[str, str], list[Doc]] | None = None
        """The endpoints as kube-proxy's rules had them when it stopped, or None while it runs."""
        self.names_down = False
        """Whether CoreDNS stands still."""
        self.load_changed: Callable[[], None] = lambda: None
        """Called when pods begin to use more or less CPU for the traffic."""

    # Noticing

    def changed(self, change: Change) -> None:
        """Count what flowed by the picture that held until now; the new picture is looked at once the change is complete."""
        if self._flows and change.resource in ("pods", SLICES, "nodes", "services"):
            self.settle()
            self._stale = True

    def run(self, task: str, arguments: tuple[Any, ...]) -> None:
        """Look again: a slow program began to listen, which no document says."""
        self._looks.pop(arguments[0], None)
        self.settle()
        self._stale = True

    # Names and Services

    def resolve(self, host: str, namespace: str = "default") -> list[str] | None:
        """Return the addresses of a name as a pod of a namespace would resolve it, or None."""
        if re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", host):
            return [host]
        if self.names_down:
            return None
        place = self._service_place(host, namespace)
        service = self._machinery.store.get("services", *place) if place else None
        if service is None:
            return None
        if service["spec"].get("type") == "ExternalName":
            return []
        if service["spec"].get("clusterIP") == "None":
            return [entry["addresses"][0] for entry in self._endpoints(service) if entry["conditions"].get("ready")]
        return [service["spec"]["clusterIP"]]

    def _service_place(self, host: str, namespace: str) -> tuple[str, str] | None:
        parts = host.rstrip(".").split(".")
        if len(parts) > 3 and parts[2:] != ["svc", *DOMAIN.split(".")][: len(parts) - 2]:
            return None
        if len(parts) == 3 and parts[2] != "svc":
            return None
        return (parts[1] if len(parts) > 1 else namespace, parts[0])

    def _endpoints(self, service: Doc) -> list[Doc]:
        name, namespace = service["metadata"]["name"], service["metadata"]["namespace"]
        if self.frozen is not None:
            return self.frozen.get((namespace, name), [])
        if self._seen is not None and (namespace, name) in self._seen.endpoints:
            return self._seen.endpoints[namespace, name]
        found: list[Doc] = []
        for piece in self._machinery.store.list(SLICES, namespace):
            if (piece["metadata"].get("labels") or {}).get("kubernetes.io/service-name") == name and piece.get("addressType") != "IPv6":
                found.extend({**entry, "ports": piece.get("ports") or []} for entry in piece.get("endpoints") or ())
        if self._seen is not None:
            self._seen.endpoints[namespace, name] = found
        return found

    def request(self, host: str, port: int, path: str = "/", *, method: str = "GET", namespace: str = "default") -> HttpAnswer | NetworkFailure:
        """Send one request to a host as somebody in a namespace would, and return the answer or why there is none."""
        addresses = self.resolve(host, namespace)
        if addresses is None:
            return NetworkFailure("nxdomain", host, port, "network.no-service")
        if not addresses:
            return NetworkFailure("nxdomain", host, port, "network.no-endpoints")
        service, service_port = self._service_at(addresses[0], port)
        if service is not None and service_port is not None:
            return self._through(service, service_port, host, port, path, method)
        pod = self._pod_at(addresses[0])
        if pod is not None:
            return self._to(pod, port, host, path, method)
        if any(addresses[0] == entry["address"] for node in self._machinery.store.list("nodes") for entry in node["status"]["addresses"]) or service is not None:
            return NetworkFailure("refused", host, port, "network.refused", (("pod", host), ("port", str(port))))
        return NetworkFailure("timeout", host, port, "network.timeout", (("node", host), ("pod", host)))

    def _service_at(self, address: str, port: int) -> tuple[Doc | None, Doc | None]:
        nodes = {entry["address"] for node in self._machinery.store.list("nodes") for entry in node["status"]["addresses"] if entry["type"] == "InternalIP"}
        for service in self._machinery.store.list("services"):
            for entry in service["spec"].get("ports") or ():
                if (service["spec"].get("clusterIP") == address and entry["port"] == port) or (address in nodes and entry.get("nodePort") == port):
                    return service, entry
            if service["spec"].get("clusterIP") == address:
                return service, None
        return None, None

    def _pod_at(self, address: str) -> Doc | None:
        return next((pod for pod in self._machinery.store.list("pods") if pod.get("status", {}).get("podIP") == address and pod["status"].get("phase") == "Running"), None)

    def _through(self, service: Doc, service_port: Doc, host: str, port: int, path: str, method: str) -> HttpAnswer | NetworkFailure:
        ready = [entry for entry in self._endpoints(service) if entry["conditions"].get("ready")]
        if not ready:
            return NetworkFailure("refused", host, port, "network.no-endpoints")
        chosen = ready[self._machinery.dice.roll("kube-proxy") % len(ready)]
        target = chosen["targetRef"]
        pod = self._machinery.store.get("pods", target["namespace"], target["name"])
        number = self._target(chosen, service_port)
        if pod is None or number is None:
            return NetworkFailure("refused", host, port, "network.no-endpoints")
        return self._to(pod, number, host, path, method, asked=port)

    @staticmethod
    def _target(endpoint: Doc, service_port: Doc) -> int | None:
        return next((entry["port"] for entry in endpoint["ports"] if entry.get("name", "") == service_port.get("name", "")), None)

    def _to(self, pod: Doc, number: int, host: str, path: str, method: str, *, asked: int | None = None) -> HttpAnswer | NetworkFailure:
        name, node = pod["metadata"]["name"], pod["spec"].get("nodeName", "")
        if not self._programs.is_reachable(node):
            return NetworkFailure("timeout", host, asked or number, "network.timeout", (("node", node), ("pod", name)))
        answer = self._programs.serve(pod["metadata"]["namespace"], name, number, path, method)
        if answer is None:
            return NetworkFailure("refused", host, asked or number, "network.refused", (("pod", name), ("port", str(number))))
        return HttpAnswer(answer[0], answer[1], name)

    def freeze_rules(self, frozen: bool) -> None:
        """Keep the rules of every node as they are, or let them follow the endpoints again."""
        self.frozen = None if not frozen else {(service["metadata"]["namespace"], service["metadata"]["name"]): self._endpoints(service) for service in self._machinery.store.list("services")}

    # Traffic

    def set_rate(self, namespace: str, service: str, per_second: int) -> None:
        """Send so many requests a second to a Service from now on, 0 for none."""
        self.settle()
        flow = self._flows.setdefault((namespace, service), Flow())
        flow.per_second, flow.since_ms = min(max(per_second, 0), RATE_MAX), self._machinery.clock.now_ms
        self.refresh(force=True)

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
                _fail(flow, outcome, count, now)
                continue
            lost = 0
            if index < len(shares) and shares[index] < WHOLE:
                lost, flow.carry = divmod(count * (WHOLE - shares[index]) + flow.carry, WHOLE)
                lost = min(lost, count)
                _fail(flow, ("network.overloaded", *outcome[1:]), lost, now)
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
            self._seen = _Seen()
            for place in self._flows:
                self._outcomes[place] = self._looked(place)
            self._weigh()
            self._seen = None

    def _weigh(self) -> None:
        """Work out what the traffic asks of each pod and what each gets; none of it costs anything while no program says what a request takes."""
        before = self._load.given
        load = self._load = Load()
        behind: dict[Place, list[tuple[Place, Cost]]] = {}

        def endpoints(namespace: str, service: str) -> list[tuple[Place, Cost]]:
            if (namespace, service) not in behind:
                behind[namespace, service] = self._answering(namespace, service)
            return behind[namespace, service]

        flowing = [(place, flow.per_second) for place, flow in self._flows.items() if flow.per_second]
        shares: dict[tuple[str, str, str, int], int] = {}
        wanted_us = spread(flowing, endpoints)
        load.wanted = {place: wanted // 1000 for place, wanted in wanted_us.items()}
        by_node: dict[str, list[Doc]] = {}
        for namespace, name in load.wanted:
            pod = self._machinery.store.get("pods", namespace, name)
            if pod is not None:
                by_node.setdefault(pod["spec"].get("nodeName", ""), [])
        if by_node:
            for pod in self._machinery.store.list("pods"):
                if pod["spec"].get("nodeName") in by_node and pod.get("status", {}).get("phase") == "Running":
                    by_node[pod["spec"]["nodeName"]].append(pod)
        for node_name, pods in by_node.items():
            node = self._machinery.store.get("nodes", "", node_name)
            capacity = millis(((node or {}).get("status") or {}).get("allocatable", {}).get("cpu", 0))
            places = [(pod["metadata"]["namespace"], pod["metadata"]["name"]) for pod in pods]
            given = divided(capacity, [(pod, self._programs.usage(pod)[0], load.wanted.get(place, 0)) for pod, place in zip(pods, places)])
            load.given.update({place: amount for place, amount in zip(places, given) if place in load.wanted})
        self._shares = {place: [self._share_of(place[0], outcome, endpoints, shares) if outcome[0] == "ok" else 0 for outcome in self._outcomes[place]] for place, _rate in flowing}
        if before != load.given:
            self.load_changed()

    def _answering(self, namespace: str, service_name: str) -> list[tuple[Place, Cost]]:
        """Return the pods behind a Service that answer, with what a request costs there."""
        service = self._machinery.store.get("services", namespace, service_name)
        if service is None:
            return []
        port = (service["spec"].get("ports") or [{}])[0]
        found = []
        for entry in self._endpoints(service):
            if entry["conditions"].get("ready") and self._outcome(entry, port)[0] == "ok" and "targetRef" in entry:
                target = entry["targetRef"]
                found.append(((target["namespace"], target["name"]), Cost(*self._programs.cost(target["namespace"], target["name"], self._target(entry, port) or 0))))
        return found

    def _share_of(self, namespace: str, outcome: tuple[str, ...], endpoints: Callable[[str, str], list[tuple[Place, Cost]]], shares: dict[tuple[str, str, str, int], int], depth: int = 0) -> int:
        """Return the thousandths of its requests that a pod, and what it calls, can answer; `shares` remembers what was worked out."""
        key = (namespace, outcome[2], outcome[4], depth)
        if key in shares:
            return shares[key]
        pod = (namespace, outcome[2])
        share = self._load.share(pod)
        _cpu_us, calls = self._programs.cost(*pod, int(outcome[4]))
        for name in calls if depth < CALLS_DEPTH_MAX else ():
            behind = endpoints(namespace, name)
            reached = [self._share_of(namespace, ("ok", "pod", place[1], "port", "0"), endpoints, shares, depth + 1) for place, _cost in behind]
            share = min(share, sum(reached) // len(reached) if reached else 0)
        shares[key] = share
        return share

    def millicores(self, namespace: str, pod: str) -> int:
        """Return the CPU that a pod uses for the traffic."""
        return self._load.given.get((namespace, pod), 0)

    def _looked(self, place: tuple[str, str]) -> list[tuple[str, ...]]:
        service = self._machinery.store.get("services", *place)
        if service is None:
            return [("network.no-service",)]
        ready = [entry for entry in self._endpoints(service) if entry["conditions"].get("ready")]
        ports = service["spec"].get("ports") or [{}]
        return [self._outcome(entry, ports[0]) for entry in ready] or [("network.no-endpoints",)]

    def _outcome(self, endpoint: Doc, service_port: Doc) -> tuple[str, ...]:
        target = endpoint["targetRef"]
        number = self._target(endpoint, service_port) or 0
        key = (target["namespace"], target["name"], number, endpoint.get("nodeName") or "")
        if self._seen is None:
            return self._asked(endpoint, target, number)
        if key not in self._seen.answers:
            self._seen.answers[key] = self._asked(endpoint, target, number)
        return self._seen.answers[key]

    def _asked(self, endpoint: Doc, target: Doc, number: int) -> tuple[str, ...]:
        if not self._programs.is_reachable(endpoint.get("nodeName") or ""):
            return ("network.timeout", "node", endpoint.get("nodeName") or "", "pod", target["name"])
        answer = self._programs.serve(target["namespace"], target["name"], number, "/", "GET")
        if answer is None:
            self._look_again(self._programs.listens_at_ms(target["namespace"], target["name"], number))
            return ("network.refused", "pod", target["name"], "port", str(number))
        return ("ok", "pod", target["name"], "port", str(number)) if answer[0] < 500 else ("network.error", "pod", target["name"], "status", str(answer[0]))

    def _look_again(self, at_ms: int | None) -> None:
        if at_ms is not None and at_ms > self._machinery.clock.now_ms and at_ms not in self._looks:
            self._looks[at_ms] = None
            self._machinery.agenda.at(at_ms, self.name, "look", at_ms)

    def traffic(self) -> list[dict[str, Any]]:
        """Return every flow with what was served and what failed, by cause, up to now; changes nothing."""
        return [self._shown(place, flow) for place, flow in self._flows.items()]

    def totals(self) -> tuple[int, int]:
        """Return how many requests were served and how many failed, up to now; changes nothing."""
        flows = [self._until_now(place, flow) for place, flow in self._flows.items()]
        return sum(flow.served for flow in flows), sum(flow.failed for flow in flows)

    def _until_now(self, place: tuple[str, str], flow: Flow) -> Flow:
        """Return a flow with what came since it was last counted."""
        until = Flow(flow.per_second, flow.since_ms, flow.milli, flow.served, flow.failed, flow.turn, flow.down_ms, flow.carry, {key: list(value) for key, value in flow.failures.items()})
        now = self._machinery.clock.now_ms
        due = until.milli + until.per_second * (now - until.since_ms)
        if due >= 1000:
            self._share(place, until, due // 1000, now - until.since_ms, now)
        return until

    def _shown(self, place: tuple[str, str], flow: Flow) -> dict[str, Any]:
        shown = self._until_now(place, flow)
        failures = [{**_sentence(key), "count": count, "first_ms": first, "last_ms": last} for key, (count, first, last) in shown.failures.items()]
        return {"ref": f"Service/{place[0]}/{place[1]}", "per_second": shown.per_second, "served": shown.served, "failed": shown.failed, "down_ms": shown.down_ms,
                "failures": sorted(failures, key=lambda entry: (-int(str(entry["count"])), str(entry["text_en"])))}

    # State

    def dump(self) -> Any:
        """Return all flows and what their endpoints would answer."""
        return {"frozen": [[*place, entries] for place, entries in self.frozen.items()] if self.frozen is not None else None, "names_down": self.names_down, "looks": list(self._looks), "flows": [[*place, flow.per_second, flow.since_ms, flow.milli, flow.served, flow.failed, flow.turn, flow.down_ms, flow.carry, [[list(key), value] for key, value in flow.failures.items()]]
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
        self.names_down = dumped["names_down"]
        self._outcomes = {(namespace, service): [tuple(outcome) for outcome in outcomes] for namespace, service, outcomes in dumped["outcomes"]}
        self._shares = {(namespace, service): list(shares) for namespace, service, shares in dumped["shares"]}
        rows = dumped["load"]
        self._load = Load({(namespace, pod): wanted for namespace, pod, wanted, _given in rows}, {(namespace, pod): given for namespace, pod, _wanted, given in rows})


def _fail(flow: Flow, reason: tuple[str, ...], count: int, now: int) -> None:
    """Count requests that failed for a reason."""
    if not count:
        return
    flow.failed += count
    entry = flow.failures.setdefault(reason, [0, now, now])
    entry[0] += count
    entry[2] = now


def _sentence(outcome: tuple[str, ...]) -> dict[str, str]:
    words = dict(zip(outcome[1::2], outcome[2::2], strict=True))
    english, korean = MESSAGES[outcome[0]]
    for word, value in words.items():
        english, korean = english.replace("{" + word + "}", value), korean.replace("{" + word + "}", value)
    return {"key": outcome[0], "text_en": english, "text_ko": korean, "pod": words.get("pod", "")}
