"""Pages of import and export: a whole course as zip, questions as GIFT, Moodle XML and QTI."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from learnk8s.courseware.exchange import gift, moodle, qti
from learnk8s.courseware.exchange.archive import packed, unpacked
from learnk8s.courseware.exchange.found import PICTURED_BYTES_MAX, TEXT_MAX, Found, Trouble
from learnk8s.courseware.kinds import parsed
from learnk8s.courseware.markdown import escaped, line_text
from learnk8s.courseware.questions.pictures import IMAGE
from learnk8s.courseware.questions.writing import replaced
from learnk8s.library import actions, archiving, pictures, queries
from learnk8s.library.archiving import Report, Told
from learnk8s.library.form_saving import files_to_change, is_apart
from learnk8s.library.models import Kind, Lesson
from learnk8s.library.names import free_name
from learnk8s.library.who import lesson_for, membership_in, person
from learnk8s.web.language import language_of_page

NOTES_MAX = 12
"""Remarks of an import that are shown."""
FORMATS = (("gift", "GIFT"), ("moodle", "Moodle XML"), ("qti", "QTI 2.1"))


class ImportForm(forms.Form):
    """A zip, and the address of the new course."""

    archive = forms.FileField(label=gettext_lazy("Zip of a course (at most 20 MB)"))
    slug = forms.SlugField(label=gettext_lazy("Address of the new course"), max_length=50, required=False, help_text=gettext_lazy("Left empty, it is made from the name of the file."))


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
            form.cleaned_data["slug"] = queries.free_slug(slugify((form.cleaned_data["archive"].name or "").rpartition(".")[0])[: queries.SLUG_MAX] or "course", actions.RESERVED)
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
        return Report([Told(each.path, 0, each.ko if language == "ko" else each.en, archiving.CURE[language]) for each in bad])
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
        found.settle(takes_texts=row.kind == Kind.LESSON)
        if is_apart(request, row):
            return render(request, "library/exchange.html", context, status=409)
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
    rows = document.questions.values()
    text, _left_out = gift.written(rows, language_of_page()) if is_gift else moodle.written(rows, language_of_page(), pictures.of_files(row.course, queries.newest_revision(row).files))
    return HttpResponse(text, content_type="text/plain; charset=utf-8" if is_gift else "application/xml; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{row.slug}.{"gift" if is_gift else "xml"}"'})


def _read(form: QuestionsForm) -> Found:
    upload = form.cleaned_data["file"]
    form_name = form.cleaned_data["format"]
    if upload is not None and upload.size > (TEXT_MAX if form_name == "gift" else PICTURED_BYTES_MAX):
        return Found(troubles=[Trouble(0, "too-large")])
    content: bytes = upload.read() if upload is not None else form.cleaned_data["text"].encode()
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
            found = qti.read_qti(text, files, name)
            for key, picture in found.pictures.items():
                whole.pictures.setdefault(key, picture)
            whole.texts.extend(found.texts)
            for question in found.questions:
                whole.add(question)
            whole.troubles.extend(Trouble(trouble.line, trouble.key, f"{name}: {trouble.what}") for trouble in found.troubles)
            whole.notes.extend(Trouble(note.line, note.key, f"{name}: {note.what}") for note in found.notes)
    if not whole.questions and not whole.troubles and not whole.texts:
        whole.troubles.append(Trouble(0, "empty"))
    return whole


def _with_pictures(request: HttpRequest, row: Lesson, found: Found) -> dict[str, str]:
    """Keep the pictures that came with questions, each encoded anew; of one that cannot be taken only the words stay."""
    kept: dict[str, str] = {}
    for name, content in found.pictures.items():
        try:
            kept[name] = pictures.pointer(pictures.stored(course=row.course, content=content, by=person(request)))
        except pictures.NoPicture:
            found.notes.append(Trouble(0, "bad-picture", name))
    gone = set(found.pictures) - set(kept)
    found.questions = [_without(question, gone) for question in found.questions]
    found.texts = [(line, title, _without(text, gone)) for line, title, text in found.texts]
    return kept


def _without(value: Any, gone: set[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(part, gone) for key, part in value.items()}
    if isinstance(value, list):
        return [_without(part, gone) for part in value]
    return IMAGE.sub(lambda image: (image[1] or image[2]) if image[2] in gone else image[0], value) if gone and isinstance(value, str) else value


def _with_texts(files: dict[str, str], found: Found) -> dict[str, str]:
    """Put descriptions at the end of both texts; what would be a block there is shown as letters."""
    said = "".join(f"\n## {escaped(' '.join(title.split()))}\n\n{_as_text(text)}\n" for _line, title, text in found.texts)
    return {name: files[name].rstrip("\n") + "\n" + said for name in ("ko.md", "en.md")} if said else {}


def _as_text(text: str) -> str:
    """Return Markdown without fences, and with its pictures as blocks of the lesson."""
    return IMAGE.sub(lambda image: f"\n\n```figure {image[2]}\n{line_text(image[1]) or '…'}\n```\n\n", text.replace("```", "` ` `").replace("~~~", "~ ~ ~")).strip()


def _taken_in(request: HttpRequest, row: Lesson, found: Found) -> HttpResponse:
    kept = _with_pictures(request, row, found)
    newest, draft = queries.newest_revision(row), queries.draft_of(row, person(request))
    files, file = files_to_change(row, newest, draft), "bank.yaml" if row.kind == Kind.BANK else "quiz.yaml"
    document = parsed(row.kind, files).lesson
    taken = set(document.questions) if document else set()
    text = files[file]
    for question in found.questions:
        name = free_name(question["id"], taken, 48)
        taken.add(name)
        text = replaced(text, None, {"id": name, "type": question["type"], **{key: value for key, value in question.items() if key not in ("id", "type")}})
    try:
        actions.save_revision(lesson=row, by=person(request), files=files | kept | {file: text} | _with_texts(files, found), base_number=newest.number, note=_("%(count)d questions imported") % {"count": len(found.questions)})
    except actions.EditConflict:
        messages.error(request, _("Somebody saved at the same time; nothing was imported. Try again."))
        return redirect("library:exchange", row.course.slug, row.slug)
    language = language_of_page()
    for line, told in [(f"{_('line %(line)d') % {'line': note.line}}: " if note.line else "", note) for note in found.notes[:NOTES_MAX]]:
        messages.warning(request, f"{line}{told.text(language)} {told.cure(language)}")
    messages.success(request, _("%(count)d questions are in. Their text stands in both languages as it came; translate it.") % {"count": len(found.questions)})
    return redirect("library:questions", row.course.slug, row.slug)
