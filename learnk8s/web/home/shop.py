"""The small live cluster on the first page: a real sandbox, shown as three machines whose pods can be pressed.

Before the first press it is the start of the scenario, which is the same for everybody, so nothing is written for somebody who only looks. The first press
makes a sandbox, and from then on the page shows that one. Its clock runs at a tenth of the real speed, since a pod is replaced in less than a second.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from learnk8s.playground import actions
from learnk8s.playground import queries as sandboxes
from learnk8s.playground.drawing import drawn
from learnk8s.playground.models import Sandbox
from learnk8s.simulation import worlds
from learnk8s.web.visitor import Visitor

KEY, WORLD, SCENARIO = "home", "kubernetes", "self-healing"
SPEED_MILLI, REAL_MILLI = 100, 1000
LOG_SHOWN = 8
ASIDE = ("input.action", "endpointslice-controller.wrote")
"""What the log says that a first story does without."""
HEALED_AFTER_MS = 60_000
"""A press older than this is history; the page shows only what came of the last one."""


@dataclass(frozen=True, slots=True)
class Shop:
    """What the drawing needs: the machines with their pods, the outlines of what is missing, what happened since the last press."""

    at_ms: int
    nodes: list[dict[str, Any]]
    ghosts: list[dict[str, Any]]
    wanted: int
    there: int
    served: int
    failed: int
    steps: list[dict[str, Any]]
    took_ms: int | None
    sandbox: Sandbox | None = None

    @property
    def is_healing(self) -> bool:
        """Say whether something is still missing, so that the page should look again."""
        return self.sandbox is not None and self.there < self.wanted


def shop_of(visitor: Visitor, language: str) -> Shop:
    """Return the visitor's cluster as it is now, or the common start."""
    sandbox = sandboxes.sandbox_of_lesson(visitor, KEY)
    if sandbox is None:
        return _shop(_start(), language, None, None)
    last = sandbox.entries.order_by("-ordinal").first()
    with sandboxes.still(sandbox) as world:
        scene = world.scene()
    return _shop(scene, language, sandbox, last.at_ms if last else None)


def press(visitor: Visitor, pod: str) -> None:
    """Delete a pod in the visitor's cluster. Raises Refused over a quota."""
    sandbox = actions.sandbox_for_lesson(visitor, KEY, SCENARIO, world=WORLD)
    if sandbox.speed_milli != SPEED_MILLI:
        sandbox = actions.set_clock(sandbox, speed_milli=SPEED_MILLI)
    actions.press(sandbox, {"kind": "delete-pod", "ref": pod})


def start_anew(visitor: Visitor) -> None:
    """Put the visitor's cluster back to its start."""
    sandbox = sandboxes.sandbox_of_lesson(visitor, KEY)
    if sandbox is not None:
        actions.reset(sandbox)


def at_real_speed(visitor: Visitor) -> str:
    """Let the visitor's cluster go as fast as a real one and return the sandbox's id, or "" where there is none."""
    sandbox = sandboxes.sandbox_of_lesson(visitor, KEY)
    return str(actions.set_clock(sandbox, speed_milli=REAL_MILLI).id) if sandbox is not None else ""


@lru_cache(maxsize=1)
def _start() -> dict[str, Any]:
    return worlds.create(WORLD, SCENARIO, 1).scene()


def _shop(scene: dict[str, Any], language: str, sandbox: Sandbox | None, pressed_ms: int | None) -> Shop:
    picture = drawn(scene, language)
    pods = [pod for node in picture["nodes"] for pod in node["pods"]]
    there = sum(pod["health"] == "ok" and not pod["terminating"] for pod in pods)
    flows = [service["traffic"] for service in picture["services"]]
    since = [] if pressed_ms is None or scene["at_ms"] - pressed_ms > HEALED_AFTER_MS else [link for link in reversed(scene["log"]) if link["at_ms"] >= pressed_ms and link["key"] not in ASIDE]
    steps = [{"after_ms": link["at_ms"] - pressed_ms, "text": link[f"text_{language}"], "actor": link["actor"]} for link in since if pressed_ms is not None]
    started = [step["after_ms"] for step in steps if step["actor"] == "kubelet"]
    return Shop(scene["at_ms"], picture["nodes"], [*picture["ghosts"], *picture["unplaced"]], picture["pods_wanted"], there, sum(flow["served"] for flow in flows), sum(flow["failed"] for flow in flows), steps[-LOG_SHOWN:],
                max(started) if started and there >= picture["pods_wanted"] else None, sandbox)
