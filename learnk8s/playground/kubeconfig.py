"""The kubeconfig of a sandbox: where its API is. The token is in the address, so the user part is empty."""

from pathlib import Path

from django.conf import settings

from learnk8s.playground.models import Sandbox

NAME = "learnk8s"
USER = "kubernetes-admin"


def address(sandbox: Sandbox, server: str) -> str:
    """Return the address of a sandbox's API on a server."""
    return f"{server.rstrip('/')}/k8s/{sandbox.api_token}"


def text(sandbox: Sandbox, server: str) -> str:
    """Return the file."""
    return f"""\
apiVersion: v1
kind: Config
clusters:
- name: {NAME}
  cluster:
    server: {address(sandbox, server)}
users:
- name: {USER}
  user: {{}}
contexts:
- name: {NAME}
  context:
    cluster: {NAME}
    user: {USER}
    namespace: default
current-context: {NAME}
"""


def path_of(sandbox_id: str) -> Path:
    """Return where the commands keep a sandbox's file."""
    return Path(settings.VAR) / "kubeconfigs" / f"{sandbox_id}.yaml"


def written(sandbox: Sandbox, server: str) -> Path:
    """Write the file for its owner alone and return its path."""
    path = path_of(sandbox.id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text(sandbox, server), encoding="utf-8")
    return path
