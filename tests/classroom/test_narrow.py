"""The pages of a class on a phone, when names have no place to break."""

import pytest
from django.test import Client
from django.utils import timezone

from learnk8s.accounts.models import User
from learnk8s.classroom import actions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


def test_the_longest_name_without_a_space_stays_on_the_page(course, teacher, browser, live_server):
    room = actions.open_new_class(teacher=teacher, title="Class 1")
    somebody = User.objects.create_user(username="u" * 60, display_name="W" * 80)
    actions.join(user=somebody, classroom=room)
    actions.assign(classroom=room, kind="lesson", lesson_slug="self-healing", due_at=timezone.now())
    client = Client()
    client.force_login(teacher)
    context = browser.new_context(viewport={"width": 360, "height": 780})
    context.add_cookies([{"name": name, "value": kept.value, "url": live_server.url} for name, kept in client.cookies.items()])
    page = context.new_page()
    page.goto(f"{live_server.url}/ko/classes/{room.pk}/")
    page.locator("details.class-student").first.wait_for()
    page.evaluate("document.querySelectorAll('details.class-student').forEach(each => { each.open = true; })")
    width = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert width == 360
