"""The terminal's part of the page: editors, prompts, the words of the last output."""

import json
import re
from html import unescape
from threading import Thread
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from learnk8s.playground import actions, queries
from learnk8s.playground.models import Sandbox
from learnk8s.playground.output_words import _table, explained
from learnk8s.playground.showing import terminal_state
from learnk8s.simulation.kernel.shell.shell import STILL_RUNNING
from learnk8s.web.visitor import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(as_: Any, learner: Any) -> tuple[Client, Sandbox]:
    """A learner's browser and sandbox."""
    return as_(learner), actions.new_sandbox(visitor=Visitor(learner, ""), scenario="basics")


def run(client: Client, sandbox: Sandbox, **fields: str) -> dict[str, Any]:
    """Send the terminal's form as its element does."""
    response = client.post(reverse("playground:run", args=[sandbox.id]), fields, headers={"Accept": "application/json"})
    return json.loads(response.content)


def test_an_editor_is_opened_saved_and_closed(mine: tuple[Client, Sandbox]) -> None:
    client, sandbox = mine
    run(client, sandbox, line="kubectl create configmap c --from-literal=a=1")
    opened = run(client, sandbox, line="kubectl edit configmap c")
    assert opened["running"] and opened["editing"]["name"] == "configmap/c"
    saved = run(client, sandbox, edited=opened["editing"]["text"].replace('a: "1"', 'a: "2"'), save="1")
    assert saved["output"] == "configmap/c edited\n" and saved["editing"] is None
    assert run(client, sandbox, line="kubectl get cm c -o jsonpath={.data.a}")["output"] == "2"


def test_without_javascript_the_editor_is_a_form_of_the_page(mine: tuple[Client, Sandbox]) -> None:
    client, sandbox = mine
    page = reverse("playground:sandbox", args=[sandbox.id])
    client.post(reverse("playground:run", args=[sandbox.id]), {"line": "vi note.txt"})
    assert 'name="edited"' in client.get(page).content.decode() and "note.txt" in client.get(page).content.decode()
    client.post(reverse("playground:run", args=[sandbox.id]), {"edited": "hello", "save": "1"})
    client.post(reverse("playground:run", args=[sandbox.id]), {"line": "cat note.txt"})
    text = client.get(page).content.decode()
    assert "hello" in text and ":wq\nhello" not in text


def test_the_prompt_says_that_one_is_in_a_container(mine: tuple[Client, Sandbox]) -> None:
    client, sandbox = mine
    run(client, sandbox, line="kubectl run solo --image=nginx && kubectl wait --for=condition=Ready pod/solo")
    actions.jump(Sandbox.objects.get(pk=sandbox.pk), 40)
    assert run(client, sandbox, line="kubectl exec -it solo -- sh")["prompt"] == "/ # "
    assert run(client, sandbox, line="hostname")["output"] == "solo\n"
    assert run(client, sandbox, line="exit")["prompt"] == "$ "


@pytest.mark.parametrize(("language", "sentence"), [("en", "The name of the object"), ("ko", "오브젝트의 이름이다")])
def test_the_words_of_the_last_output_are_explained(mine: tuple[Client, Sandbox], language: str, sentence: str) -> None:
    client, sandbox = mine
    run(client, sandbox, line="kubectl get nodes")
    with override(language):
        words, page = (reverse(f"playground:{name}", args=[sandbox.id]) for name in ("words", "sandbox"))
    assert sentence in client.get(words, headers={"HX-Request": "true"}).content.decode()
    assert sentence in client.get(page, {"words": "1"}).content.decode()


def test_every_word_has_both_languages() -> None:
    for word, texts in _table().items():
        assert set(texts) == {"en", "ko"}, word
        assert texts["en"].endswith(".") and texts["ko"].endswith("."), word
    assert [entry["word"] for entry in explained("web 0/1 CrashLoopBackOff 3", "ko")] == ["CrashLoopBackOff"]


def screen(client: Client, sandbox: Sandbox, **asked: object) -> str:
    """Return what a page that is opened anew shows in the terminal."""
    with override("en"):
        page = client.get(reverse("playground:sandbox", args=[sandbox.id]), asked).content.decode()
    blocks = re.findall(r"<(?:pre|p) [^>]*>(.*?)</(?:pre|p)>", page.split('class="terminal__screen"')[1].split("</div>")[0], re.DOTALL)
    return "".join(unescape(block).removesuffix("\n") + "\n" for block in blocks)


