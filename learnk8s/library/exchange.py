"""Pages of import and export: a whole course as zip, questions as GIFT, Moodle XML and QTI."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from learnk8s.courseware.exchange import gift, moodle, qti
from learnk8s.courseware.exchange.archive import packed, unpacked
from learnk8s.courseware.exchange.found import TEXT_MAX, Found, Trouble
from learnk8s.courseware.kinds import parsed
from learnk8s.courseware.questions.writing import replaced
from learnk8s.library import actions, archiving, queries
from learnk8s.library.archiving import Report, Told
from learnk8s.library.models import Kind, Lesson
from learnk8s.library.views import files_now
from learnk8s.library.who import language_of_page, lesson_for, membership_in, person

NOTES_MAX = 12
"""Remarks of an import that are shown."""
FORMATS = (("gift", "GIFT"), ("moodle", "Moodle XML"), ("qti", "QTI 2.1"))


class ImportForm(forms.Form):
    """A zip, and the address of the new course."""

    archive = forms.FileField(label=gettext_lazy("Zip of a course (at most 20 MB)"))
    slug = forms.SlugField(label=gettext_lazy("Address of the new course"), max_length=50, required=False)


class QuestionsForm(forms.Form):
    """A file of questions, or its text."""

    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=FORMATS)
    file = forms.FileField(label=gettext_lazy("File"), required=False)
    text = forms.CharField(label=gettext_lazy("Or its text"), required=False, strip=False, max_length=500_000, widget=forms.Textarea(attrs={"rows": 8, "class": "is-code"}))
    skip = forms.BooleanField(label=gettext_lazy("Leave out what cannot be taken over"), required=False)


@require_GET
def export(request: HttpRequest, course: str) -> HttpResponse:
    """Give out a course as a zip."""
    member = membership_in(request, course)
    return HttpResponse(packed(archiving.files_of(member.course)), content_type="application/zip", headers={"Content-Disposition": f'attachment; filename="{member.course.slug}.zip"'})


@require_http_methods(["GET", "POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    """Import a zip as a new course, or into one of mine; with any problem nothing is changed, and all are listed."""
    into = request.POST.get("course", request.GET.get("course", ""))
    member = membership_in(request, into, queries.MAY_EDIT) if into else None
    form = ImportForm(request.POST or None, request.FILES or None)
    report: Report | None = None
    if request.method == "POST" and form.is_valid():
        if member is None and not form.cleaned_data["slug"]:
            form.add_error("slug", _("Write an address of Latin letters and digits."))
        else:
            report = _imported(request, form, member)
            if report.course is not None and not report.problems:
                messages.success(request, _("Imported: %(count)d new or changed. Publish what students shall see.") % {"count": len(report.done)})
                return redirect("library:course", report.course.slug)
    context = {"form": form, "report": report, "member": member}
    return render(request, "library/import.html", context, status=422 if request.method == "POST" else 200)


def _imported(request: HttpRequest, form: ImportForm, member: Any) -> Report:
    files, bad = unpacked(form.cleaned_data["archive"].read())
    language = language_of_page()
    if bad:
        return Report([Told(each.path, 0, each.ko if language == "ko" else each.en) for each in bad])
    return archiving.bring_in(files=files, course=member.course if member else None, slug=form.cleaned_data["slug"], by=person(request), language=language)


@require_http_methods(["GET", "POST"])
def questions(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Bring questions in from another format, or (GET with a format) give them out."""
    row = lesson_for(request, course, lesson, queries.MAY_READ if request.method == "GET" else queries.MAY_EDIT)
    if row.kind not in (Kind.LESSON, Kind.BANK):
        raise Http404
    if request.method == "GET" and request.GET.get("format"):
        return _given_out(request, row)
    form = QuestionsForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"lesson": row, "form": form, "language": language_of_page()}
    if request.method == "POST" and form.is_valid():
        found = _read(form)
        if found.questions and (not found.troubles or form.cleaned_data["skip"]):
            return _taken_in(request, row, found)
        language = language_of_page()
        context["troubles"] = [(trouble.line, trouble.text(language), trouble.cure(language)) for trouble in found.troubles]
    return render(request, "library/exchange.html", context, status=422 if request.method == "POST" else 200)


