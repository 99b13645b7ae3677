"""Measure the era machine as scripts/bench.py measures the worlds: one JSON object per line. Run as `python scripts/bench_eras.py`."""

import json
import sys
from pathlib import Path
from statistics import median
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from learnk8s.simulation.eramachine.day import Day  # noqa: E402  # the path comes first
from learnk8s.simulation.eramachine.eras import ERAS  # noqa: E402
from learnk8s.simulation.eramachine.living import lived  # noqa: E402

RUNS = 3
LIMITS = {"era_day_ms": 400}


def era_day_ms() -> float:
    """Return the CPU time of the usual day through all worlds."""
    spent = []
    for _run in range(RUNS):
        began = process_time()
        for era in ERAS:
            lived(era, Day())
        spent.append((process_time() - began) * 1000)
    return round(median(spent), 1)


FIGURES = (("era_day_ms", "ms", era_day_ms),)


def main() -> int:
    """Print every figure; exit 1 if one is over its limit."""
    late = False
    for name, unit, measure in FIGURES:
        value = measure()
        print(json.dumps({"name": name, "value": value, "unit": unit}), flush=True)
        late = late or value > LIMITS[name]
    return int(late)


if __name__ == "__main__":
    sys.exit(main())
