"""Small things that controllers do, and that people compare with a real cluster."""

import pytest

from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.request import Request

from .driving import container, events, new_cluster, run_pod, wait

WORK = {"restartPolicy": "Never", "containers": [container("busybox", "work", "exit 1")]}


@pytest.fixture
def cluster():
    return new_cluster()


def job(cluster, name, spec, **metadata):
    return cluster.api.create("jobs.batch", {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name, "namespace": "default", **metadata}, "spec": spec})


def reasons(cluster, name):
    return [reason for reason, _message in events(cluster, name)]


def owned(cluster, name, **reference):
    return cluster.api.create("configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default", "ownerReferences": [{"apiVersion": "v1", "kind": "ConfigMap", "name": "parent", "uid": "1", **reference}]}})


def test_every_index_of_a_job_waits_for_itself_and_its_pods_say_how_often_it_failed(cluster):
    job(cluster, "ix", {"completionMode": "Indexed", "completions": 2, "parallelism": 2, "backoffLimitPerIndex": 1, "template": {"spec": WORK}})
    wait(cluster, 8_000)
    assert "failed" not in cluster.store.get("jobs.batch", "default", "ix")["status"], "a pod that is replaced later is counted then"
    wait(cluster, 60_000)
    counts = sorted(pod["metadata"]["annotations"]["batch.kubernetes.io/job-index-failure-count"] for pod in cluster.store.list("pods", "default"))
    status = cluster.store.get("jobs.batch", "default", "ix")["status"]
    assert (counts, status["failedIndexes"], status["failed"]) == (["0", "0", "1", "1"], "0,1", 4)


def test_a_job_is_about_to_end_before_it_ends(cluster):
    job(cluster, "one", {"backoffLimit": 0, "template": {"spec": WORK}})
    wait(cluster, 20_000)
    done = cluster.store.get("jobs.batch", "default", "one")
    assert len(cluster.store.history(done["metadata"]["uid"])) == 4, "made, begun, about to end, ended"
    assert {entry["type"] for entry in done["status"]["conditions"]} == {"FailureTarget", "Failed"}


def test_a_cronjob_wonders_only_at_jobs_that_others_made(cluster):
    cron = cluster.api.create("cronjobs.batch", {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "c", "namespace": "default"}, "spec": {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": {"spec": WORK}}}}})
    wait(cluster, 65_000)
    assert "SuccessfulCreate" in reasons(cluster, "c") and "UnexpectedJob" not in reasons(cluster, "c")
    owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": "c", "uid": cron["metadata"]["uid"], "controller": True}
    job(cluster, "manual", {"template": {"spec": WORK}}, ownerReferences=[owner])
    wait(cluster, 1_000)
    assert "UnexpectedJob" in reasons(cluster, "c")
    assert all(entry["name"] != "manual" for entry in cluster.store.get("cronjobs.batch", "default", "c")["status"].get("active", ()))


def test_an_owner_in_another_namespace_is_warned_of_and_owns_nothing(cluster):
    cluster.api.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "b"}})
    parent = cluster.api.create("configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "parent", "namespace": "b"}})
    owned(cluster, "child", uid=parent["metadata"]["uid"])
    owned(cluster, "odd", apiVersion="v9", kind="Nope")
    wait(cluster, 2_000)
    assert cluster.store.get("configmaps", "default", "child") is None and cluster.store.get("configmaps", "default", "odd") is not None
    assert reasons(cluster, "child") == ["OwnerRefInvalidNamespace"]


def test_a_toleration_runs_from_when_the_taint_came(cluster):
    run_pod(cluster, tolerations=[{"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}], for_ms=20_000)
    node = cluster.store.get("pods", "default", "web")["spec"]["nodeName"]
    patch = Request("patch", "nodes", "", node, body={"spec": {"taints": [{"key": "a", "effect": "NoExecute"}]}}, options={"patchType": "application/merge-patch+json", "fieldManager": "kubectl-taint"})
    cluster.api.handle(patch)
    wait(cluster, 3_000)
    assert "deletionTimestamp" not in cluster.store.get("pods", "default", "web")["metadata"]
    wait(cluster, 4_000)
    assert "TaintManagerEviction" in reasons(cluster, "web")


def test_pods_on_no_node_go_when_the_collector_has_looked_twice(cluster):
    run_pod(cluster, name="nowhere", nodeName="nope", for_ms=100)
    run_pod(cluster, for_ms=30_000)
    node = cluster.store.get("pods", "default", "web")["spec"]["nodeName"]
    cluster.api.delete("nodes", "", node)
    wait(cluster, 38_000)
    assert [cluster.store.get("pods", "default", name) is None for name in ("nowhere", "web")] == [True, False]
    assert [message for reason, message in events(cluster, node) if reason == "RemovingNode"] == [f"Node {node} event: Removing Node {node} from Controller"]
    wait(cluster, 42_000)
    assert cluster.store.get("pods", "default", "web") is None


def test_an_ingress_that_names_no_class_gets_the_default_one(cluster):
    kind = {"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "usual", "annotations": {"ingressclass.kubernetes.io/is-default-class": "true"}}, "spec": {"controller": "a.b/c"}}
    cluster.api.create("ingressclasses.networking.k8s.io", kind)
    made = cluster.api.create("ingresses.networking.k8s.io", {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "i", "namespace": "default"}, "spec": {"defaultBackend": {"service": {"name": "a", "port": {"number": 80}}}}})
    assert made["spec"]["ingressClassName"] == "usual"


def test_an_eviction_names_its_pod(cluster):
    run_pod(cluster, for_ms=5_000)
    with pytest.raises(ApiError, match="name in URL does not match name in Eviction object"):
        cluster.api.handle(Request("create", "pods", "default", "web", "eviction", {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "other"}}))


@pytest.mark.parametrize(("spec", "said"), [
    ({"containers": [{"name": "c", "image": "i", "ports": [{"containerPort": 80}, {"containerPort": 80}]}]}, '.spec.containers[name="c"].ports: duplicate entries for key [containerPort=80,protocol="TCP"]'),
    ({"containers": [{"name": "c", "env": [{"name": "A", "value": 5}]}]}, '.spec.containers[name="c"].env[name="A"].value: expected string, got &value.valueUnstructured{Value:5}'),
    ({"containers": {}, "priority": "x"}, "errors:\n  .spec.containers: expected list, got &{map[]}\n  .spec.priority: expected numeric (int or float), got string"),
])
def test_what_is_applied_has_the_types_of_its_schema(cluster, spec, said):
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}
    with pytest.raises(ApiError) as caught:
        cluster.api.handle(Request("patch", "pods", "default", "p", body=body, options={"patchType": "application/apply-patch+yaml", "fieldManager": "kubectl"}))
    assert (caught.value.reason, caught.value.message) == ("", f"failed to create typed patch object (default/p; /v1, Kind=Pod): {said}")
