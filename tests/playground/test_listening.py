"""What is told to those who do not see the picture: one sentence of what is different, and nothing when nothing is."""

import html
import re

import pytest
from django.test import Client
from django.utils import translation

from learnk8s.playground import actions
from learnk8s.playground.listening import told
from learnk8s.playground.models import Sandbox
from tests.playground.test_page import looked, version_of

pytestmark = pytest.mark.django_db


class Listener:
    """Somebody who has a sandbox open whose clock stands, and hears what its looks tell."""

    def __init__(self, scenario, language="en"):
        self.client = Client()
        self.url = self.client.post(f"/{language}/playground/", {"scenario": scenario}).headers["Location"]
        self.client.post(self.url + "clock/", {"pause": "1"})
        self.version = version_of(self.client.get(self.url).content.decode())

    def types(self, line):
        self.client.post(self.url + "run/", {"line": line})
        return self.hears()

    def hears(self):
        answer = looked(self.client, self.url, self.version)
        self.version = version_of(answer)
        return [html.unescape(text) for text in re.findall(r'hx-target="#said"[^>]*>([^<]*)<', answer)]

    def waits(self, seconds, step_s=0.5):
        said = []
        for _look in range(round(seconds / step_s)):
            actions.jump(Sandbox.objects.get(), step_s)
            said += self.hears()
        return said


@pytest.fixture
def listens():
    """Return a listener at a Deployment of three pods, which are ready."""
    listener = Listener("self-healing")
    listener.waits(5)
    return listener


@pytest.mark.parametrize("scenario", ["basics", "self-healing", "control-plane"])
def test_of_a_new_sandbox_nothing_is_told_that_the_cluster_itself_does(scenario):
    assert not [text for text in Listener(scenario).waits(10) if "dns" in text or "kubelet" in text or "role" in text]


@pytest.mark.parametrize(("language", "sentence"), [("en", "web: 5 of 5 ready."), ("ko", "web: 5개 중 5개 준비됨.")])
def test_of_a_scale_the_end_alone_is_told(language, sentence):
    listener = Listener("self-healing", language)
    listener.waits(5)
    assert listener.types("kubectl scale deployment web --replicas=5") == []
    assert listener.waits(10) == [sentence]


def test_a_rollout_is_told_once_when_it_has_ended(listens):
    listens.types("kubectl set image deployment/web web=nginx:1.28")
    assert listens.waits(20) == ["web: revision 2 is out, 3 of 3 ready."]
    assert listens.types("kubectl delete service web") == ["Service web: gone."]


def test_a_rollout_that_cannot_end_tells_why_and_does_not_go_on_telling(listens):
    listens.types("kubectl set image deployment/web web=nginx:nope")
    said = listens.waits(60)
    assert said[0].endswith("3 of 3 ready, revision 2 is on its way (ImagePullBackOff).")
    assert len(said) == 1
    listens.types("kubectl rollout undo deployment/web")
    assert listens.waits(20) == ["web: revision 3 is out, 3 of 3 ready."]


@pytest.mark.parametrize(("language", "words"), [("en", ("to Service web failed", "web: 3 of 3 ready; ", "are answered again")), ("ko", ("web 서비스로 보낸 요청", "web: 3개 중 3개 준비됨; ", "다시 응답함"))])
def test_requests_that_fail_are_told_when_they_begin_to_and_when_they_no_longer_do(language, words):
    listener = Listener("self-healing", language)
    listener.types("traffic web 20")
    listener.waits(5)
    listener.types("kubectl delete pod -l app=web")
    said = listener.waits(25)
    assert len(said) == 3
    assert all(word in text for word, text in zip(words, said, strict=True)), said


@pytest.mark.parametrize(("language", "words"), [("en", ("node-1 is not ready", "web: ")), ("ko", ("node-1: 준비되지 않음", "web: "))])
def test_after_a_long_jump_the_state_is_told_and_not_the_last_step_to_it(language, words):
    listener = Listener("self-healing", language)
    listener.waits(5)
    listener.types("fault crash-node node-1")
    (said,) = listener.waits(300, step_s=300)
    assert all(word in said for word in words), said
    assert "taint" not in said


def test_what_was_typed_or_what_nobody_sees_is_not_told(listens):
    assert listens.types("kubectl get pods") == []
    assert listens.types("kubectl create configmap x --from-literal=a=b") == []
    assert listens.waits(5) == []


def test_what_no_state_tells_is_told_as_the_log_has_it(listens):
    assert listens.types("traffic web 20") == ["The traffic for web was set to 20 requests a second."]


