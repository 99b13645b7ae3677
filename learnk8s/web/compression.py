"""Compressed pages. Brotli where the browser takes it, else Django's own gzip; both hide the length of what they compress (BREACH). Streams and the API for clients stay as they are."""

import secrets

import brotli
from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

QUALITY = 5
"""As quick as gzip, and a tenth smaller."""
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
        response.content = brotli.compress(response.content + b"<!--%s-->" % secrets.token_hex(secrets.randbelow(self.max_random_bytes) // 2 + 1).encode(), quality=QUALITY)
        response.headers["Content-Length"] = str(len(response.content))
        response.headers["Content-Encoding"] = "br"
        if response.headers.get("ETag", "").startswith('"'):
            response.headers["ETag"] = f"W/{response.headers['ETag']}"
        return response


def _is_page(response: HttpResponseBase) -> bool:
    """Say whether a comment may stand behind what is answered: the comment hides the length, and in a part of a page it would stay in the document."""
    return response.headers.get("Content-Type", "").startswith("text/html") and not response.has_header("Content-Encoding") and len(response.content) >= LEAST and b"</html>" in response.content[-64:]  # type: ignore[attr-defined]  # no stream


def _takes_brotli(request: HttpRequest) -> bool:
    return "br" in (word.partition(";")[0].strip() for word in request.headers.get("Accept-Encoding", "").split(","))
