"""Namespaces: furnish new ones, empty and finalise deleted ones.

Models pkg/controller/namespace, pkg/controller/serviceaccount and kube-controller-manager's root CA publisher (1.36).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from learnk8s.simulation.kubernetes.apiserver.certificates.signing import root_certificate
from learnk8s.simulation.kubernetes.control.intents import Create, Delete, Finalise, Intent, Later, Update, UpdateStatus
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import asked_when, own_key
from learnk8s.simulation.kubernetes.controllers.pods import is_terminating
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Change, Key, Store

ROOT_CA = "kube-root-ca.crt"
ROOT_CA_NOTE = ("Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or "
                "kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.")
CERTIFICATE = root_certificate()
RECHECK_MS = 5_000


@asked_when("DELETED")
def _of_namespace(change: Change, store: Store) -> Iterable[Key]:
    """Something in a namespace that is being emptied has gone, or a furnishing has."""
    namespace = change.new["metadata"].get("namespace", "")
    return (("", namespace),) if change.type == "DELETED" and store.get("namespaces", "", namespace) else ()


@asked_when("MODIFIED", "DELETED")
def _of_certificates(change: Change, store: Store) -> Iterable[Key]:
    """The root certificate has gone from a namespace, or somebody wrote something else there."""
    if change.key[1] != ROOT_CA or change.type == "ADDED" or store.get("namespaces", "", change.key[0]) is None:
        return ()
    return (("", change.key[0]),)


class NamespaceController:
    """Deletes all that is in a deleted namespace, then lets it go."""

    name = "namespace-controller"
    watches = {"namespaces": own_key, "pods": _of_namespace}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return deletions of the contents, or the last step."""
        namespace = view.store.get("namespaces", *key)
        if namespace is None or not is_terminating(namespace):
            return ()
        name = namespace["metadata"]["name"]
        contents = [(resource, doc) for resource in view.store.resources() if resource != "namespaces" for doc in view.store.list(resource, name)]
        because = ("namespace-controller.emptied", "ref", f"Namespace//{name}")
        if not contents:
            return [Finalise("namespaces", namespace, "kubernetes", because)]
        deletions: list[Intent] = [Delete(resource, doc, because) for resource, doc in _first_to_go(contents) if not is_terminating(doc)]
        if deletions:
            return [*deletions, Later(view.now_ms + 1)]
        status = {**namespace.get("status", {}), "conditions": _conditions(namespace, _first_to_go(contents), view.timestamp())}
        told = [UpdateStatus("namespaces", namespace, status, because)] if status != namespace.get("status") else []
        return [*told, Later(view.now_ms + RECHECK_MS)]


def _first_to_go(contents: list[tuple[str, Doc]]) -> list[tuple[str, Doc]]:
    """Return the pods if there are any: all else outlives them, so that what guards them and what they write to is there. Models OrderedNamespaceDeletion (1.36)."""
    return [(resource, doc) for resource, doc in contents if resource == "pods"] or contents


SUCCEEDED = (("NamespaceDeletionDiscoveryFailure", "ResourcesDiscovered", "All resources successfully discovered"),
             ("NamespaceDeletionGroupVersionParsingFailure", "ParsedGroupVersions", "All legacy kube types successfully parsed"),
             ("NamespaceDeletionContentFailure", "ContentDeleted", "All content successfully deleted, may be waiting on finalization"))


def _conditions(namespace: Doc, left: list[tuple[str, Doc]], now: str) -> list[Doc]:
    """Return what the namespace says about its end while something is left in it. Models pkg/controller/namespace/deletion/status_condition_utils.go (1.36)."""
    resources = Counter(resource for resource, _doc in left)
    finalizers = Counter(word for _resource, doc in left for word in doc["metadata"].get("finalizers", ()))
    remaining = ", ".join(f"{plural}.{group} has {count} resource instances" for (plural, _dot, group), count in sorted((resource.partition("."), count) for resource, count in resources.items()))
    holding = ", ".join(f"{word} in {count} resource instances" for word, count in sorted(finalizers.items()))
    told = [(type_, "False", reason, message) for type_, reason, message in SUCCEEDED]
    told.append(("NamespaceContentRemaining", "True", "SomeResourcesRemain", f"Some resources are remaining: {remaining}"))
    told.append(("NamespaceFinalizersRemaining", "True", "SomeFinalizersRemain", f"Some content in the namespace has finalizers remaining: {holding}") if holding else
                ("NamespaceFinalizersRemaining", "False", "ContentHasNoFinalizers", "All content-preserving finalizers finished"))
    before = {condition["type"]: condition for condition in namespace.get("status", {}).get("conditions", ())}
    kept = [condition for type_, condition in before.items() if type_ not in {entry[0] for entry in told}]
    return [*kept, *(_condition(before.get(type_), {"type": type_, "status": status, "reason": reason, "message": message}, now) for type_, status, reason, message in told)]


