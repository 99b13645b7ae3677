"""Predictions and tasks by form: the entry, its block in both languages, and what the lesson's world says."""

from learnk8s.courseware.kinds import parsed
from tests.library.test_editor import EDIT

NEW = EDIT + "labs/new/"
GUESS = {"type": "prediction", "id": "guess", "text-ko": "무엇이 보일까?", "text-en": "What will it show?", "line": "kubectl get nodes", "options-0-text-ko": "노드", "options-0-text-en": "Nodes", "options-0-right": "1", "options-1-text-ko": "오류", "options-1-text-en": "An error", "explanation-ko": "노드다.", "explanation-en": "The nodes."}
TASK = {"type": "task", "id": "shop", "text-ko": "네임스페이스 shop을 만들자.", "text-en": "Make the namespace shop.", "goal-0-is": "exists", "goal-0-ref": "Namespace//shop", "solution": "kubectl create namespace shop"}


def files_of(lesson):
    return lesson.revisions.order_by("-number").first().files


def test_a_prediction_and_a_task_are_made_changed_and_removed(desk, lesson):
    assert desk.get(NEW + "?type=prediction").status_code == 200
    assert desk.post(NEW, {**GUESS, "do": "save", "base": 1}).status_code == 302
    assert desk.post(NEW, {**TASK, "do": "save", "base": 2}).status_code == 302
    files = files_of(lesson)
    assert all("```predict guess\n```" in files[name] and "```task shop\n```" in files[name] for name in ("ko.md", "en.md"))
    found = parsed("lesson", files)
    assert found.problems == ()
    assert (found.lesson.predictions["guess"].line, found.lesson.tasks["shop"].solution) == ("kubectl get nodes", ("kubectl create namespace shop",))
    page = desk.get(EDIT + "questions/").content.decode()
    assert "What will it show?" in page
    desk.post(EDIT + "labs/task/shop/", {**TASK, "text-en": "Make shop.", "do": "save", "base": 3})
    assert "Make shop." in files_of(lesson)["labs.yaml"]
    assert files_of(lesson)["labs.yaml"].split("tasks:")[0] == files["labs.yaml"].split("tasks:")[0]
    desk.post(EDIT + "labs/prediction/guess/", {**GUESS, "id": "which", "do": "save", "base": 4})
    assert all("```predict which\n```" in files_of(lesson)[name] for name in ("ko.md", "en.md")), "a new name, in its place"
    desk.post(EDIT + "labs/prediction/which/", {**GUESS, "do": "remove", "base": 5})
    assert "which" not in "".join(files_of(lesson).values())
    gone = desk.post(EDIT + "labs/task/shop/", {**TASK, "id": "renamed", "goal-0-rest": "{all: [", "do": "remove", "base": 6}, follow=True).content.decode()
    assert "Removed, from both texts too." in gone
    assert "task shop" not in "".join(files_of(lesson).values()), "it goes by the name that it has, whatever else its form says"


def test_the_preview_of_a_text_shows_them_as_students_will_see_them(desk, lesson):
    desk.post(NEW, {**GUESS, "text-en": "What will `get` show?", "options-0-text-en": "The **nodes**", "do": "save", "base": 1})
    desk.post(NEW, {**TASK, "text-en": "Make the namespace `shop`.", "do": "save", "base": 2})
    page = desk.get(EDIT + "?file=en.md").content.decode().partition('id="preview"')[2]
    assert "What will <code>get</code> show?" in page and "Make the namespace <code>shop</code>." in page
    assert "<li>The <strong>nodes</strong> ✓</li><li>An error</li>" in page


def test_a_task_is_checked_in_the_world(desk, lesson):
    assert "No problems" in desk.post(NEW, {**TASK, "do": "preview"}).content.decode()
    wrong = desk.post(NEW, {**TASK, "solution": "kubectl get pods", "do": "preview"}).content.decode()
    assert "role=\"alert\"" in wrong
    assert desk.post(NEW, {**TASK, "goal-0-rest": "{all: [", "do": "save", "base": 1}).status_code == 422
    assert lesson.revisions.count() == 1
    desk.post(NEW, {**TASK, "id": "", "do": "save", "base": 1})
    assert "```task make-the-namespace-shop\n```" in lesson.revisions.latest("number").files["en.md"], "without a name it gets one of its text"


def test_the_form_shows_what_the_world_prints(desk, lesson):
    page = desk.post(NEW, {**GUESS, "do": "preview"}).content.decode()
    assert "NAME" in page and "node-1" in page
    assert "an error" not in page
    assert "This ends with status 1: an error." in desk.post(NEW, {**GUESS, "line": "kubectl get podz", "do": "preview"}).content.decode()
    assert "namespace/shop created" in desk.post(NEW, {**TASK, "do": "preview"}).content.decode()


def test_a_task_of_a_text_that_is_not_ready_is_checked_all_the_same(desk, lesson):
    desk.post(f"{EDIT}keep/", {"file": "en.md", "base": 1, "text": "```run\nkubectl get pods\n```\n"})
    assert "role=\"alert\"" in desk.post(NEW, {**TASK, "solution": "kubectl get pods", "do": "preview"}).content.decode()


def test_a_conflict_keeps_what_was_written_and_strangers_see_nothing(desk, lesson, stranger, as_):
    desk.post(NEW, {**TASK, "do": "save", "base": 1})
    late = desk.post(NEW, {**GUESS, "do": "save", "base": 1})
    assert late.status_code == 409
    assert "What will it show?" in late.content.decode()
    assert as_(stranger).get(NEW + "?type=task").status_code == 404
    assert desk.get(NEW + "?type=nonsense").status_code == 404
    assert desk.get(EDIT + "labs/task/none/").status_code == 404


def test_a_word_that_the_glossary_has_not_is_told_at_its_line(lesson):
    from learnk8s.library.proving import against

    files = files_of(lesson)
    text = files["lesson.yaml"].replace("terms: []", "terms:\n  - pod\n  - nonsense")
    for language in ("ko", "en"):
        (found,) = against("lesson", files | {"lesson.yaml": text}, language)
        assert (found.file, found.line) == ("lesson.yaml", text.split("\n").index("  - nonsense") + 1)
        assert "nonsense" in found.text
        assert found.cure


def test_an_author_tries_sandbox_prediction_and_task_before_anything_is_public(desk, lesson, stranger, as_):
    from learnk8s.lessons.models import Progress
    from learnk8s.playground.models import Sandbox

    desk.post(NEW, {**TASK, "id": "shop", "do": "save", "base": 1})
    desk.post(NEW, {**GUESS, "id": "what", "do": "save", "base": 2})
    trial = f"{EDIT}trial/"
    desk.post(f"{trial}start/")
    assert "Not yet:" in desk.post(f"{trial}check/shop/", follow=True).content.decode()
    page = desk.post(f"{trial}predict/what/", {"choice": "a"}, follow=True)
    assert "your guess" in page.content.decode()
    sandbox = Sandbox.objects.get()
    assert (sandbox.lesson_key, sandbox.head) == ("trial:mine/first", 1)
    desk.post(f"{trial}start/")
    assert Sandbox.objects.get().head == 0, "it begins anew"
    assert not Progress.objects.exists(), "nothing counts"
    for path in ("start/x/", "check/none/", "predict/none/", "other/"):
        assert desk.post(trial + path).status_code == 404
    assert as_(stranger).post(f"{trial}start/").status_code == 404
