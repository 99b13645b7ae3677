"""The facts are all there, with their sources, in both languages."""

import re

import pytest
from django.test import Client
from django.utils.html import escape

from learnk8s.timeline.eras import TEXTS
from learnk8s.timeline.milestones import by_year, milestones, selected


def test_all_ninety_milestones_have_sources_and_both_languages():
    found = milestones()
    assert len(found) == 90
    assert all(item.sources and item.title["ko"] and item.title["en"] and item.fact["ko"] and item.fact["en"] for item in found)
    assert [item.date for item in found] == sorted(item.date for item in found)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_shows_every_one(db, language, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        page = Client().get(f"/{language}/timeline/").content.decode()
    assert page.count('class="milestone"') == 90
    assert all(f'id="{item.id}"' in page for item in milestones())


@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_a_milestone_meant_has_a_page_of_its_own_and_comes_into_the_list(db, language):
    for item in (milestones()[0], milestones()[40], milestones()[-1]):
        page = Client().get(f"/{language}/timeline/{item.id}/").content.decode()
        part = Client().get(f"/{language}/timeline/{item.id}/", headers={"hx-request": "true"}).content.decode()
        assert escape(item.why[language]) in page and escape(item.why[language]) in part
        assert "<html" in page and "<html" not in part
        assert part.count('class="milestone"') == part.count(" autofocus") == 1
    assert Client().get(f"/{language}/timeline/no-such-thing/").status_code == 404


def test_filters_narrow_down():
    assert {item.era for item in selected("vm")} == {"vm"}
    assert all("docker" in str(item).casefold() for item in selected(words="Docker"))
    assert selected(words="no such thing") == []
    assert sum(len(items) for _year, items in by_year(list(milestones()))) == 90


def test_every_era_has_its_texts_in_both_languages():
    for era in TEXTS:
        for text in (era.name, era.question, era.answer, era.limit):
            assert text["ko"] and text["en"]


def test_the_addresses_of_sources_stay_as_they_are(db):
    """However their text is set, a link leads where the source says."""
    for item in milestones():
        page = Client().get(f"/en/timeline/{item.id}/").content.decode()
        shown = page.partition('class="milestone__sources"')[2].partition("</ul>")[0]
        written = [address for source in item.sources for address in re.findall(r"https?://[^\s)]+", source)]
        assert [link.rstrip("/") for link in re.findall(r'href="([^"]+)"', shown)] == [escape(address).rstrip("/.,;)") for address in written], item.id
