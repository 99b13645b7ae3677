"""Pages that answer by trying out in copies: what will happen, what would fix it, how do two sandboxes differ; and the cluster's parts."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from learnk8s.playground import actions, queries
from learnk8s.playground.drawing import drawn, minutes
from learnk8s.playground.foretelling import foretold
from learnk8s.playground.models import Sandbox
from learnk8s.playground.showing import called, context_of, number, told, typed
from learnk8s.simulation.kernel.world import World
from learnk8s.web.visitor import visitor_of
from learnk8s.web.language import language_of_page

COMPARED_ENTRIES = 200


def _sandbox(request: HttpRequest, sandbox_id: str) -> Sandbox:
    found = queries.sandbox_of(visitor_of(request), sandbox_id)
    if found is None:
        raise Http404
    return found


def _world(found: Sandbox) -> Any:
    """Return a copy of the sandbox's world as it is now, if questions can be put to it; 404 otherwise."""
    world = queries.copy_now(found)
    if not hasattr(world, "forecast"):
        raise Http404
    return world


@login_not_required
@require_GET
def forecast(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Say what a command would do, before it is run."""
    found = _sandbox(request, sandbox_id)
    line = request.GET.get("line", "")
    told_ahead = foretold(_world(found), line) if "line" in request.GET else None
    template = "playground/forecast.html#result" if request.htmx else "playground/forecast.html"  # type: ignore[attr-defined]  # set by the middleware
    return render(request, template, {"sandbox": found, "line": line, "forecast": told_ahead, "era": "kubernetes", "where": "forecast"})


# Compare


@login_not_required
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Show two sandboxes of one world side by side, with the first difference marked."""
    visitor = visitor_of(request)
    left = queries.sandbox_of(visitor, request.GET.get("left", ""))
    if left is None:
        raise Http404
    others = [other for other in queries.sandboxes_of(visitor).filter(world=left.world).exclude(pk=left.pk)]
    right = next((other for other in others if other.pk == request.GET.get("right")), None)
    context: dict[str, Any] = {"left": left, "right": right, "left_name": called(left), "right_name": called(right) if right else "", "others": [(other, called(other)) for other in others], "era": "kubernetes"}
    if right is not None:
        worlds = [queries.copy_now(side) for side in (left, right)]
        context.update(sides=[_side(side, world) for side, world in zip((left, right), worlds, strict=True)], rows=_journals(left, right), differences=_differences(*worlds))
    return render(request, "playground/compare.html", context)


def _side(found: Sandbox, world: World) -> dict[str, Any]:
    return {"sandbox": found, "name": called(found), "scene": drawn(world.scene(), language_of_page()), "time": minutes(world.now_ms), "score": world.scoreboard()}


def _differences(left: Any, right: Any) -> list[dict[str, Any]] | None:
    return left.differences(right) if hasattr(left, "differences") else None


def _journals(left: Sandbox, right: Sandbox) -> list[dict[str, Any]]:
    """Return the inputs of both side by side, the first pair that is not the same marked."""
    journals = [list(side.entries.all()[:COMPARED_ENTRIES]) for side in (left, right)]
    rows: list[dict[str, Any]] = []
    parted = False
    for place in range(max(map(len, journals))):
        pair = [journal[place] if place < len(journal) else None for journal in journals]
        same = pair[0] is not None and pair[1] is not None and (pair[0].input, pair[0].kind) == (pair[1].input, pair[1].kind)
        cells = [{"when": minutes(entry.at_ms), "input": typed(entry)} if entry else None for entry in pair]
        rows.append({"left": cells[0], "right": cells[1], "same": same, "first": not same and not parted})
        parted = parted or not same
    return rows


@login_not_required
@require_POST
def fork_and_compare(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Make a copy, and show it beside the sandbox."""
    found = _sandbox(request, sandbox_id)
    try:
        copy = actions.fork(found, visitor=visitor_of(request, ensure=True), at_ms=2**40)
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("playground:sandbox", found.id)
    return redirect(f"{_compare_url()}?left={found.id}&right={copy.id}")


def _compare_url() -> str:
    from django.urls import reverse

    return reverse("playground:compare")


# The parts of the cluster


@login_not_required
@require_GET
def cluster(request: HttpRequest, sandbox_id: str) -> HttpResponse:
    """Show the parts of a sandbox's cluster, each with its switch, and follow a request through them."""
    found = _sandbox(request, sandbox_id)
    world = _world(found)
    return render(request, "playground/cluster.html", {**context_of(found, world), **parts_shown(world, request.GET.get("part", "")), **followed(world, number(request.GET.get("follow")), number(request.GET.get("step")) or 0), "where": "cluster"})


def parts_shown(world: Any, chosen: str) -> dict[str, Any]:
    """Return the parts by place, and the one that was clicked."""
    tongue = language_of_page()
    parts = [{**part, "does": part[f"does_{tongue}"], "without": part[f"without_{tongue}"], "actions": [{**action, "label": action[f"label_{tongue}"], "text": action[f"text_{tongue}"]} for action in part["actions"]]} for part in world.parts()]
    nodes: dict[str, list[dict[str, Any]]] = {}
    for part in parts:
        if part["node"]:
            nodes.setdefault(part["node"], []).append(part)
    pods: dict[str, int] = {}
    for node in world.scene()["nodes"] if "nodes" in world.scene() else ():
        pods[node["name"]] = len(node["pods"])
    return {"control_plane": [part for part in parts if part["place"] == "control-plane"], "everywhere": [part for part in parts if part["place"] == "nodes"],
            "machines": [{"name": name, "parts": found, "pods": pods.get(name, 0)} for name, found in nodes.items()], "chosen": next((part for part in parts if part["ref"] == chosen), None)}


def followed(world: Any, cause: int | None, step: int) -> dict[str, Any]:
    """Return the inputs that can be followed and the steps of the one that is."""
    inputs = told(world.inputs())
    steps = told(world.followed(cause)) if cause is not None else []
    step = min(step, max(len(steps) - 1, 0))
    current = steps[step] if steps else None
    return {"inputs": inputs, "steps": steps, "step": step, "current": current, "follow": cause, "lit": current["parts"] if current else [], "lit_node": current["node"] if current else "", "next_step": step + 1 if step + 1 < len(steps) else None,
            "previous_step": step - 1 if step > 0 else None}
