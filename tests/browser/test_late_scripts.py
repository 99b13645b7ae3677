"""In production the scripts of a page rest until it has been painted, and then wake in their order under the site's policy."""

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
