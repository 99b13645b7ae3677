"""A ReplicaSet that may make only some of its pods counts those that it made."""

import json

from learnk8s.simulation.kubernetes.world import KubernetesWorld


def status_of(world: KubernetesWorld) -> dict:
    return json.loads(world.execute("kubectl get replicasets -o json").output)["items"][0]["status"]


def test_pods_made_before_the_quota_was_reached_are_counted():
    world = KubernetesWorld.create("self-healing", 1)
    world.execute("kubectl create quota pods --hard=pods=4")
    world.advance(world.now_ms + 5_000)
    world.execute("kubectl scale deployment web --replicas=6")
    world.advance(world.now_ms + 60_000)
    status = status_of(world)
    assert (status["replicas"], status["readyReplicas"]) == (4, 4)
    assert [entry["type"] for entry in status["conditions"]] == ["ReplicaFailure"]


def test_the_failure_is_forgotten_when_the_quota_goes():
    world = KubernetesWorld.create("self-healing", 1)
    world.execute("kubectl create quota pods --hard=pods=4")
    world.execute("kubectl scale deployment web --replicas=6")
    world.advance(world.now_ms + 30_000)
    world.execute("kubectl delete quota pods")
    world.advance(world.now_ms + 120_000)
    assert "conditions" not in status_of(world)
