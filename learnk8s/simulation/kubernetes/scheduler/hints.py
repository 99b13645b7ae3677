"""Which changes could help a pod that fitted nowhere. Models the queueing hints of the plugins (1.36), in a simple form.

Only the plugins that refused the pod are asked: each knows the kinds of event that concern it, and looks closer where that is cheap. A change of a
node helps only if the plugin would take that node now. Differs: a pod that went helps whatever it held.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from learnk8s.simulation.kubernetes.scheduler.needs import Labels, PodNeeds
from learnk8s.simulation.kubernetes.scheduler.plugins.registered import FILTERS
from learnk8s.simulation.kubernetes.scheduler.selecting import holds
from learnk8s.simulation.kubernetes.scheduler.snapshot import NodeInfo


class Event(StrEnum):
    """What can happen in a cluster."""

    NODE = "node"
    NODE_GONE = "node-gone"
    POD_HERE = "pod-here"
    """A pod came to a node, or its labels changed there, or it began to terminate."""
    POD_GONE = "pod-gone"
    STORAGE = "storage"
    CLAIM = "claim"
    NAMESPACE = "namespace"


INTERESTS: Mapping[str, frozenset[Event]] = {
    "NodeUnschedulable": frozenset({Event.NODE}), "NodeName": frozenset({Event.NODE}), "TaintToleration": frozenset({Event.NODE}), "NodeAffinity": frozenset({Event.NODE}),
    "NodePorts": frozenset({Event.NODE, Event.POD_GONE}), "NodeResourcesFit": frozenset({Event.NODE, Event.POD_GONE}),
    "VolumeRestrictions": frozenset({Event.POD_GONE, Event.CLAIM}), "NodeVolumeLimits": frozenset({Event.NODE, Event.POD_GONE, Event.STORAGE, Event.CLAIM}),
    "VolumeBinding": frozenset({Event.NODE, Event.STORAGE, Event.CLAIM}), "VolumeZone": frozenset({Event.NODE, Event.STORAGE, Event.CLAIM}),
    "PodTopologySpread": frozenset({Event.NODE, Event.NODE_GONE, Event.POD_HERE, Event.POD_GONE}), "InterPodAffinity": frozenset({Event.NODE, Event.POD_HERE, Event.POD_GONE, Event.NAMESPACE}),
    "NodeDeclaredFeatures": frozenset({Event.NODE}),
}
_FILTERS = {plugin.name: plugin for plugin in FILTERS}


def helps(plugins: Sequence[str], event: Event, needs: PodNeeds, about: NodeInfo | PodNeeds | None, labels_of: Callable[[str], Labels]) -> bool:
    """Say whether an event could let a pod in that these plugins refused; with no plugin to ask, anything could."""
    if not plugins:
        return True
    return any(event in INTERESTS[plugin] and _looks_closer(plugin, event, needs, about, labels_of) for plugin in plugins)


def _looks_closer(plugin: str, event: Event, needs: PodNeeds, about: NodeInfo | PodNeeds | None, labels_of: Callable[[str], Labels]) -> bool:
    if isinstance(about, NodeInfo):
        return plugin not in _FILTERS or _FILTERS[plugin].refuses(needs, about) is None
    if isinstance(about, PodNeeds) and plugin == "PodTopologySpread":
        return about.namespace == needs.namespace and any(holds(constraint.selector, about.labels) for constraint in needs.spread)
    if isinstance(about, PodNeeds) and plugin == "InterPodAffinity":
        mine = any(term.takes(about.namespace, about.labels, labels_of) for term in (*needs.affinity, *needs.anti_affinity))
        return mine or (event is Event.POD_GONE and any(term.takes(needs.namespace, needs.labels, labels_of) for term in about.anti_affinity))
    return True
