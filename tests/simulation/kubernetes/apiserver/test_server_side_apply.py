"""Who owns which field: server-side apply, its conflicts, and what other writes do to owners."""

import json
from typing import Any

import pytest

from learnk8s.simulation.kubernetes.apiserver.managed import fields
from learnk8s.simulation.kubernetes.apiserver.wire.call import Call, Reply
from learnk8s.simulation.kubernetes.world import KubernetesWorld

DEPLOYMENT = "/apis/apps/v1/namespaces/default/deployments/web"


def deployment(**spec: Any) -> dict[str, Any]:
    containers = [{"name": "web", "image": spec.pop("image", "web:1")}]
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
            "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": containers}}, **spec}}


@pytest.fixture
def world() -> KubernetesWorld:
    return KubernetesWorld.create("bare", 1)


def send(world: KubernetesWorld, body: dict[str, Any], *, manager: str, force: bool = False, content_type: str = "application/apply-patch+yaml", path: str = DEPLOYMENT) -> Reply:
    query = {"fieldManager": manager, **({"force": "true"} if force else {})}
    return world.request(Call("PATCH", path, query, body=json.dumps(body), content_type=content_type).as_input())


def test_applying_makes_the_object_and_owns_only_what_was_applied(world: KubernetesWorld) -> None:
    made = send(world, deployment(replicas=2), manager="ann")
    assert made.code == 201
    entry = made.doc["metadata"]["managedFields"][0]  # type: ignore[index]
    assert (entry["manager"], entry["operation"]) == ("ann", "Apply")
    assert set(entry["fieldsV1"]["f:spec"]) == {"f:replicas", "f:selector", "f:template"}


def test_another_manager_s_field_is_a_conflict(world: KubernetesWorld) -> None:
    send(world, deployment(replicas=2), manager="ann")
    refused = send(world, deployment(replicas=3), manager="bob")
    assert refused.code == 409
    assert refused.doc["message"] == 'Apply failed with 1 conflict: conflict with "ann": .spec.replicas'  # type: ignore[index]
    assert refused.doc["details"]["causes"][0] == {"reason": "FieldManagerConflict", "message": 'conflict with "ann"', "field": ".spec.replicas"}  # type: ignore[index]


def test_the_same_value_is_owned_together(world: KubernetesWorld) -> None:
    send(world, deployment(replicas=2), manager="ann")
    assert send(world, deployment(replicas=2), manager="bob").code == 200


def test_force_takes_the_field_over(world: KubernetesWorld) -> None:
    send(world, deployment(replicas=2), manager="ann")
    taken = send(world, deployment(replicas=3), manager="bob", force=True)
    assert taken.doc["spec"]["replicas"] == 3  # type: ignore[index]
    owners = {entry["manager"]: entry["fieldsV1"] for entry in taken.doc["metadata"]["managedFields"]}  # type: ignore[index]
    assert "f:replicas" not in owners["ann"]["f:spec"]
    assert "f:replicas" in owners["bob"]["f:spec"]


def test_what_is_applied_no_longer_goes(world: KubernetesWorld) -> None:
    send(world, {**deployment(), "metadata": {"name": "web", "labels": {"a": "1", "b": "2"}}}, manager="ann")
    left = send(world, {**deployment(), "metadata": {"name": "web", "labels": {"a": "1"}}}, manager="ann")
    assert left.doc["metadata"]["labels"] == {"a": "1"}  # type: ignore[index]


def test_a_list_is_merged_by_its_keys(world: KubernetesWorld) -> None:
    send(world, deployment(), manager="ann")
    sidecar = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"template": {"spec": {"containers": [{"name": "log", "image": "log:1"}]}}}}
    both = send(world, sidecar, manager="bob")
    assert {item["name"] for item in both.doc["spec"]["template"]["spec"]["containers"]} == {"web", "log"}  # type: ignore[index]


def test_a_plain_patch_takes_ownership_without_asking(world: KubernetesWorld) -> None:
    send(world, deployment(replicas=2), manager="ann")
    send(world, {"spec": {"replicas": 5}}, manager="cat", content_type="application/merge-patch+json")
    refused = send(world, deployment(replicas=2), manager="ann")
    assert refused.doc["message"] == 'Apply failed with 1 conflict: conflict with "cat" using apps/v1: .spec.replicas'  # type: ignore[index]


