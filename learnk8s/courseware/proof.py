"""What an author declares so that a prediction, a question or a task can be proved by running its world.

A proof is `{run, after_s, goal, output, world, scenario}`: lines to type, seconds to wait, a goal that must then hold, texts that must have been printed. An option may say
`shows` (a text) or `check` (a goal): those of right options must come true, those of wrong ones must not. What an option says to `run` is typed for it alone,
in a copy of the world, or in a world of its own that it names (`world`, `scenario`), and it then shows only what these lines print. Of a pair, its own lines must show what belongs to its right side, and nothing that belongs to another pair.

A key that no world can prove says why (`UNPROVED`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from learnk8s.courseware.reading import Reader

KEYS = ("run", "after_s", "goal", "output", "world", "scenario")
AFTER_S_MAX = 86_400
UNPROVED = ("history", "definition", "judgement", "outside")
"""Why a key cannot be run: it is about what happened or was measured somewhere, what a word means, what is wise, or software that is no part of our worlds."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Lines, a wait, and what must hold afterwards; world and scenario are the lesson's unless they are named."""

    run: tuple[str, ...] = ()
    after_s: int = 0
    goal: dict[str, Any] = field(default_factory=dict)
    output: tuple[str, ...] = ()
    world: str = ""
    scenario: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A way that looks right and must not reach the goal."""

    lines: tuple[str, ...]
    why: dict[str, str]


def proof_of(reader: Reader, value: Any, path: tuple[str | int, ...]) -> Proof | None:
    """Read a proof; None if there is none."""
    if value is None:
        return None
    table = reader.table(value, path, known=KEYS)
    after = table.get("after_s", 0)
    if not isinstance(after, int) or not 0 <= after <= AFTER_S_MAX:
        reader.complain((*path, "after_s"), "wrong-type", name="after_s", what="a number of seconds")
        after = 0
    return Proof(texts_of(table.get("run")), after, _table(table.get("goal")), texts_of(table.get("output")), str(table.get("world", "")), str(table.get("scenario", "")))


def claim_of(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an option or a pair claims: lines of its own, the world for them, the text that must then be printed, and a check of a goal."""
    return {"run": texts_of(table.get("run")), "shows": str(table.get("shows", "")), "check": _table(table.get("check")), "world": str(table.get("world", "")), "scenario": str(table.get("scenario", ""))}


def wrong_of(reader: Reader, value: Any, path: tuple[str | int, ...]) -> tuple[Wrong, ...]:
    """Read the declared wrong ways of a task."""
    found = []
    for place, row in enumerate(reader.rows(value or [], path)):
        table = reader.table(row, (*path, place), known=("lines", "why"), needed=("lines", "why"))
        found.append(Wrong(texts_of(table.get("lines")), reader.both(table.get("why"), (*path, place, "why"))))
    return tuple(found)


def texts_of(value: Any) -> tuple[str, ...]:
    """Return one text or a list of them as a tuple."""
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),) if value is not None else ()


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
