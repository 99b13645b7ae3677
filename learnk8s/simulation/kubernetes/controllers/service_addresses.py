"""IPAddress: one object for every address that a Service has; ServiceCIDR: the ranges they come from. Models pkg/registry/core/service/ipallocator and pkg/controller/servicecidrs (1.36).

Differs: the API server writes them in the same request; here a controller follows at once.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from learnk8s.simulation.kubernetes.control.intents import Create, Delete, Finalise, Intent, Update, UpdateStatus
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import own_key
from learnk8s.simulation.kubernetes.controllers.pods import is_terminating
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Key

RESOURCE = "ipaddresses.networking.k8s.io"
MANAGED_BY = {"ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io"}


class ServiceAddressController:
    """Writes which Service an address belongs to."""

    name = "service-ip-allocator"
    watches: ClassVar[dict[str, Any]] = {"services": own_key}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the addresses to make and to give back."""
        service = view.store.get("services", *key)
        wanted = [] if service is None else [address for address in service["spec"].get("clusterIPs") or () if address != "None"]
        kept = [doc for doc in view.store.list(RESOURCE) if (doc["spec"]["parentRef"].get("namespace"), doc["spec"]["parentRef"].get("name")) == key]
        names = {doc["metadata"]["name"] for doc in kept}
        because = ("serviceaccount-controller.furnished", "ref", f"Service/{key[0]}/{key[1]}")
        return [*(Delete(RESOURCE, doc, because) for doc in kept if doc["metadata"]["name"] not in wanted), *(Create(RESOURCE, _address(address, key), because) for address in wanted if address not in names)]


def _address(address: str, key: Key) -> Doc:
    labels = {"ipaddress.kubernetes.io/ip-family": "IPv6" if ":" in address else "IPv4", **MANAGED_BY}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "IPAddress", "metadata": {"name": address, "labels": labels}, "spec": {"parentRef": {"resource": "services", "namespace": key[0], "name": key[1]}}}


RANGES = "servicecidrs.networking.k8s.io"
IN_USE = "networking.k8s.io/service-cidr-finalizer"


class ServiceRangeController:
    """Says that a range may be used, and lets it go. Differs: a range goes although addresses of it are in use."""

    name = "service-cidr-controller"
    watches: ClassVar[dict[str, Any]] = {RANGES: own_key}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the finalizer and the condition of a new range, or the end of an old one."""
        found = view.store.get(RANGES, *key)
        if found is None:
            return ()
        finalizers = found["metadata"].get("finalizers") or []
        if is_terminating(found):
            return [Finalise(RANGES, found, IN_USE, ("serviceaccount-controller.furnished", "ref", f"ServiceCIDR//{key[1]}"))] if IN_USE in finalizers else ()
        if IN_USE not in finalizers:
            return [Update(RANGES, {**found, "metadata": {**found["metadata"], "finalizers": [*finalizers, IN_USE]}})]
        if found.get("status", {}).get("conditions"):
            return ()
        condition = {"type": "Ready", "status": "True", "reason": "", "message": "Kubernetes Service CIDR is ready", "lastTransitionTime": view.timestamp()}
        return [UpdateStatus(RANGES, found, {"conditions": [condition]})]
