"""APIServices: one for every version of a custom kind, and whether those of other servers can be reached.

Models kube-aggregator/pkg/controllers/{autoregister,status/remote} (1.36). A real server asks again every thirty seconds; this one when something has changed, or when a pod begins to listen.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.aggregation.reaching import NO_PODS, PASSED, RESOURCE, SLICES, Serve, Unavailable, backend, discovered, remotes, with_condition
from learnk8s.simulation.kubernetes.apiserver.custom.definitions import DEFINITIONS, has_condition
from learnk8s.simulation.kubernetes.control.intents import Create, Delete, Intent, Later, UpdateStatus
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import own_key
from learnk8s.simulation.kubernetes.controllers.pods import is_terminating
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE
from learnk8s.simulation.kubernetes.store.store import Change, Key, Store

MANAGED = {"kube-aggregator.kubernetes.io/automanaged": "true"}
BUILT_IN = frozenset(kind.group for kind in BY_RESOURCE.values())
ListensAt = Callable[[str, str, int], int | None]
"""From namespace, pod and port to the moment at which something listens there."""


def _behind(namespace: str, name: str, store: Store) -> list[Key]:
    return [("", doc["metadata"]["name"]) for doc in remotes(store) if (doc["spec"]["service"].get("namespace"), doc["spec"]["service"].get("name")) == (namespace, name)]


def _of_service(change: Change, store: Store) -> Iterable[Key]:
    return _behind(*change.key, store)


def _of_slice(change: Change, store: Store) -> Iterable[Key]:
    return _behind(change.key[0], (change.new["metadata"].get("labels") or {}).get("kubernetes.io/service-name", ""), store)


def _of_definition(change: Change, _store: Store) -> Iterable[Key]:
    return [("", f"{version['name']}.{change.new['spec']['group']}") for version in change.new["spec"]["versions"]]


class APIServiceController:
    """Registers the versions of custom kinds, looks whether other servers answer, and takes away what they kept once their pods are gone."""

    name = "apiservice-controller"
    watches: dict[str, Any] = {RESOURCE: own_key, "services": _of_service, SLICES: _of_slice, DEFINITIONS: _of_definition}

    def __init__(self, serve: Serve, listens_at_ms: ListensAt) -> None:
        self._serve, self._listens_at_ms = serve, listens_at_ms

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the APIService that is missing or too much, or its condition."""
        name = key[1]
        doc = view.store.get(RESOURCE, "", name)
        version, _, group = name.partition(".")
        is_wanted = _is_defined(view.store, group, version)
        because = ("apiservice-controller.registered", "ref", f"APIService//{name}")
        if doc is None:
            if not is_wanted:
                return [] if group in BUILT_IN else self._emptied(view, group)
            spec = {"group": group, "version": version, "groupPriorityMinimum": 1_000, "versionPriority": 100}
            return [Create(RESOURCE, {"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": name, "labels": MANAGED}, "spec": spec}, because)]
        if not doc["spec"].get("service"):
            is_ours = MANAGED.items() <= (doc["metadata"].get("labels") or {}).items()
            return [Delete(RESOURCE, doc, because)] if is_ours and not is_wanted and not is_terminating(doc) else []
        return self._looked_at(doc, view)

    def _looked_at(self, doc: Doc, view: View) -> list[Intent]:
        out: list[Intent] = []
        held = PASSED
        try:
            discovered(view.store, self._serve, doc)
        except Unavailable as why:
            held = why.held
            out += self._again(doc, view)
        status = with_condition(doc, held, view.timestamp())
        if status != doc.get("status"):
            out.append(UpdateStatus(RESOURCE, doc, status, ("apiservice-controller.looked", "ref", f"APIService//{doc['metadata']['name']}", "reason", held[1])))
        return [*out, *(self._emptied(view, str(doc["spec"].get("group", ""))) if held[1] in NO_PODS else ())]

    def _again(self, doc: Doc, view: View) -> list[Intent]:
        try:
            behind = backend(view.store, doc)
        except Unavailable:
            return []
        at_ms = self._listens_at_ms(behind.namespace, behind.pod, behind.port)
        return [Later(at_ms)] if at_ms is not None and at_ms > view.now_ms else []

    @staticmethod
    def _emptied(view: View, group: str) -> list[Intent]:
        """Return the deletion of what a server kept in an etcd of its own, unless the group has definitions or another server."""
        if not group or any(definition["spec"]["group"] == group for definition in view.store.list(DEFINITIONS)):
            return []
        because = ("apiservice-controller.lost", "group", group)
        return [Delete(resource, doc, because) for resource in view.store.resources() if resource.endswith(f".{group}") and resource not in BY_RESOURCE for doc in view.store.list(resource) if not is_terminating(doc)]


def _is_defined(store: Store, group: str, version: str) -> bool:
    return any(definition["spec"]["group"] == group and has_condition(definition, "Established") and any(entry["name"] == version and entry.get("served") for entry in definition["spec"]["versions"]) and not is_terminating(definition)
               for definition in store.list(DEFINITIONS))
