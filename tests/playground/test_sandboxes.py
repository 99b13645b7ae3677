"""Sandboxes over HTTP: found through their owner, replayed, rewound, forked; bad input leaves them as they were."""

import json
import lzma
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from learnk8s.playground import actions, live, queries
from learnk8s.playground.drawing import drawn
from learnk8s.playground.models import Checkpoint, Entry, Kind, Sandbox
from learnk8s.web.visitor import Visitor
from learnk8s.simulation import worlds

pytestmark = pytest.mark.django_db
ACCEPT = {"accept": "application/json"}


@pytest.fixture
def mine():
    """Return a client and the address of its sandbox."""
    client = Client()
    return client, client.post("/en/playground/", {"scenario": "self-healing"}).headers["Location"]


def typed(client, url, line):
    return client.post(url + "run/", {"line": line}, headers=ACCEPT)


def test_an_anonymous_visitor_gets_a_sandbox_at_once_and_types(mine):
    client, url = mine
    assert client.get(url).status_code == 200
    assert "web-" in typed(client, url, "kubectl get pods").json()["output"]


def test_another_persons_sandbox_is_not_there(mine, stranger, as_):
    _client, url = mine
    other = as_(stranger)
    assert other.get(url).status_code == 404
    for part in ("run/", "look/", "act/", "apply/", "clock/", "manage/", "undo/", "reset/", "fork/"):
        assert other.post(url + part).status_code == 404, part


def test_looking_never_writes(mine, django_assert_num_queries):
    client, url = mine
    before = list(Sandbox.objects.values())
    client.get(url)
    client.get(url + "complete/?line=kubectl")
    assert list(Sandbox.objects.values()) == before
    for part in ("run/", "look/", "act/", "reset/"):
        assert client.get(url + part).status_code == 405, part


def test_work_is_kept_on_signing_up(mine):
    client, url = mine
    client.post("/en/signup/", {"username": "anna", "password1": "krumpli-77x", "password2": "krumpli-77x", "next": url})
    assert client.get(url).status_code == 200
    assert Sandbox.objects.get().user.username == "anna"


def test_replay_equals_the_live_world():
    sandbox = actions.new_sandbox(visitor=Visitor(None, "me"), scenario="self-healing")
    for line in ("kubectl scale deployment web --replicas=5", "traffic web 10", "fault crash-node node-1", "kubectl get pods -w", "kubectl get events"):
        sandbox = actions.type_line(sandbox, line).sandbox
        actions.interrupt(sandbox)
        sandbox = actions.jump(Sandbox.objects.get(), 30)
    until = sandbox.anchor_ms
    with live.live_world(sandbox, until) as world:
        lived = world.dump()
    live.forget(sandbox.id)
    with live.live_world(sandbox, until) as world:
        assert world.dump() == lived


def test_undo_takes_the_last_input_back(mine):
    client, url = mine
    typed(client, url, "kubectl delete deployment web --wait=false")
    client.post(url + "undo/")
    assert "web" in typed(client, url, "kubectl get deployment").json()["output"]


def test_going_back_drops_what_came_after(mine):
    client, url = mine
    sandbox = Sandbox.objects.get()
    start = sandbox.anchor_ms
    actions.jump(sandbox, 10)
    typed(client, url, "kubectl delete deployment web --wait=false")
    client.post(url + "back/", {"at": start + 5_000})
    sandbox.refresh_from_db()
    assert (sandbox.head, sandbox.is_paused, sandbox.anchor_ms) == (0, True, start + 5_000)
    assert "3/3" in typed(client, url, "kubectl get deployment").json()["output"]


def test_a_fork_goes_its_own_way(mine):
    client, url = mine
    typed(client, url, "kubectl scale deployment web --replicas=2")
    fork = client.post(url + "fork/").headers["Location"]
    assert fork != url
    typed(client, fork, "kubectl delete deployment web --wait=false")
    assert "No resources found" in typed(client, fork, "kubectl get deployment").json()["output"]
    assert "/2" in typed(client, url, "kubectl get deployment").json()["output"]


