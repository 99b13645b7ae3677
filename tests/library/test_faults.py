"""What an instructor met who went through the whole desk: each fault once, as it was met."""

import re

import pytest

from learnk8s.library import actions
from learnk8s.library.models import Course
from learnk8s.quizzes.models import Attempt
from tests.library.test_editor import EDIT, FORM, newest
from tests.library.test_exchange import unpacked, upload


def test_a_copy_of_the_built_in_course_goes_out_and_in_byte_for_byte(course, stranger, as_):
    course.is_shared = True
    course.save()
    kept = ("outline", "self-healing")
    course.lessons.exclude(slug__in=kept).update(published_revision=None)
    actions.clone_course(course=course, slug="copy", by=stranger)
    desk = as_(stranger)
    out = desk.get("/en/library/copy/export/").content
    assert b"placement:" in unpacked(out)[0]["course.yaml"] and b"project:" in unpacked(out)[0]["course.yaml"]
    assert desk.post("/en/library/import/", {"archive": upload(out), "slug": "again"}).headers["Location"] == "/en/library/again/"
    assert desk.get("/en/library/again/export/").content == out


def test_what_was_written_for_a_regrade_stands_there_after_a_refusal(course, desk, lesson, learner):
    desk.post(EDIT + "questions/new/", {**FORM, "do": "save", "base": 1})
    published = desk.post(EDIT + "publish/2/")
    assert published.status_code == 302, [each.text for each in published.context["reasons"]]
    Attempt.objects.create(revision=newest(lesson), question="why", answer=["b"], percent=100, user=learner)
    page = desk.post(EDIT + "regrade/why/", {"lowers": "1", "reason": "  "})
    assert (page.status_code, 'name="lowers" value="1" checked' in page.content.decode()) == (422, True)
    assert "<th scope=\"col\">답</th>" in desk.get((EDIT + "regrade/why/").replace("/en/", "/ko/")).content.decode()
    Attempt.objects.update(percent=100)
    page = desk.post(EDIT + "regrade/why/", {"reason": "The key was wrong"})
    assert page.status_code == 302


def test_a_preview_keeps_the_rows_that_are_empty_yet(desk, lesson):
    page = desk.post(EDIT + "questions/new/", {**FORM, "options-2-text-ko": "", "options-3-text-en": "", "do": "preview"}).content.decode()
    assert 'name="options-3-text-en"' in page and 'name="options-4-text-en"' not in page


def test_publishing_says_that_a_lesson_is_still_as_it_began(desk, lesson):
    assert "still has the sentence" in desk.post(EDIT + "publish/1/", follow=True).content.decode()
    for name, text in (("ko.md", "가\n"), ("en.md", "a\n")):
        desk.post(EDIT, {"file": name, "base": newest(lesson).number, "text": text})
    assert "still has the sentence" not in desk.post(EDIT + "publish/3/", follow=True).content.decode()


@pytest.mark.parametrize(("language", "told"), [("en", "Attempts: Write a whole number that is not below zero, such as 30."), ("ko", "기회: 30처럼 0 이상의 정수로 쓰자.")])
def test_the_list_of_what_is_wrong_names_the_field(desk, lesson, language, told):
    page = desk.post(EDIT.replace("/en/", f"/{language}/") + "questions/new/", {**FORM, "attempts": "-3", "do": "save", "base": 1})
    assert [(str(problem), problem.field) for problem in page.context["problems"]] == [(told, "f-attempts")]


def test_one_line_of_a_field_of_several_is_named_by_the_field(desk, lesson):
    pairs = {f"pairs-{row}-{side}-{language}": f"{side} {row}" for row in (0, 1) for side in ("left", "right") for language in ("ko", "en")}
    fields = {**{key: value for key, value in FORM.items() if not key.startswith("options")}, **pairs, "type": "matching", "extra-ko": "하나\n둘", "extra-en": "one\n"}
    told = [str(problem) for problem in desk.post((EDIT + "questions/new/?type=matching").replace("/en/", "/ko/"), {**fields, "do": "preview"}).context["problems"]]
    assert len(told) == 1 and "questions.0" not in told[0]
    assert re.search("“.* 2”: 영어 문장이 없다", told[0])


def test_the_list_of_questions_has_no_marks(course, desk, lesson, learner):
    text = "questions:\n  - {id: q, type: cloze, text: {ko: '`kubectl` [[verb]]', en: 'Use `kubectl` [[verb]] **now**'}, gaps: [{id: verb, accepted: [get]}], explanation: {ko: 가, en: a}}\n"
    desk.post(EDIT, {"file": "quiz.yaml", "base": 1, "text": text})
    assert "Use kubectl ___ now" in desk.get(EDIT + "questions/").content.decode()
    Attempt.objects.create(revision=newest(lesson), question="q", answer=["get"], percent=100, user=learner)
    assert "Use kubectl ___ now" in desk.get(EDIT + "statistics/").content.decode()


