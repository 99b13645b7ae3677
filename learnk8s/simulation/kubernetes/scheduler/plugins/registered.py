"""The plugins in the order in which they are asked, with their weights. Models apis/config/v1/default_plugins.go (1.36).

Not modelled yet, and so said on the parity page: InterPodAffinity, PodTopologySpread, ImageLocality, the volume plugins, DynamicResources.
"""

from learnk8s.simulation.kubernetes.scheduler.framework import Filter, Score
from learnk8s.simulation.kubernetes.scheduler.plugins.node_affinity import NodeAffinity
from learnk8s.simulation.kubernetes.scheduler.plugins.node_name import NodeName
from learnk8s.simulation.kubernetes.scheduler.plugins.node_ports import NodePorts
from learnk8s.simulation.kubernetes.scheduler.plugins.node_resources import BalancedAllocation, NodeResourcesFit
from learnk8s.simulation.kubernetes.scheduler.plugins.node_unschedulable import NodeUnschedulable
from learnk8s.simulation.kubernetes.scheduler.plugins.taint_toleration import TaintToleration

FILTERS: tuple[Filter, ...] = (NodeUnschedulable(), NodeName(), TaintToleration(), NodeAffinity(), NodePorts(), NodeResourcesFit())
SCORES: tuple[Score, ...] = (TaintToleration(), NodeAffinity(), NodeResourcesFit(), BalancedAllocation())
PACKING: tuple[Score, ...] = (TaintToleration(), NodeAffinity(), NodeResourcesFit("MostAllocated"), BalancedAllocation())