def test_a_share_link_shows_a_moment_to_anybody_and_lets_them_fork(mine, stranger, as_):
    _client, _url = mine
    sandbox = Sandbox.objects.get()
    other, link = as_(stranger), f"/ko/playground/shared/{sandbox.token}/{sandbox.anchor_ms}/"
    assert other.get(link).status_code == 200
    copy = other.post(link + "fork/").headers["Location"]
    assert other.get(copy).status_code == 200
    assert other.get(f"/ko/playground/shared/{sandbox.token}x/1/").status_code == 404


def test_the_clock_runs_only_while_somebody_looks():
    sandbox = actions.new_sandbox(visitor=Visitor(None, "me"))
    now = timezone.now()
    Sandbox.objects.update(anchor_at=now - timedelta(hours=2), lease_until=now - timedelta(hours=2) + timedelta(seconds=7), anchor_ms=1_000)
    sandbox.refresh_from_db()
    assert sandbox.virtual_ms(now) == 8_000


def test_speed_pause_step_and_jump(mine):
    client, url = mine
    assert client.post(url + "clock/", {"speed": "100000"}).status_code == 302
    assert Sandbox.objects.get().speed_milli == 100_000
    client.post(url + "clock/", {"pause": "1"})
    before = Sandbox.objects.get().anchor_ms
    client.post(url + "clock/", {"jump": "60"})
    assert Sandbox.objects.get().anchor_ms == before + 60_000
    typed(client, url, "kubectl scale deployment web --replicas=4")
    client.post(url + "clock/", {"step": "1"})
    assert 0 < Sandbox.objects.get().anchor_ms - before - 60_000 <= 50
    assert client.post(url + "clock/", {"speed": "7"}).status_code == 422


@pytest.mark.parametrize(("line", "status", "has_failed"), [
    ("kubectl get pods", 0, False), ("kubectl get nothing", 1, True), ("kubectl diff -f a.yaml", 1, False), ("kubectl diff -f a.yaml", 2, True), ("kubectl get pods | grep -E 'a|b'", 1, False),
    ("kubectl diff -f - <<EOF\nkind: Pod | x\nEOF", 1, False), ("sudo systemctl status kubelet", 3, False), ("grep a; kubectl get nothing", 1, True), ("[ -f a ]", 1, False), ("difference", 1, True),
])
def test_an_answer_that_says_no_is_no_failure(line, status, has_failed):
    assert Entry(kind=Kind.LINE, input=line, status=status).has_failed is has_failed


BAD = ["\0\0binary\0", "x" * 300_000, "kubectl apply -f - <<EOF\n" + "a: &a [x]\nb: [" + "*a," * 5000 + "]\nEOF", "<script>alert(1)</script>", "$(" * 200, "while true; do echo x; done", "kubectl create -f - <<EOF\n{}\nEOF"]


@pytest.mark.parametrize("line", BAD, ids=["binary", "huge", "aliases", "script", "nested", "endless", "empty object"])
def test_bad_lines_are_answered_and_change_nothing(mine, line):
    client, url = mine
    sandbox = Sandbox.objects.get()
    answer = typed(client, url, line)
    assert answer.status_code in (200, 422)
    assert answer.json()["status"] != 0
    assert answer.json()["output"]
    assert len(queries.world_now(Sandbox.objects.get()).scene()["owners"]) == 1
    assert client.get(f"/en/playground/{sandbox.id}/").status_code == 200


def test_a_script_in_a_name_is_shown_as_text(mine):
    client, url = mine
    client.post(url + "manage/", {"title": "<script>alert(1)</script>"})
    typed(client, url, "echo '<script>alert(2)</script>'")
    page = client.get(url).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(2)" in page


def test_errors_of_the_yaml_panel_stand_at_their_line(mine):
    client, url = mine
    broken = client.post(url + "apply/", {"yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\nspec:\n  foo: 1\n  containers:\n  - name: a\n    image: nginx\n"})
    assert broken.status_code == 422
    assert "Line 6" in broken.content.decode()
    assert "foo: 1" in broken.content.decode()
    fine = client.post(url + "apply/", {"yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n"})
    assert "configmap/x created" in fine.content.decode()


