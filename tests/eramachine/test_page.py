"""The page of the era machine."""

import re

import pytest
from django.test import Client
from django.utils.translation import override

from learnk8s.eramachine import days, hours
from learnk8s.simulation.eramachine.eras import ERAS
from learnk8s.simulation.eramachine.living import Hour, Lived

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


@pytest.mark.parametrize(("language", "failed"), [("en", "Requests failed in"), ("ko", "시간에 요청이 실패했다")])
def test_every_strip_is_there_in_words_hour_by_hour(language, failed):
    strips = Client().get(f"/{language}/era-machine/").content.decode().split('<article class="strip"')[1:]
    for strip in strips:
        assert failed in strip
        rows = re.findall(r'<tr><th scope="row">(\d\d:00)</th><td>([^<]+)</td><td>([^<]+)</td></tr>', strip)
        assert [row[0] for row in rows] == [f"{hour % 24:02d}:00" for hour in range(9, 33)]
        assert len([row for row in rows if row[2] != "0"]) == strip.count('class="failed"'), "what is red is said"


def test_a_day_without_failures_is_said_to_be_one():
    lived = Lived("docker", hours=[Hour(100, 0, 1, 1, 1), Hour(300, 0, 1, 1, 1), Hour(50, 0, 1, 1, 1)])
    with override("en"):
        gist = hours.gist(lived, "en")
    assert gist == "The fullest hour begins at 10:00 with 300 requests, the emptiest at 11:00 with 50. None failed in any hour."


def test_the_worst_hour_is_named_with_its_share():
    lived = Lived("docker", hours=[Hour(100, 0, 1, 1, 1), Hour(150, 50, 1, 1, 1), Hour(50, 10, 1, 1, 1)])
    with override("en"):
        gist = hours.gist(lived, "en")
    assert gist.endswith("Requests failed in 2 of 3 hours, most in the one that begins at 10:00: 50, 25.0% of its requests.")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_is_to_be_opened_says_of_which_era_it_is(language):
    summaries = re.findall(r"<summary>(.*?)</summary>", Client().get(f"/{language}/era-machine/").content.decode())
    assert len(set(summaries)) == len(summaries) == 2 * len(ERAS)


def test_tables_of_measures_name_their_columns_and_have_no_empty_cells():
    for table in re.findall(r'<table class="measure">.*?</table>', Client().get("/en/era-machine/").content.decode(), re.DOTALL):
        assert [re.sub(r"<[^>]+>", "", name) for name in re.findall(r'<th scope="col">(.*?)</th>', table)] == ["Era", "Value"]
        cells = re.findall(r"<td([^>]*)>(.*?)</td>", table)
        assert all('aria-hidden="true"' in attributes for attributes, inside in cells if not re.sub(r"<[^>]+>", "", inside))
        assert len([inside for attributes, inside in cells if "aria-hidden" not in attributes]) == len(ERAS)
