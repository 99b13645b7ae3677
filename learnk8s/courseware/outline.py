"""The outline of a course: its titles, what it is about, its licence, and its modules with their lessons, as the one file `course.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from learnk8s.courseware.lesson import Lesson, Parsed
from learnk8s.courseware.problem import problem
from learnk8s.courseware.reading import LANGUAGES, Reader

BYTES_MAX = 100_000
LICENCES = ("CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0", "Apache-2.0", "all-rights-reserved")
BUILT_IN = ("project", "placement")
"""Keys of the built-in course (lessons/plan.py); a copy of it carries them along, and they mean nothing there."""


@dataclass(frozen=True, slots=True)
class Module:
    """A part of a course."""

    title: dict[str, str]
    lessons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """What `course.yaml` says."""

    title: dict[str, str]
    about: dict[str, str]
    licence: str
    credit: str
    modules: tuple[Module, ...]


def read_outline(text: str) -> tuple[Outline, Reader]:
    """Read the text of a course.yaml."""
    reader = Reader.of("course.yaml", text)
    table = reader.table(reader.value, (), known=("title", "about", "licence", "credit", "modules", *BUILT_IN), needed=("title",))
    nothing = dict.fromkeys(LANGUAGES, "")
    about = reader.both(table["about"], ("about",)) if "about" in table else nothing
    licence = str(table.get("licence", LICENCES[0]))
    if licence not in LICENCES:
        reader.complain(("licence",), "wrong-type", name="licence", what=" / ".join(LICENCES))
    modules = [_module(reader, row, place) for place, row in enumerate(reader.rows(table.get("modules", []), ("modules",)))]
    names = [name for module in modules for name in module.lessons]
    for name in sorted({name for name in names if names.count(name) > 1}):
        reader.complain(("modules",), "twice", name=name)
    return Outline(reader.both(table.get("title"), ("title",)), about, licence, str(table.get("credit", ""))[:300], tuple(modules)), reader


def _module(reader: Reader, row: Any, place: int) -> Module:
    path = ("modules", place)
    table = reader.table(row, path, known=("title", "lessons"), needed=("title", "lessons"))
    return Module(reader.both(table.get("title"), (*path, "title")), tuple(map(str, reader.rows(table.get("lessons", []), (*path, "lessons")))))


def parse_outline(files: Mapping[str, str]) -> Parsed:
    """Read an outline in the shape that everything written has."""
    text = files.get("course.yaml")
    if text is None or len(text) > BYTES_MAX:
        return Parsed(None, (problem("course.yaml", 0, "missing-file" if text is None else "too-large", name="course.yaml", what=f"{BYTES_MAX // 1000} kB"),))
    outline, reader = read_outline(text)
    nothing = dict.fromkeys(LANGUAGES, "")
    lesson = Lesson("course", "kubernetes", 0, outline.title, outline.about, nothing, "kubernetes", "basics", (), {}, {}, {}, {}, {}, {})
    return Parsed(lesson, tuple(reader.problems))