def test_what_a_command_printed_after_its_line_stays_on_the_page(mine: tuple[Client, Sandbox]) -> None:
    """A rollout says its last words long after its line was entered; neither the next line nor a reload loses them."""
    client, sandbox = mine
    run(client, sandbox, line="kubectl create deployment web --image=nginx")
    assert run(client, sandbox, line="kubectl rollout status deployment/web")["running"]
    actions.jump(Sandbox.objects.get(pk=sandbox.pk), 60)
    run(client, sandbox, line="echo next")
    shown = screen(client, sandbox)
    assert shown.index('deployment "web" successfully rolled out') < shown.index("echo next")


def test_a_line_is_answered_with_what_the_one_before_had_still_to_say(mine: tuple[Client, Sandbox]) -> None:
    client, sandbox = mine
    run(client, sandbox, line="kubectl create deployment web --image=nginx")
    begun = run(client, sandbox, line="kubectl rollout status deployment/web")
    actions.jump(Sandbox.objects.get(pk=sandbox.pk), 60)
    told = run(client, sandbox, line="echo next", offset=str(begun["offset"]), head=str(begun["head"]))
    assert told["before"].endswith('deployment "web" successfully rolled out\n')
    assert told["output"] == "next\n"
    assert run(client, sandbox, line="echo again", offset="0", head=str(begun["head"]))["before"] == "", "a page that is a line behind is told of no other line's output"


def test_a_line_that_is_turned_away_takes_nothing_from_the_command_that_goes_on(mine: tuple[Client, Sandbox]) -> None:
    client, sandbox = mine
    run(client, sandbox, line="kubectl run solo --image=nginx")
    run(client, sandbox, line="kubectl get pods -w")
    actions.jump(Sandbox.objects.get(pk=sandbox.pk), 30)
    assert run(client, sandbox, line="kubectl get svc")["output"] == STILL_RUNNING
    assert re.search(r"solo +1/1 +Running", screen(client, sandbox).split("kubectl get svc")[0])
    run(client, sandbox, interrupt="1")
    run(client, sandbox, line="echo over")
    shown = screen(client, sandbox)
    assert re.search(r"solo +1/1 +Running", shown.split("kubectl get svc")[0]) and shown.count("^C") == 1


def test_the_prompt_before_a_line_is_the_one_before_which_it_was_typed(mine: tuple[Client, Sandbox]) -> None:
    client, sandbox = mine
    run(client, sandbox, line="kubectl run solo --image=nginx")
    actions.jump(Sandbox.objects.get(pk=sandbox.pk), 40)
    for line in ("kubectl exec -it solo -- sh", "hostname", "exit", "echo out"):
        run(client, sandbox, line=line)
    page = client.get(reverse("playground:sandbox", args=[sandbox.id])).content.decode()
    prompts = re.findall(r'<pre class="terminal__command" lang="en" data-prompt="([^"]*)">([^<]*)</pre>', page)
    assert [prompt for prompt, _line in prompts] == ["$ ", "$ ", "/ # ", "/ # ", "$ "]


def test_lines_whose_output_is_dropped_say_so(mine: tuple[Client, Sandbox]) -> None:
    client, sandbox = mine
    for number in range(actions.OUTPUTS_KEPT_MAX + 2):
        run(client, sandbox, line=f"echo said-{number}")
    shown = screen(client, sandbox)
    assert "\nsaid-1\n" not in shown and "\nsaid-2\n" in shown
    assert shown.index("echo said-1") < shown.index("What the lines above printed is not kept.") < shown.index("echo said-2")


def test_a_screen_that_was_cleared_is_empty_when_the_page_is_opened_anew(mine: tuple[Client, Sandbox]) -> None:
    client, sandbox = mine
    for line in ("echo before", "clear && echo after", "echo last"):
        run(client, sandbox, line=line)
    assert screen(client, sandbox).split() == ["after", "echo", "last", "last"]


def test_the_past_shows_the_terminal_as_it_was_and_nothing_that_acts(mine: tuple[Client, Sandbox]) -> None:
    client, sandbox = mine
    run(client, sandbox, line="kubectl create deployment web --image=nginx --replicas=2")
    actions.jump(Sandbox.objects.get(pk=sandbox.pk), 60)
    run(client, sandbox, line="kubectl scale deployment web --replicas=5")
    url = reverse("playground:sandbox", args=[sandbox.id])
    assert "create deployment" in screen(client, sandbox, at="30000") and "kubectl scale" not in screen(client, sandbox, at="30000")
    page = client.get(url, {"at": "30000"}).content.decode()
    assert reverse("playground:act", args=[sandbox.id]) not in page and reverse("playground:clock", args=[sandbox.id]) not in page and reverse("playground:apply", args=[sandbox.id]) not in page
    assert 'name="at" value="30000"' in page and "?at=30000&amp;ref=Node//node-1" in page


