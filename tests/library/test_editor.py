"""The editor: kept while one writes, merged when two wrote, both languages side by side, pictures with words, questions by form."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from learnk8s.library import actions
from learnk8s.library.models import Draft, Picture

EDIT = "/en/library/mine/first/"


def newest(lesson):
    return lesson.revisions.order_by("-number").first()


def text_of(lesson, name="en.md"):
    return newest(lesson).files[name]


def test_what_is_written_is_kept_and_found_again(desk, lesson):
    page = desk.post(EDIT + "keep/", {"file": "en.md", "base": 1, "text": "## New\n\nwords\n"}).content.decode()
    assert "Kept for you at" in page
    assert "## New" in desk.get(EDIT + "?file=en.md").content.decode()
    assert newest(lesson).number == 1
    desk.post(EDIT, {"file": "ko.md", "base": 1, "text": text_of(lesson, "ko.md") + "더\n"})
    assert (text_of(lesson), Draft.objects.count()) == ("## New\n\nwords\n", 0)
    desk.post(EDIT + "keep/", {"file": "en.md", "base": 2, "text": "thrown away"})
    desk.post(EDIT + "discard/")
    assert "thrown away" not in desk.get(EDIT + "?file=en.md").content.decode()


def test_two_editors_are_told_of_each_other_and_merge(desk, own, lesson, stranger, as_):
    actions.make_editor(course=own, user=stranger)
    other = as_(stranger)
    base = "one\n\ntwo\n\nthree\n"
    desk.post(EDIT, {"file": "en.md", "base": 1, "text": base})
    other.post(EDIT + "keep/", {"file": "en.md", "base": 2, "text": base.replace("one", "ONE")})
    assert "stranger" in desk.post(EDIT + "keep/", {"file": "en.md", "base": 2, "text": base.replace("three", "THREE").replace("two", "mine")}).content.decode()
    other.post(EDIT, {"file": "en.md", "base": 2, "text": base.replace("one", "ONE").replace("two", "theirs")})
    second = desk.post(EDIT, {"file": "en.md", "base": 2, "text": base.replace("three", "THREE").replace("two", "mine")})
    page = second.content.decode()
    assert second.status_code == 409
    assert "mine" in page
    assert "theirs" in page
    field = page.split('name="choice-')[1].split('"')[0]
    desk.post(EDIT + "merge/", {"base": 3, f"choice-{field}": "both"})
    assert text_of(lesson) == "ONE\n\nmine\ntheirs\n\nTHREE\n"


def test_the_other_language_is_missing_stale_or_fresh(desk, lesson):
    desk.post(EDIT, {"file": "en.md", "base": 1, "text": "## A\n\nfirst\n\n## B\n\nsecond\n"})
    page = desk.get(EDIT + "?file=ko.md&side=1").content.decode()
    assert "missing" in page
    assert "stale" in page
    desk.post(EDIT, {"file": "ko.md", "base": 2, "text": "## 가\n\n첫째\n\n## 나\n\n둘째\n", "other": text_of(lesson)})
    page = desk.get(EDIT + "?file=ko.md&side=1").content.decode()
    assert "stale" not in page
    assert "missing" not in page


def picture(form="JPEG", size=(40, 30)):
    out = BytesIO()
    Image.new("RGB", size, (10, 120, 90)).save(out, form)
    return SimpleUploadedFile(f"My Drawing.{form.lower()}", out.getvalue())


def test_a_picture_is_encoded_anew_and_needs_words(desk, lesson):
    refused = desk.post(EDIT + "picture/", {"file": "en.md", "picture": picture(), "alt_ko": "", "alt_en": "A box"}, follow=True)
    assert not Picture.objects.exists()
    assert refused.status_code == 422
    assert re.search(r'<details[^>]* open>(?:(?!</details>).)*required(?:(?!</details>).)*value="A box"', refused.content.decode(), re.DOTALL), "what was typed is still there"
    desk.post(EDIT + "picture/", {"file": "en.md", "picture": picture(), "alt_ko": "상자", "alt_en": "A box"})
    kept = Picture.objects.get()
    assert bytes(kept.content).startswith(b"\x89PNG")
    draft = Draft.objects.get().files
    assert "```figure my-drawing.png\nA box" in draft["en.md"]
    assert "```figure my-drawing.png\n상자" in draft["ko.md"]
    assert desk.get(f"/pictures/{kept.digest}.png").headers["Content-Type"] == "image/png"
    assert f"/pictures/{kept.digest}.png" in desk.get(EDIT + "see/").content.decode()


@pytest.mark.parametrize("content", [b"", b"<svg onload='x'/>", b"\x89PNG\r\n\x1a\nbroken", b"GIF89a" + b"\0" * 50, b"PK\x03\x04"], ids=["empty", "svg", "broken png", "broken gif", "zip"])
def test_what_is_no_picture_is_refused(desk, lesson, content):
    answer = desk.post(EDIT + "picture/", {"file": "en.md", "picture": SimpleUploadedFile("a.png", content), "alt_ko": "가", "alt_en": "a"})
    assert answer.status_code == 422
    assert not Picture.objects.exists()


def test_encoding_twice_changes_nothing():
    from learnk8s.library.pictures import encoded

    once = encoded(picture("JPEG").read())[0]
    assert encoded(once)[0] == once


FORM = {"id": "why", "type": "single", "text-ko": "왜?", "text-en": "Why?", "explanation-ko": "그래서.", "explanation-en": "Because.", "options-0-text-ko": "가", "options-0-text-en": "A", "options-0-right": "1", "options-1-text-ko": "나", "options-1-text-en": "B: no", "credit": "exact", "combine": "highest"}


def test_a_question_is_written_by_form_previewed_and_saved(desk, lesson):
    page = desk.post(EDIT + "questions/new/", {**FORM, "do": "preview", "base": 1}).content.decode()
    assert 'id="question-why"' in page
    assert newest(lesson).number == 1
    desk.post(EDIT + "questions/new/", {**FORM, "do": "save", "base": 1})
    assert "Why?" in desk.get(EDIT + "questions/").content.decode()
    form = desk.get(EDIT + "questions/why/").content.decode()
    assert "B: no" in form
    tried = desk.post(EDIT + "try/why/", {"answer": "a"}).content.decode()
    assert "Right" in tried
    desk.post(EDIT + "questions/why/", {**FORM, "text-en": "Why not?", "do": "save", "base": 2})
    assert text_of(lesson, "quiz.yaml").count("id: why") == 1
    assert "Why not?" in text_of(lesson, "quiz.yaml")
    desk.post(EDIT + "questions/why/", {"do": "remove", "base": 3})
    assert text_of(lesson, "quiz.yaml") == "questions: []\n"


def test_a_new_question_is_put_into_the_text_if_that_is_ticked(desk, lesson):
    assert 'name="shown" value="1" checked' in desk.get(EDIT + "questions/new/?type=single").content.decode()
    desk.post(EDIT + "questions/new/", {**FORM, "shown": "1", "do": "save", "base": 1})
    assert all(text_of(lesson, f"{language}.md").endswith("```quiz why\n```\n") for language in ("ko", "en"))
    assert 'name="shown"' not in desk.get(EDIT + "questions/why/").content.decode(), "it stands there"
    desk.post(EDIT + "questions/new/", {**FORM, "id": "other", "do": "save", "base": 2})
    assert "quiz other" not in text_of(lesson)


@pytest.mark.parametrize("block", ["```quiz single\n```", "~~~ quiz\nsingle\n~~~", "```quiz another single\n```"])
def test_a_question_that_goes_takes_its_block_along(desk, lesson, block):
    for number, name in enumerate(("single", "another")):
        desk.post(EDIT + "questions/new/?type=single", {**FORM, "id": name, "do": "save", "base": number + 1})
    for number, name in enumerate(("ko.md", "en.md")):
        desk.post(EDIT, {"file": name, "base": number + 3, "text": f"{text_of(lesson, name)}\n{block}\n\n## 끝 End\n"})
    page = desk.post(EDIT + "questions/single/", {**FORM, "id": "renamed", "do": "remove", "base": 5}, follow=True).content.decode()
    assert "Question removed, from both texts too. Saved as revision 6." in page
    assert not any("single" in re.findall(r"(?:```|~~~) ?quiz[^`~]*", newest(lesson).files[name]) for name in ("ko.md", "en.md"))
    assert ("```quiz another\n```" in text_of(lesson)) == ("another" in block)
    assert desk.post(EDIT + "publish/6/").status_code == 302


def test_a_form_leaves_other_questions_as_they_were(teacher, as_):
    from learnk8s.library.models import Lesson

    row = Lesson.objects.get(slug="self-healing")
    before = row.revisions.get(number=1).files["quiz.yaml"]
    client = as_(teacher)
    form = client.get("/en/library/kubernetes/self-healing/questions/who-counts/")
    assert form.status_code == 200
    client.post("/en/library/kubernetes/self-healing/questions/who-counts/", {**FORM, "id": "who-counts", "do": "save", "base": 1})
    after = row.revisions.get(number=2).files["quiz.yaml"]
    assert before.split("  - id: same-name")[1] == after.split("  - id: same-name")[1]
    client.post("/en/library/kubernetes/self-healing/publish/2/")
    assert Lesson.objects.get(slug="self-healing").published_revision.number in (1, 2)


@pytest.mark.parametrize("kind", ["single", "multiple", "truefalse", "numeric", "short", "ordering", "matching", "cloze", "manifest", "world", "predict"])
def test_every_type_has_a_form_that_gives_back_what_it_was_given(kind):
    from pathlib import Path

    from django.http import QueryDict

    from learnk8s.courseware.reading import Reader
    from learnk8s.library.form_boxes import sent
    from learnk8s.library.question_forms import boxes_of, table_from

    rows = Reader.of("quiz.yaml", (Path(__file__).parents[1] / "courseware/every_type.yaml").read_text(encoding="utf-8")).value["questions"]
    table = next(row for row in rows if row["type"] == kind)
    posted = QueryDict(mutable=True)
    posted.update(sent(boxes_of(kind, table)))
    problems = []
    assert table_from(posted, kind, table, problems) == table
    assert problems == []


def test_the_preview_as_a_student_is_in_either_language_and_at_a_date(desk, lesson):
    desk.post(EDIT, {"file": "en.md", "base": 1, "text": "## Later\n\nA LATER TEXT\n"})
    assert "A LATER TEXT" in desk.get(EDIT + "see/").content.decode()
    assert "첫 문단" in desk.get("/ko/library/mine/first/see/").content.decode()
    assert "A LATER TEXT" not in desk.get(EDIT + "see/?revision=1").content.decode()
    assert "students see nothing" in desk.get(EDIT + "see/?at=2030-01-01T10:00").content.decode()
    desk.post(EDIT + "publish/1/")
    ko = "## 나중\n\n나중 글\n"
    desk.post(EDIT, {"file": "ko.md", "base": 2, "text": ko})
    desk.post(EDIT + "schedule/3/", {"at": "2035-01-01T10:00"})
    assert "A LATER TEXT" in desk.get(EDIT + "see/?at=2035-01-02T10:00").content.decode()
    assert "A LATER TEXT" not in desk.get(EDIT + "see/?at=2034-01-02T10:00").content.decode()
    assert "A LATER TEXT" not in Client().get("/en/learn/mine/first/").content.decode()


def test_a_schedule_in_the_past_is_refused(desk, lesson):
    assert desk.post(EDIT + "schedule/1/", {"at": "2001-01-01T10:00"}).status_code == 422
    assert desk.post(EDIT + "schedule/1/", {"at": "soon"}).status_code == 422


def test_publishing_runs_the_worlds_and_says_what_fails(desk, lesson):
    labs = "predictions: []\ntasks:\n  - id: t\n    text: {ko: 가, en: a}\n    goal: {all: [{exists: Namespace//default, text_ko: 가, text_en: a}]}\n    solution: [kubectl get pods]\n"
    desk.post(EDIT, {"file": "labs.yaml", "base": 1, "text": labs})
    page = desk.post(EDIT + "publish/2/")
    assert page.status_code == 422
    assert "already reached at the start" in page.content.decode()
    lesson.refresh_from_db()
    assert lesson.published_revision is None


def test_what_stands_against_publishing_leads_to_the_forms_in_their_words_and_is_told_once(desk, lesson):
    desk.post(EDIT, {"file": "quiz.yaml", "base": 1, "text": "questions:\n  - id: one\n    type: single\n    text: {ko: 가}\n  - id: two\n    type: nonsense\nquiz: {seconds: much}\n"})
    desk.post(EDIT, {"file": "labs.yaml", "base": 2, "text": "tasks:\n  - id: shop\n    text: {ko: 가}\n    goal: {all: [{exists: Namespace//shop}]}\n    solution: [kubectl create ns shop]\n"})
    page = desk.post(EDIT + "publish/3/")
    found = [(each.place, each.url.removeprefix(EDIT), f"{each.text} {each.cure}".strip()) for each in page.context["reasons"]]
    assert found[0] == ("Task shop", "labs/task/shop/#f-text-ko", "“Text” lacks the text in English. Write it in both languages.")
    assert found[1:4] == [
        ("Question one", "questions/one/#f-explanation-ko", "“Explanation, shown with the answer” is still empty."), ("Question one", "questions/one/#f-text-en", "“Text” lacks the text in English. Write it in both languages."),
        ("Question one", "questions/one/", "Nothing is marked as right. Mark at least one option as right."),
    ]
    assert [(place, url) for place, url, _text in found[4:]] == [("quiz.yaml:6", "?file=quiz.yaml"), ("quiz.yaml:7", "?file=quiz.yaml")]
    text = page.content.decode()
    assert f'<a href="{EDIT}questions/one/#f-text-en">Question one</a>' in text and "questions.0" not in text
    assert 'id="f-text-en"' in desk.get(EDIT + "questions/one/").content.decode()


def test_of_a_key_that_is_missing_nothing_else_is_told():
    from learnk8s.courseware.questions.reading import read_questions
    from learnk8s.courseware.reading import Reader

    reader = Reader.of("quiz.yaml", "questions:\n  - {id: a, type: world, explanation: 3}\n")
    read_questions(reader, reader.value["questions"])
    assert [(each.key, dict(each.words)["name"]) for each in reader.problems] == [("missing-key", "questions.0.text"), ("wrong-type", "questions.0.explanation"), ("missing-key", "a.goal"), ("missing-key", "a.solution")]


def test_withdrawn_archived_duplicated(desk, lesson):
    desk.post(EDIT + "publish/1/")
    desk.post(EDIT + "change/", {"do": "withdraw"})
    assert Client().get("/en/learn/mine/first/").status_code == 404
    desk.post(EDIT + "publish/1/")
    desk.post(EDIT + "change/", {"do": "archive"})
    assert Client().get("/en/learn/mine/first/").status_code == 404
    desk.post(EDIT + "change/", {"do": "unarchive"})
    assert Client().get("/en/learn/mine/first/").status_code == 200
    assert desk.post(EDIT + "change/", {"do": "copy", "slug": "second"}).status_code == 302
    assert desk.post(EDIT + "change/", {"do": "copy", "slug": "second"}).status_code == 422
    assert "slug: second" in lesson.course.lessons.get(slug="second").revisions.get().files["lesson.yaml"]


def test_the_built_in_course_is_edited_like_any_other(teacher, as_):
    client = as_(teacher)
    for path in ("", "outline/", "outline/history/", "self-healing/?file=quiz.yaml", "self-healing/?file=en.md&side=1", "self-healing/choices/", "self-healing/see/", "self-healing/questions/"):
        assert client.get(f"/en/library/kubernetes/{path}").status_code == 200, path
    assert timezone.now()


def test_drawings_and_words_are_put_in(desk, course, lesson):
    page = desk.get(EDIT + "choices/?file=en.md").content.decode()
    key = page.split('name="drawing" value="')[1].split('"')[0]
    desk.post(EDIT + "drawing/", {"drawing": key, "file": "en.md"})
    desk.post(EDIT + "term/", {"term": "pod", "file": "en.md"})
    draft = Draft.objects.get().files
    assert f"```figure {key.rpartition('/')[2]}" in draft["ko.md"]
    assert "terms: [pod]" in draft["lesson.yaml"]
    assert desk.post(EDIT + "term/", {"term": "nonsense"}).status_code == 404
    desk.post(EDIT, {"file": "en.md", "base": 1, "text": draft["en.md"]})
    assert desk.post(EDIT + "publish/2/").status_code == 302


def test_hostile_previews_are_bounded(desk, lesson):
    for text in ("[" * 100_000, "![" * 50_000, "- " * 50_000, ">" * 100_000, "```\n" * 50_000, "&#x;" * 40_000, "\u202e" * 1000):
        page = desk.post(EDIT + "keep/", {"file": "en.md", "base": 1, "text": text})
        assert page.status_code == 200


def test_an_option_that_goes_leaves_the_others_their_names():
    """Answers name options by their letters; who takes the first one out must not turn b into a."""
    from django.http import QueryDict

    from learnk8s.library.question_forms import table_from

    posted = QueryDict(mutable=True)
    posted.update({"id": "q", "text-ko": "가", "text-en": "A", "options-0-text-ko": "", "options-0-text-en": "", "options-1-text-ko": "나", "options-1-text-en": "B", "options-1-right": "1", "options-2-text-ko": "다", "options-2-text-en": "C"})
    table = table_from(posted, "single", {"options": [{"text": {"ko": "가", "en": "A"}}, {"text": {"ko": "나", "en": "B"}}, {"text": {"ko": "다", "en": "C"}}]}, [])
    assert [option["id"] for option in table["options"]] == ["b", "c"]


def test_a_preview_grades_what_is_not_saved_yet(desk, lesson):
    new = EDIT + "questions/new/"
    assert f'action="{EDIT}try/why/?form=1"' in desk.post(new, {**FORM, "do": "preview"}).content.decode()
    name = FORM["id"]
    right = next(key.split("-")[1] for key in FORM if key.endswith("-right"))
    assert lesson.revisions.count() == 1
    assert not Draft.objects.exists(), "no file has it"
    tried = desk.post(f"{EDIT}try/{name}/?form=1", {"answer": FORM.get(f"options-{right}-id") or chr(97 + int(right))}).content.decode()
    assert "Right" in tried
    desk.post(new, {**FORM, "do": "save", "base": 1})
    assert lesson.revisions.order_by("-number").first().files["quiz.yaml"].count(f"id: {name}\n") == 1


@pytest.mark.parametrize("name", ["quiz.yaml", "sources.yaml"])
def test_only_texts_have_another_language_beside_them(desk, lesson, name):
    assert desk.post(EDIT, {"file": name, "base": "x", "text": "a: 1", "other": "x"}).status_code == 422
    assert desk.get(f"{EDIT}?file={name}&side=1").status_code == 200


def kept(client, text, **fields):
    return client.post(EDIT + "keep/", {"file": "en.md", "base": 1, "text": text, **fields})


def seen_in(answer):
    return re.search(r'name="seen" form="editor-form" value="(\w*)"', answer.content.decode())[1]


def test_a_window_that_only_stands_open_keeps_nothing(desk, lesson):
    kept(desk, "newer\n")
    kept(desk, text_of(lesson), unchanged="1")
    assert Draft.objects.get().files == {"en.md": "newer\n"}


def test_what_another_window_of_ones_own_wrote_is_not_written_over(desk, lesson):
    began = seen_in(desk.get(EDIT + "?file=en.md"))
    first = kept(desk, "from the first window\n", seen=began)
    refused = kept(desk, "from the second window\n", seen=began)
    assert (refused.status_code, "in another window as well" in refused.content.decode(), "Kept for you at" in refused.content.decode()) == (409, True, False)
    assert kept(desk, "and on\n", seen=seen_in(first)).status_code == 200
    assert Draft.objects.get().files == {"en.md": "and on\n"}
    kept(desk, "from the second window\n", seen=began, over="1")
    assert Draft.objects.get().files == {"en.md": "from the second window\n"}


def test_a_page_of_the_editor_that_is_gone_back_to_goes_on(desk, lesson):
    began = seen_in(desk.get(EDIT + "?file=en.md"))
    kept(desk, "one\n", seen=began, csrfmiddlewaretoken="of this page")
    assert kept(desk, "one two\n", seen=began, csrfmiddlewaretoken="of this page").status_code == 200


def test_a_question_of_a_new_name_keeps_its_place_in_the_texts(desk, lesson):
    desk.post(EDIT + "questions/new/?type=single", {**FORM, "shown": "1", "do": "save", "base": 1})
    page = desk.post(EDIT + "questions/why/", {**FORM, "id": "because", "do": "preview", "base": 2}).content.decode()
    assert ('value="because"' in page, 'id="question-why"' in page) == (True, True), "until it is saved it answers by its old name"
    assert "Right" in desk.post(EDIT + "try/why/", {"answer": "a"}).content.decode()
    saved = desk.post(EDIT + "questions/why/", {**FORM, "id": "because", "do": "save", "base": 2})
    assert saved.status_code == 302
    assert "id: because" in text_of(lesson, "quiz.yaml")
    assert all(text_of(lesson, f"{language}.md").endswith("```quiz because\n```\n") for language in ("ko", "en"))
    assert desk.post(EDIT + "publish/3/").status_code == 302


def test_a_text_that_is_in_the_newest_revision_already_is_no_draft(desk, lesson):
    desk.post(EDIT, {"file": "en.md", "base": 1, "text": "saved\n"})
    assert "Same as the newest revision" in kept(desk, "saved\n").content.decode(), "a page that is gone back to began on the revision before"
    assert Draft.objects.get().files == {}


def test_a_question_that_was_previewed_and_left_is_saved_with_no_other(desk, lesson):
    desk.post(EDIT + "questions/new/", {**FORM, "id": "left", "do": "preview"})
    desk.post(EDIT + "questions/new/", {**FORM, "id": "other", "do": "save", "base": 1})
    changed = {key: value for key, value in FORM.items() if key != "options-0-right"} | {"id": "other", "options-1-right": "1", "text-en": "Changed and left?"}
    desk.post(EDIT + "questions/other/", {**changed, "do": "preview", "base": 2})
    assert "Right" in desk.post(EDIT + "try/other/?form=1", {"answer": "b"}).content.decode()
    assert "Right" in desk.post(EDIT + "try/other/", {"answer": "a"}).content.decode(), "as it is saved"
    desk.post(EDIT + "questions/new/", {**FORM, "id": "third", "do": "save", "base": 2})
    text = text_of(lesson, "quiz.yaml")
    assert ("id: left" in text, "Changed" in text, text.count("  - id: ")) == (False, False, 2)


def test_a_form_and_an_import_bring_a_draft_and_a_newer_revision_together_or_change_nothing(desk, lesson):
    base = "one\n\ntwo\n\nthree\n"
    desk.post(EDIT, {"file": "en.md", "base": 1, "text": base})
    desk.post(EDIT, {"file": "en.md", "base": 2, "text": base.replace("one", "ONE")})
    kept(desk, base.replace("three", "THREE"), base=2)
    desk.post(EDIT + "exchange/", {"format": "gift", "text": "::who::Who?{T}"})
    assert (text_of(lesson).split(), "id: who" in text_of(lesson, "quiz.yaml")) == (["ONE", "two", "THREE"], True)
    kept(desk, text_of(lesson).replace("ONE", "another one"), base=4)
    actions.save_revision(lesson=lesson, by=None, files=newest(lesson).files | {"en.md": "theirs\n"}, base_number=4)
    for path, fields in (("exchange/", {"format": "gift", "text": "::why::Why?{T}"}), ("questions/new/", {**FORM, "do": "save", "base": 5})):
        page = desk.post(EDIT + path, fields)
        assert (page.status_code, "change the same place" in page.content.decode(), f'<a href="{EDIT}merge/">' in page.content.decode()) == (409, True, True), path
        assert "Why?" in page.content.decode(), "what was sent still stands there"
    assert (newest(lesson).number, "another one" in Draft.objects.get().files["en.md"]) == (5, True)
