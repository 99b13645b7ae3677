"""One look at the traffic: what each endpoint would answer now, what the requests ask of every pod behind them, and what each pod gets of it.

A pod may stand behind several Services, and a Service behind several flows: within a look everything is asked once.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Protocol

from learnk8s.simulation.kernel.quantities import millis
from learnk8s.simulation.kubernetes.network import policies
from learnk8s.simulation.kubernetes.network.load import CALLS_DEPTH_MAX, Claims, Cost, Load, Place, divided, spread
from learnk8s.simulation.kubernetes.network.origin import TERMINAL
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store

Outcome = tuple[str, ...]
"""`ok` or why not, then words for the sentence in pairs: name, value."""
NO_SERVICE: list[Outcome] = [("network.no-service",)]
NO_ENDPOINTS: list[Outcome] = [("network.no-endpoints",)]


class Programs(Protocol):
    """What the network asks the nodes: does the program behind this address answer?"""

    def serve(self, namespace: str, pod: str, port: int, path: str, method: str, host: str = "", client: str = "", *, body: str = "", acts: bool | None = None) -> tuple[int, str] | None:
        """Return status and body, or None if nothing listens."""

    def head(self, namespace: str, pod: str, port: int, path: str, answer: tuple[int, str]) -> tuple[tuple[str, str], ...]:
        """Return the head of an answer that `serve` gave."""

    def is_reachable(self, node: str) -> bool:
        """Say whether packets reach the node."""

    def listens_at_ms(self, namespace: str, pod: str, port: int) -> int | None:
        """Return when a process of the pod began or will begin to listen, or None."""

    def cost(self, namespace: str, pod: str, port: int) -> tuple[int, tuple[str, ...]]:
        """Return the microseconds of CPU that a request takes, and the Services that the program calls for it."""

    def usage(self, pod: Doc) -> tuple[int, int]:
        """Return millicores and bytes that a pod's processes use beside the traffic."""


class Behind(NamedTuple):
    """A ready endpoint of a Service: what it would answer, the pod that it is (None if it is none), and the pod's port."""

    outcome: Outcome
    pod: Place | None
    port: int


