"""The timeline and the pages of the eras."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from learnk8s.timeline.eras import BY_SLUG, TEXTS
from learnk8s.timeline.milestones import ERAS, by_year, milestones, selected


def _language() -> str:
    return "ko" if (get_language() or "en").startswith("ko") else "en"


@login_not_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show all milestones, or those of an era and with certain words."""
    era, words = request.GET.get("era", ""), request.GET.get("q", "")[:80]
    found = selected(era if era in ERAS else "", words)
    context = {"years": by_year(found), "count": len(found), "all": len(milestones()), "eras": TEXTS, "era": era, "q": words, "language": _language(), "room": "timeline"}
    return render(request, "timeline/index.html#found" if request.htmx else "timeline/index.html", context)  # type: ignore[attr-defined]  # set by the middleware


@login_not_required
@require_GET
def era(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one era: its question, its answer, its end, its milestones."""
    found = BY_SLUG.get(slug)
    if found is None:
        raise Http404
    place = ERAS.index(slug)
    context = {"era": found, "milestones": selected(slug), "previous": TEXTS[place - 1] if place else None, "next": TEXTS[place + 1] if place + 1 < len(TEXTS) else None, "language": _language(), "room": "timeline",
               "claim": found.popular}
    return render(request, "timeline/era.html", context)
