"""The pages of the eras: story, figures and sources, lessons, a world to start."""

import re

import pytest
from django.test import Client

from learnk8s.eramachine.views import FIGURES
from learnk8s.timeline.eras import BY_SLUG
from learnk8s.timeline.figures import OF_ERA, PARTS, figures_by_id, figures_of
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
    assert not re.search(r"\b(\d{4})\b[^<>.;]*<sup[^>]*><a[^>]*>\1<", html), "no year stands twice beside itself"


@pytest.mark.parametrize("era", ERAS)
def test_both_languages_cite_the_same_milestones(era):
    cites = [re.findall(r"\[@([a-z0-9-]+)\]", (FOLDER / f"{era}.{language}.md").read_text(encoding="utf-8")) for language in ("ko", "en")]
    assert sorted(cites[0]) == sorted(cites[1])


@pytest.mark.parametrize("era", ERAS)
def test_every_figure_says_how_sure_it_is(era):
    for language in ("ko", "en"):
        found = figures_of(era, language)
        assert len(found) == len(OF_ERA[era])
        assert all(figure.name and figure.parts and figure.status for figure in found)
        assert all(figure.sources or "general" in figure.status or "일반" in figure.status for figure in found)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_no_figure_is_shown_by_the_key_of_a_file(language):
    shown = figures_by_id([*(name for names in OF_ERA.values() for name in names), *FIGURES], language)
    names = {part.name for figure in shown for part in figure.parts}
    as_written = re.compile(r"[a-z]+([A-Z][a-z]+)+|[0-9.]+ \(\d{4}\)")  # a field of a manifest, a version
    assert {name for name in names if not as_written.fullmatch(name)} <= {both[language == "ko"] for both in PARTS.values()} | {""}
    assert [part.amount for figure in shown for part in figure.parts if "_" in part.amount or language == "ko" and re.search(r"\b[a-z]{3,}\b", part.amount) and not re.search("[가-힣]", part.amount)] == []


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
