"""All objects of one cluster, in memory.

Theory. One counter numbers every change. Documents are never changed in place, so a reader may keep what it read. Every change
is told at once to the subscribers (scheduler, kubelet, control loop, network), which may only note it down: the
store is never changed from inside a notification. Lists are in the order of etcd's keys: namespace, then name.
What changes with time alone (a lease's renewal) is not written but computed when it is read: see `views`.
"""

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from sys import intern
from typing import Any, NamedTuple

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kernel.causes import Causes
from learnk8s.simulation.kernel.dice import Dice
from learnk8s.simulation.kernel.limits import HISTORY_OF_GONE_MAX, HISTORY_PER_OBJECT_MAX, OBJECTS_MAX, PODS_MAX, LimitExceeded
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.events import MESSAGE_BYTES_MAX, EventLog, sort_of
from learnk8s.simulation.kubernetes.store.pod_counts import PodCounts

Docs = list[Doc]
Names = list[str]
OwnedDocs = list[tuple[str, Doc]]
Key = tuple[str, str]
"""(namespace, name); the namespace of cluster-scoped objects is ""."""


BuiltIn = Mapping[str, Mapping[Key, Doc]]


COMPACTION_MS = 300_000
"""How long a revision can be read: the API server has old ones thrown away so often. Models storagebackend.DefaultCompactInterval."""


class Change(NamedTuple):
    """One change of one object. `old` is None for ADDED; `new` is the last state for DELETED."""

    type: str
    resource: str
    old: Doc | None
    new: Doc
    revision: int
    cause: int

    @property
    def key(self) -> Key:
        """Return where the object stands."""
        metadata = self.new["metadata"]
        return (metadata.get("namespace", ""), metadata["name"])


class HistoryEntry(NamedTuple):
    """One remembered change of an object, for its *why*: `fields` are the paths of two levels that differ."""

    at_ms: int
    verb: str
    cause: int
    fields: tuple[str, ...]


History = list[HistoryEntry]


