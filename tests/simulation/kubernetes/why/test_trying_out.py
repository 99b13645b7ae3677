"""What would fix it, what will happen, how do two differ: answered in copies, and the world stays as it was."""

import pytest

from learnk8s.simulation.kernel import limits
from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kubernetes.why import trying
from learnk8s.simulation.worlds import create

WEB = "Deployment/default/web"
SELECTOR = "kubectl patch service web --type=merge -p '{\"spec\":{\"selector\":{\"app\":\"nobody\"}}}'"
PORT = "kubectl patch service web --type=merge -p '{\"spec\":{\"ports\":[{\"port\":80,\"targetPort\":8080}]}}'"
CONFIG = "kubectl set env deployment/web --from=configmap/absent"
PROBE = "kubectl patch deployment web --type=json -p '[{\"op\":\"add\",\"path\":\"/spec/template/spec/containers/0/readinessProbe\",\"value\":{\"httpGet\":{\"path\":\"/\",\"port\":81}}}]'"
LIMIT = "kubectl set resources deployment web --limits=memory=5Mi --requests=memory=4Mi"
SELECTED = "kubectl patch deployment web --type=merge -p '{\"spec\":{\"template\":{\"spec\":{\"nodeSelector\":{\"disk\":\"gold\"}}}}}'"


def shop(*lines, wait_ms=70_000):
    world = create("kubernetes", "self-healing", 1)
    for line in lines:
        answer = world.execute(line)
        assert answer.status == 0, answer.output
        world.advance(world.now_ms + wait_ms)
    return world


@pytest.mark.parametrize(("lines", "ref", "word"), [
    pytest.param(("kubectl set image deployment/web web=nginx:nope",), WEB, "rollout undo", id="an image that is not there"),
    pytest.param((SELECTOR,), "Service/default/web", '"app": "web"', id="a selector that takes nobody"),
    pytest.param((PORT,), "Service/default/web", '"targetPort": 80', id="a port on which nobody listens"),
    pytest.param((PROBE,), WEB, "readinessProbe", id="a probe that never succeeds"),
    pytest.param((LIMIT,), WEB, "--limits=memory=20Mi", id="too little memory"),
    pytest.param((SELECTED,), WEB, "kubectl label node", id="a label that no node has"),
    pytest.param(("kubectl scale deployment web --replicas=0",), WEB, "--replicas=1", id="scaled to nothing"),
    pytest.param(("kubectl cordon node-1", "kubectl cordon node-2", "kubectl cordon node-3", "kubectl delete pod -l app=web --wait=false"), WEB, "uncordon", id="cordoned nodes"),
    pytest.param(("fault stop-part kube-scheduler", "kubectl scale deployment web --replicas=5"), WEB, "start-part kube-scheduler", id="no scheduler"),
    pytest.param(("fault crash-node node-1",), "Node//node-1", "restore-node", id="a machine without power"),
    pytest.param(("fault break-registry", "kubectl set image deployment/web web=nginx:1.28"), WEB, "mend-registry", id="a broken registry"),
])
def test_a_remedy_is_found_and_does_what_it_says(lines, ref, word) -> None:
    world = shop(*lines)
    before = world.dump()
    found = world.remedies(ref)
    assert world.dump() == before
    best = next(row for row in found["tried"] if word in row["command"])
    assert best["result"] == "reached", found["tried"]
    world.execute(best["command"])
    world.advance(world.now_ms + best["after_ms"] + 15_000)
    assert world.remedies(ref)["reached"]


def test_a_taint_that_keeps_pods_away_is_named() -> None:
    world = create("kubernetes", "tight", 1)
    words = {row["command"]: row["result"] for row in world.remedies(WEB)["tried"]}
    assert words["kubectl taint nodes node-2 dedicated:NoSchedule-"] == "reached"
    assert words[""] == "not"


def test_what_is_well_needs_no_remedy_and_what_is_unknown_has_none() -> None:
    world = shop()
    assert world.remedies(WEB)["reached"]
    assert world.remedies("ConfigMap/default/none")["goal"] is None
    assert world.remedies("nonsense")["tried"] == []


