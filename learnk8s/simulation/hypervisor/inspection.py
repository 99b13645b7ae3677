"""Look at one thing: what it is, and why it is as it is."""

from dataclasses import asdict
from typing import Any

from learnk8s.simulation.hypervisor.datacentre import Datacentre
from learnk8s.simulation.kernel.sentences import LINKS_MAX
from learnk8s.simulation.hypervisor.nova import Nova
from learnk8s.simulation.kernel import yaml


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
        case "Traffic":
            return next((flow for flow in racks.traffic.shown() if flow["unit"] == name), None)
    return None


def documents(racks: Datacentre, nova: Nova, kind: str) -> list[dict[str, Any]]:
    """Return all things of a kind."""
    names = {"Machine": list(racks.machines), "Guest": sorted(racks.guests), "Server": nova.server_names(), "Stack": nova.stack_names(), "Traffic": sorted(racks.traffic.rates)}.get(kind, [])
    return [found for name in names if (found := document(racks, nova, f"{kind}//{name}")) is not None]


def inspected(racks: Datacentre, nova: Nova, ref: str, why: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return everything that the page shows of one thing, or None if it is not there; `why` is what happened to it."""
    doc = document(racks, nova, ref)
    if doc is None:
        return None
    kind, _, name = ref.partition("//")
    shown = {key: value for key, value in doc.items() if key not in ("console", "cause", "generation", "snapshots")}
    summary = [{"name": key.upper().replace("_", " "), "value": str(value)} for key, value in shown.items() if isinstance(value, (str, int)) and value not in ("", 0)][:12]
    return {"ref": ref, "kind": kind, "name": name, "namespace": "", "summary": summary, "yaml": yaml.written(shown), "events": [], "why": why[:LINKS_MAX], "verdicts": []}
