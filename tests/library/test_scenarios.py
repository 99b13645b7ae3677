"""Scenarios by playing: start, goal, proposals; proved when published; played by a student."""

import pytest
from django.test import Client

from learnk8s.accounts.models import User
from learnk8s.library import actions
from learnk8s.library.models import Play
from learnk8s.playground import actions as playground
from learnk8s.playground.models import Sandbox
from learnk8s.quizzes.models import Attempt, Regrade

PLAY = "/en/library/mine/scene/play/"


@pytest.fixture
def scene(own, learner):
    return actions.make_item(course=own, kind="scenario", slug="scene", title={"ko": "장면", "en": "A scene"}, by=learner)


@pytest.fixture
def played(desk, scene):
    """A scenario in which a Deployment was broken before the start, and mended before the goal."""
    desk.post(PLAY, {"do": "begin", "world": "kubernetes/self-healing"})
    sandbox = Sandbox.objects.get(pk=Play.objects.get().sandbox_id)
    playground.type_line(sandbox, "kubectl scale deployment web --replicas=0")
    playground.jump(sandbox, 60)
    desk.post(PLAY, {"do": "start"})
    playground.type_line(Sandbox.objects.get(), "kubectl scale deployment web --replicas=2")
    playground.jump(Sandbox.objects.get(), 60)
    desk.post(PLAY, {"do": "goal"})
    return scene


def newest(scene):
    return scene.revisions.order_by("-number").first()


def chosen(desk):
    page = desk.get(PLAY)
    found = page.context["proposals"]
    return page, {f"check-{number}": "1" for number, proposal in found if proposal.is_chosen}


def test_the_difference_is_proposed_as_typed_checks(played, desk):
    page, ticked = chosen(desk)
    found = [proposal for _number, proposal in page.context["proposals"]]
    kinds = {next(iter(proposal.check)) for proposal in found}
    assert {"field", "reachable", "invariant", "never"} <= kinds
    assert {"ref": "Deployment/default/web", "path": "spec.replicas", "op": "==", "value": 2} in [proposal.check.get("field") for proposal in found if proposal.is_chosen]
    assert page.context["allowed"] == "kubectl scale"
    assert page.context["par"] == 1
    assert all(proposal.text_ko and proposal.text_en for proposal in found)


def test_what_was_played_is_published_and_played_by_a_student(played, desk):
    _page, ticked = chosen(desk)
    desk.post(PLAY, {"do": "make", **ticked, "hint-0": "1", "hint-1": "1", "task-ko": "두 벌로.", "task-en": "Bring it to two.", "allowed": "kubectl scale, kubectl get", "par": "1", "seeds": "1 2"})
    assert newest(played).number == 2
    assert desk.post("/en/library/mine/scene/publish/2/").status_code == 302
    student, address = Client(), "/en/scenarios/mine/scene/"
    assert "Bring it to two." in student.get(address).content.decode()
    student.post(address, {"do": "begin"})
    assert "Not yet:" in student.post(address, {"do": "check"}).content.decode()
    student.post(address, {"do": "hint"})
    assert "kubectl scale" in student.get(address).content.decode()
    sandbox = Sandbox.objects.get(lesson_key="scenario:mine/scene")
    assert sandbox.head == 1
    assert "replicas=0" not in student.get(address).content.decode(), "the learner is not told what was broken"
    for back in (lambda: playground.reset(sandbox), lambda: playground.go_back(sandbox, 0)):
        back()
        assert list(sandbox.entries.values_list("input", flat=True)) == ["kubectl scale deployment web --replicas=0"], "nobody gets behind the start, where all is well"
        assert "Not yet:" in student.post(address, {"do": "check"}).content.decode()
    with pytest.raises(playground.Refused):
        playground.undo(sandbox)
    sandbox = playground.reset(sandbox)
    playground.type_line(sandbox, "kubectl scale deployment web --replicas=2")
    watch = {"data": {"do": "check", "watching": "1"}, "headers": {"hx-request": "true"}}
    assert student.post(address, **watch).status_code == 204, "while somebody types, nothing is said before the goal is reached"
    playground.jump(Sandbox.objects.get(pk=sandbox.pk), 120)
    told = student.post(address, **watch).content.decode()
    assert told.strip().startswith('<div id="scene-state"') and "Reached" in told and "ran delay" not in told
    page = student.post(address, {"do": "check"}).content.decode()
    assert "Reached" in page
    assert "Commands typed: 1." in page


