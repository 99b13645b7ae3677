"""Admission by policies and webhooks: who is refused, who is warned, what is changed, in the words of Kubernetes."""

from typing import Any

import pytest

from learnk8s.simulation.kubernetes.cluster import Cluster

from ..driving import new_cluster, wait
from .asking import ask, said

GROUP = "/apis/admissionregistration.k8s.io/v1"
MAPS, DEPLOYMENTS = "/api/v1/namespaces/default/configmaps", "/apis/apps/v1/namespaces/default/deployments"
EVERY_MAP = {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE", "DELETE"], "resources": ["configmaps"]}]}


def policy(cluster: Cluster, *validations: dict[str, Any], actions: tuple[str, ...] = ("Deny",), binding: dict[str, Any] | None = None, match: Any = None, **spec: Any) -> None:
    body = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "p"}, "spec": {"matchConstraints": match or EVERY_MAP, "validations": list(validations), **spec}}
    reply = ask(cluster, "POST", f"{GROUP}/validatingadmissionpolicies", body)
    assert reply.code == 201, reply.doc
    bound = {"metadata": {"name": "b"}, "spec": {"policyName": "p", "validationActions": list(actions), **(binding or {})}}
    reply = ask(cluster, "POST", f"{GROUP}/validatingadmissionpolicybindings", bound)
    assert reply.code == 201, reply.doc


