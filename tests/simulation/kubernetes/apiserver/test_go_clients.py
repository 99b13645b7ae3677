"""What clients written in Go, the conformance suite above all, send and expect to find."""

import json
from typing import Any

import pytest

from learnk8s.simulation.kubernetes.apiserver.wire.call import Call, Reply
from learnk8s.simulation.kubernetes.apiserver.wire.door import answered
from learnk8s.simulation.kubernetes.kubelet.images import agnhost_webhook
from learnk8s.simulation.kubernetes.world import KubernetesWorld

AGNHOST, PAUSE = "registry.k8s.io/e2e-test-images/agnhost:2.63.0", "registry.k8s.io/pause:3.10"
PODS, MAPS, SERVICES = (f"/api/v1/namespaces/default/{plural}" for plural in ("pods", "configmaps", "services"))


@pytest.fixture
def world() -> KubernetesWorld:
    return KubernetesWorld.create("basics", 1)


def ask(world: KubernetesWorld, method: str, path: str, body: Any = None, **rest: Any) -> Reply:
    call = Call(method, path, rest.pop("query", {}), body=body if isinstance(body, str) else "" if body is None else json.dumps(body), content_type=rest.pop("content_type", "application/json"), **rest)
    reply = world.request(call.as_input()) if method != "GET" else answered(world.cluster.api, call)
    assert isinstance(reply, Reply)
    return reply


def doc(reply: Reply) -> Any:
    assert reply.code < 400, reply.doc
    return reply.doc


def pod(name: str, image: str = PAUSE, **more: Any) -> dict[str, Any]:
    metadata = {"name": name, **more.pop("metadata", {})}
    container = {"name": "c", "image": image, **more.pop("container", {})}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container], "terminationGracePeriodSeconds": 1, **more}}


def later(world: KubernetesWorld, seconds: int) -> None:
    world.advance(world.now_ms + seconds * 1000)


def names(world: KubernetesWorld, path: str) -> list[str]:
    return [item["metadata"]["name"] for item in doc(ask(world, "GET", path))["items"]]


def test_a_target_port_of_zero_is_the_port_itself(world: KubernetesWorld) -> None:
    made = doc(ask(world, "POST", SERVICES, {"kind": "Service", "metadata": {"name": "s"}, "spec": {"ports": [{"port": 80, "targetPort": 0}]}}))
    assert made["spec"]["ports"][0]["targetPort"] == 80


def test_affinity_that_ends_takes_its_settings_along(world: KubernetesWorld) -> None:
    made = doc(ask(world, "POST", SERVICES, {"kind": "Service", "metadata": {"name": "s"}, "spec": {"sessionAffinity": "ClientIP", "ports": [{"port": 80}]}}))
    made["spec"]["sessionAffinity"] = "None"
    assert "sessionAffinityConfig" not in doc(ask(world, "PUT", f"{SERVICES}/s", made))["spec"]


def test_what_is_wrong_with_fields_is_told_in_the_order_of_the_document(world: KubernetesWorld) -> None:
    text = '{"kind": "ConfigMap", "metadata": {"name": "a"}, "zero": 1, "data": {"x": "1"}, "data": {"x": "2"}, "another": 1}'
    answer = ask(world, "POST", MAPS, text, query={"fieldValidation": "Strict"})
    assert answer.doc is not None
    assert answer.doc["message"].endswith('strict decoding error: unknown field "zero", duplicate field "data", unknown field "another"')


def test_a_condition_without_a_type_has_an_empty_one(world: KubernetesWorld) -> None:
    ask(world, "POST", PODS, pod("a"))
    patched = doc(ask(world, "PATCH", f"{PODS}/a/status", {"status": {"conditions": [{"message": "patched"}]}}, content_type="application/merge-patch+json"))
    assert patched["status"]["conditions"] == [{"message": "patched", "type": "", "status": ""}]


