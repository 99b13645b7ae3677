"""What the API server fills in. Models pkg/apis/{core,apps,discovery}/v1/defaults.go (1.36).

Defaulting returns a new document; what needs nothing is shared with the old one, so a template that was defaulted once stays the
same object for all its pods.
"""

from collections.abc import Callable
from typing import Any

from learnk8s.simulation.kernel.quantities import BadQuantity, canonical
from learnk8s.simulation.kubernetes.objects.document import Doc

GRACE_S = 30
"""facts/numbers.yaml: termination-grace."""


def _with(doc: Doc, **missing: Any) -> Doc:
    absent = {key: value for key, value in missing.items() if doc.get(key) is None}
    return {**doc, **absent} if absent else doc


def _each(doc: Doc, key: str, change: Callable[[Any], Any]) -> Doc:
    before = doc.get(key)
    if not isinstance(before, list):
        return doc
    after = [change(item) if isinstance(item, dict) else item for item in before]
    return doc if all(left is right for left, right in zip(before, after, strict=True)) else {**doc, key: after}


def pull_policy(image: str) -> str:
    """Return Always for `latest` or no tag, IfNotPresent else. Models SetDefaults_Container."""
    last = image.rsplit("/", 1)[-1]
    if "@" in last:
        return "IfNotPresent"
    return "Always" if ":" not in last or last.endswith(":latest") else "IfNotPresent"


def _probe(container: Doc, name: str) -> Doc:
    probe = container.get(name)
    if not isinstance(probe, dict):
        return container
    changed = _with(probe, timeoutSeconds=1, periodSeconds=10, successThreshold=1, failureThreshold=3)
    if isinstance(changed.get("httpGet"), dict):
        get = _with(changed["httpGet"], path="/", scheme="HTTP")
        changed = changed if get is changed["httpGet"] else {**changed, "httpGet": get}
    return container if changed is probe else {**container, name: changed}


def _quantities(amounts: Any) -> Any:
    if not isinstance(amounts, dict):
        return amounts
    try:
        after = {key: canonical(value) for key, value in amounts.items()}
    except (BadQuantity, TypeError):
        return amounts
    return amounts if after == amounts else after


def _resources(container: Doc) -> Doc:
    resources = container.get("resources")
    if not isinstance(resources, dict):
        return {**container, "resources": {}} if resources is None else container
    limits, requests = _quantities(resources.get("limits")), _quantities(resources.get("requests"))
    if isinstance(limits, dict):
        requests = {**limits, **(requests if isinstance(requests, dict) else {})}
    after = {key: value for key, value in {**resources, "limits": limits, "requests": requests}.items() if value is not None}
    return container if after == resources else {**container, "resources": after}


def default_container(container: Doc) -> Doc:
    """Fill in one container."""
    image = container.get("image")
    changed = _with(container, terminationMessagePath="/dev/termination-log", terminationMessagePolicy="File",
                    imagePullPolicy=pull_policy(image if isinstance(image, str) else ""))
    changed = _each(changed, "ports", lambda port: _with(port, protocol="TCP"))
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        changed = _probe(changed, name)
    changed = _each(changed, "env", _env)
    return _resources(changed)


def _env(entry: Doc) -> Doc:
    source = entry.get("valueFrom")
    if isinstance(source, dict) and isinstance(source.get("fieldRef"), dict) and "apiVersion" not in source["fieldRef"]:
        return {**entry, "valueFrom": {**source, "fieldRef": {"apiVersion": "v1", **source["fieldRef"]}}}
    return entry


VOLUME_MODES = ("configMap", "secret", "projected", "downwardAPI")


def _volume(volume: Doc) -> Doc:
    for key in VOLUME_MODES:
        source = volume.get(key)
        if isinstance(source, dict) and "defaultMode" not in source:
            return {**volume, key: {**source, "defaultMode": 420}}
    if isinstance(volume.get("hostPath"), dict) and "type" not in volume["hostPath"]:
        return {**volume, "hostPath": {**volume["hostPath"], "type": ""}}
    return volume if set(volume) - {"name"} else {**volume, "emptyDir": {}}


