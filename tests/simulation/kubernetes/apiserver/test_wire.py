"""The API as HTTP clients see it: paths, shapes, discovery, watches, protobuf."""

import json
from typing import Any

import pytest

from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.wire.call import Call, Following, Reply, Watching
from learnk8s.simulation.kubernetes.apiserver.wire.door import answered
from learnk8s.simulation.kubernetes.apiserver.wire.paths import place_of
from learnk8s.simulation.kubernetes.apiserver.wire.watch import CHANGES_MAX, Watcher
from learnk8s.simulation.kubernetes.objects.protobuf import PREFIX, BadProtobuf, document_of
from learnk8s.simulation.kubernetes.world import KubernetesWorld

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


@pytest.fixture
def world() -> KubernetesWorld:
    return KubernetesWorld.create("bare", 1)


def ask(world: KubernetesWorld, method: str, path: str, body: Any = None, **rest: Any) -> Reply:
    call = Call(method, path, rest.pop("query", {}), body="" if body is None else json.dumps(body), content_type=rest.pop("content_type", "application/json"), **rest)
    reply = world.request(call.as_input()) if method != "GET" else answered(world.cluster.api, call)
    assert isinstance(reply, Reply)
    return reply


def configmap(name: str, **data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


MAPS = "/api/v1/namespaces/default/configmaps"


@pytest.mark.parametrize(("path", "wanted"), [
    pytest.param("/api/v1/pods", ("pods", "", "", ""), id="all namespaces"),
    pytest.param("/api/v1/namespaces/a/pods/b/log", ("pods", "a", "b", "log"), id="subresource"),
    pytest.param("/api/v1/namespaces/a", ("namespaces", "", "a", ""), id="a namespace"),
    pytest.param("/api/v1/namespaces/a/status", ("namespaces", "", "a", "status"), id="a namespace's status"),
    pytest.param("/api/v1/namespaces/a/finalize", ("namespaces", "", "a", "finalize"), id="a namespace's finalizers"),
    pytest.param("/apis/apps/v1/namespaces/a/deployments/b/scale", ("deployments.apps", "a", "b", "scale"), id="group"),
    pytest.param("/api/v1/watch/namespaces/a/pods", ("pods", "a", "", ""), id="old watch path"),
])
def test_a_path_names_a_place(path: str, wanted: tuple[str, ...]) -> None:
    place = place_of(path)
    assert place is not None
    assert (place.resource, place.namespace, place.name, place.subresource) == wanted


@pytest.mark.parametrize("path", ["/", "/api", "/apis", "/version", "/healthz", "/apis/apps"])
def test_other_paths_name_no_resource(path: str) -> None:
    assert place_of(path) is None


def test_what_is_created_can_be_read_changed_and_deleted(world: KubernetesWorld) -> None:
    assert ask(world, "POST", MAPS, configmap("a", x="1")).code == 201
    assert ask(world, "PATCH", f"{MAPS}/a", {"data": {"y": "2"}}, content_type="application/merge-patch+json").doc["data"] == {"x": "1", "y": "2"}  # type: ignore[index]
    assert ask(world, "GET", f"{MAPS}/a").doc["kind"] == "ConfigMap"  # type: ignore[index]
    gone = ask(world, "DELETE", f"{MAPS}/a")
    assert (gone.code, gone.doc["status"], gone.doc["details"]["name"]) == (200, "Success", "a")  # type: ignore[index]
    assert ask(world, "GET", f"{MAPS}/a").code == 404


def test_items_of_a_list_do_not_repeat_their_kind(world: KubernetesWorld) -> None:
    found = ask(world, "GET", MAPS).doc
    assert found is not None
    assert found["kind"] == "ConfigMapList"
    assert all("kind" not in item for item in found["items"])


def test_a_client_that_asks_for_a_table_gets_one(world: KubernetesWorld) -> None:
    found = ask(world, "GET", "/api/v1/nodes", accept=TABLE).doc
    assert found is not None
    assert found["kind"] == "Table"
    assert [row["cells"][:2] for row in found["rows"]] == [["node-1", "Ready"], ["node-2", "Ready"], ["node-3", "Ready"]]
    assert found["rows"][0]["object"]["kind"] == "PartialObjectMetadata"


def test_discovery_names_every_kind_once(world: KubernetesWorld) -> None:
    groups = ask(world, "GET", "/apis", accept="application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList").doc
    core = ask(world, "GET", "/api", accept="application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList").doc
    assert groups and core
    found = [(item["metadata"].get("name", ""), version["version"], resource["resource"]) for doc in (groups, core) for item in doc["items"] for version in item["versions"] for resource in version["resources"]]
    assert len(found) == len(set(found))
    assert {("", "v1", "pods"), ("apps", "v1", "deployments"), ("batch", "v1", "jobs"), ("autoscaling", "v1", "horizontalpodautoscalers")} <= set(found)


def test_every_group_has_an_openapi_document(world: KubernetesWorld) -> None:
    index = ask(world, "GET", "/openapi/v3").doc
    assert index is not None
    for entry in index["paths"].values():
        document = ask(world, "GET", entry["serverRelativeURL"].partition("?")[0]).doc
        assert document is not None
        assert document["paths"]


@pytest.mark.parametrize(("body", "content_type", "code"), [
    pytest.param("{", "application/json", 400, id="no JSON"),
    pytest.param("[]", "application/json", 400, id="no object"),
    pytest.param("x" * (4 * 2**20), "application/json", 413, id="too large"),
    pytest.param("{}", "image/png", 415, id="a picture"),
    pytest.param('{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}', "application/json", 400, id="another kind"),
    pytest.param("[" * 50_000, "application/json", 400, id="nested deeply"),
])
def test_a_bad_body_gets_a_status(world: KubernetesWorld, body: str, content_type: str, code: int) -> None:
    before = world.cluster.store.revision
    reply = answered(world.cluster.api, Call("POST", MAPS, body=body, content_type=content_type))
    assert isinstance(reply, Reply)
    assert (reply.code, reply.doc["kind"]) == (code, "Status")  # type: ignore[index]
    assert world.cluster.store.revision == before


def watching(world: KubernetesWorld, **query: str) -> Watcher:
    asked = answered(world.cluster.api, Call("GET", MAPS, {"watch": "true", **query}))
    assert isinstance(asked, Watching)
    return Watcher(world.cluster.api, asked)


def told(watcher: Watcher) -> list[tuple[str, str]]:
    events = [json.loads(line) for line in watcher.take()]
    return [(event["type"], event["object"]["metadata"].get("name", "")) for event in events]


def test_a_watch_tells_what_is_there_and_what_happens(world: KubernetesWorld) -> None:
    watcher = watching(world)
    assert told(watcher) == [("ADDED", "kube-root-ca.crt")]
    ask(world, "POST", MAPS, configmap("a"))
    ask(world, "PATCH", f"{MAPS}/a", {"data": {"y": "2"}}, content_type="application/merge-patch+json")
    ask(world, "DELETE", f"{MAPS}/a")
    assert told(watcher) == [("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a")]
    assert told(watcher) == []


def test_an_object_that_no_longer_fits_is_deleted_for_the_watcher(world: KubernetesWorld) -> None:
    ask(world, "POST", MAPS, {**configmap("a"), "metadata": {"name": "a", "labels": {"app": "x"}}})
    watcher = watching(world, labelSelector="app=x")
    assert told(watcher) == [("ADDED", "a")]
    ask(world, "PATCH", f"{MAPS}/a", {"metadata": {"labels": {"app": "y"}}}, content_type="application/merge-patch+json")
    assert told(watcher) == [("DELETED", "a")]


def test_initial_events_end_with_a_bookmark(world: KubernetesWorld) -> None:
    watcher = watching(world, sendInitialEvents="true", allowWatchBookmarks="true", resourceVersionMatch="NotOlderThan")
    events = [json.loads(line) for line in watcher.take()]
    assert events[-1]["type"] == "BOOKMARK"
    assert events[-1]["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


def test_a_revision_that_is_forgotten_is_gone(world: KubernetesWorld) -> None:
    ask(world, "POST", MAPS, configmap("a", n="0"))
    old = str(world.cluster.store.revision)
    for number in range(CHANGES_MAX + 10):
        doc = dict(world.cluster.store.get("configmaps", "default", "a") or {})
        world.cluster.store.put("configmaps", {**doc, "metadata": dict(doc["metadata"]), "data": {"n": str(number)}})
    with pytest.raises(ApiError) as gone:
        watching(world, resourceVersion=old)
    assert gone.value.code == 410


def test_a_followed_log_is_no_input(world: KubernetesWorld) -> None:
    asked = answered(world.cluster.api, Call("GET", "/api/v1/namespaces/default/pods/a/log", {"follow": "true"}))
    assert isinstance(asked, Following)


def test_requests_replay_to_the_same_bytes() -> None:
    worlds = [KubernetesWorld.create("bare", 1) for _ in range(2)]
    for world in worlds:
        for number in range(5):
            ask(world, "POST", MAPS, configmap(f"m{number}", n=str(number)), query={"fieldManager": "tests"})
        ask(world, "DELETE", MAPS, query={"labelSelector": "a=b"})
    assert worlds[0].dump() == worlds[1].dump()


def field(number: int, value: bytes) -> bytes:
    return bytes([number << 3 | 2, len(value)]) + value


def test_a_protobuf_body_is_read() -> None:
    meta = field(1, b"v1") + field(2, b"ConfigMap")
    doc = field(1, field(1, b"a") + field(15, b"of-an-older-version") + field(11, field(1, b"app") + field(2, b"web"))) + field(2, field(1, b"k") + field(2, b"v"))
    assert document_of(PREFIX + field(1, meta) + field(2, doc)) == {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "labels": {"app": "web"}}, "data": {"k": "v"}}


@pytest.mark.parametrize("body", [b"", b"k8s\0", b"k8s\0\xff", PREFIX + field(1, field(1, b"v1") + field(2, b"Nothing")), PREFIX + b"\x0a\x7f"])
def test_a_broken_protobuf_body_is_refused(body: bytes) -> None:
    with pytest.raises(BadProtobuf):
        document_of(body)


@pytest.mark.parametrize(("path", "selector", "found"), [
    pytest.param("/api/v1/nodes", "spec.unschedulable=false", 3, id="a field that is not written is its zero value"),
    pytest.param("/api/v1/nodes", "spec.unschedulable=true", 0, id="nothing is cordoned"),
    pytest.param("/api/v1/pods", "spec.hostNetwork=false,status.phase!=Pending", 0, id="no pods at all"),
    pytest.param("/apis/batch/v1/jobs", "status.successful=0", 0, id="a field of another name"),
])
def test_field_selectors_compare_as_go_writes_values(world: KubernetesWorld, path: str, selector: str, found: int) -> None:
    doc = ask(world, "GET", path, query={"fieldSelector": selector}).doc
    assert doc is not None and len(doc["items"]) == found


def test_metrics_count_what_is_stored(world: KubernetesWorld) -> None:
    ask(world, "POST", MAPS, configmap("a"))
    text = ask(world, "GET", "/metrics").text
    stored = len(world.cluster.api.store.list("configmaps"))
    assert f'apiserver_resource_objects{{group="",resource="configmaps"}} {stored}\n' in text
    assert 'apiserver_resource_objects{group="apps",resource="deployments"} 0\n' in text
    assert 'git_version="v1.36.2"' in text


@pytest.mark.parametrize(("path", "query", "code", "wanted"), [
    pytest.param("/readyz", {}, 200, "ok", id="ready"),
    pytest.param("/readyz/etcd", {}, 200, "ok", id="one check"),
    pytest.param("/livez", {"verbose": ""}, 200, "[+]ping ok\n[+]log ok\n[+]etcd ok\n[+]poststarthook/", id="each check"),
    pytest.param("/livez/informer-sync", {}, 404, "404 page not found", id="not asked of one that lives"),
])
def test_health_says_each_check(world: KubernetesWorld, path: str, query: dict[str, str], code: int, wanted: str) -> None:
    reply = ask(world, "GET", path, query=query)
    assert reply.code == code
    assert reply.text.startswith(wanted)


@pytest.mark.parametrize(("method", "query", "said"), [
    ("POST", {"dryRun": "x"}, 'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: "x": supported values: "All"'),
    ("PUT", {"fieldValidation": "x"}, 'UpdateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "x": supported values: "", "Ignore", "Strict", "Warn"'),
    ("PATCH", {"fieldManager": "x" * 129}, 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes'),
    ("DELETE", {"propagationPolicy": "x"}, 'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "x": supported values: "Foreground", "Background", "Orphan", "nil"'),
    ("GET", {"watch": "true", "sendInitialEvents": "true"}, 'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
    ("GET", {"resourceVersionMatch": "Exact", "resourceVersion": "0"}, 'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"'),
])
def test_options_are_checked_as_what_they_are(world: KubernetesWorld, method: str, query: dict[str, str], said: str) -> None:
    try:
        reply = ask(world, method, MAPS if method in ("POST", "GET") else f"{MAPS}/kube-root-ca.crt", configmap("kube-root-ca.crt"), query=query, content_type="application/merge-patch+json" if method == "PATCH" else "application/json")
        found = reply.doc or {}
    except ApiError as error:
        found = error.status
    assert (found["code"], found["message"]) == (422, said)


def test_what_nobody_owns_has_no_managers(world: KubernetesWorld) -> None:
    made = ask(world, "POST", MAPS, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "empty"}}, query={"fieldManager": "kubectl"}).doc or {}
    assert "managedFields" not in made["metadata"]
    parts = ask(world, "GET", "/api/v1/componentstatuses").doc or {}
    assert parts["items"][0]["metadata"] == {"name": "controller-manager"}
