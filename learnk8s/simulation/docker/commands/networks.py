"""docker network and docker volume."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.docker.commands.command import Call, Command, each
from learnk8s.simulation.docker.commands.flags import FORMAT_ONE, FORMAT_TABLE, flags
from learnk8s.simulation.docker.errors import DockerError
from learnk8s.simulation.docker.formatting import documents, kept, listed, nano, sized
from learnk8s.simulation.docker.networks import PREDEFINED
from learnk8s.simulation.kernel.shell.program import Outcome

if TYPE_CHECKING:
    from learnk8s.simulation.docker.engine import Engine

NETWORK_HEADERS = {"ID": "NETWORK ID", "Name": "NAME", "Driver": "DRIVER", "Scope": "SCOPE"}
VOLUME_HEADERS = {"Driver": "DRIVER", "Name": "VOLUME NAME", "Scope": "SCOPE", "Mountpoint": "MOUNTPOINT", "Labels": "LABELS"}


def network_ls(call: Call) -> Outcome:
    """List networks by name."""
    rows = [{"ID": network["id"] if call.on("no-trunc") else network["id"][:12], "Name": name, "Driver": network["driver"], "Scope": "local"} for name, network in sorted(call.engine.networks.all.items())]
    rows = kept(rows, call.many("filter"), {"name": lambda row, value: value in row["Name"], "driver": lambda row, value: row["Driver"] == value, "id": lambda row, value: row["ID"].startswith(value)})  # type: ignore[assignment]  # rows are read only
    return Outcome("".join(f"{row['ID']}\n" for row in rows) if call.on("quiet") else listed(rows, list(NETWORK_HEADERS), NETWORK_HEADERS, form=call.text("format"), kind="*network.networkContext"))


def network_create(call: Call) -> Outcome:
    """Make a network."""
    made = call.engine.networks.create(call.args[0], call.engine.new_id(), call.now_ms, driver=call.text("driver", "bridge"), subnet=call.text("subnet"), internal=call.on("internal"), labels=dict(entry.partition("=")[::2] for entry in call.many("label")))
    call.engine.event("network", "create", made["id"], name=made["name"], type=made["driver"])
    call.site.note("docker", "network.created", f"Network/{call.engine.name}/{made['name']}", "network", made["name"])
    return Outcome(f"{made['id']}\n")


def network_document(engine: "Engine", network: dict[str, Any]) -> dict[str, Any]:
    """Return a network as `inspect` shows it."""
    joined = {container.id: {"Name": container.name, "EndpointID": container.networks[network["name"]].get("endpoint", ""), "MacAddress": "", "IPv4Address": f"{container.networks[network['name']]['ip']}/16" if container.networks[network["name"]].get("ip") else "", "IPv6Address": ""} for container in engine.containers.values() if network["name"] in container.networks and container.is_up}
    config = [{"Subnet": engine.networks.subnet(network), "Gateway": f"{engine.networks.prefix(network)}.1"}] if network["second"] else []
    return {"Name": network["name"], "Id": network["id"], "Created": nano(engine.site.clock, network["created_ms"]), "Scope": "local", "Driver": network["driver"], "EnableIPv4": True, "EnableIPv6": False, "IPAM": {"Driver": "default", "Options": None, "Config": config}, "Internal": network["internal"], "Attachable": False, "Ingress": False,
            "ConfigOnly": False, "Containers": joined, "Options": {}, "Labels": network["labels"]}


def network_inspect(call: Call) -> Outcome:
    """Show networks whole."""
    return _whole(call, lambda word: network_document(call.engine, call.engine.networks.get(word)))


def _whole(call: Call, document: Callable[[str], dict[str, Any]]) -> Outcome:
    """Return what there is of what was asked for, and a complaint for each that is not there."""
    found, wrong = [], ""
    for word in call.args:
        try:
            found.append(document(word))
        except DockerError as error:
            wrong += f"{error.told}\n"
    return Outcome(documents(found, call.text("format")) or ("\n" if wrong else ""), wrong, 1 if wrong else 0)


def network_rm(call: Call) -> Outcome:
    """Remove networks that nobody uses."""
    def gone(word: str) -> str:
        network = call.engine.networks.get(word)
        if network["name"] in PREDEFINED:
            raise DockerError(f"{network['name']} is a pre-defined network and cannot be removed")
        user = next((container for container in call.engine.containers.values() if network["name"] in container.networks and container.is_up), None)
        if user is not None:
            raise DockerError(f"error while removing network: network {network['name']} has active endpoints (name:\"{user.name}\" id:\"{user.networks[network['name']].get('endpoint', '')[:12]}\")")
        del call.engine.networks.all[network["name"]]
        call.engine.event("network", "destroy", network["id"], name=network["name"], type=network["driver"])
        return f"{word}\n"

    return each(call, gone)


def network_connect(call: Call) -> Outcome:
    """Join a container to a network, running or not."""
    network, container = call.engine.networks.get(call.args[0]), call.engine.find(call.args[1])
    if network["name"] in container.networks:
        raise DockerError(f"endpoint with name {container.name} already exists in network {network['name']}")
    if network["name"] == "host" or "host" in container.networks:
        raise DockerError("conflicting options: cannot attach both user-defined and non-user-defined network-modes" if network["name"] != "host" else "container cannot be connected to host network: host network mode")
    held = {"ip": "", "aliases": call.many("alias"), "endpoint": call.engine.new_id()}
    if container.is_up and network["second"]:
        held["ip"] = call.engine.networks.address(network, [other for other in call.engine.containers.values() if other.is_up])
    container.networks[network["name"]] = held
    call.engine.event("network", "connect", network["id"], container=container.id, name=network["name"])
    call.site.note("docker", "network.connected", call.engine.ref(container), "container", container.name, "network", network["name"])
    call.site.changed(call.engine)
    return Outcome()


def network_disconnect(call: Call) -> Outcome:
    """Take a container out of a network."""
    network, container = call.engine.networks.get(call.args[0]), call.engine.find(call.args[1])
    if network["name"] not in container.networks:
        raise DockerError(f"container {container.id} is not connected to network {network['name']}")
    del container.networks[network["name"]]
    call.engine.event("network", "disconnect", network["id"], container=container.id, name=network["name"])
    call.site.changed(call.engine)
    return Outcome()


def network_prune(call: Call) -> Outcome:
    """Remove all networks that nobody uses."""
    text = networks_pruned(call.engine)
    return Outcome(f"Deleted Networks:\n{text}\n" if text else "")


def networks_pruned(engine: "Engine") -> str:
    """Remove unused networks and return their names, one a line."""
    used = {name for container in engine.containers.values() for name in container.networks}
    gone = [name for name in engine.networks.all if name not in PREDEFINED and name not in used]
    for name in gone:
        del engine.networks.all[name]
    return "".join(f"{name}\n" for name in gone)


# Volumes


def users_of(engine: "Engine", name: str) -> list[str]:
    """Return the ids of containers that use a volume."""
    return [container.id for container in engine.containers.values() if any(mount["type"] == "volume" and mount["source"] == name for mount in container.mounts)]


def volume_ls(call: Call) -> Outcome:
    """List volumes."""
    rows = [{"Driver": "local", "Name": name, "Scope": "local", "Mountpoint": f"/var/lib/docker/volumes/{name}/_data", "Labels": ",".join(f"{key}={value}" for key, value in volume["labels"].items())} for name, volume in sorted(call.engine.volumes.items())]
    rows = kept(rows, call.many("filter"), {"name": lambda row, value: value in row["Name"], "dangling": lambda row, value: (not users_of(call.engine, row["Name"])) == (value in ("true", "1")), "driver": lambda row, value: value == "local"})  # type: ignore[assignment]  # rows are read only
    return Outcome("".join(f"{row['Name']}\n" for row in rows) if call.on("quiet") else listed(rows, ["Driver", "Name"], VOLUME_HEADERS, form=call.text("format"), kind="*formatter.volumeContext"))


def volume_create(call: Call) -> Outcome:
    """Make a volume."""
    name = call.args[0] if call.args else call.text("name") or call.engine.new_id()
    if call.text("driver", "local") != "local":
        raise DockerError(f"error looking up volume plugin {call.text('driver')}: plugin \"{call.text('driver')}\" not found")
    call.engine.volume(name, labels=dict(entry.partition("=")[::2] for entry in call.many("label")), anonymous=not call.args)
    return Outcome(f"{name}\n")


def volume_document(engine: "Engine", name: str) -> dict[str, Any]:
    """Return a volume as `inspect` shows it. Raises DockerError."""
    if name not in engine.volumes:
        raise DockerError(f"get {name}: no such volume")
    volume = engine.volumes[name]
    return {"CreatedAt": engine.site.clock.timestamp(volume["created_ms"]), "Driver": "local", "Labels": volume["labels"] or None, "Mountpoint": f"/var/lib/docker/volumes/{name}/_data", "Name": name, "Options": None, "Scope": "local"}


def volume_inspect(call: Call) -> Outcome:
    """Show volumes whole."""
    return _whole(call, lambda word: volume_document(call.engine, word))


def volume_rm(call: Call) -> Outcome:
    """Remove volumes that nobody uses."""
    def gone(word: str) -> str:
        if word not in call.engine.volumes:
            if call.on("force"):
                return ""
            raise DockerError(f"get {word}: no such volume")
        if users := users_of(call.engine, word):
            raise DockerError(f"remove {word}: volume is in use - [{', '.join(users)}]")
        del call.engine.volumes[word]
        call.engine.event("volume", "destroy", word, driver="local")
        return f"{word}\n"

    return each(call, gone)


def volume_prune(call: Call) -> Outcome:
    """Remove volumes without a name that nobody uses, or with -a all that nobody uses."""
    if not call.on("force"):
        return Outcome("WARNING! This will remove anonymous local volumes not used by at least one container.\nAre you sure you want to continue? [y/N] \n# learnk8s: this terminal does not ask; say -f.\n", "", 1)
    text, freed = volumes_pruned(call.engine, every=call.on("all"))
    return Outcome((f"Deleted Volumes:\n{text}\n" if text else "") + f"Total reclaimed space: {sized(freed, 4)}\n")


def volumes_pruned(engine: "Engine", *, every: bool) -> tuple[str, int]:
    """Remove unused volumes; return their names, one a line, and the room that it gave."""
    gone = [name for name, volume in engine.volumes.items() if not users_of(engine, name) and (every or volume["anonymous"])]
    freed = sum(len(text) for name in gone for text in engine.volumes[name]["files"].values())
    for name in gone:
        del engine.volumes[name]
    return "".join(f"{name}\n" for name in gone), freed


LISTING = flags(f"filter f filter Provide filter values (e.g. \"driver=bridge\")\nformat - string {FORMAT_TABLE}\nno-trunc - bool Do not truncate the output\nquiet q bool Only display IDs")
INSPECT = flags(f"format f string {FORMAT_ONE}\nverbose v bool Verbose output for diagnostics")
COMMANDS = (
    Command("network ls", "[OPTIONS]", "List networks", network_ls, LISTING, 0, 0, also=("network list",)),
    Command("network create", "[OPTIONS] NETWORK", "Create a network", network_create, flags("attachable - bool Enable manual container attachment\ndriver d string Driver to manage the Network (default \"bridge\")\ngateway - list IPv4 or IPv6 Gateway for the master subnet\ninternal - bool Restrict external access to the network\nlabel - list Set metadata on a network\nsubnet - string Subnet in CIDR format that represents a network segment"), 1, 1),
    Command("network inspect", "[OPTIONS] NETWORK [NETWORK...]", "Display detailed information on one or more networks", network_inspect, INSPECT, 1, takes="network"),
    Command("network rm", "NETWORK [NETWORK...]", "Remove one or more networks", network_rm, flags("force f bool Do not error if the network does not exist"), 1, also=("network remove",), takes="network"),
    Command("network connect", "[OPTIONS] NETWORK CONTAINER", "Connect a container to a network", network_connect, flags("alias - list Add network-scoped alias for the container\nip - string IPv4 address (e.g., \"172.30.100.104\")\nlink - list Add link to another container"), 2, 2, takes="network"),
    Command("network disconnect", "[OPTIONS] NETWORK CONTAINER", "Disconnect a container from a network", network_disconnect, flags("force f bool Force the container to disconnect from a network"), 2, 2, takes="network"),
    Command("network prune", "[OPTIONS]", "Remove all unused networks", network_prune, flags("filter - filter Provide filter values\nforce f bool Do not prompt for confirmation"), 0, 0),
    Command("volume ls", "[OPTIONS]", "List volumes", volume_ls, LISTING, 0, 0, also=("volume list",)),
    Command("volume create", "[OPTIONS] [VOLUME]", "Create a volume", volume_create, flags("driver d string Specify volume driver name (default \"local\")\nlabel - list Set metadata for a volume\nname - string Specify volume name\nopt o list Set driver specific options"), 0, 1),
    Command("volume inspect", "[OPTIONS] VOLUME [VOLUME...]", "Display detailed information on one or more volumes", volume_inspect, INSPECT, 1, takes="volume"),
    Command("volume rm", "[OPTIONS] VOLUME [VOLUME...]", "Remove one or more volumes", volume_rm, flags("force f bool Force the removal of one or more volumes"), 1, also=("volume remove",), takes="volume"),
    Command("volume prune", "[OPTIONS]", "Remove unused local volumes", volume_prune, flags("all a bool Remove all unused volumes, not just anonymous ones\nfilter - filter Provide filter values (e.g. \"label=<label>\")\nforce f bool Do not prompt for confirmation"), 0, 0),
)
