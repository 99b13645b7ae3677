"""The page of a sandbox: only what changed is sent, each tab and question works without JavaScript, and in both languages."""

import re

import pytest
from django.test import Client

from learnk8s.playground import actions, changing, live
from learnk8s.playground.editing import apply_line
from learnk8s.playground.models import Entry, Sandbox
from learnk8s.playground.views import NEW_OBJECT
from learnk8s.simulation import worlds

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}
BYTES_MAX = 15_000


@pytest.fixture
def mine():
    """Return a client and the address of its sandbox, whose clock stands."""
    client = Client()
    url = client.post("/en/playground/", {"scenario": "self-healing"}).headers["Location"]
    client.post(url + "clock/", {"pause": "1"})
    return client, url


@pytest.fixture
def large():
    """Return a client with a sandbox of 100 nodes and 1000 pods, whose clock stands."""
    client = Client()
    url = client.post("/en/playground/", {"scenario": "hundred-nodes"}).headers["Location"]
    client.post(url + "clock/", {"pause": "1"})
    yield client, url
    live.forget(Sandbox.objects.get().id)


def version_of(text):
    return text.split('data-version="')[1].split('"')[0]


def looked(client, url, version, **fields):
    return client.post(url + "look/", {"version": version, "head": "0", "offset": "0", **fields}, headers=HTMX).content.decode()


def test_a_thousand_pods_change_in_small_pieces(large):
    client, url = large
    page = client.get(url).content.decode()
    assert page.count('class="dot"') == 1000
    version = version_of(page)
    assert len(looked(client, url, version).encode()) < 4_000
    client.post(url + "run/", {"line": "fault crash-node node-7"})
    client.post(url + "run/", {"line": "kubectl scale deployment web --replicas=900"})
    actions.jump(Sandbox.objects.get(), 90)
    sizes = []
    for _look in range(60):
        answer = looked(client, url, version)
        sizes.append(len(answer.encode()))
        version = version_of(answer)
        if 'hx-target="#node-' not in answer:
            break
    assert max(sizes) < BYTES_MAX, sizes
    assert 2 < len(sizes) < 60
    shown = client.get(url).content.decode()
    assert version == version_of(shown), "after all pieces the browser shows what a new page would"


def test_one_pod_that_changes_sends_its_node_alone(large):
    client, url = large
    version = version_of(client.get(url).content.decode())
    pod = re.findall(r'data-inspect="Pod/default/(web-[\w-]+)"', client.get(url).content.decode())[0]
    client.post(url + "run/", {"line": f"fault kill-process {pod}"})
    actions.jump(Sandbox.objects.get(), 0.5)
    answer = looked(client, url, version)
    assert len(re.findall(r'hx-target="#node-', answer)) == 1
    assert len(answer.encode()) < BYTES_MAX


def test_one_host_that_changes_sends_its_drawing_alone():
    client = Client()
    url = client.post("/en/playground/", {"scenario": "fleet:maintenance"}).headers["Location"]
    client.post(url + "clock/", {"pause": "1"})
    version = version_of(client.get(url).content.decode())
    client.post(url + "run/", {"line": "ssh host-2 docker run -d shop/admin:1.0"})
    client.post(url + "clock/", {"jump": "60"})
    sent = re.findall(r'hx-target="#([^"]*)"', looked(client, url, version))
    assert [name for name in sent if name.startswith("host-")] == ["host-host-2"]
    assert not {"picture", "hosts"} & set(sent)


@pytest.mark.parametrize("scenario", ["fleet:maintenance", "docker:one-host", "kubernetes:self-healing"])
def test_of_two_pictures_beside_each_other_no_two_parts_have_one_name(scenario):
    client = Client()
    url = client.post("/en/playground/", {"scenario": scenario}).headers["Location"]
    client.post(url + "fork/")
    first, second = Sandbox.objects.values_list("pk", flat=True)
    page = client.get("/en/playground/compare/", {"left": first, "right": second}).content.decode()
    names = re.findall(r' id="([^"]+)"', page)
    assert "How they look" in page
    assert len(names) == len(set(names))


