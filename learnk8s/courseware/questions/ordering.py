"""Ordering: the options stand in the file in their right order; the page shows them in another. Places are chosen from lists, never by dragging alone.

An answer has an entry for each place: the id of its line, nothing, or the ids of lines that share it, with spaces between. Only a line that has its place for itself can be right there."""

from collections.abc import Mapping, Sequence

from learnk8s.courseware.questions.order import seeded
from learnk8s.courseware.questions.question import Check, Graded, Option, Path, Question, QuestionType, Remark, empty, share
from learnk8s.courseware.reading import Reader


def _check(reader: Reader, question: Question, path: Path) -> None:
    if len(question.options) < 2:
        reader.complain(path, "few-lines", question=question.id)
    for place, option in enumerate(question.options):
        if any(option.text == other.text for other in question.options[:place]) and any(option.text.values()):
            reader.complain((*path, "options", place, "text"), "same-lines", question=question.id, what=option.text["en"] or option.text["ko"], what_ko=option.text["ko"])


def _given(question: Question, fields: Mapping[str, Sequence[str]]) -> list[str]:
    chosen = {option.id: (list(fields.get(f"place-{option.id}", ())) or [""])[0] for option in question.options}
    places = [" ".join(name for name, place in chosen.items() if place == str(number)) for number in range(1, len(chosen) + 1)]
    return places if any(places) else []


def _is_whole(question: Question, answer: list[str]) -> bool:
    return sorted(answer) == sorted(option.id for option in question.options)


def places_in(answer: Sequence[str]) -> dict[str, int]:
    """Return the place that each line was given.

    >>> places_in(["b", "", "a c"])
    {'b': 1, 'a': 3, 'c': 3}
    """
    return {name: place for place, names in enumerate(answer, 1) for name in names.split()}


def _grade(question: Question, answer: list[str], _world: Check | None) -> Graded:
    right = [option.id for option in question.options]
    in_place = sum(place < len(answer) and answer[place] == name for place, name in enumerate(right))
    options = {option.id: option for option in question.options}
    remarks = tuple(Remark(name, options[name].text, answer[place - 1] == name == right[place - 1], True, options[name].chosen or empty()) for name, place in places_in(answer[: len(right)]).items() if name in options)
    model = {language: " → ".join(option.text[language] for option in question.options) for language in ("ko", "en")}
    return Graded(share(in_place, len(right), partial=question.partial), remarks, model=model)


def shuffled(question: Question, seed: int = 0) -> list[Option]:
    """Return the options in an order that does not show the right one, the same for the same seed."""
    order = seeded(question.options, lambda option: option.id, f"{seed}/{question.id}" if seed else question.id)
    return order if [option.id for option in order] != [option.id for option in question.options] else order[::-1]


ORDERING = QuestionType(_check, _grade, _given, is_whole=_is_whole)
