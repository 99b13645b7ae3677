"""Checks of goals that ask more than objects: logs, answers, what must not have happened, what stays so."""

import pytest

from learnk8s.simulation import worlds
from learnk8s.simulation.kernel.goals import BadGoal


@pytest.fixture
def world():
    made = worlds.create("kubernetes", "self-healing", 1)
    made.advance(made.now_ms + 60_000)
    return made


def reached(world, check):
    return world.check({"all": [check]})["reached"]


def pod(world):
    return f"Pod/default/{world.cluster.store.list('pods', 'default')[0]['metadata']['name']}"


def test_something_answers_or_does_not(world):
    before = world.dump()
    assert reached(world, {"reachable": {"to": "web"}})
    assert not reached(world, {"reachable": {"to": "http://nobody:81/"}})
    assert reached(world, {"reachable": {"to": "nobody", "answers": False}})
    assert reached(world, {"reachable": {"from": pod(world), "to": "web:80"}})
    assert world.dump() == before


def test_a_log_contains_a_text(world):
    text = world.cluster.inside.logs("default", pod(world).rpartition("/")[2]).split("\n")[0][:20]
    assert reached(world, {"log": {"ref": pod(world), "contains": text}})
    assert reached(world, {"log": {"labels": {"app": "web"}, "contains": text}})
    assert not reached(world, {"log": {"ref": pod(world), "contains": "a text that nobody writes"}})


def test_what_must_not_have_happened(world):
    check = {"never": {"happened": {"action": "crash-node"}}}
    assert reached(world, check)
    world.execute("fault crash-node node-1")
    assert not reached(world, check)


def test_an_invariant_looks_ahead_and_leaves_no_trace(world):
    check = {"invariant": {"for_s": 400, "all": [{"field": {"ref": "Deployment/default/web", "path": "status.readyReplicas", "value": 3}}]}}
    assert reached(world, check)
    world.execute("fault crash-node node-1")
    before = world.dump()
    assert world.find("Deployment/default/web")["status"]["readyReplicas"] == 3
    assert not reached(world, check)
    assert world.dump() == before


@pytest.mark.parametrize("check", [{"reachable": {"to": "web; rm"}}, {"reachable": {"from": "web", "to": "web"}}, {"log": {"ref": "web", "contains": "a"}}, {"invariant": {"for_s": 9_999, "all": [{"exists": "a"}]}}, {"invariant": {"all": [{"reachable": {"to": "web"}}]}}, {"never": {}}])
def test_bad_checks_are_an_authors_mistake(world, check):
    with pytest.raises(BadGoal):
        world.check({"all": [check]})


def test_what_was_typed_counts_in_every_world():
    made = worlds.create("kubernetes", "self-healing", 1)
    made.execute("for n in 1 2; do kubectl -n default get pods; done")
    made.execute("echo kubectl delete pods --all")
    used, typed_it = {"happened": {"uses": "kubectl get"}}, {"happened": {"command": "delete .*--all$"}}
    for world in (made, made.copied(), type(made).load(made.dump())):
        assert reached(world, used)
        assert reached(world, typed_it)
        assert reached(world, {"never": {"happened": {"uses": "kubectl delete"}}})
        assert not reached(world, {"happened": {"uses": "kubectl get", "after": 1}})
        assert [item["text_ko"] for item in world.check({"all": [{"never": used}]})["missing"]] == ["쓰면 안 되는 명령을 썼다: kubectl get. 처음부터 다시 하자."]
    made.execute("echo " + "a" * 400)
    assert not reached(made, {"happened": {"command": "(a|aa)+b.*a.*a.*a.*a.*c"}}), "any pattern ends"
    for broken in ({"command": "("}, {"command": "(?=a)"}, {"uses": "kubectl", "since": 1}, {"command": 3}):
        with pytest.raises(BadGoal):
            reached(made, {"happened": broken})
