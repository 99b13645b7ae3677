"""Amounts of resources: which names may stand where, and which amounts. Models validateResourceRequirements (1.36)."""

from collections.abc import Callable
from typing import Any

from learnk8s.simulation.kernel.quantities import amount, canonical, is_quantity
from learnk8s.simulation.kubernetes.apiserver.errors import Cause, Causes, bad_value, duplicate, missing, not_allowed, required, unsupported
from learnk8s.simulation.kubernetes.apiserver.words import dns_label, key_faults
from learnk8s.simulation.kubernetes.objects.document import Doc

NOT_NEGATIVE = "must be greater than or equal to 0"
OF_CONTAINERS = frozenset({"cpu", "memory", "ephemeral-storage"})
OF_PODS = ("cpu", "memory")
OF_QUOTAS = frozenset({
    "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage", "limits.cpu", "limits.memory", "limits.ephemeral-storage", "pods", "resourcequotas", "services",
    "replicationcontrollers", "secrets", "persistentvolumeclaims", "configmaps", "services.nodeports", "services.loadbalancers"})
STANDARD = OF_CONTAINERS | OF_QUOTAS | {"storage"}
WHOLE = frozenset({"pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims", "services.nodeports", "services.loadbalancers"})
"""Resources that are counted: no half of one."""


def is_huge(name: str) -> bool:
    """Say whether a resource is memory in huge pages."""
    return name.startswith("hugepages-")


def is_native(name: str) -> bool:
    """Say whether a resource is Kubernetes' own. Models IsNativeResource."""
    return "/" not in name or "kubernetes.io/" in name


def is_extended(name: str) -> bool:
    """Say whether a resource is one that a node's plugins offer. Models IsExtendedResourceName."""
    return not is_native(name) and not name.startswith("requests.") and not key_faults(f"requests.{name}")


def is_divisible(name: str) -> bool:
    """Say whether nodes may promise more of a resource than they have. Models IsOvercommitAllowed."""
    return is_native(name) and not is_huge(name)


def standard_name(field: str, name: str) -> Causes:
    """A resource's name. Models validateResourceName."""
    faults = key_faults(name)
    yield from (bad_value(field, name, fault) for fault in faults)
    if not faults and "/" not in name and name not in STANDARD and not is_huge(name) and not name.startswith(("requests.hugepages-", "count/")):
        yield bad_value(field, name, "must be a standard resource type or fully qualified")


def container_name(field: str, name: str) -> Causes:
    """The name of a resource that containers ask for. Models validateContainerResourceName."""
    yield from standard_name(field, name)
    if "/" not in name:
        if name not in OF_CONTAINERS and not is_huge(name):
            yield bad_value(field, name, "must be a standard resource for containers")
    elif not is_native(name) and not is_extended(name):
        yield bad_value(field, name, "doesn't follow extended resource name standard")


def pod_name(field: str, name: str) -> Causes:
    """The name of a resource that a whole pod asks for. Models validatePodResourceName."""
    causes = list(standard_name(field, name))
    yield from causes
    if not causes and name not in OF_PODS and not is_huge(name):
        yield unsupported(field, name, OF_PODS)


def quota_name(field: str, name: str) -> Causes:
    """The name of what a quota limits. Models ValidateResourceQuotaResourceName."""
    yield from standard_name(field, name)
    if "/" not in name and name not in OF_QUOTAS and not name.startswith("requests.hugepages-"):
        yield bad_value(field, name, "must be a standard resource for quota")


def quantity(field: str, name: str, value: Any) -> Causes:
    """An amount: not negative, and whole where things are counted. Models ValidateResourceQuantityValue."""
    if not is_quantity(value):
        return
    if amount(value) < 0:
        yield bad_value(field, canonical(value), NOT_NEGATIVE)
    if (name in WHOLE or is_extended(name)) and amount(value).denominator != 1:
        yield bad_value(field, canonical(value), "must be an integer")


def _huge(field: str, name: str, value: Any) -> Causes:
    if is_huge(name) and is_quantity(value):
        page = name.removeprefix("hugepages-")
        if not is_quantity(page) or amount(value) < amount(page) or amount(value) % amount(page):
            yield bad_value(field, canonical(value), f"{canonical(value)} is not positive integer multiple of {name}")


def requirements(field: str, found: Doc, claims: frozenset[str] = frozenset(), *, named: Callable[[str, str], Causes] = container_name) -> Causes:
    """Requests and limits. Models validateResourceRequirements."""
    limits, requests = found.get("limits") or {}, found.get("requests") or {}
    for name, value in limits.items():
        place = f"{field}.limits[{name}]"
        yield from named(place, name)
        yield from quantity(place, name, value)
        yield from _huge(place, name, value)
    for name, value in requests.items():
        place = f"{field}.requests[{name}]"
        yield from named(place, name)
        yield from quantity(place, name, value)
        yield from _within(field, name, value, limits.get(name))
        yield from _huge(place, name, value)
    names = {*limits, *requests}
    if any(map(is_huge, names)) and not names & {"cpu", "memory"}:
        yield not_allowed(field, "HugePages require cpu or memory")
    yield from _claims(f"{field}.claims", found.get("claims") or (), claims)


def _within(field: str, name: str, value: Any, limit: Any) -> Causes:
    if limit is None:
        if not is_divisible(name):
            yield required(f"{field}.limits", "Limit must be set for non overcommitable resources")
    elif is_quantity(value) and is_quantity(limit):
        if amount(value) != amount(limit) and not is_divisible(name):
            yield bad_value(f"{field}.requests", canonical(value), f"must be equal to {name} limit of {canonical(limit)}")
        elif amount(value) > amount(limit):
            yield bad_value(f"{field}.requests", canonical(value), f"must be less than or equal to {name} limit of {canonical(limit)}")


def _claims(field: str, wanted: Any, offered: frozenset[str]) -> Causes:
    """Models validateResourceClaimNames."""
    seen: set[str] = set()
    for index, claim in enumerate(wanted):
        place, name = f"{field}[{index}]", claim.get("name", "")
        if not name:
            yield required(place)
            continue
        request = claim.get("request", "")
        key = f"{name}/{request}" if request else name
        if name in seen or key in seen:
            yield duplicate(place, name if name in seen else key)
        elif not request:
            yield from (duplicate(place, name) for other in seen if other.startswith(f"{name}/"))
        if request:
            yield from dns_label(f"{place}.request", request)
        seen.add(key)
        if name not in offered:
            where = f": {', '.join(sorted(offered))}" if offered else " which is empty"
            yield Cause("FieldValueNotFound", f"{missing(place, name).message}: must be one of the names in pod.spec.resourceClaims{where}", place)
