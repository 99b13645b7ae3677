"""The page of spaced review: one question that is due, at a time."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from learnk8s.accounts.models import User
from learnk8s.quizzes import queries, review
from learnk8s.quizzes.asking import ask
from learnk8s.quizzes.queries import State
from learnk8s.web.visitor import visitor_of


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Ask the question that has waited longest; answering it there moves its card on."""
    assert isinstance(request.user, User)
    cards = list(review.due(request.user)[:50])
    for card in cards:
        found = queries.asked(card.lesson.course.slug, card.lesson.slug, card.question)
        if found is not None and not found.question.rules.seconds:
            return render(request, "quizzes/review.html", {"count": len(cards), "ask": ask(visitor_of(request), found, State()), "lesson": found.lesson, "card": card})
    return render(request, "quizzes/review.html", {"count": 0, "next_at": review.next_due_at(request.user)})
