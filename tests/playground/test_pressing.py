"""Buttons beside a running command: what it prints goes on, only what changed is sent, and what is shown stays shown."""

import re

import pytest

from learnk8s.playground import live
from learnk8s.playground.models import Entry, Sandbox
from tests.playground.test_page import BYTES_MAX, HTMX, large, looked, mine, version_of  # noqa: F401  # fixtures

pytestmark = pytest.mark.django_db
PRINTED = re.compile(r'<data value="(\d+)" data-from="(\d+)" data-head="\d+">([^<]*)</data>')


def watching(client, url):
    return client.post(url + "run/", {"line": "kubectl get pods -w"}, headers={"accept": "application/json"}).json()


def crash(client, url):
    """Press the button that ends a pod's process, as the inspector does; return the pod's name."""
    pod = re.findall(r"Pod/default/(web-[\w-]+)", client.get(url).content.decode())[0]
    assert client.post(url + "act/", {"kind": "kill-process", "ref": f"Pod/default/{pod}"}, headers=HTMX).status_code == 200
    client.post(url + "clock/", {"jump": "60"})
    return pod


def test_a_watch_goes_on_after_a_button_was_pressed(mine):  # noqa: F811
    client, url = mine
    begun = watching(client, url)
    pod = crash(client, url)
    _end, begins, text = PRINTED.search(looked(client, url, "", head=str(begun["head"]), offset=str(begun["offset"]))).groups()
    assert int(begins) == begun["offset"]
    assert re.search(rf"{pod} +1/1 +Running +1", text)


def test_a_watch_behind_a_pipe_goes_on_and_is_made_again_from_its_inputs(mine):  # noqa: F811
    client, url = mine
    begun = client.post(url + "run/", {"line": "kubectl get pods -w --no-headers | grep --line-buffered web | awk '{print $1, $3, $4}'"}, headers={"accept": "application/json"}).json()
    assert begun["running"] and begun["output"].count("Running 0\n") == 3
    pod = crash(client, url)
    seen = looked(client, url, "", head=str(begun["head"]), offset=str(begun["offset"]))
    _end, begins, text = PRINTED.search(seen).groups()
    assert int(begins) == begun["offset"]
    assert f"{pod} Running 1\n" in text
    live.forget(Sandbox.objects.get().id)
    assert PRINTED.search(looked(client, url, "", head=str(begun["head"]), offset=str(begun["offset"]))).groups() == (_end, begins, text)
    client.post(url + "run/", {"interrupt": "1"})
    told = client.post(url + "run/", {"line": "kubectl get pods -w | head -2; echo over"}, headers={"accept": "application/json"}).json()
    assert not told["running"] and told["output"].count("\n") == 3 and told["output"].endswith("over\n")


def test_output_belongs_to_the_line_that_was_typed_last(mine):  # noqa: F811
    client, url = mine
    begun = watching(client, url)
    client.post(url + "run/", {"interrupt": "1"})
    client.post(url + "run/", {"line": "kubectl get nodes"})
    assert not PRINTED.search(looked(client, url, "", head=str(begun["head"]), offset="0"))


def test_a_page_loaded_anew_shows_what_a_watch_has_printed_and_goes_on_from_there(mine):  # noqa: F811
    client, url = mine
    watching(client, url)
    pod = crash(client, url)
    page = client.get(url).content.decode()
    assert re.search(rf"{pod} +1/1 +Running +1", page.split('class="terminal__screen"')[1].split("</div>")[0])
    head, offset = (re.search(rf'name="{name}" value="(\d+)"', page)[1] for name in ("head", "offset"))
    client.post(url + "act/", {"kind": "kill-process", "ref": f"Pod/default/{pod}"}, headers=HTMX)
    client.post(url + "clock/", {"jump": "300"})
    assert PRINTED.search(looked(client, url, "", head=head, offset=offset))[2] == offset


