"""The page of the era machine."""

import pytest
from django.test import Client

from learnk8s.eramachine import days
from learnk8s.simulation.eramachine.eras import ERAS

pytestmark = pytest.mark.django_db


def test_every_era_stands_on_the_page_in_both_languages():
    for language, name in (("en", "Linux isolation"), ("ko", "리눅스의 격리")):
        page = Client().get(f"/{language}/era-machine/").content.decode()
        assert name in page
        assert page.count('class="strip__bars"') == len(ERAS)


def test_the_usual_day_is_lived_through_once(monkeypatch):
    Client().get("/en/era-machine/")
    monkeypatch.setattr(days, "lived", None)
    assert Client().get("/ko/era-machine/").status_code == 200


def test_a_setting_out_of_bounds_is_said_at_the_form_and_kept():
    answer = Client().get("/en/era-machine/?sale_factor=99")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "a whole number from 1 to 6" in page
    assert 'name="sale_factor" value="99"' in page


def test_a_fragment_is_sent_where_htmx_asks():
    page = Client().get("/en/era-machine/", headers={"hx-request": "true"}).content.decode()
    assert page.lstrip().startswith('<div id="machine"')
    assert 'hx-target="#machine-said"' in page, "what came of the day is said in one sentence"


def test_the_page_asks_nothing_of_the_database(django_assert_num_queries):
    Client().get("/en/era-machine/")
    with django_assert_num_queries(0):
        Client().get("/en/era-machine/")


@pytest.mark.parametrize("measure", ["Requests failed", "Time to recover", "Blast radius of the dead machine", "Time to start", "Commands typed by people", "CPU in use", "Memory in use", "Cost of the day"])
def test_every_measure_is_drawn_with_a_bar_for_each_era(measure):
    page = Client().get("/en/era-machine/").content.decode()
    drawn = page.partition(f"<caption>{measure}")[2].partition("</table>")[0]
    assert drawn.count("<rect") == len(ERAS)


def test_a_day_without_an_accident_draws_no_blast_radius_of_it():
    assert "Blast radius of the leak" not in Client().get("/en/era-machine/?leak_hour=-1").content.decode()


def test_the_figures_behind_it_are_named_as_people_name_them():
    assert "프로브 기본값: initialDelaySeconds 0; periodSeconds 10" in Client().get("/ko/era-machine/").content.decode()


@pytest.mark.parametrize("address", ["/en/", "/en/timeline/", "/en/era/vm/", "/en/playground/"])
def test_the_machine_is_found_from_where_eras_are_told_of(address):
    assert '/en/era-machine/"' in Client().get(address, follow=True).content.decode()
