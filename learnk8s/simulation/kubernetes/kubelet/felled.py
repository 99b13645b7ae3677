"""Parts of a cluster that are pods themselves, as kube-proxy and CoreDNS are on a kubeadm cluster: while such a part stands still, each of its processes dies soon after its start.

Their pods show it as those of any program that does not stay up: exit code 137, then CrashLoopBackOff with its growing waits. Pods that are not in kube-system are somebody's own.
"""

from collections.abc import Iterator

from learnk8s.simulation.kubernetes.kubelet.runtime import ContainerRecord, PodRecord
from learnk8s.simulation.kubernetes.kubelet.stopping import Stopping

NAMESPACE = "kube-system"
FELLED_MS, FELLED_CODE = 500, 137
"""How long a felled part's process lives, and the exit code of a process that got SIGKILL."""


class Felled(Stopping):
    """The processes of parts that are told to stop and to start."""

    def fell(self, part: str) -> None:
        """Kill the processes of a part's pods; those that start later die by `_is_felled`."""
        for record, entry in self._processes_of(part):
            if entry.state == "running":
                self._forget_end(entry)
                self._plan(1, "ended", record.uid, entry.name, entry.generation, FELLED_CODE, "Error", self._machinery.causes.current)

    def raise_again(self, part: str) -> None:
        """Let the containers of a part start at once, as in a new pod; a process that was about to die lives on."""
        for record, entry in self._processes_of(part):
            node = self.nodes.get(record.node)
            if node is None or not node.answers:
                continue
            self._forget_end(entry)
            entry.backoff_ms = 0
            if entry.state != "running":
                entry.generation += 1
                self._plan(1, "restart", record.uid, entry.name, entry.generation, self._machinery.causes.current, "now")

    def _is_felled(self, record: PodRecord, entry: ContainerRecord) -> bool:
        """Say whether a process belongs to a part that stands still."""
        down = self._machinery.parts.down
        return bool(down) and record.namespace == NAMESPACE and self.program_of(record, entry).name in down

    def _processes_of(self, part: str) -> Iterator[tuple[PodRecord, ContainerRecord]]:
        for record in self.pods.values():
            if record.namespace == NAMESPACE and not record.stopping:
                yield from ((record, entry) for entry in record.containers if entry.generation and self.program_of(record, entry).name == part)
