"""Custom resources: from a definition to objects that are checked, shown, scaled, watched and taken away."""

from typing import Any

import pytest

from learnk8s.simulation.kubernetes.apiserver.custom.definitions import CustomKind
from learnk8s.simulation.kubernetes.apiserver.wire.call import Call, Watching
from learnk8s.simulation.kubernetes.apiserver.wire.door import answered
from learnk8s.simulation.kubernetes.apiserver.wire.openapi import document_v2
from learnk8s.simulation.kubernetes.apiserver.wire.watch import Watcher
from learnk8s.simulation.kubernetes.cluster import Cluster

from ..driving import new_cluster, reloaded, wait
from .asking import APPLY, MERGE, STRATEGIC, ask, said

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
LAMPS = "/apis/home.example.com/v1/namespaces/default/lamps"
SPEC: dict[str, Any] = {
    "type": "object", "required": ["colour"], "x-kubernetes-validations": [{"rule": "self.colour == oldSelf.colour", "message": "colour is fixed"}],
    "properties": {
        "colour": {"type": "string", "enum": ["red", "warm"]}, "bulbs": {"type": "integer", "minimum": 1, "maximum": 9, "default": 2}, "size": {"x-kubernetes-int-or-string": True}, "note": {"type": "string", "nullable": True},
        "ports": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"], "items": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "port": {"type": "integer"}}}},
        "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}, "dim": {"type": "object", "properties": {"from": {"type": "integer"}, "to": {"type": "integer"}}, "x-kubernetes-validations": [{"rule": "self.from <= self.to", "messageExpression": "'%d is above %d'.format([self.from, self.to])"}]},
    },
}


def definition(*versions: dict[str, Any], spec: Any = None, **more: Any) -> dict[str, Any]:
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec or SPEC, "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}}}
    usual = {"name": "v1", "served": True, "storage": True, "schema": schema, "subresources": {"status": {}, "scale": {"specReplicasPath": ".spec.bulbs", "statusReplicasPath": ".status.lit"}},
             "additionalPrinterColumns": [{"name": "Colour", "type": "string", "jsonPath": ".spec.colour"}], "selectableFields": [{"jsonPath": ".spec.colour"}]}
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "lamps.home.example.com"},
            "spec": {"group": "home.example.com", "scope": "Namespaced", "names": {"plural": "lamps", "kind": "Lamp", "shortNames": ["lp"]}, "versions": [{**usual, **version} for version in versions or ({},)], **more}}


def lamp(name: str = "desk", version: str = "v1", **spec: Any) -> dict[str, Any]:
    return {"apiVersion": f"home.example.com/{version}", "kind": "Lamp", "metadata": {"name": name}, "spec": {"colour": "warm", **spec}}


def defined(**more: Any) -> Cluster:
    cluster = new_cluster()
    reply = ask(cluster, "POST", DEFINITIONS, definition(**more))
    assert reply.code == 201, reply.doc
    wait(cluster, 100)
    return cluster


@pytest.fixture
def cluster() -> Cluster:
    return defined()


def test_a_definition_is_served_once_its_names_are_accepted() -> None:
    cluster = new_cluster()
    ask(cluster, "POST", DEFINITIONS, definition())
    assert ask(cluster, "GET", LAMPS).code == 404
    wait(cluster, 100)
    status = ask(cluster, "GET", f"{DEFINITIONS}/lamps.home.example.com").doc["status"]
    assert {entry["type"]: entry["reason"] for entry in status["conditions"]} == {"NamesAccepted": "NoConflicts", "Established": "InitialNamesAccepted"}
    assert ask(cluster, "GET", LAMPS).doc["kind"] == "LampList"
    assert [entry["name"] for entry in ask(cluster, "GET", "/apis/home.example.com/v1").doc["resources"]] == ["lamps", "lamps/status", "lamps/scale"]


def test_names_that_are_taken_are_not_accepted(cluster: Cluster) -> None:
    other = definition(names={"plural": "lanterns", "kind": "Lantern", "shortNames": ["lp"]})
    ask(cluster, "POST", DEFINITIONS, {**other, "metadata": {"name": "lanterns.home.example.com"}})
    wait(cluster, 100)
    conditions = ask(cluster, "GET", f"{DEFINITIONS}/lanterns.home.example.com").doc["status"]["conditions"]
    assert [(entry["type"], entry["status"], entry["reason"], entry["message"]) for entry in conditions] == [
        ("NamesAccepted", "False", "ShortNamesConflict", '"lp" is already in use'), ("Established", "False", "NotAccepted", "not all names are accepted")]


