"""Measure the era machine. Run as `make bench` or `python scripts/bench_eras.py [NAME ...]`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from learnk8s.simulation.eramachine.day import Day
from learnk8s.simulation.eramachine.eras import ERAS
from learnk8s.simulation.eramachine.living import lived
from scripts.figures import Figure, cpu_ms, main


def usual_day() -> None:
    """Live through the usual day in every era."""
    for era in ERAS:
        lived(era, Day())


FIGURES = (Figure("era_day_ms", "ms", 400, lambda: cpu_ms(usual_day, runs=7)),)


if __name__ == "__main__":
    sys.exit(main(FIGURES))
