"""The era machine: read the day that is asked for, live through it, show it."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from learnk8s.eramachine import drawing
from learnk8s.eramachine.days import Busy, day_in_all_eras
from learnk8s.eramachine.words import ACCIDENTS, amount, clock, span
from learnk8s.simulation.eramachine.day import SETTINGS, BadDay, Day
from learnk8s.simulation.eramachine.living import Lived
from learnk8s.timeline.eras import BY_SLUG

SLUGS = {"linux": "isolation", "hypervisor": "vm", "docker": "container", "fleet": "orchestrator", "kubernetes": "kubernetes", "cloud": "cloud"}
SCENARIOS = {"linux": "one-server", "hypervisor": "sale-day", "docker": "one-host", "fleet": "night", "kubernetes": "shop", "cloud": "autoscaler"}


@login_not_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show the usual day, or the one that the form describes."""
    language = "ko" if (get_language() or "en").startswith("ko") else "en"
    problem, bad_field, status = "", "", 200
    try:
        day = Day.of(request.GET.dict())
    except BadDay as bad:
        setting = SETTINGS[bad.field]
        problem, bad_field, day, status = _("%(name)s: a whole number from %(least)s to %(most)s.") % {"name": _named(bad.field, language), "least": setting.least, "most": setting.most}, bad.field, Day(), 422
    try:
        days = day_in_all_eras(day)
    except Busy:
        days, problem, status = [], _("Other days are being lived through just now. Try again in a few seconds."), 503
    context = {"day": day, "problem": problem, "settings": _settings(day, request, bad_field, language), "eras": [_shown(lived, day, language) for lived in days], "measures": _measures(days), "curve": drawing.customers(day), "hours": drawing.hours(), "width": drawing.WIDTH,
               "strip": drawing.STRIP, "marks": [{"x": mark.x, "time": clock(mark.at_ms), "text": ACCIDENTS[mark.name][language]} for mark in drawing.marks(day)], "language": language, "room": "eramachine", "is_usual": day == Day()}
    return render(request, "eramachine/index.html#machine" if request.htmx else "eramachine/index.html", context, status=status)  # type: ignore[attr-defined]  # set by the middleware


def _named(field: str, language: str) -> str:
    setting = SETTINGS[field]
    return setting.text_ko if language == "ko" else setting.text_en


def _settings(day: Day, request: HttpRequest, bad_field: str, language: str) -> list[dict[str, Any]]:
    """Return the form's fields; one with a mistake keeps what was typed."""
    return [{"name": name, "text": _named(name, language), "value": request.GET.get(name, "") if name == bad_field else value, "least": SETTINGS[name].least, "most": SETTINGS[name].most, "is_bad": name == bad_field} for name, value in day.wishes().items()]


def _shown(lived: Lived, day: Day, language: str) -> dict[str, Any]:
    """Return one era's strip, with what went wrong and what was typed."""
    era = BY_SLUG[SLUGS[lived.era]]
    harms = [{"text": ACCIDENTS[harm.name][language], "failed": amount(harm.failed, language), "is_harmless": not harm.failed, "worst": harm.worst_percent, "recovered": span(harm.recovered_ms, language)} for harm in lived.harms]
    log = [{"time": clock(entry["at_ms"]), "accident": ACCIDENTS[entry["accident"]][language] if entry["accident"] else "", "line": entry["line"]} for entry in lived.log]
    return {"slug": era.slug, "name": era.name[language], "world": lived.era, "scenario": SCENARIOS.get(lived.era, ""), "bars": drawing.bars(lived, drawing.most_requests(day)), "harms": harms, "log": log, "commands": lived.commands,
            "summary": _("%(served)s requests answered, %(failed)s failed") % {"served": amount(lived.served, language), "failed": amount(lived.failed, language)}}


def _worst(lived: Lived, accident: str) -> str:
    harm = next((harm for harm in lived.harms if harm.name == accident), None)
    return "–" if harm is None else f"{harm.worst_percent} %"


def _measures(days: list[Lived]) -> list[dict[str, Any]]:
    """Return the table: a row a measure, a cell an era."""
    language = "ko" if (get_language() or "en").startswith("ko") else "en"

    def percent_failed(lived: Lived) -> str:
        return f"{lived.failed * 100 / max(lived.served + lived.failed, 1):.1f} %"

    rows = (
        (_("Requests answered"), [amount(lived.served, language) for lived in days], ""),
        (_("Requests failed"), [percent_failed(lived) for lived in days], _("of all requests of the day")),
        (_("Time to recover"), [span(lived.recovered_ms, language) for lived in days], _("the longest that an accident made requests fail, the sale left out")),
        (_("Blast radius of the leak"), [_worst(lived, "leak") for lived in days], _("the largest part of the requests that failed at once")),
        (_("Blast radius of the bad release"), [_worst(lived, "bad-release") for lived in days], _("the largest part of the requests that failed at once")),
        (_("Time to start"), [span(lived.start_ms, language) for lived in days], _("from the command to one more web server that answers")),
        (_("Commands typed by people"), [str(lived.commands) for lived in days], _("during the day, without setting up")),
        (_("CPU in use"), [f"{lived.cpu_percent} %" for lived in days], _("mean of the day")),
        (_("Memory in use"), [f"{lived.memory_percent} %" for lived in days], _("mean of the day")),
        (_("Machines"), [str(max(hour.machines for hour in lived.hours)) for lived in days], _("most at any hour")),
        (_("Cost of the day"), [f"${lived.cost_cents / 100:.2f}" for lived in days], _("machines at list price, used or not; people are not counted")),
    )
    return [{"name": name, "cells": cells, "note": note} for name, cells, note in rows]
