"""The scheduler in a running cluster: gates, back-off, hints, preemption, volumes, and what survives being written down."""

import pytest

from learnk8s.simulation.kubernetes.cluster import as_bytes
from learnk8s.simulation.kubernetes.scheduler.framework import Profile
from tests.simulation.kubernetes.driving import container, events, new_cluster, pod_of, reloaded, run_pod, wait


def asking(cpu):
    return container(resources={"requests": {"cpu": cpu}})


def node_of(cluster, name="web"):
    return pod_of(cluster, name)["spec"].get("nodeName")


def reasons(cluster, name="web"):
    return [reason for reason, _message in events(cluster, name) if reason in ("Scheduled", "FailedScheduling", "Preempted")]


def attempts(cluster, name="web"):
    return sum(record.times for record in cluster.store.events.all() if record.about[3] == name and record.reason == "FailedScheduling")


def label_node(cluster, name, **labels):
    doc = cluster.store.get("nodes", "", name)
    cluster.api.update("nodes", {**doc, "metadata": {**doc["metadata"], "labels": {**doc["metadata"]["labels"], **labels}}})


def priority_class(cluster, name, value):
    cluster.api.create("priorityclasses.scheduling.k8s.io", {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name}, "value": value})


@pytest.fixture
def cluster():
    return new_cluster()


@pytest.fixture
def full(cluster):
    """Every node runs a pod of low priority that takes nearly all of it."""
    priority_class(cluster, "high", 1000)
    for doc in cluster.store.list("nodes"):
        name = doc["metadata"]["name"]
        run_pod(cluster, asking(f"{int(doc['status']['allocatable']['cpu']) * 1000 - 200}m"), name=f"low-{name}", nodeSelector={"kubernetes.io/hostname": name}, terminationGracePeriodSeconds=5)
    wait(cluster, 20_000)
    return cluster


def test_a_gated_pod_waits_without_an_attempt_until_its_gates_are_gone(cluster):
    run_pod(cluster, for_ms=5_000, schedulingGates=[{"name": "example.com/wait"}])
    condition = pod_of(cluster)["status"]["conditions"][0]
    assert (condition["reason"], condition["message"]) == ("SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates")
    assert events(cluster) == []
    doc = pod_of(cluster)
    cluster.api.update("pods", {**doc, "spec": {key: value for key, value in doc["spec"].items() if key != "schedulingGates"}})
    wait(cluster, 1_000)
    assert reasons(cluster) == ["Scheduled"]


def test_a_change_that_cannot_help_causes_no_attempt(cluster):
    run_pod(cluster, for_ms=3_000, nodeSelector={"disk": "fast"})
    run_pod(cluster, name="other", for_ms=3_000)
    label_node(cluster, "node-1", disk="slow")
    wait(cluster, 20_000)
    assert attempts(cluster) == 1


def test_a_change_that_helps_is_acted_on_at_once(cluster):
    run_pod(cluster, for_ms=3_000, nodeSelector={"disk": "fast"})
    label_node(cluster, "node-2", disk="fast")
    wait(cluster, 100)
    assert node_of(cluster) == "node-2"


def test_a_pod_backs_off_after_its_attempt(cluster):
    run_pod(cluster, for_ms=100, nodeSelector={"disk": "fast"})
    label_node(cluster, "node-2", disk="fast")
    wait(cluster, 100)
    assert node_of(cluster) is None
    wait(cluster, 1_000)
    assert node_of(cluster) == "node-2"


def test_an_ignored_change_is_made_good_after_five_minutes(cluster):
    run_pod(cluster, for_ms=3_000, nodeSelector={"disk": "fast"})
    label_node(cluster, "node-1", disk="slow")
    wait(cluster, 301_000)
    assert attempts(cluster) == 2


def test_a_pod_that_leaves_makes_room(full):
    run_pod(full, asking("1"), for_ms=5_000)
    assert node_of(full) is None
    full.api.delete("pods", "default", "low-node-2", grace_s=0)
    wait(full, 2_000)
    assert node_of(full) == "node-2"


def test_a_more_important_pod_takes_the_place_of_a_lesser_one(full):
    run_pod(full, asking("1"), for_ms=10, priorityClassName="high")
    waiting = pod_of(full)
    victim = pod_of(full, f"low-{waiting['status']['nominatedNodeName']}")
    disrupted = next(entry for entry in victim["status"]["conditions"] if entry["type"] == "DisruptionTarget")
    assert (disrupted["reason"], disrupted["message"]) == ("PreemptionByScheduler", "default-scheduler: preempting to accommodate a higher priority pod")
    assert ("Preempted", f"Preempted by pod {waiting['metadata']['uid']} on node {victim['spec']['nodeName']}") in events(full, victim["metadata"]["name"])
    assert waiting["status"]["conditions"][0]["message"] == "0/3 nodes are available: 3 Insufficient cpu."
    wait(full, 10_000)
    assert node_of(full) == victim["spec"]["nodeName"]
    assert "nominatedNodeName" not in pod_of(full)["status"]
    assert reasons(full) == ["FailedScheduling", "Scheduled"]


