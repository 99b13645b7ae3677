"""Measure what the product promises: one JSON object per line (name, value, unit); `--write` keeps them in docs/figures.md.

Times are CPU time of this process, the median of several runs, because machines are noisy. Run as `make bench`.
"""

import argparse
import gc
import json
import os
import platform
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learnk8s.settings")

LIMITS = {"first_scene_ms": 30, "ready_3_ms": 20, "ready_100_ms": 200, "ready_1000_ms": 2000, "sandbox_memory_kb": 300, "sandbox_db_kb": 50, "command_ms": 20, "replay_200_equal": 1}
MANIFEST = "\n".join((
    "kubectl apply -f - <<END", "apiVersion: apps/v1", "kind: Deployment", "metadata: {name: web}", "spec:", "  replicas: %d", "  selector: {matchLabels: {app: web}}", "  template:", "    metadata: {labels: {app: web}}",
    "    spec: {containers: [{name: web, image: 'nginx:1.27', resources: {requests: {cpu: 100m, memory: 64Mi}}}]}", "END",
))
LINES = ("kubectl get pods", "kubectl get pods -o wide", "kubectl describe deployment web", "kubectl get events", "kubectl get all", "kubectl describe pods", "kubectl get pods -o yaml", "kubectl get nodes", "echo hi | wc -c", "kubectl scale deployment web --replicas=30")


def cpu_ms(work: Callable[[], object], *, runs: int) -> float:
    """Return the median CPU milliseconds of a piece of work."""
    times = []
    for _ in range(runs):
        gc.collect()
        start = time.process_time_ns()
        work()
        times.append((time.process_time_ns() - start) / 1e6)
    return round(statistics.median(times), 2)


def sized(nodes: int) -> Any:
    """Return a new world with this many empty nodes."""
    from learnk8s.simulation.kubernetes.scenarios.scenario import Node, Scenario
    from learnk8s.simulation.kubernetes.world import KubernetesWorld

    plan = Scenario("bench", "", "", "", "", nodes=tuple(Node(f"node-{number}", cpu="8", memory="16Gi") for number in range(1, nodes + 1)))
    return KubernetesWorld.begun(plan, seed=1)


def until_ready(world: Any, replicas: int) -> None:
    """Apply a Deployment and advance from event to event until all its pods are Ready."""
    answer = world.execute(MANIFEST % replicas)
    assert answer.status == 0, answer.output
    while (world.find("Deployment/default/web") or {}).get("status", {}).get("readyReplicas", 0) < replicas:
        due_ms = world.next_due_ms()
        assert due_ms is not None, "the cluster came to rest before all pods were ready"
        world.advance(due_ms)


def ready(replicas: int, nodes: int, *, runs: int) -> float:
    """Return the CPU milliseconds from apply to all pods Ready, without making the cluster."""
    times = []
    for _ in range(runs):
        world = sized(nodes)
        gc.collect()
        start = time.process_time_ns()
        until_ready(world, replicas)
        times.append((time.process_time_ns() - start) / 1e6)
    return round(statistics.median(times), 2)


def live_memory_kb() -> float:
    """Return what a sandbox of 5 nodes and 30 pods holds, by tracemalloc, with code and shared tables warmed up before."""
    until_ready(sized(5), 30)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    world = sized(5)
    until_ready(world, 30)
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return round((after - before) / 1024, 1)


def command_ms() -> float:
    """Return the median CPU milliseconds of a terminal command on a cluster of 30 pods."""
    world = sized(5)
    until_ready(world, 30)
    times = []
    for _ in range(5):
        for line in LINES:
            start = time.process_time_ns()
            world.execute(line)
            times.append((time.process_time_ns() - start) / 1e6)
    return round(statistics.median(times), 2)


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


def stored_kb() -> float:
    """Return what a sandbox of 30 pods and 200 inputs takes in the database: entries and checkpoints."""
    import django

    django.setup()
    from learnk8s.playground.measuring import stored_bytes

    return round(stored_bytes() / 1024, 1)


def first_scene() -> None:
    """Make a sandbox's world and its first scene."""
    from learnk8s.simulation.worlds import create

    create("kubernetes", "basics", 1).scene()


FIGURES: tuple[tuple[str, str, Callable[[], float]], ...] = (
    ("first_scene_ms", "ms", lambda: cpu_ms(first_scene, runs=15)),
    ("ready_3_ms", "ms", lambda: ready(3, 3, runs=9)),
    ("ready_100_ms", "ms", lambda: ready(100, 10, runs=5)),
    ("ready_1000_ms", "ms", lambda: ready(1000, 100, runs=3)),
    ("sandbox_memory_kb", "KiB", live_memory_kb),
    ("sandbox_db_kb", "KiB", stored_kb),
    ("command_ms", "ms", command_ms),
    ("replay_200_equal", "equal", replay_200_equal),
)


def main() -> int:
    """Print every figure; exit 1 if one is over its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these figures")
    parser.add_argument("--write", action="store_true", help="keep the figures in docs/figures.md")
    arguments = parser.parse_args()
    first_scene()
    rows, late = [], False
    for name, unit, measure in FIGURES:
        if arguments.names and name not in arguments.names:
            continue
        value = measure()
        print(json.dumps({"name": name, "value": value, "unit": unit}), flush=True)
        rows.append((name, value, unit))
        late = late or (value != LIMITS[name] if name.endswith("_equal") else value > LIMITS[name])
    if arguments.write:
        write(rows)
    return int(late)


def write(rows: list[tuple[str, float, str]]) -> None:
    """Keep the figures with the machine and the day on which they were measured."""
    lines = ["# Figures", "", f"Measured by `make bench` on {datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}. CPU time, medians.", "",
             "| name | measured | at most | unit |", "|---|---:|---:|---|", *(f"| {name} | {value:g} | {LIMITS[name]} | {unit} |" for name, value, unit in rows), ""]
    (ROOT / "docs" / "figures.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
