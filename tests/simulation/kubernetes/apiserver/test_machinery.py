"""What every client counts on: events in both groups, lists in pieces, doubled keys, shapes of answers."""

from typing import Any

import pytest

from learnk8s.simulation.kubernetes.cluster import Cluster

from ..driving import new_cluster, reloaded, run_pod, wait
from .asking import APPLY, JSON_PATCH, MERGE, ask, said

MAPS, EVENTS = "/api/v1/namespaces/default/configmaps", "/api/v1/namespaces/default/events"
NEW_EVENTS = "/apis/events.k8s.io/v1/namespaces/default/events"
NOW = "2026-05-04T09:00:00.000000Z"
NEW_EVENT = {"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": {"name": "e"}, "eventTime": NOW, "reportingController": "me", "reportingInstance": "me-1", "action": "Did", "reason": "Why", "type": "Normal", "note": "a note",
             "regarding": {"kind": "Pod", "name": "web", "namespace": "default"}}


def test_an_event_is_the_same_in_both_groups() -> None:
    cluster = new_cluster()
    assert ask(cluster, "POST", NEW_EVENTS, NEW_EVENT).code == 201
    old = ask(cluster, "GET", f"{EVENTS}/e").doc
    assert (old["apiVersion"], old["message"], old["involvedObject"]["name"], old["reportingComponent"]) == ("v1", "a note", "web", "me")
    patched = ask(cluster, "PATCH", f"{NEW_EVENTS}/e", {"series": {"count": 2, "lastObservedTime": NOW}, "note": "again"}, content_type=MERGE).doc
    assert (patched["apiVersion"], patched["note"], patched["series"]["count"]) == ("events.k8s.io/v1", "again", 2)
    assert ask(cluster, "DELETE", NEW_EVENTS).doc["apiVersion"] == "events.k8s.io/v1"
    assert ask(cluster, "GET", f"{EVENTS}/e").code == 404


def test_what_components_recorded_can_be_changed_and_deleted() -> None:
    cluster = new_cluster()
    run_pod(cluster, for_ms=5_000)
    name = ask(cluster, "GET", EVENTS).doc["items"][0]["metadata"]["name"]
    assert ask(cluster, "PATCH", f"{EVENTS}/{name}", {"metadata": {"labels": {"a": "b"}}}, content_type=MERGE).code == 200
    assert [entry["metadata"]["name"] for entry in ask(cluster, "GET", NEW_EVENTS, labelSelector="a=b").doc["items"]] == [name]
    assert ask(cluster, "DELETE", f"{EVENTS}/{name}").code == 200
    assert ask(cluster, "GET", f"{EVENTS}/{name}").code == 404


def filled(count: int) -> Cluster:
    cluster = new_cluster()
    for number in range(count):
        ask(cluster, "POST", MAPS, {"metadata": {"name": f"m{number}"}})
    return cluster


def test_a_long_list_comes_in_pieces() -> None:
    cluster = filled(5)
    whole = [entry["metadata"]["name"] for entry in ask(cluster, "GET", MAPS).doc["items"]]
    found: list[str] = []
    token, revision = "", ""
    while True:
        piece = ask(cluster, "GET", MAPS, limit="2", **({"continue": token} if token else {})).doc
        found += [entry["metadata"]["name"] for entry in piece["items"]]
        revision = revision or piece["metadata"]["resourceVersion"]
        assert piece["metadata"]["resourceVersion"] == revision
        token = piece["metadata"].get("continue", "")
        if not token:
            break
        assert piece["metadata"]["remainingItemCount"] == len(whole) - len(found)
        ask(cluster, "POST", MAPS, {"metadata": {"name": f"a{len(found)}"}})
    assert found == whole


def test_a_token_that_is_too_old_comes_with_one_that_is_not() -> None:
    cluster = filled(3)
    first = ask(cluster, "GET", MAPS, limit="2").doc["metadata"]
    token = first["continue"]
    wait(cluster, 400_000)
    expired = ask(cluster, "GET", MAPS, **{"limit": "2", "continue": token})
    assert (expired.code, expired.doc["reason"]) == (410, "Expired")
    rest = ask(cluster, "GET", MAPS, **{"limit": "2", "continue": expired.doc["metadata"]["continue"]}).doc
    assert len(rest["items"]) == 2 and int(rest["metadata"]["resourceVersion"]) > int(first["resourceVersion"])


def test_compactions_move_the_revision_of_a_cluster_in_which_nothing_happens() -> None:
    cluster = filled(1)
    wait(cluster, 60_000)
    before = cluster.store.revision
    wait(cluster, 1_000_000)
    idle = cluster.store.revision
    assert before < idle <= before + 4
    again = reloaded(cluster)
    for one in (cluster, again):
        assert int(ask(one, "POST", MAPS, {"metadata": {"name": "z"}}).doc["metadata"]["resourceVersion"]) == idle + 1


@pytest.mark.parametrize("token", ["x", "eyJ9", "MQ", "é"])
def test_a_token_that_is_none_is_refused(token: str) -> None:
    assert said(ask(new_cluster(), "GET", MAPS, **{"continue": token}))[0] == 400


def test_a_version_that_is_not_yet_is_too_large() -> None:
    assert said(ask(new_cluster(), "GET", MAPS, resourceVersion="99999")) [0] == 504


