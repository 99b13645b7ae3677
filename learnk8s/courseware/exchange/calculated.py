"""Calculated questions of Moodle: their data sets become the variants of a numeric question, or of one with options."""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from learnk8s.courseware.exchange.formulas import INLINE, NAME, BadFormula, rounded, worked_out
from learnk8s.courseware.exchange.found import Found, Trouble
from learnk8s.courseware.exchange.lined import line_of, words
from learnk8s.courseware.questions.numeric import number_in
from learnk8s.courseware.questions.reading import VARIANTS_MAX

KINDS = ("calculated", "calculatedsimple", "calculatedmulti")
PRECISION = 4


def values_of(element: Element) -> list[dict[str, float]]:
    """Return the values of each variant: the items of all data sets with the same number belong together."""
    sets: dict[str, dict[str, float]] = {}
    for each in element.findall("dataset_definitions/dataset_definition"):
        name = words(each.find("name/text") if each.find("name/text") is not None else each.find("name")).strip()
        items = {words(item.find("number")).strip(): number for item in each.findall("dataset_items/dataset_item") if (number := _number(words(item.find("value")))) is not None}
        if name and items:
            sets[name] = items
    numbers = [number for number in next(iter(sets.values()), {}) if all(number in items for items in sets.values())]
    return [{name: items[number] for name, items in sets.items()} for number in numbers[: VARIANTS_MAX + 1]]


def _number(text: str) -> float | None:
    found = number_in(text.strip())
    return float(found) if found is not None and abs(found) < 1e15 else None


def prepared(found: Found, element: Element, name: str) -> list[dict[str, Any]] | None:
    """Give every formula in an element's texts and answers a name, and return the variants with what they come to; None if a formula cannot be worked out."""
    line, sets = line_of(element), values_of(element)
    if not sets:
        found.troubles.append(Trouble(line, "formula", name[:60]))
        return None
    if len(sets) > VARIANTS_MAX:
        found.notes.append(Trouble(line, "values", name[:60]))
    formulas: dict[str, tuple[str, int, str]] = {}
    for text in element.iter("text"):
        raw = words(text)
        for child in list(text):
            text.remove(child)
        text.text = INLINE.sub(lambda each: "{" + _named(formulas, each[1], PRECISION, "2") + "}", raw)
    if element.get("type") != "calculatedmulti":
        for answer in _answers(element):
            length, form = words(answer.find("correctanswerlength")).strip(), words(answer.find("correctanswerformat")).strip()
            where = answer.find("text") if answer.find("text") is not None else answer
            formula = (where.text or "").strip()  # type: ignore[union-attr]  # one of both is there
            if formula != "*":
                where.text = "{" + _named(formulas, formula, int(length) if length.isdecimal() and len(length) < 3 else PRECISION, form or "2") + "}"  # type: ignore[union-attr]
    try:
        return [{**{key: rounded(value, 9, "1") for key, value in values.items()}, **{key: rounded(worked_out(formula, values), length, form) for key, (formula, length, form) in formulas.items()}} for values in sets[:VARIANTS_MAX]]
    except BadFormula:
        found.troubles.append(Trouble(line, "formula", name[:60]))
        return None


def _answers(element: Element) -> Iterator[Element]:
    yield from element.findall("answer")


def _named(formulas: dict[str, tuple[str, int, str]], formula: str, length: int, form: str) -> str:
    key = f"value-{len(formulas) + 1}"
    formulas[key] = (formula, length, form)
    return key


def tolerance_of(answer: Element) -> str:
    """Return how near is near enough: Moodle's relative tolerance (type 1) as percent, its nominal one (2) as it is."""
    width = _number(words(answer.find("tolerance")) or "0") or 0.0
    if not width:
        return ""
    return rounded(width, 9, "1") if words(answer.find("tolerancetype")).strip() == "2" else f"{rounded(width * 100, 6, '1')}%"


def is_placeholder(text: str) -> bool:
    """Say whether a text is nothing but the name of a value that each variant has."""
    return bool(re.fullmatch(r"\{value-\d{1,3}\}", text) or NAME.fullmatch(text))
