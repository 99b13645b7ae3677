"""What the frame of every page needs: its stylesheets, its other language, where we are."""

import re
from functools import lru_cache
from html import unescape

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.urls import get_script_prefix, translate_url
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from learnk8s.timeline.milestones import ERAS
from learnk8s.web.bundles import FOOT_STYLES, LATE, LATE_STYLES, MODULES, PRINT_STYLES, PRINTED, SCRIPTS, BundledStorage, stylesheets
from learnk8s.web.slots import Slotted, slotted
from learnk8s.web.typesetting import in_whole_words, typeset

register = template.Library()
register.filter(typeset)
register.filter(in_whole_words)

_SEAM = re.compile(r"(?<=[a-z,])(?=[A-Z])|(?<=[/:.])(?=\w)")
HEALTH_OF_LEVEL = {"success": "ok", "warning": "wait", "error": "bad"}


@register.simple_tag
def styles(room: str) -> SafeString:
    """Link the stylesheet of a room of the site (web/bundles.py) and that of its print-outs, or their sources in debug mode."""
    screen = format_html_join("\n  ", '<link rel="stylesheet" href="{}">', ((static(name),) for name in style_files(room)))
    return screen + format_html_join("", '\n  <link rel="stylesheet" media="print" href="{}">', ((static(name),) for name in print_files(room)))


@register.simple_tag
def foot_styles() -> SafeString:
    """Link the stylesheet of the foot of every page, where the foot begins (FOOT_STYLES says why there)."""
    return format_html_join("\n  ", '<link rel="stylesheet" href="{}">', ((static(name),) for name in foot_files()))


@register.simple_tag
def foot_ahead() -> SafeString:
    """Fetch the stylesheet of the foot beside that of the page: found at its place only, it would wait behind scripts."""
    return SafeString() if _is_apart() else format_html('<link rel="preload" as="style" href="{}">', static("css/foot.css"))


@register.simple_block_tag
def late(content: str) -> str:
    """Let the scripts inside rest until the page is whole and has been painted (static/js/late.js, which stands behind them since it may run at once). In debug mode they load with the page."""
    return content if _is_apart() else format_html('<template id="late">{}</template>\n  <script async src="{}"></script>', content, static(LATE))


@register.simple_block_tag
def one_focus(content: str) -> str:
    """Let a notice above a page take the focus, so that it is read out, only where nothing in the page does: of two, a browser would choose the first."""
    notices, main, page = content.partition("<main ")
    return mark_safe(notices.replace(" autofocus", "") + main + page) if " autofocus" in page else content  # noqa: S308 - it was drawn by templates


@register.simple_tag
def scripts() -> SafeString:
    """Load the script of every page with the styles of what it shows, or their sources in debug mode. Nothing waits for them."""
    if not _is_apart():
        return format_html('<link rel="stylesheet" href="{}">\n  <script defer src="{}"></script>', static("css/late.css"), static("js/site.js"))
    kinds = (('<link rel="stylesheet" href="{}">', LATE_STYLES), ('<script defer src="{}"></script>', SCRIPTS), ('<script type="module" src="{}"></script>', MODULES))
    return mark_safe("\n  ".join(format_html_join("\n  ", line, ((static(name),) for name in names)) for line, names in kinds))  # noqa: S308 - made of parts that are safe


@register.simple_tag
def lasting(template: str, **words: object) -> SafeString:
    """Include a part of the frame that is the same on all pages of a language, but for some words; it is drawn once (not while one develops)."""
    draw = _lasting.__wrapped__ if settings.DEBUG else _lasting
    return draw(template, tuple(words), get_language(), get_script_prefix()).filled(words)


@lru_cache(maxsize=16)
def _lasting(template: str, slots: tuple[str, ...], _language: str | None, _prefix: str) -> Slotted:
    return slotted(template, slots)


@register.simple_tag
def module(name: str) -> SafeString:
    """Load the module of a custom element. Its low priority lets styles and text come first on a slow line."""
    return format_html('<script type="module" fetchpriority="low" src="{}"></script>', static(f"js/elements/{name}.js"))


def style_files(room: str) -> tuple[str, ...]:
    """Name the files that `styles` links."""
    return stylesheets(room) if _is_apart() else (f"css/{room}.css",)


def foot_files() -> tuple[str, ...]:
    """Name the files that `foot_styles` links."""
    return FOOT_STYLES if _is_apart() else ("css/foot.css",)


def print_files(room: str) -> tuple[str, ...]:
    """Name the files for paper that `styles` links."""
    if room not in PRINTED:
        return ()
    return PRINT_STYLES if _is_apart() else ("css/print.css",)


def script_files() -> tuple[str, ...]:
    """Name the files that `scripts` loads."""
    return (*SCRIPTS, *MODULES) if _is_apart() else (LATE, "js/site.js")


def _is_apart() -> bool:
    return not isinstance(staticfiles_storage._wrapped if hasattr(staticfiles_storage, "_wrapped") else staticfiles_storage, BundledStorage)  # noqa: SLF001  # the lazy wrapper hides the class


@register.filter
@lru_cache(maxsize=512)
def breakable(word: str) -> SafeString:
    """Let a long word of Kubernetes be broken where its parts meet, and nowhere else first.

    >>> breakable("Ready,SchedulingDisabled")
    'Ready,<wbr>Scheduling<wbr>Disabled'
    >>> breakable("node.kubernetes.io/unreachable:NoSchedule")
    'node.<wbr>kubernetes.<wbr>io/<wbr>unreachable:<wbr>No<wbr>Schedule'
    """
    return SafeString(_SEAM.sub("<wbr>", escape(word)))


@register.simple_tag(takes_context=True)
def text_of(context: Context, block: str) -> str:
    """Give the text of a block once more, as whoever fills it wrote it."""
    found = context.render_context[BLOCK_CONTEXT_KEY].get_block(block)
    return unescape(found.nodelist.render(context)) if found else ""


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
