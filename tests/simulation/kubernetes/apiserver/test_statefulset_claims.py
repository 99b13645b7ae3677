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
