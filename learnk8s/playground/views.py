"""Pages of the playground. A POST changes the sandbox and answers with the parts of the page that changed, or leads back to the page."""

from contextlib import AbstractContextManager, nullcontext
from math import inf
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from learnk8s.playground import actions, changing, live, queries
from learnk8s.playground.editing import apply_line, beside, problems
from learnk8s.playground.foretelling import foretold
from learnk8s.playground.forms import ActionForm, ClockForm
from learnk8s.playground.models import Kind, Sandbox
from learnk8s.playground.output_words import explained
from learnk8s.playground.pieces import everything, pieces_of, whole_page
from learnk8s.playground.showing import ERAS, WORLD_LEDES, WORLD_TITLES, Filter, context_of, goes_on, inspected, lesson_of, number, place_of, terminal_state, tried, typed
from learnk8s.simulation import worlds
from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kernel.shell.editing import CANCELLED, giving, saving
from learnk8s.simulation.kernel.world import World
from learnk8s.web.htmx import sentence
from learnk8s.web.visitor import visitor_of
from learnk8s.web.language import language_of_page

__all__ = ["context_of"]


SOON_MS = 150
"""How soon the page asks again when an answer could not hold all that changed."""


def _sandbox(request: HttpRequest, sandbox_id: str) -> Sandbox:
    sandbox = queries.sandbox_of(visitor_of(request), sandbox_id)
    if sandbox is None:
        raise Http404
    return sandbox


def _scenarios() -> list[dict[str, Any]]:
    tongue = language_of_page()
    return [{"name": card.name, "world": world, "title": getattr(card, f"title_{tongue}"), "story": getattr(card, f"story_{tongue}")} for world in ERAS for card in worlds.SCENARIOS.get(world, {}).values() if not getattr(card, "is_hidden", False)]


def _offers(words: str) -> list[dict[str, Any]]:
    """Return the worlds with those scenarios that speak of all words, Kubernetes first: most visitors come for it."""
    cards = [card for card in _scenarios() if all(word in f"{card['name']} {card['title']} {card['story']}".casefold() for word in words.casefold().split())]
    order = ["kubernetes", *(world for world in ERAS if world != "kubernetes")]
    return [{"world": world, "title": WORLD_TITLES[world], "era": ERAS[world], "lede": WORLD_LEDES[world], "cards": [card for card in cards if card["world"] == world]} for world in order if any(card["world"] == world for card in cards)]


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
    words = request.GET.get("q", "").strip()[:80]
    titles = {(card["world"], card["name"]): card["title"] for card in _scenarios()}
    mine = [{"sandbox": sandbox, "era": ERAS.get(sandbox.world, "kubernetes"), "scenario": titles.get((sandbox.world, sandbox.scenario), sandbox.scenario)} for sandbox in queries.sandboxes_of(visitor_of(request))]
    return render(request, "playground/index.html", {"offers": _offers(words), "words": words, "mine": mine}, status=status)


# The page


