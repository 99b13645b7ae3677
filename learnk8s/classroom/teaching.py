"""What teachers do with a class: dates, people, accounts, the gradebook, deleting it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from learnk8s.accounts.models import User
from learnk8s.challenges.catalogue import challenges
from learnk8s.classroom import actions, grading, queries, spreadsheet, tables
from learnk8s.classroom.forms import AccountsForm, AssignmentForm, ExtensionForm, LateForm, TeacherForm
from learnk8s.classroom.models import TIMES, Assignment, Classroom, Work
from learnk8s.classroom.views import DATES, person, show, taught
from learnk8s.library import queries as library
from learnk8s.library.models import Kind
from learnk8s.web.language import language_of_page


@require_GET
def gradebook(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """Show the points of all students; with ?format=csv, give them out."""
    classroom = taught(request, classroom_id)
    found = grading.book(classroom, queries.students_of(classroom), queries.dates_of(classroom), language_of_page())
    titles = [column.title for column in found.columns]
    if request.GET.get("format") == "csv":
        return HttpResponse(spreadsheet.as_csv(found, titles), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": spreadsheet.disposition(classroom.title, classroom.pk)})
    return render(request, "classroom/gradebook.html", {"classroom": classroom, "book": found, "points": tables.points(found), "titles": titles})


@require_POST
def dates(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """Set a due date, take one away, give an extension, or choose what late answers count."""
    classroom = taught(request, classroom_id)
    match request.POST.get("do", ""):
        case "assign":
            return _assigned(request, classroom)
        case "remove":
            return _dateless(request, classroom)
        case "extend":
            return _extended(request, classroom)
        case "late":
            return _late(request, classroom)
    raise Http404


def _assigned(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    form = AssignmentForm(request.POST, lessons=library.shown(classroom.course_slug, Kind.LESSON), scenarios=library.shown(classroom.course_slug, Kind.SCENARIO), auto_id="assign-%s")
    if not form.is_valid():
        return show(request, classroom.pk, status=422, assignment_form=form)
    (kind, slug), due_at = form.work, form.cleaned_data["due_at"]
    actions.assign(classroom=classroom, kind=kind, lesson_slug=slug, due_at=due_at)
    words = {"title": _title(classroom, kind, slug), "date": tables.moment(due_at)}
    if due_at <= timezone.now():
        return _at_dates(request, classroom, messages.WARNING, _("The date of “%(title)s” lies in the past: %(date)s. What was handed in after it counts as late.") % words)
    return _at_dates(request, classroom, messages.SUCCESS, _("“%(title)s” is due: %(date)s.") % words)


def _dateless(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    """Take a date away."""
    kind, slug = request.POST.get("kind", Work.LESSON), request.POST.get("lesson_slug", "")
    classroom.assignments.filter(kind=kind, lesson_slug=slug).delete()
    return _at_dates(request, classroom, messages.SUCCESS, _("“%(title)s” has no due date any more.") % {"title": _title(classroom, kind, slug)})


def _extended(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    form = ExtensionForm(request.POST, classroom=classroom, auto_id="extend-%s")
    if not form.is_valid():
        return show(request, classroom.pk, status=422, extension_form=form)
    assignment: Assignment = form.cleaned_data["assignment"]
    until = form.cleaned_data["until"]
    try:
        actions.extend(assignment=assignment, user=form.cleaned_data["student"], due_at=until)
    except actions.Refused as refusal:
        form.add_error("until", str(refusal))
        return show(request, classroom.pk, status=422, extension_form=form)
    words = {"name": form.cleaned_data["student"], "title": _title(classroom, assignment.kind, assignment.lesson_slug), "date": tables.moment(until)}
    if until <= timezone.now():
        return _at_dates(request, classroom, messages.WARNING, _("The time that %(name)s has for “%(title)s” ends in the past: %(date)s. What was handed in after it counts as late.") % words)
    return _at_dates(request, classroom, messages.SUCCESS, _("%(name)s has time for “%(title)s” until: %(date)s.") % words)


def _late(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    """Choose what late answers count."""
    form = LateForm(request.POST, instance=classroom, auto_id="late-%s")
    if not form.is_valid():
        return show(request, classroom.pk, status=422, late_form=form)
    form.save()
    return _at_dates(request, classroom, messages.SUCCESS, _("Saved. Answers after the due date: %(what)s.") % {"what": classroom.get_late_display()})


def _title(classroom: Classroom, kind: str, slug: str) -> str:
    """Return what students call something of the class."""
    if kind == Work.CHALLENGE and slug in challenges():
        return challenges()[slug][0].title[language_of_page()]
    return next((each.title for each in library.shown(classroom.course_slug, kind) if each.slug == slug), slug)


def _at_dates(request: HttpRequest, classroom: Classroom, level: int, said: str) -> HttpResponse:
    """Return to the dates of a class, and say there what changed."""
    messages.add_message(request, level, said, extra_tags=DATES)
    return redirect(f"{reverse('classroom:detail', args=(classroom.pk,))}#{DATES}")


@require_POST
def people(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """Add a co-teacher, make accounts, give a new password, or take somebody out."""
    classroom = taught(request, classroom_id)
    match request.POST.get("do", ""):
        case "teacher":
            return _co_teacher(request, classroom)
        case "accounts":
            return _accounts(request, classroom)
        case "password":
            return _password(request, classroom)
        case "remove":
            return _removed(request, classroom)
        case "time":
            return _time(request, classroom)
    raise Http404


def _time(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    """Give a student more time in tests."""
    somebody, wanted = _somebody(request, classroom), request.POST.get("time", "")
    if wanted not in {str(percent) for percent, _label in TIMES}:
        raise Http404
    actions.give_time(classroom=classroom, user=somebody, percent=int(wanted))
    messages.success(request, _("%(name)s has %(percent)s%% of the time in tests that begin from now on.") % {"name": somebody, "percent": wanted})
    return redirect("classroom:detail", classroom.pk)


def _co_teacher(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    form = TeacherForm(request.POST, auto_id="teacher-%s")
    if not form.is_valid():
        return show(request, classroom.pk, status=422, teacher_form=form)
    somebody: Any = form.cleaned_data["username"]
    actions.add_teacher(classroom=classroom, user=somebody)
    messages.success(request, _("%(name)s teaches this class now.") % {"name": somebody})
    return redirect("classroom:detail", classroom.pk)


def _accounts(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    form = AccountsForm(request.POST, auto_id="accounts-%s")
    if form.is_valid():
        try:
            made = actions.make_accounts(classroom=classroom, names=form.cleaned_data["names"])
        except actions.Refused as refusal:
            form.add_error("names", str(refusal))
        else:
            return render(request, "classroom/credentials.html", {"classroom": classroom, "credentials": made})
    return show(request, classroom.pk, status=422, accounts_form=form)


def _somebody(request: HttpRequest, classroom: Classroom) -> User:
    wanted = request.POST.get("user", "")
    seat = classroom.seats.select_related("user").filter(user_id=wanted if wanted.isdecimal() and len(wanted) < 12 else 0).first()
    if seat is None:
        raise Http404
    return seat.user


def _password(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    try:
        made = actions.new_password_for(classroom=classroom, user=_somebody(request, classroom))
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("classroom:detail", classroom.pk)
    return render(request, "classroom/credentials.html", {"classroom": classroom, "credentials": [made]})


def _removed(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    try:
        actions.leave(classroom=classroom, user=_somebody(request, classroom))
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("classroom:detail", classroom.pk) if queries.seat_of(person(request), classroom.pk) else redirect("classroom:index")


@require_POST
def leave(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """Leave a class oneself."""
    seat = queries.seat_of(person(request), classroom_id)
    if seat is None:
        raise Http404
    try:
        actions.leave(classroom=seat.classroom, user=person(request))
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("classroom:detail", classroom_id)
    return redirect("classroom:index")


@require_POST
def delete(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """Delete a class with its seats and dates; the work of students stays theirs."""
    classroom = taught(request, classroom_id)
    if request.POST.get("title", "").strip() != classroom.title:
        messages.error(request, _("This is not the title of the class; nothing was deleted."))
        return redirect("classroom:detail", classroom_id)
    classroom.delete()
    messages.success(request, _("The class is deleted."))
    return redirect("classroom:index")
