"""Answering a question: the same page with feedback, or only the question for htmx."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from learnk8s.courseware.questions import Question
from learnk8s.courseware.questions.ordering import shuffled
from learnk8s.courseware.questions.short import ANSWER_MAX
from learnk8s.library import queries as library
from learnk8s.quizzes import actions
from learnk8s.web.visitor import visitor_of


@login_not_required
@require_POST
def answer(request: HttpRequest, course: str, lesson: str, question: str) -> HttpResponse:
    """Grade an answer and show what was right about it."""
    found = library.published_lesson(course, lesson)
    if found is None or found.published_revision is None:
        raise Http404
    asked = library.document_of(found.published_revision).questions.get(question)
    if asked is None:
        raise Http404
    given = _given(request, asked)
    result = actions.answer(visitor=visitor_of(request, ensure=True), lesson=found, question=asked, given=given)
    language = "ko" if (get_language() or "en").startswith("ko") else "en"
    context = {"lesson": found, "question": asked, "order": shuffled(asked) if asked.type == "ordering" else (), "result": result, "given": given, "language": language, "orders": {}}
    return render(request, "quizzes/_question.html" if request.htmx else "quizzes/answered.html", context)  # type: ignore[attr-defined]  # set by the middleware


def _given(request: HttpRequest, asked: Question) -> list[str]:
    known = [option.id for option in asked.options]
    if asked.type == "short":
        return [request.POST.get("answer", "")[:ANSWER_MAX]]
    if asked.type == "ordering":
        places = {name: request.POST.get(f"place-{name}", "") for name in known}
        return sorted(known, key=lambda name: (int(places[name]) if places[name].isdigit() else 999, known.index(name)))
    return [name for name in request.POST.getlist("answer") if name in known]
