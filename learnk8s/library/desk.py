"""Pages of courses: mine, one course with all that stands in it, who may do what, and the gallery."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from learnk8s.accounts.models import User
from learnk8s.library import actions, queries
from learnk8s.library.forms import CopyForm, CourseCopyForm, MemberForm, NewForm, NewItemForm
from learnk8s.library.models import Kind, Lesson, Membership, Role
from learnk8s.library.who import membership_in, person
from learnk8s.web.language import LANGUAGES

OWNER = (Role.OWNER,)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """List my courses, with a form to make one."""
    return _index(request, NewForm(auto_id="new-%s"))


def _index(request: HttpRequest, form: NewForm, status: int = 200) -> HttpResponse:
    return render(request, "library/index.html", {"memberships": queries.courses_of(person(request)), "form": form}, status=status)


@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Make a course of my own."""
    form = NewForm(request.POST, auto_id="new-%s")
    if form.is_valid():
        try:
            slug = form.cleaned_data["slug"]
            is_others = form.is_made_up and not queries.courses_of(person(request)).filter(course__slug=slug).exists()
            course = actions.make_course(by=person(request), slug=queries.free_slug(slug, actions.RESERVED) if is_others else slug, title=form.title)
        except actions.Refused as refusal:
            form.add_error("slug", str(refusal))
        else:
            return redirect("library:course", course.slug)
    return _index(request, form, status=422)


@require_GET
def course(request: HttpRequest, course: str) -> HttpResponse:
    """Show a course with all that stands in it."""
    return _course(request, membership_in(request, course))


def _course(request: HttpRequest, member: Membership, status: int = 200, **forms: Any) -> HttpResponse:
    items = queries.items_of(person(request), member.course)
    context = {
        "member": member, "course": member.course, "outline": next((item for item in items if item.kind == Kind.OUTLINE), None), "may_edit": member.role in queries.MAY_EDIT, "owns": member.role == Role.OWNER,
        "groups": [(kind, _rows([item for item in items if item.kind == kind], f"{reverse('lessons:index')}{member.course.slug}/")) for kind in (Kind.LESSON, Kind.BANK, Kind.SCENARIO)], "people": list(member.course.memberships.select_related("user").order_by("role", "user__username")), "is_empty": all(item.kind == Kind.OUTLINE for item in items),
        "drafts": len(queries.unpublished_among(items)),
        "new_form": NewItemForm(auto_id="new-%s"), "member_form": MemberForm(auto_id="member-%s"), "copy_form": CourseCopyForm(auto_id="copy-%s", initial={f"copy_title_{language}": title for language, title in actions.copied_title(member.course).items()}), **forms,
    }
    return render(request, "library/course.html", context, status=status)


def _rows(items: list[Lesson], course_url: str) -> list[dict[str, Any]]:
    """Return what the page lists of each thing: there are many, and a template looks up plain texts quickest."""
    rows: list[dict[str, Any]] = []
    base = reverse("library:course", args=(items[0].course.slug,)) if items else ""
    for item in items:
        item.edit_url = f"{base}{item.slug}/"  # as it would find out itself, one at a time
        public, newest = item.published_revision, item.newest  # type: ignore[attr-defined]  # for pages, by items_of
        health, state = ("off", _("archived")) if item.archived_at else ("ok", _("revision %(number)s is public") % {"number": public.number}) if public else ("wait", _("draft"))
        later = _("newest: %(number)s") % {"number": newest.number} if public and not item.archived_at and newest.number != public.number else ""
        is_seen = item.kind == Kind.LESSON and public is not None and not item.archived_at
        rows.append({"url": item.desk_url, "edit_url": item.edit_url, "title": item.title, "module": f"{item.module} · " if item.module else "", "health": health, "state": state, "later": later, "seen_at": f"{course_url}{item.slug}/" if is_seen else "", "scheduled": item if item.scheduled_at else None})
    return rows


@require_POST
def new_item(request: HttpRequest, course: str) -> HttpResponse:
    """Make a lesson, a bank or a scenario, and open its editor."""
    member, form = membership_in(request, course, queries.MAY_EDIT), NewItemForm(request.POST, auto_id="new-%s")
    if form.is_valid():
        try:
            slug = form.cleaned_data["slug"]
            made = actions.make_item(course=member.course, kind=form.cleaned_data["kind"], slug=queries.free_slug(slug, actions.RESERVED, member.course) if form.is_made_up and slug in actions.RESERVED else slug, title=form.title, by=person(request))
        except actions.Refused as refusal:
            form.add_error("slug", str(refusal))
        else:
            return redirect(made.desk_url)
    return _course(request, member, status=422, new_form=form)