@pytest.mark.parametrize(("language", "told"), [("en", "The gaps in the English text are not those that are listed."), ("ko", "영어 글의 빈칸이 빈칸 목록과 다르다.")])
def test_gaps_that_differ_are_told_in_words_of_the_form(desk, lesson, language, told):
    fields = {**{key: value for key, value in FORM.items() if not key.startswith("options")}, "type": "cloze", "text-ko": "[[a]]", "text-en": "none", "gaps-0-id": "a", "gaps-0-accepted": "x"}
    page = desk.post((EDIT + "questions/new/?type=cloze").replace("/en/", f"/{language}/"), {**fields, "do": "preview"})
    (found,) = page.context["problems"]
    assert told in str(found)


def test_what_is_no_zip_is_told_in_one_language(desk, own):
    page = desk.post("/ko/library/import/", {"archive": upload(b"nothing of the kind"), "slug": "x"}).content.decode()
    assert "zip이 아니거나 상한 파일이다." in page and "not a zip file" not in page


def test_a_copy_of_a_course_says_so_in_its_title_unless_its_author_says_another(desk, own, learner):
    desk.post("/en/library/mine/settings/", {"do": "copy", "slug": "second"})
    desk.post("/en/library/mine/settings/", {"do": "copy", "slug": "third", "copy_title_ko": "다른 이름", "copy_title_en": ""})
    found = {course.slug: (course.title_ko, course.title_en) for course in Course.objects.filter(created_by=learner)}
    assert found == {"mine": ("내 코스", "My course"), "second": ("내 코스 (사본)", "My course (copy)"), "third": ("다른 이름", "My course (copy)")}
    assert "사본" in Course.objects.get(slug="second").lessons.get(kind="outline").published_revision.files["course.yaml"]
    desk.post("/en/library/mine/first/publish/1/")
    desk.post("/en/library/mine/settings/", {"do": "share"})
    page = desk.post("/en/library/gallery/clone/", {"course": "mine", "slug": "A wrong one!", "copy_title_ko": "가", "copy_title_en": "Mine now"}).content.decode()
    assert 'value="Mine now"' in page and 'value="가"' in page
    assert page.index('id="wrong-address"') < page.index('action="/en/library/gallery/clone/"'), "what is wrong stands above the row, whose button stays beside its field"
    desk.post("/en/library/gallery/clone/", {"course": "mine", "slug": "fourth", "copy_title_ko": "가", "copy_title_en": "Mine now"})
    assert Course.objects.get(slug="fourth").title_en == "Mine now"


def test_archiving_a_course_of_classes_asks_first_and_names_them(desk, own, learner, stranger):
    from learnk8s.classroom.actions import open_new_class

    open_new_class(teacher=learner, title="Class 7 b", course_slug="mine")
    open_new_class(teacher=stranger, title="Somebody else's", course_slug="mine")
    page = desk.post("/en/library/mine/settings/", {"do": "archive"}).content.decode()
    assert ("Class 7 b" in page, "one class of another teacher" in page, "Somebody else" in page) == (True, True, False)
    own.refresh_from_db()
    assert own.archived_at is None
    page = desk.post("/en/library/mine/settings/", {"do": "archive", "sure": "1"}, follow=True).content.decode()
    assert ("in the archive" in page, "Open a class with it" in page) == (True, False)
    page = desk.post(EDIT + "publish/1/", follow=True).content.decode()
    assert ("students see it once the course is brought back" in page, "see it now" in page) == (True, False)


@pytest.mark.parametrize(("tags", "bank", "count", "is_told"), [("", "", 99, True), ("", "", 1, False), ("rare", "", 1, True), ("", "pool", 2, True)])
def test_a_test_that_draws_more_than_there_is_is_told_in_its_form(desk, own, lesson, tags, bank, count, is_told):
    actions.make_item(course=own, kind="bank", slug="pool", title={"ko": "가", "en": "Pool"}, by=None)
    desk.post(EDIT + "questions/new/", {**FORM, "do": "save", "base": 1})
    page = desk.post(EDIT + "questions/test/", {"draw-0-bank": bank, "draw-0-tags": tags, "draw-0-count": count, "base": 2}, follow=True)
    assert (f"{count} questions are drawn" in page.content.decode()) == is_told, "it is saved: its rules may be written before its questions"
    assert [problem.field for problem in desk.get(EDIT + "questions/test/").context["problems"]] == (["f-draw-0-count"] if is_told else [])
    assert desk.post(EDIT + "publish/3/").status_code == (422 if is_told and not bank else 302)


@pytest.mark.parametrize(("path", "fields", "told"), [
    ("labs/new/?type=task", {"text-ko": "가", "goal-0-is": "exists", "goal-0-ref": "Namespace//shop", "solution": "kubectl create ns shop", "do": "preview"}, "“글”: 영어 문장이 없다."),
    ("about/", None, "“제목”: 영어 문장이 없다."),
])
def test_forms_call_what_is_wrong_as_they_call_their_fields(desk, lesson, path, fields, told):
    if fields is None:
        text = newest(lesson).files["lesson.yaml"].replace("en: \"First lesson\"", "en: \"\"", 1)
        desk.post(EDIT, {"file": "lesson.yaml", "base": 1, "text": text})
    address = (EDIT + path).replace("/en/", "/ko/")
    page = desk.get(address) if fields is None else desk.post(address, fields)
    assert [str(problem).partition(" 두 언어")[0] for problem in page.context["problems"]] == [told]
