"""Scenarios by playing, in every era: what was done is proposed as typed checks, each with a sentence in both languages; what worlds of machines can be asked."""

import json

import pytest

from learnk8s.courseware.proposing import hints, proposals
from learnk8s.courseware.scenario import Step
from learnk8s.simulation import worlds
from learnk8s.simulation.kernel.goals import BadGoal

PATIENCE_MS = 120_000
PLAYED = [
    ("docker", "compose", [], ["docker network create shop", "docker run -d --name db --network shop -e POSTGRES_PASSWORD=x postgres:17", "docker run -d --name web --network shop -p 8081:80 nginx:1.27"],
     [{"exists": "Container//web"}, {"condition": {"ref": "Container//web", "type": "serves", "status": "True"}}, {"reachable": {"to": "localhost:8081"}}], [{"reachable": {"from": "Container//web", "to": "db:5432"}}]),
    ("fleet", "night", ["ssh host-1 docker stop web"], ["ssh host-1 docker start web"],
     [{"condition": {"ref": "Container/host-1/web", "type": "serves", "status": "True"}}, {"reachable": {"to": "host-1:8080"}}], [{"field": {"ref": "Service//web", "path": "copies", "op": "==", "value": 3}}]),
    ("hypervisor", "sale-day", [], ["virsh shutdown web-0"],
     [{"field": {"ref": "Guest//web-0", "path": "state", "op": "==", "value": "shut off"}}, {"reachable": {"to": "web-0:80", "answers": False}}], [{"reachable": {"from": "Guest//web-1", "to": "web-0:80", "answers": False}}, {"log": {"ref": "Guest//web-0", "contains": "Stopped shop-web.service - The shop's web server."}}]),
    ("linux", "one-server", ["sudo systemctl stop shop-web"], ["sudo systemctl start shop-web"],
     [{"field": {"ref": "Unit/shop-web.service", "path": "state", "op": "==", "value": "active"}}, {"reachable": {"to": "127.0.0.1:8080"}}], [{"reachable": {"from": "outside", "to": "203.0.113.10:8080"}}, {"exists": "Process/web"}]),
    ("cloud", "zone-outage", [], ["fault zone-outage zone-a"],
     [{"field": {"ref": "Zone//zone-a", "path": "down", "op": "==", "value": True}}], [{"happened": {"action": "zone-outage"}}]),
]


def typed(world, line):
    """Type a line, and let it end."""
    world.execute(line)
    end_ms = world.now_ms + PATIENCE_MS
    while world.shell.running and (due_ms := world.next_due_ms()) is not None and due_ms <= end_ms:
        world.advance(due_ms)


def played(world_name, scenario, before, lines):
    """Return the world at the start and at the goal."""
    world = worlds.create(world_name, scenario, 1)
    for line in before:
        typed(world, line)
    world.advance(world.now_ms + PATIENCE_MS)
    start = type(world).load(world.dump())
    for line in lines:
        typed(world, line)
    world.advance(world.now_ms + PATIENCE_MS)
    return start, world


@pytest.mark.parametrize(("world", "scenario", "before", "lines", "chosen", "offered"), PLAYED, ids=[row[0] for row in PLAYED])
def test_what_was_played_is_proposed(world, scenario, before, lines, chosen, offered):
    start, goal = played(world, scenario, before, lines)
    dumps = start.dump(), goal.dump()
    found = proposals(start, goal, [Step(0, "line", line) for line in lines])
    assert (start.dump(), goal.dump()) == dumps, "proposing changes nothing"
    for check in chosen:
        assert check in [proposal.check for proposal in found if proposal.is_chosen]
    for check in offered:
        assert check in [proposal.check for proposal in found if not proposal.is_chosen]
    kinds = {proposal.kind for proposal in found}
    assert {"never", "happened"} <= kinds
    assert world == "cloud" or {"event", "reachable", "invariant"} <= kinds
    assert all(proposal.text_ko.strip() and proposal.text_en.strip() and goal.check({"all": [proposal.check]})["reached"] for proposal in found)
    left = start.check({"all": [proposal.check for proposal in found if proposal.is_chosen and proposal.kind != "invariant"]})
    assert {json.dumps(item["check"]) for item in left["missing"]} == {json.dumps(dict(proposal.check)) for proposal in found if proposal.is_chosen and proposal.kind != "invariant"}
    assert [hint["penalty"] for hint in hints([Step(0, "line", line) for line in lines])] == ([20, 50] if len(lines) > 1 else [50]), "which commands are enough costs nothing: the page says it"


def test_worlds_of_machines_look_ahead_and_deny():
    _start, goal = played("hypervisor", "sale-day", [], [])
    up = {"condition": {"ref": "Guest//web-0", "type": "serves"}}
    assert goal.check({"all": [{"invariant": {"for_s": 60, "all": [up]}}, {"never": {"happened": {"action": "panic"}}}, {"never": {"condition": {"ref": "Guest//web-0", "type": "serves", "status": "False"}}}]})["reached"]
    _start, short = played("docker", "compose", ["docker pull alpine:3.22"], [])
    typed(short, "docker run -d --rm --name short alpine:3.22 sleep 30")
    there = {"exists": "Container//short"}
    assert [item["text_ko"] for item in short.check({"all": [there, {"invariant": {"for_s": 60, "all": [there]}}]})["missing"]] == ["60초 동안 그대로 있지 않는다."], "it is there now, and will be gone in a minute"
    for broken in ({"invariant": {"for_s": 10_000, "all": [up]}}, {"invariant": {"all": [{"reachable": {"to": "web-0"}}]}}, {"reachable": {"to": "$(reboot)"}}, {"reachable": {}}, {"event": {}}, {"log": {"ref": "Guest//web-0"}}, {"never": {}}):
        with pytest.raises(BadGoal):
            goal.check({"all": [broken]})


def test_events_and_logs_of_machines():
    _start, goal = played("linux", "one-server", [], ["sudo systemctl stop shop-web"])
    assert goal.check({"all": [{"event": {"reason": goal.events()[0].reason}}, {"log": {"ref": "Unit/shop-web.service", "contains": "Stopped"}}]})["reached"]
    assert not goal.check({"all": [{"event": {"reason": "no-such"}}]})["reached"]
    assert not any(told.reason.startswith("input.") for told in goal.events())
