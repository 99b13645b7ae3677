"""What is wrong with single fields, in Kubernetes' words: one wrong field a row."""

from typing import Any

import pytest

from learnk8s.simulation.kubernetes.apiserver import validation
from learnk8s.simulation.kubernetes.apiserver.defaults import defaulted
from learnk8s.simulation.kubernetes.objects.document import Doc

CONTAINER: Doc = {"name": "c", "image": "i:1"}
TEMPLATE: Doc = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [CONTAINER]}}
CHOSEN: Doc = {"selector": {"matchLabels": {"a": "b"}}, "template": TEMPLATE}


def causes(resource: str, spec: Doc, **rest: Any) -> list[str]:
    doc: Doc = {"apiVersion": "v1", "kind": "Any", "metadata": {"name": "x", "namespace": "default"}, "spec": spec, **rest}
    return [f"{cause.field}: {cause.message}" for cause in validation.created(resource, defaulted(resource, doc))]


@pytest.mark.parametrize(("field", "value", "cause"), [
    ("ports", [{"containerPort": 0}], "ports[0].containerPort: Required value"),
    ("ports", [{"containerPort": 80, "name": "a--"}], "ports[0].name: Invalid value: \"a--\": must not contain consecutive hyphens"),
    ("ports", [{"containerPort": 80, "hostPort": 1}, {"containerPort": 81, "hostPort": 1}], 'ports[1].hostPort: Duplicate value: "TCP//1"'),
    ("env", [{"name": "a", "valueFrom": {"fieldRef": {"fieldPath": "status.phase"}}}], 'env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "status.phase": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"'),
    ("envFrom", [{}], 'envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`'),
    ("volumeMounts", [{"name": "v", "mountPath": "/x"}], 'volumeMounts[0].name: Not found: "v"'),
    ("resources", {"requests": {"gpu": "1"}}, 'resources.requests[gpu]: Invalid value: "gpu": must be a standard resource for containers'),
    ("resources", {"requests": {"a.b/gpu": "1"}}, "resources.limits: Required value: Limit must be set for non overcommitable resources"),
    ("livenessProbe", {"exec": {"command": ["a"]}, "successThreshold": 2}, "livenessProbe.successThreshold: Invalid value: 2: must be 1"),
    ("readinessProbe", {"tcpSocket": {"port": "a_b"}}, 'readinessProbe.tcpSocket.port: Invalid value: "a_b": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)'),
    ("lifecycle", {"preStop": {"sleep": {"seconds": 31}}}, "lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)"),
    ("securityContext", {"runAsUser": -1}, "securityContext.runAsUser: Invalid value: -1: must be between 0 and 4294967295, inclusive"),
    ("resizePolicy", [{"resourceName": "cpu", "restartPolicy": "X"}], 'resizePolicy: Unsupported value: "X": supported values: "NotRequired", "RestartContainer"'),
])
def test_a_container_is_refused(field: str, value: Any, cause: str) -> None:
    assert f"spec.containers[0].{cause}" in causes("pods", {"containers": [{**CONTAINER, field: value}]})


@pytest.mark.parametrize(("field", "value", "cause"), [
    ("volumes", [{"name": "v", "hostPath": {"path": "/a/../b"}}], "volumes[0].hostPath.path: Invalid value: \"/a/../b\": must not contain '..'"),
    ("volumes", [{"name": "v", "secret": {}}], "volumes[0].secret.secretName: Required value"),
    ("tolerations", [{"key": "a", "operator": "Exists", "value": "x"}], "tolerations[0].operator: Invalid value: \"x\": value must be empty when `operator` is 'Exists'"),
    ("topologySpreadConstraints", [{"maxSkew": 0, "topologyKey": "a", "whenUnsatisfiable": "DoNotSchedule"}], "topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero"),
    ("affinity", {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{}]}}, "affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty"),
    ("initContainers", [{**CONTAINER, "name": "i", "lifecycle": {}}], "initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always"),
    ("ephemeralContainers", [CONTAINER], "ephemeralContainers: Forbidden: cannot be set on create"),
    ("dnsPolicy", "None", "dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"),
    ("hostname", "a.b", 'hostname: Invalid value: "a.b": must not contain dots'),
    ("os", {"name": "bsd"}, 'os: Unsupported value: "bsd": supported values: "linux", "windows"'),
])
def test_a_pod_is_refused(field: str, value: Any, cause: str) -> None:
    assert f"spec.{cause}" in causes("pods", {"containers": [CONTAINER], field: value})


