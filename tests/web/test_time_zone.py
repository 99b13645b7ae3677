"""Dates are shown and read in the time zone that the browser says."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from learnk8s.classroom.models import Assignment, Classroom
from learnk8s.web.time_zone import zone_named


@pytest.mark.parametrize("name", ["", "Nowhere/Else", "../../etc/passwd", "Asia/Seoul\n", "/Asia/Seoul"])
def test_a_name_that_is_no_zone_is_none(name):
    assert zone_named(name) is None


@pytest.mark.django_db
def test_a_date_is_read_and_shown_as_the_clock_of_the_teacher_goes(course, teacher):
    desk = Client()
    desk.force_login(teacher)
    desk.post("/en/classes/new/", {"title": "One", "course_slug": "kubernetes"})
    room = Classroom.objects.get()
    desk.cookies["zone"] = "Asia/Seoul"
    assert "Due (Asia/Seoul)" in desk.get(f"/en/classes/{room.pk}/").content.decode()
    desk.post(f"/en/classes/{room.pk}/dates/", {"do": "assign", "lesson_slug": "self-healing", "due_at": "2030-01-02T08:30"})
    assert Assignment.objects.get().due_at == datetime(2030, 1, 1, 23, 30, tzinfo=UTC)
    assert "08:30" in desk.get(f"/en/classes/{room.pk}/").content.decode()
    desk.cookies["zone"] = "no/zone"
    assert "23:30" in desk.get(f"/en/classes/{room.pk}/").content.decode()


@pytest.mark.django_db
def test_only_those_who_see_dates_are_asked_for_their_zone(teacher):
    desk = Client()
    assert "elements/zone." not in desk.get("/en/").content.decode()
    assert "elements/zone." in desk.get("/en/login/").content.decode()
    desk.force_login(teacher)
    assert "elements/zone." in desk.get("/en/").content.decode()
