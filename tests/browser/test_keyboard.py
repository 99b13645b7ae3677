"""The site by keyboard, by touch and by eye: keys, focus that is kept, words explained, drawings that look as they should."""

import pytest

from tests.browser.test_basics import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
FOCUSED = "document.activeElement"


def test_the_first_tab_leads_past_the_masthead(page, live_server):
    page.goto(f"{live_server.url}/en/login/")
    page.evaluate("document.activeElement.blur()")
    page.goto(f"{live_server.url}/en/timeline/")
    page.keyboard.press("Tab")
    assert page.evaluate(f"{FOCUSED}.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate(f"{FOCUSED}.id") == "main"


def test_arrows_walk_along_the_timeline_and_enter_opens_the_text(page, live_server):
    page.goto(f"{live_server.url}/en/timeline/")
    until(page, "customElements.get('lk-timeline')")
    assert page.locator(".mark[tabindex='0']").count() == 1
    page.locator(".mark[tabindex='0']").focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    name = page.evaluate(f"{FOCUSED}.id").removeprefix("mark-")
    page.keyboard.press("Enter")
    assert page.evaluate(f"document.getElementById('{name}').querySelector('details').open")


def test_a_killed_pod_leaves_the_focus_at_the_cluster(page, live_server):
    page.goto(f"{live_server.url}/en/")
    until(page, "customElements.get('lk-keep-focus')")
    page.locator(".shop__pod").first.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Healed after").wait_for(timeout=25_000)
    assert page.evaluate(f"document.getElementById('shop').contains({FOCUSED})")


def test_keys_open_the_sheet_search_and_can_be_switched_off(page, live_server):
    page.goto(f"{live_server.url}/en/design/")
    until(page, "customElements.get('lk-keys')")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.locator("[data-role=keys-on]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.url.endswith("/design/")
    page.evaluate("localStorage.clear()")
    page.reload()
    until(page, "customElements.get('lk-keys')")
    page.keyboard.press("/")
    page.wait_for_url("**/en/search/")


def test_a_word_is_explained_on_focus_and_escape_closes_it(course, page, live_server):
    page.goto(f"{live_server.url}/ko/learn/kubernetes/self-healing/")
    until(page, "customElements.get('lk-terms')")
    page.locator(".term").first.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    note = page.locator("[role=tooltip]")
    note.wait_for()
    assert page.locator(".term").first.get_attribute("aria-describedby") == "term-note"
    page.keyboard.press("Escape")
    assert note.count() == 0


@pytest.mark.parametrize("path", ["/ko/", "/en/timeline/", "/ko/era/cloud/", "/en/design/"])
def test_four_hundred_percent_zoom_needs_no_sideways_scrolling(page, live_server, course, path):
    page.set_viewport_size({"width": 320, "height": 256})
    page.goto(live_server.url + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_forced_colours_show_which_era_is_chosen(browser, live_server):
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.goto(f"{live_server.url}/en/timeline/?era=vm")
    chosen, other = (page.locator(f".filter__era:has(input[value={era}])").evaluate("item => getComputedStyle(item).backgroundColor") for era in ("vm", "cloud"))
    assert chosen != other
    context.close()
