"""A StatefulSet's containers may mount the claims that its controller will make."""

from learnk8s.simulation.kubernetes.scenarios.lessons_provides import DATABASE
from learnk8s.simulation.kubernetes.world import KubernetesWorld


def applied(text: str) -> str:
    world = KubernetesWorld.create("basics", 1)
    return world.execute(f"kubectl apply -f - <<EOF\n{text}EOF").output


def test_a_claim_of_a_template_may_be_mounted():
    assert "statefulset.apps/db created" in applied(DATABASE)


def test_a_volume_that_nobody_declares_is_refused():
    assert 'volumeMounts[0].name: Not found: "dta"' in applied(DATABASE.replace("- name: data\n          mountPath", "- name: dta\n          mountPath"))


def test_the_claims_of_a_pod_too_many_go_with_it_if_the_policy_says_so():
    world = KubernetesWorld.create("basics", 1)
    world.execute(f"kubectl apply -f - <<EOF\n{DATABASE}EOF")
    world.execute("""kubectl patch statefulset db --type=merge -p '{"spec": {"replicas": 2, "persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete", "whenDeleted": "Retain"}}}'""")
    world.advance(world.now_ms + 120_000)
    claims = lambda: [doc["metadata"]["name"] for doc in world.cluster.store.list("persistentvolumeclaims")]  # noqa: E731  # asked three times
    assert claims() == ["data-db-0", "data-db-1"]
    world.execute("kubectl scale statefulset db --replicas=1")
    world.advance(world.now_ms + 60_000)
    assert claims() == ["data-db-0"]
    world.execute("kubectl delete statefulset db")
    world.advance(world.now_ms + 60_000)
    assert claims() == ["data-db-0"]
