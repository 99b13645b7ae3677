"""Whose an object is: a controller adopts what fits its selector and has no owner, and releases what fits no more.

Models pkg/controller/controller_ref_manager.go (1.36). Adopting comes before everything else of a sync: what it changes leads to the next one.
"""

from collections.abc import Callable, Iterable
from typing import Any

from learnk8s.simulation.kubernetes.control.intents import Intent, Update
from learnk8s.simulation.kubernetes.control.watches import NOBODY, asked_when
from learnk8s.simulation.kubernetes.controllers.pods import is_terminating, matches, owner_reference
from learnk8s.simulation.kubernetes.objects.document import Doc, controller_of
from learnk8s.simulation.kubernetes.store.store import Change, Key, Store


def child_keys(kind: str, resource: str, selector_of: Callable[[Doc], Any] = lambda doc: doc["spec"].get("selector")) -> Callable[[Change, Store], Iterable[Key]]:
    """Map a change of a child to the controller of this kind that owns it, or to all that might adopt it and the one that lost it."""

    @asked_when(owners=(kind, NOBODY))
    def keys(change: Change, store: Store) -> Iterable[Key]:
        namespace = change.new["metadata"].get("namespace", "")
        owner = controller_of(change.new)
        if owner is not None:
            return ((namespace, owner["name"]),) if owner["kind"] == kind else ()
        former = controller_of(change.old) if change.old else None
        found = [(namespace, former["name"])] if former is not None and former["kind"] == kind else []
        labels = change.new["metadata"].get("labels")
        if labels:
            found.extend((namespace, doc["metadata"]["name"]) for doc in store.list(resource, namespace) if matches(selector_of(doc), labels))
        return found

    return keys


def claimed(owner: Doc, resource: str, store: Store, *, fits: Callable[[Doc], bool] = lambda doc: True, moves: Callable[[Doc], bool] = lambda doc: True, finalizer: str = "") -> tuple[list[Doc], list[Intent]]:
    """Return the objects of a resource that are an owner's, and what adopting orphans and releasing strangers takes.

    An object must fit the owner's selector and `fits`; only those are adopted or released of which `moves` says yes. A finalizer comes with adoption and goes with release.
    """
    uid, selector, namespace = owner["metadata"]["uid"], owner["spec"].get("selector"), owner["metadata"]["namespace"]
    mine: list[Doc] = []
    intents: list[Intent] = []
    for held, doc in store.owned_by(uid):
        if held != resource or (controller_of(doc) or {}).get("uid") != uid:
            continue
        if matches(selector, doc["metadata"].get("labels")) and fits(doc):
            mine.append(doc)
        elif not is_terminating(owner) and moves(doc):
            others = [reference for reference in doc["metadata"]["ownerReferences"] if reference["uid"] != uid]
            intents.append(_changed(resource, doc, owner, others, [word for word in doc["metadata"].get("finalizers", ()) if word != finalizer], "adoption.released"))
    if not is_terminating(owner):
        for doc in _orphans(resource, namespace, selector, store):
            if not is_terminating(doc) and matches(selector, doc["metadata"].get("labels")) and fits(doc) and moves(doc):
                marks = list(doc["metadata"].get("finalizers", ()))
                intents.append(_changed(resource, doc, owner, [*doc["metadata"].get("ownerReferences", ()), owner_reference(owner)], [*marks, finalizer] if finalizer and finalizer not in marks else marks, "adoption.adopted"))
    return mine, intents


def _orphans(resource: str, namespace: str, selector: Any, store: Store) -> Iterable[Doc]:
    labels = (selector or {}).get("matchLabels")
    found = store.pods_labelled(namespace, labels) if resource == "pods" and labels else store.list(resource, namespace)
    return (doc for doc in found if controller_of(doc) is None)


def _changed(resource: str, doc: Doc, owner: Doc, owners: list[Doc], finalizers: list[str], why: str) -> Update:
    metadata = {key: value for key, value in doc["metadata"].items() if key not in ("ownerReferences", "finalizers")}
    metadata |= {"ownerReferences": owners} if owners else {}
    metadata |= {"finalizers": finalizers} if finalizers else {}
    ref = f"{doc['kind']}/{metadata.get('namespace', '')}/{metadata['name']}"
    return Update(resource, {**doc, "metadata": metadata}, (why, "ref", ref, "owner", owner["metadata"]["name"]))
