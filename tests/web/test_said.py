"""What is said to a form on the page that follows has the focus, so that it is read out, where nothing in the page has it."""

import re

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory

from learnk8s.web.refusals import RefusedTitles

NOTICE = '<div class="notice" data-health="ok" tabindex="-1" autofocus>'


@pytest.mark.parametrize(("language", "said"), [("en", "Saved."), ("ko", "저장했다.")])
def test_what_was_said_to_a_form_has_the_focus_on_the_next_page_and_only_there(learner, as_, language, said):
    client = as_(learner)
    page = client.post(f"/{language}/account/", {"display_name": "X"}, follow=True).content.decode()
    assert f"{NOTICE}<p>{said}</p>" in page
    assert page.count(" autofocus") == 1
    assert " autofocus" not in client.get(f"/{language}/account/").content.decode()


def test_only_the_first_of_several_has_the_focus():
    notices = Template('{% for said in "ab" %}{% include "components/notice.html" with text=said is_read=forloop.first only %}{% endfor %}').render(Context())
    assert notices.count('class="notice"') == 2 and notices.count("autofocus") == 1


@pytest.mark.parametrize(("inside", "count"), [("<p>text</p>", 1), ("<input autofocus>", 0)])
def test_a_page_that_gives_the_focus_to_something_of_its_own_keeps_it_there(inside, count):
    drawn = Template('{% load page_links %}{% one_focus %}<p autofocus>Saved.</p><main id="main">' + inside + "</main>{% endone_focus %}").render(Context())
    assert drawn.count("<p autofocus>") == count and inside in drawn


@pytest.mark.parametrize(("language", "title"), [("en", "Error: Sign up"), ("ko", "오류: 가입하기")])
def test_the_title_of_a_page_that_refuses_a_form_says_so(db, language, title):
    page = Client().post(f"/{language}/signup/", {"username": "a b"}).content.decode()
    assert f"<title>{title} · learnk8s</title>" in page
    assert len(re.findall(title.partition(" ")[0], page)) == 1, "it is no part of what other sites show of the page"


@pytest.mark.parametrize(("status", "text"), [(200, "<!doctype html><title>A</title>"), (422, "<div><svg><title>A</title></svg></div>"), (404, "<!doctype html><title>A</title>")])
def test_other_answers_stay_as_they_are(status, text):
    from django.http import HttpResponse

    assert RefusedTitles(lambda _request: HttpResponse(text, status=status))(RequestFactory().get("/")).content.decode() == text