@require_POST
def people(request: HttpRequest, course: str) -> HttpResponse:
    """Give somebody a role, or take it away."""
    member = membership_in(request, course, OWNER)
    if "remove" in request.POST:
        return _removed(request, member)
    form = MemberForm(request.POST, auto_id="member-%s")
    if not form.is_valid():
        return _course(request, member, status=422, member_form=form)
    somebody: Any = form.cleaned_data["username"]
    actions.make_editor(course=member.course, user=somebody, role=form.cleaned_data["role"])
    messages.success(request, _("%(name)s has a role in this course now.") % {"name": somebody})
    return redirect("library:course", course)


def _removed(request: HttpRequest, member: Membership) -> HttpResponse:
    somebody = User.objects.filter(pk=request.POST["remove"] if request.POST["remove"].isdecimal() else 0).first()
    if somebody is None:
        raise Http404
    try:
        actions.remove_member(course=member.course, user=somebody)
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("library:course" if somebody != request.user else "library:index", *([member.course.slug] if somebody != request.user else []))


@require_POST
def settings(request: HttpRequest, course: str) -> HttpResponse:
    """Share, archive or copy a course."""
    member = membership_in(request, course, OWNER)
    match request.POST.get("do", ""):
        case "share" | "unshare" as wish:
            actions.set_shared(course=member.course, is_shared=wish == "share")
        case "archive" | "unarchive" as wish:
            if wish == "archive" and "sure" not in request.POST and any(found := queries.classes_through(person(request), course)):
                return render(request, "library/archive.html", {"course": member.course, "classes": found[0], "others": found[1]})
            actions.set_archived(row=member.course, is_archived=wish == "archive")
        case "copy":
            return _copied(request, member)
        case _:
            raise Http404
    return redirect("library:course", course)


def _copied(request: HttpRequest, member: Membership) -> HttpResponse:
    form = CourseCopyForm(request.POST, auto_id="copy-%s")
    if form.is_valid():
        try:
            return redirect("library:course", actions.clone_course(course=member.course, slug=form.cleaned_data["slug"], by=person(request), title=form.title).slug)
        except actions.Refused as refusal:
            form.add_error("slug", str(refusal))
    return _course(request, member, status=422, copy_form=form)


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Show what others share."""
    return _gallery(request)


def _gallery(request: HttpRequest, error: str = "", status: int = 200, refused: str = "") -> HttpResponse:
    found: list[Any] = queries.gallery()
    for course in found:
        course.copied = {language: request.POST.get(f"copy_title_{language}", "") if refused == course.slug else title for language, title in actions.copied_title(course).items()}
    chosen = next((course for course in found if course.slug == request.GET.get("course")), None)
    items = [item for kind in (Kind.LESSON, Kind.SCENARIO, Kind.BANK) for item in queries.published_lessons(chosen.slug, kind=kind)] if chosen else []
    mine = [row.course for row in queries.courses_of(person(request)) if row.role in queries.MAY_EDIT and row.course.archived_at is None]
    return render(request, "library/gallery.html", {"courses": found, "chosen": chosen, "items": items, "mine": mine, "error": error, "refused": refused, "typed": request.POST.get("slug", "")}, status=status)


@require_POST
def clone(request: HttpRequest) -> HttpResponse:
    """Clone a shared course into a new one, or one thing of it into a course of mine."""
    slug, lesson = request.POST.get("course", ""), request.POST.get("lesson", "")
    wanted = CopyForm({"slug": request.POST.get("slug", lesson)})
    if not wanted.is_valid():
        return _gallery(request, _("Write an address of Latin letters and digits."), status=422, refused=slug)
    try:
        if lesson:
            return _cloned_item(request, slug, lesson, wanted.cleaned_data["slug"])
        source = next((course for course in queries.gallery() if course.slug == slug), None)
        if source is None:
            raise Http404
        return redirect("library:course", actions.clone_course(course=source, slug=wanted.cleaned_data["slug"], by=person(request), title={language: request.POST.get(f"copy_title_{language}", "")[:160] for language in LANGUAGES}).slug)
    except actions.Refused as refusal:
        return _gallery(request, str(refusal), status=422, refused=slug)


def _cloned_item(request: HttpRequest, course: str, lesson: str, slug: str) -> HttpResponse:
    source, into = queries.shared_item(course, lesson), queries.membership(person(request), request.POST.get("into", ""), queries.MAY_EDIT)
    if source is None or into is None:
        raise Http404
    made = actions.copy_item(lesson=source, files=source.published_revision.files, course=into.course, slug=slug if "slug" in request.POST else queries.free_slug(slug, actions.RESERVED, into.course), by=person(request))  # type: ignore[union-attr]  # published
    return redirect(made.edit_url)
