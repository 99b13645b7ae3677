"""The title of a page that refuses a form: what a screen reader says first, and what a tab shows."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

REFUSED = (422, 429)
HEAD, TITLE = b"<!doctype html>", b"<title>"


class RefusedTitles:
    """Puts "Error:" before the title of a page that does not accept what was sent. It is done here, since only the answer knows that it refuses; a part of a page has no title."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with the title changed."""
        response = self._get_response(request)
        if response.status_code in REFUSED and isinstance(response, HttpResponse) and response.content.startswith(HEAD):
            response.content = response.content.replace(TITLE, TITLE + _("Error:").encode() + b" ", 1)
        return response
