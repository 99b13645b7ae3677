"""The terminal's part of the page: editors, prompts, the words of the last output."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from learnk8s.playground import actions
from learnk8s.playground.models import Sandbox
from learnk8s.playground.output_words import _table, explained
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
