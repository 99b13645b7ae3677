"""Pages of classes."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from learnk8s.accounts.models import User
from learnk8s.classroom import actions, queries
from learnk8s.classroom.forms import JoinForm, NewClassForm
from learnk8s.classroom.models import Classroom, Role
from learnk8s.lessons.queries import class_progress


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_http_methods(["GET", "HEAD"])
def index(request: HttpRequest) -> HttpResponse:
    """List my classes, with a form to join one and a form to open one."""
    return _index(request, JoinForm(), NewClassForm())


def _index(request: HttpRequest, join_form: JoinForm, new_form: NewClassForm, status: int = 200) -> HttpResponse:
    context = {"seats": queries.classes_of(_person(request)), "join_form": join_form, "new_form": new_form}
    return render(request, "classroom/index.html", context, status=status)


@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Open a class that I teach."""
    form = NewClassForm(request.POST)
    if not form.is_valid():
        return _index(request, JoinForm(), form, status=422)
    try:
        classroom = actions.open_new_class(teacher=_person(request), title=form.cleaned_data["title"])
    except actions.Refused as refusal:
        form.add_error("title", str(refusal))
        return _index(request, JoinForm(), form, status=422)
    return redirect("classroom:detail", classroom.pk)


@require_POST
def join(request: HttpRequest) -> HttpResponse:
    """Take a seat in the class that a posted code opens."""
    form = JoinForm(request.POST)
    if not form.is_valid():
        return _index(request, form, NewClassForm(), status=422)
    try:
        seat = actions.join(user=_person(request), classroom=form.classroom())
    except actions.Refused as refusal:
        form.add_error("code", str(refusal))
        return _index(request, form, NewClassForm(), status=422)
    messages.success(request, _("You are in the class “%(title)s”.") % {"title": seat.classroom.title})
    return redirect("classroom:detail", seat.classroom_id)


@require_GET
def detail(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """Show a class: to its teacher how far each student is, to a student their own progress."""
    seat = queries.seat_of(_person(request), classroom_id)
    if seat is None:
        raise Http404
    seats = list(queries.students_of(seat.classroom)) if seat.role == Role.TEACHER else [seat]
    progress = class_progress(seat.classroom.course_slug, [entry.user_id for entry in seats])
    rows = [{"seat": entry, "lessons": progress.rows.get(entry.user_id, [])} for entry in seats]
    return render(request, "classroom/detail.html", {"seat": seat, "classroom": seat.classroom, "rows": rows, "lessons": progress.lessons, "teaches": seat.role == Role.TEACHER})


def _taught(request: HttpRequest, classroom_id: int) -> Classroom:
    classroom = queries.taught_class(_person(request), classroom_id)
    if classroom is None:
        raise Http404
    return classroom


@require_POST
def rotate(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """Replace the join code."""
    actions.rotate_code(classroom=_taught(request, classroom_id))
    messages.success(request, _("The class has a new join code; the old one no longer works."))
    return redirect("classroom:detail", classroom_id)


@require_POST
def toggle(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """Open the class for joining, or close it."""
    classroom = _taught(request, classroom_id)
    actions.set_open(classroom=classroom, is_open=request.POST.get("open") == "1")
    return redirect("classroom:detail", classroom_id)
