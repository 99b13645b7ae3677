"""What a page needs to ask a question: its sheet for this visitor, its token, and what was said to their last answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from learnk8s.courseware import Lesson as Document
from learnk8s.courseware.markdown import html_of
from learnk8s.courseware.questions import TYPES, Graded, Question, graded
from learnk8s.courseware.questions.question import Check, Remark, after_hints
from learnk8s.courseware.questions.sheet import Row, Sheet, sheet_of
from learnk8s.library import queries as library
from learnk8s.library.models import Lesson
from learnk8s.playground import queries as sandboxes
from learnk8s.quizzes import tokens
from learnk8s.quizzes.queries import Asked, State, states_of
from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.web.visitor import Visitor, visitor_of
from learnk8s.web.language import language_of_page



@dataclass(frozen=True, slots=True)
class Ask:
    """Everything that `quizzes/_question.html` shows."""

    question: Question
    sheet: Sheet
    language: str
    url: str
    token: str
    state: State = State()
    result: Graded | None = None
    percent: int = 0
    refusal: str = ""
    sandbox: Any = None
    is_sitting: bool = False
    is_trial: bool = False
    is_unfinished: bool = False
    """Whether what was refused is the answer itself, so that its fields are what is wrong."""
    number: int = 0
    """Its place among the questions of its lesson, from 1; 0 where it has none."""

    @property
    def prefix(self) -> str:
        """Return what stands before the names of its fields, where several questions share a form."""
        return f"{self.question.id}." if self.is_sitting else ""

    @property
    def hints(self) -> list[str]:
        """Return the hints that were looked at, as HTML."""
        return [html_of(hint.text[self.language]) for hint in self.question.hints[: self.state.hints]]

    @property
    def next_hint(self) -> Any:
        """Return the hint that comes next, or None."""
        return next(iter(self.question.hints[self.state.hints :]), None)

    @property
    def left(self) -> int | None:
        """Return how many attempts are left, or None if there is no limit."""
        return self.state.left(self.question)

    @property
    def is_over(self) -> bool:
        """Say whether the answer is shown."""
        return self.state.is_over(self.question)

    @property
    def can_reveal(self) -> bool:
        """Say whether the learner may ask for the answer."""
        return bool(self.state.percents) and not self.is_over

    @property
    def explanation(self) -> str:
        """Return the explanation of the variant that was answered, as HTML."""
        return html_of(self.question.variant(self.state.seed or 0).explanation[self.language])

    @property
    def remarks(self) -> list[Remark]:
        """Return what may be said now: about options that were left only once the answer is shown."""
        return [remark for remark in (self.result.remarks if self.result else ()) if self.is_over or remark.was_chosen]

    @property
    def options(self) -> list[tuple[Row, Remark | None]]:
        """Return what there is to choose, in the order of the page, each with what may be said about it now. A wrong one that was left says nothing unless its author does."""
        said = {remark.option: remark for remark in self.remarks if remark.was_chosen or remark.is_right or remark.feedback[self.language]}
        return [(row, said.get(row.name)) for row in self.sheet.rows]


def sandbox_key(asked: Asked) -> str:
    """Return the name of the sandbox that belongs to a world task."""
    return f"{asked.lesson.course.slug}/{asked.lesson.slug}#{asked.question.id}"[:120]


def check_in(visitor: Visitor, asked: Asked) -> tuple[Any, Check | None]:
    """Return the sandbox of a world task and the way to ask it, or nothing before it was begun."""
    if asked.question.type != "world":
        return None, None
    sandbox = sandboxes.sandbox_of_lesson(visitor, sandbox_key(asked))
    if sandbox is None:
        return None, None

    def check(goal: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            return sandboxes.check_goal(visitor, sandbox, goal)
        except (ValueError, LimitExceeded) as error:
            return {"missing": [{"text_ko": str(error), "text_en": str(error)}] * len(goal.get("all", ()))}

    return sandbox, check


def ask(visitor: Visitor, asked: Asked, state: State, *, seen: int | None = None, **more: Any) -> Ask:
    """Return a question as this visitor meets it; an earlier answer is graded again, so that its feedback is there when they come back.

    `seen` is the seed of the form that was sent: what a stranger does first makes a session, and would shuffle the question anew under their hands."""
    question, language = asked.question, language_of_page()
    seed = next(one for one in (state.seed, seen, tokens.seed_for(visitor, asked.lesson.pk, question.id)) if one is not None)
    if state.last is not None and "result" not in more and question.type == "world":
        more["result"], more["percent"] = _reached(question.variant(seed), state)
    elif state.last is not None and "result" not in more:
        by = question_graded_by(asked.lesson, asked.question, state.graded_by if state.graded_by != asked.revision.pk else None)
        more["result"] = graded(by.variant(seed), list(state.last))
        more["percent"] = after_hints(more["result"].percent, question, state.hints)
    given = more.pop("given", state.last or ())
    more.setdefault("number", 0 if more.get("is_trial") else number_in(library.document_of(asked.revision), language, question.id))
    url = more.pop("url", None) or reverse("quizzes:answer", args=(asked.lesson.course.slug, asked.lesson.slug, question.id))
    sandbox = check_in(visitor, asked)[0]
    return Ask(question, sheet_of(question, language, seed=seed, given=given), language, url, tokens.written(asked.revision.pk, question.id, seed), state, sandbox=sandbox, **more)


def number_in(document: Document, language: str, question: str) -> int:
    """Return a question's place among those that a text asks (of a bank: that it has), from 1; 0 for one that only a test asks."""
    names = [name for block in document.blocks.get(language, ()) if block.kind == "quiz" for name in block.names if name in document.questions]
    names = names or list(document.questions)
    return names.index(question) + 1 if question in names else 0


def _reached(question: Question, state: State) -> tuple[Graded | None, int]:
    """Return what came of a world task: its sandbox has gone on since and is not asked again. Nothing is said of one that may still be solved."""
    answer = replace(graded(question, []), said=())
    best = max({after_hints(100, question, hints) for hints in range(state.hints + 1)} & {percent for percent in state.percents if percent}, default=0)
    if best:
        return replace(answer, percent=100), best
    return (replace(answer, percent=state.percents[-1]), state.percents[-1]) if state.is_over(question) else (None, 0)


def question_graded_by(lesson: Lesson, question: Question, revision_id: int | None) -> Question:
    """Return the question whose key counts: a regrade's newer one, so that the new model answer is shown too; without one, the question that was asked."""
    revision = lesson.revisions.filter(pk=revision_id).first() if revision_id is not None else None
    return (library.document_of(revision).questions.get(question.id) if revision else None) or question


def given_in(request: HttpRequest, question: Question, seed: int, prefix: str = "") -> list[str]:
    """Return the answer that a form posts."""
    fields: dict[str, Sequence[str]] = {name.removeprefix(prefix): request.POST.getlist(name) for name in request.POST if name.startswith(prefix)}
    return TYPES[question.type].given(question.variant(seed), fields)


def rank_in(request: HttpRequest) -> int:
    """Return the rank of the heading that a question has on the page from which it was answered."""
    return 2 if request.POST.get("rank") == "2" else 3


def states_on(request: HttpRequest, revision: Any) -> dict[str, State]:
    """Return the visitor's states on a page, read once for each request and revision."""
    kept: dict[int, dict[str, State]] = request.__dict__.setdefault("_quiz_states", {})
    if revision.pk not in kept:
        kept[revision.pk] = states_of(visitor_of(request), revision)
    return kept[revision.pk]
