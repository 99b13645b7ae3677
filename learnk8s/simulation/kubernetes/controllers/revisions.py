"""ControllerRevisions: the history of StatefulSets and DaemonSets. Models pkg/controller/history/controller_history.go (1.36)."""

from typing import Any

from learnk8s.simulation.kubernetes.control.intents import Create, Delete, Intent, Update
from learnk8s.simulation.kubernetes.controllers.pods import owner_reference
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.hashing import template_hash
from learnk8s.simulation.kubernetes.store.store import Store

RESOURCE = "controllerrevisions.apps"
HASH = {"StatefulSet": "controller.kubernetes.io/hash", "DaemonSet": "controller-revision-hash"}
"""The label of a revision in which its template's letters stand."""


def history(owner: Doc, store: Store) -> list[Doc]:
    """Return an object's revisions, oldest first."""
    found = [doc for resource, doc in store.owned_by(owner["metadata"]["uid"]) if resource == RESOURCE]
    return sorted(found, key=lambda doc: (doc.get("revision", 0), doc["metadata"]["creationTimestamp"], doc["metadata"]["name"]))


def content(owner: Doc) -> Doc:
    """Return what a revision keeps of an object: its template."""
    kept: Doc = sorted_keys({"spec": {"template": {**owner["spec"]["template"], "$patch": "replace"}}})
    return kept


def sorted_keys(value: Any) -> Any:
    """Return a value with the keys of its objects in order: kubectl compares a revision with the present template byte by byte."""
    if isinstance(value, dict):
        return {key: sorted_keys(value[key]) for key in sorted(value)}
    return [sorted_keys(item) for item in value] if isinstance(value, list) else value


def template_of(revision: Doc) -> Doc:
    """Return the pod template that a revision keeps."""
    template = revision["data"]["spec"]["template"]
    return {key: value for key, value in template.items() if key != "$patch"}


def hash_of(owner: Doc) -> str:
    """Return the letters that name an object's present template."""
    return template_hash(owner["spec"]["template"], owner.get("status", {}).get("collisionCount") or None)


def update_revision(owner: Doc, found: list[Doc], because: tuple[str, ...]) -> tuple[str, list[Intent]]:
    """Return the name of the revision of the present template, and what it takes to have it as the newest one."""
    name = f"{owner['metadata']['name']}-{hash_of(owner)}"
    newest = found[-1].get("revision", 0) if found else 0
    same = next((doc for doc in found if doc["data"] == content(owner)), None)
    if same is not None:
        if same.get("revision", 0) == newest:
            return same["metadata"]["name"], []
        return same["metadata"]["name"], [Update(RESOURCE, {**same, "revision": newest + 1}, because)]
    labels = {**(owner["spec"]["template"].get("metadata") or {}).get("labels", {}), HASH[owner["kind"]]: hash_of(owner)}
    metadata = {"name": name, "namespace": owner["metadata"]["namespace"], "labels": labels, "ownerReferences": [owner_reference(owner)]}
    annotations = owner["metadata"].get("annotations")
    if annotations:
        metadata["annotations"] = annotations
    doc: Doc = {"apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": metadata, "data": content(owner), "revision": newest + 1}
    return name, [Create(RESOURCE, doc, because)]


def truncated(owner: Doc, found: list[Doc], live: set[str], because: tuple[str, ...]) -> list[Intent]:
    """Return the deletions of revisions beyond the limit that no pod uses."""
    spare = [doc for doc in found if doc["metadata"]["name"] not in live]
    surplus = len(spare) - owner["spec"].get("revisionHistoryLimit", 10)
    return [Delete(RESOURCE, doc, because) for doc in spare[: max(surplus, 0)]]
