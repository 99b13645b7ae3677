"""A Kubernetes object as the JSON document it is, in Kubernetes' own field names, never changed in place.

Parts are shared freely between documents (all pods of a ReplicaSet share one spec), which is what makes a
thousand pods small; so a change always makes new containers on the path to it (`replaced`).
"""

from collections.abc import Mapping
from typing import Any

Doc = dict[str, Any]
EMPTY: Doc = {}


def name_of(doc: Doc) -> str:
    """Return metadata.name."""
    return doc["metadata"]["name"]  # type: ignore[no-any-return]  # foreign JSON


def namespace_of(doc: Doc) -> str:
    """Return metadata.namespace, or "" for cluster-scoped objects."""
    return doc["metadata"].get("namespace", "")  # type: ignore[no-any-return]  # foreign JSON


def uid_of(doc: Doc) -> str:
    """Return metadata.uid."""
    return doc["metadata"].get("uid", "")  # type: ignore[no-any-return]  # foreign JSON


def dig(doc: Mapping[str, Any], *path: str, default: Any = None) -> Any:
    """Return what stands at a path of keys, or the default if any part is missing.

    >>> dig({"status": {"phase": "Running"}}, "status", "phase")
    'Running'
    """
    here: Any = doc
    for key in path:
        if not isinstance(here, Mapping) or key not in here:
            return default
        here = here[key]
    return here


def replaced(doc: Doc, path: tuple[str, ...], value: Any) -> Doc:
    """Return a document in which the value at a path of keys is another one; None takes the key away.

    >>> replaced({"spec": {"replicas": 1}}, ("spec", "replicas"), 3)
    {'spec': {'replicas': 3}}
    """
    head, *rest = path
    changed = dict(doc)
    if rest:
        changed[head] = replaced(doc.get(head) or {}, tuple(rest), value)
    elif value is None:
        changed.pop(head, None)
    else:
        changed[head] = value
    return changed


def controller_of(doc: Doc) -> Doc | None:
    """Return the owner reference that is marked as the managing controller."""
    for reference in doc["metadata"].get("ownerReferences", ()):
        if reference.get("controller"):
            return reference  # type: ignore[no-any-return]  # foreign JSON
    return None
