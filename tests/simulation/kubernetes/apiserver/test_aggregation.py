"""API servers in the cluster: whether an APIService can be reached, what it serves, and what becomes of it when its pods go."""

import json
from typing import Any

import pytest

from learnk8s.simulation.kubernetes.world import KubernetesWorld
from tests.simulation.kubernetes.apiserver.asking import ask, said
from tests.simulation.kubernetes.signals.typing import new_world, put, typed, wait

GROUP = "wardle.example.com"
SERVICES, FLUNDERS = "/apis/apiregistration.k8s.io/v1/apiservices", f"/apis/{GROUP}/v1alpha1/namespaces/default/flunders"
NAME = f"v1alpha1.{GROUP}"
SERVER = "kubectl create deployment sample --image=registry.k8s.io/e2e-test-images/sample-apiserver:1.29.2; kubectl create service clusterip sample --tcp=443:443"


def api_service(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": NAME},
            "spec": {"group": GROUP, "version": "v1alpha1", "groupPriorityMinimum": 2000, "versionPriority": 200, "caBundle": "YQ==", "service": {"namespace": "default", "name": "sample", **spec}}}


def condition(world: KubernetesWorld) -> dict[str, Any]:
    doc = ask(world.cluster, "GET", f"{SERVICES}/{NAME}").doc or {}
    found: dict[str, Any] = doc["status"]["conditions"][0]
    return found


@pytest.fixture(scope="module")
def served() -> dict[str, Any]:
    """A world in which the sample API server answers, as text: each test begins from it."""
    world = new_world()
    typed(world, SERVER)
    wait(world, 30)
    assert ask(world.cluster, "POST", SERVICES, api_service()).code == 201
    wait(world, 1)
    return {"dump": world.dump()}


def begun(served: dict[str, Any]) -> KubernetesWorld:
    return KubernetesWorld.load(served["dump"])


@pytest.mark.parametrize(
    ("begin", "port", "reason", "message"),
    [
        pytest.param("true", 443, "ServiceNotFound", 'service/sample in "default" is not present', id="no Service"),
        pytest.param("kubectl create service clusterip sample --tcp=80:80", 443, "ServicePortError", 'service/sample in "default" is not listening on port 443', id="another port"),
        pytest.param("kubectl create service clusterip sample --tcp=443:443", 443, "MissingEndpoints", 'endpointslices for service/sample in "default" have no addresses with port name "443-443"', id="no pods"),
        pytest.param("kubectl create deployment sample --image=nginx; kubectl create service clusterip sample --tcp=443:80", 443, "FailedDiscoveryCheck", f"/apis/{GROUP}/v1alpha1: 404", id="a server of something else"),
        pytest.param("kubectl create deployment sample --image=nginx; kubectl create service clusterip sample --tcp=443:443", 443, "FailedDiscoveryCheck", "connect: connection refused", id="nothing listens"),
    ],
)
def test_an_api_service_says_why_nothing_is_behind_it(begin: str, port: int, reason: str, message: str) -> None:
    world = new_world()
    typed(world, begin)
    wait(world, 30)
    ask(world.cluster, "POST", SERVICES, api_service(port=port))
    wait(world, 1)
    found = condition(world)
    assert (found["status"], found["reason"]) == ("False", reason) and found["message"].endswith(message)
    refused = ask(world.cluster, "GET", FLUNDERS)
    assert (refused.code, refused.text) == (503, "service unavailable\n")


def test_what_a_server_says_of_itself_is_served_with_all_that_clients_expect(served: dict[str, Any]) -> None:
    world = begun(served)
    assert condition(world)["message"] == "all checks passed"
    assert GROUP in [group["name"] for group in (ask(world.cluster, "GET", "/apis").doc or {})["groups"]]
    made = ask(world.cluster, "POST", FLUNDERS, {"apiVersion": f"{GROUP}/v1alpha1", "kind": "Flunder", "metadata": {"name": "one"}, "spec": {"reference": "two"}})
    assert made.code == 201
    assert "one" in typed(world, "kubectl get flunders") and "CREATED AT" in typed(world, "kubectl get flunders")
    published = ask(world.cluster, "GET", f"/openapi/v3/apis/{GROUP}/v1alpha1").doc or {}
    assert "another flunder" in published["components"]["schemas"]["com.example.wardle.v1alpha1.Flunder"]["properties"]["spec"]["properties"]["reference"]["description"]
    wrong = ask(world.cluster, "POST", FLUNDERS, {"apiVersion": f"{GROUP}/v1alpha1", "kind": "Flunder", "metadata": {"name": "two"}, "spec": {"reference": 5}})
    assert wrong.code == 422
    assert said(ask(world.cluster, "GET", FLUNDERS, user="ada"))[0] == 403


def test_a_server_s_objects_go_with_its_last_pod(served: dict[str, Any]) -> None:
    world = begun(served)
    ask(world.cluster, "POST", FLUNDERS, {"apiVersion": f"{GROUP}/v1alpha1", "kind": "Flunder", "metadata": {"name": "one"}})
    typed(world, "kubectl scale deployment sample --replicas=0")
    wait(world, 40)
    assert ask(world.cluster, "GET", FLUNDERS).code == 503
    stale = ask(world.cluster, "GET", "/apis", accept="application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList").doc or {}
    assert next(item for item in stale["items"] if item["metadata"].get("name") == GROUP)["versions"] == [{"version": "v1alpha1", "freshness": "Stale"}]
    typed(world, "kubectl scale deployment sample --replicas=1")
    wait(world, 40)
    assert (ask(world.cluster, "GET", FLUNDERS).doc or {})["items"] == []


def test_every_version_of_a_custom_kind_is_registered_while_it_is_served() -> None:
    world = new_world()
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    spec = {"group": "example.com", "scope": "Namespaced", "names": {"plural": "lamps", "kind": "Lamp"}, "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}]}
    typed(world, put(json.dumps({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "lamps.example.com"}, "spec": spec})))
    wait(world, 1)
    found = ask(world.cluster, "GET", f"{SERVICES}/v1.example.com").doc or {}
    assert found["metadata"]["labels"] == {"kube-aggregator.kubernetes.io/automanaged": "true"} and found["status"]["conditions"][0]["reason"] == "Local"
    typed(world, "kubectl delete crd lamps.example.com")
    wait(world, 1)
    assert ask(world.cluster, "GET", f"{SERVICES}/v1.example.com").code == 404


def test_what_an_api_service_may_not_say_is_refused() -> None:
    world = new_world()
    wrong = {**api_service(), "metadata": {"name": "x"}}
    wrong["spec"] |= {"insecureSkipTLSVerify": True, "versionPriority": 0}
    code, why = said(ask(world.cluster, "POST", SERVICES, wrong))
    assert code == 422
    assert why.endswith(f'[metadata.name: Invalid value: "x": must be `spec.version+"."+spec.group`: "{NAME}", spec.versionPriority: Invalid value: 0: must be positive and less than 1000, spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present]')
