"""Gradebooks are remembered, and never when something changed: whoever looks again sees what would be read anew."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from learnk8s.accounts.adoption import adopt_all
from learnk8s.challenges import actions as challenging
from learnk8s.challenges.models import Attempt as Tried
from learnk8s.classroom import actions, grading, queries, remembered
from learnk8s.classroom.models import Classroom
from learnk8s.lessons.actions import reach
from learnk8s.lessons.models import Progress
from learnk8s.library import actions as library
from learnk8s.quizzes import regrading
from learnk8s.quizzes.models import Attempt
from learnk8s.web.visitor import Visitor

QUESTION = """  - id: {name}
    type: single
    text: {{ko: 물음, en: Question}}
    options:
      - {{id: a, text: {{ko: 가, en: A}}}}
      - {{id: b, text: {{ko: 나, en: B}}}}
    explanation: {{ko: 가, en: A.}}
"""
QUIZ = f"questions:\n{QUESTION.format(name='one')}{QUESTION.format(name='two')}    seconds: 30\n".replace("{id: a,", "{id: a, right: true,")
TEXT = "## One\n\n```quiz one two\n```\n\n```challenge bad-image-tag\n```\n"
ADDRESS = "/en/quiz/own/lesson/"


@pytest.fixture
def here(teacher, learner, stranger, as_):
    """A class and its lesson of three parts: a question, one with a time limit, and a challenge. An hour ago the learner gave a right answer and the stranger a wrong one."""
    remembered._kept.clear()  # rows of an earlier test had the same keys
    course = library.make_course(by=teacher, slug="own", title={"ko": "과정", "en": "Course"})
    lesson = library.make_item(course=course, kind="lesson", slug="lesson", title={"ko": "레슨", "en": "Lesson"}, by=teacher)
    made = SimpleNamespace(room=actions.open_new_class(teacher=teacher, title="Class", course_slug="own"), lesson=lesson, teacher=teacher, learner=learner, stranger=stranger, as_=as_)
    publish(made, QUIZ)
    for student, given in ((learner, "a"), (stranger, "b")):
        actions.join(user=student, classroom=made.room)
        as_(student).post(f"{ADDRESS}one/", {"answer": given})
    Attempt.objects.update(created_at=ago(hours=1))
    Progress.objects.update(updated_at=ago(hours=1))
    return made


def publish(here, quiz, text=TEXT):
    texts = {"ko.md": text, "en.md": text, "quiz.yaml": quiz}
    revision = library.save_revision(lesson=here.lesson, by=here.teacher, base_number=here.lesson.revisions.count(), files={**here.lesson.revisions.first().files, **texts})
    library.publish(lesson=here.lesson, revision=revision, by=here.teacher)
    here.lesson.refresh_from_db()


@pytest.fixture
def read(monkeypatch):
    """Of how many students the deeds were read, look by look."""
    looks, deeds = [], grading._deeds
    monkeypatch.setattr(grading, "_deeds", lambda users, *rest: looks.append(len(users)) or deeds(users, *rest))
    return looks


@pytest.fixture
def read_of(monkeypatch):
    """Which lessons were read, look by look."""
    looks, deeds = [], grading._deeds
    monkeypatch.setattr(grading, "_deeds", lambda users, lessons, names: looks.append(set(lessons)) or deeds(users, lessons, names))
    return looks


@pytest.fixture
def second(here):
    """Another lesson of the course with the same questions, and a scenario that it asks for. The learner was there an hour ago."""
    scene = library.make_item(course=here.lesson.course, kind="scenario", slug="scene", title={"ko": "장면", "en": "Scene"}, by=here.teacher)
    library.publish(lesson=scene, revision=scene.revisions.first(), by=here.teacher)
    lesson = library.make_item(course=here.lesson.course, kind="lesson", slug="second", title={"ko": "둘째", "en": "Second"}, by=here.teacher)
    publish(SimpleNamespace(lesson=lesson, teacher=here.teacher), QUIZ, TEXT.replace("```challenge bad-image-tag", "```scenario scene"))
    scene.refresh_from_db()
    here.scene = scene
    answers_second(here)
    Attempt.objects.update(created_at=ago(hours=1))
    Progress.objects.update(updated_at=ago(hours=1))
    return lesson


def answers_second(here, given="b"):
    here.as_(here.learner).post("/en/quiz/own/second/one/", {"answer": given})


def ago(**time):
    return timezone.now() - timedelta(**time)


def seen(here):
    """Return what a teacher sees: points, how much is done, whether it came late."""
    here.room.refresh_from_db()
    found = grading.book(here.room, queries.students_of(here.room), queries.dates_of(here.room))
    return {str(student): [(cell.points, cell.done, cell.is_late) for cell in cells] for student, cells in found.rows}


def test_who_looks_again_reads_nothing_again(here, read):
    for _look in range(3):
        assert seen(here) == {"learner": [(33, 33, False)], "stranger": [(0, 33, False)]}
    assert read == [2]


def test_only_who_did_something_is_read_again(here, read):
    seen(here)
    here.as_(here.learner).post(f"{ADDRESS}one/", {"answer": "b"})
    seen(here)
    assert read == [2, 1]


def test_what_is_done_in_the_same_moment_is_seen(here, read):
    """A transaction that began earlier ends later, or a clock is set back: the last moment is the same as before."""
    moment, rows = ago(seconds=1), Progress.objects.filter(user=here.learner)
    rows.update(updated_at=moment)
    before = seen(here)
    reach(visitor=Visitor(here.learner, ""), lesson=here.lesson, answer=("two", 100))
    rows.update(updated_at=moment)
    assert seen(here) != before
    rows.update(updated_at=moment - remembered.SETTLING)
    for _look in range(2):
        assert seen(here) != before
    assert read == [2, 1, 1]


def test_of_who_goes_on_only_that_lesson_is_read(here, second, read_of):
    seen(here)
    answers_second(here, "a")
    assert seen(here)["learner"] == [(33, 33, False), (33, 33, False), (None, 0, False)]
    here.as_(here.learner).post(f"{ADDRESS}two/timed/begin/")
    here.as_(here.learner).post(f"{ADDRESS}two/timed/finish/", {"two.answer": "a"})
    assert seen(here)["learner"] == [(66, 66, False), (33, 33, False), (None, 0, False)]
    assert read_of[1:] == [{second.pk, here.scene.pk}, {second.pk, here.scene.pk, here.lesson.pk}], "as long as it is just passing, what was before is the measure"


def test_a_scenario_that_is_reached_counts_in_the_lesson_that_asks_for_it(here, second, read_of):
    seen(here)
    Attempt.objects.create(user=here.learner, revision=here.scene.published_revision, question="scenario", answer=[], percent=90)
    assert seen(here)["learner"] == [(33, 33, False), (30, 33, False), (90, 100, False)]
    assert read_of[1:] == [{second.pk, here.scene.pk}]


@pytest.mark.parametrize("rows", [Attempt, Progress])
def test_what_is_taken_away_while_something_new_comes_is_seen(here, second, read_of, rows):
    seen(here)
    rows.objects.get(user=here.learner, **{"lesson" if rows is Progress else "revision__lesson": here.lesson}).delete()
    reach(visitor=Visitor(here.learner, ""), lesson=here.scene, task="x")
    Attempt.objects.create(user=here.learner, revision=second.published_revision, question="one", answer=["a"], percent=100)
    now = seen(here)["learner"][0]
    assert now == ((33, 0, False) if rows is Progress else (None, 33, False))
    assert read_of[1] == read_of[0]


def answers(here):
    here.as_(here.stranger).post(f"{ADDRESS}one/", {"answer": "a"})


def answers_in_time(here):
    here.as_(here.stranger).post(f"{ADDRESS}two/timed/begin/")
    here.as_(here.stranger).post(f"{ADDRESS}two/timed/finish/", {"two.answer": "a"})


def does_a_task(here):
    reach(visitor=Visitor(here.stranger, ""), lesson=here.lesson, task="challenge:bad-image-tag")


def solves_a_challenge(here):
    challenging.be_done(visitor=Visitor(here.stranger, ""), attempt=Tried.objects.create(user=here.stranger, slug="bad-image-tag"), commands=1)


def leaves_nothing_but_an_answer(here):
    Attempt.objects.create(user=here.stranger, revision=here.lesson.published_revision, question="one", answer=["a"], percent=100)


def gives_a_challenge(here):
    actions.assign(classroom=here.room, kind="challenge", lesson_slug="crash-loop", due_at=ago(hours=-3))


def solves_what_was_given_up(here):
    challenging.be_done(visitor=Visitor(here.stranger, ""), attempt=Tried.objects.create(user=here.stranger, slug="crash-loop", solution_shown=True), commands=1)


def had_answered_before_logging_in(here):
    client = Client()
    client.post(f"{ADDRESS}one/", {"answer": "a"})
    Attempt.objects.filter(user=None).update(created_at=ago(hours=2))
    adopt_all(here.stranger, client.session.session_key)


def turns_the_key(here):
    publish(here, QUIZ.replace(", right: true", "").replace("{id: b", "{id: b, right: true"))


def drops_a_question(here):
    publish(here, QUIZ[: QUIZ.index("  - id: two")], TEXT.replace(" two", ""))


def grades_again(here):
    regrading.carry_out(lesson=here.lesson, question="one", by=here.teacher, lowers=True, reason="The key was wrong.")


def puts_the_lesson_away(here):
    type(here.lesson).objects.update(archived_at=timezone.now())


def gives_a_date(here):
    actions.assign(classroom=here.room, lesson_slug="lesson", due_at=ago(hours=3))


def moves_the_date(here):
    actions.assign(classroom=here.room, lesson_slug="lesson", due_at=ago(minutes=5))


def takes_the_date_away(here):
    here.room.assignments.all().delete()


def extends(here):
    actions.extend(assignment=here.room.assignments.get(), user=here.learner, due_at=ago(minutes=5))


def refuses_what_is_late(here):
    Classroom.objects.update(late="refuse")


def takes_a_tenth_off(here):
    Classroom.objects.update(late="penalty", late_percent=10)


def takes_half_off(here):
    Classroom.objects.update(late="penalty", late_percent=50)


def takes_somebody_out(here):
    actions.leave(classroom=here.room, user=here.stranger)


def takes_somebody_in(here):
    actions.join(user=type(here.learner).objects.create_user(username="somebody"), classroom=here.room)


@pytest.mark.parametrize(("before", "change"), [
    *(pytest.param((), change, id=change.__name__) for change in (answers, answers_in_time, leaves_nothing_but_an_answer, does_a_task, solves_a_challenge, had_answered_before_logging_in, drops_a_question, puts_the_lesson_away, gives_a_date, takes_somebody_out, takes_somebody_in)),
    *(pytest.param((gives_a_date,), change, id=change.__name__) for change in (moves_the_date, takes_the_date_away, extends, refuses_what_is_late, takes_a_tenth_off)),
    pytest.param((gives_a_challenge,), solves_what_was_given_up, id="solves_what_was_given_up"),
    pytest.param((turns_the_key,), grades_again, id="grades_again"),
    pytest.param((gives_a_date, takes_a_tenth_off), takes_half_off, id="takes_half_off"),
])
def test_a_change_is_seen_at_once(here, before, change):
    for step in before:
        step(here)
    first = seen(here)
    change(here)
    now = seen(here)
    remembered._kept.clear()
    assert now == seen(here), "what would be read anew"
    assert now != first


def test_a_question_with_a_time_limit_counts(here):
    answers_in_time(here)
    assert seen(here)["stranger"] == [(33, 66, False)]


def test_pages_are_in_the_language_of_who_looks(here):
    desk, address = here.as_(here.teacher), f"classes/{here.room.pk}/grades/"
    for _look in range(2):
        assert "Lesson" in desk.get(f"/en/{address}").content.decode()
        assert "레슨" in desk.get(f"/ko/{address}").content.decode()


def test_of_many_classes_the_last_are_remembered(here, monkeypatch):
    monkeypatch.setattr(remembered, "CLASSES_MAX", 2)
    others = [actions.open_new_class(teacher=here.teacher, title=f"Class {number}", course_slug="own") for number in range(3)]
    for room in others:
        actions.join(user=here.learner, classroom=room)
        grading.book(room, queries.students_of(room), [])
    assert list(remembered._kept) == [room.pk for room in others[1:]]


@pytest.mark.parametrize("path", ["", "?forms=people", "grades/", "grades/?format=csv"])
def test_a_page_that_remembers_nothing_takes_twelve_queries_at_most(here, path, django_assert_max_num_queries):
    gives_a_date(here), extends(here), solves_a_challenge(here), answers_in_time(here)
    desk, address = here.as_(here.teacher), f"/en/classes/{here.room.pk}/{path}"
    desk.get(address)
    remembered._kept.clear()
    with django_assert_max_num_queries(12):
        desk.get(address)
    Progress.objects.update(updated_at=ago(hours=1))
    Attempt.objects.update(created_at=ago(hours=1))
    Tried.objects.update(solved_at=ago(hours=1))
    desk.get(address)
    with django_assert_max_num_queries(8):
        desk.get(address)
    answers(here)
    with django_assert_max_num_queries(12):
        desk.get(address)
