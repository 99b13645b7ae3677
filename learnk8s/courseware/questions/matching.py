"""Matching: `pairs` of a left and a right side, and `extra` right sides that belong to nothing. Each left side gets its partner from a list."""

from collections.abc import Mapping, Sequence
from typing import Any

from learnk8s.courseware.proof import claim_of
from learnk8s.courseware.questions.order import seeded
from learnk8s.courseware.questions.question import Both, Check, Graded, Option, Path, Question, QuestionType, Remark, empty, share
from learnk8s.courseware.reading import Reader

PAIR_KEYS = ("id", "left", "right", "chosen", "misconception", "run", "shows", "check", "world", "scenario")


def _options(reader: Reader, table: Mapping[str, Any], path: Path) -> tuple[Option, ...]:
    pairs = []
    for place, row in enumerate(reader.rows(table.get("pairs", []), (*path, "pairs"))):
        here = (*path, "pairs", place)
        pair = reader.table(row, here, known=PAIR_KEYS, needed=("left", "right"))
        said = reader.both(pair["chosen"], (*here, "chosen")) if "chosen" in pair else None
        pairs.append(Option(str(pair.get("id", chr(97 + place % 26))), reader.both(pair.get("left"), (*here, "left")), True, said, misconception=str(pair.get("misconception", "")), match=reader.both(pair.get("right"), (*here, "right")), **claim_of(pair)))
    return tuple(pairs)


def _read(reader: Reader, table: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    extra = reader.rows(table.get("extra", []), (*path, "extra"))
    return {"extra": tuple(reader.both(text, (*path, "extra", place)) for place, text in enumerate(extra))}


def _check(reader: Reader, question: Question, path: Path) -> None:
    if len(question.options) < 2:
        reader.complain(path, "few-pairs", question=question.id)


def sides(question: Question, seed: int = 0) -> list[tuple[str, Both]]:
    """Return the right sides in the order of a seed, each with the name that an answer uses; equal texts are one side."""
    found: dict[str, tuple[str, Both]] = {}
    for option in question.options:
        found.setdefault((option.match or empty())["en"], (option.id, option.match or empty()))
    for place, text in enumerate(question.detail.get("extra", ())):
        found.setdefault(text["en"], (f"extra-{place}", text))
    return seeded(list(found.values()), lambda side: side[0], f"{seed}/{question.id}")


def _given(question: Question, fields: Mapping[str, Sequence[str]]) -> list[str]:
    known = {name for name, _text in sides(question)}
    chosen = {option.id: (list(fields.get(f"pair-{option.id}", ())) or [""])[0] for option in question.options}
    return [f"{left}={right}" for left, right in chosen.items() if right in known]


def _grade(question: Question, answer: list[str], _world: Check | None) -> Graded:
    texts = dict(sides(question))
    given = dict(part.split("=", 1) for part in answer if "=" in part)
    remarks, wrong = [], []
    for option in question.options:
        chosen = texts.get(given.get(option.id, ""))
        right = chosen is not None and chosen == option.match
        wrong.extend([option.misconception] if option.misconception and chosen is not None and not right else [])
        shown = {language: f"{option.text[language]} — {chosen[language] if chosen else '?'}" for language in ("ko", "en")}
        remarks.append(Remark(option.id, shown, right, True, empty() if right else option.chosen or empty()))
    model = {language: " · ".join(f"{option.text[language]} — {(option.match or empty())[language]}" for option in question.options) for language in ("ko", "en")}
    return Graded(share(sum(remark.is_right for remark in remarks), len(remarks), partial=question.partial), tuple(remarks), tuple(wrong), model=model)


MATCHING = QuestionType(_check, _grade, _given, keys=("pairs", "extra"), read=_read, options=_options)
