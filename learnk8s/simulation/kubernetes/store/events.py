"""Events, kept small: a record of a few values that becomes a JSON document when somebody reads it.

A cluster of thirty pods has hundreds of events, more than all its other objects together. The same event of the same
object is counted up, not written again; from the tenth on, events that differ in their message alone are combined into one.
Models client-go/tools/record/events_cache.go (1.36); Differs: no spam filter by tokens.
"""

from collections import deque
from hashlib import blake2b
from typing import Any, NamedTuple

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kernel.limits import EVENTS_MAX
from learnk8s.simulation.kubernetes.objects.document import Doc

MESSAGE_BYTES_MAX = 1024
"""Longer messages are cut. Models client-go/tools/record/event.go: makeEvent."""
COMBINED = "(combined from similar events): "
SIMILAR_MAX, SIMILAR_MS = 10, 600_000
TTL_MS = 3_600_000
"""facts/numbers.yaml: event-ttl."""


About = tuple[str, str, str, str, str, str]
"""Kind, API version, namespace, name, uid and field path of the object that an event is about."""


Sort = tuple[str, str, str, str]
"""Type, reason, component and host of an event: one tuple for all events of the sort."""
_sorts: dict[Sort, Sort] = {}


def sort_of(type_: str, reason: str, component: str, host: str) -> Sort:
    """Return the one tuple of this sort."""
    if len(_sorts) > 8_192:
        _sorts.clear()
    return _sorts.setdefault((type_, reason, component, host), (type_, reason, component, host))


class EventRecord(NamedTuple):
    """One event; its name and uid follow from when it was first written."""

    about: About
    sort: Sort
    message: str
    first_ms: int
    last_ms: int
    times: int
    """How often it happened; the document calls it count."""
    revision: int
    born: int
    cause: int

    @property
    def type(self) -> str:
        """Return Normal or Warning."""
        return self.sort[0]

    @property
    def reason(self) -> str:
        """Return why, in one word."""
        return self.sort[1]

    @property
    def component(self) -> str:
        """Return who wrote it."""
        return self.sort[2]

    @property
    def host(self) -> str:
        """Return the node of a kubelet's event."""
        return self.sort[3]

    @property
    def namespace(self) -> str:
        """Return where the event is stored: events of cluster-scoped objects live in `default`."""
        return self.about[2] or "default"

    @property
    def event_name(self) -> str:
        """Return the object's name and a number that grows with time."""
        return f"{self.about[3]}.{(1_777_885_200_000 + self.first_ms) * 1_000_000 + self.born % 1_000_000:016x}"

    @property
    def event_uid(self) -> str:
        """Return a uid that depends on the name alone."""
        digest = blake2b(self.event_name.encode(), digest_size=16).hexdigest()
        return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:]}"

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
            "count": self.times,
            "type": self.type,
            "eventTime": None,
            "reportingComponent": self.component,
            "reportingInstance": self.host,
        }


Records = tuple[EventRecord, ...]


