"""Questions of several variants in formats that have none: each variant is a question of its own, and all of them stand in a category, from which a quiz there draws one at random."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from learnk8s.courseware.questions import Question

TOP = "$course$/top"


def spread(questions: Iterable[Question]) -> Iterator[tuple[str, Question]]:
    """Yield each question with the category in which it stands, a variant in that of its question."""
    for question in questions:
        if len(question.variants) < 2:
            yield TOP, question
        for number, variant in enumerate(question.variants if len(question.variants) > 1 else (), 1):
            yield f"{TOP}/{question.id}", replace(variant, id=f"{question.id}-{number}", variants=())
