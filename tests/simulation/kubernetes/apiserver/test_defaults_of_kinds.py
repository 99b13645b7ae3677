"""What the API server fills in, kind by kind, compared with what Kubernetes 1.36 answers."""

from typing import Any

import pytest

from ..driving import new_cluster
from .asking import ask

NETWORKING = "apis/networking.k8s.io/v1/namespaces/default"
FLOWS = "apis/flowcontrol.apiserver.k8s.io/v1"


def _made(path: str, body: dict[str, Any]) -> Any:
    reply = ask(new_cluster(), "POST", f"/{path}", {"metadata": {"name": "a"}, **body})
    assert (reply.code, reply.doc is not None) == (201, True), reply.doc
    return reply.doc


@pytest.mark.parametrize(("path", "body", "place", "filled"), [
    (f"{NETWORKING}/networkpolicies", {"spec": {"podSelector": {}, "egress": [{"ports": [{"port": 53}]}]}}, "spec",
     {"podSelector": {}, "egress": [{"ports": [{"port": 53, "protocol": "TCP"}]}], "policyTypes": ["Ingress", "Egress"]}),
    (f"{NETWORKING}/ingresses", {"spec": {"defaultBackend": {"service": {"name": "a", "port": {"number": 80}}}}}, "status", {"loadBalancer": {}}),
    ("api/v1/namespaces/default/endpoints", {"subsets": [{"addresses": [{"ip": "1.2.3.4"}], "ports": [{"port": 80}]}]}, "subsets", [{"addresses": [{"ip": "1.2.3.4"}], "ports": [{"port": 80, "protocol": "TCP"}]}]),
    ("apis/discovery.k8s.io/v1/namespaces/default/endpointslices", {"addressType": "IPv4", "endpoints": [{"addresses": ["1.2.3.4"]}]}, "endpoints", [{"addresses": ["1.2.3.4"], "conditions": {}}]),
    ("apis/storage.k8s.io/v1/csidrivers", {"spec": {}}, "spec", {"attachRequired": True, "podInfoOnMount": False, "storageCapacity": False, "fsGroupPolicy": "ReadWriteOnceWithFSType", "requiresRepublish": False, "seLinuxMount": False,
                                                                 "volumeLifecycleModes": ["Persistent"]}),
    (f"{FLOWS}/prioritylevelconfigurations", {"spec": {"type": "Limited", "limited": {"limitResponse": {"type": "Queue", "queuing": {"queues": 9}}}}}, "spec.limited",
     {"nominalConcurrencyShares": 30, "lendablePercent": 0, "limitResponse": {"type": "Queue", "queuing": {"queues": 9, "handSize": 8, "queueLengthLimit": 50}}}),
    (f"{FLOWS}/flowschemas", {"spec": {"priorityLevelConfiguration": {"name": "x"}}}, "spec.matchingPrecedence", 1000),
    ("apis/resource.k8s.io/v1/namespaces/default/resourceclaims", {"spec": {"devices": {"requests": [{"name": "a", "exactly": {"deviceClassName": "x"}}]}}}, "spec.devices.requests",
     [{"name": "a", "exactly": {"deviceClassName": "x", "allocationMode": "ExactCount", "count": 1}}]),
    ("apis/coordination.k8s.io/v1/namespaces/default/leases", {}, "spec", {}),
    ("api/v1/nodes", {"status": {"capacity": {"memory": "1Gi"}}}, "status.allocatable", {"memory": "1Gi"}),
    ("api/v1/nodes", {}, "status.daemonEndpoints", {"kubeletEndpoint": {"Port": 0}}),
    ("api/v1/namespaces/default/events", {"involvedObject": {"namespace": "default"}}, "reportingComponent", ""),
    ("api/v1/namespaces/default/persistentvolumeclaims", {"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, "dataSource": {"kind": "PersistentVolumeClaim", "name": "x"}}}, "spec.dataSourceRef",
     {"apiGroup": None, "kind": "PersistentVolumeClaim", "name": "x"}),
])
def test_what_is_not_said_is_filled_in(path: str, body: dict[str, Any], place: str, filled: Any) -> None:
    made = _made(path, body)
    for key in place.split("."):
        made = made[key]
    assert made == filled


@pytest.mark.parametrize(("part", "given", "filled"), [
    ("volumes", {"projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}}, {"projected": {"defaultMode": 420, "sources": [{"serviceAccountToken": {"path": "t", "expirationSeconds": 3600}}]}}),
    ("volumes", {"downwardAPI": {"items": [{"path": "a", "fieldRef": {"fieldPath": "metadata.name"}}]}}, {"downwardAPI": {"defaultMode": 420, "items": [{"path": "a", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}]}}),
    ("volumes", {"image": {"reference": "busybox:1"}}, {"image": {"reference": "busybox:1", "pullPolicy": "IfNotPresent"}}),
    ("env", {"valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}, {"valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "0"}}}),
])
def test_a_pods_sources_are_filled_in(part: str, given: dict[str, Any], filled: dict[str, Any]) -> None:
    container: dict[str, Any] = {"name": "c", "image": "nginx:1"}
    spec: dict[str, Any] = {"containers": [container]}
    (spec if part == "volumes" else container)[part] = [{"name": "a", **given}]
    made = _made("api/v1/namespaces/default/pods", {"spec": spec})["spec"]
    assert (made if part == "volumes" else made["containers"][0])[part][0] == {"name": "a", **filled}


def test_hooks_and_calls_are_filled_in() -> None:
    container = {"name": "c", "image": "nginx:1", "lifecycle": {"preStop": {"httpGet": {"port": 80}}}, "livenessProbe": {"grpc": {"port": 80}}}
    made = _made("api/v1/namespaces/default/pods", {"spec": {"containers": [container]}})["spec"]["containers"][0]
    assert (made["lifecycle"], made["livenessProbe"]["grpc"]) == ({"preStop": {"httpGet": {"port": 80, "path": "/", "scheme": "HTTP"}}}, {"port": 80, "service": ""})