def test_a_look_tells_the_prompt_of_where_a_command_went(mine):
    client, url = mine
    version = version_of(client.get(url).content.decode())
    client.post(url + "run/", {"line": "kubectl run box -it --image=busybox -- sh"})
    client.post(url + "clock/", {"jump": "60"})
    told = looked(client, url, version)
    assert 'data-prompt="/ # "' in told
    assert '<span class="pod__name">box</span>' in told


def test_an_unknown_version_is_sent_everything(mine):
    client, url = mine
    answer = looked(client, url, "5.unknown")
    assert 'hx-target="#picture"' in answer
    assert 'hx-target="#owners"' in answer


def test_versions_are_forgotten_in_the_end(monkeypatch):
    monkeypatch.setattr(changing, "VERSIONS_MAX", 3)
    names = [changing.remembered("box", number, {"a": str(number)}) for number in range(5)]
    assert changing.known("box", names[-1]) == {"a": "4"}
    assert changing.known("box", names[0]) is None


def test_nodes_that_come_and_go_are_added_and_taken_away():
    def piece(name, seen):
        return changing.Piece(name, seen, lambda: f"<p>{seen}</p>", "outerMorph", "machines")

    _sent, before, _left = changing.changes(None, [piece("node-1", 1), piece("node-2", 2)])
    sent, now, _left = changing.changes(before, [piece("node-2", 2), piece("node-3", 3)])
    assert {(entry.target, entry.swap) for entry in sent} == {("machines", "beforeend"), ("node-1", "delete")}
    assert set(now) == {"node-2", "node-3"}


def test_what_a_job_printed_says_where_it_begins():
    """Two looks may be under way at once; the page prints the second only if it goes on where the first ended."""
    client = Client()
    url = client.post("/en/playground/", {"scenario": "docker:first-container"}).headers["Location"]
    begun = client.post(url + "run/", {"line": "docker pull nginx"}, headers={"accept": "application/json"}).json()
    assert begun["running"]
    client.post(url + "clock/", {"jump": "60"})
    answer = looked(client, url, "", head=str(begun["head"]), offset=str(begun["offset"]))
    assert re.search(r'<data value="(\d+)" data-from="(\d+)" data-head="\d+">', answer)[2] == str(begun["offset"])


def test_the_gallery_shows_the_first_of_each_world_and_folds_the_rest():
    page = Client().get("/en/playground/").content.decode()
    worlds = page.split('<section class="page__wide world unfolds"')[1:]
    assert len(worlds) == 6
    assert all(world.partition("<details")[0].count('name="scenario"') == 1 for world in worlds)
    assert all(str(world.count('name="scenario"') - 1) + " more</summary>" in world for world in worlds)


def test_the_gallery_can_be_filtered_without_a_script():
    page = Client().get("/en/playground/", {"q": "DISK pod"}).content.decode()
    assert {"working-storage", "stateful"} <= set(re.findall(r'name="scenario" value="([^"]+)"', page))
    assert "<details" not in page.partition('id="worlds"')[2]
    assert "No scenario speaks of “&lt;b&gt;”" in Client().get("/en/playground/", {"q": "<b>"}).content.decode()


@pytest.mark.parametrize("now_ms", [0, 400, 2_400, 61_001])
def test_the_thumb_of_the_time_line_can_stand_at_now(mine, now_ms):
    client, url = mine
    Sandbox.objects.update(anchor_ms=now_ms)
    rail = dict(re.findall(r'(min|max|value|step)="(\d+)"', re.search(r'<input id="scrub"[^>]*>', client.get(url).content.decode())[0]))
    assert rail["value"] == rail["max"] == str(now_ms)
    assert (int(rail["max"]) - int(rail["min"])) % int(rail["step"]) == 0


