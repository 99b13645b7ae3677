"""What is the same as in a real cluster: the page and the document, both made of the declarations in the code."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from learnk8s.playground.showing import language
from learnk8s.simulation.kubernetes.objects import parity
from learnk8s.simulation.kubernetes.objects.parity import Level

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


@login_not_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show the declarations, by kind and by level."""
    wanted, level, tongue = request.GET.get("kind", "")[:60].strip().lower(), request.GET.get("level", ""), language()
    level = level if level in tuple(Level) else ""
    shown: list[dict[str, Any]] = []
    for kind in parity.kinds():
        if wanted and wanted not in kind.kind.lower() and wanted not in (*kind.short_names, kind.plural):
            continue
        note = parity.note_of(kind)
        every = parity.rows(kind)
        rows = [{"path": row.path, "level": str(row.level), "text": getattr(row, "ko" if tongue == "ko" else "en")} for row in every if not level or row.level == level]
        if rows or (not level or note.level == level):
            shown.append({"kind": kind.kind, "api_version": kind.api_version, "level": str(note.level), "text": note.ko if tongue == "ko" else note.en, "rows": rows, "counts": [(str(entry), sum(row.level == entry for row in every)) for entry in Level]})
    for added in parity.ADDED:
        rows = [{"path": row.path, "level": str(row.level), "text": getattr(row, "ko" if tongue == "ko" else "en")} for row in added.rows if not level or row.level == level]
        if wanted in added.kind.lower() and (rows or added.note.level == level):
            shown.append({"kind": added.kind, "api_version": added.api_version, "level": str(added.note.level), "text": added.note.ko if tongue == "ko" else added.note.en, "rows": rows, "counts": [(str(entry), sum(row.level == entry for row in added.rows)) for entry in Level]})
    return render(request, "playground/parity.html", {"kinds": shown, "wanted": wanted, "level": level, "levels": [str(entry) for entry in Level]})