def test_large_worlds_and_endless_work_are_refused_in_words(monkeypatch) -> None:
    world = shop("kubectl set image deployment/web web=nginx:nope")
    monkeypatch.setattr(trying, "PODS_TRIED_MAX", 2)
    with pytest.raises(LimitExceeded, match="at most 2"):
        world.remedies(WEB)
    with pytest.raises(LimitExceeded, match="at most 2"):
        world.forecast("kubectl get pods")
    assert limits.STEPS_TRIED_MAX <= 20_000


def test_a_rollout_is_foreseen_as_it_then_happens() -> None:
    world = shop()
    before = world.dump()
    told = world.forecast("kubectl set image deployment/web web=nginx:1.28")
    assert world.dump() == before
    world.execute("kubectl set image deployment/web web=nginx:1.28")
    world.advance(world.now_ms + told["took_ms"] + 1)
    assert sorted(pod["metadata"]["name"] for pod in world.cluster.store.list("pods", "default")) == told["started"]
    assert (told["started_count"], told["killed_count"], told["reduced"]) == (3, 3, [])


def test_lost_capacity_and_failed_requests_are_foreseen() -> None:
    told = shop().forecast("kubectl delete pod -l app=web --wait=false")
    assert told["reduced"][0]["least"] == 0
    assert told["traffic"][0]["failed"] > 0
    assert told["killed_count"] == 3


def test_a_bad_release_warns_before_it_is_made() -> None:
    told = shop().forecast("kubectl set image deployment/web web=nginx:nope")
    assert any(row["reason"] == "Failed" for row in told["warnings"])
    assert any(word.startswith("Pod web-") for word in told["unready"])


@pytest.mark.parametrize("line", ["kubectl bogus", "kubectl apply -f nothing.yaml", "fault crash-node node-9", "("])
def test_a_command_that_fails_is_told_as_the_terminal_would(line) -> None:
    world = shop()
    told = world.forecast(line)
    assert told["refused"]
    assert told["output"] == world.execute(line).output


def test_two_copies_differ_in_what_was_done_to_one() -> None:
    world = shop()
    other = world.copied()
    other.execute("kubectl scale deployment web --replicas=4")
    other.advance(other.now_ms + 20_000)
    found = {row["ref"]: row for row in world.differences(other)}
    assert {"path": "spec.replicas", "left": "3", "right": "4"} in found[WEB]["fields"]
    assert sum(row["change"] == "added" and row["ref"].startswith("Pod/") for row in found.values()) == 1
    assert world.differences(world.copied()) == []


def test_the_two_strategies_spread_and_pack() -> None:
    used = {}
    for scenario in ("spread-nodes", "pack-nodes"):
        world = create("kubernetes", scenario, 1)
        assert world.execute("kubectl apply -f pods.yaml").status == 0
        world.advance(world.now_ms + 60_000)
        used[scenario] = len({pod["spec"]["nodeName"] for pod in world.cluster.store.list("pods", "default")})
    assert used["spread-nodes"] == 4
    assert used["pack-nodes"] == 2


@pytest.mark.parametrize("line", ["kubectl exec -it deployment/web -- sh", "ssh node-1", "kubectl get pods -w", "kubectl port-forward service/web 8080:80"])
def test_what_is_tried_is_typed_where_the_terminal_began(line) -> None:
    """Whoever stands in a container, or has a watch open, is told the same as at the desk."""
    world = shop("kubectl set image deployment/web web=nginx:nope")
    world.execute(line)
    before = world.dump()
    assert next(row for row in world.remedies(WEB)["tried"] if "rollout undo" in row["command"])["result"] == "reached"
    told = world.forecast("kubectl delete pod -l app=web")
    assert not told["refused"] and told["killed_count"] == 4, told
    assert world.dump() == before


def test_a_goal_is_asked_at_the_desk_and_a_forwarded_port_stays_open() -> None:
    world = shop()
    asked = {"all": [{"reachable": {"to": "http://localhost:8080"}}]}
    assert not world.check(asked)["reached"]
    world.execute("kubectl port-forward service/web 8080:80")
    assert world.check(asked)["reached"]
    world.execute("kubectl exec -it deployment/web -- sh")
    assert world.check(asked)["reached"]
