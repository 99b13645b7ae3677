"""Measure the Linux world as scripts/bench.py measures the others: one JSON object per line. Run as `python scripts/bench_linux.py`."""

import gc
import json
import statistics
import sys
import time
import tracemalloc
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

LIMITS = {"first_scene_ms_linux": 30, "command_ms_linux": 20, "sandbox_memory_kb_linux": 200}
LINES = ("ps aux", "sudo ps -ef --forest", "top -b -n1", "free -h", "ls -l /usr/bin", "sudo ss -ltnp", "curl -s localhost:8080", "systemctl status shop-web", "ip addr", "sudo lsns", "cat /proc/self/status", "df -h", "echo hi | wc -c", "sudo unshare -Urpf --mount-proc ps")


def _played():  # type: ignore[no-untyped-def]
    """Return a world in which a blog has got a room of its own."""
    from learnk8s.simulation.linux.scenarios import ROOM
    from learnk8s.simulation.worlds import create

    world = create("linux", "own-room", 1)
    for line in ROOM.solution:
        world.execute(line)
        while world.shell.running and (due_ms := world.next_due_ms()) is not None:  # type: ignore[attr-defined]
            world.advance(due_ms)
    return world


def first_scene_ms_linux() -> float:
    """Return the median CPU milliseconds of a new world and its first scene."""
    from learnk8s.simulation.worlds import create

    times = []
    for _ in range(15):
        gc.collect()
        start = time.process_time_ns()
        create("linux", "one-server", 1).scene()
        times.append((time.process_time_ns() - start) / 1e6)
    return round(statistics.median(times), 2)


def command_ms_linux() -> float:
    """Return the median CPU milliseconds of a command, with the slowest of them in mind."""
    world = _played()
    times = []
    for _ in range(5):
        for line in LINES:
            start = time.process_time_ns()
            world.execute(line)
            times.append((time.process_time_ns() - start) / 1e6)
    return round(statistics.median(times), 2)


def sandbox_memory_kb_linux() -> float:
    """Return what such a world holds, by tracemalloc, with code and shared tables warmed up before."""
    _played()
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    world = _played()
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert world is not None
    return round((after - before) / 1024, 1)


FIGURES = (("first_scene_ms_linux", "ms", first_scene_ms_linux), ("command_ms_linux", "ms", command_ms_linux), ("sandbox_memory_kb_linux", "KiB", sandbox_memory_kb_linux))


def main() -> int:
    """Print every figure; exit 1 if one is over its limit."""
    first_scene_ms_linux()
    late = False
    for name, unit, measure in FIGURES:
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        value = measure()
        print(json.dumps({"name": name, "value": value, "unit": unit, "at_most": LIMITS[name]}), flush=True)
        late = late or value > LIMITS[name]
    return int(late)


if __name__ == "__main__":
    sys.exit(main())
