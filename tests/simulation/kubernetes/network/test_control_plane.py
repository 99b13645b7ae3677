"""The API server, asked from inside of pods, with the tokens that are mounted there."""

import json

import pytest

from tests.simulation.kubernetes.apiserver.asking import ask
from tests.simulation.kubernetes.driving import new_cluster, pod_of, reloaded, wait

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"
FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount"
CURL = f'curl -s --cacert {FOLDER}/ca.crt -H "Authorization: Bearer $(cat {FOLDER}/token)" https://kubernetes.default.svc'


def admitted(name, **spec):
    """Return a pod as clients make it, so that it gets a token."""
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": [{"name": "c", "image": AGNHOST, "args": ["pause"], **spec.pop("container", {})}], **spec}}


@pytest.fixture
def cluster():
    cluster = new_cluster()
    wait(cluster, 2_000)
    assert ask(cluster, "POST", "/api/v1/namespaces/default/pods", admitted("p")).code == 201
    wait(cluster, 10_000)
    return cluster


def told(cluster, line):
    return cluster.inside.exec("default", "p", "", ["sh", "-c", line])


def test_a_pod_reads_what_its_account_may_read(cluster):
    refused = json.loads(told(cluster, f"{CURL}/api/v1/namespaces/default/pods").stdout)
    assert (refused["code"], refused["message"]) == (403, 'pods is forbidden: User "system:serviceaccount:default:default" cannot list resource "pods" in API group "" in the namespace "default"')
    binding = {"metadata": {"name": "b"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "edit"}, "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": "default"}]}
    assert ask(cluster, "POST", "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", binding).code == 201
    found = json.loads(told(cluster, f"{CURL}/api/v1/namespaces/default/pods").stdout)
    assert [item["metadata"]["name"] for item in found["items"]] == ["p"]
    made = told(cluster, f"{CURL}/api/v1/namespaces/default/configmaps -X POST -H 'Content-Type: application/json' -d '{{\"metadata\":{{\"name\":\"made\"}}}}'")
    assert json.loads(made.stdout)["metadata"]["name"] == "made" and cluster.store.get("configmaps", "default", "made") is not None


@pytest.mark.parametrize(("line", "status", "said"), [("curl -sk https://kubernetes.default/api/v1/pods", 0, '"code": 403'), ("curl -s https://kubernetes.default/version", 60, ""), ("curl -s http://kubernetes.default:443/version", 0, "Client sent an HTTP request"), ("nc -vz kubernetes.default 443", 0, "")])
def test_who_says_nothing_of_himself_gets_little(cluster, line, status, said):
    found = told(cluster, line)
    assert found.status == status and said in found.stdout


def test_the_mounted_token_is_the_accounts_and_is_made_anew_in_time(cluster):
    token = told(cluster, f"cat {FOLDER}/token").stdout
    review = ask(cluster, "POST", "/apis/authentication.k8s.io/v1/tokenreviews", {"kind": "TokenReview", "apiVersion": "authentication.k8s.io/v1", "spec": {"token": token}}).doc["status"]
    assert review["authenticated"] and review["user"]["username"] == "system:serviceaccount:default:default"
    assert review["user"]["extra"]["authentication.kubernetes.io/pod-name"] == ["p"]
    assert told(reloaded(cluster), f"cat {FOLDER}/token").stdout == token
    wait(cluster, 3_000_000)
    assert told(cluster, f"cat {FOLDER}/token").stdout != token


@pytest.mark.parametrize(("audience", "phase"), [("oidc", "Succeeded"), ("other", "Failed")])
def test_an_outsider_checks_a_token_by_what_its_issuer_publishes(cluster, audience, phase):
    volume = {"name": "t", "projected": {"sources": [{"serviceAccountToken": {"path": "token", "expirationSeconds": 7200, "audience": "oidc"}}]}}
    checker = {"args": ["test-service-account-issuer-discovery", "--token-path", "/tokens/token", "--audience", audience], "volumeMounts": [{"name": "t", "mountPath": "/tokens"}]}
    assert ask(cluster, "POST", "/api/v1/namespaces/default/pods", admitted("checker", container=checker, volumes=[volume], restartPolicy="Never")).code == 201
    wait(cluster, 10_000)
    assert pod_of(cluster, "checker")["status"]["phase"] == phase, cluster.inside.logs("default", "checker")


@pytest.mark.parametrize(
    ("path", "flags", "took_ms", "status", "begins", "ends"),
    [
        pytest.param("pods?watch=1&timeoutSeconds=3", "", 3_000, 0, '{"type":"ADDED"', "", id="as long as it asks for"),
        pytest.param("pods?watch=1&timeoutSeconds=30", "-S -m 2", 2_000, 28, '{"type":"ADDED"', "curl: (28) Operation timed out after 2001 milliseconds with", id="as long as the client waits"),
        pytest.param("pods?watch=1", "", 1_800_000, 0, '{"type":"ADDED"', "", id="as long as the server keeps it"),
        pytest.param("pods?watch=1&resourceVersion=1", "", 0, 0, '{"type":"ERROR"', "", id="from a version that is gone"),
        pytest.param("pods/p/log?follow=true", "-m 4 -S", 4_000, 28, "Paused", "curl: (28) Operation timed out after 4001 milliseconds with 7 bytes received", id="a log that is followed"),
    ],
)
def test_a_watch_tells_a_pod_what_there_is_and_then_stays_open(cluster, path, flags, took_ms, status, begins, ends):
    binding = {"metadata": {"name": "b"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}, "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": "default"}]}
    assert ask(cluster, "POST", "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", binding).code == 201
    found = told(cluster, f"{CURL}'/api/v1/namespaces/default/{path}' {flags}")
    assert (found.took_ms, found.status) == (took_ms, status)
    assert found.stdout.startswith(begins) and ends in found.stderr
    if took_ms and begins:
        assert found.moments[0][0] == 0 and found.moments[0][1] == len(found.stdout), "what there is comes at once"
