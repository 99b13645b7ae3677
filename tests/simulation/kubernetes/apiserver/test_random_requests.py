"""Whatever JSON comes in, the API server answers with an object or with an ApiError, never with another exception."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kernel.causes import Causes
from learnk8s.simulation.kernel.dice import Dice
from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.request import Request
from learnk8s.simulation.kubernetes.apiserver.server import ApiServer
from learnk8s.simulation.kubernetes.objects.kinds import KINDS
from learnk8s.simulation.kubernetes.store.store import Store

WORDS = ["", "web", "Web", "app", "default", "10m", "-1", "1Gi", "http", "None", "ClusterIP", "NodePort", "50%", "Always", "é", "a/b", "::", "x" * 70]
FIELDS = ["metadata", "name", "namespace", "labels", "annotations", "finalizers", "ownerReferences", "spec", "replicas", "selector", "matchLabels", "matchExpressions", "key", "operator", "values", "template",
          "containers", "image", "ports", "containerPort", "port", "targetPort", "nodePort", "protocol", "type", "clusterIP", "data", "stringData", "volumes", "volumeMounts", "env", "resources", "limits",
          "requests", "cpu", "strategy", "rollingUpdate", "maxSurge", "maxUnavailable", "livenessProbe", "httpGet", "taints", "effect", "status", "$patch", "path", "op", "value", "tolerations", "subsets",
          "endpoints", "addresses", "generateName", "resourceVersion", "uid", "involvedObject", "target"]
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(-2, 70000), st.integers(-(10**30), 10**30), st.floats(allow_nan=False), st.sampled_from(WORDS))
JSON = st.recursive(PLAIN, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from([*FIELDS, *WORDS]), inner, max_size=5)), max_leaves=25)
PATCH_TYPES = ["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml", "nonsense"]

GOOD: dict[str, dict[str, Any]] = {
    "pods": {"spec": {"containers": [{"name": "web", "image": "web:1", "ports": [{"containerPort": 80}], "env": [{"name": "A", "value": "b"}], "livenessProbe": {"httpGet": {"port": 80}},
                                      "resources": {"limits": {"cpu": "1"}}, "volumeMounts": [{"name": "v", "mountPath": "/v"}]}], "volumes": [{"name": "v", "configMap": {"name": "c"}}], "tolerations": [{"key": "x"}]}},
    "deployments.apps": {"spec": {"selector": {"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "app", "operator": "Exists"}]}, "strategy": {"rollingUpdate": {"maxSurge": 1}},
                                  "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "web"}]}}}},
    "services": {"spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http"}], "type": "NodePort"}},
    "configmaps": {"data": {"a": "b"}}, "secrets": {"stringData": {"a": "b"}}, "namespaces": {}, "nodes": {"spec": {"taints": [{"key": "a", "effect": "NoSchedule"}]}},
}


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, item in inside for found in places(item, (*path, key)))]


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    head, *rest = path
    if isinstance(value, dict):
        return {**value, head: changed(value[head], tuple(rest), new)}
    return [changed(item, tuple(rest), new) if index == head else item for index, item in enumerate(value)]


def server() -> ApiServer:
    api = ApiServer(Store(Clock(), Dice(1), Causes()))
    api.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}})
    return api


def asked(api: ApiServer, request: Request) -> None:
    try:
        api.handle(request)
    except ApiError as error:
        assert error.status["code"] >= 400
        assert error.message
    except LimitExceeded:
        pass


RANDOM = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@RANDOM
@given(st.sampled_from([kind.resource for kind in KINDS]), JSON)
def test_any_json_as_a_new_object_gets_an_answer(resource: str, body: Any) -> None:
    asked(server(), Request("create", resource, "default", body=body))


@RANDOM
@given(st.sampled_from(sorted(GOOD)), st.data(), JSON)
def test_a_good_object_with_one_part_spoilt_gets_an_answer(resource: str, data: st.DataObject, part: Any) -> None:
    good = {"metadata": {"name": "web", "labels": {"app": "web"}}, **GOOD[resource]}
    body = changed(good, data.draw(st.sampled_from(places(good))), part)
    asked(server(), Request("create", resource, "default", body=body))


@RANDOM
@given(st.sampled_from(sorted(GOOD)), st.data(), JSON)
def test_a_spoilt_replacement_gets_an_answer(resource: str, data: st.DataObject, part: Any) -> None:
    api, good = server(), {"metadata": {"name": "web", "labels": {"app": "web"}}, **GOOD[resource]}
    api.handle(Request("create", resource, "default", body=good))
    body = changed(good, data.draw(st.sampled_from(places(good))), part)
    for subresource in ("", "status", "scale", "binding"):
        asked(api, Request("update", resource, "default", "web", subresource, body))


@RANDOM
@given(st.sampled_from(sorted(GOOD)), JSON, st.sampled_from(PATCH_TYPES), st.sampled_from(["", "status", "scale"]))
def test_any_json_as_a_patch_gets_an_answer(resource: str, patch: Any, patch_type: str, subresource: str) -> None:
    api = server()
    api.handle(Request("create", resource, "default", body={"metadata": {"name": "web"}, **GOOD[resource]}))
    asked(api, Request("patch", resource, "default", "web", subresource, patch, {"patchType": patch_type, "fieldManager": "test"}))


@RANDOM
@given(st.sampled_from(["pods", "deployments.apps", "services"]), st.data(), JSON, st.sampled_from(["add", "replace", "remove", "test", "move", "copy", "fly"]))
def test_a_json_patch_of_any_place_gets_an_answer(resource: str, data: st.DataObject, value: Any, operation: str) -> None:
    api = server()
    stored = api.handle(Request("create", resource, "default", body={"metadata": {"name": "web"}, **GOOD[resource]})).doc
    path, start = (data.draw(st.sampled_from(places(stored))) for _ in range(2))
    patch = [{"op": operation, "path": "".join(f"/{part}" for part in path), "from": "".join(f"/{part}" for part in start), "value": value}]
    asked(api, Request("patch", resource, "default", "web", body=patch, options={"patchType": PATCH_TYPES[0]}))


@RANDOM
@given(st.text(max_size=20), st.sampled_from(["labelSelector", "fieldSelector", "continue", "limit"]))
def test_any_text_as_an_option_gets_an_answer(text: str, option: str) -> None:
    asked(server(), Request("list", "pods", "default", options={option: text}))


@pytest.mark.parametrize("verb", ["get", "list", "create", "update", "patch", "delete", "deletecollection", "fly"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_every_verb_answers_for_every_kind_without_a_body(verb: str, kind: Any) -> None:
    asked(server(), Request(verb, kind.resource, "default", "nothing"))
