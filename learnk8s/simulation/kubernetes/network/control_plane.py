"""The API server as pods reach it: at the endpoints of the Service `kubernetes`, by TLS, with the token that a request carries.

A command in a pod runs at one moment. Simplified: a watch tells it what there is and a followed log what was written so far; then the connection stays open, as long as the server's would, and brings nothing more.
"""

import json
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from learnk8s.simulation.kubernetes.apiserver.server import ApiServer
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.wire.call import Acting, Call, Following, Reply, Watching
from learnk8s.simulation.kubernetes.apiserver.wire.door import answered
from learnk8s.simulation.kubernetes.apiserver.wire.watch import Watcher, expired
from learnk8s.simulation.kubernetes.network.origin import Ask

PORT = 6443
ANONYMOUS, NOBODY = "system:anonymous", ("system:unauthenticated",)
PLAIN = "Client sent an HTTP request to an HTTPS server.\n"
STREAM_S = 1_800
"""How long a watch is kept for which the client says no time. Models --min-request-timeout of apiserver/pkg/server/options (1.36); a real server adds up to as much again by chance."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Status and body of an answer, and for how long the connection stays open after it."""

    status: int
    body: str
    lasts_ms: int = 0


def asked(api: ApiServer, ask: Ask, *, acts: bool) -> Answered:
    """Return the API server's answer; without `acts` nothing may be changed."""
    if ask.scheme != "https":
        return Answered(400, PLAIN)
    call = _call(ask, acts=acts)
    if ask.method not in ("GET", "HEAD") and not acts:
        return Answered(405, "")
    if call is None:
        return Answered(401, _pretty({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": "Unauthorized", "reason": "Unauthorized", "code": 401}))
    return carried(api, call)


def carried(api: ApiServer, call: Call) -> Answered:
    """Return the answer to a request as far as a client can have it that runs at one moment."""
    reply = answered(api, call)
    if isinstance(reply, Watching):
        return _watched(api, reply)
    if isinstance(reply, Following):
        so_far = answered(api, replace(call, query={key: value for key, value in call.query.items() if key != "follow"}))
        assert isinstance(so_far, Reply), "a log that is not followed is read at once"
        return Answered(so_far.code, so_far.text if so_far.doc is None else _pretty(so_far.doc), STREAM_S * 1000 if so_far.code == 200 and _goes_on(api, reply) else 0)
    if isinstance(reply, Acting):
        return Answered(405, "")
    return Answered(reply.code, reply.text if reply.doc is None else _pretty(reply.doc))


def _watched(api: ApiServer, watching: Watching) -> Answered:
    """Return the events that a watch begins with. Which changes came before is no part of the world's state: a watch from an older version is told that it is too old."""
    version = watching.options.get("resourceVersion", "")
    if version.isdigit() and 0 < int(version) < api.store.revision:
        return Answered(200, json.dumps({"type": "ERROR", "object": expired(int(version), api.store.revision).status}, separators=(",", ":")) + "\n")
    try:
        lines = Watcher(api, watching).take()
    except ApiError as error:
        return Answered(error.code, _pretty(error.status))
    seconds = watching.options.get("timeoutSeconds", "")
    return Answered(200, b"".join(lines).decode(), (int(seconds) if seconds.isdigit() and len(seconds) < 6 and int(seconds) else STREAM_S) * 1000)


def _goes_on(api: ApiServer, following: Following) -> bool:
    pod = api.store.get("pods", following.namespace, following.name) or {}
    return bool(any("running" in (entry.get("state") or {}) for entry in pod.get("status", {}).get("containerStatuses") or ()))


def _call(ask: Ask, *, acts: bool) -> Call | None:
    """Return the request, or None for a token that cannot be one."""
    path, _, query = ask.path.partition("?")
    headers = dict(ask.headers)
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip().count(".") != 2:
        return None
    return Call(ask.method, path or "/", dict(parse_qsl(query, keep_blank_values=True)), headers.get("accept", ""), headers.get("content-type", "application/json"), ask.body, ANONYMOUS, NOBODY, token=token.strip(), acts=acts)


def _pretty(doc: object) -> str:
    return json.dumps(doc, ensure_ascii=False, indent=2)