def test_room_is_kept_for_the_nominated_pod(full):
    run_pod(full, asking("1"), for_ms=10, priorityClassName="high")
    nominated = pod_of(full)["status"]["nominatedNodeName"]
    full.api.delete("pods", "default", f"low-{nominated}", grace_s=0)
    whole = int(full.store.get("nodes", "", nominated)["status"]["allocatable"]["cpu"])
    run_pod(full, asking(f"{whole * 1000 - 500}m"), name="late", for_ms=600)
    assert (node_of(full), node_of(full, "late")) == (None, None)
    wait(full, 20_000)
    assert (node_of(full), node_of(full, "late")) == (nominated, None)


def test_a_pod_that_never_preempts_says_so(full):
    full.api.create("priorityclasses.scheduling.k8s.io", {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "polite"}, "value": 500, "preemptionPolicy": "Never"})
    run_pod(full, asking("1"), for_ms=1_000, priorityClassName="polite")
    assert events(full)[0][1] == "0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never."


@pytest.mark.parametrize("times", [(500,), (1_000, 3_000), (1_000, 6_000, 7_000)])
def test_a_cluster_that_was_written_down_goes_on_the_same(full, times):
    run_pod(full, asking("1"), priorityClassName="high")
    run_pod(full, asking("1"), name="late")
    run_pod(full, name="picky", nodeSelector={"disk": "fast"})
    other, before = reloaded(full), 0
    for at in times:
        wait(full, at - before)
        wait(other, at - before)
        other, before = reloaded(other), at
    for one in (full, other):
        label_node(one, "node-1", disk="fast")
        wait(one, 20_000)
    assert as_bytes(full.state()) == as_bytes(other.state())


def with_claim(cluster, provisioner, **volume):
    cluster.api.create("storageclasses.storage.k8s.io", {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "disk"}, "provisioner": provisioner, "volumeBindingMode": "WaitForFirstConsumer"})
    cluster.api.create("persistentvolumeclaims", {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data", "namespace": "default"},
                                                  "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "disk", "resources": {"requests": {"storage": "1Gi"}}}})
    if volume:
        cluster.api.create("persistentvolumes", {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "one"},
                                                 "spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "storageClassName": "disk", "hostPath": {"path": "/data"}, **volume}})
    run_pod(cluster, volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}], for_ms=50)


def bind_claim(cluster, volume):
    """Do what the controllers of volumes do."""
    claim = cluster.store.get("persistentvolumeclaims", "default", "data")
    claim = cluster.api.update("persistentvolumeclaims", {**claim, "metadata": {**claim["metadata"], "annotations": {**(claim["metadata"].get("annotations") or {}), "pv.kubernetes.io/bind-completed": "yes"}}, "spec": {**claim["spec"], "volumeName": volume}})
    cluster.api.update_status("persistentvolumeclaims", claim, {"phase": "Bound"})


def test_a_new_volume_is_asked_for_on_the_chosen_node_and_waited_for(cluster):
    with_claim(cluster, "disk.example.com")
    chosen = cluster.store.get("persistentvolumeclaims", "default", "data")["metadata"]["annotations"]["volume.kubernetes.io/selected-node"]
    assert node_of(cluster) is None
    cluster = reloaded(cluster)
    cluster.api.create("persistentvolumes", {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "made"}, "spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "storageClassName": "disk"}})
    bind_claim(cluster, "made")
    wait(cluster, 50)
    assert node_of(cluster) == chosen


def test_a_free_volume_is_reserved_for_the_claim(cluster):
    terms = [{"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": ["node-3"]}]}]
    with_claim(cluster, "kubernetes.io/no-provisioner", nodeAffinity={"required": {"nodeSelectorTerms": terms}})
    wait(cluster, 3_000)
    assert cluster.store.get("persistentvolumes", "", "one")["spec"]["claimRef"]["name"] == "data"
    assert node_of(cluster) == "node-3"


def test_a_volume_that_never_comes_is_given_up_after_ten_minutes(cluster):
    with_claim(cluster, "disk.example.com")
    wait(cluster, 600_000)
    assert ("FailedScheduling", 'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded') in events(cluster)


def test_most_allocated_fills_one_node_first_and_is_remembered(cluster):
    cluster.scheduler.profile = Profile("MostAllocated")
    cluster = reloaded(cluster)
    for number in range(4):
        run_pod(cluster, asking("100m"), name=f"web-{number}", for_ms=100)
    assert len({node_of(cluster, f"web-{number}") for number in range(4)}) == 1


def test_the_verdict_on_every_node_is_kept(cluster):
    run_pod(cluster, for_ms=100, nodeSelector={"disk": "fast"})
    decision = cluster.scheduler.verdicts[pod_of(cluster)["metadata"]["uid"]]
    assert [(verdict.node, verdict.plugin) for verdict in decision.verdicts] == [(f"node-{number}", "NodeAffinity") for number in (1, 2, 3)]
