"""What all Docker hosts of a world share: the clock, chance, causes, registries and the requests that come in."""

from typing import TYPE_CHECKING, Any

from learnk8s.simulation.docker.layers import Store
from learnk8s.simulation.docker.registry import Registry
from learnk8s.simulation.docker.requests import Requests
from learnk8s.simulation.kernel.agenda import Agenda, Clock, Task
from learnk8s.simulation.kernel.causes import Causes
from learnk8s.simulation.kernel.dice import Dice
from learnk8s.simulation.kernel.limits import HISTORY_PER_OBJECT_MAX, STEPS_PER_ADVANCE_MAX, LimitExceeded

if TYPE_CHECKING:
    from learnk8s.simulation.docker.engine import Engine


class Site:
    """The machines of a world, and what is due on them."""

    quiet: frozenset[str] = frozenset()
    """Components whose tasks only look."""

    def __init__(self, seed: int) -> None:
        self.clock, self.agenda, self.dice, self.causes = Clock(), Agenda(), Dice(seed), Causes()
        self.store, self.registry = Store(), Registry()
        self.hosts: dict[str, Engine] = {}
        self.histories: dict[str, list[int]] = {}
        self.requests = Requests(self)
        self.scale_out_ms = self.blast_radius = self.oom_kills = self.recover_ms = 0

    @property
    def now_ms(self) -> int:
        """Virtual milliseconds since the world began."""
        return self.clock.now_ms

    # Causes

    def note(self, actor: str, key: str, ref: str, *parameters: str) -> int:
        """Record that something happened to a thing."""
        number = self.causes.add(self.now_ms, actor, key, "ref", ref, *parameters)
        history = self.histories.setdefault(ref, [])
        history.append(number)
        del history[:-HISTORY_PER_OBJECT_MAX]
        return number

    # Time

    def at(self, delay_ms: int, component: str, name: str, *arguments: Any) -> int:
        """Plan a task of a component; it will know under which cause it was planned."""
        return self.agenda.at(self.now_ms + delay_ms, component, name, *arguments, self.causes.current)

    def changes_of(self, ref: str) -> list[int]:
        """Return the numbers of what happened to a thing, oldest first."""
        return self.histories.get(ref, [])

    def next_due_ms(self) -> int | None:
        """Return when the next thing will happen."""
        return self.agenda.next_due_ms()

    def advance(self, until_ms: int) -> None:
        """Do all that is due until then. Raises LimitExceeded."""
        steps = 0
        while (due := self.agenda.next_due_ms()) is not None and due <= until_ms:
            task = self.agenda.pop()
            self.requests.settle(due)
            self.clock.now_ms = max(due, self.now_ms)
            *arguments, self.causes.current = task.arguments
            self.do(task, arguments)
            if task.component not in self.quiet:
                self.changed(self.hosts.get(str(arguments[0])))
            if (steps := steps + 1) > STEPS_PER_ADVANCE_MAX:
                raise LimitExceeded("this world does not come to rest")
        self.requests.settle(until_ms)
        self.clock.now_ms = max(until_ms, self.now_ms)

    def do(self, task: Task, arguments: list[Any]) -> None:
        """Do one task: those of an engine go to it."""
        engine = self.hosts.get(str(arguments[0]))
        if engine is not None:
            engine.do(task.name, arguments[1:])

    def changed(self, where: "Engine | None" = None) -> None:
        """Say that something is not as it was, on one host or (None) anywhere: the spread of requests is worked out anew, and when memory will run out."""
        self.requests.forget()
        for engine in (where,) if where is not None else self.hosts.values():
            engine.watch_memory()

    def flow_targets(self, flow: str) -> "list[tuple[Engine, str]]":
        """Return where a flow's requests go now: engines and container ids. On one host a flow is named after a published port."""
        return [(engine, found.id) for engine in self.hosts.values() if (found := engine.published(int(flow) if flow.isdigit() else 0)) is not None]

    def resolve(self, name: str, port: int) -> "list[tuple[Engine, str]] | None":
        """Return what answers at another machine's name or address and port; None if there is no such machine."""
        for engine in self.hosts.values():
            if name in (engine.name, engine.address):
                found = engine.published(port)
                return [(engine, found.id)] if found else []
        return None

    # Writing down and reading back

    def dump(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {"seed": self.dice.seed, "now": self.now_ms, "agenda": self.agenda.dump(), "dice": self.dice.dump(), "causes": self.causes.dump(), "histories": self.histories, "layers": self.store.dump(), "registry": self.registry.dump(),
                "hosts": [engine.dump() for engine in self.hosts.values()], "requests": self.requests.dump(), "counts": [self.scale_out_ms, self.blast_radius, self.oom_kills, self.recover_ms]}

    def restore(self, dumped: dict[str, Any]) -> None:
        """Take back what `dump` returned."""
        from learnk8s.simulation.docker.engine import Engine

        self.clock.now_ms = dumped["now"]
        self.agenda, self.causes, self.dice = Agenda.load(dumped["agenda"]), Causes.load(dumped["causes"]), Dice(dumped["seed"], dumped["dice"])
        self.histories = {ref: list(entries) for ref, entries in dumped["histories"].items()}
        self.store.restore(dumped["layers"])
        self.registry.restore(dumped["registry"])
        self.hosts = {entry["name"]: Engine.loaded(self, entry) for entry in dumped["hosts"]}
        self.requests.restore(dumped["requests"])
        self.scale_out_ms, self.blast_radius, self.oom_kills, self.recover_ms = dumped["counts"]
