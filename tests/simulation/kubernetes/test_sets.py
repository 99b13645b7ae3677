"""StatefulSets and DaemonSets: what is done in order, and what their revisions say."""

import pytest

from tests.simulation.kubernetes.driving import new_cluster, wait

PROBE = {"exec": {"command": ["test", "-f", "/tmp/well"]}, "periodSeconds": 1}
TEMPLATE = {"metadata": {"labels": {"app": "s"}}, "spec": {"containers": [{"name": "c", "image": "busybox", "command": ["sh", "-c", "touch /tmp/well; sleep 9999"], "readinessProbe": PROBE}]}}


@pytest.fixture
def cluster():
    cluster = new_cluster()
    spec = {"replicas": 3, "serviceName": "s", "selector": {"matchLabels": {"app": "s"}}, "template": TEMPLATE}
    cluster.api.create("statefulsets.apps", {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "s", "namespace": "default"}, "spec": spec})
    wait(cluster, 30_000)
    return cluster


def names(cluster):
    return [pod["metadata"]["name"] for pod in cluster.store.list("pods", "default")]


def scaled(cluster, replicas):
    found = cluster.store.get("statefulsets.apps", "default", "s")
    cluster.api.update("statefulsets.apps", {**found, "spec": {**found["spec"], "replicas": replicas}})


@pytest.mark.parametrize(("ill", "wanted", "left"), [(("s-0", "s-1", "s-2"), 0, ["s-0", "s-1", "s-2"]), (("s-1", "s-2"), 1, ["s-0", "s-1", "s-2"]), (("s-1",), 1, ["s-0"]), (("s-2",), 1, ["s-0"])])
def test_scaling_down_halts_at_a_pod_that_is_not_the_first_ill_one(cluster, ill, wanted, left):
    for name in ill:
        cluster.inside.exec("default", name, "", ["rm", "/tmp/well"])
    wait(cluster, 10_000)
    scaled(cluster, wanted)
    wait(cluster, 100_000)
    assert names(cluster) == left


def test_a_revision_of_a_daemon_set_carries_its_letters_in_a_label_of_its_own(cluster):
    cluster.api.create("daemonsets.apps", {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "d", "namespace": "default"}, "spec": {"selector": {"matchLabels": {"app": "d"}}, "template": {**TEMPLATE, "metadata": {"labels": {"app": "d"}}}}})
    wait(cluster, 10_000)
    labels = {doc["metadata"]["name"][0]: set(doc["metadata"]["labels"]) for doc in cluster.store.list("controllerrevisions.apps", "default")}
    assert labels == {"d": {"app", "controller-revision-hash"}, "s": {"app", "controller.kubernetes.io/hash"}}
