"""The API server as pods reach it: at the endpoints of the Service `kubernetes`, by TLS, with the token that a request carries. Simplified: watches and followed logs are not carried to pods."""

import json
from urllib.parse import parse_qsl

from learnk8s.simulation.kubernetes.apiserver.server import ApiServer
from learnk8s.simulation.kubernetes.apiserver.wire.call import Call, Reply
from learnk8s.simulation.kubernetes.apiserver.wire.door import answered
from learnk8s.simulation.kubernetes.network.origin import Ask

PORT = 6443
ANONYMOUS, NOBODY = "system:anonymous", ("system:unauthenticated",)
PLAIN = "Client sent an HTTP request to an HTTPS server.\n"
NOT_CARRIED = "learnk8s: watches and followed logs are not modelled for clients inside of pods\n"


def asked(api: ApiServer, ask: Ask, *, acts: bool) -> tuple[int, str]:
    """Return status and body of the API server's answer; without `acts` nothing may be changed."""
    if ask.scheme != "https":
        return 400, PLAIN
    path, _, query = ask.path.partition("?")
    headers = dict(ask.headers)
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if ask.method not in ("GET", "HEAD") and not acts:
        return 405, ""
    if scheme.lower() == "bearer" and token.strip().count(".") != 2:
        return 401, _pretty({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": "Unauthorized", "reason": "Unauthorized", "code": 401})
    call = Call(ask.method, path or "/", dict(parse_qsl(query, keep_blank_values=True)), headers.get("accept", ""), headers.get("content-type", "application/json"), ask.body, ANONYMOUS, NOBODY, token=token.strip(), acts=acts)
    reply = answered(api, call)
    if not isinstance(reply, Reply):
        return 501, NOT_CARRIED
    return reply.code, reply.text if reply.doc is None else _pretty(reply.doc)


def _pretty(doc: object) -> str:
    return json.dumps(doc, ensure_ascii=False, indent=2)
