"""openstack flavor, image, network, quota, hypervisor."""

from typing import Any

from learnk8s.simulation.hypervisor.images import IMAGES
from learnk8s.simulation.hypervisor.nova import NovaError
from learnk8s.simulation.hypervisor.openstack import tables
from learnk8s.simulation.hypervisor.openstack.command import Call, Command
from learnk8s.simulation.hypervisor.openstack.servers import PROJECT, image_id

NETWORK_ID, SUBNET_ID = "7d2f4c1e-9b0a-4e63-8f51-2c6d7e8f9a01", "0e9d8c7b-6a5f-4e3d-9c2b-1a0f9e8d7c6b"
FLAVORS_MAX = 50


def _flavor_list(call: Call) -> str:
    rows = [[flavor["id"], flavor["name"], flavor["ram"], flavor["disk"], 0, flavor["vcpus"], True] for flavor in call.nova.flavors.values()]
    return tables.listed(["ID", "Name", "RAM", "Disk", "Ephemeral", "VCPUs", "Is Public"], rows, call.form, call.columns)


def _flavor(flavor: dict[str, Any]) -> list[tuple[str, Any]]:
    return [("OS-FLV-DISABLED:disabled", False), ("OS-FLV-EXT-DATA:ephemeral", 0), ("access_project_ids", None), ("description", None), ("disk", flavor["disk"]), ("id", flavor["id"]), ("name", flavor["name"]),
            ("os-flavor-access:is_public", True), ("properties", ""), ("ram", flavor["ram"]), ("rxtx_factor", "1.0"), ("swap", 0), ("vcpus", flavor["vcpus"])]


def _flavor_show(call: Call) -> str:
    return tables.shown(_flavor(call.nova.flavor(call.words[0])), call.form, call.columns)


def _flavor_create(call: Call) -> str:
    name = call.words[0]
    if name in call.nova.flavors:
        raise NovaError(f"ConflictException: 409: Client Error for url: http://controller:8774/v2.1/flavors, Flavor with name {name} already exists.")
    if len(call.nova.flavors) >= FLAVORS_MAX:
        raise NovaError(f"learnk8s: at most {FLAVORS_MAX} flavors")
    sizes = {}
    for option, default in (("--ram", "256"), ("--disk", "0"), ("--vcpus", "1")):
        word = call.values.get(option, default)
        if not word.isdigit() or len(word) > 7 or (option != "--disk" and int(word) < 1):
            raise NovaError(f"argument {option}: invalid int value: '{word}'")
        sizes[option[2:]] = int(word)
    call.nova.flavors[name] = {"id": call.racks.dice.uid("flavor") if call.values.get("--id", "auto") == "auto" else call.values["--id"], "name": name, **sizes}
    return tables.shown(_flavor(call.nova.flavors[name]), call.form, call.columns)


def _image_list(call: Call) -> str:
    return tables.listed(["ID", "Name", "Status"], sorted([[image_id(call.racks, name), name, "active"] for name in IMAGES]), call.form, call.columns)


def _network_list(call: Call) -> str:
    return tables.listed(["ID", "Name", "Subnets"], [[NETWORK_ID, "private", SUBNET_ID]], call.form, call.columns)


def _quota_show(call: Call) -> str:
    used = call.nova.used()
    if call.has("--usage"):
        return tables.listed(["Resource", "Limit", "In Use", "Reserved"], [[name, call.nova.quota[name], used[name], 0] for name in sorted(used)], call.form, call.columns)
    return tables.listed(["Resource", "Limit"], [[name, call.nova.quota[name]] for name in sorted(call.nova.quota)], call.form, call.columns)


def _quota_set(call: Call) -> str:
    used = call.nova.used()
    for name in ("cores", "instances", "ram"):
        word = call.values.get(f"--{name}")
        if word is None:
            continue
        if not word.lstrip("-").isdigit() or len(word) > 8:
            raise NovaError(f"argument --{name}: invalid int value: '{word}'")
        if 0 <= int(word) < used[name]:
            raise NovaError(f"BadRequestException: 400: Client Error for url: http://controller:8774/v2.1/os-quota-sets/{PROJECT}, Quota limit {word} for {name} must be greater than or equal to already used and reserved {used[name]}.")
        call.nova.quota = {**call.nova.quota, name: int(word)}
    return ""


def _hypervisor_list(call: Call) -> str:
    rows = [[str(number), machine.name, machine.hypervisor.word, f"10.0.0.{number + 1}", "up" if machine.power == "on" else "down"] for number, machine in enumerate(call.racks.machines.values(), start=1)]
    return tables.listed(["ID", "Hypervisor Hostname", "Hypervisor Type", "Host IP", "State"], rows, call.form, call.columns)


def _hypervisor_stats(call: Call) -> str:
    machines = [machine for machine in call.racks.machines.values() if machine.power == "on"]
    names = {machine.name for machine in machines}
    placed = [guest for guest in call.racks.guests.values() if guest.machine in names and guest.name in call.nova.servers]
    memory, disk = sum(machine.memory_mib for machine in machines), sum(machine.disk_gib for machine in machines)
    taken, held = sum(guest.memory_mib for guest in placed) + 512 * len(machines), sum(guest.disk_gib for guest in placed)
    return tables.shown([("count", len(machines)), ("current_workload", 0), ("disk_available_least", disk - held), ("free_disk_gb", disk - held), ("free_ram_mb", memory - taken), ("local_gb", disk), ("local_gb_used", held), ("memory_mb", memory),
                         ("memory_mb_used", taken), ("running_vms", sum(guest.is_on for guest in placed)), ("vcpus", sum(machine.cpus for machine in machines)), ("vcpus_used", sum(guest.vcpus for guest in placed))], call.form, call.columns)


COMMANDS = (
    Command("flavor list", _flavor_list, "List flavors", (), ("--all", "--public")),
    Command("flavor show", _flavor_show, "Display flavor details", ("flavor",)),
    Command("flavor create", _flavor_create, "Create new flavor", ("flavor-name",), ("--public", "--private"), ("--ram", "--disk", "--vcpus", "--id", "--property")),
    Command("image list", _image_list, "List available images"),
    Command("network list", _network_list, "List networks"),
    Command("quota show", _quota_show, "Show quotas for project or class", (), ("--usage", "--default"), takes_many=True),
    Command("quota set", _quota_set, "Set quotas for project or class", (), (), ("--cores", "--instances", "--ram"), takes_many=True),
    Command("hypervisor list", _hypervisor_list, "List hypervisors", (), ("--long",)),
    Command("hypervisor stats show", _hypervisor_stats, "Display hypervisor stats details"),
)
