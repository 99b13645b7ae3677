"""The cluster's API for real clients, at /k8s/<token>/: bytes in, bytes out; what they mean is the simulation's affair.

The token in the path is the capability: kubectl sends no credentials over plain http. Every answer is JSON in Kubernetes' shapes, also for what Django
would refuse with a page.
"""

import json
import re
import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt

from learnk8s.playground import actions, live, queries, streams
from learnk8s.playground.models import Sandbox
from learnk8s.playground.upgraded import door as upgraded
from learnk8s.playground.wall_time import shifted, wall_shift_s
from learnk8s.simulation.kernel import crashes
from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.request import ADMIN_GROUPS
from learnk8s.simulation.kubernetes.apiserver.wire.call import JSON, Acting, Call, Following, Reply, Watching
from learnk8s.simulation.kubernetes.apiserver.wire.door import BODY_BYTES_MAX, answered
from learnk8s.simulation.kubernetes.apiserver.wire.watch import Watcher
from learnk8s.simulation.kubernetes.objects.protobuf import BadProtobuf, document_of

PROTOBUF = "application/vnd.kubernetes.protobuf"
READS = ("GET", "HEAD", "OPTIONS")
EXTRA = "Impersonate-Extra-"
BETWEEN_LINES = r"(?<=[^,]),"
"""Header lines of one name reach us joined by commas. A name may begin with commas of its own, but an empty name is none, so a comma after another belongs to what follows.

Differs: a comma within a name ends it."""
FAILURES = 400
"""A Status with this code or more may say when to ask again, which client-go then does by itself. Models apiserver/pkg/endpoints/handlers/responsewriters/writers.go (1.36)."""


@csrf_exempt
@login_not_required
def door(request: HttpRequest, token: str, path: str) -> HttpResponseBase:
    """Answer one request of a client of the cluster."""
    sandbox = queries.sandbox_of_api(token)
    if sandbox is None or sandbox.world != "kubernetes":
        return _status(ApiError(401, "Unauthorized", "Unauthorized"))
    sandbox = actions.looked_at(sandbox)
    shift_s = wall_shift_s(sandbox, is_compared="dryRun" in request.GET or path.startswith("openapi"))
    try:
        call = _call(request, path, shift_s)
        with override("en"):
            if upgraded.kind_of(request):
                return upgraded.conversed(request, sandbox, call, _socket(request.META), shift_s)
            return _response(actions.request(sandbox, call), shift_s, is_pretty=_is_for_people(request)) if call.method not in READS else _read(request, sandbox, call, shift_s)
    except ApiError as error:
        return _response(Reply(error.code, error.status), is_pretty=_is_for_people(request))
    except (actions.Refused, LimitExceeded) as refused:
        return _status(ApiError(403, "Forbidden", str(refused)))
    except Exception as failure:
        if not crashes.noted("the API", f"{request.method} {path}"):
            raise
        return _status(ApiError(500, "InternalError", f"Internal error occurred: {failure}"))


def _call(request: HttpRequest, path: str, shift_s: int) -> Call:
    try:
        raw = request.body
    except RequestDataTooBig:
        raise _too_large() from None
    if len(raw) > BODY_BYTES_MAX:
        raise _too_large()
    content_type = request.headers.get("Content-Type", "")
    body = shifted(_text(raw, content_type).encode(), -shift_s).decode()
    content_type = JSON if PROTOBUF in content_type else content_type
    values = parse_qs(request.META.get("QUERY_STRING", ""), keep_blank_values=True)
    query = {key: found[-1] for key, found in values.items() if key != "command"}
    if request.method in ("POST", "PUT", "PATCH") and not query.get("fieldManager"):
        query["fieldManager"] = request.headers.get("User-Agent", "").partition("/")[0][:128] or "unknown"
    who = _impersonated(request)
    return Call(request.method or "GET", f"/{path}", query, request.headers.get("Accept", ""), content_type, body, commands=tuple(values.get("command", ())), token=_bearer(request), **who)


def _impersonated(request: HttpRequest) -> dict[str, Any]:
    """Return as whom a request is made. Raises ApiError. Models apiserver/pkg/endpoints/filters/impersonation (1.36)."""
    user = request.headers.get("Impersonate-User", "")
    groups = tuple(re.split(BETWEEN_LINES, request.headers["Impersonate-Group"])) if "Impersonate-Group" in request.headers else ()
    uid = request.headers.get("Impersonate-Uid", "")
    extra = {unquote(name[len(EXTRA) :]).lower(): tuple(unquote(word) for word in value.split(",")) for name, value in request.headers.items() if name.startswith(EXTRA)}
    if not user:
        if groups or uid or extra:
            raise ApiError(400, "BadRequest", "requested " + ", ".join([*(f"Group/{word}" for word in groups), *([f"UID/{uid}"] if uid else []), *(f"UserExtra/{key}" for key in extra)]) + " without impersonating a user")
        return {"groups": ADMIN_GROUPS}
    return {"user": user, "groups": _groups_of(user, groups), "uid": uid, "extra": extra}