@pytest.mark.parametrize(("resource", "spec", "cause"), [
    ("deployments.apps", {**CHOSEN, "strategy": {"type": "Odd"}}, 'spec.strategy: Unsupported value: {"Type":"Odd","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"'),
    ("deployments.apps", {}, "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`"),
    ("statefulsets.apps", {**CHOSEN, "updateStrategy": {"type": "OnDelete", "rollingUpdate": {}}}, "spec.updateStrategy.rollingUpdate: Invalid value: {\"Partition\":0,\"MaxUnavailable\":null}: only allowed for updateStrategy 'RollingUpdate'"),
    ("daemonsets.apps", {**CHOSEN, "updateStrategy": {"rollingUpdate": {"maxUnavailable": 0}}}, "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"),
    ("jobs.batch", {"template": TEMPLATE, "podFailurePolicy": {"rules": [{"action": "Count"}]}}, "spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required"),
    ("jobs.batch", {"template": TEMPLATE, "completionMode": "Indexed", "completions": 3, "successPolicy": {"rules": [{"succeededIndexes": "2,1"}]}}, 'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "2,1": error parsing succeededIndexes: non-increasing order, previous: 2, current: 1'),
    ("cronjobs.batch", {"schedule": "@daily", "timeZone": "local"}, 'spec.timeZone: Invalid value: "local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'),
    ("horizontalpodautoscalers.autoscaling", {"maxReplicas": 1, "metrics": [{"type": "Pods"}]}, "spec.metrics[0].pods: Required value: must populate information for the given metric source"),
    ("ingresses.networking.k8s.io", {"defaultBackend": {}}, 'spec.defaultBackend: Invalid value: "": resource or service backend is required'),
    ("networkpolicies.networking.k8s.io", {"podSelector": {}, "ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["11.0.0.0/9"]}}]}]}, 'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "11.0.0.0/9": must be a strict subset of `cidr`'),
    ("services", {"ports": [{"port": 1}], "externalTrafficPolicy": "Local"}, 'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'),
    ("services", {"ports": [{"port": 1}], "clusterIP": "x"}, 'spec.clusterIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'),
    ("resourcequotas", {"hard": {"pods": "1.5"}}, 'spec.hard[pods]: Invalid value: "1500m": must be an integer'),
    ("resourcequotas", {"hard": {"services": "1"}, "scopes": ["BestEffort"]}, 'spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource'),
    ("limitranges", {"limits": [{"type": "Container", "min": {"cpu": "2"}, "default": {"cpu": "1"}}]}, 'spec.limits[0].default[cpu]: Invalid value: "2": min value 2 is greater than default value 1'),
    ("deployments.apps", {**CHOSEN, "strategy": {"type": "Odd", "rollingUpdate": {"maxSurge": 1}}}, 'spec.strategy: Unsupported value: {"Type":"Odd","RollingUpdate":{"MaxUnavailable":0,"MaxSurge":1}}: supported values: "Recreate", "RollingUpdate"'),
    ("replicasets.apps", {**CHOSEN, "selector": {"matchExpressions": [{"key": "a", "operator": "In"}]}}, 'spec.selector: Invalid value: {"matchExpressions":[{"key":"a","operator":"In"}]}: invalid label selector'),
    ("jobs.batch", {"template": TEMPLATE, "managedBy": "x y"}, 'spec.managedBy: Invalid value: "x y": must be a domain-prefixed path (such as "acme.io/foo")'),
    ("jobs.batch", {"template": TEMPLATE, "completionMode": "Indexed", "completions": 200_000, "backoffLimitPerIndex": 1}, "spec.maxFailedIndexes: Required value: must be specified when completions is above 100000"),
    ("nodes", {"taints": [{"key": "a", "effect": "X"}]}, 'metadata.taints[0].effect: Unsupported value: "X": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"'),
])
def test_other_kinds_are_refused(resource: str, spec: Doc, cause: str) -> None:
    assert cause in causes(resource, spec)


@pytest.mark.parametrize(("kind", "data", "cause"), [
    ("kubernetes.io/tls", {}, "data[tls.crt]: Required value"), ("kubernetes.io/basic-auth", {}, "data[username]: Required value"),
    ("kubernetes.io/dockerconfigjson", {".dockerconfigjson": "eA=="}, 'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": invalid character \'x\' looking for beginning of value'),
    ("kubernetes.io/service-account-token", {}, "metadata.annotations[kubernetes.io/service-account.name]: Required value"),
])
def test_a_secret_has_what_its_type_needs(kind: str, data: Doc, cause: str) -> None:
    assert cause in causes("secrets", {}, type=kind, data=data)


def test_what_a_pod_may_become() -> None:
    old = defaulted("pods", {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x", "namespace": "default"}, "spec": {"containers": [CONTAINER], "activeDeadlineSeconds": 5, "tolerations": [{"key": "a", "operator": "Exists"}]}})

    def said(**changes: Any) -> list[str]:
        return [cause.message.partition("\n")[0] for cause in validation.updated("pods", old, {**old, "spec": {**old["spec"], **changes}})]

    assert said(containers=[{**old["spec"]["containers"][0], "image": "j:2"}], activeDeadlineSeconds=4) == []
    assert said(containers=[]) == ["Required value", "Forbidden: pod updates may not add or remove containers"]
    assert said(activeDeadlineSeconds=6) == ["Invalid value: 6: must be less than or equal to previous value"]
    assert said(tolerations=[]) == ["Forbidden: existing toleration can not be modified except its tolerationSeconds"]
    assert said(hostname="h")[0].startswith("Forbidden: pod updates may not change fields other than `spec.containers[*].image`")
