"""The lesson: started, predicted, solved and answered, without an account and without JavaScript."""

import pytest
from django.test import Client

from learnk8s.courseware import parse_lesson
from learnk8s.lessons.models import Progress
from learnk8s.library import queries as library
from learnk8s.playground import actions
from learnk8s.playground.models import Sandbox
from learnk8s.quizzes.models import Attempt

LESSON = "/ko/learn/kubernetes/self-healing/"
QUIZ = "/ko/quiz/kubernetes/self-healing/"


@pytest.fixture
def reader(course):
    return Client()


def document():
    return library.document_of(library.published_lesson("kubernetes", "self-healing").published_revision)


def test_the_task_is_not_done_at_the_start_and_its_solution_does_it(reader):
    reader.post(LESSON + "start/")
    assert "아직 노드의 전원을 뽑지 않았다" in reader.post(LESSON + "check/survive/").content.decode()
    sandbox = Sandbox.objects.get()
    for line in document().tasks["survive"].solution:
        sandbox = actions.type_line(sandbox, line).sandbox
    actions.jump(sandbox, 420)
    assert reader.post(LESSON + "check/survive/").status_code == 302
    assert list(Progress.objects.get().tasks) == ["survive"]


def test_a_check_without_a_sandbox_says_at_the_task_what_to_do_first(reader):
    answer = reader.post(LESSON + "check/survive/")
    state = answer.content.decode().partition('id="state-of-survive"')[2].partition("</lk-keep-focus>")[0]
    assert answer.status_code == 422
    assert '<p class="field__error" role="alert" tabindex="-1" autofocus>먼저 샌드박스를 시작하자. <a href="#sandbox">' in state
    assert 'action="/ko/learn/kubernetes/self-healing/check/survive/#task-survive"' in state
    assert reader.post(LESSON + "check/survive/", headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_htmx_is_told_the_state_of_the_task_alone_and_a_watcher_only_news(reader):
    part = {"HX-Request": "true"}
    reader.post(LESSON + "start/")
    said = reader.post(LESSON + "check/survive/", headers=part).content.decode()
    assert "<html" not in said and "task__todo" in said and 'value="list"' in said
    assert reader.post(LESSON + "check/survive/", {"watching": "1"}, headers=part).status_code == 204
    assert "task__todo" in reader.post(LESSON + "check/survive/", {"watching": "list"}, headers=part).content.decode()
    sandbox = Sandbox.objects.get()
    for line in document().tasks["survive"].solution:
        sandbox = actions.type_line(sandbox, line).sandbox
    actions.jump(sandbox, 420)
    said = reader.post(LESSON + "check/survive/", {"watching": "1"}, headers=part).content.decode()
    assert "data-now" in said and 'hx-target="#lesson-facts"' in said and "task__done" in reader.get(LESSON).content.decode()


def test_a_prediction_runs_its_line_once(reader):
    reader.post(LESSON + "predict/delete-one/", {"choice": "two"})
    reader.post(LESSON + "predict/delete-one/", {"choice": "new"})
    assert Sandbox.objects.get().head == 1
    assert "새 이름" in reader.get(LESSON).content.decode()


def test_a_prediction_waits_for_the_command_before_it(reader):
    """It would be spent on a line that was turned away, and explained as if that had been run."""
    reader.post(LESSON + "start/")
    actions.type_line(Sandbox.objects.get(), "kubectl get pods -w")
    reader.post(LESSON + "predict/delete-one/", {"choice": "two"})
    assert "앞의 명령이 아직 돌고 있다" in reader.get(LESSON).content.decode()
    assert not any(progress.predictions for progress in Progress.objects.all())
    actions.interrupt(Sandbox.objects.get())
    reader.post(LESSON + "predict/delete-one/", {"choice": "new"})
    assert Progress.objects.get().predictions == {"delete-one": "new"}


def test_a_prediction_lets_a_command_end_that_takes_a_while(reader):
    reader.post(LESSON + "start/")
    actions.type_line(Sandbox.objects.get(), "sleep 20")
    reader.post(LESSON + "predict/delete-one/", {"choice": "new"})
    assert Progress.objects.get().predictions == {"delete-one": "new"}
    assert "still running" not in Sandbox.objects.get().entries.last().output


RIGHT = {"who-counts": {"answer": "rs"}, "same-name": {"answer": "kubelet"}, "which-loops": {"answer": ["a", "b"]}, "node-time": {"answer": "l"}, "backoff-name": {"answer": " crashloop backoff "},
         "order-of-events": {"place-stop": 1, "place-notready": 2, "place-taint": 3, "place-evict": 4, "place-new": 5}}


@pytest.mark.parametrize("question", RIGHT)
def test_right_answers_are_right(reader, question):
    assert "정답" in reader.post(f"{QUIZ}{question}/", RIGHT[question]).content.decode()
    assert Attempt.objects.get().percent == 100


def test_a_wrong_answer_gets_the_feedback_of_its_option(reader):
    page = reader.post(QUIZ + "who-counts/", {"answer": "kubelet"}).content.decode()
    assert "자기 노드에 바인딩된 파드를 돌릴 뿐" in page
    assert Attempt.objects.get().percent == 0


def test_the_key_is_not_on_the_page_before_the_answer(reader):
    page = reader.get(LESSON).content.decode()
    for question in document().questions.values():
        assert question.explanation["ko"] not in page


def test_progress_follows_on_signing_up(reader):
    reader.post(QUIZ + "who-counts/", {"answer": "rs"})
    reader.post("/ko/signup/", {"username": "anna", "password1": "krumpli-77x", "password2": "krumpli-77x"})
    assert Progress.objects.get().user.username == "anna"
    assert Attempt.objects.get().user.username == "anna"


def test_the_lesson_has_no_problems():
    lesson = document_from_files()
    assert not lesson.problems
    assert 6 <= len(lesson.lesson.questions) <= 10


def document_from_files():
    from pathlib import Path

    folder = Path(__file__).resolve().parents[2] / "learnk8s/content/courses/kubernetes/self-healing"
    return parse_lesson({path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()})
