"""Ordering: the options stand in the file in their right order; the page shows them in another. Places are chosen from lists, never by dragging alone."""

from collections.abc import Mapping, Sequence

from learnk8s.courseware.questions.order import seeded
from learnk8s.courseware.questions.question import Check, Graded, Option, Path, Question, QuestionType, Remark, empty, share
from learnk8s.courseware.reading import Reader


def _check(reader: Reader, question: Question, path: Path) -> None:
    if len(question.options) < 2:
        reader.complain(path, "no-right-answer", name=question.id)


def _given(question: Question, fields: Mapping[str, Sequence[str]]) -> list[str]:
    known = [option.id for option in question.options]
    places = {name: (list(fields.get(f"place-{name}", ())) or [""])[0] for name in known}
    if not any(places.values()):
        return []
    return sorted(known, key=lambda name: (int(places[name]) if places[name].isdecimal() and len(places[name]) < 4 else 999, known.index(name)))


def _grade(question: Question, answer: list[str], _world: Check | None) -> Graded:
    right = [option.id for option in question.options]
    in_place = sum(place < len(answer) and answer[place] == name for place, name in enumerate(right))
    options = {option.id: option for option in question.options}
    remarks = tuple(Remark(name, options[name].text, place < len(right) and right[place] == name, True, options[name].chosen or empty()) for place, name in enumerate(answer) if name in options)
    model = {language: " → ".join(option.text[language] for option in question.options) for language in ("ko", "en")}
    return Graded(share(in_place, len(right), partial=question.partial), remarks, model=model)


def shuffled(question: Question, seed: int = 0) -> list[Option]:
    """Return the options in an order that does not show the right one, the same for the same seed."""
    order = seeded(question.options, lambda option: option.id, f"{seed}/{question.id}" if seed else question.id)
    return order if [option.id for option in order] != [option.id for option in question.options] else order[::-1]


ORDERING = QuestionType(_check, _grade, _given)
