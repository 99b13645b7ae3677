"""Short text: accepted forms, compared without regard to case, spaces and Unicode form."""

import re
import unicodedata

from learnk8s.courseware.questions.question import Graded, Question, QuestionType, Remark, empty
from learnk8s.courseware.reading import Reader

ANSWER_MAX = 200


def folded(text: str) -> str:
    """Return a text as it is compared.

    >>> folded("  Replica Set. "), folded("레플리카 셋")
    ('replicaset', '레플리카셋')
    """
    return re.sub(r"[\s.,;:!?'\"`]+", "", unicodedata.normalize("NFKC", text[:ANSWER_MAX]).casefold())


def _check(reader: Reader, question: Question, path: tuple[str | int, ...]) -> None:
    if not question.accepted:
        reader.complain(path, "no-right-answer", name=question.id)


def _grade(question: Question, answer: list[str]) -> Graded:
    given = answer[0] if answer else ""
    right = bool(folded(given)) and folded(given) in {folded(form) for form in question.accepted}
    return Graded(100 if right else 0, (Remark("", {"ko": given, "en": given}, right, True, empty()),))


SHORT = QuestionType(_check, _grade)
