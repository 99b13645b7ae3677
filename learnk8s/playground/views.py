"""Pages of the playground. A POST changes the sandbox and answers with the parts of the page that changed, or leads back to the page."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from learnk8s.playground import actions, queries
from learnk8s.playground.drawing import drawn, fingerprint, minutes
from learnk8s.playground.editing import apply_line, problems
from learnk8s.playground.forms import ActionForm, ClockForm
from learnk8s.playground.models import Kind, Sandbox
from learnk8s.simulation import worlds
from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.playground.output_words import explained
from learnk8s.simulation.kernel.shell.editing import CANCELLED, SAVED, saving
from learnk8s.simulation.kernel.world import World
from learnk8s.web.visitor import visitor_of

TICK_MIN_MS, TICK_MAX_MS, TICK_BUSY_MS = 120, 10_000, 1_000
"""How soon the page asks again: not more often, not less often, and while traffic flows or a command goes on."""
HISTORY_SHOWN = 40


def _language() -> str:
    return "ko" if (get_language() or "en").startswith("ko") else "en"


def _sandbox(request: HttpRequest, sandbox_id: str) -> Sandbox:
    sandbox = queries.sandbox_of(visitor_of(request), sandbox_id)
    if sandbox is None:
        raise Http404
    return sandbox


ERAS = {"linux": "isolation", "hypervisor": "vm", "docker": "container", "fleet": "orchestrator", "kubernetes": "kubernetes", "cloud": "cloud"}
"""The worlds in the order of history, and the era whose colour each has."""
WORLD_TITLES = {"linux": _lazy("One Linux server"), "hypervisor": _lazy("Virtual machines"), "docker": _lazy("Containers on one host"), "fleet": _lazy("A fleet by hand"), "kubernetes": _lazy("Kubernetes"), "cloud": _lazy("The managed cloud")}


def _scenarios() -> list[dict[str, Any]]:
    language = _language()
    return [{"name": card.name, "world": world, "title": getattr(card, f"title_{language}"), "story": getattr(card, f"story_{language}")} for world in ERAS for card in worlds.SCENARIOS.get(world, {}).values() if not getattr(card, "is_hidden", False)]


def _offers() -> list[dict[str, Any]]:
    """Return the worlds with their scenarios, Kubernetes first: most visitors come for it."""
    cards = _scenarios()
    order = ["kubernetes", *(world for world in ERAS if world != "kubernetes")]
    return [{"world": world, "title": WORLD_TITLES[world], "era": ERAS[world], "cards": [card for card in cards if card["world"] == world]} for world in order if any(card["world"] == world for card in cards)]

CHALLENGE = "challenge-"
"""Scenarios of challenges begin so. What they ask would give away what is wrong; it is told by the page beside the sandbox, when asked."""


@login_not_required
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Offer scenarios and list the visitor's sandboxes; a POST begins one."""
    if request.method == "POST":
        try:
            world, _slash, scenario = request.POST.get("scenario", "kubernetes:basics").rpartition(":")
            sandbox = actions.new_sandbox(visitor=visitor_of(request, ensure=True), world=world or "kubernetes", scenario=scenario)
        except actions.Refused as refusal:
            messages.error(request, str(refusal))
            return _index(request, status=422)
        return redirect("playground:sandbox", sandbox.id)
    return _index(request)


def _index(request: HttpRequest, status: int = 200) -> HttpResponse:
    titles = {(card["world"], card["name"]): card["title"] for card in _scenarios()}
    mine = [{"sandbox": sandbox, "scenario": titles.get((sandbox.world, sandbox.scenario), sandbox.scenario)} for sandbox in queries.sandboxes_of(visitor_of(request))]
    return render(request, "playground/index.html", {"offers": _offers(), "mine": mine}, status=status)


# The page


