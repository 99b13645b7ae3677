"""The course and its lessons."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from learnk8s.courseware.questions.ordering import shuffled
from learnk8s.courseware.render import shown
from learnk8s.glossary.terms import terms
from learnk8s.lessons import actions, queries
from learnk8s.lessons.plan import plan_of
from learnk8s.lessons.played import played_in
from learnk8s.lessons.reading import with_terms
from learnk8s.lessons.shelf import shelf_of
from learnk8s.library import queries as library
from learnk8s.library.models import Lesson
from learnk8s.notes import queries as notes
from learnk8s.notes.actions import LETTERS_MAX as NOTE_LETTERS_MAX
from learnk8s.playground import actions as playground
from learnk8s.playground import queries as sandboxes
from learnk8s.playground.showing import context_now
from learnk8s.web.visitor import visitor_of
from learnk8s.web.language import language_of_page



def _lesson(course: str, lesson: str) -> Lesson:
    found = library.published_lesson(course, lesson)
    if found is None:
        raise Http404
    return found


def _key(lesson: Lesson) -> str:
    return f"{lesson.course.slug}/{lesson.slug}"


@login_not_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show the courses with their lessons and one's own progress."""
    visitor = visitor_of(request)
    shelves = [(shelf_of(visitor, course), plan_of(course.slug)) for course in library.courses()]
    return render(request, "lessons/index.html", {"shelves": shelves, "language": language_of_page()})


@login_not_required
@require_GET
def lesson(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Show a lesson, where the visitor left it."""
    return render(request, "lessons/lesson.html", _context(request, _lesson(course, lesson)))


def _context(request: HttpRequest, found: Lesson, extra: dict[str, Any] | None = None) -> dict[str, Any]:
    visitor, language = visitor_of(request), language_of_page()
    document = library.document_of(found.published_revision)  # type: ignore[arg-type]  # published
    sandbox = sandboxes.sandbox_of_lesson(visitor, _key(found))
    progress = queries.progress_of(visitor, found)
    page = {
        "lesson": found, "document": document, "blocks": with_terms(shown(document, language), document.terms, language), "note": notes.note_on(visitor, found), "letters_max": NOTE_LETTERS_MAX, "progress": progress, "percent": queries.percent(progress, found), "sandbox": sandbox, "title": document.title[language],
        "orders": {name: shuffled(question) for name, question in document.questions.items() if question.type == "ordering"}, "terms": [term.shown(language) for name in document.terms if (term := terms().get(name))], "language": language,
        "graded": {}, "missing": {}, "played": played_in(document, found, visitor, language), "room": "lessons", "neighbours": queries.neighbours(found),
    }
    if sandbox is not None:
        page.update(context_now(sandbox))
        page["title"] = document.title[language]
    return {**page, **(extra or {})}


def _back(found: Lesson, anchor: str) -> HttpResponse:
    return redirect(f"{reverse('lessons:lesson', args=(found.course.slug, found.slug))}#{anchor}")


@login_not_required
@require_POST
def start(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Begin the lesson's sandbox."""
    found, visitor = _lesson(course, lesson), visitor_of(request, ensure=True)
    document = library.document_of(found.published_revision)  # type: ignore[arg-type]  # published
    try:
        playground.sandbox_for_lesson(visitor, _key(found), document.scenario, world=document.world)
    except playground.Refused as refusal:
        messages.error(request, str(refusal))
    actions.reach(visitor=visitor, lesson=found, section="sandbox")
    return _back(found, "sandbox")


@login_not_required
@require_POST
def check(request: HttpRequest, course: str, lesson: str, task: str) -> HttpResponse:
    """Check a task in the sandbox and say what is missing."""
    found, visitor = _lesson(course, lesson), visitor_of(request, ensure=True)
    document = library.document_of(found.published_revision)  # type: ignore[arg-type]  # published
    sandbox = sandboxes.sandbox_of_lesson(visitor, _key(found))
    wanted = document.tasks.get(task)
    if wanted is None:
        raise Http404
    if sandbox is None:
        return _without_sandbox(request, found, task)
    result = sandboxes.check_goal(visitor, sandbox, wanted.goal)
    if result["reached"]:
        actions.reach(visitor=visitor, lesson=found, task=task)
    missing = [item[f"text_{language_of_page()}"] for item in result["missing"]]
    if request.htmx:  # type: ignore[attr-defined]  # set by the middleware
        return _checked(request, found, task, missing)
    if result["reached"]:
        return _back(found, f"task-{task}")
    return render(request, "lessons/lesson.html", _context(request, found, {"missing": {task: missing}}), status=200)


def _without_sandbox(request: HttpRequest, found: Lesson, task: str) -> HttpResponse:
    """Say at the task that there is nothing to check yet. A page that had a sandbox, which is gone since, is loaded anew."""
    if request.htmx:  # type: ignore[attr-defined]  # set by the middleware
        messages.error(request, _("Start the sandbox first."))
        return HttpResponseClientRefresh()
    return render(request, "lessons/lesson.html", _context(request, found, {"without_sandbox": task}), status=422)


def _checked(request: HttpRequest, found: Lesson, task: str, missing: list[str]) -> HttpResponse:
    """Return the state of the task alone. `watching` is sent after each command: 1 says nothing until the task is done, list keeps the list of what is missing true."""
    if missing and request.POST.get("watching") == "1":
        return HttpResponse(status=204)
    visitor = visitor_of(request)
    document = library.document_of(found.published_revision)  # type: ignore[arg-type]  # published
    progress = queries.progress_of(visitor, found)
    return render(request, "lessons/checked.html", {
        "lesson": found, "document": document, "item": document.tasks[task], "progress": progress, "percent": queries.percent_of(progress, document), "missing": {task: missing}, "done_now": not missing,
        "sandbox": sandboxes.sandbox_of_lesson(visitor, _key(found)), "language": language_of_page(),
    })


@login_not_required
@require_POST
def predict(request: HttpRequest, course: str, lesson: str, prediction: str) -> HttpResponse:
    """Run the line in the sandbox so that everybody can see, and keep the prediction. Another command ends first; while one goes on without an end nothing is kept, for what happens would not be seen."""
    found, visitor = _lesson(course, lesson), visitor_of(request, ensure=True)
    document = library.document_of(found.published_revision)  # type: ignore[arg-type]  # published
    wanted = document.predictions.get(prediction)
    choice = request.POST.get("choice", "")
    if wanted is None or choice not in {option.id for option in wanted.options}:
        raise Http404
    first = prediction not in (getattr(queries.progress_of(visitor, found), "predictions", None) or {})
    if first and wanted.line:
        try:
            sandbox = playground.sandbox_for_lesson(visitor, _key(found), document.scenario, world=document.world)
            if not playground.let_end(sandbox):
                messages.error(request, _("A command is still running in this lesson’s world. Answer again when it has ended, or end it with Ctrl-C."))
                return _back(found, f"predict-{prediction}")
            playground.type_line(sandbox, wanted.line)
        except playground.Refused as refusal:
            messages.error(request, str(refusal))
    actions.reach(visitor=visitor, lesson=found, prediction=(prediction, choice))
    return _back(found, f"predict-{prediction}")


