"""One request from a client: who may ask, for which kind and version, and who answers it.

Models staging/src/k8s.io/apiserver/pkg/endpoints (1.36): verbs.py and subresources.py do what is asked.
Writes first make the whole new object, then store it, so a refused request changes nothing.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from learnk8s.simulation.kubernetes.apiserver import authorisation, errors, event_objects, reviews
from learnk8s.simulation.kubernetes.apiserver.custom.definitions import CustomKind
from learnk8s.simulation.kubernetes.apiserver.managed import fields
from learnk8s.simulation.kubernetes.apiserver.older_versions import RESOURCE as AUTOSCALERS
from learnk8s.simulation.kubernetes.apiserver.older_versions import V1, as_v1, as_v2
from learnk8s.simulation.kubernetes.apiserver.request import Request, Response
from learnk8s.simulation.kubernetes.apiserver.subresources import SUBRESOURCES
from learnk8s.simulation.kubernetes.apiserver.verbs import VERBS
from learnk8s.simulation.kubernetes.objects.document import dig
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE, Kind
from learnk8s.simulation.kubernetes.objects import parity

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.apiserver.server import ApiServer


DEPRECATED = {"componentstatuses": "v1 ComponentStatus is deprecated in v1.19+", "endpoints": "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"}
"""Kinds of which every answer warns."""


def handled(server: "ApiServer", request: Request) -> Response:
    """Carry out a request. Raises ApiError and LimitExceeded; the store is as before then."""
    kind = server.kind_of(request.resource, request.version if request.resource not in BY_RESOURCE else "")
    if kind is None:
        raise errors.ApiError(404, "NotFound", "the server could not find the requested resource")
    authorisation.check(server.store, request)
    if request.resource == event_objects.NEW_GROUP:
        return _new_event(server, request)
    if request.resource == AUTOSCALERS and request.version == "v1":
        return _older(server, request)
    if request.resource in reviews.REVIEWS:
        if request.verb != "create":
            raise errors.method_not_allowed(request.verb, request.resource)
        return reviews.reviewed(server.store, kind, request)
    if request.resource == "bindings" and request.verb == "create":
        name = dig(request.body, "metadata", "name") if isinstance(request.body, dict) else None
        return SUBRESOURCES["binding"](server, kind, replace(request, resource="pods", name=str(name or "")))
    if request.resource == event_objects.RESOURCE and request.verb in ("update", "patch"):
        event_objects.unfold(server.store, request.namespace, request.name)
    act = SUBRESOURCES.get(request.subresource) if request.subresource else VERBS.get(request.verb)
    if request.subresource and request.subresource not in kind.subresources:
        raise errors.ApiError(404, "NotFound", "the server could not find the requested resource")
    if act is None:
        raise errors.method_not_allowed(request.verb, request.resource)
    server.warnings = []
    with fields.shaped_by(kind.schema if isinstance(kind, CustomKind) else None):
        response = act(server, kind, request)
    if server.warnings:
        response = replace(response, warnings=(*response.warnings, *server.warnings))
    if server.tells_parity and request.verb in ("create", "update", "patch") and not request.subresource and not isinstance(kind, CustomKind):
        response = _with_parity(server, kind, request, response)
    warning = kind.warning if isinstance(kind, CustomKind) else DEPRECATED.get(kind.resource, "")
    if warning:
        return replace(response, warnings=(warning, *response.warnings))
    return response


def _older(server: "ApiServer", request: Request) -> Response:
    """Carry out a request for an older version on what is stored in the newer one."""
    response = handled(server, replace(request, version="", groups=authorisation.ALL, body=as_v2(request.body)))
    doc = response.doc
    if str(doc.get("kind", "")).endswith("List"):
        doc = {**doc, "apiVersion": V1.api_version, "items": [as_v1(item) for item in doc["items"]]}
    return replace(response, doc=as_v1(doc))


def _with_parity(server: "ApiServer", kind: Kind, request: Request, response: Response) -> Response:
    """Warn about what was accepted without effect, and note it in the log of who did what."""
    said = parity.warnings(kind, request.body)
    if not said:
        return response
    causes = server.store.causes
    before = causes.current
    metadata = response.doc.get("metadata") or {}
    causes.add(server.store.clock.now_ms, "kube-apiserver", "parity.ignored", "ref", f"{kind.kind}/{metadata.get('namespace', '')}/{metadata.get('name', request.name)}", "fields", ", ".join(parity.without_effect(kind, request.body)) or kind.kind)
    causes.current = before
    return replace(response, warnings=(*response.warnings, *said))


def _new_event(server: "ApiServer", request: Request) -> Response:
    """Carry out a request for events.k8s.io on the events of the core group, which are the same."""
    response = handled(server, replace(request, resource=event_objects.RESOURCE, body=event_objects.as_old(request.body), groups=authorisation.ALL, version="", options={**request.options, "newEvent": True, **({"fieldSelector": event_objects.old_selector(request.options["fieldSelector"])} if request.options.get("fieldSelector") else {})}))
    doc = response.doc
    if doc.get("kind") == "EventList":
        doc = {**doc, "apiVersion": event_objects.NEW.api_version, "items": [event_objects.as_new(item) for item in doc["items"]]}
    return replace(response, doc=event_objects.as_new(doc))
