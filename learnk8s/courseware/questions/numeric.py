"""Numbers and Kubernetes quantities, with an absolute (`5`, `50m`) or relative (`5%`) tolerance. Among the wrong answers that are foreseen, `*` is every other number."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from learnk8s.courseware.questions.question import Check, Graded, Path, Question, QuestionType, Remark, empty, one_text, same
from learnk8s.courseware.reading import Reader
from learnk8s.simulation.kernel.quantities import BadQuantity, amount


def number_in(text: object, unit: str = "") -> Fraction | None:
    """Return the value of a number or quantity, with its unit of measure taken off; None if it is neither.

    >>> number_in("350 s", "s"), number_in("1,024"), number_in("500m"), number_in("many")
    (Fraction(350, 1), Fraction(1024, 1), Fraction(1, 2), None)
    """
    plain = "".join(str(text)[:60].split())
    if unit and plain.casefold().endswith(unit.casefold()):
        plain = plain[: -len(unit)]
    try:
        return amount(plain.replace(",", ""))
    except BadQuantity:
        return None


def is_near(found: Fraction, wanted: Fraction, tolerance: str) -> bool:
    """Say whether a value lies within the tolerance.

    >>> is_near(Fraction(104), Fraction(100), "5%"), is_near(Fraction(104), Fraction(100), "3"), is_near(Fraction(1), Fraction(1), "")
    (True, False, True)
    """
    if tolerance.endswith("%"):
        return abs(found - wanted) <= abs(wanted) * (number_in(tolerance[:-1]) or 0) / 100
    return abs(found - wanted) <= (number_in(tolerance) or 0)


def check_tolerance(reader: Reader, tolerance: str, path: Path) -> None:
    """Complain about what is no tolerance, or one below zero, in which not even the right value would lie."""
    wide = number_in(tolerance.removesuffix("%"))
    if tolerance and (wide is None or wide < 0):
        reader.complain(path, "wrong-type", name="tolerance", what="5, 50m, 5%")


def _read(reader: Reader, table: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    unit, tolerance = str(table.get("unit", "")), str(table.get("tolerance", ""))
    if number_in(table.get("answer", ""), unit) is None:
        reader.complain((*path, "answer"), "wrong-type", name="answer", what="500m, 1Gi, 350")
    check_tolerance(reader, tolerance, (*path, "tolerance"))
    rows = table.get("wrong")
    for place, row in enumerate(rows if isinstance(rows, list) else ()):
        if isinstance(row, dict):
            check_tolerance(reader, str(row.get("tolerance", "")), (*path, "wrong", place, "tolerance"))
    return {"answer": str(table.get("answer", "")), "tolerance": tolerance, "unit": unit}


def _check(_reader: Reader, _question: Question, _path: Path) -> None:
    """Its own keys say all."""


def _grade(question: Question, answer: list[str], _world: Check | None) -> Graded:
    given, unit = answer[0] if answer else "", question.detail["unit"]
    found, wanted = number_in(given, unit), number_in(question.detail["answer"], unit)
    model = same(f"{question.detail['answer']} {unit}".strip())
    if found is None or wanted is None:
        said = ({"ko": "수로 읽을 수 없는 답이다. 예: 350, 500m, 1Gi", "en": "This is no number. For example: 350, 500m, 1Gi"},) if given.strip() else ()
        return Graded(0, (Remark("", same(given), False, True, empty()),), said=said, model=model)
    right = is_near(found, wanted, question.detail["tolerance"])
    foreseen = None if right else next((known for known in question.known if any(form == "*" or ((near := number_in(form, unit)) is not None and is_near(found, near, known.tolerance)) for form in known.forms)), None)
    if foreseen is None:
        praise = question.praise if right else None
        return Graded(100 if right else 0, (Remark("", same(given), right, True, praise or empty()),), said=(praise,) if praise else (), model=model)
    return Graded(foreseen.percent, (Remark("", same(given), False, True, foreseen.says),), (foreseen.misconception,) if foreseen.misconception else (), (foreseen.says,), model)


NUMERIC = QuestionType(_check, _grade, one_text, keys=("answer", "tolerance", "unit", "wrong", "praise"), read=_read)
