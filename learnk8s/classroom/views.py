"""Pages of classes."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from learnk8s.accounts.models import User
from learnk8s.classroom import actions, grading, queries, tables
from learnk8s.classroom.forms import AccountsForm, AssignmentForm, ExtensionForm, JoinForm, LateForm, NewClassForm, TeacherForm
from learnk8s.classroom.models import Classroom, Role, Seat, Work
from learnk8s.library import queries as library
from learnk8s.web.language import language_of_page
from learnk8s.web.slots import slotted


def person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """List my classes, with a form to join one and a form to open one."""
    return _index(request, JoinForm(), NewClassForm(user=person(request), initial={"course_slug": request.GET.get("course", "")}))


def _index(request: HttpRequest, join_form: JoinForm, new_form: NewClassForm, status: int = 200) -> HttpResponse:
    context = {"seats": queries.classes_of(person(request)), "join_form": join_form, "new_form": new_form}
    return render(request, "classroom/index.html", context, status=status)


@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Open a class that I teach."""
    form = NewClassForm(request.POST, user=person(request))
    if not form.is_valid():
        return _index(request, JoinForm(), form, status=422)
    try:
        classroom = actions.open_new_class(teacher=person(request), title=form.cleaned_data["title"], course_slug=form.cleaned_data["course_slug"] or "kubernetes")
    except actions.Refused as refusal:
        form.add_error("title", str(refusal))
        return _index(request, JoinForm(), form, status=422)
    return redirect("classroom:detail", classroom.pk)


@require_POST
def join(request: HttpRequest) -> HttpResponse:
    """Take a seat in the class that a posted code opens."""
    form = JoinForm(request.POST)
    if not form.is_valid():
        return _index(request, form, NewClassForm(user=person(request)), status=422)
    try:
        seat = actions.join(user=person(request), classroom=form.classroom())
    except actions.Refused as refusal:
        form.add_error("code", str(refusal))
        return _index(request, form, NewClassForm(user=person(request)), status=422)
    messages.success(request, _("You are in the class “%(title)s”.") % {"title": seat.classroom.title})
    return redirect("classroom:detail", seat.classroom_id)


SMALL_CLASS = 12
"""Up to so many students a page comes whole."""
DATES = "dates"
"""Where the page of a class says what changed about its dates: a fragment of its address, and a tag of the messages."""
DATE_FORMS = {"assignment_form", "extension_form", "late_form"}
PARTS = {"dates": "classroom/_date_forms.html", "people": "classroom/_people.html"}


