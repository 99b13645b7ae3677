"""The timeline and the pages of the eras."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_GET

from learnk8s.library import queries as library
from learnk8s.simulation import worlds
from learnk8s.timeline.drawing import drawing_of
from learnk8s.timeline.eras import BY_SLUG, TEXTS
from learnk8s.timeline.figures import figures_of
from learnk8s.timeline.milestones import ERAS, by_year, milestones, selected
from learnk8s.timeline.story import story
from learnk8s.timeline.strips import strips, strips_of, years, years_of
from learnk8s.timeline.walls import DRAWING
from learnk8s.timeline.window import steps, window_of
from learnk8s.web.language import language_of_page

WORLDS_SHOWN = 3
"""Scenarios offered on the page of an era; the playground has all of them."""



@login_not_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show all milestones, or those of an era, of a window of years and with certain words."""
    era, words = request.GET.get("era", ""), request.GET.get("q", "")[:80]
    era = era if era in ERAS else ""
    language, window = language_of_page(), window_of(request.GET.get("years", ""))
    found = [item for item in selected(era, words) if window is None or item in window]
    drawing = SimpleLazyObject(lambda: drawing_of(selected(era), found={item.id for item in found}, language=language, names={item.slug: item.name[language] for item in TEXTS}, window=window))
    zoomed = {"near_strips": [(BY_SLUG[slug], strip) for slug, strip in strips_of(window, (era,) if era else ERAS).items()], "near_years": years_of(window)} if window else {}
    context = {**zoomed, "window": window, "others": "".join(f"&{urlencode({name: text})}" for name, text in (("era", era), ("q", words)) if text), "steps": steps(window), "years": by_year(found), "count": len(found), "all": len(milestones()), "eras": TEXTS, "era": era, "q": words, "language": language, "drawing": drawing, "strips": [(item, strips()[item.slug]) for item in TEXTS], "strip_years": years(), "room": "timeline"}
    return render(request, "timeline/index.html#found" if request.htmx else "timeline/index.html", context)  # type: ignore[attr-defined]  # set by the middleware


@login_not_required
@require_GET
def milestone(request: HttpRequest, name: str) -> HttpResponse:
    """Show one milestone with what it meant and its sources: as a page, or as a part for the list that asks."""
    all_items = milestones()
    place = next((place for place, item in enumerate(all_items) if item.id == name), None)
    if place is None:
        raise Http404
    item = all_items[place]
    context = {"item": item, "language": language_of_page(), "room": "timeline"}
    if request.htmx:  # type: ignore[attr-defined]  # set by the middleware
        return render(request, "timeline/_milestone.html", {**context, "is_whole": True})
    return render(request, "timeline/milestone.html", {**context, "era": BY_SLUG[item.era], "previous": all_items[place - 1] if place else None, "next": all_items[place + 1] if place + 1 < len(all_items) else None})


@login_not_required
@require_GET
def era(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one era: its question, its answer, its end, its milestones."""
    found = BY_SLUG.get(slug)
    if found is None:
        raise Http404
    place, language, own = ERAS.index(slug), language_of_page(), selected(slug)
    context = {
        **DRAWING, "era": found, "milestones": own, "previous": TEXTS[place - 1] if place else None, "next": TEXTS[place + 1] if place + 1 < len(TEXTS) else None, "language": language, "room": "timeline", "claim": found.popular,
        "story": SimpleLazyObject(lambda: story(slug, language)), "figures": SimpleLazyObject(lambda: figures_of(slug, language)), "worlds": _worlds(found.world_name, language), "lessons": _lessons(slug, language),
        "drawing": SimpleLazyObject(lambda: drawing_of(own, found={item.id for item in own}, language=language)), "strip": strips()[slug], "strip_years": years(),
    }
    return render(request, "timeline/era.html", context)


def _worlds(world: str, language: str) -> list[dict[str, str]]:
    cards = [card for card in worlds.SCENARIOS.get(world, {}).values() if not getattr(card, "is_hidden", False)]
    return [{"start": f"{world}:{card.name}", "title": getattr(card, f"title_{language}"), "story": getattr(card, f"story_{language}")} for card in cards[:WORLDS_SHOWN]]


def _lessons(era: str, language: str) -> list[dict[str, Any]]:
    found, lessons = [], library.published_lessons_of_all()
    documents = library.documents_of(lesson.published_revision for lesson in lessons)  # type: ignore[misc]  # published
    for lesson in lessons:
        document = documents[lesson.published_revision_id]  # type: ignore[index]  # published
        if document.era == era:
            found.append({"url": reverse("lessons:lesson", args=(lesson.course.slug, lesson.slug)), "title": document.title[language], "question": document.question[language], "minutes": document.minutes})
    return found
