"""What is not modelled is said: in the document, on the page, and to whoever sends it."""

import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from learnk8s.playground import actions, parity
from learnk8s.simulation.kubernetes.objects import parity as declared
from learnk8s.simulation.kubernetes.objects import schema
from learnk8s.simulation.worlds import create
from learnk8s.web.visitor import Visitor

POD = "kubectl apply -f - <<END\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  os: {name: linux}\n  containers: [{name: a, image: nginx:1.27, lifecycle: {stopSignal: SIGUSR1}}]\nEND"


def test_the_document_is_current():
    call_command("write_parity", check=True)


def test_every_declared_field_and_kind_exists():
    for (type_name, field), note in declared.FIELD_NOTES.items():
        assert field in schema.fields(type_name), (type_name, field)
        assert note.en and note.ko
    served = {kind.kind for kind in declared.kinds()}
    assert set(declared.KIND_NOTES) <= served


def sample(path, type_name):
    """Return a document that has one field deep inside."""
    (name, *rest), fields = path, schema.fields(type_name)
    field_type = fields[name][0]
    bare = field_type.replace("[]", "").replace("{}", "")
    inner = sample(rest, bare) if rest else "x"
    marks = field_type[len(bare):]
    for at in range(len(marks) - 2, -1, -2):
        inner = [inner] if marks[at : at + 2] == "[]" else {"key": inner}
    return {name: inner}


@pytest.mark.parametrize("kind", declared.kinds(), ids=lambda kind: f"{kind.kind}.{kind.group}")
def test_whatever_is_not_modelled_is_warned_about(kind):
    if declared.note_of(kind).level == declared.Level.NOT:
        assert declared.warnings(kind, {"spec": {}})
        return
    for row in declared.rows(kind):
        if row.level == declared.Level.NOT:
            assert declared.warning(row.path) in declared.warnings(kind, sample(row.path.split("."), schema.root_type(kind))), row.path


ONLY_STORED = {
    "related", "lastObservedTime", "rawSelector", "requirements", "acquireTime", "preferredHolder", "$schema", "externalDocs", "conversionReviewVersions", "describedObject", "metric",
    "targetVolumeAttributesClassName", "currentVolumeAttributesClassName", "modifyVolumeStatus", "allocatedResourceStatuses", "level",
}
"""Fields that a real cluster does nothing with either, that stand in a status, or below something that is simplified."""


def modelled(type_name, above, seen=frozenset()):
    """Yield the paths of the fields of a type that are not declared to be without effect."""
    for name, (field_type, _required) in schema.fields(type_name).items():
        note = declared.FIELD_NOTES.get((type_name, name))
        if (note is not None and note.level == declared.Level.NOT) or (not above and name in ("apiVersion", "kind", "metadata", "status")):
            continue
        yield (*above, name)
        inner = field_type.replace("[]", "").replace("{}", "")
        if inner not in seen and inner != "meta_v1.ObjectMeta":
            yield from modelled(inner, (*above, name), seen | {inner})


def test_what_is_said_to_be_modelled_is_read_somewhere():
    folder = Path(declared.__file__).parent.parent
    words = {word for path in folder.rglob("*.py") if path != Path(declared.__file__) for word in re.findall(r"[\w$-]+", path.read_text(encoding="utf-8"))}
    unread = {(kind.kind, ".".join(path)) for kind in declared.kinds() if declared.note_of(kind).level != declared.Level.NOT for path in modelled(schema.root_type(kind), ()) if path[-1] not in words | ONLY_STORED}
    assert unread == set()


def test_a_field_without_effect_is_warned_about_in_the_terminal_and_noted_in_the_log():
    world = create("kubernetes", "basics", 1)
    output = world.execute(POD).output
    assert "Warning: learnk8s: spec.os is accepted and stored, but this simulation does not model it" in output
    assert "spec.containers.lifecycle.stopSignal" in output
    assert any("spec.os" in link["text_ko"] for link in world.scene()["log"])
    assert world.find("Pod/default/a")["spec"]["os"] == {"name": "linux"}


def test_a_bare_cluster_warns_of_nothing_and_plain_manifests_never_do():
    assert "learnk8s" not in create("kubernetes", "bare", 1).execute(POD).output
    world = create("kubernetes", "basics", 1)
    assert "Warning" not in world.execute("kubectl apply -f web.yaml").output


@pytest.mark.django_db
@pytest.mark.parametrize(("scenario", "warned"), [("basics", True), ("bare", False)])
def test_clients_of_the_api_get_a_warning_header(scenario, warned):
    sandbox = actions.open_api(actions.new_sandbox(visitor=Visitor(None, "me"), scenario=scenario))
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"os": {"name": "linux"}, "containers": [{"name": "a", "image": "nginx:1.27"}]}}
    answer = Client().post(f"/k8s/{sandbox.api_token}/api/v1/namespaces/default/pods", json.dumps(body), content_type="application/json")
    assert answer.status_code == 201
    assert ("does not model" in answer.headers.get("Warning", "")) is warned


@pytest.mark.django_db
def test_the_page_is_filtered_in_both_languages():
    client = Client()
    whole = client.get("/en/parity/").content.decode()
    assert whole.count("parity__kind") == len(declared.kinds()) + len(declared.ADDED)
    pods = client.get("/ko/parity/", {"kind": "pod", "level": "not modelled"}).content.decode().replace("<wbr>", "")
    assert "spec.hostnameOverride" not in pods and "spec.schedulingGroup" in pods
    assert "다루지 않음" in pods
    assert client.get("/en/parity/", {"kind": "<script>", "level": "?"}).status_code == 200


def test_the_document_names_every_kind():
    text = parity.document()
    assert all(f"| {kind.kind} |" in text for kind in declared.kinds())
