"""The editor: a file of what is written beside its live preview, kept while one writes, saved as a revision, merged when two wrote at once."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from learnk8s.courseware.merging import chosen, merged
from learnk8s.courseware.translation import pairs_of, sections_of
from learnk8s.library import actions, queries
from learnk8s.library.drawings import drawings, drawings_shown, terms_shown
from learnk8s.library.editing import Merge, draft_of, file_order, inserts_of, with_term
from learnk8s.library.forms import FileForm, PictureForm, plain
from learnk8s.library.models import Draft, Kind, Lesson, Revision, Role
from learnk8s.library.who import lesson_for, person
from learnk8s.web.language import LANGUAGES, language_of_page
from learnk8s.web.visitor import page_of

NAMES = {"ko": "한국어", "en": "English"}
HISTORY_READ = 40
"""Revisions that are read to say which language is behind."""


def files_now(newest: Revision, draft: Draft | None) -> dict[str, str]:
    """Return the files as their author sees them: the newest revision, and on it what was not saved yet."""
    return {**newest.files, **(draft.files if draft else {})}


def brought_together(row: Lesson, newest: Revision, draft: Draft | None) -> dict[str, str] | None:
    """Return the files as their author sees them, on the newest revision also where somebody saved it after they began; None if both changed the same place."""
    if draft is None or not draft.files or draft.base_number == newest.number:
        return files_now(newest, draft)
    base = _began(row, newest, draft.base_number)
    merges = {name: merged(base.files.get(name, ""), text, newest.files.get(name, "")) for name, text in draft.files.items()}
    if any(part.is_conflict for parts in merges.values() for part in parts):
        return None
    return {**newest.files, **{name: chosen(parts, {}) for name, parts in merges.items()}}


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Show one file of the newest revision beside its preview; a POST saves a new revision."""
    row = lesson_for(request, course, lesson, queries.MAY_READ if request.method == "GET" else queries.MAY_EDIT)
    newest, draft = queries.newest_revision(row), queries.draft_of(row, person(request))
    files = files_now(newest, draft)
    if request.method == "POST":
        return _save(request, row, newest, files)
    name = request.GET.get("file", row.main_file or f"{language_of_page()}.md")
    if name not in files:
        raise Http404
    return _editor(request, row, newest, _as_it_is(newest, draft, files, name), files, name, draft=draft)


def _as_it_is(newest: Revision, draft: Draft | None, files: dict[str, str], name: str) -> FileForm:
    return FileForm(initial={"file": name, "base": draft.base_number if draft and draft.files else newest.number, "text": files[name]})


def _save(request: HttpRequest, row: Lesson, newest: Revision, kept: dict[str, str]) -> HttpResponse:
    form, name = FileForm(request.POST), str(request.POST.get("file", ""))
    if name not in kept:
        raise Http404
    if not form.is_valid():
        return _editor(request, row, newest, form, kept, name, status=422)
    files = {**kept, name: form.cleaned_data["text"], **_other_language(request, name)}
    try:
        revision = actions.save_revision(lesson=row, by=person(request), files=files, base_number=form.cleaned_data["base"], note=form.cleaned_data["note"])
    except actions.EditConflict:
        return _merge_page(request, row, newest, files, form.cleaned_data["base"], form.cleaned_data["note"], status=409)
    messages.success(request, _("Saved as revision %(number)d. Students see it once you publish it.") % {"number": revision.number})
    return redirect(f"{row.edit_url}?file={name}{'&side=1' if 'other' in request.POST else ''}")


def _other_language(request: HttpRequest, name: str) -> dict[str, str]:
    """Return the text of the other language, where both stand side by side."""
    other = {"ko.md": "en.md", "en.md": "ko.md"}.get(name)
    return {other: plain(request.POST["other"])[:200_000]} if other and "other" in request.POST else {}


