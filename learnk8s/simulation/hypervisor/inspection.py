"""Look at one thing: what it is, and why it is as it is."""

from dataclasses import asdict
from typing import Any

from learnk8s.simulation.hypervisor.datacentre import Datacentre
from learnk8s.simulation.hypervisor.guest_shell import COMMANDS, Inside, curl
from learnk8s.simulation.kernel.sentences import LINKS_MAX
from learnk8s.simulation.hypervisor.nova import Nova
from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kernel.asked import place_of


def document(racks: Datacentre, nova: Nova, ref: str) -> dict[str, Any] | None:
    """Return a thing as a document: `Machine//rack-1`, `Guest//web-1`, `Server//NAME`, `Stack//NAME`, `Traffic//shop-web`."""
    kind, _, name = ref.partition("//")
    match kind:
        case "Machine" if name in racks.machines:
            machine = racks.machines[name]
            return {**asdict(machine), "guests_on": sum(guest.is_on for guest in racks.guests_on(name)), "memory_used_mib": racks.memory_used_mib(machine), "is_swapping": racks.swapping.get(name, False)}
        case "Guest" | "System" | "App" if name in racks.guests:
            guest = racks.guests[name]
            return {**guest.dump(), "serves": guest.serves, "resident_mib": guest.resident_mib, "overhead_mib": guest.overhead_mib, "snapshot_names": [entry["name"] for entry in guest.snapshots]}
        case "Server":
            return nova.server_document(name)
        case "Stack":
            return nova.stack_document(name)
        case "Nova" if nova.is_on:
            return {**{f"{what}_used": number for what, number in nova.used().items()}, **{f"{what}_quota": number for what, number in nova.quota.items()}, "flavors": sorted(nova.flavors), "servers": nova.server_names()}
        case "Traffic":
            return next((flow for flow in racks.traffic.shown() if flow["unit"] == name), None)
    return None


def documents(racks: Datacentre, nova: Nova, kind: str) -> list[dict[str, Any]]:
    """Return all things of a kind."""
    names = {"Machine": list(racks.machines), "Guest": sorted(racks.guests), "Server": nova.server_names(), "Stack": nova.stack_names(), "Traffic": sorted(racks.traffic.rates)}.get(kind, [])
    return [found for name in names if (found := document(racks, nova, f"{kind}//{name}")) is not None]


def refs(racks: Datacentre, nova: Nova) -> list[str]:
    """Return the references of everything that a goal may be about."""
    return [f"{kind}//{name}" for kind, names in (("Guest", sorted(racks.guests)), ("Server", nova.server_names()), ("Stack", nova.stack_names()), ("Machine", list(racks.machines)), ("Traffic", sorted(racks.traffic.rates))) for name in names]


def log_of(racks: Datacentre, ref: str) -> str:
    """Return what a guest shows on its console, and what its journal says."""
    kind, _, name = ref.partition("//")
    guest = racks.guests.get(name) if kind in ("Guest", "System", "App", "Server") else None
    if guest is None:
        return ""
    return "\n".join([*(str(line) for _at, line in guest.console), COMMANDS["journalctl"](Inside(racks, racks.machines[guest.machine], guest), ["journalctl"]).stdout])


def answers(racks: Datacentre, source: str, url: str) -> bool:
    """Say whether a guest's service answers to a guest, a machine, or ("") the terminal; what speaks no HTTP answers, too."""
    host, port = place_of(url)
    kind, _, name = source.partition("//")
    own = racks.guests.get(name) if kind in ("Guest", "Server") else None
    if kind in ("Guest", "Server") and (own is None or own.state != "running"):
        return False
    return curl(racks, ["-s", f"{host}:{port}"], own).status in (0, 1)


def requests(racks: Datacentre) -> list[tuple[str, str]]:
    """Return who might ask whom: the terminal every guest's service, and guests each other's."""
    serving = [(guest.name, guest.unit.port) for guest in racks.guests.values() if guest.unit is not None]
    return [*(("", f"{name}:{port}") for name, port in serving), *((f"Guest//{guest.name}", f"{name}:{port}") for guest in racks.guests.values() for name, port in serving if name != guest.name)]


def inspected(racks: Datacentre, nova: Nova, ref: str, why: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return everything that the page shows of one thing, or None if it is not there; `why` is what happened to it."""
    doc = document(racks, nova, ref)
    if doc is None:
        return None
    kind, _, name = ref.partition("//")
    shown = {key: value for key, value in doc.items() if key not in ("console", "cause", "generation", "snapshots")}
    summary = [{"name": key.upper().replace("_", " "), "value": str(value)} for key, value in shown.items() if isinstance(value, (str, int)) and value not in ("", 0)][:12]
    return {"ref": ref, "kind": kind, "name": name, "namespace": "", "summary": summary, "yaml": yaml.written(shown), "events": [], "why": why[:LINKS_MAX], "verdicts": []}
