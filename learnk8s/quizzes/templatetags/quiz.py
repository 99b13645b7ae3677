"""Ask a question on any page."""

from typing import Any

from django import template
from django.template import Context

from learnk8s.courseware.questions import Question
from learnk8s.courseware.questions.sheet import sheet_of
from learnk8s.quizzes import queries
from learnk8s.quizzes.asking import Ask, ask, states_on
from learnk8s.web.visitor import visitor_of

register = template.Library()


@register.simple_tag(takes_context=True)
def asked(context: Context, question: Question) -> Ask:
    """Return a question of the page's lesson as this visitor meets it. A page that only tries it out says where answers go (`try_url`)."""
    request: Any = context["request"]
    lesson = context["lesson"]
    if url := context.get("try_url", ""):
        return ask(visitor_of(request), queries.Asked(lesson, lesson.published_revision, question), queries.State(), url=url.replace("QUESTION", question.id), is_trial=True)
    states = states_on(request, lesson.published_revision)
    return ask(visitor_of(request), queries.Asked(lesson, lesson.published_revision, question), states.get(question.id, queries.State()))


@register.simple_tag
def sketched(question: Question, language: str) -> Ask:
    """Return a question as an author's preview draws it; it cannot be answered there."""
    return Ask(question, sheet_of(question, language), language, "", "", is_trial=True)
