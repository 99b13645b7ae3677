"""The drawing of the timeline: every milestone has a mark, titles do not lie on each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnk8s.timeline.drawing import BEAD, KNOTS, WIDTH, drawing_of, moment_of, place, width_of
from learnk8s.timeline.milestones import ERAS, milestones, selected
from learnk8s.timeline.strips import strips

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
