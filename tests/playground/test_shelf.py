"""A process that was started anew finds the copies that others left in files, and trusts only those that fit the journal."""

import pytest

from learnk8s.playground import actions, live, queries, shelf, trail
from learnk8s.web.visitor import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path, monkeypatch):
    settings.PLAYGROUND_SHELF = str(tmp_path / "shelf")
    monkeypatch.setattr(trail, "WORK_BETWEEN_MS", 0)
    monkeypatch.setattr(trail, "WORK_BETWEEN_SHELVED_MS", 0)


def lived(world="kubernetes", scenario="self-healing", lines=("kubectl scale deployment web --replicas=5", "kubectl delete pod -l app=web --wait=false", "kubectl get pods")):
    sandbox = actions.set_clock(actions.new_sandbox(visitor=Visitor(None, "somebody"), world=world, scenario=scenario), paused=True)
    for line in lines:
        sandbox = actions.jump(actions.type_line(sandbox, line).sandbox, 20)
    return sandbox


def start_anew(sandbox):
    """Forget what this process has in memory."""
    trail.forget(sandbox.id)
    live.forget_live(sandbox.id)
    shelf._writers.clear()


@pytest.mark.parametrize(("world", "scenario", "lines"), [pytest.param("kubernetes", "self-healing", ("kubectl scale deployment web --replicas=5", "kubectl delete pod -l app=web --wait=false"), id="in parts"), pytest.param("linux", "one-server", ("ps aux", "uptime"), id="whole")])
def test_every_moment_is_the_same_from_files_and_from_inputs(settings, world, scenario, lines):
    sandbox = lived(world, scenario, lines)
    moments = range(sandbox.entries.get(ordinal=1).at_ms + 1, sandbox.anchor_ms, 9_876)
    quick = []
    for at_ms in moments:
        start_anew(sandbox)
        mark = shelf.best(sandbox, sandbox.head, at_ms)
        assert mark is not None and shelf.world_of(sandbox, mark).now_ms == mark.at_ms
        quick.append(queries.world_then(sandbox, at_ms).dump())
    settings.PLAYGROUND_SHELF = ""
    for at_ms, dump in zip(moments, quick, strict=True):
        start_anew(sandbox)
        assert queries.world_then(sandbox, at_ms).dump() == dump


def test_a_copy_of_an_input_that_was_taken_back_is_not_used():
    sandbox = lived()
    last = shelf.best(sandbox, sandbox.head, sandbox.anchor_ms)
    sandbox = actions.undo(sandbox)
    assert shelf.best(sandbox, sandbox.head + 1, last.at_ms).ordinal <= sandbox.head
    entry = sandbox.entries.get(ordinal=1)
    sandbox.entries.filter(pk=entry.pk).update(input="kubectl get nodes")
    assert shelf.best(sandbox, 1, sandbox.anchor_ms).ordinal == 0


def test_files_that_are_gone_or_cut_off_are_no_misfortune(settings, tmp_path):
    sandbox = lived()
    expected = queries.world_now(sandbox).dump()
    for path in tmp_path.rglob("*.heap"):
        path.write_bytes(path.read_bytes()[:1000])
    for path in tmp_path.rglob("*.marks"):
        path.write_text(path.read_text() + "[1, 2")
    start_anew(sandbox)
    assert queries.world_now(sandbox).dump() == expected
    settings.PLAYGROUND_SHELF = "/proc/nowhere"
    start_anew(sandbox)
    assert queries.world_now(sandbox).dump() == expected


def test_blocks_are_written_once_and_room_is_made(monkeypatch, tmp_path):
    sandbox = lived()
    writer = shelf._writers[sandbox.id]
    before = writer.size
    world = queries.world_now(sandbox)
    writer.keep(sandbox.head, None, world)
    state = writer.size - before
    writer.keep(sandbox.head, None, world)
    assert writer.size - before == 2 * state, "what the blocks hold is not written again"
    monkeypatch.setattr(shelf, "SHELF_BYTES_MAX", 0)
    other = lived()
    assert [path.name for path in tmp_path.glob("shelf/*/*")] == [other.id]
    actions.delete(sandbox=other)
    assert list(tmp_path.glob("shelf/*/*")) == []
