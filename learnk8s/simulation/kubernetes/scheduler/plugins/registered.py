"""The plugins in the order in which they are asked, with their weights. Models apis/config/v1/default_plugins.go (1.36).

The filters that look at one node alone all come before those that need to know the cluster, so two tuples keep the order. Not modelled, and so said on
the parity page: DynamicResources (its score is always 0), the alpha plugins of pod groups.
"""

from learnk8s.simulation.kubernetes.scheduler.framework import ClusterFilter, Filter, Ranking, Score
from learnk8s.simulation.kubernetes.scheduler.plugins.image_locality import ImageLocality
from learnk8s.simulation.kubernetes.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from learnk8s.simulation.kubernetes.scheduler.plugins.node_affinity import NodeAffinity
from learnk8s.simulation.kubernetes.scheduler.plugins.node_declared_features import NodeDeclaredFeatures
from learnk8s.simulation.kubernetes.scheduler.plugins.node_name import NodeName
from learnk8s.simulation.kubernetes.scheduler.plugins.node_ports import NodePorts
from learnk8s.simulation.kubernetes.scheduler.plugins.node_resources import BalancedAllocation, NodeResourcesFit
from learnk8s.simulation.kubernetes.scheduler.plugins.node_unschedulable import NodeUnschedulable
from learnk8s.simulation.kubernetes.scheduler.plugins.node_volume_limits import NodeVolumeLimits
from learnk8s.simulation.kubernetes.scheduler.plugins.pod_topology_spread import PodTopologySpread
from learnk8s.simulation.kubernetes.scheduler.plugins.taint_toleration import TaintToleration
from learnk8s.simulation.kubernetes.scheduler.plugins.volume_binding import VolumeBinding
from learnk8s.simulation.kubernetes.scheduler.plugins.volume_restrictions import VolumeRestrictions
from learnk8s.simulation.kubernetes.scheduler.plugins.volume_zone import VolumeZone

PLUGINS = (NodeUnschedulable(), NodeName(), TaintToleration(), NodeAffinity(), NodePorts(), NodeResourcesFit(), VolumeRestrictions(), NodeVolumeLimits(), VolumeBinding(), VolumeZone(),
           PodTopologySpread(), InterPodAffinity(), BalancedAllocation(), ImageLocality(), NodeDeclaredFeatures())
FILTERS: tuple[Filter, ...] = tuple(plugin for plugin in PLUGINS if hasattr(plugin, "refuses"))
CHECKS: tuple[ClusterFilter, ...] = tuple(plugin for plugin in PLUGINS if hasattr(plugin, "check"))
SCORES: tuple[Score, ...] = tuple(plugin for plugin in PLUGINS if hasattr(plugin, "score"))  # type: ignore[misc]  # told apart by what they can do
RANKINGS: tuple[Ranking, ...] = tuple(plugin for plugin in PLUGINS if hasattr(plugin, "ranks"))  # type: ignore[misc]  # told apart by what they can do
PACKING: tuple[Score, ...] = tuple(NodeResourcesFit("MostAllocated") if isinstance(plugin, NodeResourcesFit) else plugin for plugin in SCORES)
NARROWING = NodeAffinity()


def scores_of(strategy: str) -> tuple[Score, ...]:
    """Return the scores of a profile's strategy."""
    return PACKING if strategy == "MostAllocated" else SCORES
