"""What Gateways, their listeners and HTTPRoutes mean to each other: who may attach to whom, and which references are allowed.

Models the Gateway API (v1.4): AllowedRoutes, hostname intersection, ReferenceGrant. The controller writes it down as conditions; the data plane routes by it.
"""

from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.label_selectors import matches
from learnk8s.simulation.kubernetes.store.store import Store

GROUP = "gateway.networking.k8s.io"
CLASSES, GATEWAYS, ROUTES, GRANTS = (f"{plural}.{GROUP}" for plural in ("gatewayclasses", "gateways", "httproutes", "referencegrants"))
CONTROLLER = "gateway.nginx.org/nginx-gateway-controller"
NAMESPACE, NAME = "nginx-gateway", "nginx-gateway"
PORTS = {"HTTP": 80, "HTTPS": 443}
"""The ports on which the data plane listens."""


def handled(store: Store) -> list[Doc]:
    """Return the Gateways of classes that this controller takes."""
    names = {doc["metadata"]["name"] for doc in store.list(CLASSES) if doc["spec"].get("controllerName") == CONTROLLER}
    return [doc for doc in store.list(GATEWAYS) if doc["spec"].get("gatewayClassName") in names]


def listener_fault(store: Store, gateway: Doc, listener: Doc) -> tuple[str, str, str]:
    """Return condition, reason and message of what is wrong with a listener, or ("", "", "")."""
    protocol = listener.get("protocol", "")
    if protocol not in PORTS:
        return "Accepted", "UnsupportedProtocol", f'protocol: Unsupported value: "{protocol}": supported values: "HTTP", "HTTPS"'
    if listener.get("port") != PORTS[protocol]:
        return "Accepted", "PortUnavailable", f"port {listener.get('port')} is not served for {protocol} here; the data plane listens on {PORTS[protocol]}"
    if protocol == "HTTP":
        return "", "", ""
    references: list[Doc] = (listener.get("tls") or {}).get("certificateRefs") or [{}]
    for reference in references:
        namespace = reference.get("namespace") or gateway["metadata"]["namespace"]
        name = reference.get("name", "")
        if not permits(store, ("Gateway", gateway["metadata"]["namespace"]), ("", "Secret", namespace, name)):
            return "ResolvedRefs", "RefNotPermitted", f"Certificate ref to secret {namespace}/{name} not permitted by any ReferenceGrant"
        secret = store.get("secrets", namespace, name)
        if secret is None or secret.get("type") != "kubernetes.io/tls":
            return "ResolvedRefs", "InvalidCertificateRef", f"tls.certificateRefs[0]: Invalid value: \"{namespace}/{name}\": secret does not exist or is not of type kubernetes.io/tls"
    return "", "", ""


def permits(store: Store, source: tuple[str, str], target: tuple[str, str, str, str]) -> bool:
    """Say whether an object of a kind in a namespace may point to a target (group, kind, namespace, name)."""
    kind, namespace = source
    group, wanted, place, name = target
    if namespace == place:
        return True
    for grant in store.list(GRANTS, place):
        spec = grant["spec"]
        if any(entry.get("group") == GROUP and entry.get("kind") == kind and entry.get("namespace") == namespace for entry in spec.get("from") or ()) and any(
                (entry.get("group") or "") == group and entry.get("kind") == wanted and entry.get("name") in (None, "", name) for entry in spec.get("to") or ()):
            return True
    return False


def parents(route: Doc) -> list[tuple[Doc, str, str]]:
    """Return the Gateways to which a route wants to attach: reference, namespace, name."""
    found = []
    for reference in route["spec"].get("parentRefs") or ():
        if reference.get("group", GROUP) == GROUP and reference.get("kind", "Gateway") == "Gateway":
            found.append((reference, reference.get("namespace") or route["metadata"]["namespace"], reference.get("name", "")))
    return found


def attached(store: Store, route: Doc, gateway: Doc, reference: Doc) -> tuple[list[Doc], str, str]:
    """Return the listeners to which a route is attached; for none, the reason and a message."""
    named = [listener for listener in gateway["spec"].get("listeners") or () if reference.get("sectionName") in (None, listener["name"]) and reference.get("port") in (None, listener["port"])]
    if not named:
        return [], "NoMatchingParent", "No listener of the Gateway has this section name or port"
    sound = [listener for listener in named if listener_fault(store, gateway, listener)[0] != "Accepted"]
    if not sound:
        return [], "NoMatchingParent", "The listener is not accepted"
    allowed = [listener for listener in sound if _allows(store, gateway, listener, route["metadata"]["namespace"])]
    if not allowed:
        return [], "NotAllowedByListeners", "The Gateway's listeners do not allow routes from this namespace"
    fitting = [listener for listener in allowed if not route["spec"].get("hostnames") or any(overlap(listener.get("hostname", ""), host) for host in route["spec"]["hostnames"])]
    return (fitting, "", "") if fitting else ([], "NoMatchingListenerHostname", "The route's hostnames do not intersect with those of any listener")


def _allows(store: Store, gateway: Doc, listener: Doc, namespace: str) -> bool:
    namespaces = (listener.get("allowedRoutes") or {}).get("namespaces") or {}
    match namespaces.get("from", "Same"):
        case "All":
            return True
        case "Selector":
            doc = store.get("namespaces", "", namespace)
            return doc is not None and matches(namespaces.get("selector") or {}, doc["metadata"].get("labels") or {})
    return bool(namespace == gateway["metadata"]["namespace"])


def overlap(listener: str, host: str) -> bool:
    """Say whether a listener's hostname and a route's can both fit one request.

    >>> overlap("", "a.example"), overlap("*.example", "a.example"), overlap("a.example", "b.example")
    (True, True, False)
    """
    return not listener or listener == host or host_weight(listener, host) > 0 or host_weight(host, listener) > 0


def host_weight(pattern: str, host: str) -> int:
    """Return how exactly a hostname fits: more than its length for the same, its length for a wildcard, 1 for none given, 0 for no fit."""
    if not pattern:
        return 1
    if pattern == host:
        return 1000 + len(pattern)
    return len(pattern) if pattern.startswith("*.") and host.endswith(pattern[1:]) and host != pattern[1:] else 0


def backend_fault(store: Store, route: Doc, backend: Doc) -> tuple[str, str]:
    """Return reason and message of what is wrong with a backend, or ("", "")."""
    if backend.get("group", "") != "" or backend.get("kind", "Service") != "Service":
        return "InvalidKind", f'backendRefs.kind: Unsupported value: "{backend.get("kind")}": supported values: "Service"'
    namespace, name = backend.get("namespace") or route["metadata"]["namespace"], backend.get("name", "")
    if not permits(store, ("HTTPRoute", route["metadata"]["namespace"]), ("", "Service", namespace, name)):
        return "RefNotPermitted", f"Backend ref to Service {namespace}/{name} not permitted by any ReferenceGrant"
    service = store.get("services", namespace, name)
    if service is None:
        return "BackendNotFound", f'backendRefs.name: Not found: "{name}"'
    if backend.get("port") not in [port["port"] for port in service["spec"].get("ports") or ()]:
        return "BackendNotFound", f"backendRefs.port: Service {namespace}/{name} has no port {backend.get('port')}"
    return "", ""
