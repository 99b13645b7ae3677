"""The cluster on the first page: it can be broken by one press, without an account and without JavaScript, and heals."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from learnk8s.playground.models import Sandbox

PODS = re.compile(r'name="pod" value="(Pod/[^"]+)"')


def test_who_only_looks_leaves_nothing_behind(db, django_assert_max_num_queries):
    client = Client()
    with django_assert_max_num_queries(2):
        page = client.get("/en/").content.decode()
    assert len(PODS.findall(page)) == 3
    assert Sandbox.objects.count() == 0
    assert "sessionid" not in client.cookies


def test_a_press_kills_the_pod_that_was_pressed_in_a_sandbox_of_ones_own(db):
    client = Client()
    pod = PODS.findall(client.get("/ko/").content.decode())[0]
    answer = client.post("/ko/shop/", {"pod": pod})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/ko/#shop")
    assert "Terminating" in client.get("/ko/").content.decode()
    assert Sandbox.objects.get().entries.get().input.find(pod) > 0


def test_the_cluster_is_whole_again_after_a_few_seconds(db, monkeypatch):
    client = Client()
    pod = PODS.findall(client.get("/en/").content.decode())[0]
    client.post("/en/shop/", {"pod": pod})
    sandbox = Sandbox.objects.get()
    sandbox.anchor_at -= timedelta(seconds=8)
    sandbox.save()
    page = client.get("/en/").content.decode()
    assert "3 of 3 run" in page
    assert re.search(r"Healed after \d+ ms", page)
    assert pod not in PODS.findall(page)


def test_htmx_gets_the_cluster_alone(db):
    client = Client()
    pod = PODS.findall(client.get("/en/").content.decode())[0]
    part = client.post("/en/shop/", {"pod": pod}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'id="shop"' in part and "hx-get" in part


@pytest.mark.parametrize("pod", ["", "Pod/default/nobody", "<script>", "x" * 5000])
def test_a_press_on_nothing_changes_nothing(db, pod):
    client = Client()
    assert client.post("/en/shop/", {"pod": pod}).status_code in (302, 422)
    assert "3 of 3 run" in client.get("/en/").content.decode()


def test_it_can_begin_anew(db):
    client = Client()
    client.post("/en/shop/", {"pod": PODS.findall(client.get("/en/").content.decode())[0]})
    client.post("/en/shop/", {"anew": "1"})
    assert "3 of 3 run" in client.get("/en/").content.decode()
    assert Sandbox.objects.get().head == 0


def test_nobody_presses_by_a_link(db):
    assert Client().get("/en/shop/").status_code == 405


def test_who_drives_it_gets_it_at_the_real_speed(db):
    client = Client()
    assert client.post("/en/shop/", {"drive": "1"}).headers["Location"] == "/en/#shop"
    client.post("/en/shop/", {"pod": PODS.findall(client.get("/en/").content.decode())[0]})
    sandbox = Sandbox.objects.get()
    assert sandbox.speed_milli == 100
    assert client.post("/en/shop/", {"drive": "1"}).headers["Location"] == f"/en/playground/{sandbox.id}/"
    sandbox.refresh_from_db()
    assert sandbox.speed_milli == 1000


def test_who_has_begun_a_lesson_is_led_back_to_it(course):
    client = Client()
    assert "Begin the course" in client.get("/en/").content.decode()
    client.post("/en/learn/kubernetes/self-healing/start/")
    page = client.get("/en/").content.decode()
    assert "Go on: Desired state and self-healing" in page and "Begin the course" not in page
