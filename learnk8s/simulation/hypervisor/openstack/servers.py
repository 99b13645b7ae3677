"""openstack server ...: create, list, show, delete, stop, start, reboot, migrate, resize, evacuate; console log show."""

from typing import Any

from learnk8s.simulation.hypervisor.jobs import POLLS, Waiting
from learnk8s.simulation.hypervisor.nova import VM_STATES, NovaError, unit_in
from learnk8s.simulation.hypervisor.datacentre import Datacentre
from learnk8s.simulation.hypervisor.openstack import tables
from learnk8s.simulation.hypervisor.openstack.command import Call, Command

PROJECT, USER = "b8f1a3c0d4e94d6f9b0a7c5e2d1f3a64", "5c2e7f9a1b3d4c6e8f0a2b4c6d8e0f12"


def _create(call: Call) -> "str | Waiting":
    count = call.values.get("--max", call.values.get("--min", "1"))
    if not count.isdigit() or int(count) < 1:
        raise NovaError("min and max instances should be > 0")
    data = call.values.get("--user-data", "")
    text = call.files.read(data) if data else ""
    if text is None:
        raise NovaError(f"Can't open '{data}': [Errno 2] No such file or directory: '{data}'")
    if not call.has("--image"):
        raise NovaError("An image (--image, --image-property) or bootable volume (--volume, --snapshot, --block-device) is required")
    servers = call.nova.create(call.words[0], flavor=call.values["--flavor"], image=call.values["--image"], count=int(count), installs=unit_in(text), host=call.values.get("--host", ""))
    if call.has("--wait"):
        return Waiting(call.racks, {"kind": "servers", "names": [server["name"] for server in servers], "form": call.form, "columns": call.columns, "wake_ms": None})
    return tables.shown(fields(call.racks, servers[0]), call.form, call.columns)


