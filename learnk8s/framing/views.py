"""Frames are opt-in: an address is signed, and only the owner of a sandbox can have one made. No other page of the site may stand in a frame.

What a frame shows is a moment that never changes, without forms, since a frame on another site has no cookies; a link leads to the moment itself, from where anybody can fork it.
"""

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_GET, require_http_methods

from learnk8s.playground import queries
from learnk8s.playground.views import context_of
from learnk8s.web.headers import POLICY
from learnk8s.web.visitor import visitor_of

SALT = "learnk8s.framing"


@login_not_required
@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Explain frames to the owner of a sandbox; a POST gives the lines for the other page."""
    sandbox = queries.sandbox_of(visitor_of(request), sandbox_id)
    if sandbox is None:
        raise Http404
    address = ""
    if request.method == "POST":
        signed = signing.dumps([sandbox.token, sandbox.virtual_ms(timezone.now())], salt=SALT)
        address = request.build_absolute_uri(reverse("framing:frame", args=(signed,)))
    return render(request, "framing/offer.html", {"sandbox": sandbox, "address": address, "language": (get_language() or "en")[:2]})


@login_not_required
@require_GET
@xframe_options_exempt
def frame(request: HttpRequest, signed: str) -> HttpResponse:
    """Show a moment in a frame. An address that was not made by the site is not there."""
    try:
        token, at_ms = signing.loads(signed, salt=SALT)
    except signing.BadSignature:
        raise Http404 from None
    sandbox = queries.shared_sandbox(token)
    if sandbox is None:
        raise Http404
    world = queries.world_then(sandbox, at_ms)
    response = render(request, "framing/frame.html", {**context_of(sandbox, world, then=at_ms), "token": token, "at_ms": at_ms})
    response.headers["Content-Security-Policy"] = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
    return response
