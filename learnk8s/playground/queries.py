"""Reads of sandboxes; every one is found through the visitor who may see it."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from learnk8s.playground import live
from learnk8s.playground.models import Entry, Kind, Sandbox
from learnk8s.simulation.kernel.world import World
from learnk8s.web.visitor import Visitor


def sandboxes_of(visitor: Visitor) -> QuerySet[Sandbox]:
    """Return a visitor's sandboxes, the last used first."""
    return Sandbox.objects.filter(visitor.owned())


def sandbox_of(visitor: Visitor, sandbox_id: str) -> Sandbox | None:
    """Return one sandbox of a visitor, or None: other people's are not there."""
    return sandboxes_of(visitor).filter(pk=sandbox_id).first()


def sandbox_of_lesson(visitor: Visitor, lesson_key: str) -> Sandbox | None:
    """Return the sandbox that a visitor began in a lesson."""
    return None if visitor.is_new else sandboxes_of(visitor).filter(lesson_key=lesson_key).first()


def shared_sandbox(token: str) -> Sandbox | None:
    """Return the sandbox of a share link."""
    return Sandbox.objects.filter(token=token).first()


def sandbox_of_api(token: str) -> Sandbox | None:
    """Return the sandbox whose API a token opens, while it lasts."""
    return Sandbox.objects.filter(api_token=token, api_until__gt=timezone.now()).first()


def world_now(sandbox: Sandbox) -> World:
    """Return the world as it is now, without writing anything. Others move it on meanwhile: see `still`."""
    with live.live_world(sandbox, sandbox.virtual_ms(timezone.now())) as world:
        return world


@contextmanager
def still(sandbox: Sandbox) -> Iterator[World]:
    """Give the world as it is now, while nobody else moves it: whoever reads more than one thing of it reads them all of one moment."""
    with live.turn(sandbox):
        yield world_now(sandbox)


def copy_now(sandbox: Sandbox) -> Any:
    """Return a copy of the world as it is now, to try things in or to read at leisure."""
    with still(sandbox) as world:
        return world.copied()  # type: ignore[attr-defined]  # every world can be copied


def world_then(sandbox: Sandbox, at_ms: int) -> World:
    """Return a world of its own as it was at a moment."""
    now_ms = sandbox.virtual_ms(timezone.now())
    at_ms = max(0, min(at_ms, now_ms))
    world = live.rebuilt(sandbox, until_ms=at_ms)
    if at_ms > world.now_ms:
        world.advance(at_ms)
    return world


def scene_key(course: str, scene: str) -> str:
    """Return the key of the sandboxes in which a scenario of a course is played."""
    return f"scenario:{course}/{scene}"[:120]


def mark_of(sandbox: Sandbox, at_ms: int) -> list[str]:
    """Return what names a moment of a sandbox: virtual time, last input, and a digest of all inputs until then, so that a history that was played anew is not taken for it."""
    return [str(at_ms), str(sandbox.head), _digest(sandbox, sandbox.head)]


def world_at_mark(sandbox: Sandbox, mark: Sequence[str]) -> World | None:
    """Return a world of its own as it was at a marked moment, None if its history is another one now."""
    at_ms, ordinal, digest = mark
    if not (at_ms.isdecimal() and ordinal.isdecimal()) or _digest(sandbox, int(ordinal)) != digest:
        return None
    world = live.rebuilt(sandbox, until_ms=int(at_ms), ordinal=int(ordinal))
    if int(at_ms) > world.now_ms:
        world.advance(int(at_ms))
    return world


def _digest(sandbox: Sandbox, ordinal: int) -> str:
    inputs = list(sandbox.entries.filter(ordinal__lte=ordinal).order_by("ordinal").values_list("ordinal", "at_ms", "kind", "input"))
    return sha256(json.dumps(inputs).encode()).hexdigest()[:16]


LINES_KEPT = 6
"""The last commands of each person that a class is shown by."""


def lines_since(user_ids: Sequence[int], course: str, since: datetime) -> dict[int, list[tuple[str, int, datetime]]]:
    """Return the last commands that people typed in sandboxes of a course since a moment, the last first: line, exit status, when the sandbox was used. Sandboxes of their own are nobody's business."""
    used = Sandbox.objects.filter(Q(lesson_key__startswith=f"{course}/") | Q(lesson_key__startswith=f"scenario:{course}/"), user__in=user_ids, used_at__gte=since).order_by("used_at")
    newest = {user: (sandbox, used_at) for user, sandbox, used_at in used.values_list("user_id", "pk", "used_at")}
    owners = {sandbox: (user, used_at) for user, (sandbox, used_at) in newest.items()}
    found: dict[int, list[tuple[str, int, datetime]]] = defaultdict(list)
    lines = Entry.objects.filter(sandbox__in=list(owners), kind=Kind.LINE, ordinal__gt=F("sandbox__head") - LINES_KEPT).filter(ordinal__gt=F("sandbox__given")).order_by("-ordinal")
    for sandbox, line, status in lines.values_list("sandbox_id", "input", "status"):
        user, used_at = owners[sandbox]
        found[user].append((line.split("\n")[0][:120], status, used_at))
    return found


def check_goal(visitor: Visitor, sandbox: Sandbox, goal: Mapping[str, Any]) -> dict[str, Any]:
    """Say whether a goal is reached in a sandbox now, what is missing, and at which virtual time that is."""
    assert sandbox_of(visitor, sandbox.id) is not None, "a goal is checked in one's own sandbox"
    with still(sandbox) as world:
        return {**world.check(goal), "now_ms": world.now_ms}
