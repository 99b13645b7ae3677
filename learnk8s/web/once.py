"""A form that comes twice is done once: after a double click, a second Enter, or a line that broke before the answer came and a browser that sends it again.

Every page carries a token of its own (CSRF masks it anew each time it is rendered), so the same form with the same fields from the same page is the same press. The
second time it is answered as it was the first, which is awaited. Who goes back to a page and sends its form once more means it; static/js/returning.js says so.
Errors are not kept: a form that is shown again with its mistakes has changed nothing. What htmx sends says in `hx-sync` what a second press means.
"""

import time
import zlib
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase

CACHE = "answered"
KEPT_S = 120
"""How long a browser may take to send it again."""
AWAITED_S = 15
"""How long the first answer is awaited, and how long a form counts as under way whose process has died."""
LOOKS_S = 0.05
UNDER_WAY = ()
HEADERS = ("Location", "Content-Type", "Content-Disposition")
PAGE_BYTES_MAX = 300_000
"""Of a page that is an answer itself, such as the passwords of new accounts, which are shown once."""


class Once:
    """Answers a form that has come before as it was answered then. Stands behind the check of the token and the session, without which nobody is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and keep the answer."""
        response = self._get_response(request)
        key = getattr(request, "once_key", "")
        if key:
            _kept(key, response)
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object) -> HttpResponse | None:
        """Return the answer that the same form got before; None lets the view answer."""
        key = _key_of(request)
        return _awaited(request, key) if key else None


def _key_of(request: HttpRequest) -> str:
    """Return what a form has in common with its like; "" for what is no form of a page, and for somebody whom the site does not know yet."""
    if request.method != "POST" or request.htmx or "text/html" not in request.headers.get("Accept", ""):  # type: ignore[attr-defined]  # set by the middleware
        return ""
    session = request.session.session_key
    if not session or "csrfmiddlewaretoken" not in request.POST:
        return ""
    files = sorted((name, file.name, file.size) for name, file in request.FILES.items())
    return sha256(repr((session, request.get_full_path(), sorted(request.POST.lists()), files)).encode()).hexdigest()


def _awaited(request: HttpRequest, key: str) -> HttpResponse | None:
    ends = time.monotonic() + AWAITED_S
    while not caches[CACHE].add(key, UNDER_WAY, AWAITED_S):
        known = caches[CACHE].get(key)
        if known:
            status, headers, page = known
            return HttpResponse(zlib.decompress(page), status=status, headers=headers)
        if time.monotonic() > ends:
            return None
        time.sleep(LOOKS_S)
    request.once_key = key  # type: ignore[attr-defined]  # ours
    return None


def _kept(key: str, response: HttpResponseBase) -> None:
    if response.status_code < 400 and not response.streaming and len(response.content) <= PAGE_BYTES_MAX:  # type: ignore[attr-defined]  # no stream
        headers = {name: response.headers[name] for name in HEADERS if name in response.headers}
        caches[CACHE].set(key, (response.status_code, headers, zlib.compress(response.content)), KEPT_S)  # type: ignore[attr-defined]
    else:
        caches[CACHE].delete(key)
