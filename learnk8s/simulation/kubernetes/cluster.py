"""One simulated cluster: machinery, control plane, nodes and network, wired together.

Theory. Everything that changes the store does so through the API server; the store tells the components; the components put tasks on
the agenda; `advance` does the tasks in order. So the whole state is: store, agenda, dice, causes and each component's own
small state, and `dump` writes exactly these down.
"""

import json
from typing import Any

from learnk8s.simulation.kernel import crashes
from learnk8s.simulation.kernel.agenda import Agenda, Clock
from learnk8s.simulation.kernel.causes import Causes
from learnk8s.simulation.kernel.dice import Dice
from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.kernel.limits import STEPS_PER_ADVANCE_MAX, WORLD_AGE_MS_MAX, LimitExceeded
from learnk8s.simulation.kubernetes.apiserver.server import ApiServer
from learnk8s.simulation.kubernetes.control.loop import ControlLoop
from learnk8s.simulation.kubernetes.control.machinery import Component, Machinery
from learnk8s.simulation.kubernetes.controllers.autoscaler import RESOURCE as AUTOSCALERS
from learnk8s.simulation.kubernetes.controllers.autoscaler import AutoscalerController
from learnk8s.simulation.kubernetes.controllers.registered import controllers
from learnk8s.simulation.kubernetes.faults import switch
from learnk8s.simulation.kubernetes.kubelet.contents import hosts_file
from learnk8s.simulation.kubernetes.kubelet.inside import InsideContainers
from learnk8s.simulation.kubernetes.kubelet.kubelet import Kubelets
from learnk8s.simulation.kubernetes.kubelet.registry import Registry
from learnk8s.simulation.kubernetes.netshell import network_command
from learnk8s.simulation.kubernetes.network.network import HttpAnswer, Network
from learnk8s.simulation.kubernetes.network.origin import Origin
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import KINDS
from learnk8s.simulation.kubernetes.kubelet.images import agnhost_webhook
from learnk8s.simulation.kubernetes.scheduler.component import SchedulerComponent
from learnk8s.simulation.kubernetes.store.store import Change, Store