def test_the_prover_says_what_fails(played, desk):
    _page, ticked = chosen(desk)
    untold = desk.post(PLAY, {"do": "make", **ticked})
    assert [problem.field for problem in untold.context["problems"]] == ["f-task-ko", "f-task-en"], "the words of a new scenario tell of another task"
    assert untold.context["ticked"] == dict.fromkeys(ticked, True), "what was chosen is still chosen"
    desk.post(PLAY, {"do": "make", **ticked, "task-ko": "둘로.", "task-en": "Two.", "allowed": "kubectl get", "par": "0"})
    refused = desk.post("/en/library/mine/scene/publish/2/")
    assert refused.status_code == 422
    assert "not allowed: kubectl scale" in refused.content.decode()
    text = newest(played).files["scenario.yaml"].replace("replicas=2", "replicas=1").replace("allowed: [\"kubectl get\"]", "allowed: []")
    desk.post("/en/library/mine/scene/", {"file": "scenario.yaml", "base": 2, "text": text})
    assert "does not reach the goal" in desk.post("/en/library/mine/scene/publish/3/").content.decode()


def test_a_goal_without_checks_is_refused(played, desk):
    assert desk.post(PLAY, {"do": "make"}).status_code == 422
    assert newest(played).number == 1


def test_only_editors_play_and_marks_need_a_sandbox(scene, stranger, as_, desk):
    assert as_(stranger).get(PLAY).status_code == 404
    for do in ("start", "goal", "make", "nonsense"):
        assert desk.post(PLAY, {"do": do}).status_code == 404
    assert desk.post(PLAY, {"do": "begin", "world": "kubernetes/none"}).status_code == 302
    assert desk.get("/en/library/mine/first/play/").status_code == 404


def played_by(name, line):
    """Have a student play the published scenario with one command, and check it."""
    student = Client()
    student.force_login(User.objects.create_user(username=name))
    student.post("/en/scenarios/mine/scene/", {"do": "begin"})
    sandbox = Sandbox.objects.get(user__username=name)
    playground.type_line(sandbox, line)
    student.post("/en/scenarios/mine/scene/", {"do": "check"})
    return sandbox


def test_a_mended_goal_is_graded_again_and_lowers_nobody_silently(desk, scene):
    revision = scene.revisions.get()
    actions.publish(lesson=scene, revision=revision, by=None)
    played_by("first", "kubectl create namespace shop")
    played_by("second", "kubectl create namespace store")
    anew = played_by("third", "kubectl create namespace shop")
    assert sorted(Attempt.objects.values_list("user__username", "percent")) == [("first", 100), ("third", 100)]
    text = revision.files["scenario.yaml"]
    mended = actions.save_revision(lesson=scene, by=None, files={"scenario.yaml": text.replace("Namespace//shop", "Namespace//store")}, base_number=1)
    actions.publish(lesson=scene, revision=mended, by=None)
    playground.type_line(Sandbox.objects.get(user__username="first"), "kubectl create namespace store")
    playground.delete(sandbox=anew)
    address = "/en/library/mine/scene/regrade/scenario/"
    page = desk.get(address)
    assert sorted((str(change.attempt.user), change.old, change.new) for change, _said in page.context["changes"]) == [("first", 100, 0), ("second", 0, 100)], "what was typed after the goal was reached does not count"
    assert page.context["plan"].left == 1, "a sandbox that is gone cannot be asked"
    assert Attempt.objects.count() == 2, "a dry run writes nothing"
    desk.post(address)
    assert sorted(Attempt.objects.values_list("user__username", "percent")) == [("first", 100), ("second", 100), ("third", 100)]
    assert desk.post(address, {"lowers": "1"}).status_code == 422
    desk.post(address, {"lowers": "1", "reason": "the wrong goal"})
    assert Attempt.objects.get(user__username="first").percent == 0
    assert [(len(row.rows), row.lowers) for row in Regrade.objects.filter(lesson=scene)] == [(1, True), (1, False)]
    assert "the wrong goal" in desk.get("/en/library/mine/scene/statistics/").content.decode()
    assert desk.get("/en/library/mine/scene/regrade/other/").status_code == 404
