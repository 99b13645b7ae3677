"""Drawings stay drawings while they change."""

import json

import pytest

from tests.browser.test_basics import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
GUESTS = "[...document.querySelectorAll('.host a[id]')].map((link) => [link.closest('.host').id, link.id, link instanceof SVGElement, link.getBoundingClientRect().width > 0])"


def test_a_guest_that_moves_is_drawn_where_it_is(course, page, live_server):
    page.goto(f"{live_server.url}/en/learn/kubernetes/idle-machines/")
    page.locator(".predict input[type=radio]").first.check()
    page.locator(".predict button").first.click()
    until(page, "customElements.get('lk-picture')")
    stood = page.evaluate(GUESTS)
    until(page, f"JSON.stringify({GUESTS}) !== {json.dumps(json.dumps(stood, separators=(',', ':')))}", seconds=30)
    page.wait_for_timeout(500)
    guests = page.evaluate(GUESTS)
    assert len(guests) >= len(stood)
    assert all(is_drawn and is_seen for _host, _name, is_drawn, is_seen in guests)
