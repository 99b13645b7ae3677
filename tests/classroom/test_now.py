"""The class now renews itself, and whoever reads it can stop that."""

import pytest

from learnk8s.classroom.actions import open_new_class


@pytest.mark.parametrize(("language", "words"), [("en", ("Pause", "Go on", "The page renews itself every ten seconds.")), ("ko", ("멈춤", "계속", "화면은 10초마다 저절로 새로워진다."))])
def test_the_page_has_a_button_that_waits_for_the_script_and_stays_when_the_page_is_renewed(course, teacher, as_, language, words):
    desk, room = as_(teacher), open_new_class(teacher=teacher, title="Class 1", course_slug="kubernetes")
    address = f"/{language}/classes/{room.pk}/now/"
    page = desk.get(address).content.decode()
    assert '<lk-pause for="now" hidden>' in page and all(f'"{word}"' in page for word in words)
    assert words[2] not in page.partition('id="now"')[2], "without scripts nothing is renewed"
    assert "lk-pause" not in desk.get(address, headers={"hx-request": "true"}).content.decode()
