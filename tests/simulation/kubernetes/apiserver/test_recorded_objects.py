"""What the API server makes of a short manifest: the documents that a real 1.36 control plane stored."""

from typing import Any

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kernel.causes import Causes
from learnk8s.simulation.kernel.dice import Dice
from learnk8s.simulation.kubernetes.apiserver.request import Request
from learnk8s.simulation.kubernetes.apiserver.server import ApiServer
from learnk8s.simulation.kubernetes.store.store import Store

CONTAINER = {"image": "registry.example/shop:1.0", "imagePullPolicy": "IfNotPresent", "name": "shop", "ports": [{"containerPort": 8080, "protocol": "TCP"}], "resources": {},
             "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"}
POD_SPEC = {"dnsPolicy": "ClusterFirst", "restartPolicy": "Always", "schedulerName": "default-scheduler", "securityContext": {}, "terminationGracePeriodSeconds": 30}
SHORT = {"name": "shop", "image": "registry.example/shop:1.0", "ports": [{"containerPort": 8080}]}


def stored(resource: str, body: dict[str, Any]) -> dict[str, Any]:
    api = ApiServer(Store(Clock(), Dice(1), Causes()))
    api.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}})
    return api.handle(Request("create", resource, "default", body=body)).doc


def test_a_deployment_is_defaulted_field_by_field() -> None:
    doc = stored("deployments.apps", {"metadata": {"name": "shop"}, "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "shop"}}, "template": {"metadata": {"labels": {"app": "shop"}}, "spec": {"containers": [SHORT]}}}})
    assert doc["metadata"]["generation"] == 1
    assert doc["spec"] == {
        "progressDeadlineSeconds": 600, "replicas": 3, "revisionHistoryLimit": 10, "selector": {"matchLabels": {"app": "shop"}},
        "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}, "type": "RollingUpdate"},
        "template": {"metadata": {"labels": {"app": "shop"}}, "spec": {**POD_SPEC, "containers": [CONTAINER]}},
    }


def test_a_pod_gets_its_service_account_token_tolerations_and_priority() -> None:
    doc = stored("pods", {"metadata": {"name": "shop"}, "spec": {"containers": [SHORT]}})
    volume = doc["spec"]["volumes"][0]["name"]
    assert volume.startswith("kube-api-access-")
    assert doc["status"] == {"phase": "Pending", "qosClass": "BestEffort"}
    assert doc["spec"] == {
        **POD_SPEC, "containers": [{**CONTAINER, "volumeMounts": [{"mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "name": volume, "readOnly": True}]}],
        "enableServiceLinks": True, "preemptionPolicy": "PreemptLowerPriority", "priority": 0, "serviceAccount": "default", "serviceAccountName": "default",
        "tolerations": [{"effect": "NoExecute", "key": f"node.kubernetes.io/{key}", "operator": "Exists", "tolerationSeconds": 300} for key in ("not-ready", "unreachable")],
        "volumes": [{"name": volume, "projected": {"defaultMode": 420, "sources": [
            {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}}, {"configMap": {"items": [{"key": "ca.crt", "path": "ca.crt"}], "name": "kube-root-ca.crt"}},
            {"downwardAPI": {"items": [{"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}, "path": "namespace"}]}}]}}],
    }


def test_a_service_gets_its_address_and_policies() -> None:
    doc = stored("services", {"metadata": {"name": "outer"}, "spec": {"type": "NodePort", "ports": [{"port": 80, "nodePort": 31080}], "selector": {"app": "outer"}}})
    address = doc["spec"]["clusterIP"]
    assert doc["spec"] == {
        "clusterIP": address, "clusterIPs": [address], "externalTrafficPolicy": "Cluster", "internalTrafficPolicy": "Cluster", "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack",
        "ports": [{"nodePort": 31080, "port": 80, "protocol": "TCP", "targetPort": 80}], "selector": {"app": "outer"}, "sessionAffinity": "None", "type": "NodePort",
    }
    assert doc["status"] == {"loadBalancer": {}}


def test_what_is_sent_back_unchanged_keeps_its_version() -> None:
    api = ApiServer(Store(Clock(), Dice(1), Causes()))
    api.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}})
    for resource, spec in (("pods", {"containers": [SHORT]}), ("services", {"ports": [{"port": 80}]})):
        doc = api.handle(Request("create", resource, "default", body={"metadata": {"name": "same"}, "spec": spec})).doc
        assert api.handle(Request("update", resource, "default", "same", body=doc)).doc == doc


NETWORK = {"internalTrafficPolicy": "Cluster", "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack", "sessionAffinity": "None"}
MERGE = {"patchType": "application/merge-patch+json"}


def patched(first: dict[str, Any], *patches: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
    """Return the spec of a Service after some patches, without its addresses and node ports."""
    api = ApiServer(Store(Clock(), Dice(1), Causes()))
    api.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}})
    doc = api.handle(Request("create", "services", "default", body={"metadata": {"name": "svc"}, "spec": first})).doc
    for spec, options in patches:
        doc = api.handle(Request("patch", "services", "default", "svc", body={"spec": spec}, options=options)).doc
    spec = doc["spec"]
    if spec["type"] != "ExternalName":
        assert spec["clusterIPs"] == [spec.pop("clusterIP")]
        assert spec.pop("clusterIPs")[0].startswith("10.")
    return spec


PORT = {"port": 80, "protocol": "TCP", "targetPort": 80}


def test_a_node_port_service_made_internal_again_loses_what_was_for_the_outside() -> None:
    assert patched({"ports": [{"port": 80}]}, ({"type": "NodePort"}, {}), ({"type": "ClusterIP"}, {})) == {**NETWORK, "type": "ClusterIP", "ports": [PORT]}


def test_an_alias_made_internal_gets_an_address() -> None:
    change = {"type": "ClusterIP", "externalName": None, "ports": [{"port": 80}]}
    assert patched({"type": "ExternalName", "externalName": "db.example.com"}, (change, MERGE)) == {**NETWORK, "type": "ClusterIP", "ports": [PORT]}


def test_a_load_balancer_made_an_alias_keeps_its_ports_only() -> None:
    change = {"type": "ExternalName", "externalName": "x.example.com", "clusterIP": "", "clusterIPs": None}
    assert patched({"type": "LoadBalancer", "ports": [{"port": 80}]}, (change, MERGE)) == {"type": "ExternalName", "externalName": "x.example.com", "ports": [PORT], "sessionAffinity": "None"}


def test_a_node_port_service_keeps_its_port_as_a_load_balancer() -> None:
    change = {"type": "LoadBalancer", "loadBalancerSourceRanges": ["10.0.0.0/8"]}
    assert patched({"type": "NodePort", "ports": [{"port": 80, "nodePort": 31080}]}, (change, {})) == {
        **NETWORK, "type": "LoadBalancer", "allocateLoadBalancerNodePorts": True, "externalTrafficPolicy": "Cluster", "loadBalancerSourceRanges": ["10.0.0.0/8"], "ports": [{**PORT, "nodePort": 31080}]}
