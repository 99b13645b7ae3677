"""The hypervisor world: racks, a learner's terminal beside them, and what the page asks about both."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from learnk8s.simulation.hypervisor import inspection, scoreboard
from learnk8s.simulation.hypervisor.datacentre import Datacentre, VirtError
from learnk8s.simulation.hypervisor.faults import BadAction, apply_fault, faults_for
from learnk8s.simulation.hypervisor.messages import chain, link
from learnk8s.simulation.hypervisor.nova import Nova
from learnk8s.simulation.hypervisor.scenarios import SCENARIOS, Scenario, furnish
from learnk8s.simulation.hypervisor.scene import boxes_of, links_of
from learnk8s.simulation.hypervisor.terminal import Terminal, default_uri, new_shell
from learnk8s.simulation.kernel import goals
from learnk8s.simulation.kernel.asked import Asked
from learnk8s.simulation.kernel.causes import Cause, Causes
from learnk8s.simulation.kernel.limits import COMMAND_BYTES_MAX, LimitExceeded
from learnk8s.simulation.kernel.world import Answer

LOG_LINKS = 30
LIT_MS = 1_000
DONE_MAX = 1_000


class HypervisorWorld(Asked):
    """One sandbox of the era of virtual machines."""

    world_name: ClassVar[str] = "hypervisor"

    def __init__(self, racks: Datacentre, scenario: str) -> None:
        self.racks, self.scenario = racks, scenario
        self.nova = Nova(racks)
        self.shell: Terminal = new_shell(racks, self.nova, self._apply)
        self._done: list[dict[str, Any]] = []
        self._lines: list[str] = []
        self._commands = 0

    @classmethod
    def create(cls, scenario: str, seed: int) -> "HypervisorWorld":
        """Return a new world at the start of one of the built-in scenarios."""
        return cls.begun(SCENARIOS[scenario], seed)

    @classmethod
    def begun(cls, plan: Scenario, seed: int) -> "HypervisorWorld":
        """Return a new world as a scenario describes it."""
        world = cls(Datacentre(seed), plan.name)
        furnish(world.racks, world.nova, plan)
        world.shell.variables["LIBVIRT_DEFAULT_URI"] = default_uri(world.racks)
        for name, text in plan.files:
            world.shell.files.write(name, text)
        return world

    # Time

    @property
    def now_ms(self) -> int:
        """Virtual milliseconds since the world began."""
        return self.racks.clock.now_ms

    def next_due_ms(self) -> int | None:
        """Say when the next thing will happen, in the racks or in the terminal."""
        due = [moment for moment in (self.racks.next_due_ms(), self.shell.wake_ms) if moment is not None]
        return max(min(due), self.now_ms) if due else None

    def advance(self, until_ms: int) -> None:
        """Let virtual time pass; a foreground job looks at the world after each thing that happens."""
        while self.shell.running and (due_ms := self.next_due_ms()) is not None and due_ms <= until_ms:
            self.racks.advance(due_ms)
            self.shell.poll()
        self.racks.advance(max(until_ms, self.now_ms))

    # Inputs

    def execute(self, line: str) -> Answer:
        """Run one input of the terminal."""
        if len(line.encode(errors="replace")) > COMMAND_BYTES_MAX:
            return Answer(f"learnk8s: the input is larger than {COMMAND_BYTES_MAX // 1024} KiB; nothing was run\n", 1)
        self._begin("line", line)
        self._commands += 1
        if len(self._lines) < DONE_MAX:
            self._lines.append(line[:500])
        return self.shell.execute(line)

    def interrupt(self) -> Answer:
        """Press Ctrl-C; a migration that was being watched is given up, as virsh does."""
        job = self.shell.dump()["job"]
        answer = self.shell.interrupt()
        if job and job["state"].get("kind") == "migration" and job["state"]["guest"] in self.racks.guests:
            self.racks.give_up_migration(job["state"]["guest"], "Ctrl-C was pressed")
        return answer

    def output_since(self, offset: int) -> tuple[str, int]:
        """Return what the foreground job printed after an offset."""
        return self.shell.output_since(offset)

    def complete(self, line: str) -> list[str]:
        """List what Tab could make of the last word."""
        return self.shell.complete(line)

    def act(self, action: Mapping[str, Any]) -> Answer:
        """Press a button; the answer begins with the command line that would have done the same."""
        self._begin("action", str(action.get("kind", "")))
        try:
            return Answer(self._apply(dict(action)) + "\n", 0)
        except (BadAction, VirtError, LimitExceeded) as error:
            return Answer(f"{error}\n", 1)

    def _apply(self, action: dict[str, Any]) -> str:
        line = apply_fault(self.racks, action)
        if len(self._done) < DONE_MAX:
            self._done.append({**action, "at_ms": self.now_ms})
        return line

    def _begin(self, kind: str, text: str) -> None:
        self.racks.causes.add(self.now_ms, "input", f"input.{kind}", "input", text.strip().split("\n")[0][:120], parent=0)

    # Looking

    def actions(self, ref: str = "") -> list[dict[str, Any]]:
        """List the buttons, for one thing or for the whole world."""
        return faults_for(self.racks, ref)

    def scene(self) -> dict[str, Any]:
        """Describe everything that the picture and its text twin show."""
        log = [link(cause) for cause in self.racks.causes.latest(LOG_LINKS)]
        boxes = [*boxes_of(self.racks), *self.nova.boxes()]
        lit = sorted({entry["actor"] for entry in log if self.now_ms - entry["at_ms"] <= LIT_MS})
        return {"world": self.world_name, "at_ms": self.now_ms, "time": self.racks.clock.timestamp(), "boxes": boxes, "links": links_of(self.racks), "log": log, "lit": lit, "scoreboard": self.scoreboard(),
                "traffic": self.racks.traffic.shown(), "is_empty": not self.racks.guests}

    def scoreboard(self) -> dict[str, Any]:
        """Count what the eras are compared by."""
        return scoreboard.counted(self.racks, commands=self._commands)

    def inspect(self, ref: str) -> dict[str, Any] | None:
        """Describe one thing: summary, YAML, why."""
        return inspection.inspected(self.racks, self.nova, ref)

    def find(self, ref: str) -> dict[str, Any] | None:
        """Return a thing as a document; `Scoreboard` is one too."""
        return self.scoreboard() if ref == "Scoreboard" else inspection.document(self.racks, self.nova, ref)

    def why(self, ref: str, path: str = "") -> list[dict[str, Any]]:
        """Return the chain of causes of a thing, newest first."""
        number = inspection.last_cause(self.racks, ref)
        return chain(self.racks.causes, number) if number is not None else []

    def check(self, goal: Mapping[str, Any]) -> dict[str, Any]:
        """Say whether a goal is reached and what is missing. Raises goals.BadGoal."""
        return goals.evaluated(goal, goals.Evidence(find=self.find, listed=lambda kind: inspection.documents(self.racks, self.nova, kind), happened=self._done, lines=self._lines, asking=self))

    @property
    def is_busy(self) -> bool:
        """Say whether a foreground job runs."""
        return self.shell.running

    @property
    def reasons(self) -> Causes:
        """Return the causes of all that happened."""
        return self.racks.causes

    def linked(self, cause: Cause) -> dict[str, Any]:
        """Return a cause with its sentences."""
        return link(cause)

    def refs(self) -> Sequence[str]:
        """Return the references of everything that a goal may be about."""
        return inspection.refs(self.racks, self.nova)

    def log_of(self, ref: str) -> str:
        """Return what a guest shows on its console, and what its journal says."""
        return inspection.log_of(self.racks, ref)

    def answers(self, source: str, url: str) -> bool:
        """Say whether a guest's service answers to a guest, a machine, or ("") the terminal."""
        return inspection.answers(self.racks, source, url)

    def requests(self) -> Sequence[tuple[str, str]]:
        """Return who might ask whom."""
        return inspection.requests(self.racks)

    # Writing down and reading back

    def dump(self) -> bytes:
        """Write the whole state down: equal histories give equal bytes."""
        state = {"scenario": self.scenario, "racks": self.racks.dump(), "shell": self.shell.dump(), "done": self._done, "lines": self._lines, "commands": self._commands}
        return json.dumps(state, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()

    @classmethod
    def load(cls, dump: bytes) -> "HypervisorWorld":
        """Return the world that `dump` wrote down."""
        state = json.loads(dump)
        world = cls(Datacentre(state["racks"]["seed"]), state["scenario"])
        world.racks.restore(state["racks"])
        world.shell.load(state["shell"])
        world._done, world._lines, world._commands = state["done"], state["lines"], state["commands"]
        return world
