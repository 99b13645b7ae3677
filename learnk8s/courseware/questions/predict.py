"""Predict: say what will happen; then the world runs and shows it. The key is what the world did: an option is right if its `goal` (or the one `check`) holds after the lines were run, and what it `shows` was printed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from learnk8s.courseware.questions.question import Check, Graded, Option, Path, Question, QuestionType, chosen_ids
from learnk8s.courseware.questions.running import KEYS, Outcome, outcome, read_plan
from learnk8s.courseware.questions.single import SINGLE
from learnk8s.courseware.reading import Reader


def _read(reader: Reader, table: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    plan = read_plan(reader, table, path)
    if not plan.lines:
        reader.complain(path, "missing-key", name=f"{table.get('id', '')}.lines")
    return {"plan": plan}


def _check(reader: Reader, question: Question, path: Path) -> None:
    if len(question.options) < 2:
        reader.complain(path, "few-options", question=question.id)
    for place, option in enumerate(question.options):
        if not option.shows and not _goal(option).get("all"):
            reader.complain((*path, "options", place), "missing-key", name=f"{question.id}.{option.id}.goal")


def _goal(option: Option) -> Mapping[str, Any]:
    return {"all": [option.check]} if option.check else option.goal or {}


def run(question: Question) -> Outcome:
    """Return what happens, with what is missing for the goal of each option."""
    return outcome(question.detail["plan"], [_goal(option) for option in question.options])


def happened(question: Question) -> list[str]:
    """Return the options that turned out to be true."""
    found = run(question)
    return [option.id for option, missing in zip(question.options, found.missing, strict=True) if option.shows in found.output and not (_goal(option) and missing)]


def _grade(question: Question, answer: list[str], world: Check | None) -> Graded:
    true = happened(question)
    keyed = replace(question, options=tuple(replace(option, is_right=option.id in true) for option in question.options))
    return replace(SINGLE.grade(keyed, answer, world), output=run(question).output)


PREDICT = QuestionType(_check, _grade, chosen_ids, keys=KEYS, read=_read, is_executed=True)
