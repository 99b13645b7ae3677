"""Measure the Kubernetes world. Run as `make bench` or `python scripts/bench_kubernetes.py [NAME ...]`."""

import math
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learnk8s.settings")

from scripts.figures import ROOT, Figure, cpu_ms, held_kb, main, timed

MANIFEST = "\n".join((
    "kubectl apply -f - <<END", "apiVersion: apps/v1", "kind: Deployment", "metadata: {name: web}", "spec:", "  replicas: %d", "  selector: {matchLabels: {app: web}}", "  template:", "    metadata: {labels: {app: web}}",
    "    spec: {containers: [{name: web, image: 'nginx:1.27', resources: {requests: {cpu: 100m, memory: 64Mi}}}]}", "END",
))
LINES = ("kubectl get pods", "kubectl get pods -o wide", "kubectl describe deployment web", "kubectl get events", "kubectl get all", "kubectl describe pods", "kubectl get pods -o yaml", "kubectl get nodes", "echo hi | wc -c", "kubectl scale deployment web --replicas=30")
EQUAL_RUNS = 100


def sized(nodes: int) -> Any:
    """Return a new world with this many empty nodes."""
    from learnk8s.simulation.kubernetes.scenarios.scenario import Node, Scenario
    from learnk8s.simulation.kubernetes.world import KubernetesWorld

    plan = Scenario("bench", "", "", "", "", nodes=tuple(Node(f"node-{number}", cpu="8", memory="16Gi") for number in range(1, nodes + 1)))
    return KubernetesWorld.begun(plan, seed=1)


def until_ready(world: Any, replicas: int) -> Any:
    """Apply a Deployment, advance from event to event until all its pods are Ready, and return the world."""
    answer = world.execute(MANIFEST % replicas)
    assert answer.status == 0, answer.output
    while (world.find("Deployment/default/web") or {}).get("status", {}).get("readyReplicas", 0) < replicas:
        due_ms = world.next_due_ms()
        assert due_ms is not None, "the cluster came to rest before all pods were ready"
        world.advance(due_ms)
    return world


@lru_cache(maxsize=8)
def ready(replicas: int, nodes: int, *, runs: int) -> float:
    """Return the CPU milliseconds from apply to all pods Ready, without making the cluster."""
    return round(statistics.median(timed(partial(until_ready, sized(nodes), replicas)) for _ in range(runs)), 2)


def growth() -> float:
    """Return by how much 5000 pods cost more than n log n would, from what 1000 cost: at most 1 is no worse."""
    fair = ready(1000, 100, runs=3) * (5000 * math.log2(5000)) / (1000 * math.log2(1000))
    return round(ready(5000, 500, runs=1) / fair, 2)


def first_scene() -> None:
    """Make a sandbox's world and its first scene."""
    from learnk8s.simulation.worlds import create

    create("kubernetes", "basics", 1).scene()


def command_ms() -> float:
    """Return the median CPU milliseconds of a terminal command on a cluster of 30 pods."""
    world = until_ready(sized(5), 30)
    return round(statistics.median(timed(partial(world.execute, line)) for _ in range(5) for line in LINES), 2)


def idle_hour_ms() -> float:
    """Return the CPU milliseconds of an hour in which nobody does anything in a cluster of 30 pods."""
    world = until_ready(sized(5), 30)
    world.advance(world.now_ms + 600_000)
    return cpu_ms(lambda: world.advance(world.now_ms + 3_600_000), runs=9)


# Equal histories


def inputs(count: int) -> Iterator[tuple[int, str]]:
    """Yield a mixed history of lines with the virtual time of each."""
    mix = ("kubectl create deployment web --image=nginx:1.27 --replicas=3", "kubectl get pods", "kubectl scale deployment web --replicas=%d", "kubectl expose deployment web --port=80", "kubectl delete pod -l app=web --wait=false",
           "kubectl set image deployment/web nginx=nginx:1.2%d", "kubectl get events", "kubectl describe pods", "kubectl rollout undo deployment/web", "kubectl get pods -o wide | grep web | wc -l")
    for number in range(count):
        line = mix[number % len(mix)]
        yield number * 4_000, line % (2 + number % 5) if "%d" in line else line


