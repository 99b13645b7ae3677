"""What the snapshot remembers is what a fresh one would say."""

from hypothesis import given, settings
from hypothesis import strategies as st

from learnk8s.simulation.kubernetes.scheduler.cases import Objects, admitted
from learnk8s.simulation.kubernetes.scheduler.cycle import decide
from learnk8s.simulation.kubernetes.scheduler.snapshot import ShapeMemory, Snapshot
from tests.simulation.kubernetes.scheduler.placing import HOST, ZONE, node, pod

AFFINE = {"affinity": {"podAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 7, "podAffinityTerm": {"topologyKey": ZONE, "labelSelector": {"matchLabels": {"app": "web"}}}}]},
                       "podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": HOST, "labelSelector": {"matchLabels": {"app": "db"}}}]}}}
SPREAD = {"topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": ZONE, "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": {"matchLabels": {"app": "web"}}},
                                        {"maxSkew": 3, "topologyKey": HOST, "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {"matchLabels": {"app": "web"}}}]}
SHAPES = [{"labels": {"app": "web"}}, {"labels": {"app": "db"}, **AFFINE}, {"labels": {"app": "web"}, **SPREAD}, {"labels": {"app": "web"}, "cpu": "3"}]
OBJECTS = Objects(())
WAITING = [admitted(pod(f"new-{place}", **shape), OBJECTS) for place, shape in enumerate(SHAPES)]
SERVICE = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "default"}, "spec": {"selector": {"app": "web"}}}


def fresh(nodes, pods):
    snapshot = Snapshot(read=Objects((SERVICE,)))
    for doc in nodes.values():
        snapshot.node_put(doc)
    for doc in pods.values():
        snapshot.pod_put(None, doc)
    return snapshot


def told(snapshot):
    """Return what every shape of pod is told."""
    return [(decision.feasible, sorted((verdict.node, verdict.reasons) for verdict in decision.verdicts), {name: dict(decision.scores[name]) for name in decision.scores}, decision.message)
            for decision in (decide(one, snapshot, tie_break=lambda names: names[0]) for one in WAITING)]


STEPS = st.lists(st.tuples(st.sampled_from(("put", "end", "gone", "label", "node", "node-gone")), st.integers(0, 5), st.integers(1, 4), st.integers(0, 3)), max_size=14)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_a_snapshot_that_lived_through_changes_equals_a_new_one(steps):
    nodes = {f"n{number}": node(f"n{number}", zone="east" if number % 2 else "west") for number in range(1, 4)}
    pods = {}
    lived = fresh(nodes, pods)
    for what, number, place, shape in steps:
        name = f"p{number}"
        if what == "put" and name not in pods:
            pods[name] = admitted(pod(name, on=f"n{place}", **SHAPES[shape]), OBJECTS)
            lived.pod_put(None, pods[name])
        elif what == "gone" and name in pods:
            lived.pod_gone(pods.pop(name))
        elif what in ("end", "label") and name in pods:
            old = pods[name]
            change = {"deletionTimestamp": "2026-01-01T00:00:00Z"} if what == "end" else {"labels": {"app": "cache"}}
            pods[name] = {**old, "metadata": {**old["metadata"], **change}}
            lived.pod_put(old, pods[name])
        elif what == "node":
            nodes[f"n{place}"] = node(f"n{place}", zone=("east", "west", "", "north")[shape], cpu=("4", "2", "3", "1")[shape])
            lived.node_put(nodes[f"n{place}"])
        elif what == "node-gone":
            nodes.pop(f"n{place}", None)
            lived.node_gone(f"n{place}")
        told(lived)
    assert told(lived) == told(fresh(nodes, pods))


def test_what_was_only_supposed_leaves_no_trace():
    pods = {f"p{number}": admitted(pod(f"p{number}", on="n1", **SHAPES[number]), OBJECTS) for number in range(3)}
    snapshot = fresh({"n1": node("n1", zone="east"), "n2": node("n2", zone="west")}, pods)
    before = told(snapshot)
    with snapshot.supposing("n1") as info:
        snapshot.take(info, list(info.pods))
        snapshot.place(info, (snapshot.needs(WAITING[0]), WAITING[0]))
        assert told(snapshot) != before
    assert told(snapshot) == before


@given(st.integers(2, 9).flatmap(lambda size: st.tuples(st.just(size), st.sets(st.integers(0, size - 1), min_size=1))))
def test_the_scores_of_some_nodes_are_those_of_each(chosen):
    size, places = chosen
    memory = ShapeMemory(None, "", 0, 0, {f"n{place}": (place, 10 * place) for place in range(size)})
    assert memory.columns_of([f"n{place}" for place in sorted(places)]) == [sorted(places), [10 * place for place in sorted(places)]]
