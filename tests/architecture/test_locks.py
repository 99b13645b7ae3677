"""A lock of a row names its table where others are joined: PostgreSQL refuses to lock what an outer join may leave empty. SQLite, on which the tests run, locks the whole database and says nothing."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "learnk8s"
LINES = [(path, line) for path in ROOT.rglob("*.py") for line in path.read_text(encoding="utf-8").splitlines() if "select_for_update(" in line and "select_related(" in line]


def test_there_are_such_locks():
    assert LINES


@pytest.mark.parametrize(("path", "line"), LINES, ids=lambda each: each.stem if isinstance(each, Path) else each.strip()[:50])
def test_a_lock_beside_a_join_names_its_own_table(path, line):
    assert re.search(r'select_for_update\(of=\("self",\)\)', line), f"{path.name}: {line.strip()}"
