"""One's own page: the name to log in with, and a new password for whoever knows the old one."""

import re

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


@pytest.mark.parametrize(("language", "error", "said"), [("en", "Error:", "the password is wrong"), ("ko", "오류:", "비밀번호가 맞지 않는다")])
def test_a_wrong_log_in_is_said_by_the_title_and_by_the_field_that_has_the_focus(learner, client, language, error, said):
    answer = client.post(f"/{language}/login/", {"username": "learner", "password": "wrong"})
    page = answer.content.decode()
    assert re.search(rf"<title>{error} [^<]+</title>", page)
    assert said in re.search(r'<ul class="errorlist nonfield" id="form-error" role="alert">(.*?)</ul>', page)[1]
    name, password = field(page, "username"), field(page, "password")
    assert all('aria-invalid="true"' in box and 'aria-describedby="form-error"' in box for box in (name, password))
    assert ("autofocus" in name, "autofocus" in password) == (True, False)


def test_nothing_is_wrong_with_a_log_in_before_it_is_sent(client, db):
    page = client.get("/en/login/").content.decode()
    assert "aria-invalid" not in page and "form-error" not in page and "<title>Log in" in page


def test_too_many_wrong_passwords_are_said_by_the_field_that_has_the_focus(learner, client):
    for _try in range(FAILURES_MAX):
        client.post("/en/login/", {"username": "learner", "password": "wrong"})
    page = client.post("/en/login/", {"username": "learner", "password": "wrong"}).content.decode()
    assert 'id="form-error" role="alert">Too many' in page and "<title>Error: Log in" in page
    assert 'aria-describedby="form-error"' in field(page, "username")


@pytest.mark.parametrize(("typed", "said"), [
    pytest.param(("12345678", "12345678"), "too common", id="a weak password"),
    pytest.param((NEW, NEW + "x"), "match", id="two passwords"),
])
def test_what_is_wrong_with_a_new_password_is_said_at_the_first_box(learner, as_, client, typed, said):
    first, second = typed
    sign_up = client.post("/en/signup/", {"username": "newcomer", "password1": first, "password2": second})
    change = as_(learner).post("/en/account/password/", {"old_password": "correct horse", "new_password1": first, "new_password2": second})
    for answer, name in ((sign_up, "password"), (change, "new_password")):
        page = answer.content.decode()
        assert answer.status_code == 422
        assert said in re.search(rf'<ul class="errorlist" id="id_{name}1_error">(.*?)</ul>', page)[1]
        assert f"id_{name}2_error" not in page
        assert ("autofocus" in field(page, f"{name}1"), "autofocus" in field(page, f"{name}2")) == (True, False)


def field(page, name):
    return re.search(rf'<input [^>]*name="{name}"[^>]*>', page)[0]


def test_errors_of_a_name_call_it_as_its_field_does(learner, client):
    page = client.post("/en/signup/", {"username": "a b", "password1": NEW, "password2": NEW}).content.decode()
    assert "A log-in name has only letters" in page
    assert "This log-in name is taken." in client.post("/en/signup/", {"username": "learner", "password1": NEW, "password2": NEW}).content.decode()
    assert "username" not in client.post("/en/login/", {"username": "learner", "password": "wrong"}).content.decode().partition("errorlist")[2].partition("</ul>")[0]
