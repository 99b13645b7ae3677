"""What only takes forms is no page: whoever opens its address is led to the nearest page above it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

NOT_ALLOWED = 405


class PageAbove:
    """Leads a browser that opens the address of a form (by the switch of language below an error, from the log-in page, from its history) to the page above, where an empty answer would leave it on a white page. Programs, which do not ask for HTML, still get 405."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and redirect where there is no page."""
        response = self._get_response(request)
        if response.status_code != NOT_ALLOWED or request.method != "GET" or "text/html" not in request.headers.get("Accept", ""):
            return response
        above = page_above(request.path)
        return redirect(above) if above else response


def page_above(path: str) -> str:
    """Return the nearest address above a path at which something answers, "" if there is none.

    >>> page_above("/en/classes/7/dates/"), page_above("/en/learn/kubernetes/why/check/one/")
    ('/en/classes/7/', '/en/learn/kubernetes/why/')
    """
    parts = path.strip("/").split("/")
    for end in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:end])}/"
        try:
            resolve(above)
        except Resolver404:
            continue
        return above
    return ""
