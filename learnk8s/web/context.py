"""What every template may use: the theme, and this page's address in the other language."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

THEMES = ("auto", "light", "dark")


def page(request: HttpRequest) -> dict[str, object]:
    """Return the theme that a cookie asks for, and the addresses of this page by language."""
    theme = request.COOKIES.get("theme", "auto")
    path = request.get_full_path()
    return {"theme": theme if theme in THEMES else "auto", "language": (get_language() or "en")[:2], "page_root": request.build_absolute_uri("/")[:-1], "page_url": request.build_absolute_uri(request.path), "keeps_lessons": settings.OFFLINE_LESSONS, "alternate_urls": {code: translate_url(path, code) for code in ("ko", "en")}}
