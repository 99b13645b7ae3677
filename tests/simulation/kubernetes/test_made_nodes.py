"""Nodes that somebody makes through the API: there is no machine behind them."""

from .driving import container, new_cluster, wait


def _with_node():
    cluster = new_cluster()
    cluster.api.create("nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "made"}, "status": {"capacity": {"cpu": "4", "memory": "4Gi", "pods": "10"}}})
    return cluster


def test_a_made_node_is_unknown_for_a_minute_and_lost_then() -> None:
    cluster = _with_node()
    wait(cluster, 10_000)
    node = cluster.store.get("nodes", "", "made")
    assert (node["status"].get("conditions"), node["spec"].get("taints")) == (None, None)
    wait(cluster, 60_000)
    node = cluster.store.get("nodes", "", "made")
    assert ({entry["status"] for entry in node["status"]["conditions"]}, {taint["key"] for taint in node["spec"]["taints"]}) == ({"Unknown"}, {"node.kubernetes.io/unreachable"})


def test_what_is_bound_to_a_made_node_never_starts_and_never_ends() -> None:
    cluster = _with_node()
    cluster.api.create("pods", {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "default"}, "spec": {"nodeName": "made", "containers": [container()]}})
    wait(cluster, 30_000)
    assert cluster.store.get("pods", "default", "web")["status"]["phase"] == "Pending"
    cluster.api.delete("pods", "default", "web")
    wait(cluster, 10_000)
    assert "deletionTimestamp" in cluster.store.get("pods", "default", "web")["metadata"]
