"""Each part of a cluster can stand still; what the others do goes on, and what was missed is made up for."""

import pytest

from learnk8s.simulation.worlds import create, load


@pytest.fixture
def world():
    made = create("kubernetes", "self-healing", 1)
    made.advance(made.now_ms + 5_000)
    return made


def typed(world, line, *, wait_ms=0):
    answer = world.execute(line)
    world.advance(world.now_ms + wait_ms)
    return answer.output


def served(world):
    return world.scene()["services"][0]["traffic"]


def ready(world):
    return world.find("Deployment/default/web")["status"].get("readyReplicas", 0)


def test_without_the_api_server_kubectl_is_refused_and_what_runs_runs_on(world) -> None:
    typed(world, "fault stop-part kube-apiserver", wait_ms=60_000)
    before = served(world)
    assert typed(world, "kubectl get pods", wait_ms=10_000) == "The connection to the server 192.168.49.2:8443 was refused - did you specify the right host or port?\n"
    after = served(world)
    assert after["served"] - before["served"] == 200
    assert after["failed"] == before["failed"]
    typed(world, "fault start-part kube-apiserver", wait_ms=2_000)
    assert "web-" in typed(world, "kubectl get pods")


def test_without_etcd_the_api_server_answers_with_errors_only(world) -> None:
    typed(world, "fault stop-part etcd")
    assert typed(world, "kubectl scale deployment web --replicas=5") == "Error from server: etcdserver: request timed out\n"
    typed(world, "fault start-part etcd")
    assert "scaled" in typed(world, "kubectl scale deployment web --replicas=5")


def test_without_the_scheduler_new_pods_are_pending_and_no_event_says_why(world) -> None:
    typed(world, "fault stop-part kube-scheduler")
    typed(world, "kubectl scale deployment web --replicas=5", wait_ms=60_000)
    assert typed(world, "kubectl get pods").count("Pending") == 2
    pending = next(pod for pod in world.cluster.store.list("pods", "default") if not pod["spec"].get("nodeName"))
    assert world.cluster.store.events.about(pending["metadata"]["uid"]) == []
    typed(world, "fault start-part kube-scheduler", wait_ms=30_000)
    assert ready(world) == 5


def test_without_controllers_nothing_is_replaced(world) -> None:
    typed(world, "fault stop-part kube-controller-manager")
    typed(world, "kubectl delete pod -l app=web --wait=false", wait_ms=120_000)
    assert [pod for pod in world.cluster.store.list("pods", "default")] == []
    assert served(world)["failed"] > 0
    typed(world, "fault start-part kube-controller-manager", wait_ms=60_000)
    assert ready(world) == 3


def test_without_its_kubelet_a_node_is_not_ready_while_its_processes_serve(world) -> None:
    typed(world, "fault stop-part kubelet node-1", wait_ms=40_000)
    assert served(world)["failed"] == 0
    typed(world, "sleep 20", wait_ms=20_000)
    assert "NotReady" in typed(world, "kubectl get node node-1")
    typed(world, "fault start-part kubelet node-1", wait_ms=5_000)
    assert "NotReady" not in typed(world, "kubectl get node node-1")


def test_without_its_runtime_a_node_says_so_and_starts_nothing(world) -> None:
    typed(world, "fault stop-part containerd node-1", wait_ms=1_000)
    assert "container runtime is down" in typed(world, "kubectl describe node node-1")
    assert served(world)["failed"] == 0
    typed(world, "fault start-part containerd node-1", wait_ms=5_000)
    assert " Ready" in typed(world, "kubectl get node node-1")


def test_without_kube_proxy_the_rules_stay_as_they_were(world) -> None:
    typed(world, "fault stop-part kube-proxy")
    typed(world, "kubectl delete pod -l app=web --wait=false", wait_ms=60_000)
    assert ready(world) == 3
    before = served(world)["failed"]
    typed(world, "true", wait_ms=10_000)
    assert served(world)["failed"] - before == 200
    typed(world, "fault start-part kube-proxy", wait_ms=1_000)
    before = served(world)["failed"]
    typed(world, "true", wait_ms=10_000)
    assert served(world)["failed"] == before


def test_without_dns_names_do_not_resolve_but_addresses_work(world) -> None:
    typed(world, "fault stop-part coredns")
    typed(world, "curl web", wait_ms=25_000)
    assert "Could not resolve host" in world.output_since(0)[0]
    assert "Welcome to nginx" in typed(world, "curl $(kubectl get service web -o jsonpath='{.spec.clusterIP}')")
    typed(world, "fault start-part coredns")
    assert "Welcome to nginx" in typed(world, "curl web")


def test_a_watch_outlives_an_outage(world) -> None:
    world.execute("kubectl get pods -w")
    assert world.act({"kind": "stop-part", "ref": "Part//kube-apiserver"}).status == 0
    world.advance(world.now_ms + 30_000)
    assert world.act({"kind": "start-part", "ref": "Part//kube-apiserver"}).status == 0
    world.advance(world.now_ms + 30_000)
    world.interrupt()


def test_what_stands_still_is_written_down(world) -> None:
    for line in ("fault stop-part kube-scheduler", "fault stop-part kube-proxy", "fault stop-part kubelet node-2", "kubectl scale deployment web --replicas=6"):
        typed(world, line, wait_ms=20_000)
    again, copy = load("kubernetes", world.dump()), world.copied()
    for other in (world, again, copy):
        typed(other, "fault start-part kube-scheduler", wait_ms=60_000)
    assert world.dump() == again.dump() == copy.dump()


def test_buttons_follow_what_stands_still(world) -> None:
    assert [action["kind"] for action in world.actions("Part//etcd")] == ["stop-part"]
    assert world.actions("Part/node-1/kubelet")[0]["command"] == "fault stop-part kubelet node-1"
    typed(world, "fault stop-part etcd")
    assert [action["kind"] for action in world.actions("Part//etcd")] == ["start-part"]


@pytest.mark.parametrize("line", ["fault stop-part nothing", "fault stop-part kubelet", "fault stop-part kubelet node-9", "fault stop-part"])
def test_unknown_parts_are_refused(world, line) -> None:
    assert world.execute(line).status != 0
