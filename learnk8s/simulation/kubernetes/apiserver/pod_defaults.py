"""What is filled in wherever there is a pod or a template of one. Models pkg/apis/core/v1/defaults.go (1.36).

Defaulting returns a new document; what needs nothing is shared with the old one, so a template that was defaulted once stays the
same object for all its pods.
"""

from collections.abc import Callable
from typing import Any

from learnk8s.simulation.kernel.quantities import BadQuantity, canonical
from learnk8s.simulation.kubernetes.apiserver.scheduling_fields import with_host_ports, with_pod_requests
from learnk8s.simulation.kubernetes.objects.document import Doc

GRACE_S = 30
"""facts/numbers.yaml: termination-grace."""


def filled(doc: Doc, **missing: Any) -> Doc:
    """Return the document with the fields that it lacks."""
    absent = {key: value for key, value in missing.items() if doc.get(key) is None}
    return {**doc, **absent} if absent else doc


def each(doc: Doc, key: str, change: Callable[[Any], Any]) -> Doc:
    """Return the document with every item of one of its lists changed; the same document if no item was."""
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
    changed = filled(probe, timeoutSeconds=1, periodSeconds=10, successThreshold=1, failureThreshold=3)
    changed = _http(changed)
    if isinstance(changed.get("grpc"), dict) and changed["grpc"].get("service") is None:
        changed = {**changed, "grpc": {**changed["grpc"], "service": ""}}
    return container if changed is probe else {**container, name: changed}


def _http(handler: Doc) -> Doc:
    """Models SetDefaults_HTTPGetAction: of probes and of lifecycle hooks."""
    get = handler.get("httpGet")
    if not isinstance(get, dict):
        return handler
    after = filled(get, path="/", scheme="HTTP")
    return handler if after is get else {**handler, "httpGet": after}


def _hooks(container: Doc) -> Doc:
    hooks = container.get("lifecycle")
    if not isinstance(hooks, dict):
        return container
    after = {key: _http(value) if isinstance(value, dict) else value for key, value in hooks.items()}
    return container if all(after[key] is value for key, value in hooks.items()) else {**container, "lifecycle": after}


def canonical_amounts(amounts: Any) -> Any:
    """Return resource amounts as Kubernetes writes them; what is no quantity is left to validation."""
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
    limits, requests = canonical_amounts(resources.get("limits")), canonical_amounts(resources.get("requests"))
    if isinstance(limits, dict):
        requests = {**limits, **(requests if isinstance(requests, dict) else {})}
    after = {key: value for key, value in {**resources, "limits": limits, "requests": requests}.items() if value is not None}
    return container if after == resources else {**container, "resources": after}


def default_container(container: Doc) -> Doc:
    """Fill in one container."""
    image = container.get("image")
    changed = filled(container, terminationMessagePath="/dev/termination-log", terminationMessagePolicy="File",
                    imagePullPolicy=pull_policy(image if isinstance(image, str) else ""))
    changed = each(changed, "ports", lambda port: filled(port, protocol="TCP"))
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        changed = _probe(changed, name)
    changed = each(_hooks(changed), "env", _env)
    return _resources(changed)


def _env(entry: Doc) -> Doc:
    source = entry.get("valueFrom")
    after = _downward(source) if isinstance(source, dict) else source
    return entry if after is source else {**entry, "valueFrom": after}


def _downward(source: Doc) -> Doc:
    """Fill in what points at a field of the pod, or at an amount of a container: the version and the divisor."""
    if isinstance(source.get("fieldRef"), dict) and not source["fieldRef"].get("apiVersion"):
        return {**source, "fieldRef": {**source["fieldRef"], "apiVersion": "v1"}}
    amount = source.get("resourceFieldRef")
    if isinstance(amount, dict) and amount.get("divisor") is None:
        return {**source, "resourceFieldRef": {**amount, "divisor": "0"}}
    return source


VOLUME_MODES = ("configMap", "secret", "projected", "downwardAPI")


def _projection(source: Doc) -> Doc:
    token, downward = source.get("serviceAccountToken"), source.get("downwardAPI")
    if isinstance(token, dict) and token.get("expirationSeconds") is None:
        return {**source, "serviceAccountToken": {**token, "expirationSeconds": 3600}}
    if isinstance(downward, dict):
        after = each(downward, "items", _downward)
        return source if after is downward else {**source, "downwardAPI": after}
    return source


def _volume(volume: Doc) -> Doc:
    for key in VOLUME_MODES:
        source = volume.get(key)
        if isinstance(source, dict):
            after = each(each(source, "items", _downward), "sources", _projection)
            after = after if "defaultMode" in after else {**after, "defaultMode": 420}
            return volume if after is source else {**volume, key: after}
    claim = volume.get("ephemeral")
    if isinstance(claim, dict) and isinstance(claim.get("volumeClaimTemplate"), dict) and isinstance(claim["volumeClaimTemplate"].get("spec"), dict):
        template = claim["volumeClaimTemplate"]
        spec = filled(template["spec"], volumeMode="Filesystem")
        return volume if spec is template["spec"] and "metadata" in template else {**volume, "ephemeral": {**claim, "volumeClaimTemplate": {"metadata": {}, **template, "spec": spec}}}
    if isinstance(volume.get("image"), dict) and not volume["image"].get("pullPolicy"):
        return {**volume, "image": {**volume["image"], "pullPolicy": pull_policy(str(volume["image"].get("reference", "")))}}
    if isinstance(volume.get("iscsi"), dict) and not volume["iscsi"].get("iscsiInterface"):
        return {**volume, "iscsi": {**volume["iscsi"], "iscsiInterface": "default"}}
    if isinstance(volume.get("hostPath"), dict) and "type" not in volume["hostPath"]:
        return {**volume, "hostPath": {**volume["hostPath"], "type": ""}}
    return volume if set(volume) - {"name"} else {**volume, "emptyDir": {}}


def default_pod_spec(spec: Doc, *, in_pod: bool) -> Doc:
    """Fill in a pod spec; `enableServiceLinks` is filled in for pods, not for templates."""
    changed = filled(spec, restartPolicy="Always", dnsPolicy="ClusterFirst", schedulerName="default-scheduler", terminationGracePeriodSeconds=GRACE_S, securityContext={})
    if in_pod:
        changed = filled(changed, enableServiceLinks=True)
    account = changed.get("serviceAccountName") or changed.get("serviceAccount")
    if account and (changed.get("serviceAccount") != account or changed.get("serviceAccountName") != account):
        changed = {**changed, "serviceAccount": account, "serviceAccountName": account}
    changed = each(each(changed, "containers", default_container), "initContainers", default_container)
    changed = each(changed, "volumes", _volume)
    return with_pod_requests(with_host_ports(changed)) if in_pod else changed


def default_template(spec: Doc) -> Doc:
    """Fill in the pod template of a workload's spec."""
    template = spec.get("template")
    if not isinstance(template, dict) or not isinstance(template.get("spec"), dict):
        return spec
    pod = default_pod_spec(template["spec"], in_pod=False)
    metadata = template.get("metadata")
    after = template if pod is template["spec"] else {**template, "spec": pod}
    if metadata is None:
        after = {**after, "metadata": {}}
    return spec if after is template else {**spec, "template": after}
