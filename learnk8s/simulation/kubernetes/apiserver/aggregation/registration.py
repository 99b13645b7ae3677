"""What an APIService may say, and what is filled in. Models pkg/apis/apiregistration/{v1,validation} and pkg/registry/apiservice (1.36)."""

from base64 import b64decode

from learnk8s.simulation.kubernetes.apiserver.aggregation.reaching import LOCAL, PORT, RESOURCE, with_condition
from learnk8s.simulation.kubernetes.apiserver.errors import Causes, bad_value, required
from learnk8s.simulation.kubernetes.apiserver.words import dns_1035_label, dns_subdomain
from learnk8s.simulation.kubernetes.objects.document import Doc

__all__ = ["RESOURCE", "defaulted", "first_status", "rules"]

GROUP_MAX, VERSION_MAX = 20_000, 1_000


def defaulted(doc: Doc) -> Doc:
    """Return an APIService with the port that it means."""
    spec = doc.get("spec") or {}
    service = spec.get("service")
    return {**doc, "spec": {**spec, "service": {"port": PORT, **service}}} if isinstance(service, dict) else doc


def first_status(doc: Doc, stamp: str) -> Doc:
    """Return the status of a new APIService: one of the server itself is there at once."""
    return {} if (doc.get("spec") or {}).get("service") else with_condition({}, LOCAL, stamp)


def rules(doc: Doc) -> Causes:
    """Return what is wrong with an APIService. Models ValidateAPIService."""
    spec = doc.get("spec") or {}
    group, version, service = spec.get("group", ""), spec.get("version", ""), spec.get("service")
    wanted, name = f"{version}.{group}", doc["metadata"].get("name", "")
    if name and name != wanted:
        yield bad_value("metadata.name", name, f'must be `spec.version+"."+spec.group`: "{wanted}"')
    if not group and version != "v1":
        yield required("spec.group", "only v1 may have an empty group and it better be legacy kube")
    if group:
        yield from dns_subdomain("spec.group", group)
    yield from dns_1035_label("spec.version", version)
    for field, value, most in (("groupPriorityMinimum", spec.get("groupPriorityMinimum", 0), GROUP_MAX), ("versionPriority", spec.get("versionPriority", 0), VERSION_MAX)):
        if not 0 < value <= most:
            yield bad_value(f"spec.{field}", value, f"must be positive and less than {most}")
    if service is None:
        if spec.get("caBundle"):
            yield bad_value("spec.caBundle", f"{len(b64decode(spec['caBundle']))} bytes", "local APIServices may not have a caBundle")
        if spec.get("insecureSkipTLSVerify"):
            yield bad_value("spec.insecureSkipTLSVerify", True, "local APIServices may not have insecureSkipTLSVerify")
        return
    for field in ("namespace", "name"):
        if not service.get(field):
            yield required(f"spec.service.{field}")
    if not 0 < service.get("port", PORT) < 65_536:
        yield bad_value("spec.service.port", service["port"], "port is not valid: must be between 1 and 65535, inclusive")
    if spec.get("insecureSkipTLSVerify") and spec.get("caBundle"):
        yield bad_value("spec.insecureSkipTLSVerify", True, "may not be true if caBundle is present")