@login_not_required
@require_GET
def sandbox(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Show a sandbox: now, or with ?at= as it was at a moment."""
    found = _sandbox(request, sandbox_id)
    return render(request, "playground/sandbox.html", _context(request, found))


def _context(request: HttpRequest, found: Sandbox) -> dict[str, Any]:
    then = _number(request.GET.get("at") or request.POST.get("at"))
    world = queries.world_now(found) if then is None else queries.world_then(found, then)
    asked = {"asked_words": True, "words": _words(found, world)} if request.GET.get("words") else {}
    return {**context_of(found, world, then=then), **_inspected(request, world), **asked, "texts": TEMPLATES}


def context_of(found: Sandbox, world: World, *, then: int | None = None) -> dict[str, Any]:
    """Return what the templates of a sandbox need."""
    scene = world.scene()
    language = _language()
    entries = list(found.entries.order_by("-ordinal")[:HISTORY_SHOWN])[::-1]
    for entry in entries:
        entry.typed = typed(entry.input)  # type: ignore[attr-defined]  # for the template only
    now_ms = found.virtual_ms(timezone.now())
    marks = [{"at_ms": entry.at_ms, "input": typed(entry.input)[:60]} for entry in entries]
    return {
        "sandbox": found, "scene": drawn(scene, language), "version": f"{found.head}.{fingerprint(scene)}", "entries": entries, "clock": _clock(found, world), "now_ms": now_ms, "then": then, "then_text": minutes(then) if then is not None else "",
        "marks": marks, "speeds": [{"milli": milli, "text": f"{milli / 1000:g}x"} for milli in actions.SPEEDS], "running": bool(getattr(world, "shell", None) and world.shell.running), **terminal_state(world), "actions": _labelled(world.actions(""), language),  # type: ignore[attr-defined]
        "scenario": worlds.card(found.world, found.scenario), "language": language, "first_lines": getattr(worlds.card(found.world, found.scenario), "first_lines", ()),
        "story": getattr(worlds.card(found.world, found.scenario), f"story_{language}", ""), "title": getattr(worlds.card(found.world, found.scenario), f"title_{language}", ""),
        "era": ERAS.get(found.world, "kubernetes"), "goal": _goal(found, world, language),
        "is_challenge": found.scenario.startswith(CHALLENGE), "is_old": found.engine_version != worlds.ENGINE_VERSION,
    }


def typed(line: str) -> str:
    """Return an input as the terminal shows it: of a saved text only that it was saved."""
    return SAVED if line.startswith(f"{SAVED}\n") else line


def terminal_state(world: World) -> dict[str, Any]:
    """Return the prompt of the world's terminal and what it wants edited."""
    shell = getattr(world, "shell", None)
    prompt = getattr(shell, "prompt", "$ ")
    return {"prompt": prompt() if callable(prompt) else prompt, "editing": getattr(shell, "editing", None)}


def _goal(found: Sandbox, world: World, language: str) -> dict[str, Any] | None:
    """Return whether the scenario's goal is reached and what is missing, or None for a scenario without one."""
    goal = getattr(worlds.card(found.world, found.scenario), "goal", None)
    if not goal or found.scenario.startswith(CHALLENGE):
        return None
    checked = world.check(goal)
    return {"reached": checked["reached"], "missing": [entry[f"text_{language}"] for entry in checked["missing"]]}


def _clock(found: Sandbox, world: World) -> dict[str, Any]:
    due = world.next_due_ms()
    wait = TICK_MAX_MS if due is None or found.is_paused else max((due - world.now_ms) * 1000 // found.speed_milli, TICK_MIN_MS)
    running = bool(getattr(world, "shell", None) and world.shell.running)  # type: ignore[attr-defined]
    busy = running or any(service["traffic"]["per_second"] for service in world.scene().get("services", ()))
    return {"now_ms": world.now_ms, "text": minutes(world.now_ms), "due_ms": due, "wait_ms": min(wait, TICK_BUSY_MS if busy and not found.is_paused else TICK_MAX_MS), "speed_milli": found.speed_milli, "paused": found.is_paused, "running": running}


def _labelled(found: list[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    return [{**action, "label": action[f"label_{language}"], "text": action[f"text_{language}"]} for action in found]


def _inspected(request: HttpRequest, world: World) -> dict[str, Any]:
    ref = request.GET.get("ref") or request.POST.get("inspect") or ""
    shown = world.inspect(ref) if ref else None
    if shown is None:
        return {"inspected": None, "ref": ref}
    language = _language()
    why = [{**link, "text": link[f"text_{language}"], "when": minutes(link["at_ms"])} for link in shown["why"]]
    verdicts = [{**row, "text": row[f"text_{language}"]} for row in shown["verdicts"]]
    chain = [{**link, "text": link[f"text_{language}"], "when": minutes(link["at_ms"])} for link in world.why(ref)]
    events = [{**event, "when": minutes(event["at_ms"])} for event in shown["events"]]
    return {"inspected": {**shown, "why": why, "chain": chain, "verdicts": verdicts, "events": events, "actions": _labelled(world.actions(ref), language)}, "ref": ref}


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"\d{1,12}", text) else None


def _answer(request: HttpRequest, found: Sandbox, extra: dict[str, Any] | None = None) -> HttpResponse:
    """Answer a POST: to htmx with the parts that changed, else by leading back to the page."""
    if not request.htmx:  # type: ignore[attr-defined]  # set by the middleware
        return redirect(request.POST.get("back") or "playground:sandbox", *([] if request.POST.get("back") else [found.id]))
    world = queries.world_now(found)
    context = {**context_of(found, world), **_inspected(request, world), **(extra or {})}
    context["is_same"] = request.POST.get("version") == context["version"]
    if _number(request.POST.get("head")) == found.head:
        context["printed"], context["offset"] = world.output_since(_number(request.POST.get("offset")) or 0)
    return render(request, "playground/sandbox.html#changes", context)


@login_not_required
@require_POST
def look(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Let the clock run on and answer with what changed since the version that the page has."""
    try:
        seen = actions.look(_sandbox(request, sandbox_id))
    except LimitExceeded as limit:
        return JsonResponse({"error": str(limit)}, status=422)
    return _answer(request, seen.sandbox)


# Inputs


@login_not_required
@require_POST
def run(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Run a line of the terminal; JSON for the terminal element, a redirect without JavaScript."""
    found = _sandbox(request, sandbox_id)
    line = request.POST.get("line", "")
    if "edited" in request.POST:
        line = saving(request.POST["edited"].replace("\r\n", "\n")) if request.POST.get("save") == "1" else CANCELLED
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    try:
        seen = actions.interrupt(found) if request.POST.get("interrupt") else actions.type_line(found, line)
    except actions.Refused as refusal:
        if wants_json:
            return JsonResponse({"output": f"learnk8s: {refusal}\n", "status": 1, "running": False, "refused": True}, status=422)
        messages.error(request, str(refusal))
        return redirect("playground:sandbox", found.id)
    if not wants_json:
        return redirect("playground:sandbox", found.id)
    assert seen.entry is not None, "an input leaves an entry"
    text, offset = seen.world.output_since(0)
    apart = seen.entry.kind == Kind.INTERRUPT or seen.entry.output.startswith("learnk8s: ")
    output = seen.entry.output if apart else text
    return JsonResponse({"output": output, "status": seen.entry.status, "running": seen.world.shell.running, "offset": offset, "head": seen.entry.ordinal, **terminal_state(seen.world)})  # type: ignore[attr-defined]


@login_not_required
@require_GET
def words(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Explain the words in the terminal's last output; without JavaScript the page itself does."""
    found = _sandbox(request, sandbox_id)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(f"{reverse('playground:sandbox', args=[found.id])}?words=1#words")
    return render(request, "playground/_words.html", {"words": _words(found, queries.world_now(found))})


def _words(found: Sandbox, world: World) -> list[dict[str, str]]:
    last = found.entries.filter(kind=Kind.LINE).order_by("-ordinal").first()
    text = world.output_since(0)[0] or (last.output if last else "")
    return explained(text, _language())


@login_not_required
@require_GET
def complete(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Answer what Tab could make of the line."""
    world = queries.world_now(_sandbox(request, sandbox_id))
    return JsonResponse({"words": world.complete(request.GET.get("line", "")[:2_000])})


@login_not_required
@require_POST
def act(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Press a button of the world."""
    found, form = _sandbox(request, sandbox_id), ActionForm(request.POST)
    if not form.is_valid():
        return HttpResponse(_("This button cannot be pressed like that."), status=422)
    try:
        seen = actions.press(found, form.action())
    except actions.Refused as refusal:
        return HttpResponse(str(refusal), status=422)
    assert seen.entry is not None, "an input leaves an entry"
    if seen.entry.status:
        messages.error(request, seen.entry.output)
    return _answer(request, seen.sandbox, {"echo": seen.entry.output})


@login_not_required
@require_POST
def apply(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Apply the text of the YAML panel; errors are shown at their lines and the text is kept."""
    found, text = _sandbox(request, sandbox_id), request.POST.get("yaml", "").replace("\r\n", "\n")
    try:
        seen = actions.type_line(found, apply_line(text))
        output, status, found = seen.world.output_since(0)[0], seen.entry.status if seen.entry else 0, seen.sandbox
    except actions.Refused as refusal:
        output, status = str(refusal), 1
    context = {**_context(request, found), "yaml": text, "applied": output, "applied_status": status, "yaml_problems": problems(text, output) if status or "Warning" in output else []}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "playground/sandbox.html#editor", context, status=422 if status else 200)
    return render(request, "playground/sandbox.html", context, status=422 if status else 200)


# The clock and time travel


@login_not_required
@require_POST
def clock(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Pause, go on, change speed, step, jump."""
    found, form = _sandbox(request, sandbox_id), ClockForm(request.POST)
    if not form.is_valid():
        return HttpResponse(_("The clock cannot do that."), status=422)
    data = form.cleaned_data
    try:
        if data["step"]:
            found = actions.step(found)
        elif data["jump"]:
            found = actions.jump(found, data["jump"])
        else:
            found = actions.set_clock(found, speed_milli=data["speed"], paused=None if data["pause"] == "" else data["pause"] == "1")
    except actions.Refused as refusal:
        return HttpResponse(str(refusal), status=422)
    return _answer(request, found)


@login_not_required
@require_POST
def travel(request: HttpRequest, sandbox_id: str, how: str) -> HttpResponse:
    """Undo, reset, go back, fork."""
    visitor = visitor_of(request, ensure=True)
    found = _sandbox(request, sandbox_id)
    at_ms = _number(request.POST.get("at")) or 0
    try:
        if how == "undo":
            found = actions.undo(found)
        elif how == "reset":
            found = actions.reset(found)
        elif how == "back":
            found = actions.go_back(found, at_ms)
        elif how == "fork":
            found = actions.fork(found, visitor=visitor, at_ms=at_ms or 2**40)
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("playground:sandbox", found.id)


@login_not_required
@require_POST
def hand_over(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Open a Kubernetes sandbox in which the manifests of a fleet are applied."""
    found = _sandbox(request, sandbox_id)
    try:
        made = actions.hand_over(visitor=visitor_of(request, ensure=True), sandbox=found)
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("playground:sandbox", found.id)
    return redirect("playground:sandbox", made.id)


@login_not_required
@require_GET
def shared(request: HttpRequest, token: str, at_ms: int) -> HttpResponse:
    """Show somebody's sandbox at a moment, to look at and to fork."""
    found = queries.shared_sandbox(token)
    if found is None:
        raise Http404
    world = queries.world_then(found, at_ms)
    return render(request, "playground/shared.html", {**context_of(found, world, then=at_ms), "token": token, "at_ms": at_ms, **_inspected(request, world)})


@login_not_required
@require_POST
def fork_shared(request: HttpRequest, token: str, at_ms: int) -> HttpResponse:
    """Make a sandbox of one's own from a shared moment."""
    found = queries.shared_sandbox(token)
    if found is None:
        raise Http404
    try:
        copy = actions.fork(found, visitor=visitor_of(request, ensure=True), at_ms=at_ms)
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("playground:shared", token, at_ms)
    return redirect("playground:sandbox", copy.id)


@login_not_required
@require_POST
def manage(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Rename or delete a sandbox."""
    found = _sandbox(request, sandbox_id)
    if request.POST.get("delete"):
        actions.delete(sandbox=found)
        messages.success(request, _("The sandbox is deleted."))
    else:
        actions.rename(sandbox=found, title=request.POST.get("title", "").strip())
    return redirect("playground:index")


TEMPLATES = {
    "Deployment": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 3\n  selector:\n    matchLabels:\n      app: web\n  template:\n    metadata:\n      labels:\n        app: web\n    spec:\n      containers:\n      - name: web\n        image: nginx:1.27\n        ports:\n        - containerPort: 80\n        readinessProbe:\n          httpGet:\n            path: /\n            port: 80\n",
    "Service": "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: web\n  ports:\n  - port: 80\n    targetPort: 80\n",
    "ConfigMap": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  SHOP_MODE: sale\n",
}