def test_quotas_are_told_and_nothing_is_lost(mine, monkeypatch):
    client, url = mine
    monkeypatch.setattr(actions, "ENTRIES_MAX", 1)
    typed(client, url, "kubectl get pods")
    refused = typed(client, url, "kubectl get pods")
    assert refused.status_code == 422
    assert "inputs" in refused.json()["output"]
    assert Entry.objects.count() == 1
    monkeypatch.setattr(actions, "SANDBOXES_MAX", 1)
    assert client.post("/en/playground/", {"scenario": "basics"}).status_code == 422


def test_unknown_buttons_and_scenarios_are_refused(mine):
    client, url = mine
    assert client.post(url + "act/", {"kind": "explode"}).status_code == 302
    assert json.loads(Entry.objects.get().input)["kind"] == "explode"
    assert Entry.objects.get().status == 1
    assert client.post("/en/playground/", {"scenario": "nope"}).status_code == 422


def test_a_look_sends_only_what_changed(mine):
    client, url = mine
    client.post(url + "clock/", {"pause": "1"})
    htmx = {"hx-request": "true"}
    full = client.post(url + "look/", {"version": ""}, headers=htmx).content.decode()
    version = full.split('data-version="')[1].split('"')[0]
    again = client.post(url + "look/", {"version": version}, headers=htmx).content.decode()
    assert "#picture" in full
    assert "#picture" not in again
    assert len(again) < 6_000


@pytest.mark.parametrize(("world", "scenario"), [("docker", "disk-full"), ("docker", "first-container"), ("fleet", "night"), ("linux", "one-server"), ("hypervisor", "consolidate")])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_hosts_are_drawn_with_what_lies_in_them(world, scenario, language):
    sandbox = actions.new_sandbox(visitor=Visitor(None, "me"), world=world, scenario=scenario)
    with live.live_world(sandbox, sandbox.anchor_ms) as lived:
        drawing = drawn(lived.scene(), language)
    assert len(drawing["hosts"]) == sum(box["kind"] == "machine" for box in lived.scene()["boxes"])
    for host in drawing["hosts"]:
        area = sum((part["width"] + 3) * (part["height"] + 3) for part in host["parts"])
        used, total = (int(word) for word in host["memory"].removesuffix(" MiB").split(" / "))
        assert area == pytest.approx(host["width"] * host["height"] * used / total, rel=0.06)
    assert (drawing["disk"] is None) == (not lived.scene().get("layers"))


@pytest.mark.parametrize(("world", "scenario"), [("docker", "disk-full"), ("fleet", "night"), ("linux", "bad-neighbour"), ("hypervisor", "consolidate"), ("hypervisor", "overcommit")])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_name_is_whole_or_not_drawn_and_nothing_lies_on_anything_else(world, scenario, language):
    sandbox = actions.new_sandbox(visitor=Visitor(None, "me"), world=world, scenario=scenario)
    with live.live_world(sandbox, sandbox.anchor_ms) as lived:
        hosts = drawn(lived.scene(), language)["hosts"]
    parts = [part for host in hosts for outer in host["parts"] for part in (outer, *(outer["inner"] or {"parts": []})["parts"])]
    assert any(part["name"] for part in parts) and any(part["has_memory"] for part in parts)
    for part in parts:
        assert part["name"] in ("", part["title"])
        top, bottom = part["name_y"] + 3 if part["name"] else part["y"], part["memory_y"] - 10 if part["has_memory"] else part["y"] + part["height"]
        assert top <= bottom or not part["has_memory"]
        if part["has_token"]:
            assert top <= part["token_y"] and part["token_y"] + part["side"] <= bottom + 0.2


def test_a_guest_is_drawn_with_its_own_system_and_kernel_inside_its_wall():
    sandbox = actions.new_sandbox(visitor=Visitor(None, "me"), world="hypervisor", scenario="overcommit")
    with live.live_world(sandbox, sandbox.anchor_ms) as lived:
        hosts = drawn(lived.scene(), "en")["hosts"]
    guests = [part for host in hosts for part in host["parts"] if part["kind"] == "guest"]
    assert any(part["kind"] == "app" for guest in guests for part in guest["inner"]["parts"])
    for guest in guests:
        inner = guest["inner"]
        assert inner["parts"][0]["kind"] == "system"
        assert all(guest["x"] <= part["x"] and part["y"] + part["height"] <= inner["slab_y"] < guest["y"] + guest["height"] for part in inner["parts"])


