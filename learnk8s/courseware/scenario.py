"""A scenario that an author made: where it begins, what was done to it before the learner comes, and what is to be reached. The one file `scenario.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from learnk8s.courseware.lesson import Lesson, Parsed
from learnk8s.courseware.problem import problem
from learnk8s.courseware.questions.question import Hint
from learnk8s.courseware.questions.running import read_goal
from learnk8s.courseware.reading import LANGUAGES, Reader
from learnk8s.simulation import worlds

BYTES_MAX = 200_000
SETUP_MAX = 200
KINDS = ("line", "action", "interrupt")
KEYS = ("title", "story", "task", "world", "scenario", "seeds", "setup", "start", "goal", "solution", "hints", "allowed", "par")


@dataclass(frozen=True, slots=True)
class Step:
    """One input at a virtual time, before the learner comes or in the solution."""

    at_ms: int
    kind: str
    input: str


@dataclass(frozen=True, slots=True)
class Authored:
    """What scenario.yaml says. `seeds` are its variants; `par` counts commands; `allowed` are the programs that count as taught (none: all)."""

    title: dict[str, str]
    story: dict[str, str]
    task: dict[str, str]
    world: str
    scenario: str
    seeds: tuple[int, ...]
    setup: tuple[Step, ...]
    start_ms: int
    goal: Mapping[str, Any]
    solution: tuple[Step, ...]
    hints: tuple[Hint, ...]
    allowed: tuple[str, ...]
    par: int


def read_scenario(text: str) -> tuple[Authored, Reader]:
    """Read the text of a scenario.yaml."""
    reader = Reader.of("scenario.yaml", text)
    table = reader.table(reader.value, (), known=KEYS, needed=("title", "story", "task", "goal"))
    world, scenario = str(table.get("world", "kubernetes")), str(table.get("scenario", "basics"))
    if worlds.card(world, scenario) is None:
        reader.complain(("scenario",), "unknown-id", what="scenario", name=f"{world}/{scenario}")
    seeds = tuple(seed for seed in reader.rows(table.get("seeds", [1]), ("seeds",)) if isinstance(seed, int) and 0 <= seed < 2**31) or (1,)
    texts = {key: reader.both(table.get(key), (key,)) for key in ("title", "story", "task")}
    hints = tuple(_hint(reader, row, place) for place, row in enumerate(reader.rows(table.get("hints", []), ("hints",))))
    numbers = {key: table.get(key, 0) if isinstance(table.get(key, 0), int) else 0 for key in ("start", "par")}
    setup, solution = (_steps(reader, table.get(key, []), key) for key in ("setup", "solution"))
    authored = Authored(**texts, world=world, scenario=scenario, seeds=seeds[:20], setup=setup, start_ms=max(numbers["start"], setup[-1].at_ms if setup else 0), goal=since(read_goal(reader, table.get("goal"), ("goal",)), sum(step.kind == "line" for step in setup)),
                        solution=solution, hints=hints, allowed=tuple(map(str, reader.rows(table.get("allowed", []), ("allowed",)))), par=max(numbers["par"], 0))
    return authored, reader


def since(goal: Any, lines: int) -> Any:
    """Return a goal that asks for lines typed by the learner: those that set the scenario up do not count.

    >>> since({"all": [{"never": {"happened": {"uses": "kubectl delete"}}}]}, 2)
    {'all': [{'never': {'happened': {'uses': 'kubectl delete', 'after': 2}}}]}
    """
    if not lines:
        return goal
    if isinstance(goal, list):
        return [since(each, lines) for each in goal]
    if not isinstance(goal, dict):
        return goal
    inner = {key: since(value, lines) if key in ("all", "never", "invariant") else value for key, value in goal.items()}
    body = inner.get("happened")
    return {**inner, "happened": {**body, "after": lines}} if isinstance(body, dict) and {"command", "uses"} & set(body) and "after" not in body else inner


def _hint(reader: Reader, row: Any, place: int) -> Hint:
    table = reader.table(row, ("hints", place), known=("ko", "en", "penalty"))
    penalty = table.get("penalty", 0)
    return Hint(reader.both(table, ("hints", place), besides=("penalty",)), penalty if isinstance(penalty, int) and 0 <= penalty <= 100 else 0)


def _steps(reader: Reader, rows: Any, key: str) -> tuple[Step, ...]:
    found: list[Step] = []
    for place, row in enumerate(reader.rows(rows, (key,))[:SETUP_MAX]):
        if isinstance(row, str):
            row = {"line": row}
        table = reader.table(row, (key, place), known=("at", *KINDS))
        kind = next((name for name in KINDS if name in table), "")
        at_ms = table.get("at", found[-1].at_ms if found else 0)
        if not kind or not isinstance(at_ms, int) or at_ms < 0:
            reader.complain((key, place), "wrong-type", name=f"{key}.{place}", what="{at: 0, line: ...}")
            continue
        found.append(Step(max(at_ms, found[-1].at_ms if found else 0), kind, str(table[kind] or "")))
    return tuple(found)


def parse_scenario(files: Mapping[str, str]) -> Parsed:
    """Read a scenario in the shape that everything written has."""
    text = files.get("scenario.yaml")
    if text is None or len(text) > BYTES_MAX:
        return Parsed(None, (problem("scenario.yaml", 0, "missing-file" if text is None else "too-large", name="scenario.yaml", what=f"{BYTES_MAX // 1000} kB"),))
    authored, reader = read_scenario(text)
    nothing = dict.fromkeys(LANGUAGES, "")
    lesson = Lesson("scenario", "kubernetes", 0, authored.title, authored.story, nothing, authored.world, authored.scenario, (), {}, {}, {}, {}, {}, {})
    return Parsed(lesson, tuple(reader.problems))
