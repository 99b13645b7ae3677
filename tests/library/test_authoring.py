"""The authoring path: edit, see problems, save, publish, go back."""

import pytest
from django.test import Client

from learnk8s.library.models import Lesson

EDIT = "/en/library/kubernetes/self-healing/"


@pytest.fixture
def desk(teacher, as_):
    return as_(teacher)


def text_of(name="en.md"):
    return Lesson.objects.get(slug="self-healing").revisions.order_by("-number").first().files[name]


def save(desk, text, base=1, name="en.md"):
    return desk.post(EDIT, {"file": name, "base": base, "text": text, "note": "a better sentence"})


def test_a_saved_revision_is_seen_by_students_once_it_is_published(desk):
    assert save(desk, text_of() + "\nA NEW LAST LINE\n").status_code == 302
    page = "/en/learn/kubernetes/self-healing/"
    assert "A NEW LAST LINE" not in Client().get(page).content.decode()
    desk.post(EDIT + "publish/2/")
    assert "A NEW LAST LINE" in Client().get(page).content.decode()
    desk.post(EDIT + "restore/1/")
    desk.post(EDIT + "publish/3/")
    assert "A NEW LAST LINE" not in Client().get(page).content.decode()
    assert Lesson.objects.get(slug="self-healing").revisions.count() == 3


def test_the_history_shows_what_changed(desk):
    save(desk, text_of() + "\nA NEW LAST LINE\n")
    assert "+A NEW LAST LINE" in desk.get(EDIT + "history/").content.decode()


def test_two_editors_cannot_overwrite_each_other(desk):
    save(desk, text_of() + "\nfirst\n")
    second = save(desk, text_of() + "\nsecond\n", base=1)
    assert second.status_code == 409
    assert "second" in second.content.decode()
    assert Lesson.objects.get(slug="self-healing").revisions.count() == 2


def test_problems_have_a_line_and_a_remedy_and_cannot_be_published(desk):
    broken = text_of() + "\n```quiz\nno-such-question\n```\n"
    page = desk.post(EDIT + "preview/", {"file": "en.md", "base": 1, "text": broken}).content.decode()
    assert "no-such-question does not exist" in page
    assert "Correct the name" in page
    assert f'data-line="{broken[: broken.index("```quiz" + chr(10) + "no-such")].count(chr(10)) + 1}"' in page
    save(desk, broken)
    desk.post(EDIT + "publish/2/")
    assert Lesson.objects.get(slug="self-healing").published_revision.number == 1


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "[x](javascript:alert(1))", "[" * 100_000, "```predict\n" * 2_000, "![x](http://a/b.png)", "\0"], ids=["script", "link", "brackets", "fences", "image", "nul"])
def test_hostile_text_gives_a_preview_without_harm(desk, text):
    page = desk.post(EDIT + "preview/", {"file": "ko.md", "base": 1, "text": text})
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    assert 'href="javascript' not in page.content.decode()


def test_somebody_else_may_not_edit(teacher, stranger, as_):
    other = as_(stranger)
    for path in (EDIT, EDIT + "history/"):
        assert other.get(path).status_code == 404
    for path in (EDIT, EDIT + "preview/", EDIT + "publish/1/", EDIT + "restore/1/"):
        assert other.post(path).status_code == 404
