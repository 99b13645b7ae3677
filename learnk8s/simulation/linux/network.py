"""Which process answers at an address and port, as seen from a process or from outside.

Modelled: loopback, addresses on links, veth pairs, bridges, routes through a gateway that forwards, DNAT. Not modelled: MAC tables, MTU, IPv6, packet loss.
"""

from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.linux.namespaces import FIRST_IDS, NET

if TYPE_CHECKING:
    from learnk8s.simulation.linux.machine import Machine
    from learnk8s.simulation.linux.process import Process

HOPS_MAX = 8


def links(machine: "Machine", space: int) -> list[dict[str, Any]]:
    """Return the links of a network namespace."""
    found: list[dict[str, Any]] = machine.namespaces[space].data["links"]
    return found


def link_named(machine: "Machine", space: int, name: str) -> dict[str, Any] | None:
    """Return one link, or None."""
    return next((link for link in links(machine, space) if link["name"] == name), None)


def carries(machine: "Machine", link: dict[str, Any]) -> bool:
    """Say whether a link has carrier: it and its other end are up."""
    if not link["up"]:
        return False
    if not link["peer"]:
        return True
    space, name = link["peer"]
    other = link_named(machine, space, name) if space in machine.namespaces else None
    return other is not None and bool(other["up"])


@lru_cache(maxsize=1_024)
def is_address(word: str) -> bool:
    """Say whether a word is an IPv4 address."""
    try:
        IPv4Address(word)
    except AddressValueError:
        return False
    return True


def subnet(address: str, prefix: int) -> IPv4Network:
    """Return the network that an address with its prefix length is in."""
    return IPv4Network(f"{address}/{prefix}", strict=False)


@lru_cache(maxsize=4_096)
def is_inside(host: str, address: str, prefix: int) -> bool:
    """Say whether an address is in the network of another with its prefix length."""
    return IPv4Address(host) in subnet(address, prefix)


def owns(machine: "Machine", space: int, host: str) -> bool:
    """Say whether an address is one of the namespace's own and its link is up; all of 127/8 belongs to `lo`."""
    for link in links(machine, space):
        for address, prefix in link["addresses"]:
            if link["up"] and (address == host or (link["name"] == "lo" and is_inside(host, address, prefix))):
                return True
    return False


def listener(machine: "Machine", space: int, host: str, port: int) -> "Process | None":
    """Return the process that listens there, in one namespace."""
    return next((process for process in machine.processes.values() if process.port == port and process.phase == "serving" and process.namespaces[NET] == space
                 and process.address in ("0.0.0.0", host)), None)


def reached(machine: "Machine", process: "Process | None", host: str, port: int) -> "Process | None":
    """Return the process that a connection arrives at, or None; `process` None is the world outside."""
    found = connect(machine, process.namespaces[NET] if process else None, host, port)
    return found if not isinstance(found, str) else None


def connect(machine: "Machine", space: int | None, host: str, port: int) -> "Process | str":
    """Return who answers, or how the attempt fails: `refused`, `unreachable` or `timeout`."""
    host = "127.0.0.1" if host == "localhost" else host
    if not is_address(host):
        return "unresolved"
    outside = space is None
    here = FIRST_IDS[NET] if space is None else space
    source = "out" if outside else "local"
    for _ in range(HOPS_MAX):
        host, port = _translated(machine, here, host, port, source)
        if owns(machine, here, host):
            return listener(machine, here, host, port) or "refused"
        if source == "out" and not machine.namespaces[here].data["forward"]:
            return "timeout"
        step = _next_hop(machine, here, host)
        if isinstance(step, str):
            return step
        here, source = step, "out"
    return "timeout"


def _translated(machine: "Machine", space: int, host: str, port: int, source: str) -> tuple[str, int]:
    chain = "PREROUTING" if source == "out" else "OUTPUT"
    for rule in machine.namespaces[space].data["nat"]:
        if rule["chain"] == chain and rule["port"] == port and (owns(machine, space, host) if not rule["host"] else rule["host"] == host):
            to_host, _, to_port = rule["to"].partition(":")
            return to_host, int(to_port or port)
    return host, port


def _next_hop(machine: "Machine", space: int, host: str) -> int | str:
    """Return the namespace at which a packet arrives next."""
    for link in links(machine, space):
        for address, prefix in link["addresses"]:
            if link["up"] and link["name"] != "lo" and is_inside(host, address, prefix):
                return _across(machine, space, link, host)
    for target, gateway, device in machine.namespaces[space].data["routes"]:
        if target == "default" or IPv4Address(host) in IPv4Network(target):
            out = link_named(machine, space, device)
            if out is None or not out["up"]:
                continue
            if device == "eth0" and not out["peer"]:
                return "timeout"
            return _across(machine, space, out, gateway or host)
    return "unreachable"


def _across(machine: "Machine", space: int, link: dict[str, Any], host: str) -> int | str:
    """Return the namespace that owns an address on the other side of a link: a veth's peer, or any that hangs on a bridge."""
    if not carries(machine, link):
        return "no-route"
    ends = [(space, link)] if link["peer"] else [(space, port) for port in links(machine, space) if port["master"] == link["name"] and carries(machine, port)]
    for _here, end in ends:
        if not end["peer"]:
            continue
        other, name = end["peer"]
        if owns(machine, other, host):
            return int(other)
        far = link_named(machine, other, name)
        bridged = [port for port in links(machine, other) if far and far["master"] and port["master"] == far["master"] and port["peer"] and carries(machine, port)]
        if far and far["master"] and owns(machine, other, host):
            return int(other)
        for port in bridged:
            if owns(machine, port["peer"][0], host):
                return int(port["peer"][0])
    return "no-route"
