"""HEAD asks what GET would answer, without the answer itself (RFC 9110, 9.3.2): checkers of links and previews of shared addresses do so."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase


class Heads:
    """Answers HEAD wherever there is a page, as if it were GET, and drops the body. The Kubernetes API has its own rules and gets what was sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the headers alone where they are asked for. (All streams are of the API.)"""
        if request.method != "HEAD" or request.path.startswith("/k8s/"):
            return self._get_response(request)
        request.method = "GET"
        response = self._get_response(request)
        if isinstance(response, HttpResponse):
            response.content = b""
        return response
