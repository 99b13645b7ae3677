"""Events, kept small: a record of eleven values that becomes a JSON document when somebody reads it.

A cluster of thirty pods has hundreds of events, more than all its other objects together. The same event of the same
object is counted up, not written again. Models client-go/tools/record/events_cache.go (1.36); Differs: no
similar-event aggregation and no spam filter by tokens.
"""

from dataclasses import dataclass
from typing import Any

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kernel.limits import EVENTS_MAX
from learnk8s.simulation.kubernetes.objects.document import Doc

MESSAGE_BYTES_MAX = 1024
"""Longer messages are cut. Models client-go/tools/record/event.go: makeEvent."""
TTL_MS = 3_600_000
"""facts/numbers.yaml: event-ttl."""


@dataclass(slots=True)
class EventRecord:
    """One event; the object it is about is `kind`, `api_version`, `namespace`, `name`, `uid`, `field_path`."""

    event_name: str
    event_uid: str
    about: tuple[str, str, str, str, str, str]
    type: str
    reason: str
    message: str
    component: str
    host: str
    first_ms: int
    last_ms: int
    count: int
    revision: int
    cause: int

    @property
    def namespace(self) -> str:
        """Return where the event is stored: events of cluster-scoped objects live in `default`."""
        return self.about[2] or "default"

    def key(self) -> tuple[object, ...]:
        """Return what makes two events the same event."""
        return (self.about, self.type, self.reason, self.message, self.component, self.host)

    def document(self, clock: Clock) -> Doc:
        """Return the v1 Event."""
        kind, api_version, namespace, name, uid, field_path = self.about
        involved: dict[str, Any] = {"kind": kind, "namespace": namespace, "name": name, "uid": uid, "apiVersion": api_version}
        if field_path:
            involved["fieldPath"] = field_path
        source = {"component": self.component, "host": self.host} if self.host else {"component": self.component}
        return {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": self.event_name, "namespace": self.namespace, "uid": self.event_uid, "resourceVersion": str(self.revision),
                         "creationTimestamp": clock.timestamp(self.first_ms)},
            "involvedObject": {key: value for key, value in involved.items() if value},
            "reason": self.reason,
            "message": self.message,
            "source": source,
            "firstTimestamp": clock.timestamp(self.first_ms),
            "lastTimestamp": clock.timestamp(self.last_ms),
            "count": self.count,
            "type": self.type,
            "eventTime": None,
            "reportingComponent": self.component,
            "reportingInstance": self.host,
        }


class EventLog:
    """All event records of a cluster, by namespace and name; the oldest go first."""

    __slots__ = ("_by_key", "_by_uid", "records")

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], EventRecord] = {}
        self._by_key: dict[tuple[object, ...], EventRecord] = {}
        self._by_uid: dict[str, dict[tuple[str, str], None]] = {}

    def same(self, key: tuple[object, ...], now_ms: int) -> EventRecord | None:
        """Return the record that another event of this key counts up."""
        record = self._by_key.get(key)
        return record if record is not None and now_ms - record.last_ms < TTL_MS else None

    def add(self, record: EventRecord) -> None:
        """Keep a new record; forget the oldest when there are too many."""
        place = (record.namespace, record.event_name)
        self.records[place] = record
        self._by_key[record.key()] = record
        self._by_uid.setdefault(record.about[4], {})[place] = None
        while len(self.records) > EVENTS_MAX:
            self.remove(next(iter(self.records)))

    def remove(self, place: tuple[str, str]) -> EventRecord | None:
        """Forget one record."""
        record = self.records.pop(place, None)
        if record is not None:
            if self._by_key.get(record.key()) is record:
                del self._by_key[record.key()]
            places = self._by_uid.get(record.about[4], {})
            places.pop(place, None)
            if not places:
                self._by_uid.pop(record.about[4], None)
        return record

    def expire(self, now_ms: int) -> None:
        """Forget what is older than an hour."""
        old = [place for place, record in self.records.items() if now_ms - record.last_ms >= TTL_MS]
        for place in old:
            self.remove(place)

    def about(self, uid: str) -> list[EventRecord]:
        """Return the records about one object, oldest first."""
        return sorted((self.records[place] for place in self._by_uid.get(uid, ())), key=lambda record: (record.last_ms, record.revision))

    def dump(self) -> list[list[Any]]:
        """Return the records as JSON-able rows."""
        return [[getattr(record, field) for field in EventRecord.__slots__] for record in self.records.values()]

    @classmethod
    def load(cls, rows: list[list[Any]]) -> "EventLog":
        """Return the log that `dump` wrote down."""
        log = cls()
        for row in rows:
            log.add(EventRecord(row[0], row[1], tuple(row[2]), *row[3:]))
        return log
