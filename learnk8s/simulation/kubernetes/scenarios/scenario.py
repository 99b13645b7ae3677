"""A scenario is data: a name, nodes, and manifests that are there from the start."""

from dataclasses import dataclass, field
from typing import Any

from learnk8s.simulation.kubernetes.objects.document import Doc


@dataclass(frozen=True, slots=True)
class Node:
    """One machine: CPU and memory as Kubernetes writes them."""

    name: str
    cpu: str = "4"
    memory: str = "8Gi"
    pods: int = 110
    labels: tuple[tuple[str, str], ...] = ()
    taints: tuple[tuple[str, str, str], ...] = ()
    """Key, value and effect of each."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """The start of a sandbox, with its title and story in both languages."""

    name: str
    title_en: str
    title_ko: str
    story_en: str
    story_ko: str
    nodes: tuple[Node, ...] = tuple(Node(f"node-{number}") for number in (1, 2, 3))
    objects: tuple[Doc, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    manifests: tuple[tuple[str, str, str], ...] = ()
    """Static pods of the control plane: node, file, text. Where there are some, the parts stand still with them."""
    images: tuple[str, ...] = ()
    """Images that lie on every node from the start."""
    settle_ms: int = 0
    bare: bool = False
    dns: bool = False
    """CoreDNS runs in kube-system. Without it, names are answered all the same by the playground."""
    addons: tuple[str, ...] = ()
    """What `minikube addons enable` had brought before."""
    has_cloud: bool = False
    """A cloud is below the nodes: Services of type LoadBalancer get an address after a while."""
    strategy: str = "LeastAllocated"
    """How the scheduler scores what is left on a node: LeastAllocated spreads, MostAllocated packs."""
    is_hidden: bool = False
    """Not offered on the page of scenarios."""
    is_dual_stack: bool = False
    """Nodes and pods have an IPv6 address beside the IPv4 one."""
    traffic: tuple[tuple[str, int], ...] = ()
    first_lines: tuple[str, ...] = field(default=("kubectl get nodes",))
    lines: tuple[str, ...] = ()
    """What the operator had typed before the learner came; nobody sees them in the history."""
    lines_settle_ms: int = 0
    goal: dict[str, Any] = field(default_factory=dict)
