"""Objects without an owner are adopted by the controller whose selector they fit, and released when they fit no more."""

import pytest

from .driving import container, new_cluster, wait

TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container()]}}
SELECTOR = {"matchLabels": {"app": "web"}}


def made(cluster, resource, kind, spec, name="web", api="apps/v1"):
    cluster.api.create(resource, {"apiVersion": api, "kind": kind, "metadata": {"name": name, "namespace": "default"}, "spec": spec})


def owners(cluster, resource="pods"):
    return {doc["metadata"]["name"]: [reference["kind"] for reference in doc["metadata"].get("ownerReferences", ())] for doc in cluster.store.list(resource, "default")}


@pytest.fixture
def cluster():
    return new_cluster()


@pytest.mark.parametrize(("resource", "kind", "spec", "children"), [
    ("deployments.apps", "Deployment", {"replicas": 2, "selector": SELECTOR, "template": TEMPLATE}, "replicasets.apps"),
    ("replicasets.apps", "ReplicaSet", {"replicas": 2, "selector": SELECTOR, "template": TEMPLATE}, "pods"),
    ("statefulsets.apps", "StatefulSet", {"replicas": 2, "serviceName": "web", "selector": SELECTOR, "template": TEMPLATE}, "pods"),
    ("daemonsets.apps", "DaemonSet", {"selector": SELECTOR, "template": TEMPLATE}, "pods"),
])
def test_what_was_left_without_an_owner_is_adopted_by_the_next_of_the_same_selector(cluster, resource, kind, spec, children):
    made(cluster, resource, kind, spec)
    wait(cluster, 60_000)
    before = owners(cluster, children)
    cluster.api.delete(resource, "default", "web", propagation="Orphan")
    wait(cluster, 5_000)
    assert owners(cluster, children) == {name: [] for name in before}
    made(cluster, resource, kind, spec)
    wait(cluster, 60_000)
    assert owners(cluster, children) == {name: [kind] for name in before}
    assert len(cluster.store.list("controllerrevisions.apps", "default")) == (1 if kind in ("StatefulSet", "DaemonSet") else 0)


def test_a_job_takes_a_pod_back_and_lets_go_one_that_fits_no_more(cluster):
    made(cluster, "jobs.batch", "Job", {"parallelism": 2, "completions": 2, "template": {"spec": {"restartPolicy": "Never", "containers": [container("busybox", script="sleep 1000")]}}}, api="batch/v1")
    wait(cluster, 30_000)
    first, second = cluster.store.list("pods", "default")
    cluster.api.update("pods", {**first, "metadata": {key: value for key, value in first["metadata"].items() if key != "ownerReferences"}})
    wait(cluster, 1_000)
    assert owners(cluster) == {first["metadata"]["name"]: ["Job"], second["metadata"]["name"]: ["Job"]}
    cluster.api.update("pods", {**second, "metadata": {**second["metadata"], "labels": {"app": "mine"}}})
    wait(cluster, 1_000)
    released = cluster.store.get("pods", "default", second["metadata"]["name"])["metadata"]
    assert "ownerReferences" not in released and "finalizers" not in released
    assert sum(names == ["Job"] for names in owners(cluster).values()) == 2
