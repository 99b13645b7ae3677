"""Ask a world what looking alone does not tell. Requests and looks ahead are made in a copy, so that checking a goal changes nothing."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from learnk8s.simulation.kernel.asked import moments, printed
from learnk8s.simulation.kernel.goals import BadGoal
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.goals import Evidence

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.world import KubernetesWorld

PATIENCE_MS = 5_000


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
        return printed(self._world.copied(), f"{line} && echo learnk8s-answered", PATIENCE_MS).endswith("learnk8s-answered\n")

    def ahead(self, seconds: int) -> Iterator[Evidence]:
        """Yield what the world will be, if nobody touches it, after each thing that happens."""
        world = self._world.copied()
        for _moment in moments(world, world.now_ms + seconds * 1_000):
            yield world.evidence()
