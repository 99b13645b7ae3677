"""Snapshots of a guest: create, list, revert, delete."""

import re
from typing import Any

from learnk8s.simulation.hypervisor.datacentre import VirtError
from learnk8s.simulation.hypervisor.virsh.command import Call, Command, columns


def _name(call: Call) -> str:
    name = call.values["snapshotname"]
    if not any(entry["name"] == name for entry in call.guest().snapshots):
        raise VirtError(f"Domain snapshot not found: no domain snapshot with matching name '{name}'")
    return name


def _create(call: Call) -> str:
    guest = call.guest()
    name = call.values.get("name") or str(call.racks.clock.moment().timestamp().__floor__())
    if not re.fullmatch(r"[\w.+-]{1,60}", name):
        raise VirtError(f"XML error: invalid snapshot name '{name}'")
    if any(entry["name"] == name for entry in guest.snapshots):
        raise VirtError(f"operation failed: domain moment {name} already exists")
    call.racks.take_snapshot(guest.name, name, call.values.get("description", ""))
    return f"Domain snapshot {name} created\n"


def _time(call: Call, entry: dict[str, Any]) -> str:
    return call.racks.clock.moment(entry["created_ms"]).strftime("%Y-%m-%d %H:%M:%S +0000")


def _list(call: Call) -> str:
    entries = sorted(call.guest().snapshots, key=lambda entry: entry["name"])
    if "name" in call.flags:
        return "".join(f"{entry['name']}\n" for entry in entries)
    return columns(["Name", "Creation Time", "State"], [[entry["name"], _time(call, entry), entry["state"]] for entry in entries])


def _info(call: Call) -> str:
    entries = call.guest().snapshots
    name = _name(call)
    entry = next(entry for entry in entries if entry["name"] == name)
    children = sum(other["parent"] == entry["name"] for other in entries)
    pairs = [("Name", entry["name"]), ("Domain", call.guest().name), ("Current", "yes" if entry is entries[-1] else "no"), ("State", entry["state"]), ("Location", "internal"), ("Parent", entry["parent"] or "-"),
             ("Children", str(children)), ("Descendants", str(children)), ("Metadata", "yes")]
    return "".join(f"{name + ':':<16}{value}\n" for name, value in pairs)


def _revert(call: Call) -> str:
    name = _name(call)
    call.racks.revert(call.guest().name, name)
    return f"Domain snapshot {name} reverted\n"


def _delete(call: Call) -> str:
    name = _name(call)
    call.racks.delete_snapshot(call.guest().name, name)
    return f"Domain snapshot {name} deleted\n"


COMMANDS = (
    Command("snapshot-create-as", _create, "Create a snapshot from a set of args", ("domain", "?name", "?description"), ("atomic",)),
    Command("snapshot-list", _list, "List snapshots for a domain", ("domain",), ("name", "tree")),
    Command("snapshot-info", _info, "snapshot information", ("domain", "snapshotname")),
    Command("snapshot-revert", _revert, "Revert a domain to a snapshot", ("domain", "snapshotname"), ("running", "paused", "force")),
    Command("snapshot-delete", _delete, "Delete a domain snapshot", ("domain", "snapshotname"), ("children",)),
)
