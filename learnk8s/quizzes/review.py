"""Spaced review: what was missed comes back when it is about to be forgotten, by the FSRS scheduler. One card for each misconception, or for a question that names none."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from fsrs import Card as Memory
from fsrs import Rating, Scheduler

from learnk8s.accounts.models import User
from learnk8s.library.models import Lesson
from learnk8s.quizzes.models import Card

SCHEDULER = Scheduler(enable_fuzzing=False)
CARDS_MAX = 2_000


def topic_of(lesson: Lesson, question: str, misconception: str = "") -> str:
    """Return the name under which something missed comes back."""
    return (f"misconception:{misconception}" if misconception else f"question:{lesson.pk}/{question}")[:120]


@transaction.atomic
def learn(*, user: User, lesson: Lesson, question: str, is_right: bool, misconceptions: Sequence[str] = ()) -> None:
    """Take an answer into account: a mistake makes or resets cards, a right answer moves those of this question on."""
    if is_right:
        for card in Card.objects.select_for_update().filter(user=user, lesson=lesson, question=question):
            _rate(card, Rating.Good)
        return
    for topic in {topic_of(lesson, question, name) for name in misconceptions} or {topic_of(lesson, question)}:
        card = Card.objects.select_for_update().filter(user=user, topic=topic).first()
        if card is None and Card.objects.filter(user=user).count() < CARDS_MAX:
            card = Card(user=user, topic=topic, state=Memory().to_dict())
        if card is not None:
            card.lesson, card.question = lesson, question
            _rate(card, Rating.Again)


def _rate(card: Card, rating: Rating) -> None:
    memory, _log = SCHEDULER.review_card(Memory.from_dict(card.state), rating, timezone.now())
    card.state, card.due_at = memory.to_dict(), memory.due
    card.save()


def due(user: User, moment: datetime | None = None) -> QuerySet[Card]:
    """Return the cards that are due, the longest waiting first; what is no longer published waits."""
    return Card.objects.filter(user=user, due_at__lte=moment or timezone.now(), lesson__archived_at=None, lesson__course__archived_at=None).select_related("lesson__course")


def next_due_at(user: User) -> datetime | None:
    """Return when the next card comes back, or None if there is none."""
    return Card.objects.filter(user=user).order_by("due_at").values_list("due_at", flat=True).first()
