"""Courses: anybody makes one; roles say who may do what; clones keep credit."""

import re

import pytest
from django.test import Client

from learnk8s.library import actions
from learnk8s.library.models import Course, Lesson, Membership

NEW = {"title_ko": "새 코스", "title_en": "A new course", "slug": ""}


def test_anybody_who_is_signed_in_makes_a_course(stranger, as_):
    client = as_(stranger)
    assert client.post("/en/library/new/", NEW).headers["Location"] == "/en/library/a-new-course/"
    assert "A new course" in client.get("/en/library/").content.decode()
    assert client.post("/en/library/new/", NEW).status_code == 422
    assert client.post("/en/library/new/", {**NEW, "title_en": "한글뿐"}).status_code == 422
    assert Client().post("/en/library/new/", NEW).status_code == 302


@pytest.mark.parametrize(("language", "first", "said"), [("en", "title_en", "Every text is needed in Korean and in English"), ("ko", "title_ko", "모든 글이 한국어와 영어로 다 있어야 한다")])
def test_that_both_languages_are_needed_is_said_before_anything_is_written(desk, own, language, first, said):
    for path in ("", "mine/", "mine/first/questions/new/?type=single", "mine/first/labs/new/?type=task"):
        page = desk.get(f"/{language}/library/{path}").content.decode()
        assert said in page, path
        assert "questions" in path or "labs" in path or re.search(r'name="(title_..)"', page)[1] == first, path


@pytest.mark.parametrize("kind", ["lesson", "bank", "scenario"])
def test_what_is_new_can_be_published_as_it_stands(desk, own, kind):
    desk.post("/en/library/mine/new/", {"title_ko": "둘째", "title_en": "Second", "slug": "second", "kind": kind})
    assert desk.get("/en/library/mine/second/").status_code == 200
    desk.post("/en/library/mine/second/publish/1/")
    assert Lesson.objects.get(slug="second").published_revision.number == 1


def test_roles_are_kept_for_each_course(desk, own, stranger, as_):
    other = as_(stranger)
    for path in ("", "first/", "first/history/", "first/see/", "first/questions/", "first/statistics/", "export/"):
        assert other.get(f"/en/library/mine/{path}").status_code == 404
    desk.post("/en/library/mine/people/", {"username": "stranger", "role": "reviewer"})
    for path in ("", "first/", "first/history/", "first/see/", "first/questions/", "first/statistics/", "export/"):
        assert other.get(f"/en/library/mine/{path}").status_code == 200
    for path in ("new/", "people/", "settings/", "arrange/", "first/", "first/keep/", "first/publish/1/", "first/change/", "first/merge/", "first/exchange/", "first/regrade/x/"):
        assert other.post(f"/en/library/mine/{path}").status_code == 404
    desk.post("/en/library/mine/people/", {"username": "stranger", "role": "editor"})
    assert other.post("/en/library/mine/first/publish/1/").status_code == 302
    assert other.post("/en/library/mine/people/", {"username": "stranger", "role": "owner"}).status_code == 404


def test_the_last_owner_stays(desk, own, learner):
    desk.post("/en/library/mine/people/", {"remove": learner.pk})
    assert Membership.objects.filter(course=own, role="owner").count() == 1


def test_a_course_is_in_the_catalogue_only_if_an_administrator_listed_it(desk, own):
    desk.post("/en/library/mine/first/publish/1/")
    assert "My course" not in Client().get("/en/learn/").content.decode()
    assert Client().get("/en/learn/mine/first/").status_code == 200
    Course.objects.update(is_listed=True)
    assert "My course" in Client().get("/en/learn/").content.decode()
    assert "in the archive" in desk.post("/en/library/mine/settings/", {"do": "archive"}, follow=True).content.decode()
    assert Client().get("/en/learn/mine/first/").status_code == 404


def test_courses_of_one_title_are_told_apart_by_their_addresses(desk, own):
    desk.post("/en/library/new/", {"slug": "mine-too", "title_ko": own.title_ko, "title_en": own.title_en, "licence": own.licence})
    page = desk.get("/en/library/").content.decode()
    assert [f'>{slug}</small>' in page for slug in ("mine", "mine-too")] == [True, True]


def test_looking_at_the_order_of_a_course_without_one_writes_nothing(desk, own, lesson):
    own.lessons.filter(kind="outline").delete()
    assert 'max="9999" value="1"' in desk.get("/en/library/mine/arrange/").content.decode(), "the first lesson is the first one"
    assert not own.lessons.filter(kind="outline").exists()
    desk.post("/en/library/mine/arrange/", {"module-1-ko": "하나", "module-1-en": "One", f"lesson-{lesson.pk}-module": "1", f"lesson-{lesson.pk}-place": "1"})
    assert own.lessons.get(kind="outline").published_revision is not None


