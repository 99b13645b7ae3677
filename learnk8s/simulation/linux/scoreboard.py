"""What the eras are compared by, counted on one server. The price is an assumption, the same as in the other worlds."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from learnk8s.simulation.linux.machine import Machine

CENTS_PER_CPU_HOUR = 4
"""An assumption, of the size of on-demand prices of large clouds in 2026."""
MICRO = 1_000_000


def counted(machine: "Machine", *, commands: int) -> dict[str, Any]:
    """Return utilisation, cost per hour, requests, downtime and commands."""
    flow, now = machine.flow, machine.clock.now_ms
    passed = now - flow.settled_ms
    used = sum(process.share for process in machine.processes.values())
    running = sum(process.program in ("web", "api", "database") and process.phase == "serving" for process in machine.processes.values())
    return {
        "cpu_used_percent": used * 100 // (machine.cpus * 1000), "memory_used_percent": machine.used_memory(now) * 100 // machine.memory_bytes, "cost_cents_per_hour": machine.cpus * CENTS_PER_CPU_HOUR,
        "requests_served": (flow.served + flow.served_rate * passed) // MICRO, "requests_failed": (flow.failed + flow.failed_rate * passed) // MICRO, "services_running": running,
        "downtime_ms": flow.down_ms + (passed if flow.failed_rate and not flow.served_rate else 0), "oom_kills": machine.oom_kills, "commands": commands,
    }


def whole_for_ms(machine: "Machine") -> int:
    """Return for how long every request has been served; 0 while nobody comes."""
    flow = machine.flow
    return machine.clock.now_ms - flow.whole_since_ms if flow.served_rate and not flow.failed_rate else 0
