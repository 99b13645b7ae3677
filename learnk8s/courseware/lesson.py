"""A lesson: six files that say the same in two languages.

`lesson.yaml` (title, question, answer, what is simplified), `ko.md` and `en.md` (the text with blocks), `quiz.yaml`, `labs.yaml`, `sources.yaml`; pictures are .svg
files beside them. `parse_lesson` reports every problem at once and returns the lesson as far as it can be read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from learnk8s.courseware.markdown import Block, blocks_of
from learnk8s.courseware.printing import Print, placed, prints_of
from learnk8s.courseware.problem import Problem, problem
from learnk8s.courseware.proof import Proof, Wrong, proof_of, wrong_of
from learnk8s.courseware.questions.question import Option, Question
from learnk8s.courseware.questions.reading import read_options, read_questions
from learnk8s.courseware.quiz import Quiz, pool, read_quiz
from learnk8s.courseware.reading import LANGUAGES, Reader
from learnk8s.simulation import worlds

NEEDED = ("lesson.yaml", "ko.md", "en.md", "quiz.yaml", "labs.yaml", "sources.yaml")
FILE_BYTES_MAX = 200_000
ERAS = ("isolation", "vm", "container", "orchestrator", "kubernetes", "cloud")
"""Whose colour a lesson wears."""
MINUTES_MAX = 600
PLAYED = ("scenario", "challenge")
"""Blocks that lead to something to be reached elsewhere."""
Both = dict[str, str]


@dataclass(frozen=True, slots=True)
class Task:
    """A world task: what to reach, checked by a goal."""

    id: str
    text: Both
    goal: dict[str, Any]
    solution: tuple[str, ...] = ()
    wrong: tuple[Wrong, ...] = ()


@dataclass(frozen=True, slots=True)
class Prediction:
    """Say first what will happen, then run it."""

    id: str
    text: Both
    line: str
    options: tuple[Option, ...]
    explanation: Both
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """Everything that a lesson's page needs."""

    slug: str
    era: str
    minutes: int
    title: Both
    question: Both
    answer: Both
    world: str
    scenario: str
    terms: tuple[str, ...]
    simplified: dict[str, list[str]]
    blocks: dict[str, tuple[Block, ...]]
    questions: dict[str, Question]
    tasks: dict[str, Task]
    predictions: dict[str, Prediction]
    sources: dict[str, Both]
    figures: dict[str, str] = field(default_factory=dict)
    prints: tuple[Print, ...] = ()
    quiz: Quiz | None = None
    played: tuple[tuple[str, str], ...] = field(init=False)
    """The scenarios of the course and the challenges that its text asks to reach, as kind and name. Gradebooks ask for them in every cell."""

    def __post_init__(self) -> None:
        """Look for them once."""
        object.__setattr__(self, "played", tuple(dict.fromkeys((block.kind, name) for blocks in self.blocks.values() for block in blocks if block.kind in PLAYED for name in block.names)))


@dataclass(frozen=True, slots=True)
class Parsed:
    """The lesson, if it can be read at all, and all that is wrong with it."""

    lesson: Lesson | None
    problems: tuple[Problem, ...]


