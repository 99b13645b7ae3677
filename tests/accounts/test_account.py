"""One's own page: the name to log in with, and a new password for whoever knows the old one."""

from django.test import Client

NEW = "window-tea-9"


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