def default_pod_spec(spec: Doc, *, in_pod: bool) -> Doc:
    """Fill in a pod spec; `enableServiceLinks` is filled in for pods, not for templates."""
    changed = _with(spec, restartPolicy="Always", dnsPolicy="ClusterFirst", schedulerName="default-scheduler", terminationGracePeriodSeconds=GRACE_S, securityContext={})
    if in_pod:
        changed = _with(changed, enableServiceLinks=True)
    account = changed.get("serviceAccountName") or changed.get("serviceAccount")
    if account and (changed.get("serviceAccount") != account or changed.get("serviceAccountName") != account):
        changed = {**changed, "serviceAccount": account, "serviceAccountName": account}
    changed = _each(_each(changed, "containers", default_container), "initContainers", default_container)
    changed = _each(changed, "volumes", _volume)
    return changed


def _template(spec: Doc) -> Doc:
    template = spec.get("template")
    if not isinstance(template, dict) or not isinstance(template.get("spec"), dict):
        return spec
    pod = default_pod_spec(template["spec"], in_pod=False)
    metadata = template.get("metadata")
    after = template if pod is template["spec"] else {**template, "spec": pod}
    if metadata is None:
        after = {**after, "metadata": {}}
    return spec if after is template else {**spec, "template": after}


def _deployment(doc: Doc) -> Doc:
    spec = _template(_with(doc["spec"], replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600, strategy={}))
    strategy = _with(spec["strategy"], type="RollingUpdate") if isinstance(spec["strategy"], dict) else spec["strategy"]
    if isinstance(strategy, dict) and strategy.get("type") == "RollingUpdate":
        strategy = {**strategy, "rollingUpdate": _with(strategy.get("rollingUpdate") or {}, maxSurge="25%", maxUnavailable="25%")}
    return {**doc, "spec": {**spec, "strategy": strategy}}


def _replicaset(doc: Doc) -> Doc:
    return {**doc, "spec": _template(_with(doc["spec"], replicas=1))}


def _pod(doc: Doc) -> Doc:
    spec = default_pod_spec(doc["spec"], in_pod=True)
    return doc if spec is doc["spec"] else {**doc, "spec": spec}


def _service(doc: Doc) -> Doc:
    spec = _with(doc["spec"], type="ClusterIP", sessionAffinity="None")
    if spec["type"] != "ExternalName":
        spec = _with(spec, internalTrafficPolicy="Cluster", ipFamilies=["IPv4"], ipFamilyPolicy="SingleStack")
    if spec["type"] in ("NodePort", "LoadBalancer"):
        spec = _with(spec, externalTrafficPolicy="Cluster")
    if spec["type"] == "LoadBalancer":
        spec = _with(spec, allocateLoadBalancerNodePorts=True)
    if spec["sessionAffinity"] == "ClientIP":
        spec = _with(spec, sessionAffinityConfig={"clientIP": {"timeoutSeconds": 10800}})
    spec = _each(spec, "ports", lambda port: _with(port, protocol="TCP", **({"targetPort": port["port"]} if "port" in port else {})))
    return {**doc, "spec": spec}


def _secret(doc: Doc) -> Doc:
    from base64 import b64encode

    changed = _with(doc, type="Opaque")
    plain = changed.get("stringData")
    if isinstance(plain, dict):
        encoded = {key: b64encode(str(value).encode()).decode() for key, value in plain.items()}
        changed = {key: value for key, value in changed.items() if key != "stringData"}
        changed["data"] = {**(changed.get("data") or {}), **encoded}
    return changed


def _namespace(doc: Doc) -> Doc:
    metadata, labels = doc["metadata"], doc["metadata"].get("labels") or {}
    changed = {**doc, "spec": _with(doc.get("spec") or {}, finalizers=["kubernetes"]), "status": doc.get("status") or {"phase": "Active"}}
    if labels.get("kubernetes.io/metadata.name") != metadata.get("name"):
        changed["metadata"] = {**metadata, "labels": {**labels, "kubernetes.io/metadata.name": metadata.get("name")}}
    return changed


def _node(doc: Doc) -> Doc:
    return {**doc, "spec": doc.get("spec") or {}}


DEFAULTS: dict[str, Callable[[Doc], Doc]] = {
    "deployments.apps": _deployment, "replicasets.apps": _replicaset, "pods": _pod, "services": _service, "secrets": _secret, "namespaces": _namespace, "nodes": _node,
}


def defaulted(resource: str, doc: Doc) -> Doc:
    """Return a document with its defaults filled in."""
    change = DEFAULTS.get(resource)
    return change(doc) if change else doc
