"""Measure the machine itself: the CPU time of a fixed piece of work of the kind that pages and worlds do, text, dictionaries and calls. Machines that are shared are at times half as fast; figures of two runs are to be read beside it. Run as `python scripts/bench_machine.py`."""

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.figures import Figure, cpu_ms, main

ROWS = [{"name": f"web-{number}", "labels": {"app": "web", "tier": str(number % 7)}, "ready": number % 3 == 0} for number in range(400)]
WORD = re.compile(r"[a-z]+")


def work() -> int:
    """Do the work, and return something that depends on all of it."""
    rows = json.loads(json.dumps(ROWS))
    lines = [f"{row['name']:<12}{'yes' if row['ready'] else 'no'} {','.join(f'{key}={value}' for key, value in row['labels'].items())}" for row in rows]
    return sum(len(WORD.findall(line)) for line in sorted(lines, key=lambda line: (line[::-1], len(line))))


FIGURES = (Figure("machine_ms", "ms", None, lambda: cpu_ms(lambda: [work() for _once in range(10)], runs=31)),)

if __name__ == "__main__":
    sys.exit(main(FIGURES))
