"""What an Ingress controller answers: hosts, paths, TLS, default backends, 404 and 503. Models ingress-nginx (1.14) as far as its rules can be seen from outside."""

import re
from dataclasses import dataclass

from learnk8s.simulation.kernel import patterns
from learnk8s.simulation.kubernetes.network.origin import Ask
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store

INGRESSES, CLASSES = "ingresses.networking.k8s.io", "ingressclasses.networking.k8s.io"
CONTROLLER = "k8s.io/ingress-nginx"
NAMESPACE, NAME = "ingress-nginx", "ingress-nginx-controller"
REWRITE, SSL_REDIRECT = "nginx.ingress.kubernetes.io/rewrite-target", "nginx.ingress.kubernetes.io/ssl-redirect"


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a request goes: to a Service's port, or to an answer of the controller's own."""

    status: int = 0
    namespace: str = ""
    service: str = ""
    port: object = None
    path: str = "/"
    ref: str = ""
    headers: tuple[tuple[str, str], ...] | None = None
    """The headers to pass on, if they were changed."""
    shares: tuple[tuple[int, "Routed"], ...] = ()
    """Several places, each with its weight."""


def page(status: int, phrase: str) -> str:
    """Return nginx' own page for a status."""
    return f"<html>\r\n<head><title>{status} {phrase}</title></head>\r\n<body>\r\n<center><h1>{status} {phrase}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"


def handled(store: Store) -> list[Doc]:
    """Return the Ingresses that the nginx controller takes: those of its class, and those without one."""
    classes = {doc["metadata"]["name"] for doc in store.list(CLASSES) if doc.get("spec", {}).get("controller") == CONTROLLER}
    return [doc for doc in store.list(INGRESSES) if _class(doc) in classes or not _class(doc)]


def _class(ingress: Doc) -> str:
    return str(ingress["spec"].get("ingressClassName") or (ingress["metadata"].get("annotations") or {}).get("kubernetes.io/ingress.class", ""))


def routed(store: Store, ask: Ask) -> Routed:
    """Return where a request goes: the most exact host first, then exact paths, then the longest prefix."""
    found: list[tuple[tuple[int, int, int], Routed]] = []
    default = Routed(404)
    host = ask.host.partition(":")[0].lower()
    plain = ask.path.partition("?")[0]
    for ingress in handled(store):
        metadata, spec = ingress["metadata"], ingress["spec"]
        ref = f"Ingress/{metadata['namespace']}/{metadata['name']}"
        annotations = metadata.get("annotations") or {}
        tls_hosts = [name for entry in spec.get("tls") or () for name in entry.get("hosts") or ()]
        if spec.get("defaultBackend") and not default.service:
            default = _backend(spec["defaultBackend"], metadata["namespace"], ask.path, ref)
        for rule in spec.get("rules") or ():
            weight = _host_weight(rule.get("host", ""), host)
            if not weight:
                continue
            if host in tls_hosts and ask.scheme == "http" and annotations.get(SSL_REDIRECT, "true") != "false":
                found.append(((weight, 2, 1000), Routed(308, path=f"https://{host}{ask.path}", ref=ref)))
                continue
            for entry in (rule.get("http") or {}).get("paths") or ():
                kind = entry.get("pathType", "ImplementationSpecific")
                fits, rest = _path_fits(kind, entry.get("path") or "/", plain, regular=annotations.get("nginx.ingress.kubernetes.io/use-regex") == "true" or REWRITE in annotations)
                if fits:
                    path = _rewritten(annotations[REWRITE], rest) if REWRITE in annotations else ask.path
                    found.append(((weight, kind == "Exact", len(entry.get("path") or "/")), _backend(entry.get("backend") or {}, metadata["namespace"], path, ref)))
    return max(found, key=lambda item: item[0])[1] if found else default


def _host_weight(pattern: str, host: str) -> int:
    """Return 3 for the same host, 2 for a wildcard that takes it, 1 for a rule without a host, 0 for another."""
    if not pattern:
        return 1
    if pattern == host:
        return 3
    return 2 if pattern.startswith("*.") and host.partition(".")[2] == pattern[2:] else 0


def _path_fits(kind: str, pattern: str, path: str, *, regular: bool) -> tuple[bool, list[str]]:
    if regular and kind == "ImplementationSpecific":
        try:
            found = patterns.pattern(pattern).match(path)
        except patterns.BadPattern:
            return False, []
        return found is not None, [group or "" for group in found.groups()] if found else []
    if kind == "Exact":
        return path == pattern, []
    base = pattern.rstrip("/")
    return path == base or path.startswith(base + "/") or (kind == "ImplementationSpecific" and path.startswith(pattern)), []


def _rewritten(target: str, groups: list[str]) -> str:
    return re.sub(r"\$(\d)", lambda found: groups[int(found[1]) - 1] if 0 < int(found[1]) <= len(groups) else "", target)


def _backend(backend: Doc, namespace: str, path: str, ref: str) -> Routed:
    service = backend.get("service") or {}
    port = service.get("port") or {}
    return Routed(0, namespace, service.get("name", ""), port.get("number") or port.get("name"), path, ref)
