"""What is refused in Services and Endpoints. Models ValidateService, ValidateServiceUpdate and ValidateEndpoints of pkg/apis/core/validation (1.36)."""

import ipaddress
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import Causes, bad_value, duplicate, go_struct, not_allowed, required, unsupported
from learnk8s.simulation.kubernetes.apiserver.words import dns_label, dns_subdomain, ip_address, is_ip, labels, port, port_number, qualified
from learnk8s.simulation.kubernetes.objects.document import Doc

TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
PROTOCOLS = ("SCTP", "TCP", "UDP")
FAMILIES, FAMILY_POLICIES = ("IPv4", "IPv6"), ("PreferDualStack", "RequireDualStack", "SingleStack")
DISTRIBUTIONS = ("PreferClose", "PreferSameZone", "PreferSameNode")
AFFINITY_SECONDS_MAX = 86400
FOR_BALANCERS = "may only be used when `type` is 'LoadBalancer'"


def is_headless(spec: Doc) -> bool:
    """Say whether a Service has no address of its own."""
    return spec.get("clusterIPs", [spec.get("clusterIP")]) == ["None"]


def service(doc: Doc) -> Causes:
    """A Service, new or changed."""
    spec = doc.get("spec") or {}
    ports, kind = spec.get("ports") or [], spec.get("type", "ClusterIP")
    if not ports and not is_headless(spec) and kind != "ExternalName":
        yield required("spec.ports")
    yield from _of_type(spec, kind)
    names: set[str] = set()
    for index, entry in enumerate(ports):
        yield from _port(f"spec.ports[{index}]", entry, names, many=len(ports) > 1)
    yield from labels("spec.selector", spec.get("selector"))
    yield from _affinity(spec)
    if kind != "ExternalName":
        yield from _addresses(spec)
    for index, address in enumerate(spec.get("externalIPs") or ()):
        yield from ip_address(f"spec.externalIPs[{index}]", address)
        if is_ip(address):
            yield from ordinary(f"spec.externalIPs[{index}]", address)
    if kind not in TYPES:
        yield unsupported("spec.type", kind, TYPES)
    yield from _port_numbers(ports, kind)
    yield from _balancer(doc, spec, kind)
    yield from _policies(spec, kind)


def _of_type(spec: Doc, kind: str) -> Causes:
    if kind in ("LoadBalancer", "NodePort") and is_headless(spec):
        yield bad_value("spec.clusterIPs[0]", "None", f"may not be set to 'None' for {kind} services")
    if kind == "ExternalName":
        yield from (not_allowed(f"spec.{key}", "may not be set for ExternalName services") for key in ("clusterIPs", "ipFamilies", "ipFamilyPolicy") if spec.get(key) or (key == "clusterIPs" and spec.get("clusterIP")))
        name = (spec.get("externalName") or "").removesuffix(".")
        yield from dns_subdomain("spec.externalName", name) if name else iter((required("spec.externalName"),))


def _port(field: str, found: Doc, names: set[str], *, many: bool) -> Causes:
    name = found.get("name", "")
    if many and not name:
        yield required(f"{field}.name")
    elif name:
        yield from dns_label(f"{field}.name", name)
        if name in names:
            yield duplicate(f"{field}.name", name)
        names.add(name)
    yield from port_number(f"{field}.port", found.get("port", 0))
    if found.get("protocol", "TCP") not in PROTOCOLS:
        yield unsupported(f"{field}.protocol", found["protocol"], PROTOCOLS)
    yield from port(f"{field}.targetPort", found.get("targetPort", found.get("port", 0)))
    if found.get("appProtocol") is not None:
        yield from qualified(f"{field}.appProtocol", found["appProtocol"])


def _affinity(spec: Doc) -> Causes:
    kind, config, place = spec.get("sessionAffinity", "None"), spec.get("sessionAffinityConfig"), "spec.sessionAffinityConfig"
    if kind not in ("ClientIP", "None"):
        yield unsupported("spec.sessionAffinity", kind, ["ClientIP", "None"])
    if kind == "None" and config is not None:
        yield not_allowed(place, "must not be set when session affinity is None")
    if kind == "ClientIP":
        seconds = ((config or {}).get("clientIP") or {}).get("timeoutSeconds")
        if seconds is None:
            yield required(place if config is None else f"{place}.clientIP" if not config.get("clientIP") else f"{place}.clientIP.timeoutSeconds", "when session affinity type is ClientIP")
        elif not 0 < seconds <= AFFINITY_SECONDS_MAX:
            yield bad_value(f"{place}.clientIP.timeoutSeconds", seconds, f"must be greater than 0 and less than {AFFINITY_SECONDS_MAX}")


