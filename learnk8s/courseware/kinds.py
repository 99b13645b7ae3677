"""What can be written, by kind: a lesson, a bank of questions, a scenario, the outline of a course. Each is read from files into the same shape."""

from collections.abc import Mapping
from functools import lru_cache

from learnk8s.courseware.lesson import Lesson, Parsed, parse_lesson
from learnk8s.courseware.outline import parse_outline
from learnk8s.courseware.problem import problem
from learnk8s.courseware.questions.reading import read_questions
from learnk8s.courseware.reading import LANGUAGES, Reader
from learnk8s.courseware.scenario import parse_scenario

BANK_BYTES_MAX = 400_000


REMEMBERED_LETTERS_MAX = 200_000
"""What is longer is read anew each time, so that what is remembered stays small."""


def parsed(kind: str, files: Mapping[str, str]) -> Parsed:
    """Read files as what they are; what was read lately is remembered, for whoever asks must not change it."""
    if sum(map(len, files.values())) > REMEMBERED_LETTERS_MAX:
        return _read(kind, files)
    return _remembered(kind, tuple(sorted(files.items())))


@lru_cache(maxsize=48)
def _remembered(kind: str, files: tuple[tuple[str, str], ...]) -> Parsed:
    return _read(kind, dict(files))


def _read(kind: str, files: Mapping[str, str]) -> Parsed:
    match kind:
        case "bank":
            return parse_bank(files)
        case "scenario":
            return parse_scenario(files)
        case "outline":
            return parse_outline(files)
    return parse_lesson(files)


def parse_bank(files: Mapping[str, str]) -> Parsed:
    """Read a bank: the one file `bank.yaml` with a title and questions."""
    text = files.get("bank.yaml")
    if text is None or len(text) > BANK_BYTES_MAX:
        return Parsed(None, (problem("bank.yaml", 0, "missing-file" if text is None else "too-large", name="bank.yaml", what=f"{BANK_BYTES_MAX // 1000} kB"),))
    reader = Reader.of("bank.yaml", text)
    table = reader.table(reader.value, (), known=("title", "questions"), needed=("title", "questions"))
    title = reader.both(table.get("title"), ("title",))
    questions = read_questions(reader, table.get("questions", []), files=files)
    return Parsed(bare("", title, questions=questions), tuple(reader.problems))


def bare(slug: str, title: dict[str, str], **more: object) -> Lesson:
    """Return a lesson of which only some parts are there."""
    nothing = dict.fromkeys(LANGUAGES, "")
    return Lesson(**{"slug": slug, "era": "kubernetes", "minutes": 0, "title": title, "question": nothing, "answer": nothing, "world": "kubernetes", "scenario": "basics", "terms": (), "simplified": {}, "blocks": {}, "questions": {}, "tasks": {}, "predictions": {}, "sources": {}, **more})  # type: ignore[arg-type]  # named parts of a lesson
