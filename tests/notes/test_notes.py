"""Notes and bookmarks: private, kept without an account, taken along on signing up."""

import pytest
from django.test import Client

from learnk8s.notes.models import Note

PATH = "/en/notes/kubernetes/self-healing/"


def test_a_note_is_kept_and_shown_on_the_lesson(course):
    client = Client()
    answer = client.post(PATH, {"text": "It is a loop <b>"})
    assert answer.headers["Location"] == "/en/learn/kubernetes/self-healing/#note"
    page = client.get("/en/learn/kubernetes/self-healing/").content.decode()
    assert "It is a loop &lt;b&gt;" in page


def test_a_bookmark_is_set_and_taken_without_touching_the_note(course):
    client = Client()
    client.post(PATH, {"text": "a"})
    client.post(PATH, {"bookmark": "1"})
    assert (Note.objects.get().text, Note.objects.get().is_bookmarked) == ("a", True)
    client.post(PATH, {"bookmark": "0"})
    assert (Note.objects.get().text, Note.objects.get().is_bookmarked) == ("a", False)


def test_an_empty_note_leaves_nothing(course):
    client = Client()
    client.post(PATH, {"text": "a"})
    client.post(PATH, {"text": "  "})
    assert Note.objects.count() == 0


def test_nobody_else_sees_it(course, learner, stranger, as_):
    as_(learner).post(PATH, {"text": "only mine"})
    assert "only mine" in as_(learner).get("/en/notes/").content.decode()
    assert "only mine" not in as_(stranger).get("/en/notes/").content.decode()
    assert "only mine" not in Client().get("/en/notes/").content.decode()


def test_it_comes_along_on_signing_up(course):
    client = Client()
    client.post(PATH, {"text": "before", "bookmark": "1"})
    client.post("/en/signup/", {"username": "newcomer", "password1": "a long pass phrase", "password2": "a long pass phrase"})
    note = Note.objects.get()
    assert note.user is not None
    assert "before" in client.get("/en/notes/").content.decode()


def test_it_is_in_the_export(course, learner, as_):
    client = as_(learner)
    client.post(PATH, {"text": "mine to take"})
    assert "mine to take" in client.get("/en/account/export/").content.decode()


@pytest.mark.parametrize("text", ["x" * 50_000, "\x00", "한글 메모"])
def test_long_and_odd_texts_are_kept_within_bounds(course, text):
    client = Client()
    assert client.post(PATH, {"text": text}).status_code == 302
    assert all(len(note.text) <= 10_000 for note in Note.objects.all())


def test_a_lesson_that_is_not_there(course):
    assert Client().post("/en/notes/kubernetes/nothing/", {"text": "a"}).status_code == 404


def test_htmx_gets_the_note_alone(course):
    part = Client().post(PATH, {"text": "kept"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Saved at" in part


def kept(client, text, **fields):
    return client.post(PATH, {"text": text, **fields}, headers={"hx-request": "true"})


def version(answer):
    return answer.content.decode().partition('name="seen" value="')[2].partition('"')[0]


def test_what_another_window_wrote_is_not_written_over_and_both_can_stay(course):
    client = Client()
    kept(client, "from the first window", seen="")
    refused = kept(client, "from the second window", seen="")
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "in another window" in page and "from the second window" in page
    assert Note.objects.get().text == "from the first window"
    kept(client, "from the second window", seen="", both="1")
    assert Note.objects.get().text == "from the second window\n\nfrom the first window"


def test_a_window_goes_on_with_what_it_kept_itself(course):
    client = Client()
    first = kept(client, "a", seen="")
    assert kept(client, "a b", seen=version(first)).status_code == 200
    assert kept(client, "a b", seen="").status_code == 200, "the same text is no conflict"
    assert Note.objects.get().text == "a b"


def test_a_page_that_is_gone_back_to_goes_on_though_it_says_what_it_was_before(course):
    client = Client()
    kept(client, "a", seen="", csrfmiddlewaretoken="of the first page")
    assert kept(client, "a b", seen="", csrfmiddlewaretoken="of the first page").status_code == 200
    assert kept(client, "c", seen="", csrfmiddlewaretoken="of another page").status_code == 409


def test_lines_are_kept_as_they_were_written(course):
    client = Client()
    kept(client, "one\r\ntwo", seen="")
    assert Note.objects.get().text == "one\ntwo"
