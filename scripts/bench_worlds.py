"""Measure the worlds before and after Kubernetes: one JSON object per line (name, value, unit). Exits with 1 if one is over its limit."""

import gc
import json
import sys
import tracemalloc
from pathlib import Path
from statistics import median
from time import process_time_ns

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from learnk8s.simulation import worlds

LIMITS = {"first_scene_ms": 30, "command_ms": 20, "sandbox_memory_kb": 200}
CASES = {
    "hypervisor": ("sale-day", ("virsh list --all", "virsh dominfo shop", "openstack server list", "openstack stack show shop", "openstack server create --flavor m1.small --image shop-web extra", "sleep 90", "openstack hypervisor stats show",
                                "ssh web-0 ps aux", "ssh web-0 free -m", "traffic shop-web 90", "openstack server delete extra", "virsh domstats")),
    "docker": ("disk-full", ("docker ps -a", "docker images", "docker system df", "docker image prune -a -f", "docker pull shop/api:1.2", "docker run -d --name other --network shop shop/api:1.2", "docker stats --no-stream", "docker inspect web", "docker exec web ls /etc", "docker logs api", "traffic 8080 90",
                             "docker network ls", "docker history shop/web:1.0", "docker events --since 1h --until 0s")),
    "fleet": ("rollout", ("checks", "ssh host-1 docker ps", "ssh host-2 docker stats --no-stream", "cat inventory", "ssh lb systemctl reload haproxy", "ssh host-3 docker restart web", "inventory", "pager", "traffic web 90", "ssh host-4 docker run -d --name other shop/cart:1.0", "fault power-off host-5", "orchestrators", "handover")),
    "cloud": ("upgrade", ("cloud clusters describe", "cloud clusters upgrade --version 1.36 --wait", "kubectl get nodes", "kubectl get pods -o wide", "sleep 240", "cloud node-pools upgrade default --surge 1", "cloud node-pools list", "cloud bill", "kubectl get events",
                         "sleep 300", "cloud incidents", "cloud machines list")),
}


def cpu_ms(work) -> float:
    """Return the CPU milliseconds of one piece of work."""
    start = process_time_ns()
    work()
    return (process_time_ns() - start) / 1e6


def lived(world: str):
    """Return a world after its usual commands."""
    scenario, lines = CASES[world]
    made = worlds.create(world, scenario, 1)
    for line in lines:
        made.execute(line)
        made.advance(made.now_ms + 60_000)
        made.interrupt()
        made.scene()
    return made


def command_ms(world: str) -> float:
    """Return the median CPU milliseconds of a command with the scene after it."""
    scenario, lines = CASES[world]
    made = worlds.create(world, scenario, 1)
    times = []
    for line in lines * 3:
        times.append(cpu_ms(lambda line=line: (made.execute(line), made.scene())))
        made.advance(made.now_ms + 60_000)
        made.interrupt()
    return median(times)


def memory_kb(world: str) -> float:
    """Return what a sandbox holds, by tracemalloc, with code and tables warmed up before."""
    lived(world)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    made = lived(world)
    gc.collect()
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    del made
    return held / 1024


def main() -> int:
    """Print the figures."""
    is_over = False
    for world, (scenario, _) in CASES.items():
        values = {
            "first_scene_ms": median(cpu_ms(lambda world=world, scenario=scenario: worlds.create(world, scenario, 1).scene()) for _ in range(9)),
            "command_ms": command_ms(world), "sandbox_memory_kb": memory_kb(world),
        }
        for name, value in values.items():
            if sys.argv[1:] and f"{name}_{world}" not in sys.argv[1:]:
                continue
            is_over |= value > LIMITS[name]
            print(json.dumps({"name": f"{name}_{world}", "value": round(value, 2), "unit": "ms" if name.endswith("_ms") else "KiB", "at_most": LIMITS[name]}), flush=True)
    return int(is_over)


if __name__ == "__main__":
    raise SystemExit(main())
