"""Endpoints: the older list of a Service's addresses, kept beside the slices. Models pkg/controller/endpoint/endpoints_controller.go (1.36)."""

from collections.abc import Iterable, Sequence
from typing import Any

from learnk8s.simulation.kubernetes.control.intents import Create, Delete, Intent, Update
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import asked_when, own_key
from learnk8s.simulation.kubernetes.controllers.pods import is_ready, is_terminating
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Change, Key, Store

RESOURCE, SERVICES = "endpoints", "services"
MANAGED = {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time"
ADDRESSES_MAX = 1000


@asked_when(beside=SERVICES)
def _services(change: Change, store: Store) -> Iterable[Key]:
    namespace = change.new["metadata"].get("namespace", "")
    services = [service for service in store.list(SERVICES, namespace) if service["spec"].get("selector")]
    if not services or (change.old is not None and change.type != "DELETED" and _face(change.old) == _face(change.new)):
        return ()
    labels = [doc["metadata"].get("labels") or {} for doc in (change.old, change.new) if doc]
    return [(namespace, service["metadata"]["name"]) for service in services if any(all(found.get(key) == value for key, value in service["spec"]["selector"].items()) for found in labels)]


def _face(pod: Doc) -> tuple[Any, ...]:
    return (pod["metadata"].get("labels"), pod.get("status", {}).get("podIP"), is_ready(pod), is_terminating(pod), pod.get("status", {}).get("phase"))


class EndpointsController:
    """Writes one Endpoints object for each Service that has a selector."""

    name = "endpoint-controller"
    watches = {SERVICES: own_key, "pods": _services}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the object to make, change or delete."""
        service, present = view.store.get(SERVICES, *key), view.store.get(RESOURCE, *key)
        if service is None:
            return [Delete(RESOURCE, present)] if present and (present["metadata"].get("labels") or {}).get("endpoints.kubernetes.io/managed-by") == "endpoint-controller" else ()
        selector = service["spec"].get("selector")
        if not selector or service["spec"].get("type") == "ExternalName":
            return ()
        pods = [pod for pod in view.store.pods_labelled(key[0], selector) if pod.get("status", {}).get("podIP") and pod["status"].get("phase") not in ("Succeeded", "Failed") and not is_terminating(pod)]
        subsets = _subsets(service, pods[:ADDRESSES_MAX])
        headless = {"service.kubernetes.io/headless": ""} if service["spec"].get("clusterIP") == "None" else {}
        labels = {**(service["metadata"].get("labels") or {}), **headless, **MANAGED}
        if present is None:
            metadata: Doc = {"name": key[1], "namespace": key[0], "labels": labels, "annotations": {TRIGGER: view.timestamp()}}
            doc: Doc = {"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata}
            return [Create(RESOURCE, {**doc, "subsets": subsets} if subsets else doc)]
        if (present.get("subsets") or []) == subsets and present["metadata"].get("labels") == labels:
            return ()
        notes = {**(present["metadata"].get("annotations") or {}), TRIGGER: view.timestamp()}
        changed = {name: value for name, value in present.items() if name != "subsets"}
        changed["metadata"] = {**present["metadata"], "labels": labels, "annotations": notes}
        return [Update(RESOURCE, {**changed, "subsets": subsets} if subsets else changed)]


def _subsets(service: Doc, pods: list[Doc]) -> list[Doc]:
    """Return the addresses, those with the same ports together."""
    groups: dict[str, tuple[list[Doc], list[Doc], list[Doc]]] = {}
    for pod in pods:
        ports = [found for port in service["spec"].get("ports") or () if (found := _port(pod, port)) is not None]
        if not ports and service["spec"].get("ports"):
            continue
        name = repr(ports)
        _ports, ready, unready = groups.setdefault(name, (ports, [], []))
        metadata = pod["metadata"]
        address = {"ip": pod["status"]["podIP"], "nodeName": pod["spec"].get("nodeName"), "targetRef": {"kind": "Pod", "name": metadata["name"], "namespace": metadata["namespace"], "uid": metadata["uid"]}}
        (ready if is_ready(pod) or service["spec"].get("publishNotReadyAddresses") else unready).append(address)
    subsets = []
    for ports, ready, unready in groups.values():
        subset: Doc = {}
        for word, found in (("addresses", ready), ("notReadyAddresses", unready)):
            if found:
                subset[word] = sorted(found, key=lambda address: [int(part) for part in address["ip"].split(".")])
        if ports:
            subset["ports"] = ports
        subsets.append(subset)
    return subsets


def _port(pod: Doc, port: Doc) -> Doc | None:
    target = port.get("targetPort", port["port"])
    if isinstance(target, str) and not target.isdigit():
        target = next((entry["containerPort"] for container in pod["spec"]["containers"] for entry in container.get("ports") or () if entry.get("name") == target), None)
    if target is None:
        return None
    found: Doc = {"port": int(target), "protocol": port.get("protocol", "TCP")}
    return {"name": port["name"], **found} if port.get("name") else found
