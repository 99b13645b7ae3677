"""Look at one thing of the fleet; hosts and containers are Docker's."""

from collections.abc import Sequence
from typing import Any

from learnk8s.simulation.docker import inspection as docker
from learnk8s.simulation.docker.scene import health_of
from learnk8s.simulation.fleet import records
from learnk8s.simulation.fleet.inventory import service_of
from learnk8s.simulation.fleet.site import FleetSite
from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kernel.sentences import LINKS_MAX
from learnk8s.simulation.workload.fleet import SERVICES


def service_document(site: FleetSite, name: str) -> dict[str, Any]:
    """Return a service: what runs of it anywhere, and what the balancer sends to."""
    copies = [(engine, container) for engine in site.hosts.values() for container in engine.containers.values() if service_of(container.name) == name and container.is_up]
    servers = site.balancer.config.backends.get(name, [])
    versions = sorted({container.image_name.rpartition(":")[2] for _, container in copies})
    return {"name": name, "answers": site.answering(name), "copies": len(copies), "hosts": sorted(engine.name for engine, _ in copies), "versions": versions, "version": versions[0] if len(versions) == 1 else ", ".join(versions), "healthy": sum(health_of(engine, container)[0] == "good" for engine, container in copies),
            "servers": [f"{server.name} {server.host}:{server.port}" for server in servers], "servers_alive": sum(site.balancer.answers(server) is not None for server in servers), "server_count": len(servers)}


def document(site: FleetSite, ref: str) -> dict[str, Any] | None:
    """Return a thing as a document: what Docker has, and `Service//NAME`, `Balancer//lb`, `Operator//you`, `Inventory//`, `Record//NAME`, `Fleet//`."""
    kind, _, rest = ref.partition("//")
    match kind:
        case "Service" if any(service.name == rest for service in SERVICES):
            return service_document(site, rest)
        case "Balancer":
            return {"name": "lb", "frontends": {name: port for port, (name, _) in site.balancer.config.frontends.items()}, "down": sorted(key for key, dead in site.balancer.down.items() if dead), "reloads": site.balancer.reloads, "file": site.balancer.text}
        case "Operator":
            return {"name": "you", "pages": site.paged, "pages_at_night": site.paged_at_night, "open": [page["service"] for page in site.open_pages()]}
        case "Inventory":
            wrong = site.inventory_differences()
            return {"name": "inventory", "is_true": not wrong, "wrong": wrong}
        case "Record" if rest in records.BY_NAME:
            record = records.BY_NAME[rest]
            return {"name": record.title, "since": record.since, "file": f"others/{record.file}", "text": record.text}
        case "Record":
            return {"name": "how others said it", "files": [f"others/{record.file}" for record in records.RECORDS]}
        case "Fleet":
            return {"services": len(SERVICES), "answering": sum(site.answering(service.name) for service in SERVICES), "open_pages": len(site.open_pages())}
    return docker.document(site, ref)


def refs(site: FleetSite) -> list[str]:
    """Return the references of everything that a goal may be about; containers come last, services matter more."""
    return [*(f"Service//{service.name}" for service in SERVICES), "Balancer//lb", "Operator//you", "Inventory//", "Fleet//", *docker.refs(site)]


def log_of(site: FleetSite, ref: str) -> str:
    """Return what a container has printed."""
    return docker.log_of(site, ref)


def answers(site: FleetSite, source: str, url: str) -> bool:
    """Say whether an address answers to a container, a host, or ("") the desk."""
    return docker.answers(site, source, url)


def requests(site: FleetSite) -> list[tuple[str, str]]:
    """Return who might ask whom: the desk the balancer's frontends, and what Docker has."""
    return [*(("", f"lb:{port}") for port in sorted(site.balancer.config.frontends)), *docker.requests(site)]


def documents(site: FleetSite, kind: str) -> Sequence[dict[str, Any]]:
    """Return all things of a kind."""
    return [service_document(site, service.name) for service in SERVICES] if kind == "Service" else docker.documents(site, kind)


def inspected(site: FleetSite, ref: str, told: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return everything that the page shows of one thing, or None if it is not there."""
    kind, _, rest = ref.partition("//")
    if kind not in ("Service", "Balancer", "Operator", "Inventory", "Record", "Fleet"):
        return docker.inspected(site, ref, told)
    doc = document(site, ref)
    if doc is None:
        return None
    if kind == "Record" and rest in records.BY_NAME:
        record = records.BY_NAME[rest]
        why = [{"at_ms": 0, "actor": record.title, "ref": ref, "key": "record", "params": {}, "text_en": record.said_en, "text_ko": record.said_ko}]
        return {"ref": ref, "kind": kind, "name": record.title, "namespace": "", "summary": [{"name": "SINCE", "value": record.since}, {"name": "FILE", "value": f"others/{record.file}"}], "yaml": record.text, "events": [], "why": why, "verdicts": []}
    summary = [{"name": key.upper().replace("_", " "), "value": ", ".join(map(str, value)) if isinstance(value, list) else str(value)} for key, value in doc.items() if isinstance(value, (str, int, list)) and key != "file"][:12]
    return {"ref": ref, "kind": kind, "name": doc["name"] if "name" in doc else kind, "namespace": "", "summary": summary, "yaml": doc["file"] if kind == "Balancer" else yaml.written(doc), "events": [], "why": told[:LINKS_MAX], "verdicts": []}