class Store:
    """Tables of documents by resource (`pods`, `deployments.apps`), with the indexes that the components need."""

    def __init__(self, clock: Clock, dice: Dice, causes: Causes) -> None:
        self.clock, self.dice, self.causes = clock, dice, causes
        self.written = 0
        """The revision of the last change."""
        self._compactions = 0
        self.events = EventLog()
        self.subscribers: list[Callable[[Change], None]] = []
        self.watchers: list[Callable[[Change], None]] = []
        self.views: dict[str, Callable[[Doc], Doc]] = {}
        self._tables: dict[str, dict[Key, Doc]] = {}
        self._order: dict[str, list[Key] | None] = {}
        self._places: dict[str, Key] = {}
        self._owned: dict[str, dict[tuple[str, Key], None]] = {}
        self._labelled: dict[tuple[str, str, str], dict[str, None]] = {}
        self._on_node: dict[str, dict[Key, None]] = {}
        self._history: dict[str, tuple[Any, ...]] = {}
        self._gone: dict[str, None] = {}
        self.pod_counts = PodCounts()
        self._count = 0
        self.built_in: BuiltIn = {}
        """Documents that every new cluster has; they take no room in a store until one is changed or deleted."""
        self._dropped: dict[tuple[str, Key], None] = {}

    # Reading

    def get(self, resource: str, namespace: str, name: str) -> Doc | None:
        """Return one document as stored, or None."""
        try:
            return self._tables[resource][namespace, name]
        except KeyError:
            return self._built_in(resource).get((namespace, name)) if resource in self.built_in else None

    def list(self, resource: str, namespace: str | None = None) -> Docs:
        """Return the documents of a resource, of one namespace or of all (None), ordered by namespace and name."""
        table = self._tables.get(resource, {})
        if resource in self.built_in:
            table = {**self._built_in(resource), **table}
            self._order[resource] = None
        if not table:
            return []
        order = self._order.get(resource)
        if order is None:
            order = self._order[resource] = sorted(table)
        if namespace is None:
            return [table[key] for key in order]
        return [table[key] for key in order if key[0] == namespace]

    def count(self, resource: str) -> int:
        """Return how many objects of a resource there are."""
        return len(self._tables.get(resource, ())) + (len(self._built_in(resource)) if resource in self.built_in else 0)

    def made(self, resource: str) -> Docs:
        """Return the documents of a resource without those that every new cluster has, in no order."""
        return list(self._tables.get(resource, {}).values())

    def holds(self, resource: str) -> bool:
        """Say whether there may be objects of a resource."""
        return bool(self._tables.get(resource)) or resource in self.built_in

    def _built_in(self, resource: str) -> dict[Key, Doc]:
        """Return the built-in documents of a resource that nobody has changed or deleted."""
        table = self._tables.get(resource, {})
        return {key: doc for key, doc in self.built_in[resource].items() if key not in table and (resource, key) not in self._dropped}

    def resources(self) -> Names:
        """Return the resources of which there are objects, by name."""
        return sorted(resource for resource, table in self._tables.items() if table)

    def by_uid(self, uid: str) -> tuple[str, Doc] | None:
        """Return the resource and document of an object by its uid."""
        key = self._places.get(uid)
        if key is not None:
            return next((resource, doc) for resource, table in self._tables.items() if (doc := table.get(key)) is not None and doc["metadata"]["uid"] == uid)
        return next(((resource, doc) for resource in self.built_in for doc in self._built_in(resource).values() if doc["metadata"]["uid"] == uid), None)

    def owned_by(self, uid: str) -> OwnedDocs:
        """Return what names this uid among its owners, as (resource, document), by resource, namespace and name."""
        return [(resource, self._tables[resource][key]) for resource, key in sorted(self._owned.get(uid, ()))]

    def pods_on(self, node: str) -> Docs:
        """Return the pods that are bound to a node, by namespace and name."""
        return [self._tables["pods"][key] for key in sorted(self._on_node.get(node, ()))]

    def pods_labelled(self, namespace: str, labels: dict[str, str]) -> Docs:
        """Return the pods of a namespace that carry all these labels (at least one must be asked for), by name."""
        found = [self._labelled.get((namespace, key, value), {}) for key, value in labels.items()]
        smallest = min(found, key=len)
        pods = self._tables.get("pods", {})
        return [pods[namespace, name] for name in sorted(smallest) if all(name in others for others in found)]

    def history(self, uid: str) -> History:
        """Return the remembered changes of an object, oldest first; it outlives the object."""
        flat = self._history.get(uid, ())
        return [HistoryEntry(*flat[start : start + 4]) for start in range(0, len(flat), 4)]

    def shown(self, resource: str, doc: Doc) -> Doc:
        """Return a document as a reader sees it now: with the parts that change by time alone."""
        view = self.views.get(resource)
        return view(doc) if view else doc

    # Writing

    @property
    def revision(self) -> int:
        """Return the revision that is reached: each compaction is a write too, though of nothing that anybody sees. Models etcd3/compact.go."""
        return self.written + max(self.clock.now_ms // COMPACTION_MS - self._compactions, 0)

    def next_revision(self) -> int:
        """Go on to the revision of another change, and return it."""
        self.written, self._compactions = self.revision + 1, max(self.clock.now_ms // COMPACTION_MS, self._compactions)
        return self.written

    def put(self, resource: str, doc: Doc) -> Doc:
        """Store a new or changed document and tell the subscribers.

        The dict `doc["metadata"]` must belong to the caller alone: its resourceVersion is stamped in place.
        """
        metadata = doc["metadata"]
        key = (metadata.get("namespace", ""), metadata["name"])
        table = self._tables.get(resource)
        if table is None:
            table = self._tables[resource] = {}
        old = table.get(key)
        if old is None:
            self._admit_one_more(resource)
            self._order[resource] = None
            self._places[metadata["uid"]] = key
            old = self._built_in(resource).get(key) if resource in self.built_in else None
        self.next_revision()
        metadata["resourceVersion"] = str(self.revision)
        table[key] = doc
        self._index(resource, key, old, doc)
        self._tell(Change("ADDED" if old is None else "MODIFIED", resource, old, doc, self.revision, self.causes.current))
        return doc

    def remove(self, resource: str, namespace: str, name: str) -> Doc:
        """Take a document away for good, tell the subscribers and return its last state."""
        key = (namespace, name)
        if key in self._tables.get(resource, {}):
            old = self._tables[resource].pop(key)
            self._count -= 1
        else:
            old = self._built_in(resource)[key]
        if key in self.built_in.get(resource, {}):
            self._dropped[resource, key] = None
        self._order[resource] = None
        self.next_revision()
        self._index(resource, key, old, None)
        self._places.pop(old["metadata"]["uid"], None)
        last = {**old, "metadata": {**old["metadata"], "resourceVersion": str(self.revision)}}
        self._tell(Change("DELETED", resource, old, last, self.revision, self.causes.current))
        return last

    def record(self, about: tuple[str, str, str, str, str, str], type_: str, reason: str, message: str, *, component: str, host: str = "") -> None:
        """Write an event about an object, or count up the same one."""
        now = self.clock.now_ms
        message = intern(message[:MESSAGE_BYTES_MAX])
        self.next_revision()
        record = self.events.record(about, sort_of(type_, reason, component, host), message, now, revision=self.revision, cause=self.causes.current)
        if self.watchers:
            kind = "ADDED" if record.times == 1 else "MODIFIED"
            self._tell_watchers(Change(kind, "events", None, record.document(self.clock), self.revision, self.causes.current))

    # Inside

    def _admit_one_more(self, resource: str) -> None:
        if self._count >= OBJECTS_MAX or (resource == "pods" and self.count("pods") >= PODS_MAX):
            if resource == "pods":
                raise LimitExceeded("this sandbox holds at most %(most)d pods; delete some first", most=PODS_MAX)
            raise LimitExceeded("this sandbox holds at most %(most)d objects; delete some first", most=OBJECTS_MAX)
        self._count += 1

    def _tell(self, change: Change) -> None:
        self._remember(change)
        for subscriber in self.subscribers:
            subscriber(change)
        if self.watchers:
            self._tell_watchers(change)

    def _tell_watchers(self, change: Change) -> None:
        for watcher in tuple(self.watchers):
            watcher(change)

    def _remember(self, change: Change) -> None:
        uid = change.new["metadata"]["uid"]
        entries = self._history.get(uid, ())
        if len(entries) >= HISTORY_PER_OBJECT_MAX * 4:
            entries = entries[:4] + entries[8:]
        fields = () if change.old is None or change.type == "DELETED" else _changed_fields(change.old, change.new)
        self._history[uid] = (*entries, self.clock.now_ms, change.type, change.cause, fields)
        if change.type == "DELETED":
            self._gone[uid] = None
            if len(self._gone) > HISTORY_OF_GONE_MAX:
                oldest = next(iter(self._gone))
                del self._gone[oldest]
                self._history.pop(oldest, None)

    def _index(self, resource: str, key: Key, old: Doc | None, new: Doc | None) -> None:
        was = old["metadata"].get("ownerReferences") if old else None
        owners = new["metadata"].get("ownerReferences") if new else None
        if was is not owners:
            self._index_owners(resource, key, was or (), owners or ())
        if resource == "pods":
            self._index_pod(key, old, new)

    def _index_owners(self, resource: str, key: Key, was: Iterable[Doc], owners: Iterable[Doc]) -> None:
        for reference in was:
            _discard(self._owned, reference.get("uid", ""), (resource, key))
        place = (resource, key)
        for reference in owners:
            self._owned.setdefault(reference.get("uid", ""), {})[place] = None

    def _index_pod(self, key: Key, old: Doc | None, new: Doc | None) -> None:
        self.pod_counts.changed(old, new)
        labels_were = (old["metadata"].get("labels") if old else None) or {}
        labels = (new["metadata"].get("labels") if new else None) or {}
        if labels_were is not labels:
            for word in labels_were.items():
                _discard(self._labelled, (key[0], *word), key[1])
            for word in labels.items():
                self._labelled.setdefault((key[0], *word), {})[key[1]] = None
        node_was = old["spec"].get("nodeName") if old else None
        node = new["spec"].get("nodeName") if new else None
        if node_was != node:
            if node_was:
                _discard(self._on_node, node_was, key)
            if node:
                self._on_node.setdefault(node, {})[key] = None

    # Writing down and reading back

    def dump(self, *, with_events: bool = True) -> dict[str, Any]:
        """Return everything as JSON-able data, in an order that depends on the content alone."""
        return {
            "revision": self.written,
            "compactions": self._compactions,
            "tables": {resource: [self._tables[resource][key] for key in sorted(self._tables[resource])] for resource in self.resources()},
            "dropped": sorted([resource, *key] for resource, key in self._dropped),
            "events": self.events.dump() if with_events else [],
            "history": [[uid, flat] for uid, flat in sorted(self._history.items(), key=itemgetter(0))],
            "gone": list(self._gone),
        }

    def take_after(self, other: "Store") -> None:
        """Fill an empty store with what another one holds now; documents are shared, because nobody changes them."""
        self.written, self._compactions, self._count, self.pod_counts, self.events = other.written, other._compactions, other._count, other.pod_counts.copied(), other.events.copied()
        self._tables = {resource: dict(table) for resource, table in other._tables.items()}
        self._order, self._places, self._history, self._gone, self._dropped = dict(other._order), dict(other._places), dict(other._history), dict(other._gone), dict(other._dropped)
        self._owned = {uid: dict(members) for uid, members in other._owned.items()}
        self._on_node = {node: dict(keys) for node, keys in other._on_node.items()}
        self._labelled = {word: dict(names) for word, names in other._labelled.items()}

    def load(self, dumped: dict[str, Any]) -> None:
        """Fill an empty store with what `dump` wrote down, without telling anybody."""
        for resource, docs in dumped["tables"].items():
            for doc in docs:
                key = (doc["metadata"].get("namespace", ""), doc["metadata"]["name"])
                self._tables.setdefault(resource, {})[key] = doc
                self._places[doc["metadata"]["uid"]] = key
                self._index(resource, key, None, doc)
                self._count += 1
        self.written, self._compactions = dumped["revision"], dumped.get("compactions", self.clock.now_ms // COMPACTION_MS)
        self._dropped = {(resource, (namespace, name)): None for resource, namespace, name in dumped["dropped"]}
        self.events = EventLog.load(dumped["events"])
        self._history = {uid: tuple(_kept_once(tuple(part)) if isinstance(part, list) else part for part in flat) for uid, flat in dumped["history"]}
        self._gone = dict.fromkeys(dumped["gone"])


def _discard(index: dict[Any, dict[Any, None]], word: Any, member: Any) -> None:
    members = index.get(word)
    if members is not None:
        members.pop(member, None)
        if not members:
            del index[word]


def _changed_fields(old: Doc, new: Doc) -> tuple[str, ...]:
    changed: Names = []
    for top in ("metadata", "spec", "status", "data"):
        before, after = old.get(top), new.get(top)
        if before is after or not (isinstance(before, dict) or isinstance(after, dict)):
            continue
        before, after = before or {}, after or {}
        for key, value in after.items():
            old_value = before.get(key)
            if old_value is not value and old_value != value and key != "resourceVersion":
                changed.append(f"{top}.{key}")
        changed.extend(f"{top}.{key}" for key, value in before.items() if key not in after and value is not None)
    return _kept_once(tuple(sorted(changed)))


_known_fields: dict[tuple[str, ...], tuple[str, ...]] = {}


def _kept_once(fields: tuple[str, ...]) -> tuple[str, ...]:
    """Return an equal tuple that is kept once for all objects: the same few sets of fields change again and again."""
    if len(_known_fields) > 4_096:
        _known_fields.clear()
    return _known_fields.setdefault(fields, fields)
