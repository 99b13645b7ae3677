"""The hand-written inventory: which service runs where, in which version. It is true as long as somebody keeps it true."""

from typing import TYPE_CHECKING

from learnk8s.simulation.workload.fleet import BY_NAME

if TYPE_CHECKING:
    from learnk8s.simulation.docker.site import Site

INVENTORY = "inventory"


def written(site: "Site") -> str:
    """Return the inventory that is true now."""
    rows = sorted((service_of(container.name), engine.name, container.image_name.rpartition(":")[2]) for engine in site.hosts.values() for container in engine.containers.values() if container.is_up)
    return "# service     host      version   (edit this whenever you touch anything)\n" + "".join(f"{service:<13} {host:<9} {version}\n" for service, host, version in rows)


def read(text: str) -> list[tuple[str, str, str]]:
    """Return the lines of an inventory: service, host, version."""
    return sorted(tuple((line.split() + ["", "", ""])[:3]) for line in text.splitlines() if line.strip() and not line.startswith("#"))  # type: ignore[misc]  # three words each


def differences(text: str, site: "Site") -> list[str]:
    """Return in what an inventory differs from what runs."""
    said, true = read(text), read(written(site))
    return [f"{service} on {host} in version {version} is written down and does not run" for service, host, version in said if (service, host, version) not in true] + [f"{service} runs on {host} in version {version} and is not written down" for service, host, version in true if (service, host, version) not in said]


def service_of(name: str) -> str:
    """Return which service a container belongs to: `api-2` and `api` to api."""
    plain = name.rpartition("-")[0] if name.rpartition("-")[2].isdigit() else name
    return plain if plain in BY_NAME else name
