"""What is filled in: Ingress, NetworkPolicy, Endpoints, EndpointSlice. Models pkg/apis/{networking,core,discovery}/v1/defaults.go (1.36)."""

from collections.abc import Callable

from learnk8s.simulation.kubernetes.apiserver.pod_defaults import each, filled
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store


def _over_tcp(port: Doc) -> Doc:
    return filled(port, protocol="TCP")


def _policy(doc: Doc) -> Doc:
    spec = doc.get("spec")
    if not isinstance(spec, dict):
        return {**doc, "spec": {"podSelector": {}, "policyTypes": ["Ingress"]}} if spec is None else doc
    changed = filled(spec, podSelector={})
    for way in ("ingress", "egress"):
        changed = each(changed, way, lambda rule: each(rule, "ports", _over_tcp))
    if not changed.get("policyTypes"):
        changed = {**changed, "policyTypes": ["Ingress", *(["Egress"] if changed.get("egress") else [])]}
    return doc if changed is spec else {**doc, "spec": changed}


def _ingress(doc: Doc) -> Doc:
    return filled(doc, spec={})


def _ingress_class(doc: Doc) -> Doc:
    changed = filled(doc, spec={})
    parameters = changed["spec"].get("parameters") if isinstance(changed["spec"], dict) else None
    return {**changed, "spec": {**changed["spec"], "parameters": filled(parameters, scope="Cluster")}} if isinstance(parameters, dict) else changed


INGRESS, CLASSES, IS_DEFAULT = "ingresses.networking.k8s.io", "ingressclasses.networking.k8s.io", "ingressclass.kubernetes.io/is-default-class"


def with_ingress_class(doc: Doc, store: Store) -> Doc:
    """Return a new Ingress with the newest default class, if it names none in either way. Models plugin/pkg/admission/network/defaultingressclass (1.36)."""
    usual = [found for found in store.list(CLASSES) if (found["metadata"].get("annotations") or {}).get(IS_DEFAULT) == "true"]
    if not usual or doc["spec"].get("ingressClassName") is not None or "kubernetes.io/ingress.class" in (doc["metadata"].get("annotations") or {}):
        return doc
    newest = max(usual, key=lambda found: (found["metadata"]["creationTimestamp"], found["metadata"]["name"]))
    return {**doc, "spec": {**doc["spec"], "ingressClassName": newest["metadata"]["name"]}}


def _endpoints(doc: Doc) -> Doc:
    return each(doc, "subsets", lambda subset: each(subset, "ports", _over_tcp))


def _slice(doc: Doc) -> Doc:
    changed = each({"endpoints": None, "ports": None, **doc}, "ports", lambda port: filled(port, name="", protocol="TCP"))
    return each(changed, "endpoints", lambda endpoint: filled(endpoint, conditions={}))


DEFAULTS: dict[str, Callable[[Doc], Doc]] = {"networkpolicies.networking.k8s.io": _policy, "ingresses.networking.k8s.io": _ingress, "ingressclasses.networking.k8s.io": _ingress_class, "endpoints": _endpoints, "endpointslices.discovery.k8s.io": _slice}
