"""What the API server refuses in kinds with few rules. Models pkg/apis/{coordination,discovery,flowcontrol,node,storage,apps,core}/validation (1.36)."""


from learnk8s.simulation.kubernetes.apiserver.errors import bad_value, duplicate, go_struct, immutable, not_allowed, required, too_many, unsupported
from learnk8s.simulation.kubernetes.apiserver.field_rules import Causes, Updates, Validations
from learnk8s.simulation.kubernetes.apiserver.networking.services import endpoint_address
from learnk8s.simulation.kubernetes.apiserver.pod_validation import template
from learnk8s.simulation.kubernetes.apiserver.podspec.placing import tolerations
from learnk8s.simulation.kubernetes.apiserver.podspec.resources import requirements
from learnk8s.simulation.kubernetes.apiserver.words import dns_label, dns_subdomain, ip_address, is_ip, labels, qualified
from learnk8s.simulation.kubernetes.objects.document import Doc, dig

PROTOCOLS = ("SCTP", "TCP", "UDP")


def _lease(doc: Doc) -> Causes:
    spec = doc.get("spec") or {}
    if isinstance(spec.get("leaseDurationSeconds"), int) and spec["leaseDurationSeconds"] <= 0:
        yield bad_value("spec.leaseDurationSeconds", spec["leaseDurationSeconds"], "must be greater than 0")
    if isinstance(spec.get("leaseTransitions"), int) and spec["leaseTransitions"] < 0:
        yield bad_value("spec.leaseTransitions", spec["leaseTransitions"], "must be greater than or equal to 0")
    if spec.get("holderIdentity") == "":
        yield bad_value("spec.holderIdentity", "", "must not be empty")


def _endpoint_slice(doc: Doc) -> Causes:
    kind = doc.get("addressType", "")
    if not kind:
        yield required("addressType")
    elif kind not in ("FQDN", "IPv4", "IPv6"):
        yield unsupported("addressType", kind, ["FQDN", "IPv4", "IPv6"])
    for place, entry in enumerate(doc.get("endpoints") or ()):
        addresses = entry.get("addresses") or []
        if not addresses:
            yield required(f"endpoints[{place}].addresses", "must contain at least 1 address")
        elif len(addresses) > 100:
            yield too_many(f"endpoints[{place}].addresses", len(addresses), 100)
        for number, address in enumerate(addresses):
            yield from _slice_address(f"endpoints[{place}].addresses[{number}]", address, kind)
        if entry.get("nodeName") is not None:
            yield from dns_subdomain(f"endpoints[{place}].nodeName", entry["nodeName"])
        if entry.get("hostname") is not None:
            yield from dns_label(f"endpoints[{place}].hostname", entry["hostname"])
    names: set[str] = set()
    for place, port in enumerate(doc.get("ports") or ()):
        name = port.get("name", "")
        if name in names:
            yield duplicate(f"ports[{place}].name", name)
        names.add(name)
        if name:
            yield from dns_label(f"ports[{place}].name", name)
        if port.get("protocol", "TCP") not in PROTOCOLS:
            yield unsupported(f"ports[{place}].protocol", port["protocol"], PROTOCOLS)
        if port.get("appProtocol") is not None:
            yield from qualified(f"ports[{place}].appProtocol", port["appProtocol"])


def _slice_address(field: str, address: str, kind: str) -> Causes:
    """An address of the slice's own kind."""
    if kind in ("IPv4", "IPv6"):
        yield from ip_address(field, address)
        if is_ip(address) and (":" in address) != (kind == "IPv6"):
            yield bad_value(field, address, f"must be an {kind} address")
        yield from endpoint_address(field, address)
    elif kind == "FQDN":
        faults = [*dns_subdomain(field, address.removesuffix("."))]
        yield from faults
        if not faults and "." not in address.removesuffix("."):
            yield bad_value(field, address, "should be a domain with at least two segments separated by dots")


def _endpoint_slice_update(old: Doc, new: Doc) -> Causes:
    if old.get("addressType") != new.get("addressType"):
        yield immutable("addressType", new.get("addressType"))


