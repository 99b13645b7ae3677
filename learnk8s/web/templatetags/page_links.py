"""What the frame of every page needs: its stylesheets, its other language, where we are."""

from django import template
from django.template import Context
from django.urls import translate_url
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

COMPONENTS = (
    "page prose button card panel callout badge field table tabs terminal breadcrumb progress"
    " notice skip-link figure pagination masthead colophon"
).split()
STYLESHEETS = (
    "css/layers.css",
    "css/reset.css",
    "css/tokens.css",
    "css/base.css",
    *(f"css/components/{name}.css" for name in COMPONENTS),
)
HEALTH_OF_LEVEL = {"success": "ok", "warning": "wait", "error": "bad"}


@register.simple_tag
def stylesheets() -> tuple[str, ...]:
    """Name the site-wide stylesheets in the order in which they must load."""
    return STYLESHEETS


@register.simple_tag(takes_context=True)
def page_in(context: Context, language: str) -> str:
    """Give the address of this same page in another language, query included."""
    request = context.get("request")
    return translate_url(request.get_full_path(), language) if request else f"/{language}/"


@register.simple_tag(takes_context=True)
def here(context: Context, address: str) -> SafeString | str:
    """Mark a link as current when this page is it (page) or lies below it (true)."""
    request = context.get("request")
    if request is None or not request.path.startswith(address):
        return ""
    return mark_safe(f' aria-current="{"page" if request.path == address else "true"}"')  # noqa: S308 - two fixed words


@register.filter
def health(level_tag: str) -> str:
    """Say a message's level as a health word.

    >>> health("error")
    'bad'
    """
    return HEALTH_OF_LEVEL.get(level_tag, "off")