def test_a_layer_that_several_images_share_is_drawn_once():
    sandbox = actions.new_sandbox(visitor=Visitor(None, "me"), world="docker", scenario="disk-full")
    with live.live_world(sandbox, sandbox.anchor_ms) as lived:
        disk = drawn(lived.scene(), "en")["disk"]
    shared = [block for block in disk["blocks"] if block["is_shared"]]
    assert len(shared) == 1
    assert shared[0]["count"] == len(disk["names"])


def test_a_fleet_is_handed_over_to_a_cluster_in_which_all_of_it_runs(client):
    url = client.post("/en/playground/", {"scenario": "fleet:hand-over"}).headers["Location"]
    there = client.post(url + "hand-over/").headers["Location"]
    assert there != url
    sandbox = Sandbox.objects.get(world="kubernetes")
    actions.jump(sandbox, 60)
    assert typed(client, there, "kubectl get deployments --no-headers").json()["output"].count("\n") == 20
    with live.live_world(Sandbox.objects.get(pk=sandbox.pk), Sandbox.objects.get(pk=sandbox.pk).anchor_ms) as world:
        assert world.scoreboard()["pods_ready"] == 29
    assert client.get(there).status_code == 200


def test_only_a_fleet_can_be_handed_over(mine):
    client, url = mine
    assert client.post(url + "hand-over/").headers["Location"] == url
    assert Sandbox.objects.count() == 1


def test_a_world_is_made_again_before_the_database_is_held(monkeypatch):
    """SQLite has one writer at a time: while one sandbox replays its inputs, all others must be able to write."""
    sandbox = actions.new_sandbox(visitor=Visitor(None, "s"))
    actions.type_line(sandbox, "kubectl get nodes")
    rebuilt, depths = live.rebuilt, []
    monkeypatch.setattr(live, "rebuilt", lambda *args, **kwargs: depths.append(len(connection.savepoint_ids)) or rebuilt(*args, **kwargs))
    outside = len(connection.savepoint_ids)
    for act in (lambda: actions.type_line(sandbox, "kubectl get pods"), lambda: actions.step(sandbox), lambda: actions.jump(sandbox, 5)):
        sandbox.refresh_from_db()
        live.forget_live(sandbox.id)
        act()
    assert depths == [outside] * 3


def test_a_client_of_the_api_keeps_the_clock_running_for_longer_than_a_page(mine):
    found = actions.looked_at(Sandbox.objects.get())
    assert found.lease_until - timezone.now() > timedelta(minutes=9)
    assert actions.look(found).sandbox.lease_until == found.lease_until


def test_counts_that_are_nought_are_named_in_one_sentence():
    picture = drawn(worlds.create("docker", "first-container", 1).scene(), "en")
    assert "requests failed" in [row["name"] for row in picture["score"]] and all(row["value"] or row["name"].startswith("requests") for row in picture["score"])
    assert "containers" in picture["score_zero"]


def test_a_checkpoint_that_this_release_cannot_read_is_no_loss(learner):
    """It was written by another release: the world is made from its inputs."""
    sandbox = actions.new_sandbox(visitor=Visitor(learner, ""), scenario="basics")
    actions.type_line(sandbox, "kubectl create configmap kept")
    sandbox.refresh_from_db()
    for dump in (b"no archive", lzma.compress(b"no json"), lzma.compress(b'{"scenario": "basics"}'), lzma.compress(b'{"scenario": "basics", "cluster": []}')):
        Checkpoint.objects.create(sandbox=sandbox, ordinal=1, at_ms=0, dump=dump)
        live.forget(sandbox.id)
        assert queries.world_now(Sandbox.objects.get(pk=sandbox.pk)).find("ConfigMap/default/kept") is not None
        sandbox.checkpoints.all().delete()
