"""The form of a course: what it is called and about, under which licence, and its lessons in modules; what it makes is a revision of the outline, as text."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from learnk8s.courseware.outline import LICENCES, Module, Outline, read_outline
from learnk8s.courseware.starting import both, quoted
from learnk8s.courseware.starting import outline as beginning
from learnk8s.library import actions, queries
from learnk8s.library.models import Kind, Lesson
from learnk8s.library.who import membership_in, person
from learnk8s.web.language import language_of_page

MODULES_MAX, TITLE_MAX, ABOUT_MAX = 40, 160, 600


def written(outline: Outline) -> str:
    """Return an outline as the text of course.yaml."""
    lines = [f"title: {both(outline.title)}"]
    if any(outline.about.values()):
        lines.append(f"about: {both(outline.about)}")
    lines.append(f"licence: {outline.licence}")
    if outline.credit:
        lines.append(f"credit: {quoted(outline.credit)}")
    lines.append("modules:" if outline.modules else "modules: []")
    for module in outline.modules:
        lines.extend((f"  - title: {both(module.title)}", f"    lessons: [{', '.join(module.lessons)}]"))
    return "\n".join(lines) + "\n"


@require_http_methods(["GET", "POST"])
def arrange(request: HttpRequest, course: str) -> HttpResponse:
    """Show modules and lessons; a POST puts every lesson into the module and the place that the form says."""
    member = membership_in(request, course, queries.MAY_EDIT)
    items = queries.items_of(person(request), member.course)
    row, title = next((item for item in items if item.kind == Kind.OUTLINE), None), {"ko": member.course.title_ko, "en": member.course.title_en}
    if row is None and request.method == "POST":
        row = actions.make_item(course=member.course, kind=Kind.OUTLINE, slug=actions.OUTLINE, title=title, by=person(request))
    newest = queries.newest_revision(row) if row is not None else None
    outline, _reader = read_outline((newest.files if newest is not None else beginning("", title))["course.yaml"])
    lessons = [item for item in items if item.kind == Kind.LESSON]
    if request.method == "GET" or row is None or newest is None:
        return render(request, "library/arrange.html", {"course": member.course, "outline": outline, "licences": LICENCES, "text_url": row.edit_url if row is not None else "", "items": _items(outline, lessons), "modules": [*enumerate(outline.modules, 1), (len(outline.modules) + 1, Module({"ko": "", "en": ""}, ()))]})
    text = written(_arranged(request, outline, lessons))
    try:
        revision = actions.save_revision(lesson=row, by=person(request), files={"course.yaml": text}, base_number=newest.number)
    except actions.EditConflict:
        messages.error(request, _("Somebody arranged the course at the same time. Look at the order and try again."))
        return redirect("library:arrange", course)
    actions.publish(lesson=row, revision=revision, by=person(request))
    messages.success(request, _("The course is saved."))
    return redirect("library:course", course)


def _rows(outline: Outline, lessons: list[Lesson]) -> list[dict[str, Any]]:
    placed = {slug: (number, place) for number, module in enumerate(outline.modules, 1) for place, slug in enumerate(module.lessons, 1)}
    rows = [{"lesson": lesson, "module": placed.get(lesson.slug, (0, 0))[0], "place": placed.get(lesson.slug, (0, 0))[1] or lesson.position} for lesson in lessons]
    rows.sort(key=lambda row: (row["module"] or MODULES_MAX, row["place"]))
    for place, row in enumerate((row for row in rows if not row["module"]), 1):
        row["place"] = place
    return rows


def _items(outline: Outline, lessons: list[Lesson]) -> SafeString:
    """Return a row for each lesson: every row has the same long list of modules, which a template would draw anew."""
    titles = [(0, "—"), *((number, f"{number} {module.title[language_of_page()]}") for number, module in enumerate(outline.modules, 1)), (len(outline.modules) + 1, str(len(outline.modules) + 1))]
    plain = format_html_join("", '<option value="{}">{}</option>', ((number or "", title) for number, title in titles))
    options = {chosen: SafeString(plain.replace(f'value="{chosen or ""}"', f'value="{chosen or ""}" selected', 1)) for chosen, _title in titles}
    words = (_("Module"), _("Place"))
    return format_html_join("", '<li><span class="library__title">{}</span><label class="field__label">{} <select name="lesson-{}-module">{}</select></label><label class="field__label">{} <input type="number" class="question__short" name="lesson-{}-place" min="1" max="9999" value="{}"></label></li>',
                            ((row["lesson"].title, words[0], row["lesson"].pk, options[row["module"]], words[1], row["lesson"].pk, row["place"]) for row in _rows(outline, lessons)))


def _arranged(request: HttpRequest, outline: Outline, lessons: list[Lesson]) -> Outline:
    modules = []
    for number in range(1, min(len(outline.modules) + 2, MODULES_MAX)):
        title = {language: request.POST.get(f"module-{number}-{language}", "").strip()[:160] for language in ("ko", "en")}
        inside = [lesson for lesson in lessons if request.POST.get(f"lesson-{lesson.pk}-module") == str(number)]
        if any(title.values()) and (inside or title["ko"]):
            title = {language: title[language] or title["ko"] or title["en"] for language in ("ko", "en")}
            modules.append(Module(title, tuple(lesson.slug for lesson in sorted(inside, key=lambda lesson: _place(request, lesson)))))
    licence = request.POST.get("licence", "")
    return Outline(_said(request, "title", outline.title, TITLE_MAX), _said(request, "about", outline.about, ABOUT_MAX), licence if licence in LICENCES else outline.licence, outline.credit, tuple(modules))


def _said(request: HttpRequest, name: str, before: dict[str, str], letters_max: int) -> dict[str, str]:
    """Return a text in both languages as the form says it; a title is never empty."""
    found = {language: " ".join(request.POST.get(f"{name}-{language}", before[language]).split())[:letters_max] for language in before}
    return {language: text or (before[language] if name == "title" else "") for language, text in found.items()}


def _place(request: HttpRequest, lesson: Lesson) -> tuple[int, str]:
    found = request.POST.get(f"lesson-{lesson.pk}-place", "")
    return (int(found) if found.isdecimal() and len(found) < 6 else 9_999, lesson.slug)