def _addresses(spec: Doc) -> Causes:
    """Models ValidateServiceClusterIPsRelatedFields."""
    own, place = spec.get("clusterIP", ""), "spec.clusterIPs"
    every = spec.get("clusterIPs") if spec.get("clusterIPs") is not None else [own] if own else []
    if own and every[:1] != [own]:
        yield required(place) if not every else bad_value(place, every, "first value must match `clusterIP`")
    elif every and not own:
        yield bad_value(place, every, "must be empty when `clusterIP` is not specified")
    seen: set[str] = set()
    for index, family in enumerate(spec.get("ipFamilies") or ()):
        if family not in FAMILIES:
            yield unsupported(f"spec.ipFamilies[{index}]", family, FAMILIES)
        if family in seen:
            yield duplicate(f"spec.ipFamilies[{index}]", family)
        seen.add(family)
    if spec.get("ipFamilyPolicy") not in (None, *FAMILY_POLICIES):
        yield unsupported("spec.ipFamilyPolicy", spec["ipFamilyPolicy"], FAMILY_POLICIES)
    if every[:1] == ["None"] and len(every) > 1:
        yield bad_value(place, every, "'None' must be the first and only value")
    for index, address in enumerate(every):
        if index or address != "None":
            yield from ip_address(f"{place}[{index}]", address)
    if len(every) > 2:
        yield bad_value(place, every, "may only hold up to 2 values")
    if not is_headless(spec) and all(map(is_ip, every)):
        yield from _families(place, every, spec.get("ipFamilies") or [])


def _families(place: str, every: list[str], families: list[str]) -> Causes:
    versions = [ipaddress.ip_address(address).version for address in every]
    if len(versions) > 1 and len(set(versions)) < len(versions):
        yield bad_value(place, every, "may specify no more than one IP for each IP family")
    for index, (address, version, family) in enumerate(zip(every, versions, families, strict=False)):
        if family in FAMILIES and f"IPv{version}" != family:
            yield bad_value(f"{place}[{index}]", address, f"expected an {family} value as indicated by `ipFamilies[{index}]`")


def _port_numbers(ports: list[Doc], kind: str) -> Causes:
    if kind == "ClusterIP":
        yield from (not_allowed(f"spec.ports[{index}].nodePort", "may not be used when `type` is 'ClusterIP'") for index, entry in enumerate(ports) if entry.get("nodePort"))
    outside: set[tuple[str, Any]] = set()
    inside: set[tuple[str, Any]] = set()
    for index, entry in enumerate(ports):
        protocol = entry.get("protocol", "TCP")
        if entry.get("nodePort"):
            if (protocol, entry["nodePort"]) in outside:
                yield duplicate(f"spec.ports[{index}].nodePort", entry["nodePort"])
            outside.add((protocol, entry["nodePort"]))
    for index, entry in enumerate(ports):
        protocol = entry.get("protocol", "TCP")
        if (protocol, entry.get("port")) in inside:
            yield duplicate(f"spec.ports[{index}]", go_struct({"Name": "", "Protocol": protocol, "AppProtocol": None, "Port": entry.get("port"), "TargetPort": 0, "NodePort": 0}))
        inside.add((protocol, entry.get("port")))


def _balancer(doc: Doc, spec: Doc, kind: str) -> Causes:
    ranges, place = spec.get("loadBalancerSourceRanges") or (), "spec.LoadBalancerSourceRanges"
    if ranges and kind != "LoadBalancer":
        yield not_allowed(place, FOR_BALANCERS)
    for index, text in enumerate(ranges):
        yield from cidr(f"{place}[{index}]", text.strip())
    if spec.get("allocateLoadBalancerNodePorts") is not None and kind != "LoadBalancer":
        yield not_allowed("spec.allocateLoadBalancerNodePorts", FOR_BALANCERS)
    if spec.get("loadBalancerClass") is not None:
        if kind == "LoadBalancer":
            yield from qualified("spec.loadBalancerClass", spec["loadBalancerClass"])
        else:
            yield not_allowed("spec.loadBalancerClass", FOR_BALANCERS)


def _policies(spec: Doc, kind: str) -> Causes:
    outside = kind in ("NodePort", "LoadBalancer") or (kind == "ClusterIP" and bool(spec.get("externalIPs")))
    policy = spec.get("externalTrafficPolicy", "")
    if not outside:
        if policy:
            yield bad_value("spec.externalTrafficPolicy", policy, "may only be set for externally-accessible services")
    elif policy not in ("", "Cluster", "Local"):
        yield unsupported("spec.externalTrafficPolicy", policy, ["Cluster", "Local"])
    if spec.get("healthCheckNodePort"):
        if kind == "LoadBalancer" and policy == "Local":
            yield from port_number("spec.healthCheckNodePort", spec["healthCheckNodePort"])
        else:
            yield bad_value("spec.healthCheckNodePort", spec["healthCheckNodePort"], "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")
    if spec.get("internalTrafficPolicy") not in (None, "Cluster", "Local"):
        yield unsupported("spec.internalTrafficPolicy", spec["internalTrafficPolicy"], ["Cluster", "Local"])
    if spec.get("trafficDistribution") not in (None, *DISTRIBUTIONS):
        yield unsupported("spec.trafficDistribution", spec["trafficDistribution"], DISTRIBUTIONS)


