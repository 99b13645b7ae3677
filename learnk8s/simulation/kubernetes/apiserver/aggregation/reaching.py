"""From an APIService to what stands behind it, and what is wrong if nothing does. Models pkg/controllers/status/remote (1.36)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from learnk8s.simulation.kubernetes.objects.document import Doc, dig
from learnk8s.simulation.kubernetes.store.store import Store

RESOURCE, SLICES = "apiservices.apiregistration.k8s.io", "endpointslices.discovery.k8s.io"
AVAILABLE, PORT = "Available", 443
LOCAL = ("True", "Local", "Local APIServices are always available")
PASSED = ("True", "Passed", "all checks passed")
NO_PODS = ("ServiceNotFound", "EndpointsNotFound", "MissingEndpoints")
"""Reasons that say that no pod is left which could have kept anything."""
UNTRUSTED = "tls: failed to verify certificate: x509: certificate signed by unknown authority"
Serve = Callable[..., tuple[int, str] | None]
"""From namespace, pod, port, path and method to status and body, or None if nothing listens."""


@dataclass(frozen=True, slots=True)
class Backend:
    """A pod's port behind an APIService."""

    namespace: str
    pod: str
    port: int


class Unavailable(Exception):
    """Nothing can be handed on; `held` is status, reason and message of the condition that says so."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.held = ("False", reason, message)


def remotes(store: Store) -> list[Doc]:
    """Return the APIServices that hand requests on, by name."""
    made = store.made(RESOURCE)
    return sorted((doc for doc in made if dig(doc, "spec", "service")), key=lambda doc: str(doc["metadata"]["name"])) if made else []


def is_available(doc: Doc) -> bool:
    """Say whether requests are handed on to an APIService."""
    return any(entry.get("type") == AVAILABLE and entry.get("status") == "True" for entry in dig(doc, "status", "conditions") or ())


def with_condition(doc: Doc, held: tuple[str, str, str], stamp: str) -> Doc:
    """Return an APIService's status with its one condition; its time is that of the last change from true to false or back."""
    status, reason, message = held
    entries = dig(doc, "status", "conditions") or []
    before = next((entry for entry in entries if entry.get("type") == AVAILABLE), None)
    since = before["lastTransitionTime"] if before is not None and before.get("status") == status else stamp
    entry = {"type": AVAILABLE, "status": status, "lastTransitionTime": since, "reason": reason, "message": message}
    return {**(doc.get("status") or {}), "conditions": [entry if other is before else other for other in entries] if before is not None else [*entries, entry]}


def backend(store: Store, doc: Doc) -> Backend:
    """Return the pod to which requests go. Raises Unavailable."""
    service = doc["spec"]["service"]
    namespace, name, port = service.get("namespace", ""), service.get("name", ""), service.get("port", PORT)
    found = store.get("services", namespace, name)
    if found is None:
        raise Unavailable("ServiceNotFound", f'service/{name} in "{namespace}" is not present')
    entry = next((entry for entry in found["spec"].get("ports") or () if entry["port"] == port), None)
    if entry is None:
        raise Unavailable("ServicePortError", f'service/{name} in "{namespace}" is not listening on port {port}')
    slices = [piece for piece in store.list(SLICES, namespace) if (piece["metadata"].get("labels") or {}).get("kubernetes.io/service-name") == name]
    if not slices:
        raise Unavailable("EndpointsNotFound", f'cannot find endpointslices for service/{name} in "{namespace}"')
    port_name = entry.get("name", "")
    reached = [(piece, place) for piece in slices if piece.get("endpoints") for place in piece.get("ports") or () if place.get("name", "") == port_name]
    if not reached:
        raise Unavailable("MissingEndpoints", f'endpointslices for service/{name} in "{namespace}" have no addresses with port name "{port_name}"')
    for piece, place in reached:
        ready = [end["targetRef"]["name"] for end in piece["endpoints"] if dig(end, "conditions", "ready") is not False and end.get("targetRef")]
        if ready:
            return Backend(namespace, str(min(ready)), int(place["port"]))
    raise Unavailable("FailedDiscoveryCheck", f'no response from {_url(store, doc)}: no endpoints available for service "{name}"')


def _url(store: Store, doc: Doc) -> str:
    service = doc["spec"]["service"]
    found = store.get("services", service.get("namespace", ""), service.get("name", "")) or {}
    return f"https://{dig(found, 'spec', 'clusterIP', default='')}:{service.get('port', PORT)}{path_of(doc)}"


def path_of(doc: Doc) -> str:
    """Return the path of a group and version."""
    return f"/apis/{doc['spec'].get('group', '')}/{doc['spec'].get('version', '')}"


def discovered(store: Store, serve: Serve, doc: Doc) -> Doc:
    """Return the APIResourceList that the pod behind an APIService answers. Raises Unavailable."""
    behind, url = backend(store, doc), _url(store, doc)
    answer = serve(behind.namespace, behind.pod, behind.port, path_of(doc), "GET")
    if answer is None:
        address = url.partition("://")[2].partition("/")[0]
        raise Unavailable("FailedDiscoveryCheck", f'failing or missing response from {url}: Get "{url}": dial tcp {address}: connect: connection refused')
    if not doc["spec"].get("caBundle") and not doc["spec"].get("insecureSkipTLSVerify"):
        raise Unavailable("FailedDiscoveryCheck", f'failing or missing response from {url}: Get "{url}": {UNTRUSTED}')
    status, body = answer
    if not 200 <= status < 400:
        raise Unavailable("FailedDiscoveryCheck", f"bad status from {url}: {status}")
    return _document(body)


def published(store: Store, serve: Serve, doc: Doc) -> Doc:
    """Return the OpenAPI v3 document of the pod behind an APIService, {} if it has none."""
    behind = backend(store, doc)
    answer = serve(behind.namespace, behind.pod, behind.port, f"/openapi/v3{path_of(doc)}", "GET")
    return _document(answer[1]) if answer is not None and answer[0] == 200 else {}


def _document(body: str) -> Doc:
    try:
        found: Any = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
