"""Who asks, and what proves it: tokens, reviews, certificates, rights that may be given away."""

from base64 import b64decode
from typing import Any

import pytest

from learnk8s.simulation.kubernetes.apiserver.wire.call import Call
from learnk8s.simulation.kubernetes.apiserver.wire.door import answered
from learnk8s.simulation.kubernetes.cluster import Cluster

from ..driving import new_cluster, wait
from .asking import MERGE, ask, said

ADA = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlJQld6Q0J4UUlCQURBY01Rd3dDZ1lEVlFRS0RBTmtaWFl4RERBS0JnTlZCQU1NQTJGa1lUQ0JuekFOQmdrcQpoa2lHOXcwQkFRRUZBQU9CalFBd2dZa0NnWUVBd1VtSXpmekZNdXc0djFEN0ZQc1VlSHdPa3lkMmxDTFJsWlF0CkR0bXVLSFZEaERuU0xOcDZnZHllVEpUSHpiNStZWlRRRHBwWFl3REVWZHQwYk05WTNFTlhHNDREc3ZnTTFEaWIKR3A0blhWbHYwY2k0SVFkaTJOeU1JdHNTckhDQTd3MmlZbExwWGp3dlhMKzBJdGZlRmFLczlHTUkrY25rdFVQYQpjQVZFdGk4Q0F3RUFBYUFBTUEwR0NTcUdTSWIzRFFFQkN3VUFBNEdCQUZ1MFV4eVQrTlJRQnl2UmRtYUNzTmlKCjdoakoycTgrV0NiSVZFME9XM2ZtNm55a2tiWldwZFVJSGZPcEZjZkVqSmkyanVlYjh3Y0hRYnQvVVljMDI5UHgKLzd3OGh6MGFlZEovaHMxZnRlWEhiTXUyNkNSaDMwYlE3aWhLUGUxblVLMjByZkJraElZN0hNTHdUeGtZTll1UQorR3JpK1ZQMjg1VkFLSHN1WnduagotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K"
NODE = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlJQmJ6Q0IyUUlCQURBd01SVXdFd1lEVlFRS0RBeHplWE4wWlcwNmJtOWtaWE14RnpBVkJnTlZCQU1NRG5ONQpjM1JsYlRwdWIyUmxPbTR4TUlHZk1BMEdDU3FHU0liM0RRRUJBUVVBQTRHTkFEQ0JpUUtCZ1FDZEtzMXZWZjlICnZNT3hoZGVUQjRuSy9tUWZzWiswZDFQTlZ1MDJpVFIrOE9iUjV2MlVHUmNpUFYyamFFcGJmRGJYYVl5WGFnQ2kKNVVud0JBVEVsTVZwMlI2eVJLbUlXd0phRDV5bEsrOTNiUDZjK2plMGVmN3Z5ZDJTd3I5OWNXdXJXYVhyZGY2eQpZWmtwRTl3OFB0ZnR3cEZZYnNvVG5CdFVxN2p2aVZiNEVRSURBUUFCb0FBd0RRWUpLb1pJaHZjTkFRRUxCUUFECmdZRUFZV3ArWTlKWlpMUnhmaTlheHMwMEFSOWEzYlg4UXl4elJ0TUh2bDNocjYvVFdweHR3dXk0c0dlSWZUQXAKQm9tYk5SSVN0S1V3aFUzMVlOS0xubDl0cEp6NDN0QzU3Y3R6bi94VmF4Tm1iVmJxUXJlcDNWSlVQM0ZLQkVpUQpNdzI2RUxiMFN3cy9KQkdkdlBWcUJBRFZhUmlkdjlQT2pGMFRWQmVrdTdtaEhEOD0KLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg=="
ACCOUNT = "/api/v1/namespaces/default/serviceaccounts/default"
REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
RBAC = "/apis/rbac.authorization.k8s.io/v1"


def token_of(cluster: Cluster, **spec: Any) -> str:
    found = ask(cluster, "POST", f"{ACCOUNT}/token", {"spec": spec})
    assert found.code == 201, found.doc
    return str(found.doc["status"]["token"])