def test_unknown_fields_are_dropped_with_a_warning_and_defaults_are_filled_in(cluster: Cluster) -> None:
    reply = ask(cluster, "POST", LAMPS, lamp(free={"a": {"b": 1}}, x=1, note=None))
    assert reply.warnings == ('unknown field "spec.x"',)
    assert reply.doc["spec"] == {"colour": "warm", "free": {"a": {"b": 1}}, "note": None, "bulbs": 2}
    assert said(ask(cluster, "POST", LAMPS, lamp("b", x=1), fieldValidation="Strict")) == (400, 'Lamp in version "v1" cannot be handled as a Lamp: strict decoding error: unknown field "spec.x"')


@pytest.mark.parametrize(("spec", "complaint"), [
    ({"bulbs": 12}, "spec.bulbs: Invalid value: 12: spec.bulbs in body should be less than or equal to 9"), ({"colour": "blue"}, 'spec.colour: Unsupported value: "blue": supported values: "red", "warm"'),
    ({"bulbs": "x"}, 'spec.bulbs: Invalid value: "string": spec.bulbs in body must be of type integer: "string"'), ({"dim": {"from": 9, "to": 1}}, "spec.dim: Invalid value: 9 is above 1"),
    ({"dim": {"from": 9}}, 'spec.dim: Invalid value: "object": no such key: to evaluating rule: self.from <= self.to'), ({"ports": [{"name": "a"}, {"name": "a"}]}, 'spec.ports[1]: Duplicate value: {"name":"a"}'),
    ({"size": True}, "must be of type integer,string"), ({"colour": None}, 'spec.colour in body must be of type string: "null"'),
])
def test_an_object_that_does_not_fit_is_refused_in_the_words_of_kubernetes(cluster: Cluster, spec: dict[str, Any], complaint: str) -> None:
    code, message = said(ask(cluster, "POST", LAMPS, lamp(**spec)))
    assert code == 422
    assert complaint in message


def test_a_rule_may_look_at_what_was(cluster: Cluster) -> None:
    ask(cluster, "POST", LAMPS, lamp())
    assert said(ask(cluster, "PATCH", f"{LAMPS}/desk", {"spec": {"colour": "red"}}, content_type=MERGE)) == (422, 'Lamp.home.example.com "desk" is invalid: spec: Invalid value: colour is fixed')


def test_what_was_wrong_before_and_has_not_changed_is_let_be(cluster: Cluster) -> None:
    ask(cluster, "POST", LAMPS, lamp(bulbs=9))
    stricter = definition(spec={**SPEC, "properties": {**SPEC["properties"], "bulbs": {"type": "integer", "maximum": 5}}})
    ask(cluster, "PATCH", f"{DEFINITIONS}/lamps.home.example.com", {"spec": stricter["spec"]}, content_type=MERGE)
    assert ask(cluster, "PATCH", f"{LAMPS}/desk", {"spec": {"note": "x"}}, content_type=MERGE).code == 200
    assert ask(cluster, "PATCH", f"{LAMPS}/desk", {"spec": {"bulbs": 8}}, content_type=MERGE).code == 422


def test_status_and_scale_are_written_apart(cluster: Cluster) -> None:
    ask(cluster, "POST", LAMPS, {**lamp(), "status": {"lit": 7}})
    assert "status" not in ask(cluster, "GET", f"{LAMPS}/desk").doc
    ask(cluster, "PATCH", f"{LAMPS}/desk/status", {"status": {"lit": 2}, "spec": {"bulbs": 9}}, content_type=MERGE)
    assert ask(cluster, "PATCH", f"{LAMPS}/desk/scale", {"spec": {"replicas": 5}}, content_type=MERGE).doc["status"] == {"replicas": 2}
    found = ask(cluster, "GET", f"{LAMPS}/desk").doc
    assert (found["spec"]["bulbs"], found["status"], found["metadata"]["generation"]) == (5, {"lit": 2}, 2)
    assert said(ask(cluster, "PATCH", f"{LAMPS}/desk/scale", {"spec": {"replicas": 50}}, content_type=MERGE))[0] == 422


def test_custom_kinds_know_no_strategic_merge(cluster: Cluster) -> None:
    ask(cluster, "POST", LAMPS, lamp())
    code, message = said(ask(cluster, "PATCH", f"{LAMPS}/desk", {}, content_type=STRATEGIC))
    assert (code, message) == (415, "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml")


