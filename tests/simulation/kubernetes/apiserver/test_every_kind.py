"""Every kind that can be written lives the same life: made, found, changed in each way, shown, deleted by its label."""

from typing import Any

import pytest

from learnk8s.simulation.kubernetes.objects.kinds import KINDS, Kind

from ..driving import new_cluster, wait
from .asking import APPLY, MERGE, STRATEGIC, ask
from .test_identity import ADA

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
BODIES: dict[str, Any] = {
    "CertificateSigningRequest": {"spec": {"request": ADA, "signerName": "example.com/x", "usages": ["client auth"]}},
    "Pod": {"spec": {"containers": [{"name": "c", "image": "nginx"}]}},
    "PodTemplate": {"template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}},
    "ReplicationController": {"spec": {"template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}, "selector": {"a": "b"}, "replicas": 1}},
    "Service": {"spec": {"ports": [{"port": 80}]}},
    "PersistentVolumeClaim": {"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}},
    "PersistentVolume": {"spec": {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/x"}}},
    "LimitRange": {"spec": {"limits": [{"type": "Container", "max": {"cpu": "1"}}]}},
    "ResourceQuota": {"spec": {"hard": {"pods": "5"}}},
    "Event": {"involvedObject": {"kind": "Pod", "name": "x", "namespace": "default"}, "reason": "r", "message": "m", "type": "Normal"},
    "Deployment": {"spec": {"template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}, "selector": {"matchLabels": {"a": "b"}}}},
    "ReplicaSet": {"spec": {"template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}, "selector": {"matchLabels": {"a": "b"}}}},
    "DaemonSet": {"spec": {"template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}, "selector": {"matchLabels": {"a": "b"}}}},
    "StatefulSet": {"spec": {"template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}, "selector": {"matchLabels": {"a": "b"}}, "serviceName": "x"}},
    "ControllerRevision": {"revision": 1, "data": {"a": 1}},
    "Job": {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "nginx"}], "restartPolicy": "Never"}}}},
    "CronJob": {"spec": {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "nginx"}], "restartPolicy": "Never"}}}}}},
    "HorizontalPodAutoscaler": {"spec": {"scaleTargetRef": {"kind": "Deployment", "name": "x", "apiVersion": "apps/v1"}, "maxReplicas": 3}},
    "PodDisruptionBudget": {"spec": {"minAvailable": 1, "selector": {"matchLabels": {"a": "b"}}}},
    "Ingress": {"spec": {"defaultBackend": {"service": {"name": "x", "port": {"number": 80}}}}},
    "IngressClass": {"spec": {"controller": "example.com/x"}},
    "NetworkPolicy": {"spec": {"podSelector": {}}},
    "IPAddress": {"spec": {"parentRef": {"resource": "services", "name": "x", "namespace": "default"}}},
    "ServiceCIDR": {"spec": {"cidrs": ["10.1.0.0/16"]}},
    "EndpointSlice": {"addressType": "IPv4", "endpoints": [{"addresses": ["1.2.3.4"]}]},
    "Lease": {"spec": {"holderIdentity": "x"}},
    "RuntimeClass": {"handler": "x"},
    "PriorityClass": {"value": 10},
    "StorageClass": {"provisioner": "x.y"},
    "CSIDriver": {"spec": {}},
    "CSINode": {"spec": {"drivers": []}},
    "CSIStorageCapacity": {"storageClassName": "x"},
    "VolumeAttachment": {"spec": {"attacher": "x", "nodeName": "n", "source": {"persistentVolumeName": "pv"}}},
    "VolumeAttributesClass": {"driverName": "x.y"},
    "ClusterRole": {"rules": []},
    "Role": {"rules": []},
    "ClusterRoleBinding": {"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}, "subjects": []},
    "RoleBinding": {"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}, "subjects": []},
    "DeviceClass": {"spec": {}},
    "ResourceClaim": {"spec": {"devices": {}}},
    "ResourceClaimTemplate": {"spec": {"spec": {"devices": {}}}},
    "ResourceSlice": {"spec": {"driver": "x.y", "nodeName": "n", "pool": {"name": "p", "generation": 1, "resourceSliceCount": 1}}},
    "FlowSchema": {"spec": {"matchingPrecedence": 1000, "priorityLevelConfiguration": {"name": "exempt"}}},
    "PriorityLevelConfiguration": {"spec": {"type": "Limited", "limited": {"nominalConcurrencyShares": 2, "limitResponse": {"type": "Reject"}}}},
    "APIService": {"spec": {"group": "x.y", "version": "v1", "groupPriorityMinimum": 100, "versionPriority": 10, "service": {"name": "s", "namespace": "default"}}},
    "MutatingWebhookConfiguration": {"webhooks": [{"name": "a.b.c", "sideEffects": "None", "admissionReviewVersions": ["v1"], "clientConfig": {"url": "https://x.y/z"}}]},
    "ValidatingWebhookConfiguration": {"webhooks": [{"name": "a.b.c", "sideEffects": "None", "admissionReviewVersions": ["v1"], "clientConfig": {"url": "https://x.y/z"}}]},
    "ValidatingAdmissionPolicy": {"spec": {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}]}, "validations": [{"expression": "true"}]}},
    "MutatingAdmissionPolicy": {"spec": {"reinvocationPolicy": "Never", "matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}]}, "mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": "[]"}}]}},
    "ValidatingAdmissionPolicyBinding": {"spec": {"policyName": "x", "validationActions": ["Deny"]}},
    "MutatingAdmissionPolicyBinding": {"spec": {"policyName": "x"}},
}
NAMES = {"IPAddress": "10.1.2.3", "APIService": "v1.x.y"}
WRITTEN = [kind for kind in KINDS if {"create", "list", "patch"} <= set(kind.verbs) and kind.kind != "CustomResourceDefinition" and kind.group != "events.k8s.io"]
PATCHED = {"conditions": [{"type": "Patched", "status": "True", "reason": "E2E", "message": "x", "lastTransitionTime": "2026-05-04T09:00:00Z"}]}


@pytest.mark.parametrize("kind", WRITTEN, ids=lambda kind: kind.resource)
def test_a_kind_lives_its_life(kind: Kind) -> None:
    cluster, name = new_cluster(), NAMES.get(kind.kind, "life")
    base = f"/apis/{kind.group}/{kind.version}" if kind.group else "/api/v1"
    path = f"{base}/namespaces/default/{kind.plural}" if kind.namespaced else f"{base}/{kind.plural}"
    one = f"{path}/{name}"
    made = ask(cluster, "POST", path, {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": {"name": name, "labels": {"life": "1"}}, **BODIES.get(kind.kind, {})})
    assert made.code == 201, made.doc
    assert [entry["metadata"]["name"] for entry in ask(cluster, "GET", path, labelSelector="life=1").doc["items"]] == [name]
    for number, content_type in enumerate((MERGE, STRATEGIC)):
        assert ask(cluster, "PATCH", one, {"metadata": {"annotations": {f"patched-{number}": "yes"}}}, content_type=content_type).code == 200
    found = ask(cluster, "GET", one).doc
    found["metadata"]["annotations"]["updated"] = "yes"
    assert ask(cluster, "PUT", one, found).doc["metadata"]["annotations"] == {"patched-0": "yes", "patched-1": "yes", "updated": "yes"} | found["metadata"]["annotations"]
    applied = ask(cluster, "PATCH", one, {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": {"name": name, "labels": {"applied": "yes"}}}, content_type=APPLY, fieldManager="applier")
    assert (applied.code, applied.doc["metadata"]["labels"]["applied"]) == (200, "yes")
    if "status" in kind.subresources:
        assert ask(cluster, "PATCH", f"{one}/status", {"metadata": {"annotations": {"in-status": "yes"}}, "status": PATCHED}, content_type=MERGE).code == 200
        assert ask(cluster, "PUT", f"{one}/status", ask(cluster, "GET", f"{one}/status").doc).code == 200
    assert name in [row["object"]["metadata"]["name"] for row in ask(cluster, "GET", path, accept=TABLE).doc["rows"]]
    if "deletecollection" in kind.verbs:
        assert ask(cluster, "DELETE", path, labelSelector="life=1").code == 200
    else:
        assert ask(cluster, "DELETE", one).code == 200
    wait(cluster, 35_000)
    assert ask(cluster, "GET", one).code == 404
