"""What the API server fills in, kind by kind. Models pkg/apis/{core,apps,discovery}/v1/defaults.go (1.36)."""

from collections.abc import Callable

from learnk8s.simulation.kubernetes.apiserver.aggregation import registration
from learnk8s.simulation.kubernetes.apiserver.custom.definition_rules import default_definition
from learnk8s.simulation.kubernetes.apiserver.networking.defaults import DEFAULTS as NETWORKING
from learnk8s.simulation.kubernetes.apiserver.pod_defaults import default_pod_spec, default_template, each, filled
from learnk8s.simulation.kubernetes.apiserver.policies.rules import DEFAULTS as ADMISSION
from learnk8s.simulation.kubernetes.apiserver.policy.defaults import DEFAULTS as POLICY
from learnk8s.simulation.kubernetes.apiserver.storage.defaults import DEFAULTS as STORAGE
from learnk8s.simulation.kubernetes.apiserver.workloads.defaults import DEFAULTS as WORKLOADS
from learnk8s.simulation.kubernetes.objects.document import Doc


def _deployment(doc: Doc) -> Doc:
    spec = default_template(filled(doc["spec"], replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600, strategy={}))
    strategy = filled(spec["strategy"], type="RollingUpdate") if isinstance(spec["strategy"], dict) else spec["strategy"]
    if isinstance(strategy, dict) and strategy.get("type") == "RollingUpdate":
        strategy = {**strategy, "rollingUpdate": filled(strategy.get("rollingUpdate") or {}, maxSurge="25%", maxUnavailable="25%")}
    return {**doc, "spec": {**spec, "strategy": strategy}}


def _replicaset(doc: Doc) -> Doc:
    return {**doc, "spec": default_template(filled(doc["spec"], replicas=1))}


def _pod(doc: Doc) -> Doc:
    spec = default_pod_spec(doc["spec"], in_pod=True)
    return doc if spec is doc["spec"] else {**doc, "spec": spec}


UNSET_TARGETS = (None, 0, "")
"""Target ports that mean the port itself: Go's clients always write the field."""


def _service(doc: Doc) -> Doc:
    spec = filled(doc["spec"], type="ClusterIP", sessionAffinity="None")
    if spec["sessionAffinity"] == "None" and "sessionAffinityConfig" in spec:
        spec = {key: value for key, value in spec.items() if key != "sessionAffinityConfig"}
    if spec["type"] != "ExternalName":
        spec = filled(spec, internalTrafficPolicy="Cluster", ipFamilies=["IPv4"], ipFamilyPolicy="SingleStack")
    if spec["type"] in ("NodePort", "LoadBalancer"):
        spec = filled(spec, externalTrafficPolicy="Cluster")
    if spec["type"] == "LoadBalancer":
        spec = filled(spec, allocateLoadBalancerNodePorts=True)
    if spec["sessionAffinity"] == "ClientIP":
        spec = filled(spec, sessionAffinityConfig={"clientIP": {"timeoutSeconds": 10800}})
    spec = each(spec, "ports", lambda port: filled(port, protocol="TCP") | ({"targetPort": port["port"]} if "port" in port and port.get("targetPort") in UNSET_TARGETS else {}))
    return {**doc, "spec": spec}


def _secret(doc: Doc) -> Doc:
    from base64 import b64encode

    changed = filled(doc, type="Opaque")
    plain = changed.get("stringData")
    if isinstance(plain, dict):
        encoded = {key: b64encode(str(value).encode()).decode() for key, value in plain.items()}
        changed = {key: value for key, value in changed.items() if key != "stringData"}
        changed["data"] = {**(changed.get("data") or {}), **encoded}
    return changed


def _namespace(doc: Doc) -> Doc:
    metadata, labels = doc["metadata"], doc["metadata"].get("labels") or {}
    changed = {**doc, "spec": filled(doc.get("spec") or {}, finalizers=["kubernetes"]), "status": doc.get("status") or {"phase": "Active"}}
    if labels.get("kubernetes.io/metadata.name") != metadata.get("name"):
        changed["metadata"] = {**metadata, "labels": {**labels, "kubernetes.io/metadata.name": metadata.get("name")}}
    return changed


NODE_INFO = dict.fromkeys(("architecture", "bootID", "containerRuntimeVersion", "kernelVersion", "kubeProxyVersion", "kubeletVersion", "machineID", "operatingSystem", "osImage", "systemUUID"), "")
"""What a node says of itself that nobody has told anything: Go writes the structs with their zeros."""


def _node(doc: Doc) -> Doc:
    status = filled(doc.get("status") or {}, daemonEndpoints={"kubeletEndpoint": {"Port": 0}}, nodeInfo=NODE_INFO)
    if status.get("capacity") and status.get("allocatable") is None:
        status = {**status, "allocatable": status["capacity"]}
    return {**doc, "spec": doc.get("spec") or {}, "status": status}


def _event(doc: Doc) -> Doc:
    """Go writes an event's times and its reporter even where nobody says them."""
    return filled({"eventTime": None, "firstTimestamp": None, "lastTimestamp": None, **doc}, reportingComponent="", reportingInstance="", source={})


DEFAULTS: dict[str, Callable[[Doc], Doc]] = {
    registration.RESOURCE: registration.defaulted,
    **ADMISSION, **NETWORKING, **POLICY, **STORAGE, **WORKLOADS,
    "customresourcedefinitions.apiextensions.k8s.io": default_definition, "deployments.apps": _deployment, "replicasets.apps": _replicaset, "pods": _pod, "services": _service, "secrets": _secret, "namespaces": _namespace, "nodes": _node, "events": _event,
}


def defaulted(resource: str, doc: Doc) -> Doc:
    """Return a document with its defaults filled in."""
    change = DEFAULTS.get(resource)
    return change(doc) if change else doc