def _bearer(request: HttpRequest) -> str:
    """Return a bearer token; one that names the sandbox's own token says nothing more than the path does."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.count(".") == 2 else ""


def _text(raw: bytes, content_type: str) -> str:
    try:
        return json.dumps(document_of(raw), ensure_ascii=False) if PROTOBUF in content_type else raw.decode()
    except UnicodeDecodeError:
        raise ApiError(400, "BadRequest", "the body of the request is no UTF-8 text") from None
    except BadProtobuf as bad:
        raise ApiError(400, "BadRequest", str(bad)) from None


def _groups_of(user: str, groups: tuple[str, ...]) -> tuple[str, ...]:
    """Return the groups of an impersonated user. Models apiserver/pkg/endpoints/filters/impersonation (1.36)."""
    if user.startswith("system:serviceaccount:") and user.count(":") == 3 and not groups:
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{user.split(':')[2]}")
    everybody = "system:unauthenticated" if user == "system:anonymous" else "system:authenticated"
    return groups if everybody in groups else (*groups, everybody)


def _too_large() -> ApiError:
    return ApiError(413, "RequestEntityTooLarge", f"Request entity too large: limit is {BODY_BYTES_MAX}")


def _read(request: HttpRequest, sandbox: Sandbox, call: Call, shift_s: int) -> HttpResponseBase:
    with live.live_world(sandbox, sandbox.virtual_ms(timezone.now())) as world:
        reply = answered(world.cluster.api, call)  # type: ignore[attr-defined]  # the door is for clusters
        if isinstance(reply, Reply):
            return _response(reply, shift_s, is_pretty=_is_for_people(request))
        if streams.is_full(sandbox.id):
            raise ApiError(429, "TooManyRequests", "too many watches are open in this sandbox or on this server; close some first", details={"retryAfterSeconds": 1})
        if isinstance(reply, Watching):
            watcher = Watcher(world.cluster.api, reply)  # type: ignore[attr-defined]  # the door is for clusters
            return _stream((shifted(line, shift_s) for line in streams.watch(sandbox.id, watcher, reply, _socket(request.META))), JSON)
    if isinstance(reply, Acting):
        return _response(actions.request(sandbox, call), shift_s, is_pretty=_is_for_people(request))
    assert isinstance(reply, Following)
    return _stream(streams.follow(sandbox.id, reply, _socket(request.META)), "text/plain")


def _stream(lines: Any, content_type: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type=content_type)
    response.headers["Cache-Control"] = "no-cache, private"
    return response


PEOPLES_CLIENTS = ("curl", "Wget", "Mozilla/5.0")


def _is_for_people(request: HttpRequest) -> bool:
    """Say whether JSON is answered with line breaks. Models isPrettyPrint of endpoints/handlers/negotiation (1.36)."""
    asked = request.GET.get("pretty", "")
    return asked.lower() in ("1", "t", "true") if asked else request.headers.get("User-Agent", "").startswith(PEOPLES_CLIENTS)


def _response(reply: Reply, shift_s: int = 0, *, is_pretty: bool = False) -> HttpResponse:
    content = reply.text.encode() if reply.doc is None else json.dumps(reply.doc, ensure_ascii=False, indent=2 if is_pretty else None, separators=(",", ": ") if is_pretty else (",", ":")).encode() + b"\n"
    content = shifted(content, shift_s)
    response = HttpResponse(content, status=reply.code, content_type=reply.content_type)
    response.headers["Cache-Control"] = "no-cache, private"
    seconds = ((reply.doc or {}).get("details") or {}).get("retryAfterSeconds") if reply.code >= FAILURES else None
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    if reply.warnings:
        response.headers["Warning"] = ", ".join(f'299 - "{_quoted(text)}"' for text in reply.warnings)
    return response


def _quoted(text: str) -> str:
    return "".join(letter if letter.isprintable() and ord(letter) < 256 else " " for letter in text).replace("\\", "\\\\").replace('"', '\\"')


def _status(error: ApiError) -> HttpResponse:
    return _response(Reply(error.code, error.status))


def _socket(environ: Mapping[str, Any]) -> socket.socket | None:
    """Return the client's socket where the server shows it: gunicorn does, and our own `runserver`."""
    found = environ.get("gunicorn.socket") or environ.get("learnk8s.socket")
    return found if isinstance(found, socket.socket) else None
