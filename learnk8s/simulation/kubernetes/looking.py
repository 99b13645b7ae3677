"""Ask a world what looking alone does not tell. Requests and looks ahead are made in a copy, so that checking a goal changes nothing."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from learnk8s.simulation.kernel.goals import BadGoal
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.goals import Evidence

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.world import KubernetesWorld

PATIENCE_MS = 5_000
STEPS_MAX = 3_000


class Looking:
    """What the checks `log`, `reachable` and `invariant` ask."""

    def __init__(self, world: "KubernetesWorld") -> None:
        self._world = world

    def log(self, ref: str, container: str) -> str:
        """Return the log of a pod's container, "" if there is none."""
        parts = ref.split("/")
        if len(parts) != 3 or parts[0] != "Pod":
            raise BadGoal(f"a log is that of Pod/namespace/name, not {ref!r}")
        try:
            return self._world.cluster.inside.logs(parts[1], parts[2], container)
        except ApiError:
            return ""

    def answers(self, source: str, url: str) -> bool:
        """Say whether a URL answers to a pod, or ("") to the terminal."""
        if any(letter in url for letter in " '\"\n;|&$`<>\\"):
            raise BadGoal(f"this is no URL: {url!r}")
        line = f"curl -s -m 3 -o /dev/null {url if '://' in url else 'http://' + url}"
        if source:
            kind, _slash, place = source.partition("/")
            namespace, _slash, name = place.partition("/")
            if kind != "Pod" or not all(part and part.replace("-", "").replace(".", "").isalnum() for part in (namespace, name)):
                raise BadGoal(f"requests come from Pod/namespace/name, not {source!r}")
            line = f"kubectl exec -n {namespace} {name} -- {line}"
        return self._status(f"{line} && echo learnk8s-answered").endswith("learnk8s-answered\n")

    def _status(self, line: str) -> str:
        world = self._world.copied()
        if world.shell.running:
            world.interrupt()
        output = world.execute(line).output
        end_ms = world.now_ms + PATIENCE_MS
        while world.shell.running and (due_ms := world.next_due_ms()) is not None and due_ms <= end_ms:
            world.advance(due_ms)
            output = world.output_since(0)[0]
        return output

    def ahead(self, seconds: int) -> Iterator[Evidence]:
        """Yield what the world will be, if nobody touches it, after each thing that happens."""
        world = self._world.copied()
        end_ms = world.now_ms + seconds * 1_000
        for _step in range(STEPS_MAX):
            due_ms = world.next_due_ms()
            if due_ms is None or due_ms > end_ms:
                return
            world.advance(due_ms)
            yield world.evidence()
