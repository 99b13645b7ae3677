"""Error pages say what happened and what to do, in both languages, and keep what was typed."""

import pytest
from django.core.exceptions import RequestDataTooBig
from django.test import Client
from django.utils.translation import override

from learnk8s.web import views

WRITTEN = "The picture is cut off <here> at 360 pixels."


def error(rf, view, *arguments, user=None):
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/en/x/")
    request.user, request.session, request.htmx = user or AnonymousUser(), {}, False
    return view(request, *arguments)


@pytest.mark.parametrize(("language", "title", "way"), [("en", "There is nothing here", "Search the site"), ("ko", "여기에는 아무것도 없다", "사이트에서 찾기")])
def test_what_is_not_there_offers_a_search(db, language, title, way):
    page = Client().get(f"/{language}/nothing/")
    assert page.status_code == 404
    assert title in page.content.decode()
    assert way in page.content.decode()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_form_that_was_open_too_long_shows_what_was_written_and_no_way_to_send_it_from_there(db, language):
    place = f"/{language}/report/"
    page = Client(enforce_csrf_checks=True).post(place, {"text": WRITTEN, "password1": "correct horse battery"}, headers={"referer": f"http://testserver{place}"})
    text = page.content.decode()
    assert page.status_code == 403
    assert WRITTEN.replace("<", "&lt;").replace(">", "&gt;") in text
    assert "correct horse" not in text
    assert f'href="http://testserver{place}"' in text
    assert f'action="{place}"' not in text


def test_a_refused_form_leads_back_to_no_other_site(db):
    page = Client(enforce_csrf_checks=True).post("/en/report/", {"text": WRITTEN}, headers={"referer": "https://elsewhere.example/"})
    assert "elsewhere" not in page.content.decode()


def test_who_may_not_is_told_to_log_in_or_whom_to_ask(rf, learner):
    with override("en"):
        assert "/en/login/?next=/en/x/" in error(rf, views.error_403, Exception()).content.decode()
        assert "Whoever owns it" in error(rf, views.error_403, Exception(), user=learner).content.decode()


def test_what_is_too_large_is_called_so(rf, db):
    with override("ko"):
        page = error(rf, views.error_400, RequestDataTooBig())
    assert page.status_code == 413
    assert "너무 크다" in page.content.decode()


@pytest.mark.parametrize(("path", "above"), [
    pytest.param("/ko/classes/join/", "/ko/classes/", id="the other language below a refused form"),
    pytest.param("/en/library/a-course/a-lesson/restore/3/", "/en/library/a-course/a-lesson/", id="two levels above"),
])
def test_a_browser_that_opens_the_address_of_a_form_is_led_to_the_page_above(learner, as_, path, above):
    page = as_(learner).get(path, headers={"accept": "text/html,application/xhtml+xml"})
    assert (page.status_code, page.headers["Location"]) == (302, above)


def test_a_program_that_opens_the_address_of_a_form_is_told_so(learner, as_):
    assert as_(learner).get("/en/classes/join/", headers={"accept": "application/json"}).status_code == 405


@pytest.mark.parametrize("how", [{"hx-request": "true"}, {"accept": "application/json"}])
def test_a_page_that_sends_by_itself_is_told_in_one_sentence_that_its_token_is_old(db, how):
    answer = Client(enforce_csrf_checks=True).post("/ko/report/", {"text": WRITTEN}, headers=how)
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "text/plain; charset=utf-8")
    assert "다시 열자" in answer.content.decode()


def test_a_script_is_told_of_a_mistake_of_the_site_in_one_sentence(rf):
    answer = views.error_500(rf.post("/ko/x/", headers={"accept": "application/json"}))
    assert (answer.status_code, answer.content.decode()) == (500, "사이트에서 오류가 났다. 다시 해 보자.")


def test_logging_out_gives_forms_another_token_so_that_kept_pages_are_not_shown_again(learner):
    client = Client()
    client.force_login(learner)
    client.get("/en/account/")
    before = client.cookies["csrftoken"].value
    client.post("/en/logout/")
    assert client.cookies["csrftoken"].value != before
