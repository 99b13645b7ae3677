"""A test: questions drawn from the lesson or from a bank, with a time limit and a number of attempts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from learnk8s.courseware.questions.order import draw
from learnk8s.courseware.questions.question import COMBINE, Question
from learnk8s.courseware.questions.reading import ATTEMPTS_MAX, SECONDS_MAX
from learnk8s.courseware.reading import Reader

DRAWS_MAX = 20


class Tagged(Protocol):
    """What is drawn by its tags."""

    @property
    def tags(self) -> tuple[str, ...]:
        """Return them."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Take `count` questions that have all the tags, from a bank of the course or ("") from the lesson itself."""

    bank: str
    tags: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Quiz:
    """The rules of a lesson's test; 0 means without limit."""

    seconds: int = 0
    attempts: int = 0
    combine: str = "highest"
    draws: tuple[Draw, ...] = ()


def read_quiz(reader: Reader) -> Quiz | None:
    """Read `quiz:` of a quiz file, if it is there."""
    whole = reader.table(reader.value, (), known=("quiz", "questions"))
    if "quiz" not in whole:
        return None
    table = reader.table(whole["quiz"], ("quiz",), known=("seconds", "attempts", "combine", "draw"))
    seconds, attempts = (_whole(reader, table, key, most) for key, most in (("seconds", SECONDS_MAX), ("attempts", ATTEMPTS_MAX)))
    combine = str(table.get("combine", "highest"))
    if combine not in COMBINE:
        reader.complain(("quiz", "combine"), "wrong-type", name="combine", what=" / ".join(COMBINE))
        combine = "highest"
    draws = tuple(_draw(reader, row, place) for place, row in enumerate(reader.rows(table.get("draw", []), ("quiz", "draw"))[:DRAWS_MAX]))
    return Quiz(seconds, attempts, combine, draws)


def _draw(reader: Reader, row: Any, place: int) -> Draw:
    path = ("quiz", "draw", place)
    table = reader.table(row, path, known=("bank", "tags", "count"), needed=("count",))
    count = table.get("count", 0)
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= 100:
        reader.complain((*path, "count"), "wrong-type", name="count", what="1..100")
        count = 1
    return Draw(str(table.get("bank", "")), tuple(map(str, reader.rows(table.get("tags", []), (*path, "tags")))), count)


def pool(wish: Draw, questions: Iterable[Tagged]) -> int:
    """Return from how many questions something is drawn."""
    return sum(set(wish.tags) <= set(question.tags) for question in questions)


def _whole(reader: Reader, table: Mapping[str, Any], key: str, most: int) -> int:
    value = table.get(key, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        reader.complain(("quiz", key), "wrong-type", name=key, what=f"0..{most}")
        return 0
    return value


def drawn(quiz: Quiz, banks: Mapping[str, Sequence[Question]], seed: int) -> list[tuple[str, Question]]:
    """Return the questions of one sitting with the bank that each comes from; none is drawn twice."""
    if not quiz.draws:
        return [("", question) for question in banks.get("", ())]
    found: dict[tuple[str, str], Question] = {}
    for place, wish in enumerate(quiz.draws):
        pool = [question for question in banks.get(wish.bank, ()) if set(wish.tags) <= set(question.tags) and (wish.bank, question.id) not in found]
        for question in draw(pool, lambda question: question.id, count=wish.count, seed=f"{seed}/{place}"):
            found[wish.bank, question.id] = question
    return [(bank, question) for (bank, _name), question in found.items()]