def played(count: int, *, reload_every: int) -> Any:
    """Return a world that lived through the inputs, dumped and loaded again every so often (0: never)."""
    from learnk8s.simulation.worlds import create, load

    world: Any = create("kubernetes", "basics", 7)
    for number, (at_ms, line) in enumerate(inputs(count), start=1):
        if reload_every and number % reload_every == 0:
            world = load("kubernetes", world.dump())
        world.advance(max(at_ms, world.now_ms))
        world.execute(line)
        if world.shell.running:
            world.interrupt()
    return world


def replay_200_equal() -> int:
    """Return 1 if a replay that is written down and read back on its way equals the live state byte for byte."""
    return int(played(200, reload_every=0).dump() == played(200, reload_every=37).dump())


def equal_runs() -> int:
    """Return how many of 100 processes with different seeds of Python's hashes come to the same bytes."""
    code = "from scripts.bench_kubernetes import played; from hashlib import sha256; print(sha256(played(60, reload_every=0).dump()).hexdigest())"

    def digest(seed: int) -> str:
        return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": str(seed)}, check=True, capture_output=True, text=True).stdout

    with ThreadPoolExecutor(2) as pool:
        digests = list(pool.map(digest, range(1, EQUAL_RUNS + 1)))
    return max(map(digests.count, set(digests)))


# What the database holds


def _in_django(measure: Callable[[], float]) -> float:
    """Measure with a database in memory that is gone afterwards."""
    os.environ.update(DATABASE_URL="sqlite://:memory:", LEARNK8S_DEBUG="1")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    return round(measure(), 1)


def stored_kb() -> float:
    """Return what a sandbox of 30 pods and 200 inputs takes in the database: entries and checkpoints."""
    from learnk8s.playground.measuring import stored_bytes

    return stored_bytes() / 1024


def rewind_ms() -> float:
    """Return the CPU milliseconds back to the moment of a session that takes longest."""
    from learnk8s.playground.measuring import slowest_rewind_ms

    return slowest_rewind_ms()


def rewind_cold_ms() -> float:
    """Return the same in a process that was started anew: from the database and the shelf of copies."""
    from django.conf import settings

    from learnk8s.playground.measuring import slowest_rewind_ms

    with TemporaryDirectory() as folder:
        settings.PLAYGROUND_SHELF = folder
        return slowest_rewind_ms(cold=True)


FIGURES = (
    Figure("first_scene_ms", "ms", 30, lambda: cpu_ms(first_scene, runs=15)),
    Figure("ready_3_ms", "ms", 20, lambda: ready(3, 3, runs=9)),
    Figure("ready_100_ms", "ms", 150, lambda: ready(100, 10, runs=5)),
    Figure("ready_1000_ms", "ms", 1500, lambda: ready(1000, 100, runs=3)),
    Figure("ready_5000_ms", "ms", 12000, lambda: ready(5000, 500, runs=1)),
    Figure("growth_5000", "of n log n", 1, growth),
    Figure("sandbox_memory_kb", "KiB", 300, lambda: held_kb(lambda: until_ready(sized(5), 30))),
    Figure("memory_1000_mb", "MiB", 25, lambda: round(held_kb(lambda: until_ready(sized(100), 1000)) / 1024, 1)),
    Figure("sandbox_db_kb", "KiB", 50, lambda: _in_django(stored_kb)),
    Figure("command_ms", "ms", 20, command_ms),
    Figure("idle_hour_ms", "ms", 20, idle_hour_ms),
    Figure("rewind_ms", "ms", 150, lambda: _in_django(rewind_ms)),
    Figure("rewind_cold_ms", "ms", 150, lambda: _in_django(rewind_cold_ms)),
    Figure("replay_200_equal", "equal", 1, replay_200_equal, exactly=True),
    Figure("equal_runs", "of 100", EQUAL_RUNS, equal_runs, exactly=True),
)

if __name__ == "__main__":
    first_scene()
    sys.exit(main(FIGURES))
