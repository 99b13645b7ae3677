"""The placement test: a few questions of the lessons themselves, and from the answers a proposal where to start. Nothing is stored."""

from collections.abc import Mapping
from dataclasses import dataclass

from learnk8s.courseware.questions import graded
from learnk8s.courseware.questions.order import seeded
from learnk8s.courseware.questions.question import Option, Question
from learnk8s.lessons.plan import Plan
from learnk8s.lessons.shelf import Module, Row, Shelf

SKIP = "?"
"""What somebody chooses who does not know."""


@dataclass(frozen=True, slots=True)
class Item:
    """One question of the test, with the lesson and the module that teach it."""

    field: str
    module: Module
    row: Row
    question: Question
    given: str = ""

    @property
    def options(self) -> list[Option]:
        """Return the options in an order that does not show the right one."""
        return seeded(list(self.question.options), lambda option: option.id, f"placement/{self.question.id}")

    @property
    def is_right(self) -> bool:
        """Say whether it was answered, and rightly."""
        return bool(self.given) and self.given != SKIP and graded(self.question, [self.given]).percent == 100


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where to start, and how many answers were right; no module is left if all were."""

    right: int
    whole: int
    module: Module | None


def items_of(plan: Plan, shelf: Shelf, given: Mapping[str, str]) -> list[Item]:
    """Return the questions of the test that the course still has, with what was answered."""
    found = []
    for number, asked in enumerate(plan.placement):
        for module in shelf.modules:
            for row in module.rows:
                question = row.document.questions.get(asked.question) if row.lesson.slug == asked.lesson else None
                if question is not None and question.options:
                    name = f"q{number}"
                    chosen = given.get(name, "")
                    found.append(Item(name, module, row, question, chosen if chosen == SKIP or chosen in {option.id for option in question.options} else ""))
    return found


def proposal_of(items: list[Item]) -> Proposal:
    """Propose the first module of which a question was not answered rightly."""
    return Proposal(sum(item.is_right for item in items), len(items), next((item.module for item in sorted(items, key=lambda item: item.module.number) if not item.is_right), None))
