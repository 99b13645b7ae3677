"""History, publishing, schedules, copies and archive of one thing that is written."""

from time import monotonic
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from learnk8s.courseware.starting import is_begun
from learnk8s.library import actions, queries
from learnk8s.library.editing import differences
from learnk8s.library.forms import CopyForm, ScheduleForm
from learnk8s.library.models import Kind, Lesson, Revision
from learnk8s.library.proving import Against, against
from learnk8s.library.refusals import refusals
from learnk8s.library.who import lesson_for, membership_in, person
from learnk8s.web.language import language_of_page

PROVED_S = 15
"""So long one request publishes many things; each is proved in its worlds first."""


@require_GET
def history(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """List all revisions, and what one of them changed since any other."""
    return _history(request, lesson_for(request, course, lesson, queries.MAY_READ))


def _history(request: HttpRequest, row: Lesson, status: int = 200, **more: Any) -> HttpResponse:
    revisions = list(queries.revisions_of(row).defer("files"))
    chosen = next((revision for revision in revisions if str(revision.number) == request.GET.get("revision")), revisions[0])
    before = next((revision for revision in revisions if str(revision.number) == request.GET.get("since")), None) or next((revision for revision in revisions if revision.number < chosen.number), None)
    changes: Any = list(differences(before.files if before and before != chosen else {}, chosen.files))
    context = {"lesson": row, "newest": revisions[0], "revisions": revisions, "chosen": chosen, "before": before, "changes": changes, "may_edit": queries.membership(person(request), row.course.slug, queries.MAY_EDIT) is not None,
               "schedule_form": ScheduleForm(auto_id="schedule-%s"), "copy_form": CopyForm(auto_id="copy-%s"), "reasons": [], **more}
    return render(request, "library/history.html", context, status=status)


def revision_of(row: Lesson, number: int) -> Revision:
    """Return a revision of a lesson. Raises Http404."""
    revision = queries.revisions_of(row).filter(number=number).first()
    if revision is None:
        raise Http404
    return revision


def _refused(request: HttpRequest, row: Lesson, revision: Revision, reasons: list[Against]) -> HttpResponse:
    messages.error(request, _("Revision %(number)d is not published: what stands against it is told below.") % {"number": revision.number})
    return _history(request, row, status=422, reasons=refusals(row, revision.files, reasons), chosen=revision)


@require_POST
def publish(request: HttpRequest, course: str, lesson: str, number: int) -> HttpResponse:
    """Let students see a revision, if nothing is wrong with it and its worlds agree."""
    row = lesson_for(request, course, lesson)
    revision = revision_of(row, number)
    if reasons := against(row.kind, revision.files, language_of_page(), scenarios=queries.slugs_of(row.course, Kind.SCENARIO)):
        return _refused(request, row, revision, reasons)
    actions.publish(lesson=row, revision=revision, by=person(request))
    if row.kind == Kind.LESSON and is_begun(revision.files):
        messages.warning(request, _("It still has the sentence with which every new lesson begins, and students see that too."))
    seen = _("The course is in the archive: students see it once the course is brought back.") if row.course.archived_at else _("Classes that go through this course see it now.") if row.kind == Kind.LESSON else ""
    messages.success(request, f"{_('Revision %(number)d is published.') % {'number': number}} {seen}".strip())
    return redirect(row.history_url)


@require_POST
def publish_all(request: HttpRequest, course: str) -> HttpResponse:
    """Publish the newest revision of everything in a course that students do not see yet; what something is wrong with stays as it is. What would take too long is left for the next time."""
    member = membership_in(request, course, queries.MAY_EDIT)
    scenarios, since, done, left = queries.slugs_of(member.course, Kind.SCENARIO), monotonic(), 0, 0
    wrong: list[str] = []
    empty: list[str] = []
    for row in queries.unpublished_among(queries.items_of(person(request), member.course)):
        if monotonic() - since > PROVED_S:
            left += 1
            continue
        revision = queries.newest_revision(row)
        if against(row.kind, revision.files, language_of_page(), scenarios=scenarios):
            wrong.append(row.title)
            continue
        actions.publish(lesson=row, revision=revision, by=person(request))
        done += 1
        if row.kind == Kind.LESSON and is_begun(revision.files):
            empty.append(row.title)
    if done:
        messages.success(request, _("Published: %(count)d.") % {"count": done})
    if empty:
        messages.warning(request, _("These still have the sentence with which every new lesson begins, and students see that too: %(titles)s") % {"titles": ", ".join(empty)[:600]})
    if left:
        messages.warning(request, _("%(count)d are left, since each is proved in its worlds; publish all again.") % {"count": left})
    if wrong:
        messages.error(request, _("Something is wrong with these; publish each to see what: %(titles)s") % {"titles": ", ".join(wrong)[:600]})
    return redirect("library:course", course)


@require_POST
def schedule(request: HttpRequest, course: str, lesson: str, number: int) -> HttpResponse:
    """Publish a revision from a moment on, under the same conditions."""
    row, form = lesson_for(request, course, lesson), ScheduleForm(request.POST, auto_id="schedule-%s")
    revision = revision_of(row, number)
    if not form.is_valid():
        return _history(request, row, status=422, schedule_form=form)
    if reasons := against(row.kind, revision.files, language_of_page(), scenarios=queries.slugs_of(row.course, Kind.SCENARIO)):
        return _refused(request, row, revision, reasons)
    try:
        actions.schedule(lesson=row, revision=revision, at=form.cleaned_data["at"])
    except actions.Refused as refusal:
        form.add_error("at", str(refusal))
        return _history(request, row, status=422, schedule_form=form)
    messages.success(request, _("Students will see revision %(number)d from then on.") % {"number": number})
    return redirect(row.history_url)


@require_POST
def restore(request: HttpRequest, course: str, lesson: str, number: int) -> HttpResponse:
    """Make an old revision the newest one again, as a new revision."""
    row = lesson_for(request, course, lesson)
    revision = actions.restore(lesson=row, revision=revision_of(row, number), by=person(request))
    messages.success(request, _("Revision %(old)d is back, as revision %(number)d.") % {"old": number, "number": revision.number})
    return redirect(row.history_url)


@require_POST
def change(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Withdraw, archive, bring back or copy."""
    row = lesson_for(request, course, lesson)
    match request.POST.get("do", ""):
        case "withdraw":
            actions.withdraw(lesson=row)
            messages.success(request, _("Students do not see it any more."))
        case "archive" | "unarchive" as wish:
            actions.set_archived(row=row, is_archived=wish == "archive")
        case "copy":
            return _copied(request, row)
        case _:
            raise Http404
    return redirect(row.history_url)


def _copied(request: HttpRequest, row: Lesson) -> HttpResponse:
    form = CopyForm(request.POST, auto_id="copy-%s")
    if form.is_valid():
        try:
            made = actions.copy_item(lesson=row, files=queries.newest_revision(row).files, course=row.course, slug=form.cleaned_data["slug"], by=person(request))
            return redirect(made.edit_url)
        except actions.Refused as refusal:
            form.add_error("slug", str(refusal))
    return _history(request, row, status=422, copy_form=form)
