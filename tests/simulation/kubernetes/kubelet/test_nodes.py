"""Nodes that fall silent and come back."""

import pytest

from tests.simulation.kubernetes.driving import container, is_ready, new_cluster, pod_of, run_pod, status_of, wait

LEASES = "leases.coordination.k8s.io"


@pytest.fixture
def cluster():
    return new_cluster()


def lost(cluster, how, node="node-1"):
    getattr(cluster.kubelets, how)(node)
    cluster.heartbeats_changed(0)


def back(cluster, node="node-1"):
    cluster.kubelets.restore_node(node)
    wait(cluster, 25_000)


def renewed(cluster, node="node-1"):
    lease = cluster.store.get(LEASES, "kube-node-lease", node)
    return cluster.store.shown(LEASES, lease)["spec"]["renewTime"]


def test_a_lease_is_renewed_every_ten_seconds_without_any_task(cluster):
    wait(cluster, 5_000)
    assert cluster.next_due_ms() is None
    before = renewed(cluster)
    wait(cluster, 10_000)
    assert renewed(cluster) > before


def test_a_silent_node_renews_nothing_and_says_since_when(cluster):
    wait(cluster, 60_000)
    lost(cluster, "cut_off_node")
    before = renewed(cluster)
    wait(cluster, 30_000)
    assert renewed(cluster) == before
    assert 50_000 <= cluster.kubelets.heartbeat_stopped_ms("node-1") <= 60_000
    back(cluster)
    assert cluster.kubelets.heartbeat_stopped_ms("node-1") is None
    assert renewed(cluster) > before


def test_a_reboot_restarts_what_ran_and_leaves_alone_what_was_done(cluster):
    run_pod(cluster, nodeName="node-1", for_ms=10_000)
    run_pod(cluster, container("busybox:1.36", script="exit 0"), name="done", nodeName="node-1", restartPolicy="OnFailure", for_ms=10_000)
    lost(cluster, "crash_node")
    wait(cluster, 20_000)
    back(cluster)
    wait(cluster, 10_000)
    assert is_ready(cluster)
    last = status_of(cluster)["lastState"]["terminated"]
    assert (status_of(cluster)["restartCount"], last["exitCode"], last["reason"]) == (1, 255, "Unknown")
    assert (pod_of(cluster, "done")["status"]["phase"], status_of(cluster, "done")["restartCount"]) == ("Succeeded", 0)


def test_a_cut_off_node_keeps_its_processes(cluster):
    run_pod(cluster, nodeName="node-1", for_ms=10_000)
    lost(cluster, "cut_off_node")
    wait(cluster, 70_000)
    assert not is_ready(cluster)
    back(cluster)
    assert is_ready(cluster)
    assert status_of(cluster)["restartCount"] == 0
    wait(cluster, 400_000)
    assert cluster.next_due_ms() is None


def test_what_ended_while_nobody_heard_is_reported_when_the_node_is_back(cluster):
    run_pod(cluster, container("busybox:1.36", script="sleep 30; exit 4"), restartPolicy="Never", nodeName="node-1", for_ms=10_000)
    lost(cluster, "cut_off_node")
    wait(cluster, 60_000)
    assert pod_of(cluster)["status"]["phase"] == "Running"
    back(cluster)
    assert pod_of(cluster)["status"]["phase"] == "Failed"


@pytest.mark.parametrize("after_ms", [0, 30, 400, 1_000, 3_000])
def test_a_pod_starts_although_its_node_fell_silent_in_the_middle(cluster, after_ms):
    run_pod(cluster, nodeName="node-1", for_ms=after_ms)
    lost(cluster, "cut_off_node")
    wait(cluster, 20_000)
    back(cluster)
    wait(cluster, 10_000)
    assert is_ready(cluster)
    assert pod_of(cluster)["status"]["podIP"].startswith("10.244.0.")


def test_a_pod_deleted_meanwhile_goes_when_the_node_is_back(cluster):
    run_pod(cluster, nodeName="node-1", for_ms=10_000)
    lost(cluster, "cut_off_node")
    cluster.api.delete("pods", "default", "web")
    wait(cluster, 60_000)
    assert pod_of(cluster) is not None, "a pod on a silent node stays Terminating"
    back(cluster)
    assert pod_of(cluster) is None
