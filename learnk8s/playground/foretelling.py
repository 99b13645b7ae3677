"""Questions that a world answers by trying out in copies, put for a template; at most a few at once, and a refusal is a sentence."""

from threading import Semaphore
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from learnk8s.playground.actions import said
from learnk8s.playground.ahead import ahead
from learnk8s.simulation.kernel.limits import COMMAND_BYTES_MAX, LimitExceeded
from learnk8s.web.spans import span

AT_ONCE, WAIT_S = 2, 8
_turns = Semaphore(AT_ONCE)
"""Copies are worked with by so many at once: the server has other things to do."""


def foretold(world: Any, line: str) -> dict[str, Any]:
    """Return what a command would do, for a template, with the sentence for those who listen; a refusal is a sentence in it."""
    found = _found(world, line)
    return {**found, "said": ahead(found)}


def _found(world: Any, line: str) -> dict[str, Any]:
    if len(line.encode()) > COMMAND_BYTES_MAX or "\0" in line:
        return {"refused": True, "line": line[:200], "output": _("The input contains bytes that are no text, or too many; nothing was tried.")}
    if not line.strip():
        return {"refused": True, "line": "", "output": _("Type a command first.")}
    if not _turns.acquire(timeout=WAIT_S):
        return {"refused": True, "line": line, "output": _("The server is busy with other questions; ask again in a moment.")}
    try:
        found = world.forecast(line)
    except LimitExceeded as limit:
        return {"refused": True, "line": line, "output": said(limit)}
    finally:
        _turns.release()
    if found["refused"]:
        return found  # type: ignore[no-any-return]  # a world's answer is plain data
    language = get_language() or "en"
    return {**found, "took": span(found["took_ms"], language), "reduced": [{**row, "time": span(row["ms"], language)} for row in found["reduced"]], "failed": sum(row["failed"] for row in found["traffic"]),
            "is_calm": not found["started_count"] and not found["killed_count"] and not found["differences"]}


def remedied(world: Any, ref: str, tongue: str) -> dict[str, Any]:
    """Return what would fix an object, for a template."""
    if not _turns.acquire(timeout=WAIT_S):
        return {"refused": _("The server is busy with other questions; ask again in a moment.")}
    try:
        found = world.remedies(ref)
    except LimitExceeded as limit:
        return {"refused": said(limit)}
    finally:
        _turns.release()
    goal = found["goal"] and {**found["goal"], "text": found["goal"][f"text_{tongue}"]}
    return {**found, "goal": goal, "tried": [{**row, "text": row[f"text_{tongue}"], "after": span(row["after_ms"], tongue)} for row in found["tried"]]}
