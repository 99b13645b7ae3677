"""What the eras are compared by, counted in the racks: what the machines hold, what guest systems eat of it, how long scaling out took."""

from typing import Any

from learnk8s.simulation.hypervisor.datacentre import Datacentre

CENTS_PER_CPU_HOUR = 4
"""An assumption, of the size of on-demand prices of large clouds in 2026; the same in every era."""


def counted(racks: Datacentre, *, commands: int) -> dict[str, Any]:
    """Return the scoreboard of this moment."""
    racks.settle()
    load = racks.load()
    on = [machine for machine in racks.machines.values() if machine.power != "off"]
    guests = [guest for guest in racks.guests.values() if guest.is_on]
    cpu, memory = sum(machine.cpus for machine in on) * 1_000, sum(machine.memory_mib for machine in on)
    flows = racks.traffic.shown()
    systems = sum(guest.overhead_mib for guest in guests) + sum(machine.hypervisor.memory_mib for machine in on)
    useful = sum(guest.unit.memory_mib for guest in guests if guest.unit and guest.unit_state == "active")
    return {
        "machines": len(racks.machines), "machines_on": len(on), "guests": len(racks.guests), "guests_on": len(guests), "guests_serving": sum(guest.serves for guest in guests),
        "cpu_used_percent": _percent(sum(load.given.values()), cpu), "memory_used_percent": _percent(sum(racks.memory_used_mib(machine) for machine in on), memory),
        "guest_system_mib": systems, "guest_system_percent": _percent(systems, memory), "useful_mib": useful, "system_share_percent": _percent(systems, systems + useful),
        "scale_out_ms": racks.scale_out_ms, "stood_still_ms": racks.stood_still_ms, "blast_radius": racks.blast_radius, "swapping": sum(racks.swapping.values()),
        "cost_cents_per_hour": cpu * CENTS_PER_CPU_HOUR // 1_000, "requests_served": sum(flow["served"] for flow in flows), "requests_failed": sum(flow["failed"] for flow in flows),
        "downtime_ms": max((flow["down_ms"] for flow in flows), default=0), "commands": commands,
    }


def _percent(part: int, whole: int) -> int:
    return part * 100 // whole if whole else 0
