"""A scenario by form: every check in its own fields, texts that became stale, a file that keeps what the form does not change."""

import pytest
from django.http import QueryDict
from django.test import Client

from learnk8s.challenges.catalogue import challenges
from learnk8s.library import actions, scene_forms
from learnk8s.library.check_forms import KINDS, NAMES, goal_from, rows_of, usual
from learnk8s.library.check_forms import sent as sent_checks
from learnk8s.library.form_boxes import sent
from learnk8s.simulation.kernel.goals import CHECKS

SCENE = "/en/library/mine/scene/scene/"


@pytest.fixture
def scene(own, learner):
    return actions.make_item(course=own, kind="scenario", slug="scene", title={"ko": "장면", "en": "A scene"}, by=learner)


def newest(scene):
    return scene.revisions.order_by("-number").first()


def posted(boxes, **more):
    """Return what a browser would send back of a form, with some fields changed."""
    return sent(boxes) | more


def query(fields):
    made = QueryDict(mutable=True)
    made.update(fields)
    return made


def test_every_goal_of_the_site_goes_through_the_form_and_comes_back():
    goals = [variant.goal for variants in challenges().values() for variant in variants]
    goals.append({"all": [{"never": {"happened": {"uses": "kubectl delete"}}, "text_en": "No.", "text_ko": "안 된다."}, {"log": {"labels": {"app": "web"}, "contains": "a: b"}}, {"reachable": {"from": "Pod/a/b", "to": "web:80", "answers": False}}, {"count": {"resource": "pods", "labels": {"app": "x"}, "op": ">=", "value": 3}}, {"made-up": [1]}]})
    for goal in goals:
        problems = []
        assert usual(goal_from(query(sent_checks(rows_of(goal, "goal"))), "goal", problems)) == usual(dict(goal))
        assert problems == []


def test_every_kind_of_check_has_its_fields():
    assert set(NAMES) == set(KINDS)
    assert set(KINDS) == {*CHECKS, "served"} - {"never"}, "never is a tick at every other kind"


def test_a_scenario_is_written_by_form_checked_and_published(desk, scene):
    page = desk.get(SCENE)
    form = posted(page.context["boxes"])
    changed = {**form, "task-ko": "네임스페이스 둘.", "task-en": "Two namespaces.", "goal-1-is": "exists", "goal-1-ref": "Namespace//two", "goal-1-said-en": "There is no two.", "goal-1-said-ko": "two가 없다.", "goal-2-is": "happened", "goal-2-uses": "kubectl delete", "goal-2-not": "1", "hints-0-ko": "만들자.", "hints-0-en": "Create.", "hints-0-penalty": "10", "allowed": "kubectl create", "seeds": "1 2", "par": "2", "base": "1"}
    refused = desk.post(SCENE, {**changed, "do": "preview"}).content.decode()
    assert "There is no two." in refused, "the solution does not make it"
    changed |= {"solution": "kubectl create namespace shop\nkubectl create namespace two"}
    checked = desk.post(SCENE, {**changed, "do": "preview"}).content.decode()
    assert "The start misses the goal, and the solution reaches it." in checked
    assert desk.post(SCENE, {**changed, "do": "save"}).status_code == 302
    table = scene_forms.table_of(newest(scene).files["scenario.yaml"])
    assert table["goal"]["all"][1:] == [{"exists": "Namespace//two", "text_ko": "two가 없다.", "text_en": "There is no two."}, {"never": {"happened": {"uses": "kubectl delete"}}}]
    assert (table["hints"], table["seeds"], table["par"], table["allowed"]) == ([{"ko": "만들자.", "en": "Create.", "penalty": 10}], [1, 2], 2, ["kubectl create"])
    assert desk.post("/en/library/mine/scene/publish/2/").status_code == 302


