"""In production the scripts of a page rest until it has been painted, and then wake in their order under the site's policy."""

import time

import pytest

from tests.browser.test_basics import until
from tests.web.weighing import collected

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
SCRIPTS = "performance.getEntriesByType('resource').filter((file) => file.name.includes('.js')).map((file) => [file.name.replace(/.*\\/(.*)\\.\\w+\\.js/, '$1'), file.startTime])"


def test_scripts_wake_after_the_first_paint(settings, page, live_server):
    settings.STATICFILES_DIRS = [collected(settings)]
    errors = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/ko/timeline/")
    until(page, "window.htmx && customElements.get('theme-switch') && customElements.get('lk-timeline')")
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    (first, began), *others = page.evaluate(SCRIPTS)
    assert (first, began < painted) == ("late", True)
    assert [name for name, began in others if began > painted] == ["site", "lk-timeline"]
    page.locator("theme-switch button").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert errors == []


def test_a_page_is_not_whole_before_its_foot_has_styles(course, settings, page, live_server):
    """Else Chromium, which looks at the fields of a page that is whole, lays all of it out without styles first."""
    settings.STATICFILES_DIRS = [collected(settings)]
    held = []
    page.route("**/foot.*.css", lambda route: held.append(route))
    page.goto(f"{live_server.url}/ko/learn/kubernetes/self-healing/", wait_until="commit")
    until(page, "document.querySelector('main textarea') && performance.getEntriesByName('first-contentful-paint').length")
    assert page.evaluate("[document.readyState, !!document.querySelector('.colophon')]") == ["loading", False]
    held[0].continue_()
    until(page, "document.readyState === 'complete' && document.querySelector('.colophon') && window.htmx")


def test_scripts_do_not_wake_while_a_page_still_comes(settings, page, live_server):
    """A page that comes in two halves, written into a frame, since a browser test cannot slow an answer down."""
    settings.STATICFILES_DIRS = [collected(settings)]
    text = page.request.get(f"{live_server.url}/en/timeline/").text()
    middle = text.index("</main>")
    page.route("**/halves/", lambda route: route.fulfill(body="<!doctype html><title>halves</title><iframe width=900 height=600></iframe>", content_type="text/html"))
    page.goto(f"{live_server.url}/halves/")
    page.evaluate("(half) => { window.inner = document.querySelector('iframe').contentWindow; inner.document.open(); inner.document.write(half); }", text[:middle])
    until(page, "inner.performance.getEntriesByName('first-contentful-paint').length && inner.performance.getEntriesByType('resource').some((file) => file.name.includes('/late.'))")
    page.wait_for_timeout(300)
    assert page.evaluate("[inner.document.readyState, inner.document.head.querySelectorAll('script').length, typeof inner.htmx]") == ["loading", 1, "undefined"]
    page.evaluate("(half) => { inner.document.write(half); inner.document.close(); }", text[middle:])
    until(page, "inner.htmx && inner.customElements.get('lk-timeline')")


def test_what_is_typed_and_pressed_before_the_terminal_wakes_is_run_then(course, settings, page, live_server):
    settings.STATICFILES_DIRS = [collected(settings)]
    held = []
    page.goto(f"{live_server.url}/en/playground/")
    page.route("**/lk-terminal*.js", lambda route: held.append(route))
    page.locator("button[value='kubernetes:basics'], button[value='basics']").first.click(no_wait_after=True)
    page.locator("#line").press_sequentially("kubectl get nodes\nkubectl get ")
    page.locator(".terminal__note [data-run]").first.click()
    assert page.locator(".terminal__command").count() == 0
    while not held:
        page.wait_for_timeout(50)
    for route in held:
        route.continue_()
    until(page, "document.querySelectorAll('.terminal__output').length >= 2")
    typed = page.locator(".terminal__command").all_inner_texts()
    assert ("kubectl get nodes" in typed, len(typed), page.locator("#line").input_value()) == (True, 2, "kubectl get ")


@pytest.mark.parametrize("slow", ["htmx.min", "htmx-sparing", "htmx-trusted"])
def test_htmx_prepares_what_is_pressed_and_not_the_whole_page(slow, page, live_server):
    """However late a file of the scripts comes, for they come apart while one develops."""
    powered = "document.querySelectorAll('[data-htmx-powered]').length"
    page.route(f"**/{slow}.js", lambda route: (time.sleep(0.5), route.continue_()))
    page.add_init_script("document.addEventListener('lk:ready', () => { window.ready = (window.ready ?? 0) + 1; })")
    page.goto(f"{live_server.url}/en/timeline/")
    until(page, "window.ready")
    assert page.evaluate(f"[ready, {powered}]") == [1, 0]
    page.evaluate("() => { window.stays = true; }")
    page.locator(".milestone__more").first.click()
    until(page, "document.activeElement.matches('.milestone__why')")
    page.locator("input[name=q]").first.press_sequentially("docker")
    until(page, "location.search.includes('q=docker')")
    assert page.evaluate("window.stays === true"), "both were put into the page by htmx"
    assert page.evaluate(powered) > 0


def test_an_answer_takes_the_focus_but_not_from_who_writes_elsewhere(page, live_server):
    page.goto(f"{live_server.url}/en/timeline/")
    until(page, "window.htmx && customElements.get('lk-timeline')")
    page.route("**/timeline/*/", lambda route: (time.sleep(0.5), route.continue_()))
    page.locator(".milestone__more").first.click(no_wait_after=True)
    page.locator("input[name=q]").first.focus()
    until(page, "document.querySelector('.milestone__why')")
    page.keyboard.type("docker")
    assert page.locator("input[name=q]").first.input_value() == "docker"
