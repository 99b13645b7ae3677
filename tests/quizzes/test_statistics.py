"""Figures of questions, and regrading: first dry, never lower without saying so, with an audit row."""

import pytest
from django.utils.translation import override

from learnk8s.accounts.models import User
from learnk8s.courseware.questions.reading import read_questions
from learnk8s.courseware.reading import Reader
from learnk8s.lessons.models import Progress
from learnk8s.library import actions as library
from learnk8s.library.models import Lesson
from learnk8s.quizzes import regrading
from learnk8s.quizzes.actions import Refused
from learnk8s.quizzes.models import Attempt, Regrade
from learnk8s.quizzes.statistics import attempts_at, items_of

TEXT = """\
questions:
  - id: a
    type: single
    text: {ko: 가, en: A}
    options: [{id: r, right: true, text: {ko: 맞음, en: right}}, {id: w, text: {ko: 틀림, en: wrong}}, {id: never, text: {ko: 아무도, en: never}}]
    explanation: {ko: 가, en: a}
  - id: b
    type: short
    accepted: [yes-yes]
    text: {ko: 나, en: B}
    explanation: {ko: 나, en: b}
"""


@pytest.fixture
def lesson(course):
    row = Lesson.objects.get(slug="self-healing", course=course)
    files = dict(row.revisions.get(number=1).files)
    files |= {"quiz.yaml": TEXT, **{f"{language}.md": "## 가\n\n```quiz a b\n```\n" for language in ("ko", "en")}}
    library.publish(lesson=row, revision=library.save_revision(lesson=row, by=None, files=files, base_number=1), by=None)
    row.refresh_from_db()
    return row


def answered(lesson, number, *, a, b):
    """Let one person answer both questions."""
    user = User.objects.create_user(username=f"p{number}", password="x")
    for question, given, right in (("a", a, "r"), ("b", b, "yes-yes")):
        Attempt.objects.create(user=user, revision=lesson.published_revision, question=question, answer=[given], percent=100 if given == right else 0, seconds=number)
    return user


def figures(lesson):
    reader = Reader.of("quiz.yaml", TEXT)
    with override("en"):
        return {item.id: item for item in items_of(attempts_at(lesson, None), read_questions(reader, reader.value["questions"]), "en")}


def test_under_ten_the_figures_are_left_out(lesson):
    for number in range(9):
        answered(lesson, number, a="r", b="yes-yes")
    found = figures(lesson)["a"]
    assert found.is_few
    assert (found.people, found.facility, found.discrimination, found.warnings) == (9, None, None, ())


def test_facility_discrimination_time_and_distractors(lesson):
    for number in range(12):
        answered(lesson, number, a="r" if number < 6 else "w", b="yes-yes" if number < 6 else "no")
    found = figures(lesson)["a"]
    assert (found.facility, found.discrimination, found.seconds) == (50, 1.0, 5)
    assert [(answer.text, answer.count, answer.is_right) for answer in found.answers] == [("right", 6, True), ("wrong", 6, False), ("never", 0, False)]
    assert found.warnings == ("Nobody chose “never”.",)


def test_a_wrong_key_is_warned_of(lesson):
    for number in range(12):
        answered(lesson, number, a="w" if number < 9 else "r", b="yes-yes" if number < 9 else "no")
    warnings = " ".join(figures(lesson)["a"].warnings)
    assert "the key may be wrong" in warnings
    assert "More chose “wrong” than the right one." in warnings


def test_only_first_attempts_count(lesson):
    for number in range(10):
        user = answered(lesson, number, a="w", b="no")
        Attempt.objects.create(user=user, revision=lesson.published_revision, question="a", answer=["r"], percent=100)
    assert (figures(lesson)["a"].facility, figures(lesson)["a"].attempts) == (0, 20)


@pytest.fixture
def mended(lesson, learner):
    """One answered as is right after the mending, one as was right before it; then the key is turned."""
    users = answered(lesson, 1, a="w", b="no"), answered(lesson, 2, a="r", b="no")
    for user, percent in zip(users, (0, 100), strict=True):
        Progress.objects.create(user=user, lesson=lesson, revision=lesson.published_revision, answers={"a": percent})
    files = dict(lesson.published_revision.files)
    files["quiz.yaml"] = TEXT.replace("{id: r, right: true,", "{id: r,").replace("{id: w,", "{id: w, right: true,")
    library.publish(lesson=lesson, revision=library.save_revision(lesson=lesson, by=None, files=files, base_number=2), by=None)
    lesson.refresh_from_db()
    return users


def points(question="a"):
    return list(Attempt.objects.filter(question=question).order_by("user__username").values_list("percent", flat=True))


def test_a_dry_run_changes_nothing(lesson, mended):
    plan = regrading.planned(lesson, "a")
    assert [(change.old, change.new) for change in plan.changes] == [(0, 100), (100, 0)]
    assert (plan.raised, plan.lowered, points()) == (1, 1, [0, 100])


def test_nobody_loses_points_unless_it_is_asked_for_with_a_reason(lesson, mended, learner):
    audit = regrading.carry_out(lesson=lesson, question="a", by=learner, lowers=False, reason="")
    assert points() == [100, 100]
    assert [(row["old"], row["new"]) for row in audit.rows] == [(0, 100)]
    assert Progress.objects.get(user=mended[0]).answers["a"] == 100
    with pytest.raises(Refused):
        regrading.carry_out(lesson=lesson, question="a", by=learner, lowers=True, reason=" ")
    regrading.carry_out(lesson=lesson, question="a", by=learner, lowers=True, reason="The key was wrong.")
    assert points() == [100, 0]
    assert Regrade.objects.count() == 2


def test_the_student_sees_the_new_model_answer(lesson, mended, learner, as_):
    regrading.carry_out(lesson=lesson, question="a", by=learner, lowers=True, reason="The key was wrong.")
    page = as_(mended[1]).get("/en/learn/kubernetes/self-healing/").content.decode()
    assert "Not right" in page
    page = as_(mended[0]).get("/en/learn/kubernetes/self-healing/").content.decode()
    assert "Right" in page


def test_what_students_do_not_see_is_not_graded_by(lesson, learner):
    with pytest.raises(Refused):
        regrading.planned(lesson, "no-such-question")