def _flow_schema(doc: Doc) -> Causes:
    spec = doc.get("spec") or {}
    precedence = spec.get("matchingPrecedence", 0)
    if isinstance(precedence, int) and not 1 <= precedence <= 10_000:
        yield bad_value("spec.matchingPrecedence", precedence, "must be a positive value" if precedence <= 0 else "must not be greater than 10000")
    elif precedence == 1 and doc["metadata"].get("name") != "exempt":
        yield bad_value("spec.matchingPrecedence", 1, "only the schema named 'exempt' may have matchingPrecedence 1")
    kind = dig(spec, "distinguisherMethod", "type")
    if kind is not None and kind not in ("ByNamespace", "ByUser"):
        yield unsupported("spec.distinguisherMethod.type", kind, ["ByNamespace", "ByUser"])
    if not dig(spec, "priorityLevelConfiguration", "name"):
        yield required("spec.priorityLevelConfiguration.name", "must reference a priority level")


def _priority_level(doc: Doc) -> Causes:
    spec = doc.get("spec") or {}
    kind = spec.get("type", "")
    if kind not in ("Exempt", "Limited"):
        yield unsupported("spec.type", kind, ["Exempt", "Limited"])
    elif kind == "Limited" and spec.get("limited") is None:
        yield required("spec.limited", "must not be empty when type is Limited")
    elif kind == "Exempt" and spec.get("limited") is not None:
        yield not_allowed("spec.limited", "must be nil if the type is not Limited")
    shares = dig(spec, "limited", "nominalConcurrencyShares")
    if isinstance(shares, int) and shares < 0:
        yield bad_value("spec.limited.nominalConcurrencyShares", shares, "must be a non-negative integer")
    answer = dig(spec, "limited", "limitResponse", "type")
    if spec.get("limited") and answer not in ("Queue", "Reject"):
        yield unsupported("spec.limited.limitResponse.type", answer or "", ["Queue", "Reject"])


def _runtime_class(doc: Doc) -> Causes:
    handler = doc.get("handler", "")
    yield from dns_label("handler", handler)
    if doc.get("overhead") is not None:
        yield from requirements("overhead.podFixed", {"limits": doc["overhead"].get("podFixed") or {}})
    scheduling = doc.get("scheduling") or {}
    yield from labels("scheduling.nodeSelector", scheduling.get("nodeSelector"))
    yield from tolerations("scheduling.tolerations", scheduling.get("tolerations") or ())


def _runtime_class_update(old: Doc, new: Doc) -> Causes:
    if old.get("handler") != new.get("handler"):
        yield immutable("handler", new.get("handler"))


def _attachment(doc: Doc) -> Causes:
    spec = doc.get("spec") or {}
    if not spec.get("attacher"):
        yield required("spec.attacher")
    source = spec.get("source") or {}
    if not source.get("persistentVolumeName") and not source.get("inlineVolumeSpec"):
        yield required("spec.source", "must specify exactly one of inlineVolumeSpec and persistentVolumeName")
    if not spec.get("nodeName"):
        yield required("spec.nodeName")


def _attachment_update(old: Doc, new: Doc) -> Causes:
    if old.get("spec") != new.get("spec"):
        spec = new.get("spec") or {}
        source = spec.get("source") or {}
        shown = {"Attacher": spec.get("attacher", ""), "Source": {"PersistentVolumeName": source.get("persistentVolumeName"), "InlineVolumeSpec": source.get("inlineVolumeSpec")}, "NodeName": spec.get("nodeName", "")}
        yield immutable("spec", go_struct(shown))


def _revision(doc: Doc) -> Causes:
    if doc.get("data") is None:
        yield required("data", "data is mandatory")
    if isinstance(doc.get("revision"), int) and doc["revision"] < 0:
        yield bad_value("revision", doc["revision"], "must be greater than or equal to 0")


def _pod_template(doc: Doc) -> Causes:
    yield from template("template", doc.get("template") or {})


FLOW = "flowcontrol.apiserver.k8s.io"
VALIDATIONS: Validations = {
    "leases.coordination.k8s.io": _lease, "endpointslices.discovery.k8s.io": _endpoint_slice, f"flowschemas.{FLOW}": _flow_schema, f"prioritylevelconfigurations.{FLOW}": _priority_level, "runtimeclasses.node.k8s.io": _runtime_class,
    "volumeattachments.storage.k8s.io": _attachment, "controllerrevisions.apps": _revision, "podtemplates": _pod_template,
}
UPDATES: Updates = {"endpointslices.discovery.k8s.io": _endpoint_slice_update, "runtimeclasses.node.k8s.io": _runtime_class_update, "volumeattachments.storage.k8s.io": _attachment_update}
