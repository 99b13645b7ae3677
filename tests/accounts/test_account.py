"""One's own page: the name to log in with, and a new password for whoever knows the old one."""

import pytest
from django.core.cache import cache
from django.test import Client

from learnk8s.accounts.views import FAILURES_MAX

NEW = "window-tea-9"


@pytest.fixture(autouse=True)
def _nothing_is_counted():
    cache.clear()
    yield
    cache.clear()


def test_a_password_is_changed_by_whoever_knows_the_old_one(learner, client):
    client.login(username="learner", password="correct horse")
    assert client.post("/en/account/password/", {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW}).status_code == 422
    page = client.post("/en/account/password/", {"old_password": "correct horse", "new_password1": NEW, "new_password2": NEW}, follow=True)
    assert "The password is changed" in page.content.decode()
    learner.refresh_from_db()
    assert learner.check_password(NEW)


def test_the_page_says_the_log_in_name_and_the_log_in_page_asks_for_it_by_this_word(learner, client):
    assert "Log-in name" in client.get("/en/login/").content.decode()
    client.login(username="learner", password="correct horse")
    assert "Log-in name: <strong>learner</strong>" in client.get("/en/account/").content.decode()


def test_a_password_manager_knows_the_fields_of_an_account(db):
    page = Client().get("/en/signup/").content.decode()
    for name, purpose in (("username", "username"), ("display_name", "nickname"), ("password1", "new-password")):
        field = next(part for part in page.split("<input")[1:] if f'name="{name}"' in part)
        assert f'autocomplete="{purpose}"' in field.partition(">")[0]


def test_after_too_many_wrong_passwords_the_answer_says_so_whatever_the_password_is(learner, client):
    for _try in range(FAILURES_MAX):
        assert client.post("/en/login/", {"username": "learner", "password": "wrong"}).status_code == 422
    for password in ("wrong", "correct horse"):
        answer = client.post("/en/login/", {"username": "learner", "password": password})
        assert answer.status_code == 429
        page = answer.content.decode()
        assert "Too many wrong passwords" in page
        assert "the password is wrong" not in page
        assert 'value="learner"' in page


def test_errors_of_a_name_call_it_as_its_field_does(learner, client):
    page = client.post("/en/signup/", {"username": "a b", "password1": NEW, "password2": NEW}).content.decode()
    assert "A log-in name has only letters" in page
    assert "This log-in name is taken." in client.post("/en/signup/", {"username": "learner", "password1": NEW, "password2": NEW}).content.decode()
    assert "username" not in client.post("/en/login/", {"username": "learner", "password": "wrong"}).content.decode().partition("errorlist")[2].partition("</ul>")[0]
