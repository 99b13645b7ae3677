"""Causes are packed away and found again; chains lead back to where they began."""

import json

from learnk8s.simulation.kernel.agenda import Agenda
from learnk8s.simulation.kernel.causes import BLOCK, Causes


def many(count: int) -> Causes:
    causes = Causes()
    causes.add(0, "scenario", "scenario.began", "scenario", "basics", parent=0)
    for number in range(1, count):
        causes.add(number, "kubelet", "kubelet.started", "ref", f"Pod/default/web-{number}", parent=number - 1)
    return causes


def test_every_cause_is_found_however_old() -> None:
    causes = many(BLOCK * 7 + 3)
    assert [causes[number].at_ms for number in range(BLOCK * 7 + 3)] == list(range(BLOCK * 7 + 3))
    assert causes[BLOCK * 7 + 3] is None


def test_a_chain_leads_through_packed_causes_to_the_start() -> None:
    links = list(many(BLOCK * 5).chain(BLOCK * 5 - 1))
    assert len(links) == BLOCK * 5
    assert links[-1].key == "scenario.began"


def test_the_same_again_is_one_cause() -> None:
    causes = many(2)
    assert causes.add(9, "kubelet", "kubelet.started", parent=0) == causes.add(9, "kubelet", "kubelet.started", parent=0)


def test_the_latest_come_first_even_from_packed_ones() -> None:
    assert [cause.at_ms for cause in many(BLOCK * 4).latest(BLOCK * 3)] == list(range(BLOCK * 4 - 1, BLOCK - 1, -1))


def test_what_is_written_down_does_not_depend_on_the_packing() -> None:
    causes = many(BLOCK * 6 + 1)
    again = Causes.load(json.loads(json.dumps(causes.dump())))
    assert again.dump() == causes.dump()
    assert [again[number] for number in range(BLOCK * 6 + 1)] == [causes[number] for number in range(BLOCK * 6 + 1)]


def test_a_copy_goes_its_own_way() -> None:
    causes = many(BLOCK * 3)
    copy = causes.copied()
    copy.add(999, "input", "input.line", "input", "ls", parent=0)
    assert len(copy.dump()["entries"]) == len(causes.dump()["entries"]) + 1


def test_tasks_that_were_taken_back_are_swept_out() -> None:
    agenda = Agenda()
    tickets = [agenda.at(number, "kubelet", "start") for number in range(100)]
    for ticket in tickets[10:]:
        agenda.cancel(ticket)
    assert len(agenda._heap) < 30
    assert [task.due_ms for task in agenda] == list(range(10))
