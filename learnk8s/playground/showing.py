"""What the templates of a sandbox need: the scene by language and by filter, the clock, the inspector's chosen tab, the goal."""

import json
import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy

from learnk8s.playground import actions, queries
from learnk8s.playground.drawing import drawn, minutes
from learnk8s.playground.foretelling import remedied
from learnk8s.playground.models import Entry, Kind, Sandbox
from learnk8s.simulation import worlds
from learnk8s.simulation.kernel.shell.editing import GIVEN, SAVED, edited_text
from learnk8s.simulation.kernel.shell.screen import CLEARED, REDRAWN
from learnk8s.simulation.kernel.world import World
from learnk8s.simulation.kubernetes.scene import SYSTEM_NAMESPACES
from learnk8s.web.language import language_of_page

TICK_MIN_MS, TICK_MAX_MS, TICK_BUSY_MS = 120, 10_000, 1_000
"""How soon the page asks again: not more often, not less often, and while traffic flows or a command goes on."""
HISTORY_SHOWN = 40
REWIND_MS = 60_000
RAIL_STEP_MS = 1000
"""How far the thumb of the time line goes at once. The line begins so that whole steps end at now; else the thumb could not stand there."""
ERAS = {"linux": "isolation", "hypervisor": "vm", "docker": "container", "fleet": "orchestrator", "kubernetes": "kubernetes", "cloud": "cloud"}
"""The worlds in the order of history, and the era whose colour each has."""
WORLD_TITLES = {"linux": _lazy("One Linux server"), "hypervisor": _lazy("Virtual machines"), "docker": _lazy("Containers on one host"), "fleet": _lazy("A fleet by hand"), "kubernetes": _lazy("Kubernetes"), "cloud": _lazy("The managed cloud")}
WORLD_LEDES = {
    "linux": _lazy("Processes, users and files on one machine, and the walls that the kernel can build between them."), "hypervisor": _lazy("Machines inside machines: isolation that is strong and takes its share."),
    "docker": _lazy("Images, layers and containers on one host."), "fleet": _lazy("Many hosts, and you are the one who decides what runs where."),
    "kubernetes": _lazy("Say what you want; controllers make it so. Break it, and watch it heal."), "cloud": _lazy("The same cluster, rented: who mends what, and what it costs."),
}
TABS = (("summary", _lazy("Summary")), ("why", _lazy("Why?")), ("where", _lazy("Why here?")), ("events", _lazy("Events")), ("yaml", _lazy("YAML")), ("peel", _lazy("Peel")), ("fix", _lazy("What would fix it?")))
CHALLENGE = "challenge-"
"""Scenarios of challenges begin so. What they ask would give away what is wrong; it is told by the page beside the sandbox, when asked."""
KINDS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "ReplicaSet")



