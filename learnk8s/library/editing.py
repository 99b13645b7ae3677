"""What the editor shows of a draft: its problems, its preview, and how two revisions differ."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from typing import Any

from django.utils.translation import gettext_lazy as _

from learnk8s.courseware.kinds import parsed
from learnk8s.courseware.render import shown

DIFF_LINES_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A lesson as it would be, with everything that is wrong with it."""

    problems: tuple[Any, ...]
    rendered: Any | None
    language: str = "en"
    figures: Mapping[str, str] = field(default_factory=dict)
    world: str = ""

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
    if found.lesson is None:
        return Draft(tuple(found.problems), None, language)
    return Draft(tuple(found.problems), shown(found.lesson, language), language, found.lesson.figures, f"{found.lesson.world}/{found.lesson.scenario}")


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
            yield name, [DiffLine(_kind(line), _place(line) if line.startswith("@@") else line) for line in lines]


def _place(line: str) -> str:
    """Return where the lines stand that follow, as people count.

    >>> _place("@@ -3,2 +4,5 @@"), _place("@@ -0,0 +1 @@")
    ('4–8', '1')
    """
    start, _comma, count = line.split("+")[1].split(" ")[0].partition(",")
    last = int(start) + int(count or 1) - 1
    return start if last <= int(start) else f"{start}–{last}"


def _kind(line: str) -> str:
    return {"+": "add", "-": "remove", "@": "place"}.get(line[:1], "same")


@dataclass(frozen=True, slots=True)
class Merge:
    """One file that two people changed; `number` names its fields."""

    number: int
    name: str
    parts: list[Any]

    @property
    def conflicts(self) -> int:
        """Return how many places somebody has to decide."""
        return sum(part.is_conflict for part in self.parts)


def file_order(name: str) -> tuple[int, str]:
    """Return the order in which files are offered."""
    order = ("course.yaml", "scenario.yaml", "bank.yaml", "ko.md", "en.md", "lesson.yaml", "quiz.yaml", "labs.yaml", "sources.yaml")
    return (order.index(name) if name in order else len(order), name)


@dataclass(frozen=True, slots=True)
class Insert:
    """An entry of the insert menu: what it is, the Markdown that it puts in, and the name of what that refers to."""

    kind: str
    text: str
    name: str = ""

    @property
    def label(self) -> str:
        """Return the entry's words in the language of the page."""
        return f"{LABELS[self.kind]}: {self.name}" if self.name else str(LABELS[self.kind])

    @property
    def group(self) -> str:
        """Return the head under which it stands, in the language of the page."""
        return str(GROUPS.get(self.kind, _("Text")))


LABELS = {
    "callout": _("Callout"), "warning": _("Warning"), "run": _("Command to click"), "sandbox": _("Sandbox"), "test": _("Test"), "code": _("Code to read"),
    "quiz": _("Question"), "predict": _("Prediction"), "task": _("Task"), "scenario": _("Scenario"), "figure": _("Picture"), "source": _("Source"),
}
GROUPS = {**dict.fromkeys(("run", "sandbox", "scenario", "predict", "task"), _("Worlds")), **dict.fromkeys(("quiz", "test"), _("Questions")), "figure": _("Pictures"), "source": _("Sources")}


def inserts_of(files: Mapping[str, str], scenarios: Sequence[str] = ()) -> list[Insert]:
    """Return the blocks that can be put into a text, those that refer to something with what is there; `scenarios` are those of the course."""
    lesson = parsed("lesson", files).lesson
    text = [Insert("callout", "```callout note\n…\n```"), Insert("warning", "```callout warning\n…\n```"), Insert("code", "```yaml\n…\n```")]
    world = [Insert("run", "```run\nkubectl get pods\n```"), Insert("sandbox", "```sandbox\n```"), *(Insert("scenario", f"```scenario {slug}\n```", slug) for slug in scenarios)]
    test = [Insert("test", "```test\n```")]
    if lesson is None:
        return [*text, *world, *test]
    named = {kind: [Insert(kind, f"```{kind} {name}\n{'…' if kind == 'figure' else ''}{chr(10) if kind == 'figure' else ''}```", name) for name in rows] for kind, rows in (("quiz", lesson.questions), ("predict", lesson.predictions), ("task", lesson.tasks), ("figure", lesson.figures))}
    return [*text, *world, *named["predict"], *named["task"], *named["quiz"], *test, *named["figure"], *(Insert("source", f"[@{name}]", name) for name in lesson.sources)]


def with_term(text: str, name: str) -> str | None:
    """Return a lesson.yaml with one more word in its list of terms, or None if the list is not on one line.

    >>> with_term("slug: a\\nterms: [pod]\\n", "node")
    'slug: a\\nterms: [pod, node]\\n'
    >>> with_term("terms: []", "pod"), with_term("terms: [pod]", "pod"), with_term("slug: a", "pod")
    ('terms: [pod]', 'terms: [pod]', None)
    """
    found = re.search(r"^terms: *\[([^\]\n]*)\]", text, re.MULTILINE)
    if found is None:
        return None
    words = [word.strip() for word in found[1].split(",") if word.strip()]
    return f"{text[: found.start()]}terms: [{', '.join([*words, *([] if name in words else [name])])}]{text[found.end():]}"
