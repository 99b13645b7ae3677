"""Events as objects that clients read and write, in both of their groups.

What components record is kept small in the store's log; what clients write is a document like any other. Both are shown together. Models
pkg/registry/core/event and pkg/apis/events/v1/conversion.go (1.36).
"""

import re
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import bad_value, required
from learnk8s.simulation.kubernetes.apiserver.field_rules import Causes
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE
from learnk8s.simulation.kubernetes.store.store import Change, Store

RESOURCE, NEW_GROUP = "events", "events.events.k8s.io"
NEW = BY_RESOURCE[NEW_GROUP]
NAMES = {"message": "note", "involvedObject": "regarding", "reportingComponent": "reportingController", "source": "deprecatedSource", "firstTimestamp": "deprecatedFirstTimestamp", "lastTimestamp": "deprecatedLastTimestamp", "count": "deprecatedCount"}
OLD_NAMES = {new: old for old, new in NAMES.items()}


def event(store: Store, namespace: str, name: str) -> Doc | None:
    """Return one event."""
    found = store.get(RESOURCE, namespace, name)
    if found is not None:
        return found
    record = store.events.get(namespace, name)
    return record.document(store.clock) if record else None


def events(store: Store, namespace: str | None) -> list[Doc]:
    """Return all events of a namespace, or of all, by namespace and name."""
    store.events.expire(store.clock.now_ms)
    recorded = [record.document(store.clock) for record in store.events.all() if namespace is None or record.namespace == namespace]
    written = store.list(RESOURCE, namespace)
    return sorted([*recorded, *written], key=lambda doc: (doc["metadata"]["namespace"], doc["metadata"]["name"]))


def forget(store: Store, namespace: str, name: str) -> Doc | None:
    """Take an event away and return its last state."""
    if store.get(RESOURCE, namespace, name) is not None:
        return store.remove(RESOURCE, namespace, name)
    record = store.events.remove((namespace, name))
    if record is None:
        return None
    doc = record.document(store.clock)
    store.next_revision()
    for watcher in tuple(store.watchers):
        watcher(Change("DELETED", RESOURCE, doc, {**doc, "metadata": {**doc["metadata"], "resourceVersion": str(store.revision)}}, store.revision, store.causes.current))
    return doc


def unfold(store: Store, namespace: str, name: str) -> None:
    """Have an event that a component recorded be a document, because a client changes it."""
    if store.get(RESOURCE, namespace, name) is None:
        record = store.events.remove((namespace, name))
        if record is not None:
            doc = record.document(store.clock)
            store.put(RESOURCE, {**doc, "metadata": dict(doc["metadata"])})


def old_selector(text: str) -> str:
    """Return a field selector of events.k8s.io with the names of the core group. Models AddFieldLabelConversionsForEvent of pkg/apis/events/v1 (1.36).

    >>> old_selector("regarding.name=web,reportingController!=x")
    'involvedObject.name=web,reportingComponent!=x'
    """
    return ",".join(f"{OLD_NAMES.get(head, head)}{part[len(head):]}" for part in text.split(",") for head in [re.split(r"[.=!]", part.strip(), maxsplit=1)[0]])


def as_new(doc: Doc) -> Doc:
    """Return an event as events.k8s.io/v1 shows it."""
    if doc.get("kind") != "Event" or doc.get("apiVersion") == NEW.api_version:
        return doc
    found = {NAMES.get(key, key): value for key, value in doc.items() if not (key in ("firstTimestamp", "lastTimestamp", "count") and value in (None, 0))}
    series = found.get("series")
    if isinstance(series, dict) and "lastObservedTime" in series:
        found["series"] = {key: series[key] for key in ("count", "lastObservedTime") if key in series}
    return {**found, "apiVersion": NEW.api_version, "kind": "Event"}


def as_old(body: Any) -> Any:
    """Return what a client of events.k8s.io sent as the core group has it."""
    if isinstance(body, list):
        return [{**operation, "path": _old_path(str(operation.get("path", "")))} if isinstance(operation, dict) else operation for operation in body]
    if not isinstance(body, dict):
        return body
    found = {OLD_NAMES.get(key, key): value for key, value in body.items()}
    return {**found, "apiVersion": "v1"} if body.get("apiVersion") == NEW.api_version else found


def _old_path(path: str) -> str:
    head, slash, rest = path.removeprefix("/").partition("/")
    return f"/{OLD_NAMES.get(head, head)}{slash}{rest}"


def event_rules(doc: Doc, *, is_new: bool = False) -> Causes:
    """Models ValidateEventCreate; new-style events are those that have an eventTime."""
    about = doc.get("involvedObject") or {}
    namespace, place = about.get("namespace", ""), doc["metadata"].get("namespace", "")
    if namespace and namespace != place:
        yield bad_value("involvedObject.namespace", namespace, "does not match event.namespace")
    elif not namespace and place not in ("default", "", "kube-system"):
        yield bad_value("involvedObject.namespace", namespace, "does not match event.namespace")
    if not doc.get("eventTime"):
        if is_new:
            yield required("eventTime")
        return
    for key in ("reportingComponent", "reportingInstance", "reason", "action"):
        name = NAMES.get(key, key) if is_new else key
        if not doc.get(key):
            yield required("reportingController" if key == "reportingComponent" else name)
    if doc.get("type") not in ("Normal", "Warning"):
        yield bad_value("type", doc.get("type", ""), "has invalid value: " + str(doc.get("type", ""))) if doc.get("type") else required("type")
    if len(doc.get("message") or "") > 1024:
        yield bad_value("message", "", "can have at most 1024 characters")

