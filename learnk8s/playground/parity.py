"""What is the same as in a real cluster: the page and the document, both made of the declarations in the code."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from learnk8s.simulation.kubernetes.objects import parity
from learnk8s.simulation.kubernetes.objects.parity import Level
from learnk8s.web.language import language_of_page

GENERATED = "<!-- Made by `python manage.py write_parity` from learnk8s/simulation/kubernetes/objects/parity.py: change the declarations, not this file. -->"


def document() -> str:
    """Return docs/parity.md: each kind with its level, and each field that is not the same."""
    lines = ["# Parity with Kubernetes 1.36", "", GENERATED, "", "*same*: as on a real cluster, as far as a learner can see. *simplified*: the idea is there, details are left out. *not modelled*: accepted and stored, without effect; whoever sends it is warned. What lies deeper stands where its type occurs first.", "",
             "| kind | group | level | fields: same | simplified | not modelled |", "|---|---|---|---:|---:|---:|"]
    details: list[str] = []
    for kind in parity.kinds():
        rows = parity.rows(kind)
        counts = [sum(row.level == level for row in rows) for level in Level]
        note = parity.note_of(kind)
        lines.append(f"| {kind.kind} | {kind.group or 'core'} | {note.level} | {counts[0]} | {counts[1]} | {counts[2]} |")
        own = [row for row in rows if row.level != note.level or row.en]
        if note.en or own:
            details += [f"## {kind.kind} ({kind.api_version})", "", *([note.en, ""] if note.en else []), *(f"* `{row.path}`: {row.level}. {row.en}".rstrip() for row in own), *([""] if own else [])]
    for added in parity.ADDED:
        counts = [sum(row.level == level for row in added.rows) for level in Level]
        lines.append(f"| {added.kind} | {added.api_version.partition('/')[0]} | {added.note.level} | {counts[0]} | {counts[1]} | {counts[2]} |")
        if added.note.en:
            details += [f"## {added.kind} ({added.api_version})", "", added.note.en, "", *(f"* `{row.path}`: {row.level}. {row.en}".rstrip() for row in added.rows if row.en), ""]
    return "\n".join([*lines, "", *details]).rstrip() + "\n"


HEALTH = {Level.SAME: "ok", Level.SIMPLIFIED: "wait", Level.NOT: "off"}
"""How a level is drawn."""


@login_not_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show the declarations, by kind and by level."""
    wanted, level, tongue = request.GET.get("kind", "")[:60].strip().lower(), request.GET.get("level", ""), language_of_page()
    level = level if level in tuple(Level) else ""
    return render(request, "playground/parity.html", {"kinds": SimpleLazyObject(lambda: list(_shown(wanted, level, tongue))), "wanted": wanted, "level": level, "levels": {str(entry): _words(entry) for entry in Level}})


def _shown(wanted: str, level: str, tongue: str) -> Iterator[dict[str, Any]]:
    for kind in parity.kinds():
        if not wanted or wanted in kind.kind.lower() or wanted in (*kind.short_names, kind.plural):
            yield from _kind(kind.kind, kind.api_version, parity.note_of(kind), parity.rows(kind), level, tongue)
    for added in parity.ADDED:
        if wanted in added.kind.lower():
            yield from _kind(added.kind, added.api_version, added.note, added.rows, level, tongue)


def _kind(name: str, api_version: str, note: parity.Note, every: Sequence[parity.Row], level: str, tongue: str) -> Iterator[dict[str, Any]]:
    words = {entry: str(_words(entry)) for entry in Level}
    rows = [{"path": row.path, "health": HEALTH[row.level], "word": words[row.level], "text": getattr(row, tongue)} for row in every if not level or row.level == level]
    if rows or not level or note.level == level:
        yield {"kind": name, "api_version": api_version, "health": HEALTH[note.level], "word": words[note.level], "text": getattr(note, tongue), "rows": rows, "counts": [sum(row.level == entry for row in every) for entry in Level]}


def _words(level: Level) -> str:
    return {Level.SAME: _("same"), Level.SIMPLIFIED: _("simplified"), Level.NOT: _("not modelled")}[level]
