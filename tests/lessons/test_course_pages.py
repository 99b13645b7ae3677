"""The course as a whole: its overview, the placement test, the final project and its certificate, with and without an account."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from learnk8s.lessons.models import Certificate, Progress
from learnk8s.lessons.plan import plan_of
from learnk8s.library import actions as library_actions
from learnk8s.library import queries as library
from learnk8s.library.models import Course, Lesson

PAGE = "/en/learn/kubernetes/certificate/"


@pytest.fixture
def reader(course):
    client = Client()
    client.post("/en/learn/kubernetes/self-healing/start/")
    return client


def finish(project: str = "a-bad-day") -> None:
    lesson = library.published_lesson("kubernetes", project)
    row = Progress.objects.get()
    tasks = library.document_of(lesson.published_revision).tasks
    Progress.objects.create(lesson=lesson, revision=lesson.published_revision, user=row.user, session_key=row.session_key, tasks=dict.fromkeys(tasks, True))


def test_the_overview_says_where_to_go_on(reader):
    page = reader.get("/en/learn/").content.decode()
    assert "Go on with: Desired state and self-healing" in page
    assert "lessons in" in page and "hours" in page


def test_a_newcomer_is_not_told_to_go_on(course):
    assert "Go on with" not in Client().get("/en/learn/").content.decode()


FOLDS = re.compile(r'<details class="module__fold"( open)?><summary>(\d+) lessons?')


def test_modules_that_nobody_has_begun_are_folded_with_their_counts(course, reader):
    newcomer = FOLDS.findall(Client().get("/en/learn/").content.decode())
    assert [place for place, (is_open, _count) in enumerate(newcomer) if is_open] == [0]
    assert sum(int(count) for _is_open, count in newcomer) == len(library.published_lessons("kubernetes"))
    begun = FOLDS.findall(reader.get("/en/learn/").content.decode())
    assert [place for place, (is_open, _count) in enumerate(begun) if is_open] == [6]


def test_a_lesson_leads_to_the_next_one(course):
    page = Client().get("/en/learn/kubernetes/idle-machines/").content.decode()
    assert 'rel="next" href="/en/learn/kubernetes/sharing-needs-walls/"' in page
    assert 'rel="prev"' not in page


def test_every_question_of_the_placement_test_exists_and_has_one_right_answer(course):
    plan = plan_of("kubernetes")
    assert 8 <= len(plan.placement) <= 16
    for asked in plan.placement:
        lesson = library.published_lesson("kubernetes", asked.lesson)
        if lesson is not None:
            question = library.document_of(lesson.published_revision).questions[asked.question]
            assert sum(option.is_right for option in question.options) == 1


def right_answers() -> dict[str, str]:
    given = {}
    for number, asked in enumerate(plan_of("kubernetes").placement):
        lesson = library.published_lesson("kubernetes", asked.lesson)
        if lesson is not None:
            question = library.document_of(lesson.published_revision).questions[asked.question]
            given[f"q{number}"] = next(option.id for option in question.options if option.is_right)
    return given


def test_whoever_knows_nothing_starts_at_the_beginning(course):
    page = Client().get("/en/learn/kubernetes/placement/?q0=?").content.decode()
    assert "Start at the beginning, with Why virtualise at all." in page and "you seem to know" not in page


def test_whoever_knows_the_first_module_starts_with_the_second(course):
    known = {name: value for name, value in right_answers().items() if name in ("q0", "q1")}
    page = Client().get("/en/learn/kubernetes/placement/", known).content.decode()
    assert "2 of" in page and "Start with module 2" in page


def test_whoever_knows_all_is_sent_to_the_project(course):
    page = Client().get("/ko/learn/kubernetes/placement/", right_answers()).content.decode()
    assert "마지막 과제에 도전하자" in page


def test_odd_answers_are_no_error_and_the_test_writes_nothing(course):
    client = Client()
    assert client.get("/en/learn/kubernetes/placement/?q0=zzz&q99=a&q1=%00").status_code == 200
    assert not client.cookies.get("sessionid")
    assert client.get("/en/learn/nowhere/placement/").status_code == 404


def test_without_the_project_there_is_no_certificate(reader):
    assert "4 tasks are still open" in reader.get(PAGE).content.decode()
    reader.post(PAGE, {"name": "Anna"})
    assert not Certificate.objects.exists()


def test_the_project_done_gives_a_certificate_that_anybody_can_verify(reader):
    finish()
    address = reader.post(PAGE, {"name": "Anna <b>"}).headers["Location"]
    page = Client().get(address).content.decode()
    assert "Anna &lt;b&gt;" in page and "in the records of this site" in page
    assert Client().get(address.replace("/en/", "/ko/").lower()).status_code == 200


def test_a_certificate_counts_the_project_and_has_one_date_wherever_it_is_looked_at(reader):
    finish()
    address = reader.post(PAGE, {"name": "Anna"}).headers["Location"]
    Certificate.objects.update(issued_at=datetime(2026, 7, 1, 18, tzinfo=UTC))
    for zone in ("Asia/Seoul", "America/New_York"):
        client = Client()
        client.cookies["zone"] = zone
        page = client.get(address).content.decode()
        assert "<dt>Lessons done</dt><dd>1</dd>" in page
        assert '<time datetime="2026-07-01T18:00:00+00:00">1 July 2026 (UTC)</time>' in page
    Certificate.objects.update(lessons_done=0)
    assert "Lessons done" not in Client().get(address).content.decode(), "one that was issued when the project was not counted"


def test_a_second_request_corrects_the_name_and_keeps_the_code(reader):
    finish()
    first = reader.post(PAGE, {"name": "Ann"}).headers["Location"]
    assert reader.post(PAGE, {"name": "Anna"}).headers["Location"] == first
    assert Certificate.objects.get().name == "Anna"


def test_a_certificate_needs_a_name(reader):
    finish()
    assert reader.post(PAGE, {"name": "  "}).status_code == 422
    assert not Certificate.objects.exists()


def test_a_code_that_does_not_exist_is_told_as_such(course):
    answer = Client().get("/ko/certificate/AAAA-BBBB-CCCC/")
    assert answer.status_code == 404 and "없는 수료증" in answer.content.decode()


def test_a_certificate_follows_on_signing_up(reader):
    finish()
    reader.post(PAGE, {"name": "Anna"})
    reader.post("/en/signup/", {"username": "anna", "password1": "krumpli-77x", "password2": "krumpli-77x"})
    assert Certificate.objects.get().user.username == "anna"


def test_the_form_of_a_certificate_proposes_the_name_that_others_see(reader):
    reader.post("/en/signup/", {"username": "anna", "display_name": "Anna B.", "password1": "krumpli-77x", "password2": "krumpli-77x"})
    finish()
    assert 'value="Anna B."' in reader.get(PAGE).content.decode()


def clone(course):
    """Make a copy of a course as a class has one: of the same title, in no catalogue."""
    own = Course.objects.create(slug="kubernetes-2", title_ko=course.title_ko, title_en=course.title_en)
    for place, slug in enumerate(("idle-machines", "self-healing")):
        row = library_actions.make_item(course=own, kind="lesson", slug=slug, title={"ko": "가", "en": "A"}, by=None, files=Lesson.objects.get(course=course, slug=slug).published_revision.files)
        library_actions.publish(lesson=row, revision=row.revisions.get(), by=None)
        Lesson.objects.filter(pk=row.pk).update(position=place)
    return own


def test_a_lesson_leads_to_the_course_that_it_is_of_and_to_a_certificate_only_where_there_is_one(course):
    clone(course)
    client, own = Client(), "/en/learn/kubernetes-2/"
    page = client.get(f"{own}self-healing/").content.decode()
    assert f'<a href="{own}">' in page
    assert f'class="onward__next" href="{own}"' in page
    assert "To the course</strong>" in page
    overview = client.get(own).content.decode()
    assert f'href="{own}idle-machines/"' in overview
    assert f"<h1 class=\"page__title\">{course.title_en}</h1>" in overview
    assert "certificate" not in overview
    assert "Nothing needs an account" not in overview, "the tests of a class do"
    last = library.published_lessons("kubernetes")[-1]
    page = client.get(f"/en/learn/kubernetes/{last.slug}/").content.decode()
    assert page.count('href="/en/learn/#course-kubernetes"') == 2
    assert "To the course and its certificate" in page
    assert 'id="course-kubernetes"' in client.get("/en/learn/").content.decode()


def test_a_course_without_lessons_or_put_away_has_no_page(course):
    own = Course.objects.create(slug="empty", title_ko="가", title_en="A")
    assert Client().get("/en/learn/empty/").status_code == 404
    assert Client().get("/en/learn/nothing/").status_code == 404
    Course.objects.filter(pk=own.pk).update(archived_at=timezone.now())
    assert Client().get("/en/learn/empty/").status_code == 404
