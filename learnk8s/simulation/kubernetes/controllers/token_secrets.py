"""Secrets that hold a service account's token: filled in, and deleted with their account. Models pkg/controller/serviceaccount/tokens_controller.go (1.36)."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from learnk8s.simulation.kubernetes.apiserver import tokens
from learnk8s.simulation.kubernetes.control.intents import Delete, Intent, Update
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import own_key
from learnk8s.simulation.kubernetes.controllers.pods import is_terminating
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Change, Key, Store

ROOT_CA = "kube-root-ca.crt"


def _of_account(change: Change, store: Store) -> Iterable[Key]:
    metadata = change.new["metadata"]
    return [(metadata["namespace"], secret["metadata"]["name"]) for secret in store.list("secrets", metadata["namespace"])
            if secret.get("type") == tokens.SECRET_TYPE and (secret["metadata"].get("annotations") or {}).get(tokens.ACCOUNT) == metadata["name"]]


class TokenSecretController:
    """Writes token, certificate and namespace into the secrets that ask for them."""

    name = "serviceaccount-token-controller"
    watches: ClassVar[dict[str, Any]] = {"secrets": own_key, "serviceaccounts": _of_account}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return what a secret of a service account lacks, or its end."""
        secret = view.store.get("secrets", *key)
        if secret is None or secret.get("type") != tokens.SECRET_TYPE or is_terminating(secret):
            return ()
        because = ("serviceaccount-controller.furnished", "ref", f"Secret/{key[0]}/{key[1]}")
        notes = secret["metadata"].get("annotations") or {}
        account = view.store.get("serviceaccounts", key[0], notes.get(tokens.ACCOUNT, ""))
        if account is None or notes.get(tokens.ACCOUNT_UID) not in (None, "", account["metadata"]["uid"]):
            return [Delete("secrets", secret, because)]
        data = {**_contents(view.store, secret, account), **(secret.get("data") or {})}
        if data == secret.get("data") and notes.get(tokens.ACCOUNT_UID):
            return ()
        metadata = {**secret["metadata"], "annotations": {**notes, tokens.ACCOUNT_UID: account["metadata"]["uid"]}}
        return [Update("secrets", {**secret, "metadata": metadata, "data": data}, because)]


def _contents(store: Store, secret: Doc, account: Doc) -> Doc:
    namespace = secret["metadata"]["namespace"]
    root = store.get("configmaps", namespace, ROOT_CA)
    certificate = {"ca.crt": root["data"]["ca.crt"]} if root is not None and root.get("data") else {}
    return {key: b64encode(value.encode()).decode() for key, value in {**certificate, "namespace": namespace, "token": tokens.of_secret(account, secret)}.items()}
