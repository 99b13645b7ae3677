"""Back and forward: what was looked for is there again, whole, and one step back is one step."""

import pytest

from tests.browser.test_basics import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
AWAKE = "window.htmx && customElements.get('lk-trouble')"


def count(page):
    return int(page.locator(".found__count").inner_text().split(" ")[0])


@pytest.mark.parametrize(("path", "field", "word"), [("timeline", "[name=q]", "docker"), ("search", "#q", "docker"), ("glossary", "main [name=q]", "pod")])
def test_what_is_typed_is_looked_for_at_once_and_leaves_one_step_in_the_history(page, live_server, path, field, word):
    page.goto(f"{live_server.url}/en/{path}/")
    until(page, AWAKE)
    steps = page.evaluate("history.length")
    page.locator(field).press_sequentially(word, delay=300)
    until(page, f"location.search.includes('q={word}')")
    assert page.evaluate("history.length") == steps
    page.goto(f"{live_server.url}/en/design/")
    page.go_back()
    assert (page.locator(".masthead").count(), page.locator(field).input_value()) == (1, word)


def test_going_back_to_a_filtered_timeline_shows_a_whole_page(page, live_server):
    page.goto(f"{live_server.url}/en/timeline/")
    until(page, AWAKE)
    page.locator("label[data-era=cloud]").click()
    page.wait_for_url("**era=cloud*")
    few = count(page)
    page.goto(f"{live_server.url}/en/design/")
    page.go_back()
    assert (page.locator(".masthead").count(), page.locator("[name=era]:checked").get_attribute("value"), count(page)) == (1, "cloud", few)
    until(page, AWAKE)
    page.go_back()
    until(page, "document.querySelector('[name=era]:checked').value === ''")
    assert (page.locator(".masthead").count(), count(page) > few) == (1, True)
    assert (page.locator("lk-trouble").count(), page.locator("lk-waiting").count()) == (1, 1)


def test_enter_after_typing_is_no_second_step_and_keeps_the_years(page, live_server):
    page.goto(f"{live_server.url}/en/timeline/?years=2008-2017")
    until(page, AWAKE)
    steps = page.evaluate("history.length")
    page.locator("[name=q]").press_sequentially("docker", delay=20)
    until(page, "location.search.includes('q=docker')")
    page.keyboard.press("Enter")
    page.locator("label[data-era=container]").click()
    page.wait_for_url("**era=container*")
    assert "years=2008-2017" in page.url and "q=docker" in page.url
    assert page.evaluate("history.length") == steps + 1


def test_quick_presses_of_the_zoom_are_one_step(page, live_server):
    page.goto(f"{live_server.url}/en/timeline/")
    until(page, AWAKE)
    steps = page.evaluate("history.length")
    page.evaluate("for (let press = 0; press < 3; press += 1) document.getElementById('zoom-closer').click()")
    page.wait_for_url("**years=*")
    page.wait_for_timeout(500)
    assert page.evaluate("history.length") == steps + 1


def test_what_is_typed_before_the_scripts_are_awake_is_looked_for_then(page, live_server):
    held = []
    page.route("**/htmx.min.js", lambda route: held.append(route))
    page.goto(f"{live_server.url}/en/glossary/", wait_until="commit")
    page.locator("main [name=q]").press_sequentially("pod")
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    until(page, "location.search.includes('q=pod')")
