"""What a new cluster lets its own agents do."""

import pytest

from learnk8s.simulation.kubernetes.world import KubernetesWorld
from tests.simulation.kubernetes.apiserver.asking import ask

ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles"
REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews"


@pytest.fixture(scope="module")
def world() -> KubernetesWorld:
    return KubernetesWorld.create("bare", 1)


def test_every_agent_and_controller_has_its_role(world: KubernetesWorld) -> None:
    found = {role["metadata"]["name"] for role in ask(world.cluster, "GET", ROLES).doc["items"]}  # type: ignore[index]  # it is a list
    assert {"cluster-admin", "view", "system:node", "system:kube-scheduler", "system:controller:deployment-controller", "system:controller:node-controller"} <= found
    assert len([name for name in found if name.startswith("system:controller:")]) == 38


def test_the_control_plane_has_rights_of_its_own_in_two_namespaces(world: KubernetesWorld) -> None:
    for kind, count in (("roles", 7), ("rolebindings", 7)):
        items = ask(world.cluster, "GET", f"/apis/rbac.authorization.k8s.io/v1/{kind}").doc["items"]  # type: ignore[index]  # it is a list
        assert {item["metadata"]["namespace"] for item in items} == {"kube-public", "kube-system"} and len(items) == count and len({item["metadata"]["uid"] for item in items}) == count
    assert ask(world.cluster, "GET", "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles").doc["items"] == []  # type: ignore[index]  # it is a list


@pytest.mark.parametrize(("user", "verb", "resource", "allowed"), [
    ("system:kube-scheduler", "create", "bindings", True), ("system:kube-scheduler", "create", "pods", False), ("system:serviceaccount:kube-system:replicaset-controller", "create", "pods", True),
    ("system:serviceaccount:kube-system:replicaset-controller", "create", "nodes", False), ("system:node:node-1", "create", "nodes", False),
])
def test_agents_may_do_what_they_need(world: KubernetesWorld, user: str, verb: str, resource: str, allowed: bool) -> None:
    spec = {"user": user, "resourceAttributes": {"verb": verb, "resource": resource}}
    assert ask(world.cluster, "POST", REVIEWS, {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec}).doc["status"]["allowed"] is allowed  # type: ignore[index]  # it is a review


def test_a_dry_eviction_leaves_the_pod(world: KubernetesWorld) -> None:
    ask(world.cluster, "POST", "/api/v1/namespaces/default/pods", {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "c"}]}})
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "p", "namespace": "default"}, "deleteOptions": {"dryRun": ["All"]}}
    assert ask(world.cluster, "POST", "/api/v1/namespaces/default/pods/p/eviction", eviction).code == 201
    assert "deletionTimestamp" not in ask(world.cluster, "GET", "/api/v1/namespaces/default/pods/p").doc["metadata"]  # type: ignore[index]  # it is a pod


def test_a_node_without_a_kubelet_has_unknown_conditions_after_a_minute() -> None:
    world = KubernetesWorld.create("bare", 1)
    ask(world.cluster, "POST", "/api/v1/nodes", {"metadata": {"name": "made"}})
    world.advance(world.now_ms + 50_000)
    assert not ask(world.cluster, "GET", "/api/v1/nodes/made").doc["status"].get("conditions")  # type: ignore[index]  # it is a node
    world.advance(world.now_ms + 20_000)
    found = ask(world.cluster, "GET", "/api/v1/nodes/made").doc["status"]["conditions"]  # type: ignore[index]  # it is a node
    assert {(entry["type"], entry["status"], entry["reason"]) for entry in found} == {(word, "Unknown", "NodeStatusNeverUpdated") for word in ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")}
