"""EndpointSlice: keep the addresses behind every Service. Models pkg/controller/endpointslice (1.36).

Differs: one slice for each port list and hundred endpoints, filled in name order; no topology hints.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from learnk8s.simulation.kubernetes.control.intents import Create, Delete, Intent, Update
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import asked_when, own_key
from learnk8s.simulation.kubernetes.controllers.pods import condition, is_terminating, owner_reference
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.dual_stack import IPV4, IPV6
from learnk8s.simulation.kubernetes.store.store import Change, Key, Store

RESOURCE = "endpointslices.discovery.k8s.io"
ENDPOINTS_PER_SLICE = 100
"""facts/numbers.yaml: endpoints-per-slice."""
SERVICE_NAME = "kubernetes.io/service-name"
MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
MANAGER = "endpointslice-controller.k8s.io"


@asked_when(beside="services")
def services_of_pod(change: Change, store: Store) -> Iterable[Key]:
    """Map a pod to the Services that select it now or did before."""
    namespace = change.new["metadata"]["namespace"]
    services = [service for service in store.list("services", namespace) if service["spec"].get("selector")]
    if not services or (change.old is not None and change.type == "MODIFIED" and not _matters(change.old, change.new)):
        return ()
    docs = [doc for doc in (change.new, change.old) if doc is not None]
    return [(namespace, service["metadata"]["name"]) for service in services if any(_selects(service["spec"]["selector"], doc) for doc in docs)]


def _matters(old: Doc, new: Doc) -> bool:
    before, after = old.get("status", {}), new.get("status", {})
    return (before.get("podIP") != after.get("podIP") or before.get("phase") != after.get("phase") or is_terminating(old) != is_terminating(new)
            or _status(old) != _status(new) or old["metadata"].get("labels") != new["metadata"].get("labels"))


def _status(pod: Doc) -> str:
    ready = condition(pod, "Ready")
    return ready["status"] if ready else ""


def _selects(selector: dict[str, str], pod: Doc) -> bool:
    labels = pod["metadata"].get("labels") or {}
    return all(labels.get(key) == value for key, value in selector.items())


def _slice_key(change: Change, _store: Store) -> Iterable[Key]:
    service = (change.new["metadata"].get("labels") or {}).get(SERVICE_NAME)
    return ((change.new["metadata"]["namespace"], service),) if service else ()


class EndpointSliceController:
    """Writes which pods stand behind a Service, and whether each is ready, serving, terminating."""

    name = "endpointslice-controller"
    watches = {"services": own_key, "pods": services_of_pod, RESOURCE: _slice_key}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the slices to make, change and delete for one Service."""
        service = view.store.get("services", *key)
        present = [doc for doc in view.store.list(RESOURCE, key[0]) if (doc["metadata"].get("labels") or {}).get(SERVICE_NAME) == key[1]
                   and (doc["metadata"].get("labels") or {}).get(MANAGED_BY) == MANAGER]
        if service is None or is_terminating(service):
            return [Delete(RESOURCE, doc, ("endpointslice-controller.deleted", "ref", f"Service/{key[0]}/{key[1]}")) for doc in present]
        if not service["spec"].get("selector") or service["spec"].get("type") == "ExternalName":
            return []
        intents: list[Intent] = []
        for family in dict.fromkeys((*(service["spec"].get("ipFamilies") or (IPV4,)), *(doc.get("addressType", IPV4) for doc in present))):
            of_family = [doc for doc in present if doc.get("addressType", IPV4) == family]
            wanted = _wanted(service, view.store, family) if family in (service["spec"].get("ipFamilies") or (IPV4,)) else []
            intents.extend(_difference(service, of_family, wanted, family))
        return intents


def _wanted(service: Doc, store: Store, family: str) -> list[tuple[list[Doc], list[Doc]]]:
    """Return (ports, endpoints) of every slice that should be."""
    groups: dict[str, tuple[list[Doc], list[Doc]]] = {}
    for pod in store.pods_labelled(service["metadata"]["namespace"], service["spec"]["selector"]):
        address = address_of(pod, family)
        if not address or pod["status"].get("phase") in ("Succeeded", "Failed"):
            continue
        ports = _ports(service, pod)
        groups.setdefault(repr(ports), (ports, []))[1].append(_endpoint(service, pod, store, address))
    if not groups:
        return [([], [])]
    wanted = []
    for ports, endpoints in groups.values():
        wanted.extend((ports, endpoints[start : start + ENDPOINTS_PER_SLICE]) for start in range(0, len(endpoints), ENDPOINTS_PER_SLICE))
    return wanted


