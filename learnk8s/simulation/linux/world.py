"""The Linux world: one server, a learner's terminal on it, and what the page asks about both."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from learnk8s.simulation.kernel.asked import place_of
from learnk8s.simulation.kernel.era import EraWorld
from learnk8s.simulation.kernel.goals import Own
from learnk8s.simulation.kernel.sentences import Telling
from learnk8s.simulation.linux import faults, flow, goals, messages, objects, scene, scoreboard
from learnk8s.simulation.linux.boot import booted
from learnk8s.simulation.linux.machine import Machine
from learnk8s.simulation.linux.scenarios import SCENARIOS, Scenario
from learnk8s.simulation.linux.terminal import Terminal


class LinuxWorld(EraWorld):
    """One sandbox of the era of single servers."""

    world_name: ClassVar[str] = "linux"
    told: ClassVar[Telling] = messages.TOLD
    model_name: ClassVar[str] = "machine"
    shell: Terminal

    def __init__(self, machine: Machine, scenario: str) -> None:
        self.machine = machine
        super().__init__(machine, Terminal(machine, self.apply), scenario)

    @classmethod
    def create(cls, scenario: str, seed: int) -> "LinuxWorld":
        """Return a new world at the start of one of the scenarios."""
        return cls.begun(SCENARIOS[scenario], seed)

    @classmethod
    def begun(cls, plan: Scenario, seed: int) -> "LinuxWorld":
        """Return a new world as a scenario describes it: what root had typed before, and time for it to settle."""
        machine = booted(seed)
        machine.because("scenario", "scenario.began", "scenario", plan.name, parent=0)
        world = cls(machine, plan.name)
        learner, variables = world.shell.process, dict(world.shell.variables)
        if plan.setup:
            root = machine.fork(machine.processes[1], ["-bash"])
            root.comm, root.cgroup, root.stdout = "bash", learner.cgroup, "null"
            for line in plan.setup:
                answer = world.shell.script(root, line)
                assert answer.status == 0, f"{plan.name}: {line}: {answer.stderr}"
            machine.end(root.pid)
        world.shell.forget(variables)
        machine.advance(machine.clock.now_ms + plan.settle_ms)
        flow.settle(machine)
        machine.flow.percent = plan.percent
        machine.flow.served = machine.flow.failed = machine.flow.down_ms = 0
        machine.flow.failures = {}
        machine.changed()
        return world

    # Inputs and buttons

    def about_to_begin(self) -> None:
        """Count what has flowed until an input."""
        flow.settle(self.machine)

    def applied(self, action: dict[str, Any]) -> str:
        """Do what an action says and return the equivalent command line. Raises BadAction."""
        return faults.apply_fault(self.machine, action)

    # Looking

    def actions(self, ref: str = "") -> list[dict[str, Any]]:
        """List the buttons, for one object or for the whole server."""
        return faults.faults_for(self.machine, ref.replace("Inside/", "Process/"))

    def scene(self) -> dict[str, Any]:
        """Describe everything that the picture and its text twin show."""
        log = self.log()
        return {
            "world": self.world_name, "now_ms": self.now_ms, "boxes": scene.boxes(self.machine), "links": scene.links(self.machine), "log": log, "lit": self.lit(log),
            "scoreboard": self.scoreboard(), "traffic": self._traffic(), "is_empty": not any(process.program for process in self.machine.processes.values()), "prompt": self.shell.prompt(),
        }

    def _traffic(self) -> dict[str, Any]:
        current = self.machine.flow
        passed = self.now_ms - current.settled_ms
        counts = dict(current.failures)
        if current.failed_rate:
            counts[current.reason] = counts.get(current.reason, 0) + current.failed_rate * passed
        failures = [{"reason": reason, "count": count // scoreboard.MICRO, "text_en": messages.REASONS[reason][0], "text_ko": messages.REASONS[reason][1]} for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
        return {"percent": current.percent, "per_second": (current.served_rate + current.failed_rate) // 1000, "failing_per_second": current.failed_rate // 1000, "failures": failures}

    def scoreboard(self) -> dict[str, Any]:
        """Count what the eras are compared by."""
        return scoreboard.counted(self.machine, commands=self.commands)

    def document(self, ref: str) -> dict[str, Any] | None:
        """Return an object by its reference."""
        kind, _, name = ref.partition("/")
        return objects.find(self.machine, f"Process/{name}" if kind in ("Room", "Inside") else ref)

    def documents(self, kind: str) -> Sequence[Mapping[str, Any]]:
        """Return all objects of a kind."""
        return objects.listed(self.machine, kind)

    def inspect(self, ref: str) -> dict[str, Any] | None:
        """Describe one object: its fields, what can be done with it, and why it is as it is."""
        doc = self.find(ref)
        return {"ref": ref, "summary": doc, "yaml": json.dumps(doc, indent=2, ensure_ascii=False), "events": [], "actions": self.actions(ref), "why": self.why(ref)} if doc is not None else None

    def why(self, ref: str, path: str = "") -> list[dict[str, Any]]:
        """Return the chain of causes of the last change of an object, newest first; of one that is gone, too."""
        kind, _, name = ref.partition("/")
        if kind in ("Process", "Room", "Inside"):
            process = None if name.isdigit() else objects.process_of(self.machine, name)
            ref = f"Process/{process.pid if process else name}"
        return super().why(ref, path)

    def own_checks(self) -> Mapping[str, Own]:
        """Return what goals may ask of a server alone."""
        return goals.own_checks(self.machine)

    def refs(self) -> Sequence[str]:
        """Return the references of everything that a goal may be about."""
        return objects.refs(self.machine)

    def log_of(self, ref: str) -> str:
        """Return what a unit or the kernel has logged."""
        return objects.log_of(self.machine, ref)

    def answers(self, source: str, url: str) -> bool:
        """Say whether an address answers to a network namespace, a process, the world `outside`, or ("") the server."""
        host, port = place_of(url)
        return bool(objects.answers(self.machine, host, port, source.partition("/")[2] or source))

    def requests(self) -> Sequence[tuple[str, str]]:
        """Return who might ask whom."""
        return objects.requests(self.machine)

    # Reading back

    @classmethod
    def load(cls, dump: bytes) -> "LinuxWorld":
        """Return the world that `dump` wrote down."""
        world = cls(Machine(0), "")
        world.restore(dump)
        return world