def test_a_piece_that_always_differs_keeps_no_other_from_coming():
    def pieces(turn):
        return [changing.Piece(name, seen, lambda: "x" * 9_000) for name, seen in (("picture", turn), ("log", turn > 0), ("history", turn > 0))]

    _sent, before, _left = changing.changes(None, pieces(0))
    came = []
    for turn in range(1, 4):
        sent, before, _left = changing.changes(before, pieces(turn))
        came += [entry.target for entry in sent]
    assert came == ["picture", "log", "history"]


@pytest.mark.parametrize("scenario", ["linux:one-server", "fleet:inventory", "hypervisor:consolidate"])
def test_a_world_of_machines_says_at_once_all_that_changed(scenario):
    client = Client()
    url = client.post("/en/playground/", {"scenario": scenario}).headers["Location"]
    version = version_of(client.get(url).content.decode())
    client.post(url + "run/", {"line": "uptime"})
    client.post(url + "clock/", {"jump": "5"})
    answer = looked(client, url, version)
    assert {"history", "marks", "score"} <= set(re.findall(r'hx-target="#(\w+)"', answer))
    assert 'data-wait="150"' not in answer


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("tab", ["summary", "why", "where", "events", "yaml", "peel", "fix", "nonsense"])
def test_every_tab_of_a_pod_works_without_javascript(mine, language, tab):
    client, url = mine
    url = url.replace("/en/", f"/{language}/")
    pod = re.findall(r'data-inspect="(Pod/default/web-[\w-]+)"', client.get(url).content.decode())[0]
    answer = client.get(url, {"ref": pod, "tab": tab})
    assert answer.status_code == 200
    assert 'class="tabs__tab"' in answer.content.decode()


def test_a_field_and_an_event_are_explained_back_to_what_was_typed(mine):
    client, url = mine
    client.post(url + "run/", {"line": "kubectl scale deployment web --replicas=5"})
    actions.jump(Sandbox.objects.get(), 10)
    page = client.get(url, {"ref": "Deployment/default/web", "tab": "why", "path": "spec.replicas"}).content.decode()
    assert "You typed: kubectl scale deployment web --replicas=5" in page
    events = client.get(url, {"ref": "Deployment/default/web", "tab": "events"}).content.decode()
    name = re.findall(r'data-event="([^"]+)"', events)[0]
    assert "You typed" in client.get(url, {"ref": "Deployment/default/web", "tab": "why", "event": name}).content.decode()


def test_what_would_fix_it_is_said_with_commands_and_changes_nothing(mine):
    client, url = mine
    client.post(url + "run/", {"line": "kubectl set image deployment/web web=nginx:nope"})
    actions.jump(Sandbox.objects.get(), 40)
    before = Entry.objects.count()
    page = client.get(url, {"ref": "Deployment/default/web", "tab": "fix"}).content.decode()
    assert 'data-run="kubectl rollout undo deployment/web"' in page
    assert "works after" in page
    assert Entry.objects.count() == before


def test_an_apply_is_foreseen_before_it_is_made(mine):
    client, url = mine
    text = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 5\n  selector:\n    matchLabels:\n      app: web\n  template:\n    metadata:\n      labels:\n        app: web\n    spec:\n      containers:\n      - name: web\n        image: nginx:1.28\n"
    answer = client.post(url + "apply/", {"yaml": text, "forecast": "1"}).content.decode()
    assert "pods started" in answer
    assert "nginx:1.28" in answer
    assert Entry.objects.count() == 0
    wrong = client.post(url + "apply/", {"yaml": text.replace("replicas: 5", "replicas: many"), "forecast": "1"}).content.decode()
    assert 'data-problems="' in wrong
    assert "nothing would change" in wrong
    assert Entry.objects.count() == 0