def _condition(before: Doc | None, wanted: Doc, now: str) -> Doc:
    """Return a condition with the time of its last change."""
    same = before is not None and all(before.get(key) == value for key, value in wanted.items())
    return before if same and before is not None else {**wanted, "lastTransitionTime": now}


class FurnishingController:
    """Gives every namespace its default service account and the cluster's root certificate."""

    name = "serviceaccount-controller"
    watches = {"namespaces": own_key, "serviceaccounts": _of_namespace, "configmaps": _of_certificates}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return what is missing, and the root certificate where it was changed."""
        namespace = view.store.get("namespaces", *key)
        if namespace is None or is_terminating(namespace):
            return ()
        name = namespace["metadata"]["name"]
        because = ("serviceaccount-controller.furnished", "ref", f"Namespace//{name}")
        found = [(resource, doc, view.store.get(resource, name, doc["metadata"]["name"])) for resource, doc in furnishings(name)]
        missing = [Create(resource, doc, because) for resource, doc, there in found if there is None]
        changed = [Update(resource, {**there, "data": doc["data"], "metadata": dict(there["metadata"])}, because) for resource, doc, there in found if there is not None and "data" in doc and there.get("data") != doc["data"]]
        return [*missing, *changed]


API_PLACE = ("default", "kubernetes")
API_ADDRESS, API_PORT = "192.168.49.2", 6443
"""Where the API server itself listens."""


@asked_when("DELETED")
def _is_gone(change: Change, _store: Store) -> Iterable[Key]:
    return (API_PLACE,) if change.type == "DELETED" and change.key == API_PLACE else ()


class KubernetesServiceController:
    """Keeps the Service through which pods reach the API server, and its endpoints. Models pkg/controlplane/controller/kubernetesservice and pkg/controlplane/reconcilers (1.36)."""

    name = "kubernetes-service-controller"
    watches: ClassVar[dict[str, Any]] = {"services": _is_gone, "endpoints": _is_gone, "endpointslices.discovery.k8s.io": _is_gone}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return what of them is missing."""
        because = ("serviceaccount-controller.furnished", "ref", "Service/default/kubernetes")
        return [Create(resource, doc, because) for resource, doc in api_service() if view.store.get(resource, *key) is None]


def api_service() -> list[tuple[str, Doc]]:
    """Return the Service default/kubernetes, its Endpoints and its EndpointSlice, as (resource, document)."""
    metadata = {"name": "kubernetes", "namespace": "default"}
    ports = [{"name": "https", "port": API_PORT, "protocol": "TCP"}]
    service = {
        "apiVersion": "v1", "kind": "Service", "metadata": {**metadata, "labels": {"component": "apiserver", "provider": "kubernetes"}},
        "spec": {"type": "ClusterIP", "clusterIP": "10.96.0.1", "clusterIPs": ["10.96.0.1"], "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": API_PORT}]},
    }
    endpoints = {"apiVersion": "v1", "kind": "Endpoints", "metadata": {**metadata, "labels": {"endpointslice.kubernetes.io/skip-mirror": "true"}}, "subsets": [{"addresses": [{"ip": API_ADDRESS}], "ports": ports}]}
    part = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": {**metadata, "labels": {"kubernetes.io/service-name": "kubernetes"}}, "addressType": "IPv4",
            "endpoints": [{"addresses": [API_ADDRESS], "conditions": {"ready": True}}], "ports": ports}
    return [("services", service), ("endpoints", endpoints), ("endpointslices.discovery.k8s.io", part)]


def furnishings(namespace: str) -> list[tuple[str, Doc]]:
    """Return what every namespace holds, as (resource, document)."""
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": namespace}}
    certificate = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"ca.crt": CERTIFICATE},
                   "metadata": {"name": ROOT_CA, "namespace": namespace, "annotations": {"kubernetes.io/description": ROOT_CA_NOTE}}}
    return [("serviceaccounts", account), ("configmaps", certificate)]
