"""Watches: a bounded log of changes, and what one watcher is told of them.

Models apiserver/pkg/storage/cacher (1.36). The log begins when a client first asks for anything and is no part of the world's state: a world that is made
again has an empty one, and watchers that ask for older changes get 410 and list again, as after a restart of the real server.
"""

import json
from collections import deque
from collections.abc import Callable
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.event_objects import NEW_GROUP, RESOURCE, as_new, old_selector
from learnk8s.simulation.kubernetes.apiserver.older_versions import V1, as_v1
from learnk8s.simulation.kubernetes.apiserver.verbs import selected
from learnk8s.simulation.kubernetes.apiserver.request import Request
from learnk8s.simulation.kubernetes.apiserver.selectors import field_matcher, label_matcher
from learnk8s.simulation.kubernetes.apiserver.server import ApiServer
from learnk8s.simulation.kubernetes.apiserver.wire import shapes
from learnk8s.simulation.kubernetes.apiserver.wire.call import Watching
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Change

CHANGES_MAX = 4_000


class WatchLog:
    """The latest changes of a store, in order."""

    def __init__(self, revision: int) -> None:
        self.began = self.last = revision
        self._changes: deque[Change] = deque()

    def note(self, change: Change) -> None:
        """Keep one change; the oldest goes when there are too many."""
        self.last = max(self.last, change.revision)
        self._changes.append(change)
        if len(self._changes) > CHANGES_MAX:
            self.began = self._changes.popleft().revision

    def after(self, revision: int) -> list[Change]:
        """Return the changes after a revision."""
        found = []
        for change in reversed(self._changes):
            if change.revision <= revision:
                break
            found.append(change)
        return found[::-1]


def watch_log(api: ApiServer) -> WatchLog:
    """Return the log of an API server, begun now if there is none."""
    if api.log is None:
        api.log = WatchLog(api.store.revision)
        api.store.watchers.append(api.log.note)
    return api.log


class Watcher:
    """One watch: what it has told so far, and what comes next."""

    def __init__(self, api: ApiServer, watching: Watching) -> None:
        """Begin a watch. Raises ApiError for a selector that cannot be read and 410 for a revision that is gone."""
        options = watching.options
        self._api, self._watching, self.log = api, watching, watch_log(api)
        self._fits = matcher(watching)
        self._heads = True
        self._first: list[bytes] = []
        asked = options.get("resourceVersion", "")
        initial = options.get("sendInitialEvents")
        if initial == "true" or (initial is None and asked in ("", "0")):
            self._first = [self._line("ADDED", doc) for doc in self._present()]
            self.revision = api.store.revision
            if initial == "true":
                self._first.append(self.bookmark(initial_end=True))
        else:
            if asked and not asked.isdigit():
                raise ApiError(400, "BadRequest", f'invalid resource version "{asked}"')
            self.revision = int(asked or api.store.revision)
            if self.revision < self.log.began:
                raise expired(self.revision, self.log.began)

    def _present(self) -> list[Doc]:
        watching = self._watching
        options = {key: watching.options[key] for key in ("labelSelector", "fieldSelector") if watching.options.get(key)}
        kind = self._api.kind_of(RESOURCE) if watching.kind.resource == NEW_GROUP else watching.kind
        assert kind is not None
        docs = selected(self._api, kind, Request("list", kind.resource, watching.namespace, options=options))
        return [doc for doc in docs if not watching.name or doc["metadata"]["name"] == watching.name]

    def take(self) -> list[bytes]:
        """Return what is new, as lines of JSON."""
        lines, self._first = self._first, []
        if self.log.began > self.revision and self.log is self._api.log:
            return [*lines, self.error(expired(self.revision, self.log.began))]
        for change in self.log.after(self.revision):
            self.revision = change.revision
            told = told_of(change, self._watching, self._fits)
            if told is not None:
                lines.append(self._line(*told))
        return lines

    def _line(self, type_: str, doc: Doc) -> bytes:
        api, watching = self._api, self._watching
        shown = api.shown(watching.kind, as_new(doc) if watching.kind.resource == NEW_GROUP else as_v1(doc) if watching.kind is V1 else doc)
        if shapes.wants_table(watching.accept):
            shown = shapes.table(api, watching.kind, [shown], include=watching.options.get("includeObject", "Metadata"), heads=self._heads)
            shown["metadata"] = {"resourceVersion": doc["metadata"].get("resourceVersion", "")}
            self._heads = False
        elif shapes.wants_metadata(watching.accept):
            shown = shapes.metadata_only(shown)
        return _json({"type": type_, "object": shown})

    @staticmethod
    def error(error: ApiError) -> bytes:
        """Return an ERROR event."""
        return _json({"type": "ERROR", "object": error.status})

    def bookmark(self, *, initial_end: bool = False) -> bytes:
        """Return a bookmark: how far the watcher has seen."""
        kind = self._watching.kind
        metadata: Doc = {"resourceVersion": str(max(self.revision if not initial_end else self._api.store.revision, self.log.last if not initial_end else 0))}
        if initial_end:
            metadata["annotations"] = {"k8s.io/initial-events-end": "true"}
        doc: Doc = {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": metadata}
        if shapes.wants_table(self._watching.accept):
            doc = {"kind": "Table", "apiVersion": shapes.META, "metadata": metadata, "columnDefinitions": None, "rows": [{"cells": [], "object": {"kind": "PartialObjectMetadata", "apiVersion": shapes.META, "metadata": metadata}}]}
        elif shapes.wants_metadata(self._watching.accept):
            doc = {"kind": "PartialObjectMetadata", "apiVersion": shapes.META, "metadata": metadata}
        return _json({"type": "BOOKMARK", "object": doc})


def told_of(change: Change, watching: Watching, fits: Callable[[Doc], bool]) -> tuple[str, Doc] | None:
    """Return the event that a change is to a watcher, or None if it is none of its business: what begins to fit has been added for it, what fits no more has been deleted."""
    resource = RESOURCE if watching.kind.resource == NEW_GROUP else watching.kind.resource
    if change.resource != resource or (watching.namespace and watching.kind.namespaced and change.key[0] != watching.namespace):
        return None
    if watching.name and change.key[1] != watching.name:
        return None
    does, did = fits(change.new), change.old is not None and fits(change.old)
    if change.type == "DELETED":
        return ("DELETED", change.new) if does or did else None
    if change.old is None or not did:
        return (("MODIFIED" if change.type == "MODIFIED" and change.old is None else "ADDED"), change.new) if does else None
    if does:
        return "MODIFIED", change.new
    return "DELETED", {**change.old, "metadata": {**change.old["metadata"], "resourceVersion": str(change.revision)}}


def matcher(watching: Watching) -> Callable[[Doc], bool]:
    """Return the question whether an object is one that is watched. Raises ApiError for a selector that cannot be read."""
    labels = label_matcher(watching.options["labelSelector"]) if watching.options.get("labelSelector") else None
    asked = watching.options.get("fieldSelector", "")
    asked = old_selector(asked) if watching.kind.resource == NEW_GROUP else asked
    fields = field_matcher(watching.kind.resource, asked, getattr(watching.kind, "selectable", ())) if asked else None
    return lambda doc: (labels is None or labels(doc["metadata"].get("labels") or {})) and (fields is None or fields(doc))


def expired(revision: int, oldest: int) -> ApiError:
    """Return the 410 for a revision whose changes are forgotten."""
    return ApiError(410, "Expired", f"too old resource version: {revision} ({oldest})")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


