"""One page of every view in a real browser: no axe violation, no error on the console, nothing refused by the policy, no sideways scrolling.

Each page is seen by axe in both languages and both themes: whole on a desk in one theme, and then on a phone in the other one by the rules that depend on
colours and sizes. The widths are checked in every one of them, and without JavaScript as well.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client

from tests.browser.crawling import Crawl

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
WIDTHS = (1280, 768, 360, 320)
"""A desk, a tablet, a phone, and a desk at four hundred percent."""
MANY_SEEN = {"timeline:era": 2, "playground:sandbox": 3}
"""Of these views more than one page is looked at."""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}
SEEN_AGAIN = {"runOnly": {"type": "rule", "values": ["color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable"]}, "resultTypes": ["violations"]}
"""What may differ in the other theme and on a phone."""
OTHER = {"light": "dark", "dark": "light"}
SHOW_ALL = "() => { const sheet = new CSSStyleSheet(); sheet.replaceSync('* { content-visibility: visible !important }'); document.adoptedStyleSheets = [sheet]; }"
"""What lies far down is judged as somebody sees it who is there."""
SMALL = """() => [...document.querySelectorAll('main :is(a, button, summary, select, textarea, input:not([type=checkbox], [type=radio], [type=hidden])), header :is(a, button), footer a')].filter(item => {
  const box = item.getBoundingClientRect(), text = (item.innerText ?? item.value ?? '').trim();
  return box.width && box.height && Math.min(box.width, box.height) < 23.5 && getComputedStyle(item).opacity !== '0' && !item.matches('.visually-hidden, .skip-link')
    && !item.closest('p, .prose, svg, dd, cite, td, pre') && (item.closest('li')?.innerText ?? text).trim().length <= text.length + 2;
}).slice(0, 3).map(item => `${item.tagName.toLowerCase()}.${item.className} ${(item.innerText ?? '').slice(0, 20)}`)"""
"""What a finger cannot hit: smaller than 24 pixels, and no word of a sentence (axe lets those through that stand far from others)."""
AXE = Axe()


def chosen(crawl):
    counts = {}
    for page in crawl.pages.values():
        counts[page.view] = counts.get(page.view, 0) + 1
        if page.text and counts[page.view] <= MANY_SEEN.get(page.view, 1):
            yield page.path


def complaints(page):
    found = []
    page.on("console", lambda message: found.append(f"console: {message.text}") if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(f"error: {error}"))
    page.on("response", lambda response: found.append(f"{response.status} for {response.url}") if response.status >= 400 and response.url != page.url else None)
    return found


def context_of(browser, client, live_server, *, theme, scripts=True):
    context = browser.new_context(color_scheme=theme, java_script_enabled=scripts, viewport={"width": WIDTHS[0], "height": 900}, reduced_motion="reduce")
    if settings.SESSION_COOKIE_NAME in client.cookies:
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value, "url": live_server.url}])
    return context


def too_wide(page):
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        have = page.evaluate("document.documentElement.scrollWidth")
        if have > width:
            wide = page.evaluate("[...document.querySelectorAll('main *')].filter(item => item.getBoundingClientRect().right > innerWidth + 1 && !item.closest('.table-scroll, .ruler, pre, .terminal, .terminal__screen')).slice(0, 3).map(item => item.tagName + '.' + item.className)")
            yield f"{have} wide at {width}: {wide}"
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


def too_small(page):
    page.set_viewport_size({"width": 360, "height": 900})
    yield from (f"small on a phone: {item}" for item in page.evaluate(SMALL))
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


def dressed(page, theme, width):
    """Show the page in a theme and at a width, and wait until it is drawn so: what is computed before the next frame mixes both themes."""
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))")


def violations_on_a_phone(page):
    """A page that changed its theme while it was open may keep single colours of the old one until it is drawn again, so a complaint counts only on a fresh load."""
    if not page.evaluate("options => axe.run(document, options)", SEEN_AGAIN)["violations"]:
        return []
    page.reload(wait_until="load")
    page.evaluate(SHOW_ALL)
    return AXE.run(page, options=SEEN_AGAIN).response["violations"]


def violations(page, theme):
    page.evaluate(SHOW_ALL)
    found = [("", violation) for violation in AXE.run(page, options=RULES).response["violations"]]
    dressed(page, OTHER[theme], WIDTHS[2])
    found += [(f" on a {OTHER[theme]} phone", violation) for violation in violations_on_a_phone(page)]
    dressed(page, theme, WIDTHS[0])
    for where, violation in found:
        for node in violation["nodes"][:3]:
            yield f"axe {violation['id']}{where}: {node['html'][:160]} ({node.get('failureSummary', '')[:200]!r})"


@pytest.mark.parametrize(("language", "theme"), [("ko", "light"), ("en", "dark")])
def test_every_view_in_a_browser(furnished, browser, live_server, language, theme):
    client, seeds = furnished
    own, open_crawl = Crawl(client, language, seeds), Crawl(Client(), language, ["/", "/login/", "/signup/"])
    found = []
    for visitor, paths in ((client, list(chosen(own))), (Client(), [path for path in open_crawl.pages if path.endswith(("/login/", "/signup/"))])):
        context = context_of(browser, visitor, live_server, theme=theme)
        page = context.new_page()
        said = complaints(page)
        for path in paths:
            said.clear()
            page.goto(live_server.url + path)
            page.wait_for_load_state("load")
            faults = [*too_wide(page), *too_small(page), *said, *violations(page, theme)]
            found += [f"{path}: {fault}" for fault in faults]
        context.close()
    assert not found, "\n".join(sorted(set(found)))


@pytest.mark.parametrize(("language", "theme"), [("ko", "dark"), ("en", "light")])
def test_every_view_without_javascript(furnished, browser, live_server, language, theme):
    client, seeds = furnished
    found = []
    context = context_of(browser, client, live_server, theme=theme, scripts=False)
    page = context.new_page()
    said = complaints(page)
    for path in chosen(Crawl(client, language, seeds)):
        said.clear()
        page.goto(live_server.url + path)
        found += [f"{path}: {fault}" for fault in (*too_wide(page), *said)]
        if not page.locator("main h1").is_visible():
            found.append(f"{path}: shows no heading")
    context.close()
    assert not found, "\n".join(sorted(set(found)))
