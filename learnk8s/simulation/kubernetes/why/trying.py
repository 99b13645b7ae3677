"""Copies of a world in which things are tried out, each with a bound on the work that it may cost."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from learnk8s.simulation.kernel.limits import PODS_TRIED_MAX, STEPS_TRIED_MAX, LimitExceeded

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.world import KubernetesWorld


@dataclass(slots=True)
class Budget:
    """How many steps of the agenda one question may take in all its copies together: a bound in work, so that answers are the same everywhere."""

    left: int = STEPS_TRIED_MAX
    used: int = field(default=0)

    def spend(self) -> bool:
        """Take one step; say whether there was one left."""
        if self.left <= 0:
            return False
        self.left -= 1
        self.used += 1
        return True


def check_size(world: "KubernetesWorld") -> None:
    """Refuse worlds whose copies would take too long. Raises LimitExceeded."""
    pods = world.cluster.store.count("pods")
    if pods > PODS_TRIED_MAX:
        raise LimitExceeded("this sandbox has %(pods)d pods; things are tried out ahead in sandboxes of at most %(most)d", pods=pods, most=PODS_TRIED_MAX)


def copy_of(world: "KubernetesWorld") -> "KubernetesWorld":
    """Return a copy in which nothing goes on in the terminal, and which is in no container: what is tried is typed where the terminal began."""
    copy = world.copied()
    copy.shell.to_desk()
    return copy


def lived(world: "KubernetesWorld", until_ms: int, budget: Budget, looked: Callable[[], bool]) -> bool:
    """Let time pass step by step, and look after each moment; stop when `looked` says so. Say whether the time came to its end or somebody said stop."""
    while True:
        if looked():
            return True
        due_ms = world.next_due_ms()
        if due_ms is None or due_ms > until_ms:
            world.advance(until_ms)
            return True
        while world.cluster.agenda.next_due_ms() == due_ms:
            if not budget.spend():
                return False
            world.cluster.step(due_ms)
        world.advance(max(due_ms, world.now_ms))