def review(cluster: Cluster, token: str, **spec: Any) -> dict[str, Any]:
    return dict(ask(cluster, "POST", "/apis/authentication.k8s.io/v1/tokenreviews", {"spec": {"token": token, **spec}}).doc["status"])


def test_a_token_stands_for_its_account_until_it_expires() -> None:
    cluster = new_cluster()
    token = token_of(cluster, expirationSeconds=600)
    status = review(cluster, token)
    assert status["user"]["username"] == "system:serviceaccount:default:default"
    assert status["user"]["groups"] == ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"]
    assert status["audiences"] == ["https://kubernetes.default.svc.cluster.local"]
    wait(cluster, 601_000)
    assert review(cluster, token)["error"] == "[invalid bearer token, service account token has expired]"


def test_a_token_is_for_its_audience_its_account_and_its_cluster() -> None:
    cluster, other = new_cluster(), new_cluster(seed=2)
    token = token_of(cluster, audiences=["vault"])
    assert "authenticated" not in review(cluster, token)
    assert review(cluster, token, audiences=["vault", "x"])["audiences"] == ["vault"]
    assert "authenticated" not in review(other, token_of(cluster))
    head, body, mark = token_of(cluster).split(".")
    assert "authenticated" not in review(cluster, f"{head}.{body}x.{mark}")


def test_a_bearer_token_acts_with_the_rights_of_its_account() -> None:
    cluster = new_cluster()
    token = token_of(cluster)
    refused = answered(cluster.api, Call("GET", "/api/v1/pods", token=token))
    assert refused.code == 403
    assert 'User "system:serviceaccount:default:default" cannot list resource "pods"' in refused.doc["message"]
    assert answered(cluster.api, Call("GET", "/api/v1/pods", token="a.b.c")).code == 401


def test_a_token_that_would_not_live_ten_minutes_is_refused() -> None:
    code, message = said(ask(new_cluster(), "POST", f"{ACCOUNT}/token", {"spec": {"expirationSeconds": 10}}))
    assert code == 422
    assert "spec.expirationSeconds: Invalid value: 10: may not specify a duration less than 10 minutes" in message


def csr(cluster: Cluster, request: str = ADA, signer: str = "kubernetes.io/kube-apiserver-client", usages: tuple[str, ...] = ("client auth",), **who: Any) -> Any:
    return ask(cluster, "POST", REQUESTS, {"metadata": {"name": "r"}, "spec": {"request": request, "signerName": signer, "usages": list(usages), "username": "mallory"}}, **who)


def test_a_request_is_signed_once_it_is_approved() -> None:
    cluster = new_cluster()
    assert csr(cluster).doc["spec"]["username"] == "kubernetes-admin"
    found = ask(cluster, "GET", f"{REQUESTS}/r").doc
    found["status"] = {"conditions": [{"type": "Approved", "status": "True", "reason": "me", "message": "m"}]}
    assert said(ask(cluster, "PUT", f"{REQUESTS}/r/status", found))[0] == 422
    approved = ask(cluster, "PUT", f"{REQUESTS}/r/approval", found)
    assert approved.doc["status"]["conditions"][0]["lastUpdateTime"]
    wait(cluster, 100)
    certificate = b64decode(ask(cluster, "GET", f"{REQUESTS}/r").doc["status"]["certificate"]).decode()
    assert certificate.startswith("-----BEGIN CERTIFICATE-----\n")


def test_a_kubelets_own_request_is_approved_by_itself() -> None:
    cluster = new_cluster()
    csr(cluster, NODE, "kubernetes.io/kube-apiserver-client-kubelet", ("digital signature", "client auth"))
    wait(cluster, 100)
    status = ask(cluster, "GET", f"{REQUESTS}/r").doc["status"]
    assert status["conditions"][0]["reason"] == "AutoApproved"
    assert status["certificate"]


def test_a_signer_that_does_not_like_a_request_says_so() -> None:
    cluster = new_cluster()
    csr(cluster, usages=("server auth",))
    ask(cluster, "PATCH", f"{REQUESTS}/r/approval", {"status": {"conditions": [{"type": "Approved", "status": "True"}]}}, content_type=MERGE)
    wait(cluster, 100)
    assert [entry["type"] for entry in ask(cluster, "GET", f"{REQUESTS}/r").doc["status"]["conditions"]] == ["Approved", "Failed"]


