"""EndpointSlice mirroring and ephemeral volumes: two small controllers that make one object out of another.

Models pkg/controller/endpointslicemirroring and pkg/controller/volume/ephemeral (1.36).
"""

from collections.abc import Iterable, Sequence

from learnk8s.simulation.kubernetes.control.intents import Create, Delete, Intent, Note, Update
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import asked_when, own_key
from learnk8s.simulation.kubernetes.controllers.pods import is_terminating, owner_reference
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Change, Key, Store

SLICES = "endpointslices.discovery.k8s.io"
MANAGER = "endpointslicemirroring-controller.k8s.io"
SERVICE_NAME, MANAGED_BY = "kubernetes.io/service-name", "endpointslice.kubernetes.io/managed-by"
SKIPPED = ("endpointslice.kubernetes.io/skip-mirror", "control-plane.alpha.kubernetes.io/leader")
SUBSETS_MAX = 1000


class EndpointSliceMirroringController:
    """Makes slices of the Endpoints that somebody wrote by hand for a Service without a selector."""

    name = "endpointslicemirroring-controller"
    watches = {"endpoints": own_key, "services": own_key}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the slices to make, change and delete."""
        endpoints, service = view.store.get("endpoints", *key), view.store.get("services", *key)
        present = [doc for doc in view.store.list(SLICES, key[0]) if (doc["metadata"].get("labels") or {}).get(MANAGED_BY) == MANAGER and (doc["metadata"].get("labels") or {}).get(SERVICE_NAME) == key[1]]
        ref = f"Service/{key[0]}/{key[1]}"
        wanted = _wanted(endpoints) if endpoints is not None and service is not None and not service["spec"].get("selector") and key != ("default", "kubernetes") and not _is_skipped(endpoints) else []
        intents: list[Intent] = []
        left = list(present)
        for ports, entries in wanted:
            because = ("endpointslice-controller.wrote", "ref", ref, "ready", str(sum(bool(entry["conditions"]["ready"]) for entry in entries)), "all", str(len(entries)))
            match = next((doc for doc in left if (doc.get("ports") or []) == ports), None)
            if match is None:
                metadata = {"generateName": f"{key[1]}-", "namespace": key[0], "labels": {**((endpoints or {})["metadata"].get("labels") or {}), SERVICE_NAME: key[1], MANAGED_BY: MANAGER},
                            "ownerReferences": [owner_reference({"apiVersion": "v1", "kind": "Endpoints", **(endpoints or {})})]}
                intents.append(Create(SLICES, {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": metadata, "addressType": "IPv4", "endpoints": entries, "ports": ports}, because))
                continue
            left.remove(match)
            if (match.get("endpoints") or []) != entries:
                intents.append(Update(SLICES, {**match, "endpoints": entries}, because))
        return [*intents, *(Delete(SLICES, doc, ("endpointslice-controller.deleted", "ref", ref)) for doc in left)]


def _is_skipped(endpoints: Doc) -> bool:
    metadata = endpoints["metadata"]
    return (metadata.get("labels") or {}).get(SKIPPED[0]) == "true" or SKIPPED[1] in (metadata.get("annotations") or {}) or "endpoints.kubernetes.io/managed-by" in (metadata.get("labels") or {})


def _wanted(endpoints: Doc) -> list[tuple[list[Doc], list[Doc]]]:
    found = []
    for subset in (endpoints.get("subsets") or ())[:SUBSETS_MAX]:
        ports = [{"name": port.get("name", ""), "port": port.get("port"), "protocol": port.get("protocol", "TCP")} for port in subset.get("ports") or ()]
        entries = [_entry(address, ready=True) for address in subset.get("addresses") or ()] + [_entry(address, ready=False) for address in subset.get("notReadyAddresses") or ()]
        if entries:
            found.append((ports, entries))
    return found


def _entry(address: Doc, *, ready: bool) -> Doc:
    entry: Doc = {"addresses": [address.get("ip", "")], "conditions": {"ready": ready}}
    for key in ("nodeName", "targetRef", "hostname"):
        if address.get(key):
            entry[key] = address[key]
    return entry


@asked_when("ADDED")
def _pod_with_own_volumes(change: Change, _store: Store) -> Iterable[Key]:
    return (change.key,) if change.type == "ADDED" and any(volume.get("ephemeral") for volume in change.new["spec"].get("volumes") or ()) else ()


class EphemeralVolumeController:
    """Makes the claims of volumes that live as long as their pod."""

    name = "ephemeral-volume-controller"
    watches = {"pods": _pod_with_own_volumes}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the claims that a pod still needs."""
        pod = view.store.get("pods", *key)
        if pod is None or is_terminating(pod):
            return ()
        intents: list[Intent] = []
        for volume in pod["spec"].get("volumes") or ():
            template = (volume.get("ephemeral") or {}).get("volumeClaimTemplate")
            name = f"{key[1]}-{volume['name']}"
            if not template or view.store.get("persistentvolumeclaims", key[0], name) is not None:
                continue
            metadata = {"name": name, "namespace": key[0], "ownerReferences": [owner_reference({"apiVersion": "v1", "kind": "Pod", **pod})]}
            for part in ("labels", "annotations"):
                if (template.get("metadata") or {}).get(part):
                    metadata[part] = template["metadata"][part]
            intents.append(Create("persistentvolumeclaims", {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": template.get("spec") or {}},
                                  ("ephemeral-volume-controller.claimed", "ref", f"Pod/{key[0]}/{key[1]}", "claim", name), failure=Note(pod, "FailedBinding", "{error}", "Warning")))
        return intents
