"""Two families of addresses: every IPv4 address of a dual-stack cluster has an IPv6 twin.

Which families a Service gets follows its ipFamilyPolicy. Models pkg/registry/core/service/storage/alloc.go (1.36): initIPFamilyFields.
Differs: the twin of an address is made of its IPv4 form instead of being drawn from a range of its own.
"""

from collections.abc import Sequence

from learnk8s.simulation.kubernetes.objects.document import Doc

IPV4, IPV6 = "IPv4", "IPv6"
SINGLE, PREFER, REQUIRE = "SingleStack", "PreferDualStack", "RequireDualStack"


def pod_range(number: int) -> str:
    """Return the IPv6 range of a node's pods.

    >>> pod_range(1)
    'fd00:10:244:1::/64'
    """
    return f"fd00:10:244:{number:x}::/64"


def pod_twin(address: str) -> str:
    """Return the IPv6 address of a pod.

    >>> pod_twin("10.244.1.18")
    'fd00:10:244:1::12'
    """
    _ten, _range, node, host = address.split(".")
    return f"fd00:10:244:{int(node):x}::{int(host):x}"


def service_twin(address: str) -> str:
    """Return the IPv6 address of a Service.

    >>> service_twin("10.111.220.236")
    'fd00:10:96::6fdc:ec'
    """
    _ten, high, middle, low = (int(part) for part in address.split("."))
    return f"fd00:10:96::{high << 8 | middle:x}:{low:x}"


def is_dual(nodes: Sequence[Doc]) -> bool:
    """Say whether a cluster has both families: its nodes have two ranges for pods."""
    return any(len(node["spec"].get("podCIDRs") or ()) > 1 for node in nodes)


def families_of(spec: Doc, *, dual: bool) -> list[str]:
    """Return the families of a Service, the first of which is its own."""
    asked = list(spec.get("ipFamilies") or [IPV4])
    if not dual or spec.get("ipFamilyPolicy", SINGLE) == SINGLE:
        return asked[:1]
    return [*asked, *(family for family in (IPV4, IPV6) if family not in asked)][:2]