@pytest.mark.parametrize("selector", ["reportingController=e2e", "regarding.name=web", "reason=Tested,type=Normal"])
def test_new_events_are_selected_by_their_own_names(world: KubernetesWorld, selector: str) -> None:
    path = "/apis/events.k8s.io/v1/namespaces/default/events"
    about = {"kind": "Pod", "namespace": "default", "name": "web"}
    doc(ask(world, "POST", path, {"kind": "Event", "metadata": {"name": "e"}, "regarding": about, "eventTime": "2026-05-04T09:00:00.000000Z", "reportingController": "e2e", "reportingInstance": "i", "action": "Do", "reason": "Tested", "type": "Normal"}))
    assert [item["metadata"]["name"] for item in doc(ask(world, "GET", path, query={"fieldSelector": selector}))["items"]] == ["e"]
    assert doc(ask(world, "GET", "/api/v1/namespaces/default/events", query={"fieldSelector": "source=e2e"}))["items"]


def test_owners_in_a_circle_do_not_hold_each_other(world: KubernetesWorld) -> None:
    uids = [doc(ask(world, "POST", PODS, pod(f"pod{number}")))["metadata"]["uid"] for number in (1, 2, 3)]
    for number, owner in ((1, 3), (2, 1), (3, 2)):
        reference = {"apiVersion": "v1", "kind": "Pod", "name": f"pod{owner}", "uid": uids[owner - 1], "controller": True, "blockOwnerDeletion": True}
        doc(ask(world, "PATCH", f"{PODS}/pod{number}", {"metadata": {"ownerReferences": [reference]}}, content_type="application/merge-patch+json"))
    ask(world, "DELETE", f"{PODS}/pod1", {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Foreground"})
    later(world, 30)
    assert names(world, PODS) == []


def test_a_dependent_with_another_owner_stays(world: KubernetesWorld) -> None:
    owners = [doc(ask(world, "POST", MAPS, {"kind": "ConfigMap", "metadata": {"name": name}}))["metadata"] for name in ("going", "staying")]
    references = [{"apiVersion": "v1", "kind": "ConfigMap", "name": owner["name"], "uid": owner["uid"], "blockOwnerDeletion": True} for owner in owners]
    doc(ask(world, "POST", MAPS, {"kind": "ConfigMap", "metadata": {"name": "child", "ownerReferences": references}}))
    ask(world, "DELETE", f"{MAPS}/going", {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Foreground"})
    later(world, 5)
    assert "going" not in names(world, MAPS)
    assert [owner["name"] for owner in doc(ask(world, "GET", f"{MAPS}/child"))["metadata"]["ownerReferences"]] == ["staying"]


def test_a_namespace_says_what_it_waits_for_and_keeps_all_else_until_its_pods_are_gone(world: KubernetesWorld) -> None:
    doc(ask(world, "POST", "/api/v1/namespaces", {"kind": "Namespace", "metadata": {"name": "n"}}))
    later(world, 1)
    doc(ask(world, "POST", "/api/v1/namespaces/n/pods", pod("held", metadata={"finalizers": ["example.com/hold"]})))
    doc(ask(world, "POST", "/api/v1/namespaces/n/configmaps", {"kind": "ConfigMap", "metadata": {"name": "kept"}}))
    ask(world, "DELETE", "/api/v1/namespaces/n")
    later(world, 10)
    conditions = {entry["type"]: (entry["status"], entry["message"]) for entry in doc(ask(world, "GET", "/api/v1/namespaces/n"))["status"]["conditions"]}
    assert conditions["NamespaceDeletionContentFailure"] == ("False", "All content successfully deleted, may be waiting on finalization")
    assert conditions["NamespaceContentRemaining"] == ("True", "Some resources are remaining: pods. has 1 resource instances")
    assert conditions["NamespaceFinalizersRemaining"][1].endswith("finalizers remaining: example.com/hold in 1 resource instances")
    assert "kept" in names(world, "/api/v1/namespaces/n/configmaps")
    doc(ask(world, "PATCH", "/api/v1/namespaces/n/pods/held", {"metadata": {"finalizers": None}}, content_type="application/merge-patch+json"))
    later(world, 10)
    assert ask(world, "GET", "/api/v1/namespaces/n").code == 404


def test_a_changed_root_certificate_is_put_right(world: KubernetesWorld) -> None:
    doc(ask(world, "PATCH", f"{MAPS}/kube-root-ca.crt", {"data": {"ca.crt": "none"}}, content_type="application/merge-patch+json"))
    later(world, 1)
    assert doc(ask(world, "GET", f"{MAPS}/kube-root-ca.crt"))["data"]["ca.crt"].startswith("-----BEGIN")


def test_an_evicted_pod_says_why_it_goes(world: KubernetesWorld) -> None:
    doc(ask(world, "POST", PODS, pod("a")))
    later(world, 10)
    doc(ask(world, "POST", f"{PODS}/a/eviction", {"kind": "Eviction", "apiVersion": "policy/v1", "metadata": {"name": "a"}}))
    conditions = doc(ask(world, "GET", f"{PODS}/a"))["status"]["conditions"]
    assert [entry["reason"] for entry in conditions if entry["type"] == "DisruptionTarget"] == ["EvictionByEvictionAPI"]


def test_a_pod_that_is_deleted_before_it_starts_has_failed_in_the_end(world: KubernetesWorld) -> None:
    doc(ask(world, "POST", PODS, pod("a", metadata={"finalizers": ["example.com/hold"]}, restartPolicy="Never")))
    world.advance(world.now_ms + 200)
    assert doc(ask(world, "GET", f"{PODS}/a"))["spec"].get("nodeName")
    ask(world, "DELETE", f"{PODS}/a")
    later(world, 10)
    assert doc(ask(world, "GET", f"{PODS}/a"))["status"]["phase"] in ("Failed", "Succeeded")


def test_a_limit_is_a_request_before_a_range_says_what_is_usual(world: KubernetesWorld) -> None:
    doc(ask(world, "POST", "/api/v1/namespaces/default/limitranges", {"kind": "LimitRange", "metadata": {"name": "l"}, "spec": {"limits": [{"type": "Container", "default": {"cpu": "500m"}, "defaultRequest": {"cpu": "100m"}}]}}))
    made = doc(ask(world, "POST", PODS, pod("a", container={"resources": {"limits": {"cpu": "300m"}}})))
    assert made["spec"]["containers"][0]["resources"]["requests"] == {"cpu": "300m"}


def test_the_published_schema_of_schemas_has_a_field_called_ref(world: KubernetesWorld) -> None:
    definitions = doc(ask(world, "GET", "/openapi/v2"))["definitions"]
    assert definitions["io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps"]["properties"]["$ref"] == {"type": "string"}


def test_porter_answers_on_its_ports_and_links_lead_back_through_the_api_server(world: KubernetesWorld) -> None:
    environment = [{"name": "SERVE_PORT_1080", "value": '<a href="/there">test</a>'}, {"name": "SERVE_PORT_160", "value": "foo"}]
    doc(ask(world, "POST", PODS, pod("proxy-p", AGNHOST, container={"args": ["porter"], "env": environment, "readinessProbe": {"httpGet": {"path": "/", "port": 1080}, "periodSeconds": 1}})))
    doc(ask(world, "POST", PODS, pod("j", AGNHOST, container={"command": ["/agnhost", "porter", "--json-response"], "env": environment})))
    later(world, 30)
    assert ask(world, "GET", f"{PODS}/proxy-p:160/proxy/").text == "foo"
    assert ask(world, "GET", f"{PODS}/proxy-p:1080/proxy/").text == f'<a href="{PODS}/proxy-p:1080/proxy/there">test</a>'
    assert json.loads(ask(world, "PUT", f"{PODS}/j:160/proxy/").text) == {"Method": "PUT", "Body": "foo"}


@pytest.mark.parametrize(("word", "operation", "allowed"), [("webhook-disallow", "CREATE", False), ("webhook-disallow", "DELETE", True), ("webhook-nondeletable", "UPDATE", True), ("webhook-nondeletable", "DELETE", False)])
def test_the_webhook_server_refuses_some_data_to_be_written_and_some_to_be_deleted(word: str, operation: str, allowed: bool) -> None:
    data = {"data": {"webhook-e2e-test": word}}
    review = {"apiVersion": "v1", "kind": "AdmissionReview", "request": {"operation": operation, "oldObject" if operation == "DELETE" else "object": data}}
    answer = agnhost_webhook.answered(pod("w", AGNHOST, container={"args": ["webhook"]}), "/custom-resource", review)
    assert answer is not None and answer["response"]["allowed"] == allowed


def test_a_node_allots_the_extended_resources_of_its_capacity(world: KubernetesWorld) -> None:
    for value, wanted in (("1k", {"example.com/fakecpu": "1k"}), (None, {})):
        doc(ask(world, "PATCH", "/api/v1/nodes/node-1/status", {"status": {"capacity": {"example.com/fakecpu": value}}}, content_type="application/merge-patch+json"))
        later(world, 5)
        allocatable = doc(ask(world, "GET", "/api/v1/nodes/node-1"))["status"]["allocatable"]
        assert {key: amount for key, amount in allocatable.items() if "/" in key} == wanted


CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


def test_objects_are_converted_by_a_webhook_that_runs_in_the_cluster(world: KubernetesWorld) -> None:
    doc(ask(world, "POST", PODS, pod("hook", AGNHOST, metadata={"labels": {"app": "hook"}}, container={"args": ["crd-conversion-webhook", "--port=9444"], "readinessProbe": {"httpGet": {"path": "/readyz", "port": 9444, "scheme": "HTTPS"}}})))
    doc(ask(world, "POST", SERVICES, {"kind": "Service", "metadata": {"name": "hook"}, "spec": {"selector": {"app": "hook"}, "ports": [{"port": 9443, "targetPort": 9444}]}}))
    later(world, 30)
    client = {"caBundle": "YQ==", "service": {"namespace": "default", "name": "hook", "port": 9443, "path": "/crdconvert"}}
    text = {"type": "string"}
    versions = [{"name": name, "served": True, "storage": name == "v2", "schema": {"openAPIV3Schema": {"type": "object", "properties": fields}}} for name, fields in (("v1", {"hostPort": text}), ("v2", {"host": text, "port": text}))]
    doc(ask(world, "POST", CRDS, {"kind": "CustomResourceDefinition", "metadata": {"name": "things.stable.example.com"}, "spec": {"group": "stable.example.com", "scope": "Namespaced", "names": {"plural": "things", "kind": "Thing"}, "versions": versions,
              "conversion": {"strategy": "Webhook", "webhook": {"clientConfig": client, "conversionReviewVersions": ["v1"]}}}}))
    later(world, 1)
    path = "/apis/stable.example.com/{}/namespaces/default/things"
    made = doc(ask(world, "POST", path.format("v1"), {"kind": "Thing", "apiVersion": "stable.example.com/v1", "metadata": {"name": "t"}, "hostPort": "localhost:8080"}))
    found = doc(ask(world, "GET", path.format("v2") + "/t"))
    assert (made["hostPort"], found["host"], found["port"]) == ("localhost:8080", "localhost", "8080")
    assert "host" not in doc(ask(world, "GET", path.format("v1")))["items"][0]
    ask(world, "DELETE", f"{PODS}/hook")
    later(world, 40)
    refused = ask(world, "GET", path.format("v1") + "/t")
    assert (refused.code, "conversion webhook for stable.example.com/v2, Kind=Thing failed" in str(refused.doc)) == (500, True)
