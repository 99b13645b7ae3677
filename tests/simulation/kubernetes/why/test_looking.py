"""Why a field or an event is as it is, what lies under a pod, and how a request becomes a process."""

import pytest

from learnk8s.simulation.kubernetes.why import peel
from learnk8s.simulation.worlds import create


@pytest.fixture
def world():
    made = create("kubernetes", "self-healing", 1)
    made.execute("kubectl scale deployment web --replicas=5")
    made.advance(made.now_ms + 20_000)
    return made


def test_every_field_of_every_object_leads_back_to_an_input_or_the_start(world) -> None:
    for resource, kind in (("deployments.apps", "Deployment"), ("pods", "Pod"), ("nodes", "Node"), ("services", "Service"), ("replicasets.apps", "ReplicaSet")):
        for doc in world.cluster.store.list(resource):
            ref = f"{kind}/{doc['metadata'].get('namespace', '')}/{doc['metadata']['name']}"
            for field in world.fields(ref):
                chain = world.why(ref, field)
                assert chain[-1]["key"].startswith(("input.", "scenario.")), (ref, field, chain)
                assert all(link["text_en"] and link["text_ko"] for link in chain)


def test_every_event_leads_back_too(world) -> None:
    for record in world.cluster.store.events.all():
        assert world.why_event(record.namespace, record.event_name)[-1]["key"].startswith(("input.", "scenario."))
    assert world.why_event("default", "none") == []


def test_the_field_that_was_typed_names_the_command(world) -> None:
    assert "--replicas=5" in world.why("Deployment/default/web", "spec.replicas")[-1]["text_en"]


@pytest.mark.parametrize(("qos", "request_mib", "priority", "score"), [("Guaranteed", 512, 0, -997), ("BestEffort", 0, 0, 1000), ("Burstable", 0, 0, 999), ("Burstable", 4096, 0, 500), ("Burstable", 8192, 0, 3), ("Burstable", 64, 2_000_000_000, -997)])
def test_oom_scores_follow_the_quality_of_service(qos, request_mib, priority, score) -> None:
    assert peel.oom_score_adj(qos, request_mib * 2**20, 8 * 2**30, priority=priority) == score


@pytest.mark.parametrize(("millis", "weight"), [(0, 1), (2, 1), (100, 17), (250, 35), (500, 59), (1000, 100), (256_000, 10_000)])
def test_cpu_weights_follow_the_curve(millis, weight) -> None:
    assert peel.cpu_weight(millis) == weight


def test_a_pod_is_peeled_down_to_its_processes(world) -> None:
    pod = world.cluster.store.list("pods", "default")[0]
    layers = world.peel(f"Pod/default/{pod['metadata']['name']}")
    assert [entry["kind"] for entry in layers["namespaces"] if entry["owner"] == "pod"] == ["net", "ipc", "uts"]
    assert layers["groups"][-1]["path"].startswith("/sys/fs/cgroup/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod")
    container = layers["containers"][0]
    assert (container["cpu_weight"], container["memory_max"], container["processes"][0]["pid"]) == (17, "max", "1")
    assert container["mounts"][0] == {"path": "/", "kind": "overlay", "source": "nginx:1.27", "mode": "rw"}
    assert world.peel("Pod/default/none") is None
    assert world.peel("Node//node-1") is None


def test_a_request_is_followed_to_one_running_process() -> None:
    world = create("kubernetes", "basics", 1)
    world.execute("kubectl apply -f web.yaml")
    world.advance(world.now_ms + 30_000)
    newest = world.inputs()[0]
    assert "apply" in newest["text_en"]
    steps = world.followed(newest["number"])
    assert [step["key"] for step in steps] == ["input.line", "deployment-controller.created-replicaset", "replicaset-controller.created-pod", "scheduler.bound", "kubelet.accepted", "kubelet.started"]
    assert [step["part"] for step in steps] == ["you", "kube-controller-manager", "kube-controller-manager", "kube-scheduler", "kubelet", "kubelet"]
    assert len({step["ref"] for step in steps if step["key"].startswith(("scheduler", "kubelet"))}) == 1
    assert world.followed(99_999) == []
