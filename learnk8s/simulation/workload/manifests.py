"""Services as manifests of Kubernetes: plain documents, so that worlds which may not know each other can hand a fleet over."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.workload.fleet import PROGRAMS

MIB = 1024 * 1024
Doc = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of one service: its image and how many copies of it."""

    name: str
    image: str
    replicas: int = 1


def deployment(wanted: Wanted) -> Doc:
    """Return the Deployment of a service; whom it calls is in its environment, as names of Services."""
    program = PROGRAMS[wanted.name]
    container: Doc = {"name": wanted.name, "image": wanted.image, "resources": {"requests": {"cpu": "100m", "memory": f"{program.memory_bytes // MIB}Mi"}, "limits": {"memory": f"{program.memory_bytes * 3 // 2 // MIB}Mi"}}}
    if program.port:
        container["ports"] = [{"containerPort": program.port}]
        container["readinessProbe"] = {"httpGet": {"path": "/", "port": program.port}, "periodSeconds": 5} if wanted.name != "database" else {"tcpSocket": {"port": program.port}, "periodSeconds": 5}
    if program.calls:
        container["env"] = [{"name": f"{called.upper()}_HOST", "value": called} for called in program.calls]
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": wanted.name, "namespace": "default", "labels": {"app": wanted.name}},
            "spec": {"replicas": wanted.replicas, "selector": {"matchLabels": {"app": wanted.name}}, "template": {"metadata": {"labels": {"app": wanted.name}}, "spec": {"containers": [container]}}}}


def service(name: str) -> Doc:
    """Return the Service in front of a program's copies."""
    port = PROGRAMS[name].port
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": "default"}, "spec": {"selector": {"app": name}, "ports": [{"port": port, "targetPort": port}]}}


def of(services: Sequence[Wanted]) -> list[Doc]:
    """Return a Deployment and a Service for each; what others call comes first."""
    return [doc for wanted in sorted(services, key=lambda wanted: (bool(PROGRAMS[wanted.name].calls), wanted.name)) for doc in (deployment(wanted), *((service(wanted.name),) if PROGRAMS[wanted.name].port else ()))]


def written(docs: Sequence[Doc]) -> str:
    """Return documents as one text of YAML."""
    return "---\n".join(yaml.written(doc) for doc in docs)
