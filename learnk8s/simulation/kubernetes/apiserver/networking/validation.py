"""What is refused: Ingress, IngressClass, NetworkPolicy, IPAddress. Models pkg/apis/networking/validation/validation.go (1.36)."""

import ipaddress
import re
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import Causes, bad_value, immutable, not_allowed, required, too_long, unsupported
from learnk8s.simulation.kubernetes.apiserver.field_rules import Updates, Validations
from learnk8s.simulation.kubernetes.apiserver.networking.services import changed_service, cidr, endpoints, service
from learnk8s.simulation.kubernetes.apiserver.podspec.placing import selector
from learnk8s.simulation.kubernetes.apiserver.words import SUBDOMAIN_RULE, dns_label, dns_subdomain, domain_path, is_ip, longest, path_segment, port_name_faults, port_number
from learnk8s.simulation.kubernetes.objects.document import Doc

GROUP = "networking.k8s.io"
PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
BAD_SEQUENCES, BAD_ENDINGS = ("//", "/./", "/../", "%2f", "%2F"), ("/..", "/.")
WILDCARD = re.compile(r"^\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
WILDCARD_RULE = ("a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character "
                 "(e.g. '*.example.com', regex used for validation is '\\*\\." + SUBDOMAIN_RULE.partition("regex used for validation is '")[2].rstrip(")").rstrip("'") + "')")
CONTROLLER_BYTES_MAX = 250
PROTOCOLS = ("SCTP", "TCP", "UDP")


def _ingress(doc: Doc) -> Causes:
    spec = doc.get("spec") or {}
    rules, backend = spec.get("rules") or (), spec.get("defaultBackend")
    if not rules and backend is None:
        yield bad_value("spec", spec.get("rules"), "either `defaultBackend` or `rules` must be specified")
    if backend is not None:
        yield from _backend("spec.defaultBackend", backend)
    for index, rule in enumerate(rules):
        yield from _rule(f"spec.rules[{index}]", rule)
    for index, entry in enumerate(spec.get("tls") or ()):
        for number, host in enumerate(entry.get("hosts") or ()):
            yield from _host(f"spec.tls[{index}].hosts[{number}]", host)
        if entry.get("secretName"):
            yield from dns_subdomain(f"spec.tls[{index}].secretName", entry["secretName"])
    if spec.get("ingressClassName") is not None:
        yield from dns_subdomain("spec.ingressClassName", spec["ingressClassName"])


def _host(field: str, host: str) -> Causes:
    if "*" in host:
        yield from (bad_value(field, host, fault) for fault in [*([longest(253)] if len(host) > 253 else []), *([] if WILDCARD.match(host) else [WILDCARD_RULE])])
    else:
        yield from dns_subdomain(field, host)


def _rule(field: str, rule: Doc) -> Causes:
    host = rule.get("host", "")
    if host:
        if is_ip(host):
            yield bad_value(f"{field}.host", host, "must be a DNS name, not an IP address")
        yield from _host(f"{field}.host", host)
    if rule.get("http") is None:
        return
    paths = rule["http"].get("paths") or ()
    if not paths:
        yield required(f"{field}.http.paths")
    for index, entry in enumerate(paths):
        yield from _path(f"{field}.http.paths[{index}]", entry)


def _path(field: str, entry: Doc) -> Causes:
    kind, path = entry.get("pathType"), entry.get("path", "")
    if kind is None:
        yield required(f"{field}.pathType", "pathType must be specified")
        return
    if kind not in PATH_TYPES:
        yield unsupported(f"{field}.pathType", kind, PATH_TYPES)
    elif (path or kind != "ImplementationSpecific") and not path.startswith("/"):
        yield bad_value(f"{field}.path", path, "must be an absolute path")
    if kind in ("Exact", "Prefix"):
        yield from (bad_value(f"{field}.path", path, f"must not contain '{bad}'") for bad in BAD_SEQUENCES if bad in path)
        yield from (bad_value(f"{field}.path", path, f"cannot end with '{bad}'") for bad in BAD_ENDINGS if path.endswith(bad))
    yield from _backend(f"{field}.backend", entry.get("backend") or {})


def _backend(field: str, found: Doc) -> Causes:
    resource, wanted = found.get("resource"), found.get("service")
    if resource is not None and wanted is not None:
        yield bad_value(field, "", "cannot set both resource and service backends")
    elif resource is not None:
        yield from _reference(f"{field}.resource", resource)
    elif wanted is None:
        yield bad_value(field, "", "resource or service backend is required")
    else:
        yield from _service_backend(field, wanted)


def _service_backend(field: str, wanted: Doc) -> Causes:
    if not wanted.get("name"):
        yield required(f"{field}.service.name")
    else:
        yield from dns_label(f"{field}.service.name", wanted["name"])
    found = wanted.get("port") or {}
    if found.get("name") and found.get("number"):
        yield bad_value(field, "", "cannot set both port name & port number")
    elif found.get("name"):
        yield from (bad_value(f"{field}.service.port.name", found["name"], fault) for fault in port_name_faults(found["name"]))
    elif found.get("number"):
        yield from port_number(f"{field}.service.port.number", found["number"])
    else:
        yield required(field, "port name or number is required")


def _reference(field: str, found: Doc) -> Causes:
    if found.get("apiGroup") is not None:
        yield from dns_subdomain(f"{field}.apiGroup", found["apiGroup"])
    for key in ("kind", "name"):
        if not found.get(key):
            yield required(f"{field}.{key}")
        else:
            yield from path_segment(f"{field}.{key}", found[key])


def _class(doc: Doc) -> Causes:
    spec = doc.get("spec") or {}
    controller, place = spec.get("controller", ""), "spec.controller"
    if not controller:
        yield required(place)
    else:
        if len(controller) > CONTROLLER_BYTES_MAX:
            yield too_long(place, CONTROLLER_BYTES_MAX)
        yield from domain_path(place, controller)
    if spec.get("parameters") is not None:
        yield from _parameters("spec.parameters", spec["parameters"])


def _parameters(field: str, found: Doc) -> Causes:
    yield from _reference(field, found)
    scope = found.get("scope")
    if scope is None:
        yield required(f"{field}.scope")
    elif scope not in ("Cluster", "Namespace"):
        yield unsupported(f"{field}.scope", scope, ["Cluster", "Namespace"])
    elif scope == "Namespace":
        if found.get("namespace") is None:
            yield required(f"{field}.namespace", "`parameters.scope` is set to 'Namespace'")
        else:
            yield from dns_label(f"{field}.namespace", found["namespace"])
    elif found.get("namespace") is not None:
        yield not_allowed(f"{field}.namespace", "`parameters.scope` is set to 'Cluster'")


def _class_update(old: Doc, new: Doc) -> Causes:
    before, after = ((doc.get("spec") or {}).get("controller") for doc in (old, new))
    if before != after:
        yield immutable("spec.controller", after)


def _policy(doc: Doc) -> Causes:
    spec = doc.get("spec") or {}
    yield from selector("spec.podSelector", spec.get("podSelector"))
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(spec.get(direction) or ()):
            place = f"spec.{direction}[{index}]"
            for number, entry in enumerate(rule.get("ports") or ()):
                yield from _policy_port(f"{place}.ports[{number}]", entry)
            for number, peer in enumerate(rule.get(peers) or ()):
                yield from _peer(f"{place}.{peers}[{number}]", peer)
    kinds = spec.get("policyTypes") or ()
    if len(kinds) > 2:
        yield bad_value("spec.policyTypes", kinds, "may not specify more than two policyTypes")
        return
    for index, kind in enumerate(kinds):
        if kind not in ("Ingress", "Egress"):
            yield unsupported(f"spec.policyTypes[{index}]", kind, ["Ingress", "Egress"])


def _policy_port(field: str, entry: Doc) -> Causes:
    if entry.get("protocol", "TCP") not in PROTOCOLS:
        yield unsupported(f"{field}.protocol", entry["protocol"], PROTOCOLS)
    number, last = entry.get("port"), entry.get("endPort")
    if isinstance(number, int):
        yield from port_number(f"{field}.port", number)
        if last is not None:
            if last < number:
                yield bad_value(f"{field}.endPort", last, "must be greater than or equal to `port`")
            yield from port_number(f"{field}.endPort", last)
    elif last is not None:
        yield bad_value(f"{field}.endPort", last, f"may not be specified when `port` is {'not specified' if number is None else 'non-numeric'}")
    if isinstance(number, str):
        yield from (bad_value(f"{field}.port", number, fault) for fault in port_name_faults(number))


def _peer(field: str, peer: Doc) -> Causes:
    given = [key for key in ("podSelector", "namespaceSelector", "ipBlock") if peer.get(key) is not None]
    for key in given:
        yield from _block(f"{field}.ipBlock", peer[key]) if key == "ipBlock" else selector(f"{field}.{key}", peer[key])
    if not given:
        yield required(field, "must specify a peer")
    elif len(given) > 1 and "ipBlock" in given:
        yield not_allowed(field, "may not specify both ipBlock and another peer")


def _block(field: str, found: Doc) -> Causes:
    whole = found.get("cidr", "")
    if not whole:
        yield required(f"{field}.cidr")
        return
    causes = list(cidr(f"{field}.cidr", whole))
    yield from causes
    for index, part in enumerate(() if causes else found.get("except") or ()):
        place = f"{field}.except[{index}]"
        bad = list(cidr(place, part))
        yield from bad
        if not bad and not _is_inside(part, whole):
            yield bad_value(place, part, "must be a strict subset of `cidr`")


def _is_inside(part: str, whole: str) -> bool:
    inner: Any = ipaddress.ip_network(part, strict=False)
    outer: Any = ipaddress.ip_network(whole, strict=False)
    return inner.version == outer.version and inner != outer and inner.subnet_of(outer)


VALIDATIONS: Validations = {f"ingresses.{GROUP}": _ingress, f"ingressclasses.{GROUP}": _class, f"networkpolicies.{GROUP}": _policy, "services": service, "endpoints": endpoints}
UPDATES: Updates = {f"ingressclasses.{GROUP}": _class_update, "services": changed_service}