def changed_service(old: Doc, new: Doc) -> Causes:
    """What may not become of a Service."""
    before, after = old.get("spec") or {}, new.get("spec") or {}
    if "ExternalName" in (before.get("type"), after.get("type")):
        return
    was, now = before.get("clusterIPs") or [], after.get("clusterIPs") or ([after["clusterIP"]] if after.get("clusterIP") else [])
    if not (is_headless(before) and is_headless(after)):
        if was and not now:
            yield bad_value("spec.clusterIPs[0]", None, "primary clusterIP can not be unset")
        elif was and now[0] != was[0]:
            yield bad_value("spec.clusterIPs[0]", now, "may not change once set")
    if is_headless(before) == is_headless(after) and not is_headless(after):
        if before.get("ipFamilies") and after.get("ipFamilies") and before["ipFamilies"][0] != after["ipFamilies"][0]:
            yield bad_value("spec.ipFamilies[0]", after["ipFamilies"], "may not change once set")
    if before.get("type") == after.get("type") == "LoadBalancer" and before.get("loadBalancerClass") != after.get("loadBalancerClass"):
        yield bad_value("spec.loadBalancerClass", after.get("loadBalancerClass"), "may not change once set")
    if before.get("healthCheckNodePort") and after.get("healthCheckNodePort") and before["healthCheckNodePort"] != after["healthCheckNodePort"]:
        yield not_allowed("spec.healthCheckNodePort", "field is immutable")


def cidr(field: str, text: str) -> Causes:
    """A block of addresses. Models IsValidCIDR."""
    try:
        assert "/" in text
        ipaddress.ip_network(text, strict=False)
    except (AssertionError, ValueError):
        yield bad_value(field, text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")


def ordinary(field: str, text: str) -> Causes:
    """An address that something else can be reached at. Models ValidateNonSpecialIP."""
    address = ipaddress.ip_address(text)
    if address.is_unspecified:
        yield bad_value(field, text, f"may not be unspecified ({text})")
    if address.is_loopback:
        yield bad_value(field, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)")
    if address.is_link_local:
        yield bad_value(field, text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)")
    if address.is_multicast and (address in ipaddress.ip_network("224.0.0.0/24") if address.version == 4 else text.lower().startswith("ff02")):
        yield bad_value(field, text, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")


def endpoints(doc: Doc) -> Causes:
    """Endpoints, the older list of a Service's addresses."""
    for index, subset in enumerate(doc.get("subsets") or ()):
        place = f"subsets[{index}]"
        if not subset.get("addresses") and not subset.get("notReadyAddresses"):
            yield required(place, "must specify `addresses` or `notReadyAddresses`")
        for key in ("addresses", "notReadyAddresses"):
            for number, entry in enumerate(subset.get(key) or ()):
                yield from _endpoint(f"{place}.{key}[{number}]", entry)
        many = len(subset.get("ports") or ()) > 1
        for number, entry in enumerate(subset.get("ports") or ()):
            yield from _endpoint_port(f"{place}.ports[{number}]", entry, many=many)


def _endpoint(field: str, entry: Doc) -> Causes:
    address = entry.get("ip", "")
    yield from ip_address(f"{field}.ip", address)
    if entry.get("hostname"):
        yield from dns_label(f"{field}.hostname", entry["hostname"])
    if entry.get("nodeName") is not None:
        yield from dns_subdomain(f"{field}.nodeName", entry["nodeName"])
    yield from endpoint_address(f"{field}.ip", address)


def endpoint_address(field: str, address: str) -> Causes:
    """An address that traffic may go to. Models ValidateEndpointIP."""
    if is_ip(address):
        yield from ordinary(field, address)
    else:
        yield bad_value(field, address, "must be a valid IP address")


def _endpoint_port(field: str, entry: Doc, *, many: bool) -> Causes:
    if many and not entry.get("name"):
        yield required(f"{field}.name")
    elif entry.get("name"):
        yield from dns_label(f"{field}.name", entry["name"])
    yield from port_number(f"{field}.port", entry.get("port", 0))
    if entry.get("protocol", "TCP") not in PROTOCOLS:
        yield unsupported(f"{field}.protocol", entry["protocol"], PROTOCOLS)
    if entry.get("appProtocol") is not None:
        yield from qualified(f"{field}.appProtocol", entry["appProtocol"])
