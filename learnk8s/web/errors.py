"""Error pages that say what happened and where to go on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that could not be understood."""
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for something that this person may not do."""
    return render(request, "errors/403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose security token is missing or too old."""
    return render(request, "errors/csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for nothing, or for another person's things."""
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after a fault of ours: no context, no database, since these may be what failed."""
    return HttpResponse(SERVER_ERROR_PAGE, status=500)


SERVER_ERROR_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>500</title>
<h1>Something broke on our side</h1>
<p>Your work is kept. Please try again in a moment. <a href="/">Start page</a></p>
<p lang="ko">우리 쪽에서 문제가 생겼다. 작업은 보존되어 있다. 잠시 뒤 다시 시도해 보라. <a href="/">첫 화면</a></p>
</html>
"""
