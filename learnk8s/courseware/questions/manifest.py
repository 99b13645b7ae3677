"""A manifest: the learner's YAML is applied to a fresh world, and goals decide. Keys: where (`world`, `scenario`, `lines` before, `wait` after), `goal`, `starter`, `solution`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from learnk8s.courseware.questions.question import Check, Graded, Path, Question, QuestionType, one_text, same, share
from learnk8s.courseware.questions.running import KEYS, Outcome, Plan, outcome, read_goal, read_plan
from learnk8s.courseware.reading import Reader


def _read(reader: Reader, table: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    for key in ("goal", "solution"):
        if key not in table:
            reader.complain(path, "missing-key", name=f"{table.get('id', '')}.{key}")
    return {"plan": read_plan(reader, table, path), "goal": read_goal(reader, table.get("goal"), (*path, "goal")), "starter": str(table.get("starter", "")), "solution": str(table.get("solution", ""))}


def _check(reader: Reader, question: Question, path: Path) -> None:
    if question.detail["plan"].world not in ("kubernetes", "cloud"):
        reader.complain((*path, "world"), "wrong-type", name="world", what="kubernetes / cloud")


def applied(question: Question, text: str) -> Outcome:
    """Return what comes of a manifest."""
    plan: Plan = question.detail["plan"]
    return outcome(replace(plan, manifest=text), [question.detail["goal"]])


def _grade(question: Question, answer: list[str], _world: Check | None) -> Graded:
    text = answer[0] if answer else ""
    if not text.strip():
        return Graded(0, said=({"ko": "아직 매니페스트가 비어 있다.", "en": "The manifest is still empty."},), model=same(question.detail["solution"]))
    found = applied(question, text)
    missing, whole = found.missing[0], max(len(question.detail["goal"]["all"]), 1)
    said = tuple({"ko": str(item["text_ko"]), "en": str(item["text_en"])} for item in missing)
    return Graded(share(whole - len(missing), whole, partial=question.partial), said=said, model=same(question.detail["solution"]), output=found.output)


MANIFEST = QuestionType(_check, _grade, one_text, keys=(*KEYS, "goal", "starter", "solution"), read=_read, is_executed=True)
