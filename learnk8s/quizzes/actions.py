"""Writes of attempts. Everything that counts is decided here: hints cost, limits hold, a revealed answer earns nothing more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from learnk8s.courseware.questions import TYPES, Graded, graded
from learnk8s.courseware.questions.question import Check, after_hints
from learnk8s.lessons.actions import reach, reach_played
from learnk8s.library.models import Kind, Lesson
from learnk8s.quizzes import review
from learnk8s.quizzes.models import Attempt, Help
from learnk8s.quizzes.queries import SCENE, Asked, State, states_of
from learnk8s.quizzes.tokens import Shown
from learnk8s.web.visitor import Visitor

ATTEMPTS_MAX = 200
"""Attempts of one visitor at one question: nobody learns from more."""


class Refused(Exception):
    """The question's rules forbid it; the message is a sentence for the learner."""


class Unfinished(Refused):
    """The answer is not whole yet; the message says what its fields need."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The outcome of one answer and the state after it."""

    result: Graded
    percent: int
    state: State


def _state(visitor: Visitor, found: Asked) -> State:
    return states_of(visitor, found.revision).get(found.question.id, State())


@transaction.atomic
def answer(*, visitor: Visitor, asked: Asked, given: list[str], shown: Shown, world: Check | None = None) -> Turn:
    """Grade an answer and keep it. Raises Refused, Unfinished if the answer lacks something."""
    question, state = asked.question, _state(visitor, asked)
    if question.rules.seconds:
        raise Refused(_("This question has a time limit. Begin it with its own button."))
    if not TYPES[question.type].is_whole(question.variant(shown.seed), given):
        raise Unfinished(_("Give every line a place of its own.") if question.type == "ordering" else _("Choose or write an answer first."))
    if state.left(question) == 0:
        raise Refused(_("You have used all your attempts at this question."))
    result = graded(question.variant(shown.seed), given, world)
    percent = after_hints(result.percent, question, state.hints)
    if state.is_revealed or len(state.percents) >= ATTEMPTS_MAX:
        return Turn(result, percent, state)
    Attempt.objects.create(revision=asked.revision, question=question.id, answer=given, percent=percent, seed=shown.seed, seconds=shown.seconds, hints=state.hints, misconceptions=list(result.misconceptions), **visitor.ownership())
    after = _state(visitor, asked)
    if asked.lesson.kind == Kind.LESSON:
        reach(visitor=visitor, lesson=asked.lesson, answer=(question.id, after.score(question) or 0))
    if visitor.user is not None:
        review.learn(user=visitor.user, lesson=asked.lesson, question=question.id, is_right=result.is_right, misconceptions=result.misconceptions)
    return Turn(result, percent, after)


@transaction.atomic
def reached(*, visitor: Visitor, lesson: Lesson, sandbox: str, seed: int, percent: int, hints: int, seconds: int, commands: int, mark: Sequence[str] = ()) -> None:
    """Keep that a scenario's goal was reached, once for each sandbox, and at which moment of it: its points count in gradebooks as those of questions do."""
    known = Attempt.objects.filter(visitor.owned(), revision__lesson=lesson, question=SCENE)
    if lesson.published_revision is None or known.filter(answer__0=sandbox).exists() or known.count() >= ATTEMPTS_MAX:
        return
    Attempt.objects.create(revision=lesson.published_revision, question=SCENE, answer=[sandbox, str(commands), *mark], percent=percent, seed=seed, seconds=seconds, hints=hints, **visitor.ownership())
    reach_played(visitor=visitor, kind="scenario", name=lesson.slug, course=lesson.course.slug)


def _help(visitor: Visitor, asked: Asked, change: Callable[[Help], None]) -> None:
    known = Help.objects.filter(visitor.owned(), revision__lesson=asked.lesson, question=asked.question.id).order_by("-revision__number").first()
    key = known.pk if known is not None else Help.objects.get_or_create(revision=asked.revision, question=asked.question.id, **visitor.ownership())[0].pk
    row = Help.objects.select_for_update().get(visitor.owned(), pk=key)
    change(row)
    row.save()


@transaction.atomic
def show_scene_hint(*, visitor: Visitor, lesson: Lesson, hints_max: int) -> None:
    """Show one hint more of a scenario; a newer revision takes none back."""
    assert lesson.published_revision is not None, "only published scenarios are played"
    known = Help.objects.select_for_update().filter(visitor.owned(), revision__lesson=lesson, question=SCENE).order_by("-hints").first()
    row = known or Help.objects.create(revision=lesson.published_revision, question=SCENE, **visitor.ownership())
    row.hints = min(row.hints + 1, hints_max)
    row.save(update_fields=["hints"])


@transaction.atomic
def show_hint(*, visitor: Visitor, asked: Asked) -> State:
    """Show one hint more; it costs what its author says."""
    def one_more(row: Help) -> None:
        row.hints = min(row.hints + 1, len(asked.question.hints))

    _help(visitor, asked, one_more)
    return _state(visitor, asked)


@transaction.atomic
def reveal(*, visitor: Visitor, asked: Asked) -> State:
    """Give up: the answer is shown, and later answers count no more. Raises Refused before the first attempt."""
    if not _state(visitor, asked).percents:
        raise Refused(_("Try it once; then the answer can be shown."))

    def shown(row: Help) -> None:
        row.is_revealed = True

    _help(visitor, asked, shown)
    return _state(visitor, asked)
