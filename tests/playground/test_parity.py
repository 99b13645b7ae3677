"""What is not modelled is said: in the document, on the page, and to whoever sends it."""

import json

import pytest
from django.core.management import call_command
from django.test import Client

from learnk8s.playground import actions, parity
from learnk8s.simulation.kubernetes.objects import parity as declared
from learnk8s.simulation.kubernetes.objects import schema
from learnk8s.simulation.worlds import create
from learnk8s.web.visitor import Visitor

POD = "kubectl apply -f - <<END\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  setHostnameAsFQDN: true\n  containers: [{name: a, image: nginx:1.27, tty: true}]\nEND"


def test_the_document_is_current():
    call_command("write_parity", check=True)


def test_every_declared_field_and_kind_exists():
    for (type_name, field), note in declared.FIELD_NOTES.items():
        assert field in schema.fields(type_name), (type_name, field)
        assert note.en and note.ko
    served = {kind.kind for kind in declared.kinds()}
    assert set(declared.KIND_NOTES) <= served


def test_a_field_without_effect_is_warned_about_in_the_terminal_and_noted_in_the_log():
    world = create("kubernetes", "basics", 1)
    output = world.execute(POD).output
    assert "Warning: learnk8s: spec.setHostnameAsFQDN is accepted and stored, but this simulation does not model it" in output
    assert "spec.containers.tty" in output
    assert any("spec.setHostnameAsFQDN" in link["text_ko"] for link in world.scene()["log"])
    assert world.find("Pod/default/a")["spec"]["setHostnameAsFQDN"] is True


def test_a_bare_cluster_warns_of_nothing_and_plain_manifests_never_do():
    assert "learnk8s" not in create("kubernetes", "bare", 1).execute(POD).output
    world = create("kubernetes", "basics", 1)
    assert "Warning" not in world.execute("kubectl apply -f web.yaml").output


@pytest.mark.django_db
@pytest.mark.parametrize(("scenario", "warned"), [("basics", True), ("bare", False)])
def test_clients_of_the_api_get_a_warning_header(scenario, warned):
    sandbox = actions.open_api(actions.new_sandbox(visitor=Visitor(None, "me"), scenario=scenario))
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"setHostnameAsFQDN": True, "containers": [{"name": "a", "image": "nginx:1.27"}]}}
    answer = Client().post(f"/k8s/{sandbox.api_token}/api/v1/namespaces/default/pods", json.dumps(body), content_type="application/json")
    assert answer.status_code == 201
    assert ("does not model" in answer.headers.get("Warning", "")) is warned


@pytest.mark.django_db
def test_the_page_is_filtered_in_both_languages():
    client = Client()
    whole = client.get("/en/parity/").content.decode()
    assert whole.count("parity__kind") == len(declared.kinds()) + len(declared.ADDED)
    pods = client.get("/ko/parity/", {"kind": "pod", "level": "not modelled"}).content.decode()
    assert "spec.setHostnameAsFQDN" in pods
    assert "다루지 않음" in pods
    assert client.get("/en/parity/", {"kind": "<script>", "level": "?"}).status_code == 200


def test_the_document_names_every_kind():
    text = parity.document()
    assert all(f"| {kind.kind} |" in text for kind in declared.kinds())
