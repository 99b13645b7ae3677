"""The Kubernetes world: a cluster, a learner's terminal in front of it, and what the page asks about both.

Inputs are lines and actions; each begins a new chain of causes. Nothing here is stored beside the cluster's and the shell's state
except what the learner has done (for goals and for the scoreboard).
"""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from learnk8s.simulation.kernel.limits import COMMAND_BYTES_MAX, LimitExceeded
from learnk8s.simulation.kernel.shell.shell import Shell
from learnk8s.simulation.kernel.world import Answer
from learnk8s.simulation.kubernetes import goals, inspection, scoreboard
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.pod_words import pod_word
from learnk8s.simulation.kubernetes.apiserver.wire.call import Call, Reply
from learnk8s.simulation.kubernetes.apiserver.wire.door import answered
from learnk8s.simulation.kubernetes.cluster import Cluster, as_bytes
from learnk8s.simulation.kubernetes.control.parts import PARTS
from learnk8s.simulation.kubernetes.faults import apply_fault, faults_for, stands_still
from learnk8s.simulation.kubernetes.looking import Looking
from learnk8s.simulation.kubernetes.messages import SENTENCES
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.scenarios.built_in import scenario_named
from learnk8s.simulation.kubernetes.scenarios.furnish import furnish
from learnk8s.simulation.kubernetes.scenarios.scenario import Scenario
from learnk8s.simulation.kubernetes.scene import SceneMaker
from learnk8s.simulation.kubernetes.terminal import new_shell
from learnk8s.simulation.kubernetes.why import differences, following, forecast, peel, remedies

LOG_LINKS = 30
FROM_THE_PAGE = "kubectl apply -f - <<'LEARNK8S_EOF'\n"
"""So begins the line by which a page applies a text of its own: it runs beside whatever the terminal does, and wherever that is."""
LIT_MS = 1_000
DONE_MAX = 1_000
LINE_CHARS_MAX = 500
"""So many letters of a line are kept for goals that ask what was typed."""


