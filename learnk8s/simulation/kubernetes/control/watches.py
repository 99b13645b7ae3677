"""Which changes concern which keys of which controllers.

Theory. Most changes concern few controllers: nobody has a budget for disruption, a pod has one owner. So a function that maps changes to keys may
say beforehand when there is anything to ask it (`asked_when`), and then costs nothing for all other changes.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE
from learnk8s.simulation.kubernetes.store.store import Change, Key, Store

Keys = Callable[[Change, Store], Iterable[Key]]
OTHERS = "*"
"""In a controller's `watches`: all resources that are not built in, which are those of custom kinds."""
NOBODY = ""
"""In `asked_when`, as an owner: the object has no controller."""
VERBS = ("ADDED", "MODIFIED", "DELETED")


class Gate(NamedTuple):
    """When a function is asked: for these changes, if the object's controller (before or now) is of such a kind, while there are objects of another resource."""

    verbs: tuple[str, ...] = VERBS
    owners: frozenset[str] | None = None
    beside: str = ""


class Watching(Protocol):
    """A controller, as far as it watches."""

    @property
    def name(self) -> str: ...
    @property
    def watches(self) -> Mapping[str, Any]: ...


Watcher = tuple[str, Keys, frozenset[str] | None, str]
_gates: dict[Keys, Gate] = {}


def asked_when(*verbs: str, owners: Iterable[str] | None = None, beside: str = "") -> Callable[[Keys], Keys]:
    """Mark a function that maps changes to keys as one that answers with nothing at other times."""

    def marked(keys: Keys) -> Keys:
        _gates[keys] = Gate(verbs or VERBS, frozenset(owners) if owners is not None else None, beside)
        return keys

    return marked


def own_key(change: Change, _store: Store) -> Iterable[Key]:
    """Map a change of the watched object to its own key."""
    return (change.key,)


def owner_key(kind: str) -> Keys:
    """Return a mapping from a change of a child to the key of its controller of this kind."""

    @asked_when(owners=[kind])
    def keys(change: Change, _store: Store) -> Iterable[Key]:
        namespace = change.new["metadata"].get("namespace", "")
        found = []
        for doc in (change.new, change.old):
            for reference in (doc or {}).get("metadata", {}).get("ownerReferences", ()):
                if reference.get("controller") and reference.get("kind") == kind and (namespace, reference["name"]) not in found:
                    found.append((namespace, reference["name"]))
        return found

    return keys


class Watches:
    """Who is to be asked about a change, in the order of the controllers."""

    def __init__(self, controllers: Iterable[Watching]) -> None:
        self._asked: dict[tuple[str, str], tuple[Watcher, ...]] = {}
        for controller in controllers:
            for resource, keys in controller.watches.items():
                gate = _gates.get(keys, Gate())
                for verb in gate.verbs:
                    self._asked[resource, verb] = (*self._asked.get((resource, verb), ()), (controller.name, keys, gate.owners, gate.beside))

    def asked(self, change: Change, store: Store) -> Iterable[tuple[str, Keys]]:
        """Yield the controllers that a change may concern, each with its function that maps changes to keys."""
        watchers = self._asked.get((change.resource, change.type))
        if watchers is None and change.resource not in BY_RESOURCE:
            watchers = self._asked.get((OTHERS, change.type))
        kinds: set[str] | None = None
        for name, keys, owners, beside in watchers or ():
            if beside and not store.holds(beside):
                continue
            if owners is not None:
                if kinds is None:
                    kinds = _kinds_of_owners(change)
                if owners.isdisjoint(kinds):
                    continue
            yield name, keys


def _kinds_of_owners(change: Change) -> set[str]:
    kinds = {_kind_of_owner(change.new)}
    if change.old is not None and change.old["metadata"].get("ownerReferences") is not change.new["metadata"].get("ownerReferences"):
        kinds.add(_kind_of_owner(change.old))
    return kinds


def _kind_of_owner(doc: Doc) -> str:
    for reference in doc["metadata"].get("ownerReferences") or ():
        if reference.get("controller"):
            return str(reference["kind"])
    return NOBODY
