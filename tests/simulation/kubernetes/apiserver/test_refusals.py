"""The words in which requests are refused: those recorded from a real 1.36 control plane."""

from typing import Any

import pytest

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kernel.causes import Causes
from learnk8s.simulation.kernel.dice import Dice
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.request import Request
from learnk8s.simulation.kubernetes.apiserver.server import ApiServer
from learnk8s.simulation.kubernetes.store.store import Store

JSON_PATCH = "application/json-patch+json"
POD_RULE = ("spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
            "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)")
ODD: dict[str, Any] = {"metadata": {"name": "odd"}, "spec": {"colour": "red", "containers": [{"name": "c", "image": "c:1", "imagePolicy": "Never"}]}}


@pytest.fixture
def api() -> ApiServer:
    server = ApiServer(Store(Clock(), Dice(1), Causes()))
    server.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}})
    server.handle(Request("create", "configmaps", "default", body={"metadata": {"name": "twice"}, "data": {"a": "two"}}))
    server.handle(Request("create", "pods", "default", body={"metadata": {"name": "odd"}, "spec": {"containers": [{"name": "c", "image": "c:1"}]}}))
    server.handle(Request("create", "services", "default", body={"metadata": {"name": "svc"}, "spec": {"clusterIP": "10.96.44.44", "ports": [{"port": 80}]}}))
    server.handle(Request("create", "services", "default", body={"metadata": {"name": "alias"}, "spec": {"type": "ExternalName", "externalName": "db.example.com"}}))
    server.handle(Request("create", "services", "default", body={"metadata": {"name": "headless"}, "spec": {"clusterIP": "None"}}))
    server.handle(Request("create", "deployments.apps", "default", body=deployment()))
    return server


