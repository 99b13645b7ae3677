"""Cluster addresses and node ports of Services. Models pkg/registry/core/service/{ipallocator,portallocator} (1.36)."""

from ipaddress import ip_address, ip_network

from learnk8s.simulation.kubernetes.apiserver.errors import ApiError, bad_value, invalid
from learnk8s.simulation.kubernetes.objects import dual_stack
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store

NODE_PORTS = range(30000, 32768)
"""facts/numbers.yaml: nodeport-range."""
TRIES_MAX = 10_000


def _taken(store: Store, but: Doc) -> tuple[set[str], set[int]]:
    addresses: set[str] = set()
    ports: set[int] = set()
    place = (but["metadata"].get("namespace", ""), but["metadata"].get("name"))
    for service in store.list("services"):
        if (service["metadata"]["namespace"], service["metadata"]["name"]) != place:
            addresses.update(service["spec"].get("clusterIPs") or ())
            ports.update(port["nodePort"] for port in service["spec"].get("ports") or () if port.get("nodePort"))
    return addresses, ports


def allocated(store: Store, doc: Doc) -> Doc:
    """Return a Service with its address and node ports filled in. Raises ApiError 422 for one that is taken or out of range."""
    spec = dict(doc["spec"])
    if spec.get("type") == "ExternalName":
        return {**doc, "spec": {key: value for key, value in spec.items() if key not in ("clusterIP", "clusterIPs")}}
    addresses, ports = _taken(store, doc)
    _address(store, doc, spec, addresses)
    if spec.get("type") in ("NodePort", "LoadBalancer"):
        allots = spec["type"] == "NodePort" or spec.get("allocateLoadBalancerNodePorts") is not False
        spec["ports"] = [_with_node_port(store, doc, port, index, ports) if allots or port.get("nodePort") else port for index, port in enumerate(spec.get("ports") or ())]
    elif any("nodePort" in port for port in spec.get("ports") or ()):
        spec["ports"] = [{key: value for key, value in port.items() if key != "nodePort"} for port in spec["ports"]]
    return {**doc, "spec": spec}


def _address(store: Store, doc: Doc, spec: Doc, taken: set[str]) -> None:
    asked = spec.get("clusterIP")
    if asked:
        if asked != "None" and asked in taken:
            raise _refused(doc, asked, "provided IP is already allocated")
        if asked != "None" and ":" not in asked and not any(ip_address(asked) in ip_network(cidr) for range_ in store.list("servicecidrs.networking.k8s.io") for cidr in range_["spec"]["cidrs"]):
            raise _refused(doc, asked, "the provided network does not match the current range")
    else:
        asked = _free_address(store, taken)
    families = _families(store, doc, spec)
    if asked == "None":
        spec["clusterIP"], spec["clusterIPs"] = asked, [asked]
    else:
        own = asked if ":" in asked or families[0] == dual_stack.IPV4 else dual_stack.service_twin(asked)
        other = dual_stack.service_twin(asked) if own == asked and ":" not in asked else next((address for address in (doc["spec"].get("clusterIPs") or ())[1:]), asked)
        spec["clusterIP"], spec["clusterIPs"] = own, [own, other][: len(families)]
    spec["ipFamilies"] = families


def _refused(doc: Doc, address: str, why: str) -> ApiError:
    return invalid("Service", "", doc["metadata"]["name"], [bad_value("spec.clusterIPs", [address], f"failed to allocate IP {address}: {why}")])


def _families(store: Store, doc: Doc, spec: Doc) -> list[str]:
    dual = dual_stack.is_dual(store.list("nodes"))
    if not dual and spec.get("ipFamilyPolicy") == dual_stack.REQUIRE:
        raise invalid("Service", "", doc["metadata"]["name"], [bad_value("spec.ipFamilyPolicy", dual_stack.REQUIRE, "this cluster is not configured for dual-stack services")])
    families = dual_stack.families_of(spec, dual=dual)
    if not dual and families[0] != dual_stack.IPV4:
        raise invalid("Service", "", doc["metadata"]["name"], [bad_value("spec.ipFamilies[0]", families[0], "not configured on this cluster")])
    return families


def _free_address(store: Store, taken: set[str]) -> str:
    for _ in range(TRIES_MAX):
        number = 256 + store.dice.roll("service-address") % (2**20 - 512)
        address = f"10.{96 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"
        if address not in taken:
            return address
    raise AssertionError("a range of a million addresses cannot be full")


def _with_node_port(store: Store, doc: Doc, port: Doc, index: int, taken: set[int]) -> Doc:
    asked = port.get("nodePort")
    field = f"spec.ports[{index}].nodePort"
    if asked:
        if asked not in NODE_PORTS:
            raise invalid("Service", "", doc["metadata"]["name"], [bad_value(field, asked, "provided port is not in the valid range. The range of valid ports is 30000-32767")])
        if asked in taken:
            raise invalid("Service", "", doc["metadata"]["name"], [bad_value(field, asked, "provided port is already allocated")])
        taken.add(asked)
        return port
    number = NODE_PORTS[store.dice.roll("node-port") % len(NODE_PORTS)]
    while number in taken:
        number = number + 1 if number + 1 in NODE_PORTS else NODE_PORTS[0]
    taken.add(number)
    return {**port, "nodePort": number}
