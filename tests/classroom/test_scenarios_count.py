"""What is reached in scenarios, challenges and tasks counts as answers do: in the class, in the gradebook, and in lessons that ask for it."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.utils import timezone

from learnk8s.challenges import actions as challenging
from learnk8s.challenges.models import Attempt as Tried
from learnk8s.classroom import actions, grading, queries
from learnk8s.library import actions as library
from learnk8s.playground import actions as playground
from learnk8s.playground.models import Sandbox
from learnk8s.quizzes.models import Attempt
from learnk8s.web.visitor import Visitor

SCENE = "/en/scenarios/own/scene/"
SCENARIO = """title: {ko: 장면, en: Scene}
story: {ko: 이야기, en: Story}
task: {ko: 두 벌로., en: Bring it to two.}
world: kubernetes
scenario: self-healing
goal:
  all:
    - {field: {ref: "Deployment/default/web", path: spec.replicas, value: 2}}
solution: ["kubectl scale deployment web --replicas=2"]
hints:
  - {ko: 가, en: a, penalty: 10}
  - {ko: 나, en: b, penalty: 20}
"""


@pytest.fixture
def own(teacher):
    """A course with a scenario, and a lesson whose text asks for it and for a challenge."""
    made = library.make_course(by=teacher, slug="own", title={"ko": "과정", "en": "Course"})
    scene = library.make_item(course=made, kind="scenario", slug="scene", title={"ko": "장면", "en": "Scene"}, by=teacher, files={"scenario.yaml": SCENARIO})
    lesson = library.make_item(course=made, kind="lesson", slug="lesson", title={"ko": "레슨", "en": "Lesson"}, by=teacher)
    text = "## One\n\n```scenario scene\n```\n\n```challenge bad-image-tag\n```\n"
    revision = library.save_revision(lesson=lesson, by=teacher, base_number=1, files={**lesson.revisions.get().files, "ko.md": text, "en.md": text})
    library.publish(lesson=scene, revision=scene.revisions.get(), by=teacher)
    library.publish(lesson=lesson, revision=revision, by=teacher)
    return made


@pytest.fixture
def room(own, teacher, learner):
    made = actions.open_new_class(teacher=teacher, title="Class", course_slug="own")
    actions.join(user=learner, classroom=made)
    return made


def cells(room):
    found = grading.book(room, queries.students_of(room), queries.dates_of(room))
    return dict(zip([(column.kind, column.slug) for column in found.columns], found.rows[0][1], strict=True))


def play(student, *, reaches=True):
    student.post(SCENE, {"do": "begin"})
    if reaches:
        playground.type_line(Sandbox.objects.get(lesson_key="scenario:own/scene"), "kubectl scale deployment web --replicas=2")
    return student.post(SCENE, {"do": "check"}).content.decode()


def test_a_scenario_counts_with_its_hints_and_its_date(room, learner, as_, desk_of_teacher):
    student = as_(learner)
    assert "Not yet:" in play(student, reaches=False)
    assert cells(room)["scenario", "scene"].points is None
    student.post(SCENE, {"do": "hint"})
    assert "reached, 90%" in play(student)
    student.post(SCENE, {"do": "check"})
    assert Attempt.objects.count() == 1, "one sandbox is reached once"
    assert (cells(room)["scenario", "scene"].points, cells(room)["scenario", "scene"].done) == (90, 100)
    assert (cells(room)["lesson", "lesson"].points, cells(room)["lesson", "lesson"].done) == (45, 50), "the challenge is still to be reached"
    student.post(SCENE, {"do": "hint"})
    play(student)
    assert cells(room)["scenario", "scene"].points == 90, "the best counts"
    desk_of_teacher.post(f"/en/classes/{room.pk}/dates/", {"do": "assign", "lesson_slug": "scenario:scene", "due_at": (timezone.now() - timedelta(hours=30)).strftime("%Y-%m-%dT%H:%M")})
    desk_of_teacher.post(f"/en/classes/{room.pk}/dates/", {"do": "late", "late": "penalty", "late_percent": "20"})
    room.refresh_from_db()
    assert (cells(room)["scenario", "scene"].points, cells(room)["scenario", "scene"].is_late) == (54, True)
    rows = list(csv.reader(StringIO(desk_of_teacher.get(f"/en/classes/{room.pk}/grades/?format=csv").content.decode("utf-8-sig"))))
    assert rows[0][2:] == ["Lesson", "Scene"]
    assert rows[1][2:] == ["45", "54"]
    assert "Scene" in student.get(f"/en/classes/{room.pk}/").content.decode()
    Attempt.objects.bulk_create([Attempt(revision=Attempt.objects.first().revision, session_key=f"s{number}", question="scenario", answer=["x", str(number % 2 + 1)], percent=100) for number in range(10)])
    page = desk_of_teacher.get("/en/library/own/scene/statistics/").content.decode()
    assert "Points of those who reached the goal" in page
    assert "2 commands" in page
    assert "reached, 90%" in student.get("/en/learn/own/lesson/").content.decode()


@pytest.fixture
def desk_of_teacher(teacher, as_):
    return as_(teacher)


def test_a_challenge_counts_unless_its_solution_was_shown(room, learner, desk_of_teacher):
    desk_of_teacher.post(f"/en/classes/{room.pk}/dates/", {"do": "assign", "lesson_slug": "challenge:bad-image-tag", "due_at": (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")})
    visitor, kind = Visitor(learner, ""), ("challenge", "bad-image-tag")
    shown = Tried.objects.create(user=learner, slug="bad-image-tag", solution_shown=True)
    challenging.be_done(visitor=visitor, attempt=shown, commands=2)
    assert (cells(room)[kind].points, cells(room)["lesson", "lesson"].done) == (0, 0)
    own = Tried.objects.create(user=learner, slug="bad-image-tag")
    challenging.be_done(visitor=visitor, attempt=own, commands=2)
    challenging.give_up(attempt=own)
    assert (cells(room)[kind].points, cells(room)["lesson", "lesson"].done) == (100, 50)
    desk_of_teacher.post(f"/en/classes/{room.pk}/dates/", {"do": "remove", "kind": "challenge", "lesson_slug": "bad-image-tag"})
    assert kind not in cells(room)


def test_a_task_of_a_lesson_counts_by_its_moment(course, teacher, learner, as_):
    room = actions.open_new_class(teacher=teacher, title="Class")
    actions.join(user=learner, classroom=room)
    student, address = as_(learner), "/en/learn/kubernetes/self-healing/"
    from learnk8s.library import queries

    document = queries.document_of(queries.published_lesson("kubernetes", "self-healing").published_revision)
    name, task = next(iter(document.tasks.items()))
    student.post(f"{address}start/")
    for line in task.solution:
        playground.type_line(Sandbox.objects.get(), line)
    playground.jump(Sandbox.objects.get(), 600)
    student.post(f"{address}check/{name}/")
    whole = len(document.questions) + len(document.tasks)
    assert cells(room)["lesson", "self-healing"].points == 100 // whole


def test_a_lesson_that_names_what_is_nowhere_is_not_published(own, teacher, as_):
    desk = as_(teacher)
    lesson = own.lessons.get(slug="lesson")
    text = "## One\n\n```scenario none\n```\n\n```challenge none\n```\n"
    library.save_revision(lesson=lesson, by=teacher, base_number=2, files={**lesson.revisions.first().files, "ko.md": text, "en.md": text})
    page = desk.post("/en/library/own/lesson/publish/3/")
    assert page.status_code == 422
    assert "There is no scenario none." in page.content.decode()
    assert "There is no challenge none." in page.content.decode()