def _editor(request: HttpRequest, row: Lesson, newest: Revision, form: FileForm, files: dict[str, str], name: str, *, draft: Draft | None = None, picture_form: PictureForm | None = None, status: int = 200) -> HttpResponse:
    language = name[:2] if name in ("ko.md", "en.md") else language_of_page()
    is_side = name in ("ko.md", "en.md") and (request.GET.get("side") == "1" or "other" in request.POST or "side" in request.POST)
    form.fields["text"].widget.attrs["lang"] = language
    began, sides = _began(row, newest, draft.base_number if draft and draft.files else newest.number), ("ko.md", "en.md") if is_side else (name,)
    context = {
        "lesson": row, "newest": newest, "form": form, "file": name, "files": sorted(files, key=file_order), "draft": draft_of(files, language, row.kind), "preview_language": language, "kept": draft if draft and draft.files else None,
        "is_behind": draft is not None and bool(draft.files) and draft.base_number != newest.number, "others": queries.others_at(row, person(request)), "may_edit": row.role != Role.REVIEWER,
        "inserts": inserts_of(files, queries.slugs_of(row.course, Kind.SCENARIO)) if name.endswith(".md") else [], "picture_form": picture_form or PictureForm(auto_id="picture-%s"), "is_side": is_side, "is_text": name.endswith(".md"),
        "seen": actions.version_of({side: (draft.files if draft else {}).get(side, began.files.get(side, "")) for side in sides}),
        **(_side(row, files, name) if is_side else {}),
    }
    return render(request, "library/edit.html", context, status=status)


def _side(row: Lesson, files: dict[str, str], name: str) -> dict[str, Any]:
    other = "en.md" if name == "ko.md" else "ko.md"
    history = [revision.files for revision in row.revisions.order_by("-number")[:HISTORY_READ]][::-1]
    order = (name[:2], other[:2])
    sections = [[{"language": language, "title": pair.sections[language].title if pair.sections[language] else "", "state": pair.states[language]} for language in order] for pair in pairs_of([*history, files])]  # type: ignore[union-attr]  # asked just before
    return {"other_text": files.get(other, ""), "other_language": other[:2], "sides": [{"name": NAMES[language]} for language in order], "sections": sections}


