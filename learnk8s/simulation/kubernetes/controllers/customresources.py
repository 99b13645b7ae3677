"""Definitions of custom resources: accept their names, and take their objects away when they go.

Models apiextensions-apiserver/pkg/controller/{status,establish,finalizer} (1.36).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.custom.definitions import CLEANUP, DEFINITIONS
from learnk8s.simulation.kubernetes.apiserver.custom.naming import ending_status, named_status
from learnk8s.simulation.kubernetes.control.intents import Delete, Finalise, Intent, Later, UpdateStatus
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import OTHERS
from learnk8s.simulation.kubernetes.controllers.pods import is_terminating
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Change, Key, Store

RECHECK_MS = 1_000


def _definition_and_rivals(change: Change, store: Store) -> Iterable[Key]:
    """A change may free or take names of other definitions in its group."""
    group = change.new["spec"]["group"]
    rivals = [("", doc["metadata"]["name"]) for doc in store.list(DEFINITIONS) if doc["spec"]["group"] == group and doc["metadata"]["name"] != change.key[1]]
    return [change.key, *rivals]


def _of_ending_definition(change: Change, store: Store) -> Iterable[Key]:
    if change.type != "DELETED":
        return ()
    definition = store.get(DEFINITIONS, "", change.resource)
    return (("", change.resource),) if definition is not None and is_terminating(definition) else ()


class CustomResourceController:
    """Makes definitions established, and ends them."""

    name = "customresource-controller"
    watches: dict[str, Any] = {DEFINITIONS: _definition_and_rivals, OTHERS: _of_ending_definition}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the next step for a definition."""
        definition = view.store.get(DEFINITIONS, *key)
        if definition is None:
            return ()
        because = ("customresource-controller.established", "ref", f"CustomResourceDefinition//{key[1]}")
        if is_terminating(definition):
            return self._ending(definition, view) if CLEANUP in definition["metadata"].get("finalizers", ()) else ()
        status = named_status(definition, view.store, view.timestamp())
        return () if status == definition.get("status") else (UpdateStatus(DEFINITIONS, definition, status, because),)

    def _ending(self, definition: Doc, view: View) -> list[Intent]:
        name = definition["metadata"]["name"]
        because = ("customresource-controller.emptied", "ref", f"CustomResourceDefinition//{name}")
        docs = view.store.list(name)
        if not docs:
            status = ending_status(definition, view.timestamp(), done=True, first=False)
            return [UpdateStatus(DEFINITIONS, definition, status), Finalise(DEFINITIONS, definition, CLEANUP, because)]
        deletions: list[Intent] = [Delete(name, doc, because) for doc in docs if not is_terminating(doc)]
        found: list[Intent] = [UpdateStatus(DEFINITIONS, definition, ending_status(definition, view.timestamp(), done=False, first=False))]
        return [*found, *deletions, Later(view.now_ms + (RECHECK_MS if not deletions else 1))]