def test_an_unchanged_form_changes_no_byte_and_stale_texts_are_told(desk, scene, learner):
    text = newest(scene).files["scenario.yaml"] + "# mine\n"
    actions.save_revision(lesson=scene, by=learner, files={"scenario.yaml": text}, base_number=1)
    form = posted(desk.get(SCENE).context["boxes"])
    desk.post(SCENE, {**form, "base": "2", "do": "save"})
    assert newest(scene).files["scenario.yaml"] == text
    desk.post(SCENE, {**form, "story-en": "Another story.", "base": str(newest(scene).number), "do": "save"})
    page = desk.get(SCENE)
    assert page.context["states"]["story"] == {"ko": "stale", "en": "fresh"}
    assert newest(scene).files["scenario.yaml"].endswith("# mine\n")


def test_a_row_without_content_and_yaml_that_is_none_are_told(desk, scene):
    form = posted(desk.get(SCENE).context["boxes"], base="1", do="save")
    assert "Fill in the check" in desk.post(SCENE, {**form, "goal-1-is": "field"}).content.decode()
    assert desk.post(SCENE, {**form, "goal-0-rest": "{a: ["}).status_code == 422
    assert scene.revisions.count() == 1


def test_only_editors_change_and_only_scenarios_have_the_form(desk, scene, stranger, as_):
    assert as_(stranger).get(SCENE).status_code == 404
    assert desk.get("/en/library/mine/first/scene/").status_code == 404
    desk.post("/en/library/mine/scene/", {"file": "scenario.yaml", "base": 1, "text": "a: [\n"})
    assert "mend it as text" in desk.get(SCENE).content.decode()


ABOUT = "/en/library/mine/first/about/"


def test_what_stands_over_a_lesson_is_written_by_form(desk, lesson):
    form = posted(desk.get(ABOUT).context["boxes"], base="1")
    before = lesson.revisions.get().files["lesson.yaml"]
    desk.post(ABOUT, form)
    assert lesson.revisions.get(number=2).files["lesson.yaml"] == before, "an unchanged form changes no byte"
    desk.post(ABOUT, {**form, "base": "2", "minutes": "45", "era": "container", "place": "docker/compose", "terms": "pod node", "question-en": "Why boxes?"})
    files = lesson.revisions.get(number=3).files
    from learnk8s.courseware.kinds import parsed

    head = parsed("lesson", files).lesson
    assert (head.minutes, head.era, head.world, head.scenario, head.terms, head.question["en"]) == (45, "container", "docker", "compose", ("pod", "node"), "Why boxes?")
    assert parsed("lesson", files).problems == ()
    assert files["lesson.yaml"].startswith("slug: first\n")
    assert desk.post(ABOUT, {**form, "base": "1"}).status_code == 409
    assert desk.get("/en/library/mine/none/about/").status_code == 404
    unknown = desk.post(ABOUT, {"terms": "pod nonsense", "minutes": "5", "base": 1})
    assert [(str(problem), problem.field) for problem in unknown.context["problems"] if problem.field == "f-terms"] == [("Words of the glossary that it explains: The glossary has no word nonsense.", "f-terms")]


def test_an_author_tries_a_scenario_before_it_is_public(desk, scene, stranger, as_):
    from learnk8s.playground import actions as playground
    from learnk8s.playground.models import Sandbox
    from learnk8s.quizzes.models import Attempt

    address = "/en/scenarios/mine/scene/?draft=1"
    assert "Make the namespace shop." in desk.get(address).content.decode()
    assert desk.post(address, {"do": "begin"}).headers["Location"] == address
    assert "Not yet:" in desk.post(address, {"do": "check"}).content.decode()
    playground.type_line(Sandbox.objects.get(lesson_key="trial:mine/scene"), "kubectl create namespace shop")
    assert "Reached" in desk.post(address, {"do": "check"}).content.decode()
    assert not Attempt.objects.exists()
    for client in (as_(stranger), Client()):
        assert client.get(address).status_code == 404
    assert desk.get("/en/scenarios/mine/scene/").status_code == 404
