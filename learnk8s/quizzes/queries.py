"""Reads of attempts: what a visitor did with the questions of a revision."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db.models import F, Max

from learnk8s.courseware.questions import Question, combined
from learnk8s.library import queries as library
from learnk8s.library.models import Kind, Lesson, Revision
from learnk8s.quizzes.models import Attempt, Help, Sitting
from learnk8s.web.visitor import Visitor

ANSWERS_MAX = 5_000
"""Answers of a class that are looked at together."""


@dataclass(frozen=True, slots=True)
class State:
    """What a visitor did with one question: points of their attempts (first to last), the last answer with its seed, hints seen, and whether they gave up."""

    percents: tuple[int, ...] = ()
    last: tuple[str, ...] | None = None
    seed: int | None = None
    hints: int = 0
    is_revealed: bool = False
    graded_by: int | None = None

    def score(self, question: Question) -> int | None:
        """Return the points that count, or None before the first attempt."""
        return combined(self.percents, question.rules.combine) if self.percents else None

    def left(self, question: Question) -> int | None:
        """Return how many attempts are left, or None if there is no limit."""
        return max(question.rules.attempts - len(self.percents), 0) if question.rules.attempts else None

    def is_over(self, question: Question) -> bool:
        """Say whether the answer may be shown: it was found, given up, or no attempt is left."""
        return self.is_revealed or 100 in self.percents or self.left(question) == 0


class Given(NamedTuple):
    """One answer: to which question of which lesson, what it was worth, and when."""

    question: str
    percent: int
    created_at: datetime
    lesson_id: int


def answers_since(user_ids: Sequence[int], lesson_ids: Sequence[int], since: datetime) -> dict[int, list[Given]]:
    """Return what people answered in lessons since a moment, the last first; in tests nobody is looked over the shoulder."""
    found: dict[int, list[Given]] = defaultdict(list)
    rows = Attempt.objects.filter(user__in=user_ids, revision__lesson__in=lesson_ids, created_at__gte=since, sitting=None).order_by("-created_at", "-pk")
    for user, *given in rows.values_list("user_id", "question", "percent", "created_at", "revision__lesson_id")[:ANSWERS_MAX]:
        found[user].append(Given(*given))
    return found


TEST = ""
"""Under this name results of whole tests stand among those of questions."""


def results_of_class(user_ids: Sequence[int], lesson_ids: Sequence[int]) -> Iterator[tuple[int, int, str, int, datetime]]:
    """Yield what people's answers in some lessons, then their finished tests, were worth, the first first: person, lesson, question, points, moment. Answers in a test count with the test; a question with a time limit is a test of its own."""
    answers = Attempt.objects.filter(user__in=user_ids, revision__lesson__in=lesson_ids, sitting=None).order_by("created_at", "pk")
    tests = Sitting.objects.filter(user__in=user_ids, lesson__in=lesson_ids, finished_at__isnull=False).order_by("finished_at", "pk")
    yield from answers.values_list("user_id", "revision__lesson_id", "question", "percent", "created_at")
    yield from tests.values_list("user_id", "lesson_id", "question", "percent", "finished_at")


@dataclass(slots=True)
class _Gathered:
    percents: list[int] = field(default_factory=list)
    last: Attempt | None = None


def states_of(visitor: Visitor, revision: Revision) -> dict[str, State]:
    """Return a visitor's state at every question of a revision's lesson that they met, in two queries. A newer revision gives no new attempts, and takes none away."""
    if visitor.is_new:
        return {}
    gathered: dict[str, _Gathered] = defaultdict(_Gathered)
    for attempt in Attempt.objects.filter(visitor.owned(), revision__lesson=revision.lesson_id, sitting=None).order_by("created_at", "pk"):
        gathered[attempt.question].percents.append(attempt.percent)
        gathered[attempt.question].last = attempt
    helps = {row.question: row for row in Help.objects.filter(visitor.owned(), revision__lesson=revision.lesson_id).order_by("revision__number")}
    states = {}
    for name in {*gathered, *helps}:
        found, helped = gathered[name], helps.get(name)
        last = found.last
        states[name] = State(tuple(found.percents), tuple(map(str, last.answer)) if last else None, last.seed if last else None, helped.hints if helped else 0, bool(helped and helped.is_revealed), last.graded_by_id if last else None)
    return states


SCENE = "scenario"
"""Under this name hints and attempts of a scenario are counted."""


def scene_hints(visitor: Visitor, lesson: Lesson) -> int:
    """Return how many hints of a scenario a visitor has seen."""
    return Help.objects.filter(visitor.owned(), revision__lesson=lesson, question=SCENE).aggregate(most=Max("hints"))["most"] or 0


def scene_points(visitor: Visitor, lessons: Iterable[Lesson]) -> dict[int, int]:
    """Return what a visitor has reached in scenarios: the best points of each by its key."""
    rows = Attempt.objects.filter(visitor.owned(), revision__lesson__in=list(lessons), question=SCENE).values_list("revision__lesson").annotate(best=Max("percent"))
    return dict(rows.order_by())


@dataclass(frozen=True, slots=True)
class Asked:
    """A question where it stands."""

    lesson: Lesson
    revision: Revision
    question: Question


def asked(course: str, lesson: str, question: str) -> Asked | None:
    """Return a question that students may answer, of a lesson or of a bank."""
    found = library.published_lesson(course, lesson) or library.published_lesson(course, lesson, kind=Kind.BANK)
    if found is None or found.published_revision is None:
        return None
    wanted = library.document_of(found.published_revision).questions.get(question)
    return Asked(found, found.published_revision, wanted) if wanted is not None else None


def sittings_of(visitor: Visitor, lesson: Lesson, question: str = "") -> list[Sitting]:
    """Return a visitor's sittings: the open one, then the others, the one that ended last first; in this order they count, too."""
    return list(Sitting.objects.filter(visitor.owned(), lesson=lesson, question=question).select_related("revision").order_by(F("finished_at").desc(nulls_first=True), "-pk"))
