"""A challenge: something is broken, only the symptom is told. One YAML file says all of it in both languages.

`manifests` are applied and `lines` typed before the learner comes; `vary` gives, on one line, lists of words of one length, and `{{word}}` anywhere in the file stands for the
variant's. `symptom` is what the learner can see at the start (a line and a text that it prints); `wrong` are ways that look right and are not. `challenge_of` reads one
variant and reports every problem at once.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from learnk8s.courseware.problem import Problem
from learnk8s.courseware.proof import Wrong, wrong_of
from learnk8s.courseware.questions.running import read_goal
from learnk8s.courseware.reading import Reader

KEYS = ("grade", "signal", "title", "story", "scenario", "nodes", "manifests", "lines", "settle_s", "files", "traffic", "dns", "addons", "cloud", "vary", "first_lines", "symptom", "goal", "hints", "solution", "wrong", "debrief", "terms", "par")
NEEDED = ("grade", "signal", "title", "story", "symptom", "goal", "hints", "solution", "wrong", "debrief", "terms")
GRADES = (1, 2, 3, 4)
NODE = ("4", "8Gi")
Both = dict[str, str]


@dataclass(frozen=True, slots=True)
class Symptom:
    """A line that shows what is wrong, and a text that it then prints."""

    line: str
    shows: str


@dataclass(frozen=True, slots=True)
class Challenge:
    """One variant of a challenge."""

    slug: str
    variant: int
    variants: int
    grade: int
    signal: str
    title: Both
    story: Both
    nodes: tuple[Mapping[str, Any], ...]
    lines: tuple[str, ...]
    settle_s: int
    files: tuple[tuple[str, str], ...]
    traffic: tuple[tuple[str, int], ...]
    first_lines: tuple[str, ...]
    dns: bool
    addons: tuple[str, ...]
    cloud: bool
    symptom: Symptom
    goal: Mapping[str, Any]
    hints: tuple[Both, ...]
    solution: tuple[str, ...]
    wrong: tuple[Wrong, ...]
    debrief: Both
    terms: tuple[str, ...]
    par: int

    @property
    def scenario(self) -> str:
        """Return the name of the scenario that this variant begins with."""
        return f"challenge-{self.slug}.{self.variant}"


def variants_of(text: str) -> int:
    """Return how many variants a challenge has."""
    return max((len(words) for words in _vary(text).values()), default=1)


def _vary(text: str) -> dict[str, list[Any]]:
    """Return the words of the variants. They stand on one line, which is read before the rest: until they are filled in, the file need not be YAML."""
    line = next((line for line in text.split("\n") if line.startswith("vary:")), "")
    vary = Reader.of("", line).value.get("vary") if line else None
    return {str(key): words for key, words in vary.items() if isinstance(words, list) and words} if isinstance(vary, dict) else {}


def challenge_of(slug: str, text: str, variant: int = 0) -> tuple[Challenge | None, list[Problem]]:
    """Read one variant; None if the file is no challenge at all."""
    file = f"{slug}.yaml"
    words = {key: values[variant % len(values)] for key, values in _vary(text).items()}
    reader = Reader.of(file, re.sub(r"\{\{(\w+)\}\}", lambda found: str(words.get(found[1], found[0])), text))
    table = reader.table(reader.value, (), known=KEYS, needed=NEEDED)
    if not table:
        return None, reader.problems
    if table.get("grade") not in GRADES:
        reader.complain(("grade",), "wrong-type", name="grade", what="1, 2, 3 or 4")
    symptom = reader.table(table.get("symptom"), ("symptom",), known=("line", "shows"), needed=("line", "shows"))
    manifests = str(table.get("manifests") or "")
    lines = ([f"kubectl apply -f - <<'EOF'\n{manifests.rstrip()}\nEOF"] if manifests.strip() else []) + _texts(table.get("lines"))
    return Challenge(
        slug, variant, variants_of(text), int(table.get("grade") or 1), str(table.get("signal")), reader.both(table.get("title"), ("title",)), reader.both(table.get("story"), ("story",)), tuple(_node(row) for row in table.get("nodes") or ({}, {}, {})), tuple(lines),
        int(table.get("settle_s", 60)), tuple((str(name), str(body)) for name, body in (table.get("files") or {}).items()), tuple((str(name), int(rate)) for name, rate in (table.get("traffic") or {}).items()), tuple(_texts(table.get("first_lines"))) or ("kubectl get pods",),
        bool(table.get("dns")), tuple(_texts(table.get("addons"))), bool(table.get("cloud")), Symptom(str(symptom.get("line", "")), str(symptom.get("shows", ""))), read_goal(reader, table.get("goal"), ("goal",)), tuple(reader.both(hint, ("hints", place)) for place, hint in enumerate(reader.rows(table.get("hints"), ("hints",)))),
        tuple(_texts(table.get("solution"))), wrong_of(reader, table.get("wrong"), ("wrong",)), reader.both(table.get("debrief"), ("debrief",)), tuple(_texts(table.get("terms"))), int(table.get("par", 0)),
    ), reader.problems


def _texts(value: Any) -> list[str]:
    return [str(entry) for entry in value] if isinstance(value, list) else [] if value is None else [str(value)]


def _node(row: Any) -> dict[str, Any]:
    found = row if isinstance(row, dict) else {}
    return {"cpu": str(found.get("cpu", NODE[0])), "memory": str(found.get("memory", NODE[1])), "labels": tuple((str(key), str(value)) for key, value in (found.get("labels") or {}).items())}
