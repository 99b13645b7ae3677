"""What the eras are compared by, counted on Docker hosts."""

from typing import Any

from learnk8s.simulation.docker.engine import SYSTEM_MIB
from learnk8s.simulation.docker.site import Site

CENTS_PER_CPU_HOUR = 4
"""An assumption, of the size of on-demand prices of large clouds in 2026; the same in every era."""


def used_percent(site: Site) -> tuple[int, int]:
    """Return the percent of CPU and of memory that the hosts that are on use now."""
    on = [engine for engine in site.hosts.values() if engine.power != "off"]
    return _percent(sum(site.requests.load().given.values()), sum(engine.cpus for engine in on) * 1_000), _percent(sum(engine.used_mib() for engine in on), sum(engine.memory_mib for engine in on))


def counted(site: Site, *, commands: int) -> dict[str, Any]:
    """Return the scoreboard of this moment."""
    site.requests.settle(site.now_ms)
    cpu_used, memory_used = used_percent(site)
    on = [engine for engine in site.hosts.values() if engine.power != "off"]
    up = [container for engine in on for container in engine.containers.values() if container.is_up]
    cpu = sum(engine.cpus for engine in on) * 1_000
    useful = sum(container.memory_at(site.now_ms) for container in up) // 2**20
    systems = SYSTEM_MIB * len(on)
    flows = site.requests.shown()
    return {
        "machines": len(site.hosts), "machines_on": len(on), "containers": sum(len(engine.containers) for engine in site.hosts.values()), "containers_running": len(up), "cpu_used_percent": cpu_used, "memory_used_percent": memory_used,
        "guest_system_mib": systems, "system_share_percent": _percent(systems, systems + useful), "useful_mib": useful, "disk_used_percent": max((_percent(engine.disk_used(), engine.disk_bytes) for engine in site.hosts.values()), default=0), "scale_out_ms": site.scale_out_ms, "recover_ms": site.recover_ms, "blast_radius": site.blast_radius,
        "oom_kills": site.oom_kills, "cost_cents_per_hour": cpu * CENTS_PER_CPU_HOUR // 1_000, "requests_served": sum(flow["served"] for flow in flows), "requests_failed": sum(flow["failed"] for flow in flows), "downtime_ms": max((flow["down_ms"] for flow in flows), default=0), "commands": commands,
    }


def _percent(part: int, whole: int) -> int:
    return part * 100 // whole if whole else 0
