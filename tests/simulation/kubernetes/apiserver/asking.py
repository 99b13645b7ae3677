"""Ask a cluster's API server as an HTTP client does."""

import json
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.wire.call import Call, Reply
from learnk8s.simulation.kubernetes.apiserver.wire.door import answered
from learnk8s.simulation.kubernetes.cluster import Cluster

MERGE, APPLY, JSON_PATCH, STRATEGIC = "application/merge-patch+json", "application/apply-patch+yaml", "application/json-patch+json", "application/strategic-merge-patch+json"


def ask(cluster: Cluster, method: str, path: str, body: Any = None, *, accept: str = "", content_type: str = "application/json", user: str = "", groups: tuple[str, ...] = (), **query: str) -> Reply:
    """Return the reply to a request; watches are asked for elsewhere."""
    who: dict[str, Any] = {"user": user, "groups": groups} if user else {}
    text = body if isinstance(body, str) else json.dumps(body) if body is not None else ""
    if method in ("POST", "PUT", "PATCH"):
        query = {"fieldManager": "test", **query}
    reply = answered(cluster.api, Call(method, path, query, accept, content_type, text, **who))
    assert isinstance(reply, Reply)
    return reply


def said(reply: Reply) -> tuple[int, str]:
    """Return code and message of a refusal."""
    return reply.code, (reply.doc or {}).get("message", reply.text)
