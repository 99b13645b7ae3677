"""The pages of the eras: story, figures and sources, lessons, a world to start."""

import re

import pytest
from django.test import Client

from learnk8s.timeline.eras import BY_SLUG
from learnk8s.timeline.figures import OF_ERA, figures_of
from learnk8s.timeline.milestones import ERAS, milestones
from learnk8s.timeline.story import FOLDER, story


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("era", ERAS)
def test_every_statement_of_a_story_leads_to_its_milestone(db, era, language):
    html = story(era, language)
    links = re.findall(r'href="([^"#]*)#([a-z0-9-]+)"', html)
    assert len(links) >= 5
    assert {name for _page, name in links} <= {item.id for item in milestones()}
    assert "#source-" not in html


@pytest.mark.parametrize("era", ERAS)
def test_both_languages_cite_the_same_milestones(era):
    cites = [re.findall(r"\[@([a-z0-9-]+)\]", (FOLDER / f"{era}.{language}.md").read_text(encoding="utf-8")) for language in ("ko", "en")]
    assert sorted(cites[0]) == sorted(cites[1])


@pytest.mark.parametrize("era", ERAS)
def test_every_figure_says_how_sure_it_is(era):
    for language in ("ko", "en"):
        found = figures_of(era, language)
        assert len(found) == len(OF_ERA[era])
        assert all(figure.name and figure.value and figure.status for figure in found)
        assert all(figure.sources or "general" in figure.status or "일반" in figure.status for figure in found)


@pytest.mark.parametrize("era", ERAS)
def test_an_era_page_leads_to_its_lessons_and_its_world(course, era, django_assert_max_num_queries):
    Client().get(f"/en/era/{era}/")
    with django_assert_max_num_queries(4):
        page = Client().get(f"/en/era/{era}/").content.decode()
    assert page.count('class="mark"') == sum(item.era == era for item in milestones())
    if BY_SLUG[era].world:
        assert f'name="scenario" value="{BY_SLUG[era].world_name}:' in page


def test_the_story_goes_from_era_to_era(course):
    for left, right in zip(ERAS, ERAS[1:], strict=False):
        assert f'rel="next" href="/en/era/{right}/"' in Client().get(f"/en/era/{left}/").content.decode()
