"""Going back is quick and true: copies along the way stand for the inputs before them, and only for those."""

import pytest
from django.utils import timezone

from learnk8s.playground import actions, live, queries, trail
from learnk8s.web.visitor import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox(monkeypatch):
    """A paused sandbox in which every bit of work leaves a copy."""
    monkeypatch.setattr(trail, "WORK_BETWEEN_MS", 0)
    made = actions.new_sandbox(visitor=Visitor(None, "somebody"), scenario="self-healing")
    return actions.set_clock(made, paused=True)


def lived(sandbox):
    for line in ("kubectl scale deployment web --replicas=5", "kubectl delete pod -l app=web --wait=false", "kubectl get pods"):
        sandbox = actions.jump(actions.type_line(sandbox, line).sandbox, 20)
    return sandbox


def test_every_moment_is_the_same_with_and_without_copies(sandbox):
    sandbox = lived(sandbox)
    moments = range(0, sandbox.anchor_ms, 3_456)
    quick = [queries.world_then(sandbox, at_ms).dump() for at_ms in moments]
    assert len(trail.trail_of(sandbox).marks) > 5
    slow = []
    for at_ms in moments:
        trail.forget(sandbox.id)
        slow.append(queries.world_then(sandbox, at_ms).dump())
    assert quick == slow


def test_undo_forgets_what_came_after(sandbox):
    sandbox = lived(sandbox)
    sandbox = actions.undo(sandbox)
    assert all(mark.ordinal <= sandbox.head and mark.at_ms <= sandbox.anchor_ms for mark in trail.trail_of(sandbox).marks)
    after = actions.type_line(sandbox, "kubectl scale deployment web --replicas=2").world.dump()
    trail.forget(sandbox.id)
    live.forget(sandbox.id)
    sandbox.refresh_from_db()
    assert queries.world_now(sandbox).dump() == after


def test_a_copy_is_not_used_when_its_input_is_another_one(sandbox):
    sandbox = lived(sandbox)
    mark = trail.trail_of(sandbox).marks[-1]
    sandbox.entries.filter(ordinal=mark.ordinal).delete()
    assert trail.trail_of(sandbox).best(sandbox, mark.ordinal, mark.at_ms) != mark


def test_a_long_trail_is_thinned(sandbox, monkeypatch):
    monkeypatch.setattr(trail, "MARKS_MAX", 6)
    sandbox = lived(sandbox)
    assert 2 < len(trail.trail_of(sandbox).marks) <= 6


def test_other_worlds_are_kept_as_they_write_themselves_down(monkeypatch):
    monkeypatch.setattr(trail, "WORK_BETWEEN_MS", 0)
    sandbox = actions.set_clock(actions.new_sandbox(visitor=Visitor(None, "somebody"), world="linux", scenario="one-server"), paused=True)
    sandbox = actions.jump(actions.type_line(sandbox, "ps aux").sandbox, 60)
    quick = queries.world_then(sandbox, 30_000).dump()
    trail.forget(sandbox.id)
    assert queries.world_then(sandbox, 30_000).dump() == quick


def test_reading_keeps_no_copy(sandbox, monkeypatch):
    monkeypatch.setattr(trail, "WORK_BETWEEN_MS", 0)
    at_ms = sandbox.virtual_ms(timezone.now())
    with live.live_world(sandbox, at_ms):
        pass
    before = len(trail.trail_of(sandbox).marks)
    for _ in range(3):
        with live.live_world(sandbox, at_ms) as world:
            world.dump()
    assert len(trail.trail_of(sandbox).marks) == before
