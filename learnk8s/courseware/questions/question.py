"""What all questions have in common, and what a type has to say about itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from learnk8s.courseware.proof import Proof
from learnk8s.courseware.reading import Reader

Both = dict[str, str]
Path = tuple[str | int, ...]
COMBINE = ("highest", "last", "first", "average")
CREDIT = ("exact", "proportional")


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its text, whether it is right, what is said to somebody who chose it or did not, and the misconception behind it.

    `match` is the right side of a pair; `run` are lines typed for this option alone, in a copy of its question's world, or in a new one of `scenario` (of `world`, or of the question's); `goal` holds in the world if the option is what happened; `percent` is what choosing it is worth, where that is not simply right or wrong.
    """

    id: str
    text: Both
    is_right: bool = False
    chosen: Both | None = None
    left: Both | None = None
    misconception: str = ""
    match: Both | None = None
    goal: Mapping[str, Any] | None = None
    run: tuple[str, ...] = ()
    shows: str = ""
    check: dict[str, Any] = field(default_factory=dict)
    world: str = ""
    scenario: str = ""
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """One hint, and how many percent points it costs."""

    text: Both
    penalty: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """An answer that the author foresaw: what is said to it, what it is worth, and the misconception behind it. Of numbers, `tolerance` says how near to one of its forms is near enough."""

    forms: tuple[str, ...]
    says: Both
    percent: int = 0
    misconception: str = ""
    tolerance: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """How often, how long and how a question counts: 0 attempts and 0 seconds mean without limit."""

    attempts: int = 0
    combine: str = "highest"
    seconds: int = 0
    credit: str = "exact"
    shuffle: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `detail` is what only its type knows; `variants` are the same question with other values, chosen by the learner's seed."""

    id: str
    type: str
    text: Both
    options: tuple[Option, ...] = ()
    accepted: tuple[str, ...] = ()
    explanation: Both = field(default_factory=dict)
    hints: tuple[Hint, ...] = ()
    rules: Rules = Rules()
    known: tuple[Known, ...] = ()
    praise: Both | None = None
    tags: tuple[str, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
    variants: tuple["Question", ...] = ()
    line: int = 0
    proof: Proof | None = None
    unproved: str = ""
    """Why no world can prove the key: one of `proof.UNPROVED`."""

    @property
    def hint(self) -> Both | None:
        """Return the first hint."""
        return self.hints[0].text if self.hints else None

    @property
    def partial(self) -> bool:
        """Say whether a part of the answer earns a part of the points."""
        return self.rules.credit == "proportional"

    def variant(self, seed: int) -> "Question":
        """Return the question as somebody with this seed meets it."""
        return self.variants[seed % len(self.variants)] if self.variants else self


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said about one part of an answer."""

    option: str
    text: Both
    is_right: bool
    was_chosen: bool
    feedback: Both


@dataclass(frozen=True, slots=True)
class Graded:
    """Points from 0 to 100, and remarks. `said` is about the answer as a whole; `model` is a right answer; `output` is what a world printed."""

    percent: int
    remarks: tuple[Remark, ...] = ()
    misconceptions: tuple[str, ...] = ()
    said: tuple[Both, ...] = ()
    model: Both = field(default_factory=dict)
    output: str = ""

    @property
    def is_right(self) -> bool:
        """Say whether all is right."""
        return self.percent == 100


Check = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Asks the learner's own sandbox whether a goal is reached; absent if there is no sandbox."""


@dataclass(frozen=True, slots=True)
class QuestionType:
    """How a type is read, checked, answered and graded. `keys` are its own keys in the file; `option_keys` those of its options; `is_whole` says whether an answer has what it takes to be graded."""

    check: Callable[[Reader, Question, Path], None]
    grade: Callable[[Question, list[str], Check | None], Graded]
    given: Callable[[Question, Mapping[str, Sequence[str]]], list[str]]
    keys: tuple[str, ...] = ()
    read: Callable[[Reader, Mapping[str, Any], Path], Mapping[str, Any]] = lambda _reader, _table, _path: {}
    options: Callable[[Reader, Mapping[str, Any], Path], tuple[Option, ...]] | None = None
    is_executed: bool = False
    is_whole: Callable[[Question, list[str]], bool] = lambda _question, answer: any(part.strip() for part in answer)


def empty() -> Both:
    """Return no text, in both languages."""
    return {"ko": "", "en": ""}


def same(text: str) -> Both:
    """Return one text for both languages."""
    return {"ko": text, "en": text}


def chosen_ids(question: Question, fields: Mapping[str, Sequence[str]]) -> list[str]:
    """Return which options were chosen, in the order of the question."""
    chosen = set(fields.get("answer", ()))
    return [option.id for option in question.options if option.id in chosen]


def one_text(_question: Question, fields: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the one text that was written, its line ends made plain."""
    text = (list(fields.get("answer", ())) or [""])[0]
    return [text[:20_000].replace("\r\n", "\n").replace("\r", "\n")]


def remarks_on(question: Question, chosen: set[str]) -> tuple[Remark, ...]:
    """Return what is said about each option, chosen or not."""
    return tuple(Remark(option.id, option.text, option.is_right, option.id in chosen, (option.chosen if option.id in chosen else option.left) or empty()) for option in question.options)


def misconceptions_in(question: Question, chosen: set[str]) -> tuple[str, ...]:
    """Return the misconceptions behind the wrong options that were chosen."""
    return tuple(option.misconception for option in question.options if option.misconception and option.id in chosen and not option.is_right)


def share(reached: int, whole: int, *, partial: bool) -> int:
    """Return the points for a part of the whole: all or nothing unless parts count.

    >>> share(1, 3, partial=True), share(2, 3, partial=False), share(3, 3, partial=False)
    (33, 0, 100)
    """
    if whole and reached == whole:
        return 100
    return max(reached, 0) * 100 // whole if partial and whole else 0


def combined(percents: Sequence[int], how: str) -> int:
    """Return the one score of several attempts, the first attempt first.

    >>> [combined((40, 100, 70), how) for how in COMBINE]
    [100, 70, 40, 70]
    """
    if not percents:
        return 0
    match how:
        case "last":
            return percents[-1]
        case "first":
            return percents[0]
        case "average":
            return sum(percents) // len(percents)
    return max(percents)


def after_hints(percent: int, question: Question, hints_used: int) -> int:
    """Return the points that remain after the hints that were looked at."""
    return max(0, percent - sum(hint.penalty for hint in question.hints[:hints_used]))
