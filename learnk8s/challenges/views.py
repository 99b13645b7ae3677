"""Challenges: the list, one of them, and the help beside its sandbox."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from learnk8s.challenges import actions, queries
from learnk8s.challenges.catalogue import challenges, of_scenario
from learnk8s.challenges.models import Attempt
from learnk8s.challenges.signals import GROUPS
from learnk8s.courseware.challenge import GRADES, Challenge
from learnk8s.playground import queries as sandboxes
from learnk8s.playground.actions import Refused
from learnk8s.web.visitor import visitor_of
from learnk8s.web.language import language_of_page



def _card(challenge: Challenge, variants: int, solved: set[str], language: str) -> dict[str, Any]:
    return {"slug": challenge.slug, "title": challenge.title[language], "story": challenge.story[language], "variants": variants, "is_solved": challenge.slug in solved, "signal": challenge.signal}


@login_not_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """List all challenges by grade, or those of one group of signals."""
    language, group = language_of_page(), request.GET.get("group", "")
    wanted = GROUPS[group].signals if group in GROUPS else None
    visitor = visitor_of(request)
    solved, tried = queries.solved_slugs(visitor), queries.tried_variants(visitor)
    shown = [variants for variants in challenges().values() if wanted is None or variants[0].signal in wanted]
    grades = [{"grade": grade, "cards": [_card(queries.next_variant(visitor, variants, tried.get(variants[0].slug, [])), len(variants), solved, language) for variants in shown if variants[0].grade == grade]} for grade in GRADES]
    groups = [{"name": name, "text": entry.text_ko if language == "ko" else entry.text_en, "is_here": name == group} for name, entry in GROUPS.items()]
    first = next((card for row in grades for card in row["cards"] if not card["is_solved"]), None)
    context = {"grades": [row for row in grades if row["cards"]], "first": first, "groups": groups, "group": group, "count": len(shown), "solved": sum(variants[0].slug in solved for variants in shown), "room": "challenges"}
    return render(request, "challenges/index.html", context)


def _variants(slug: str) -> tuple[Challenge, ...]:
    found = challenges().get(slug)
    if not found:
        raise Http404
    return found


def _following(slug: str) -> dict[str, str] | None:
    """Return the challenge after one as a link needs it."""
    order = list(challenges())
    place = order.index(slug) + 1 if slug in order else len(order)
    return {"slug": order[place], "title": challenges()[order[place]][0].title[language_of_page()]} if place < len(order) else None


@login_not_required
@require_http_methods(["GET", "POST"])
def challenge(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a challenge's story; POST begins it in a sandbox of one's own."""
    variants, visitor, language, problem = _variants(slug), visitor_of(request), language_of_page(), ""
    known = next((entry for entry in variants if str(entry.variant) == request.POST.get("variant")), None)
    chosen = known or queries.next_variant(visitor, variants, queries.tried_variants(visitor).get(slug, []))
    if request.method == "POST":
        try:
            attempt = actions.begin(visitor=visitor_of(request, ensure=True), challenge=chosen)
        except Refused as refused:
            problem = str(refused)
        else:
            return redirect("playground:sandbox", attempt.sandbox_id)
    context = {"challenge": _card(chosen, len(variants), queries.solved_slugs(visitor), language), "variant": chosen.variant, "grade": chosen.grade, "hints": len(chosen.hints), "par": chosen.par, "problem": problem,
               "next": _following(slug), "room": "challenges"}
    return render(request, "challenges/challenge.html", context, status=422 if problem else 200)


def _attempt(request: HttpRequest, sandbox_id: str) -> tuple[Attempt, Challenge]:
    attempt = queries.attempt_of(visitor_of(request), sandbox_id)
    found = of_scenario(attempt.sandbox.scenario) if attempt is not None and attempt.sandbox is not None else None
    if attempt is None or found is None:
        raise Http404
    return attempt, found


def _help(request: HttpRequest, attempt: Attempt, found: Challenge, *, missing: list[str] | None = None) -> HttpResponse:
    language = language_of_page()
    context = {"attempt": attempt, "sandbox_id": attempt.sandbox_id, "slug": found.slug, "title": found.title[language], "story": found.story[language], "hints": [hint[language] for hint in found.hints[: attempt.hints_shown]], "hints_left": len(found.hints) - attempt.hints_shown,
               "solution": found.solution if attempt.solution_shown or attempt.solved_at else (), "debrief": found.debrief[language] if attempt.solved_at else "", "wrong": [{"lines": entry.lines, "why": entry.why[language]} for entry in found.wrong] if attempt.solved_at else [],
               "missing": missing, "par": found.par, "next": _following(found.slug) if attempt.solved_at else None, "room": "challenges"}
    return render(request, "challenges/help.html#help" if request.htmx else "challenges/help.html", context)  # type: ignore[attr-defined]  # set by the middleware


@login_not_required
@require_GET
def help_page(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Show what help there is beside a challenge's sandbox."""
    return _help(request, *_attempt(request, sandbox_id))


def _again(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    return _help(request, *_attempt(request, sandbox_id)) if request.htmx else redirect("challenges:help", sandbox_id)  # type: ignore[attr-defined]  # set by the middleware


@login_not_required
@require_POST
def hint(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Show one more hint."""
    attempt, found = _attempt(request, sandbox_id)
    actions.take_hint(attempt=attempt, challenge=found)
    return _again(request, sandbox_id)


@login_not_required
@require_POST
def solution(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Show the solution."""
    attempt, _found = _attempt(request, sandbox_id)
    actions.give_up(attempt=attempt)
    return _again(request, sandbox_id)


@login_not_required
@require_POST
def done(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Ask the world whether the goal is reached; if so, keep it and show the debrief."""
    attempt, found = _attempt(request, sandbox_id)
    assert attempt.sandbox is not None, "asked for above"
    world = sandboxes.world_now(attempt.sandbox)
    checked = world.check(found.goal)
    if not checked["reached"]:
        return _help(request, attempt, found, missing=[entry[f"text_{language_of_page()}"] for entry in checked["missing"]])
    actions.be_done(visitor=visitor_of(request), attempt=attempt, commands=int(world.scoreboard()["commands"]))
    return _again(request, sandbox_id)