class KubernetesWorld:
    """One sandbox of the Kubernetes era."""

    world_name: ClassVar[str] = "kubernetes"

    def __init__(self, cluster: Cluster, scenario: str) -> None:
        self.cluster, self.scenario = cluster, scenario
        self.shell: Shell = new_shell(cluster, self._act_from_terminal)
        self._done: list[dict[str, Any]] = []
        self._lines: list[str] = []
        self._commands = 0
        self._scenes = SceneMaker(cluster.store, word=pod_word, usage=cluster.usage, traffic=cluster.network.traffic)

    @classmethod
    def create(cls, scenario: str, seed: int) -> "KubernetesWorld":
        """Return a new world at the start of one of the built-in scenarios."""
        return cls.begun(scenario_named(scenario), seed)

    @classmethod
    def begun(cls, plan: Scenario, seed: int) -> "KubernetesWorld":
        """Return a new world as a scenario describes it."""
        world = cls(Cluster(seed, bare=plan.bare), plan.name)
        furnish(world.cluster, plan)
        for name, text in plan.files:
            world.shell.files.write(name, text)
        world._prepare(plan)
        return world

    def _prepare(self, plan: Scenario) -> None:
        """Type what had been typed before the learner came, give it its time, and leave no trace of it in the terminal. A line that fails is an author's mistake."""
        for line in plan.lines:
            answer = self.shell.execute(line)
            while self.shell.running and (due_ms := self.next_due_ms()) is not None:
                self.advance(due_ms)
            assert answer.status == 0, f"{plan.name}: {line}: {answer.output}"
        if plan.lines:
            self.advance(self.now_ms + plan.lines_settle_ms)
            self.shell.execute("true")
            self._done.clear()

    # Time

    @property
    def now_ms(self) -> int:
        """Virtual milliseconds since the world began."""
        return self.cluster.clock.now_ms

    def next_due_ms(self) -> int | None:
        """Say when the next thing will happen, in the cluster or in the terminal."""
        due = [moment for moment in (self.cluster.next_due_ms(), self.shell.wake_ms) if moment is not None]
        return min(due) if due else None

    def advance(self, until_ms: int) -> None:
        """Let virtual time pass; a foreground job looks at the world after each thing that happens."""
        if not self.shell.running:
            self.cluster.advance(until_ms)
            return
        while (due_ms := self.next_due_ms()) is not None and due_ms <= until_ms and self.shell.running:
            self.cluster.advance(due_ms)
            self.shell.poll()
        self.cluster.advance(until_ms)

    # Inputs

    def execute(self, line: str) -> Answer:
        """Run one input of the terminal."""
        if len(line.encode()) > COMMAND_BYTES_MAX:
            return Answer(f"learnk8s: the input is larger than {COMMAND_BYTES_MAX // 1024} KiB; nothing was run\n", 1)
        self._begin("line", line)
        self._commands += 1
        if len(self._lines) < DONE_MAX:
            self._lines.append(line.strip()[:LINE_CHARS_MAX])
        if not line.startswith(FROM_THE_PAGE):
            return self.shell.execute(line)
        answer = self.shell.beside(line)
        self.shell.poll()
        return answer

    def request(self, kept: Mapping[str, Any]) -> Reply:
        """Carry out a write of an HTTP client, as the journal keeps it."""
        call = Call.from_input(kept)
        self._begin("request", f"{call.method} {call.path}")
        reply = answered(self.cluster.api, call)
        self.cluster.network.refresh()
        self.shell.poll()
        assert isinstance(reply, Reply), "watches and followed logs are no inputs"
        return reply

    def interrupt(self) -> Answer:
        """Press Ctrl-C."""
        return self.shell.interrupt()

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
            line = self._apply(dict(action))
        except (ApiError, LimitExceeded) as error:
            return Answer(f"{getattr(error, 'message', error)}\n", 1)
        self.shell.poll()
        return Answer(f"{line}\n", 0)

    def _act_from_terminal(self, action: dict[str, Any]) -> str:
        return self._apply(action)

    def _apply(self, action: dict[str, Any]) -> str:
        line = apply_fault(self.cluster.machinery, self.cluster.kubelets, self.cluster.network, action)
        if len(self._done) < DONE_MAX:
            self._done.append({**action, "at_ms": self.now_ms})
        if action.get("kind") != "set-traffic":
            self.cluster.heartbeats_changed(self.cluster.causes.current)
        return line

    def _begin(self, kind: str, text: str) -> None:
        self.cluster.causes.add(self.now_ms, "input", f"input.{kind}", "input", text.strip().split("\n")[0][:120], parent=0)

    # Looking

    def actions(self, ref: str = "") -> list[dict[str, Any]]:
        """List the buttons, for one object or for the whole world."""
        return faults_for(self.cluster.machinery, self.cluster.kubelets, ref)

    def scene(self, *, with_system: bool = False) -> dict[str, Any]:
        """Describe everything that the picture and its text twin show, with what the cluster itself runs if that is asked for."""
        scene = self._scenes.scene(with_system=with_system)
        log = self._log()
        scene["log"] = log
        scene["lit"] = sorted({link["actor"] for link in log if self.now_ms - link["at_ms"] <= LIT_MS})
        scene["scoreboard"] = self._counted(scene)
        return scene

    def _log(self) -> list[dict[str, Any]]:
        causes = self.cluster.causes
        links = [SENTENCES.link(cause) for cause in causes.latest(LOG_LINKS * 2) if not cause.key.endswith((".counted", ".timer"))]
        return links[:LOG_LINKS]

    def scoreboard(self) -> dict[str, Any]:
        """Count what the eras are compared by."""
        return self._counted(self._scenes.scene())

    def _counted(self, scene: dict[str, Any]) -> dict[str, Any]:
        return scoreboard.counted(scene, commands=self._commands)

    def find(self, ref: str) -> Doc | None:
        """Return an object by `Kind/namespace/name`, as a reader sees it now."""
        return self.cluster.find(ref)

    def inspect(self, ref: str) -> dict[str, Any] | None:
        """Describe one object: summary, YAML, events, why."""
        return inspection.inspected(self.cluster, ref)

    def why(self, ref: str, path: str = "") -> list[dict[str, Any]]:
        """Return the chain of causes of an object or one of its fields, newest first."""
        doc = self.find(ref)
        entry = inspection.last_change(self.cluster.store, doc["metadata"]["uid"], path) if doc else None
        return inspection.chain(self.cluster.causes, SENTENCES, entry.cause) if entry else []

    def why_event(self, namespace: str, name: str) -> list[dict[str, Any]]:
        """Return the chain of causes of an event, newest first."""
        record = self.cluster.store.events.get(namespace, name)
        return inspection.chain(self.cluster.causes, SENTENCES, record.cause) if record else []

    def fields(self, ref: str) -> list[str]:
        """Return the fields of an object whose last change is remembered: `why` answers for each."""
        doc = self.find(ref)
        return inspection.remembered_fields(self.cluster.store, doc) if doc else []

    # Trying out ahead

    def remedies(self, ref: str) -> dict[str, Any]:
        """Return what would make an object be as it should, tried in copies. Raises LimitExceeded."""
        return remedies.remedies(self, ref)

    def forecast(self, line: str) -> dict[str, Any]:
        """Return what a command would do, tried in a copy. Raises LimitExceeded."""
        return forecast.forecast(self, line)

    def peel(self, ref: str) -> dict[str, Any] | None:
        """Return the layers of a pod down to its processes."""
        return peel.peeled(self.cluster, ref)

    def differences(self, other: "KubernetesWorld") -> list[dict[str, Any]]:
        """Return how another world of this kind differs, object by object."""
        return [found.shown() for found in differences.differences(self.cluster.store, other.cluster.store)]

    def inputs(self) -> list[dict[str, Any]]:
        """Return the latest inputs that changed something."""
        return following.inputs(self, SENTENCES)

    def followed(self, number: int) -> list[dict[str, Any]]:
        """Return the steps that came of an input."""
        return following.followed(self, SENTENCES, number)

    def parts(self) -> list[dict[str, Any]]:
        """Return the parts of the cluster: what each does, whether it runs, and its button."""
        nodes = [doc["metadata"]["name"] for doc in self.cluster.store.list("nodes")]
        shown = []
        for part in PARTS:
            for node in nodes if part.place == "node" else [""]:
                ref = f"Part/{node}/{part.name}"
                shown.append({"ref": ref, "name": part.name, "node": node, "place": part.place, "runs": not stands_still(self.cluster.machinery, self.cluster.kubelets, node, part.name) and not (part.name == "kube-proxy" and self.cluster.network.frozen is not None), "does_en": part.does_en, "does_ko": part.does_ko,
                              "without_en": part.without_en, "without_ko": part.without_ko, "real_stop": part.real_stop, "actions": self.actions(ref)})
        return shown

    def check(self, goal: Mapping[str, Any]) -> dict[str, Any]:
        """Say whether a goal is reached and what is missing. Raises goals.BadGoal."""
        return goals.evaluated(goal, self.evidence(Looking(self)))

    def evidence(self, asking: goals.Asking | None = None) -> goals.Evidence:
        """Return what checks may ask of this world."""
        store = self.cluster.store
        return goals.Evidence(find=self.find, listed=store.list, events=lambda: store.events.all(), happened=self._done, now_ms=self.now_ms, traffic=self.cluster.network.traffic, asking=asking, lines=self._lines)

    # Writing down and reading back

    def dump(self) -> bytes:
        """Write the whole state down: equal histories give equal bytes."""
        return as_bytes({"scenario": self.scenario, "cluster": self.cluster.state(), "shell": self.shell.dump(), "done": self._done, "lines": self._lines, "commands": self._commands})

    def copied(self) -> "KubernetesWorld":
        """Return a world of its own in the same state."""
        world = self.__class__(self.cluster.copied(), self.scenario)
        world.shell.load(json.loads(json.dumps(self.shell.dump())))
        world._done, world._lines, world._commands = list(self._done), list(self._lines), self._commands
        return world

    def packed(self) -> tuple[dict[str, Any], list[bytes], list[list[Any]]]:
        """Return the state in three parts, so that whoever keeps many of them need not keep the same things twice: see Cluster.packed."""
        state, blocks, events = self.cluster.packed()
        return {"scenario": self.scenario, "cluster": state, "shell": self.shell.dump(), "done": self._done, "lines": self._lines, "commands": self._commands}, blocks, events

    @classmethod
    def unpacked(cls, state: dict[str, Any], blocks: list[bytes], events: list[list[Any]]) -> "KubernetesWorld":
        """Return the world that `packed` wrote down."""
        state["cluster"]["store"]["events"] = events
        return cls._again(state, Cluster.restored(state["cluster"], blocks))

    @classmethod
    def load(cls, dump: bytes) -> "KubernetesWorld":
        """Return the world that `dump` wrote down."""
        state = json.loads(dump)
        return cls._again(state, Cluster.restored(state["cluster"]))

    @classmethod
    def _again(cls, state: dict[str, Any], cluster: Cluster) -> "KubernetesWorld":
        world = cls(cluster, state["scenario"])
        world.shell.load(state["shell"])
        world._done, world._lines, world._commands = state["done"], state.get("lines", []), state["commands"]
        return world
