"""What requests cost: the CPU time that each pod's part of the traffic takes, and how much of it the pod gets.

A program says what CPU time one request takes and which Services it calls for it. Between two changes all rates are constant, so it is worked out once per change: every
endpoint gets an equal part, a request goes on to the Services that the program calls, and each node divides its CPUs among its pods by their requests (cpu.weight), none
more than its limit (cpu.max). A pod that gets less than it needs answers only that part of its requests. Models kernel/sched/fair.c in the mean; differs: no queues, no
waiting, so nothing is slow before it fails.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from learnk8s.simulation.kernel.quantities import millis
from learnk8s.simulation.kernel.sharing import filled
from learnk8s.simulation.kubernetes.objects.document import Doc

CALLS_DEPTH_MAX = 4
WHOLE = 1000
CLAIMS_KEPT = 100
UNLIMITED = 1_000_000_000
Place = tuple[str, str]
"""Namespace and name."""


class Cost(NamedTuple):
    """What one request takes of a program: microseconds of CPU, and the Services that it calls."""

    cpu_us: int = 0
    calls: tuple[str, ...] = ()


@dataclass(slots=True)
class Load:
    """What the traffic of this moment asks of each pod, in millicores, and the thousandths of it that the pod gets."""

    wanted: dict[Place, int] = field(default_factory=dict)
    given: dict[Place, int] = field(default_factory=dict)

    def share(self, pod: Place) -> int:
        """Return the thousandths of its work that a pod can do."""
        wanted = self.wanted.get(pod, 0)
        return min(self.given.get(pod, 0) * WHOLE // wanted, WHOLE) if wanted else WHOLE


Endpoints = Callable[[str, str], list[tuple[Place, Cost]]]
"""From namespace and Service to the pods behind it that answer, with what a request costs there."""


def spread(flows: Iterable[tuple[Place, int]], endpoints: Endpoints) -> dict[Place, int]:
    """Return by pod the microseconds of CPU a second that the flows (Service, requests a second) ask for."""
    wanted: dict[Place, int] = {}

    def send(namespace: str, service: str, milli_per_second: int, depth: int) -> None:
        behind = endpoints(namespace, service)
        if not behind or not milli_per_second:
            return
        each = milli_per_second // len(behind)
        called: dict[str, int] = {}
        for pod, cost in behind:
            if cost.cpu_us:
                wanted[pod] = wanted.get(pod, 0) + each * cost.cpu_us // 1000
            for name in cost.calls:
                called[name] = called.get(name, 0) + each
        if depth < CALLS_DEPTH_MAX:
            for name, rate in called.items():
                send(namespace, name, rate, depth + 1)

    for (namespace, service), per_second in flows:
        send(namespace, service, per_second * 1000, 0)
    return wanted


class Claims:
    """What pods claim of a node's CPUs: their weight and their limit in millicores. Both are read of a spec once."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Doc, tuple[int, int]]] = {}

    def of(self, pod: Doc) -> tuple[int, int]:
        """Return the weight and the limit of a pod."""
        known = self._known.get(pod["metadata"]["uid"])
        if known is None or known[0] is not pod["spec"]:
            if len(self._known) > CLAIMS_KEPT:
                self._known.clear()
            known = self._known[pod["metadata"]["uid"]] = pod["spec"], (_weight(pod), _limit(pod))
        return known[1]


def divided(capacity_m: int, pods: list[tuple[int, int, int, int]]) -> list[int]:
    """Divide a node's CPU among its pods, given as (weight, limit, base millicores, millicores for traffic); return what each gets for its traffic."""
    claims = [(weight, min(base + load, limit)) for weight, limit, base, load in pods]
    return [max(min(amount - base, load), 0) for amount, (_weight, _limit, base, load) in zip(filled(capacity_m, claims), pods)]


def _weight(pod: Doc) -> int:
    return max(sum(millis(requests["cpu"]) for container in pod["spec"]["containers"] if "cpu" in (requests := (container.get("resources") or {}).get("requests") or {})), 2)


def _limit(pod: Doc) -> int:
    total = 0
    for container in pod["spec"]["containers"]:
        limit = ((container.get("resources") or {}).get("limits") or {}).get("cpu")
        if limit is None:
            return UNLIMITED
        total += millis(limit)
    return total
