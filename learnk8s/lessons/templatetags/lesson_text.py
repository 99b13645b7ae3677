"""Texts in both languages, in templates."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from learnk8s.courseware.markdown import line_html, line_text
from learnk8s.lessons.plan import plan_of
from learnk8s.library.models import Course
from learnk8s.web.typesetting import in_whole_words, typeset

register = template.Library()
register.filter(typeset)
register.filter(in_whole_words)


@register.filter
def overview_url(course: Course) -> str:
    """Return the address of a course's lessons: its place in the catalogue, or a page of its own if it is not in it."""
    return f"{reverse('lessons:index')}#course-{course.slug}" if course.is_listed else reverse("lessons:course", args=(course.slug,))


@register.filter
def has_certificate(course: Course) -> bool:
    """Say whether there is a certificate for whoever finishes a course."""
    return course.is_listed and bool(plan_of(course.slug).project)


@register.filter
def in_language(texts: Any, language: str) -> str:
    """Return one language of a text."""
    return str((texts or {}).get(language, "")) if isinstance(texts, dict) else str(texts or "")


@register.filter
def as_line(text: str) -> SafeString:
    """Return one line of Markdown as markup."""
    return mark_safe(typeset(line_html(str(text))))  # noqa: S308  # sanitised on the line itself


@register.filter
def without_marks(text: str) -> str:
    """Return one line of Markdown as letters alone."""
    return line_text(str(text))


@register.filter
def drawing(figures: dict[str, str], name: str) -> SafeString:
    """Return a lesson's SVG as markup, or the element of a picture that was uploaded."""
    from learnk8s.lessons.pictures import clean_svg, in_words_of_the_page, picture_element, with_room

    if name.endswith(".png"):
        return picture_element(figures.get(name, ""))
    return mark_safe(with_room(in_words_of_the_page(clean_svg(figures.get(name, "")))))  # noqa: S308  # sanitised on the line itself; translations are escaped


@register.filter
def as_drawing(text: str) -> SafeString:
    """Return an SVG as markup, sanitised, whole and at any size: for a list of drawings."""
    from learnk8s.lessons.pictures import clean_svg, in_words_of_the_page, without_parts

    return mark_safe(in_words_of_the_page(without_parts(clean_svg(text))))  # noqa: S308  # sanitised on the line itself; translations are escaped


@register.filter
def place_in(name: str, mapping: Any) -> int:
    """Return the number of a name among those of a mapping, from 1; 0 if it is not there."""
    return list(mapping).index(name) + 1 if name in mapping else 0


@register.filter
def in_lists(lists: dict[str, list[str]], language: str) -> list[str]:
    """Return one language of a list of texts."""
    return list(lists.get(language) or ())


@register.filter
def given_to(mapping: Any, name: str) -> Any:
    """Return what stands under a name in a table, or nothing."""
    return mapping.get(name) if isinstance(mapping, dict) else None


@register.filter
def printed_by(entries: Any, line: str) -> str:
    """Return what a line printed when it was first run, as far as that is kept."""
    return next((entry.output for entry in entries or () if entry.input == line), "")


@register.filter
def rows_for(rows: Any, name: str) -> Any:
    """Return the options of an ordering question in the order in which the page shows them."""
    return rows.get(name, ()) if isinstance(rows, dict) else rows