def number(text: str | None) -> int | None:
    """Return a whole number that was sent, or None."""
    return int(text) if text and re.fullmatch(r"\d{1,12}", text) else None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which part of a cluster is shown: a namespace, labels that pods must carry, a kind of owner."""

    namespace: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    kind: str = ""

    @classmethod
    def asked(cls, request: HttpRequest) -> "Filter":
        """Return the filter of a request; what is not written as labels are is left out."""
        is_posted = request.method == "POST"
        data = request.POST if is_posted else request.GET
        kind = data.get("owned_by" if is_posted else "kind", "")  # buttons of the world post a `kind` of their own
        pairs = tuple((key, value) for key, _equals, value in (word.strip().partition("=") for word in data.get("label", "")[:200].split(",")) if key and value)
        return cls(data.get("ns", "")[:63], pairs, kind if kind in KINDS else "")

    @property
    def text(self) -> str:
        """Return the labels as they were typed."""
        return ",".join(f"{key}={value}" for key, value in self.labels)

    @property
    def is_set(self) -> bool:
        """Say whether anything is left out."""
        return bool(self.namespace or self.labels or self.kind)

    @property
    def is_of_the_system(self) -> bool:
        """Say whether what the cluster itself runs is asked for, which the picture leaves out otherwise."""
        return self.namespace in SYSTEM_NAMESPACES

    def shows(self, pod: dict[str, Any]) -> bool:
        """Say whether a pod is shown."""
        return (not self.namespace or pod["namespace"] == self.namespace) and all((pod.get("labels") or {}).get(key) == value for key, value in self.labels) and (not self.kind or pod.get("owner_kind") == self.kind)

    def applied(self, scene: dict[str, Any]) -> dict[str, Any]:
        """Return a scene with only what is shown; nodes stay."""
        if not self.is_set or "nodes" not in scene:
            return scene
        nodes = [{**node, "pods": [pod for pod in node["pods"] if self.shows(pod)]} for node in scene["nodes"]]
        owners = [owner for owner in scene["owners"] if (not self.namespace or owner["namespace"] == self.namespace) and (not self.kind or owner["kind"] == self.kind)]
        services = [service for service in scene["services"] if not self.namespace or service["namespace"] == self.namespace]
        return {**scene, "nodes": nodes, "unplaced": [pod for pod in scene["unplaced"] if self.shows(pod)], "owners": owners, "services": services}


def called(found: Sandbox) -> str:
    """Return what a sandbox is called where several stand: its title, or its scenario with the beginning of its address."""
    card = worlds.SCENARIOS.get(found.world, {}).get(found.scenario)
    return found.title or f"{getattr(card, f'title_{language_of_page()}', found.scenario)} ({found.pk[:4]})"


def context_of(found: Sandbox, world: World, *, then: int | None = None, shown: Filter | None = None) -> dict[str, Any]:
    """Return what the templates of a sandbox need."""
    shown = shown or Filter()
    scene = drawn(shown.applied(world.scene(with_system=True) if shown.is_of_the_system and hasattr(world, "forecast") else world.scene()), language_of_page())  # type: ignore[call-arg]  # clusters can show their own parts
    entries = _latest(found)
    on_screen = entries if then is None else _latest(found, until_ms=then)
    state = {**terminal_state(world), **_printed(found, world, on_screen)}
    for entry in [*entries, *(on_screen if then is not None else ())]:
        entry.typed = typed(entry)  # type: ignore[attr-defined]  # for the template only
    now_ms = found.virtual_ms(timezone.now())
    card = worlds.card(found.world, found.scenario)
    warnings = [{"at_ms": event["at_ms"], "input": f"{event['reason']}: {event['message'][:60]}", "sort": "warning"} for event in scene.get("events", ()) if event["type"] == "Warning"]
    marks = [{"at_ms": entry.at_ms, "input": typed(entry)[:60], "sort": "input"} for entry in entries]
    return {
        "sandbox": found, "scene": scene, "version": "", "entries": entries, "terminal": _screen(found, on_screen), "clock": _clock(found, world, scene), "now_ms": now_ms, "rail_step_ms": RAIL_STEP_MS, "rail_from_ms": now_ms % RAIL_STEP_MS, "rail_ms": max(now_ms - now_ms % RAIL_STEP_MS, 1), "then": then, "place": "", "past": "" if then is None else f"at={then}&", "then_text": minutes(then) if then is not None else "",
        "marks": sorted([*marks, *warnings], key=lambda mark: mark["at_ms"]), "history": [{"entry": entry, "when": minutes(entry.at_ms)} for entry in reversed(entries)], "speeds": [{"milli": milli, "text": f"{milli / 1000:g}×"} for milli in actions.SPEEDS],
        "running": bool(getattr(world, "shell", None) and world.shell.running), **state, "actions": labelled(world.actions("")), "rewind_ms": max((now_ms if then is None else then) - REWIND_MS, 0), "forward_ms": None if then is None else min(then + REWIND_MS, now_ms),  # type: ignore[attr-defined]
        "scenario": card, "language": language_of_page(), "first_lines": getattr(card, "first_lines", ()), "story": getattr(card, f"story_{language_of_page()}", ""), "title": getattr(card, f"title_{language_of_page()}", ""), "era": ERAS.get(found.world, "kubernetes"),
        "goal": _goal(found, world), "is_challenge": found.scenario.startswith(CHALLENGE), "is_old": found.engine_version != worlds.ENGINE_VERSION, "shown": shown, "kinds": KINDS, "can_ask": hasattr(world, "forecast"), "parts": _parts(world, scene),
    }


def context_now(found: Sandbox) -> dict[str, Any]:
    """Return what the templates of a sandbox need that stands in another page, as it is now: what is pressed in its picture is looked at on the sandbox's own page."""
    with queries.still(found) as world:
        return {**context_of(found, world), "place": place_of(found)}


