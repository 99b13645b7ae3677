"""What the editor shows of a draft: its problems, its preview, and how two revisions differ."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from learnk8s.courseware.kinds import parsed
from learnk8s.courseware.render import shown

DIFF_LINES_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A lesson as it would be, with everything that is wrong with it."""

    problems: tuple[Any, ...]
    rendered: Any | None
    language: str = "en"

    @property
    def told(self) -> list[dict[str, object]]:
        """Return the problems as a page tells them."""
        return [{"file": found.file, "line": found.line, "message": found.text(self.language), "remedy": found.cure(self.language)} for found in self.problems]

    @property
    def is_sound(self) -> bool:
        """Say whether the draft may be published."""
        return not self.problems


def draft_of(files: Mapping[str, str], language: str, kind: str = "lesson") -> Draft:
    """Return problems and, as far as the lesson can be read, its page in a language."""
    found = parsed(kind, files)
    return Draft(tuple(found.problems), shown(found.lesson, language) if found.lesson is not None else None, language)


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a diff: `kind` is add, remove, place or same."""

    kind: str
    text: str


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, list[DiffLine]]]:
    """Yield each file that differs with its lines, at most DIFF_LINES_MAX of each."""
    for name in sorted({*before, *after}):
        old, new = before.get(name, ""), after.get(name, "")
        if old != new:
            lines = list(unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2))[2 : DIFF_LINES_MAX + 2]
            yield name, [DiffLine(_kind(line), line) for line in lines]


def _kind(line: str) -> str:
    return {"+": "add", "-": "remove", "@": "place"}.get(line[:1], "same")