class Cluster:
    """A control plane with its nodes, in virtual time."""

    def __init__(self, seed: int, *, bare: bool = False) -> None:
        self.bare = bare
        self._wire(Clock(), Agenda(), Dice(seed), Causes())

    def _wire(self, clock: Clock, agenda: Agenda, dice: Dice, causes: Causes) -> None:
        self.clock, self.agenda, self.dice, self.causes = clock, agenda, dice, causes
        self.store = Store(clock, dice, causes)
        self.api = ApiServer(self.store)
        machinery = self.machinery = Machinery(clock, agenda, dice, causes, self.store, self.api)
        self.kubelets = Kubelets(machinery, Registry(), bare=self.bare)
        self.network = Network(machinery, self.kubelets)
        self.kubelets.network, self.kubelets.calls = self._asked_by_pod, self.network.called
        self.kubelets.reached = self._reached_by_pod
        self.kubelets.part_moved = lambda name, is_gone: switch(machinery, self.kubelets, self.network, name, stop=is_gone)
        self.inside = InsideContainers(machinery, self.kubelets)
        self.scheduler = SchedulerComponent(machinery)
        self.loop = ControlLoop(machinery, controllers(self.kubelets.heartbeat_stopped_ms, None if self.bare else self.usage, self.kubelets.serve, self.kubelets.listens_at_ms))
        self.network.load_changed = self._load_changed
        self.api.nodes = self.inside
        self.api.tells_parity = not self.bare
        self.api.serve = self.kubelets.serve
        self.api.hooks = (agnhost_webhook.answered,)
        self.api.usage = None if self.bare else self.usage
        self.components: dict[str, Component] = {part.name: part for part in (self.scheduler, self.loop, self.kubelets, self.network)}
        self.store.subscribers.append(self._changed)

    def _changed(self, change: Change) -> None:
        for component in self.components.values():
            component.changed(change)

    def heartbeats_changed(self, cause: int) -> None:
        """Have the node lifecycle controller look at all nodes: a heartbeat stopped or came back."""
        for node in self.store.list("nodes"):
            self.loop.wake("node-lifecycle-controller", ("", node["metadata"]["name"]), cause)

    def _asked_by_pod(self, pod: Doc, argv: list[str], *, peek: bool = False) -> Outcome:
        """Carry out a network command as a process of a pod."""
        record = self.kubelets.pods.get(pod["metadata"]["uid"])
        origin = Origin(pod["metadata"]["namespace"], pod, self.kubelets.resolv_conf(pod), hosts_file(pod, record) if record else "", is_peek=peek)
        return network_command(argv, self.network, origin=origin)

    def _reached_by_pod(self, pod: Doc, host: str, port: int, peek: bool) -> tuple[Doc | None, str]:
        """Return the pod that answers another pod at a host and port, or none and why not."""
        record = self.kubelets.pods.get(pod["metadata"]["uid"])
        origin = Origin(pod["metadata"]["namespace"], pod, self.kubelets.resolv_conf(pod), hosts_file(pod, record) if record else "", is_peek=peek)
        found = self.network.request(host, port, origin=origin)
        if not isinstance(found, HttpAnswer):
            return None, "unknown" if found.kind == "nxdomain" else "refused"
        return self.store.get("pods", found.namespace, found.pod) if found.namespace else None, "refused"

    def _load_changed(self) -> None:
        """Have the autoscalers look: pods use more or less CPU than before."""
        for autoscaler in self.store.list(AUTOSCALERS):
            self.loop.wake(AutoscalerController.name, (autoscaler["metadata"]["namespace"], autoscaler["metadata"]["name"]), self.causes.current)

    # Time

    def next_due_ms(self) -> int | None:
        """Say when the next task is due."""
        return self.agenda.next_due_ms()

    def step(self, until_ms: int) -> bool:
        """Do the next task if it is due by then; say whether there was one."""
        due_ms = self.agenda.next_due_ms()
        if due_ms is None or due_ms > until_ms:
            return False
        self.clock.now_ms = max(due_ms, self.clock.now_ms)
        task = self.agenda.pop()
        if self.machinery.parts.holds(task.component):
            self.machinery.parts.wait(task)
            return True
        try:
            self.components[task.component].run(task.name, task.arguments)
        except LimitExceeded:
            raise
        except Exception:
            if not crashes.noted(task.component, f"{task.name} {task.arguments}"):
                raise
        self.network.refresh()
        return True

    def advance(self, until_ms: int) -> None:
        """Do all that is due until then. Raises LimitExceeded if the cluster does not come to rest."""
        if until_ms > WORLD_AGE_MS_MAX:
            raise LimitExceeded("this sandbox has reached the end of its sixty virtual days; reset it to begin anew")
        steps = 0
        while self.step(until_ms):
            steps += 1
            if steps > STEPS_PER_ADVANCE_MAX:
                raise LimitExceeded("too much is happening at once in this sandbox; go on in smaller steps or delete something")
        self.clock.now_ms = max(until_ms, self.clock.now_ms)

    # Looking

    def find(self, ref: str) -> Doc | None:
        """Return an object by `Kind/namespace/name`, as a reader sees it now."""
        kind_name, namespace, name = (ref.split("/") + ["", "", ""])[:3]
        kind = next((kind for kind in KINDS if kind.kind == kind_name), None)
        doc = self.store.get(kind.resource, namespace, name) if kind else None
        return self.store.shown(kind.resource, doc) if kind and doc else None

    def usage(self, pod: Doc) -> tuple[int, int]:
        """Return millicores and bytes that a pod uses now, for requests too."""
        cpu, memory = self.kubelets.usage(pod)
        return cpu + self.network.millicores(pod["metadata"]["namespace"], pod["metadata"]["name"]), memory

    # Writing down and reading back

    def state(self) -> dict[str, Any]:
        """Return the whole state as JSON-able data."""
        return {
            "now_ms": self.clock.now_ms, "seed": self.dice.seed, "dice": self.dice.dump(), "bare": self.bare, "causes": self.causes.dump(), "store": self.store.dump(),
            "agenda": self.agenda.dump(), "parts": self.machinery.parts.dump(), "api": self.api.dump(), "components": {name: component.dump() for name, component in sorted(self.components.items())},
        }

    def packed(self) -> tuple[dict[str, Any], list[bytes], list[list[Any]]]:
        """Return the state without the causes that lie packed and without the events, and these two: most of a long life, of which little changes from one moment to the next."""
        causes, blocks = self.causes.packed()
        state = {
            "now_ms": self.clock.now_ms, "seed": self.dice.seed, "dice": self.dice.dump(), "bare": self.bare, "causes": causes, "store": self.store.dump(with_events=False),
            "agenda": self.agenda.dump(), "parts": self.machinery.parts.dump(), "api": self.api.dump(), "components": {name: component.dump() for name, component in self.components.items()},
        }
        return state, blocks, self.store.events.dump()

    def copied(self) -> "Cluster":
        """Return a cluster of its own in the same state: for looking back and for trying things out. Costs as much as there are objects, not what they hold."""
        cluster = self.__class__.__new__(self.__class__)
        cluster.bare = self.bare
        cluster._wire(Clock(self.clock.now_ms), self.agenda.copied(), Dice(self.dice.seed, self.dice.dump()), self.causes.copied())
        cluster.store.take_after(self.store)
        cluster.api.load(self.api.dump())
        cluster.machinery.parts.load(self.machinery.parts.dump())
        state = json.loads(json.dumps({name: component.dump() for name, component in self.components.items()}))
        for name, component in cluster.components.items():
            component.load(state[name])
        cluster.scheduler.verdicts = dict(self.scheduler.verdicts)
        return cluster

    @classmethod
    def restored(cls, state: dict[str, Any], blocks: list[bytes] | None = None) -> "Cluster":
        """Return the cluster that `state` described, or `packed` (with its blocks of causes; the events stand in the state again)."""
        cluster = cls.__new__(cls)
        cluster.bare = state["bare"]
        cluster._wire(Clock(state["now_ms"]), Agenda.load(state["agenda"]), Dice(state["seed"], state["dice"]), Causes.load(state["causes"]) if blocks is None else Causes.unpacked(state["causes"], blocks))
        cluster.store.load(state["store"])
        cluster.api.load(state["api"])
        cluster.machinery.parts.load(state["parts"])
        for name, component in cluster.components.items():
            component.load(state["components"][name])
        return cluster


def as_bytes(state: dict[str, Any]) -> bytes:
    """Return the bytes of a state: equal states give equal bytes."""
    return json.dumps(state, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
