"""NetworkPolicy: which pods may talk to which. Models the API's meaning as network plug-ins carry it out (networking.k8s.io/v1, 1.36).

A pod that no policy selects takes and sends everything. One that is selected takes (sends) only what one of its policies allows; the rest is dropped without a
word, so the sender waits until its own time is out. Traffic from a pod's own node always comes through, and so do answers.
"""

from ipaddress import ip_address, ip_network

from learnk8s.simulation.kubernetes.network.origin import Origin
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.label_selectors import matches
from learnk8s.simulation.kubernetes.store.store import Store

RESOURCE = "networkpolicies.networking.k8s.io"


def blocking(store: Store, origin: Origin, target: Doc | None, address: str, port: int, protocol: str = "TCP") -> str:
    """Return the name of a policy that drops packets on this way, or ""; `target` is the pod that is reached, None for something outside."""
    if not store.count(RESOURCE):
        return ""
    if origin.pod is not None and not origin.pod["spec"].get("hostNetwork"):
        name = _dropped(store, origin.pod, "Egress", target, address, port, protocol, target)
        if name:
            return name
    if target is not None and not target["spec"].get("hostNetwork") and not (origin.pod is not None and origin.pod["metadata"]["uid"] == target["metadata"]["uid"]):
        return _dropped(store, target, "Ingress", origin.pod, origin.ip, port, protocol, target)
    return ""


def _dropped(store: Store, subject: Doc, direction: str, peer: Doc | None, address: str, port: int, protocol: str, target: Doc | None) -> str:
    metadata = subject["metadata"]
    selecting = [policy for policy in store.list(RESOURCE, metadata["namespace"]) if direction in _types(policy) and matches(policy["spec"].get("podSelector") or {}, metadata.get("labels"))]
    if not selecting:
        return ""
    for policy in selecting:
        for rule in policy["spec"].get(direction.lower()) or ():
            if _peer_fits(store, rule.get("from" if direction == "Ingress" else "to"), metadata["namespace"], peer, address) and _port_fits(rule.get("ports"), port, protocol, target):
                return ""
    return str(selecting[0]["metadata"]["name"])


def _types(policy: Doc) -> list[str]:
    spec = policy["spec"]
    return spec.get("policyTypes") or ["Ingress", *(["Egress"] if spec.get("egress") else [])]


def _peer_fits(store: Store, peers: list[Doc] | None, namespace: str, pod: Doc | None, address: str) -> bool:
    if not peers:
        return True
    for peer in peers:
        if "ipBlock" in peer:
            block = peer["ipBlock"]
            inside = ip_address(address) in ip_network(block.get("cidr", "0.0.0.0/32"), strict=False)
            if inside and not any(ip_address(address) in ip_network(out, strict=False) for out in block.get("except") or ()):
                return True
            continue
        if pod is None or pod["spec"].get("hostNetwork"):
            continue
        metadata = pod["metadata"]
        if "namespaceSelector" in peer:
            owner = store.get("namespaces", "", metadata["namespace"])
            if owner is None or not matches(peer["namespaceSelector"] or {}, owner["metadata"].get("labels")):
                continue
        elif metadata["namespace"] != namespace:
            continue
        if matches(peer.get("podSelector") or {}, metadata.get("labels")):
            return True
    return False


def _port_fits(ports: list[Doc] | None, port: int, protocol: str, target: Doc | None) -> bool:
    if not ports:
        return True
    for entry in ports:
        if entry.get("protocol", "TCP") != protocol:
            continue
        wanted = entry.get("port")
        if wanted is None:
            return True
        if isinstance(wanted, str):
            named = [item["containerPort"] for container in (target or {}).get("spec", {}).get("containers", ()) for item in container.get("ports") or () if item.get("name") == wanted]
            if port in named:
                return True
        elif int(wanted) <= port <= int(entry.get("endPort") or wanted):
            return True
    return False
