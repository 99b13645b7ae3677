"""The counts that controllers read are those of the pods, whatever was done; and copies of a world go their own way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnk8s.simulation.kubernetes.objects.document import controller_of
from learnk8s.simulation.kubernetes.store.pod_counts import state_of
from learnk8s.simulation.worlds import create

LINES = ("kubectl create deployment web --image=nginx:1.27 --replicas=4", "kubectl scale deployment web --replicas=1", "kubectl scale deployment web --replicas=6", "kubectl delete pod -l app=web --wait=false", "kubectl label pod -l app=web app=other --overwrite",
         "kubectl run alone --image=nginx:1.27 --labels=app=web", "kubectl set image deployment/web nginx=nginx:nope", "kubectl rollout undo deployment/web", "fault crash-node node-1", "fault restore-node node-1", "kubectl delete deployment web --cascade=orphan")


def counted_by_hand(store):
    found: dict = {}
    for pod in store.list("pods"):
        owner = controller_of(pod)
        if owner is not None:
            place = (owner["uid"], state_of(pod))
            found[place] = found.get(place, 0) + 1
    return found


def counted(store):
    found: dict = {}
    for uid in {controller_of(pod)["uid"] for pod in store.list("pods") if controller_of(pod)}:
        for _labels, state, count in store.pod_counts.of(uid):
            found[uid, state] = found.get((uid, state), 0) + count
    return found


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(LINES), st.integers(0, 40_000)), max_size=8))
def test_counts_are_those_of_the_pods(history) -> None:
    world = create("kubernetes", "basics", 1)
    for line, wait_ms in history:
        world.execute(line)
        world.advance(world.now_ms + wait_ms)
        assert counted(world.cluster.store) == counted_by_hand(world.cluster.store)


@pytest.mark.parametrize(("world", "scenario", "line"), [pytest.param("kubernetes", "self-healing", "kubectl delete pod -l app=web --wait=false", id="kubernetes"), pytest.param("cloud", "upgrade", "cloud clusters upgrade --version 1.36", id="cloud")])
def test_a_copied_world_lives_on_as_the_first_would(world, scenario, line) -> None:
    first = create(world, scenario, 3)
    first.advance(first.now_ms + 1_234)
    before = first.dump()
    copy, twin = first.copied(), first.copied()
    for other in (copy, twin):
        other.execute(line)
        other.advance(other.now_ms + 90_000)
    assert first.dump() == before
    assert copy.dump() == twin.dump() != before
    first.execute(line)
    first.advance(first.now_ms + 90_000)
    assert first.dump() == copy.dump()
