"""Scripts that wait for the world: `until nslookup mydb; do sleep 2; done`. Their questions are put when they are due, and only while something may have changed.

A script that goes round asking plans its next question only if what it asks about was changed since the last; the turns between are counted, not gone through.
"""

from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.kubernetes.kubelet.images.clients import CLIENTS, on_terminal
from learnk8s.simulation.kubernetes.kubelet.images.script import Scripted
from learnk8s.simulation.kubernetes.kubelet.parts import as_in
from learnk8s.simulation.kubernetes.kubelet.processes import Ran, run_in
from learnk8s.simulation.kubernetes.kubelet.resizing import Resizing
from learnk8s.simulation.kubernetes.kubelet.runtime import ContainerRecord, PodRecord
from learnk8s.simulation.kubernetes.store.store import Change

ANSWERS_MAX = 200
STIRRING = ("services", "endpointslices.discovery.k8s.io", "networkpolicies.networking.k8s.io", "pods", "nodes")
SHORT = 8
"""So many equal answers in a row are asked for one by one; after that only a change of the cluster brings the next question."""


class Asking(Resizing):
    """The questions of scripts."""

    def _go_on_asking(self, record: PodRecord, entry: ContainerRecord, program: Scripted, age_ms: int) -> None:
        if program.plan.asks is None:
            return
        key = (record.uid, entry.name)
        due_ms = entry.started_ms + program.plan.asks[0]
        equal = entry.answers[-1][4] if entry.answers else 0
        if equal < SHORT or due_ms > self._now + 60_000:
            self._asking[key] = due_ms
            self._plan_at(due_ms, "ask", record.uid, entry.name, entry.generation)
        else:
            self._asking[key] = 0

    def _ask(self, uid: str, name: str, generation: int) -> None:
        """Carry out the command to which a script has come, keep the answer and see how it goes on."""
        self._asking.pop((uid, name), None)
        stage = self._stage(uid, name, generation)
        if stage is None or stage[3].state != "running":
            return
        record, pod, _node, entry = stage
        program = self.program_of(record, entry)
        if not isinstance(program, Scripted) or program.plan.asks is None:
            return
        at_ms, argv = program.plan.asks
        found: Outcome | Ran = self.network(pod, as_in(argv, entry.image, self.registry.find(entry.image))) if argv[0] not in CLIENTS else run_in(self, pod, record, entry, on_terminal(argv) if self.spec_of(pod, name).get("tty") else argv)
        takes_ms = getattr(found, "took_ms", 0)
        answer = [takes_ms, found.status, found.stdout, found.stderr, 1]
        if entry.answers is None:
            entry.answers = []
        before = entry.answers[-1] if entry.answers else None
        if before is not None and before[:4] == answer[:4]:
            turns = max((self._now - entry.started_ms - at_ms) // max(self._turn_ms(program), 1), 0)
            before[4] += 1 + turns
        elif len(entry.answers) < ANSWERS_MAX:
            entry.answers.append(answer)
        else:
            return
        entry.program = None
        program = self.program_of(record, entry)
        assert isinstance(program, Scripted), "a script stays a script"
        self._forget_end(entry)
        self._plan_end(pod, record, entry, self.spec_of(pod, name), program, self._machinery.causes.current)
        self._write(pod, record)
        if program.ports and program.ending() is None and program.plan.asks is None:
            self.stirred(record)

    @staticmethod
    def _turn_ms(program: Scripted) -> int:
        """Return how far apart the last two turns of a script's loop were, as its log and its answers tell."""
        from re import findall

        waits = findall(r"\bsleep\s+(\d+)", program.script.source if program.script else "")
        return int(waits[-1]) * 1000 + 4 if waits else 1_000

    def _wake_askers(self, change: Change) -> None:
        """Have scripts that stopped asking ask again at their next turn: something was changed."""
        if change.resource not in STIRRING or not self._asking:
            return
        for (uid, name), due_ms in list(self._asking.items()):
            record = self.pods.get(uid)
            entry = record.find(name) if record else None
            if due_ms or entry is None or record is None or entry.state != "running":
                continue
            program = entry.program
            turn_ms = self._turn_ms(program) if isinstance(program, Scripted) else 1_000
            start_ms = entry.started_ms + (program.plan.asks[0] if isinstance(program, Scripted) and program.plan.asks else 0)
            next_ms = start_ms + ((self._now - start_ms) // turn_ms + 1) * turn_ms
            self._asking[uid, name] = next_ms
            self._plan_at(next_ms, "ask", uid, name, entry.generation)
