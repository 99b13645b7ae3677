"""Pages about a sandbox's API: open it, take the kubeconfig, close it; and how a sandbox that a tool made gets an owner."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from learnk8s.playground import actions, kubeconfig, queries
from learnk8s.playground.models import Sandbox
from learnk8s.web.visitor import visitor_of


def _sandbox(request: HttpRequest, sandbox_id: str) -> Sandbox:
    found = queries.sandbox_of(visitor_of(request), sandbox_id)
    if found is None:
        raise Http404
    return found


@login_not_required
@require_POST
def change(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Open the API with a new token, or close it."""
    found = _sandbox(request, sandbox_id)
    if request.POST.get("close"):
        actions.close_api(found)
        messages.success(request, _("The API is closed; the old kubeconfig works no longer."))
    else:
        actions.open_api(found)
        messages.success(request, _("The API is open. Download the kubeconfig and point kubectl at it."))
    return redirect("playground:sandbox", found.id)


@login_not_required
@require_GET
def download(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Give the kubeconfig of one's own sandbox."""
    found = _sandbox(request, sandbox_id)
    if not found.api_token:
        raise Http404
    text = kubeconfig.text(found, request.build_absolute_uri("/"))
    return HttpResponse(text, content_type="application/yaml", headers={"Content-Disposition": f'attachment; filename="kubeconfig-{found.id}.yaml"', "Cache-Control": "no-store"})


@login_not_required
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """Take a sandbox that a tool made; whoever has it already is sent there."""
    found = queries.sandbox_of_api(token)
    if found is None:
        raise Http404
    if queries.sandbox_of(visitor_of(request), found.id):
        return redirect("playground:sandbox", found.id)
    if request.method == "GET":
        return render(request, "playground/claim.html", {"sandbox": found, "taken": bool(found.user_id or found.session_key)})
    try:
        actions.claim(found, visitor_of(request, ensure=True))
    except actions.Refused as refused:
        return render(request, "playground/claim.html", {"sandbox": found, "taken": True, "refused": str(refused)}, status=409)
    return redirect("playground:sandbox", found.id)
