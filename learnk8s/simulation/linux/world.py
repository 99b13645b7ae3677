"""The Linux world: one server, a learner's terminal on it, and what the page asks about both."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from learnk8s.simulation.kernel.asked import Asked, place_of
from learnk8s.simulation.kernel.causes import Cause, Causes
from learnk8s.simulation.kernel.limits import COMMAND_BYTES_MAX, LimitExceeded
from learnk8s.simulation.kernel.world import Answer
from learnk8s.simulation.linux import faults, flow, goals, messages, objects, scene, scoreboard
from learnk8s.simulation.linux.boot import booted
from learnk8s.simulation.linux.machine import Machine
from learnk8s.simulation.linux.scenarios import SCENARIOS, Scenario
from learnk8s.simulation.linux.terminal import Terminal

LOG_LINKS = 30
LIT_MS = 1_000
DONE_MAX = 1_000
LINES_MAX = 500


class LinuxWorld(Asked):
    """One sandbox of the era of single servers."""

    world_name: ClassVar[str] = "linux"

    def __init__(self, machine: Machine, scenario: str) -> None:
        self.machine, self.scenario = machine, scenario
        self.shell = Terminal(machine, self._apply)
        self._done: list[dict[str, Any]] = []
        self._lines: list[str] = []
        self._commands = 0

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

    # Time

    @property
    def now_ms(self) -> int:
        """Virtual milliseconds since the world began."""
        return self.machine.clock.now_ms

    def next_due_ms(self) -> int | None:
        """Say when the next thing will happen, on the server or in the terminal."""
        due = [moment for moment in (self.machine.agenda.next_due_ms(), self.shell.wake_ms) if moment is not None]
        return min(due) if due else None

    def advance(self, until_ms: int) -> None:
        """Let virtual time pass; a foreground program is looked at after each thing that happens."""
        while self.shell.running and (due_ms := self.next_due_ms()) is not None and due_ms <= until_ms:
            self.machine.advance(due_ms)
            self.shell.poll()
        self.machine.advance(until_ms)

    # Inputs

    def execute(self, line: str) -> Answer:
        """Run one input of the terminal."""
        if len(line.encode()) > COMMAND_BYTES_MAX:
            return Answer(f"learnk8s: the input is larger than {COMMAND_BYTES_MAX // 1024} KiB; nothing was run\n", 1)
        self._begin("line", line)
        self._commands += 1
        self._lines = [*self._lines, line.strip()[:200]][-LINES_MAX:]
        return self.shell.execute(line)

    def interrupt(self) -> Answer:
        """Press Ctrl-C."""
        return self.shell.interrupt()

    def output_since(self, offset: int) -> tuple[str, int]:
        """Return what the foreground program printed after an offset."""
        return self.shell.output_since(offset)

    def complete(self, line: str) -> list[str]:
        """List what Tab could make of the last word."""
        return self.shell.complete(line)

    def act(self, action: Mapping[str, Any]) -> Answer:
        """Press a button; the answer begins with the command line that would have done the same."""
        self._begin("action", str(action.get("kind", "")))
        try:
            return Answer(self._apply(dict(action)) + "\n", 0)
        except (faults.BadAction, LimitExceeded) as error:
            return Answer(f"{error}\n", 1)

    def _apply(self, action: dict[str, Any]) -> str:
        line = faults.apply_fault(self.machine, action)
        if len(self._done) < DONE_MAX:
            self._done.append({**action, "at_ms": self.now_ms})
        return line

    def _begin(self, kind: str, text: str) -> None:
        flow.settle(self.machine)
        self.machine.causes.add(self.now_ms, "input", f"input.{kind}", "input", text.strip().split("\n")[0][:120], parent=0)

    # Looking

    def actions(self, ref: str = "") -> list[dict[str, Any]]:
        """List the buttons, for one object or for the whole server."""
        return faults.faults_for(self.machine, ref.replace("Inside/", "Process/"))

    def scene(self) -> dict[str, Any]:
        """Describe everything that the picture and its text twin show."""
        log = [messages.link(cause) for cause in self.machine.causes.latest(LOG_LINKS)]
        return {
            "world": self.world_name, "now_ms": self.now_ms, "boxes": scene.boxes(self.machine), "links": scene.links(self.machine), "log": log, "lit": sorted({link["actor"] for link in log if self.now_ms - link["at_ms"] <= LIT_MS}),
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
        return scoreboard.counted(self.machine, commands=self._commands)

    def find(self, ref: str) -> dict[str, Any] | None:
        """Return an object by its reference."""
        kind, _, name = ref.partition("/")
        return objects.find(self.machine, f"Process/{name}" if kind in ("Room", "Inside") else ref)

    def inspect(self, ref: str) -> dict[str, Any] | None:
        """Describe one object: its fields, what can be done with it, and why it is as it is."""
        doc = self.find(ref)
        return {"ref": ref, "summary": doc, "yaml": json.dumps(doc, indent=2, ensure_ascii=False), "events": [], "actions": self.actions(ref), "why": self.why(ref)} if doc is not None else None

    def why(self, ref: str, path: str = "") -> list[dict[str, Any]]:
        """Return the chain of causes of the last change of an object, newest first; of one that is gone, too."""
        kind, _, name = ref.partition("/")
        if kind in ("Process", "Room", "Inside") and not name.isdigit():
            process = objects.process_of(self.machine, name)
            name = str(process.pid) if process else name
        number = self.machine.history.get(f"Process/{name}" if kind in ("Room", "Inside") else f"{kind}/{name}")
        return messages.chain(self.machine.causes, number) if number is not None else []

    def check(self, goal: Mapping[str, Any]) -> dict[str, Any]:
        """Say whether a goal is reached and what is missing. Raises goals.BadGoal."""
        return goals.evaluated(goal, goals.Evidence(self.machine, self._done, self._lines, self))

    @property
    def is_busy(self) -> bool:
        """Say whether a foreground program runs."""
        return self.shell.running

    @property
    def reasons(self) -> Causes:
        """Return the causes of all that happened."""
        return self.machine.causes

    def linked(self, cause: Cause) -> dict[str, Any]:
        """Return a cause with its sentences."""
        return messages.link(cause)

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

    # Writing down and reading back

    def dump(self) -> bytes:
        """Write the whole state down: equal histories give equal bytes."""
        state = {"scenario": self.scenario, "machine": self.machine.dump(), "shell": self.shell.dump(), "done": self._done, "lines": self._lines, "commands": self._commands}
        return json.dumps(state, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def load(cls, dump: bytes) -> "LinuxWorld":
        """Return the world that `dump` wrote down."""
        state = json.loads(dump)
        world = cls(Machine.load(state["machine"]), state["scenario"])
        world.shell.load(state["shell"])
        world._done, world._lines, world._commands = state["done"], state["lines"], state["commands"]
        return world
