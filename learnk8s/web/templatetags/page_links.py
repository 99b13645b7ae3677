"""What the frame of every page needs: its stylesheets, its other language, where we are."""

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Context
from django.templatetags.static import static
from django.urls import translate_url
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from learnk8s.timeline.milestones import ERAS
from learnk8s.web.bundles import SCRIPTS, STYLESHEETS, WORLDS, BundledStorage

register = template.Library()

HEALTH_OF_LEVEL = {"success": "ok", "warning": "wait", "error": "bad"}


@register.simple_tag
def stylesheets() -> tuple[str, ...]:
    """Name the stylesheets that every page loads: one bundle, or its sources in debug mode."""
    return STYLESHEETS if _is_apart() else ("css/site.css",)


@register.simple_tag
def world_stylesheets() -> SafeString:
    """Link the stylesheets of lessons and sandboxes: one bundle, or its sources in debug mode."""
    return format_html_join("", '<link rel="stylesheet" href="{}">', ((static(name),) for name in (WORLDS if _is_apart() else ("css/worlds.css",))))


@register.simple_tag
def scripts() -> tuple[str, ...]:
    """Name the scripts that every page loads, in order."""
    return SCRIPTS if _is_apart() else ("js/site.js",)


def _is_apart() -> bool:
    return not isinstance(staticfiles_storage._wrapped if hasattr(staticfiles_storage, "_wrapped") else staticfiles_storage, BundledStorage)  # noqa: SLF001  # the lazy wrapper hides the class


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


@register.simple_tag(takes_context=True)
def share_card(context: Context) -> str:
    """Give the address of the picture that other sites show with a link to this page: its era's, or that of all six."""
    request, era, document = context.get("request"), context.get("era"), context.get("document")
    slug = str(getattr(document, "era", "") or getattr(era, "slug", "") or (era if isinstance(era, str) else ""))
    name = static(f"img/cards/{'ko' if context.get('language') == 'ko' else 'en'}-{slug if slug in ERAS else 'all'}.png")
    return request.build_absolute_uri(name) if request else name


@register.filter
def health(level_tag: str) -> str:
    """Say a message's level as a health word.

    >>> health("error")
    'bad'
    """
    return HEALTH_OF_LEVEL.get(level_tag, "off")


@register.filter
def language_of(text: str) -> str:
    """Say in which of our languages a text is that people wrote: Korean has its own letters.

    >>> language_of("Borg, EuroSys 2015"), language_of("보그 논문")
    ('en', 'ko')
    """
    return "ko" if any("\uac00" <= letter <= "\ud7a3" for letter in str(text)) else "en"
