"""Names: what a resolver in a pod asks for, and what the cluster's DNS answers. Models CoreDNS' kubernetes plugin and glibc's search path.

The cluster's DNS is a Deployment behind a Service like any other: without a ready pod behind kube-dns, or with a policy in between, names are not answered at all.
Where a scenario has no such Service, names are answered by the playground.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from learnk8s.simulation.kubernetes.network import policies
from learnk8s.simulation.kubernetes.network.origin import Origin
from learnk8s.simulation.kubernetes.objects.document import Doc

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.network.network import Network

DOMAIN = "cluster.local"
DNS_SERVICE = ("kube-system", "kube-dns")
ADDRESS = re.compile(r"\d{1,3}(\.\d{1,3}){3}")
EXTERNAL = {"kubernetes.io": "3.33.186.135", "www.kubernetes.io": "3.33.186.135", "example.com": "23.192.228.80", "www.example.com": "23.192.228.80", "google.com": "142.250.207.46", "www.google.com": "142.250.207.46", "github.com": "20.27.177.113",
            "info.cern.ch": "188.184.67.127", "registry-1.docker.io": "98.85.153.80", "httpbin.org": "44.207.188.95", "cloudflare.com": "104.16.132.229", "my.database.example.com": "203.0.113.10", "api.example.com": "203.0.113.11", "1.1.1.1": "1.1.1.1"}
"""The internet, as far as this sandbox has one."""


@dataclass(frozen=True, slots=True)
class Found:
    """What became of a name: `status` is ok, nxdomain or silent; `name` is the whole name that was found."""

    status: str
    name: str = ""
    addresses: tuple[str, ...] = ()
    alias: str = ""
    server: str = ""
    tried: tuple[str, ...] = ()
    services: tuple[tuple[int, str], ...] = ()
    """Ports and names of an SRV answer."""


def lookup(network: "Network", name: str, origin: Origin) -> Found:
    """Return what a name means to a process."""
    if ADDRESS.fullmatch(name):
        return Found("ok", name, (name,))
    for line in origin.hosts.splitlines():
        words = line.partition("#")[0].split()
        if name in words[1:] and ":" not in words[0]:
            return Found("ok", name, (words[0],))
    server, searches, dots = _resolver(origin)
    if not server:
        return Found("silent", name)
    if (network.names_down and server == network.dns_ip) or not _answers(network, server, origin):
        return Found("silent", name, server=server)
    plain = name.rstrip(".")
    whole = [plain] if name.endswith(".") else [*(f"{plain}.{domain}" for domain in searches), plain] if plain.count(".") < dots else [plain, *(f"{plain}.{domain}" for domain in searches)]
    for candidate in whole:
        found = absolute(network, candidate, outside=server != network.dns_ip)
        if found is not None:
            return Found("ok", found.name, found.addresses, found.alias, server, tuple(whole), found.services)
    return Found("nxdomain", name, server=server, tried=tuple(whole))


def _resolver(origin: Origin) -> tuple[str, list[str], int]:
    if not origin.resolv:
        return ("10.96.0.10" if origin.pod is None else ""), [f"{origin.namespace}.svc.{DOMAIN}", f"svc.{DOMAIN}", DOMAIN], 5
    server, searches, dots = "", [], 1
    for line in origin.resolv.splitlines():
        words = line.split()
        if words[:1] == ["nameserver"] and not server:
            server = words[1]
        elif words[:1] == ["search"]:
            searches = words[1:]
        elif words[:1] == ["options"]:
            dots = next((int(word.partition(":")[2]) for word in words if word.startswith("ndots:") and word.partition(":")[2].isdigit()), dots)
    return server, searches, dots


def _answers(network: "Network", server: str, origin: Origin) -> bool:
    """Say whether a name server can be reached and is there."""
    if server != network.dns_ip:
        return not policies.blocking(network.store, origin, None, server, 53, "UDP")
    service = network.store.get("services", *DNS_SERVICE)
    if service is None:
        return True
    for entry in network.endpoints(service):
        target = entry.get("targetRef")
        pod = network.store.get("pods", target["namespace"], target["name"]) if target else None
        if pod is not None and entry["conditions"].get("ready") and network.is_up(pod) and not policies.blocking(network.store, origin, pod, entry["addresses"][0], 53, "UDP"):
            return True
    return False


def absolute(network: "Network", name: str, *, outside: bool = False) -> Found | None:
    """Return what a whole name means to the cluster's DNS (or, `outside`, to the internet's), or None."""
    lower = name.lower()
    if not lower.endswith(f".{DOMAIN}"):
        return Found("ok", lower, (EXTERNAL[lower],)) if lower in EXTERNAL else None
    if outside:
        return None
    parts = lower.removesuffix(f".{DOMAIN}").split(".")
    if parts[-1] == "pod" and len(parts) == 3:
        address = parts[0].replace("-", ".")
        return Found("ok", lower, (address,)) if ADDRESS.fullmatch(address) and network.store.get("namespaces", "", parts[1]) else None
    if parts[-1] != "svc" or len(parts) < 3:
        return None
    *inner, service_name, namespace, _svc = parts
    service = network.store.get("services", namespace, service_name)
    if service is None:
        return None
    return _of_service(network, lower, service, inner)


def _of_service(network: "Network", name: str, service: Doc, inner: list[str]) -> Found | None:
    spec = service["spec"]
    if spec.get("type") == "ExternalName":
        if inner:
            return None
        target = str(spec.get("externalName", "")).rstrip(".")
        behind = absolute(network, target)
        return Found("ok", name, behind.addresses if behind else (), target)
    if len(inner) == 2 and inner[0].startswith("_"):
        port = next((entry for entry in spec.get("ports") or () if f"_{entry.get('name', '')}" == inner[0] and f"_{entry.get('protocol', 'TCP').lower()}" == inner[1]), None)
        if port is None:
            return None
        base = name.split(".", 2)[2]
        if spec.get("clusterIP") != "None":
            return Found("ok", name, (spec["clusterIP"],), services=((port["port"], base),))
        return Found("ok", name, tuple(entry["addresses"][0] for entry in _published(network, service)), services=tuple((port["port"], f"{_label(entry)}.{base}") for entry in _published(network, service)))
    if spec.get("clusterIP") == "None":
        found = [entry for entry in _published(network, service) if not inner or _label(entry) == inner[0]]
        return Found("ok", name, tuple(entry["addresses"][0] for entry in found)) if found and len(inner) < 2 else None
    return Found("ok", name, (spec["clusterIP"],)) if not inner else None


def _published(network: "Network", service: Doc) -> list[Doc]:
    return [entry for entry in network.endpoints(service) if entry["conditions"].get("ready") or service["spec"].get("publishNotReadyAddresses")]


def _label(endpoint: Doc) -> str:
    return str(endpoint.get("hostname") or endpoint["addresses"][0].replace(".", "-"))
