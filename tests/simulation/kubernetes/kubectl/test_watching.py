"""`kubectl get -w`: every change of what is watched, in every form, also for a command in the background."""

import re

import pytest

from learnk8s.simulation.kernel.limits import OUTPUT_BYTES_MAX
from learnk8s.simulation.kubernetes.world import FROM_THE_PAGE, KubernetesWorld
from tests.simulation.kubernetes.kubectl.test_sessions import cluster, told

ONE = "kubectl scale deployment web --replicas=1; sleep 5"


def changes(line: str, world: KubernetesWorld | None = None) -> str:
    """Return what a watch prints while one pod is deleted and another one takes its place."""
    world = world or cluster()
    told(world, ONE)
    return told(world, f"kubectl delete pod -l app=web --wait=false >/dev/null; {line}")


def test_a_deleted_pod_ends_before_it_is_gone() -> None:
    rows = [row.split() for row in changes("kubectl get pods -w --no-headers").splitlines()]
    old, new = rows[0][0], rows[1][0]
    assert [row[1:3] for row in rows if row[0] == old] == [["1/1", "Terminating"], ["0/1", "Completed"], ["0/1", "Completed"]]
    assert [row[1:3] for row in rows if row[0] == new] == [["0/1", "Pending"], ["0/1", "Pending"], ["0/1", "ContainerCreating"], ["1/1", "Running"]]


def test_a_pod_that_had_to_be_killed_ends_as_an_error() -> None:
    world = cluster()
    told(world, "kubectl run stubborn --image=busybox:1.36 -- sleep 1d; kubectl wait --for=condition=Ready pod/stubborn; kubectl delete pod stubborn --wait=false; kubectl get pod stubborn -w --no-headers", 60)
    rows = [row.split()[1:3] for row in world.output_since(0)[0].splitlines() if row.startswith("stubborn")]
    assert rows == [["1/1", "Terminating"], ["0/1", "Error"], ["0/1", "Error"]]


@pytest.mark.parametrize(("option", "pattern"), [
    pytest.param("", r"NAME +READY +STATUS +RESTARTS +AGE\nweb-\S+ +1/1 +Terminating +0 +\d+s\nweb-\S+ +0/1 +Pending +0 +0s\n", id="a table"),
    pytest.param("-o wide -L app", r"NAME .*READINESS GATES   APP\nweb-.*<none> +web\n", id="more columns"),
    pytest.param("-A --show-labels --field-selector metadata.namespace=default", r"NAMESPACE   NAME .*LABELS\ndefault     web-.*app=web,pod-template-hash=\w+\n", id="namespaces and labels"),
    pytest.param("-o name", r"(pod/web-\S+\n){7}$", id="names"),
    pytest.param("-o jsonpath='{.status.phase} '", r"Running Pending Pending Pending Succeeded Succeeded Running $", id="jsonpath"),
    pytest.param("-o go-template='{{.kind}} '", r"(Pod ){7}$", id="go-template"),
    pytest.param("-o custom-columns=N:.kind,PHASE:.status.phase", r"N     PHASE\nPod   Running\n(Pod   Pending\n){3}(Pod   Succeeded\n){2}Pod   Running\n$", id="columns"),
    pytest.param("-o yaml", r"apiVersion: v1\nkind: Pod\n(.*\n)+?---\napiVersion: v1\nkind: Pod\n", id="yaml"),
    pytest.param("-o json", r'\{\n    "apiVersion": "v1",\n    "kind": "Pod",\n(.*\n)+?\}\n\{\n    "apiVersion": "v1",\n', id="json"),
    pytest.param("--output-watch-events", r"EVENT        NAME .*\nADDED        web-(.*\n)ADDED        web-(.*\n)(MODIFIED     web-.*\n){3}DELETED      web-.*\nMODIFIED     web-.*\n$", id="a table of events"),
    pytest.param("--output-watch-events -o json", r'(\{"type":"(ADDED|MODIFIED|DELETED)","object":\{"apiVersion":"v1","kind":"Pod",.*\}\n){7}$', id="events as json"),
    pytest.param("--output-watch-events -o yaml", r"object:\n  apiVersion: v1\n(.*\n)+?type: ADDED\n---\nobject:\n(.*\n)+type: DELETED\n", id="events as yaml"),
    pytest.param("--output-watch-events -o jsonpath='{.type}:{.object.status.phase} '", r"ADDED:Running ADDED:Pending (MODIFIED:Pending ){2}MODIFIED:Succeeded DELETED:Succeeded MODIFIED:Running $", id="events by jsonpath"),
    pytest.param("--output-watch-events -o custom-columns=T:.type --no-headers", r"ADDED\nADDED\nMODIFIED\n", id="events in columns"),
    pytest.param("--watch-only -o jsonpath='{.status.phase} '", r"Pending Pending Pending Succeeded Succeeded Running $", id="changes alone"),
])
def test_each_change_is_printed_in_the_form_that_was_asked_for(option: str, pattern: str) -> None:
    shown = changes(f"kubectl get pods -w {option}")
    assert re.match(pattern, shown), shown


@pytest.mark.parametrize(("option", "refusal"), [
    pytest.param("-o nothing", "error: unable to match a printer suitable for the output format", id="no such form"),
    pytest.param("-o nothing --watch-only", "error: unable to match a printer suitable for the output format", id="no such form, though nothing is printed yet"),
    pytest.param("-o jsonpath='{.a'", "error: error parsing jsonpath {.a, unclosed action", id="a broken template"),
    pytest.param("-l '!!'", "unable to parse requirement", id="a broken selector"),
    pytest.param("nobody", 'pods "nobody" not found', id="no such pod"),
])
def test_what_cannot_be_watched_is_refused_at_once(option: str, refusal: str) -> None:
    world = cluster()
    assert refusal in world.execute(f"kubectl get pods -w {option}").output
    assert not world.shell.running


def test_a_template_that_fails_at_a_change_ends_the_watch() -> None:
    world = cluster()
    world.execute("kubectl get configmaps --watch-only -o jsonpath='{.a'")
    assert world.shell.running
    world.execute(f"{FROM_THE_PAGE}kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: new\nLEARNK8S_EOF")
    assert not world.shell.running and "unclosed action" in world.output_since(0)[0]


def test_a_watch_in_the_background_tells_all_at_the_next_line() -> None:
    world = cluster()
    told(world, "kubectl get pods -w --no-headers &")
    told(world, ONE)
    again = KubernetesWorld.load(world.dump())
    assert again.dump() == world.dump()
    for other in (world, again):
        other.advance(other.now_ms + 10_000)
        assert [row.split()[1:3] for row in told(other, "true").splitlines()] == [["1/1", "Terminating"], ["0/1", "Completed"], ["0/1", "Completed"]]
    assert again.dump() == world.dump()


def test_what_is_told_while_nobody_looks_is_bounded_and_a_watch_that_is_over_is_forgotten() -> None:
    world = cluster()
    told(world, "kubectl get configmaps -o yaml --watch-only &")
    for round_ in range(12):
        world.cluster.api.create("configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"large-{round_}", "namespace": "default"}, "data": {"a": "x" * 100_000}})
    assert len(world.shell.dump()["behind"][0]["state"]["told"]) <= OUTPUT_BYTES_MAX
    assert len(world.cluster.store.watchers) == 1
    told(world, "kill %1")
    told(world, "kubectl create configmap small")
    assert world.cluster.store.watchers == []
