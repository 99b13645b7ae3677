"""Which pods a kubelet turns away that no scheduler placed. Models pkg/kubelet/lifecycle/predicate.go (1.36): generalFilter.

Simplified: what the scheduler has bound is not looked at again, critical pods are let in without evicting others, and pods that an owner makes again and again are
looked at after a growing time, so that a sandbox does not fill with them.
"""

from collections.abc import Iterable, Iterator

from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.label_selectors import matches
from learnk8s.simulation.kubernetes.objects.pod_requests import amount, pod_requests

ANY = "0.0.0.0"
AGAIN_MS, AGAIN_MAX_MS = 1_000, 600_000
CRITICAL = 2_000_000_000
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def is_unplaced(pod: Doc) -> bool:
    """Say whether the pod came with its node's name, so that nobody has looked whether it fits."""
    return int(pod["spec"].get("priority") or 0) < CRITICAL and not any(entry["type"] == "PodScheduled" for entry in pod.get("status", {}).get("conditions") or ())


def rejection(pod: Doc, node: Doc, others: Iterable[Doc]) -> tuple[str, str]:
    """Return the reason and the message with which a node turns a pod away, or two empty texts; `others` are the pods that it has."""
    held = [other for other in others if other["metadata"]["uid"] != pod["metadata"]["uid"] and other.get("status", {}).get("phase") not in ("Succeeded", "Failed")]
    spec, allocatable = pod["spec"], node.get("status", {}).get("allocatable", {})
    for resource, wanted in [("pods", 1), *sorted(pod_requests(spec).items())]:
        used = len(held) if resource == "pods" else sum(pod_requests(other["spec"]).get(resource, 0) for other in held)
        capacity = amount(resource, allocatable.get(resource, "0"))
        if wanted and wanted + used > capacity:
            return f"OutOf{resource}", f"Node didn't have enough resource: {resource}, requested: {wanted}, used: {used}, capacity: {capacity}"
    if not _selects(spec, node):
        return _failed("NodeAffinity", "node(s) didn't match Pod's node affinity/selector")
    taken = [port for other in held for port in _ports(other["spec"])]
    if any(number == other_number and protocol == other_protocol and (address == other or ANY in (address, other)) for address, protocol, number in _ports(spec) for other, other_protocol, other_number in taken):
        return _failed("NodePorts", "node(s) didn't have free ports for the requested pod ports")
    return "", ""


def _failed(predicate: str, why: str) -> tuple[str, str]:
    return predicate, f"Predicate {predicate} failed: {why}"


def _ports(spec: Doc) -> Iterator[tuple[str, str, int]]:
    for container in (*spec["containers"], *(item for item in spec.get("initContainers") or () if item.get("restartPolicy") == "Always")):
        for port in container.get("ports") or ():
            if port.get("hostPort"):
                yield port.get("hostIP") or ANY, port.get("protocol") or "TCP", port["hostPort"]


def _selects(spec: Doc, node: Doc) -> bool:
    labels = node["metadata"].get("labels") or {}
    if any(labels.get(key) != value for key, value in (spec.get("nodeSelector") or {}).items()):
        return False
    required = ((spec.get("affinity") or {}).get("nodeAffinity") or {}).get(REQUIRED)
    return not required or any(_takes(term, labels, node["metadata"]["name"]) for term in required.get("nodeSelectorTerms") or ())


def _takes(term: Doc, labels: dict[str, str], name: str) -> bool:
    expressions, fields = term.get("matchExpressions") or [], term.get("matchFields") or []
    if not expressions and not fields:
        return False
    compared = [entry for entry in expressions if entry["operator"] in ("Gt", "Lt")]
    for entry in compared:
        value, bound = labels.get(entry["key"], ""), str((entry.get("values") or ["0"])[0])
        if not (value.lstrip("-").isdigit() and bound.lstrip("-").isdigit()) or (int(value) <= int(bound) if entry["operator"] == "Gt" else int(value) >= int(bound)):
            return False
    plain = [entry for entry in expressions if entry not in compared]
    return matches({"matchExpressions": plain}, labels) and matches({"matchExpressions": fields}, {"metadata.name": name})
