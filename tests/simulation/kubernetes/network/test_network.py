"""Names, Services and the traffic through them."""

import pytest

from learnk8s.simulation.kubernetes.netshell import network_command
from learnk8s.simulation.kubernetes.network.network import HttpAnswer, NetworkFailure
from learnk8s.simulation.kubernetes.scenarios.plain import service
from tests.simulation.kubernetes.driving import container, new_cluster, pod_of, reloaded, run_pod, wait


@pytest.fixture
def cluster():
    """Three web servers, one on each node, behind a Service."""
    cluster = new_cluster()
    for number in (1, 2, 3):
        run_pod(cluster, name=f"web-{number}", labels={"app": "web"}, nodeName=f"node-{number}")
    cluster.api.create("services", service("web", port=80, target=80, type_="NodePort"))
    wait(cluster, 10_000)
    return cluster


def flow_of(cluster):
    return cluster.network.traffic()[0]


@pytest.mark.parametrize("host", ["web", "web.default", "web.default.svc", "web.default.svc.cluster.local"])
def test_every_form_of_a_service_name_leads_to_it(cluster, host):
    answer = cluster.network.request(host, 80)
    assert isinstance(answer, HttpAnswer)
    assert answer.status == 200


def test_requests_are_shared_among_the_ready_pods(cluster):
    assert {cluster.network.request("web", 80).pod for _ in range(60)} == {"web-1", "web-2", "web-3"}


@pytest.mark.parametrize(("host", "port", "kind"), [("nothing", 80, "nxdomain"), ("web", 81, "refused"), ("10.99.99.99", 80, "timeout")])
def test_what_cannot_be_reached_fails_in_its_own_way(cluster, host, port, kind):
    failure = cluster.network.request(host, port)
    assert isinstance(failure, NetworkFailure)
    assert failure.kind == kind


@pytest.mark.parametrize(("url", "status", "text"), [
    ("http://nothing", 6, "curl: (6) Could not resolve host: nothing\n"),
    ("http://web:81", 7, "curl: (7) Failed to connect to web port 81"),
    ("http://10.99.99.99", 28, "curl: (28)"),
])
def test_curl_fails_with_its_own_codes(cluster, url, status, text):
    outcome = network_command(["curl", url], cluster.network)
    assert outcome.status == status
    assert text in outcome.stderr


def test_a_wrong_target_port_is_refused(cluster):
    cluster.api.create("services", {**service("wrong", port=80, target=8080), "spec": {**service("wrong", port=80, target=8080)["spec"], "selector": {"app": "web"}}})
    wait(cluster, 2_000)
    assert cluster.network.request("wrong", 80).kind == "refused"


def test_all_traffic_is_accounted_for_through_every_kind_of_trouble(cluster):
    start = cluster.clock.now_ms
    cluster.network.set_rate("default", "web", 7)
    troubles = (lambda: cluster.kubelets.kill_process("default", "web-1"), lambda: cluster.api.delete("pods", "default", "web-2"), lambda: cluster.kubelets.cut_off_node("node-3"),
                lambda: cluster.kubelets.restore_node("node-3"), lambda: cluster.api.delete("services", "default", "web"))
    for trouble in troubles:
        wait(cluster, 9_777)
        cluster.network.settle()
        trouble()
        cluster.network.refresh(force=True)
    wait(cluster, 9_777)
    flow = flow_of(cluster)
    due = 7 * (cluster.clock.now_ms - start) // 1000
    assert flow["served"] + flow["failed"] == due
    assert sum(failure["count"] for failure in flow["failures"]) == flow["failed"] > 0
    assert {"network.no-service", "network.timeout"} <= {failure["key"] for failure in flow["failures"]}


def test_traffic_reaches_a_slow_program_once_it_listens():
    cluster = new_cluster()
    run_pod(cluster, container("learnk8s/shop-api:slow"), name="api")
    cluster.api.create("services", service("api", port=80, target=8080))
    cluster.network.set_rate("default", "api", 10)
    wait(cluster, 40_000)
    assert flow_of(cluster)["served"] == 0
    wait(cluster, 40_000)
    flow = flow_of(cluster)
    assert flow["served"] > 200
    assert {failure["key"] for failure in flow["failures"]} <= {"network.refused", "network.no-endpoints", "network.no-service"}
    assert cluster.next_due_ms() is None, "steady traffic needs no tasks"


def test_looking_at_traffic_changes_nothing_and_a_load_keeps_it(cluster):
    cluster.network.set_rate("default", "web", 13)
    wait(cluster, 1_234)
    before = cluster.state()
    flow_of(cluster)
    assert cluster.state() == before
    again = reloaded(cluster)
    for world in (cluster, again):
        wait(world, 5_432)
    assert flow_of(again) == flow_of(cluster)


def test_a_pod_is_reached_by_its_address(cluster):
    address = pod_of(cluster, "web-1")["status"]["podIP"]
    assert cluster.network.request(address, 80).pod == "web-1"
