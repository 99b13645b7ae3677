"""Days lived through: what holds in every era, and what tells the eras apart."""

import pytest

from learnk8s.simulation.eramachine.day import DAY_MS, HOUR_MS, BadDay, Day
from learnk8s.simulation.eramachine.eras import ERAS
from learnk8s.simulation.eramachine.living import lived

NAMES = [era.name for era in ERAS]
QUIET = Day(leak_hour=-1, release_hour=-1, dead_hour=-1, sale_hour=-1)


@pytest.fixture(scope="module")
def usual():
    return {era.name: lived(era, Day()) for era in ERAS}


def harm(life, name):
    return next(entry for entry in life.harms if entry.name == name)


@pytest.mark.parametrize("name", NAMES)
def test_every_era_gets_the_same_customers(usual, name):
    life, came = usual[name], sum(Day().requests_per_second(hour * HOUR_MS) for hour in range(24)) * 3600
    assert len(life.hours) == 24
    assert abs(life.served + life.failed - came) < came // 200
    assert sum(hour.served for hour in life.hours) == life.served


@pytest.mark.parametrize("name", NAMES)
def test_the_same_day_is_lived_in_the_same_way(usual, name):
    era = next(era for era in ERAS if era.name == name)
    assert lived(era, Day()) == usual[name]


@pytest.mark.parametrize("name", NAMES)
def test_on_a_day_without_accidents_nothing_fails_and_nobody_types(name):
    life = lived(next(era for era in ERAS if era.name == name), QUIET)
    assert (life.failed, life.commands, life.harms) == (0, 0, [])


@pytest.mark.parametrize("name", NAMES)
def test_what_people_type_is_understood(usual, name):
    bad = [entry for entry in usual[name].log if entry["line"] and entry["status"] in (2, 127)]
    assert not bad


def test_a_leak_takes_everybody_down_only_where_nothing_is_isolated(usual):
    assert harm(usual["linux"], "leak").worst_percent == 100
    assert all(harm(usual[name], "leak").failed == 0 for name in NAMES if name != "linux")


def test_a_dead_machine_waits_for_a_person_where_no_controller_looks_after_it(usual):
    reaction_ms = Day().reaction_minutes * 60_000
    assert harm(usual["hypervisor"], "dead-machine").recovered_ms > reaction_ms
    assert 300_000 < harm(usual["kubernetes"], "dead-machine").recovered_ms < reaction_ms


def test_a_virtual_machine_starts_in_more_time_than_a_container(usual):
    assert usual["hypervisor"].start_ms > 5 * usual["kubernetes"].start_ms


def test_slower_people_make_more_requests_fail(usual):
    era = next(era for era in ERAS if era.name == "hypervisor")
    assert lived(era, Day(reaction_minutes=40)).failed > usual["hypervisor"].failed


@pytest.mark.parametrize("wishes", [{"sale_factor": "7"}, {"sale_factor": "x"}, {"leak_hour": "-2"}, {"night_minutes": "999999999999"}, {"dead_hour": "1.5"}])
def test_a_day_out_of_bounds_is_refused(wishes):
    with pytest.raises(BadDay) as refused:
        Day.of(wishes)
    assert refused.value.field in wishes


def test_the_sale_lasts_an_hour():
    day = Day(sale_hour=3, sale_factor=2)
    assert [day.in_sale(at_ms) for at_ms in (3 * HOUR_MS - 1, 3 * HOUR_MS, 4 * HOUR_MS - 1, 4 * HOUR_MS)] == [False, True, True, False]
    assert day.requests_per_second(3 * HOUR_MS) == 2 * Day(sale_hour=-1).requests_per_second(3 * HOUR_MS)
    assert DAY_MS == 24 * HOUR_MS
