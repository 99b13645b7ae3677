"""Tutorials name manifests by their address and talk to clients in containers: both work in a terminal without a way to the internet."""

import re

import pytest

from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kubernetes.kubectl.web import FOLDER, text_at
from learnk8s.simulation.kubernetes.kubelet.registry import Registry, _found
from learnk8s.simulation.kubernetes.world import KubernetesWorld

PATHS = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.yaml"))


@pytest.fixture
def world() -> KubernetesWorld:
    return KubernetesWorld.create("basics", 1)


def typed(world: KubernetesWorld, line: str, seconds: int = 0) -> str:
    """Return what a line prints in so many seconds."""
    world.execute(line)
    if seconds:
        world.advance(world.now_ms + seconds * 1000)
    return world.output_since(0)[0]


def test_the_server_takes_every_manifest(world: KubernetesWorld) -> None:
    for namespace in ("mem-example", "cpu-example"):
        world.execute(f"kubectl create ns {namespace}")
    for path in PATHS:
        if path == "application/job/job-tmpl.yaml":
            continue
        answer = world.execute(f"kubectl create --dry-run=server -o name -f https://k8s.io/examples/{path}")
        assert world.shell.last_status == 0 and answer.output, f"{path}: {answer.output}"


def test_every_image_of_a_manifest_exists() -> None:
    images = {image.strip("' ") for path in PATHS for image in re.findall(r"image: ('[^']+'|[^,}\s]+)", text_at(f"https://k8s.io/examples/{path}") or "")}
    assert Registry() and [image for image in sorted(images) if _found(image) is None] == []


def test_an_address_is_read_by_kubectl_and_curl_alike(world: KubernetesWorld) -> None:
    address = "https://raw.githubusercontent.com/kubernetes/website/main/content/en/examples/application/deployment.yaml"
    assert typed(world, f"kubectl apply -f {address}") == "deployment.apps/nginx-deployment created\n"
    assert typed(world, f"curl -sLO {address} && kubectl apply -f deployment.yaml") == "deployment.apps/nginx-deployment unchanged\n"
    assert yaml.documents(typed(world, f"curl -s {address}"))[0].value["kind"] == "Deployment"
    assert "no way to the internet" in typed(world, "kubectl apply -f https://k8s.io/examples/no/such.yaml")


def test_a_client_in_a_container_asks_for_lines(world: KubernetesWorld) -> None:
    typed(world, "kubectl run store --image=redis:7", 20)
    typed(world, "kubectl exec -it store -- redis-cli")
    assert world.shell.prompt == "127.0.0.1:6379> "
    again = KubernetesWorld.load(world.dump())
    assert typed(again, 'SET greeting "good day"') + typed(again, "GET greeting") == 'OK\n"good day"\n'
    typed(again, "exit")
    assert again.shell.prompt == "$ " and typed(again, "kubectl exec -it store -- redis-cli CONFIG GET maxmemory") == '1) "maxmemory"\n2) "0"\n'


def test_events_are_followed(world: KubernetesWorld) -> None:
    typed(world, "kubectl create deployment web --image=nginx", 20)
    world.execute("kubectl events -w --types=Normal --for deploy/web")
    assert world.shell.running
    again = KubernetesWorld.load(world.dump())
    again.interrupt()
    said = typed(again, "kubectl events -w -o jsonpath='{.reason} ' --for deploy/web")
    assert said == "ScalingReplicaSet "