@pytest.mark.parametrize(("change", "query", "code"), [
    pytest.param({"kind": "Pod"}, {"fieldManager": "x"}, 400, id="another kind"),
    pytest.param({}, {}, 422, id="nobody"),
    pytest.param({"spec": {"colour": "red"}}, {"fieldManager": "x"}, 500, id="unknown field"),
    pytest.param({"metadata": {"name": "web", "managedFields": [{"manager": "x"}]}}, {"fieldManager": "x"}, 400, id="managed fields"),
])
def test_a_bad_apply_is_refused(world: KubernetesWorld, change: dict[str, Any], query: dict[str, str], code: int) -> None:
    reply = world.request(Call("PATCH", DEPLOYMENT, query, body=json.dumps({**deployment(), **change}), content_type="application/apply-patch+yaml").as_input())
    assert reply.code == code


def test_sets_of_fields_can_be_joined_and_parted() -> None:
    left, right = {"f:a": {"f:b": {}}}, {"f:a": {"f:c": {}}}
    assert fields.union(left, right) == {"f:a": {"f:b": {}, "f:c": {}}}
    assert fields.without(fields.union(left, right), right) == left


def test_kubectl_takes_over_what_it_had_applied_from_the_clients_side(world: KubernetesWorld) -> None:
    before = {**deployment(), "metadata": {"name": "web", "annotations": {"kubectl.kubernetes.io/last-applied-configuration": json.dumps(deployment())}}}
    world.request(Call("POST", DEPLOYMENT.rpartition("/")[0], {"fieldManager": "kubectl-client-side-apply"}, body=json.dumps(before)).as_input())
    assert send(world, deployment(image="web:2"), manager="somebody").code == 409
    assert send(world, deployment(image="web:2"), manager="kubectl").code == 200


def test_kubectl_does_not_take_over_what_others_changed_since(world: KubernetesWorld) -> None:
    before = {**deployment(), "metadata": {"name": "web", "annotations": {"kubectl.kubernetes.io/last-applied-configuration": json.dumps(deployment())}}}
    world.request(Call("POST", DEPLOYMENT.rpartition("/")[0], {"fieldManager": "kubectl-client-side-apply"}, body=json.dumps(before)).as_input())
    assert send(world, deployment(image="web:3"), manager="somebody", force=True).code == 200
    assert send(world, deployment(image="web:2"), manager="kubectl").code == 409


@pytest.mark.parametrize(("manager", "image"), [("kubectl", "web:2"), ("somebody", "web:1")])
def test_kubectl_keeps_its_note_of_what_it_applied(world: KubernetesWorld, manager: str, image: str) -> None:
    before = {**deployment(), "metadata": {"name": "web", "annotations": {"kubectl.kubernetes.io/last-applied-configuration": json.dumps(deployment())}}}
    world.request(Call("POST", DEPLOYMENT.rpartition("/")[0], {"fieldManager": "kubectl-client-side-apply"}, body=json.dumps(before)).as_input())
    note = send(world, deployment(image="web:2"), manager=manager, force=True).doc["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"]  # type: ignore[index]  # it is a Deployment
    assert json.loads(note)["spec"]["template"]["spec"]["containers"][0]["image"] == image


def test_a_map_that_was_owned_whole_loses_only_what_is_applied_no_longer(world: KubernetesWorld) -> None:
    """What kubectl had applied from its side owns maps with a mark of their own; once it is moved to an apply, the map stays for what is still in it."""
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m", "labels": {"a": "1", "b": "2"}}, "data": {"k": "v"}}
    path = "/api/v1/namespaces/default/configmaps"
    world.request(Call("POST", path, {"fieldManager": "ann"}, body=json.dumps(body)).as_input())
    moved = world.request(Call("GET", f"{path}/m").as_input()).doc["metadata"]["managedFields"][0] | {"operation": "Apply"}  # type: ignore[index]
    world.request(Call("PATCH", f"{path}/m", {"fieldManager": "x"}, body=json.dumps([{"op": "replace", "path": "/metadata/managedFields", "value": [moved]}]), content_type="application/json-patch+json").as_input())
    changed = send(world, {**body, "metadata": {"name": "m", "labels": {"a": "1"}}}, manager="ann", path=f"{path}/m").doc
    assert changed is not None and changed["metadata"]["labels"] == {"a": "1"} and changed["data"] == {"k": "v"}