def test_what_is_no_request_is_refused() -> None:
    code, message = said(csr(new_cluster(), "eA=="))
    assert (code, message) == (422, 'CertificateSigningRequest.certificates.k8s.io "r" is invalid: spec.request: Invalid value: "eA==": PEM block type must be CERTIFICATE REQUEST')


def test_a_review_says_by_which_binding_it_is_allowed() -> None:
    cluster = new_cluster()
    ask(cluster, "POST", f"{RBAC}/namespaces/default/rolebindings", {"metadata": {"name": "look"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}, "subjects": [{"kind": "User", "name": "ada", "apiGroup": "rbac.authorization.k8s.io"}]})
    attributes = {"verb": "get", "resource": "pods", "namespace": "default"}
    status = ask(cluster, "POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {"spec": {"user": "ada", "resourceAttributes": attributes}}).doc["status"]
    assert status == {"allowed": True, "reason": 'RBAC: allowed by RoleBinding "look/default" of ClusterRole "view" to User "ada"'}
    status = ask(cluster, "POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {"spec": {"user": "ada", "resourceAttributes": {**attributes, "verb": "delete"}}}).doc["status"]
    assert status == {"allowed": False}


@pytest.mark.parametrize("spec", [{}, {"resourceAttributes": {"verb": "get"}, "nonResourceAttributes": {"path": "/"}}])
def test_a_review_asks_for_one_thing(spec: dict[str, Any]) -> None:
    assert said(ask(new_cluster(), "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {"spec": spec}))[0] == 422


def test_nobody_gives_away_what_he_does_not_hold() -> None:
    cluster = new_cluster()
    ask(cluster, "POST", f"{RBAC}/clusterroles", {"metadata": {"name": "roles"}, "rules": [{"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles"], "verbs": ["create"]}]})
    ask(cluster, "POST", f"{RBAC}/clusterrolebindings", {"metadata": {"name": "roles"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "roles"}, "subjects": [{"kind": "User", "name": "ada"}]})
    role = {"metadata": {"name": "r"}, "rules": [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}]}
    code, message = said(ask(cluster, "POST", f"{RBAC}/namespaces/default/roles", role, user="ada", groups=("system:authenticated",)))
    assert code == 403
    assert message == 'roles.rbac.authorization.k8s.io "r" is forbidden: user "ada" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}'


def test_the_issuer_of_tokens_can_be_discovered() -> None:
    cluster = new_cluster()
    assert ask(cluster, "GET", "/.well-known/openid-configuration").doc["issuer"] == "https://kubernetes.default.svc.cluster.local"
    assert ask(cluster, "GET", "/openid/v1/jwks").doc["keys"][0]["kty"] == "RSA"


@pytest.mark.parametrize(("account", "pod", "volumes", "secrets"), [
    pytest.param({}, {}, 1, None, id="a token by default"),
    pytest.param({"automountServiceAccountToken": False}, {}, 0, None, id="the account gives none"),
    pytest.param({"automountServiceAccountToken": False}, {"automountServiceAccountToken": True}, 1, None, id="the pod has the last word"),
    pytest.param({"imagePullSecrets": [{"name": "hub"}]}, {}, 1, ["hub"], id="the account's pull secrets"),
    pytest.param({"imagePullSecrets": [{"name": "hub"}]}, {"imagePullSecrets": [{"name": "own"}]}, 1, ["own"], id="a pod with its own"),
])
def test_a_pod_gets_what_its_account_says(account: dict[str, Any], pod: dict[str, Any], volumes: int, secrets: list[str] | None) -> None:
    cluster = new_cluster()
    wait(cluster, 1_000)
    ask(cluster, "PATCH", ACCOUNT, account, content_type=MERGE)
    spec = ask(cluster, "POST", "/api/v1/namespaces/default/pods", {"metadata": {"name": "a"}, "spec": {"containers": [{"name": "a", "image": "nginx"}], **pod}}).doc["spec"]
    assert len(spec.get("volumes", ())) == volumes
    assert [secret["name"] for secret in spec["imagePullSecrets"]] == secrets if secrets else "imagePullSecrets" not in spec