@require_GET
def detail(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """Show a class: to its teacher how far each student is, to a student their own progress."""
    return show(request, classroom_id)


def show(request: HttpRequest, classroom_id: int, status: int = 200, **forms: Any) -> HttpResponse:
    """Return the page of a class, with a form that was not accepted in its place. Of a large class the forms below come by themselves (`?forms=dates`, `?forms=people`), fetched when the page is there; without a script, one of the two with a page of its own."""
    seat = queries.seat_of(person(request), classroom_id)
    if seat is None:
        raise Http404
    if seat.role != Role.TEACHER:
        return _shown_to_student(request, seat)
    everybody = queries.members_of(seat.classroom)
    students = [each for each in everybody if each.is_student]
    wanted = request.GET.get("forms", "")
    part = PARTS.get(wanted) if request.htmx else None  # type: ignore[attr-defined]  # set by the middleware
    if part == PARTS["people"]:
        return render(request, part, {"classroom": seat.classroom, **_people(request, seat.classroom, everybody)})
    dates = queries.dates_of(seat.classroom)
    found = grading.book(seat.classroom, [] if part else students, dates, language_of_page())
    if part:
        return render(request, part, {"classroom": seat.classroom, **_date_forms(found, seat.classroom, dates, students)})
    context = {**_page(seat, found.columns), "teaches": True, "book": found, "heads": tables.heads(found), "progress": tables.progress(found), "dates": _dates(request, seat.classroom, found, dates, everybody), "is_at_dates": any(DATES in each.tags.split() for each in messages.get_messages(request))}
    is_small = len(students) <= SMALL_CLASS
    if is_small or wanted == "dates" or DATE_FORMS & forms.keys():
        context |= {"has_date_forms": True, **_date_forms(found, seat.classroom, dates, students)}
    if is_small or wanted == "people" or forms.keys() - DATE_FORMS:
        context |= {"has_people": True, **_people(request, seat.classroom, everybody)}
    return render(request, "classroom/detail.html", {**context, **forms}, status=status)


def _shown_to_student(request: HttpRequest, seat: Seat) -> HttpResponse:
    work = grading.work_of(seat.classroom, seat.user_id, queries.dates_of(seat.classroom), language_of_page())
    shown = [(column, cell, tables.due(cell.due_at) if cell.due_at else "") for column, cell in work]
    return render(request, "classroom/detail.html", {**_page(seat, [column for column, _cell in work]), "work": shown, "dates": any(due for _column, _cell, due in shown)})


def _page(seat: Seat, columns: list[grading.Column]) -> dict[str, Any]:
    title, is_archived = next((column.lesson.course for column in columns if column.lesson), ""), False
    if not title and (course := library.titled_course(seat.classroom.course_slug)):
        title, is_archived = course.title, course.archived_at is not None
    return {"seat": seat, "classroom": seat.classroom, "course_title": title, "is_archived": is_archived}


def _dates(request: HttpRequest, classroom: Classroom, found: grading.Book, dates: list[queries.Dated], everybody: list[queries.Member]) -> SafeString:
    """Return the list of what has a date and is there, with the extensions of those who are."""
    columns, people = {column.key: column for column in found.columns}, {each.user_id: each for each in everybody}
    of = slotted("classroom/_date.html", ("url", "title", "due", "extensions", "kind", "slug"), {"classroom": classroom, "csrf_token": get_token(request)})
    extensions = {each.key: "".join(f" · {people[user]}: {tables.moment_in_short(until)}" for user, until in each.extensions.items() if user in people) for each in dates}
    shown = [(columns[each.key], each) for each in dates if each.key in columns]
    return of.repeated({"url": column.url, "title": column.title, "due": tables.due(each.due_at), "extensions": extensions[each.key], "kind": each.kind, "slug": each.slug} for column, each in shown)


def _date_forms(found: grading.Book, classroom: Classroom, dates: list[queries.Dated], students: list[queries.Member]) -> dict[str, Any]:
    columns = {f"{kind}s": [column.lesson for column in found.columns if column.kind == kind and column.lesson] for kind in (Work.LESSON, Work.SCENARIO)}
    extension = ExtensionForm(classroom=classroom, dates=dates, students=students, auto_id="extend-%s") if dates else None
    return {"assignment_form": AssignmentForm(**columns, auto_id="assign-%s"), "late_form": LateForm(instance=classroom, auto_id="late-%s"), "extension_form": extension}


def _people(request: HttpRequest, classroom: Classroom, everybody: list[queries.Member]) -> dict[str, Any]:
    times = {percent: tables.times(percent) for percent in {each.time_percent for each in everybody}}
    of = slotted("classroom/_student.html", ("name", "username", "key", "times", "password"), {"classroom": classroom, "csrf_token": get_token(request)})
    students = [{"name": str(each), "username": each.username, "key": each.user_id, "times": times[each.time_percent], "password": _new_password(each) if each.is_managed else ""} for each in everybody if each.is_student]
    return {"students": of.repeated(students), "teachers": [str(each) for each in everybody if not each.is_student], "teacher_form": TeacherForm(auto_id="teacher-%s"), "accounts_form": AccountsForm(auto_id="accounts-%s")}


def _new_password(student: queries.Member) -> SafeString:
    return format_html('<button class="button button--quiet button--small" name="do" value="password">{}</button>', _("New password for %(name)s") % {"name": student})


def taught(request: HttpRequest, classroom_id: int) -> Classroom:
    classroom = queries.taught_class(person(request), classroom_id)
    if classroom is None:
        raise Http404
    return classroom


@require_POST
def rotate(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """Replace the join code."""
    actions.rotate_code(classroom=taught(request, classroom_id))
    messages.success(request, _("The class has a new join code; the old one no longer works."))
    return redirect("classroom:detail", classroom_id)


@require_POST
def toggle(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """Open the class for joining, or close it."""
    classroom = taught(request, classroom_id)
    actions.set_open(classroom=classroom, is_open=request.POST.get("open") == "1")
    return redirect("classroom:detail", classroom_id)
