"""How many pods each controller has in which state, counted change by change.

A controller of a thousand pods is woken hundreds of times while they start; with these counts a look at it costs the same however many pods it has.
Pods of one template share their labels, so they are told apart by the labels' identity first.
"""

from collections.abc import Iterator
from typing import NamedTuple

from learnk8s.simulation.kubernetes.objects.document import Doc, controller_of

FINISHED = ("Succeeded", "Failed")
NO_LABELS: Doc = {}


class State(NamedTuple):
    """What a controller asks of a pod."""

    active: bool
    terminating: bool
    ready: bool


STATES = {(active, terminating, ready): State(active, terminating, ready) for active in (False, True) for terminating in (False, True) for ready in (False, True)}


class Kin:
    """Pods of one controller with the very same labels."""

    __slots__ = ("counts", "labels")

    def __init__(self, labels: Doc) -> None:
        self.labels = labels
        self.counts: dict[State, int] = {}


class PodCounts:
    """All pods by their controller's uid, and those that have none by namespace."""

    __slots__ = ("_kin", "_strays")

    def __init__(self) -> None:
        self._kin: dict[str, dict[int, Kin]] = {}
        self._strays: dict[str, dict[str, Doc]] = {}

    def copied(self) -> "PodCounts":
        """Return counts of its own with the same pods."""
        copy = PodCounts()
        for uid, families in self._kin.items():
            copy._kin[uid] = {}
            for place, kin in families.items():
                twin = copy._kin[uid][place] = Kin(kin.labels)
                twin.counts = dict(kin.counts)
        copy._strays = {namespace: dict(pods) for namespace, pods in self._strays.items()}
        return copy

    def changed(self, old: Doc | None, new: Doc | None) -> None:
        """Count a pod that came, changed or went."""
        if old is not None:
            self._count(old, -1)
        if new is not None:
            self._count(new, 1)

    def of(self, uid: str) -> Iterator[tuple[Doc, State, int]]:
        """Yield labels, state and number of the pods of a controller."""
        for kin in self._kin.get(uid, {}).values():
            for state, count in kin.counts.items():
                yield kin.labels, state, count

    def strays(self, namespace: str) -> Iterator[Doc]:
        """Yield the labels of pods that no controller has."""
        for pod in self._strays.get(namespace, {}).values():
            yield pod["metadata"].get("labels") or NO_LABELS

    def _count(self, pod: Doc, sign: int) -> None:
        metadata = pod["metadata"]
        owner = controller_of(pod)
        if owner is None:
            self._stray(pod, sign)
            return
        labels = metadata.get("labels") or NO_LABELS
        families = self._kin.setdefault(owner.get("uid", ""), {})
        kin = families.get(id(labels))
        if kin is None:
            kin = families[id(labels)] = Kin(labels)
        state = state_of(pod)
        count = kin.counts.get(state, 0) + sign
        if count:
            kin.counts[state] = count
            return
        del kin.counts[state]
        if not kin.counts:
            del families[id(labels)]
            if not families:
                del self._kin[owner.get("uid", "")]

    def _stray(self, pod: Doc, sign: int) -> None:
        namespace, name = pod["metadata"].get("namespace", ""), pod["metadata"]["name"]
        if sign > 0:
            self._strays.setdefault(namespace, {})[name] = pod
            return
        self._strays[namespace].pop(name, None)
        if not self._strays[namespace]:
            del self._strays[namespace]


def state_of(pod: Doc) -> State:
    """Say whether a pod is active, terminating and ready."""
    status = pod.get("status") or {}
    terminating = "deletionTimestamp" in pod["metadata"]
    ready = any(entry["type"] == "Ready" and entry["status"] == "True" for entry in status.get("conditions") or ())
    return STATES[not terminating and status.get("phase") not in FINISHED, terminating, ready]
