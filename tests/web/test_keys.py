"""The sheet of keys is on every page, and everything in it can be reached without keys."""

import re

import pytest
from django.test import Client


def test_every_key_that_leads_somewhere_is_a_link(db):
    page = Client().get("/en/design/").content.decode()
    links = dict(re.findall(r'data-key="([^"]+)" href="([^"]+)"', page))
    assert set(links) == {"/", "g h", "g t", "g l", "g p", "g w", "g n"}
    assert all(Client().get(link).status_code == 200 for link in links.values())


def test_single_keys_can_be_switched_off(db):
    assert 'data-role="keys-on"' in Client().get("/en/design/").content.decode()


@pytest.mark.parametrize(("language", "name"), [("en", "Keys"), ("ko", "단축키")])
def test_every_page_has_a_button_that_opens_the_sheet_which_waits_for_the_script(db, language, name):
    assert re.search(rf'<button [^>]*data-opens="keys" hidden>{name}</button>', Client().get(f"/{language}/design/").content.decode().partition('<footer class="colophon"')[2])
