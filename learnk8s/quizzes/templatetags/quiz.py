"""Ask a question on any page."""

from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from learnk8s.courseware.questions import Question
from learnk8s.courseware.questions.sheet import sheet_of
from learnk8s.quizzes import queries
from learnk8s.quizzes.asking import Ask, ask, number_in, states_on
from learnk8s.web.typesetting import typeset
from learnk8s.web.visitor import visitor_of

register = template.Library()


@register.simple_tag(takes_context=True)
def asked(context: Context, question: Question) -> Ask:
    """Return a question of the page's lesson as this visitor meets it. A page that only tries it out says where answers go (`try_url`)."""
    request: Any = context["request"]
    lesson = context["lesson"]
    if url := context.get("try_url", ""):
        return ask(visitor_of(request), queries.Asked(lesson, lesson.published_revision, question), queries.State(), url=url.replace("QUESTION", question.id), is_trial=True, number=number_in(context["document"], context["language"], question.id))
    states = states_on(request, lesson.published_revision)
    return ask(visitor_of(request), queries.Asked(lesson, lesson.published_revision, question), states.get(question.id, queries.State()))


@register.filter
def as_question(number: int) -> str:
    """Return what a question is called, by its place."""
    return typeset(_("Question %(number)s") % {"number": number}) if number else _("Question")


@register.filter
def as_limit(seconds: int) -> str:
    """Return a time limit in minutes and seconds, in the same words on every page.

    >>> [as_limit(seconds).replace("\\u00a0", "~") for seconds in (20, 60, 90)]
    ['20~s', '1~min', '1~min 30~s']
    """
    minutes, rest = divmod(seconds, 60)
    words = _("%(seconds)s s") if not minutes else _("%(minutes)s min %(seconds)s s") if rest else _("%(minutes)s min")
    return typeset(words % {"minutes": minutes, "seconds": rest})


@register.simple_tag
def sketched(question: Question, language: str) -> Ask:
    """Return a question as an author's preview draws it; it cannot be answered there."""
    return Ask(question, sheet_of(question, language), language, "", "", is_trial=True)
