"""The language of a page: one of the two in which everything is written."""

from django.utils.translation import get_language

LANGUAGES = ("ko", "en")


def language_of_page() -> str:
    """Return ko or en."""
    language = (get_language() or "en")[:2]
    return language if language in LANGUAGES else "en"