def _given_out(request: HttpRequest, row: Lesson) -> HttpResponse:
    document = parsed(row.kind, queries.newest_revision(row).files).lesson
    if document is None or request.GET["format"] not in ("gift", "moodle"):
        raise Http404
    is_gift = request.GET["format"] == "gift"
    text, _left_out = (gift if is_gift else moodle).written(document.questions.values(), language_of_page())
    return HttpResponse(text, content_type="text/plain; charset=utf-8" if is_gift else "application/xml; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{row.slug}.{"gift" if is_gift else "xml"}"'})


def _read(form: QuestionsForm) -> Found:
    upload = form.cleaned_data["file"]
    if upload is not None and upload.size > TEXT_MAX:
        return Found(troubles=[Trouble(0, "too-large")])
    content: bytes = upload.read() if upload is not None else form.cleaned_data["text"].encode()
    form_name = form.cleaned_data["format"]
    if content[:2] == b"PK" and form_name == "qti":
        return _read_package(content)
    try:
        text = content.decode("utf-8-sig" if content[:3] == b"\xef\xbb\xbf" else "utf-8")
    except UnicodeDecodeError as error:
        return Found(troubles=[Trouble(content[: error.start].count(b"\n") + 1, "not-utf-8")])
    return {"gift": gift.read, "moodle": moodle.read_moodle, "qti": qti.read_qti}[form_name](text)


def _read_package(content: bytes) -> Found:
    """Return the items of a QTI package; its manifest and other files are passed over."""
    files, bad = unpacked(content)
    whole = Found(troubles=[Trouble(0, "broken", each.en) for each in bad])
    for name in sorted(files):
        text = files[name].decode("utf-8", errors="replace")
        if name.endswith(".xml") and "assessmentItem" in text[:100_000] and "<manifest" not in text[:5_000]:
            found = qti.read_qti(text)
            for question in found.questions:
                whole.add(question)
            whole.troubles.extend(Trouble(trouble.line, trouble.key, f"{name}: {trouble.what}") for trouble in found.troubles)
            whole.notes.extend(Trouble(note.line, note.key, f"{name}: {note.what}") for note in found.notes)
    if not whole.questions and not whole.troubles:
        whole.troubles.append(Trouble(0, "empty"))
    return whole


def _taken_in(request: HttpRequest, row: Lesson, found: Found) -> HttpResponse:
    newest, draft = queries.newest_revision(row), queries.draft_of(row, person(request))
    files, file = files_now(newest, draft), "bank.yaml" if row.kind == Kind.BANK else "quiz.yaml"
    document = parsed(row.kind, files).lesson
    taken = set(document.questions) if document else set()
    text = files[file]
    for question in found.questions:
        name, number = question["id"], 2
        while name in taken:
            name, number = f"{question['id'][:44]}-{number}", number + 1
        taken.add(name)
        text = replaced(text, None, {"id": name, "type": question["type"], **{key: value for key, value in question.items() if key not in ("id", "type")}})
    try:
        actions.save_revision(lesson=row, by=person(request), files=files | {file: text}, base_number=newest.number, note=_("%(count)d questions imported") % {"count": len(found.questions)})
    except actions.EditConflict:
        messages.error(request, _("Somebody saved at the same time; nothing was imported. Try again."))
        return redirect("library:exchange", row.course.slug, row.slug)
    language = language_of_page()
    for line, told in [(f"{_('line %(line)d') % {'line': note.line}}: " if note.line else "", note) for note in found.notes[:NOTES_MAX]]:
        messages.warning(request, f"{line}{told.text(language)} {told.cure(language)}")
    messages.success(request, _("%(count)d questions are in. Their text stands in both languages as it came; translate it.") % {"count": len(found.questions)})
    return redirect("library:questions", row.course.slug, row.slug)
