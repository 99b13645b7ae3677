"""Pages of authors: my lessons, the editor with its live preview, history, publishing."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from learnk8s.accounts.models import User
from learnk8s.library import actions, queries
from learnk8s.library.editing import differences, draft_of
from learnk8s.library.forms import FileForm
from learnk8s.library.models import Lesson, Revision

LANGUAGES = ("ko", "en")


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _lesson(request: HttpRequest, course: str, lesson: str) -> Lesson:
    found = queries.lesson_for_editor(_person(request), course, lesson)
    if found is None:
        raise Http404
    return found


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """List the lessons that I may edit."""
    return render(request, "library/index.html", {"lessons": queries.editable_lessons(_person(request))})


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Show one file of the newest revision beside its preview; a POST saves a new revision."""
    row = _lesson(request, course, lesson)
    newest = queries.newest_revision(row)
    if request.method == "POST":
        return _save(request, row, newest)
    name = request.GET.get("file", f"{_language()}.md")
    if name not in newest.files:
        raise Http404
    form = FileForm(initial={"file": name, "base": newest.number, "text": newest.files[name]})
    return _editor(request, row, newest, form, dict(newest.files), name)


def _save(request: HttpRequest, row: Lesson, newest: Revision) -> HttpResponse:
    form = FileForm(request.POST)
    name = str(request.POST.get("file", ""))
    if name not in newest.files:
        raise Http404
    if not form.is_valid():
        return _editor(request, row, newest, form, dict(newest.files), name, status=422)
    files = {**newest.files, name: form.cleaned_data["text"]}
    try:
        revision = actions.save_revision(lesson=row, by=_person(request), files=files, base_number=form.cleaned_data["base"], note=form.cleaned_data["note"])
    except actions.EditConflict:
        form.add_error("text", _("Somebody saved this lesson while you were writing. Your text is kept below; compare it with the newest revision in the history, then save again."))
        form.data = form.data.copy()
        form.data["base"] = str(newest.number)
        return _editor(request, row, newest, form, files, name, status=409)
    messages.success(request, _("Saved as revision %(number)d. Students see it once you publish it.") % {"number": revision.number})
    return redirect(f"{row.edit_url}?file={name}")


def _editor(request: HttpRequest, row: Lesson, newest: Revision, form: FileForm, files: dict[str, str], name: str, status: int = 200) -> HttpResponse:
    language = _language_of(name)
    context = {"lesson": row, "newest": newest, "form": form, "file": name, "files": sorted(files, key=_file_order), "draft": draft_of(files, language), "preview_language": language}
    return render(request, "library/edit.html", context, status=status)


@require_POST
def preview(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Return problems and preview of a text that is not saved; writes nothing."""
    row = _lesson(request, course, lesson)
    newest = queries.newest_revision(row)
    form, name = FileForm(request.POST), str(request.POST.get("file", ""))
    if name not in newest.files:
        raise Http404
    text = form.cleaned_data["text"] if form.is_valid() else newest.files[name]
    language = _language_of(name)
    context = {"lesson": row, "draft": draft_of({**newest.files, name: text}, language), "preview_language": language, "form_errors": form.errors}
    return render(request, "library/edit.html#preview", context)


@require_GET
def history(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """List all revisions, and what one of them changed."""
    row = _lesson(request, course, lesson)
    revisions = list(queries.revisions_of(row))
    chosen = next((revision for revision in revisions if str(revision.number) == request.GET.get("revision")), revisions[0])
    before = next((revision for revision in revisions if revision.number < chosen.number), None)
    changes: Any = list(differences(before.files if before else {}, chosen.files))
    return render(request, "library/history.html", {"lesson": row, "revisions": revisions, "chosen": chosen, "before": before, "changes": changes})


@require_POST
def publish(request: HttpRequest, course: str, lesson: str, number: int) -> HttpResponse:
    """Let students see a revision, if nothing is wrong with it."""
    row = _lesson(request, course, lesson)
    revision = _revision(row, number)
    problems = draft_of(revision.files, "en").problems
    if problems:
        messages.error(request, _("Revision %(number)d has %(count)d problems; it can be published when they are mended.") % {"number": number, "count": len(problems)})
        return redirect(row.edit_url)
    actions.publish(lesson=row, revision=revision, by=_person(request))
    messages.success(request, _("Revision %(number)d is published.") % {"number": number})
    return redirect(row.history_url)


@require_POST
def restore(request: HttpRequest, course: str, lesson: str, number: int) -> HttpResponse:
    """Make an old revision the newest one again, as a new revision."""
    row = _lesson(request, course, lesson)
    revision = actions.restore(lesson=row, revision=_revision(row, number), by=_person(request))
    messages.success(request, _("Revision %(old)d is back, as revision %(number)d.") % {"old": number, "number": revision.number})
    return redirect(row.history_url)


def _revision(row: Lesson, number: int) -> Revision:
    revision = queries.revisions_of(row).filter(number=number).first()
    if revision is None:
        raise Http404
    return revision


def _language() -> str:
    language = (get_language() or "en")[:2]
    return language if language in LANGUAGES else "en"


def _language_of(name: str) -> str:
    return name[:2] if name in ("ko.md", "en.md") else _language()


def _file_order(name: str) -> tuple[int, str]:
    order = ("ko.md", "en.md", "lesson.yaml", "quiz.yaml", "labs.yaml", "sources.yaml")
    return (order.index(name) if name in order else len(order), name)