def fields(racks: Datacentre, server: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return a server's fields as the client shows them."""
    nova = racks.helpers["nova"]
    guest = racks.guests.get(server["name"])
    status, stamp = nova.status(server), racks.clock.timestamp
    addresses = f"private={guest.address}" if guest and server["status"] != "BUILD" else ""
    launched = stamp(server["launched_ms"]).removesuffix("Z") + ".000000" if server["launched_ms"] is not None else None
    host = guest.machine if guest else None
    pairs = [("OS-DCF:diskConfig", "MANUAL"), ("OS-EXT-AZ:availability_zone", "nova" if host else ""), ("OS-EXT-SRV-ATTR:host", host), ("OS-EXT-SRV-ATTR:hypervisor_hostname", host), ("OS-EXT-SRV-ATTR:instance_name", guest.name if guest else ""),
             ("OS-EXT-STS:power_state", nova.power_state(server)), ("OS-EXT-STS:task_state", server["task"] or None), ("OS-EXT-STS:vm_state", VM_STATES.get(status, status.lower())), ("OS-SRV-USG:launched_at", launched),
             ("OS-SRV-USG:terminated_at", None), ("accessIPv4", ""), ("accessIPv6", ""), ("addresses", addresses), ("config_drive", ""), ("created", stamp(server["created_ms"]))]
    if server["fault"]:
        pairs.append(("fault", f"{{'code': 500, 'created': '{stamp(server['updated_ms'])}', 'message': '{server['fault']}'}}"))
    return [*pairs, ("flavor", f"{server['flavor']['name']} ({server['flavor']['id']})"), ("hostId", f"{racks.dice.draw('hostid', host):016x}" if host else ""), ("id", server["id"]),
            ("image", f"{server['image']} ({image_id(racks, server['image'])})"), ("key_name", None), ("name", server["name"]), ("progress", 0 if status == "BUILD" else 100), ("project_id", PROJECT), ("properties", ""),
            ("security_groups", "name='default'"), ("status", status), ("updated", stamp(server["updated_ms"])), ("user_id", USER), ("volumes_attached", "")]


def image_id(racks: Datacentre, name: str) -> str:
    """Return the id of an image."""
    digits = f"{racks.dice.draw('image', name):016x}{racks.dice.draw('image', name, 2):016x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"


def _wait_servers(racks: Datacentre, state: dict[str, Any]) -> tuple[str, int | None]:
    nova = racks.helpers["nova"]
    servers = [nova.servers[name] for name in state["names"] if name in nova.servers]
    if any(server["status"] in ("BUILD", "RESIZE") or nova.status(server) == "MIGRATING" for server in servers):
        return "", None
    failed = [server for server in servers if server["status"] == "ERROR"]
    if failed or not servers:
        return "".join(f"Error creating server: {server['name']}\n" for server in failed) or "Error: the server is gone\n", 1
    if state.get("text"):
        return state["text"], 0
    return tables.shown(fields(racks, servers[0]), state["form"], state["columns"]), 0


POLLS["servers"] = _wait_servers


def _list(call: Call) -> str:
    header = ["ID", "Name", "Status", "Networks", "Image", "Flavor"]
    rows = []
    for name in call.nova.server_names():
        server = call.nova.servers[name]
        guest = call.racks.guests.get(name)
        status = call.nova.status(server)
        if call.values.get("--status", status).upper() != status or call.values.get("--host", guest.machine if guest else "") != (guest.machine if guest else ""):
            continue
        row: list[Any] = [server["id"], name, status, f"private={guest.address}" if guest and server["status"] != "BUILD" else "", server["image"], server["flavor"]["name"]]
        rows.append([*row[:3], server["task"] or None, call.nova.power_state(server), *row[3:], "nova" if guest else "", guest.machine if guest else None] if call.has("--long") else row)
    if call.has("--long"):
        header = ["ID", "Name", "Status", "Task State", "Power State", "Networks", "Image Name", "Flavor", "Availability Zone", "Host"]
    return tables.listed(header, rows, call.form, call.columns)


def _show(call: Call) -> str:
    return tables.shown(fields(call.racks, call.nova.find(call.words[0])), call.form, call.columns)


def _each(call: Call, work: Any) -> str:
    for word in call.words:
        work(word)
    return ""


def _migrate(call: Call) -> "str | Waiting":
    name = call.nova.find(call.words[0])["name"]
    if call.has("--live-migration"):
        call.nova.live_migrate(name, call.values.get("--host", ""))
    elif call.has("--host"):
        raise NovaError("learnk8s: --host is modelled with --live-migration only")
    else:
        call.nova.resize(name)
    return _waited(call, name)


def _waited(call: Call, name: str) -> "str | Waiting":
    return Waiting(call.racks, {"kind": "servers", "names": [name], "form": "table", "columns": [], "wake_ms": None, "text": "Complete\n"}) if call.has("--wait") else ""


def _resize(call: Call) -> "str | Waiting":
    name = call.nova.find(call.words[0])["name"]
    call.nova.resize(name, call.values["--flavor"])
    return _waited(call, name)


def _console(call: Call) -> str:
    guest = call.racks.guests.get(call.nova.find(call.words[0])["name"])
    lines = [line for _, line in guest.console] if guest else []
    if "--lines" in call.values and call.values["--lines"].isdigit():
        lines = lines[-int(call.values["--lines"]):]
    return "".join(f"{line}\n" for line in lines)


def _evacuate(call: Call) -> str:
    return tables.shown(fields(call.racks, call.nova.evacuate(call.words[0])), call.form, call.columns)


SERVER = ("server",)
COMMANDS = (
    Command("server create", _create, "Create a new server", ("server-name",), ("--wait",), ("!--flavor", "--image", "--network", "--nic", "--key-name", "--user-data", "--min", "--max", "--host", "--security-group", "--property", "--availability-zone")),
    Command("server list", _list, "List servers", (), ("--long", "--all-projects"), ("--status", "--host")),
    Command("server show", _show, "Show server details", SERVER),
    Command("server delete", lambda call: _each(call, call.nova.delete), "Delete server(s)", SERVER, ("--wait", "--force"), takes_many=True),
    Command("server stop", lambda call: _each(call, call.nova.stop), "Stop server(s)", SERVER, takes_many=True),
    Command("server start", lambda call: _each(call, call.nova.start), "Start server(s)", SERVER, takes_many=True),
    Command("server reboot", lambda call: _each(call, lambda word: call.nova.reboot(word, hard=call.has("--hard"))), "Perform a hard or soft server reboot", SERVER, ("--hard", "--soft")),
    Command("server migrate", _migrate, "Migrate server to different host", SERVER, ("--live-migration", "--wait", "--block-migration", "--shared-migration"), ("--host",)),
    Command("server resize", _resize, "Scale server to a new flavor", SERVER, ("--wait",), ("--flavor",)),
    Command("server resize confirm", lambda call: _each(call, call.nova.confirm), "Confirm server resize", SERVER),
    Command("server migration confirm", lambda call: _each(call, call.nova.confirm), "Confirm server migration", SERVER),
    Command("server evacuate", _evacuate, "Evacuate a server to a different host", SERVER, ("--wait",)),
    Command("console log show", _console, "Show server's console output", SERVER, (), ("--lines",)),
)
