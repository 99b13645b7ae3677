"""Cloze: gaps such as `[[name]]` in the text. A gap takes a written form, a number, or one of several words from a list."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from learnk8s.courseware.questions.numeric import check_tolerance, is_near, number_in
from learnk8s.courseware.questions.pattern import check_forms, fits
from learnk8s.courseware.questions.question import Both, Check, Graded, Path, Question, QuestionType, Remark, empty, same, share
from learnk8s.courseware.reading import Reader

GAP = re.compile(r"\[\[([a-z0-9][a-z0-9-]{0,40})\]\]")
GAP_KEYS = ("id", "accepted", "number", "tolerance", "choices", "says", "misconception")


def _read(reader: Reader, table: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    gaps: dict[str, Mapping[str, Any]] = {}
    for place, row in enumerate(reader.rows(table.get("gaps", []), (*path, "gaps"))):
        here = (*path, "gaps", place)
        gap = reader.table(row, here, known=GAP_KEYS, needed=("id",))
        accepted = tuple(str(form) for form in reader.rows(gap.get("accepted", []), (*here, "accepted")))
        choices = tuple(reader.both(text, (*here, "choices", number)) for number, text in enumerate(reader.rows(gap.get("choices", []), (*here, "choices"))))
        check_tolerance(reader, str(gap.get("tolerance", "")), (*here, "tolerance"))
        number = str(gap["number"]) if "number" in gap else ""
        if not accepted and not choices and number_in(number) is None:
            reader.complain(here, "gap-empty", name=str(gap.get("id", place)))
        check_forms(reader, accepted, (*here, "accepted"))
        says = reader.both(gap["says"], (*here, "says")) if "says" in gap else empty()
        gaps[str(gap.get("id", place))] = {"accepted": accepted, "choices": choices, "number": number, "tolerance": str(gap.get("tolerance", "")), "says": says, "misconception": str(gap.get("misconception", ""))}
    return {"gaps": gaps}


def _check(reader: Reader, question: Question, path: Path) -> None:
    if not question.detail["gaps"] and not any(GAP.search(text) for text in question.text.values()):
        reader.complain(path, "no-gaps", question=question.id)
        return
    for language in ("ko", "en"):
        if sorted(set(GAP.findall(question.text[language]))) != sorted(question.detail["gaps"]):
            reader.complain((*path, "text"), "gaps-differ", question=question.id, what=language)


def segments(question: Question, language: str) -> list[tuple[str, str]]:
    """Return the text cut at its gaps: pairs of ("text", words) and ("gap", id)."""
    parts = GAP.split(question.text[language])
    return [("gap" if place % 2 else "text", part) for place, part in enumerate(parts) if part]


def _given(question: Question, fields: Mapping[str, Sequence[str]]) -> list[str]:
    return [(list(fields.get(f"gap-{name}", ())) or [""])[0][:200] for name in question.detail["gaps"]]


def _fills(gap: Mapping[str, Any], given: str) -> bool:
    if gap["choices"]:
        return given == "0"
    found, wanted = number_in(given), number_in(gap["number"])
    if wanted is not None:
        return found is not None and is_near(found, wanted, gap["tolerance"])
    return any(fits(form, given) for form in gap["accepted"])


def _word(gap: Mapping[str, Any], given: str) -> Both:
    choices = gap["choices"]
    return choices[int(given)] if choices and given.isdecimal() and len(given) < 4 and int(given) < len(choices) else same(given)


def _grade(question: Question, answer: list[str], _world: Check | None) -> Graded:
    remarks, wrong, right_words = [], [], []
    for (name, gap), given in zip(question.detail["gaps"].items(), [*answer, *[""] * len(question.detail["gaps"])], strict=False):
        right = _fills(gap, given)
        remarks.append(Remark(name, _word(gap, given) if given else same("—"), right, True, empty() if right else gap["says"]))
        wrong.extend([gap["misconception"]] if gap["misconception"] and given and not right else [])
        right_words.append(gap["choices"][0] if gap["choices"] else same(gap["number"] or gap["accepted"][0] if gap["number"] or gap["accepted"] else ""))
    model = {language: " · ".join(word[language] for word in right_words) for language in ("ko", "en")}
    return Graded(share(sum(remark.is_right for remark in remarks), len(remarks), partial=question.partial), tuple(remarks), tuple(wrong), model=model)


CLOZE = QuestionType(_check, _grade, _given, keys=("gaps",), read=_read)
