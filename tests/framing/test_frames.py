"""A frame is opt-in: only the owner makes its address, and nothing else of the site may stand in a frame."""

import re

import pytest
from django.test import Client

from learnk8s.playground.models import Sandbox


@pytest.fixture
def owner(db):
    client = Client()
    client.post("/en/playground/", {"scenario": "kubernetes:self-healing"})
    return client


def frame_of(owner):
    page = owner.post(f"/en/frame/of/{Sandbox.objects.get().id}/").content.decode()
    return re.search(r'src="http://testserver([^"]+)"', page)[1]


def test_a_frame_may_stand_on_any_page_and_shows_the_moment_without_forms(owner):
    answer = Client().get(frame_of(owner))
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    text = answer.content.decode()
    assert "<form" not in text
    assert text.count("<h1") == 1
    assert "/en/playground/shared/" in text


def test_every_other_page_refuses_frames(owner):
    for path in ("/en/", "/en/timeline/", f"/en/playground/{Sandbox.objects.get().id}/", f"/en/frame/of/{Sandbox.objects.get().id}/"):
        answer = owner.get(path)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_nobody_makes_a_frame_of_anothers_sandbox(owner):
    assert Client().post(f"/en/frame/of/{Sandbox.objects.get().id}/").status_code == 404


@pytest.mark.parametrize("address", ["nonsense", "WyJhIiwxXQ:1:forged"])
def test_an_address_that_the_site_did_not_make_is_not_there(db, address):
    assert Client().get(f"/en/frame/{address}/").status_code == 404


def test_looking_at_the_offer_makes_nothing(owner):
    assert "<iframe" not in owner.get(f"/en/frame/of/{Sandbox.objects.get().id}/").content.decode()
