"""What a Gateway's data plane answers: routing by host, path, header, method and query, redirects, rewrites and weights. Models HTTPRoute of the Gateway API (v1.4)."""

import re
from urllib.parse import parse_qsl

from learnk8s.simulation.kubernetes.control import gateways
from learnk8s.simulation.kubernetes.network.ingress import Routed
from learnk8s.simulation.kubernetes.network.origin import Ask
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store

Rank = tuple[int, int, int, int, int, int]
PATTERN_MAX = 200


def routed(store: Store, ask: Ask) -> Routed:
    """Return where a request goes: the listener with the most exact host, then the route's host, exact paths, the longest prefix, method, headers and query."""
    found: list[tuple[Rank, Doc, Doc, str]] = []
    host = ask.host.partition(":")[0].lower()
    port = 443 if ask.scheme == "https" else 80
    for gateway in gateways.handled(store):
        for listener in gateway["spec"].get("listeners") or ():
            weight = gateways.host_weight(listener.get("hostname", ""), host)
            if listener.get("port") == port and weight and not gateways.listener_fault(store, gateway, listener)[0]:
                found += _fitting(store, gateway, listener, ask, (weight, host))
    if not found:
        return Routed(404)
    _rank, route, rule, prefix = max(found, key=lambda item: item[0])
    return _answer(store, route, rule, prefix, ask)


def _fitting(store: Store, gateway: Doc, listener: Doc, ask: Ask, wanted: tuple[int, str]) -> list[tuple[Rank, Doc, Doc, str]]:
    weight, host = wanted
    place = (gateway["metadata"]["namespace"], gateway["metadata"]["name"])
    found = []
    for route in store.list(gateways.ROUTES):
        if not any((namespace, name) == place and listener in gateways.attached(store, route, gateway, reference)[0] for reference, namespace, name in gateways.parents(route)):
            continue
        exact = max((gateways.host_weight(pattern, host) for pattern in route["spec"].get("hostnames") or [""]), default=0)
        if not exact:
            continue
        for rule in route["spec"].get("rules") or ({},):
            for match in rule.get("matches") or ({},):
                rank = _matched(match, ask)
                if rank is not None:
                    found.append(((weight, exact, *rank), route, rule, (match.get("path") or {}).get("value", "/")))
    return found


def _matched(match: Doc, ask: Ask) -> tuple[int, int, int, int] | None:
    """Return how exactly a match fits, or None."""
    path, _, query = ask.path.partition("?")
    wanted = match.get("path") or {}
    kind, value = wanted.get("type", "PathPrefix"), wanted.get("value", "/")
    base = value.rstrip("/")
    if not {"Exact": path == value, "PathPrefix": path == base or path.startswith(base + "/"), "RegularExpression": _regular(value, path)}[kind]:
        return None
    if match.get("method") not in (None, ask.method):
        return None
    headers, asked = match.get("headers") or (), dict(parse_qsl(query, keep_blank_values=True))
    if not all(_value_fits(entry, dict(ask.headers).get(entry["name"].lower())) for entry in headers) or not all(_value_fits(entry, asked.get(entry["name"])) for entry in match.get("queryParams") or ()):
        return None
    return (2 if kind == "Exact" else 0) * 1000 + (len(value) if kind != "RegularExpression" else 1), int("method" in match), len(headers), len(match.get("queryParams") or ())


def _value_fits(entry: Doc, value: str | None) -> bool:
    if value is None:
        return False
    return _regular(entry["value"], value, whole=True) if entry.get("type") == "RegularExpression" else value == entry["value"]


def _regular(pattern: str, text: str, *, whole: bool = False) -> bool:
    if len(pattern) > PATTERN_MAX or re.search(r"\([^)]*[*+][^)]*\)[*+]", pattern):
        return False
    try:
        return (re.fullmatch if whole else re.match)(pattern, text) is not None
    except re.error:
        return False


def _answer(store: Store, route: Doc, rule: Doc, prefix: str, ask: Ask) -> Routed:
    path, ref = ask.path, f"HTTPRoute/{route['metadata']['namespace']}/{route['metadata']['name']}"
    headers = dict(ask.headers)
    for item in rule.get("filters") or ():
        if item["type"] == "RequestRedirect":
            return _redirect(item.get("requestRedirect") or {}, prefix, ask, ref)
        if item["type"] == "URLRewrite":
            path = _rewritten((item.get("urlRewrite") or {}).get("path"), prefix, path)
        if item["type"] == "RequestHeaderModifier":
            change = item.get("requestHeaderModifier") or {}
            headers = {name: value for name, value in headers.items() if name not in [word.lower() for word in change.get("remove") or ()]}
            headers.update({entry["name"].lower(): entry["value"] for entry in [*(change.get("add") or ()), *(change.get("set") or ())]})
    chosen: list[tuple[int, Routed]] = []
    for backend in rule.get("backendRefs") or ():
        weight = int(backend.get("weight", 1))
        reason, _message = gateways.backend_fault(store, route, backend)
        where = Routed(500, ref=ref) if reason else Routed(0, backend.get("namespace") or route["metadata"]["namespace"], backend["name"], backend["port"], path, ref, headers=tuple(headers.items()))
        chosen += [(weight, where)] if weight > 0 else []
    return Routed(500, ref=ref) if not chosen else chosen[0][1] if len(chosen) == 1 else Routed(0, ref=ref, shares=tuple(chosen))


def _redirect(wanted: Doc, prefix: str, ask: Ask, ref: str) -> Routed:
    scheme = wanted.get("scheme") or ask.scheme
    host = wanted.get("hostname") or ask.host.partition(":")[0]
    port = f":{wanted['port']}" if wanted.get("port") and wanted["port"] != {"http": 80, "https": 443}.get(scheme) else ""
    return Routed(int(wanted.get("statusCode", 302)), path=f"{scheme}://{host}{port}{_rewritten(wanted.get('path'), prefix, ask.path)}", ref=ref)


def _rewritten(change: Doc | None, prefix: str, path: str) -> str:
    """Return a path after a replacement.

    >>> _rewritten({"type": "ReplacePrefixMatch", "replacePrefixMatch": "/"}, "/api", "/api/v1")
    '/v1'
    """
    if not change:
        return path
    if change.get("type") == "ReplaceFullPath":
        return str(change.get("replaceFullPath") or "/")
    rest = path[len(prefix.rstrip("/")) :]
    return str(change.get("replacePrefixMatch") or "/").rstrip("/") + rest or "/"
