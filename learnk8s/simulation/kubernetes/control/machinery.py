"""What every component of the cluster is given, and what it must be.

Import order: kubectl > cluster > faults > controllers | scheduler | kubelet | network > control > apiserver > store >
objects > kernel. A component learns of changes by `changed` (it may only note them and plan tasks), acts when one of its tasks is due by
`run`, and writes only through the API server.
"""

from dataclasses import dataclass, field
from typing import Any, Protocol

from learnk8s.simulation.kernel.agenda import Agenda, Clock
from learnk8s.simulation.kernel.causes import Causes
from learnk8s.simulation.kernel.dice import Dice
from learnk8s.simulation.kubernetes.apiserver.server import ApiServer
from learnk8s.simulation.kubernetes.control.parts import Parts
from learnk8s.simulation.kubernetes.store.store import Change, Store


@dataclass(slots=True)
class Machinery:
    """Clock, agenda, dice, causes, store (to read), API server (to write) and which parts stand still of one cluster."""

    clock: Clock
    agenda: Agenda
    dice: Dice
    causes: Causes
    store: Store
    api: ApiServer
    parts: Parts = field(default_factory=Parts)


class Component(Protocol):
    """A program of the cluster: scheduler, kubelet, controller loop, network."""

    name: str

    def changed(self, change: Change) -> None:
        """Note a change of the store; must not write."""

    def run(self, task: str, arguments: tuple[Any, ...]) -> None:
        """Do a task that the component had put on the agenda."""

    def dump(self) -> Any:
        """Return the component's own state (what the store does not hold) as JSON-able data."""

    def load(self, dumped: Any) -> None:
        """Take back what `dump` returned; the store is loaded before."""
