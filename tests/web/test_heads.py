"""Whoever asks for the head of a page gets what the page would say of itself."""

import pytest
from django.test import Client

from learnk8s.playground.models import Sandbox


@pytest.mark.parametrize("path", ["/ko/", "/en/playground/", "/en/timeline/", "/en/login/", "/healthz", "/en/nothing/"])
def test_a_head_is_what_the_page_would_say_of_itself(db, path):
    head, page = Client().head(path), Client().get(path)
    assert (head.status_code, head.content, head.headers["Content-Type"], head.headers["Content-Security-Policy"]) == (page.status_code, b"", page.headers["Content-Type"], page.headers["Content-Security-Policy"])
    assert int(head.headers["Content-Length"]) > 0


def test_a_head_leads_where_the_page_does(db):
    assert Client().head("/en/classes/").headers["Location"] == "/en/login/?next=/en/classes/"


def test_a_head_opens_no_form_and_asks_the_api_as_it_is(db):
    client = Client()
    client.post("/en/playground/", {"scenario": "kubernetes:basics"})
    assert client.head(f"/en/playground/{Sandbox.objects.get().id}/run/").status_code == 405
    assert client.head("/k8s/nobody/api").status_code == client.get("/k8s/nobody/api").status_code