def test_a_key_that_is_there_twice_is_told() -> None:
    cluster = new_cluster()
    text = '{"metadata": {"name": "a"}, "data": {"k": "1", "k": "2"}}'
    assert said(ask(cluster, "POST", MAPS, text, fieldValidation="Strict"))[1].endswith('strict decoding error: duplicate field "data.k"')
    reply = ask(cluster, "POST", MAPS, text)
    assert (reply.code, reply.warnings, reply.doc["data"]) == (201, ('duplicate field "data.k"',), {"k": "2"})


def test_a_key_that_is_twice_in_yaml_is_told_with_its_line() -> None:
    cluster = new_cluster()
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: one\n  k: two\n"
    code, message = said(ask(cluster, "PATCH", f"{MAPS}/a", text, content_type=APPLY, fieldValidation="Strict"))
    assert (code, message) == (400, 'error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 7: key "k" already set in map')
    assert ask(cluster, "PATCH", f"{MAPS}/a", text, content_type=APPLY).warnings == ('line 7: key "k" already set in map',)


def test_a_body_of_broken_yaml_is_a_bad_request() -> None:
    assert said(ask(new_cluster(), "PATCH", f"{MAPS}/a", "a: [", content_type=APPLY))[0] == 400


def test_what_is_no_table_cannot_be_shown_as_one() -> None:
    table = "application/json;as=Table;v=v1;g=meta.k8s.io"
    review: dict[str, Any] = {"spec": {"resourceAttributes": {"verb": "get", "resource": "pods"}}}
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    assert said(ask(new_cluster(), "POST", path, review, accept=table))[0] == 406
    assert ask(new_cluster(), "POST", path, review, accept=f"{table},application/json").code == 201


def test_a_patch_that_tests_a_version_is_refused_when_it_is_stale() -> None:
    cluster = filled(1)
    assert said(ask(cluster, "PATCH", f"{MAPS}/m0", [{"op": "test", "path": "/metadata/resourceVersion", "value": "1"}], content_type=JSON_PATCH))[0] == 422
    assert said(ask(cluster, "PATCH", f"{MAPS}/m0", {"metadata": {"resourceVersion": "1"}}, content_type=MERGE))[0] == 409


def test_the_server_is_a_way_to_what_pods_serve() -> None:
    cluster = new_cluster()
    run_pod(cluster, labels={"app": "web"}, for_ms=60_000)
    ask(cluster, "POST", "/api/v1/namespaces/default/services", {"metadata": {"name": "web"}, "spec": {"selector": {"app": "web"}, "ports": [{"name": "main", "port": 8080, "targetPort": 80}]}})
    for path in ("pods/web/proxy/", "pods/web:80/proxy/", "pods/http:web:80/proxy/", "services/web/proxy/", "services/web:main/proxy/", "services/http:web:8080/proxy/"):
        reply = ask(cluster, "GET", f"/api/v1/namespaces/default/{path}")
        assert (reply.code, "nginx" in reply.text) == (200, True), (path, reply)
    assert said(ask(cluster, "GET", "/api/v1/namespaces/default/pods/web:81/proxy/"))[0] == 503
    assert said(ask(cluster, "GET", "/api/v1/namespaces/default/services/none/proxy/")) == (404, 'services "none" not found')
    assert said(ask(cluster, "GET", "/api/v1/namespaces/default/pods/web/proxy/", user="ada"))[0] == 403


def test_an_autoscaler_has_an_older_form() -> None:
    cluster = new_cluster()
    path = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers"
    body = {"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "a"}, "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}, "maxReplicas": 3, "targetCPUUtilizationPercentage": 70}}
    made = ask(cluster, "POST", path, body)
    assert (made.code, made.doc["apiVersion"], made.doc["spec"]["targetCPUUtilizationPercentage"]) == (201, "autoscaling/v1", 70)
    assert ask(cluster, "GET", path.replace("v1/", "v2/", 1) + "/a").doc["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"] == 70
    assert ask(cluster, "GET", path).doc["items"][0]["spec"]["maxReplicas"] == 3
    assert ask(cluster, "GET", path, accept="application/json;as=Table;v=v1;g=meta.k8s.io").doc["rows"][0]["cells"][0] == "a"
    assert [entry["version"] for entry in ask(cluster, "GET", "/apis/autoscaling").doc["versions"]] == ["v2", "v1"]


def test_a_binding_puts_a_pod_on_a_node() -> None:
    cluster = new_cluster()
    ask(cluster, "POST", "/api/v1/namespaces/default/pods", {"metadata": {"name": "web"}, "spec": {"schedulerName": "mine", "containers": [{"name": "web", "image": "nginx"}]}})
    node = ask(cluster, "GET", "/api/v1/nodes").doc["items"][0]["metadata"]["name"]
    assert ask(cluster, "POST", "/api/v1/namespaces/default/bindings", {"metadata": {"name": "web"}, "target": {"kind": "Node", "name": node}}).code == 201
    assert ask(cluster, "GET", "/api/v1/namespaces/default/pods/web").doc["spec"]["nodeName"] == node


def test_the_health_of_components_is_told_with_a_warning() -> None:
    reply = ask(new_cluster(), "GET", "/api/v1/componentstatuses")
    assert ([entry["metadata"]["name"] for entry in reply.doc["items"]], reply.warnings) == (["controller-manager", "etcd-0", "scheduler"], ("v1 ComponentStatus is deprecated in v1.19+",))