def lesson_of(found: Sandbox) -> str:
    """Return the address of the lesson whose lab a sandbox is, or in it of the question to which it belongs (`quizzes.asking.sandbox_key`); "" if it is neither."""
    place, _hash, question = found.lesson_key.partition("#")
    course, _slash, lesson = place.partition("/")
    return reverse("lessons:lesson", args=[course, lesson]) + (f"#question-{question}" if question else "") if lesson and ":" not in course else ""


def place_of(found: Sandbox) -> str:
    """Return the address of a sandbox's own page."""
    return reverse("playground:sandbox", args=[found.id])


def _latest(found: Sandbox, until_ms: int | None = None) -> list[Entry]:
    """Return the latest inputs, oldest first; those of the author are nobody's."""
    entries = found.entries.filter(ordinal__gt=found.given)
    return list((entries if until_ms is None else entries.filter(at_ms__lte=until_ms)).order_by("-ordinal")[:HISTORY_SHOWN])[::-1]


def _screen(found: Sandbox, entries: list[Entry]) -> list[Entry]:
    """Return the inputs that the terminal shows: those since the screen was cleared last. The last one whose output has been dropped says so."""
    cleared = max((place for place, entry in enumerate(entries) if entry.output.startswith(CLEARED)), default=0)
    shown = entries[cleared:]
    if shown and shown[0].output.startswith(CLEARED):
        shown[0].output = shown[0].output.removeprefix(CLEARED)
        shown[0].has_cleared = True  # type: ignore[attr-defined]  # for the template only
    dropped = [entry for entry in shown if entry.ordinal <= found.head - actions.OUTPUTS_KEPT_MAX and entry.kind != Kind.REQUEST]
    if dropped:
        dropped[-1].is_last_dropped = True  # type: ignore[attr-defined]  # for the template only
    return shown


def typed(entry: Entry) -> str:
    """Return an input as the page shows it: of a saved text only that it was saved, a text that a command read as it was, of a button what would have done the same."""
    if entry.kind == Kind.ACTION:
        action = json.loads(entry.input)
        return entry.output.partition("\n")[0] or " ".join(str(value) for value in action.values() if value)
    if entry.input.startswith(f"{GIVEN}\n"):
        return edited_text(entry.input).removesuffix("\n")
    return SAVED if entry.input.startswith(f"{SAVED}\n") else entry.input


def _printed(found: Sandbox, world: World, entries: list[Entry]) -> dict[str, int]:
    """Return the line whose output goes on and how much of it the page shows. What its job printed since it was typed is put below it; its entry keeps only what it said at once."""
    latest = [entry for entry in reversed(entries) if actions.is_typed(entry)]
    line = actions.speaking(latest)
    text, offset = world.output_since(0)
    if line is not None:
        line.output = actions.kept(text)
        line.fixed = len(text.partition(REDRAWN)[0]) if REDRAWN in text else None  # type: ignore[attr-defined]  # for the template only
    return {"offset": offset, "line_head": latest[0].ordinal if latest else found.given}


def goes_on(entries: list[Entry], head: int | None, newest: int) -> bool:
    """Say whether what the terminal prints belongs to the line that a page saw last: nothing was typed since. Buttons and clients of the API print elsewhere."""
    return head is not None and head <= newest and not any(actions.is_typed(entry) and entry.ordinal > head for entry in entries)


def terminal_state(world: World) -> dict[str, Any]:
    """Return the prompt of the world's terminal, with the space that stands behind it, what it wants edited, and whether what goes on only serves and steps aside for the next line."""
    shell = getattr(world, "shell", None)
    return {"prompt": actions.prompt_of(world), "editing": getattr(shell, "editing", None), "serves": bool(getattr(shell, "serves", False))}


