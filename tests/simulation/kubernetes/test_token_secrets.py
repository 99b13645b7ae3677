"""Secrets that hold a service account's token."""

from base64 import b64decode

from learnk8s.simulation.kubernetes.apiserver.tokens import user_of

from .driving import new_cluster, wait


def _secret(account: str) -> dict[str, object]:
    return {"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/service-account-token", "metadata": {"name": "tok", "namespace": "default", "annotations": {"kubernetes.io/service-account.name": account}}}


def test_a_secret_that_names_an_account_gets_its_token_and_goes_with_it() -> None:
    cluster = new_cluster()
    cluster.api.create("secrets", _secret("default"))
    wait(cluster, 1_000)
    found = cluster.store.get("secrets", "default", "tok")
    assert found is not None
    token = b64decode(found["data"]["token"]).decode()
    assert (sorted(found["data"]), user_of(cluster.store, token)) == (["ca.crt", "namespace", "token"], ("system:serviceaccount:default:default", ("system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated")))
    cluster.api.delete("serviceaccounts", "default", "default")
    wait(cluster, 1_000)
    assert (cluster.store.get("secrets", "default", "tok"), user_of(cluster.store, token)) == (None, None)


def test_a_secret_that_names_nobody_is_deleted() -> None:
    cluster = new_cluster()
    cluster.api.create("secrets", _secret("nobody"))
    wait(cluster, 1_000)
    assert cluster.store.get("secrets", "default", "tok") is None