def test_lessons_are_arranged_in_modules_by_a_revision_of_the_outline(desk, own, lesson):
    desk.post("/en/library/mine/arrange/", {"module-1-ko": "하나", "module-1-en": "One", f"lesson-{lesson.pk}-module": "1", f"lesson-{lesson.pk}-place": "1"})
    lesson.refresh_from_db()
    assert (lesson.module_en, own.lessons.get(kind="outline").revisions.count()) == ("One", 2)
    assert "One" in desk.get("/en/library/mine/arrange/").content.decode()
    desk.post("/en/library/mine/arrange/", {"module-1-ko": "하나", "module-1-en": "One", f"lesson-{lesson.pk}-module": "1", "title-ko": "새 이름", "title-en": "", "about-ko": "무엇", "about-en": "What\r\nit is", "licence": "CC0-1.0"})
    own.refresh_from_db()
    assert (own.title_ko, own.title_en, own.about_en, own.licence) == ("새 이름", "My course", "What it is", "CC0-1.0"), "a title is never empty"


def test_a_clone_keeps_credit_and_licence(desk, own, stranger, as_):
    desk.post("/en/library/mine/first/publish/1/")
    other = as_(stranger)
    assert "My course" not in other.get("/en/library/gallery/").content.decode()
    desk.post("/en/library/mine/settings/", {"do": "share"})
    assert "My course" in other.get("/en/library/gallery/?course=mine").content.decode()
    refused = other.post("/en/library/gallery/clone/", {"course": "mine", "slug": "My copy!"})
    assert (refused.status_code, 'value="My copy!" autofocus aria-invalid' in refused.content.decode()) == (422, True)
    assert other.post("/en/library/gallery/clone/", {"course": "mine", "slug": "copied"}).status_code == 302
    copy = Course.objects.get(slug="copied")
    assert "learner" in copy.credit
    assert (copy.licence, copy.cloned_from) == ("CC-BY-4.0", own)
    assert copy.lessons.get(slug="first").cloned_from.course == own
    assert "learner" in copy.lessons.get(kind="outline").published_revision.files["course.yaml"]
    assert other.post("/en/library/gallery/clone/", {"course": "mine", "lesson": "first", "into": "copied", "slug": "again"}).status_code == 302
    assert other.post("/en/library/gallery/clone/", {"course": "mine", "lesson": "first", "into": "copied"}).headers["Location"] == "/en/library/copied/first-2/", "without an address it gets one that is free"


def test_what_is_reserved_by_its_licence_is_not_cloned(own, stranger):
    Course.objects.update(licence="all-rights-reserved", is_shared=True)
    own.refresh_from_db()
    with pytest.raises(actions.Refused):
        actions.clone_course(course=own, slug="stolen", by=stranger)


def test_pages_ask_the_database_few_questions(desk, own, django_assert_max_num_queries):
    for number in range(8):
        actions.make_item(course=own, kind="lesson", slug=f"more-{number}", title={"ko": "가", "en": "a"}, by=None)
    for path in ("", "mine/", "mine/first/", "mine/first/history/", "mine/first/questions/", "mine/first/statistics/", "mine/arrange/", "gallery/"):
        with django_assert_max_num_queries(12):
            assert desk.get(f"/en/library/{path}").status_code == 200


def test_no_page_of_the_editor_asks_the_database_more_than_twelve_times(teacher, as_, django_assert_max_num_queries):
    desk, lesson = as_(teacher), "/en/library/kubernetes/self-healing/"
    pages = ["/en/library/", "/en/library/kubernetes/", "/en/library/kubernetes/arrange/", "/en/library/gallery/", *(f"{lesson}{path}" for path in ("", "?file=ko.md&side=1", "questions/", "questions/who-counts/", "labs/task/survive/", "history/", "see/", "statistics/", "choices/", "exchange/"))]
    for page in pages:
        with django_assert_max_num_queries(12):
            assert desk.get(page).status_code == 200, page


def test_an_address_that_nobody_wrote_gives_way_to_those_of_others(own, stranger, as_):
    made, other = {"title_ko": "가", "title_en": "Mine"}, as_(stranger)
    assert "taken" in other.post("/en/library/new/", {**made, "slug": "mine"}).content.decode(), "one that was written is not changed"
    assert other.post("/en/library/new/", made).headers["Location"] == "/en/library/mine-2/"
    assert other.post("/en/library/mine-2/new/", {"title_ko": "배치", "title_en": "Arrange", "kind": "lesson"}).headers["Location"] == "/en/library/mine-2/arrange-2/", "a page of the course has the first"


def test_all_that_is_new_is_published_at_once_save_what_is_wrong(desk, own, stranger, as_, learner):
    for slug in ("second", "third"):
        actions.make_item(course=own, kind="lesson", slug=slug, title={"ko": "가", "en": slug.title()}, by=learner)
    actions.save_revision(lesson=own.lessons.get(slug="third"), by=learner, files={"en.md": "```quiz none\n```\n"}, base_number=1)
    assert "Publish all that is new (3)" in desk.get("/en/library/mine/").content.decode()
    page = desk.post("/en/library/mine/publish/", follow=True).content.decode()
    assert "Published: 2." in page
    assert "publish each to see what: third" in page.lower()
    assert own.lessons.get(slug="second").published_revision is not None
    assert own.lessons.get(slug="third").published_revision is None
    assert as_(stranger).post("/en/library/mine/publish/").status_code == 404


def test_a_title_that_asks_is_not_asked_twice():
    from learnk8s.courseware import starting

    assert "??" not in starting.lesson("why", {"ko": "왜?", "en": "Why?"})["lesson.yaml"]