def test_a_press_of_the_clock_sends_only_what_changed(large):  # noqa: F811
    client, url = large
    version = version_of(client.get(url).content.decode())
    answer = client.post(url + "clock/", {"jump": "60", "version": version, "head": "0", "offset": "0"}, headers=HTMX)
    assert len(answer.content) < BYTES_MAX


def test_a_filter_and_the_inspector_outlast_a_button(mine):  # noqa: F811
    client, url = mine
    held = {"label": "app=nothing", "owned_by": "Deployment", "inspect": "Deployment/default/web", "tab": "events"}
    answer = client.post(url + "clock/", {"jump": "60", **held}, headers=HTMX).content.decode()
    assert 'class="pod"' not in answer
    assert 'id="inspector-heading"' in answer
    answer = client.post(url + "act/", {"kind": "break-registry", **held}, headers=HTMX).content.decode()
    assert 'class="pod"' not in answer


def test_a_refusal_is_one_sentence(mine):  # noqa: F811
    client, url = mine
    answer = client.post(url + "clock/", {"jump": "soon"}, headers=HTMX)
    assert (answer.status_code, answer.headers["Content-Type"], answer.content) == (422, "text/plain; charset=utf-8", b"The clock cannot do that.")


def test_a_line_whose_answer_was_lost_is_run_once_and_answered_again(mine):  # noqa: F811
    client, url = mine

    def sent(line, once):
        return client.post(url + "run/", {"line": line, "once": once}, headers={"accept": "application/json"}).json()

    first = sent("kubectl create namespace lost", "a")
    assert sent("kubectl create namespace lost", "a") == first
    sent("kubectl get namespaces", "b")
    assert sent("kubectl create namespace lost", "a")["output"] == "namespace/lost created\n", "though another line was typed since"
    assert "AlreadyExists" in sent("kubectl create namespace lost", "c")["output"]
    assert [entry.input for entry in Entry.objects.order_by("ordinal")] == ["kubectl create namespace lost", "kubectl get namespaces", "kubectl create namespace lost"]


def test_a_bound_of_a_world_is_told_in_the_language_of_the_page(mine):  # noqa: F811
    client, url = mine
    Sandbox.objects.update(anchor_ms=60 * 86_400_000 - 1_000, is_paused=True)
    answer = client.post(url.replace("/en/", "/ko/") + "clock/", {"jump": "300"}, headers=HTMX)
    assert (answer.status_code, answer.content.decode()) == (422, "이 샌드박스는 가상 시간 60일을 다 썼다. 처음으로 되돌리면 다시 시작할 수 있다.")


def test_an_inspector_says_that_its_pod_is_gone(mine):  # noqa: F811
    client, url = mine
    pod = re.findall(r"Pod/default/(web-[\w-]+)", client.get(url).content.decode())[0]
    held = {"inspect": f"Pod/default/{pod}", "tab": "summary"}
    version = version_of(looked(client, url, "", **held))
    client.post(url + "run/", {"line": f"kubectl delete pod {pod}"})
    client.post(url + "clock/", {"jump": "60"})
    answer = looked(client, url, version, **held)
    assert "It is not there now." in answer and 'href="#log-heading"' in answer
    assert "It is not there now." not in looked(client, url, version_of(answer), **held)
    assert 'data-open="1"' in client.get(url, {"ref": held["inspect"]}).content.decode()


def test_an_inspector_says_that_the_clock_stands(mine):  # noqa: F811
    client, url = mine
    held = {"inspect": re.findall(r"Pod/default/web-[\w-]+", client.get(url).content.decode())[0], "tab": "summary"}
    client.post(url + "clock/", {"pause": "0"})
    answer = looked(client, url, "", **held)
    assert "The clock stands still" not in answer
    assert "The clock stands still" in client.post(url + "clock/", {"pause": "1", "version": version_of(answer), **held}, headers=HTMX).content.decode()
