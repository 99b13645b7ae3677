"""Make a scenario by playing it: drive a sandbox, mark where the learner starts, go on, mark the goal; then choose among the checks that the difference proposes."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods

from learnk8s.courseware.playing import commands
from learnk8s.courseware.proposing import Proposal, hints, proposals
from learnk8s.courseware.questions.writing import document, in_line
from learnk8s.courseware.reading import Reader
from learnk8s.courseware.scenario import KINDS, Step, read_scenario
from learnk8s.library import actions, queries
from learnk8s.library.form_boxes import Field, Shape, boxes_for, place_field, placed, read, shaped, with_focus
from learnk8s.library.form_saving import SAVED_SCENARIO
from learnk8s.library.form_values import At
from learnk8s.library.models import Kind, Lesson, Play
from learnk8s.library.scene_forms import PAR, table_of
from learnk8s.library.who import lesson_for, person
from learnk8s.web.language import LANGUAGES
from learnk8s.playground import actions as playground
from learnk8s.playground import queries as sandboxes
from learnk8s.playground.models import Sandbox
from learnk8s.playground.showing import context_now
from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.web.visitor import visitor_of

OWN = Field("own", _lazy("Checks of your own; each must hold at the goal"), "goal")
FIELDS = (
    Field("story", _lazy("Story: what has happened, before the learner comes"), "both"), Field("task", _lazy("Task: what is to be reached"), "both"),
    Field("allowed", _lazy("Commands that count as taught, with commas between (empty: all)")), PAR, Field("seeds", _lazy("Variants: seeds with spaces between"), "words"),
)


def _found(request: HttpRequest, course: str, lesson: str) -> tuple[Lesson, Play | None, Sandbox | None]:
    row = lesson_for(request, course, lesson)
    if row.kind != Kind.SCENARIO:
        raise Http404
    play = Play.objects.filter(lesson=row, user=person(request)).first()
    sandbox = sandboxes.sandbox_of(visitor_of(request), play.sandbox_id) if play else None
    return row, play if sandbox else None, sandbox


@require_http_methods(["GET", "POST"])
def play(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Show how far the playing has come; a POST begins, marks, or makes the scenario."""
    row, current, sandbox = _found(request, course, lesson)
    if request.method == "GET":
        return _page(request, row, current, sandbox)
    do = request.POST.get("do", "")
    if do == "begin":
        return _begun(request, row)
    if current is not None and current.goal_ms is not None and (change := shaped(request.POST)) is not None:
        return _page(request, row, current, sandbox, change=change)
    if current is None or sandbox is None or do not in ("start", "goal", "again", "make"):
        raise Http404
    if do == "make":
        return _made(request, row, current, sandbox)
    if do == "again":
        current.delete()
    else:
        _mark(current, sandbox, do)
        messages.success(request, _("Marked: the learner starts here. Go on.") if do == "start" else _("Marked: this is the goal. Choose below what it consists of."))
    return redirect("library:play", course, lesson)


def _begun(request: HttpRequest, row: Lesson) -> HttpResponse:
    world, _slash, scenario = request.POST.get("world", "").partition("/")
    try:
        sandbox = playground.new_sandbox(visitor=visitor_of(request), scenario=scenario, world=world, title=row.title[:80])
    except playground.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        Play.objects.update_or_create(lesson=row, user=person(request), defaults={"sandbox_id": sandbox.id, "start_ordinal": None, "start_ms": None, "goal_ordinal": None, "goal_ms": None})
    return redirect("library:play", row.course.slug, row.slug)


def _mark(current: Play, sandbox: Sandbox, what: str) -> None:
    now_ms = sandbox.virtual_ms(timezone.now())
    if what == "start":
        current.start_ordinal, current.start_ms, current.goal_ordinal, current.goal_ms = sandbox.head, now_ms, None, None
    elif current.start_ms is not None and now_ms >= current.start_ms:
        current.goal_ordinal, current.goal_ms = sandbox.head, now_ms
    current.save()


def _steps(sandbox: Sandbox, after: int, until: int) -> list[Step]:
    return [Step(entry.at_ms, entry.kind, entry.input) for entry in sandbox.entries.filter(ordinal__gt=after, ordinal__lte=until) if entry.kind in KINDS]


def _page(request: HttpRequest, row: Lesson, current: Play | None, sandbox: Sandbox | None, *, problems: list[str] | None = None, change: Shape | None = None, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"lesson": row, "newest": queries.newest_revision(row), "play": current, "places": place_field("", "").sections}
    if sandbox is not None and current is not None:
        context |= {**context_now(sandbox), "title": row.title}
        if current.goal_ms is not None and current.start_ms is not None:
            context |= _proposed(current, sandbox)
            context |= _asked(request, row, context, problems or [], change)
    return render(request, "library/play.html", context, status=status)


def _is_written(row: Lesson) -> bool:
    """Say whether somebody wrote in it already: the words of a new scenario tell of another task."""
    return queries.newest_revision(row).number > 1


