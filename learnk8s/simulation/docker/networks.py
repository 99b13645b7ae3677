"""The networks of one host: the default bridge, where only addresses work, and those that people make, where names work too."""

from typing import Any

from learnk8s.simulation.docker.container import Container
from learnk8s.simulation.docker.errors import DockerError

PREDEFINED = ("bridge", "host", "none")
NETWORKS_MAX = 30


class Networks:
    """Networks by name, each with the third number of its addresses: 172.17 for the bridge, 172.18 and on for others."""

    def __init__(self) -> None:
        self.all: dict[str, dict[str, Any]] = {}

    def begin(self, ids: list[str]) -> None:
        """Make the three that every host has."""
        for name, number in zip(PREDEFINED, ids, strict=True):
            self.all[name] = {"name": name, "id": number, "driver": name if name != "none" else "null", "second": 17 if name == "bridge" else 0, "created_ms": 0, "labels": {}, "internal": False, "subnet": ""}

    def get(self, text: str) -> dict[str, Any]:
        """Return a network by name or by the beginning of its id. Raises DockerError."""
        if text in self.all:
            return self.all[text]
        found = [network for network in self.all.values() if len(text) >= 3 and network["id"].startswith(text)]
        if len(found) != 1:
            raise DockerError(f"network {text} not found")
        return found[0]

    def create(self, name: str, number: str, now_ms: int, *, driver: str = "bridge", subnet: str = "", internal: bool = False, labels: dict[str, str] | None = None) -> dict[str, Any]:
        """Make a network. Raises DockerError."""
        if name in self.all:
            raise DockerError(f"network with name {name} already exists")
        if driver == "overlay":
            raise DockerError("This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.")
        if driver not in ("bridge", "host", "null", "macvlan", "ipvlan"):
            raise DockerError(f"error looking up network plugin {driver}: plugin \"{driver}\" not found")
        if driver in ("host", "null"):
            raise DockerError(f"only one instance of \"{driver}\" network is allowed")
        if len(self.all) >= NETWORKS_MAX + len(PREDEFINED):
            raise DockerError("all predefined address pools have been fully subnetted")
        used = {network["second"] for network in self.all.values()}
        second = next(number for number in range(18, 256) if number not in used)
        self.all[name] = {"name": name, "id": number, "driver": driver, "second": second, "created_ms": now_ms, "labels": labels or {}, "internal": internal, "subnet": subnet}
        return self.all[name]

    def prefix(self, network: dict[str, Any]) -> str:
        """Return what the addresses of a network begin with.

        >>> Networks().prefix({"second": 18, "subnet": ""}), Networks().prefix({"second": 18, "subnet": "10.5.0.0/16"})
        ('172.18.0', '10.5.0')
        """
        return str(network["subnet"]).rpartition(".")[0] if network["subnet"] else f"172.{network['second']}.0"

    def subnet(self, network: dict[str, Any]) -> str:
        """Return a network's range, nothing for host and none."""
        return network["subnet"] or (f"172.{network['second']}.0.0/16" if network["second"] else "")

    def address(self, network: dict[str, Any], containers: list[Container]) -> str:
        """Return the lowest free address. Raises DockerError."""
        taken = {held["ip"] for other in containers for name, held in other.networks.items() if name == network["name"]}
        prefix = self.prefix(network)
        for number in range(2, 255):
            if f"{prefix}.{number}" not in taken:
                return f"{prefix}.{number}"
        raise DockerError(f"no available IPv4 addresses on this network's address pools: {network['name']} ({network['id']})")
