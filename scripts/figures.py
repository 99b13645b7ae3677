"""What all benchmarks share: a figure with its limit, how time and memory are measured, and how a figure is printed.

A benchmark of a topic is a file `bench_<topic>.py` with a tuple FIGURES; `bench.py` runs them all. Times are CPU time of this process, the
median of several runs, because machines are noisy; memory is what tracemalloc counts, with code and shared tables warmed up before.
"""

import gc
import json
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


@dataclass(frozen=True)
class Figure:
    """One thing that is promised. `exactly` means that the value must be the limit, not below it."""

    name: str
    unit: str
    at_most: float | None
    """None: a figure that is told and promises nothing."""
    measure: Callable[[], float]
    exactly: bool = False

    def holds(self, value: float) -> bool:
        """Say whether a value keeps the promise."""
        return self.at_most is None or (value == self.at_most if self.exactly else value <= self.at_most)


def cpu_ms(work: Callable[[], object], *, runs: int, before: Callable[[], object] = lambda: None) -> float:
    """Return the median CPU milliseconds of a piece of work; what happens before each run does not count."""
    return round(statistics.median(timed(work, before) for _ in range(runs)), 2)


def timed(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """Return the CPU milliseconds of a piece of work done once."""
    before()
    gc.collect()
    start = time.process_time_ns()
    work()
    return (time.process_time_ns() - start) / 1e6


def held_kb(make: Callable[[], Any]) -> float:
    """Return how much memory what `make` returns holds, in KiB; it is made once before to warm up."""
    make()
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    made = make()
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert made is not None
    return round((after - before) / 1024, 1)


def main(figures: Iterable[Figure]) -> int:
    """Measure and print the figures (those named as arguments, else all); return 1 if one breaks its promise."""
    wanted = sys.argv[1:]
    broken = False
    for figure in figures:
        if wanted and figure.name not in wanted:
            continue
        value = figure.measure()
        print(json.dumps({"name": figure.name, "value": value, "unit": figure.unit, "at_most": figure.at_most}), flush=True)
        broken = broken or not figure.holds(value)
    return int(broken)