def _parts(world: World, scene: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the parts of the control plane, and which of them acted just now."""
    if not hasattr(world, "parts") or "nodes" not in scene:
        return []
    lit = {part_of(actor) for actor in scene.get("lit", ())}
    return [{**part, "lit": part["name"] in lit} for part in world.parts() if part["place"] == "control-plane"]


def part_of(actor: str) -> str:
    """Return the part to which an actor of the log belongs."""
    return {"scheduler": "kube-scheduler", "kubelet": "kubelet"}.get(actor, "kube-controller-manager" if actor.endswith(("controller", "collector", "autoscaler", "binder", "expand")) else "")


def _goal(found: Sandbox, world: World) -> dict[str, Any] | None:
    """Return whether the scenario's goal is reached and what is missing, or None for a scenario without one."""
    goal = getattr(worlds.card(found.world, found.scenario), "goal", None)
    if not goal or found.scenario.startswith(CHALLENGE):
        return None
    checked = world.check(goal)
    return {"reached": checked["reached"], "missing": [entry[f"text_{language_of_page()}"] for entry in checked["missing"]]}


def _clock(found: Sandbox, world: World, scene: dict[str, Any]) -> dict[str, Any]:
    due = world.next_due_ms()
    wait = TICK_MAX_MS if due is None or found.is_paused else max((due - world.now_ms) * 1000 // found.speed_milli, TICK_MIN_MS)
    running = bool(getattr(world, "shell", None) and world.shell.running)  # type: ignore[attr-defined]
    busy = running or any(service["traffic"]["per_second"] for service in scene.get("services", ()))
    return {"now_ms": world.now_ms, "text": minutes(world.now_ms), "due_ms": due, "wait_ms": min(wait, TICK_BUSY_MS if busy and not found.is_paused else TICK_MAX_MS), "speed_milli": found.speed_milli, "paused": found.is_paused, "running": running}


def labelled(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return buttons with their words in the reader's language."""
    return [{**action, "label": action[f"label_{language_of_page()}"], "text": action[f"text_{language_of_page()}"]} for action in found]


def told(links: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return links of a chain with their sentence and their moment."""
    return [{**link, "text": link[f"text_{language_of_page()}"], "when": minutes(link["at_ms"])} for link in links]


def inspected(request: HttpRequest, world: World) -> dict[str, Any]:
    """Return the object that the page looks at, with what its chosen tab shows."""
    is_posted = request.method == "POST"
    data = request.POST if is_posted else request.GET
    ref = data.get("inspect" if is_posted else "ref") or ""  # `ref` of a post is what a button acts on
    tab = data.get("tab") or "summary"
    shown = world.inspect(ref) if ref else None
    if shown is None:
        return {"inspected": None, "gone": ref[:400].rpartition("/")[2], "ref": ref, "tab": "summary"}
    has_more = hasattr(world, "forecast")
    tabs = [{"key": key, "title": title} for key, title in TABS if has_more or key in ("summary", "why", "events", "yaml")]
    if shown["kind"] != "Pod":
        tabs = [entry for entry in tabs if entry["key"] not in ("where", "peel")]
    if str(getattr(world, "scenario", "")).startswith(CHALLENGE):
        tabs = [entry for entry in tabs if entry["key"] != "fix"]
    tab = tab if tab in [entry["key"] for entry in tabs] else "summary"
    path = data.get("path", "")[:200]
    event = data.get("event", "")[:260]
    fields = world.fields(ref) if tab == "why" and hasattr(world, "fields") else []
    chain = world.why_event(shown["namespace"] or "default", event) if event and hasattr(world, "why_event") else world.why(ref, path)
    layers = world.peel(ref) if tab == "peel" and hasattr(world, "peel") else None
    plugins = list(dict.fromkeys(plugin for row in shown["verdicts"] for plugin in row["scores"]))
    verdicts = [{**row, "text": row[f"text_{language_of_page()}"], "cells": [row["scores"].get(plugin, "") for plugin in plugins]} for row in shown["verdicts"]]
    return {
        "inspected": {**shown, "why": told(shown["why"]), "chain": told(chain), "verdicts": verdicts, "plugins": plugins, "events": [{**entry, "when": minutes(entry["at_ms"])} for entry in shown["events"]], "actions": labelled(world.actions(ref)),
                      "fields": fields, "layers": in_words(layers) if layers else None, "fix": None},
        "ref": ref, "tab": tab, "tabs": tabs, "path": path, "event": event, "to_try": world.copied() if tab == "fix" else None,  # type: ignore[attr-defined]  # only worlds that can be asked have this tab
    }


def tried(context: dict[str, Any]) -> dict[str, Any]:
    """Work out in copies what the chosen tab asks for, and return the context: this takes long, so nobody's world stands still meanwhile."""
    copy = context.pop("to_try", None)
    if copy is not None:
        context["inspected"]["fix"] = remedied(copy, context["ref"], language_of_page())
    return context


def in_words(layers: dict[str, Any]) -> dict[str, Any]:
    """Return a pod's layers with words in the reader's language."""
    return {**layers, "namespaces": [{**entry, "sees": entry[f"sees_{language_of_page()}"]} for entry in layers["namespaces"]]}