@pytest.mark.parametrize(("line", "word"), [("kubectl delete pod -l app=web --wait=false", "requests failed by it"), ("kubectl bogus", "unknown command"), ("", "Type a command first"), ("x" * 300_000, "nothing was tried"), ("kubectl get pods\0", "nothing was tried")])
def test_a_command_is_foreseen_or_refused_in_words(mine, line, word):
    client, url = mine
    answer = client.get(url + "forecast/", {"line": line})
    assert answer.status_code == 200
    assert word in answer.content.decode()
    assert Entry.objects.count() == 0


def test_a_filter_shows_a_part_and_stays_with_the_looks(mine):
    client, url = mine
    client.post(url + "run/", {"line": "kubectl create deployment api --image=nginx:1.27"})
    actions.jump(Sandbox.objects.get(), 20)
    page = client.get(url, {"label": "app=api"}).content.decode()
    assert 'id="pod-default-api-' in page
    assert 'id="pod-default-web-' not in page
    assert 'name="label" value="app=api"' in page
    assert 'id="pod-default-web-' not in looked(client, url, "", label="app=api")
    assert client.get(url, {"label": "nonsense", "ns": "x" * 300, "kind": "?"}).status_code == 200


def test_two_forks_are_compared_with_the_first_difference_marked(mine):
    client, url = mine
    client.post(url + "run/", {"line": "kubectl get pods"})
    where = client.post(url + "fork-and-compare/").headers["Location"]
    left, right = re.findall(r"left=(\w+)&right=(\w+)", where)[0]
    assert "in the same state" in client.get(where).content.decode()
    client.post(f"/en/playground/{right}/run/", {"line": "kubectl scale deployment web --replicas=4"})
    page = client.get(where).content.decode()
    assert page.count("data-first") == 1
    assert "here they part" in page
    assert "spec.replicas" in page.replace("<wbr>", "")
    assert Client().get(where).status_code == 404
    page = client.get(f"/ko/playground/compare/?left={left}")
    assert page.status_code == 200
    assert f"({left[:4]})" in page.content.decode() and f">{left}<" not in page.content.decode()


def test_parts_are_stopped_and_a_request_is_followed(mine):
    client, url = mine
    page = client.get(url + "cluster/", {"part": "Part//kube-scheduler"}).content.decode()
    assert "fault stop-part kube-scheduler" in page
    back = client.post(url + "act/", {"kind": "stop-part", "ref": "Part//kube-scheduler", "back": url + "cluster/"})
    assert back.headers["Location"] == url + "cluster/"
    assert 'data-health="bad"' in client.get(url + "cluster/").content.decode()
    client.post(url + "act/", {"kind": "start-part", "ref": "Part//kube-scheduler"})
    client.post(url + "run/", {"line": "kubectl create deployment api --image=nginx:1.27"})
    actions.jump(Sandbox.objects.get(), 20)
    number = re.findall(r'<option value="(\d+)"', client.get(url + "cluster/").content.decode())[0]
    steps = client.get(url + "cluster/", {"follow": number, "step": "3"}).content.decode()
    assert "The scheduler found" in steps
    assert 'aria-current="step"' in steps
    assert client.get(url + "cluster/", {"follow": "999999", "step": "x", "part": "nonsense"}).status_code == 200


def test_forms_lead_back_to_our_own_pages_only(mine):
    client, url = mine
    assert client.post(url + "run/", {"line": "kubectl get pods", "back": "https://elsewhere.example/"}).headers["Location"] == url
    assert client.post(url + "act/", {"kind": "break-registry", "back": "//elsewhere.example/"}).headers["Location"] == url


@pytest.mark.parametrize("part", ["forecast/?line=ls", "cluster/", "fork-and-compare/"])
def test_the_pages_of_others_are_not_there(mine, part):
    _client, url = mine
    other = Client()
    answer = other.post(url + part) if part.startswith("fork") else other.get(url + part)
    assert answer.status_code == 404


