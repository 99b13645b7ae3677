"""All controllers of the controller manager, in the order in which they are told of changes."""

from collections.abc import Callable

from learnk8s.simulation.kubernetes.control.loop import Controller
from learnk8s.simulation.kubernetes.controllers.deployment.controller import DeploymentController
from learnk8s.simulation.kubernetes.controllers.endpointslice import EndpointSliceController
from learnk8s.simulation.kubernetes.controllers.garbage_collector import GarbageCollector, PodGarbageCollector
from learnk8s.simulation.kubernetes.controllers.namespace import FurnishingController, KubernetesServiceController, NamespaceController
from learnk8s.simulation.kubernetes.controllers.node_lifecycle import NodeLifecycleController, TaintEvictionController
from learnk8s.simulation.kubernetes.controllers.replicaset import ReplicaSetController


def controllers(silent_since_ms: Callable[[str], int | None]) -> tuple[Controller, ...]:
    """Return the controllers; `silent_since_ms` says since when a node's heartbeats are missing."""
    return (
        DeploymentController(),
        ReplicaSetController(),
        EndpointSliceController(),
        NodeLifecycleController(silent_since_ms),
        TaintEvictionController(),
        NamespaceController(),
        FurnishingController(),
        KubernetesServiceController(),
        GarbageCollector(),
        PodGarbageCollector(),
    )
