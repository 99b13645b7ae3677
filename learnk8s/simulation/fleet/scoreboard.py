"""What the eras are compared by, and beside it what it cost a person: acts and pages."""

from typing import Any

from learnk8s.simulation.docker import scoreboard as docker
from learnk8s.simulation.fleet.site import FleetSite


def counted(site: FleetSite, *, commands: int, acts: dict[str, int]) -> dict[str, Any]:
    """Return the scoreboard of this moment."""
    return {**docker.counted(site, commands=commands), "acts": sum(acts.values()), "acts_ssh": acts.get("ssh", 0), "acts_docker": acts.get("docker", 0), "acts_edit": acts.get("edit", 0), "acts_reload": acts.get("reload", 0), "pages": site.paged, "pages_at_night": site.paged_at_night, "pages_open": len(site.open_pages()),
            "inventory_wrong": len(site.inventory_differences())}
