"""Where kube-proxy runs as pods, who writes the rules: they follow the endpoints only while one of these pods runs.

Differs: there is one set of rules for all nodes, so it stands still when the last kube-proxy does.
"""

from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Change, Store

NAME, NAMESPACE = "kube-proxy", "kube-system"


def is_proxy(change: Change) -> bool:
    """Say whether a change is about a pod of kube-proxy."""
    metadata = change.new["metadata"]
    return change.resource == "pods" and metadata.get("namespace") == NAMESPACE and (metadata.get("labels") or {}).get("k8s-app") == NAME


def one_runs(store: Store) -> bool:
    """Say whether any kube-proxy runs."""
    return any(_runs(pod) for pod in store.list("pods", NAMESPACE) if (pod["metadata"].get("labels") or {}).get("k8s-app") == NAME)


def _runs(pod: Doc) -> bool:
    return any("running" in (entry.get("state") or {}) for entry in (pod.get("status") or {}).get("containerStatuses") or ())
