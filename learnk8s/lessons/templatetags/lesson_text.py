"""Texts in both languages, in templates."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def in_language(texts: Any, language: str) -> str:
    """Return one language of a text."""
    return str((texts or {}).get(language, "")) if isinstance(texts, dict) else str(texts or "")


@register.filter
def drawing(figures: dict[str, str], name: str) -> SafeString:
    """Return a lesson's SVG as markup; it was sanitised when the lesson was read."""
    from learnk8s.lessons.pictures import clean_svg

    return mark_safe(clean_svg(figures.get(name, "")))  # noqa: S308  # sanitised on the line itself
