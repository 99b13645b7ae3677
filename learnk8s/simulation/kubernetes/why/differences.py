"""How two clusters differ, object by object and field by field, without what differs in any case (ages, uids, revisions)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE
from learnk8s.simulation.kubernetes.store.store import Store

DIFFERENCES_MAX = 200
FIELDS_MAX = 12
LEFT_OUT = frozenset(("leases.coordination.k8s.io", "endpointslices.discovery.k8s.io", "endpoints", "controllerrevisions.apps"))
"""Kinds that follow from others: the components write them, people do not."""
VOLATILE = frozenset(("metadata.resourceVersion", "metadata.uid", "metadata.managedFields", "metadata.creationTimestamp", "metadata.generation", "metadata.ownerReferences", "status.observedGeneration", "status.startTime", "status.conditions",
                      "status.hostIPs", "status.podIPs", "status.replicas", "status.updatedReplicas", "status.availableReplicas", "status.unavailableReplicas", "status.fullyLabeledReplicas", "status.terminatingReplicas",
                      "metadata.annotations.kubectl.kubernetes.io/last-applied-configuration", "metadata.annotations.deployment.kubernetes.io/desired-replicas", "metadata.annotations.deployment.kubernetes.io/max-replicas"))


@dataclass(frozen=True, slots=True)
class Difference:
    """One object that is on one side only (`added`, `removed`) or is not the same (`changed`, with path, left and right of each field)."""

    change: str
    ref: str
    fields: tuple[tuple[str, str, str], ...] = ()

    def shown(self) -> dict[str, Any]:
        """Return the difference as plain data."""
        return {"change": self.change, "ref": self.ref, "fields": [{"path": path, "left": left, "right": right} for path, left, right in self.fields]}


def differences(left: Store, right: Store) -> list[Difference]:
    """Return what is different on the right, at most DIFFERENCES_MAX of them, by kind, namespace and name."""
    found: list[Difference] = []
    for resource in sorted({*left.resources(), *right.resources()} - LEFT_OUT):
        kind = BY_RESOURCE.get(resource)
        here, there = _table(left, resource), _table(right, resource)
        for place in sorted({*here, *there}):
            before, after = here.get(place), there.get(place)
            if before is after:
                continue
            ref = f"{kind.kind if kind else (before or after or {}).get('kind', resource)}/{place[0]}/{place[1]}"
            difference = _compared(ref, before, after)
            if difference is not None:
                found.append(difference)
            if len(found) >= DIFFERENCES_MAX:
                return found
    return found


def _table(store: Store, resource: str) -> dict[tuple[str, str], Doc]:
    return {(doc["metadata"].get("namespace", ""), doc["metadata"]["name"]): doc for doc in store.list(resource)}


def _compared(ref: str, before: Doc | None, after: Doc | None) -> Difference | None:
    if before is None:
        return Difference("added", ref)
    if after is None:
        return Difference("removed", ref)
    fields: list[tuple[str, str, str]] = []
    for field in _fields(before, after, ""):
        fields.append(field)
        if len(fields) >= FIELDS_MAX:
            break
    return Difference("changed", ref, tuple(fields)) if fields else None


def _fields(left: Any, right: Any, path: str) -> Iterator[tuple[str, str, str]]:
    """Yield the paths at which two values differ, with both as text."""
    if left is right or left == right or path in VOLATILE:
        return
    if isinstance(left, dict) and isinstance(right, dict):
        for key in {**left, **right}:
            yield from _fields(left.get(key), right.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for number, (one, other) in enumerate(zip(left, right, strict=True)):
            yield from _fields(one, other, f"{path}[{number}]")
    elif not path.endswith(("startedAt", "finishedAt", "containerID", "Time")):
        yield path, _text(left), _text(right)


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 120 else text[:117] + "..."
