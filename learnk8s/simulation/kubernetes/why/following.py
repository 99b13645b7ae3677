"""A request, followed from the command to a running process: the causes that came of one input, in the order of time.

Each step is a real cause of the world. The stepper of the cluster's page shows one after the other and lights the part that acted.
"""

from typing import TYPE_CHECKING, Any

from learnk8s.simulation.kernel.causes import Cause

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.inspection import Sentences
    from learnk8s.simulation.kubernetes.world import KubernetesWorld

STEPS_MAX = 60
LOOKED_MAX = 20_000
PART_OF = {"input": "you", "scheduler": "kube-scheduler", "kubelet": "kubelet", "fault": "you", "scenario": "you", "network": "kube-proxy", "endpointslice-controller": "kube-controller-manager"}
QUIET = (".counted", ".timer", ".numbered", ".revised", ".progress", ".noted", ".looked")
TOUCHES = {"kube-controller-manager": ("kube-apiserver", "etcd"), "kube-scheduler": ("kube-apiserver", "etcd"), "kubelet": ("containerd", "kube-apiserver", "etcd"), "you": ("kube-apiserver", "etcd"), "kube-proxy": ("kube-apiserver",)}
"""Which other parts an act passes through: everything goes by the API server, and what it accepts lies in etcd."""


def part_of(actor: str) -> str:
    """Return the part of the architecture that an actor belongs to; controllers live in the controller manager."""
    return PART_OF.get(actor, "kube-controller-manager")


def inputs(world: "KubernetesWorld", sentences: "Sentences", *, count: int = 12) -> list[dict[str, Any]]:
    """Return the latest inputs that changed something, newest first, each with its number."""
    causes = world.cluster.causes
    first, total = causes.first, causes.next
    parents = {cause.parent for number in range(max(first, total - LOOKED_MAX), total) if (cause := causes[number]) is not None and not cause.key.startswith("input.")}
    found = []
    for number in range(total - 1, max(first, total - LOOKED_MAX) - 1, -1):
        cause = causes[number]
        if cause is not None and cause.key.startswith("input.") and number in parents:
            found.append({**sentences.link(cause), "number": number})
            if len(found) >= count:
                break
    return found


def followed(world: "KubernetesWorld", sentences: "Sentences", number: int) -> list[dict[str, Any]]:
    """Return the steps that came of an input: the input itself, then what it caused, each kind of act once, down to one pod; mere counting is left out."""
    causes = world.cluster.causes
    first = causes[number]
    if first is None:
        return []
    steps = [_step(sentences, first, number)]
    family = {number}
    told: set[tuple[str, str]] = set()
    pod = ""
    for later in range(number + 1, min(causes.next, number + LOOKED_MAX)):
        cause = causes[later]
        if cause is None or cause.parent not in family or cause.parent == later:
            continue
        family.add(later)
        if cause.key.endswith(QUIET):
            continue
        if cause.key.startswith(("scheduler.", "kubelet.")):
            pod = pod or cause.named().get("ref", "")
            if cause.named().get("ref", "") != pod:
                continue
        once = (cause.key, cause.named().get("container", ""))
        if once in told:
            continue
        told.add(once)
        steps.append(_step(sentences, cause, later))
        if len(steps) >= STEPS_MAX:
            break
    return steps


def _step(sentences: "Sentences", cause: Cause, number: int) -> dict[str, Any]:
    part = part_of(cause.actor)
    return {**sentences.link(cause), "number": number, "part": part, "parts": [part, *TOUCHES.get(part, ())], "node": cause.named().get("node", "")}
