"""What a Service keeps and loses when it is changed. Models pkg/registry/core/service/{strategy,storage}.go (1.36): patchAllocatedValues, normalizeClusterIPs, dropTypeDependentFields.

A client that changes the type sends the fields of the old type along; those that it did not touch go, those that it set on purpose stay
and are then validated.
"""

from learnk8s.simulation.kubernetes.objects.document import Doc

INSIDE = ("ClusterIP", "NodePort", "LoadBalancer")
OUTSIDE = ("NodePort", "LoadBalancer")
ONLY_FOR: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"), INSIDE),
    (("externalTrafficPolicy",), OUTSIDE),
    (("allocateLoadBalancerNodePorts", "loadBalancerClass", "healthCheckNodePort"), ("LoadBalancer",)),
)
"""Fields, and the types that have them."""


def changed_spec(old: Doc, new: Doc) -> Doc:
    """Return the new spec with what had been allocated, and without what only the old type has."""
    kind, was = new.get("type", "ClusterIP"), old.get("type", "ClusterIP")
    spec = dict(new)
    if kind in INSIDE and was in INSIDE:
        spec.update({key: old[key] for key in ("clusterIP", "clusterIPs") if key in old and not new.get(key)})
    if spec.get("clusterIP") and spec["clusterIP"] != old.get("clusterIP") and spec.get("clusterIPs") == old.get("clusterIPs"):
        spec["clusterIPs"] = [spec["clusterIP"]]
    for names, kinds in ONLY_FOR:
        for name in names:
            if was in kinds and kind not in kinds and (new.get(name) == old.get(name) or not new.get(name)):
                spec.pop(name, None)
    if was in OUTSIDE and kind not in OUTSIDE:
        spec["ports"] = _without_node_ports(old.get("ports") or [], new.get("ports") or [])
        if not spec["ports"]:
            del spec["ports"]
    return spec


def _without_node_ports(before: list[Doc], after: list[Doc]) -> list[Doc]:
    given = {port.get("nodePort") for port in before}
    return [{key: value for key, value in port.items() if key != "nodePort"} if port.get("nodePort") in given else port for port in after]