def test_apply_merges_lists_by_the_keys_of_the_schema(cluster: Cluster) -> None:
    for manager, port in (("ann", "a"), ("bob", "b")):
        assert ask(cluster, "PATCH", f"{LAMPS}/desk", lamp(ports=[{"name": port, "port": 1}]), content_type=APPLY, fieldManager=manager).code in (200, 201)
    assert [port["name"] for port in ask(cluster, "GET", f"{LAMPS}/desk").doc["spec"]["ports"]] == ["a", "b"]
    conflict = said(ask(cluster, "PATCH", f"{LAMPS}/desk", lamp(ports=[{"name": "a", "port": 2}]), content_type=APPLY, fieldManager="bob"))
    assert conflict == (409, 'Apply failed with 1 conflict: conflict with "ann": .spec.ports[name="a"].port')


def test_each_version_shows_the_same_object() -> None:
    cluster = new_cluster()
    ask(cluster, "POST", DEFINITIONS, definition({"name": "v1beta1", "storage": False}, {"name": "v1"}))
    wait(cluster, 100)
    beta = LAMPS.replace("/v1/", "/v1beta1/")
    assert ask(cluster, "POST", beta, lamp(version="v1beta1")).doc["apiVersion"] == "home.example.com/v1beta1"
    assert ask(cluster, "GET", f"{LAMPS}/desk").doc["apiVersion"] == "home.example.com/v1"
    assert ask(cluster, "GET", beta).doc["items"][0]["apiVersion"] == "home.example.com/v1beta1"
    assert cluster.store.get("lamps.home.example.com", "default", "desk")["apiVersion"] == "home.example.com/v1"
    assert ask(cluster, "GET", "/apis/home.example.com").doc["preferredVersion"]["version"] == "v1"


def test_tables_selectors_and_watches_speak_of_custom_fields(cluster: Cluster) -> None:
    table = "application/json;as=Table;v=v1;g=meta.k8s.io"
    watching = answered(cluster.api, Call("GET", LAMPS, {"watch": "true", "fieldSelector": "spec.colour=red"}))
    assert isinstance(watching, Watching)
    watcher = Watcher(cluster.api, watching)
    for name, colour in (("a", "red"), ("b", "warm")):
        ask(cluster, "POST", LAMPS, {**lamp(name), "spec": {"colour": colour}})
    shown = ask(cluster, "GET", LAMPS, accept=table, fieldSelector="spec.colour=red").doc
    assert [row["cells"] for row in shown["rows"]] == [["a", "red"]]
    assert [column["name"] for column in shown["columnDefinitions"]] == ["Name", "Colour"]
    assert [b'"name":"a"' in line for line in watcher.take()] == [True]


def test_a_definition_that_goes_takes_its_objects_along(cluster: Cluster) -> None:
    ask(cluster, "POST", LAMPS, {**lamp(), "metadata": {"name": "desk", "finalizers": ["example.com/hold"]}})
    ask(cluster, "DELETE", f"{DEFINITIONS}/lamps.home.example.com")
    wait(cluster, 2_000)
    assert said(ask(cluster, "POST", LAMPS, lamp("new"))) == (405, "create not allowed while custom resource definition is terminating")
    assert ask(cluster, "GET", f"{DEFINITIONS}/lamps.home.example.com").doc["status"]["conditions"][-1]["reason"] == "InstanceDeletionInProgress"
    ask(cluster, "PATCH", f"{LAMPS}/desk", {"metadata": {"finalizers": None}}, content_type=MERGE)
    wait(cluster, 2_000)
    assert ask(cluster, "GET", f"{DEFINITIONS}/lamps.home.example.com").code == 404
    assert ask(cluster, "GET", LAMPS).code == 404


def test_garbage_collection_and_namespaces_take_custom_objects(cluster: Cluster) -> None:
    ask(cluster, "POST", "/api/v1/namespaces", {"metadata": {"name": "a"}})
    ask(cluster, "POST", LAMPS.replace("default", "a"), lamp())
    owner = ask(cluster, "POST", LAMPS, lamp("owner")).doc["metadata"]["uid"]
    reference = {"apiVersion": "home.example.com/v1", "kind": "Lamp", "name": "owner", "uid": owner}
    ask(cluster, "POST", "/api/v1/namespaces/default/configmaps", {"metadata": {"name": "kept", "ownerReferences": [reference]}})
    ask(cluster, "DELETE", f"{LAMPS}/owner")
    ask(cluster, "DELETE", "/api/v1/namespaces/a")
    wait(cluster, 20_000)
    assert ask(cluster, "GET", "/api/v1/namespaces/default/configmaps/kept").code == 404
    assert ask(cluster, "GET", "/api/v1/namespaces/a").code == 404


