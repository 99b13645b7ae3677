"""The drawing of the timeline: every milestone has a mark, titles do not lie on each other."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnk8s.timeline.drawing import BEAD, KNOTS, MONTHLY_YEARS, WIDTH, drawing_of, moment_of, place, width_of
from learnk8s.timeline.milestones import ERAS, milestones, selected
from learnk8s.timeline.strips import strips
from learnk8s.timeline.window import SPANS, ends, steps, window_of

ALL = list(milestones())


def drawn(shown, language="en"):
    return drawing_of(shown, found={item.id for item in shown}, language=language)


def test_every_milestone_has_a_mark_on_the_lane_of_its_era():
    drawing = drawn(ALL)
    lanes = {lane.era: lane.y for lane in drawing.lanes}
    assert {mark.milestone.id for mark in drawing.marks} == {item.id for item in ALL}
    assert all(mark.line_y == lanes[mark.milestone.era] for mark in drawing.marks)


@pytest.mark.parametrize("era", ["", *ERAS])
def test_every_mark_can_be_hit_within_24_pixels_of_its_own(era):
    marks = drawn(selected(era)).marks
    for index, one in enumerate(marks):
        assert all(abs(one.x - other.x) >= BEAD or abs(one.y - other.y) >= BEAD for other in marks[index + 1 :])


def test_a_mark_hangs_on_a_string_from_its_moment():
    for mark in drawn(ALL).marks:
        assert mark.y >= mark.line_y
        assert bool(mark.string) == (mark.is_labelled or mark.y > mark.line_y)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("era", ["", *ERAS])
def test_titles_stay_inside_and_apart(era, language):
    boxes = []
    for mark in drawn(selected(era), language).marks:
        if not mark.is_labelled:
            continue
        width = width_of(mark.milestone.title[language])
        start = mark.label_x if mark.anchor == "start" else mark.label_x - width
        assert start >= 0
        assert start + width <= WIDTH + 1
        boxes.append((mark.label_y, start, start + width))
    for index, (y, start, end) in enumerate(boxes):
        assert all(other_y != y or other_start >= end or other_end <= start for other_y, other_start, other_end in boxes[index + 1 :])


def test_the_years_stand_above_the_first_lane_and_below_the_ruler(client, db):
    drawing = drawn(ALL)
    above, below = drawing.years_y
    assert above < min(mark.label_y for mark in drawing.marks if mark.is_labelled) - 13
    assert below > drawing.axis_y
    page = client.get("/en/timeline/").content.decode()
    assert page.count('class="ruler__year"') == 2 and page.count('aria-hidden="true"><a href="/en/timeline/?years=') == 1


def test_the_ruler_is_broken_where_its_scale_changes():
    whole, window = drawn(ALL), drawing_of(ALL, found=set(), language="en", window=window_of("2011-2015"))
    assert whole.break_x == place(1998.0, KNOTS) and whole.axis.count("H") == 2
    assert window.axis == f"M0 {window.axis_y:.0f}H{WIDTH}"


@pytest.mark.parametrize("era", ERAS)
def test_one_era_alone_has_room_for_every_title(era):
    assert all(mark.is_labelled for mark in drawn(selected(era)).marks)


@given(st.floats(1966, 2027), st.floats(1966, 2027))
def test_later_is_never_further_left(first, second):
    assert (place(first, KNOTS) <= place(second, KNOTS)) or first > second


def test_dates_are_as_precise_as_they_are():
    assert moment_of("2013") < moment_of("2013-06") < moment_of("2013-06-06") < moment_of("2014")


def test_what_is_not_found_is_pale_and_still_there():
    drawing = drawing_of(ALL, found={"chroot"}, language="en")
    assert [mark.milestone.id for mark in drawing.marks if mark.is_found] == ["chroot"]
    assert len(drawing.marks) == 90


def test_the_strips_of_a_phone_have_a_dot_for_each_milestone():
    assert {era: strip.dots.count("h0") for era, strip in strips().items()} == {era: sum(item.era == era for item in milestones()) for era in ERAS}


def test_the_timeline_shows_a_strip_for_each_era(client, db):
    page = client.get("/en/timeline/").content.decode()
    assert page.count("strip__dots") == len(ERAS) and page.count("strip--years") == 1


def test_a_step_closer_shows_fewer_years_until_it_cannot():
    window, seen = steps(None)["closer"], []
    while window not in seen:
        seen.append(window)
        window = window.closer
    assert [item.years for item in seen] == list(SPANS)
    assert seen[0].further is None


@given(st.integers(1967, 2026), st.integers(1, 30))
def test_steps_stay_within_the_story_and_go_where_they_say(first, span):
    window = window_of(f"{first}-{first + span - 1}")
    assert window is not None
    low, high = ends()
    for step in (window.closer, window.further, window.earlier, window.later):
        assert step is None or (low <= step.first and step.last <= high)
    assert window.closer.years <= window.years
    assert window.earlier is None or (window.earlier.first < window.first and window.earlier.years == window.years)
    assert window.later is None or (window.later.last > window.last and window.later.years == window.years)


@pytest.mark.parametrize("text", ["", "2011", "2015-2011", "1500-1600", "1967-2026", "x-y", "2011-2015 or 1=1"])
def test_what_is_no_window_is_the_whole_story(text):
    assert window_of(text) is None


@pytest.mark.parametrize("years", ["2003-2022", "2011-2015", "2014-2015", "1970-1990"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_window_draws_what_lies_in_it_and_more_titles(years, language):
    window = window_of(years)
    drawing = drawing_of(ALL, found=set(), language=language, window=window)
    assert {mark.milestone.id for mark in drawing.marks} == {item.id for item in ALL if item in window}
    assert all(0 <= mark.x <= WIDTH for mark in drawing.marks)
    whole = {mark.milestone.id for mark in drawing_of(ALL, found=set(), language=language).marks if mark.is_labelled}
    near = {mark.milestone.id for mark in drawing.marks}
    assert len([mark for mark in drawing.marks if mark.is_labelled]) >= len(whole & near)
    if window.years <= MONTHLY_YEARS:
        assert all(mark.is_labelled for mark in drawing.marks)
    assert [tick.near for tick in drawing.ticks if window_of(tick.near) is None] == []


def test_the_page_shows_a_window_and_the_ways_on_from_it(client, db):
    page = client.get("/en/timeline/?years=2011-2015&era=container&q=docker").content.decode()
    assert "2011–2015" in page and 'href="?years=2013-2014&amp;era=container&amp;q=docker"' in page
    assert {item.id for item in ALL if f'id="{item.id}"' in page} == {item.id for item in selected("container", "docker") if item in window_of("2011-2015")}
    part = client.get("/en/timeline/?years=2011-2015", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="found"') and 'form="story" value="2011-2015"' in part


def test_years_without_milestones_are_told_as_such(client, db):
    page = client.get("/ko/timeline/?years=1981-1990").content.decode()
    assert "맞는 이정표가 없다" in page and "더 멀리서 보거나" in page
    assert 'id="zoom-later"' in page


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("query", ["q=docker", "q=docker&era=container", "q=docker&years=2011-2015"])
def test_only_what_is_found_is_a_link_and_its_text_is_in_the_page(client, db, language, query):
    page = client.get(f"/{language}/timeline/?{query}").content.decode()
    links = re.findall(r'<a class="mark[^"]*"[^>]* href="#([^"]+)"', page)
    assert links and all(f'<li class="milestone" id="{name}"' in page for name in links)
    pale = re.findall(r'<(\w+) class="mark mark--pale"([^>]*)>', page)
    assert pale and {tag for tag, _more in pale} == {"g"} and all('aria-hidden="true"' in more for _tag, more in pale)
