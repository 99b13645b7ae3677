"""Measure what the product promises: one JSON object per line (name, value, unit, at_most), kept in docs/figures.md. Run as `make bench`.

Each topic is a file `bench_<topic>.py` and runs in a process of its own, so that what one warms up or leaves behind does not count for another.
With names, only these figures are measured; the others keep their rows in docs/figures.md.
"""

import json
import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "figures.md"
FIRST = "kubernetes"
Rows = dict[str, dict[str, Any]]


def main() -> int:
    """Run all topics but the load test, relay their lines and keep them; return 1 if one figure is over its limit."""
    paths = sorted(ROOT.glob("scripts/bench_*.py"), key=lambda path: (path.stem != f"bench_{FIRST}", path.stem))
    return measured(paths, sys.argv[1:])


def measured(paths: list[Path], names: list[str]) -> int:
    """Run some topics and keep their figures."""
    rows: Rows = {}
    status = 0
    for path in paths:
        with subprocess.Popen([sys.executable, str(path), *names], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                print(line, end="", flush=True)
                row = json.loads(line)
                rows[row["name"]] = row
        status = status or process.returncode
    if rows:
        write(rows, keep=bool(names))
    return status


def write(rows: Rows, *, keep: bool) -> None:
    """Keep the figures with the machine and the day on which they were measured."""
    before = read() if keep else {}
    merged = {**before, **rows}
    lines = ["# Figures", "", f"Measured by `make bench` and `make load`, last on {datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}. CPU time, medians; memory by tracemalloc.", "",
             "| name | measured | at most | unit |", "|---|---:|---:|---|", *(f"| {name} | {row['value']:g} | {_limit(row)} | {row['unit']} |" for name, row in merged.items()), ""]
    PAGE.write_text("\n".join(lines), encoding="utf-8")


def _limit(row: dict[str, Any]) -> str:
    return f"{row['at_most']:g}" if row.get("at_most") is not None else ""


def read() -> Rows:
    """Return the rows that docs/figures.md holds now."""
    found: Rows = {}
    for name, value, limit, unit in re.findall(r"^\| (\w+) \| ([-\d.e+]+) \| ([-\d.e+]*) \| ([^|]+) \|$", PAGE.read_text(encoding="utf-8") if PAGE.exists() else "", re.MULTILINE):
        found[name] = {"name": name, "value": float(value), "unit": unit, "at_most": float(limit) if limit else None}
    return found


if __name__ == "__main__":
    sys.exit(main())