def _ports(service: Doc, pod: Doc) -> list[Doc]:
    found = []
    for port in service["spec"].get("ports", ()):
        number = target_port(port, pod)
        if number is not None:
            entry = {"name": port.get("name", ""), "port": number, "protocol": port.get("protocol", "TCP")}
            if "appProtocol" in port:
                entry["appProtocol"] = port["appProtocol"]
            found.append(entry)
    return found


def target_port(port: Doc, pod: Doc) -> int | None:
    """Return the container port that a Service port leads to, or None if a named one does not exist. Models FindPort."""
    target = port.get("targetPort", port["port"])
    if isinstance(target, int):
        return target
    for container in pod["spec"]["containers"]:
        for candidate in container.get("ports", ()):
            if candidate.get("name") == target and candidate.get("protocol", "TCP") == port.get("protocol", "TCP"):
                return candidate["containerPort"]  # type: ignore[no-any-return]  # foreign JSON
    return None


def address_of(pod: Doc, family: str) -> str:
    """Return a pod's address of a family, "" if it has none."""
    return next((str(entry["ip"]) for entry in pod.get("status", {}).get("podIPs") or () if (":" in entry["ip"]) == (family == IPV6)), "")


def _endpoint(service: Doc, pod: Doc, store: Store, address: str) -> Doc:
    ready = _status(pod) == "True"
    terminating = is_terminating(pod)
    publish = bool(service["spec"].get("publishNotReadyAddresses"))
    metadata = pod["metadata"]
    endpoint: Doc = {
        "addresses": [address],
        "conditions": {"ready": publish or (ready and not terminating), "serving": publish or ready, "terminating": terminating},
        "nodeName": pod["spec"].get("nodeName"),
        "targetRef": {"kind": "Pod", "name": metadata["name"], "namespace": metadata["namespace"], "uid": metadata["uid"]},
    }
    if pod["spec"].get("subdomain") == service["metadata"]["name"] and pod["spec"].get("hostname"):
        endpoint["hostname"] = pod["spec"]["hostname"]
    node = store.get("nodes", "", pod["spec"].get("nodeName", ""))
    zone = ((node or {}).get("metadata", {}).get("labels") or {}).get("topology.kubernetes.io/zone")
    if zone:
        endpoint["zone"] = zone
    hints = _hints(service["spec"].get("trafficDistribution"), endpoint)
    return {**endpoint, "hints": hints} if hints else endpoint


def _hints(distribution: str | None, endpoint: Doc) -> Doc:
    """Return for which zone or node an endpoint is meant first. Models endpointslice/trafficdist (1.36)."""
    if distribution is None or not endpoint["conditions"]["ready"] or "zone" not in endpoint:
        return {}
    zones: Doc = {"forZones": [{"name": endpoint["zone"]}]}
    return {**zones, "forNodes": [{"name": endpoint["nodeName"]}]} if distribution == "PreferSameNode" else zones


def _difference(service: Doc, present: list[Doc], wanted: list[tuple[list[Doc], list[Doc]]], family: str) -> list[Intent]:
    ref = f"Service/{service['metadata']['namespace']}/{service['metadata']['name']}"
    intents: list[Intent] = []
    left = list(present)
    for ports, endpoints in wanted:
        match = next((doc for doc in left if (doc.get("ports") or []) == ports), None) or next((doc for doc in left if not doc.get("endpoints")), None)
        because = ("endpointslice-controller.wrote", "ref", ref, "ready", str(sum(bool(entry["conditions"]["ready"]) for entry in endpoints)), "all", str(len(endpoints)))
        if match is None:
            intents.append(Create(RESOURCE, _new(service, ports, endpoints, family), because))
            continue
        left.remove(match)
        labels = _labels(service)
        if (match.get("endpoints") or []) != endpoints or (match.get("ports") or []) != ports or match["metadata"].get("labels") != labels:
            intents.append(Update(RESOURCE, {**match, "metadata": {**match["metadata"], "labels": labels}, "endpoints": endpoints or None, "ports": ports or None}, because))
    intents.extend(Delete(RESOURCE, doc, ("endpointslice-controller.deleted", "ref", ref)) for doc in left)
    return intents


def _labels(service: Doc) -> dict[str, str]:
    labels = {**(service["metadata"].get("labels") or {}), SERVICE_NAME: service["metadata"]["name"], MANAGED_BY: MANAGER}
    if service["spec"].get("clusterIP") == "None":
        labels["service.kubernetes.io/headless"] = ""
    return labels


def _new(service: Doc, ports: list[Doc], endpoints: list[Doc], family: str) -> Doc:
    metadata: dict[str, Any] = {"generateName": f"{service['metadata']['name']}-", "namespace": service["metadata"]["namespace"], "labels": _labels(service),
                                "ownerReferences": [owner_reference({"apiVersion": "v1", "kind": "Service", **service})]}
    return {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": metadata, "addressType": family, "endpoints": endpoints or None, "ports": ports or None}
