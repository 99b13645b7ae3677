"""The API server as a way to what pods serve: `pods/web:80/proxy/`, `services/http:web:port/proxy/`. Models pkg/registry/core/{pod,service}/rest (1.36)."""

import re
from urllib.parse import urlencode

from learnk8s.simulation.kubernetes.apiserver.authorisation import check
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError, bad_request, not_found
from learnk8s.simulation.kubernetes.apiserver.request import Request
from learnk8s.simulation.kubernetes.apiserver.server import ApiServer
from learnk8s.simulation.kubernetes.apiserver.wire.call import Call, Reply
from learnk8s.simulation.kubernetes.apiserver.wire.paths import VERBS_OF_METHOD, Place
from learnk8s.simulation.kubernetes.objects.document import Doc


def proxied(api: ApiServer, call: Call, place: Place) -> Reply:
    """Return what the program behind a pod or Service answers. Raises ApiError."""
    scheme, name, port = _parts(place.name)
    verb = VERBS_OF_METHOD.get(call.method, "get")
    check(api.store, Request(verb, place.plural, place.namespace, name, "proxy", user=call.user, groups=call.groups))
    if scheme not in ("", "http", "https"):
        raise bad_request(f'invalid scheme "{scheme}"')
    pod, number = (_pod if place.plural == "pods" else _service)(api, place.namespace, name, port)
    query = urlencode({key: value for key, value in call.query.items() if key != "fieldManager"})
    path = f"/{place.rest}" + (f"?{query}" if query else "")
    answer = api.serve(place.namespace, pod["metadata"]["name"], number, path, call.method, body=call.body, acts=call.acts) if api.serve else None
    if answer is None:
        address = pod.get("status", {}).get("podIP", "")
        raise ApiError(503, "ServiceUnavailable", f"error trying to reach service: dial tcp {address}:{number}: connect: connection refused")
    status, body = answer
    is_html = HTML.match(body) is not None
    if is_html:
        body = LINKS.sub(lambda found: f"{found[1]}{_base(place)}{found[2]}", body)
    kind = "text/html; charset=utf-8" if is_html else "application/json" if body.lstrip().startswith("{") else "text/plain; charset=utf-8"
    return Reply(status, text=body, content_type=kind)


HTML = re.compile(r"\s*<(!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--)[\s>]", re.IGNORECASE)
"""What Go takes for a page. Models DetectContentType of net/http."""
LINKS = re.compile(r"""(\b(?:href|src|action|cite|data|formaction|icon|manifest|poster)=["'])(/[^"']*)""")


def _base(place: Place) -> str:
    """Return the path under which a page that came through the API server is reached: links within are made to lead there. Models apimachinery/pkg/util/proxy/transport.go (1.36).

    >>> _base(Place("", "v1", "pods", "a", "web:80", "proxy", "x/y"))
    '/api/v1/namespaces/a/pods/web:80/proxy'
    """
    return f"/api/{place.version}/namespaces/{place.namespace}/{place.plural}/{place.name}/proxy"


def _parts(name: str) -> tuple[str, str, str]:
    """Return scheme, name and port of `[scheme:]name[:port]`.

    >>> _parts("web"), _parts("web:80"), _parts("https:web:main")
    (('', 'web', ''), ('', 'web', '80'), ('https', 'web', 'main'))
    """
    words = name.split(":")
    if len(words) == 3:
        return words[0], words[1], words[2]
    return "", words[0], words[1] if len(words) > 1 else ""


def _number(port: str) -> int | None:
    return int(port) if port.isascii() and port.isdigit() and 0 < int(port) < 65_536 else None


def _container_port(pod: Doc, name: str) -> int | None:
    ports = [port for container in pod["spec"]["containers"] for port in container.get("ports") or ()]
    return next((int(port["containerPort"]) for port in ports if not name or port.get("name") == name), None)


def _pod(api: ApiServer, namespace: str, name: str, port: str) -> tuple[Doc, int]:
    pod = api.store.get("pods", namespace, name)
    if pod is None:
        raise not_found("pods", name)
    return pod, _number(port) or _container_port(pod, port) or 80


def _service(api: ApiServer, namespace: str, name: str, port: str) -> tuple[Doc, int]:
    service = api.store.get("services", namespace, name)
    if service is None:
        raise not_found("services", name)
    ports = service["spec"].get("ports") or []
    wanted = next((entry for entry in ports if str(entry.get("port")) == port or entry.get("name", "") == port), None)
    if wanted is None:
        wanted = ports[0] if not port and len(ports) == 1 else None
    if wanted is None:
        raise ApiError(503, "ServiceUnavailable", f'no service port "{port}" found for service "{name}"')
    selector = service["spec"].get("selector")
    pods = [pod for pod in api.store.pods_labelled(namespace, selector) if _is_ready(pod)] if selector else []
    if not pods:
        raise ApiError(503, "ServiceUnavailable", f'no endpoints available for service "{name}"')
    target = wanted.get("targetPort", wanted["port"])
    pod = pods[api.store.revision % len(pods)]
    number = target if isinstance(target, int) else _container_port(pod, str(target))
    return pod, number or int(wanted["port"])


def _is_ready(pod: Doc) -> bool:
    return "deletionTimestamp" not in pod["metadata"] and any(entry["type"] == "Ready" and entry["status"] == "True" for entry in pod.get("status", {}).get("conditions") or ())