class EventLog:
    """All event records of a cluster by object, oldest first; the oldest go first when there are too many."""

    __slots__ = ("_births", "_by_uid", "_count")

    def __init__(self) -> None:
        self._by_uid: dict[str, tuple[EventRecord, ...]] = {}
        self._count = 0
        self._births: deque[EventRecord] | None = None

    def record(self, about: About, sort: Sort, message: str, now_ms: int, *, revision: int, cause: int) -> EventRecord:
        """Write an event, or count up the same one, and return its record."""
        records = self._by_uid.get(about[4])
        if records is None:
            return self.add(EventRecord(about, sort, message, now_ms, now_ms, 1, revision, revision, cause))
        about = self._same_about(records, about)
        message = self._combined(records, about, sort, message, now_ms)
        same = self._same_combined(records, about, sort) if message.startswith(COMBINED) else self._same(records, about, sort, message, now_ms)
        if same is None:
            return self.add(EventRecord(about, sort, message, now_ms, now_ms, 1, revision, revision, cause))
        record = same._replace(message=message, last_ms=now_ms, times=same.times + 1, revision=revision)
        self._by_uid[about[4]] = tuple(record if kept is same else kept for kept in records)
        return record

    @staticmethod
    def _same_about(records: Records, about: About) -> About:
        """Return the tuple that another event of the object holds already, if there is one."""
        for record in records:
            if record.about == about:
                return record.about
        return about

    @staticmethod
    def _same(records: Records, about: About, sort: Sort, message: str, now_ms: int) -> EventRecord | None:
        """Return the record that another event like this counts up."""
        for record in reversed(records):
            if record.message == message and record.sort == sort and record.about == about:
                return record if now_ms - record.last_ms < TTL_MS else None
        return None

    @staticmethod
    def _combined(records: Records, about: About, sort: Sort, message: str, now_ms: int) -> str:
        """Return the message under which an event is kept. Models EventAggregator: ten different messages within ten minutes are combined."""
        if len(records) >= SIMILAR_MAX - 1 and not message.startswith(COMBINED):
            similar = [record for record in records if record.sort == sort and record.about == about and now_ms - record.last_ms <= SIMILAR_MS]
            if len(similar) >= SIMILAR_MAX - 1 and not any(record.message == message for record in similar):
                return f"{COMBINED}{message}"
        return message

    @staticmethod
    def _same_combined(records: Records, about: About, sort: Sort) -> EventRecord | None:
        """Return the record into which similar events of an object are combined."""
        return next((record for record in records if record.sort == sort and record.about == about and record.message.startswith(COMBINED)), None)

    def add(self, record: EventRecord) -> EventRecord:
        """Keep a new record and return it; forget the oldest when there are too many."""
        self._by_uid[record.about[4]] = (*self._by_uid.get(record.about[4], ()), record)
        self._count += 1
        if self._births is not None:
            self._births.append(record)
        if self._count > EVENTS_MAX:
            self._forget(self._oldest())
        return record

    def _oldest(self) -> EventRecord:
        """Take the oldest record off the births, a list that is made when it is first needed and may name some that are forgotten."""
        if self._births is None or len(self._births) > 2 * EVENTS_MAX:
            self._births = deque(self.all())
        while True:
            birth = self._births.popleft()
            record = next((kept for kept in self._by_uid.get(birth.about[4], ()) if kept.born == birth.born), None)
            if record is not None:
                return record

    def _forget(self, record: EventRecord) -> None:
        records = tuple(kept for kept in self._by_uid[record.about[4]] if kept is not record)
        self._count -= 1
        if records:
            self._by_uid[record.about[4]] = records
        else:
            del self._by_uid[record.about[4]]

    def all(self) -> list[EventRecord]:
        """Return all records in the order in which they were first written."""
        return sorted((record for records in self._by_uid.values() for record in records), key=lambda record: record.born)

    def get(self, namespace: str, name: str) -> EventRecord | None:
        """Return the record of an event's name, or None."""
        return next((record for record in self.all() if record.namespace == namespace and record.event_name == name), None)

    def remove(self, place: tuple[str, str]) -> EventRecord | None:
        """Forget one record and return it."""
        record = self.get(*place)
        if record is not None:
            self._forget(record)
        return record

    def expire(self, now_ms: int) -> None:
        """Forget what is older than an hour."""
        for record in self.all():
            if now_ms - record.last_ms >= TTL_MS:
                self._forget(record)

    def about(self, uid: str) -> list[EventRecord]:
        """Return the records about one object, by when they were last seen."""
        return sorted(self._by_uid.get(uid, ()), key=lambda record: (record.last_ms, record.revision))

    def copied(self) -> "EventLog":
        """Return a log of its own with the same records."""
        log = EventLog()
        log._by_uid, log._count = dict(self._by_uid), self._count
        return log

    def dump(self) -> list[list[Any]]:
        """Return the records as JSON-able rows."""
        return [list(record) for record in self.all()]

    @classmethod
    def load(cls, rows: list[list[Any]]) -> "EventLog":
        """Return the log that `dump` wrote down."""
        log = cls()
        for row in rows:
            log.add(EventRecord(cls._same_about(log._by_uid.get(row[0][4], ()), tuple(row[0])), sort_of(*row[1]), *row[2:]))
        return log
