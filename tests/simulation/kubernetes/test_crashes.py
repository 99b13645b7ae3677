"""A part that fails unforeseen is noted, tried again, and takes nothing else down; under test it is heard of."""

import pytest

from learnk8s.simulation.kernel import crashes

from .driving import container, new_cluster, pod_of, run_pod, state_of, wait


class Unforeseen(Exception):
    pass


@pytest.fixture
def broken():
    """A cluster whose ReplicaSet controller fails at its first key."""
    cluster = new_cluster()
    controller = cluster.components["control"]._controllers["replicaset-controller"]
    mended = controller.reconcile

    def reconcile(key, view):
        controller.reconcile = mended
        raise Unforeseen(key)

    controller.reconcile = reconcile
    cluster.api.create("replicasets.apps", {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "web", "namespace": "default"}, "spec": {
        "replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container()]}}}})
    return cluster


def test_a_failure_is_heard_of_under_test(broken):
    with pytest.raises(Unforeseen):
        wait(broken, 1_000)


def test_a_failed_key_is_noted_and_tried_again(broken, caplog):
    crashes.catch(is_caught=True)
    try:
        wait(broken, 30_000)
    finally:
        crashes.catch(is_caught=False)
    assert [pod["status"]["phase"] for pod in broken.store.list("pods")] == ["Running"]
    assert "replicaset-controller failed at default/web and goes on" in caplog.text


def test_a_script_may_leave_from_within_a_choice():
    cluster = new_cluster()
    run_pod(cluster, container("busybox", script="if [ -r /data/x ]; then exit 0; else touch /data/x; exit 1; fi", volumeMounts=[{"name": "data", "mountPath": "/data"}]),
            restartPolicy="OnFailure", volumes=[{"name": "data", "emptyDir": {}}], for_ms=60_000)
    assert (pod_of(cluster)["status"]["phase"], state_of(cluster)) == ("Succeeded", "Completed")
