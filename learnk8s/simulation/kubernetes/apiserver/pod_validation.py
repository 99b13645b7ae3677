"""What the API server refuses in pods and their templates. Models ValidatePodSpec and ValidatePodTemplateSpec of pkg/apis/core/validation/validation.go (1.36)."""

from collections.abc import Mapping, Sequence
from typing import Any

from learnk8s.simulation.kernel.quantities import amount, canonical, is_quantity
from learnk8s.simulation.kubernetes.apiserver.errors import Causes, bad_value, not_allowed, required, unsupported
from learnk8s.simulation.kubernetes.apiserver.podspec import placing, resources, security
from learnk8s.simulation.kubernetes.apiserver.podspec.containers import Around, containers, ephemeral_containers, init_containers
from learnk8s.simulation.kubernetes.apiserver.podspec.volumes import known, volumes
from learnk8s.simulation.kubernetes.apiserver.words import SUBDOMAIN_UNDERSCORE, UNDERSCORE_RULE, dns_label, dns_subdomain, ip_address, labels, longest, qualified
from learnk8s.simulation.kubernetes.objects.document import Doc

INT32_MAX = 2**31 - 1
RESTARTS = ("Always", "OnFailure", "Never")
DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
NAMESERVERS_MAX, SEARCHES_MAX, SEARCH_CHARS_MAX = 3, 32, 2048


def template(field: str, found: Any) -> Causes:
    """A pod template: its labels, annotations and spec."""
    if not isinstance(found, dict):
        yield required(field)
        return
    metadata, spec = found.get("metadata") or {}, found.get("spec") or {}
    yield from labels(f"{field}.labels", metadata.get("labels"))
    for key in metadata.get("annotations") or ():
        yield from qualified(f"{field}.annotations", key.lower())
    yield from pod_spec(f"{field}.spec", spec)
    if spec.get("ephemeralContainers"):
        yield not_allowed(f"{field}.spec.ephemeralContainers", "ephemeral containers not allowed in pod template")


def created_pod(doc: Doc) -> Causes:
    """A new pod. Models ValidatePodCreate."""
    metadata, spec = doc.get("metadata") or {}, doc.get("spec") or {}
    cost = (metadata.get("annotations") or {}).get("controller.kubernetes.io/pod-deletion-cost")
    if cost is not None and not _is_int32(cost):
        yield bad_value("metadata.annotations[controller.kubernetes.io/pod-deletion-cost]", cost, "must be a 32bit integer")
    yield from pod_spec("spec", spec, pod=metadata.get("name") or metadata.get("generateName", ""), is_pod=True)


def refused_on_create(spec: Doc) -> Causes:
    """What a pod cannot be born with."""
    if spec.get("ephemeralContainers"):
        yield not_allowed("spec.ephemeralContainers", "cannot be set on create")
    if spec.get("nodeName") and spec.get("schedulingGates"):
        yield not_allowed("spec.nodeName", "cannot be set until all schedulingGates have been cleared")


