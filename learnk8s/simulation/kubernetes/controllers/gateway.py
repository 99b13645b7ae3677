"""The Gateway controller: takes classes, gives Gateways their address, and says of every listener and route whether it is attached and what it points to.

Models the conditions of the Gateway API (v1.4) as NGINX Gateway Fabric writes them. Differs: one data plane behind one Service serves all Gateways.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from learnk8s.simulation.kubernetes.control import gateways
from learnk8s.simulation.kubernetes.control.intents import Intent, UpdateStatus
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import OTHERS, asked_when
from learnk8s.simulation.kubernetes.controllers.pods import is_ready
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Change, Key, Store

ALL: Key = ("", "all")
Row = tuple[str, bool, str, str]


def _own(change: Change, _store: Store) -> Iterable[Key]:
    return (ALL,) if change.resource.endswith(gateways.GROUP) else ()


def _seen(change: Change, store: Store) -> Iterable[Key]:
    """Services, secrets and namespaces concern Gateways once there are some."""
    return (ALL,) if store.list(gateways.CLASSES) else ()


@asked_when(beside=gateways.CLASSES)
def _data_plane(change: Change, store: Store) -> Iterable[Key]:
    if change.new["metadata"]["namespace"] != gateways.NAMESPACE or (change.old is not None and is_ready(change.old) == is_ready(change.new)):
        return ()
    return _seen(change, store)


class GatewayController:
    """Writes the conditions of classes, Gateways and routes."""

    name = "nginx-gateway"
    watches: dict[str, Any] = {OTHERS: _own, "services": _seen, "secrets": _seen, "namespaces": _seen, "pods": _data_plane}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the statuses that have changed; without a ready pod of the controller nobody writes any."""
        store = view.store
        if not any(is_ready(pod) for pod in store.list("pods", gateways.NAMESPACE)):
            return ()
        found = [(gateways.CLASSES, doc, _class_status(doc, view)) for doc in store.list(gateways.CLASSES) if doc["spec"].get("controllerName") == gateways.CONTROLLER]
        found += [(gateways.GATEWAYS, doc, _gateway_status(doc, view)) for doc in gateways.handled(store)]
        found += [(gateways.ROUTES, doc, _route_status(doc, view)) for doc in store.list(gateways.ROUTES)]
        return [UpdateStatus(resource, doc, status, (f"nginx-gateway.{resource.partition('.')[0]}", "ref", f"{doc['kind']}/{doc['metadata'].get('namespace', '')}/{doc['metadata']['name']}"))
                for resource, doc, status in found if status is not None and status != doc.get("status")]


def _conditions(rows: list[Row], before: list[Doc], doc: Doc, now: str) -> list[Doc]:
    old = {entry["type"]: entry for entry in before}
    found = []
    for kind, holds, reason, message in rows:
        status = "True" if holds else "False"
        last = old.get(kind)
        since = last["lastTransitionTime"] if last is not None and last["status"] == status else now
        found.append({"type": kind, "status": status, "reason": reason, "message": message, "observedGeneration": doc["metadata"].get("generation", 1), "lastTransitionTime": since})
    return found


def _class_status(doc: Doc, view: View) -> Doc:
    before = (doc.get("status") or {}).get("conditions") or []
    return {**(doc.get("status") or {}), "conditions": _conditions([("Accepted", True, "Accepted", "The GatewayClass is accepted")], before, doc, view.timestamp())}


def _gateway_status(doc: Doc, view: View) -> Doc:
    store, before, now = view.store, doc.get("status") or {}, view.timestamp()
    old = {entry["name"]: entry for entry in before.get("listeners") or ()}
    routes = store.list(gateways.ROUTES)
    listeners = []
    for listener in doc["spec"].get("listeners") or ():
        kind, reason, message = gateways.listener_fault(store, doc, listener)
        rows: list[Row] = [
            ("Accepted", kind != "Accepted", reason if kind == "Accepted" else "Accepted", message if kind == "Accepted" else "The Listener is accepted"),
            ("Programmed", not kind, "Invalid" if kind else "Programmed", message if kind else "The Listener is programmed"),
            ("ResolvedRefs", kind != "ResolvedRefs", reason if kind == "ResolvedRefs" else "ResolvedRefs", message if kind == "ResolvedRefs" else "All references are resolved"),
            ("Conflicted", False, "NoConflicts", "No conflicts"),
        ]
        count = sum(any((namespace, name) == (doc["metadata"]["namespace"], doc["metadata"]["name"]) and listener in gateways.attached(store, route, doc, reference)[0] for reference, namespace, name in gateways.parents(route)) for route in routes)
        listeners.append({"name": listener["name"], "attachedRoutes": count, "supportedKinds": [{"group": gateways.GROUP, "kind": "HTTPRoute"}],
                          "conditions": _conditions(rows, (old.get(listener["name"]) or {}).get("conditions") or [], doc, now)})
    service = store.get("services", gateways.NAMESPACE, gateways.NAME)
    given = (((service or {}).get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    sound = any(entry["conditions"][1]["status"] == "True" for entry in listeners)
    programmed: Row = ("Programmed", True, "Programmed", "The Gateway is programmed")
    if not sound:
        programmed = ("Programmed", False, "Invalid", "The Gateway has no valid listeners")
    elif not given:
        programmed = ("Programmed", False, "AddressNotAssigned", f"The Service {gateways.NAMESPACE}/{gateways.NAME} has no address yet")
    faulty = [entry for entry in listeners if entry["conditions"][1]["status"] == "False"]
    accepted: Row = ("Accepted", sound, "ListenersNotValid" if faulty else "Accepted", "The Gateway has at least one valid listener" if faulty and sound else "The Gateway has no valid listeners" if not sound else "The Gateway is accepted")
    return {"addresses": [{"type": "IPAddress", "value": entry.get("ip", "")} for entry in given], "listeners": listeners, "conditions": _conditions([accepted, programmed], before.get("conditions") or [], doc, now)}


def _route_status(doc: Doc, view: View) -> Doc | None:
    store, now = view.store, view.timestamp()
    old = (doc.get("status") or {}).get("parents") or []
    mine = {(gateway["metadata"]["namespace"], gateway["metadata"]["name"]): gateway for gateway in gateways.handled(store)}
    resolved: Row = ("ResolvedRefs", True, "ResolvedRefs", "All references are resolved")
    for rule in doc["spec"].get("rules") or ():
        for backend in rule.get("backendRefs") or ():
            reason, message = gateways.backend_fault(store, doc, backend)
            if reason and resolved[1]:
                resolved = ("ResolvedRefs", False, reason, message)
    found = []
    for reference, namespace, name in gateways.parents(doc):
        gateway = mine.get((namespace, name))
        if gateway is None:
            continue
        listeners, reason, message = gateways.attached(store, doc, gateway, reference)
        accepted: Row = ("Accepted", bool(listeners), reason or "Accepted", message or "The Route is accepted")
        before = next((entry["conditions"] for entry in old if entry.get("parentRef") == reference), [])
        found.append({"parentRef": reference, "controllerName": gateways.CONTROLLER, "conditions": _conditions([accepted, resolved], before, doc, now)})
    others = [entry for entry in old if entry.get("controllerName") != gateways.CONTROLLER]
    return {"parents": [*others, *found]} if found or old else None
