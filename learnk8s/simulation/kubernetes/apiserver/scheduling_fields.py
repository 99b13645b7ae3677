"""What is filled into a pod for the scheduler's sake: overhead, host ports, requests of the whole pod, label keys of terms.

Models plugin/pkg/admission/runtimeclass, pkg/apis/core/v1/defaults.go and pkg/registry/core/pod/strategy.go (1.36). Every function returns
the same document if it had nothing to add.
"""

from collections.abc import Mapping
from typing import Any

from learnk8s.simulation.kernel.quantities import canonical
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.pod_requests import container_requests, is_pod_level

GATED: Doc = {"type": "PodScheduled", "status": "False", "reason": "SchedulingGated", "message": "Scheduling is blocked due to non-empty scheduling gates", "lastProbeTime": None, "lastTransitionTime": None}
"""The condition with which a gated pod is born. Models applySchedulingGatedCondition."""


def with_runtime_class(spec: Doc, found: Doc) -> Doc:
    """Return the spec with the overhead, node selector and tolerations of its runtime class."""
    changed = dict(spec)
    overhead = (found.get("overhead") or {}).get("podFixed")
    if overhead:
        changed["overhead"] = overhead
    scheduling = found.get("scheduling") or {}
    if scheduling.get("nodeSelector"):
        changed["nodeSelector"] = {**(spec.get("nodeSelector") or {}), **scheduling["nodeSelector"]}
    own = list(spec.get("tolerations") or ())
    added = [entry for entry in scheduling.get("tolerations") or () if entry not in own]
    if added:
        changed["tolerations"] = [*own, *added]
    return changed


def with_host_ports(spec: Doc) -> Doc:
    """Return the spec of a pod on its host's network: every container port is a host port. Models defaultHostNetworkPorts."""
    if not spec.get("hostNetwork"):
        return spec
    changed = dict(spec)
    for part in ("containers", "initContainers"):
        if isinstance(spec.get(part), list):
            changed[part] = [_host_ported(container) for container in spec[part]]
    return spec if changed == spec else changed


def _host_ported(container: Any) -> Any:
    if not isinstance(container, dict) or not isinstance(container.get("ports"), list):
        return container
    ports = [{**port, "hostPort": port["containerPort"]} if isinstance(port, dict) and port.get("containerPort") and not port.get("hostPort") else port for port in container["ports"]]
    return {**container, "ports": ports}


def with_pod_requests(spec: Doc) -> Doc:
    """Return the spec whose `resources` say all requests: from the containers, else from the pod's limits. Models defaultPodRequests."""
    own = spec.get("resources")
    if not isinstance(own, dict) or not isinstance(own.get("limits"), dict) or not own["limits"]:
        return spec
    requests = dict(own.get("requests") or {})
    for resource, value in container_requests(spec).items():
        if resource in ("cpu", "memory"):
            requests.setdefault(resource, canonical(f"{value}m") if resource == "cpu" else canonical(value))
    for resource, limit in own["limits"].items():
        if is_pod_level(resource):
            requests.setdefault(resource, limit)
    return spec if requests == own.get("requests") else {**spec, "resources": {**own, "requests": requests}}


def with_label_keys(spec: Doc, labels: Mapping[str, str]) -> Doc:
    """Return the spec whose terms' (mis)matchLabelKeys stand in their selectors too, with the pod's own values."""
    affinity, spread = spec.get("affinity") or {}, spec.get("topologySpreadConstraints") or ()
    changed = spec
    if any(term.get("matchLabelKeys") for term in spread):
        changed = {**changed, "topologySpreadConstraints": [_keyed(term, labels) for term in spread]}
    if affinity.get("podAffinity") or affinity.get("podAntiAffinity"):
        terms = {part: _keyed_terms(affinity[part], labels) for part in ("podAffinity", "podAntiAffinity") if affinity.get(part)}
        if any(terms[part] != affinity[part] for part in terms):
            changed = {**changed, "affinity": {**affinity, **terms}}
    return changed


def _keyed_terms(part: Doc, labels: Mapping[str, str]) -> Doc:
    changed = dict(part)
    required, preferred = "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"
    if part.get(required):
        changed[required] = [_keyed(term, labels) for term in part[required]]
    if part.get(preferred):
        changed[preferred] = [{**entry, "podAffinityTerm": _keyed(entry["podAffinityTerm"], labels)} for entry in part[preferred]]
    return changed


def _keyed(term: Doc, labels: Mapping[str, str]) -> Doc:
    wanted = [("In", key) for key in term.get("matchLabelKeys") or ()] + [("NotIn", key) for key in term.get("mismatchLabelKeys") or ()]
    added = [{"key": key, "operator": operator, "values": [labels[key]]} for operator, key in wanted if key in labels]
    selector = term.get("labelSelector")
    if not added or selector is None:
        return term
    before = selector.get("matchExpressions") or []
    return {**term, "labelSelector": {**selector, "matchExpressions": [*before, *(entry for entry in added if entry not in before)]}}
