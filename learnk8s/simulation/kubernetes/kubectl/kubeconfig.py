"""The kubeconfig of the terminal: clusters, users, contexts. It is kept with the terminal's state; `~/.kube/config` is its text.

One cluster can be reached. A context that names another one cannot be used, and says so as kubectl does.
"""

import json
from base64 import b64decode, urlsafe_b64decode
from collections.abc import Callable, Mapping
from typing import Any

from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kubernetes.apiserver.certificates import signing

SERVER = "https://192.168.49.2:8443"
NAME, USER = "learnk8s", "kubernetes-admin"
Config = dict[str, Any]
KEPT = "config"
"""The key under which a changed file is kept in the terminal's context."""


def fresh(namespace: str = "default") -> Config:
    """Return the file that a new terminal has."""
    context = {"cluster": NAME, "namespace": namespace, "user": USER} if namespace else {"cluster": NAME, "user": USER}
    return {"apiVersion": "v1", "kind": "Config", "clusters": [{"cluster": {"server": SERVER}, "name": NAME}], "contexts": [{"context": context, "name": NAME}], "current-context": NAME, "users": [{"name": USER, "user": {}}]}


def load(context: Mapping[str, str]) -> Config:
    """Return the kubeconfig as it is."""
    found: Config = json.loads(context[KEPT]) if context.get(KEPT) else fresh(context.get("namespace", "default"))
    return found


def save(context: dict[str, str], config: Config) -> None:
    """Keep a changed kubeconfig, and the namespace that its current context means."""
    context[KEPT] = json.dumps(config)
    context["namespace"] = str(current(config).get("namespace") or "default")


def entry(config: Config, part: str, name: str) -> dict[str, Any] | None:
    """Return an entry of `clusters`, `users` or `contexts` by name, or None."""
    return next((item for item in config.get(part) or () if item["name"] == name), None)


def current(config: Config) -> dict[str, Any]:
    """Return the current context's cluster, user and namespace."""
    found = entry(config, "contexts", config.get("current-context", ""))
    return dict(found["context"]) if found else {}


NOBODY = ("system:anonymous", ("system:unauthenticated",))


def user_of(context: Mapping[str, str], name: str = "", *, read: Callable[[str], str | None] = lambda path: None, now_ms: int = 0) -> tuple[str, tuple[str, ...]] | None:
    """Return whom a user of the file is for the server, or None for the administrator; `read` reads a certificate's file."""
    if not context.get(KEPT):
        return None
    config = load(context)
    found = entry(config, "users", name or current(config).get("user", ""))
    user = (found or {}).get("user") or {}
    if user.get("token"):
        return token_user(str(user["token"]))
    if user.get("as"):
        return str(user["as"]), ("system:authenticated",)
    if user.get("client-certificate") or user.get("client-certificate-data"):
        who = signing.holder(_certificate(user, read), now_ms)
        return (who[0], (*who[1], "system:authenticated")) if who else NOBODY
    return None


def _certificate(user: Mapping[str, Any], read: Callable[[str], str | None]) -> str:
    try:
        return b64decode(str(user["client-certificate-data"])).decode() if user.get("client-certificate-data") else read(str(user["client-certificate"])) or ""
    except ValueError:
        return ""


def token_user(token: str) -> tuple[str, tuple[str, ...]]:
    """Return whom a service account's token stands for; nobody for another token."""
    try:
        payload = token.split(".")[1]
        subject = str(json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"])
        _system, _kind, namespace, _name = subject.split(":")
    except (IndexError, KeyError, ValueError):
        return NOBODY
    return subject, ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated")


def written(config: Config) -> str:
    """Return the file's text."""
    return yaml.written(config)