@pytest.mark.parametrize(("schema", "complaint"), [
    ({"properties": {}}, "spec.validation.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields"),
    ({"type": "array"}, "spec.validation.openAPIV3Schema.properties[spec].items: Required value: must be specified"),
    ({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "string"}}, "additionalProperties and properties are mutual exclusive"),
    ({"type": "object", "x-kubernetes-validations": [{"rule": "self.zz > 1"}]}, "compilation failed: ERROR: <input>:1:5: undefined field 'zz'\n | self.zz > 1\n | ....^"),
    ({"type": "object", "properties": {"a": {"type": "string", "default": 1}}}, '.default: Invalid value: "integer"'),
    ({"type": "object", "properties": {"l": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}}}, "x-kubernetes-validations": [{"rule": "self.l.all(x, x.all(y, y == 'a'))"}]}, "estimated rule cost exceeds budget by factor of more than 100x"),
])
def test_a_definition_with_a_schema_that_is_none_is_refused(schema: dict[str, Any], complaint: str) -> None:
    code, message = said(ask(new_cluster(), "POST", DEFINITIONS, definition(spec=schema)))
    assert code == 422
    assert complaint in message


def test_what_may_be_more_than_the_properties_is_kept() -> None:
    cluster = defined(spec={"type": "object", "properties": {"colour": {"type": "string"}}, "additionalProperties": True})
    assert ask(cluster, "POST", LAMPS, lamp(more=[1])).doc["spec"] == {"colour": "warm", "more": [1]}


def test_definitions_are_published_in_both_forms_of_openapi(cluster: Cluster) -> None:
    assert "com.example.home.v1.Lamp" in ask(cluster, "GET", "/openapi/v2").doc["definitions"]
    schemas = ask(cluster, "GET", "/openapi/v3/apis/home.example.com/v1").doc["components"]["schemas"]
    assert schemas["com.example.home.v1.Lamp"]["properties"]["spec"]["properties"]["bulbs"]["default"] == 2


def test_custom_kinds_are_there_after_the_world_was_written_down(cluster: Cluster) -> None:
    ask(cluster, "POST", LAMPS, lamp())
    assert ask(reloaded(cluster), "GET", f"{LAMPS}/desk").doc["spec"]["bulbs"] == 2


def test_a_condition_without_a_type_does_not_keep_a_definition_from_going(cluster: Cluster) -> None:
    path = f"{DEFINITIONS}/lamps.home.example.com"
    status = ask(cluster, "GET", path).doc["status"]
    assert ask(cluster, "PATCH", f"{path}/status", {"status": {"conditions": [*status["conditions"], {"message": "odd"}]}}, content_type=MERGE).code == 200
    assert ask(cluster, "DELETE", path).code == 200
    wait(cluster, 10_000)
    assert ask(cluster, "GET", path).code == 404


@pytest.mark.parametrize(
    ("schema", "published"),
    [
        ({"type": "object", "x-kubernetes-preserve-unknown-fields": True}, None),
        ({"type": "object", "properties": {"spec": {"type": "object", "x-kubernetes-preserve-unknown-fields": True, "properties": {"a": {"type": "string"}}}}}, {"x-kubernetes-preserve-unknown-fields": True}),
        ({"type": "object", "properties": {"spec": {"type": "string", "nullable": True}}, "required": ["spec"]}, {}), ({"type": "object", "properties": {"spec": {"type": "array", "items": {"type": "string"}}}}, {"type": "array", "items": {"type": "string"}}),
    ],
)
def test_what_may_hold_anything_has_no_fields_in_the_second_version_of_openapi(schema, published):
    kind = CustomKind("home.example.com", "v1", "Lamp", "lamps", "lamp", schema=schema)
    found = document_v2((kind,))["definitions"]["com.example.home.v1.Lamp"]
    assert found.get("properties", {}).get("spec") == published
    assert "required" not in found and found["type"] == "object" and ("properties" in found) == (published is not None)


def test_what_every_object_has_is_described() -> None:
    kind = CustomKind("home.example.com", "v1", "Lamp", "lamps", "lamp", schema={"type": "object", "description": "A lamp."})
    found = document_v2((kind,))["definitions"]
    lamp = found["com.example.home.v1.Lamp"]["properties"]
    assert lamp["apiVersion"]["description"].startswith("APIVersion defines") and lamp["metadata"]["description"] == "Standard object's metadata."
    assert all(field.get("description") for field in found["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"]["properties"].values())
