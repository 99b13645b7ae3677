"""The home page, and the small cluster on it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from learnk8s.lessons import queries as lessons
from learnk8s.library import queries as library
from learnk8s.playground.actions import Refused
from learnk8s.timeline.eras import TEXTS
from learnk8s.timeline.milestones import milestones
from learnk8s.timeline.walls import DRAWING
from learnk8s.web.home import shop
from learnk8s.web.visitor import visitor_of
from learnk8s.web.language import language_of_page



@login_not_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show the home page; htmx asks for the cluster on it alone."""
    language = language_of_page()
    context = {"shop": shop.shop_of(visitor_of(request), language), "language": language}
    if request.htmx:  # type: ignore[attr-defined]  # set by the middleware
        return render(request, "home.html#shop", context)
    latest = lessons.latest_of(visitor_of(request))
    title = getattr(latest.published_revision, f"title_{language}") if latest else ""
    return render(request, "home.html", {**context, "latest": latest, "latest_title": title, **DRAWING, "eras": TEXTS, "milestones": len(milestones()), "lessons": library.count_of_published(), "room": "home"})


@login_not_required
@require_POST
def press(request: HttpRequest) -> HttpResponse:
    """Kill a pod of the cluster on the home page, begin it anew, or go and drive it at the real speed; answer with the cluster, or lead back to the page."""
    visitor = visitor_of(request, ensure=True)
    if request.POST.get("drive") and (driven := shop.at_real_speed(visitor)):
        return redirect("playground:sandbox", driven)
    try:
        if request.POST.get("anew"):
            shop.start_anew(visitor)
        else:
            shop.press(visitor, request.POST.get("pod", "")[:300])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('home')}#shop")
    if request.htmx:  # type: ignore[attr-defined]  # set by the middleware
        return render(request, "home.html#shop", {"shop": shop.shop_of(visitor, language_of_page()), "language": language_of_page()})
    return redirect(f"{reverse('home')}#shop")
