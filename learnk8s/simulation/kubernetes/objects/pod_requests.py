"""What a pod requests in all: its containers, its init containers and sidecars, its own figures and its overhead.

Models component-helpers/resource (1.36): AggregateContainerRequests, PodRequests. CPU is counted in millicores, everything else in whole units.
"""

from collections.abc import Mapping

from learnk8s.simulation.kernel.quantities import millis, whole
from learnk8s.simulation.kubernetes.objects.document import Doc

Amounts = dict[str, int]
NOTHING: Mapping[str, int] = {}


def amount(resource: str, value: str | int) -> int:
    """Return a quantity in the unit in which its resource is counted."""
    return millis(value) if resource == "cpu" else whole(value)


def amounts(found: Mapping[str, str | int] | None) -> Amounts:
    """Return all quantities of a resource list."""
    return {resource: amount(resource, value) for resource, value in (found or {}).items()}


def is_pod_level(resource: str) -> bool:
    """Say whether `spec.resources` of a pod may name a resource."""
    return resource in ("cpu", "memory") or resource.startswith("hugepages-")


def container_requests(spec: Doc, missing: Mapping[str, int] = NOTHING) -> Amounts:
    """Return what the containers need together; `missing` stands in for what a container does not say.

    Sidecars (init containers that restart always) run beside all that start after them.
    """
    total: Amounts = {}
    for container in spec.get("containers") or ():
        _add(total, _requests(container, missing))
    sidecars: Amounts = {}
    most: Amounts = {}
    for container in spec.get("initContainers") or ():
        wanted = _requests(container, missing)
        if container.get("restartPolicy") == "Always":
            _add(total, wanted)
            _add(sidecars, wanted)
            wanted = sidecars
        else:
            _add(wanted, sidecars)
        _raise(most, wanted)
    _raise(total, most)
    return total


def pod_requests(spec: Doc, *, missing: Mapping[str, int] = NOTHING, pod_level: bool = True) -> Amounts:
    """Return what a pod requests; `spec.resources` overrules the containers unless `pod_level` is off."""
    total = container_requests(spec, missing)
    if pod_level:
        own = (spec.get("resources") or {}).get("requests") or {}
        total.update({resource: amount(resource, value) for resource, value in own.items() if is_pod_level(resource)})
    _add(total, amounts(spec.get("overhead")))
    return total


def _requests(container: Doc, missing: Mapping[str, int]) -> Amounts:
    found = amounts((container.get("resources") or {}).get("requests"))
    return {**missing, **found} if missing else found


def _add(total: Amounts, more: Mapping[str, int]) -> None:
    for resource, value in more.items():
        total[resource] = total.get(resource, 0) + value


def _raise(total: Amounts, floor: Mapping[str, int]) -> None:
    for resource, value in floor.items():
        total[resource] = max(total.get(resource, 0), value)
