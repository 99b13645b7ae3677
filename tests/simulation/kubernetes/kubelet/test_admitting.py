"""Pods that no scheduler placed: a node turns away what does not fit."""

import pytest

from tests.simulation.kubernetes.driving import new_cluster, pod_of, reloaded, run_pod, wait

PORT = {"containerPort": 80, "hostPort": 2101}


@pytest.fixture
def cluster():
    return new_cluster()


def test_a_taken_port_and_too_much_of_a_resource_are_refused(cluster):
    run_pod(cluster, {"name": "web", "image": "nginx", "ports": [PORT]}, name="first", nodeName="node-1", for_ms=5_000)
    run_pod(cluster, {"name": "web", "image": "nginx", "ports": [PORT]}, name="second", nodeName="node-1")
    run_pod(cluster, {"name": "web", "image": "nginx", "resources": {"requests": {"cpu": "64"}}}, name="third", nodeName="node-1")
    run_pod(cluster, {"name": "web", "image": "nginx"}, name="fourth", nodeName="node-1", nodeSelector={"disk": "none"})
    run_pod(cluster, {"name": "web", "image": "nginx", "ports": [PORT]}, name="fifth", nodeName="node-2", for_ms=5_000)
    told = {name: (pod_of(cluster, name)["status"]["phase"], pod_of(cluster, name)["status"].get("reason")) for name in ("first", "second", "third", "fourth", "fifth")}
    assert told == {"first": ("Running", None), "second": ("Failed", "NodePorts"), "third": ("Failed", "OutOfcpu"), "fourth": ("Failed", "NodeAffinity"), "fifth": ("Running", None)}
    assert pod_of(cluster, "second")["status"]["message"] == "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports"
    assert "containerStatuses" not in pod_of(cluster, "third")["status"]
    cluster.api.delete("pods", "default", "second")
    wait(cluster, 2_000)
    assert "second" not in {pod["metadata"]["name"] for pod in cluster.store.list("pods", "default")}


@pytest.mark.parametrize(("resource", "kind"), [("replicasets.apps", "ReplicaSet"), ("statefulsets.apps", "StatefulSet"), ("daemonsets.apps", "DaemonSet")])
def test_what_makes_such_pods_again_and_again_does_not_fill_the_sandbox(cluster, resource, kind):
    run_pod(cluster, {"name": "web", "image": "nginx", "ports": [PORT]}, name="first", nodeName="node-1", for_ms=5_000)
    template = {"metadata": {"labels": {"app": "s"}}, "spec": {"nodeName": "node-1", "containers": [{"name": "web", "image": "nginx", "ports": [PORT]}]}}
    spec = {"selector": {"matchLabels": {"app": "s"}}, "template": template, **({} if kind == "DaemonSet" else {"replicas": 1}), **({"serviceName": "s"} if kind == "StatefulSet" else {})}
    cluster.api.create(resource, {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "s", "namespace": "default"}, "spec": spec})
    wait(cluster, 5_000)
    before = cluster.store.revision
    cluster = reloaded(cluster)
    wait(cluster, 3_600_000)
    assert len(cluster.store.list("pods", "default")) < 25 and cluster.store.revision - before < 300
    cluster.api.delete("pods", "default", "first")
    wait(cluster, 640_000)
    assert "Running" in {pod["status"]["phase"] for pod in cluster.store.list("pods", "default")}
