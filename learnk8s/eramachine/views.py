"""The era machine: read the day that is asked for, live through it, show it."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from learnk8s.eramachine import drawing, hours
from learnk8s.eramachine.days import Busy, day_in_all_eras
from learnk8s.eramachine.measures import measures
from learnk8s.eramachine.words import ACCIDENTS, amount, clock
from learnk8s.simulation.eramachine.day import SETTINGS, BadDay, Day
from learnk8s.simulation.eramachine.living import Lived
from learnk8s.timeline.eras import BY_SLUG
from learnk8s.timeline.figures import figures_by_id
from learnk8s.web.spans import span
from learnk8s.web.language import language_of_page

SLUGS = {"linux": "isolation", "hypervisor": "vm", "docker": "container", "fleet": "orchestrator", "kubernetes": "kubernetes", "cloud": "cloud"}
FIGURES = ("lab-suggestion-boot", "lab-suggestion-memory", "node-monitor-grace-period", "default-toleration", "node-loss-total", "hpa-sync", "deploy-unavailable", "probe-defaults")
"""What the worlds take from content/facts/numbers.yaml and the day depends on."""
SCENARIOS = {"linux": "one-server", "hypervisor": "sale-day", "docker": "one-host", "fleet": "night", "kubernetes": "shop", "cloud": "autoscaler"}


@login_not_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show the usual day, or the one that the form describes."""
    language = language_of_page()
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
    context = {"day": day, "problem": problem, "settings": _settings(day, request, bad_field, language), "eras": [_shown(lived, day, language) for lived in days], "measures": measures(days, [_era_named(lived, language) for lived in days], language), "curve": drawing.customers(day), "hours": drawing.hours(), "width": drawing.WIDTH,
               "strip": drawing.STRIP, "marks": [{"x": mark.x, "time": clock(mark.at_ms), "text": ACCIDENTS[mark.name][language]} for mark in drawing.marks(day)], "language": language, "figures": figures_by_id(FIGURES, language), "room": "eramachine", "is_usual": day == Day()}
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
    return {"slug": era.slug, "name": era.name[language], "world": lived.era, "scenario": SCENARIOS.get(lived.era, ""), "bars": drawing.bars(lived, drawing.most_requests(day)), "hours": hours.rows(lived, language), "gist": hours.gist(lived, language), "harms": harms, "log": log, "commands": lived.commands,
            "summary": _("%(served)s requests answered, %(failed)s failed") % {"served": amount(lived.served, language), "failed": amount(lived.failed, language)}}


def _era_named(lived: Lived, language: str) -> tuple[str, str]:
    """Return an era's slug and name."""
    era = BY_SLUG[SLUGS[lived.era]]
    return era.slug, era.name[language]