def config_map(name: str = "a", **data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def test_a_policy_refuses_with_the_failed_expression() -> None:
    cluster = new_cluster()
    policy(cluster, {"expression": "has(object.data) && 'owner' in object.data"})
    reply = ask(cluster, "POST", MAPS, config_map())
    assert said(reply) == (422, "configmaps \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed expression: has(object.data) && 'owner' in object.data")
    assert reply.doc["reason"] == "Invalid"
    assert ask(cluster, "POST", MAPS, config_map(owner="ann")).code == 201


@pytest.mark.parametrize(("validation", "code", "end"), [
    ({"expression": "false", "message": "not today"}, 422, "denied request: not today"), ({"expression": "false", "messageExpression": "'no ' + object.metadata.name"}, 422, "denied request: no a"),
    ({"expression": "false", "reason": "Forbidden"}, 403, "failed expression: false"), ({"expression": "object.data.zz == ''"}, 422, "expression 'object.data.zz == ''' resulted in error: no such key: zz"),
    ({"expression": "request.userInfo.username == 'ada'"}, 422, "failed expression: request.userInfo.username == 'ada'"), ({"expression": "namespaceObject.metadata.name != 'default'"}, 422, "failed expression: namespaceObject.metadata.name != 'default'"),
    ({"expression": "variables.n < 2"}, 422, "failed expression: variables.n < 2"), ({"expression": "!authorizer.group('').resource('secrets').namespace('default').check('get').allowed()"}, 422, "check('get').allowed()"),
])
def test_a_refusal_says_what_its_policy_says(validation: dict[str, Any], code: int, end: str) -> None:
    cluster = new_cluster()
    policy(cluster, validation, variables=[{"name": "n", "expression": "size(object.data) + 1"}])
    found = said(ask(cluster, "POST", MAPS, config_map(k="v")))
    assert found[0] == code
    assert found[1].endswith(end)


def test_a_warning_lets_the_request_pass() -> None:
    cluster = new_cluster()
    policy(cluster, {"expression": "false", "message": "careful"}, actions=("Warn", "Audit"))
    reply = ask(cluster, "POST", MAPS, config_map())
    assert (reply.code, reply.warnings) == (201, ("Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': careful",))


def test_updates_and_deletes_see_what_was() -> None:
    cluster = new_cluster()
    ask(cluster, "POST", MAPS, config_map(k="1"))
    policy(cluster, {"expression": "request.operation == 'DELETE' ? !('keep' in oldObject.data) : object.data.k == oldObject.data.k"})
    assert ask(cluster, "PUT", f"{MAPS}/a", config_map(k="2")).code == 422
    assert ask(cluster, "PUT", f"{MAPS}/a", config_map(k="1", keep="")).code == 200
    assert ask(cluster, "DELETE", f"{MAPS}/a").code == 422


def test_parameters_come_from_objects() -> None:
    cluster = new_cluster()
    policy(cluster, {"expression": "size(object.data) <= int(params.data.most)"}, paramKind={"apiVersion": "v1", "kind": "ConfigMap"}, binding={"paramRef": {"name": "limits", "namespace": "kube-system", "parameterNotFoundAction": "Deny"}})
    assert "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction" in said(ask(cluster, "POST", MAPS, config_map()))[1]
    limits = {**config_map("limits", most="1"), "metadata": {"name": "limits", "namespace": "kube-system", "uid": "u", "creationTimestamp": cluster.clock.timestamp()}}
    cluster.store.put("configmaps", limits)
    assert ask(cluster, "POST", MAPS, config_map(x="1")).code == 201
    assert ask(cluster, "POST", MAPS, config_map("b", x="1", y="2")).code == 422


def test_what_controllers_make_is_admitted_too() -> None:
    cluster = new_cluster()
    pods = {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]}
    policy(cluster, {"expression": "has(object.metadata.labels.team)"}, match=pods)
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "nginx"}]}}
    ask(cluster, "POST", DEPLOYMENTS, {"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template}})
    wait(cluster, 1_000)
    assert not cluster.store.count("pods")
    assert any(record.reason == "FailedCreate" and "ValidatingAdmissionPolicy 'p'" in record.message for record in cluster.store.events.all())


def test_expressions_are_checked_against_the_kinds_they_speak_of() -> None:
    cluster = new_cluster()
    match = {"resourceRules": [{"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["deployments"]}]}
    policy(cluster, {"expression": "object.spec.replicas > '1'", "messageExpression": "'wants replicas > 1, got ' + object.spec.replicas"}, match=match)
    wait(cluster, 100)
    found = ask(cluster, "GET", f"{GROUP}/validatingadmissionpolicies/p").doc["status"]["typeChecking"]["expressionWarnings"]
    assert [entry["fieldRef"] for entry in found] == ["spec.validations[0].expression", "spec.validations[0].messageExpression"]
    assert found[0]["warning"].startswith("apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_>_' applied to '(int, string)'")


@pytest.mark.parametrize(("spec", "complaint"), [
    ({"validations": [{"expression": "object."}], "matchConstraints": EVERY_MAP}, "spec.validations[0].expression: Invalid value: \"object.\": compilation failed: ERROR: <input>:1:8: Syntax error"),
    ({"validations": [{"expression": "zz"}], "matchConstraints": EVERY_MAP}, "undeclared reference to 'zz'"), ({"validations": [{"expression": "1"}], "matchConstraints": EVERY_MAP}, "must evaluate to bool"), ({"validations": [{"expression": "true"}]}, "spec.matchConstraints: Required value"),
])
def test_a_policy_that_is_none_is_refused(spec: dict[str, Any], complaint: str) -> None:
    code, message = said(ask(new_cluster(), "POST", f"{GROUP}/validatingadmissionpolicies", {"metadata": {"name": "p"}, "spec": spec}))
    assert code == 422
    assert complaint in message


@pytest.mark.parametrize("mutation", [
    {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{metadata: Object.metadata{labels: {'team': 'a'}}}"}},
    {"patchType": "JSONPatch", "jsonPatch": {"expression": "[JSONPatch{op: 'add', path: '/metadata/labels', value: {'team': 'a'}}]"}},
])
def test_a_mutating_policy_changes_what_is_stored(mutation: dict[str, Any]) -> None:
    cluster = new_cluster()
    body = {"metadata": {"name": "m"}, "spec": {"matchConstraints": EVERY_MAP, "reinvocationPolicy": "Never", "mutations": [mutation]}}
    assert ask(cluster, "POST", f"{GROUP}/mutatingadmissionpolicies", body).code == 201
    ask(cluster, "POST", f"{GROUP}/mutatingadmissionpolicybindings", {"metadata": {"name": "mb"}, "spec": {"policyName": "m"}})
    assert ask(cluster, "POST", MAPS, config_map(k="v")).doc["metadata"]["labels"] == {"team": "a"}


@pytest.mark.parametrize(("failure", "code"), [("Fail", 500), ("Ignore", 201)])
def test_a_webhook_that_cannot_be_reached_fails_or_is_ignored(failure: str, code: int) -> None:
    cluster = new_cluster()
    hook = {"name": "check.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"], "failurePolicy": failure, "rules": [EVERY_MAP["resourceRules"][0]], "clientConfig": {"service": {"name": "hook", "namespace": "default", "path": "/check"}}}
    assert ask(cluster, "POST", f"{GROUP}/validatingwebhookconfigurations", {"metadata": {"name": "w"}, "webhooks": [hook]}).code == 201
    reply = ask(cluster, "POST", MAPS, config_map())
    assert reply.code == code
    if code == 500:
        assert said(reply)[1] == 'Internal error occurred: failed calling webhook "check.example.com": failed to call webhook: Post "https://hook.default.svc:443/check?timeout=10s": service "hook" not found'


def hooked(cluster: Cluster, path: str, *, kind: str = "validating", **more: Any) -> int:
    """Register a webhook that a pod of the cluster answers."""
    hook = {"name": "check.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"], "rules": [EVERY_MAP["resourceRules"][0]], "clientConfig": {"caBundle": "eA==", "service": {"name": "hook", "namespace": "default", "path": path}}, **more}
    return ask(cluster, "POST", f"{GROUP}/{kind}webhookconfigurations", {"metadata": {"name": "w"}, "webhooks": [hook]}).code


def with_server() -> Cluster:
    """Return a cluster in which a pod answers reviews behind the Service `hook`."""
    cluster = new_cluster()
    ask(cluster, "POST", "/api/v1/namespaces/default/services", {"metadata": {"name": "hook"}, "spec": {"selector": {"app": "hook"}, "ports": [{"port": 443}]}})
    ask(cluster, "POST", "/api/v1/namespaces/default/pods", {"metadata": {"name": "hook", "labels": {"app": "hook"}}, "spec": {"containers": [{"name": "hook", "image": "registry.k8s.io/e2e-test-images/agnhost:2.57", "args": ["webhook"]}]}})
    wait(cluster, 60_000)
    pod = cluster.store.get("pods", "default", "hook")
    assert pod is not None
    status = {**pod["status"], "conditions": [{"type": "Ready", "status": "True"}]}
    cluster.store.put("pods", {**pod, "status": status, "metadata": dict(pod["metadata"])})
    return cluster


def test_a_webhook_in_the_cluster_says_no() -> None:
    cluster = with_server()
    assert hooked(cluster, "/configmaps") == 201
    assert said(ask(cluster, "POST", MAPS, config_map(**{"webhook-e2e-test": "webhook-disallow"}))) == (400, 'admission webhook "check.example.com" denied the request: the configmap contains unwanted key and value')
    assert ask(cluster, "POST", MAPS, config_map()).code == 201


def test_a_webhook_in_the_cluster_changes_what_is_stored() -> None:
    cluster = with_server()
    hooked(cluster, "/mutating-configmaps", kind="mutating")
    assert ask(cluster, "POST", MAPS, config_map(**{"mutation-start": "yes"})).doc["data"] == {"mutation-start": "yes", "mutation-stage-1": "yes"}


@pytest.mark.parametrize(("more", "end"), [({"timeoutSeconds": 1}, "context deadline exceeded"), ({"clientConfig": {"service": {"name": "hook", "namespace": "default"}}}, "certificate signed by unknown authority")])
def test_a_webhook_that_is_slow_or_not_trusted_has_not_answered(more: dict[str, Any], end: str) -> None:
    cluster = with_server()
    hooked(cluster, "/always-allow-delay-5s", **more)
    code, message = said(ask(cluster, "POST", MAPS, config_map()))
    assert (code, message.endswith(end)) == (500, True)
