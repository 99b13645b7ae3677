"""The control loop: what changed becomes keys, keys are reconciled, intents are carried out.

Theory. Level-triggered: a controller is told only *which* object to look at, never what happened to it, and reads
the rest from the store. Keys that wait are kept once (the first cause counts). Sync happens a few virtual
milliseconds after the change, so that a burst of changes is one sync. A failed sync is tried again
after 5 ms, doubled up to 1000 s. Models client-go/util/workqueue (1.36): ItemExponentialFailureRateLimiter.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from learnk8s.simulation.kernel import crashes
from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.control.intents import Create, Delete, Finalise, Intent, Later, Note, Update, UpdateStatus
from learnk8s.simulation.kubernetes.control.machinery import Machinery
from learnk8s.simulation.kubernetes.control.watches import Watches
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Change, Key, Store

LATENCY_MS = 20
"""From a change to the sync that it causes: watch and queue on a quiet cluster take a few milliseconds; ours gathers bursts."""
RETRY_FIRST_MS = 5
RETRY_MAX_MS = 1_000_000


class View(Protocol):
    """What a reconcile function may read: the store's reading half and the time."""

    @property
    def now_ms(self) -> int: ...
    @property
    def store(self) -> Store: ...
    def timestamp(self) -> str: ...


class Controller(Protocol):
    """One controller: which changes concern which of its keys, and what is to be done for a key."""

    name: str
    watches: Mapping[str, Any]

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return what is to be done for a key; a pure function of the view."""


class StoreView:
    """The view that the loop hands to reconcile functions."""

    __slots__ = ("_machinery", "store")

    def __init__(self, machinery: Machinery) -> None:
        self._machinery = machinery
        self.store = machinery.store

    @property
    def now_ms(self) -> int:
        return self._machinery.clock.now_ms

    def timestamp(self) -> str:
        return self._machinery.clock.timestamp()


class ControlLoop:
    """Runs all controllers of the controller manager."""

    name = "control"

    def __init__(self, machinery: Machinery, controllers: Sequence[Controller]) -> None:
        self._machinery = machinery
        self._view = StoreView(machinery)
        self._controllers = {controller.name: controller for controller in controllers}
        self._watches = _watches_of(controllers)
        self._pending: dict[str, dict[Key, int]] = {}
        self._timers: dict[tuple[str, str, str], int] = {}
        self._failures: dict[tuple[str, str, str], int] = {}
        self.last_acted_ms: dict[str, int] = {}

    def changed(self, change: Change) -> None:
        """Queue the keys that a change concerns."""
        store = self._machinery.store
        for name, keys in self._watches.asked(change, store):
            for key in keys(change, store):
                self._queue(name, key, change.cause)

    def wake(self, controller: str, key: Key, cause: int) -> None:
        """Queue a key for a reason that is no change of the store, such as a heartbeat that stopped."""
        self._queue(controller, key, cause)

    def run(self, task: str, arguments: tuple[Any, ...]) -> None:
        """Sync all waiting keys of a controller, or queue the one whose timer rang."""
        if task == "sync":
            name = arguments[0]
            waiting = self._pending.pop(name, {})
            for key, cause in waiting.items():
                self._sync(self._controllers[name], key, cause)
            return
        name, namespace, object_name = arguments
        self._timers.pop((name, namespace, object_name), None)
        self._queue(name, (namespace, object_name), self._machinery.causes.add(self._machinery.clock.now_ms, name, "control.timer", "ref", object_name, parent=0))

    def _queue(self, name: str, key: Key, cause: int) -> None:
        pending = self._pending.get(name)
        if not pending:
            pending = self._pending[name] = {}
            self._machinery.agenda.at(self._machinery.clock.now_ms + LATENCY_MS, self.name, "sync", name)
        pending.setdefault(key, cause)

    def _sync(self, controller: Controller, key: Key, cause: int) -> None:
        place = (controller.name, *key)
        timer = self._timers.pop(place, None)
        if timer is not None:
            self._machinery.agenda.cancel(timer)
        try:
            intents = controller.reconcile(key, self._view)
            for intent in intents:
                self._carry_out(controller, key, intent, cause)
            later = [intent.at_ms for intent in intents if isinstance(intent, Later)]
            if later:
                self._set_timer(place, max(min(later), self._machinery.clock.now_ms + 1))
        except ApiError:
            self._retry(place, key, cause)
        except LimitExceeded:
            raise
        except Exception:
            if not crashes.noted(controller.name, "/".join(key)):
                raise
            self._retry(place, key, cause)
        else:
            self._failures.pop(place, None)

    def _retry(self, place: tuple[str, str, str], key: Key, cause: int) -> None:
        failures = self._failures[place] = self._failures.get(place, 0) + 1
        delay_ms = min(RETRY_FIRST_MS << min(failures - 1, 18), RETRY_MAX_MS)
        self._set_timer(place, self._machinery.clock.now_ms + delay_ms)

    def _set_timer(self, place: tuple[str, str, str], at_ms: int) -> None:
        before = self._timers.pop(place, None)
        if before is not None:
            self._machinery.agenda.cancel(before)
        self._timers[place] = self._machinery.agenda.at(at_ms, self.name, "timer", *place)

    def _carry_out(self, controller: Controller, key: Key, intent: Intent, cause: int) -> None:
        if isinstance(intent, Later):
            return
        machinery = self._machinery
        machinery.causes.current = cause
        if intent.because:
            machinery.causes.add(machinery.clock.now_ms, controller.name, *intent.because, parent=cause)
            self.last_acted_ms[controller.name] = machinery.clock.now_ms
        made = ""
        try:
            made = self._write(intent)
        except ApiError as error:
            if error.code == 404 and not isinstance(intent, Create):
                return
            if isinstance(intent, Create) and intent.failure is not None:
                self._note(controller, intent.failure, error=error.message)
                self._tell_failure(controller, key, error.message)
            raise
        if intent.event is not None:
            self._note(controller, intent.event, name=made)

    def _tell_failure(self, controller: Controller, key: Key, message: str) -> None:
        """Let a controller that wants to know write into its object's status that something could not be made."""
        failed = getattr(controller, "failed", None)
        found = failed(key, self._view, message) if failed else None
        if found is not None:
            self._machinery.api.update_status(found.resource, found.doc, found.status)

    def _write(self, intent: Intent) -> str:
        api = self._machinery.api
        match intent:
            case Create(resource, doc):
                return api.create(resource, doc)["metadata"]["name"]  # type: ignore[no-any-return]  # foreign JSON
            case Update(resource, doc):
                api.update(resource, doc)
            case UpdateStatus(resource, doc, status):
                api.update_status(resource, doc, status)
            case Delete(resource, doc):
                metadata = doc["metadata"]
                api.delete(resource, metadata.get("namespace", ""), metadata["name"], uid=metadata["uid"], propagation=intent.propagation, grace_s=intent.grace_s)
            case Finalise(resource, doc, finalizer):
                self._finalise(resource, doc, finalizer)
        return ""

    def _finalise(self, resource: str, doc: Doc, finalizer: str) -> None:
        current = self._machinery.store.get(resource, doc["metadata"].get("namespace", ""), doc["metadata"]["name"])
        if current is None or current["metadata"]["uid"] != doc["metadata"]["uid"]:
            return
        if finalizer == "kubernetes" and resource == "namespaces":
            changed = {**current, "spec": {**current.get("spec", {}), "finalizers": []}}
        else:
            left = [word for word in current["metadata"].get("finalizers", ()) if word != finalizer]
            metadata = {key: value for key, value in current["metadata"].items() if key != "finalizers"}
            changed = {**current, "metadata": {**metadata, "finalizers": left} if left else metadata}
        self._machinery.api.update(resource, changed)

    def _note(self, controller: Controller, note: Note, **words: str) -> None:
        message = note.message
        for word, value in words.items():
            message = message.replace("{" + word + "}", value)
        component = getattr(controller, "event_source", controller.name)
        self._machinery.api.record(note.about, note.type, note.reason, message, component=component)

    def dump(self) -> dict[str, Any]:
        """Return queues, timers and failure counts."""
        return {
            "pending": {name: [[*key, cause] for key, cause in keys.items()] for name, keys in self._pending.items() if keys},
            "timers": [[*place, ticket] for place, ticket in self._timers.items()],
            "failures": [[*place, count] for place, count in self._failures.items()],
            "acted": self.last_acted_ms,
            "memories": {name: memory for name, controller in self._controllers.items() if (memory := getattr(controller, "memory", None))},
        }

    def load(self, dumped: Mapping[str, Any]) -> None:
        """Take back what `dump` returned."""
        for name, rows in dumped["pending"].items():
            self._pending[name] = {(namespace, object_name): cause for namespace, object_name, cause in rows}
        self._timers = {(name, namespace, object_name): ticket for name, namespace, object_name, ticket in dumped["timers"]}
        self._failures = {(name, namespace, object_name): count for name, namespace, object_name, count in dumped["failures"]}
        self.last_acted_ms = dict(dumped["acted"])
        for name, memory in dumped["memories"].items():
            self._controllers[name].memory = memory  # type: ignore[attr-defined]  # only controllers with a memory wrote one


_watches: dict[tuple[str, ...], Watches] = {}


def _watches_of(controllers: Sequence[Controller]) -> Watches:
    """Return who watches what: the same for all clusters with these controllers."""
    names = tuple(controller.name for controller in controllers)
    if names not in _watches:
        _watches[names] = Watches(controllers)
    return _watches[names]
