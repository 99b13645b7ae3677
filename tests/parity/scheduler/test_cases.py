"""The model decides as the real scheduler did: recorded cases, compared as README.md beside says."""

import json
from pathlib import Path

import pytest

from learnk8s.simulation.kubernetes.scheduler.cases import answers

CASES = [json.loads(line) for line in (Path(__file__).parent / "cases.jsonl").read_text(encoding="utf-8").splitlines() if line]
CONDITION = ("type", "status", "reason", "message")


def differences(result, answer):
    """Return what of an answer differs from the recorded result."""
    found = [f"{key}: {answer[key]!r} is not {result[key]!r}" for key in ("message", "nominated") if answer[key] != result[key]]
    for key in ("feasible", "victims"):
        if (answer[key] is None) != (result[key] is None) or sorted(answer[key] or ()) != sorted(result[key] or ()):
            found.append(f"{key}: {answer[key]} is not {result[key]}")
    left, right = ({key: (one or {}).get(key) for key in CONDITION} for one in (answer["condition"], result["condition"]))
    if left != right:
        found.append(f"condition: {left} is not {right}")
    if "candidates" in answer and answer["candidates"] != result.get("candidates"):
        found.append(f"candidates: {answer['candidates']} is not {result.get('candidates')}")
    return [*found, *score_differences(result, answer)]


def score_differences(result, answer):
    recorded, given = result["scores"], answer["scores"]
    if recorded is None:
        return [f"node: {answer['node']} is not {result['node']}"] * (answer["node"] != result["node"]) + ["scores where there are none"] * (given is not None)
    found = []
    for node, row in recorded.items():
        mine = (given or {}).get(node, {})
        found += [f"{node} {plugin}: {mine.get(plugin, 0)} is not {row.get(plugin, 0)}" for plugin in {**row, **mine} if mine.get(plugin, 0) != row.get(plugin, 0)]
    best = max(row["total"] for row in recorded.values())
    if answer["node"] not in [node for node, row in recorded.items() if row["total"] == best]:
        found.append(f"node: {answer['node']} is none of the best")
    return found


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_decides_as_recorded(case):
    given = answers(case)["pending"]
    wrong = {entry["pod"]["metadata"]["name"]: found for entry, answer in zip(case["pending"], given, strict=True) if (found := differences(entry["result"], answer))}
    assert wrong == {}