def test_worlds_without_copies_have_no_questions(mine):
    client, _url = mine
    url = client.post("/en/playground/", {"scenario": "linux:one-server"}).headers["Location"]
    page = client.get(url).content.decode()
    assert "What would fix it?" not in page
    assert client.get(url + "forecast/", {"line": "ls"}).status_code == 404
    assert client.get(url + "cluster/").status_code == 404


def test_inputs_are_listed_with_their_moments(mine):
    client, url = mine
    client.post(url + "run/", {"line": "kubectl get nodes"})
    page = client.get(url).content.decode()
    assert "just before" in page
    assert 'class="mark mark--input"' in page
    assert client.get(url, {"at": Entry.objects.get().at_ms}).status_code == 200


@pytest.mark.parametrize(("scenario", "fields", "shown"), [
    ("linux:port-conflict", {"ref": "", "percent": "150"}, 'name="percent" min="0" max="2000" value="150"'),
    ("hypervisor:overcommit", {"ref": "Traffic//shop-web", "per_second": "70"}, 'name="per_second" min="0" max="100000" value="70"'),
    ("fleet:night", {"ref": "Traffic//web", "per_second": "90"}, 'name="per_second" min="0" max="100000" value="90"'),
])
def test_the_traffic_of_machines_is_set_beside_their_picture(client, db, scenario, fields, shown):
    place = client.post("/en/playground/", {"scenario": scenario}).headers["Location"]
    client.post(f"{place}act/", {"kind": "set-traffic", **fields})
    assert shown in client.get(place).content.decode()


def test_a_clock_that_runs_is_not_read_out_and_the_terminal_speaks_english(mine):
    client, url = mine
    client.post(url + "run/", {"line": "kubectl get pods"})
    page = client.get(url.replace("/en/", "/ko/")).content.decode()
    assert '<output class="clock__time" role="timer"' in page
    assert re.search(r'id="scrub"[^>]* aria-valuetext="[0-9:]+"', page)
    assert '<pre class="terminal__command" lang="en" data-prompt="$ ">' in page
    assert '<pre lang="en" class="terminal__output' in page


def test_what_was_typed_is_not_said_again_but_what_came_of_it_is(mine):
    client, url = mine
    version = version_of(client.get(url).content.decode())
    client.post(url + "run/", {"line": "kubectl get pods"})
    answer = looked(client, url, version)
    assert 'hx-target="#said"' not in answer
    client.post(url + "run/", {"line": "fault crash-node node-1"})
    assert "node-1" in re.search(r'hx-target="#said"[^>]*>([^<]*)<', looked(client, url, version_of(answer)))[1]


def test_who_waits_for_a_command_is_told_how_to_let_time_pass():
    client = Client()
    url = client.post("/en/playground/", {"scenario": "basics"}).headers["Location"]
    note = re.compile(r'data-role="busy"( hidden)?>')
    assert note.search(client.get(url).content.decode())[1]
    client.post(url + "run/", {"line": "sleep 360"})
    assert not note.search(client.get(url).content.decode())[1]


def test_what_a_cluster_itself_runs_is_counted_and_shown_when_it_is_asked_for(client, db):
    place = client.post("/en/playground/", {"scenario": "kubernetes:control-plane"}).headers["Location"]
    whole, system = client.get(place).content.decode(), client.get(place, {"ns": "kube-system"}).content.decode()
    assert 'href="?ns=kube-system">+ ' in whole and 'aria-label="coredns' not in whole
    assert 'aria-label="coredns-' in system and "in kube-system</a>" not in system
    looked = client.post(f"{place}look/", {"version": "", "ns": "kube-system"}, headers=HTMX).content.decode()
    assert 'aria-label="coredns-' in looked and '<span class="pod__name">kube-apiserver</span>' in looked


@pytest.mark.parametrize("scenario", worlds.SCENARIOS["kubernetes"])
def test_what_the_yaml_panel_begins_with_is_new_in_every_cluster(scenario):
    world = worlds.create("kubernetes", scenario, 1)
    assert world.execute(apply_line(NEW_OBJECT)).output == "deployment.apps/hello created\n"
