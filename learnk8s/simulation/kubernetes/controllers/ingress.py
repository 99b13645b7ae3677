"""What the Ingress controller writes into the cluster: an address on every Ingress that it takes. Models ingress-nginx' status syncer (1.14).

The controller itself is a Deployment like any other (`minikube addons enable ingress` brings it); without a ready pod of it nobody answers and nobody writes addresses.
"""

from collections.abc import Iterable, Sequence

from learnk8s.simulation.kubernetes.control.intents import Intent, Later, Note, Record, UpdateStatus
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import asked_when, own_key
from learnk8s.simulation.kubernetes.controllers.pods import is_ready
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Change, Key, Store

INGRESSES, CLASSES = "ingresses.networking.k8s.io", "ingressclasses.networking.k8s.io"
CONTROLLER = "k8s.io/ingress-nginx"
NAMESPACE, LABEL = "ingress-nginx", "ingress-nginx"
STATUS_MS = 60_000
"""The status is written in rounds of a minute. Models internal/ingress/status: UpdateInterval."""


@asked_when(beside=INGRESSES)
def _controllers_pod(change: Change, store: Store) -> Iterable[Key]:
    if change.new["metadata"]["namespace"] != NAMESPACE or (change.old is not None and is_ready(change.old) == is_ready(change.new)):
        return ()
    return [(doc["metadata"]["namespace"], doc["metadata"]["name"]) for doc in store.list(INGRESSES)]


class IngressStatusController:
    """Tells every Ingress where it is served."""

    name = "ingress-nginx"
    event_source = "nginx-ingress-controller"
    watches = {INGRESSES: own_key, "pods": _controllers_pod}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the event of a sync, and the address once the next round has come."""
        ingress = view.store.get(INGRESSES, *key)
        if ingress is None or not _takes(view.store, ingress):
            return ()
        pod = next((doc for doc in view.store.list("pods", NAMESPACE) if (doc["metadata"].get("labels") or {}).get("app.kubernetes.io/name") == LABEL and is_ready(doc)), None)
        if pod is None:
            return ()
        out: list[Intent] = []
        known = [record for record in view.store.events.about(ingress["metadata"]["uid"]) if record.reason == "Sync"]
        if not known:
            out.append(Record(Note(ingress, "Sync", "Scheduled for sync")))
        status = {"loadBalancer": {"ingress": [{"ip": pod["status"].get("hostIP", "")}]}}
        if ingress.get("status") == status:
            return out
        begun_ms = known[0].first_ms if known else view.now_ms
        due_ms = (begun_ms // STATUS_MS + 1) * STATUS_MS
        if view.now_ms < due_ms:
            return [*out, Later(due_ms)]
        return [*out, UpdateStatus(INGRESSES, ingress, status, ("ingress-nginx.served", "ref", f"Ingress/{key[0]}/{key[1]}", "address", status["loadBalancer"]["ingress"][0]["ip"]))]


def _takes(store: Store, ingress: Doc) -> bool:
    name = ingress["spec"].get("ingressClassName") or (ingress["metadata"].get("annotations") or {}).get("kubernetes.io/ingress.class")
    if not name:
        return True
    found = store.get(CLASSES, "", name)
    return found is not None and found.get("spec", {}).get("controller") == CONTROLLER
