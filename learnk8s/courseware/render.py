"""A lesson as the page shows it in one language: its blocks with the things they refer to."""

import re
from dataclasses import dataclass
from typing import Any

from learnk8s.courseware.lesson import Lesson
from learnk8s.courseware.markdown import html_of

CITE = re.compile(r'<a href="#source-([a-z0-9-]+)"([^>]*)>[^<]*</a>')
HEADING = re.compile(r"(?=<h2\b)")


@dataclass(frozen=True, slots=True)
class Shown:
    """One block of the page: its kind, its HTML, and what it refers to."""

    kind: str
    html: str = ""
    item: Any = None
    lines: tuple[str, ...] = ()
    name: str = ""
    cites: tuple[str, ...] = ()


def shown(lesson: Lesson, language: str) -> list[Shown]:
    """Return the blocks of the page, in order."""
    found: list[Shown] = []
    for block in lesson.blocks.get(language, ()):
        match block.kind:
            case "quiz":
                found.extend(Shown("quiz", item=lesson.questions[name], name=name) for name in block.names if name in lesson.questions)
            case "task":
                found.extend(Shown("task", item=lesson.tasks[name], name=name) for name in block.names if name in lesson.tasks)
            case "predict":
                found.extend(Shown("predict", item=lesson.predictions[name], name=name) for name in block.names if name in lesson.predictions)
            case "scenario" | "challenge":
                found.extend(Shown(block.kind, name=name) for name in block.names)
            case "figure":
                name = block.names[0] if block.names else ""
                found.append(Shown("figure", html=html_of("\n".join(block.lines[1:])), lines=block.lines[:1], name=name))
            case "text":
                found.extend(_sections(_numbered(block.html, lesson)))
            case _:
                found.append(Shown(block.kind, _numbered(block.html, lesson), lines=block.lines, name=block.names[0] if block.names else "", cites=block.cites))
    return found


def _sections(html: str) -> list[Shown]:
    """Return a text as its sections, each with the sources that it cites, which stand beside it."""
    parts = (part for part in HEADING.split(html) if part.strip())
    return [Shown("text", part, cites=tuple(dict.fromkeys(name for name, _more in CITE.findall(part)))) for part in parts]


def _numbered(html: str, lesson: Lesson) -> str:
    """Show each source that is cited by its number in the list below."""
    numbers = {name: number for number, name in enumerate(lesson.sources, 1)}

    def link(found: re.Match[str]) -> str:
        name = found[1]
        return f'<a href="#source-{name}"{found[2]}>{numbers[name]}</a>' if name in numbers else found[0]

    return CITE.sub(link, html)