class Look:
    """What is found at one moment. `again` is told when a program that does not listen yet will."""

    def __init__(self, store: Store, programs: Programs, endpoints: Callable[[Doc], list[Doc]], again: Callable[[int | None], None]) -> None:
        self._store, self._programs, self._endpoints, self._again = store, programs, endpoints, again
        self._behind: dict[Place, list[Behind] | None] = {}
        self._outcomes: dict[tuple[Place, int, str], Outcome] = {}
        self._answering: dict[Place, list[tuple[Place, Cost]]] = {}
        self._costs: dict[tuple[Place, int], Cost] = {}
        self._shares: dict[tuple[Place, Cost, int], int] = {}
        self._has_policies = bool(store.count(policies.RESOURCE))

    def outcomes(self, service: Place) -> list[Outcome]:
        """Return what becomes of a Service's requests, one after another."""
        behind = self._found(service)
        return NO_SERVICE if behind is None else [one.outcome for one in behind] or NO_ENDPOINTS

    def load(self, flows: Iterable[tuple[Place, int]], claims: Claims) -> Load:
        """Return what flows (Service, requests a second) ask of each pod and what it gets."""
        wanted = {pod: amount // 1000 for pod, amount in spread(flows, self.answering).items()}
        load = Load(wanted)
        nodes = dict.fromkeys(str(doc["spec"].get("nodeName", "")) for pod in wanted if (doc := self._store.get("pods", *pod)) is not None)
        for name in nodes:
            node = self._store.get("nodes", "", name)
            capacity = millis(((node or {}).get("status") or {}).get("allocatable", {}).get("cpu", 0))
            pods = [doc for doc in self._store.pods_on(name) if doc.get("status", {}).get("phase") == "Running"]
            places = [(doc["metadata"]["namespace"], doc["metadata"]["name"]) for doc in pods]
            given = divided(capacity, [(*claims.of(doc), self._programs.usage(doc)[0], wanted.get(place, 0)) for doc, place in zip(pods, places)])
            load.given.update({place: amount for place, amount in zip(places, given) if place in wanted})
        return load

    def shares(self, service: Place, load: Load) -> list[int]:
        """Return for each outcome of a Service the thousandths of its requests that the pod, and what it calls, can answer."""
        return [self._share(load, one.pod, self._cost(one.pod, one.port), 0) if one.pod is not None and one.outcome[0] == "ok" else 0 for one in self._found(service) or ()] or [0]

    def answering(self, namespace: str, name: str) -> list[tuple[Place, Cost]]:
        """Return the pods behind a Service that answer, with what a request costs there."""
        service = namespace, name
        if service not in self._answering:
            self._answering[service] = [(one.pod, self._cost(one.pod, one.port)) for one in self._found(service) or () if one.pod is not None and one.outcome[0] == "ok"]
        return self._answering[service]

    def _found(self, service: Place) -> list[Behind] | None:
        if service not in self._behind:
            doc = self._store.get("services", *service)
            port = (doc["spec"].get("ports") or [{}])[0] if doc is not None else {}
            self._behind[service] = None if doc is None else [self._one(entry, port) for entry in self._endpoints(doc) if entry["conditions"].get("ready")]
        return self._behind[service]

    def _one(self, endpoint: Doc, service_port: Doc) -> Behind:
        target = endpoint.get("targetRef")
        if target is None:
            return Behind(NO_ENDPOINTS[0], None, 0)
        pod, number, node = (target["namespace"], target["name"]), target_port(endpoint, service_port) or 0, endpoint.get("nodeName") or ""
        key = pod, number, node
        outcome = self._outcomes.get(key)
        if outcome is None:
            outcome = self._outcomes[key] = self._asked(endpoint, pod, number, node)
        return Behind(outcome, pod, number)

    def _asked(self, endpoint: Doc, pod: Place, number: int, node: str) -> Outcome:
        name = pod[1]
        if not self._programs.is_reachable(node):
            return "network.timeout", "node", node, "pod", name
        doc = self._store.get("pods", *pod) if self._has_policies else None
        policy = policies.blocking(self._store, TERMINAL, doc, endpoint["addresses"][0], number) if doc is not None else ""
        if policy:
            return "network.policy", "policy", policy, "pod", name
        answer = self._programs.serve(*pod, number, "/", "GET")
        if answer is None:
            self._again(self._programs.listens_at_ms(*pod, number))
            return "network.refused", "pod", name, "port", str(number)
        return ("ok", "pod", name, "port", str(number)) if answer[0] < 500 else ("network.error", "pod", name, "status", str(answer[0]))

    def _cost(self, pod: Place, port: int) -> Cost:
        key = pod, port
        cost = self._costs.get(key)
        if cost is None:
            cost = self._costs[key] = Cost(*self._programs.cost(*pod, port))
        return cost

    def _share(self, load: Load, pod: Place, cost: Cost, depth: int) -> int:
        key = pod, cost, depth
        if key in self._shares:
            return self._shares[key]
        share = load.share(pod)
        for name in cost.calls if depth < CALLS_DEPTH_MAX else ():
            reached = [self._share(load, *behind, depth + 1) for behind in self.answering(pod[0], name)]
            share = min(share, sum(reached) // len(reached) if reached else 0)
        self._shares[key] = share
        return share


def target_port(endpoint: Doc, service_port: Doc) -> int | None:
    """Return the number of an endpoint's port for a port of its Service, which go by the same name."""
    name = service_port.get("name", "")
    for entry in endpoint["ports"]:
        if entry.get("name", "") == name:
            found: Any = entry["port"]
            return int(found) if found is not None else None
    return None
