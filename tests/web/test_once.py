"""A form that comes twice is done once, and one that is meant twice is done twice."""

import re
import zlib
from threading import Timer

import pytest
from django.core.cache import caches
from django.test import Client

from learnk8s.accounts.models import User
from learnk8s.classroom.actions import open_new_class
from learnk8s.classroom.models import Classroom
from learnk8s.web import once

PAGE = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def browser(teacher, as_):
    caches[once.CACHE].clear()
    return as_(teacher)


def form_of(client, path="/en/classes/"):
    return {"csrfmiddlewaretoken": re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(path).content.decode())[1]}


def sent(client, fields):
    return client.post("/en/classes/new/", {"title": "Class 1", "course_slug": "kubernetes", **fields}, headers=PAGE)


def test_two_clicks_on_a_button_make_one_class_and_lead_to_it(browser):
    fields = form_of(browser)
    places = {sent(browser, fields).headers["Location"] for _click in range(3)}
    assert (len(places), Classroom.objects.count()) == (1, 1)


@pytest.mark.parametrize("difference", [
    pytest.param(lambda client: form_of(client), id="the page was loaded again"),
    pytest.param(lambda client: {"title": "Class 2"}, id="something else was written"),
    pytest.param(lambda client: {"again": "1"}, id="somebody went back and sent it again"),
])
def test_what_is_meant_twice_is_done_twice(browser, difference):
    fields = form_of(browser)
    sent(browser, fields)
    sent(browser, {**fields, **difference(browser)})
    assert Classroom.objects.count() == 2


def test_the_second_click_waits_for_the_answer_of_the_first(browser, rf, teacher):
    fields, keys = form_of(browser), []
    cache = caches[once.CACHE]
    keep = cache.add
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(cache), "add", lambda self, key, *more: (keys.append(key), keep(key, *more))[1])
        sent(browser, fields)
    Classroom.objects.all().delete()
    cache.set(keys[0], once.UNDER_WAY)
    Timer(0.2, lambda: cache.set(keys[0], (302, {"Location": "/en/classes/7/"}, zlib.compress(b"")))).start()
    assert sent(browser, fields).headers["Location"] == "/en/classes/7/"
    assert Classroom.objects.count() == 0


def test_a_form_with_a_mistake_is_looked_at_each_time(browser):
    fields = form_of(browser)
    assert [sent(browser, {**fields, "title": ""}).status_code for _click in range(2)] == [422, 422]


def test_somebody_whom_the_site_does_not_know_yet_is_answered_as_always(course):
    client = Client()
    fields = form_of(client, "/en/playground/")
    answer = client.post("/en/playground/", {"scenario": "kubernetes:self-healing", **fields}, headers=PAGE)
    assert client.get(answer.headers["Location"]).status_code == 200


def test_accounts_are_made_once_and_their_passwords_shown_again(browser, teacher):
    room = open_new_class(teacher=teacher, title="Class 1")
    fields = {**form_of(browser, f"/en/classes/{room.pk}/"), "do": "accounts", "names": "Mina\nJoon"}
    before = User.objects.count()
    pages = {browser.post(f"/en/classes/{room.pk}/people/", fields, headers=PAGE).content for _click in range(2)}
    assert (len(pages), User.objects.count() - before) == (1, 2)