def test_a_look_around_in_the_past_stays_there(mine: tuple[Client, Sandbox]) -> None:
    client, sandbox = mine
    run(client, sandbox, line="kubectl create deployment web --image=nginx --replicas=2")
    actions.jump(Sandbox.objects.get(pk=sandbox.pk), 60)
    run(client, sandbox, line="kubectl delete deployment web")
    actions.jump(Sandbox.objects.get(pk=sandbox.pk), 60)
    with override("en"):
        url = reverse("playground:look", args=[sandbox.id])
    answer = client.post(url, {"version": "", "at": "30000", "inspect": "Deployment/default/web", "fresh": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert '<output class="clock__time" role="timer" aria-label="Virtual time">0:30</output>' in answer and "2/2" in answer
    assert 'name="kind" value=' not in answer


@pytest.mark.parametrize("line", ["kubectl get pods -w", "kubectl exec -it solo -- sh", "ssh node-1"])
def test_a_text_of_the_page_is_applied_whatever_the_terminal_does(mine: tuple[Client, Sandbox], line: str) -> None:
    client, sandbox = mine
    run(client, sandbox, line="kubectl run solo --image=nginx")
    actions.jump(Sandbox.objects.get(pk=sandbox.pk), 40)
    begun = run(client, sandbox, line=line)
    answer = client.post(reverse("playground:apply", args=[sandbox.id]), {"yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: beside\n"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "configmap/beside created" in answer.content.decode()
    world = queries.world_now(Sandbox.objects.get(pk=sandbox.pk))
    assert world.find("ConfigMap/default/beside") is not None and terminal_state(world)["prompt"] == begun["prompt"] and world.shell.running == begun["running"]
    told = client.post(reverse("playground:look", args=[sandbox.id]), {"version": "", "head": str(begun["head"]), "offset": "0"}, headers={"HX-Request": "true"}).content.decode()
    assert ("solo" in told.partition('<hx-partial hx-target="#printed"')[2]) == begun["running"], "what goes on in the terminal still comes to the page"


def test_a_command_that_reads_what_is_typed_is_given_a_text(mine: tuple[Client, Sandbox]) -> None:
    client, sandbox = mine
    begun = run(client, sandbox, line="kubectl apply -f -")
    assert begun["editing"] == {"name": "kubectl apply -f -", "text": "", "is_input": True} and begun["prompt"] == ""
    given = run(client, sandbox, edited="apiVersion: v1\r\nkind: ConfigMap\r\nmetadata:\r\n  name: typed\r\n", save="1", given="1")
    assert given["output"] == "configmap/typed created\n" and given["editing"] is None and given["prompt"] == "$ "
    assert "metadata:\n  name: typed\nconfigmap/typed created" in screen(client, sandbox)


def test_buttons_are_told_of_by_what_they_did(mine: tuple[Client, Sandbox]) -> None:
    client, sandbox = mine
    client.post(reverse("playground:act", args=[sandbox.id]), {"kind": "crash-node", "ref": "Node//node-1"}, headers={"HX-Request": "true"})
    page = client.get(reverse("playground:sandbox", args=[sandbox.id])).content.decode()
    assert "<code>fault crash-node node-1</code>" in page and "terminal__pressed" in page


@pytest.mark.django_db(transaction=True)
def test_nobody_moves_a_world_while_it_is_read(learner: Any) -> None:
    """What a page shows is of one moment: a line waits until an answer has been read out of the world."""
    sandbox = actions.new_sandbox(visitor=Visitor(learner, ""), scenario="basics")
    done: list[str] = []

    def types() -> None:
        actions.type_line(Sandbox.objects.get(pk=sandbox.pk), "kubectl create configmap late")
        done.append("typed")
        connections.close_all()

    writer = Thread(target=types)
    with queries.still(sandbox) as world:
        writer.start()
        writer.join(0.7)
        assert not done and world.find("ConfigMap/default/late") is None
    writer.join(10)
    assert done == ["typed"]


def test_a_pod_of_a_lesson_is_looked_at_on_the_sandboxs_own_page(course: Any, as_: Any, learner: Any) -> None:
    client = as_(learner)
    client.post("/en/learn/kubernetes/self-healing/start/")
    sandbox = Sandbox.objects.get(lesson_key="kubernetes/self-healing")
    link = f'href="/en/playground/{sandbox.id}/?ref=Pod/default/'
    assert link in client.get("/en/learn/kubernetes/self-healing/").content.decode()
    assert link in client.post(f"/en/playground/{sandbox.id}/look/", {"version": "", "embedded": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert link not in client.get(f"/en/playground/{sandbox.id}/").content.decode()


def test_a_name_that_was_copied_from_a_page_is_the_name(mine: tuple[Client, Sandbox]) -> None:
    """Texts keep `node-1` on one line with a letter that nobody sees."""
    client, sandbox = mine
    assert "node-1" in run(client, sandbox, line="echo node-\N{WORD JOINER}1")["output"].splitlines()
