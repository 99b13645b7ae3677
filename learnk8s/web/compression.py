"""Compressed pages. Brotli where the browser takes it, else Django's own gzip; both hide the length of what they compress (BREACH). Streams and the API for clients stay as they are.

A page that is the same for every stranger, without a token and so without anything to hide, is compressed as well as can be, once, and kept.
"""

import secrets
from functools import lru_cache

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

QUALITY, BLOCK = 7, 18
"""As quick as gzip, and a sixth smaller. Blocks of 2**18 bytes hold a whole page: one that is cut in two pays for its tables twice."""
BEST = 11
"""Another twelfth smaller, at some 50 ms a page."""
KEPT_MAX = 256
"""Pages that are kept so, of some 10 KB."""
LEAST = 200
"""Bytes that are worth compressing, as Django has it."""


class CompressedPages(GZipMiddleware):
    """Compress what was rendered whole. A stream must reach its reader event by event, which compression would hold back."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the answer, smaller if the browser takes that."""
        if response.streaming or request.path.startswith("/k8s/"):
            return response
        if not _is_page(response) or not _takes_brotli(request):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Encoding",))
        response.content = _kept(response.content) if _is_everybodys(request, response) else brotli.compress(response.content + _padding(self.max_random_bytes), quality=QUALITY, lgblock=BLOCK)
        response.headers["Content-Length"] = str(len(response.content))
        response.headers["Content-Encoding"] = "br"
        if response.headers.get("ETag", "").startswith('"'):
            response.headers["ETag"] = f"W/{response.headers['ETag']}"
        return response


def _padding(bytes_max: int) -> bytes:
    return b"<!--%s-->" % secrets.token_hex(secrets.randbelow(bytes_max) // 2 + 1).encode()


@lru_cache(KEPT_MAX)
def _kept(content: bytes) -> bytes:
    return brotli.compress(content, quality=BEST)


def _is_everybodys(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Say whether a page holds nothing of the one who asks: no session, no words that were asked for, no cookie, no token (Django notes that one was made)."""
    has_secret = settings.SESSION_COOKIE_NAME in request.COOKIES or "CSRF_COOKIE_NEEDS_UPDATE" in request.META
    return response.status_code == 200 and not (has_secret or request.GET or response.cookies)


def _is_page(response: HttpResponseBase) -> bool:
    """Say whether a comment may stand behind what is answered: the comment hides the length, and in a part of a page it would stay in the document."""
    return response.headers.get("Content-Type", "").startswith("text/html") and not response.has_header("Content-Encoding") and len(response.content) >= LEAST and b"</html>" in response.content[-64:]  # type: ignore[attr-defined]  # no stream


def _takes_brotli(request: HttpRequest) -> bool:
    return "br" in (word.partition(";")[0].strip() for word in request.headers.get("Accept-Encoding", "").split(","))
