"""Tests that were sat without a name: what of them becomes somebody's at log-in, and which are sat with a name alone."""

import pytest
from django.test import Client

from learnk8s.classroom import actions as classes
from learnk8s.classroom import grading, queries
from learnk8s.lessons.models import Progress
from learnk8s.library import actions as library
from learnk8s.library.models import Lesson
from learnk8s.quizzes.models import Attempt, Sitting

LESSON, QUIZ = "/en/learn/kubernetes/self-healing/", "/en/quiz/kubernetes/self-healing/"
QUESTION = """
  - id: one
    type: single
    attempts: 2
    text: {ko: 하나를 고르자., en: Choose one.}
    options:
      - {id: a, right: true, text: {ko: 가, en: A}}
      - {id: b, text: {ko: 나, en: B}}
    explanation: {ko: 가다., en: It is A.}
    unproved: wording
"""
SECRET = "correct horse"  # noqa: S105  # of the cast


def with_test(course, rules):
    """Publish a lesson with one question and a test of it."""
    row = Lesson.objects.get(slug="self-healing", course=course)
    files = dict(row.revisions.get(number=1).files)
    block = "\n```quiz\none\n```\n\n```test\n```\n"
    files |= {"quiz.yaml": f"quiz: {rules}\nquestions:{QUESTION}", **{f"{language}.md": files[f"{language}.md"].split("```quiz")[0] + block for language in ("ko", "en")}}
    library.publish(lesson=row, revision=library.save_revision(lesson=row, by=None, files=files, base_number=1), by=None)
    return row


def sit(client, *answers):
    for answer in answers:
        client.post(f"{QUIZ}test/begin/")
        client.post(f"{QUIZ}test/finish/", {"one.answer": answer})


def log_in(client, user):
    assert client.post("/en/login/", {"username": user.username, "password": SECRET}).status_code == 302


def percents(user):
    return list(Sitting.objects.filter(user=user).order_by("finished_at").values_list("percent", flat=True))


@pytest.mark.parametrize(("rules", "own", "before", "after", "counts"), [
    pytest.param("{attempts: 2}", "b", "bba", [0, 0], 0, id="no more than are left"),
    pytest.param("{attempts: 2}", "", "bba", [0, 0], 0, id="the earliest"),
    pytest.param("{attempts: 2}", "bb", "a", [0, 0], 0, id="none is left"),
    pytest.param("{combine: last}", "a", "b", [100], 100, id="the last of one's own stays the last"),
    pytest.param("{combine: first}", "", "ba", [0, 100], 0, id="none of one's own"),
])
def test_a_strangers_tests_are_taken_over_only_as_far_as_attempts_are_left(course, learner, as_, rules, own, before, after, counts):
    with_test(course, rules)
    sit(as_(learner), *own)
    stranger = Client()
    sit(stranger, *before)
    log_in(stranger, learner)
    assert percents(learner) == after
    assert Attempt.objects.filter(user=learner).count() == len(after)
    assert Progress.objects.get(user=learner).answers["test"] == counts
    assert f"Your result: {counts}%" in stranger.get(f"{QUIZ}test/").content.decode()


def test_an_open_test_of_a_stranger_is_taken_over_as_an_attempt(course, learner):
    with_test(course, "{attempts: 1}")
    stranger = Client()
    stranger.post(f"{QUIZ}test/begin/")
    log_in(stranger, learner)
    assert 'name="one.asked"' in stranger.get(f"{QUIZ}test/").content.decode()


def test_answers_of_a_stranger_are_taken_over_as_far_as_attempts_are_left(course, learner, as_):
    with_test(course, "{}")
    as_(learner).post(f"{QUIZ}one/", {"answer": "b"})
    stranger = Client()
    for answer in "ba":
        stranger.post(f"{QUIZ}one/", {"answer": answer})
    log_in(stranger, learner)
    assert [row.percent for row in Attempt.objects.filter(user=learner)] == [0, 0]
    assert Progress.objects.get(user=learner).answers["one"] == 0


@pytest.fixture
def room(course, teacher, learner):
    """A class that goes through the course, with one student."""
    with_test(course, "{attempts: 2}")
    found = classes.open_new_class(teacher=teacher, title="Class 1")
    classes.join(user=learner, classroom=found)
    return found


@pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}], ids=["page", "part"])
def test_a_test_that_counts_for_a_class_is_sat_with_a_name_alone(room, headers):
    stranger, log_in_page = Client(headers=headers), f"/en/login/?next={QUIZ}test/"
    answers = [stranger.get(f"{QUIZ}test/"), *(stranger.post(f"{QUIZ}test/{do}/") for do in ("begin", "save", "finish"))]
    assert {answer.headers.get("HX-Redirect" if headers else "Location") for answer in answers} == {log_in_page}
    assert not Sitting.objects.exists()
    assert "counts for a class. Log in to take it." in Client().get(f"{QUIZ}test/", follow=True).content.decode()
    assert stranger.get(f"{QUIZ}nothing/timed/").status_code == 404


def test_what_a_stranger_sat_before_there_was_a_class_counts_for_nobody_in_it(course, teacher, learner):
    with_test(course, "{attempts: 2}")
    stranger = Client()
    sit(stranger, "a")
    classes.join(user=learner, classroom=classes.open_new_class(teacher=teacher, title="Class 1"))
    log_in(stranger, learner)
    assert percents(learner) == []
    assert "test" not in Progress.objects.get(user=learner).answers


def test_page_and_gradebook_count_tests_in_the_order_in_which_they_ended(course, teacher, learner, as_):
    """Two that were begun in one order and ended in the other come of a session that was joined with a name."""
    from datetime import timedelta

    lesson = with_test(course, "{combine: last}")
    client = as_(learner)
    sit(client, "a", "b")
    first, second = Sitting.objects.order_by("pk")
    Sitting.objects.filter(pk=first.pk).update(started_at=second.started_at + timedelta(seconds=1))
    found = classes.open_new_class(teacher=teacher, title="Class 1")
    classes.join(user=learner, classroom=found)
    page = client.get(f"{QUIZ}test/").content.decode()
    assert "Your result: 0%" in page
    assert "The last attempt: 0%" in page
    cells = dict(grading.work_of(found, learner.pk, queries.dates_of(found)))
    assert [cell.points for column, cell in cells.items() if column.slug == lesson.slug] == [0]


def test_after_a_regrade_what_is_said_below_agrees_with_the_points(course, teacher, learner, as_):
    from learnk8s.quizzes import regrading

    row = with_test(course, "{attempts: 2}")
    client = as_(learner)
    sit(client, "a")
    revision = row.revisions.get(number=2)
    files = {**revision.files, "quiz.yaml": revision.files["quiz.yaml"].replace("id: a, right: true,", "id: a,").replace("id: b,", "id: b, right: true,").replace("It is A.", "It is B.")}
    library.publish(lesson=row, revision=library.save_revision(lesson=row, by=None, files=files, base_number=2), by=None)
    regrading.carry_out(lesson=Lesson.objects.get(pk=row.pk), question="one", by=teacher, lowers=True, reason="The key was wrong.")
    page = client.get(f"{QUIZ}test/").content.decode()
    assert "Your result: 0%" in page
    assert '<span class="badge" data-health="bad">Not right</span>' in page
    assert "It is B." in page
    assert "It is A." not in page


def test_of_two_windows_the_one_left_behind_is_told_that_the_test_was_handed_in(course, learner, as_):
    with_test(course, "{seconds: 600}")
    client = as_(learner)
    client.post(f"{QUIZ}test/begin/")
    mine = {"sitting": Sitting.objects.get().pk, "one.answer": "a"}
    assert f'name="sitting" value="{mine["sitting"]}"' in client.get(f"{QUIZ}test/").content.decode()
    client.post(f"{QUIZ}test/finish/", {"one.answer": "b"})
    late = client.post(f"{QUIZ}test/save/", mine, headers={"hx-request": "true"})
    assert (late.status_code, "handed in elsewhere" in late.content.decode(), "time is up" in late.content.decode()) == (409, True, False)
    assert "was handed in before, in another window" in client.post(f"{QUIZ}test/finish/", mine, follow=True).content.decode()
    client.post(f"{QUIZ}test/begin/")
    client.post(f"{QUIZ}test/finish/", mine)
    assert Sitting.objects.filter(finished_at=None).count() == 1, "the next attempt is not handed in by a page of the one before"
    assert Sitting.objects.get(finished_at=None).answers == {}