@login_not_required
@require_GET
def sandbox(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Show a sandbox: now, or with ?at= as it was at a moment."""
    found = _sandbox(request, sandbox_id)
    return render(request, "playground/sandbox.html", _context(request, found))


def _context(request: HttpRequest, found: Sandbox) -> dict[str, Any]:
    then = number(request.GET.get("at") or request.POST.get("at"))
    with _at(found, then) as world:
        context = {**context_of(found, world, then=then, shown=Filter.asked(request)), **inspected(request, world), "new_object": NEW_OBJECT, "is_asked": then is None and "ref" in request.GET, "lesson_url": lesson_of(found)}
        if request.GET.get("words"):
            context.update(asked_words=True, words=_words(found, world))
    tried(context)
    if then is None:
        context["version"] = changing.remembered(found.id, found.head, whole_page(context))
    return context


def _at(found: Sandbox, then: int | None) -> AbstractContextManager[World]:
    """Give the world as it is now, standing still, or one of one's own as it was at a moment."""
    return queries.still(found) if then is None else nullcontext(queries.world_then(found, then))


def _back(request: HttpRequest, found: Sandbox) -> HttpResponse:
    """Lead to the page from which a form was sent, if it says so and is one of ours, else to the sandbox."""
    wanted = request.POST.get("back", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return redirect(wanted)
    return redirect("playground:sandbox", found.id)


def _answer(request: HttpRequest, found: Sandbox, extra: dict[str, Any] | None = None, *, then: int | None = None) -> HttpResponse:
    """Answer a POST: to htmx with the parts that changed, else by leading back to the page. A page that looks at the past is shown more of the past."""
    if not request.htmx:  # type: ignore[attr-defined]  # set by the middleware
        return _back(request, found)
    with _at(found, then) as world:
        context = {**context_of(found, world, then=then, shown=Filter.asked(request)), **inspected(request, world), "csrf_token": get_token(request), **({"place": place_of(found)} if request.POST.get("embedded") else {}), **(extra or {})}
        head = number(request.POST.get("head"))
        if then is None and goes_on(context["entries"], head, found.head):
            context["from_offset"], context["from_head"] = number(request.POST.get("offset")) or 0, head
            context["printed"], context["offset"] = world.output_since(context["from_offset"])
    tried(context)
    asked = request.POST.get("version", "")
    before = changing.known(found.id, asked)
    pieces = pieces_of(context, asks_again=bool(request.POST.get("fresh")))
    bytes_max = inf if context["scene"].get("is_drawn_as_boxes") else changing.BYTES_MAX  # machines are few: what changed on them comes at once
    sent, now, left = changing.changes(before, pieces, bytes_max=bytes_max) if before is not None else (*everything(context, pieces), False)
    context.update(sent=sent, version=changing.remembered(found.id, found.head, now))
    if left:
        context["clock"]["wait_ms"] = SOON_MS
    return render(request, "playground/changes.html", context)


@login_not_required
@require_POST
def look(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Let the clock run on and answer with what changed since the version that the page has; a page that looks at the past (`at`) is answered from there."""
    found, then = _sandbox(request, sandbox_id), number(request.POST.get("at"))
    try:
        return _answer(request, found if then is not None else actions.look(found).sandbox, then=then)
    except LimitExceeded as limit:
        return sentence(actions.said(limit))


# Inputs


@login_not_required
@require_POST
def run(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Run a line of the terminal; JSON for the terminal element, a redirect without JavaScript."""
    found = _sandbox(request, sandbox_id)
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    try:
        with live.turn(found):
            seen = actions.interrupt(found) if request.POST.get("interrupt") else actions.type_line(found, _line(request), once=request.POST.get("once", ""))
            told = _told(request, seen)
    except actions.Refused as refusal:
        if wants_json:
            return JsonResponse({"output": f"learnk8s: {refusal}\n", "status": 1, "running": False, "refused": True}, status=422)
        messages.error(request, str(refusal))
        return redirect("playground:sandbox", found.id)
    return JsonResponse(told) if wants_json else _back(request, found)


def _line(request: HttpRequest) -> str:
    """Return what was typed: a line, a text that was edited, or one that a command reads."""
    if "edited" not in request.POST:
        return request.POST.get("line", "")
    text = request.POST["edited"].replace("\r\n", "\n")
    if request.POST.get("save") != "1":
        return CANCELLED
    return giving(text) if request.POST.get("given") else saving(text)


def _told(request: HttpRequest, seen: actions.Seen) -> dict[str, Any]:
    """Return what the terminal is answered: what the line printed, and (`before`) what the one before it has printed since the page looked last."""
    assert seen.entry is not None, "an input leaves an entry"
    text, offset = seen.world.output_since(0)
    own, head = seen.entry.ordinal, number(request.POST.get("head"))
    apart = seen.entry.kind == Kind.INTERRUPT or actions.is_turned_away(seen.entry) or actions.was_typed_between(seen.sandbox, own, seen.sandbox.head + 1)  # a line that is sent again may be long past
    missed = seen.before[1] - (number(request.POST.get("offset")) or 0) if head is not None and not actions.was_typed_between(seen.sandbox, head, own) else 0
    return {"output": seen.entry.output if apart else text, "before": seen.before[0][-missed:] if missed > 0 else "", "status": seen.entry.status, "failed": seen.entry.has_failed, "running": seen.world.shell.running, "offset": offset, "head": own, **terminal_state(seen.world)}  # type: ignore[attr-defined]


@login_not_required
@require_GET
def words(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Explain the words in the terminal's last output; without JavaScript the page itself does."""
    found = _sandbox(request, sandbox_id)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(f"{reverse('playground:sandbox', args=[found.id])}?words=1#words")
    with queries.still(found) as world:
        return render(request, "playground/_words.html", {"words": _words(found, world)})


def _words(found: Sandbox, world: World) -> list[dict[str, str]]:
    last = found.entries.filter(kind=Kind.LINE, ordinal__gt=found.given).order_by("-ordinal").first()
    text = world.output_since(0)[0] or (last.output if last else "")
    return explained(text, language_of_page())


@login_not_required
@require_GET
def complete(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Answer what Tab could make of the line."""
    with queries.still(_sandbox(request, sandbox_id)) as world:
        return JsonResponse({"words": world.complete(request.GET.get("line", "")[:2_000])})


@login_not_required
@require_POST
def act(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Press a button of the world."""
    found, form = _sandbox(request, sandbox_id), ActionForm(request.POST)
    if not form.is_valid():
        return sentence(_("This button cannot be pressed like that."))
    try:
        seen = actions.press(found, form.action())
    except actions.Refused as refusal:
        return sentence(refusal)
    assert seen.entry is not None, "an input leaves an entry"
    if seen.entry.status and not request.htmx:  # type: ignore[attr-defined]
        messages.error(request, seen.entry.output)
    return _answer(request, seen.sandbox, {"echo": seen.entry.output})


@login_not_required
@require_POST
def apply(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Apply the text of the YAML panel; errors are shown at their lines and the text is kept."""
    found, text = _sandbox(request, sandbox_id), request.POST.get("yaml", "").replace("\r\n", "\n")
    if request.POST.get("forecast"):
        return _foretell(request, found, text)
    try:
        seen = actions.type_line(found, apply_line(text))
        output, status, found = seen.said, seen.entry.status if seen.entry else 0, seen.sandbox
    except actions.Refused as refusal:
        output, status = str(refusal), 1
    wrong = problems(text, output) if status or "Warning" in output else []
    context = {**_context(request, found), "yaml": text, "applied": beside(output, wrong), "applied_status": status, "yaml_problems": wrong, "problem_lines": ",".join(str(problem.line) for problem in wrong if problem.line)}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "playground/sandbox.html#editor", context, status=422 if status else 200)
    return render(request, "playground/sandbox.html", context, status=422 if status else 200)


def _foretell(request: HttpRequest, found: Sandbox, text: str) -> HttpResponse:
    """Say what applying the text would do; nothing is applied."""
    told = foretold(queries.copy_now(found), apply_line(text))
    wrong = problems(text, told["output"]) if told["refused"] else []
    context = {**_context(request, found), "yaml": text, "forecast": {**told, "line": "kubectl apply -f -"}, "yaml_problems": wrong, "applied": beside(told["output"], wrong) if told["refused"] else "", "problem_lines": ",".join(str(problem.line) for problem in wrong if problem.line)}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "playground/sandbox.html#editor", context)
    return render(request, "playground/sandbox.html", context)


# The clock and time travel


@login_not_required
@require_POST
def clock(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Pause, go on, change speed, step, jump."""
    found, form = _sandbox(request, sandbox_id), ClockForm(request.POST)
    if not form.is_valid():
        return sentence(_("The clock cannot do that."))
    data = form.cleaned_data
    try:
        if data["step"]:
            found = actions.step(found)
        elif data["jump"]:
            found = actions.jump(found, data["jump"])
        else:
            found = actions.set_clock(found, speed_milli=data["speed"], paused=None if data["pause"] == "" else data["pause"] == "1")
    except actions.Refused as refusal:
        return sentence(refusal)
    return _answer(request, found)


@login_not_required
@require_POST
def travel(request: HttpRequest, sandbox_id: str, how: str) -> HttpResponse:
    """Undo, reset, go back, fork."""
    visitor = visitor_of(request, ensure=True)
    found = _sandbox(request, sandbox_id)
    at_ms = number(request.POST.get("at")) or 0
    try:
        if how == "undo":
            last = found.entries.order_by("ordinal").last()
            found = actions.undo(found)
            messages.success(request, _("Taken back: %(input)s") % {"input": typed(last)[:80] if last else ""})
        elif how == "reset":
            found = actions.reset(found)
            messages.success(request, _("The scenario has begun anew."))
        elif how == "back":
            found = actions.go_back(found, at_ms)
            messages.success(request, _("From here on it is as if nothing had happened later."))
        elif how == "fork":
            found = actions.fork(found, visitor=visitor, at_ms=at_ms or 2**40)
            messages.success(request, _("This is a copy. The other sandbox stays as it is."))
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
    return render(request, "playground/shared.html", tried({**context_of(found, world, then=at_ms), "token": token, "at_ms": at_ms, **inspected(request, world)}))


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


NEW_OBJECT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: hello
spec:
  replicas: 3
  selector:
    matchLabels:
      app: hello
  template:
    metadata:
      labels:
        app: hello
    spec:
      containers:
      - name: hello
        image: nginx:1.27
        ports:
        - containerPort: 80
        readinessProbe:
          httpGet:
            path: /
            port: 80
"""
"""What the YAML panel begins with. No scenario has a `hello`, so that applying it adds something and changes nothing."""