def _is_int32(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and not (len(digits) > 1 and digits[0] == "0") and -INT32_MAX - 1 <= int(text) <= INT32_MAX


def pod_spec(field: str, spec: Doc, *, pod: str = "", is_pod: bool = False) -> Causes:
    """A pod's spec, part by part; `pod` is its name if it is one."""
    grace = spec.get("terminationGracePeriodSeconds")
    claims = [claim.get("name", "") for claim in spec.get("resourceClaims") or ()]
    around = Around(known(spec.get("volumes") or ()), frozenset(claims) - {""}, grace, spec.get("restartPolicy", "Always"), spec.get("hostUsers") is not False, (spec.get("os") or {}).get("name", ""), is_pod)
    regular, before = spec.get("containers") or (), spec.get("initContainers") or ()
    yield from volumes(f"{field}.volumes", spec.get("volumes") or (), pod)
    yield from containers(f"{field}.containers", regular, around)
    yield from init_containers(f"{field}.initContainers", before, regular, around)
    yield from ephemeral_containers(f"{field}.ephemeralContainers", spec.get("ephemeralContainers") or (), [*regular, *before], around)
    yield from _of_the_whole(f"{field}.resources", spec)
    yield from _host_network(f"{field}.containers", spec, is_pod=is_pod)
    if spec.get("restartPolicy") not in (None, *RESTARTS):
        yield unsupported(f"{field}.restartPolicy", spec["restartPolicy"], RESTARTS)
    if spec.get("dnsPolicy") not in (None, *DNS_POLICIES):
        yield unsupported(f"{field}.dnsPolicy", spec["dnsPolicy"], DNS_POLICIES)
    yield from labels(f"{field}.nodeSelector", spec.get("nodeSelector"))
    yield from security.of_pod(f"{field}.securityContext", spec)
    yield from placing.affinity(f"{field}.affinity", spec.get("affinity") or {})
    yield from _dns(f"{field}.dnsConfig", spec)
    for index, gate in enumerate(spec.get("readinessGates") or ()):
        yield from qualified(f"{field}.readinessGates[{index}].conditionType", gate.get("conditionType", ""))
    yield from placing.gates(f"{field}.schedulingGates", spec.get("schedulingGates") or ())
    yield from placing.spreading(f"{field}.topologySpreadConstraints", spec.get("topologySpreadConstraints") or ())
    if spec.get("hostUsers") is False:
        yield from (not_allowed(f"{field}.{word}", "when `pod.Spec.HostUsers` is false") for key, word in (("hostPID", "HostPID"), ("hostIPC", "HostIPC")) if spec.get(key))
    yield from _names(field, spec)
    yield from placing.tolerations(f"{field}.tolerations", spec.get("tolerations") or ())
    yield from _aliases(f"{field}.hostAliases", spec.get("hostAliases") or ())
    if spec.get("preemptionPolicy") not in (None, "PreemptLowerPriority", "Never"):
        yield unsupported(f"{field}.preemptionPolicy", spec["preemptionPolicy"], ["PreemptLowerPriority", "Never"])
    if spec.get("overhead"):
        yield from resources.requirements(f"{field}.overhead", {"limits": spec["overhead"]})
    yield from security.of_system(field, spec)


def _names(field: str, spec: Doc) -> Causes:
    for key, check in (("serviceAccountName", dns_subdomain), ("nodeName", dns_subdomain), ("hostname", dns_label), ("subdomain", dns_label), ("priorityClassName", dns_subdomain)):
        if spec.get(key):
            yield from check(f"{field}.{key}", spec[key])
    if spec.get("runtimeClassName") is not None:
        yield from dns_subdomain(f"{field}.runtimeClassName", spec["runtimeClassName"])
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None and not 1 <= deadline <= INT32_MAX:
        yield bad_value(f"{field}.activeDeadlineSeconds", deadline, f"must be between 1 and {INT32_MAX}, inclusive")


def _of_the_whole(field: str, spec: Doc) -> Causes:
    """Requests and limits of the pod as one. Models validatePodResources."""
    own = spec.get("resources")
    if not own:
        return
    if own.get("claims") is not None:
        yield not_allowed(f"{field}.claims", "claims cannot be set for Resources at pod-level")
    yield from resources.requirements(field, own, named=resources.pod_name)
    requests, limits = own.get("requests") or {}, own.get("limits") or {}
    for name in ("cpu", "memory"):
        parts = [(container.get("resources") or {}).get("requests", {}).get(name) for container in spec.get("containers") or ()]
        total = sum(amount(part) for part in parts if part is not None and is_quantity(part))
        if total and is_quantity(requests.get(name, "0")) and total > amount(requests.get(name, "0")):
            yield bad_value(f"{field}.requests[{name}]", canonical(requests.get(name, "0")), f"must be greater than or equal to aggregate container requests of {canonical(str(float(total)) if total.denominator != 1 else int(total))}")
    for index, container in enumerate(spec.get("containers") or ()):
        for name, value in ((container.get("resources") or {}).get("limits") or {}).items():
            if name in limits and is_quantity(value) and amount(value) > amount(limits[name]):
                yield bad_value(f"{field}.containers[{index}][{name}].limits", canonical(value), f"must be less than or equal to pod limits of {canonical(limits[name])}")


def _host_network(field: str, spec: Doc, *, is_pod: bool) -> Causes:
    for index, container in enumerate(spec.get("containers") or () if spec.get("hostNetwork") else ()):
        for number, port in enumerate(container.get("ports") or ()):
            host = port.get("hostPort", 0)
            if (is_pod or host) and host != port.get("containerPort", 0):
                yield bad_value(f"{field}[{index}].ports[{number}].hostPort", host, "must match `containerPort` when `hostNetwork` is true")


def _dns(field: str, spec: Doc) -> Causes:
    """Models validatePodDNSConfig."""
    found = spec.get("dnsConfig")
    if spec.get("dnsPolicy") == "None":
        if found is None:
            yield required(field, "must provide `dnsConfig` when `dnsPolicy` is None")
            return
        if not found.get("nameservers"):
            yield required(f"{field}.nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None")
            return
    servers, searches = (found or {}).get("nameservers") or [], (found or {}).get("searches") or []
    if len(servers) > NAMESERVERS_MAX:
        yield bad_value(f"{field}.nameservers", servers, f"must not have more than {NAMESERVERS_MAX} nameservers")
    for index, server in enumerate(servers):
        yield from ip_address(f"{field}.nameservers[{index}]", server)
    if len(searches) > SEARCHES_MAX:
        yield bad_value(f"{field}.searches", searches, f"must not have more than {SEARCHES_MAX} search paths")
    if len(" ".join(searches)) > SEARCH_CHARS_MAX:
        yield bad_value(f"{field}.searches", searches, f"must not have more than {SEARCH_CHARS_MAX} characters (including spaces) in the search list")
    for index, search in enumerate(searches):
        word = search.removesuffix(".")
        if search != "." and len(word) > 253:
            yield bad_value(f"{field}.searches[{index}]", word, longest(253))
        if search != "." and not SUBDOMAIN_UNDERSCORE.match(word):
            yield bad_value(f"{field}.searches[{index}]", word, UNDERSCORE_RULE)
    for index, option in enumerate((found or {}).get("options") or ()):
        if not option.get("name"):
            yield required(f"{field}.options[{index}]", "must not be empty")


def _aliases(field: str, found: Sequence[Mapping[str, Any]]) -> Causes:
    for index, alias in enumerate(found):
        yield from ip_address(f"{field}[{index}].ip", alias.get("ip", ""))
        for number, name in enumerate(alias.get("hostnames") or ()):
            yield from dns_subdomain(f"{field}[{index}].hostnames[{number}]", name)
