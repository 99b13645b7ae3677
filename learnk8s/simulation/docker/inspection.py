"""Look at one thing: what it is, and why it is as it is."""

from typing import Any

from learnk8s.simulation.docker.commands import containers, images, networks
from learnk8s.simulation.docker.container import UP
from learnk8s.simulation.docker.engine import Engine
from learnk8s.simulation.docker.errors import DockerError
from learnk8s.simulation.docker.faults import container_of
from learnk8s.simulation.docker.formatting import sized
from learnk8s.simulation.docker.requests import reached
from learnk8s.simulation.docker.scene import health_of
from learnk8s.simulation.docker.site import Site
from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kernel.asked import place_of
from learnk8s.simulation.kernel.sentences import LINKS_MAX

MIB = 2**20


def document(site: Site, ref: str) -> dict[str, Any] | None:
    """Return a thing as a document: `Machine//host`, `Container/host/name` (or `Container//name`), `Image/host/name`, `Volume/host/name`, `Network/host/name`, `Traffic//flow`, `Registry//docker.io`."""
    kind, _, rest = ref.partition("/")
    host, _, name = rest.partition("/")
    engine = site.hosts.get(host) if host else next(iter(site.hosts.values()))
    try:
        match kind:
            case "Machine" if (found := site.hosts.get(name or host)) is not None:
                return {"name": found.name, "power": found.power, "cpus": found.cpus, "memory_mib": found.memory_mib, "memory_used_mib": found.used_mib(), "disk_used": found.disk_used(), "disk_free": found.disk_free(), "address": found.address, "containers": len(found.containers), "running": sum(container.is_up for container in found.containers.values()), "images": len(found.shelf.images),
                        "layers": len(found.shelf.layers())}
            case "Container" if (held := container_of(site, f"{host}/{name}" if host else name)) is not None:
                owner, container = held
                health, word = health_of(owner, container)
                return {**containers.document(owner, container), "host": owner.name, "health": health, "word": word, "serves": container.is_ready(site.now_ms) and container.does.kind == "server" and not site.requests.path_of((owner, container.id))[1], "memory_used_mib": container.memory_at(site.now_ms) // MIB, "image_name": container.image_name, "service": container.label, "published": ", ".join(f"{entry[1]}->{entry[2]}" for entry in container.ports)}
            case "Image" if engine is not None and (image := engine.shelf.find(name)) is not None:
                return {**images.document(engine, image), "shared": engine.shelf.shared_size(image), "layer_count": len(image.layers)}
            case "Volume" if engine is not None and name in engine.volumes:
                return {**networks.volume_document(engine, name), "files": dict(engine.volumes[name]["files"]), "kept": not engine.volumes[name]["anonymous"] and bool(networks.users_of(engine, name)) and "orders.table" in engine.volumes[name]["files"]}
            case "Network" if engine is not None and name in engine.networks.all:
                return networks.network_document(engine, engine.networks.all[name])
            case "Registry":
                return {"name": "docker.io", "is_down": site.registry.is_down, "pushed": sorted(entry for shelf in site.registry.pushed.values() for entry in shelf)}
            case "Traffic":
                return next((flow for flow in site.requests.shown() if flow["flow"] == name), None)
    except DockerError:
        return None
    return None


def refs(site: Site) -> list[str]:
    """Return the references of everything that a goal may be about; on a single host its name is left out."""
    found = [f"Machine//{name}" for name in site.hosts] + [f"Traffic//{flow}" for flow in sorted(site.requests.counts)] + ["Registry//docker.io"]
    for engine in site.hosts.values():
        host = engine.name if len(site.hosts) > 1 else ""
        found += [f"Container/{host}/{container.name}" for container in engine.containers.values()] + [f"Volume/{host}/{name}" for name, volume in engine.volumes.items() if not volume["anonymous"]]
        found += [f"Network/{host}/{name}" for name in engine.networks.all if name not in ("bridge", "host", "none")] + [f"Image/{host}/{tag}" for image in engine.shelf.images.values() for tag in images.document(engine, image)["RepoTags"]]
    return found


def log_of(site: Site, ref: str) -> str:
    """Return what a container has printed."""
    held = container_of(site, ref.partition("/")[2].lstrip("/")) if ref.startswith("Container/") else None
    return "\n".join(str(line[2]) for line in held[1].logs) if held is not None else ""


def answers(site: Site, source: str, url: str) -> bool:
    """Say whether an address answers to a container, to a machine, or ("") to the first host."""
    host, port = place_of(url)
    kind, _slash, name = source.partition("/")
    held = container_of(site, name.lstrip("/")) if kind == "Container" else None
    if kind == "Container" and (held is None or held[1].state not in UP):
        return False
    engine = held[0] if held else site.hosts.get(name.lstrip("/")) or next(iter(site.hosts.values()))
    found = reached(engine, held[1] if held else None, host, port)
    return any(answers_now(owner, number) for owner, number in ([] if isinstance(found, str) else found))


def answers_now(engine: Engine, number: str) -> bool:
    """Say whether a container's program is there and what it calls is, too."""
    container = engine.containers[number]
    return container.state == "running" and not container.is_hung and container.is_ready(engine.site.now_ms) and not engine.site.requests.path_of((engine, number))[1]


def requests(site: Site) -> list[tuple[str, str]]:
    """Return who might ask whom: everybody the published ports, and containers each other by name where a network of people's making joins them."""
    found: list[tuple[str, str]] = []
    for engine in site.hosts.values():
        host = engine.name if len(site.hosts) > 1 else ""
        running = [container for container in engine.containers.values() if container.state in UP]
        found += [("", f"{host or 'localhost'}:{entry[1]}") for container in running for entry in container.ports if entry[1]]
        found += [(f"Container/{host}/{container.name}", f"{other.name}:{other.does.port}") for container in running for other in running if other is not container and other.does.port]
    return found


def documents(site: Site, kind: str) -> list[dict[str, Any]]:
    """Return all things of a kind."""
    match kind:
        case "Machine":
            refs = [f"Machine//{name}" for name in site.hosts]
        case "Container":
            refs = [engine.ref(container) for engine in site.hosts.values() for container in engine.containers.values()]
        case "Image":
            refs = [f"Image/{engine.name}/{image.id}" for engine in site.hosts.values() for image in engine.shelf.images.values()]
        case "Volume":
            refs = [f"Volume/{engine.name}/{name}" for engine in site.hosts.values() for name in engine.volumes]
        case "Network":
            refs = [f"Network/{engine.name}/{name}" for engine in site.hosts.values() for name in engine.networks.all]
        case _:
            refs = [f"Traffic//{flow}" for flow in sorted(site.requests.counts)] if kind == "Traffic" else []
    return [found for ref in refs if (found := document(site, ref)) is not None]


SUMMARY = {"Container": (("STATUS", "word"), ("IMAGE", "image_name"), ("EXIT CODE", "State.ExitCode"), ("OOM KILLED", "State.OOMKilled"), ("RESTARTS", "RestartCount"), ("MEMORY MIB", "memory_used_mib"), ("HOST", "host")), "Image": (("TAGS", "RepoTags"), ("SIZE", "Size"), ("SHARED", "shared"), ("LAYERS", "layer_count"))}


def inspected(site: Site, ref: str, told: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return everything that the page shows of one thing, or None if it is not there."""
    doc = document(site, ref)
    if doc is None:
        return None
    kind, _, rest = ref.partition("/")
    name = rest.partition("/")[2] or rest
    rows = [{"name": label, "value": _said(label, _at(doc, path))} for label, path in SUMMARY.get(kind, ())] or [{"name": key.upper().replace("_", " "), "value": str(value)} for key, value in doc.items() if isinstance(value, (str, int))][:12]
    events = [{"at_ms": entry[0], "type": "Normal", "reason": entry[2], "message": " ".join(f"{key}={value}" for key, value in entry[4].items()), "count": 1, "source": "dockerd"} for engine in site.hosts.values() for entry in reversed(engine.events) if kind == "Container" and entry[3] == doc.get("Id")][:12]
    return {"ref": ref, "kind": kind, "name": name.lstrip("/"), "namespace": "", "summary": rows, "yaml": yaml.written(_readable(doc)), "events": events, "why": told[:LINKS_MAX], "verdicts": []}


def _at(doc: dict[str, Any], path: str) -> Any:
    value: Any = doc
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _said(label: str, value: Any) -> str:
    if label in ("SIZE", "SHARED"):
        return sized(int(value or 0))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _readable(doc: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in doc.items() if key not in ("GraphDriver", "ResolvConfPath", "LogPath")}
