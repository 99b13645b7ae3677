"""What the eras are compared by, counted in one cluster.

Cost is that of the nodes at list price whether they are used or not; the price is an assumption and said to be one.
"""

from collections.abc import Sequence
from typing import Any

CENTS_PER_CPU_HOUR = 4
"""An assumption, of the size of on-demand prices of large clouds in 2026."""


def counted(scene: dict[str, Any], *, commands: int) -> dict[str, Any]:
    """Return utilisation, cost per hour, requests, commands and downtime from a scene."""
    nodes: Sequence[dict[str, Any]] = scene["nodes"]
    cpu, memory = sum(node["cpu"]["capacity_m"] for node in nodes), sum(node["memory"]["capacity"] for node in nodes)
    flows = [service["traffic"] for service in scene["services"]]
    pods = [pod for node in nodes for pod in node["pods"]] + list(scene["unplaced"])
    return {
        "cpu_requested_percent": _percent(sum(node["cpu"]["requested_m"] for node in nodes), cpu),
        "memory_requested_percent": _percent(sum(node["memory"]["requested"] for node in nodes), memory),
        "cost_cents_per_hour": cpu * CENTS_PER_CPU_HOUR // 1000,
        "requests_served": sum(flow["served"] for flow in flows),
        "requests_failed": sum(flow["failed"] for flow in flows),
        "pods_ready": sum(pod["health"] == "ok" for pod in pods),
        "pods": len(pods),
        "commands": commands,
        "downtime_ms": max((flow.get("down_ms", 0) for flow in flows), default=0),
    }


def _percent(part: int, whole: int) -> int:
    return 0 if not whole else part * 100 // whole