def deployment(**spec: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "web:1"}]}}
    return {"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template, **spec}}


def refusal(api: ApiServer, request: Request) -> ApiError:
    before = api.store.dump()
    with pytest.raises(ApiError) as caught:
        api.handle(request)
    assert api.store.dump() == before, "a refused request must change nothing"
    return caught.value


REFUSED = [
    pytest.param(Request("create", "pods", "default", body=ODD, options={"fieldValidation": "Strict"}), 400,
                 'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.colour", unknown field "spec.containers[0].imagePolicy"', id="unknown fields"),
    pytest.param(Request("create", "pods", "default", body={"metadata": {"name": "t", "labels": {"n": 5}}}), 400,
                 'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string', id="a number as a label"),
    pytest.param(Request("create", "deployments.apps", "default", body=deployment()), 409, 'deployments.apps "web" already exists', id="taken name"),
    pytest.param(Request("delete", "deployments.apps", "default", "shop"), 404, 'deployments.apps "shop" not found', id="absent"),
    pytest.param(Request("create", "pods", "nowhere", body=ODD), 404, 'namespaces "nowhere" not found', id="absent namespace"),
    pytest.param(Request("patch", "services", "default", "svc", body={"spec": {"clusterIP": "10.96.44.45"}}), 422,
                 'Service "svc" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.44.45"]: may not change once set', id="another cluster IP"),
    pytest.param(Request("patch", "services", "default", "alias", body={"spec": {"type": "ClusterIP"}}), 422, 'Service "alias" is invalid: spec.ports: Required value', id="no ports"),
    pytest.param(Request("patch", "configmaps", "default", "twice", body="not json"), 400, "json: cannot unmarshal string into Go value of type map[string]interface {}", id="patch is a string"),
    pytest.param(Request("patch", "configmaps", "default", "twice", body=[{"op": "test", "path": "/data/a", "value": "zzz"}], options={"patchType": JSON_PATCH}), 422,
                 "the server rejected our request due to an error in our request", id="failed test"),
    pytest.param(Request("patch", "configmaps", "default", "twice", body=[{"op": "fly", "path": "/data/a"}], options={"patchType": JSON_PATCH}), 422,
                 "the server rejected our request due to an error in our request", id="unknown operation"),
    pytest.param(Request("patch", "pods", "default", "odd", body={"spec": {"colour": "red"}}, options={"fieldValidation": "Strict"}), 422,
                 ' "" is invalid: patch: Invalid value: "map[spec:map[colour:red]]": strict decoding error: unknown field "spec.colour"', id="unknown field in a patch"),
    pytest.param(Request("patch", "pods", "default", "odd", body={"spec": {"hostNetwork": True}}), 422, f'Pod "odd" is invalid: {POD_RULE}', id="another pod spec"),
    pytest.param(Request("list", "configmaps", "default", options={"labelSelector": "a=b=c"}), 400, "found '=', expected: ',' or 'end of string'", id="label selector"),
    pytest.param(Request("list", "configmaps", "default", options={"fieldSelector": "data.metal=au"}), 400,
                 '"data.metal" is not a known field selector: only "metadata.name", "metadata.namespace"', id="field selector"),
    pytest.param(Request("update", "deployments.apps", "default", "web", body={**deployment(), "metadata": {"name": "web", "resourceVersion": "1"}}), 409,
                 'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again', id="stale version"),
    pytest.param(Request("create", "deployments.apps", "default", body={**deployment(selector={"matchLabels": {"app": "other"}}), "metadata": {"name": "new"}}), 422,
                 'Deployment.apps "new" is invalid: spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`', id="selector"),
]


@pytest.mark.parametrize(("request_", "code", "message"), REFUSED)
def test_a_refused_request_reads_as_on_a_real_cluster(api: ApiServer, request_: Request, code: int, message: str) -> None:
    error = refusal(api, request_)
    assert (error.code, error.message.partition("\n@@")[0]) == (code, message)


def test_a_headless_service_may_not_get_an_address(api: ApiServer) -> None:
    causes = refusal(api, Request("patch", "services", "default", "headless", body={"spec": {"clusterIP": "10.96.7.7"}})).status["details"]["causes"]
    assert sorted(f"{cause['field']}: {cause['message']}" for cause in causes) == ['spec.clusterIPs[0]: Invalid value: ["10.96.7.7"]: may not change once set', "spec.ports: Required value"]


def test_unknown_fields_are_warned_of_and_dropped(api: ApiServer) -> None:
    response = api.handle(Request("create", "pods", "default", body={**ODD, "metadata": {"name": "even"}}))
    assert response.warnings == ('unknown field "spec.colour"', 'unknown field "spec.containers[0].imagePolicy"')
    assert "colour" not in response.doc["spec"]


@pytest.mark.parametrize("resource", ["pods", "services"])
def test_a_dry_run_shows_what_would_be_stored_and_stores_nothing(api: ApiServer, resource: str) -> None:
    body: dict[str, Any] = {"metadata": {"name": "dry"}, "spec": {"containers": [{"name": "c", "image": "c"}]} if resource == "pods" else {"ports": [{"port": 80}]}}
    shown = api.handle(Request("create", resource, "default", body=body, options={"dryRun": "All"})).doc
    assert shown["spec"].get("serviceAccountName" if resource == "pods" else "clusterIP")
    assert api.store.get(resource, "default", "dry") is None


@pytest.mark.parametrize(("patch", "why"), [
    ({"metadata": {"labels": "none"}}, "cannot restore map from string"), ({"spec": {"ports": "all"}}, "cannot restore slice from string"), ({"spec": {"sessionAffinityConfig": 3}}, "cannot restore struct from: int64"),
    ({"spec": {"publishNotReadyAddresses": "yes"}}, "unrecognized type: bool"), ({"spec": {"type": 3}}, "cannot convert int64 to v1.ServiceType"),
])
def test_a_strategic_patch_of_a_wrong_type_is_refused_by_the_converter(api: ApiServer, patch: dict[str, Any], why: str) -> None:
    asked = Request("patch", "services", "default", "svc", body=patch, options={"patchType": "application/strategic-merge-patch+json"})
    assert refusal(api, asked).message.endswith(f": {why}")


def test_the_version_is_checked_before_the_content(api: ApiServer) -> None:
    stale = {**deployment(selector={"matchLabels": {"app": "other"}}), "metadata": {"name": "web", "resourceVersion": "1"}}
    assert refusal(api, Request("update", "deployments.apps", "default", "web", body=stale)).code == 409


def test_version_zero_means_any_version(api: ApiServer) -> None:
    made = api.handle(Request("update", "configmaps", "default", "twice", body={"metadata": {"name": "twice", "resourceVersion": "0"}, "data": {"a": "three"}}))
    assert made.doc["data"] == {"a": "three"}


def test_some_kinds_are_replaced_only_at_a_version(api: ApiServer) -> None:
    budget = {"metadata": {"name": "b"}, "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}}
    api.handle(Request("create", "poddisruptionbudgets.policy", "default", body=budget))
    assert refusal(api, Request("update", "poddisruptionbudgets.policy", "default", "b", body=budget)).message == 'PodDisruptionBudget.policy "b" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update'


def test_a_subresource_that_a_kind_does_not_have_is_not_found(api: ApiServer) -> None:
    assert refusal(api, Request("get", "pods", "default", "odd", subresource="scale")).code == 404


@pytest.mark.parametrize(("name", "why"), [("system:node", ""), ("Lead", ""), ("..", "may not be '..'"), ("a/b", "may not contain '/'"), ("a%b", "may not contain '%'")])
def test_roles_have_names_that_are_no_dns_names(api: ApiServer, name: str, why: str) -> None:
    asked = Request("create", "roles.rbac.authorization.k8s.io", "default", body={"metadata": {"name": name}, "rules": []})
    assert (refusal(api, asked).message.endswith(why) if why else api.handle(asked).code == 201)


def test_empty_lists_and_maps_are_left_out_as_go_does(api: ApiServer) -> None:
    made = api.handle(Request("create", "configmaps", "default", body={"metadata": {"name": "e", "labels": {}, "annotations": {}}, "data": {}})).doc
    assert "data" not in made and not {"labels", "annotations"} & set(made["metadata"])
    role = api.handle(Request("create", "roles.rbac.authorization.k8s.io", "default", body={"metadata": {"name": "e"}, "rules": []})).doc
    assert role["rules"] == []
    pod = api.handle(Request("create", "pods", "default", body={"metadata": {"name": "e"}, "spec": {"containers": [{"name": "c", "image": "c:1", "env": [], "securityContext": {}}], "volumes": [{"name": "v", "emptyDir": {}}], "nodeSelector": {}}})).doc
    assert "env" not in pod["spec"]["containers"][0] and "nodeSelector" not in pod["spec"]
    assert pod["spec"]["containers"][0]["securityContext"] == {} and pod["spec"]["volumes"][0]["emptyDir"] == {}


def test_built_in_kinds_take_no_short_finalizers(api: ApiServer) -> None:
    asked = Request("create", "configmaps", "default", body={"metadata": {"name": "f", "finalizers": ["a/b", "mine"]}})
    assert refusal(api, asked).message.endswith('metadata.finalizers[1]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified')


def test_what_is_going_takes_no_more_finalizers(api: ApiServer) -> None:
    api.handle(Request("create", "configmaps", "default", body={"metadata": {"name": "f", "finalizers": ["a/b"]}}))
    api.handle(Request("delete", "configmaps", "default", "f"))
    asked = Request("update", "configmaps", "default", "f", body={"metadata": {"name": "f", "finalizers": ["a/b", "c/d"]}})
    assert refusal(api, asked).message.endswith('metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"c/d"}')


def test_a_flag_or_number_that_is_not_set_is_selected_by_its_zero_value(api: ApiServer) -> None:
    def names(resource: str, selector: str) -> list[str]:
        return [item["metadata"]["name"] for item in api.handle(Request("list", resource, options={"fieldSelector": selector})).doc["items"]]

    api.create("nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "open"}, "spec": {}})
    api.create("nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "shut"}, "spec": {"unschedulable": True}})
    assert names("nodes", "spec.unschedulable=false") == names("nodes", "spec.unschedulable!=true") == ["open"]
    assert names("nodes", "spec.unschedulable=true") == ["shut"]
    assert names("pods", "spec.hostNetwork=false,spec.nodeName=") == ["odd"]


def test_a_write_of_a_deployments_status_leaves_its_labels(api: ApiServer) -> None:
    old = api.handle(Request("get", "deployments.apps", "default", "web")).doc
    new = api.handle(Request("patch", "deployments.apps", "default", "web", "status", {"metadata": {"labels": {"a": "b"}, "annotations": {"c": "d"}}}, {"patchType": "application/merge-patch+json"})).doc
    assert (new["metadata"].get("labels"), new["metadata"]["annotations"]) == (old["metadata"].get("labels"), {"c": "d"})


def test_a_request_above_the_limit_that_a_limit_range_sets_is_refused(api: ApiServer) -> None:
    api.handle(Request("create", "limitranges", "default", body={"metadata": {"name": "l"}, "spec": {"limits": [{"type": "Container", "default": {"cpu": "500m"}, "defaultRequest": {"cpu": "100m"}}]}}))
    error = refusal(api, Request("create", "pods", "default", body={"metadata": {"name": "much"}, "spec": {"containers": [{"name": "c", "image": "c:1", "resources": {"requests": {"cpu": "600m"}}}]}}))
    assert (error.code, error.message) == (422, 'Pod "much" is invalid: spec.containers[0].resources.requests: Invalid value: "600m": must be less than or equal to cpu limit of 500m')