def test_pods_of_their_own_jobs_and_nodes_are_told():
    listener = Listener("basics")
    listener.types("kubectl run box --image=nginx:1.27")
    assert listener.waits(10) == ["box: Running."]
    listener.types("kubectl create job pi --image=busybox -- sleep 5")
    assert listener.waits(15) == ["pi: Running.", "pi: Completed."]
    assert listener.types("kubectl cordon node-1") == ["node-1 is ready, but takes no new pods."]
    listener.types("kubectl delete pod box")
    assert listener.waits(3) == ["box: gone."]


@pytest.mark.parametrize(("language", "states"), [("en", ["web: running.", "web: exited.", "web: gone."]), ("ko", ["web: 실행 중.", "web: 종료됨.", "web: 없어짐."])])
def test_of_machines_it_is_told_which_part_has_another_state(language, states):
    listener = Listener("docker:first-container", language)
    said = [text for line in ("docker run -d --name web nginx", "docker stop web", "docker rm web") for text in (*listener.types(line), *listener.waits(15, step_s=1))]
    assert [text for text in said if text in states] == states


def test_with_a_machine_that_goes_off_not_each_of_its_containers_is_told():
    listener = Listener("fleet:inventory")
    listener.client.post(listener.url + "act/", {"kind": "power-off", "ref": "Machine//host-1"})
    (said,) = listener.hears()
    assert said.startswith("host-1: off")
    assert "(host-1)" not in said


def test_many_changes_are_named_in_part_and_counted():
    def box(name, word):
        return {"ref": name, "title": name, "word": word, "health": "ok", "children": []}

    def scene(word):
        return {"scene": {"is_drawn_as_boxes": True, "scoreboard": {}, "log": [], "boxes": [box(f"b{number}", f"{word} {number if number > 4 else 0}") for number in range(12)]}, "clock": {"now_ms": 0, "speed_milli": 1000}}

    _nothing, heard = told(scene("on"), None)
    assert told(scene("on"), heard)[0] == ""
    with translation.override("en"):
        assert told(scene("off"), heard)[0] == "b0, b1, b2 and 2 more: off 0; b5: off 5; b6: off 6; b7: off 7; b8: off 8; 3 more changes."


def test_a_look_ahead_and_an_apply_fill_a_line_that_was_there_before():
    listener = Listener("self-healing")
    page = listener.client.get(listener.url).content.decode()
    status = re.compile(r'<p class="visually-hidden" role="status">([^<]*)</p>')
    assert status.findall(page) == ["", ""]
    asked = {"line": "kubectl delete pod -l app=web"}
    assert re.fullmatch(r"3 pods would start; 3 pods would be killed; \d+ requests would fail; Deployment web would have fewer than 3 ready pods for .* s; at worst 0\. After .* s all would have come to rest\.", status.findall(listener.client.get(listener.url + "forecast/", asked, headers={"hx-request": "true"}).content.decode())[0])
    korean = status.findall(listener.client.get(listener.url.replace("/en/", "/ko/") + "forecast/", asked).content.decode())[0]
    assert korean.startswith("시작될 파드 3개; 사라질 파드 3개; 실패할 요청 ")
    refused = status.findall(listener.client.get(listener.url + "forecast/", {"line": "kubectl bogus"}).content.decode())[0]
    assert html.unescape(refused) == 'Nothing would change. The answer would be: error: unknown command "bogus" for "kubectl"'
    yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n"
    assert "ConfigMap x would be new" in status.findall(listener.client.post(listener.url + "apply/", {"yaml": yaml, "forecast": "1"}).content.decode())[0]
    applied = listener.client.post(listener.url + "apply/", {"yaml": yaml}, headers={"hx-request": "true"}).content.decode()
    assert [text.strip() for text in status.findall(applied)] == ["configmap/x created"]
    assert "<pre role" not in applied


def test_the_words_say_what_the_picture_shows():
    listener = Listener("basics")
    for line in ("kubectl create deployment web --image=nginx:1.27 --replicas=3", "kubectl expose deployment web --port=80", "kubectl taint nodes node-1 disk=slow:NoSchedule"):
        listener.types(line)
    listener.waits(10)
    listener.types("traffic web 20")
    listener.waits(3)
    twin = listener.client.get(listener.url).content.decode().partition('<details class="twin">')[2].partition("</details>")[0]
    assert "<code>disk=slow:NoSchedule</code>" in twin
    assert re.search(r"\+ \d in kube-system", twin)
    assert "Service web (ClusterIP): 3 of 3 endpoints ready." in twin
    assert re.search(r"\d+ served, 0 failed", twin)


def test_the_words_are_sent_without_what_opens_and_shuts_them(listens):
    listens.types("kubectl scale deployment web --replicas=5")
    actions.jump(Sandbox.objects.get(), 5)
    answer = looked(listens.client, listens.url, listens.version)
    assert {"twin-words", "twin-services"} <= set(re.findall(r'hx-target="#([\w-]+)"', answer))
    assert '<details class="twin"' not in answer
