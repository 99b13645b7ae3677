"""A slow line and one that breaks: what is pressed last is shown, every press counts, and the page says when nobody answers."""

import pytest

from tests.browser.test_basics import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
SLOW_MS = 400


@pytest.fixture
def sandbox(page, live_server):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{live_server.url}/en/playground/")
    page.locator("button[value=self-healing]").click()
    until(page, "window.htmx && customElements.get('lk-picture') && customElements.get('lk-trouble')")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Go on").wait_for()
    return page


def slowly(page, pattern):
    """Hold back every answer from an address."""

    def late(route):
        page.wait_for_timeout(SLOW_MS)
        route.continue_()

    page.route(pattern, late)


def minutes(page):
    return int(page.locator(".clock__time").inner_text().split(":")[0])


def test_of_tabs_pressed_quickly_the_last_is_shown(sandbox):
    sandbox.locator(".pod").first.click()
    sandbox.locator("#inspector-heading").wait_for()
    slowly(sandbox, "**/look/")
    for tab in ("why", "where", "peel", "events", "yaml"):
        sandbox.evaluate(f"document.querySelector('.inspector__tabs [data-tab={tab}]').click()")
    sandbox.locator(".inspector__tabs [data-tab=yaml][aria-current=true]").wait_for(timeout=10_000)
    assert "apiVersion: v1" in sandbox.locator("#inspector").inner_text()


def test_each_press_of_the_clock_counts(sandbox):
    before = minutes(sandbox)
    slowly(sandbox, "**/clock/")
    for _press in range(4):
        sandbox.evaluate("document.querySelector('button[name=jump][value=\"60\"]').click()")
    until(sandbox, f"parseInt(document.querySelector('.clock__time').textContent) >= {before + 4}", seconds=20)
    assert minutes(sandbox) == before + 4


def test_the_page_says_that_nobody_answers_and_when_somebody_does_again(sandbox):
    trouble = sandbox.get_by_role("alert").filter(has_text="cannot be reached")
    sandbox.route("**/clock/", lambda route: route.abort())
    sandbox.get_by_role("button", name="+1 min").click()
    trouble.wait_for()
    sandbox.unroute("**/clock/")
    sandbox.get_by_role("button", name="+1 min").click()
    trouble.wait_for(state="hidden")


@pytest.mark.parametrize(("status", "kind", "body", "said"), [
    (422, "text/plain; charset=utf-8", "This sandbox has taken all that it may.", "This sandbox has taken all that it may."),
    (429, "text/html", "<h1>Too many</h1>", "too often within a short time"),
    (500, "text/html", "<h1>Error</h1>", "made a mistake"),
    (403, "text/html", "<h1>Forbidden</h1>", "no longer possible"),
])
def test_a_refusal_is_read_out_and_the_page_stays(sandbox, status, kind, body, said):
    sandbox.route("**/clock/", lambda route: route.fulfill(status=status, content_type=kind, body=body))
    sandbox.get_by_role("button", name="+1 min").click()
    sandbox.get_by_role("alert").filter(has_text=said).wait_for()
    assert sandbox.locator("h1").count() == 1
    sandbox.locator(".trouble button").click()
    assert sandbox.locator(".trouble").is_hidden()
