"""Pages of a course as a whole: its overview, the placement test, the certificate and the page that verifies one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from learnk8s.lessons import actions, queries
from learnk8s.lessons.placement import items_of, proposal_of
from learnk8s.lessons.plan import plan_of
from learnk8s.lessons.shelf import Shelf, shelf_of
from learnk8s.library import queries as library
from learnk8s.library.models import Course, Lesson
from learnk8s.web.visitor import Visitor, visitor_of
from learnk8s.web.language import language_of_page


class NameForm(forms.Form):
    """The name that stands on a certificate."""

    name = forms.CharField(label=gettext_lazy("The name on the certificate"), max_length=80, strip=True)


@login_not_required
@require_GET
def overview(request: HttpRequest, course: str) -> HttpResponse:
    """Show one course with its lessons; that of a class is in no catalogue."""
    found = queries.course_named(course)
    shelf = shelf_of(visitor_of(request), found) if found is not None else None
    if shelf is None or not shelf.rows:
        raise Http404
    return render(request, "lessons/index.html", {"shelves": [(shelf, plan_of(course))], "only": shelf.course, "language": language_of_page(), "room": "lessons"})


def _shelf(visitor: Visitor, course: str) -> Shelf:
    found = next((row for row in library.courses() if row.slug == course), None)
    if found is None:
        raise Http404
    return shelf_of(visitor, found)


@login_not_required
@require_GET
def placement(request: HttpRequest, course: str) -> HttpResponse:
    """Ask the questions; with answers in the address, propose where to start."""
    plan, shelf = plan_of(course), _shelf(visitor_of(request), course)
    items = items_of(plan, shelf, request.GET.dict())
    if not items:
        raise Http404
    answered = any(item.given for item in items)
    return render(request, "lessons/placement.html", {"shelf": shelf, "items": items, "proposal": proposal_of(items) if answered else None, "language": language_of_page(), "room": "lessons"})


def _project(course: Course) -> Lesson:
    found = library.published_lesson(course.slug, plan_of(course.slug).project) if plan_of(course.slug).project else None
    if found is None:
        raise Http404
    return found


@login_not_required
@require_http_methods(["GET", "POST"])
def certificate(request: HttpRequest, course: str) -> HttpResponse:
    """Show what is missing for the certificate; give it when nothing is."""
    visitor = visitor_of(request, ensure=request.method == "POST")
    shelf = _shelf(visitor, course)
    project = _project(shelf.course)
    document = library.document_of(project.published_revision)  # type: ignore[arg-type]  # published
    missing, given = queries.open_tasks(visitor, project), queries.certificate_of(visitor, course)
    form = NameForm(request.POST or None, initial={"name": given.name if given else str(visitor.user or "")})
    if request.method == "POST" and missing:
        messages.error(request, _("The final project is not done yet."))
        return redirect("lessons:certificate", course)
    if request.method == "POST" and form.is_valid():
        done = sum(row.percent == 100 or row.lesson.pk == project.pk for row in shelf.rows)  # of the project its tasks count, which are done
        made = actions.issue(visitor=visitor, course=shelf.course, name=form.cleaned_data["name"], project=project.slug, lessons_done=done)
        return redirect("certificate", made.code)
    tasks = [{"text": task.text[language_of_page()], "done": name not in missing} for name, task in document.tasks.items()]
    page: dict[str, Any] = {"shelf": shelf, "project": project, "document": document, "tasks": tasks, "missing": missing, "given": given, "form": form, "language": language_of_page(), "room": "lessons"}
    return render(request, "lessons/certificate.html", page, status=422 if request.method == "POST" else 200)


@login_not_required
@require_GET
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Show a certificate to whoever has its code."""
    found = queries.certificate_named(code)
    if found is None:
        return render(request, "lessons/verify.html", {"found": None, "code": code[:40], "room": "lessons"}, status=404)
    address = request.build_absolute_uri(reverse("certificate", args=(found.code,)))
    return render(request, "lessons/verify.html", {"found": found, "code": found.code, "address": address, "room": "lessons"})
