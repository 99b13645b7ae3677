"""What all questions have in common."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from learnk8s.courseware.proof import Proof
from learnk8s.courseware.reading import Reader

Both = dict[str, str]


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its text, whether it is right, what is said to somebody who chose it or did not, and the misconception behind it."""

    id: str
    text: Both
    is_right: bool = False
    chosen: Both | None = None
    left: Both | None = None
    misconception: str = ""
    shows: str = ""
    check: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `accepted` are the forms of a short text by language-free comparison."""

    id: str
    type: str
    text: Both
    options: tuple[Option, ...] = ()
    accepted: tuple[str, ...] = ()
    explanation: Both = field(default_factory=dict)
    hint: Both | None = None
    partial: bool = False
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said about one option of an answer."""

    option: str
    text: Both
    is_right: bool
    was_chosen: bool
    feedback: Both


@dataclass(frozen=True, slots=True)
class Graded:
    """Points from 0 to 100, and remarks."""

    percent: int
    remarks: tuple[Remark, ...] = ()
    misconceptions: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        """Say whether all is right."""
        return self.percent == 100


@dataclass(frozen=True, slots=True)
class QuestionType:
    """How a type is checked when it is read, and graded."""

    check: Callable[[Reader, Question, tuple[str | int, ...]], None]
    grade: Callable[[Question, list[str]], Graded]


def empty() -> Both:
    """Return no text, in both languages."""
    return {"ko": "", "en": ""}


