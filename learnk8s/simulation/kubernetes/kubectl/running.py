"""How the jobs of kubectl are made again from what they wrote down."""

from collections.abc import Callable
from typing import Any

from learnk8s.simulation.kubernetes.kubectl.client import Ports
from learnk8s.simulation.kubernetes.kubectl.verbs.attaching import AttachJob
from learnk8s.simulation.kubernetes.kubectl.verbs.edit import editor_of
from learnk8s.simulation.kubernetes.kubectl.verbs.events import EventsJob
from learnk8s.simulation.kubernetes.kubectl.verbs.forward import ForwardJob
from learnk8s.simulation.kubernetes.kubectl.verbs.nodes import DrainJob
from learnk8s.simulation.kubernetes.kubectl.watched import WatchJob
from learnk8s.simulation.kubernetes.kubectl.watching import LogJob, RolloutJob, UntilJob, WaitJob

JOBS: dict[str, Callable[[dict[str, Any], Ports], Any]] = {"watch": WatchJob, "rollout": RolloutJob, "until": UntilJob, "wait": WaitJob, "log": LogJob, "attach": AttachJob, "forward": ForwardJob, "drain": DrainJob, "events": EventsJob, "edit": lambda state, ports: editor_of({"kind": "edit", **state}, ports)}


def resumed(state: dict[str, Any], ports: Ports) -> Any:
    """Return the job that `dump` wrote down."""
    return JOBS[state["kind"]]({key: value for key, value in state.items() if key != "kind"}, ports)
