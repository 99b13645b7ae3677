"""The cloud's part of a Service of type LoadBalancer: an address from outside. Models cloud-provider/controllers/service (1.36).

Only a cluster that has a cloud below it (its nodes name a provider) or that somebody has dug a tunnel to (`minikube tunnel`) has anybody who gives addresses; elsewhere EXTERNAL-IP stays <pending>, as on a
real cluster without a cloud.
"""

from collections.abc import Iterable, Sequence

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kubernetes.control.intents import Intent, Later, Note, Record, UpdateStatus
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import own_key
from learnk8s.simulation.kubernetes.controllers.pods import is_terminating
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Change, Key, Store

TUNNEL = "minikube.sigs.k8s.io/tunnel"
CLOUD_MS = 25_000
"""How long a cloud takes to make a load balancer: an assumption; half a minute is usual."""
FIRST_ADDRESS = 240
POOL = "192.168.49."


def _all_services(change: Change, store: Store) -> Iterable[Key]:
    """A node that came with a provider, or a tunnel, concerns every Service."""
    if change.old is not None and _gives(change.old) == _gives(change.new):
        return ()
    return [(doc["metadata"]["namespace"], doc["metadata"]["name"]) for doc in store.list("services") if doc["spec"].get("type") == "LoadBalancer"]


def _gives(node: Doc) -> bool:
    return bool(node["spec"].get("providerID")) or (node["metadata"].get("annotations") or {}).get(TUNNEL) == "true"


class LoadBalancerController:
    """Gives addresses."""

    name = "service-lb-controller"
    event_source = "service-controller"
    watches = {"services": own_key, "nodes": _all_services}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the address of a Service, or when it will be there."""
        service = view.store.get("services", *key)
        if service is None or is_terminating(service):
            return ()
        ref = f"Service/{key[0]}/{key[1]}"
        given = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress")
        if service["spec"].get("type") != "LoadBalancer":
            return [UpdateStatus("services", service, {"loadBalancer": {}}, ("service-lb-controller.removed", "ref", ref))] if given else ()
        if given or service["spec"].get("loadBalancerClass"):
            return ()
        nodes = view.store.list("nodes")
        if not any(_gives(node) for node in nodes):
            return ()
        tunnel = not any(node["spec"].get("providerID") for node in nodes)
        begun = [record for record in view.store.events.about(service["metadata"]["uid"]) if record.reason == "EnsuringLoadBalancer"]
        if not begun and not tunnel:
            return [Record(Note(service, "EnsuringLoadBalancer", "Ensuring load balancer")), Later(view.now_ms + CLOUD_MS)]
        due_ms = begun[-1].first_ms + CLOUD_MS if begun else Clock.since_epoch_ms(service["metadata"]["creationTimestamp"])
        if view.now_ms < due_ms:
            return (Later(due_ms),)
        address = str(service["spec"]["clusterIP"]) if tunnel else _free(view.store)
        status = {"loadBalancer": {"ingress": [{"ip": address, "ipMode": "VIP"}]}}
        return [UpdateStatus("services", service, status, ("service-lb-controller.given", "ref", ref, "address", address), Note(service, "EnsuredLoadBalancer", "Ensured load balancer"))]


def _free(store: Store) -> str:
    taken = {entry.get("ip") for service in store.list("services") for entry in ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()}
    return next((f"{POOL}{number}" for number in range(FIRST_ADDRESS, 255) if f"{POOL}{number}" not in taken), f"{POOL}254")
