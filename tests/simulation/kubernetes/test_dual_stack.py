"""Two families of addresses: pods, Services and their slices."""

import json

from learnk8s.simulation.kubernetes.world import KubernetesWorld


def begun(scenario: str) -> KubernetesWorld:
    return KubernetesWorld.create(scenario, 1)


def spec_of(world: KubernetesWorld, name: str) -> dict:
    return json.loads(world.execute(f"kubectl get service {name} -o json").output)["spec"]


def test_a_pod_of_a_dual_stack_cluster_has_two_addresses():
    pods = json.loads(begun("dual-stack").execute("kubectl get pods -o json").output)["items"]
    assert [[":" in entry["ip"] for entry in pod["status"]["podIPs"]] for pod in pods] == [[False, True]] * len(pods)


def test_a_service_has_one_family_unless_it_asks_for_two():
    world = begun("dual-stack")
    assert spec_of(world, "web")["ipFamilies"] == ["IPv4"]
    world.execute("kubectl apply -f both.yaml")
    assert spec_of(world, "both")["ipFamilies"] == ["IPv4", "IPv6"]
    assert len(spec_of(world, "both")["clusterIPs"]) == 2


def test_each_family_has_slices_of_its_own():
    world = begun("dual-stack")
    world.execute("kubectl apply -f both.yaml")
    world.advance(world.now_ms + 5_000)
    slices = json.loads(world.execute("kubectl get endpointslices -l kubernetes.io/service-name=both -o json").output)["items"]
    assert {(piece["addressType"], ":" in piece["endpoints"][0]["addresses"][0]) for piece in slices} == {("IPv4", False), ("IPv6", True)}


def test_a_service_may_prefer_two_families_and_give_one_back():
    world = begun("dual-stack")
    first = spec_of(world, "web")["clusterIP"]
    world.execute("kubectl patch service web -p '{\"spec\":{\"ipFamilyPolicy\":\"PreferDualStack\"}}'")
    assert spec_of(world, "web")["clusterIPs"][0] == first and len(spec_of(world, "web")["clusterIPs"]) == 2
    world.execute("kubectl patch service web -p '{\"spec\":{\"ipFamilyPolicy\":\"SingleStack\"}}'")
    assert spec_of(world, "web")["clusterIPs"] == [first]


def test_a_cluster_of_one_family_refuses_to_promise_two():
    world = begun("basics")
    world.execute("kubectl create service clusterip a --tcp=80:80")
    assert "not configured for dual-stack" in world.execute("kubectl patch service a -p '{\"spec\":{\"ipFamilyPolicy\":\"RequireDualStack\"}}'").output
    world.execute("kubectl patch service a -p '{\"spec\":{\"ipFamilyPolicy\":\"PreferDualStack\"}}'")
    assert len(spec_of(world, "a")["clusterIPs"]) == 1
