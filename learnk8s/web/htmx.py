"""What htmx needs of the server: a redirect to the log-in page must change the page, not be swapped into it, and a part of a page must not be taken for the page."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers


def sentence(text: object, status: int = 422) -> HttpResponse:
    """Refuse what a script sent, in one sentence, which the page shows (static/js/elements/lk-trouble.js and lk-terminal.js)."""
    return HttpResponse(str(text), status=status, content_type="text/plain; charset=utf-8")


class LoginRedirects:
    """Turns a redirect to the log-in page into HX-Redirect for requests of htmx."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with the redirect changed."""
        response = self._get_response(request)
        location = response.headers.get("Location", "")
        if getattr(request, "htmx", False) and response.status_code == 302 and location.startswith(resolve_url(settings.LOGIN_URL)):
            return HttpResponse(status=204, headers={"HX-Redirect": location})
        return response


class PartsApart:
    """Says that a page and a part of it are two things, though they have one address. A browser that goes back takes what it keeps under the address, and would show the part without its page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with the header that tells them apart."""
        response = self._get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ("HX-Request",))
        return response
