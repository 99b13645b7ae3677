"""True or false: a statement, `answer: true` or `answer: false`, and what is said to either choice."""

from collections.abc import Mapping
from typing import Any

from learnk8s.courseware.questions.question import Option, Path, QuestionType
from learnk8s.courseware.questions.single import SINGLE
from learnk8s.courseware.reading import Reader

WORDS = {"true": {"ko": "맞다", "en": "True"}, "false": {"ko": "틀리다", "en": "False"}}


def _options(reader: Reader, table: Mapping[str, Any], path: Path) -> tuple[Option, ...]:
    answer = table.get("answer")
    if not isinstance(answer, bool):
        reader.complain((*path, "answer"), "wrong-type", name="answer", what="true / false")
    says = reader.table(table.get("says") or {}, (*path, "says"), known=("true", "false"))
    misconception = str(table.get("misconception", ""))
    return tuple(
        Option(name, text, answer is (name == "true"), reader.both(says[name], (*path, "says", name)) if name in says else None, misconception="" if answer is (name == "true") else misconception)
        for name, text in WORDS.items()
    )


TRUEFALSE = QuestionType(SINGLE.check, SINGLE.grade, SINGLE.given, keys=("answer", "says", "misconception"), options=_options)