def _asked(request: HttpRequest, row: Lesson, found: dict[str, Any], problems: list[str], change: Shape | None) -> dict[str, Any]:
    """Return the fields beside the proposals, as they were posted or as a file says them that already tells something, and what was ticked."""
    wrong: list[str] = []
    posted = change.posted if change else request.POST
    before = table_of(queries.newest_revision(row).files["scenario.yaml"])
    begun = {"allowed": found["allowed"], "par": found["par"], "seeds": before.get("seeds") if isinstance(before.get("seeds"), list) else [1], **({key: before.get(key) for key in ("story", "task")} if _is_written(row) else {})}
    table = read(posted, (OWN, *FIELDS), {}, wrong) if posted else begun
    boxes = boxes_for((OWN, *FIELDS), table, change.least if change else None)
    told = placed(boxes, [*problems, *wrong] if change else problems, request.POST, is_told=change is None)
    ticked = {name for name in posted if name.startswith(("check-", "hint-"))} if posted else {*(f"check-{number}" for number, each in found["proposals"] if each.is_chosen), *(f"hint-{number}" for number, _hint in found["hints"])}
    return {"boxes": with_focus(boxes, change), "problems": told, "ticked": {name: True for name in ticked}}


def _proposed(current: Play, sandbox: Sandbox) -> dict[str, Any]:
    steps = _steps(sandbox, current.start_ordinal or 0, current.goal_ordinal or 0)
    start, goal = sandboxes.world_then(sandbox, current.start_ms or 0), sandboxes.world_then(sandbox, current.goal_ms or 0)
    found = [(str(number), each) for number, each in enumerate(proposals(start, goal, steps))]
    others: dict[str, list[tuple[str, Proposal]]] = {}
    for number, proposal in found:
        if not proposal.is_chosen:
            others.setdefault(proposal.kind, []).append((number, proposal))
    return {"proposals": found, "chosen": [entry for entry in found if entry[1].is_chosen], "others": others, "goal_world": goal, "hints": [(str(number), each) for number, each in enumerate(hints(steps))], "allowed": ", ".join(commands(steps)), "par": sum(step.kind == "line" for step in steps), "steps": steps}


def _made(request: HttpRequest, row: Lesson, current: Play, sandbox: Sandbox) -> HttpResponse:
    if current.goal_ms is None or current.start_ms is None:
        raise Http404
    found = _proposed(current, sandbox)
    problems: list[str] = []
    checks = []
    for number, proposal in found["proposals"]:
        if f"check-{number}" in request.POST:
            said = {f"text_{language}": " ".join(request.POST.get(f"said-{number}-{language}", "").split())[:300] or getattr(proposal, f"text_{language}") for language in LANGUAGES}
            checks.append({**proposal.check, **said})
    table = read(request.POST, (OWN, *FIELDS), {}, problems)
    checks += _own(table.get("own"), found, problems)
    task = table.get("task") or {}
    problems.extend(At(_("Say in both languages what is to be reached."), f"task-{language}") for language in LANGUAGES if not task.get(language) and not _is_written(row))
    if not checks:
        problems.append(At(_("Choose at least one check: without one the goal says nothing."), "own"))
    if problems:
        return _page(request, row, current, sandbox, problems=problems, status=422)
    newest = queries.newest_revision(row)
    text = document(_table(request, newest.files["scenario.yaml"], current, sandbox, checks, {**found, "posted": table}))
    revision = actions.save_revision(lesson=row, by=person(request), files={"scenario.yaml": text}, base_number=newest.number, note=_("made by playing"))
    messages.success(request, SAVED_SCENARIO % {"number": revision.number})
    return redirect(row.desk_url)


def _own(goal: Any, found: dict[str, Any], problems: list[str]) -> list[dict[str, Any]]:
    """Return the checks that somebody wrote; each must hold at the goal."""
    rows = goal["all"] if goal and not problems else []
    try:
        missing = found["goal_world"].check({"all": rows})["missing"] if rows else []
    except (ValueError, LimitExceeded) as error:
        problems.append(At(_("Your own checks cannot be checked: %(why)s") % {"why": error}, "own"))
        return []
    for each in missing:
        place = next((number for number, row in enumerate(rows) if row == each["check"]), 0)
        problems.append(At(_("At the marked goal this does not hold: %(check)s") % {"check": in_line(each["check"])}, f"own-{place}"))
    return [dict(row) for row in rows]


def _table(request: HttpRequest, old: str, current: Play, sandbox: Sandbox, checks: list[dict[str, Any]], found: dict[str, Any]) -> dict[str, Any]:
    before, _reader = read_scenario(old)
    value = Reader.of("scenario.yaml", old).value
    start_ms = current.start_ms or 0
    setup = [{"at": step.at_ms, step.kind: step.input} for step in _steps(sandbox, 0, current.start_ordinal or 0)]
    solution = [{"at": max(step.at_ms - start_ms, 0), step.kind: step.input} for step in found["steps"]]
    kept = [hint for number, hint in found["hints"] if f"hint-{number}" in request.POST]
    posted = found["posted"]
    seeds = [int(word) for word in posted.get("seeds", ()) if word.isascii() and word.isdecimal() and len(word) < 11][:20] or [sandbox.seed]
    allowed = [word.strip() for word in str(posted.get("allowed", "")).split(",") if word.strip()][:40]
    told = {key: {language: str((posted.get(key) or {}).get(language, ""))[:2_000] or getattr(before, key)[language] for language in LANGUAGES} for key in ("story", "task")}
    return {"title": value.get("title", before.title) if isinstance(value, dict) else before.title, **told, "world": sandbox.world, "scenario": sandbox.scenario, "seeds": seeds, "setup": setup, "start": start_ms, "goal": {"all": checks}, "solution": solution, "hints": kept, "allowed": allowed, "par": posted.get("par", 0)}
