"""Compressed pages. Django's own middleware does the work and hides the length of what it compresses (BREACH); streams and the API for clients stay as they are."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedPages(GZipMiddleware):
    """Compress what was rendered whole. A stream must reach its reader event by event, which compression would hold back."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the answer, smaller if the browser takes that."""
        if response.streaming or request.path.startswith("/k8s/"):
            return response
        return super().process_response(request, response)