def parse_lesson(files: Mapping[str, str]) -> Parsed:
    """Read a lesson from its files."""
    problems = [problem(name, 0, "missing-file", name=name) for name in NEEDED if name not in files]
    problems.extend(problem(name, 0, "too-large", name=name, what=f"{FILE_BYTES_MAX // 1000} kB") for name, text in files.items() if len(text) > FILE_BYTES_MAX)
    if problems:
        return Parsed(None, tuple(problems))
    readers = {name: Reader.of(name, files[name]) for name in ("lesson.yaml", "quiz.yaml", "labs.yaml", "sources.yaml")}
    head = _head(readers["lesson.yaml"])
    quiz = readers["quiz.yaml"]
    questions = read_questions(quiz, quiz.value.get("questions") if isinstance(quiz.value, dict) else None, files=files)
    test = read_quiz(quiz)
    tasks, predictions, prints = _labs(readers["labs.yaml"])
    sources = _sources(readers["sources.yaml"])
    blocks = {language: blocks_of(files[f"{language}.md"], f"{language}.md", problems) for language in LANGUAGES}
    figures = {name: text for name, text in files.items() if name.endswith((".svg", ".png"))}
    sound = {name for name, reader in readers.items() if reader.document is not None or not reader.problems}
    known = {"quiz": set(questions), "task": set(tasks), "predict": set(predictions), "figure": set(figures), "source": set(sources)}
    for language in LANGUAGES:
        problems.extend(_unknown(blocks[language], f"{language}.md", files[f"{language}.md"], {kind: names for kind, names in known.items() if OF.get(kind, "") in sound or kind == "figure"}))
    problems.extend(_differing(blocks))
    _overdrawn(quiz, test, questions)
    _unplaced(readers["labs.yaml"], prints, blocks["ko"])
    for reader in readers.values():
        problems.extend(reader.problems)
    lesson = Lesson(**head, blocks=blocks, questions=questions, tasks=tasks, predictions=predictions, sources=sources, figures=figures, prints=prints, quiz=test)
    return Parsed(lesson, tuple(sorted(problems, key=lambda entry: (entry.file, entry.line))))


def _head(reader: Reader) -> dict[str, Any]:
    known = ("slug", "era", "minutes", "title", "question", "answer", "world", "scenario", "terms", "simplified")
    table = reader.table(reader.value, (), known=known, needed=("slug", "era", "minutes", "title", "question", "answer"))
    world, scenario, minutes = str(table.get("world", "kubernetes")), str(table.get("scenario", "basics")), table.get("minutes", 0)
    if worlds.card(world, scenario) is None:
        reader.complain(("scenario",) if "scenario" in table else ("world",), "unknown-id", what="scenario", name=f"{world}/{scenario}")
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 0 <= minutes <= MINUTES_MAX:
        reader.complain(("minutes",), "wrong-type", name="minutes", what=f"0..{MINUTES_MAX}")
    if str(table.get("era", "kubernetes")) not in ERAS:
        reader.complain(("era",), "wrong-type", name="era", what=" / ".join(ERAS))
    simplified = table.get("simplified") if isinstance(table.get("simplified"), dict) else {}
    return {
        "slug": str(table.get("slug", "")), "era": str(table.get("era", "kubernetes")), "minutes": table["minutes"] if isinstance(table.get("minutes"), int) else 0,
        "title": reader.both(table.get("title"), ("title",)), "question": reader.both(table.get("question"), ("question",)), "answer": reader.both(table.get("answer"), ("answer",)),
        "world": world, "scenario": scenario, "terms": tuple(map(str, table["terms"] if isinstance(table.get("terms"), list) else ())),
        "simplified": {language: [str(item) for item in reader.rows((simplified or {}).get(language) or [], ("simplified", language))] for language in LANGUAGES},
    }


def _labs(reader: Reader) -> tuple[dict[str, Task], dict[str, Prediction], tuple[Print, ...]]:
    table = reader.table(reader.value, (), known=("tasks", "predictions", "prints"))
    tasks, predictions = {}, {}
    for place, row in enumerate(reader.rows(table.get("tasks") or [], ("tasks",))):
        path = ("tasks", place)
        entry = reader.table(row, path, known=("id", "text", "goal", "solution", "wrong"), needed=("id", "text", "goal"))
        goal = entry.get("goal")
        tasks[str(entry.get("id"))] = Task(str(entry.get("id")), reader.both(entry.get("text"), (*path, "text")), goal if isinstance(goal, dict) else {}, tuple(map(str, reader.rows(entry.get("solution") or [], (*path, "solution")))),
                                            wrong_of(reader, entry.get("wrong"), (*path, "wrong")))
    for place, row in enumerate(reader.rows(table.get("predictions") or [], ("predictions",))):
        path = ("predictions", place)
        entry = reader.table(row, path, known=("id", "text", "line", "options", "explanation", "proof"), needed=("id", "text", "line", "options", "explanation"))
        predictions[str(entry.get("id"))] = Prediction(str(entry.get("id")), reader.both(entry.get("text"), (*path, "text")), str(entry.get("line", "")), read_options(reader, entry.get("options") or [], (*path, "options")),
                                                       reader.both(entry.get("explanation"), (*path, "explanation")), proof_of(reader, entry.get("proof"), (*path, "proof")))
    return tasks, predictions, prints_of(reader, table.get("prints"), ("prints",))


