"""A world task: reach a goal in a sandbox of one's own. The sandbox is asked when the learner says that it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from learnk8s.courseware.questions.question import Check, Graded, Path, Question, QuestionType, same, share
from learnk8s.courseware.questions.running import KEYS, Outcome, Plan, outcome, read_goal, read_plan
from learnk8s.courseware.reading import Reader


def _read(reader: Reader, table: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    for key in ("goal", "solution"):
        if key not in table:
            reader.complain(path, "missing-key", name=f"{table.get('id', '')}.{key}")
    solution = tuple(map(str, reader.rows(table.get("solution", []), (*path, "solution"))))
    return {"plan": read_plan(reader, table, path), "goal": read_goal(reader, table.get("goal"), (*path, "goal")), "solution": solution}


def _check(_reader: Reader, _question: Question, _path: Path) -> None:
    """Whether the goal can be reached is proved when it is published."""


def solved(question: Question, lines: tuple[str, ...]) -> Outcome:
    """Return what comes of lines typed in a new world."""
    plan: Plan = question.detail["plan"]
    return outcome(replace(plan, lines=lines), [question.detail["goal"]])


def _given(_question: Question, _fields: Mapping[str, Sequence[str]]) -> list[str]:
    return ["checked"]


def _grade(question: Question, _answer: list[str], world: Check | None) -> Graded:
    model = same("\n".join(question.detail["solution"]))
    if world is None:
        return Graded(0, said=({"ko": "먼저 이 문항의 샌드박스를 시작하자.", "en": "Start the sandbox of this question first."},), model=model)
    missing, whole = world(question.detail["goal"])["missing"], max(len(question.detail["goal"]["all"]), 1)
    said = tuple({"ko": str(item["text_ko"]), "en": str(item["text_en"])} for item in missing)
    return Graded(share(whole - len(missing), whole, partial=question.partial), said=said, model=model)


WORLD = QuestionType(_check, _grade, _given, keys=(*KEYS, "goal", "solution"), read=_read, is_executed=True)