@require_POST
def preview(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Return problems and preview of a text that is not saved; writes nothing."""
    row = lesson_for(request, course, lesson, queries.MAY_READ)
    newest, draft = queries.newest_revision(row), queries.draft_of(row, person(request))
    return _preview(request, row, files_now(newest, draft), {})


def _preview(request: HttpRequest, row: Lesson, files: dict[str, str], more: dict[str, Any], status: int = 200) -> HttpResponse:
    form, name = FileForm(request.POST), str(request.POST.get("file", ""))
    if name not in files:
        raise Http404
    text = form.cleaned_data["text"] if form.is_valid() else files[name]
    language = name[:2] if name in ("ko.md", "en.md") else language_of_page()
    context = {"lesson": row, "draft": draft_of({**files, name: text, **_other_language(request, name)}, language, row.kind), "preview_language": language, "form_errors": form.errors, "file": name, **more}
    return render(request, "library/edit.html#preview", context, status=status)


@require_POST
def keep(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Keep what was written, and return the preview with the saved state and who else is here."""
    row = lesson_for(request, course, lesson)
    newest, form = queries.newest_revision(row), FileForm(request.POST)
    kept = queries.draft_of(row, person(request))
    files = files_now(newest, kept)
    name = str(request.POST.get("file", ""))
    seen, is_elsewhere = request.POST.get("seen"), False
    if form.is_valid() and name in files:
        changed = {} if "unchanged" in request.POST else {name: form.cleaned_data["text"], **_other_language(request, name)}
        is_newest = not (kept and kept.files) and all(newest.files.get(file) == text for file, text in changed.items())  # a page that is gone back to after its text was saved
        began = newest if is_newest else _began(row, newest, form.cleaned_data["base"])
        try:
            kept = actions.keep_draft(lesson=row, by=person(request), base_number=began.number, base=began.files, changed=changed, seen=None if "over" in request.POST else seen, page=page_of(request))
            seen = actions.version_of(changed) if changed else seen
        except actions.WrittenElsewhere:
            is_elsewhere = True
    more = {"kept_at": timezone.now() if kept and not is_elsewhere else None, "kept": kept if kept and kept.files else None, "others": queries.others_at(row, person(request)), "is_behind": kept is not None and bool(kept.files) and kept.base_number != newest.number, "seen": seen, "is_elsewhere": is_elsewhere}
    return _preview(request, row, files, more, status=409 if is_elsewhere else 200)


def _began(row: Lesson, newest: Revision, number: int) -> Revision:
    """Return the revision on which an edit began."""
    return newest if number == newest.number else row.revisions.filter(number=number).first() or newest


@require_POST
def discard(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Throw away what was not saved as a revision."""
    row = lesson_for(request, course, lesson)
    actions.discard_draft(lesson=row, by=person(request))
    messages.success(request, _("The newest revision is shown again."))
    return redirect(row.edit_url)


# Two wrote at once


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Show what both changed, and save what was chosen on top of the newest revision."""
    row = lesson_for(request, course, lesson)
    newest, draft = queries.newest_revision(row), queries.draft_of(row, person(request))
    if draft is None or not draft.files:
        return redirect(row.edit_url)
    base = row.revisions.filter(number=draft.base_number).first() or newest
    if request.method == "GET":
        return _merge_page(request, row, newest, {**base.files, **draft.files}, base.number, "")
    files = {**newest.files, **_settled(request.POST, base.files, {**base.files, **draft.files}, newest.files)}
    try:
        revision = actions.save_revision(lesson=row, by=person(request), files=files, base_number=int(request.POST.get("base", "0") or 0) if request.POST.get("base", "").isdecimal() else 0, note=request.POST.get("note", ""))
    except actions.EditConflict:
        return _merge_page(request, row, newest, {**base.files, **draft.files}, base.number, request.POST.get("note", ""), status=409)
    messages.success(request, _("Merged and saved as revision %(number)d.") % {"number": revision.number})
    return redirect(row.edit_url)


def _settled(posted: QueryDict, base: dict[str, str], mine: dict[str, str], theirs: dict[str, str]) -> dict[str, str]:
    files = {}
    for number, name in enumerate(sorted({*mine, *theirs})):
        parts = merged(base.get(name, ""), mine.get(name, ""), theirs.get(name, ""))
        choices = {place: str(posted.get(f"choice-{number}-{place}", "mine")) for place in range(len(parts))}
        files[name] = chosen(parts, choices)
    return files


def _merge_page(request: HttpRequest, row: Lesson, newest: Revision, mine: dict[str, str], base_number: int, note: str, status: int = 200) -> HttpResponse:
    base = row.revisions.filter(number=base_number).first() or newest
    changed = {name: text for name, text in mine.items() if base.files.get(name) != text}
    if request.method == "POST":
        actions.keep_draft(lesson=row, by=person(request), base_number=base.number, base=base.files, changed=changed)
    merges = [Merge(number, name, merged(base.files.get(name, ""), mine.get(name, ""), newest.files.get(name, ""))) for number, name in enumerate(sorted({*mine, *newest.files}))]
    context = {"lesson": row, "newest": newest, "base": base, "merges": [each for each in merges if base.files.get(each.name) != mine.get(each.name) or base.files.get(each.name) != newest.files.get(each.name)], "note": note}
    return render(request, "library/merge.html", context, status=status)


# What is put into a text


@require_POST
def insert_picture(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Take a picture in, encode it anew, and put it with its words into both languages."""
    from learnk8s.library import pictures

    row = lesson_for(request, course, lesson)
    newest, draft = queries.newest_revision(row), queries.draft_of(row, person(request))
    files, name = files_now(newest, draft), request.POST.get("file", "")
    form = PictureForm(request.POST, request.FILES, auto_id="picture-%s")
    if form.is_valid():
        try:
            picture = pictures.taken_in(course=row.course, upload=form.cleaned_data["picture"], by=person(request))
        except pictures.NoPicture as refusal:
            form.add_error("picture", str(refusal))
        else:
            words = {language: form.cleaned_data[f"alt_{language}"] for language in LANGUAGES}
            return _inserted(request, row, newest, files, name, pictures.file_name(files, picture, form.cleaned_data["picture"].name), pictures.pointer(picture), words, form.cleaned_data["line"])
    name = name if name in files else f"{language_of_page()}.md"
    return _editor(request, row, newest, _as_it_is(newest, draft, files, name), files, name, draft=draft, picture_form=form, status=422)


@require_POST
def insert_drawing(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Copy a drawing of the built-in course with its words in both languages."""
    row = lesson_for(request, course, lesson)
    newest, draft = queries.newest_revision(row), queries.draft_of(row, person(request))
    files = files_now(newest, draft)
    found = next((drawing for drawing in drawings() if drawing.key == request.POST.get("drawing")), None)
    if found is None:
        raise Http404
    return _inserted(request, row, newest, files, request.POST.get("file", ""), found.name, found.svg, found.words, None)


def _inserted(request: HttpRequest, row: Lesson, newest: Revision, files: dict[str, str], current: str, name: str, content: str, words: dict[str, str], line: int | None) -> HttpResponse:
    changed = {name: content}
    place = _section_at(files.get(current, ""), line) if current in ("ko.md", "en.md") else None
    for language in LANGUAGES:
        file = f"{language}.md"
        changed[file] = _with_block(files[file], f"```figure {name}\n{words[language]}\n```", place)
    actions.keep_draft(lesson=row, by=person(request), base_number=newest.number, base=newest.files, changed=changed)
    messages.success(request, _("The picture stands in both languages now."))
    return redirect(f"{row.edit_url}?file={current if current in changed else f'{language_of_page()}.md'}{'&side=1' if 'side' in request.POST else ''}")


def _section_at(text: str, line: int | None) -> int | None:
    if not line:
        return None
    return max((place for place, section in enumerate(sections_of(text)) if section.line <= line), default=0)


def _with_block(text: str, block: str, place: int | None) -> str:
    """Put a block at the end of a section, so that both languages keep the same blocks in the same order."""
    sections = sections_of(text)
    if place is None or place + 1 >= len(sections):
        return f"{text.rstrip()}\n\n{block}\n"
    lines = text.split("\n")
    at = sections[place + 1].line - 1
    return "\n".join([*lines[:at], block, "", *lines[at:]])


@require_POST
def insert_term(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Add a word of the glossary to those that the lesson explains."""
    from learnk8s.lessons.terms import terms

    row = lesson_for(request, course, lesson)
    newest, draft = queries.newest_revision(row), queries.draft_of(row, person(request))
    files, name = files_now(newest, draft), request.POST.get("term", "")
    if name not in terms() or "lesson.yaml" not in files:
        raise Http404
    text = with_term(files["lesson.yaml"], name)
    if text is None:
        messages.error(request, _("The line “terms:” of lesson.yaml was not found; add the word there."))
    else:
        actions.keep_draft(lesson=row, by=person(request), base_number=newest.number, base=newest.files, changed={"lesson.yaml": text})
        messages.success(request, _("The lesson explains %(name)s at its end now.") % {"name": name})
    return redirect(f"{row.edit_url}?file={request.POST.get('file', 'lesson.yaml') if request.POST.get('file') in files else 'lesson.yaml'}")


@require_GET
def insert_choices(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """List the drawings that can be copied, and the words of the glossary."""
    row = lesson_for(request, course, lesson)
    if row.kind != Kind.LESSON:
        raise Http404
    wanted = request.GET.get("q", "").strip()[:40]
    return render(request, "library/choices.html", {"lesson": row, "wanted": wanted, "drawings": drawings_shown(language_of_page(), wanted), "terms": terms_shown(get_language() or "en", wanted), "file": request.GET.get("file", "ko.md")})
