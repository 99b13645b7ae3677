"""Pages that belong to no app: the choice of a language, health, the theme, errors."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from learnk8s.playground.shapes import POINTS, shape_of
from learnk8s.timeline.eras import TEXTS
from learnk8s.timeline.strips import strips, years
from learnk8s.web.context import THEMES
from learnk8s.web.htmx import sentence


@login_not_required
@require_GET
def choose_language(request: HttpRequest) -> HttpResponse:
    """Lead to the home page in the browser's language."""
    with override(get_language_from_request(request)[:2]):
        response = redirect(reverse("home"))
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


@login_not_required
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Say whether the site and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@login_not_required
@require_GET
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers that ask for the icon by its old name to the drawing."""
    return redirect(static("img/favicon.svg"))


@login_not_required
@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    """Let search engines read all that has an address of its own; sandboxes and results of searching are nobody else's."""
    closed = [f"/{language}/{room}/" for language in ("ko", "en") for room in ("search", "report", "notes", "account")]
    return HttpResponse("User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in (*closed, "/k8s/")), content_type="text/plain; charset=utf-8")


SHOP = ("web", "api", "database", "batch")
POD_STATES = (("ok", "Running"), ("wait", "Pending"), ("bad", "CrashLoopBackOff"), ("off", "Terminating"))
"""Samples of the page of components: the programs of the shop, and a pod in each state of health."""


@login_not_required
@require_GET
def design(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    tokens = [{"app": app, "letter": app[0].upper(), "shape": shape_of(app), "points": POINTS.get(shape_of(app), "")} for app in SHOP]
    return render(request, "web/design.html", {"eras": TEXTS, "strips": [(era, strips()[era.slug]) for era in TEXTS], "strip_years": years(), "tokens": tokens, "pods": [{**tokens[0], "health": health, "word": word} for health, word in POD_STATES]})


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or what the system says, and go back."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = "/"
    response = redirect(back)
    theme = request.POST.get("theme", "auto")
    if theme in THEMES:
        response.set_cookie("theme", theme, max_age=31_536_000, samesite="Lax", httponly=True, secure=request.is_secure())
    return response


TYPED_LETTERS_MIN, TYPED_FIELDS_MAX = 12, 8
"""What is worth keeping when a form is refused: longer than a choice, and not more than a form has."""
SECRET = ("password", "csrfmiddlewaretoken")


def _error(request: HttpRequest, code: int, **more: Any) -> HttpResponse:
    return render(request, "web/error.html", {"code": code, **more}, status=code)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form without a valid token, and show what was typed, to be copied: to send it again from here would let other sites send forms in somebody's name. A page that sent it by a script still shows it."""
    if "HX-Request" in request.headers or request.headers.get("Accept", "").startswith("application/json"):
        return sentence(_("You have logged in or out since this page was loaded, or this browser keeps no cookies. Copy what you wrote, then load the page again."), 403)
    typed = [text for name, text in request.POST.items() if not name.startswith(SECRET) and len(str(text)) >= TYPED_LETTERS_MIN][:TYPED_FIELDS_MAX]
    referer = request.headers.get("Referer", "")
    back = referer if url_has_allowed_host_and_scheme(referer, {request.get_host()}) else ""
    return _error(request, 403, is_stale=True, typed=typed, back=back)


def error_400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request cannot be read, or is larger than the site takes."""
    return _error(request, 413 if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent) else 400)


def error_403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The person may not do this."""
    return _error(request, 403)


def error_404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is nothing here for this person."""
    return _error(request, 404)


def error_500(request: HttpRequest) -> HttpResponse:
    """Something of ours broke; the page needs no database, no session and no translation. A script gets the sentence alone."""
    if request.headers.get("Accept", "").startswith("application/json"):
        return sentence("사이트에서 오류가 났다. 다시 해 보자." if request.path.startswith("/ko/") else "The site made a mistake. Try again.", 500)
    return HttpResponse(render_to_string("web/broken.html", {"language": "ko" if request.path.startswith("/ko/") else "en"}), status=500)