def _overdrawn(reader: Reader, test: Quiz | None, questions: Mapping[str, Question]) -> None:
    """Complain about a test that draws more of the lesson's questions than there are; those of banks are in files of their own."""
    for place, draw in enumerate(test.draws if test is not None else ()):
        count = pool(draw, questions.values()) if not draw.bank else draw.count
        if count < draw.count:
            reader.complain(("quiz", "draw", place, "count"), "too-few-questions", what=str(draw.count), name=str(count))


def _unplaced(reader: Reader, prints: tuple[Print, ...], blocks: tuple[Block, ...]) -> None:
    left = placed(prints, blocks)[1]
    if left is not None:
        reader.complain(("prints", left.entry, "line"), "unknown-line", name=left.line)


def _sources(reader: Reader) -> dict[str, Both]:
    if not isinstance(reader.value, dict):
        reader.complain((), "wrong-type", name="sources.yaml", what="a table")
        return {}
    return {str(key): _source(reader, str(key), value) for key, value in reader.value.items()}


def _source(reader: Reader, key: str, value: Any) -> Both:
    table = reader.table(value, (key,), known=("title", "url", "note"), needed=("title", "url"))
    url = str(table.get("url", ""))
    if "url" in table and not url.startswith(("https://", "http://")):
        reader.complain((key, "url"), "wrong-type", name=f"{key}.url", what="an address that begins with https://")
        url = ""
    return {"title": str(table.get("title", "")), "url": url, "note": str(table.get("note", ""))}


OF = {"quiz": "quiz.yaml", "task": "labs.yaml", "predict": "labs.yaml", "source": "sources.yaml"}
"""In which file the names stand that a text refers to."""


def _unknown(blocks: tuple[Block, ...], file: str, text: str, known: Mapping[str, set[str]]) -> list[Problem]:
    """Return the names that are nowhere; those of a file that cannot be read are not asked for."""
    found: list[Problem] = []
    lines = text.split("\n")
    for block in blocks:
        if block.kind in known:
            found.extend(problem(file, block.line, "unknown-id", what=block.kind, name=name) for name in block.names if name not in known[block.kind])
        for name in block.cites if "source" in known else ():
            if name not in known["source"]:
                line = next((number for number, line in enumerate(lines[block.line - 1 :], block.line) if f"[@{name}]" in line), block.line)
                found.append(problem(file, line, "unknown-id", what="source", name=name))
    return found


def _differing(blocks: Mapping[str, tuple[Block, ...]]) -> list[Problem]:
    shapes = {language: [(block.kind, block.names) for block in blocks[language] if block.kind not in ("text", "callout")] for language in LANGUAGES}
    if shapes["ko"] == shapes["en"]:
        return []
    place = next((index for index, (left, right) in enumerate(zip(shapes["ko"], shapes["en"], strict=False)) if left != right), min(map(len, shapes.values())))
    words = [f"{language}: {' '.join((shape[place][0], *shape[place][1])) if place < len(shape) else '—'}" for language, shape in shapes.items()]
    return [problem("en.md", 0, "different-structure", what="; ".join(words))]
