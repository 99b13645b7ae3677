"""A question as a page shows it to one learner: in their language, order and variant, with what they gave before. It holds no key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from learnk8s.courseware.markdown import html_of
from learnk8s.courseware.questions.cloze import segments
from learnk8s.courseware.questions.matching import sides
from learnk8s.courseware.questions.order import seeded
from learnk8s.courseware.questions.ordering import places_in, shuffled
from learnk8s.courseware.questions.question import Question


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to choose, to place or to fill: its name, its text, and what was given for it."""

    name: str
    text: str
    given: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    is_gap: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the template of a type needs."""

    id: str
    type: str
    html: str
    rows: tuple[Row, ...] = ()
    given: str = ""
    unit: str = ""
    lines: tuple[str, ...] = ()

    @property
    def is_written(self) -> bool:
        """Say whether the answer is one text, so that there is one field and no group of them."""
        return self.type in ("short", "numeric", "manifest")

    @property
    def is_chosen(self) -> bool:
        """Say whether the answer is one or some of its rows, so that what is said about each stands in it."""
        return self.type in ("single", "multiple", "truefalse", "predict")

    @property
    def first(self) -> str:
        """Return the name of the row that is the first field; the text between gaps has none."""
        return next((row.name for row in self.rows if row.name), "")


def sheet_of(question: Question, language: str, *, seed: int = 0, given: Sequence[str] = ()) -> Sheet:
    """Return a question as it is asked."""
    asked = question.variant(seed)
    plan: Any = asked.detail.get("plan")
    text = given[0] if given else str(asked.detail.get("starter", ""))
    return Sheet(question.id, question.type, "" if question.type == "cloze" else html_of(asked.text[language]), tuple(_rows(asked, language, seed, list(given))), text, str(asked.detail.get("unit", "")), plan.lines if plan else ())


def _rows(question: Question, language: str, seed: int, given: list[str]) -> list[Row]:
    match question.type:
        case "ordering":
            options = shuffled(question, seed)
            places, chosen = tuple((str(place), str(place)) for place in range(1, len(options) + 1)), places_in(given)
            return [Row(option.id, option.text[language], str(chosen.get(option.id, "")), places) for option in options]
        case "matching":
            chosen = dict(part.split("=", 1) for part in given if "=" in part)
            rights = tuple((name, text[language]) for name, text in sides(question, seed))
            return [Row(option.id, option.text[language], chosen.get(option.id, ""), rights) for option in question.options]
        case "cloze":
            return _gaps(question, language, seed, dict(zip(question.detail["gaps"], given, strict=False)))
    options = seeded(question.options, lambda option: option.id, f"{seed}/{question.id}") if question.rules.shuffle else list(question.options)
    return [Row(option.id, option.text[language], "1" if option.id in given else "") for option in options]


def _gaps(question: Question, language: str, seed: int, given: dict[str, str]) -> list[Row]:
    rows = []
    for kind, text in segments(question, language):
        if kind == "text" or text not in question.detail["gaps"]:
            rows.append(Row("", text))
            continue
        choices = [(str(place), words[language]) for place, words in enumerate(question.detail["gaps"][text]["choices"])]
        rows.append(Row(text, text, given.get(text, ""), tuple(seeded(choices, lambda choice: choice[0], f"{seed}/{question.id}/{text}")), is_gap=True))
    return rows
